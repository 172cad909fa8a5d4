"""Measured tables as readers see them: columns, headings, widths, formats, words in Markdown.

A module for each notebook that shows tables; each function takes what a part of a record measured,
and returns what `Press.table` takes besides the name. Nothing is measured here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Required, TypedDict

import pandas as pd

from notepress.press import Card
from notepress.table_cells import Format


class Shown(TypedDict, total=False):
    """One table as it is shown; each key is an argument of `Press.table`."""

    frame: Required[pd.DataFrame]
    title: str
    source: str
    labels: Mapping[str, str]
    formats: Mapping[str, Format]
    widths: Mapping[str, float]
    markdown: Collection[str]
    key: str
    tells: Sequence[str]
    card: Card
    missing: str


def cites(sources: Iterable[str]) -> str:
    """The citation of all sources of a drawing; each may be several, parted by semicolons."""
    named = (one.strip() for told in sources for one in str(told).split(";"))
    return "; ".join(f"@{one}" for one in dict.fromkeys(named) if one)
