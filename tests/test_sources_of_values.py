"""Every value names the raw tables and parameters that move it: each is changed, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import pandas as pd
import pytest

import projects
from tradetalks import parts
from tradetalks.border import dating
from tradetalks.checks import DataError
from tradetalks.facts import Fact
from tradetalks.limits import parse_run
from tradetalks.parameters import (
    NAMES,
    ParameterError,
    Parameters,
    alternatives,
    named_values,
    parse_parameters,
    read_parameter_file,
    with_last,
)
from tradetalks.raw.descriptor import Resource, require_descriptor
from tradetalks.raw.read import RawTables
from tradetalks.records import Records
from tradetalks.rules.validate import validate

# one run of each case; in `make test` one of so many tables is changed, which one by its name: a
# table that comes or goes takes no other in or out
RUNS = {"may-2019": (5, 2), "busan-2025": (3, 2)}
# parts that take most of the time and read what others read: part of make test-trust
SLOW = ("doubted", "masked")
# tables that a run reads and that move no value, each with the reason
SILENT = {
    "events": "words in drawings and tables",
    "event_actions": "joins words to actions",
    "open_choices": "what else a verdict could be, told in tables",
    "parameters": "names what is tried, and runs have their own already",
    "revisions": "verdicts that moved between editions, told in a table",
    "sentences": "words that answer questions, told on cards",
    "speakers": "names and ranks, told in tables; without one, statements are refused",
    "border_windows": "months of the first case's border, of which the second dates no step",
}
# and of one run alone
SILENT_IN = {"busan-2025": {"border_measured": "sums that claims cite, and that decide no answer"}}
# parts that hold what is looked up in them, of which two are never alike
LOOKING_UP = ("docket", "doubted")
# parameters that move no value: the folder, a check of the tables, what all its values are told by
STILL = {"raw_dir", "detail", "farm_definition"}


class Altered(RawTables):
    """Raw tables of which one is another; all else is as it was read."""

    def __init__(self, raw: RawTables, table: str = "", frame: pd.DataFrame | None = None) -> None:
        vars(self).update(vars(raw))
        self._frame = lambda name: frame if name == table else raw._frame(name)


def read_again(raw_dir: Path) -> RawTables:
    """Raw tables for which nothing is kept that other tests have measured, with more draws."""
    folder = projects.ROOT / raw_dir
    return Altered(RawTables(folder, require_descriptor(folder), validate))


def run_of(name: str) -> Parameters:
    path = projects.ROOT / "params" / f"{name}.yml"
    return parse_run(read_parameter_file(path), projects.ROOT)


def stated(raw: RawTables, given: Parameters) -> dict[str, dict[str, Fact] | None]:
    """The facts of a run by their ids, for each part; None of one that refuses its tables."""
    found: dict[str, dict[str, Fact] | None] = {}
    for one in Records(raw, given):
        for part in one.parts():
            if projects.WHOLE or part not in SLOW:
                try:
                    facts = one.facts([part])
                except Exception:
                    found[part] = None
                else:
                    found[part] = {fact.value_id: fact for fact in facts}
    return found


def moved(
    before: Mapping[str, dict[str, Fact] | None], after: Mapping[str, dict[str, Fact] | None]
) -> list[Fact]:
    """The facts that say something else, or nothing any more; none of parts that refuse."""
    return [
        fact
        for part, then in after.items()
        for name, fact in (before[part] or {}).items()
        if then is not None and (name not in then or _told(fact) != _told(then[name]))
    ]


def _told(fact: Fact) -> tuple[str, str]:
    return repr(fact.value), repr(fact.text)


class Change(NamedTuple):
    """A table with something else in it: what, and in which row where it is a single one."""

    told: str
    rows: pd.DataFrame
    key: str | None = None


def changes(rows: pd.DataFrame, described: Resource) -> Iterator[Change]:
    """Ways to change a table, the plainest first: numbers, stances, days, a row less, all else."""
    columns = described.shape.columns

    def of(kind: str, told: str, change: Callable[[pd.Series], pd.Series]) -> Iterator[Change]:
        for name in (column.name for column in columns if column.type == kind):
            if rows[name].notna().any():
                yield Change(f"{name} {told}", rows.assign(**{name: change(rows[name])}))

    yield from of("number", "up by a tenth", lambda now: now * 1.1)
    if "stance" in rows:
        turned = rows["stance"].replace({"for": "against", "against": "for"})
        yield Change("stance turned", rows.assign(stance=turned))
    yield from of("date", "a day later", lambda now: now + pd.Timedelta(days=1))
    led = [name for link, _ in described.links for name in link.columns]
    keys = rows[described.shape.primary_key or led].astype("str").fillna("")
    for place in dict.fromkeys((len(rows) - 1, len(rows) // 2, 0)):
        key = " ".join(filter(None, keys.iloc[place]))
        yield Change(f"without row {key}", rows.drop(index=rows.index[place]), key)
        for name in (column.name for column in columns if column.type == "number"):
            if pd.notna(rows[name].iloc[place]):
                one = rows[name].where(rows.index != rows.index[place], rows[name] * 1.1)
                yield Change(f"{name} of {key} up by a tenth", rows.assign(**{name: one}), key)
    yield from of("integer", "up by one", lambda now: now + 1)
    yield from of("boolean", "turned", lambda now: ~now)
    for column in columns:
        codes = column.constraints.enum
        if len(codes) > 1:
            other = rows[column.name].replace(dict(zip(codes, [*codes[1:], codes[0]], strict=True)))
            yield Change(f"{column.name} another code", rows.assign(**{column.name: other}))
    yield from of("string", "in other words", lambda now: now + "x")


def is_named(fact: Fact, table: str, key: str | None) -> bool:
    """Whether a fact names the table: as a whole, or with the row that was changed."""
    rows = fact.rows.get(table)
    return rows is not None and (key is None or not rows or key in rows)


class Measured(NamedTuple):
    """A run with the facts that it states, and the tables that it read for them at all.

    The files tell which these are, and nothing that is noted.
    """

    run: str
    given: Parameters
    raw: RawTables
    before: dict[str, dict[str, Fact] | None]
    read: set[str]


@pytest.fixture(scope="module", params=RUNS)
def measured(request: pytest.FixtureRequest) -> Iterator[Measured]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dating, "DRAWS", 50)  # intervals may be rough here
        patch.setattr(parts, "_FIRST", {})  # and are kept for nothing that others measure
        given, read = run_of(request.param), set()
        raw = read_again(given.raw_dir)
        frame = raw._frame
        raw._frame = lambda name: (read.add(name), frame(name))[1]
        yield Measured(request.param, given, raw, stated(raw, given), {*read})


def test_a_value_that_a_table_moves_names_it(measured: Measured) -> None:
    run, given, raw, before, read = measured
    every, first = RUNS[run]
    unnamed, silent = [], []
    described = require_descriptor(raw.folder).resources
    for table in described:
        is_drawn = projects.WHOLE or crc32(table.name.encode()) % every == first
        if not is_drawn or table.name not in read or raw[table.name].empty:
            continue
        if table.name in SILENT and not projects.WHOLE:
            continue
        moving = 0
        for change in changes(raw[table.name], table):
            try:
                after = stated(Altered(raw, table.name, change.rows), given)
            except Exception:
                continue
            facts = moved(before, after)
            unnamed += [
                f"{fact.value_id}: {table.name}, {change.told}"
                for fact in facts
                if not is_named(fact, table.name, change.key)
            ]
            moving += bool(facts)
            if moving == (2 if projects.WHOLE else 1):
                break
        silent += [] if moving else [table.name]
    assert not unnamed
    assert {*silent} <= SILENT.keys() | SILENT_IN.get(run, {}).keys()


def test_a_value_that_a_parameter_moves_names_it(measured: Measured) -> None:
    _, given, raw, before, _ = measured
    named, still = named_values(raw["parameters"]), {*NAMES}
    unnamed = []
    for name in NAMES:
        # what is open is tried with each verdict, a rule of any dispute here
        tried = alternatives(name, named) or ["implied_alone"] * (name == "otherwise")
        for value in tried[0 if projects.WHOLE else -1 :]:
            try:
                other = parse_parameters(with_last(given.model_dump(), {name: value}))
                facts = moved(before, stated(raw, other))
            except (ParameterError, DataError):  # not allowed with the others
                continue
            unnamed += [
                f"{one.value_id}: {name} = {value}" for one in facts if name not in one.parameters
            ]
            still -= {name} if facts else {*()}
    assert not unnamed
    assert still <= STILL or not projects.WHOLE


def told_by_parts(raw: RawTables, given: Parameters) -> dict[str, object]:
    """What each part of a run comes to, tables and facts; of what looks things up, its facts."""
    return {
        name: [*map(_told, getattr(part, "facts", ()))]
        if name in LOOKING_UP
        else parts._content(part)
        for one in Records(raw, given)
        for name, part in ((name, getattr(one, name)) for name in one.parts())
    }


def test_what_is_said_after_the_day_of_a_run_moves_no_part(measured: Measured) -> None:
    _, given, raw, *_ = measured
    said = raw["statements"]
    loud = said[said["act"].eq("blame") & said["confidence"].eq("high")].head(1)

    def with_one_more(days: int) -> RawTables:
        day = pd.Timestamp(given.as_of) + pd.Timedelta(days=days)
        late = loud.assign(statement_id="S900", statement_date=day, frames="backtracking")
        return Altered(raw, "statements", pd.concat([said, late], ignore_index=True))

    before, after = told_by_parts(raw, given), told_by_parts(with_one_more(1), given)
    assert [name for name in before if before[name] != after[name]] == []
    # said on the day it is counted
    ledgers = (Records(one, given).statements.ledger for one in (raw, with_one_more(0)))
    assert len({parts._content(one) for one in ledgers}) == 2


def test_the_terms_of_an_average_give_it(measured: Measured) -> None:
    rates = measured.before["rates"] or {}
    told = [fact for fact in rates.values() if fact.formula]
    assert {fact.value_id.split("_")[0] for fact in told} == {"us", "cn"}
    for fact in told:
        terms = dict(fact.terms)
        base, gone = (terms.pop(w, 0.0) for w in ("base rate (percent)", "points on exempt goods"))
        whole = terms.pop("all imports ($ billion)")
        if any(word.startswith("added rate on") for word in terms):
            numbers = [*terms.values()]
            parts = sum(a * b for a, b in zip(numbers[::2], numbers[1::2], strict=True))
        else:
            parts = sum(terms.values())
        assert base + parts / whole - gone == pytest.approx(fact.value)
