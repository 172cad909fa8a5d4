"""Pages beside the report: a comparison, a sweep, a failure.

Each is one file that needs nothing else: no script, no request, light and dark by the system's
setting. The blocks below are markup; any other text, wherever it is given, is escaped. So a page
is built of blocks in lists, never of strings put together:

    page("Title", [section("Heading", paragraph("Any text"), table(frame), code(text))])
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from notepress.errors import PressError
from notepress.print import svg
from notepress.run.cleaning import ANSI
from notepress.table_cells import Format, cell_texts, is_number, stacked

if TYPE_CHECKING:
    import pandas as pd

TEMPLATES = Path(__file__).parent / "templates"

# what no page may hold: control characters, halves of characters, non-characters
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SECTION = re.compile(r'<section id="([^"]*)">\n<h2>(.*?)</h2>')


def page(
    title: str,
    body: Iterable[str],
    *,
    subtitle: str = "",
    facts: Iterable[str] = (),
    card: str = "",
) -> str:
    """Return one HTML file from blocks of markup; the same blocks give the same bytes.

    `facts` are a few words each, in one line below the title, `card` is the address of a picture
    for links. PressError where two parts have the same id.
    """
    content, drawn = svg.shared(_join(body))
    # found in markup, so escaped already
    sections = [tuple(map(Markup, found)) for found in _SECTION.findall(content)]
    sheets = (TEMPLATES / "report" / "style.css", TEMPLATES / "side" / "side.css")
    return rendered(
        "side/page.html.j2",
        title=_text(title),
        subtitle=_text(subtitle),
        facts=[_text(fact) for fact in facts],
        card=card,
        sections=sections if len(sections) > 1 else [],
        style="".join(sheet.read_text(encoding="utf-8") for sheet in sheets),
        fonts=drawn,
        body=Markup(content),  # noqa: S704  (joined from what is escaped)
    )


@cache
def template(name: str) -> Template:
    """Return a template of the press, which escapes what is filled in."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, keep_trailing_newline=True
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment.get_template(name)


def rendered(name: str, **words: Any) -> str:
    """Return a page by a template of the press; PressError where two parts have the same id."""
    page = template(name).render(**words)
    times = Counter(re.findall(r'<[^>]*?\sid="([^"]*)"', page))
    if twice := [name for name, count in times.items() if count > 1]:
        raise PressError(f"the page would have ids twice: {', '.join(twice)}")
    return page


def section(heading: str, *blocks: str) -> Markup:
    """Return a part of the page with its heading, which the page's contents link to."""
    anchor = re.sub(r"\W+", "-", heading.lower()).strip("-") or "section"
    return Markup('<section id="{}">\n<h2>{}</h2>\n{}\n</section>').format(
        anchor, _text(heading), _join(blocks)
    )


def heading(text: str) -> Markup:
    """Return a heading within a section."""
    return Markup("<h3>{}</h3>").format(_text(text))


def paragraph(*parts: str) -> Markup:
    """Return a paragraph of text, links and the like."""
    return Markup("<p>{}</p>").format(Markup("").join(_text(part) for part in parts))


def link(text: str, address: str) -> Markup:
    """Return a link to a web page or a file."""
    return Markup('<a href="{}">{}</a>').format(_text(address), _text(text))


def code(text: str, *, name: str = "Code") -> Markup:
    """Return lines as they stand: a cell's source, an error, a command; `name` is read aloud."""
    return Markup('<pre tabindex="0" role="region" aria-label="{}"><code>{}</code></pre>').format(
        _text(name), _text(text.rstrip("\n"))
    )


def fold(summary: str, *blocks: str) -> Markup:
    """Return blocks that a reader unfolds."""
    return Markup('<details class="data"><summary>{}</summary>\n{}\n</details>').format(
        _text(summary), _join(blocks)
    )


def definitions(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Return a list of names, each with what it is."""
    rows = [
        Markup("<dt>{}</dt><dd>{}</dd>").format(_text(name), _text(meaning))
        for name, meaning in pairs
    ]
    return Markup('<dl class="pairs">\n{}\n</dl>').format(_join(rows))


def table(
    frame: pd.DataFrame, *, title: str, formats: Mapping[str, Format] | None = None
) -> Markup:
    """Return a frame as a table; its first column names the rows, numbers stand on the right.

    `formats` maps a column to a format or a function of one cell, which may return markup.
    """
    columns = list(frame.items())
    styles = [Markup(' class="right"') if is_number(cells) else "" for _, cells in columns]
    texts = [cell_texts(cells, (formats or {}).get(str(name))) for name, cells in columns]
    # a telephone stacks the cells of a row; numbers to be compared stay below each other where few
    is_small = len(columns) <= 4 and 2 * len(list(filter(None, styles))) > len(columns)
    names = [plain(str(name)) for name, _ in columns]
    # a wide table scrolls by itself, also by keyboard, so that the page does not
    made = template("side/table.html.j2").render(
        title=_text(title),
        names="" if is_small else stacked(names),
        heads=names,
        styles=styles,
        rows=[[*map(_text, row)] for row in zip(*texts, strict=True)],
    )
    return Markup(made)  # noqa: S704  (what is filled in is escaped)


def figure(
    drawing: str, alt: str, *, name: str, title: str, caption: str = "", narrow: str = ""
) -> Markup:
    """Return an SVG within the page, on a telephone its `narrow` one; `name` keeps ids apart."""
    if not alt.strip():
        raise PressError(f"the drawing {name}: needs a text for those who cannot see it")
    drawn = {name: drawing, f"{name}-narrow": narrow}
    shown = [svg.inline(one, of, plain(alt)) for of, one in drawn.items() if one]
    inside = Markup("\n".join(shown))  # noqa: S704  (it refuses scripts)
    notes = Markup('\n<p class="notes">{}</p>').format(_text(caption)) if caption else ""
    return Markup(
        "<figure>\n<figcaption>{0}</figcaption>\n"
        '<div class="drawing" role="region" tabindex="0" aria-label="Drawing: {0}">\n{1}\n</div>'
        "{2}\n</figure>"
    ).format(_text(title), inside, notes)


def plain(text: str) -> str:
    """Take a terminal's colours out of a text, and put a mark in the place of what cannot print."""
    return _FORBIDDEN.sub("\ufffd", ANSI.sub("", text).replace("\r\n", "\n"))


def _join(blocks: Iterable[str]) -> Markup:
    return Markup("\n").join(_text(block) for block in blocks)


def _text(text: str) -> Markup:
    """Escape a text; markup stays as it is."""
    return text if isinstance(text, Markup) else escape(plain(text))
