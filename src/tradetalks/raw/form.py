"""Files of raw tables as received: read as text, with every fault of their form."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tradetalks.checks import nearest
from tradetalks.raw.problems import Problem, count

SOURCE_KINDS = ("primary", "press", "data", "scholarly")

# What a cell of a spreadsheet can hold; it would cut a longer one without a word.
_CELL_WIDTH = 32_767
# A spreadsheet runs a cell that starts like this, also after a semicolon or tab, where it is set
# to part cells there. A sign before digits after a semicolon is text: "1; +15: 9.7".
_FORMULA = re.compile(
    r"""[\s"']*[=+\-@＝＋－＠]|.*[;\t][ "']*(?:[=@＝＠]|[+\-＋－](?![\s0-9]))""", re.DOTALL
)
# Controls, line separators and marks that nobody sees: directions, zero widths, soft hyphens.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# Joiners are letters' business in scripts that join; beside Latin they only hide.
_JOINERS = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")

LEXICAL = {
    # Python, and so frictionless, also reads NaN, inf, 1_000, other scripts' digits, blanks, and
    # more digits than a column of numbers can hold.
    "integer": (re.compile(r"-?[0-9]{1,18}"), "write a whole number in plain digits"),
    # and a day without its zeros, which no longer sorts as text
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "write a day that exists, as YYYY-MM-DD"),
    "number": (
        re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"),
        "write a number in plain digits with a decimal point, or leave the cell empty",
    ),
}


@dataclass
class Table:
    """A file of comma-separated values as received: its header, its rows, and what is wrong.

    `numbers` are the rows' numbers in the file, the header being row 1. Rows that do not have
    one cell per column are not in `rows`, but the text of their cells is kept in `unread`: what
    points to them is not wrong. `is_whole` is false where reading stopped before the end.
    """

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True


def read_table(path: Path) -> Table:
    """Read a file of comma-separated values as text, with every fault of its form."""
    text, problems = read_text(path)
    table = Table(problems=problems, is_whole=text is not None)
    if text is None:
        return table
    table.problems += _form_problems(path.name, text)
    # the library's own limit would stop at the row; ours names the cell
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                table.header = cells
            else:
                _take_row(table, path.name, number, cells)
    except csv.Error as error:
        table.is_whole = False
        table.problems.append(
            Problem(
                file=path.name,
                row=number + 1,
                column="",
                value=None,
                rule=f"cannot be read from here on: {error}",
                remedy="close the quotation mark that opens a cell; inside it, write two for one",
            )
        )
    if not table.header:
        rule, remedy = "has no header row", "put the names of the columns into the first row"
        table.problems.append(Problem(path.name, 1, "", None, rule, remedy))
    return table


def _take_row(table: Table, file: str, number: int, cells: list[str]) -> None:
    """Add a row to the table, or the reason why it is none."""
    if not any(cells):
        rule, remedy = "is an empty row", "remove the row"
    elif len(cells) != len(table.header):
        rule = f"has {count(len(cells), 'cell')}, but the header has {len(table.header)}"
        remedy = "give the row one cell per column; put a text with commas in quotation marks"
    elif any("\n" in cell for cell in cells):
        rule = "has a cell that runs over several lines"
        remedy = "close the quotation mark that opens the cell, or write the text on one line"
    else:
        table.rows.append(cells)
        table.numbers.append(number)
        return
    table.unread.update(part for cell in cells for part in [cell, *re.split(r"[\n,]", cell)])
    table.problems.append(Problem(file, number, "", None, rule, remedy))


def read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """Read a file of UTF-8 text; None where that cannot be done."""

    def fault(rule: str, remedy: str) -> list[Problem]:
        return [Problem(path.name, 0, "", None, rule, remedy)]

    if path.is_dir():
        return None, fault("is a folder", "put the file in its place, and the folder elsewhere")
    if not path.exists():
        near = nearest(path.name, [other.name for other in files(path.parent)])
        return None, fault("does not exist", f"put the file there{near}")
    if not path.is_file():
        return None, fault("is a device or pipe", "put a file in its place")
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, fault(f"cannot be read: {error.strerror}", "let the file be read")
    problems = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        problems = fault("starts with a byte order mark", "save the file as UTF-8 without BOM")
    try:
        return data.decode("utf-8"), problems
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        rule = f"is not UTF-8: byte {data[error.start]:#04x} in line {line}"
        return None, problems + fault(rule, "save the file as UTF-8")


