"""The command line: what counts as typed, which names a run may have, how runs are told apart."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from keeping import commands
from notepress.errors import PressError
from notepress.hashes import sha256_of
from notepress.outputs import write, write_values
from projects import code_path
from tradetalks.checks import DataError
from tradetalks.parameters import ParameterError, Parameters
from whowalkedaway import DEFAULT_RUN, ROOT, build, builds, inspection, runs
from whowalkedaway.__main__ import command_line_variables, main
from whowalkedaway.inputs import run_beside
from whowalkedaway.problems import told
from whowalkedaway.runs import (
    COMMANDS,
    UsageError,
    as_yaml,
    overlooked,
    resolve,
)
from whowalkedaway.steps.report_words import cited, heads


@pytest.mark.parametrize(
    ("makeflags", "variables"),
    [
        ("", {}),
        ("j2 --no-print-directory", {}),
        (" -- AS_OF=2020-02-14", {"AS_OF": "2020-02-14"}),
        ("k -j2 --jobserver-auth=fifo:/x -- RUN=a AS=b", {"RUN": "a", "AS": "b"}),
        (r" -- RAW_DIR=my\ tables\\x", {"RAW_DIR": r"my tables\x"}),
        (" -- AS_OF=", {"AS_OF": ""}),
        (" -- AS=a\nb CODER=first", {"AS": "a\nb", "CODER": "first"}),
        (" -- AS_OF:=2020-02-14", {"AS_OF": "2020-02-14"}),
    ],
)
def test_variables_come_from_make_s_command_line_alone(makeflags, variables):
    assert command_line_variables(makeflags) == variables


def test_overrides_name_a_run_of_their_own():
    name, parameters = resolve({"AS_OF": "2020-02-14", "LIST4_RATE_PCT": "10"})
    assert name == "may-2019+as_of=2020-02-14+list4_rate_pct=10"
    assert str(parameters.as_of) == "2020-02-14"
    assert resolve({"AS_OF": "2020-02-14", "AS": "mine"})[0] == "mine"
    assert resolve({})[0] == DEFAULT_RUN


def test_no_run_takes_the_name_of_another_with_other_parameters(tmp_path, monkeypatch):
    assert resolve({"AS": "may-2019"})[0] == "may-2019"
    with pytest.raises(
        UsageError, match=r"params/phase-one\.yml is of a run with other parameters"
    ):
        resolve({"AS": "phase-one", "AS_OF": "2019-07-01"})

    monkeypatch.setattr(runs, "ROOT", tmp_path)
    for name in ("data", "params"):
        (tmp_path / name).symlink_to(ROOT / name)
    built = tmp_path / "reports" / "mine" / "parameters.yml"
    built.parent.mkdir(parents=True)
    _, parameters = resolve({"TRANSIT_DAYS": "1"})
    built.write_text(as_yaml({"run": "mine", **parameters.model_dump()}))
    assert resolve({"AS": "mine", "TRANSIT_DAYS": "1"}) == ("mine", parameters)
    with pytest.raises(UsageError, match=r"reports/mine/parameters\.yml is of a run"):
        resolve({"AS": "mine", "TRANSIT_DAYS": "2"})
    # a name that make itself gives to changed parameters
    name, _ = resolve({"TRANSIT_DAYS": "1"})
    built.parent.rename(tmp_path / "reports" / name)
    assert resolve({"TRANSIT_DAYS": "1"})[0] == name
    built = tmp_path / "reports" / name / "parameters.yml"
    built.write_text(built.read_text().replace("transit_days: 1", "transit_days: 2"))
    with pytest.raises(UsageError, match=r"transit_days=1/parameters\.yml is of a run with other"):
        resolve({"TRANSIT_DAYS": "1"})
    # other tables or another file of the run give its other parameters other values
    built.write_text(
        re.sub("(?m)^transit_days: 2$", "transit_days: 1", built.read_text()).replace(
            "hindsight: true", "hindsight: false"
        )
    )
    assert resolve({"TRANSIT_DAYS": "1"})[0] == name


def test_a_run_whose_file_was_damaged_is_what_its_build_noted(tmp_path, monkeypatch):
    for name in ("data", "params"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    monkeypatch.setattr(runs, "BUILDS", tmp_path / "build")
    _, parameters = resolve({"TRANSIT_DAYS": "1"})
    given = json.loads(parameters.model_dump_json())
    text = as_yaml({"run": "mine", **given})
    write(tmp_path / "build" / "mine" / "parameters" / "all.yml", text)
    write(tmp_path / "build" / "mine" / "done" / "record", "")
    for damaged in (text[: len(text) // 2], "", text[1:], text.replace("days: 1", "days: 2")):
        write(tmp_path / "reports" / "mine" / "parameters.yml", damaged)
        assert resolve({"AS": "mine", "TRANSIT_DAYS": "1"}) == ("mine", parameters)
        with pytest.raises(UsageError, match=r"reports/mine/parameters\.yml is of a run"):
            resolve({"AS": "mine", "TRANSIT_DAYS": "2"})


def test_of_two_builds_of_one_name_that_start_together_the_second_is_refused(tmp_path, monkeypatch):
    """What has the name is known only when the first has ended, for which the second waits."""
    for module in (runs, build, builds):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(builds, "BUILDS", tmp_path / "build")
    for name in ("data", "params"):
        (tmp_path / name).symlink_to(ROOT / name)
    _, first = resolve({"AS": "mine", "TRANSIT_DAYS": "1"})
    refused = []

    def second():
        try:
            build.report({"AS": "mine", "TRANSIT_DAYS": "2"})
        except UsageError as error:
            refused.append(str(error))

    with builds.only_builder("mine"):
        other = threading.Thread(target=second)
        other.start()
        other.join(0.5)
        assert other.is_alive()
        (tmp_path / "reports" / "mine").mkdir(parents=True)
        text = as_yaml({"run": "mine", **first.model_dump()})
        (tmp_path / "reports" / "mine" / "parameters.yml").write_text(text)
    other.join()
    assert refused[0].startswith("AS = 'mine': reports/mine/parameters.yml is of a run with other")


def test_a_build_that_waited_for_clean_is_the_only_one(tmp_path, monkeypatch):
    """The lock for which it waited is gone with all else."""
    monkeypatch.setattr(builds, "BUILDS", tmp_path)
    held = []

    def wait():
        with builds.only_builder("one"):
            held.append((tmp_path / "one" / "lock").exists())

    with builds.only_builder("one"):
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.3)
        (tmp_path / "one" / "lock").unlink()
    waiting.join()
    assert held == [True]


def test_a_command_ends_with_the_process_that_called_it():
    caller = subprocess.Popen(["sleep", "60"])
    code = "import sys, time; from whowalkedaway.builds import end_with\n"
    code += "end_with(int(sys.argv[1])); print('on', flush=True); time.sleep(60)"
    asked = [sys.executable, "-c", code, str(caller.pid)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as called:
        assert called.stdout.readline() == "on\n"
        assert called.poll() is None
        caller.kill()  # and nobody has waited for it yet
        assert called.wait(timeout=20) == -signal.SIGTERM
    caller.wait()


@pytest.mark.parametrize("flags", ["n", "nk -j2", "q", "t --no-print-directory"])
def test_make_n_only_asks(flags):
    assert build._only_asks(f"{flags} -- AS_OF=2019-05-31")


@pytest.mark.parametrize("flags", ["", "k -j2", " --no-print-directory", "-j2"])
def test_other_options_of_make_build(flags):
    assert not build._only_asks(flags)


def test_one_parameter_in_two_spellings_is_refused():
    with pytest.raises(UsageError, match=r"^as_of: written in capitals and without"):
        resolve({"AS_OF": "2019-07-01", "as_of": "2019-08-01"})


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("verify", "FIEL=sent.pdf"),
        ("verify", "AS_OF=2019-07-01"),
        ("explain", "VALU=cn_rate"),
        ("compare", "A=may-2019 B=may-2019 INN=x"),
        ("corrections", "AS_OF=2019-07-01"),
        ("sweep", "SWEEP=critic AS_OF=2019-07-01"),
        ("report", "FILE=sent.pdf"),
        ("why", "VALUE=cn_rate"),
        ("docs", "RUN=may-2019"),
    ],
)
def test_what_a_command_would_pay_no_heed_to_is_refused(command, typed, monkeypatch, capsys):
    monkeypatch.setenv("MAKEFLAGS", f" -- {typed}")
    assert main([command]) == 2
    stray = typed.rpartition(" ")[2].partition("=")[0]
    assert f"and knows nothing of {stray}\n" in capsys.readouterr().err


def test_every_command_says_what_it_takes():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command, (_, names, _) in COMMANDS.items():
        (told,) = re.findall(rf"^## {command}: (.*)$", text, re.MULTILINE)
        found = {*re.findall(r"\b([A-Z_]+)=", told)} - {"PARAMETER"}
        assert {name for name in found if name.lower() not in Parameters.model_fields} <= {*names}


def test_a_parameter_in_the_environment_is_named(monkeypatch, capsys):
    assert overlooked({"RUN", "AS_OF", "coder", "HOME"}) == ["AS_OF", "RUN", "coder"]
    monkeypatch.setenv("MAKEFLAGS", " -- SWEEP=../x CODER=first")
    monkeypatch.setenv("CODER", "first")
    monkeypatch.setenv("AS_OF", "2019-07-01")
    assert main(["sweep"]) == 2
    said = capsys.readouterr().err
    assert "AS_OF in the environment counts for nothing; write it after make sweep" in said
    assert "CODER in" not in said


def test_a_parameter_file_that_never_ends_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    (tmp_path / "params").mkdir()
    os.mkfifo(tmp_path / "params" / "pipe.yml")
    (tmp_path / "params" / "zero.yml").symlink_to("/dev/zero")
    for run in ("pipe", "zero"):
        with pytest.raises(ParameterError, match=rf"params/{run}\.yml is no file"):
            resolve({"RUN": run})


def test_clean_waits_for_a_build_and_leaves_what_is_committed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(builds, "ROOT", tmp_path)
    monkeypatch.setattr(builds, "BUILDS", tmp_path / "build")
    committed = ["data/processed/README.md", "reports/one/report.pdf", "src/code.py"]
    made = ["data/processed/one/a.parquet", "reports/one/figures/a.svg", "reports/one/report.pdf"]
    beside = ["reports/compare/a--b.html", "build/own-texts/S1.txt", "build/one/parameters/all.yml"]
    beside += ["reports/by-hand/tables/a.csv", ".ruff_cache/x", "reports/one/.a.partial"]
    beside += ["reports/sweeps/s/figures/a.svg", "build/sweeps/s/lock"]
    others = ["reports/mine/notes.txt", "reports/one/annotated.pdf", "build/own/t.txt"]
    others += ["data/processed/mine/a.csv", "data/processed/one/notes.txt"]
    for file in (*committed, *made, *beside, *others):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    names = ["cleaned/a.parquet", "report/figures/a.svg", "report/report.pdf"]
    names += ["report/tables/removed-by-hand.csv"]  # which stops nothing
    names += ["report/../../src/code.py"]  # which lies outside
    write(tmp_path / "build" / "one" / "made" / "a", "".join(f"0  {name}\n" for name in names))
    (tmp_path / ".gitignore").write_text("build/\nreports/*/*\n!reports/one/report.pdf\n")
    with builds.only_builder("one"):
        cleaning = threading.Thread(target=main, args=(["clean"],))
        cleaning.start()
        cleaning.join(0.3)
        assert cleaning.is_alive()
        assert all((tmp_path / file).exists() for file in made)
    cleaning.join()
    said = capsys.readouterr().out
    assert "a build of one is at work; waiting" in said
    left = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {*committed, *others, ".gitignore"}
    assert re.findall("left, as nothing here made it: (.*)", said) == sorted(others)
    assert not (tmp_path / "reports" / "sweeps").exists()


def test_clean_needs_no_environment_and_excepts_what_is_committed():
    lines = Path(ROOT, ".gitignore").read_text(encoding="utf-8").splitlines()
    excepted = {line[1:] for line in lines if line.startswith("!")}
    whole = tuple(line for line in excepted if line.endswith("/"))
    listed = ["git", "ls-files", "reports/*/*", "data/processed/*/*"]
    committed = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    files = {*committed.stdout.split()}
    assert {file for file in files if not file.startswith(whole)} == excepted - {*whole}
    code = "import whowalkedaway.builds, sys; sys.exit('pydantic' in sys.modules)"
    path = {**os.environ, "PYTHONPATH": code_path()}
    assert subprocess.run([sys.executable, "-S", "-c", code], env=path, check=False).returncode == 0


def test_a_build_with_nothing_to_do_imports_no_pandas():
    code = """
