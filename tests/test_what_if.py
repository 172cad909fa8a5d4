"""The table behind the page: what it says of a state is what a run of that state would measure."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

import projects
from notepress.prose import typeset
from tradetalks.parameters import as_text
from tradetalks.raw.read import RawTables
from tradetalks.record import BorderRecord, StatementRecord, TariffRecord, parameters_read, records
from whowalkedaway.choices import CHOICES
from whowalkedaway.what_if import NOT_TRIED, moved_by, texts_of

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture(scope="module")
def page(reports: Path) -> str:
    return (reports / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def table(page: str) -> dict[str, Any]:
    """As the reader's browser has it."""
    found = re.search(r'id="what-if-table">(.*?)</script>', page, re.DOTALL)
    assert found
    assert len(found[1].encode()) < 35_000
    return json.loads(found[1])


def looked_up(table: dict[str, Any], name: str, state: dict[str, str]) -> str | None:
    """What the table says of one id; `page.js` does the same."""
    places, texts, signs = table["moves"][name]
    at = 0
    for place in places:
        choice = table["choices"][place]
        values = [value for value, _ in choice["values"]]
        at = at * len(values) + values.index(state[choice["name"]])
    return texts[SIGNS.index(signs[at])]


def is_word(one: str) -> bool:
    """Whether an id is that of words about a claim, and of no value."""
    return not one.islower()


def drawn(table: dict[str, Any]) -> list[dict[str, str]]:
    offered = {one["name"]: [value for value, _ in one["values"]] for one in table["choices"]}
    every = [dict(zip(offered, at, strict=True)) for at in itertools.product(*offered.values())]
    return random.Random(20190604).sample(every, 30)


def test_thirty_joint_states_are_what_is_measured(
    raw: RawTables, page: str, table: dict[str, Any]
) -> None:
    home = records(raw, projects.parameters())
    parts = [
        (field, part)
        for field, record in home._asdict().items()
        for part in record.parts()
        if part not in NOT_TRIED and hasattr(getattr(record, part), "facts")
    ]
    printed = {*re.findall(r'href="#num-(\w+)"', page)} - {*table["unmeasured"]}
    as_printed = dict(re.findall(r'id="num-(\w+)"><th scope="row">(.*?)<td>', page))
    # parts that state nothing which the page has are not asked
    asked = {*printed, *table["moves"]}
    parts = [at for at in parts if any(one in asked or is_word(one) for one in texts_of(home, *at))]
    states = drawn(table)
    assert {one["name"] for one in table["choices"]} == {*CHOICES}
    for state in states:
        given = records(raw, projects.parameters(**state))
        measured: dict[str, str] = {}
        for at in parts:
            measured |= {name: typeset(text) for name, text in texts_of(given, *at).items()}
        for name in table["moves"]:
            assert looked_up(table, name, state) == measured.get(name), (name, state)
        for name in printed - table["moves"].keys():
            assert measured[name].replace("&", "&amp;") == as_printed[name], (name, state)
        # and every verdict, and every answer that stands in the page
        for name, words in texts_of(home, "verdicts", "judged").items():
            claim, _, question = name.partition(".")
            is_there = not question or f'id="tbl-claim_{claim.lower()}"' in page
            # the band of a card tells its verdict as a value
            moves = {name, f"verdict_{claim.lower()}"} & table["moves"].keys()
            if is_word(name) and is_there and not moves:
                assert measured[name] == typeset(words), (name, state)


def test_the_choices_of_the_page_are_those_of_the_run(table: dict[str, Any]) -> None:
    usual = as_text(projects.parameters())
    for choice in table["choices"]:
        assert choice["given"] == choice["usual"] == usual[choice["name"]]
        assert choice["given"] in [value for value, _ in choice["values"]]
        assert len(choice["values"]) > 1


def test_a_text_depends_on_what_moves_it_also_if_only_two_choices_do_together() -> None:
    states = itertools.product("ab", "cd", "ef")
    found: dict[tuple[str, ...], str | None] = {
        at: "moved" if at[0] == "b" and at[2] == "f" else "as printed" for at in states
    }
    moving, texts = moved_by(["x", "y", "z"], found)
    assert moving == ["x", "z"]
    assert texts[("b", "f")] == "moved"
    assert [*texts.values()].count("as printed") == 3
    assert moved_by(["x"], {("a",): "same", ("b",): "same"}) == ([], {(): "same"})


@pytest.mark.parametrize(
    ("kind", "part", "some", "others"),
    [
        (
            StatementRecord,
            "streams",
            {"breakdown_date", "event_window_days", "include_editorials"},
            {"us_coverage"},
        ),
        (TariffRecord, "threat", {"list4_rate_pct", "us_coverage", "min_confidence"}, {"coder"}),
        (BorderRecord, "recorded", {"us_coverage", "hindsight"}, {"effective_date_rule"}),
    ],
)
def test_what_a_part_may_depend_on_is_told_by_names(
    kind: type[Any], part: str, some: set[str], others: set[str]
) -> None:
    read = parameters_read(kind, part)
    assert some <= read
    assert not others & read


def test_runs_that_admit_other_evidence_outside_of_the_averages_share_them(raw: RawTables) -> None:
    first, second = (
        records(raw, projects.parameters(min_confidence=one)) for one in ("medium", "high")
    )
    assert first.tariffs.tables.steps is not second.tariffs.tables.steps
    assert first.tariffs.rates is second.tariffs.rates
    assert first.border.felt is second.border.felt
