"""Fetch new months of trade statistics from their publisher, as rows of the raw tables.

The descriptor says where a table comes from: an address that answers with one side of the trade,
and one that answers with all of it. Each names what it asks for (`get`): the code of the chapter
first, then values in the order of the table's columns.
"""

from collections.abc import Callable, Sequence
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
    # by column, and then by month and chapter
    cells: dict[str, dict[tuple[str, str], int]] = {column: {} for column in columns}
    problems: list[str] = []
    unasked = [*columns]
    for address in addresses:
        code, *fields = parse_qs(urlsplit(address).query)["get"][0].split(",")
        wanted, unasked = dict(zip(fields, unasked, strict=False)), unasked[len(fields) :]
        for month in months:
            try:
                for row in _ask(address, month, key, [code, *wanted]):
                    for field, column in wanted.items():
                        cells[column][month, row[code]] = int(row[field])
            except DataError as problem:
                problems.append(f"{month}: {problem}")
        tell(f"{urlsplit(address).path}: {len(months)} months asked for")
    rows = sorted({row for column in cells.values() for row in column})
    index = pd.MultiIndex.from_tuples(rows, names=["month", "hs_chapter"])
    table = pd.DataFrame({name: pd.Series(column, index) for name, column in cells.items()}, index)
    for lacking in table[table.isna().any(axis=1)].reset_index().to_dict("records"):
        names = ", ".join(column for column in columns if pd.isna(lacking[column]))
        problems.append(f"{lacking['month']}: chapter {lacking['hs_chapter']} has no {names}")
    if problems:
        raise DataError(
            f"{len(problems)} answers cannot be used\n  "
            + "\n  ".join(dict.fromkeys(problems))
            + "\nWhat to do: ask for months that have been published; where the publisher wants a"
            f" key, get one from it and set {KEY_VARIABLE}"
        )
    return table.astype("int64").reset_index()


def _ask(address: str, month: str, key: str, fields: Sequence[str]) -> list[dict[str, str]]:
    """The rows of one answer with these fields, of which the first is the code of the chapter."""
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
    header, *records = rows
    if lacking := [name for name in fields if name not in header]:
        raise DataError(f"the answer has no {', '.join(lacking)}")
    found = [dict(zip(header, map(str, record), strict=False)) for record in records]
    for row in found:
        if wrong := [f"{name} {row[name]}" for name in fields[1:] if not row[name].isdecimal()]:
            said = f"{', '.join(wrong)}, which is no whole number"
            raise DataError(f"chapter {row[fields[0]]} has {said}")
    return found
