"""`make sweep`: what it refuses before anything runs, and what two points leave behind."""

import csv
import shutil
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from notepress.errors import PressError
from projects import RECORD, call, copy_of_the_project, edit
from tradetalks.parameters import ParameterError
from whowalkedaway import ROOT, sweeps
from whowalkedaway.__main__ import main
from whowalkedaway.points import Result
from whowalkedaway.runs import UsageError, resolve


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """The message about a sweep file of this text."""
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    (tmp_path / "params" / "sweeps").mkdir(parents=True)
    shutil.copy(ROOT / "params" / "may-2019.yml", tmp_path / "params")
    (tmp_path / "data").symlink_to(ROOT / "data")

    def message(text, **typed):
        (tmp_path / "params" / "sweeps" / "x.yml").write_text(text)
        with pytest.raises((ParameterError, PressError, UsageError)) as error:
            sweeps.plan_sweep({"SWEEP": "x", **typed})
        return str(error.value)

    return message


def test_every_problem_of_every_point_is_told_at_once(refused):
    told = refused(
        "sweep: x\ngrid:\n"
        "  list4_rate_pct: [10, nan, 10.0]\n  tarif: [1]\n  as_of: [2019-06-04, 2031-01-01]\n"
    )
    assert "list4_rate_pct = 'nan': write a number in plain digits" in told
    assert "tarif = '1': there is no such parameter" in told
    assert "(point 1)" in told and "(point 3)" in told
    assert told.startswith("2 problems in params/sweeps/x.yml")
    told = refused("sweep: x\nmood: values\ngrid: {tarif: [1]}")
    assert told.startswith("the sweep x: 1 problem\n  mood: ")


def test_points_beyond_the_tables_or_the_same_twice_are_refused(refused):
    told = refused("sweep: x\ngrid: {as_of: [2031-01-01], us_coverage: [no_such]}")
    assert "as_of = '2031-01-01'" in told
    assert "us_coverage = 'no_such': must be one of" in told
    told = refused("sweep: x\ngrid: {list4_rate_pct: [10, 10.0]}")
    assert told == "the sweep x: point 2 (list4_rate_pct = 10.0) is an earlier one again"


def test_names_are_checked(refused):
    good = "sweep: x\ngrid: {event_window_days: [7]}"
    assert "a run's name is made of" in refused(
        "sweep: x\nrun: ../x\ngrid: {event_window_days: [7]}"
    )
    assert "there is no file" in refused(good, SWEEP="y")
    with pytest.raises(UsageError, match="SWEEP"):
        sweeps.plan_sweep({"SWEEP": "../x"})
    with pytest.raises(UsageError, match=r"SWEEP is missing; .*: x$"):
        sweeps.plan_sweep({})


@pytest.mark.parametrize("name", ["sweeps", "compare", "bench", "Sweeps"])
def test_folders_of_reports_are_no_names_of_runs(name):
    for typed in ({"RUN": name}, {"AS": name}):
        with pytest.raises(UsageError, match="folder of its own"):
            resolve(typed)


@pytest.mark.parametrize("path", sorted((ROOT / "params/sweeps").glob("*.yml")))
def test_the_sweeps_that_are_shipped_are_valid(path):
    plan, sets = sweeps.plan_sweep({"SWEEP": path.stem})
    assert (plan.sweep, len(sets)) == (path.stem, len(plan.settings) + 1)


def test_a_stopped_sweep_of_reports_says_how_it_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    shutil.copytree(ROOT / "params", tmp_path / "params")
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.setattr(sweeps, "only_builder", lambda name: nullcontext())
    monkeypatch.setattr(sweeps, "graph_of", lambda *_: SimpleNamespace(edition="here"))
    supported = {"value": 9, "unit": "count", "text": "9", "definition": "how many"}
    change = {"value": 5, "unit": "count", "text": "+5", "definition": "how much"}
    values = {
        "n_supported": supported,
        "stream_posts_on_change": change,
        "stream_news_on_change": change,
    }

    made = Result(values, {"C01": "supported"})

    def all_but_the_last(run, base, setting):
        if "include_editorials" in setting:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(sweeps, "make_report", all_but_the_last)
    assert sweeps.sweep({"SWEEP": "evidence"}) == 1
    said = capsys.readouterr()
    assert "goes on from what is built" in said.err

    def one_without_room(run, base, setting):
        if "include_editorials" in setting:
            raise PressError("no room")
        return made

    monkeypatch.setattr(sweeps, "make_report", one_without_room)
    assert sweeps.sweep({"SWEEP": "evidence"}) == 1
    said = capsys.readouterr().err
    assert "point 2 failed" in said
    assert "no room" in said
    page = (tmp_path / "reports/sweeps/evidence/index.html").read_text()
    assert 'href="../../may-2019+min_confidence=high/report.html"' in page


def test_a_headline_that_is_no_number_ends_the_sweep(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    text = "sweep: bad\ngrid: {list4_rate_pct: [25, 10]}\nheadlines: [threat_aftr]\n"
    (tmp_path / "params" / "sweeps" / "bad.yml").write_text(text)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    monkeypatch.setattr(sweeps, "only_builder", lambda name: nullcontext())
    monkeypatch.setenv("MAKEFLAGS", " -- SWEEP=bad")
    assert main(["sweep"]) == 2
    said, told = capsys.readouterr()
    assert "sweep bad: 2 points" in said, "the first of them is the run itself"
    assert "'threat_aftr' is no number of may-2019; did you mean threat_after?" in told
    assert not (tmp_path / "reports").exists()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of_the_project(tmp_path_factory.mktemp("sweep"))
    text = "sweep: two\ngrid: {list4_rate_pct: [10, 15]}\nheadlines: [threat_after, gap_most]\n"
    (folder / "params" / "sweeps" / "two.yml").write_text(text)
    return folder


def test_a_sweep_of_values_lays_out_headlines_and_verdicts_of_every_point(project):
    done = call("sweep", project, "SWEEP=two")
    assert done.returncode == 0, done.stdout + done.stderr
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
    assert {"us_rate_last", "stream_posts_on_change", "gap_most"} <= {row["id"] for row in rows}
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page and "In the table it is threat_after." in page
    assert "Diamond: base run" in (folder / "figures" / "gap_most.svg").read_text(encoding="utf-8")

    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert call("sweep", project, "SWEEP=two").returncode == 0
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_tables_that_are_not_as_recorded_are_swept_no_more_than_built(project):
    (project / RECORD).write_text(f"{'0' * 64}  actions.csv\n")
    done = call("sweep", project, "SWEEP=two")
    (project / RECORD).unlink()
    assert done.returncode == 2
    assert "actions.csv: differs, recorded 000000000000" in done.stderr
    edit(project / "data" / "raw" / "sides.csv", "American", "=American")
    done = call("sweep", project, "SWEEP=two")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("sides.csv, row 2, adjective = '=American'") == 1
