"""Files of raw tables as received: read as text, with every fault of their form."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from tradetalks.checks import Fault, count, nearest
from tradetalks.raw.characters import character_faults
from tradetalks.raw.checksums import content_of

# to list what is wrong with every row of a larger file would take minutes
_MOST_BYTES = 10_000_000

SOURCE_KINDS = ("primary", "press", "data", "scholarly", "repost")
_REFERENCE_COLUMNS = ("id", "type", "title")
# of CSL 1.0.2: others reach the list of sources as something else
SOURCE_TYPES = (
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
    "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview",
    "legal_case", "legislation", "manuscript", "map", "motion_picture", "musical_score", "pamphlet",
    "paper-conference", "patent", "performance", "periodical", "personal_communication", "post",
    "post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech",
    "standard", "thesis", "treaty", "webpage",
)  # fmt: skip


@dataclass
class Table:
    """A file of comma-separated values as received: its header, its rows, and what is wrong.

    `rows` are cells by column, by the row's number in the file, the header being row 1; of rows
    without one cell per column the text is in `unread`. `is_whole` is false where reading stopped.
    `issued` has by id the first and last day on which a reference can have been issued.
    """

    file: str
    header: list[str] = field(default_factory=list)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    is_whole: bool = False
    issued: dict[str, tuple[date, date]] = field(default_factory=dict)

    def fault(
        self, rule: str, remedy: str, row: int = 0, column: str = "", value: str | None = None
    ) -> None:
        """Note a fault of the file, or at a place in it; a filled cell there is its value."""
        if value is None and row in self.rows:
            value = self.rows[row].get(column) or None
        self.faults.append(Fault(rule, remedy, self.file, row, column, value))

    def has(self, columns: Iterable[str]) -> bool:
        """Whether the header has all of these columns."""
        return {*columns} <= {*self.header}

    def select(self, columns: Iterable[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each row's number and its cells in these columns."""
        cells = [[row[name] for row in self.rows.values()] for name in columns]
        return zip(self.rows, zip(*cells, strict=True) if cells else repeat(()), strict=False)


def are_readable(tables: Mapping[str, Table], needed: Mapping[str, Iterable[str]]) -> bool:
    """Whether all these tables are there, whole, with the columns that are needed of each."""
    return all(
        name in tables and tables[name].is_whole and tables[name].has(columns)
        for name, columns in needed.items()
    )


def read_table(path: Path, form: str = "csv") -> Table:
    """Read a file as text, with every fault of its form: csv, or json for a list of references."""
    table = Table(path.name)
    text = read_text(path)
    if isinstance(text, Fault):
        table.faults.append(text)
    elif form == "json":
        _take_references(table, text)
    else:
        _note_characters(table, text)
        _take_rows(table, text)
    return table


def _take_rows(table: Table, text: str) -> None:
    """Read comma-separated values."""
    # the library's own limit would stop at the row; the check of cells names the cell
    limit, number = csv.field_size_limit(max(len(text), 1)), 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if number > 1:
                _take_row(table, number, cells)
            elif len(cells) == 1 and (sign := re.search("[;\t]", cells[0])):
                named = "semicolons" if sign[0] == ";" else "tabs"
                remedy = "save it with commas between cells, and points for decimals"
                table.fault(f"has {named} between its cells", remedy, number)
                return
            else:
                table.header = cells
        table.is_whole = text.endswith("\n")
    except csv.Error as error:
        remedy = "close the quotation mark that opens a cell; inside it, write two for one"
        table.fault(f"cannot be read from here on: {error}", remedy, number + 1)
    finally:
        csv.field_size_limit(limit)
    if not table.header:
        table.fault("has no header row", "put the names of the columns into the first row", 1)


def _take_references(table: Table, text: str) -> None:
    """Read a CSL-JSON list as a table of its items' id, type and title."""
    table.header = [*_REFERENCE_COLUMNS]
    try:
        items = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        table.fault(f"is not JSON: {error}", "mend the JSON there")
        return
    if not isinstance(items, list):
        table.fault("is not a list", "put the references into one JSON list")
        return
    table.is_whole = True
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            remedy = "write each reference as a JSON object"
            table.fault("is not an object", remedy, number, value=str(item))
            continue
        for column, value, rule, remedy in _reference_faults(item):
            table.fault(rule, remedy, number, f"{item.get('id')}, {column}", value)
        table.rows[number] = {name: str(item.get(name) or "") for name in table.header}
        if item.get("issued") and (days := _days_of(item["issued"])):
            table.issued[table.rows[number]["id"]] = days


