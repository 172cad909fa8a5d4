"""A report as one HTML page that needs nothing else."""

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from html import unescape
from itertools import count, groupby, pairwise, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from nbformat.notebooknode import NotebookNode
from traitlets import Dict, Unicode

from notepress import fonts, pages, prose, values
from notepress.print import pandoc, svg
from notepress.print.plain import Plain
from notepress.print.report import TEMPLATE, ReportExporter, read_json
from notepress.table_cells import stacked
from notepress.values import WORDED, in_spans

DATA_ROWS_SHOWN = 500
# words in a table that the table of other choices may have under this name
_WORDS = re.compile(r'<span data-of="([^"]*)">(.*?)</span>', re.DOTALL)
# between spans of a div, a blank that would be dropped where it stands alone
_APART = re.compile(r"</span>\s(?=<span\b)")
# words in whose place a page says more
_WHOLE = re.compile(r'<span data-whole="([^"]*)">.*?</span>', re.DOTALL)
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
_WHOSE = re.compile(r'<th scope="row" colspan[^>]*>(.*?)</th>')
_CARD = re.compile(r'href="#(tbl-claim_\w+)"')
_ANSWER = re.compile(r"<mark\b.*?</mark>")
_NOWHERE = re.compile(r"<a>(.*?)</a>")  # a source that can be read nowhere
# an image of a notebook, by its name
_PICTURE = re.compile(r'(?<=<img )src="(image-\d+\.\w+)"')
_RUN = re.compile(r"(.)\1{3,}")
_WIDTH = re.compile(r'<col style="[^"]*">')
_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
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
        help="about.json of the run: links, citation (CSL), card, JSON-LD of schema.org"
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
            link = _CARD.search(row[0])
            if not link:
                short.extend(f"<li>{one}</li>" for one in _WHOSE.findall(row[0]))
                return row[0]
            at, span = link[1], row[0].count("<td") + 1
            found = by_place.get(at, {})
            places = (f"{at.replace('tbl-claim', 'answer')}_{number}" for number in count(1))
            led = (one if f'id="{one}"' in body else at for one in places)
            told = _ANSWER.sub(lambda one: f'<a href="#{next(led)}">{one[0]}</a>', row[0])
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
                    f'<li><a class="there" href="#{place}">{name[1]} {name[2]}</a> {verdict}</li>'
                )
            chosen = [found[up] for up in (True, False) if up in found]
            moves = [_UNBROKEN.sub(values.NO_BREAK, "; ".join(way["moves"])) for way in chosen]
            ways_of = pages.template("report/ways.html.j2")
            return told + (ways_of.render(ways=chosen, moves=moves, span=span) if chosen else "")

        turned = _ROW.sub(with_ways, _WIDTH.sub("<col>", table))
        means = {escape(one): words for one, words in self._what_if["means"].items()}
        notes = _NOTES.search(turned)
        left = notes[1] if notes else ""
        while found := _MEANING.match(left):
            word, left = found[1], left[found.end() :]
            if not any(one.startswith(word.partition(" (")[0]) for one in means):
                means[Markup(word)] = Markup(found[2])  # noqa: S704  (of the page)
        if notes:
            below = f'<p class="notes">{left}</p>\n' if left else ""
            turned = turned.replace(notes[0], below, 1)
        key = pages.template("report/key.html.j2")
        told = key.render(means=means, makes=self._what_if["makes"])
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
        for notebook, own in groupby(made, itemgetter("notebook")):
            book, listed = self._notebooks.get(notebook), [*own]
            yield pages.template("report/numbers.html.j2").render(
                title=f"{book.title} ({notebook})" if book else notebook or "This notebook",
                count=len(listed),
                heads=names,
                style=stacked(names),
                cells=[
                    (cell.replace("-", " "), book.anchor(cell) if book else "", [*map(_told, one)])
                    for cell, one in groupby(listed, itemgetter("cell_id"))
                ],
            )

    def _place_of(self, value: Mapping[str, Any]) -> tuple[str, int, str, str]:
        """Return where a value stands among others: by its notebook, its cell and its id."""
        book, cell = self._notebooks.get(value["notebook"]), value["cell_id"]
        place = [*book.cells].index(cell) if book and cell in book.cells else -1
        return value["notebook"], place, cell, value["id"]

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
        table = pages.template("report/data.html.j2").render(
            first=record.get("first", ()),
            # a reader's heading, and the file's own where it is another one
            heads=[*zip(names, head, strict=True)],
            style=stacked(names),
            key=record.get("key"),
            rows=rows[:DATA_ROWS_SHOWN],
            count=len(rows),
            references=self._references,
        )
        return {"data": table, "file": file}

    def plain(self, made: Plain, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook that was not written for the press."""
        body = made.converted("html", "--mathml", "--toc", f"--template={TEMPLATE / 'parts.html'}")
        contents, body = body.split("<!-- contents end here -->\n", 1)
        pictures = {
            name: f"data:{kind};base64,{base64.b64encode(content).decode()}"
            for name, (kind, content) in made.images.items()
        }
        body = _PICTURE.sub(lambda found: f'src="{pictures[found[1]]}"', body)
        page = pages.rendered(
            "notebook/page.html.j2",
            title=self._title,
            facts=[*self.facts(), *self.colophon()],
            style=(pages.TEMPLATES / "notebook" / "notebook.css").read_text(encoding="utf-8"),
            contents=contents.strip() if contents.count("<li>") > 1 else "",
            body=body.strip(),
        )
        return page, resources

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
        body = _NOWHERE.sub(r"\1", _APART.sub(" </span>", body)).replace("<br />\n", "<br>")
        body = _WORDS.sub(lambda found: found[0 if found[1] in moves else 2], body)
        body, drawn = svg.shared(body)
        first, body = self._first_screen(body, what_if.pop("ways", ()))
        script = (TEMPLATE / "page.js").read_text(encoding="utf-8")
        publication = read_json(self.publication_file, "what the page adds", {})
        page = pages.rendered(
            "report/page.html.j2",
            title=self._title,
            subtitle=prose.fill(self.subtitle, self._values),
            author=self.author,
            facts=[*self.facts(), *self.colophon()],
            style=(TEMPLATE / "style.css").read_text(encoding="utf-8"),
            script=script,
            # the one script that may run is this one
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            fonts=_faces("".join([body, *first.values()])) + drawn,
            first=first,
            what_if=what_if,
            # words and values of its choices stand where one chooses
            what_if_table=what_if
            | {
                "choices": [
                    {name: one[name] for name in ("name", "given", "usual")}
                    for one in what_if.get("choices", ())
                ]
            },
            publication=publication,
            citations=_citations(publication["citation"]) if publication else {},
            reproduce=self.reproduce,
            codes=self.codes,
            contents=contents.strip(),
            body=body.strip(),
        )
        return page, resources


def _in_parts(contents: str, body: str) -> str:
    """Return the contents with the sections of each part of the page listed below it."""
    for number, part in enumerate(_PART.findall(body)):
        entry = re.compile(rf'<li>(<a\s+href="#{re.escape(part)}">.*?</a>)</li>', re.DOTALL)
        contents = entry.sub(rf"{'</ul></li>' if number else ''}<li>\1<ul>", contents)
    return contents.replace("</ul>\n", "</ul></li></ul>\n") if _PART.search(body) else contents


def _faces(body: str) -> str:
    """Return CSS that brings the face of the printed report, with the letters of the page."""
    letters = {*map(chr, range(0x20, 0x7F)), *unescape(re.sub(r"<[^>]*>", "", body))}
    return "".join(fonts.face(fonts.SERIF, cut, frozenset(letters)) for cut in ("Regular", "Bold"))


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


def _told(value: Mapping[str, Any]) -> tuple[str, str, Sequence[str]]:
    """Return id, text and cells of a number; its documents have no words yet if they are listed."""
    exact = ""
    if value["unit"] not in (*WORDED, "date", "word"):
        exact = f"{value['value']:.6g} ({value['unit'].replace('_', ' ')})"
        exact = exact.removesuffix(" (number)")
        if exact.partition(" ")[0] in value["text"].replace(",", ""):  # printed so
            exact = ""
    terms = "".join(f"; {word} {number:.6g}" for word, number in value.get("terms", ()))
    cells = [
        value["definition"],
        f"{value.get('formula', '')}{terms}",
        exact,
        _rests_on(value["sources"], in_full=bool(terms)),
        _documents(value["sources"]),
    ]
    while not cells[-1]:  # of hundreds of rows, empty cells at the end are much
        del cells[-1]
    return value["id"], value["text"], cells


def _documents(sources: Iterable[Mapping[str, Any]]) -> Markup:
    """Return the first of the documents behind a number; of many, how many there are."""
    by_row = (source for source in sources if source.get("rows"))
    named = (one for source in by_row for one in source.get("documents", []))
    hosts = {document: _host(document) for document in named}
    if len(hosts) > DOCUMENTS_TOLD:  # the first of many is any of them
        return Markup("{} documents").format(len(hosts))
    link = Markup('<a href="{}">{}</a>').format
    keyed = [link(f"#ref-{key}", "") for key, host in hosts.items() if not host]
    others = [link(at, host) for at, host in hosts.items() if host]
    shown = (keyed or others)[:DOCUMENTS_SHOWN]
    left = len(hosts) - len(shown)
    return Markup("").join(shown) + (f" and {left} more" if left else "")


def _rests_on(sources: Sequence[Mapping[str, Any]], *, in_full: bool) -> str:
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


def _citations(item: Mapping[str, Any]) -> dict[str, str]:
    """Return how to cite an item of CSL-JSON, by the name of the form."""
    listed = json.dumps([item], indent=1, ensure_ascii=False)
    forms = {"Text": ("plain", ["--citeproc"]), "BibTeX": ("bibtex", [])}
    made = {
        name: pandoc.convert(listed, to, options, reads="csljson").strip()
        for name, (to, options) in forms.items()
    }
    return {**made, "CSL-JSON": listed}
