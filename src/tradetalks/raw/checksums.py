"""The record of raw tables: one SHA-256 per file, and what differs from it.

It has the form of `sha256sum --check`; how a spreadsheet ends lines is no part of the content.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

CHECKSUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ([^/]+)")


def record_text(files: Iterable[Path]) -> str:
    """Return the record of these files, which lie in one folder: a line each, by name."""
    return "".join(f"{content_sha256(file)}  {file.name}\n" for file in sorted(files))


def has_record(folder: Path) -> bool:
    """Tell whether anything was recorded of a folder, in whatever state the record is."""
    return (folder / CHECKSUMS).exists() or (folder / CHECKSUMS).is_symlink()


def find_changes(folder: Path, files: Iterable[Path]) -> list[str]:
    """List what differs from the record of a folder, one line per file read, or line unreadable."""
    if not has_record(folder):
        return []
    if not (folder / CHECKSUMS).is_file():
        return [f"{CHECKSUMS}: is no file"]
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        return [f"{CHECKSUMS}: cannot be read: {error}"]
    changes, recorded = [], {}
    for number, line in enumerate(lines, start=1):
        if found := _LINE.fullmatch(line):
            recorded[found[2]] = found[1]
        else:
            changes.append(f"{CHECKSUMS}, line {number}: is no checksum of a file")
    present = {file.name: file for file in files}
    for name in sorted(recorded.keys() | present.keys()):
        try:
            now = content_sha256(present[name]) if name in present else ""
        except OSError as error:
            changes.append(f"{name}: cannot be read: {error.strerror}")
            continue
        if not now:
            changes.append(f"{name}: is missing")
        elif name not in recorded:
            changes.append(f"{name}: is new")
        elif now != recorded[name]:
            changes.append(f"{name}: differs, recorded {recorded[name][:12]}, now {now[:12]}")
    return changes


def content_of(path: Path) -> bytes:
    """The bytes of a text file, without byte order mark, CR before LF, blank lines at the end."""
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    lines = data.rstrip(b"\n")
    return lines + data[len(lines) :][:1]


def content_sha256(path: Path) -> str:
    """Hex SHA-256 of what a text file holds, however it was saved."""
    return hashlib.sha256(content_of(path)).hexdigest()


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
