"""A notebook that was not written for the press, as Jupyter shows it: text, code and outputs."""

import base64
import binascii
import io
import json
import logging
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any

import bs4
import lxml.html
from defusedxml import DefusedXmlException, ElementTree
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.notebooknode import NotebookNode
from PIL import Image

from notepress import fonts, pages
from notepress.print import contents, pandoc
from notepress.run.cleaning import OVERWRITTEN

_log = logging.getLogger(__name__)
_TEMPLATES = pages.TEMPLATES / "notebook"
_MARKDOWN = ("text/markdown", "text/latex")
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
# what a script of a page draws, and how a notebook keeps a picture beside it
_DRAWN_BY_SCRIPT = {
    "plotly": 'plotly.io.renderers.default = "notebook+png" keeps a picture beside it',
    "vega": 'altair.renderers.enable("png") keeps a picture in its place',
}
_SILENT = re.compile(r"<!--.*?-->|<\?.*?>|<(style|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b(?![^>]*math/tex)[^>]*>.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_CHECKBOX = re.compile(r"<input\b[^>]*checkbox[^>]*>", re.IGNORECASE)
_LOST = re.compile(
    r"<(iframe|video|audio|object|embed|canvas)\b[^>]*>(?:.*?</\1\s*>)?", re.DOTALL | re.IGNORECASE
)
_IMAGE = re.compile(r"<img\b[^>]*>|<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_DRAWING = re.compile(r"(<svg\b[^>]*>).*</svg\s*>|<svg\b[^>]*/>", re.DOTALL)
_ENTITY = re.compile(r"&#?\w+;")
_TITLE = re.compile(r"\s*<h[1-6]\b[^>]*>(.*?)</h[1-6]\s*>", re.DOTALL | re.IGNORECASE)


class _Renderer(IPythonRenderer):
    """HTML of Markdown as nbconvert has it, without colours, and formulas as elements."""

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)

    def block_code(self, code: str, info: str | None = None) -> str:
        language = re.sub(r"\W", "", (info or "").partition(" ")[0])
        return f'<pre class="code {language}"><code>{escape(code)}</code></pre>\n'

    def block_math(self, body: str) -> str:
        return f'<script type="math/tex; mode=display">{body}</script>'

    def inline_math(self, body: str) -> str:
        return f'<script type="math/tex">{body}</script>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def _embed_image_or_attachment(self, src: str) -> str:
        return src  # whatever shows an image, it is looked for below


def is_plain(nb: NotebookNode) -> bool:
    """Tell whether nothing in a notebook was made by the press or written for it."""
    bundles = (output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", []))
    return not any(kind.startswith("application/vnd.notepress.") for one in bundles for kind in one)


class Plain:
    """What is printed of a notebook whose images lie in `folder`.

    `parts` are as cells.lua reads them, `images` kind and content by the name that stands in the
    parts, `title` is the heading that it begins with. `lost` says what no page can show.
    """

    def __init__(self, nb: NotebookNode, folder: Path) -> None:
        self._folder = folder
        self.images: dict[str, tuple[str, bytes]] = {}
        self.lost: list[str] = []
        about = [nb.metadata.get(part, {}) for part in ("language_info", "kernelspec")]
        names = [about[0].get("name"), about[1].get("language"), "text"]
        self._language = re.sub(r"\W", "", str(next(filter(None, names))))
        self.parts = [part for cell in nb.cells for part in self._cell(cell)]
        self.title = ""
        first = self.parts[0] if self.parts else {}
        if found := _TITLE.match(first.get("html", "")):
            self.title = _text(found[1])
            first["html"] = first["html"][found.end() :] if self.title else first["html"]

    def as_printed(self, text: str) -> str:
        """Return text with names in the place of what no font for print has, which is lost."""
        printed, lost = fonts.printable(text)
        self.lost += lost
        return printed

    def converted(self, to: str, *options: str) -> str:
        """Return the parts in a format of pandoc's."""
        how = [f"--lua-filter={_TEMPLATES / 'notebook.lua'}", *options]
        reader = str(_TEMPLATES / "cells.lua")
        return pandoc.convert(json.dumps(self.parts), to, how, reads=reader, warn=_log.info)

    def _cell(self, cell: NotebookNode) -> Iterator[dict[str, Any]]:
        """Yield the parts of a cell, as far as its tags let them be seen."""
        tags, of_jupyter = {*cell.metadata.get("tags", [])}, cell.metadata.get("jupyter", {})
        if "remove-cell" in tags:
            return
        whole = "Cell" if "hide-cell" in tags else ""
        if cell.cell_type == "markdown":
            shown = self._html(_rendered(cell.source), cell.get("attachments", {}))
            yield {"html": shown, "folded": whole}
            return
        if "remove-input" not in tags and cell.source.strip():
            is_code = cell.cell_type == "code"
            folds = "hide-input" in tags or of_jupyter.get("source_hidden")
            yield {
                **_code(cell.source, *(["code", self._language] if is_code else ["raw"])),
                "number": str(cell.get("execution_count") or ""),
                "folded": whole or ("Code" if folds else ""),
            }
        if "remove-output" not in tags:
            folds = "hide-output" in tags or of_jupyter.get("outputs_hidden")
            for part in self._outputs(cell.get("outputs", [])):
                yield {**part, "folded": whole or ("Output" if folds else "")}

    def _outputs(self, outputs: Iterable[NotebookNode]) -> Iterator[dict[str, Any]]:
        for stream, pieces in groupby(outputs, key=lambda one: one.get("name", "")):
            if stream:
                text = "".join(piece.text for piece in pieces)
                yield _code(text, "stderr" if stream == "stderr" else "output")
                continue
            for output in pieces:
                if output.output_type == "error":
                    trace = "\n".join(output.traceback)
                    yield _code(trace or f"{output.ename}: {output.evalue}", "error")
                elif output.data:
                    yield self._shown(output)

    def _shown(self, output: NotebookNode) -> dict[str, Any]:
        """Return the best that an output has for a page, or that it is lost."""
        data = output.data
        alt = contents.alt(output)
        for kind in _PICTURES:
            if kind in data and (name := self._kept(_bytes(data[kind], kind))):
                width = output.get("metadata", {}).get(kind, {}).get("width", "")
                return {"html": _image(name, alt or "Output of a cell", width)}
        if "text/html" in data:
            html = self._html(_SCRIPT.sub("", data["text/html"]), {})
            if _text(html) or "<img" in html:
                return {"html": html}
        for kind in _MARKDOWN:
            if data.get(kind):
                return {"html": self._html(_rendered(data[kind]), {})}
        if (plain := data.get("text/plain", "")) and not contents.NO_TEXT.fullmatch(plain.strip()):
            return _code(plain, "output")
        kinds = ", ".join(sorted(data))
        return {"html": f"<p>{self._lose(f'An output of {kinds}', kinds)}</p>"}

    def _html(self, html: str, attached: Mapping[str, Any]) -> str:
        """Return HTML whose images are kept, and whose other contents are words or named."""
        html = _SILENT.sub("", pages.plain(html))
        html = _SCRIPT.sub(lambda _: self._lose("HTML: script"), html)
        html = _ENTITY.sub(lambda entity: _unescaped(entity[0]), html)
        html = _CHECKBOX.sub(lambda box: "\u2611 " if "checked" in box[0] else "\u2610 ", html)
        html = _LOST.sub(lambda tag: self._lose(f"HTML: {tag[1].lower()}"), html)
        html = _IMAGE.sub(lambda tag: self._in_place(tag[0], attached), html)
        return _closed(html) if "<table" in html else html

    def _in_place(self, tag: str, attached: Mapping[str, Any]) -> str:
        """Return an element that shows an image, or says that it is lost."""
        if tag[1:4].lower() == "svg":
            name, alt, width, source = self._kept(tag.encode()), "Drawing", "", "a drawing"
        else:
            element = bs4.BeautifulSoup(tag, "html.parser").img
            told = {key: str(value) for key, value in element.attrs.items()} if element else {}
            source, width = told.get("src", ""), told.get("width", "")
            name = self._kept(self._content(source, attached))
            short = source if len(source) < 80 else f"{source[:77]}..."
            alt = " ".join(told.get("alt", "").split()) or Path(short).name or "Image"
            source = told.get("alt") or short
        return _image(name, alt, width) if name else self._lose(f"Image {source}")

    def _kept(self, content: bytes) -> str:
        """Keep an image, and return its name; nothing where no page can show it."""
        kind = _kind_of(content)
        if not kind and (drawn := _drawing(content)):
            kind, content = "image/svg+xml", drawn
        if kind not in _PICTURES:
            return ""
        name = f"image-{len(self.images) + 1}.{kind.partition('/')[2].partition('+')[0]}"
        self.images[name] = kind, content
        return name

    def _content(self, source: str, attached: Mapping[str, Any]) -> bytes:
        """Return an image that is attached to a cell, in the address or in a file; else nothing."""
        if source.startswith("attachment:"):
            bundle = attached.get(urllib.parse.unquote(source.removeprefix("attachment:")), {})
            return next((_bytes(content, kind) for kind, content in bundle.items()), b"")
        if source.startswith("data:"):
            head, _, data = source.partition(",")
            if "base64" in head:
                return _bytes(data, "")
            return urllib.parse.unquote_to_bytes(data)
        if "://" in source:
            return b""
        try:
            path = (self._folder / urllib.parse.unquote(source)).resolve()
            inside = path.is_relative_to(self._folder.resolve()) and path.is_file()
            return path.read_bytes() if inside else b""
        except (OSError, ValueError):
            return b""

    def _lose(self, what: str, kinds: str = "") -> str:
        hint = next((hint for name, hint in _DRAWN_BY_SCRIPT.items() if name in kinds), "")
        self.lost.append(f"{what} ({hint})" if hint else what)
        return f"<em>[{escape(what)}, not printed]</em>"


def _rendered(markdown: str) -> str:
    return str(MarkdownWithMath(renderer=_Renderer()).render(markdown))


def _code(text: str, *classes: str) -> dict[str, Any]:
    shown = pages.plain(OVERWRITTEN.sub("", text.replace("\r\n", "\n")))
    return {"code": shown.rstrip("\n"), "classes": classes}


def _unescaped(entity: str) -> str:
    sign = unescape(entity)
    return sign if ord(sign[0]) > 0x7F else entity


def _image(name: str, alt: str, width: object) -> str:
    size = f' width="{escape(str(width))}"' if width else ""
    return f'<img src="{name}" alt="{escape(alt[:300])}"{size}>'


def _closed(html: str) -> str:
    """Return HTML with the cells and rows of its tables closed, as browsers do."""
    whole = lxml.html.fragment_fromstring(html, create_parent="div")
    return str(lxml.html.tostring(whole, encoding="unicode"))


def _text(html: str) -> str:
    """Return the words of HTML, in one line."""
    return " ".join(bs4.BeautifulSoup(html, "html.parser").get_text().split())


def _bytes(content: object, kind: str) -> bytes:
    text = "".join(content) if isinstance(content, list) else str(content)
    if kind == "image/svg+xml" and "<" in text:
        return text.encode()
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _kind_of(content: bytes) -> str:
    """Return the kind of an image of pixels that can be read to its end; else nothing."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return f"image/{image.format}".lower()
    except Exception:  # whatever is wrong with it, it is no picture to be printed
        return ""


def _drawing(content: bytes) -> bytes:
    """Return an SVG as it stands alone; nothing where it is not well formed or holds HTML."""
    found = _DRAWING.search(content.decode("utf-8", "replace"))
    if not found or "<foreignObject" in found[0]:
        return b""
    spaces = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
    lacking = "".join(
        f' {one}="{uri}"' for one, uri in spaces.items() if f"{one}=" not in (found[1] or found[0])
    )
    drawn = f"<svg{lacking}{found[0].removeprefix('<svg')}"
    try:
        ElementTree.fromstring(drawn)
    except (ElementTree.ParseError, DefusedXmlException):
        return b""
    return drawn.encode()
