"""The fetched line-level files: which there are, and where they lie."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.raw.checksums import sha256_of

# The folder of fetched files, beside the tables that describe them.
FOLDER = "lines"


def list_files(line_files: pd.DataFrame) -> Iterator[Any]:
    """Rows of the raw table line_files; `address` is empty where nobody publishes the file."""
    yield from line_files.fillna({"address": ""}).itertuples(index=False)


def find_files(line_files: pd.DataFrame, raw_dir: Path) -> dict[str, Path]:
    """Paths of the fetched files, by what they hold, each with the recorded checksum.

    A file without an address is left out where it is not there. Raises one DataError that names
    every other file that is missing, and every file that differs.
    """
    found, problems = {}, []
    for file in list_files(line_files):
        path = raw_dir / FOLDER / file.file
        shown = "/".join(path.resolve().parts[-4:])
        if path.is_file() and sha256_of(path) == file.sha256:
            found[file.holds] = path
        elif path.is_file():
            problems.append(f"{shown} is not the file that line_files.csv describes (sha256)")
        elif file.address:
            problems.append(f"{shown} is not there")
    if problems:
        raise DataError(
            "line-level files are missing, or differ\n  "
            + "\n  ".join(problems)
            + "\nWhat to do: make fetch, or make fetch MIRROR=folder-or-address; or go without "
            "them: DETAIL=chapters"
        )
    return found
