"""What the prose may state: each measure turned into named numbers, dates and words.

A fact carries its unit, its meaning, the rows it rests on and the function that measured it. The
notebooks hand facts to the press; the prose uses them by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import Any, NamedTuple, ParamSpec

import pandas as pd

Given = ParamSpec("Given")

# what the prose says in the place of a day
NO_DAY = "a day that no admitted record gives"


class Fact(NamedTuple):
    """One number, date or word. `rows` names tables of the raw data and rows by their keys.

    `tolerance` is the change between two runs that says nothing; by default, half a unit of the
    last printed digit. `known` is the day from which it could be known, where that is recorded.
    """

    value_id: str
    value: object
    unit: str
    definition: str
    rows: Mapping[str, Sequence[str]] = {}
    function: Callable[..., Any] | None = None
    digits: int | None = None
    text: str | None = None
    tolerance: float | None = None
    known: date | None = None


def side_names(sides: pd.DataFrame) -> Mapping[str, str]:
    """The name of each side as it stands in a sentence, by its code."""
    return dict(zip(sides["side"], sides["article_name"], strict=True))


def rests_on(
    *tables: str,
) -> Callable[[Callable[Given, Iterator[Fact]]], Callable[Given, Iterator[Fact]]]:
    """Give facts that name no rows of their own the raw tables they count as a whole.

    One that no measure made is the work of the function that states it.
    """

    def complete(state: Callable[Given, Iterator[Fact]]) -> Callable[Given, Iterator[Fact]]:
        @wraps(state)
        def stated(*args: Given.args, **kwargs: Given.kwargs) -> Iterator[Fact]:
            for fact in state(*args, **kwargs):
                yield fact._replace(
                    rows=fact.rows or {table: [] for table in tables},
                    function=fact.function or state,
                )

        return stated

    return complete
