"""What is wrong with data, in words for its keeper: place, rule and remedy, all in one error."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

# The folder that holds this file is the project's own: paths are written from it.
_PROJECT_FILE = "pyproject.toml"

# More rows with one and the same fault than this say nothing new.
_ROWS_SHOWN = 10
_VALUE_WIDTH = 60


class DataError(Exception):
    """Rows, files or settings that break a rule; the message names all of them and the remedy."""


def nearest(name: str, known: Iterable[str]) -> str:
    """End a remedy with the known name most like `name`, whatever its capitals, if one is."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""


class Fault(NamedTuple):
    """One fault: which rule is broken, what to do, and where, with what stands there."""

    rule: str
    remedy: str
    file: str
    row: int = 0
    column: str = ""
    value: str | None = None

    def where(self) -> str:
        """Name the place as a person would: file, row counted from the header, column, value."""
        place = self.file
        if self.row:
            place += f", {row_word(self.file)} {self.row}"
        if self.column:
            place += f", {self.column}"
        if self.value is not None:
            place += f" = {cut(self.value)!r}" if self.column else f": {cut(self.value)!r}"
        return place


def cut(value: str) -> str:
    """A value as it is told: the start of a long one."""
    return value if len(value) <= _VALUE_WIDTH else value[: _VALUE_WIDTH - 3] + "..."


def row_word(file: str) -> str:
    """What a row of a file is called: a list in JSON has items."""
    return "item" if file.endswith(".json") else "row"


def list_faults(faults: Iterable[Fault], folder: Path) -> str:
    """Put the faults of a folder into one message: a count, then each with its remedy."""
    grouped: dict[tuple[str, str, str, str], list[Fault]] = defaultdict(list)
    faults = list(faults)
    for fault in faults:
        grouped[fault.file, fault.column, fault.rule, fault.remedy].append(fault)
    files = len({fault.file for fault in faults})
    lines = [f"{shown_path(folder)}: {count(len(faults), 'problem')} in {count(files, 'file')}"]
    for (_, _, rule, remedy), alike in grouped.items():
        lines += [f"{fault.where()}: {rule}" for fault in alike[:_ROWS_SHOWN]]
        if len(alike) > _ROWS_SHOWN:
            lines.append(f"... and {len(alike) - _ROWS_SHOWN} more rows like these")
        lines.append(f"  What to do: {remedy}")
    return "\n".join(lines)


def shown_path(path: Path) -> str:
    """Write a path from the project's folder, or by its name alone where it lies elsewhere."""
    whole = path.resolve()
    for parent in whole.parents:
        if (parent / _PROJECT_FILE).is_file():
            return whole.relative_to(parent).as_posix()
    return whole.name


def count(number: int, noun: str) -> str:
    """Write a number with its noun in the right number."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
