"""What the prose may state: each measure turned into named numbers, dates and words."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

import pandas as pd

from tradetalks.days import in_words
from tradetalks.noted import kept, note, noted, noting
from tradetalks.otherwise import read_rows
from tradetalks.parameters import NAMES
from tradetalks.raw.read import RawTables

# rows that count, by the raw table in which they stand
Rows = Mapping[str, Sequence[str]]
# what joins words in ids of rows and months, as it stands in the id of a value
_JOINED = str.maketrans(" -.;", "____")


@dataclass(frozen=True)
class Fact:
    """One number, date or word. `rows` says, of raw tables that were read, which rows count.

    What was read for it is what its part read, unless a smaller part of that was noted (`read`).
    `known` is the day from which it could be known, where that is recorded.
    """

    value_id: str
    value: Any
    unit: str
    definition: str
    rows: Rows = field(default_factory=dict)
    function: Callable[..., Any] | None = None
    digits: int | None = None
    text: str | None = None
    known: date | None = None
    read: Collection[str] = ()
    parameters: Sequence[str] = ()
    formula: str = ""  # how it is put together, in words
    terms: Mapping[str, float] = field(default_factory=dict)  # the number for each of these words
    behind: Callable[[], Mapping[str, Any]] | None = None  # what of these is made when it is told

    def __post_init__(self) -> None:
        """In ids, codes of rows stand in lower case, joined by underscores."""
        object.__setattr__(self, "value_id", self.value_id.lower().translate(_JOINED))

    def resting_on(self, read: Collection[str], measure: Callable[..., Any]) -> Self:
        """The same with all that was read for it, and what measured it, if nothing else is said.

        Of a table of which neither it nor what was read names rows, all count.
        """
        if self.behind:
            return replace(self, **self.behind(), behind=None).resting_on(read, measure)
        own = {table: sorted({*rows}) for table, rows in self.rows.items() if rows}
        by_table = _rows_by_table(frozenset(self.read or read))
        return replace(
            self,
            rows={table: own.get(table, rows) for table, rows in by_table.items()},
            parameters=sorted({*read} & {*NAMES}),
            function=self.function or measure,
        )

    def or_words(self, words: str) -> Self:
        """The same, or words in the place of a value that there is not."""
        if not pd.isna(self.value):
            return self
        return replace(self, value=words, unit="missing", digits=None)

    def or_none(self) -> Self:
        """The same, or "none" for a count or share of zero."""
        return self if self.value else replace(self, text="none")


@cache  # many facts rest on the same
def _rows_by_table(names: frozenset[str]) -> Rows:
    """Of each table among these names the rows that they name, or none where one names it whole."""
    rows: dict[str, list[str]] = {}
    for table, row in ([*name.split(" ", 1), ""][:2] for name in sorted(names)):
        if table not in NAMES:
            rows.setdefault(table, []).append(row)
    return {table: () if "" in own else own for table, own in rows.items()}


# a field that words of a fact name
_BRACED = re.compile(r"{(\w+)")
# what a function states, one by one
Stated = Iterator[Fact]


def told_by(table: Path) -> Callable[..., list[Fact]]:
    """What states facts as a table has them, by their `group`, from a row of what was measured.

    `value` is a field of the row; other columns name fields in braces, a day of which stands there
    in words. `digits` may be 0/1: one of a number that is no whole one. `missing` is said in the
    place of a missing value, or a dash leaves its fact out; `zero` in that of a count or share of
    zero. `text`, where there is such a column, is the field that is printed in the place of the
    value. What has a `formula` is put together of `terms`.
    """
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    named: dict[str, set[str]] = defaultdict(set)
    for line in read_rows(table):
        groups[line["group"]].append(line)
        named[line["group"]] |= {*_BRACED.findall(" ".join(line.values()))}

    def told(
        group: str,
        row: Mapping[Any, Any],
        rows: Rows | None = None,
        *,
        terms: Mapping[str, float] | None = None,
        **more: Any,
    ) -> list[Fact]:
        said = {
            name: in_words(cell) if isinstance(cell := row[name], date) and pd.notna(cell) else cell
            for name in named[group] & row.keys()
        }
        facts = []
        for line in groups[group]:
            value: Any = row.get(line["value"])
            is_missing, digits = bool(pd.isna(value)), line["digits"]
            if is_missing and line["missing"] == "-":
                continue
            if digits == "0/1":
                digits = "0" if not is_missing and float(value).is_integer() else "1"
            words = (line[name].format_map(said) for name in ("id", "unit", "definition"))
            value_id, unit, about = words
            told = {"digits": int(digits) if digits else None} | more
            if text := line.get("text"):
                told["text"] = row[text]
            if formula := line["formula"]:
                told |= {"formula": formula, "terms": terms or {}}
            fact = Fact(value_id, value, unit, about, rows or {}, **told)
            if is_missing and line["missing"]:
                fact = fact.or_words(line["missing"].format_map(said))
            facts.append(fact.or_none() if line["zero"] else fact)
        return facts

    return told


def apart(*groups: Callable[[], Iterable[Fact]]) -> list[Fact]:
    """Facts in groups that rest on what was read by now, and on what is read to state each group.

    All else that a part reads, these do not rest on.
    """
    facts: list[Fact] = []
    before, together = noted(), set[str]()
    for state in groups:
        with noting(before) as read:
            stated = [*state()]
        names = frozenset(read)
        facts += [replace(fact, read=fact.read or names) for fact in stated]
        together |= read
    note(together)
    return facts


@kept
def _by_name(raw: RawTables) -> Callable[[str], str]:
    """Puts names of rows into ids, in the place of codes: cells of columns in _id of `named`."""
    named = raw["named"]
    given = named.melt("name", [*named.filter(regex="_id$")], value_name="code").dropna()
    names = dict(zip(given["code"].str.lower(), given["name"], strict=True))
    return cache(lambda called: "_".join(names.get(part, part) for part in called.split("_")))


def called_by_name(facts: Iterable[Fact], raw: RawTables) -> list[Fact]:
    """The facts, with the names of rows in the place of their codes in ids."""
    by_name = _by_name(raw)
    return [
        fact
        if (named := by_name(fact.value_id)) == fact.value_id
        else replace(fact, value_id=named, rows={"named": (), **fact.rows})
        for fact in facts
    ]


def side_names(sides: pd.DataFrame) -> Mapping[str, str]:
    """The name of each side as it stands in a sentence, by its code."""
    return dict(zip(sides["side"], sides["article_name"], strict=True))
