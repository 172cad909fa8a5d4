"""Fetch new months of trade statistics from their publisher, as rows of the raw tables.

The descriptor says where a table comes from: an address that answers with one side of the trade,
and one that answers with all of it. Each names what it asks for (`get`): the code of the chapter
first, then values in the order of the table's columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd

from tradetalks.checks import DataError

# who asks often needs a key; it is a secret, and stands in no file and in no message
KEY_VARIABLE = "TRADE_API_KEY"
# to connect, and to answer
_TIMEOUT_SECONDS = (10, 120)


def fetch_months(
    addresses: Sequence[str],
    columns: Sequence[str],
    months: Sequence[str],
    *,
    key: str = "",
    tell: Callable[[str], None] = print,
) -> pd.DataFrame:
    """Rows of months by chapter: month, hs_chapter, and the columns, as the addresses give them.

    Raises one DataError with every answer that could not be used, and every chapter of which an
    address has no row: missing is not zero.
    """
    parts: dict[str, dict[tuple[str, str], str]] = {}
    problems: list[str] = []
    names = iter(columns)
    for address in addresses:
        asked = parse_qs(urlsplit(address).query)["get"][0].split(",")
        wanted = dict(zip(asked[1:], names, strict=False))
        for column in wanted.values():
            parts[column] = {}
        for month in months:
            try:
                rows = _ask(address, month, key)
                for code, values in _values(rows, asked[0], list(wanted)):
                    for field, column in wanted.items():
                        parts[column][month, code] = values[field]
            except DataError as problem:
                problems.append(f"{month}: {problem}")
        tell(f"{urlsplit(address).path}: {len(months)} months asked for")
    table = pd.DataFrame(parts).rename_axis(["month", "hs_chapter"]).sort_index()
    for row in table[table.isna().any(axis=1)].reset_index().to_dict("records"):
        lacking = ", ".join(column for column in parts if pd.isna(row[column]))
        problems.append(f"{row['month']}: chapter {row['hs_chapter']} has no {lacking}")
    if problems:
        raise DataError(
            f"{len(problems)} answers cannot be used\n  "
            + "\n  ".join(dict.fromkeys(problems))
            + "\nWhat to do: ask for months that have been published; where the publisher wants a"
            f" key, get one from it and set {KEY_VARIABLE}"
        )
    return table.astype("int64").reset_index()


def _ask(address: str, month: str, key: str) -> list[list[Any]]:
    """Return the rows of one answer, the names of its columns first."""
    import requests

    asked = {"time": month, **({"key": key} if key else {})}
    try:
        answer = requests.get(address, params=asked, timeout=_TIMEOUT_SECONDS)
    except requests.RequestException as error:
        # its words have the address with the key in it
        raise DataError(f"no answer ({type(error).__name__})") from None
    if answer.status_code == requests.codes.no_content:
        raise DataError("nothing is published of this month")
    try:
        rows = answer.json()
    except ValueError:
        rows = None
    if not answer.ok or not isinstance(rows, list) or not rows:
        said = " ".join(answer.text.split())[:80]
        raise DataError(f"the answer is no table ({answer.status_code}): {said}")
    return rows


def _values(
    rows: list[list[Any]], code: str, fields: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each chapter's code and values, by the names of the fields."""
    header, *records = rows
    if lacking := [name for name in (code, *fields) if name not in header]:
        raise DataError(f"the answer has no {', '.join(lacking)}")
    for record in records:
        row = dict(zip(header, record, strict=False))
        values = {field: str(row[field]) for field in fields}
        if wrong := [
            f"{field} {value}" for field, value in values.items() if not value.isdecimal()
        ]:
            raise DataError(f"chapter {row[code]} has {', '.join(wrong)}, which is no whole number")
        yield str(row[code]), values
