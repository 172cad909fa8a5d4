"""A report as one HTML page that needs nothing else."""

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from html import escape, unescape
from itertools import count, groupby, pairwise, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from nbformat.notebooknode import NotebookNode
from traitlets import Dict, Unicode

from notepress import fonts, pages, prose
from notepress.print import pandoc, svg
from notepress.print.report import TEMPLATE, ReportExporter, read_json
from notepress.table_cells import stacked
from notepress.values import WORDED, in_spans

DATA_ROWS_SHOWN = 500
# what can be done below a verdict
TRY = (
    "<strong>Try to turn the answer:</strong> press a box, one at a time. "
    "Press a yes, no or verdict for evidence."
)
KEY, USUAL = "What the words mean", "By our usual rules:"
# words in a table that the table of other choices may have under this name
_WORDS = re.compile(r'<span data-of="([^"]*)">(.*?)</span>', re.DOTALL)
# words in whose place a page says more
_WHOLE = re.compile(r'<span data-whole="([^"]*)">.*?</span>', re.DOTALL)
# pandoc escapes quotation marks everywhere, though they mean nothing outside a tag
_TEXT = re.compile(r">[^<]*&quot;[^<]*")
# HTML lets a paragraph or an item end where the next block does
_ENDS = re.compile(r"</(?:p|li)>(?=\s*</?(?:p|li|div|ul|details)\b)")
# of a cell of data, a link that HTML takes without marks around it
_IN_DATA = re.compile(r'(?<=<td><a href=)"(#ref-[\w.-]+)"')
# what HTML takes without marks, of attributes that a page has by the hundred
_TAG = re.compile(r"<[a-z]\w* [^<>]*>")
_PLAIN = re.compile(
    r"(?<= )((?:scope|data-look|role|tabindex|colspan|lang|id)=|href=(?=\"#)|class=(?=\"(?:right|"
    r'scroll|tools|title|roomy|notes|drawing|about|band|data)"))"([^\s"\'=<>`]+)"(?=[ >])'
)
# pandoc gives every entry of the contents a name, to which nothing leads
_TOC_ID = re.compile(r' id="toc-[^"]*"')
# a heading that parts the page, whose sections follow
_PART = re.compile(r'<h2\s+class="part"\s+id="([^"]*)"')
_LISTED = re.compile(r'<li id="ref-([^"]*)">\s*(\[\d+\])')
_SOURCE = re.compile(r'<a href="#ref-([^"]*)">(</a>)?')
# what the first screen shows: the answer, and the table whose rows lead to what can be turned
_DECK = re.compile(r'<div class="deck">\n.*?\n</div>\n', re.DOTALL)
# what an answer becomes, which stands in the line of what it was
_UNBROKEN = re.compile(" (?=\N{RIGHTWARDS ARROW})|(?<=\N{RIGHTWARDS ARROW}) ")
# the verdict in that table, that of a card, and its last line
_NOTES = re.compile(r'<p class="notes">(.*?)</p>\n')
# of notes, what tells what a word means
_MEANING = re.compile(r"([^<:.]+): ([^<:.]+)\. ?")
_VERDICT = re.compile(r"<td><strong>((?:<span [^>]*>)?([\w ]+)(?:</span>)?):?</strong> ?")
_BAND = re.compile(r'(<summary class="band">)((?:<span [^>]*>)?([\w ]+)(?:</span>)?)')
_TOOLS = re.compile(r'(<p class="tools">)(?=<a [^>]*>[^<]*</a></p>\n+</details></div>)')
_TABLE = re.compile(
    r'<div id="[^"]*" class="evidence">\n<div class="scroll"(?:(?!</div>).)*</div>\n'
    r"(?:<p .*?</p>\n)*</div>\n?",
    re.DOTALL,
)
# marks that have rows, which share a look; the drawing of a table has its rows below it
_MARKED = re.compile(r'<g( data-rows="[^"]*")><g( class="[^"]*")>((?:<use\b[^>]*/>)+)</g></g>')
# in a row of that table the name of a charge, or whose charges follow
_NAME = re.compile(r'<th scope="row">(\d+) <a [^>]*>(.*?)</a>')
_WHOSE = re.compile(r'<th scope="row" colspan[^>]*>(.*?)<(?:tr|/table)')
_CARD = re.compile(r'href="#(tbl-claim_\w+)"')
_ANSWER = re.compile(r"<mark\b.*?</mark>")
_NOWHERE = re.compile(r"<a>(.*?)</a>")  # a source that can be read nowhere
_RUN = re.compile(r"(.)\1{3,}")
_WIDTH = re.compile(r'<col style="[^"]*">')
_ROW = re.compile(r"(<tr>(?:(?!<tr>|</table>).)*)", re.DOTALL)
_COMMENTS = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*)\n|^[ \t]+", re.MULTILINE | re.DOTALL)
# of a style sheet, what parts nothing; no text in it has one
_SPACES = re.compile(r"(?<=[{};]) +| +(?=[{}])|(?<=[\w-]:) ")
# of a number on the page; all of them stand in values.json
SOURCE_ROWS_SHOWN, TABLES_SHOWN, DOCUMENTS_SHOWN, DOCUMENTS_TOLD = 2, 2, 1, 3


