"""What of an executed notebook a report shows, and what keeps it from being printed whole."""

import copy
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from notepress import pages, placing, prose
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.values import VALUES_MIME

PIXELS = ("image/png", "image/jpeg", "image/gif")
# what an output is printed from, best first; a bundle with none of them is refused
_WRITTEN = ("text/html", "text/markdown", "text/latex", "text/plain")
KINDS = (VALUES_MIME, FIGURE_MIME, TABLE_MIME, "image/svg+xml", *PIXELS, *_WRITTEN)
# what IPython says in text of an object that it has no text for
NO_TEXT = re.compile(r"<(?:IPython\.core\.display\.|Figure size )[^>]*>|<[\w.]+ object at [^>]*>")

HIDDEN = {"remove-cell", "parameters", "injected-parameters"}
# for the page alone: a printed page has less room
SCREEN_ONLY = "screen-only"


def visible_cells(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Return the cells that readers see, without those that their tags hide."""
    return [cell for cell in cells if HIDDEN.isdisjoint(cell.metadata.get("tags", []))]


def is_screen_only(cell: NotebookNode) -> bool:
    """Tell whether a cell is left out on paper."""
    return SCREEN_ONLY in cell.metadata.get("tags", [])


def place(cells: Iterable[NotebookNode], folder: Path) -> tuple[list[NotebookNode], list[str]]:
    """Put recorded figures and tables where the text has their words, as cells that show them.

    `folder` has figures/ and tables/. Returns the cells, and what is wrong.
    """
    out: list[NotebookNode] = []
    wrong = []
    for cell in cells:
        if cell.cell_type != "markdown":
            out.append(cell)
            continue
        for number, piece in enumerate(placing.split(cell.source)):
            part = copy.deepcopy(cell)
            if isinstance(piece, str):
                part.source = piece
            else:
                shown, problem = _shown(piece, folder)
                tags = [*cell.metadata.get("tags", []), *piece.classes]
                part = new_code_cell(outputs=shown, metadata={"tags": tags})
                if problem:
                    wrong.append(f"cell {cell.get('id', '')}: {piece.label} {problem}")
            part.id = f"{cell.id}-{number}" if number else cell.id
            out.append(part)
    return out, wrong


def _shown(piece: placing.Placed, folder: Path) -> tuple[list[NotebookNode], str]:
    """Return the output that was recorded under a name, in the text's words, and what is wrong."""
    kept = folder / f"{piece.kind}s" / f"{piece.name}.json"
    if not kept.is_file():
        known = [path.stem for path in kept.parent.glob("*.json")]
        return [], f"was recorded by no notebook{prose.nearest(piece.name, known)}"
    record = json.loads(kept.read_text(encoding="utf-8"))
    words = {"title": piece.title or record.get("title", ""), "caption": piece.caption}
    if piece.kind == "table":
        room = next((one for one in ("roomy", "dense") if one in piece.classes), "")
        data: dict[str, Any] = {TABLE_MIME: {**record, **words, "room": room}}
    else:
        drawn = kept.with_suffix(".svg").read_text(encoding="utf-8")
        data = {FIGURE_MIME: {**record, **words, "alt": piece.alt}, "image/svg+xml": drawn}
    return [new_output("display_data", data)], piece.wrong


def take_title(cells: Iterable[NotebookNode]) -> str:
    """Take the heading off the first cell: it is the notebook's title, and no section of it."""
    first = next(iter(cells), None)
    if first is None or first.cell_type != "markdown":
        return ""
    found = re.match(r"\s*# +([^\n]+?) *(?:\{[#.][^{}]*\})? *(?:\n|$)", first.source)
    if found:
        first.source = first.source[found.end() :]
    return found[1] if found else ""


def best_kind(data: Mapping[str, Any]) -> str:
    """Return the MIME type that an output is printed from; empty where no page can show it."""
    fit = {kind for kind in KINDS if kind in data}
    if "text/html" in fit and "<table" not in data["text/html"]:
        fit.remove("text/html")
    if "text/plain" in fit and NO_TEXT.fullmatch(data["text/plain"].strip()):
        fit.remove("text/plain")
    return next((kind for kind in KINDS if kind in fit), "")


def alt(output: NotebookNode) -> str:
    """Return an image's text: from its metadata, or what it is in text."""
    metadata = output.get("metadata", {})
    plain = output.data.get("text/plain", "").strip()
    given = [metadata.get("alt", ""), *(metadata.get(kind, {}).get("alt", "") for kind in KINDS)]
    return next((text for text in given if text), "" if NO_TEXT.fullmatch(plain) else plain)


def records(cells: Iterable[NotebookNode]) -> Iterator[dict[str, Any]]:
    """Yield the words of each figure and table."""
    for cell in cells:
        for output in cell.get("outputs", []):
            for kind in (FIGURE_MIME, TABLE_MIME):
                if kind in output.get("data", {}):
                    yield output.data[kind]


def labels(cells: Sequence[NotebookNode]) -> list[str]:
    """Return the labels of figures and tables, also of tables written in Markdown."""
    written = [
        label
        for cell in cells
        if cell.cell_type == "markdown"
        for label in re.findall(r"\{#((?:fig|tbl)-[\w-]+)", cell.source)
    ]
    return [*(record["label"] for record in records(cells)), *written]


def texts(cells: Iterable[NotebookNode]) -> Iterator[tuple[str, str]]:
    """Yield every text that is read as Markdown, as they follow, behind the place of each."""
    for cell in cells:
        place = f"cell {cell.get('id', '')}"
        if cell.cell_type == "markdown":
            yield place, cell.source
        for output in cell.get("outputs", []):
            yield place, output.get("data", {}).get("text/markdown", "")
        for record in records([cell]):
            label = record["label"]
            yield f"{place}, title of {label}", record.get("title", "")
            for row in record.get("rows", []):
                for text, column in zip(row, record["columns"], strict=True):
                    if column["markdown"]:
                        yield f"{place}, {label}", text
            card = record.get("card", {"below": []})
            for part in ("band", "about"):
                yield f"{place}, {part} of {label}", card.get(part, "")
            for name, text in card["below"]:
                yield f"{place}, {name} of {label}", text
            for part in ("caption", "source"):
                yield f"{place}, {part} of {label}", record.get(part, "")


def cited(cells: Iterable[NotebookNode], references: Collection[str]) -> list[str]:
    """Return keys of cited sources by their number; those that only the page cites come last."""
    in_order = sorted(cells, key=is_screen_only)
    keys = (key for _, text in texts(in_order) for key, *_ in prose.citations(text))
    return list(dict.fromkeys(key for key in keys if key in references))


def problems_as_written(
    cells: Iterable[NotebookNode],
    values: Mapping[str, Mapping[str, Any]],
    allowed_names: Collection[str],
) -> Iterator[str]:
    """Yield wrong conditions and typed numbers, but those in `allowed_names`."""
    for cell in cells:
        if cell.cell_type == "markdown":
            wrong = prose.wrong_conditions(cell.source, values)
            wrong += prose.typed_numbers(cell.source, allowed_names)
            yield from (f"cell {cell.get('id', '')}: {what}" for what in wrong)


def problems_as_printed(
    cells: Sequence[NotebookNode],
    heads: Iterable[str],
    values: Mapping[str, Mapping[str, Any]],
    references: Collection[str],
    allowed_names: Iterable[str],
) -> Iterator[str]:
    """Yield what keeps cells from being printed, with conditions applied and figures placed.

    `heads` are the report's titles, `allowed_names` may have digits.
    """
    known = labels(cells)
    for label, times in Counter(known).items():
        if times > 1:
            yield f"the report: the label {label} is used {times} times"
    for text in heads:
        yield from (f"the title: {what}" for what in prose.typed_numbers(text, allowed_names))
    titles = [("the title", text) for text in heads]
    alts = [(f"alt of {one['label']}", one.get("alt", "")) for one in records(cells)]
    for place, text in (*titles, *texts(cells), *alts):
        wrong = prose.unknown_ids(text, values) + prose.unknown_keys(text, references, known)
        yield from (f"{place}: {what}" for what in wrong)
    for cell in cells:
        place = f"cell {cell.get('id', '')}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kind = best_kind(data)
            record = data.get(kind)
            if data and not kind:
                kinds = ", ".join(sorted(data))
                yield f"{place}: an output that no page can show: {kinds}"
            elif kind == FIGURE_MIME and "alt" not in record:
                label = record["label"]
                yield f"{place}: a figure without words; place it in the text, as {{#{label}}}"
            elif kind in (FIGURE_MIME, TABLE_MIME) and not record["title"]:
                yield f"{place}: {record['label']} has no title"
            elif kind.startswith("image/") and not alt(output):
                yield f"{place}: an image without alternative text; use press.figure"


def fenced(text: str, kind: str) -> str:
    """Return a code block of Markdown, fenced by more ticks than the text has."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks}{{{kind}}}\n{text}\n{ticks}"


def code_block(text: str, kind: str = "output") -> str:
    """Return what a program reads or says as a code block, without a terminal's colours."""
    return fenced(pages.plain(text).rstrip("\n"), f".{kind}")
