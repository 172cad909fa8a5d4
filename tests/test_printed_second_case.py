"""The quarrel of 2025 goes through the machine of 2019: its own report, of its own days."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

import whowalkedaway
from card_words import quoted_answers
from notepress.print.attachments import read
from notepress.values import read_values
from projects import RUN, TRUST, battery_only, build, call, copy_of_the_project
from sites import broken_links, links_of, requests_of
from tradetalks.otherwise import read_rows
from tradetalks.tables import read_raw
from whowalkedaway.runs import resolve

ROOT = whowalkedaway.ROOT
FOLDER = "data/raw/geneva-2025"
RUNS = ("geneva-2025", "busan-2025", "strict-2025") if TRUST else ("busan-2025",)
BESIDE = "Beside the quarrel of 2019"
MONTHS = "January February March April May June July August September October November December"


@pytest.fixture(scope="module")
def project(once_for_all, tmp_path_factory):
    def make_it(folder):
        copy_of_the_project(folder)
        for run in RUNS:
            done = build(folder, f"RUN={run}")
            assert done.returncode == 0, done.stdout + done.stderr

    place = tmp_path_factory.mktemp("second-case")
    second_case = once_for_all("second-case", make_it)
    return shutil.copytree(second_case, place / "project", symlinks=True)


@pytest.fixture(params=RUNS)
def reports(request, project):
    return project / "reports" / request.param


@cache
def printed(reports):
    reader = PdfReader(reports / "report.pdf")
    assert reader.metadata.title
    return [str(reader.metadata.title), *(page.extract_text() for page in reader.pages)]


def of_its_own_case(reports):
    """What is printed but for the section that lays the first case beside, and its numbers."""
    text = " ".join(printed(reports))
    assert text.count(BESIDE) == (0 if reports.name == "geneva-2025" else 1)
    before, _, _ = text.partition("Where numbers come")
    return re.sub(rf"{BESIDE}.*?What this report cannot tell", "", before, flags=re.DOTALL)


def as_of(reports):
    return resolve({"RUN": reports.name})[1].as_of


def test_nothing_of_the_first_case_is_printed(reports):
    first, second = read_raw(ROOT / "data" / "raw"), read_raw(ROOT / FOLDER)
    text = of_its_own_case(reports)
    people = first["speakers"].query("kind == 'person'")["speaker"]
    lists = {part for row in first["actions"]["tranche"] for part in row.split("/")}
    lists -= {part for row in second["actions"]["tranche"] for part in row.split("/")}
    words = {*people, *lists} - {*second["speakers"]["speaker"]}
    assert len(words) > 40
    assert not [word for word in sorted(words) if re.search(rf"\b{re.escape(word)}\b", text)]
    assert not re.findall(r"\b201[789]\b", text)
    for drawn in (reports / "figures").glob("*.svg"):
        assert "2019" not in drawn.read_text(encoding="utf-8"), drawn.name


def test_the_report_is_as_long_as_a_report(reports):
    assert 10 <= len(printed(reports)) - 1 <= 20


def test_the_card_of_each_charge_quotes_the_words_that_carry_promise_and_reach(reports):
    answers = dict(quoted_answers(read(reports / "report.pdf").files))
    assert [answer for answer, is_quoted in answers.items() if not is_quoted] == []
    assert len(answers) > 5


def test_a_run_tells_no_later_day_but_as_hindsight(reports):
    day = as_of(reports)
    text = re.sub(r"\s", " ", " ".join(printed(reports)))
    before, _, _ = text.partition("Hindsight.")
    before = re.sub(r"Written \d+ \w+ \d+", "", before)  # the day on which it was printed
    assert len(before) > 10000
    told = re.findall(rf"\b(\d{{1,2}}) ({MONTHS.replace(' ', '|')}) (20\d\d)\b", before)
    days = {(int(year), MONTHS.split().index(month) + 1, int(one)) for one, month, year in told}
    assert max(days) <= (day.year, day.month, day.day)


def test_the_first_case_is_laid_beside_with_rows_of_its_own_tables(reports):
    recorded = read_values((reports / "values.json").read_text(encoding="utf-8"))
    beside = [value for value in recorded if value["id"].startswith("beside_")]
    assert bool(beside) == (reports.name != "geneva-2025")
    for value in beside:
        assert all(Path(source["path"]).parent == Path("data/raw") for source in value["sources"])
        assert value["definition"].endswith("(run phase-one)")


def test_the_page_answers_what_if(reports):
    tried = json.loads((reports / "what_if.json").read_text(encoding="utf-8"))
    assert tried["choices"]
    assert "what-if" in (reports / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def both(project, built):
    """The project with a built run of either case."""
    shutil.copytree(built / "reports" / RUN, project / "reports" / RUN, dirs_exist_ok=True)
    return project


def test_the_site_of_both_cases_leads_nowhere_wrong_under_another_name(both, tmp_path):
    done = call("site", both, f"SITE={tmp_path / 'laid'}")
    assert done.returncode == 0, done.stdout + done.stderr
    moved = (tmp_path / "laid").rename(tmp_path / "another name")
    names = {str(file.relative_to(moved)) for file in moved.rglob("*.html")}
    assert {f"{run}/report.html" for run in (RUN, "busan-2025")} < names
    assert f"compare/{RUN}--busan-2025.html" in names
    assert sum("/notebooks/" in name for name in names) == 12
    assert len([*links_of(moved)]) > 3000
    assert broken_links(moved) == []
    assert requests_of(moved) == []


def test_the_two_cases_are_compared_by_their_charges_alone(both):
    done = call("compare", both, f"A={RUN}", "B=busan-2025")
    assert done.returncode == 0, done.stdout + done.stderr
    page = both / "reports" / "compare" / f"{RUN}--busan-2025.html"
    told = done.stdout + page.read_text(encoding="utf-8")
    assert "flipped" not in told
    printed = " ".join(done.stdout.split())  # lines are broken where they are long
    for run in (RUN, "busan-2025"):
        folder = both / "reports" / run
        claims = [row["claim"] for row in read_rows(folder / "verdicts.csv")]
        assert not [claim for claim in claims if claim in told]
        charges = read_rows(folder / "tables" / "promises.csv")
        assert len(charges) > 4
        for row in charges:
            assert re.sub(r"[*]|\[(.*)\]\(.*\)", r"\1", row["verdict"]) in printed


@battery_only
def test_the_two_runs_can_be_compared(project):
    done = call("compare", project, "A=busan-2025", "B=geneva-2025")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = (project / "reports" / run / "verdicts.csv" for run in ("busan-2025", "geneva-2025"))
    later, first = (
        {row["claim_id"]: row["verdict"] for row in read_rows(table)} for table in tables
    )
    told = " ".join(done.stdout.split())  # lines are broken where they are long
    assert f"{len(later.keys() - first.keys())} verdicts only in busan-2025" in told
    flipped = [name for name in first.keys() & later.keys() if first[name] != later[name]]
    assert f"{len(flipped) or 'no'} verdicts flipped" in told
