"""Figures and tables in the text: where each stands, and in which words.

A notebook that measures records a figure or table by its name. The text places it, in a fenced div:

    ::: {#fig-NAME}
    A first paragraph, its title.

    Further ones, its caption.

    ::: alt
    What the figure shows, for those who cannot see it.
    :::
    :::

A table (`#tbl-NAME`) has no alternative text, and keeps the title it was recorded with where the
text gives none. With the class `screen-only` it is left out on paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# how a notebook shows what it has recorded
FIGURE_MIME = "application/vnd.notepress.figure+json"
TABLE_MIME = "application/vnd.notepress.table+json"
KINDS = {"fig": "figure", "tbl": "table"}
OPENING = re.compile(
    r":::+ *\{#(?P<label>(?P<kind>fig|tbl)-(?P<name>[\w-]+))(?P<classes>(?: +\.[\w-]+)*) *\} *"
)
_DIV = re.compile(r":::+ *(?P<what>[^:]*?) *:*")


class Placed(NamedTuple):
    """One figure or table as the text places it; `wrong` says what is, or is empty."""

    kind: str
    name: str
    label: str
    classes: frozenset[str]
    title: str
    caption: str
    alt: str
    wrong: str = ""


def split(markdown: str) -> Iterator[str | Placed]:
    """Yield pieces of text, and the figures and tables between them, in their order."""
    text: list[str] = []
    lines = iter(markdown.splitlines(keepends=True))
    for line in lines:
        opening = OPENING.fullmatch(line.rstrip("\n"))
        if opening is None:
            text.append(line)
            continue
        if text:
            yield "".join(text)
            text = []
        yield _placed(opening, lines)
    if text:
        yield "".join(text)


def placed(markdown: str) -> list[Placed]:
    """Return the figures and tables that a text places."""
    return [piece for piece in split(markdown) if isinstance(piece, Placed)]


def without_data(folder: Path) -> set[str]:
    """Return the labels of figures and tables for which a run has no data, by its records."""
    records = (json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/*.json"))
    return {record["label"] for record in records if record.get("is_empty")}


def _placed(opening: re.Match[str], lines: Iterator[str]) -> Placed:
    """Read a div to its end."""
    words: dict[str, list[str]] = {"": [], "alt": []}
    inside, wrong = "", "is not closed: end it with a line :::"
    for line in lines:
        if not (div := _DIV.fullmatch(line.rstrip("\n"))):
            words[inside].append(line)
        elif div["what"].strip("{.} ") == "alt" and not inside:
            inside = "alt"
        elif div["what"]:
            wrong = f"holds a div that is no alternative text: {line.strip()}"
            break
        elif inside:
            inside = ""
        else:
            wrong = ""
            break
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", "".join(words[""]))]
    title, *caption = [part for part in paragraphs if part] or [""]
    kind = KINDS[opening["kind"]]
    alt = " ".join("".join(words["alt"]).split())
    said = [part for part in (title, " ".join(caption), alt) if part]
    if not wrong and kind == "figure" and not (title and alt):
        wrong = "needs a title and an alternative text"
    elif not wrong and kind == "table" and alt:
        wrong = "is a table, which needs no alternative text"
    elif not wrong and len(set(said)) < len(said):
        wrong = "says the same in title, caption and alternative text"
    classes = frozenset(opening["classes"].replace(".", " ").split())
    return Placed(
        kind, opening["name"], opening["label"], classes, title, " ".join(caption), alt, wrong
    )
