"""Fetch the line-level files: checked, resumed, and never half there.

A file has its own name in the folder only once its checksum is right. What has come of it so far
waits beside it as NAME.partial, from which the next fetch goes on.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.raw.checksums import sha256_of
from tradetalks.raw.line_files import FOLDER, LineFile, list_files

_CHUNK_BYTES = 1 << 16
# to connect, and between two pieces of a file
_TIMEOUT_SECONDS = (10, 30)


class _NotFetchedError(Exception):
    """Why one file did not come."""


class _NotThereError(_NotFetchedError):
    """It is not where it was looked for."""


def fetch_files(
    line_files: pd.DataFrame,
    raw_dir: Path,
    *,
    mirror: str = "",
    tell: Callable[[str], None] = print,
) -> list[Path]:
    """Bring every file of the table into the folder, from its address or from the mirror.

    A mirror is a folder, or an address below which the files have their own names. A file that
    is there already, with the right checksum, is not fetched again; one without an address is
    only taken from a mirror that has it. Returns the paths of all that is there. Raises one
    DataError with every file that did not come and why; those that came stay.
    """
    if "://" in mirror and not _is_address(mirror):
        raise DataError(
            f"MIRROR = {mirror!r} is neither a folder nor an address\n"
            "What to do: name a folder, or an address that starts with http:// or https://"
        )
    if mirror and not _is_address(mirror) and not Path(mirror).is_dir():
        raise DataError(
            f"MIRROR = {mirror!r} is not there\nWhat to do: name a folder, or an address"
        )
    folder = raw_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    there, problems = [], []
    with _only_one(folder):
        for file in list_files(line_files):
            path = folder / file.name
            try:
                if path.is_file() and sha256_of(path) == file.sha256:
                    tell(f"{file.name}: already there")
                else:
                    _fetch(file, _source(file, mirror), path)
                    tell(f"{file.name}: {_megabytes(file.size_bytes)}; licence: {file.licence}")
            except _NotFetchedError as problem:
                can_do_without = not file.address and isinstance(problem, _NotThereError)
                if can_do_without and not path.is_file():
                    tell(f"{file.name}: {problem}; the report can do without")
                else:
                    other = "another version is there, and " if path.is_file() else ""
                    problems.append(f"{file.name}: {other}{problem}")
            else:
                there.append(path)
    if problems:
        raise DataError(
            f"{len(problems)} of {len(line_files)} line-level files did not come\n  "
            + "\n  ".join(problems)
            + "\nWhat to do: make fetch again, which goes on where it stopped; or take them from "
            "elsewhere: make fetch MIRROR=folder-or-address"
        )
    return there


def _source(file: LineFile, mirror: str) -> str:
    """Where to take the file from: an address or a path."""
    if mirror:
        separator = "" if mirror.endswith("/") else "/"
        return f"{mirror}{separator}{quote(file.name) if _is_address(mirror) else file.name}"
    if not file.address:
        raise _NotThereError("nobody publishes it as one file")
    return file.address


def _fetch(file: LineFile, source: str, path: Path) -> None:
    """Fetch one file; raises _NotFetchedError with the reason."""
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.ERROR)
    partial = path.with_name(f"{path.name}.partial")

    def bring(source: str, target: str, _: object) -> None:
        if _is_address(source):
            _download(source, partial, file)
        else:
            shutil.copyfile(source, partial)
        partial.replace(target)

    try:
        # moves the file into place if, and only if, its checksum is right
        pooch.retrieve(source, f"sha256:{file.sha256}", path.name, path.parent, downloader=bring)
    except FileNotFoundError:
        raise _NotThereError(f"is not in {Path(source).parent}") from None
    except requests.HTTPError as error:
        partial.unlink(missing_ok=True)
        raise _NotThereError(f"the server says {error}") from None
    except requests.RequestException as error:
        raise _NotFetchedError(f"{source} cannot be reached ({_reason(error)})") from None
    except ValueError:
        raise _NotFetchedError(
            f"{source} is another version: it does not have the recorded size or checksum, "
            "and was not kept"
        ) from None
    except OSError as error:
        raise _NotFetchedError(f"cannot be written: {error.strerror}") from None


def _download(address: str, partial: Path, file: LineFile) -> None:
    """Go on with the part that is there, or begin; what came before a cut stays for next time."""
    import requests

    came = partial.stat().st_size if partial.is_file() else 0
    headers = {"Accept-Encoding": "identity"}
    if 0 < came < file.size_bytes:
        headers["Range"] = f"bytes={came}-"
    with requests.get(address, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS) as response:
        response.raise_for_status()
        # a server that knows no ranges sends the whole file again
        goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {came}-")
        with partial.open("ab" if goes_on else "wb") as part:
            try:
                for chunk in response.iter_content(_CHUNK_BYTES):
                    part.write(chunk)
                    _show_progress(file, part.tell())
                    if part.tell() > file.size_bytes:
                        break
            except requests.RequestException:
                pass  # cut off: what has come is too short
            came = part.tell()
    if came < file.size_bytes:
        share = f"{_megabytes(came)} of {_megabytes(file.size_bytes)}"
        raise _NotFetchedError(f"the connection was cut after {share}")
    if came > file.size_bytes:
        partial.unlink()
        raise ValueError("more than was recorded")


def _show_progress(file: LineFile, came: int) -> None:
    """Say on a terminal how much has come; the line is written over."""
    if sys.stderr.isatty():
        share = f"{_megabytes(came)} of {_megabytes(file.size_bytes)}"
        end = "\r" if came < file.size_bytes else "\r\033[K"
        print(f"{file.name}: {share}", end=end, file=sys.stderr, flush=True)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Let a second fetch wait for the first, which it would get in the way of."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _reason(error: Exception) -> str:
    """The last words of a network error, which name the cause; the rest is how it was found."""
    return str(error).rpartition(": ")[2].strip("'\")")
