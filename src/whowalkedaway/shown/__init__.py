"""Measured tables as readers see them: columns, headings, widths, formats, words in Markdown.

A module for each notebook that shows tables; each function takes what a part of a record measured,
and returns what `Press.table` takes besides the name. Nothing is measured here. Tables that always
have the same columns have them in columns.csv, in their order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Required, TypedDict

import pandas as pd

from notepress.press import Card
from notepress.table_cells import Format
from tradetalks.otherwise import read_rows


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


def listed(table: str, name: str = "heading") -> dict[str, str]:
    """What columns.csv says of the columns of a table, where it says anything."""
    rows = read_rows(Path(__file__).with_name("columns.csv"))
    return {row["column"]: row[name] for row in rows if row["table"] == table and row[name]}


def as_listed(table: str, frame: pd.DataFrame) -> Shown:
    """The columns of a frame that columns.csv has of a table, and how they look."""
    labels = listed(table)
    return {
        "frame": frame[[*labels]],
        "labels": labels,
        "widths": {column: float(one) for column, one in listed(table, "width").items()},
        "formats": {**listed(table, "format")},
        "markdown": [*listed(table, "markdown")],
    }


def cites(sources: Iterable[str]) -> str:
    """The citation of all sources of a drawing; each may be several, parted by semicolons."""
    named = (one.strip() for told in sources for one in str(told).split(";"))
    return "; ".join(f"@{one}" for one in dict.fromkeys(named) if one)
