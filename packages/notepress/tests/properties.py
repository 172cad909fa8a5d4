"""What holds of every notebook that is printed, whoever wrote it."""

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bs4
import pikepdf
import pypdf
from nbformat.notebooknode import NotebookNode

from notepress.print.export import FORMATS, printed

ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
# what is no word of a Markdown cell: comments, tags, formulas, addresses, entities, names of
# languages, and what stands in the place of an image
NO_WORDS = re.compile(
    r"<!--.*?-->|<(style|script|head)\b.*?</\1\s*>|<[^<>]*>|\$\$.*?\$\$|\$[^$\n]+\$"
    r"|\\begin\{.*?\\end\{[^}]*\}|\\\\\[.*?\\\\\]|\\\\\(.*?\\\\\)|!\[[^\]]*\](?:\([^)]*\))?|\]\([^)]*\)|\]:\s*\S+"
    r"|&#?\w+;|```+\S[^\n`]*|~~~+\S+|^ *\d+[.)] ",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
NO_TEXT = re.compile(r"<svg\b.*?</svg\s*>|<!--.*?-->|<head\b.*?</head>", re.DOTALL)
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")


def letters(text: str) -> str:
    """Letters and digits alone: lines, blanks and signs of markup come and go."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def words(nb: NotebookNode) -> Iterator[str]:
    """The words of a notebook's source and text outputs, but of what its tags hide."""
    for cell in nb.cells:
        tags, of_jupyter = {*cell.metadata.get("tags", [])}, cell.metadata.get("jupyter", {})
        if tags & {"remove-cell", "hide-cell"}:
            continue
        if cell.cell_type == "markdown":
            yield from re.split(r"[\s|]+", NO_WORDS.sub(" ", cell.source))
            continue
        if not (tags & {"remove-input", "hide-input"} or of_jupyter.get("source_hidden")):
            yield from cell.source.split()
        if not (tags & {"remove-output", "hide-output"} or of_jupyter.get("outputs_hidden")):
            for output in cell.get("outputs", []):
                yield from OVERWRITTEN.sub("", ANSI.sub("", _text(output))).split()


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join(output.traceback)
    data = output.data
    if any(kind in data for kind in PICTURES):
        return ""
    if "text/html" in data:
        found = bs4.BeautifulSoup(NO_TEXT.sub(" ", data["text/html"]), "html.parser")
        for element in found(["script", "style"]):
            element.decompose()
        return found.get_text(" ")
    plain = data.get("text/plain", "")
    return "" if {"text/markdown", "text/latex"} & {*data} or plain.startswith("<") else plain


def check(nb: NotebookNode, path: Path, *, times: int) -> None:
    """Print a notebook in both formats, so many times, and assert what holds of it."""
    made: dict[str, Any] = {}
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.Logger("printing")
    log.addHandler(handler)
    for kind in FORMATS:
        made[kind] = printed(path, kind, log=log)[0]
        for _ in range(times - 1):
            assert printed(path, kind, log=log)[0] == made[kind], f"{kind}: other bytes"
    named = " ".join(said)
    pages = pypdf.PdfReader(io.BytesIO(made["pdf"])).pages
    shown = {"pdf": " ".join(page.extract_text() for page in pages)}
    html = re.sub(r"<style>.*?</style>", "", made["html"], flags=re.DOTALL)
    shown["html"] = bs4.BeautifulSoup(html, "html.parser").get_text(" ")
    for kind, text in shown.items():
        there = letters(text + named)
        lost = [word for word in words(nb) if letters(word) not in there]
        assert not lost, f"{kind} lost {len(lost)} words: {lost[:8]}"
    with pikepdf.open(io.BytesIO(made["pdf"])) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "pdfuaid" in pdf.Root.Metadata.read_bytes().decode()
        right = [float(page.mediabox[2]) for page in pdf.pages]
    for page, edge in zip(pages, right, strict=True):
        assert _furthest(page) <= edge - 28, "something leaves the page"


def _furthest(page: pypdf.PageObject) -> float:
    """How far to the right text begins."""
    places = [0.0]

    def see(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if text.strip():
            places.append(matrix[4])

    page.extract_text(visitor_text=see)
    return max(places)
