"""A notebook that knows nothing of the press, as one that can be printed whole, with its code."""

import base64
import binascii
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from notepress import pages
from notepress.errors import PressError
from notepress.print import contents, pandoc, svg

# what its words are written in here: nothing in them is a source
MARKDOWN = f"{pandoc.MARKDOWN}-citations"
# what the place of something holds that no page can show
LEFT_OUT = re.compile(r"\\?\[([^\[\]]*), not printed\\?\]")
# as Jupyter reads it, without what pandoc would take for more than words
_WRITTEN = (
    "markdown-citations-yaml_metadata_block-example_lists-implicit_figures-subscript-superscript"
    "-inline_notes-footnotes-fenced_divs-bracketed_spans-blank_before_header-raw_attribute"
    "-blank_before_blockquote+lists_without_preceding_blankline+tex_math_double_backslash"
    "+autolink_bare_uris"
)
_MARKDOWN = ("text/latex", "text/markdown")
_PLACED = re.compile(r"^(`{3,}) ?\{?\.?foreign-image\}?\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
_HARMFUL = re.compile(r"<(style|script)\b.*?</\1>|<img\b[^>]*>", re.DOTALL | re.IGNORECASE)
_PICTURES = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8", "image/gif": b"GIF8"}


def is_foreign(nb: NotebookNode) -> bool:
    """Tell whether nothing in a notebook was made by the press or written for it."""
    bundles = (output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", []))
    return not any(kind.startswith("application/vnd.notepress.") for one in bundles for kind in one)


def adopt(nb: NotebookNode, folder: Path) -> Iterator[NotebookNode]:
    """Yield cells of a foreign notebook, whose images lie in `folder`, as the press prints them."""
    texts = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    bundles = [output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", [])]
    texts += [data[kind] for data in bundles for kind in _MARKDOWN if data.get(kind)]
    script = pages.TEMPLATES / "report" / "foreign.lua"
    made = pandoc.convert_each(texts, MARKDOWN, script, reads=_WRITTEN) if texts else []
    written = dict(zip(texts, made, strict=True))
    language = re.sub(r"\W", "", nb.metadata.get("language_info", {}).get("name", "")) or "code"
    for number, cell in enumerate(nb.cells, 1):
        cell_id = f"cell-{number}"
        if cell.cell_type == "markdown":
            attached = cell.get("attachments", {})
            yield from _pieces(written[cell.source], cell_id, folder, attached)
            continue
        is_code = cell.cell_type == "code"
        if cell.source.strip():
            kind = language if is_code else "output"
            yield new_markdown_cell(contents.code_block(cell.source, kind), id=f"{cell_id}-code")
        for place, output in enumerate(cell.get("outputs", []), 1):
            yield from _shown(output, f"{cell_id}-{place}", folder, written)


def _shown(
    output: NotebookNode, cell_id: str, folder: Path, written: dict[str, str]
) -> Iterator[NotebookNode]:
    if "data" not in output:
        yield new_code_cell(outputs=[output], id=cell_id)
        return
    data = {kind: one for kind, one in output.data.items() if _can_be_shown(kind, one)}
    kind = contents.best_kind(data)
    if kind in _MARKDOWN:
        yield from _pieces(written[data[kind]], cell_id, folder, {})
    elif kind == "text/plain" or {*output.data} == {"text/plain"}:
        yield new_markdown_cell(contents.code_block(data["text/plain"]), id=cell_id)
    elif kind == "text/html":
        yield _image(kind, _HARMFUL.sub("", data[kind]), "", cell_id)
    elif kind:
        yield _image(kind, data[kind], contents.alt(output), cell_id)
    else:
        kinds = ", ".join(sorted(output.data)) or "no kind"
        yield new_markdown_cell(f"*[An output of {kinds}, not printed]*", id=cell_id)


def _can_be_shown(kind: str, content: Any) -> bool:
    if kind == "image/svg+xml":
        try:
            svg.inline(content, "image", "image", ids="x")
        except PressError:
            return False
    if start := _PICTURES.get(kind):
        try:
            return base64.b64decode(content).startswith(start)
        except binascii.Error:
            return False
    return bool(content)


def _pieces(
    written: str, cell_id: str, folder: Path, attached: dict[str, Any]
) -> Iterator[NotebookNode]:
    """The Markdown of a cell, with its images as outputs of their own."""
    rest = 0
    for number, placed in enumerate(_PLACED.finditer(written), 1):
        if words := written[rest : placed.start()].strip("\n"):
            yield new_markdown_cell(words, id=f"{cell_id}-{number}-text")
        source, _, alt = placed[2].partition("\n")
        kind, picture = _picture(source, folder, attached)
        if picture:
            yield _image(kind, picture, alt, f"{cell_id}-{number}")
        else:
            named = alt or (source if len(source) < 80 else f"{source[:77]}...")
            literal = re.sub(r"([^\w\s])", r"\\\1", named)
            told = f"*[Image {literal}, not printed]*"
            yield new_markdown_cell(told, id=f"{cell_id}-{number}")
        rest = placed.end()
    if words := written[rest:].strip("\n"):  # blanks before code are part of it
        yield new_markdown_cell(words, id=cell_id)


def _picture(source: str, folder: Path, attached: dict[str, Any]) -> tuple[str, str]:
    """An image attached to a cell, in the address or in a file: kind and content; else nothing."""
    content = b""
    if source.startswith("attachment:"):
        bundle = attached.get(urllib.parse.unquote(source.removeprefix("attachment:")), {})
        content = str(next(iter(bundle.values()), "")).encode()
    elif source.startswith("data:"):
        head, _, data = source.partition(",")
        content = data.encode() if head.endswith(";base64") else b""
    elif "://" not in source:
        path = (folder / urllib.parse.unquote(source)).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            content = base64.b64encode(path.read_bytes())
    try:
        raw = base64.b64decode(content)
    except binascii.Error:
        return "", ""
    if raw.lstrip().startswith((b"<svg", b"<?xml")) and _can_be_shown(
        "image/svg+xml", drawn := raw.decode("utf-8", "replace")
    ):
        return "image/svg+xml", drawn
    kind = next((k for k, start in _PICTURES.items() if raw.startswith(start)), "")
    return kind, base64.b64encode(raw).decode() if kind else ""


def _image(kind: str, content: str, alt: str, cell_id: str) -> NotebookNode:
    metadata = {"alt": " ".join(alt.split())[:300] or f"Image of {cell_id.replace('-', ' ')}"}
    shown = new_output("display_data", {kind: content}, metadata=metadata)
    cell: NotebookNode = new_code_cell(outputs=[shown], id=cell_id)
    return cell


def words(markdown: str) -> str:
    """Return the words of a line of Markdown."""
    return re.sub(r"\\(.)|[*`]", r"\1", markdown)