class ReportHTMLExporter(ReportExporter):
    """One page that needs nothing else: no request, light and dark, figures as SVG.

    It reads whole without its script, which offers what is in the page as files.
    """

    export_from_notebook = "Report (HTML)"
    file_extension = Unicode(".html")
    output_mimetype = "text/html"
    output_format = "html"

    what_if_file = Unicode(help="what_if.json of the run: its values under other choices").tag(
        config=True
    )
    chosen = Dict(help="what the run has of each choice that is offered, by name").tag(config=True)
    codes = Dict(help="what stands in data for names, such as those of sides").tag(config=True)
    rebuild = Unicode(help="command that builds the report").tag(config=True)
    publication_file = Unicode(
        help="publication.json of the run: links, citation (CSL), card, JSON-LD of schema.org"
    ).tag(config=True)

    # of a notebook of others there is neither
    _what_if: Mapping[str, Any] = {}
    _conditions: Set[str] = frozenset()

    def marked_conditions(self, cells: list[NotebookNode]) -> set[str]:
        """Return those that other choices may turn."""
        self._what_if = _typeset(read_json(self.what_if_file, "what the page adds", {}))
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        self._conditions = {name for text in texts for name in prose.conditions(text)}
        return {*self._conditions} & {*self._what_if.get("moves", {})}

    def _in_page(self, body: str) -> dict[str, Any]:
        """Return what of the table of other choices concerns the page."""
        printed = {*re.findall(r'href="#num-(\w+)"', body)}
        named = printed | self._conditions | {name for name, _ in _WORDS.findall(body)}
        moves, measured = self._what_if["moves"], {*self._what_if["measured"]}
        names = {one["name"] for one in self._what_if["choices"]}
        rebuild = [
            word for word in self.rebuild.split() if word.partition("=")[0].lower() not in names
        ]
        choices = [
            {**one, "given": self.chosen.get(one["name"], one["usual"])}
            for one in self._what_if["choices"]
        ]
        # what turns a verdict is tried with the usual choices
        not_tried = self._what_if["not_tried"]
        is_usual = all(
            one["given"] == one["usual"] or one["name"] not in not_tried for one in choices
        )
        return {
            "choices": choices,
            "not_tried": not_tried,
            "ways": self._what_if["ways"] if is_usual else [],
            **_packed({name: moves[name] for name in moves if name in named}),
            "unmeasured": sorted(printed - measured),
            "later": {one: told for one, told in self._what_if["later"].items() if one in printed},
            "rebuild": " ".join(rebuild),
        }

    def _first_screen(
        self, body: str, ways: Sequence[Mapping[str, Any]]
    ) -> tuple[dict[str, str], str]:
        """Return what comes first, the answer and the table of charges, and the rest of the body.

        Below a row stands what turns it, of `ways` the plainest in either direction; cells lead to
        where they are laid out, and from there a link back. What words in it mean stands above it,
        also what its notes tell of that. A telephone has the verdicts first, in a list.
        """
        by_place: dict[str, dict[bool, Mapping[str, Any]]] = {}
        short: list[str] = []
        for way in ways:
            by_place.setdefault(way["of"], {}).setdefault(way["is_up"], way)
        decks = [one[0] for one in _DECK.finditer(body)]
        tables = (one[0] for one in _TABLE.finditer(body))
        of_charges = (one for one in tables if any(f'#{at}"' in one for at in by_place))
        if not decks or not (table := next(of_charges, "")):
            return {}, body

        def with_ways(row: re.Match[str]) -> str:
            link = _CARD.search(row[1])
            if not link:
                short.extend(f"<li>{one}" for one in _WHOSE.findall(row[0] + "<tr"))
                return row[1]
            at, span = link[1], row[1].count("<td") + 1
            found = by_place.get(at, {})
            places = (f"{at.replace('tbl-claim', 'answer')}_{number}" for number in count(1))
            led = (one if f'id="{one}"' in body else at for one in places)
            told = _ANSWER.sub(lambda one: f'<a href="#{next(led)}">{one[0]}</a>', row[1])
            lays = re.search(rf'<tr id="(\w+)" data-tells="[^"]*\bverdict_{at[10:]}\b', body)
            told = _VERDICT.sub(
                lambda one: (
                    f'<td><a href="#{lays[1] if lays else at}"><mark data-look="'
                    f'{one[2].lower()}"><strong>{one[1]}</strong></mark></a> '
                ),
                told,
            )
            if name := _NAME.search(told):
                place = at.replace("tbl-claim", "row")
                told = told.replace("<th", f'<th id="{place}"', 1)
                verdict = _ANSWER.findall(told)[-1]
                short.append(
                    f'<li><a class="there" href="#{place}">{name[1]} {name[2]}</a> {verdict}'
                )
            below = _ways_in_words([found[up] for up in (True, False) if up in found])
            return f'{told}<tr class="ways"><td colspan="{span}">{below}\n' if below else told

        turned = _ROW.sub(with_ways, _WIDTH.sub("<col>", table))
        means = {escape(one): escape(words) for one, words in self._what_if["means"].items()}
        notes = _NOTES.search(turned)
        left = notes[1] if notes else ""
        while found := _MEANING.match(left):
            word, left = found[1], left[found.end() :]
            if not any(one.startswith(word.partition(" (")[0]) for one in means):
                means[word] = found[2]
        if notes:
            below = f'<p class="notes">{left}</p>\n' if left else ""
            turned = turned.replace(notes[0], below, 1)
        items = "".join(f"<div><dt>{one}<dd>{words}</div>" for one, words in means.items())
        makes = "".join(
            f' <span><mark data-look="{one}"><b>{one.capitalize()}</b></mark> {words}</span>'
            for one, words in self._what_if["makes"].items()
        )
        key = f'<dl>{items}</dl><p class="makes">{USUAL}{makes}</p>'
        key = f'<details class="folded key" open><summary>{KEY}</summary>{key}</details>'
        told = f' <div class="notes"><span class="try">{TRY}</span>{key}</div></caption>'
        turned = turned.replace("</caption>", told, 1)
        for one in (*decks, table):
            body = body.replace(one, "", 1)
        first = table.split('"', 2)[1]
        back = f'<a href="#{first}">All charges \N{UPWARDS ARROW}</a> '
        body = _TOOLS.sub(lambda one: one[1] + back, body)
        body = _BAND.sub(
            lambda one: f'{one[1]}<mark data-look="{one[3].lower()}">{one[2]}</mark>', body
        )
        listed = f'<ul class="short" aria-label="Verdicts">{"".join(short)}</ul>'
        return {"deck": "".join([*decks, listed]), "table": turned}, body

    def drawing(self, name: str, drawn: str, alt: str, narrow: str | None = None) -> str:
        """Put the SVG into the page, with an accessible name and ids of its own.

        Of a drawing and the one for a telephone, which follows it, a style sheet shows one.
        """
        if self._is_foreign:  # whatever ids it has
            return self.picture(name, "image/svg+xml", drawn.encode(), alt)
        shown = []
        for one in filter(None, (drawn, narrow)):
            inline = svg.inline(one, name, alt, ids=f"f{self._n_drawings}")
            shown.append(
                _MARKED.sub(r"<g\1\2>\3</g>" if name.startswith("fig-") else r"<g\2>\3</g>", inline)
            )
            self._n_drawings += 1
        return "\n".join(shown)

    def picture(self, name: str, kind: str, content: bytes, alt: str) -> str:
        """Put the image into the page."""
        del name
        data = base64.b64encode(content).decode()
        return f'<img src="data:{kind};base64,{data}" alt="{escape(alt)}">'

    def numbers(self, used: Sequence[str]) -> Iterator[str]:
        """Yield a table for each notebook, of its numbers by the cell that recorded them.

        They tell every digit, name rows and tables, and link the documents behind them.
        """
        made = sorted((self._values[name] for name in used), key=self._place_of)
        names = ("Printed", "What it is", "Put together", "Exactly", "Rests on", "Documents")
        style = escape(stacked(names)).replace("&#x27;", "'")
        heads = "".join(f'<th scope="col">{name}' for name in names)
        for notebook, own in groupby(made, itemgetter("notebook")):
            rows, listed = "", [*own]
            for cell, values in groupby(listed, itemgetter("cell_id")):
                rows += self._cell_row(notebook, cell, len(names))
                rows += "".join(map(_number_row, values))
            book = self._notebooks.get(notebook)
            title = escape(f"{book.title} ({notebook})" if book else notebook or "This notebook")
            yield (
                f'<details class="numbers"><summary>{title}: {len(listed)}</summary>\n'
                f'<div class="scroll" role="region" tabindex="0" aria-label="{title}">\n'
                f'<table style="{style}">\n<thead><tr>{heads}<tbody>{rows}</table>\n'
                "</div></details>"
            )

    def _place_of(self, value: Mapping[str, Any]) -> tuple[str, int, str, str]:
        """Return where a value stands among others: by its notebook, its cell and its id."""
        book, cell = self._notebooks.get(value["notebook"]), value["cell_id"]
        place = [*book.cells].index(cell) if book and cell in book.cells else -1
        return value["notebook"], place, cell, value["id"]

    def _cell_row(self, notebook: str, cell: str, span: int) -> str:
        """Return the row above the numbers of a cell: its name, which links to its code."""
        book, name = self._notebooks.get(notebook), escape(cell.replace("-", " "))
        if book and (anchor := book.anchor(cell)):
            name = f'<a href="#{escape(anchor)}">{name}</a>'
        return f'<tr><th colspan="{span}" scope="rowgroup">{name}' if name else ""

    def _source(self, link: re.Match[str], listed: Mapping[str, str]) -> str:
        """Lead to a source itself where the page does not list it, and name an unnamed one."""
        key, is_unnamed = link[1], bool(link[2])
        if key in listed:
            return f"{link[0].removesuffix('</a>')}{listed[key]}</a>" if is_unnamed else link[0]
        address = prose.address_of(self._references.get(key, {}))
        start = f'<a href="{escape(address)}">' if address else "<a>"
        return f"{start}{_host(address) or key}</a>" if is_unnamed else start

    def data_of(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Return the rows of the figure's CSV as a table, and the file's name."""
        file = f"tables/{record['name']}.csv"
        with (self._folder / file).open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        names = [record["labels"].get(column, column) for column in head]
        # a reader's heading, and the file's own where it is another one
        cells = "".join(
            '<th scope="col"'
            + ("" if name == own else f' data-name="{escape(own)}"')
            + f">{escape(name)}"
            for name, own in zip(names, head, strict=True)
        )
        key = record.get("key")
        # HTML lets the parts of a table end where the next one starts; of thousands, that is much
        body = "".join(
            (f'<tr id="{escape(row[key])}">' if key is not None else "<tr>")
            + "".join(f"<td>{self._linked(cell)}" for cell in row)
            for row in rows[:DATA_ROWS_SHOWN]
        )
        shown = f" of {len(rows)} rows" if len(rows) > DATA_ROWS_SHOWN else ""
        caption = f"<caption>The first {DATA_ROWS_SHOWN}{shown}</caption>\n" if shown else ""
        # the mark of a quotation that CSS takes may stand in one of HTML
        style = escape(stacked(names)).replace("&#x27;", "'")
        first = " ".join(map(str, record.get("first", ())))
        kept = f' data-first="{first}"' if first else ""
        table = f'<table{kept} style="{style}">\n{caption}'
        table += f"<thead><tr>{cells}<tbody>{body}</table>"
        return {"data": table, "file": file}

    def _linked(self, cell: str) -> str:
        """Escape a cell of data; the keys of sources in it are links."""
        return ";".join(
            f'<a href="#ref-{part}">{part}</a>' if part in self._references else part
            for part in escape(cell, quote=False).split(";")
        )

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the page."""
        template = f"--template={TEMPLATE / 'parts.html'}"
        parts = self.to_format(
            markdown, "--mathml", "--toc", "--toc-depth=2", "--syntax-highlighting=none", template
        )
        contents, body = parts.split("<!-- contents end here -->\n", 1)
        contents = _in_parts(_TOC_ID.sub("", contents), body)
        listed = dict(_LISTED.findall(body))
        body = _SOURCE.sub(lambda link: self._source(link, listed), body)
        what_if = self._in_page(body) if self._what_if else {}
        moves = what_if.get("moves", {})
        body = _WHOLE.sub(r' <span class="more">\1</span>', body)
        body = _NOWHERE.sub(r"\1", body).replace("<br />\n", "<br>")
        body = _WORDS.sub(lambda found: found[0 if found[1] in moves else 2], body)
        body = _TEXT.sub(lambda found: found[0].replace("&quot;", '"'), body)
        body, drawn = svg.shared(body)
        first, body = self._first_screen(body, what_if.pop("ways", ()))
        first = {name: _unmarked(one) for name, one in first.items()}
        script = lean((TEMPLATE / "page.js").read_text(encoding="utf-8"))
        publication = read_json(self.publication_file, "what the page adds", {})
        page = pages.rendered(
            "report/page.html.j2",
            title=self._title,
            subtitle=prose.fill(self.subtitle, self._values),
            author=self.author,
            facts=[*self.facts(), *self.colophon()],
            style=_SPACES.sub("", lean((TEMPLATE / "style.css").read_text(encoding="utf-8"))),
            script=script,
            # the one script that may run is this one
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            fonts=_faces("".join([body, *first.values()])) + drawn,
            first=first,
            what_if=what_if,
            what_if_table=_in_script(_without_words(what_if)),
            publication=publication,
            linked_data=_in_script(publication.get("linked_data")),
            citations=_citations(publication["citation"]) if publication else {},
            reproduce=self.reproduce,
            codes=json.dumps(self.codes, separators=(",", ":")) if self.codes else "",
            contents=contents.strip(),
            body=_unmarked(_IN_DATA.sub(r"\1", svg.unmarked(_ENDS.sub("", body.strip())))),
        )
        return page, resources


def _unmarked(body: str) -> str:
    """Return HTML whose plainest attributes have no marks around them."""
    return _TAG.sub(lambda tag: _PLAIN.sub(r"\1\2", tag[0]), body)


def _in_parts(contents: str, body: str) -> str:
    """Return the contents with the sections of each part of the page listed below it."""
    for number, part in enumerate(_PART.findall(body)):
        entry = re.compile(rf'<li>(<a\s+href="#{re.escape(part)}">.*?</a>)</li>', re.DOTALL)
        contents = entry.sub(rf"{'</ul></li>' if number else ''}<li>\1<ul>", contents)
    return contents.replace("</ul>\n", "</ul></li></ul>\n") if _PART.search(body) else contents


def _faces(body: str) -> str:
    """Return CSS that brings the face of the printed report, with the letters of the page."""
    letters = {*map(chr, range(0x20, 0x7F)), *unescape(re.sub(r"<[^>]*>", "", body))}
    cuts = ("Regular", "Bold")
    return "".join(fonts.face(fonts.SERIF, cut, fonts.serif(cut), letters) for cut in cuts)


def _packed(moves: Mapping[str, tuple[Sequence[int], Sequence[str | None], str]]) -> dict[str, Any]:
    """Return what moves with each text and each pattern of signs once, runs of a sign by number.

    Texts are in order, each without what it has in common with the one before, but its length.
    """
    ordered = sorted({text for _, told, _ in moves.values() for text in told if text is not None})
    shared = [
        len([*takewhile(lambda signs: signs[0] == signs[1], zip(*pair, strict=False))])
        for pair in pairwise(["", *ordered])
    ]
    texts: dict[str | None, int] = {None: 0} | {
        text: number for number, text in enumerate(ordered, 1)
    }
    patterns: dict[tuple[tuple[int, ...], str], int] = {}
    packed = {}
    for name, (places, told, signs) in moves.items():
        short = _RUN.sub(lambda run: f"{run[1]}*{len(run[0])};", signs)
        pattern = patterns.setdefault((tuple(places), short), len(patterns))
        packed[name] = [pattern, *(texts[text] for text in told)]
    left = [f"{same} {text[same:]}" for same, text in zip(shared, ordered, strict=True)]
    return {"texts": left, "patterns": [*patterns], "moves": packed}


def _without_words(what_if: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table without words and values of its choices, which stand where one chooses."""
    choices = [
        {name: one[name] for name in ("name", "given", "usual")}
        for one in what_if.get("choices", ())
    ]
    return {**what_if, "choices": choices}


def _ways_in_words(ways: Sequence[Mapping[str, Any]]) -> str:
    """Return a list of what turns a charge, each with the choices that do it."""
    items = "".join(
        f'<li data-chosen="{escape(urlencode(way["chosen"]))}" data-rests=\''
        f"{_in_single_quotes(way['rests'])}'>"
        f"<strong>{escape(way['becomes'].capitalize())}</strong> {escape(way['told'])}. "
        f'<span class="then"><em>{_UNBROKEN.sub("&nbsp;", escape(_sentence(way["moves"])))}</em> '
        f'{escape(way["also"])} <span class="why">{_lines(way["why"])}</span></span>'
        for way in ways
    )
    return f"<ul>{items}</ul>" if items else ""


def _in_single_quotes(content: object) -> str:
    """Return JSON for an attribute: of its quotation marks, which are double, none is escaped."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return escape(text, quote=False).replace("'", "&#39;")


def _sentence(parts: Sequence[str]) -> str:
    return f"{'; '.join(parts)}." if parts else ""


def _lines(told: Mapping[str, str]) -> str:
    """Return words by what they are of, each from a line of its own."""
    return "\n".join(f"<b>{escape(of)}:</b> {escape(words)}" for of, words in told.items())


def lean(code: str) -> str:
    """Return a style sheet or script without its indents and the lines that are comments alone."""
    return _COMMENTS.sub("", code)


def _number_row(value: Mapping[str, Any]) -> str:
    """Return a row of the table of numbers; its documents have no words yet if they are listed."""
    exact = ""
    if value["unit"] not in (*WORDED, "date", "word"):
        exact = f"{value['value']:.6g} ({value['unit'].replace('_', ' ')})"
        exact = exact.removesuffix(" (number)")
        if exact.partition(" ")[0] in value["text"].replace(",", ""):  # printed so
            exact = ""
    terms = "".join(f"; {word} {number:.6g}" for word, number in value.get("terms", ()))
    cells = (
        escape(value["definition"]),
        escape(f"{value.get('formula', '')}{terms}"),
        escape(exact),
        escape(_told(value["sources"], in_full=bool(terms))),
        _documents(value["sources"]),
    )
    # of hundreds of rows, empty cells at the end are much
    told = re.sub("(?:<td>)+$", "", "".join(f"<td>{cell}" for cell in cells))
    return f'<tr id="num-{value["id"]}"><th>{escape(value["text"])}{told}'


def _documents(sources: Iterable[Mapping[str, Any]]) -> str:
    """Return the first of the documents behind a number; of many, how many there are."""
    by_row = (source for source in sources if source.get("rows"))
    named = (one for source in by_row for one in source.get("documents", []))
    hosts = {document: _host(document) for document in named}
    if len(hosts) > DOCUMENTS_TOLD:  # the first of many is any of them
        return f"{len(hosts)} documents"
    keyed = [f'<a href="#ref-{key}"></a>' for key, host in hosts.items() if not host]
    others = [f'<a href="{escape(at)}">{host}</a>' for at, host in hosts.items() if host]
    shown = (keyed or others)[:DOCUMENTS_SHOWN]
    left = len(hosts) - len(shown)
    return "".join(shown) + (f" and {left} more" if left else "")


def _told(sources: Sequence[Mapping[str, Any]], *, in_full: bool) -> str:
    """Tables with the rows that count, most first, `in_full` with every row; none read whole."""
    told, named = [], [source for source in sources if source.get("rows")]
    for source in sorted(named, key=lambda one: -len(one["rows"])):
        rows, table = in_spans(map(str, source["rows"])), Path(source["path"]).stem
        if len(rows) > SOURCE_ROWS_SHOWN and not in_full:
            rows = [*rows[:SOURCE_ROWS_SHOWN], f"{len(rows) - SOURCE_ROWS_SHOWN} more"]
        told.append(f"{table} {', '.join(rows)}")
    shown = TABLES_SHOWN
    if len(told) > shown and not in_full:
        told = [*told[: shown - 1], f"{len(told) - shown + 1} more tables"]
    return "; ".join(told)


def _host(address: str) -> str:
    """Return whose an address is, as the list of sources names it; of a mere key, nothing."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _typeset(told: Any) -> Any:
    """Return what JSON holds with its words as they are printed."""
    if isinstance(told, str):
        return prose.typeset(told)
    if isinstance(told, list):
        return [_typeset(one) for one in told]
    return {name: _typeset(one) for name, one in told.items()} if isinstance(told, dict) else told


def _in_script(content: object) -> str:
    """Return JSON as it stands in a script: no mark there ends it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _citations(item: Mapping[str, Any]) -> dict[str, str]:
    """Return how to cite an item of CSL-JSON, by the name of the form."""
    listed = json.dumps([item], indent=1, ensure_ascii=False)
    forms = {"Text": ("plain", ["--citeproc"]), "BibTeX": ("bibtex", [])}
    made = {
        name: pandoc.convert(listed, to, options, reads="csljson").strip()
        for name, (to, options) in forms.items()
    }
    return {**made, "CSL-JSON": listed}
