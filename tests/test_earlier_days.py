"""A report of an earlier day: nothing in it was said, announced or written after that day."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

import projects
import whowalkedaway
from notepress import prose, values
from projects import TRUST
from tradetalks.facts import Fact
from tradetalks.limits import table_limits
from tradetalks.raw.read import RawTables
from tradetalks.records import records
from whowalkedaway.readings import printed, units_later

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


def drawn() -> list[date]:
    """Days from the first of the window on: a few, more in `make test-trust`."""
    limits = table_limits(whowalkedaway.ROOT / projects.parameters().raw_dir)
    assert limits
    first, last = projects.parameters().window_start, date.fromisoformat(limits.last)
    every = [first + timedelta(days) for days in range((last - first).days + 1)]
    return sorted(random.Random(20190604).sample(every, 20 if TRUST else 2))


@pytest.fixture(scope="module")
def units() -> dict[str, str]:
    return units_later(projects.parameters())


@pytest.fixture(scope="module")
def text() -> list[str]:
    notebook = whowalkedaway.ROOT / "notebooks" / f"{whowalkedaway.NOTEBOOKS[-1]}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def known_rows(raw: RawTables, day: date) -> Iterator[tuple[str, pd.DataFrame, pd.Series]]:
    """Tables whose rows have a day, with which of their rows were known by a day."""
    for name, column in KNOWN_BY.items():
        table = raw[name].set_index(str(raw[name].columns[0]))
        yield name, table, table[column] <= pd.Timestamp(day)


def printed_on(
    facts: list[Fact], units: Mapping[str, str], text: list[str]
) -> tuple[list[str], Mapping[str, Any]]:
    """The text of that day as it is printed, before it is filled, and its values by id."""
    told = [{"id": fact.value_id, **printed(fact)._asdict()} for fact in facts]
    known = {one["id"]: one for one in values.with_later(told, units)}
    assert [what for part in text for what in prose.wrong_conditions(part, known)] == []
    left = [part for part in prose.left_to_print(text, known, ()) if part]
    return left, known


@pytest.mark.parametrize("day", drawn(), ids=str)
def test_a_report_knows_nothing_later(
    day: date, raw: RawTables, units: dict[str, str], text: list[str]
) -> None:
    given = projects.parameters(as_of=day, hindsight=False)
    facts = [fact for record in records(raw, given) for fact in record.facts()]
    left, known = printed_on(facts, units, text)
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
    days = {name: known[name]["value"] for name in used if known[name]["unit"] == "date"}
    assert {name for name, one in days.items() if one > str(day) and not AHEAD.match(name)} == set()


def is_later(source: Mapping[str, Any], day: date) -> bool:
    """Whether a source was published after a day; one that measures may be.

    One that a row of the day rests on may be as well: a paper prints on the next day what was said.
    """
    parts = source.get("issued", {}).get("date-parts", [[]])[0]
    issued = "-".join(f"{part:02}" for part in parts)
    return source["custom"]["kind"] not in MEASURED_BY and issued > str(day)[: len(issued)]
