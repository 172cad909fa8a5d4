"""What a printed report carries inside: its data, its parameters, and a manifest of both.

PDF/A-3 lets files travel in the page file. A report that somebody was sent can so be held against
the project that it says it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from notepress.errors import PressError
from notepress.hashes import sha256, sha256_of
from notepress.runrecord import ENCODINGS

MANIFEST = "report.json"


@dataclass(frozen=True)
class Attachment:
    """One file to attach: its name in the PDF, where it lies, and what it is to a reader."""

    name: str
    path: Path
    description: str
    relationship: str = "data"

    @property
    def encoding(self) -> str:
        """The MIME type, from the name."""
        return ENCODINGS.get(PurePosixPath(self.name).suffix, "application/octet-stream")


@dataclass(frozen=True)
class Carried:
    """What a PDF carries: its manifest, and every attached file by name."""

    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


def manifest(
    attached: Iterable[Attachment], made_from: Mapping[str, str], **facts: str
) -> dict[str, Any]:
    """Return the manifest of a report: its facts, the hash of each attached file and of each input.

    `made_from` holds the hashes of what the edition was computed from, by name.
    """
    hashes = {one.name: sha256_of(one.path) for one in attached}
    return {
        **facts,
        "attached": dict(sorted(hashes.items())),
        "made_from": dict(sorted(made_from.items())),
    }


def read(pdf: Path) -> Carried:
    """Read what a PDF carries; PressError where it is no PDF or carries no manifest."""
    import pikepdf

    if pdf.exists() and not pdf.is_file():
        raise PressError(f"{pdf}: is no file")
    try:
        with pikepdf.open(pdf, attempt_recovery=False) as opened:
            listed = opened.attachments.items()
            files = {name: held.get_file().read_bytes() for name, held in listed}
    except OSError as error:
        raise PressError(f"{pdf}: cannot be read: {error.strerror}") from None
    # a damaged file can fail anywhere in its reader
    except Exception as error:
        raise PressError(f"{pdf}: is no PDF that can be read ({error})") from None
    if MANIFEST not in files:
        raise PressError(
            f"{pdf}: carries no {MANIFEST}, so nothing in it says what it was made from\n"
            "What to do: ask for the file as it was made; printing or merging a PDF drops what it"
            " carries"
        )
    try:
        said = json.loads(files[MANIFEST])
        facts = {key: said[key] for key in ("title", "version", "edition", "attached", "made_from")}
        if not all(isinstance(facts[key], dict) for key in ("attached", "made_from")):
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