import sys
from whowalkedaway import ROOT, build
from whowalkedaway.graph import graph_of
from whowalkedaway.inputs import refuse_changed_data
from whowalkedaway.runs import resolve
refuse_changed_data(ROOT / "data" / "raw")
graph_of(*resolve({}))
sys.exit("pandas" in sys.modules)
"""
    path = {**os.environ, "PYTHONPATH": code_path()}
    assert subprocess.run([sys.executable, "-c", code], env=path, check=False).returncode == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"RUN": "../x"},
        {"RUN": "a b"},
        {"RUN": "-x"},
        {"RUN": ""},
        {"RUN": "a/../b"},
        {"RUN": "a..b"},
        {"RUN": "ä"},
        {"AS": "$(touch owned)"},
        {"AS": "a\nb"},
        {"AS": "x" * 300},
        {"RAW_DIR": "data/raw/../raw"},
    ],
)
def test_a_name_that_could_leave_its_folder_or_reach_a_shell_is_refused(typed):
    with pytest.raises(UsageError, match="name"):
        resolve(typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"TARIF": "10"}, "no such parameter"),
        ({"AS_OF": "2031-01-01"}, "the data end on"),
        ({"AS_OF": "2018-03-21"}, "must not be before window_start"),
        ({"US_COVERAGE": "nobody_2018"}, "shiota_2018_cif"),
        ({"RAW_DIR": "nowhere", "AS": "x"}, "datapackage.yaml"),
        ({"RUN": "no-such-run"}, "phase-one"),
    ],
)
def test_what_the_data_do_not_allow_is_refused(typed, says):
    with pytest.raises(ParameterError) as refused:
        resolve(typed)
    assert says in str(refused.value)


def test_help_tells_every_parameter_with_what_it_may_be(capsys):
    assert main(["help"]) == 0
    lines = capsys.readouterr().out
    assert all(f"  {name.upper()} " in lines for name in Parameters.model_fields)
    for may_be in ("low, medium, high", "from 0 to 60", "one of coverage_sets.coverage_set in"):
        assert may_be in " ".join(lines.split())
    assert max(map(len, lines.splitlines())) <= 100


def test_digits_in_the_title_of_tables_are_told_in_their_descriptor(tmp_path):
    (tmp_path / "datapackage.yaml").write_text(
        "title: Quarrel of 2031\ndescription: Section 301.\nresources:\n"
        "  - {name: a, path: a.csv, schema: {fields: [{name: b, type: string}]}}\n"
    )
    with pytest.raises(PressError, match=r"datapackage\.yaml: 1 problem\n  title: 2031 is typed"):
        heads(tmp_path, ["Section 301"])


def test_a_mirror_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"MIRROR = '.*nowhere' is not there"):
        commands.fetch({"MIRROR": "nowhere"})


def test_a_far_name_suggests_no_parameter():
    with pytest.raises(ParameterError) as refused:
        resolve({"TIMEOU": "5"})
    assert "did you mean" not in str(refused.value)


def test_explain_suggests_values_of_a_near_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    (tmp_path / "params").symlink_to(ROOT / "params")
    with pytest.raises(UsageError, match="make report RUN=may-2019"):
        inspection.explain({"VALUE": "x"})
    # of no file in params/: its parameters have to be typed, or its name was
    with pytest.raises(UsageError, match="PARAMETER=value AS=geneva-2015; did you mean gen"):
        inspection.explain({"VALUE": "x", "RUN": "geneva-2015"})
    folder = tmp_path / "reports" / "may-2019"
    folder.mkdir(parents=True)
    made = {"notebook": "03-tariff-record.ipynb", "cell_id": "path", "text": "6 percent"}
    cited = {"documents": ["abouttrump-2019-07-15", "cctv-2019-03-28"], "rows": ["T001"]}
    cited |= {"path": "data/raw/actions.csv", "sha256": ""}
    made |= {"value": 6, "unit": "pct", "definition": "so much", "sources": [cited], "function": ""}
    made |= {"parameters": []}
    values = [{"id": "cn_rate", **made}, {"id": "us_rate", **made}]
    write_values(folder / "values.json", values)
    (tmp_path / "data").symlink_to(ROOT / "data")
    (folder / "parameters.yml").write_text("run: may-2019\nlist4_rate_pct: 15\nraw_dir: data/raw")
    record = [{"@id": "./", "identifier": "0123456789"}, {"@id": "#run"}, {"@id": "#code"}]
    for name in ("values.json", "parameters.yml"):
        record.append({"@id": name, "sha256": sha256_of(folder / name)})
    (folder / "ro-crate-metadata.json").write_text(json.dumps({"@graph": record}))
    with pytest.raises(UsageError, match="did you mean cn_rate"):
        inspection.explain({"VALUE": "cn_raet"})
    with pytest.raises(UsageError, match=r"may-2019$"):
        inspection.explain({"VALUE": "zzz"})
    for asked, ids in (("cn_", ["cn_rate"]), ("path", ["cn_rate", "us_rate"])):
        with pytest.raises(UsageError) as refused:
            inspection.explain({"VALUE": asked})
        listed = str(refused.value).splitlines()[1:]
        assert [line.split()[0] for line in listed] == ids
    with pytest.raises(UsageError, match=r"topics:\n  03-tariff-record: path$"):
        inspection.explain({})
    assert inspection.explain({"VALUE": "cn_rate"}) == 0
    said = capsys.readouterr().out
    assert "notebooks/03-tariff-record.ipynb, cell path" in said
    assert "function" not in said
    assert "source    data/raw/actions.csv: T001\n" in said
    assert (
        "document  abouttrump-2019-07-15 https://abouttrump.org/2019/07/15/7-15-2019-21/\n" in said
    )
    assert "document  cctv-2019-03-28 http://ljzjr.cn/china/2019/0328/c_3723.html\n" in said
    assert "edition   0123456789" in said
    assert "again     make report LIST4_RATE_PCT=15 AS=may-2019" in said
    # another number, or half a file, is not read out as the run's
    for text in (json.dumps(values).replace("6 percent", "9 percent"), "[{"):
        (folder / "values.json").write_text(text)
        with pytest.raises(PressError, match=r"values\.json changed since the run was recorded"):
            inspection.explain({"VALUE": "cn_rate"})


def test_a_notebook_of_a_report_that_is_broken_is_told(tmp_path):
    (tmp_path / "06-report.ipynb").write_text('{"cells": [')
    with pytest.raises(PressError, match=r"06-report\.ipynb: is no notebook"):
        run_beside(tmp_path)


def test_an_empty_name_is_no_pdf():
    with pytest.raises(UsageError, match="FILE is empty; name a PDF"):
        inspection.verify({"FILE": ""})


def test_months_the_wrong_way_round_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    with pytest.raises(UsageError, match=r"SINCE = '2021-06': must not be after UNTIL \(2021-01\)"):
        commands.fetch_border({"SINCE": "2021-06", "UNTIL": "2021-01"})
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a"), "give the file room and perm"),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "give the file room and perm"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "a"), "take away what stands in its"),
        (FileExistsError(errno.EEXIST, "File exists", "a"), "take away what stands in its place"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a"), "bring it back, or correct"),
    ],
)
def test_the_remedy_for_a_file_is_that_of_its_fault(fault, remedy):
    code, said = told(fault)
    assert code == 2
    assert f"What to do: {remedy}" in said


def test_a_citation_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "CITATION.cff").write_text("a: [")
    notebook = tmp_path / "06-report.ipynb"
    notebook.write_text('{"metadata": {}}')
    task = SimpleNamespace(
        files={"CITATION.cff": tmp_path / "CITATION.cff"}, named=lambda *_: [notebook]
    )
    with pytest.raises(PressError, match=r"CITATION\.cff: 1 problem\n  cannot be used"):
        cited(task)
    (tmp_path / "CITATION.cff").write_text("title: x")
    with pytest.raises(PressError, match=r"cannot be used: 'authors'"):
        cited(task)


def test_own_texts_become_a_table_and_leave_what_was_there_when_refused(
    tmp_path, monkeypatch, capsys
):
    for name in ("data", "params"):
        (tmp_path / name).symlink_to(ROOT / name)
    for module in (runs, commands):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    texts = tmp_path / "own texts"
    texts.mkdir()
    head = "---\ndate: 2019-05-09\nside: CN\nspeaker: Gao Feng\nsource: x\n---\n"
    for number in range(5):
        (texts / f"{number}.txt").write_text(f"{head}Text {number}.")
    monkeypatch.setenv("MAKEFLAGS", r" -- FROM=own\ texts RAW_DIR=data/raw")
    assert main(["read-texts"]) == 0
    assert "5 rows" in capsys.readouterr().out
    table = tmp_path / "build" / "own-texts.csv"
    made = table.read_bytes()
    assert made.count(b"\n") == 6
    assert len(list((tmp_path / "build" / "own-texts").iterdir())) == 5

    (texts / "sixth.txt").write_text(head.replace("date: 2019-05-09\n", "") + "Text.")
    assert main(["read-texts"]) == 2
    assert "sixth.txt: has no date" in capsys.readouterr().err
    assert len(list((tmp_path / "build" / "own-texts").iterdir())) == 5

    monkeypatch.setenv("MAKEFLAGS", "")
    assert main(["read-texts"]) == 2
    assert "FROM" in capsys.readouterr().err
