"""What the prose may state: each measure turned into named numbers, dates and words.

A fact carries its unit, its meaning, the rows it rests on and the function that measured it. The
notebooks hand facts to the press; the prose uses them by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

# what the prose says in the place of a day
NO_DAY = "a day that no admitted record gives"


class Fact(NamedTuple):
    """One number, date or word. `rows` names tables of the raw data and rows by their keys."""

    value_id: str
    value: object
    unit: str
    definition: str
    rows: Mapping[str, Sequence[str]] = {}
    function: Callable[..., Any] | None = None
    digits: int | None = None
    text: str | None = None
