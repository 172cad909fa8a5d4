"""Files that a run writes: atomic, byte-stable, and staged while a notebook runs.

NOTEPRESS_STAGE names a folder that takes all writes, each below its absolute path; they move into
place once the notebook has succeeded, so that a failed one leaves the last good run alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from notepress.errors import PressError, all_problems
from notepress.values import stable

if TYPE_CHECKING:
    import pandas as pd

STAGE = "NOTEPRESS_STAGE"
# ends the name of a file or stage that is not whole yet; such a name also starts with a dot
PARTIAL = ".partial"

# A spreadsheet runs a cell that starts like this, whatever its column was meant to hold.
_FORMULA = re.compile(r"[\s\"']*[=+\-@＝＋－＠]|[\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?[ %]*")


def staged(path: Path) -> Path:
    """Return where a write to `path` has to go now: below the stage, or `path` itself."""
    stage = os.environ.get(STAGE)
    if not stage:
        return path
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow links)
    return Path(stage) / absolute.relative_to(absolute.anchor)


def current(path: Path) -> Path:
    """Return the file to read for `path`: this notebook's own staged copy where there is one."""
    fresh = staged(path)
    return fresh if fresh.exists() else path


def write(path: Path, content: bytes | str) -> None:
    """Write a file whole or not at all; one that holds these bytes keeps its time stamp."""
    wanted = content.encode() if isinstance(content, str) else content
    target = staged(path)
    if target.is_file() and target.read_bytes() == wanted:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{os.getpid()}-{get_ident()}{PARTIAL}")
    try:
        fresh.write_bytes(wanted)
        fresh.replace(target)
    except OSError as error:
        # the name of the half-written file would not help anybody
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        fresh.unlink(missing_ok=True)


def remove_partial(folder: Path) -> None:
    """Remove what a killed process left below a folder: staged or half-written files."""
    for left in list(folder.rglob(f".*{PARTIAL}")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Write JSON that people can read and compare: indented, non-ASCII kept, one final newline."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    write(path, text + "\n")


def write_values(path: Path, recorded: Iterable[Mapping[str, Any]]) -> None:
    """Write the values of a run; each source stands once, and values have places in that list."""
    places: dict[str, int] = {}
    values = [
        {
            **value,
            "sources": [
                places.setdefault(json.dumps(source, ensure_ascii=False), len(places))
                for source in value.get("sources", [])
            ],
        }
        for value in recorded
    ]
    write_json(path, {"sources": [json.loads(source) for source in places], "values": values})


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as .parquet or .csv, by the name's suffix; the same frame, the same bytes."""
    named = [str(name) for name in frame.index.names if name is not None]
    if named:
        raise PressError(
            f"{path.name}: the index {', '.join(named)} would be lost, as tables are written "
            "without their index\nWhat to do: call reset_index() first"
        )
    if path.suffix == ".csv":
        write(path, csv_text(frame))
    elif path.suffix == ".parquet":
        write(path, frame.reset_index(drop=True).to_parquet(engine="pyarrow"))
    else:
        raise PressError(f"{path.name}: tables are written as .csv or .parquet")


def csv_text(frame: pd.DataFrame) -> str:
    """Return CSV as in data/raw: comma, LF, empty for missing, ISO dates, true and false.

    Numbers are `values.stable`. PressError where a text would run as a formula in a spreadsheet.
    """
    _refuse_formulas(frame)
    plain = frame.copy()
    for name in plain.select_dtypes(["bool", "boolean"]):
        plain[name] = plain[name].map({True: "true", False: "false"})
    return plain.to_csv(index=False, lineterminator="\n", float_format=stable)  # type: ignore[arg-type]


def _refuse_formulas(frame: pd.DataFrame) -> None:
    problems = [
        f"row {number} below the header, {name}: starts like a formula: {text[:40]!r}"
        for name, column in frame.items()
        if column.dtype.kind not in "biufcmM"
        for number, text in enumerate(column, start=1)
        if isinstance(text, str) and _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text)
    ]
    if problems:
        remedy = "word it so that it starts with a letter or digit; a spreadsheet would run it"
        raise all_problems("a table for spreadsheets", problems, remedy)


def commit(stage: Path) -> list[Path]:
    """Move what was staged into place; return every file that was made, changed or not."""
    made = []
    for fresh in sorted(path for path in stage.rglob("*") if path.is_file()):
        made.append(Path(stage.anchor) / fresh.relative_to(stage))
        write(made[-1], fresh.read_bytes())
    return made
