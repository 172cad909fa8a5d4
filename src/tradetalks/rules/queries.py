"""Rules between raw tables as queries over them: a file of SQL for each subject.

Above a query stand the places where it finds faults, a line each: `-- sides.zone`, or a table
alone; `{table}` and `{column}` in it are these. It gives row (0 for the whole table), rule and
remedy of each fault, and the value where that is not the cell. Cells are text, as received; what
asks for a table or column that is not there finds nothing.
"""

import json
import math
import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradetalks.checks import nearest
from tradetalks.claims.ladder import TEMPLATES
from tradetalks.days import sent_at
from tradetalks.raw.form import Table
from tradetalks.rules.translations import IDEOGRAPHS
from tradetalks.tariffs.kinds import BASE_EVENT_KINDS, CLASS_BY_EVENT_KIND, KIND_BY_PART

# with the tables of which nothing is told while one has a fault by itself
_SUBJECTS = {
    "ledger": "",
    "tariffs": "actions chapter_events coverage benchmarks coverage_sets exemptions sides",
    "claims": "",
    "documents": "",
    "streams": "streams stream_channels stream_readings stream_sample",
}
# columns, and rows
_Content = tuple[Sequence[str], Sequence[Sequence[object]]]
# what the code knows of codes in the tables
_KNOWN: Mapping[str, _Content] = {
    "event_kinds": (
        ("kind", "class", "is_base"),
        [(kind, of, kind in BASE_EVENT_KINDS) for kind, of in CLASS_BY_EVENT_KIND.items()],
    ),
    "set_parts": (("part", "sort"), [*KIND_BY_PART.items()]),
    # a question of context can be of any claim but a charge
    "slots": (
        ("kind", "slot", "is_needed"),
        [
            *(("charge", slot, True) for slot in TEMPLATES),
            ("fact", "part", True),
            *((kind, "context", False) for kind in ("fact", "denial", "sum", "value")),
        ],
    ),
}
# a band of a schedule names its lines after a colon, and how they add up: "10:916 (270+646)"
_BAND = re.compile(r"[^:|]+:\s*(\d+)(?:\s*\([\d+ ]*\))?")


def note_between(tables: Mapping[str, Table]) -> None:
    """Note what the queries find between those tables that are whole."""
    files = {name: Path(__file__).with_name(f"{name}.sql") for name in _SUBJECTS}
    texts = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    base = _base(tables, {*re.findall(r"\w+", " ".join(texts.values()))})
    for subject, text in texts.items():
        needed = {*_SUBJECTS[subject].split()} & tables.keys()
        if any(tables[name].faults for name in needed):
            continue
        for query in text.split(";\n"):
            places = re.findall(r"^-- (\w+)(?:\.(\w+))?$", query, re.MULTILINE)
            for table, column in places or [("", "")]:
                found = _ask(base, query.format(table=table, column=column))
                for row, rule, remedy, *value in found:
                    tables[table].fault(rule, remedy, row, column, *value)


def _base(tables: Mapping[str, Table], asked: Collection[str]) -> sqlite3.Connection:
    """A base of the tables that are asked for, and of what the code knows."""
    base = sqlite3.connect(":memory:")
    for take in (_filled, _parts, _nearest, _day_sent, _is_zone, _band_lines, _english_words):
        base.create_function(take.__name__[1:], -1, take)
    contents = dict(_KNOWN)
    if "references" in tables:
        days = tables["references"].issued.items()
        contents["issued"] = ("id", "first", "last"), [(name, *map(str, of)) for name, of in days]
    for name in sorted(tables.keys() & asked):
        if (table := tables[name]).is_whole:
            header = [*dict.fromkeys(table.header)]
            cells = [(number, *row) for number, row in table.select(header)]
            contents[name] = ["row", *header], cells
    for name, (columns, rows) in contents.items():
        named = ", ".join('"{}"'.format(column.replace('"', '""')) for column in columns)
        # columns that differ by their capitals alone or have a null character: each is told anyway
        with suppress(sqlite3.OperationalError, sqlite3.ProgrammingError):
            base.execute(f'CREATE TABLE "{name}" ({named})')
            marks = ", ".join("?" * len(columns))
            base.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608
    return base


def _ask(base: sqlite3.Connection, query: str) -> list[Any]:
    try:
        return base.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        if str(error).startswith(("no such ", "cannot join ")):
            return []  # what is missing is told
        raise


def _filled(*cells: str) -> str:
    """The first cell that is not empty."""
    return next(filter(None, cells), "")


def _parts(cell: str) -> str:
    """The parts of a cell, as a list in JSON."""
    return json.dumps(cell.split(";") if cell else [])


def _nearest(name: str, names: str) -> str:
    return nearest(name, (names or "").split("\n"))


def _day_sent(tweet_id: str) -> str:
    return f"{sent_at(tweet_id):%Y-%m-%d}"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _english_words(words: str, translation: str) -> int:
    """Words that an English reader has; of Han without a translation 2 for 3 characters."""
    ideographs = 0 if translation else len(IDEOGRAPHS.findall(words))
    return math.ceil(ideographs * 2 / 3) or len((translation or words).split())


def _band_lines(rate_bands: str) -> int | None:
    """Lines of a schedule summed over its bands, or None where the bands do not count lines."""
    bands = [_BAND.fullmatch(band) for band in rate_bands.split("|")]
    return sum(int(band[1]) for band in bands if band) if all(bands) else None
