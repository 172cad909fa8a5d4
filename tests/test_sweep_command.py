"""`make sweep`: what it refuses before anything runs, and what two points leave behind."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest

from notepress import outputs
from notepress.sweep import KEYS
from projects import copy_of_the_project
from tradetalks.parameters import ParameterError, parse_parameters
from whowalkedaway import ROOT, sweeps
from whowalkedaway.runs import UsageError, resolve
from whowalkedaway.schemas import sweep_schema_text


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """The message about a sweep file of this text."""
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    (tmp_path / "params" / "sweeps").mkdir(parents=True)
    shutil.copy(ROOT / "params" / "may-2019.yml", tmp_path / "params")
    (tmp_path / "data").symlink_to(ROOT / "data")

    def message(text, **typed):
        (tmp_path / "params" / "sweeps" / "x.yml").write_text(text)
        with pytest.raises((ParameterError, UsageError)) as error:
            sweeps.plan_sweep({"SWEEP": "x", **typed})
        return str(error.value)

    return message


def test_every_problem_of_every_point_is_told_at_once(refused):
    told = refused(
        "sweep: x\nmood: values\ngrid:\n"
        "  list4_rate_pct: [10, nan, 10.0]\n  tarif: [1]\n  as_of: [2019-06-04, 2031-01-01]\n"
    )
    assert "mood = 'values': no such key; did you mean mode?" in told
    assert "list4_rate_pct = 'nan': write a number in plain digits" in told
    assert "tarif = '1': there is no such parameter" in told
    assert "(point 1 and 5 more)" in told
    assert told.startswith("ParameterError: 3 problems in params/sweeps/x.yml")


def test_points_beyond_the_tables_or_the_same_twice_are_refused(refused):
    told = refused("sweep: x\ngrid: {as_of: [2031-01-01], us_coverage: [no_such]}")
    assert "as_of = '2031-01-01'" in told
    assert "us_coverage = 'no_such': one of" in told
    told = refused("sweep: x\ngrid: {list4_rate_pct: [10, 10.0]}")
    assert "points = '2': sets the same parameters as point 1" in told


def test_names_and_addresses_are_checked(refused):
    good = "sweep: x\ngrid: {seed: [1]}"
    assert "a sweep takes its run and parameters from its file" in refused(good, AS_OF="2019-06-04")
    assert "an address such as tcp://" in refused(good, SCHEDULER="$(touch owned)")
    assert "a run's name is made of" in refused("sweep: x\nrun: ../x\ngrid: {seed: [1]}")
    assert "there is no file" in refused(good, SWEEP="y")
    with pytest.raises(UsageError, match="SWEEP"):
        sweeps.plan_sweep({"SWEEP": "../x"})


@pytest.mark.parametrize("name", ["sweeps", "compare", "bench", "Sweeps"])
def test_folders_of_reports_are_no_names_of_runs(name):
    for typed in ({"RUN": name}, {"AS": name}):
        with pytest.raises(UsageError, match="folder of its own"):
            resolve(typed)


@pytest.mark.parametrize("path", sorted((ROOT / "params/sweeps").glob("*.yml")))
def test_the_sweeps_that_are_shipped_are_valid(path):
    name, plan, sets = sweeps.plan_sweep({"SWEEP": path.stem})
    assert (name, len(sets)) == (path.stem, len(plan.settings) + 1)


def test_the_schema_for_editors_is_that_of_the_model():
    path = ROOT / "params" / "sweeps" / "schema.json"
    assert path.read_text(encoding="utf-8") == sweep_schema_text(), (
        "stale: python -m whowalkedaway schema"
    )
    assert set(json.loads(path.read_text())["properties"]) == set(KEYS)


def test_a_worker_with_other_code_or_other_files_says_so():
    parameters = parse_parameters({})
    task = {"code": sweeps._CODE, "inputs": "0123456789", "parameters": {}}
    assert "are not those that the sweep was started with" in sweeps.work(task)["failed"]
    assert sweeps.inputs_digest(parameters) != task["inputs"]
    assert "other code" in sweeps.work({**task, "code": "0"})["failed"]


def test_a_sweep_of_reports_goes_on_from_the_points_that_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    shutil.copytree(ROOT / "params", tmp_path / "params")
    (tmp_path / "data").symlink_to(ROOT / "data")
    given = []

    def build_two(waiting, work, store, *, check, **_):
        for point, _ in waiting[:2]:
            given.append(point.number)
            result = {
                "values": [["n_supported", 9, "count", "9"]],
                "verdicts": {"C01": "supported"},
            }
            outputs.write_json(store / f"{point.key}.json", result)
        if len(waiting) > 2:
            raise KeyboardInterrupt
        return {}

    monkeypatch.setattr(sweeps, "distribute", build_two)
    monkeypatch.setattr(sweeps, "_lay_out", lambda *_: tmp_path / "sweep" / "index.html")
    monkeypatch.setattr(sweeps, "missing_headlines", lambda *_: [])
    assert sweeps.sweep({"SWEEP": "evidence"}) == 1
    assert "goes on from there" in capsys.readouterr().err
    assert sweeps.sweep({"SWEEP": "evidence"}) == 0
    assert given == [0, 1, 2]


def start(folder, command, *typed):
    return subprocess.Popen(
        [sys.executable, "-m", "whowalkedaway", command],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder / "src"),
            "MAKEFLAGS": " -- " + " ".join(typed),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process):
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of_the_project(tmp_path_factory.mktemp("sweep"))
    for name, headline in (("two", "threat_after, gap_most"), ("bad", "threat_aftr")):
        text = f"sweep: {name}\ngrid: {{list4_rate_pct: [10, 15]}}\nheadlines: [{headline}]\n"
        (folder / "params" / "sweeps" / f"{name}.yml").write_text(text)
    return folder


def test_a_sweep_of_values_lays_out_headlines_and_verdicts_of_every_point(project):
    code, out, err = ended(start(project, "sweep", "SWEEP=two"))
    assert code == 0, out + err
    folder = project / "reports" / "sweeps" / "two"
    with (folder / "table.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    threats = [row for row in rows if row["id"] == "threat_after"]
    assert [(row["point"], row["list4_rate_pct"]) for row in threats] == [
        ("0", "25"),
        ("1", "10"),
        ("2", "15"),
    ]
    assert float(threats[1]["value"]) < float(threats[2]["value"]) < float(threats[0]["value"])
    assert {row["kind"] for row in rows} == {"value", "verdict"}
    # what the register follows, and a rarer headline that the sweep asks for
    assert {"us_rate_last", "placebo_share_cn", "gap_most"} <= {row["id"] for row in rows}
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page and "threat_after: from" in page
    assert (folder / "figures" / "gap_most.svg").is_file()

    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, _, _ = ended(start(project, "sweep", "SWEEP=two"))
    assert code == 0
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_headline_that_is_no_number_ends_the_sweep(project):
    code, _, err = ended(start(project, "sweep", "SWEEP=bad"))
    assert code == 2
    assert "close: threat_after" in err
    assert not (project / "reports" / "sweeps" / "bad").exists()
