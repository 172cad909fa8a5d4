"""The fetched line-level files: which there are, and where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.raw.checksums import sha256_of

# The folder of fetched files, beside the tables that describe them.
FOLDER = "lines"


class LineFile(NamedTuple):
    """A row of the raw table line_files."""

    name: str
    holds: str
    address: str
    sha256: str
    size_bytes: int
    licence: str


def list_files(line_files: pd.DataFrame) -> list[LineFile]:
    """Files of the raw table line_files; `address` is empty where nobody publishes the file."""
    columns = ["file", "holds", "address", "sha256", "size_bytes", "licence"]
    rows = line_files[columns].fillna({"address": ""})
    return [LineFile(*row) for row in rows.itertuples(index=False, name=None)]


def find_files(line_files: pd.DataFrame, raw_dir: Path) -> dict[str, Path]:
    """Paths of the fetched files, by what they hold, each with the recorded checksum.

    A file without an address is left out where it is not there. Raises one DataError that names
    every other file that is missing, and every file that differs.
    """
    folder = raw_dir / FOLDER
    found, problems = {}, []
    for file in list_files(line_files):
        path = folder / file.name
        if not path.is_file():
            if file.address:
                problems.append(f"{_shown(path)} is not there")
        elif sha256_of(path) != file.sha256:
            problems.append(
                f"{_shown(path)} is not the file that line_files.csv describes (sha256)"
            )
        else:
            found[file.holds] = path
    if problems:
        raise DataError(
            "line-level files are missing, or differ\n  "
            + "\n  ".join(problems)
            + "\nWhat to do: make fetch, or make fetch MIRROR=folder-or-address; or go without "
            "them: DETAIL=chapters"
        )
    return found


def _shown(path: Path) -> str:
    """The end of a path, which is what tells a reader where to look."""
    return "/".join(path.resolve().parts[-4:])
