"""What can happen to raw tables between two people: a table of damages, each done to a copy.

A damage knows where it is (file, row counted from the header, column), so that a test can hold an
error message to it, and what text it put in the place of which, so that a test can tell a table
that was read right from one that was not.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HTML = "<script>alert()</script><img src=x onerror=alert()>"
MARKUP = (
    r"[x](javascript:alert()) **b** `c`{=html} {{cn_rate_last}} @nobody $\input{/etc/passwd}$ "
    '#read("/etc/passwd") <!-- x --> <a href="javascript:alert()" onclick=x>'
)
RIGHT_TO_LEFT = "שלום وسلام"
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)"]
FORMULAS += ["\t=1+1", " =1+1", "＝1+1", "a;=1+1", '"=1+1', "a;@SUM(1)"]
HIDDEN = ["\u202e", "\u200b", "\ufeff", "\u00ad", "\u2066", "\u2028", "\x1b[2J", "\x07", "\u200d"]
NO_DAYS = ["2019-02-30", "30/05/2019", "2019-5-3", "20190503", "May 5, 2019", "43589", "1019-05-09"]
NO_NUMBERS = ["25%", "1,000", "1.000,5", "NaN", "inf", "-inf", "1e999", " 5", "1_0", "٣", "0x10"]


@dataclass(frozen=True)
class Damage:
    """One thing done to a copy of the raw tables."""

    kind: str
    name: str
    do: Callable[[Path], None]
    file: str
    row: int = 0
    column: str = ""
    old: str = ""
    new: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind}: {self.name}, {self.file} {self.row or ''} {self.column}".strip()


@dataclass(frozen=True)
class Cell:
    """A filled cell of the shipped tables: the last one of its column."""

    file: str
    row: int
    column: str
    text: str
    field: dict[str, Any]
    points: bool
    is_key: bool

    @property
    def is_prose(self) -> bool:
        """Whether any words will do: no code, key or name that other tables or the code know."""
        kind = self.field["type"], {"enum", "pattern", "unique"} & {*self.constraints}
        known = ("institution", "institutions", "aliases", "speaker", "series", "rate_bands")
        known += ("made_in", "act_id", "check", "term", "rendering", "not")
        return kind == ("string", set()) and not self.is_key and self.column not in known

    @property
    def constraints(self) -> dict[str, Any]:
        return self.field.get("constraints", {})


def read(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def write(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@cache
def resources(descriptor: str) -> list[dict[str, Any]]:
    """What a descriptor lists; it is long, and each kind of damage asks for it."""
    return yaml.load(descriptor, yaml.CSafeLoader)["resources"]


def tables(raw: Path) -> Iterator[dict[str, Any]]:
    listed = resources((raw / "datapackage.yaml").read_text(encoding="utf-8"))
    yield from (table for table in listed if table.get("format") != "json")


def cells(raw: Path) -> Iterator[Cell]:
    """One filled cell of every column of every table."""
    for table in tables(raw):
        header, *rows = read(raw / table["path"])
        schema = table["schema"]
        foreign = {one for key in schema.get("foreignKeys", []) for one in key["fields"]}
        primary = {*schema.get("primaryKey", [])}
        for at, field in enumerate(schema["fields"]):
            name, filled = header[at], [n for n, row in enumerate(rows, start=2) if row[at]]
            if filled:
                row = filled[-1]
                known = name in foreign or "enum" in field.get("constraints", {})
                is_key = name in foreign | primary
                yield Cell(table["path"], row, name, rows[row - 2][at], field, known, is_key)


def put(cell: Cell, kind: str, name: str, text: str) -> Damage:
    """The damage that writes another text into a cell."""

    def do(raw: Path) -> None:
        rows = read(raw / cell.file)
        rows[cell.row - 1][rows[0].index(cell.column)] = text
        write(raw / cell.file, rows)

    return Damage(kind, name, do, cell.file, cell.row, cell.column, cell.text, text)


def to_bytes(kind: str, name: str, file: str, change: Callable[[bytes], bytes]) -> Damage:
    def do(raw: Path) -> None:
        (raw / file).write_bytes(change((raw / file).read_bytes()))

    return Damage(kind, name, do, file)


def to_rows(
    kind: str, name: str, file: str, row: int, change: Callable[[list[list[str]]], object]
) -> Damage:
    def do(raw: Path) -> None:
        rows = read(raw / file)
        change(rows)
        write(raw / file, rows)

    return Damage(kind, name, do, file, row)


def encodings(raw: Path) -> Iterator[Damage]:
    for file in sorted(path.name for path in raw.glob("*.*s*") if path.suffix != ".md"):
        yield to_bytes("encoding", "UTF-16", file, lambda b: b.decode().encode("utf-16"))
        yield to_bytes("encoding", "BOM", file, lambda b: b"\xef\xbb\xbf" + b)
        yield to_bytes("encoding", "Latin-1", file, lambda b: b.replace(b"a", b"\xe9", 1))
    for table in tables(raw):
        file = table["path"]
        yield to_bytes("line ends", "CR LF", file, lambda b: b.replace(b"\n", b"\r\n"))
        yield to_bytes("line ends", "null character", file, lambda b: b[:-3] + b"\0" + b[-3:])
        yield to_bytes("line ends", "cut off", file, lambda b: b[:-7])


def shapes(raw: Path) -> Iterator[Damage]:
    for table in tables(raw):
        file = table["path"]
        yield to_bytes("shape", "empty file", file, lambda _: b"")
        yield to_bytes("shape", "no header", file, lambda b: b.partition(b"\n")[2])
        yield to_bytes("shape", "semicolons", file, lambda b: b.replace(b",", b";"))
        last = len(read(raw / file))
        yield to_bytes("shape", "unclosed quote", file, lambda b: b.replace(b"\n", b'\n"', 1))
        if last > 1:  # a table may have no rows
            yield to_rows("shape", "a cell less", file, 2, lambda rows: rows[1].pop())
            yield to_rows("shape", "cells moved by one", file, 2, lambda rows: rows[1].reverse())
        yield to_rows("shape", "a cell more", file, last, lambda rows: rows[-1].append("x"))
        yield to_rows("shape", "swapped columns", file, 1, swap_columns)
        yield to_rows("shape", "doubled column", file, 1, double_column)


def swap_columns(rows: list[list[str]]) -> None:
    for row in rows:
        row[0], row[1] = row[1], row[0]


def double_column(rows: list[list[str]]) -> None:
    for row in rows:
        row.append(row[0])


def keys(raw: Path) -> Iterator[Damage]:
    for table in tables(raw):
        file = table["path"]
        if table["schema"].get("primaryKey"):
            last = len(read(raw / file)) + 1
            yield to_rows("keys", "duplicate row", file, last, lambda rows: rows.append(rows[-1]))
    for cell in cells(raw):
        if cell.is_key and cell.field["type"] == "string":
            name = "dangling or unknown" if cell.points else "renamed"
            yield put(cell, "keys", name, cell.text + "x9")
        if cell.constraints.get("required"):
            yield put(cell, "keys", "empty", "")


def values(raw: Path) -> Iterator[Damage]:
    for cell in cells(raw):
        if cell.field["type"] == "date":
            yield from (put(cell, "days", text, text) for text in NO_DAYS)
        if cell.field["type"] in ("number", "integer"):
            yield from (put(cell, "numbers", text, text) for text in NO_NUMBERS)
            if cell.constraints.get("minimum", -1) >= 0:
                yield put(cell, "numbers", "negative", f"-{cell.text.lstrip('0.') or 1}")
        if cell.field["type"] == "boolean":
            yield from (put(cell, "numbers", text, text) for text in ("yes", "TRUE", "1"))
        if cell.text.startswith("0") and cell.field["type"] == "string":
            yield put(cell, "numbers", "lost zero", cell.text.lstrip("0"))
        if cell.column == "tweet_id":
            yield put(cell, "numbers", "as a spreadsheet writes it", f"{float(cell.text):.5E}")
        if cell.column == "hs_chapter":
            yield put(cell, "numbers", "lost zero", "1")


def texts(raw: Path) -> Iterator[Damage]:
    for number, cell in enumerate(one for one in cells(raw) if one.field["type"] == "string"):
        formula, hidden = FORMULAS[number % len(FORMULAS)], HIDDEN[number % len(HIDDEN)]
        yield put(cell, "formula", repr(formula), formula)
        yield put(cell, "hidden character", ascii(hidden), cell.text[:2] + hidden + cell.text[2:])
        yield put(cell, "accent apart", "decomposed", cell.text + "e\u0301")
        if cell.is_prose:
            yield put(cell, "markup", "HTML", f"{cell.text} {HTML}")
            yield put(cell, "markup", "Markdown", f"{cell.text} {MARKUP}")
            yield put(cell, "right to left", "letters", f"{cell.text} {RIGHT_TO_LEFT}")
            yield put(cell, "quotes and commas", "quoted", f"{cell.text} \"a\", 'b'; c, 50% |")


def huge(raw: Path, size: int) -> Iterator[Damage]:
    prose = [cell for cell in cells(raw) if cell.is_prose]
    yield from (put(cell, "huge cell", "33 kB", "x" * 33_000) for cell in prose)
    # what is too large is refused unread: all that can be told of it is the file
    cell, file = prose[-1], prose[0].file
    of_size = put(cell, "huge cell", "", "x" * size)
    yield Damage("huge cell", f"{size / 1e6:.0f} MB", of_size.do, cell.file)
    yield to_bytes(
        "huge cell", f"{size / 1e6:.0f} MB, never closed", file, lambda b: b + b'"' + b"x" * size
    )


def places(raw: Path) -> Iterator[Damage]:
    files = [table["path"] for table in tables(raw)]
    for file in [*files, "references.json", "datapackage.yaml"]:
        yield Damage("file system", "missing", lambda raw, f=file: (raw / f).unlink(), file)
        yield Damage("file system", "folder instead", lambda raw, f=file: folder(raw / f), file)
        yield Damage("file system", "link to itself", lambda raw, f=file: loop(raw / f), file)
    for file in files:
        yield Damage("file system", "pipe instead", lambda raw, f=file: pipe(raw / f), file)
        yield Damage("file system", "link to the same", lambda raw, f=file: link(raw / f), file)
    yield Damage("file system", "further table", lambda raw: write(raw / "x.csv", [["a"]]), "x.csv")
    yield Damage("file system", "further note", lambda raw: write(raw / "x.txt", [["a"]]), "x.txt")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link(path: Path) -> None:
    path.rename(path.with_suffix(".kept"))
    path.symlink_to(path.with_suffix(".kept").name)


def script(references: bytes) -> bytes:
    """Sources of which one has a script as its address; the invented ones have none yet."""
    if b'"https:' in references:
        return references.replace(b'"https:', b'"javascript:', 1)
    return references.replace(b'"title"', b'"URL": "javascript:x", "title"', 1)


def descriptors(raw: Path) -> Iterator[Damage]:
    del raw
    tag = b"\nx: !!python/object/apply:os.system ['touch owned']\n"
    for name, change in {
        "a command": lambda b: b + tag,
        "cut off": lambda b: b[: len(b) // 2] + b"\n  - {",
        "a tab": lambda b: b + b"\n\t- x",
        "not a mapping": lambda _: b"- x\n",
        "path that leaves the folder": lambda b: b.replace(b"sides.csv", b"../sides.csv"),
        "unknown type": lambda b: b.replace(b"type: date", b"type: day", 1),
        "dangling key": lambda b: b.replace(b"resource: hs_chapters", b"resource: hs", 1),
    }.items():
        yield to_bytes("descriptor", name, "datapackage.yaml", change)
    for name, change in {
        "cut off": lambda b: b[:-20],
        "nested too deep": lambda _: b"[" * 100_000,
        "an id twice": lambda b: b.replace(b'"id"', b'"id": "x", "id"', 1),
        "not a list": lambda _: b"{}",
        "an address that is a script": script,
        "hidden character": lambda b: b.replace(b'"title": "', '"title": "\u202e'.encode(), 1),
        "control character": lambda b: b.replace(b'"title": "', b'"title": "\x07', 1),
        "no day": lambda b: b.replace(b'"date-parts"', b'"date_parts"', 1),
    }.items():
        yield to_bytes("references", name, "references.json", change)


def all_damages(raw: Path, huge_cell: int) -> list[Damage]:
    """Every damage; the same list each time."""
    makers = (encodings, shapes, keys, values, texts, places, descriptors)
    return [damage for maker in makers for damage in maker(raw)] + [*huge(raw, huge_cell)]
