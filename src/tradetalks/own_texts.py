"""Texts that somebody brings: a folder of statements becomes ledger rows that wait for a coder.

Each file (.txt, .md, .html) opens with a YAML head between lines of three hyphens: `date`, `side`,
`speaker`, `source` and, if known, `channel`. Nothing is coded here: what a statement does, to whom
and in which tone is for a person to say, who has read it and the codebook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml
from bs4 import BeautifulSoup
from bs4.element import NavigableString

from tradetalks.checks import DataError, Problems, nearest
from tradetalks.clean.speakers import known_names
from tradetalks.parameters import load_as_text
from tradetalks.raw.read import RawTables

SUFFIXES = (".txt", ".md", ".html")
REQUIRED = ("date", "side", "speaker", "source")
OPTIONAL = ("channel",)

_FENCE = re.compile(r"---[ \t]*")
_FORM = f"start the file with a line ---, then {', '.join(REQUIRED)}, then a line ---"
_UNSEEN = ("script", "style", "template", "noscript", "title")
_BLOCKS = (
    *("p", "div", "br", "hr", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "section"),
    *("article", "header", "footer", "main", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"),
)


class OwnTexts(NamedTuple):
    """Rows with the columns of the ledger, uncoded, and the plain text behind each, by its id."""

    rows: pd.DataFrame
    texts: dict[str, str]


def read_own_texts(folder: Path, raw: RawTables) -> OwnTexts:
    """Read a folder of statements: one row per file, in the order of dates and file names.

    Rows have the ledger's columns and the next free ids. Date, side, speaker, channel and source
    come from the head, the institution from `speakers` where that leaves no choice; all else is
    empty. An alias becomes the speaker's name; a speaker that is not listed stays as written.

    Raises one DataError with everything that is wrong, each with its file.
    """
    ledger = raw["statements"]
    columns, speakers = list(ledger.columns), raw["speakers"]
    names, known = known_names(speakers), speakers.set_index("speaker")
    found: list[tuple[dict[str, str], str]] = []
    with Problems() as problems:
        for path in _files(folder, problems):
            try:
                head, text = _read(path)
            except DataError as refused:
                problems.add(str(refused))
                continue
            faults = list(_faults(head, text, list(raw["sides"]["side"]), raw))
            for rule, remedy in faults:
                problems.add(_told(path, rule, remedy))
            if not faults:
                found.append((head, text))
    found.sort(key=lambda pair: pair[0]["date"])  # stable: files of one day stay in order
    numbers = pd.to_numeric(ledger["statement_id"].str.extract(r"(\d+)$")[0])
    number = 1 + int(numbers.max()) if numbers.notna().any() else 1
    rows: list[dict[str, str | None]] = []
    texts: dict[str, str] = {}
    for place, (head, text) in enumerate(found):
        statement_id = f"S{number + place:03d}"
        texts[statement_id] = text
        speaker = names.get(head["speaker"], head["speaker"])
        institutions = str(known["institutions"].get(speaker, ";")).split(";")
        rows.append(
            {
                "statement_id": statement_id,
                "statement_date": head["date"],
                "side": head["side"],
                "institution": institutions[0] if len(institutions) == 1 else None,
                "speaker": speaker,
                "channel": head.get("channel") or None,
                "source_id": head["source"],
            }
        )
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return OwnTexts(frame.assign(statement_date=pd.to_datetime(frame["statement_date"])), texts)


def plain_text(html: str) -> str:
    """Reduce HTML to its text: one line per block, without scripts, styles and markup."""
    page = BeautifulSoup(html, "html.parser")
    for unseen in page(_UNSEEN):
        unseen.decompose()
    for text in page(string=lambda text: type(text) is NavigableString):
        # only blocks break lines; the file's own line ends are blanks
        text.replace_with(re.sub(r"\s+", " ", text))
    for block in page(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    lines = (" ".join(line.split()) for line in page.get_text().split("\n"))
    return "\n".join(line for line in lines if line)


def _files(folder: Path, problems: Problems) -> list[Path]:
    """List the statements of a folder by name; files of another kind are a problem."""
    if not folder.is_dir():
        problems.add(f"{folder}: is no folder\nWhat to do: name a folder of {_kinds()} files")
        return []
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    texts = [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file()]
    for path in files:
        if path not in texts:
            remedy = f"save it as one of {_kinds()}, or take it out of the folder"
            problems.add(_told(path, "is not a text that can be read here", remedy))
    if not files:
        problems.add(f"{folder}: holds no {_kinds()} file\nWhat to do: put the statements there")
    return texts


def _told(path: Path, rule: str, remedy: str) -> str:
    return f"{path.name}: {rule}\nWhat to do: {remedy}"


def _read(path: Path) -> tuple[dict[str, str], str]:
    """Split a file into its head and its plain text; DataError where that cannot be done."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = f"is not UTF-8: byte {error.object[error.start]:#04x} at {error.start}"
        raise DataError(_told(path, rule, "save the file as UTF-8")) from None
    except OSError as error:
        rule = f"cannot be read: {error.strerror}"
        raise DataError(_told(path, rule, "let the file be read")) from None
    lines = content.splitlines()
    fences = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line)]
    if len(fences) < 2 or fences[0] != 0:
        raise DataError(_told(path, "has no head", _FORM))
    try:
        head = load_as_text("\n".join(lines[1 : fences[1]]))
    except yaml.YAMLError as error:
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        remedy = "keep one line for each name, and put a value with a colon in quotation marks"
        raise DataError(_told(path, f"has a head that cannot be read: {reason}", remedy)) from None
    if not isinstance(head, dict) or not all(
        isinstance(item, str) for pair in head.items() for item in pair
    ):
        raise DataError(_told(path, "has a head that does not hold one name: value a line", _FORM))
    body = "\n".join(lines[fences[1] + 1 :])
    text = plain_text(body) if path.suffix.lower() == ".html" else body.strip()
    return {name: value.strip() for name, value in head.items()}, text


def _faults(
    head: dict[str, str], text: str, sides: Sequence[str], raw: RawTables
) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy for all that is wrong with one statement."""
    for name in REQUIRED:
        if not head.get(name):
            yield f"has no {name} in its head", f"add a line {name}: ..."
    for name in sorted(head.keys() - {*REQUIRED, *OPTIONAL}):
        known = [*REQUIRED, *OPTIONAL]
        yield (
            f"has {name} in its head, which means nothing",
            f"remove it{nearest(name, known, cutoff=0)}",
        )
    if head.get("date") and not _is_day(head["date"]):
        yield f"has date = {head['date']!r}", "write a day that exists, as YYYY-MM-DD"
    channels = raw.codes("statements", "channel")
    for name, allowed in (("side", sides), ("channel", channels)):
        if head.get(name) and head[name] not in allowed:
            yield f"has {name} = {head[name]!r}", f"write one of {', '.join(allowed)}"
    speakers = raw["speakers"].set_index("speaker")["side"]
    speaker = known_names(raw["speakers"]).get(head.get("speaker", ""))
    if speaker and head.get("side") in sides and speakers[speaker] != head["side"]:
        yield f"has {speaker} speak for {head['side']}", "correct side or speaker"
    if not text:
        yield "has no text below its head", "add what was said"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _kinds() -> str:
    return ", ".join(SUFFIXES)