def _form_problems(file: str, text: str) -> list[Problem]:
    """Find what the format of the tables rules out: carriage returns, no end of the last line."""
    problems = []
    if "\r" in text:
        rule, remedy = "has carriage returns", "save the file with line ends LF, not CR LF"
        problems.append(Problem(file, 0, "", None, rule, remedy))
    if "\0" in text:
        rule, remedy = "has a null character", "save the file as text"
        problems.append(
            Problem(file, text.count("\n", 0, text.index("\0")) + 1, "", None, rule, remedy)
        )
    if text and not text.endswith("\n"):
        rule, remedy = "ends in the middle of a line", "check that nothing is cut off, and end it"
        problems.append(Problem(file, text.count("\n") + 1, "", None, rule, remedy))
    return problems


def read_references(path: Path) -> Table:
    """Read a CSL-JSON list as a table of its items' id, type and title, with every fault."""
    text, problems = read_text(path)
    table = Table(header=["id", "type", "title"], problems=problems, is_whole=False)
    if text is None:
        return table
    try:
        items = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        remedy = "mend the JSON there"
        table.problems.append(Problem(path.name, 0, "", None, f"is not JSON: {error}", remedy))
        return table
    if not isinstance(items, list):
        rule, remedy = "is not a list", "put the references into one JSON list"
        table.problems.append(Problem(path.name, 0, "", None, rule, remedy))
        return table
    table.is_whole = True
    for number, item in enumerate(items, start=1):
        faults = list(_reference_faults(item))
        table.problems += [
            Problem(path.name, number, column, value, rule, remedy)
            for column, value, rule, remedy in faults
        ]
        if isinstance(item, dict):
            table.problems += [
                Problem(path.name, number, place, text, rule, remedy)
                for place, text in _strings(item)
                for rule, remedy in text_faults(text, is_string=False)
            ]
            table.rows.append([str(item.get(name) or "") for name in table.header])
            table.numbers.append(number)
    return table


def _strings(value: object, place: str = "") -> Iterable[tuple[str, str]]:
    """Yield every text inside a value of JSON with its place, such as author.0.family."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping | list):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, inner in pairs:
            yield from _strings(inner, f"{place}.{name}" if place else str(name))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object of a JSON file, refusing names that would silently replace each other."""
    item = dict(pairs)
    if len(item) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an item has {repeated!r} twice")
    return item


def _reference_faults(item: object) -> Iterable[tuple[str, str | None, str, str]]:
    """Yield column, value, rule and remedy for what is wrong with one reference."""
    if not isinstance(item, dict):
        yield "", str(item), "is not an object", "write each reference as a JSON object"
        return
    custom = item.get("custom")
    kind = custom.get("kind") if isinstance(custom, dict) else None
    if kind not in SOURCE_KINDS:
        rule = "does not say what kind of source it is"
        yield "custom.kind", str(kind or ""), rule, f"write one of {', '.join(SOURCE_KINDS)}"
    url = item.get("URL", "https://")
    if not isinstance(url, str) or not re.match(r"https?://", url):
        rule, remedy = "is not an address", "write the whole address, or leave URL out"
        yield "URL", str(url), rule, remedy
    issued = item.get("issued")
    if issued is not None and not _is_csl_date(issued):
        rule = "is not a year, month or day in CSL's form"
        yield "issued", str(issued), rule, 'write {"date-parts": [[2019, 5, 9]]}, or leave it out'


def _is_csl_date(issued: object) -> bool:
    try:
        (parts,) = issued["date-parts"]  # type: ignore[index]
        year, month, day = (*parts, 1, 1)[:3]
        date(year, month, day)
    except (TypeError, KeyError, ValueError):
        return False
    return 1 <= len(parts) <= 3


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def text_faults(text: str, is_string: bool) -> Iterable[tuple[str, str]]:
    """Yield rule and remedy for what is wrong with the characters of one cell."""
    if len(text) > _CELL_WIDTH:
        yield f"has {len(text)} characters", f"cut it to {_CELL_WIDTH}, or close its quotation mark"
        return
    if not text.isascii() or not text.isprintable():
        seen = _JOINERS.sub("", text)
        hidden = [one for one in seen if unicodedata.category(one) in _INVISIBLE]
        if hidden:
            name = unicodedata.name(hidden[0], "a control character")
            yield f"holds U+{ord(hidden[0]):04X}, {name}, which nobody sees", "take it out"
        if not unicodedata.is_normalized("NFC", text):
            rule = "writes an accent apart from its letter"
            yield rule, "type the letter anew, so that equal names are equal (NFC)"
    if is_string and _FORMULA.match(text) and not LEXICAL["number"][0].fullmatch(text):
        rule = "starts like a formula, and a spreadsheet would run it"
        yield rule, "word it so that no part of it starts with = + - or @"
