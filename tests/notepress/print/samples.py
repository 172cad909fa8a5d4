"""Cells, values and sources of a small report, and what a reader finds in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from notepress.placing import FIGURE_MIME, TABLE_MIME

VALUES = [
    {
        "id": "rate",
        "value": 15.639,
        "unit": "percent",
        "text": "15.64\u00a0percent",
        "definition": "The average rate.",
        "sources": [
            {
                "path": "data/raw/actions.csv",
                "sha256": "ab",
                "rows": ["T1", "T2"],
                "documents": ["paper", "https://example.org/direct"],
            }
        ],
        "function": "measures:rate",
        "file": "src/measures.py",
        "line": 7,
        "notebook": "01-first.ipynb",
        "cell_id": "made-here",
    },
    {
        "id": "money",
        "value": 35.5,
        "unit": "usd_bn",
        "text": "$35.5\u00a0billion",
        "definition": "Not used.",
        "sources": [],
        "function": "",
        "file": "",
        "line": None,
        "notebook": "01-first.ipynb",
        "cell_id": "made-here",
    },
]


SOURCES = [
    {
        "id": "paper",
        "type": "report",
        "title": "Żółty papier",
        "URL": "https://example.org/paper",
        "author": [{"family": "Bown", "given": "Chad P."}],
        "issued": {"date-parts": [[2019, 6, 2]]},
        "custom": {"kind": "primary"},
    },
    {"id": "unused", "type": "webpage", "title": "Never cited"},
    {
        "id": "wire",
        "type": "article-newspaper",
        "title": "Wire",
        "container-title": "Agency",
        "archive": "the Gazette",
        "archive_location": "https://gazette.example/a_b?c=1",
    },
]


SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="453.6pt"
 height="230.4pt" viewBox="0 0 453.6 230.4" version="1.1">
<defs><style type="text/css">*{stroke-linejoin: round}</style>
<clipPath id="clip"><rect id="r"/></clipPath></defs>
<path id="line" d="M0 0L9 9" clip-path="url(#clip)"/><use xlink:href="#line"/>
<text style="font: 9px 'Source Sans Pro'" x="9" y="20">Zölle</text>
</svg>"""


def figure(name: str = "rates", **change: Any) -> Any:
    record = {
        "kind": "figure",
        "name": name,
        "label": f"fig-{name}",
        "notebook": "01-first.ipynb",
        "title": "It rose to {{rate}}",
        "caption": "Read it so.",
        "alt": "A line that ends at {{rate}}.",
        "source": "@paper",
        "labels": {"day": "Day", "rate_pct": "Rate (%)"},
        **change,
    }
    return output({FIGURE_MIME: record, "image/svg+xml": SVG, "text/plain": "Figure"})


def table(name: str = "steps", count: int = 3, **change: Any) -> Any:
    record = {
        "kind": "table",
        "name": name,
        "label": f"tbl-{name}",
        "notebook": "01-first.ipynb",
        "title": "Every step",
        "caption": "",
        "source": "@paper",
        "columns": [
            {"header": "Step", "align": "left", "width": None, "markdown": False},
            {"header": "Rate", "align": "right", "width": None, "markdown": False},
            {"header": "Where", "align": "left", "width": None, "markdown": True},
        ],
        "rows": [[f"- T{n} *x*", f"{n}.0", "[@paper]"] for n in range(count)],
        **change,
    }
    return output({TABLE_MIME: record, "text/html": "<table></table>", "text/plain": "Table"})


CARD: dict[str, Any] = {
    "columns": [
        {"header": "Question", "align": "left", "width": 0.2, "markdown": True},
        {"header": "First", "align": "left", "width": 0.4, "markdown": True, "colour": "#123456"},
        {"header": "Second", "align": "left", "width": 0.4, "markdown": True},
    ],
    "rows": [["**Was it?**", '[yes]{.mark look="yes"} Ann\n\n“…so it is…”', "no record"]],
    "card": {
        "band": "**True**",
        "about": "The paper says so.",
        "below": [["What turns it", "**False** if it is not."], ["What would change it", "A."]],
        "colours": {},
    },
}


def output(data: dict[str, Any], **metadata: Any) -> Any:
    return new_output("display_data", data, metadata=metadata)


def code(
    *outputs: Any,
    tags: tuple[str, ...] = (),
    source: str = "secret_code()",
    cell_id: str = "shown",
) -> Any:
    cell = new_code_cell(source, outputs=list(outputs), id=cell_id)
    cell.metadata["tags"] = list(tags)
    return cell


def text(markdown: str, cell_id: str = "prose", tags: tuple[str, ...] = ()) -> Any:
    return new_markdown_cell(markdown, id=cell_id, metadata={"tags": list(tags)})


REPORT = [
    text(
        "# Who left?\n\nThe rate is {{rate}} [@paper, p. 3], see @fig-rates and [@tbl-steps].",
        "top",
    ),
    code(figure()),
    text(
        "## One\n\n::: answer\nUp to **{{rate}}**.[^1]\n:::\n\n[^1]: A note on @fig-rates.", "one"
    ),
    code(table(), cell_id="table"),
    text(
        "## Two\n\nThe mean is $\\bar r$, or\n\n$$r = \\sum_i w_i$$",
        "two",
    ),
]


Export = Callable[..., Path]


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text without tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"[ \n]+", " ", "".join(self.pieces))

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def structure(path: Path) -> list[tuple[str, str]]:
    """The tags of a PDF in reading order, each with its alternative text."""

    def walk(node: Any) -> Iterator[tuple[str, str]]:
        if isinstance(node, pikepdf.Array):
            for part in node:
                yield from walk(part)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node["/S"]), str(node.get("/Alt", ""))
            yield from walk(node.get("/K"))

    with pikepdf.open(path) as pdf:
        return list(walk(pdf.Root["/StructTreeRoot"]["/K"]))


ON_SCREEN = ("screen-only",)
