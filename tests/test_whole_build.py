"""The whole line in temporary copies: what a build leaves, when it runs again, how it fails."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

import whowalkedaway
from bench.project import copy_project
from tradetalks.judge.ladder import VERDICTS
from whowalkedaway import corrections

ROOT = whowalkedaway.ROOT
RUN = "may-2019"
STEPS = ("valid", "register", *whowalkedaway.NOTEBOOKS, "values", "html", "pdf", "card", "record")


def copy_of_the_project(folder: Path) -> Path:
    """What git holds or would hold, with no record of the tables."""
    copy_project(folder)
    # these tests edit tables; what a recorded table is, tests/trust says
    (folder / "data" / "raw" / "SHA256SUMS").unlink()
    return folder


def build(folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    return call("report", folder, *typed)


def call(command: str, folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    """A command as far as its recipe goes: the environment is this one, the code the copy's."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "MAKEFLAGS": " -- " + " ".join(typed) if typed else "",
    }
    return subprocess.run(
        [sys.executable, "-m", "whowalkedaway", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def steps_run(done: subprocess.CompletedProcess[str]) -> list[str]:
    return sorted(re.findall(r"^ *[0-9.]+ s  (\S+)$", done.stdout, re.MULTILINE))


def contents(folder: Path) -> dict[str, bytes]:
    places = [folder / "reports" / RUN, folder / "data" / "processed" / RUN]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for place in places
        for file in sorted(place.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of_the_project(tmp_path_factory.mktemp("one"))
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)
    return folder


@pytest.fixture(scope="module")
def reports(project):
    return project / "reports" / RUN


def table(reports, name):
    with (reports / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_pdf_is_tagged_a4_and_of_readable_length(reports):
    with pikepdf.open(reports / "report.pdf") as pdf:
        assert 8 <= len(pdf.pages) <= 14
        for page in pdf.pages:
            width, height = (float(x) for x in page.mediabox[2:])
            assert (round(width), round(height)) == (595, 842)
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang)
        assert "Who walked away?" in str(pdf.docinfo["/Title"])


def test_every_figure_is_in_both_formats_with_words(reports):
    figures = sorted((reports / "figures").glob("*.svg"))
    page = (reports / "report.html").read_text(encoding="utf-8")
    assert len(figures) >= 6
    for figure in figures:
        words = json.loads(figure.with_suffix(".json").read_text(encoding="utf-8"))
        assert words["alt"] and words["caption"] and words["title"]
        assert f'id="fig-{figure.stem}"' in page
        assert (reports / "tables" / f"{figure.stem}.csv").is_file()
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//[^"']+\.(?:js|css|woff2?|png)""", page)
    assert page.count("<script") == 1  # its own, which the page allows by hash


def test_every_value_says_where_it_comes_from(reports, project):
    values = json.loads((reports / "values.json").read_text(encoding="utf-8"))
    assert len({value["id"] for value in values}) == len(values)
    keys = {"id", "value", "unit", "text", "sources", "notebook", "cell_id", "function"}
    for value in values:
        assert keys <= value.keys()
        assert value["definition"]
        for source in value["sources"]:
            assert (project / source["path"]).is_file()
    report = json.loads((reports / "notebooks" / "06-report.ipynb").read_text(encoding="utf-8"))
    prose = "".join("".join(c["source"]) for c in report["cells"] if c["cell_type"] == "markdown")
    used = set(re.findall(r"\{\{(\w+)\}\}", prose))
    assert used <= {value["id"] for value in values}
    assert len(used) > 50


def test_verdicts_cover_the_claims_made_by_then(reports):
    rows = table(reports, "verdicts.csv")
    assert {"claim_id", "claimant", "claim_date", "claim", "kind", "verdict"} <= rows[0].keys()
    assert {"evidence_for", "evidence_against", "counter_account"} <= rows[0].keys()
    assert all(row["claim_date"] <= "2019-06-04" for row in rows)
    assert {row["verdict"] for row in rows} <= {*VERDICTS}
    assert all((row["rests_on"] == "firm") == (row["turns"] == "") for row in rows)
    assert all(row["would_change_if"] for row in rows)


def test_what_moved_since_the_last_edition_is_told(reports):
    last = corrections.read_edition(ROOT / "reports" / RUN / "edition.csv")
    moves = corrections.moved(last, corrections.read_present(reports))
    told = corrections.read_told(corrections.TOLD.read_text(encoding="utf-8"))
    assert corrections.untold(moves, told) == []


# the cumulated averages that the compilers of the chapter tables published with them
PUBLISHED = {
    "2018-01-01": "5.98",
    "2018-07-06": "11.00",
    "2018-08-23": "13.38",
    "2018-09-24": "15.84",
    "2019-01-01": "13.45",
    "2019-06-01": "15.64",
}


def test_the_chinese_average_is_the_published_one(reports):
    path = {
        row["effective_date"]: float(row["applied_rate_pct"])
        for row in table(reports, "tables/tariff_path.csv")
        if row["importer"] == "CN"
    }
    assert {day: f"{path[day]:.2f}" for day in PUBLISHED} == PUBLISHED


def test_the_farm_share_is_the_published_one(reports):
    shares = {row["step_id"]: row for row in table(reports, "tables/farm_share.csv")}
    june, july = shares["T066"], shares["T027"]
    assert f"{float(june['imports_raised_usd_bn']):.1f}" == "35.5"
    assert f"{float(june['farm_usd_bn']):.2f}" == "1.69"
    assert f"{float(june['farm_share']):.1%}" == "4.8%"
    assert f"{float(july['imports_raised_usd_bn']):.1f}" == "33.8"
    assert f"{float(july['farm_usd_bn']):.1f}" == "19.9"


def verify_pdf(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whowalkedaway", "verify"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder / "src"),
            "MAKEFLAGS": f" -- FILE={file}",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_pdf_that_was_sent_is_known_again(project, reports, tmp_path):
    sent = tmp_path / "sent.pdf"
    shutil.copy(reports / "report.pdf", sent)
    done = verify_pdf(project, sent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "this checkout makes the same edition" in done.stdout
    assert "the same, byte for byte" in done.stdout

    with pikepdf.open(sent, allow_overwriting_input=True) as pdf:
        pdf.attachments["values.json"] = b"[]"
        pdf.save(sent)
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "attachment values.json: was changed" in done.stdout
    assert "other bytes, though of the same edition" in done.stdout

    shutil.copy(reports / "report.pdf", sent)
    path = project / "data" / "raw" / "benchmarks.csv"
    original = path.read_bytes()
    path.write_bytes(original + b"\n")
    done = verify_pdf(project, sent)
    path.write_bytes(original)
    assert done.returncode == 2
    assert "another edition" in done.stdout
    assert "raw/benchmarks.csv: differs" in done.stdout

    sent.write_text("no PDF")
    done = verify_pdf(project, sent)
    assert done.returncode == 2
    assert "is no PDF that can be read" in done.stderr


def test_a_second_build_runs_no_step_and_touching_runs_none(project):
    assert steps_run(build(project)) == []
    for name in ("data/raw/actions.csv", "notebooks/03-tariff-record.ipynb", "params/may-2019.yml"):
        (project / name).touch()
    for module in (project / "src").rglob("*.py"):
        module.touch()
    assert steps_run(build(project)) == []


def test_another_folder_gives_the_same_bytes_and_so_does_the_commit(project, tmp_path):
    other = tmp_path / "ein anderer Ort, 另一处"
    other.mkdir()
    assert build(copy_of_the_project(other)).returncode == 0
    here, there = contents(project), contents(other)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    for name in ("report.pdf", "report.html", "figures/chronology.svg"):
        committed = ROOT / "reports" / RUN / name
        assert committed.read_bytes() == here[f"reports/{RUN}/{name}"], (
            f"{name} in the repository is not what the code makes: run make report and commit it"
        )


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_edit_reruns_its_dependants_alone_and_comes_back(project):
    before = contents(project)
    path = project / "data" / "raw" / "benchmarks.csv"
    original = path.read_bytes()
    edit(path, "Also in the Aug 2019 chart", "Also in the August 2019 chart")
    said = call("why", project).stdout.splitlines()
    assert said[0] == "raw/benchmarks.csv: changed"
    foretold = re.findall(r"[a-z0-9-]+(?=,)", said[1].removeprefix("runs again: "))
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = steps_run(done)
    assert "01-clean-tariffs" in ran
    assert "02-clean-statements" not in ran
    assert {"html", "pdf"} <= {*foretold} <= {*ran}
    assert contents(project) != before
    assert call("why", project).stdout == f"{RUN}: nothing changed since the last build\n"
    path.write_bytes(original)
    assert build(project).returncode == 0
    assert contents(project) == before


def test_a_figure_that_changes_changes_the_report(project):
    before = contents(project)
    path = project / "data" / "raw" / "farm_figures.csv"
    original = path.read_bytes()
    edit(path, "T066,wto_agriculture,1.832", "T066,wto_agriculture,1.932")
    assert build(project).returncode == 0
    after = contents(project)
    for name in ("report.pdf", "report.html", "values.json"):
        assert after[f"reports/{RUN}/{name}"] != before[f"reports/{RUN}/{name}"], name
    path.write_bytes(original)
    assert build(project).returncode == 0
    assert contents(project) == before


def test_a_rate_that_contradicts_the_published_averages_stops_the_build(project):
    before = contents(project)
    path = project / "data" / "raw" / "changes_by_chapter.csv"
    original = path.read_bytes()
    lines = original.decode().splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if line.startswith("CN-301-3B,84,"))
    *kept, weighted = lines[row].rstrip("\n").split(",")
    lines[row] = ",".join([*kept, str(float(weighted) + 1e6)]) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    done = build(project)
    assert done.returncode == 1
    assert "03-tariff-record.ipynb" in done.stderr
    assert "DataError" in done.stderr
    path.write_bytes(original)
    assert build(project).returncode == 0
    assert contents(project) == before


def test_what_is_said_after_as_of_influences_nothing(project):
    def findings():
        values = json.loads((project / "reports" / RUN / "values.json").read_text("utf-8"))
        told = {value["id"]: (value["value"], value["text"]) for value in values}
        made = {n: b for n, b in contents(project).items() if n.endswith((".csv", ".svg"))}
        return told, made

    before = findings()
    path = project / "data" / "raw" / "statements.csv"
    original = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(original.splitlines()))
    loud = next(row for row in rows if row["act"] == "blame" and row["confidence"] == "high")
    loud |= {"statement_id": "S900", "statement_date": "2019-06-05", "frames": "backtracking"}
    loud |= {"paraphrase": "A loud charge that nobody made.", "key_phrase": "", "tweet_id": ""}
    line = ",".join(f'"{value}"' for value in loud.values())
    path.write_text(original + line + "\n", encoding="utf-8")
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "02-clean-statements" in steps_run(done)
    assert findings() == before
    path.write_text(original, encoding="utf-8")
    assert build(project).returncode == 0


def test_bad_tables_stop_the_build_and_leave_the_report(project):
    before = contents(project)
    path = project / "data" / "raw" / "actions.csv"
    original = path.read_bytes()
    edit(path, "2019-05-09", "2019-02-30")
    edit(path, "T044,CN", "T043,CN")
    done = build(project)
    assert done.returncode == 2
    told = done.stdout + done.stderr
    assert "actions.csv" in told
    assert "2019-02-30" in told
    assert "T043" in told
    assert "Traceback" not in told
    assert contents(project) == before
    path.write_bytes(original)
    assert build(project).returncode == 0


def test_failing_cells_are_all_named_and_nothing_is_overwritten(project):
    before = contents(project)
    broken = {
        "03-tariff-record": ("measure_episodes(", "no_such_measure("),
        "05-claims": ("claims.judge_claims(", "claims.no_such_judge("),
    }
    paths = {name: project / "notebooks" / f"{name}.ipynb" for name in broken}
    originals = {name: path.read_bytes() for name, path in paths.items()}
    for name, change in broken.items():
        edit(paths[name], *change)
    done = build(project)
    assert done.returncode == 1
    told = (done.stdout + done.stderr).splitlines()
    (line,) = (line for line in told if line.startswith("register: "))
    assert re.match(r"register: 05-claims\.ipynb failed in .*\(id judge\): Attrib", line)
    failed = []
    for name in broken:
        assert any(line.startswith(f"{name}.ipynb failed in cell ") for line in told)
        executed = project / "reports" / RUN / "notebooks" / f"{name}.ipynb"
        failed += [executed.with_suffix(end) for end in (".failed.ipynb", ".failed.html")]
    kept = contents(project)
    for file in failed:
        kept.pop(str(file.relative_to(project)))
    assert kept == before
    for name, path in paths.items():
        path.write_bytes(originals[name])
    assert build(project).returncode == 0
    assert not any(file.exists() for file in failed)
    assert contents(project) == before


def test_a_register_that_starts_from_other_values_than_the_run_is_refused(project):
    before = contents(project)
    path = project / "notebooks" / "03-tariff-record.ipynb"
    original = path.read_bytes()
    tags = '"headline"\n    ]\n   },\n   "outputs": [],\n   "source": [\n    "threat = '
    edit(path, tags, tags.replace("headline", "of no use"))
    done = build(project)
    assert done.returncode == 2
    assert "1 problem" in done.stderr
    assert re.search(r"threat_after: \d+\.\d\spercent in the run, nothing by the", done.stderr)
    for name in ("report.html", "report.pdf", "values.json"):
        assert (project / "reports" / RUN / name).read_bytes() == before[f"reports/{RUN}/{name}"]
    path.write_bytes(original)
    assert build(project).returncode == 0
    assert contents(project) == before


def test_what_was_deleted_comes_back(project):
    before = contents(project)
    shutil.rmtree(project / "data" / "processed" / RUN)
    (project / "reports" / RUN / "figures" / "applied_rates.svg").write_text("<svg/>")
    assert build(project).returncode == 0
    assert contents(project) == before


def test_refused_parameters_write_nothing(project):
    before = {str(p) for p in project.rglob("*")}
    for typed in ("TARIF=10", "LIST4_RATE_PCT=nan", "AS_OF=2019-13-01", "RUN=../x", "AS=a/b"):
        done = build(project, typed)
        assert done.returncode == 2, typed
        assert "Traceback" not in done.stderr
    assert {str(p) for p in project.rglob("*")} == before


@pytest.mark.parametrize(
    "typed",
    [
        ("MIN_CONFIDENCE=high", "EFFECTIVE_DATE_RULE=entry_june_15", "INCLUDE_EDITORIALS=false"),
        ("RUN=phase-one", "MIN_CONFIDENCE=low", "FARM_DEFINITION=wto_agriculture"),
    ],
    ids=["strict", "hindsight"],
)
def test_other_parameters_give_another_report_beside_this_one(project, typed):
    before = contents(project)
    done = build(project, *typed)
    assert done.returncode == 0, done.stdout + done.stderr
    name = done.stdout.rstrip().rsplit("reports/", 1)[1].split("/")[0]
    assert name != RUN
    assert (project / "reports" / name / "report.pdf").is_file()
    assert contents(project) == before
