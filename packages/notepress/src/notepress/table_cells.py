"""How the cells of a table look to readers, in the report and on the pages beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from notepress import prose, values
from notepress.errors import PressError

if TYPE_CHECKING:
    import pandas as pd

Format = str | Callable[[Any], str]


def cell_texts(
    column: pd.Series[Any], how: Format | None, missing: str = values.MISSING
) -> list[str]:
    """Return one column as readers see it, cell by cell."""
    return [
        missing if gone else _cell(x, how) for x, gone in zip(column, column.isna(), strict=True)
    ]


def _cell(value: object, how: Format | None) -> str:
    plain = value.item() if hasattr(value, "item") else value
    if callable(how):
        return how(plain)
    if how is not None:
        text = how.format(plain)
        return text.replace("-", values.MINUS) if isinstance(plain, int | float) else text
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, int | float):
        return values.number(plain, 0 if isinstance(plain, int) else 2)
    if hasattr(plain, "isoformat"):
        return values.printed(plain.isoformat()[:10], "date")
    return str(plain)


def is_number(column: pd.Series[Any]) -> bool:
    """Tell whether a column's cells stand on the right: numbers, but no truth values."""
    return column.dtype.kind in "iuf"


def only_columns(
    kind: str, name: str, frame: pd.DataFrame, option: str, names: Collection[str]
) -> None:
    """Refuse an option of a figure or table that names a column which its data have not."""
    known = [str(column) for column in frame.columns]
    for column in names:
        if column not in known:
            near = prose.nearest(column, known)
            raise PressError(f"{kind} {name}: {option} names no column {column!r}{near}")


def headings(
    kind: str, name: str, frame: pd.DataFrame, labels: Mapping[str, str] | None
) -> dict[str, str]:
    """Return every column's heading, for readers."""
    if frame.empty:
        raise PressError(f"{kind} {name}: its table has no rows")
    only_columns(kind, name, frame, "labels", labels or ())
    return {str(column): (labels or {}).get(column, str(column)) for column in frame.columns}


def html_table(record: dict[str, Any]) -> str:
    """Return a recorded table as a notebook shows it, with Markdown as what it means."""
    from mistune import html  # only where a table is shown

    def row(tag: str, cells: Sequence[str], is_markdown: bool) -> str:
        return "".join(
            f'<{tag} style="text-align: {column["align"]}">{shown}</{tag}>'
            for text, column in zip(map(escape, cells), record["columns"], strict=True)
            for shown in [html(prose.unnamed(text)) if is_markdown and column["markdown"] else text]
        )

    title = f"<caption>{html(record['title'])}</caption>\n" if record.get("title") else ""
    head = row("th", [column["header"] for column in record["columns"]], False)
    body = "\n".join(f"<tr>{row('td', cells, True)}</tr>" for cells in record["rows"])
    return f"<table>\n{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def stacked(names: Iterable[str]) -> str:
    """What a narrow page, which stacks the cells of a row, writes before each: a style in CSS."""
    quoted = (re.sub(r"([\\'])", r"\\\1", name) for name in names)
    return ";".join(f"--c{place}:'{name}'" for place, name in enumerate(quoted, 1))