def read_text(path: Path) -> str | Fault:
    """Read a file of UTF-8 text, or say why that cannot be done."""
    try:
        if not path.is_file():
            return Fault("is not there as a file", "put the file there", path.name)
        if path.stat().st_size > _MOST_BYTES:
            rule = f"has more than {_MOST_BYTES // 1_000_000} MB"
            remedy = "check that it is the right file; what is read here is written by hand"
            return Fault(rule, remedy, path.name)
        return content_of(path).decode("utf-8")
    except OSError as error:
        return Fault(f"cannot be read: {error.strerror}", "let the file be read", path.name)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        rule = f"is not UTF-8: byte {error.object[error.start]:#04x} in line {line}"
        return Fault(rule, "save the file as UTF-8", path.name)


def _note_characters(table: Table, text: str) -> None:
    """Note what the format of the tables rules out: carriage returns, nulls, a line cut off."""
    if "\r" in text:
        table.fault("has carriage returns", "save the file with line ends LF or CR LF")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        table.fault("has a null character", "save the file as text", line)
    if text and not text.endswith("\n"):
        remedy = "check that nothing is cut off, and end it"
        table.fault("ends in the middle of a line", remedy, text.count("\n") + 1)


def _take_row(table: Table, number: int, cells: list[str]) -> None:
    """Add a row to the table, or the reason why it is none."""
    if not any(cells):
        rule, remedy = "is an empty row", "remove the row"
    elif len(cells) != len(table.header):
        rule = f"has {count(len(cells), 'cell')}, but the header has {len(table.header)}"
        remedy = "give the row one cell per column; put a text with commas in quotation marks"
    elif "\n" in "".join(cells):
        rule = "has a cell that runs over several lines"
        remedy = "close the quotation mark that opens the cell, or write the text on one line"
    else:
        # of a column that is named twice, which is a fault of its own, the first
        named = zip(reversed(table.header), reversed(cells), strict=True)
        table.rows[number] = dict(named)
        return
    table.unread.update(part for cell in cells for part in [cell, *re.split(r"[\n,]", cell)])
    table.fault(rule, remedy, number, value=",".join(cells).strip(",") or None)


def _strings(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside a value of JSON with its place, such as author.0.family."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _strings(inner, f"{place}.{name}" if place else str(name))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object of a JSON file, refusing names that would silently replace each other."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise ValueError(f"an item has {name!r} twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    """Refuse what Python reads and JSON does not have: NaN and the infinities."""
    raise ValueError(f"{name} is no number of JSON")


def _reference_faults(item: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield column, value, rule and remedy for what is wrong with one reference."""
    custom = item.get("custom")
    kind = custom.get("kind") if isinstance(custom, dict) else None
    if kind not in SOURCE_KINDS:
        rule = "does not say what kind of source it is"
        yield "custom.kind", str(kind or ""), rule, f"write one of {', '.join(SOURCE_KINDS)}"
    if item.get("type") not in SOURCE_TYPES:
        near = nearest(str(item.get("type")), SOURCE_TYPES)
        rule, remedy = "is no type of CSL", f"write a type of CSL, such as webpage or report{near}"
        yield "type", str(item.get("type") or ""), rule, remedy
    for name in ("URL", "archive_location"):
        url = item.get(name, "https://x")
        if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s\"<>]+", url):
            rule, remedy = "is not an address", f"write the whole address, or leave {name} out"
            yield name, str(url), rule, remedy
    if "archive_location" in item and not item.get("archive"):
        rule = "does not say whose copy was read"
        yield "archive", "", rule, "name the host of archive_location, as print says it"
    issued = item.get("issued")
    if issued is not None and not _days_of(issued):
        rule = "is not a year, month or day in CSL's form"
        yield "issued", str(issued), rule, 'write {"date-parts": [[2030, 5, 9]]}, or leave it out'
    accessed = _days_of(item.get("accessed") or {})
    if accessed is None or accessed[0] != accessed[1]:
        rule = "does not say on which day it was entered"
        remedy = 'write the day in CSL\'s form: {"date-parts": [[2030, 5, 9]]}'
        yield "accessed", str(item.get("accessed") or ""), rule, remedy
    # the columns of the table are looked at as its cells
    others = {name: value for name, value in item.items() if name not in _REFERENCE_COLUMNS}
    for place, text in _strings(others):
        yield from ((place, text, rule, remedy) for rule, remedy in character_faults(text))


def _days_of(day: Any) -> tuple[date, date] | None:
    """The first and last day of a year, month or day in CSL's form; None where it is none."""
    try:
        (parts,) = day["date-parts"]
        first = date(*[*parts, 1, 1][:3])
        if len(parts) == 3:
            return first, first
        year, month = divmod(first.month if len(parts) == 2 else 12, 12)
        after = date(first.year + year, month + 1, 1)
    except (TypeError, KeyError, ValueError):
        return None
    return (first, after - timedelta(days=1)) if len(parts) < 3 else None
