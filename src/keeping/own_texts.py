"""Texts that somebody brings: a folder of statements becomes ledger rows that wait for a coder.

Each file (.txt, .md, .html) opens with a YAML head between lines of three hyphens: `date`, `side`,
`speaker`, `source` and, if known, `channel`. Nothing is coded here: what a statement does and to
whom is for a person to say, who has read it and the codebook.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml
from bs4 import BeautifulSoup
from bs4.element import NavigableString

from tradetalks.checks import DataError, Fault, list_faults, nearest
from tradetalks.parameters import is_of_texts, load_as_text
from tradetalks.raw.characters import formula_faults
from tradetalks.raw.form import read_text
from tradetalks.raw.read import RawTables
from tradetalks.words.ledger import known_names

SUFFIXES = (".txt", ".md", ".html")
REQUIRED = ("date", "side", "speaker", "source")
OPTIONAL = ("channel",)

_HEAD = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$(.*)", re.DOTALL | re.MULTILINE)
_FORM = (
    f"start the file with a line ---, then one line for each of {', '.join(REQUIRED)}, a value "
    "with a colon in quotation marks, then a line ---"
)
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
    ledger, speakers = raw["statements"], raw["speakers"]
    faults: list[Fault] = []
    found: list[tuple[dict[str, str], str]] = []
    for path in _files(folder, faults):
        read = _read(path)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            faults += [Fault(*one, path.name) for one in _faults(*read, raw)]
            found.append(read)
    if faults:
        raise DataError(list_faults(faults, folder))
    found.sort(key=lambda pair: pair[0]["date"])  # stable: files of one day stay in order
    last = pd.to_numeric(ledger["statement_id"].str.extract(r"(\d+)$")[0]).max()
    first = 1 if pd.isna(last) else 1 + int(last)
    names = known_names(speakers)
    institutions = dict(zip(speakers["speaker"], speakers["institutions"], strict=True))
    rows, texts = [], {}
    for number, (head, text) in enumerate(found, start=first):
        speaker = names.get(head["speaker"], head["speaker"])
        institution = institutions.get(speaker, ";")
        statement_id = f"S{number:03d}"
        texts[statement_id] = text
        row = {
            "statement_id": statement_id,
            "statement_date": head["date"],
            "side": head["side"],
            "institution": None if ";" in institution else institution,
            "speaker": speaker,
            "channel": head.get("channel") or None,
            "source_id": head["source"],
        }
        rows.append(row)
    frame = pd.DataFrame(rows, columns=ledger.columns, dtype="str")
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


def _files(folder: Path, faults: list[Fault]) -> list[Path]:
    """List the statements of a folder by name; files of another kind are at fault."""
    kinds = ", ".join(SUFFIXES)
    if not folder.is_dir():
        faults.append(Fault("is no folder", f"name a folder of {kinds} files", str(folder)))
        return []
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    if not files:
        faults.append(Fault(f"holds no {kinds} file", "put the statements there", str(folder)))
    texts = [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file()]
    remedy = f"save it as one of {kinds}, or take it out of the folder"
    faults += [
        Fault("is not a text that can be read here", remedy, path.name)
        for path in files
        if path not in texts
    ]
    return texts


def _read(path: Path) -> tuple[dict[str, str], str] | Fault:
    """Split a file into its head and its plain text, or say why that cannot be done."""
    content = read_text(path)
    if isinstance(content, Fault):
        return content
    rule = "has no head"
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if found := _HEAD.match(content):
        try:
            head = load_as_text(found[1])
        except yaml.YAMLError as error:
            reason = getattr(error, "problem", None) or "a character that YAML does not allow"
            rule = f"has a head that cannot be read: {reason}"
        else:
            if is_of_texts(head):
                is_page = path.suffix.lower() == ".html"
                text = plain_text(found[2]) if is_page else found[2].strip()
                return {name: value.strip() for name, value in head.items()}, text
            rule = "has a head that does not hold one name: value a line"
    return Fault(rule, _FORM, path.name)


def _faults(head: dict[str, str], text: str, raw: RawTables) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy for all that is wrong with one statement."""
    for name in REQUIRED:
        if not head.get(name):
            yield f"has no {name} in its head", f"add a line {name}: ..."
    known = (*REQUIRED, *OPTIONAL)
    for name in sorted(head.keys() - known):
        remedy = f"remove it{nearest(name, known)}"
        yield f"has {name} in its head, which means nothing", remedy
    for name in sorted(head.keys() & known):
        for rule, remedy in formula_faults(head[name]):
            yield f"has {name} = {head[name]!r}, which {rule}", remedy
    if head.get("date") and not _is_day(head["date"]):
        yield f"has date = {head['date']!r}", "write a day that exists, as YYYY-MM-DD"
    sides = [*raw["sides"]["side"]]
    for name, allowed in (("side", sides), ("channel", raw.codes("statements", "channel"))):
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
