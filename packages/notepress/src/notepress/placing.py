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
text gives none. With the class `screen-only` it is left out on paper; with `roomy` its rows are
larger there, with `dense` smaller.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# how a notebook shows what it has recorded
FIGURE_MIME = "application/vnd.notepress.figure+json"
TABLE_MIME = "application/vnd.notepress.table+json"
KINDS = {"fig": "figure", "tbl": "table"}
_LINES = r"(?:(?!:::).*\n)*"
# the whole div, as far as it is written as it should be
PLACED = re.compile(
    r"^:::+ *\{#(?P<label>(?P<kind>fig|tbl)-(?P<name>[\w-]+))(?P<classes>(?: +\.[\w-]+)*) *\}"
    r" *:* *(?:\n|\Z)"
    rf"(?P<words>{_LINES})"
    rf"(?::::+ *(?:alt|{{\.alt}}) *:* *\n(?P<alt>{_LINES}):::+[ :]*\n(?P<more>{_LINES}))?"
    r"(?:(?P<end>:::+[ :]*(?:\n|\Z))|(?P<other>:::.*))?",
    re.MULTILINE,
)


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
    end = 0
    for found in PLACED.finditer(markdown):
        if text := markdown[end : found.start()]:
            yield text
        yield _placed(found)
        end = found.end()
    if text := markdown[end:]:
        yield text


def placed(markdown: str) -> list[Placed]:
    """Return the figures and tables that a text places."""
    return [piece for piece in split(markdown) if isinstance(piece, Placed)]


def without_data(folder: Path) -> set[str]:
    """Return the labels of figures and tables for which a run has no data, by its records."""
    records = (json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/*.json"))
    return {record["label"] for record in records if record.get("is_empty")}


def _placed(found: re.Match[str]) -> Placed:
    words = found["words"] + (found["more"] or "")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", words)]
    title, *rest = [part for part in paragraphs if part] or [""]
    caption, alt = " ".join(rest), " ".join((found["alt"] or "").split())
    kind = KINDS[found["kind"]]
    said = [part for part in (title, caption, alt) if part]
    wrong = ""
    if found["end"] is None and found["other"]:
        wrong = f"holds a div that is no alternative text: {found['other']}"
    elif found["end"] is None:
        wrong = "is not closed: end it with a line :::"
    elif kind == "figure" and not (title and alt):
        wrong = "needs a title and an alternative text"
    elif kind == "table" and alt:
        wrong = "is a table, which needs no alternative text"
    elif len(set(said)) < len(said):
        wrong = "says the same in title, caption and alternative text"
    classes = frozenset(found["classes"].replace(".", " ").split())
    return Placed(kind, found["name"], found["label"], classes, title, caption, alt, wrong)
