"""What a printed report carries inside (PDF/A-3): its data, its parameters, a manifest of both."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from notepress.errors import PressError
from notepress.hashes import sha256

MANIFEST = "report.json"


class Attachment(NamedTuple):
    """One file to attach: its name in the PDF, where it lies, and what it is to a reader."""

    name: str
    path: Path
    description: str
    relationship: str = "data"


class Carried(NamedTuple):
    """What a PDF carries: its manifest, and every attached file by name."""

    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


def read(pdf: Path) -> Carried:
    """Read what a PDF carries; PressError where it is no PDF or carries no manifest; OSError."""
    import pikepdf

    if pdf.exists() and not pdf.is_file():
        raise PressError(f"{pdf}: is no file")
    content = io.BytesIO(pdf.read_bytes())
    try:
        with pikepdf.open(content, attempt_recovery=False) as opened:
            listed = opened.attachments.items()
            files = {name: held.get_file().read_bytes() for name, held in listed}
    # a damaged file can fail anywhere in its reader, which tells of it as of a file in memory
    except Exception as error:
        reason = str(error).rpartition(": ")[2]
        raise PressError(f"{pdf}: is no PDF that can be read ({reason})") from None
    if MANIFEST not in files:
        raise PressError(
            f"{pdf}: carries no {MANIFEST}, so nothing in it says what it was made from\n"
            "What to do: ask for the file as it was made; printing or merging a PDF drops what it"
            " carries"
        )
    try:
        said = json.loads(files[MANIFEST])
        if {"title", "version", "edition"} - {*said}:
            raise KeyError("title, version or edition")
        if not all(isinstance(said[key], dict) for key in ("attached", "made_from")):
            raise TypeError("its lists of files are no lists of files")
    except (ValueError, KeyError, TypeError) as error:
        raise PressError(f"{pdf}: its {MANIFEST} cannot be read ({error!r})") from None
    return Carried(said, files)


def differences(carried: Carried) -> list[str]:
    """Compare the attached files with the manifest beside them; one line for each that is wrong."""
    recorded = carried.manifest["attached"]
    found = []
    for name in sorted({*recorded, *carried.files} - {MANIFEST}):
        if name not in carried.files:
            found.append(f"attachment {name}: is missing from the PDF")
        elif name not in recorded:
            found.append(f"attachment {name}: was added, the record does not have it")
        elif sha256(carried.files[name]) != recorded[name]:
            found.append(f"attachment {name}: was changed, it is not what the record says")
    return found
