"""What the prose may state: each measure turned into named numbers, dates and words.

A fact carries its unit, its meaning, the rows it rests on and the function that measured it. The
notebooks hand facts to the press; the prose uses them by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, wraps
from typing import Any, NamedTuple, ParamSpec

import pandas as pd

from tradetalks.raw.read import RawTables

Given = ParamSpec("Given")

# what joins words in ids of rows and months, as it stands in the id of a value
_JOINED = str.maketrans(" -.;", "____")
# what the prose says in the place of a day
NO_DAY = "a day that no admitted record gives"


class Fact(NamedTuple):
    """One number, date or word. `rows` names tables of the raw data and rows by their keys.

    `tolerance` is the change between two runs that says nothing; by default, half a unit of the
    last printed digit. `known` is the day from which it could be known, where that is recorded.
    """

    value_id: str
    value: Any
    unit: str
    definition: str
    rows: Mapping[str, Sequence[str]] = {}
    function: Callable[..., Any] | None = None
    digits: int | None = None
    text: str | None = None
    tolerance: float | None = None
    known: date | None = None

    def or_words(self, words: str) -> Fact:
        """The same, or words in the place of a value that there is not."""
        if not pd.isna(self.value):
            return self
        return self._replace(value=words, unit="missing", digits=None)

    def or_none(self) -> Fact:
        """The same, or "none" for a count or share of zero."""
        return self if self.value else self._replace(text="none")


# what a function states, one by one
Stated = Iterator[Fact]


@cache
def _names(raw: RawTables) -> Mapping[str, str]:
    """What rows are called, by their codes in lower case, as the raw table `named` says.

    Its columns that end in _id hold one code in each row, `name` what the row is called, if
    anything.
    """
    named = raw["named"]
    given = named.melt("name", [*named.filter(regex="_id$")], value_name="code").dropna()
    return dict(zip(given["code"].str.lower(), given["name"], strict=True))


def called_by_name(facts: Iterable[Fact], raw: RawTables) -> list[Fact]:
    """The facts, with the names of rows in the place of their codes in ids."""
    names = _names(raw)

    def renamed(fact: Fact) -> Fact:
        parts = fact.value_id.split("_")
        return fact._replace(value_id="_".join(names.get(part, part) for part in parts))

    return [renamed(fact) for fact in facts]


def side_names(sides: pd.DataFrame) -> Mapping[str, str]:
    """The name of each side as it stands in a sentence, by its code."""
    return dict(zip(sides["side"], sides["article_name"], strict=True))


def rests_on(
    *tables: str, by: Callable[..., Any] | None = None
) -> Callable[[Callable[Given, Stated]], Callable[Given, list[Fact]]]:
    """Give facts that name no rows of their own the raw tables they count as a whole.

    Those that name no function were measured `by` one; without it, they are the work of the
    function that states them. In ids, codes of rows stand in lower case, joined by underscores.
    """

    def complete(state: Callable[Given, Stated]) -> Callable[Given, list[Fact]]:
        @wraps(state)
        def stated(*args: Given.args, **kwargs: Given.kwargs) -> list[Fact]:
            return [
                fact._replace(
                    value_id=fact.value_id.lower().translate(_JOINED),
                    rows=fact.rows or {table: [] for table in tables},
                    function=fact.function or by or state,
                )
                for fact in state(*args, **kwargs)
            ]

        return stated

    return complete
