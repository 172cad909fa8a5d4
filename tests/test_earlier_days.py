"""A report of an earlier day: nothing in it was said, announced or written after that day."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest

import projects
from notepress import prose, values
from projects import SEED, so_many
from tradetalks.facts import Fact
from tradetalks.limits import table_limits
from tradetalks.parameters import Parameters
from tradetalks.raw.read import RawTables
from tradetalks.records import Records
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.inputs import report_file, run_beside
from whowalkedaway.readings import BESIDE, printed, units_later, values_beside

# the day of a row, from which on it can be known
KNOWN_BY = {
    "actions": "announced_date",
    "claims": "claim_date",
    "context": "known_date",
    "press": "day",
    "rounds": "start_date",
    "statements": "statement_date",
}
# what measures may be younger than what they measure: trade of a year, averages of others
MEASURED_BY = ("data", "scholarly")
# a day to come is told where it had been announced
AHEAD = re.compile(r"(effective|border_plan_effective)_|grace_|sections_day")


# the first and last day, one before every claim, one amid the breakdown
ALWAYS = ("2018-03-22", "2018-06-15", "2019-05-07", "2020-02-14")


@cache
def words_of(raw_dir: str) -> list[str]:
    """The prose of the report of a dispute, cell by cell."""
    cells = json.loads(report_file(ROOT / raw_dir).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


@cache
def tables_of(raw_dir: str) -> RawTables:
    return read_raw(ROOT / raw_dir)


@cache
def later_units(raw_dir: str) -> Mapping[str, str]:
    return units_later(projects.parameters(raw_dir=raw_dir))


def drawn(raw_dir: str, span: str, whole: int) -> list[date]:
    """Of each month or quarter of the window one day, in the whole battery so many, by lot.

    A report changes on days on which a row is known or a source that is cited came out. So it is
    the eves of those that are drawn: each stands for all days since the change before. The lot of
    a day is the seed's and its own: a source that gets another day moves its own eve alone.
    """
    limits, raw = table_limits(ROOT / raw_dir), tables_of(raw_dir)
    assert limits
    first, last = projects.parameters(raw_dir=raw_dir).window_start, date.fromisoformat(limits.last)
    cited = {key for text in words_of(raw_dir) for key, *_ in prose.citations(text)}
    issued = {issued_on(raw.references[key]) for key in cited & {*raw.references}}
    changes = {date.fromisoformat(day) for day in issued if len(day) == 10}
    changes.update(day.date() for name in KNOWN_BY for day in raw[name][KNOWN_BY[name]].dropna())
    lots = defaultdict(list)
    for eve in (day - timedelta(1) for day in changes):
        if first <= eve <= last:
            lot = random.Random(f"{SEED} {eve}").random()
            lots[str(pd.Period(eve, span))].append((lot, eve))
    return [eve for name in sorted(lots) for _, eve in sorted(lots[name])[: so_many(whole, 1)]]


def issued_on(source: Mapping[str, Any]) -> str:
    """The day on which a source came out, or its month or year; empty where nobody says."""
    parts = source.get("issued", {}).get("date-parts", [[]])[0]
    return "-".join(f"{part:02}" for part in parts)


DAYS = [("data/raw", date.fromisoformat(day)) for day in ALWAYS]
DAYS += [("data/raw", day) for day in drawn("data/raw", "M", 8)]
DAYS += [("data/raw/geneva-2025", day) for day in drawn("data/raw/geneva-2025", "Q", 8)]


def known_rows(raw: RawTables, day: date) -> Iterator[tuple[str, pd.DataFrame, pd.Series]]:
    """Tables whose rows have a day, with which of their rows were known by a day."""
    for name, column in KNOWN_BY.items():
        table = raw[name].set_index(str(raw[name].columns[0]))
        yield name, table, table[column] <= pd.Timestamp(day)


def printed_on(facts: list[Fact], given: Parameters) -> tuple[list[str], Mapping[str, Any]]:
    """The text of that day as it is printed, before it is filled, and its values by id."""
    text = words_of(given.raw_dir)
    told = [{"id": fact.value_id, **printed(fact)._asdict()} for fact in facts]
    known = {one["id"]: one for one in values.with_later(told, later_units(given.raw_dir))}
    if other := run_beside(ROOT / given.raw_dir):
        named = {name for part in text for name in prose.used_ids(prose.choose(part, known))}
        wanted = [name for name in named if name.startswith(BESIDE)]
        known |= {one["id"]: one for one in values_beside(other, wanted, given)}
    assert [what for part in text for what in prose.wrong_conditions(part, known)] == []
    left = [part for part in prose.left_to_print(text, known, ()) if part]
    assert [what for part in left for what in prose.unknown_ids(part, known)] == []
    return left, known


@pytest.mark.parametrize(("raw_dir", "day"), DAYS, ids=str)
def test_a_report_knows_nothing_later(raw_dir: str, day: date) -> None:
    given = projects.parameters(raw_dir=raw_dir, as_of=day, hindsight=False)
    raw = tables_of(raw_dir)
    facts = [fact for record in Records(raw, given) for fact in record.facts()]
    left, known = printed_on(facts, given)
    assert "not yet known" not in prose.fill("".join(left), known)
    used = {name for part in left for name in prose.used_ids(part)}
    stated = [fact for fact in facts if fact.value_id in used]
    assert {fact.value_id for fact in stated if fact.known and fact.known > day} == set()
    on_record: set[str] = set()
    for name, table, is_known in known_rows(raw, day):
        rows = {row for fact in stated for row in fact.rows.get(name, [])}
        assert rows & {*table.index[~is_known]} == set(), name
        on_record |= {*table.loc[is_known].get("source_id", [])}
    cited = {key for part in left for key, *_ in prose.citations(part)} & {*raw.references}
    assert {key for key in cited - on_record if is_later(raw.references[key], day)} == set()
    own = [name for name in used if known[name]["unit"] == "date" and not name.startswith(BESIDE)]
    days = {name: known[name]["value"] for name in own}
    assert {name for name, one in days.items() if one > str(day) and not AHEAD.match(name)} == set()


def is_later(source: Mapping[str, Any], day: date) -> bool:
    """Whether a source was published after a day; one that measures may be.

    One that a row of the day rests on may be as well: a paper prints on the next day what was said.
    """
    issued = issued_on(source)
    return source["custom"]["kind"] not in MEASURED_BY and issued > str(day)[: len(issued)]
