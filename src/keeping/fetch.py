"""The fetched line-level files: which there are, where they lie, and how they come there.

A file has its own name only once its checksum is right.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

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


def fetch_files(
    line_files: pd.DataFrame,
    raw_dir: Path,
    *,
    mirror: str = "",
    tell: Callable[[str], None] = print,
) -> None:
    """Bring every file of the table into the folder, from its address or from the mirror.

    A mirror is a folder, or an address below which the files have their own names. A file that
    is there already, with the right checksum, is not fetched again; one without an address is
    only taken from a mirror that has it. Raises one DataError with every file that did not come
    and why; those that came stay.
    """
    is_folder = bool(mirror) and not mirror.startswith(("http://", "https://"))
    if is_folder and not Path(mirror).is_dir():
        raise DataError(
            f"MIRROR = {mirror!r} is not there\n"
            "What to do: name a folder, or an address that starts with http:// or https://"
        )
    problems = []
    for file in list_files(line_files):
        path = raw_dir / FOLDER / file.file
        name = file.file if is_folder else quote(file.file)
        source = f"{mirror.rstrip('/')}/{name}" if mirror else file.address
        is_there = path.is_file()
        if is_there and sha256_of(path) == file.sha256:
            tell(f"{path.name}: already there")
        elif not (problem := _fetch(source, file.sha256, path, is_folder=is_folder)):
            tell(f"{path.name}: {file.size_bytes / 1e6:.1f} MB; licence: {file.licence}")
        elif file.address or is_there:
            other = "another version is there, and " if is_there else ""
            problems.append(f"{path.name}: {other}{problem}")
        else:
            tell(f"{path.name}: {problem}; the report can do without")
    if problems:
        raise DataError(
            f"{len(problems)} of {len(line_files)} line-level files did not come\n  "
            + "\n  ".join(problems)
            + "\nWhat to do: make fetch again; or take them from elsewhere: make fetch "
            "MIRROR=folder-or-address"
        )


def _fetch(source: str, sha256: str, path: Path, *, is_folder: bool) -> str:
    """Fetch one file; says why where it did not come."""
    import pooch
    import requests

    if not source:
        return "nobody publishes it as one file"
    pooch.get_logger().setLevel(logging.ERROR)
    bring = _copy if is_folder else None
    try:
        # moves the file into place if, and only if, its checksum is right
        pooch.retrieve(source, f"sha256:{sha256}", path.name, path.parent, downloader=bring)
    except requests.HTTPError as error:
        return f"the server says {error}"
    except requests.RequestException as error:
        # the last words name the cause; the rest is how it was found
        reason = str(error).rpartition(": ")[2].strip("'\")")
        return f"{source} cannot be reached ({reason})"
    except ValueError:
        return f"{source} is another version: it does not have the recorded checksum"
    except OSError as error:
        return f"{error.filename} cannot be read or written: {error.strerror}"
    return ""


def _copy(source: str, target: str, _: object) -> None:
    shutil.copyfile(source, target)
