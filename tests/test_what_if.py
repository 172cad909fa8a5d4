"""The table behind the page: what it says of a state is what a run of that state would measure."""

from __future__ import annotations

import itertools
import json
import random
import re
import string
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

import projects
from notepress.prose import typeset
from tradetalks.border.record import BorderRecord
from tradetalks.claims.checks import TOLD
from tradetalks.claims.ladder import ASKED, PLAIN, VERDICTS
from tradetalks.parameters import as_text
from tradetalks.raw.read import RawTables
from tradetalks.records import RECORDS, Records, parameters_read
from tradetalks.tariffs.record import TariffRecord
from tradetalks.words.record import StatementRecord
from whowalkedaway.choices import CHOICES, READ_BY
from whowalkedaway.what_if import NOT_TRIED, moved_by, texts_of

SIGNS = string.digits + string.ascii_letters + "".join(map(chr, range(0xC0, 0x250)))


@pytest.fixture(scope="module")
def page(reports: Path) -> str:
    return (reports / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def table(page: str) -> dict[str, Any]:
    """As the reader's browser has it."""
    found = re.search(r'id="what-if-table"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    assert len(found[1].encode()) < 35_000
    table = unpacked(json.loads(found[1]))
    for choice in table["choices"]:
        options = re.search(rf"""<select name="{choice["name"]}">(.*?)</select>""", page)
        found = r'<option value="([^"]*)"'
        choice["values"] = re.findall(found, options[1] if options else "")
    return table


def unpacked(table: dict[str, Any]) -> dict[str, Any]:
    """The table with the places, texts and signs of each id; `page.js` does the same."""
    moves, texts = {}, [None]
    for text in table["texts"]:
        same, _, rest = text.partition(" ")
        texts.append((texts[-1] or "")[: int(same)] + rest)
    for name, (pattern, *told) in table["moves"].items():
        places, signs = table["patterns"][pattern]
        whole = re.sub(r"(.)\*(\d+);", lambda run: run[1] * int(run[2]), signs)
        moves[name] = places, [texts[one] for one in told], whole
    return {**table, "moves": moves}


def looked_up(table: dict[str, Any], name: str, state: dict[str, str]) -> str | None:
    """What the table says of one id; `page.js` does the same."""
    places, texts, signs = table["moves"][name]
    at = 0
    for place in places:
        choice = table["choices"][place]
        values = choice["values"]
        at = at * len(values) + values.index(state[choice["name"]])
    return texts[SIGNS.index(signs[at])]


def is_word(one: str) -> bool:
    """Whether an id is that of words about a claim, and of no value."""
    return not one.islower()


def drawn(table: dict[str, Any]) -> list[dict[str, str]]:
    offered = {one["name"]: one["values"] for one in table["choices"]}
    every = [dict(zip(offered, at, strict=True)) for at in itertools.product(*offered.values())]
    draw = random.Random(20190604)
    usual = [state for state in every if not state["otherwise"]]
    others = [state for state in every if state["otherwise"]]
    return [*draw.sample(usual, 25), *draw.sample(others, 15)]


def test_forty_joint_states_are_what_is_measured(
    raw: RawTables, page: str, table: dict[str, Any]
) -> None:
    home = Records(raw, projects.parameters())
    parts = [
        (field, part)
        for field in RECORDS
        for part in getattr(home, field).parts()
        if part not in NOT_TRIED and hasattr(getattr(getattr(home, field), part), "facts")
    ]
    printed = {*re.findall(r'href="#num-(\w+)"', page)} - {*table["unmeasured"]}
    as_printed = dict(re.findall(r'id="num-(\w+)"><th[^>]*>(.*?)</th>', page))
    # parts that state nothing which the page has are not asked
    asked = {*printed, *table["moves"]}
    parts = [at for at in parts if any(one in asked or is_word(one) for one in texts_of(home, *at))]
    states = drawn(table)
    assert {one["name"] for one in table["choices"]} == {*CHOICES}
    for state in states:
        given = Records(raw, projects.parameters(**state))
        measured: dict[str, str] = {}
        for at in parts:
            measured |= {name: typeset(text) for name, text in texts_of(given, *at).items()}
        for name in table["moves"]:
            assert looked_up(table, name, state) == measured.get(name), (name, state)
        for name in printed - table["moves"].keys():
            assert measured[name] == unescape(as_printed[name]), (name, state)
        # and every verdict, and every answer that stands in the page
        for name, words in texts_of(home, "verdicts", "judged").items():
            claim, _, question = name.partition(".")
            is_there = not question or f'id="tbl-claim_{claim.lower()}"' in page
            if question == "stops":
                is_there = claim in {*home.verdicts.charges.table["claim_id"]}
            # the band of a card tells its verdict as a value
            moves = {name, f"verdict_{claim.lower()}"} & table["moves"].keys()
            if is_word(name) and is_there and not moves:
                assert measured[name] == typeset(words), (name, state)


def test_each_charge_tells_what_turns_it_and_that_does(raw: RawTables, page: str) -> None:
    charges = Records(raw, projects.parameters()).verdicts.charges.table
    numbered = [*zip(map(str, range(1, 99)), charges["claim_id"], charges["verdict"], strict=False)]
    for charge in charges.to_dict("records"):
        link = f'#tbl-claim_{charge["claim_id"].lower()}"'
        row = re.search(rf'{link}(?:(?!<tr\b).)*<tr class="ways">(.*?)</tr>', page, re.DOTALL)
        found = (
            r'data-chosen="?([^" ]*)"? data-rests=\'([^\']*)\'><strong>(.*?)</strong> '
            r"if (both: \(1\).*?; \(2\) )?[^<]*"
            r'<span class="then">(.*?)<span class="why">(.*?)</span>'
        )
        ways = re.findall(found, row[1] if row else "", re.DOTALL)
        assert 1 <= len(ways) <= 2
        home = VERDICTS.index(charge["verdict"])
        becomes = []
        for chosen, rests, told, takes, then, why in ways:
            state = dict(parse_qsl(unescape(chosen)))
            changed = len(state) + state.get("otherwise", "").count(",")
            assert bool(takes) == (changed == 2)
            there = Records(raw, projects.parameters(**state)).verdicts
            verdict = there.docket.outcome(charge["claim_id"], there.settings).verdict
            assert told == PLAIN[verdict].capitalize() != PLAIN[charge["verdict"]].capitalize()
            becomes.append(VERDICTS.index(verdict) < home)
            own, _, also = then.partition("</em>")
            # what other charges do is told of those whose verdict there is another, and of no more
            outcomes = [there.docket.outcome(one, there.settings).verdict for _, one, _ in numbered]
            found = re.findall(r"Accusations? ([^→]*) → ([^.]*)\.", also)
            assert {at: became for some, became in found for at in re.findall(r"\d+", some)} == {
                at: PLAIN[now]
                for (at, one, was), now in zip(numbered, outcomes, strict=True)
                if one != charge["claim_id"] and PLAIN[now] != PLAIN[was]
            }
            staying = re.findall(r"Accusations? ([\d, and]+) stays?\b", unescape(why))
            stay = {at for some in staying for at in re.findall(r"\d+", some)}
            assert stay <= {
                at
                for (at, one, was), now in zip(numbered, outcomes, strict=True)
                if one != charge["claim_id"] and PLAIN[now] == PLAIN[was]
            }
            # the answers that move are told, with what each becomes, or that none does
            moved = re.findall(r"([A-Z][\w ]+)\s→\s([^;.]*)", unescape(own))
            slots = [
                one for one, name in ASKED.items() if name[:-1] in {told for told, *_ in moved}
            ]
            here = there.judged.answers.set_index("question_id")["answer"]
            for slot, (_, now) in zip(slots, moved, strict=True):
                asked = f"{charge['claim_id']}.{[*ASKED].index(slot) + 1}"
                assert now.startswith(TOLD[here[asked]])
                # and on what it then rests, as in a run of that choice
                rests_on = json.loads(unescape(rests))[f"answer_{asked.lower().replace('.', '_')}"]
                if TOLD[here[asked]] in ("yes", "no"):
                    assert {reads.split()[-1] for *_, reads in rests_on} == {TOLD[here[asked]]}
                else:
                    assert not rests_on or TOLD[here[asked]] == "disputed"
            assert moved or "<em></em>" in then  # it counts otherwise
            assert why.endswith(".")
        assert becomes == sorted({*becomes}, reverse=True)  # what strengthens it comes first


def test_the_choices_of_the_page_are_those_of_the_run(table: dict[str, Any]) -> None:
    usual = as_text(projects.parameters())
    for choice in table["choices"]:
        assert choice["given"] == choice["usual"] == usual[choice["name"]]
        assert choice["given"] in choice["values"]
        assert len(choice["values"]) > 1


def test_a_text_depends_on_what_moves_it_also_if_only_two_choices_do_together() -> None:
    states = itertools.product(range(2), range(3), range(2))
    moved = [int(x == 1 and z == 1) for x, _, z in states]
    assert moved_by({"x": 2, "y": 3, "z": 2}, moved) == (["x", "z"], [0, 0, 0, 1])
    assert moved_by({"x": 2}, [0, 0]) == ([], [0])


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


def test_of_each_record_the_choices_are_known_that_it_may_depend_on(raw: RawTables) -> None:
    for field, record in zip(RECORDS, Records(raw, projects.parameters()), strict=True):
        kind = type(record)
        read = {name for part in kind.parts() for name in parameters_read(kind, part)}
        assert read & {*CHOICES} == {*READ_BY[field]}


def test_runs_that_admit_other_evidence_outside_of_the_averages_share_them(raw: RawTables) -> None:
    first, second = (
        Records(raw, projects.parameters(min_confidence=one)) for one in ("medium", "high")
    )
    assert first.tariffs.tables.steps is not second.tariffs.tables.steps
    assert first.tariffs.rates is second.tariffs.rates
    assert first.border.felt is second.border.felt
