"""What is held against tests/baseline: drawings and pages, as text of which each change is one."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import matplotlib as mpl
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

BASELINE = Path(__file__).parent / "baseline"
HEARD = ("alt", "aria-label", "datetime", "href", "lang", "scope", "title")


def svg(figure: Figure) -> str:
    """A drawing, without when and by what it was drawn."""
    page = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "same"}):
        figure.savefig(page, format="svg", metadata={"Creator": None, "Date": None})
    # which row a mark stands for does depend on their order
    return re.sub(r'id="rows [\d ]*"', "", page.getvalue())


def markup(page: str) -> str:
    """A page without how it looks and what moves in it, which others look at."""
    return re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)


def heard(page: str) -> str:
    """A page as one hears it, without how to cite it: text, and what is said of what it shows."""
    soup = BeautifulSoup(page, "html5lib")
    for part in soup(["script", "style", "pre"]):
        part.decompose()
    lines = []
    for tag in soup.find_all(True):
        told = {name: tag[name] for name in HEARD if tag.has_attr(name)}
        text = " ".join("".join(tag.find_all(string=True, recursive=False)).split())
        if told or text:
            lines.append(f"{tag.name} {json.dumps(told, ensure_ascii=False)} {text}\n")
    return "".join(lines)
