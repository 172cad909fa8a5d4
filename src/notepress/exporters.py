"""nbconvert exporters for a report: one HTML page, and a tagged PDF set by Typst.

Both read an executed notebook, fill the recorded values into its prose, and refuse what they could
print only in part: unknown values, sources and labels, typed numbers, outputs of unknown kinds.
"""

from __future__ import annotations

import base64
import calendar
import copy
import csv
import datetime
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.ansi import strip_ansi
from nbformat.notebooknode import NotebookNode
from traitlets import Bool, Dict, Enum, Instance, List, Unicode, default
from traitlets.config import Config

from notepress import attachments, outputs, pandoc, prose, svg, values
from notepress.errors import PressError, all_problems
from notepress.press import FIGURE_MIME, TABLE_MIME
from notepress.run.notebooks import read_executed

TEMPLATES = Path(__file__).parent / "templates"
REPORT = TEMPLATES / "report"

RECORD_MIME = "application/vnd.notepress.record+json"
# what an output is printed from, best first; a bundle with none of them is refused
KNOWN = (
    values.VALUES_MIME,
    FIGURE_MIME,
    TABLE_MIME,
    "image/svg+xml",
    "image/png",
    "text/html",
    "text/markdown",
    "text/latex",
    "text/plain",
)
# what IPython says in text of an object that it has no text for
_NO_TEXT = re.compile(r"<(?:IPython\.core\.display\.|Figure size )[^>]*>|<[\w.]+ object at [^>]*>")

_HEADING = re.compile(r"^#{1,6} +(.+?)(?: *\{[^{}]*\})? *$", re.MULTILINE)

HIDDEN_CELL = {"remove-cell", "remove_cell", "parameters", "injected-parameters"}
HIDDEN_INPUT = {"remove-input", "remove_input"}
HIDDEN_OUTPUT = {"remove-output", "remove_output", "remove-outputs"}
# for the page alone: a printed page has less room
SCREEN_ONLY = "screen-only"
_RECORD = "What this report was made from and what is attached, with hashes"
SOURCE_ROWS_SHOWN = 6
DATA_ROWS_SHOWN = 500

# a name, and pieces of text: {"text": ...}, with an address or a place of the page as "href"
Line = tuple[str, list[dict[str, str]]]


class ReportExporter(TemplateExporter):
    """What HTML and PDF have in common: a checked notebook as one pandoc document."""

    values_file = Unicode(
        "", help="values.json of the run; without it, the values of this notebook"
    ).tag(config=True)
    bibliography_file = Unicode("", help="sources as a CSL-JSON list").tag(config=True)
    csl_file = Unicode(str(REPORT / "report.csl"), help="style of citations").tag(config=True)
    outputs_dir = Unicode(
        "", help="folder with figures/ and tables/; by default the one above the notebook's"
    ).tag(config=True)
    title = Unicode("", help="by default the notebook's first heading").tag(config=True)
    short_title = Unicode("", help="title at the head of each page").tag(config=True)
    subtitle = Unicode("").tag(config=True)
    document_date = Unicode("", help="last day of the evidence, as an ISO date").tag(config=True)
    version = Unicode("", help="version of the project").tag(config=True)
    edition = Unicode("", help="short hash of what the report was made from").tag(config=True)
    parameters_line = Unicode("", help="what the run's parameters are, in a few words").tag(
        config=True
    )
    allowed_names = List(
        Unicode(), help='names with digits that prose may hold, such as "Section 301"'
    ).tag(config=True)
    show_code = Enum(["none", "folded"], "none", help="HTML: code cells, hidden or folded").tag(
        config=True
    )
    sources_heading = Unicode("Sources").tag(config=True)
    numbers_heading = Unicode("Where each number comes from").tag(config=True)
    code_heading = Unicode("Code of the notebooks").tag(config=True)
    language = Unicode("en").tag(config=True)

    output_format: ClassVar[str]

    @default("template_name")
    def _template_name(self) -> str:
        return "report"

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".md.j2"

    @default("extra_template_basedirs")
    def _own_templates(self) -> list[str]:
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Config:
        """Take our own records before nbconvert's choice of outputs."""
        own = Config({"NbConvertBase": {"display_data_priority": [RECORD_MIME, *KNOWN]}})
        inherited: Config = super().default_config.copy()
        inherited.merge(own)
        return inherited

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Add the filters that write outputs as blocks of Markdown."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "record_block", lambda bundle: _fenced(json.dumps(bundle[RECORD_MIME]), "notepress")
        yield "number_block", lambda record: _fenced(json.dumps(record), "notepress")
        yield "raw_html", lambda text: _fenced(text, raw="html")
        yield "code_block", lambda text, kind: _fenced(_plain(text), kind)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the document and nbconvert's resources; all that is wrong is told at once."""
        self._folder = Path(self.outputs_dir or self._folder_above(resources))
        self._values = self._read_values(nb)
        self._references = self._read_references()
        self._files: dict[str, bytes] = {}
        self._drawings: list[str] = []
        made_in = [value["notebook"] for value in self._values.values()]
        made_in += [record["notebook"] for record in _records(nb.cells)]
        self._notebooks = read_executed(self._folder / "notebooks", made_in)
        report = copy.copy(nb)
        report.cells = _visible_cells(nb)
        heading = _take_title(report.cells, nb)
        problems = self._problems(report.cells)
        if problems:
            raise all_problems(
                "the report", problems, "mend them in the notebooks; numbers come from press.value"
            )
        if self.output_format != "html":
            report.cells = [cell for cell in report.cells if not _is_screen_only(cell)]
        self._title = prose.fill(self.title or heading or "Report", self._values)
        resources = dict(resources or {})
        resources |= self._appendix(report.cells)
        for cell in report.cells:
            self._prepare(cell)
        markdown, resources = super().from_notebook_node(report, resources, **kw)
        return self.finish(markdown, resources)

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Make the document of the notebook's Markdown."""
        raise NotImplementedError

    def drawing(self, name: str, drawn: str, alt: str) -> str:
        """Return the markup that shows an SVG."""
        raise NotImplementedError

    def picture(self, name: str, png: bytes, alt: str) -> str:
        """Return the markup that shows a PNG."""
        raise NotImplementedError

    def data_of(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Return the data of a figure, where the format has room for them."""
        del record
        return {}

    def facts(self) -> list[str]:
        """Return the line below the title: how far the evidence goes, version, parameters."""
        day = values.printed(self.document_date, "date") if self.document_date else ""
        return [
            *([f"Evidence up to {day}"] if day else []),
            *([f"Version {self.version}"] if self.version else []),
            *([f"Edition {self.edition}"] if self.edition else []),
            *([f"Parameters: {self.parameters_line}"] if self.parameters_line else []),
        ]

    def to_format(self, markdown: str, *options: str) -> str:
        """Call pandoc once, with the sources and the filters of this format."""
        cite = ["--citeproc", "--csl", self.csl_file, "--metadata", "link-citations=true"]
        if self.bibliography_file:
            cite += ["--bibliography", self.bibliography_file]
        filters = [
            f"--lua-filter={REPORT / 'report.lua'}",
            *cite,
            f"--lua-filter={REPORT / self.output_format}.lua",
        ]
        to = {"html": "html5"}.get(self.output_format, self.output_format)
        return pandoc.convert(markdown, to, [*filters, *options])

    def _folder_above(self, resources: dict[str, Any] | None) -> Path:
        return Path((resources or {}).get("metadata", {}).get("path") or ".").resolve().parent

    def _read_values(self, nb: NotebookNode) -> dict[str, dict[str, Any]]:
        if self.values_file:
            found = _read_list(self.values_file, "the values")
        else:
            found = values.shown_in(nb.cells, "")
        return {value["id"]: value for value in values.merge([found])}

    def _read_references(self) -> dict[str, Any]:
        if not self.bibliography_file:
            return {}
        listed = _read_list(self.bibliography_file, "the sources")
        return {item["id"]: item for item in listed}

    def _problems(self, cells: list[NotebookNode]) -> list[str]:
        """Return all that keeps these cells from being printed, each with the cell that has it."""
        found: list[tuple[str, str]] = []
        labels = _labels(cells)
        screen_only = _labels([cell for cell in cells if _is_screen_only(cell)])
        for label, times in Counter(labels).items():
            if times > 1:
                found.append(("the report", f"the label {label} is used {times} times"))

        def check(place: str, text: str, allowed: Iterable[str] | None) -> None:
            found.extend((place, what) for what in prose.unknown_ids(text, self._values))
            found.extend(
                (place, what) for what in prose.unknown_keys(text, self._references, labels)
            )
            if allowed is not None:
                found.extend((place, what) for what in prose.typed_numbers(text, allowed))

        # words of figures may have been filled already, when the notebook ran
        printed = [*self.allowed_names, *(value["text"] for value in self._values.values())]
        for text in (self.title, self.subtitle):
            check("the title", text, printed)
        for cell in cells:
            place = f"cell {cell.get('id', '')}"
            if not _is_screen_only(cell):
                found.extend((place, what) for what in _lost_on_paper(cell, screen_only))
            if cell.cell_type == "markdown":
                check(place, cell.source, self.allowed_names)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                kind = _best_kind(data) if data else ""
                if data and not kind:
                    kinds = ", ".join(sorted(data))
                    found.append((place, f"an output that no page can show: {kinds}"))
                elif kind in (FIGURE_MIME, TABLE_MIME):
                    record = data[kind]
                    for part in ("title", "caption", "alt"):
                        words = f"{place}, {part} of {record['label']}"
                        check(words, record.get(part, ""), printed)
                    check(f"{place}, source of {record['label']}", record["source"], None)
                    for text in _markdown_cells(record):
                        check(f"{place}, {record['label']}", text, None)
                elif kind == "text/markdown":
                    check(place, data[kind], None)
                elif kind.startswith("image/") and not _alt(output):
                    found.append((place, "an image without alternative text; use press.figure"))
        found += [("the report", what) for what in self._unsupported(cells)]
        return [f"{place}: {what}" for place, what in dict.fromkeys(found)]

    def _unsupported(self, cells: list[NotebookNode]) -> Iterator[str]:
        """Yield each section that states what was measured and leaves a reader without evidence.

        It has to cite a source, or to show or name a figure or table, whose data are in the report.
        What stands before the first heading sums up the rest.
        """
        heading, stated, supported = "", 0, False
        for kind, text in [*_passages(cells), ("heading", "")]:
            if kind == "heading":
                if heading and stated and not supported:
                    yield (
                        f"the section {heading!r} states recorded values ({stated}), but cites no "
                        "source and shows or names no figure or table"
                    )
                heading, stated, supported = text, 0, False
            elif kind == "evidence":
                supported = True
            else:
                stated += len(prose.used_ids(text))
                supported = supported or any(True for _ in prose.citations(text))

    def _appendix(self, cells: list[NotebookNode]) -> dict[str, Any]:
        """Return what stands at the end: the sources, and every number that the report prints."""
        texts = list(_texts(cells))
        used = set().union(*(prose.used_ids(text) for text in texts)) if texts else set()
        cites = any(key in self._references for text in texts for key, *_ in prose.citations(text))
        placed = any("{#refs}" in text for text in texts)
        return {
            "show_code": self.show_code if self.output_format == "html" else "none",
            "sources_heading": self.sources_heading if cites and not placed else "",
            "numbers_heading": self.numbers_heading,
            "numbers": [self._number(self._values[value_id]) for value_id in sorted(used)],
            "code_heading": self.code_heading,
            "notebooks": self._code(),
        }

    def _code(self) -> list[dict[str, Any]]:
        """Return the code of the notebooks, where the format has room for it."""
        return []

    def _number(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return one entry of the list of numbers: lines of a name and pieces of text."""
        return {
            "kind": "number",
            "id": value["id"],
            "text": value["text"],
            "definition": value["definition"],
            "lines": [*self._measured(value), *self._rests_on(value), *self._made_by(value)],
        }

    def _measured(self, value: Mapping[str, Any]) -> list[Line]:
        """Return the value itself, where what is printed may be rounded."""
        if value["unit"] in ("text", "date", "word"):
            return []
        # values.json keeps every digit
        return [("Value", [{"text": f"{value['value']:.6g} ({value['unit'].replace('_', ' ')})"}])]

    def _rests_on(self, value: Mapping[str, Any]) -> list[Line]:
        """Return the rows that a value rests on, file by file, with the documents they name."""
        raise NotImplementedError

    def _made_by(self, value: Mapping[str, Any]) -> list[Line]:
        """Name the code that measured a value and the cell that recorded it."""
        raise NotImplementedError

    def _prepare(self, cell: NotebookNode) -> None:
        """Fill values into a cell and make records of its figures and tables."""
        if cell.cell_type == "markdown":
            cell.source = prose.fill_markdown(cell.source, self._values)
        prepared = []
        for number, output in enumerate(cell.get("outputs", []), 1):
            if "data" not in output:
                prepared.append(output)
                continue
            kind = _best_kind(output.data)
            if kind == values.VALUES_MIME:
                continue
            name = f"image-{cell.id}-{number}"
            if kind == FIGURE_MIME:
                output.data = {RECORD_MIME: self._figure(output.data)}
            elif kind == TABLE_MIME:
                output.data = {RECORD_MIME: self._words(output.data[kind])}
            elif kind == "image/svg+xml":
                markup = self.drawing(name, output.data[kind], _alt(output))
                output.data = {RECORD_MIME: {"kind": "image", "markup": markup}}
            elif kind == "image/png":
                png = base64.b64decode(output.data[kind])
                markup = self.picture(name, png, _alt(output))
                output.data = {RECORD_MIME: {"kind": "image", "markup": markup}}
            elif kind == "text/markdown":
                output.data = {kind: prose.fill_markdown(output.data[kind], self._values)}
            else:
                output.data = {kind: output.data[kind]}
            if _is_screen_only(cell) and RECORD_MIME in output.data:
                output.data[RECORD_MIME]["screen_only"] = True
            prepared.append(output)
        if "outputs" in cell:
            cell.outputs = prepared

    def _figure(self, bundle: Mapping[str, Any]) -> dict[str, Any]:
        record = self._words(bundle[FIGURE_MIME])
        alt = prose.fill(record["alt"], self._values)
        markup = self.drawing(record["label"], bundle["image/svg+xml"], alt)
        return {**record, "markup": markup, **self.data_of(record)}

    def _words(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record with its words as they are printed: `title`, and `notes` of the rest."""
        source = record["source"]
        if source.startswith("@"):
            source = f"[{source}]"
        sources = f"Source{'s' if ';' in source else ''}: {source}." if source else ""
        notes = " ".join(part for part in (record["caption"].strip(), sources) if part)
        filled = {
            part: prose.fill_markdown(text, self._values)
            for part, text in (("title", record["title"].strip()), ("notes", notes))
        }
        made_by = self._notebooks.get(record["notebook"])
        cell = made_by.makers.get(record["label"], "") if made_by else ""
        place = {"code": made_by.anchor(cell)} if made_by and cell else {}
        return {**record, **filled, **place}


class ReportHTMLExporter(ReportExporter):
    """One page that needs nothing else: no request, light and dark, figures as SVG.

    It reads whole without its script, which offers what is in the page as files.
    """

    export_from_notebook = "Report (HTML)"
    file_extension = Unicode(".html")
    output_mimetype = "text/html"
    output_format = "html"

    reproduce = Unicode("", help="command that shows one number being made; {id} is its id").tag(
        config=True
    )

    def drawing(self, name: str, drawn: str, alt: str) -> str:
        """Put the SVG into the page, with an accessible name and ids of its own."""
        markup = svg.inline(drawn, name, alt)
        self._drawings.append(markup)
        return markup

    def picture(self, name: str, png: bytes, alt: str) -> str:
        """Put the PNG into the page."""
        del name
        content = base64.b64encode(png).decode()
        return f'<img src="data:image/png;base64,{content}" alt="{escape(alt)}">'

    def _rests_on(self, value: Mapping[str, Any]) -> list[Line]:
        """Name rows and files in full, and link the documents behind them."""
        lines: list[Line] = []
        documents: dict[str, None] = {}
        for source in value["sources"]:
            rows = _some([str(row) for row in source.get("rows", [])], " and {} more")
            listed = f": {', '.join(rows)}" if rows else ""
            lines.append(("Rests on", [{"text": source["path"] + listed}]))
            documents |= dict.fromkeys(source.get("documents", []))
        links = []
        for document in documents:
            address = document if "://" in document else self._address(document)
            links.append({"text": document, **({"href": address} if address else {})})
        if links:
            more = {"text": f"and {len(links) - SOURCE_ROWS_SHOWN} more, in values.json"}
            shown = links[:SOURCE_ROWS_SHOWN]
            lines.append(("Documents", [*shown, *([more] if len(links) > len(shown) else [])]))
        return lines

    def _code(self) -> list[dict[str, Any]]:
        """Return every notebook that made something shown."""
        return [
            {"kind": "notebook", "name": name, "title": book.title, "cells": book.listing()}
            for name, book in self._notebooks.items()
        ]

    def _address(self, key: str) -> str:
        """Return where a source can be read; empty where nobody keeps it."""
        source = self._references.get(key, {})
        doi = f"https://doi.org/{source['DOI']}" if "DOI" in source else ""
        return str(source.get("URL", doi))

    def _made_by(self, value: Mapping[str, Any]) -> list[Line]:
        """Name function, line and cell, with a link to the cell's code, and how to see it made."""
        lines: list[Line] = []
        if value["function"]:
            at = f" ({value['file']}:{value['line']})" if value["file"] else ""
            name = value["function"].rpartition(":")[2] if at else value["function"]
            lines.append(("Measured by", [{"text": name + at}]))
        made_by = self._notebooks.get(value["notebook"])
        cell = {"text": f"{value['notebook'] or 'this notebook'}, cell {value['cell_id']}"}
        if made_by and (anchor := made_by.anchor(value["cell_id"])):
            cell["href"] = f"#{anchor}"
        lines.append(("Recorded in", [cell]))
        if self.reproduce:
            of = f" (edition {self.edition})" if self.edition else ""
            command = self.reproduce.format(id=value["id"])
            lines.append(("To see it made", [{"text": command + of}]))
        return lines

    def data_of(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Return the rows of the figure's CSV as a table, and the file's name."""
        file = f"tables/{record['name']}.csv"
        path = self._folder / file
        if not path.is_file():
            raise PressError(f"{record['label']}: its data are missing, {path}")
        with path.open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        names = [record["labels"].get(column, column) for column in head]
        # a reader's heading, and the file's own where it is another one
        cells = "".join(
            '<th scope="col"'
            + ("" if name == own else f' data-name="{escape(own)}"')
            + f">{escape(name)}"
            for name, own in zip(names, head, strict=True)
        )
        # HTML lets cells and rows end where the next one starts; of thousands, that is much
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}" for cell in row)
            for row in rows[:DATA_ROWS_SHOWN]
        )
        shown = f" of {len(rows)} rows" if len(rows) > DATA_ROWS_SHOWN else ""
        caption = f"<caption>The first {DATA_ROWS_SHOWN}{shown}</caption>\n" if shown else ""
        table = f"<table>\n{caption}<thead><tr>{cells}</thead>\n<tbody>{body}</tbody></table>"
        return {"data": table, "file": file}

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the page."""
        template = f"--template={REPORT / 'parts.html'}"
        parts = self.to_format(
            markdown, "--mathml", "--toc", "--toc-depth=2", "--syntax-highlighting=none", template
        )
        contents, body = parts.split("<!-- contents end here -->\n", 1)
        script = (REPORT / "page.js").read_text(encoding="utf-8")
        page = self.environment.get_template("page.html.j2").render(
            title=self._title,
            subtitle=prose.fill(self.subtitle, self._values),
            language=self.language,
            facts=self.facts(),
            style=(REPORT / "style.css").read_text(encoding="utf-8"),
            script=script,
            # the one script that may run is this one
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            fonts=svg.font_faces(self._drawings),
            contents=contents.strip(),
            body=body.strip(),
        )
        twice = [
            name
            for name, times in Counter(re.findall(r'\sid="([^"]*)"', page)).items()
            if times > 1
        ]
        if twice:
            raise PressError(f"the page would have ids twice: {', '.join(twice)}")
        return page + "\n", resources


class ReportPDFExporter(ReportExporter):
    """A4 by Typst: tagged, PDF/UA-1 and PDF/A-3a, the same bytes every time.

    PDF/A-3 and not 2, as only that lets a report carry its own data.
    """

    export_from_notebook = "Report (PDF)"
    file_extension = Unicode(".pdf")
    output_mimetype = "application/pdf"
    output_format = "typst"

    contents = Bool(False, help="list the sections after the title").tag(config=True)
    attachments = List(
        Instance(attachments.Attachment), help="files that the PDF carries, beside their record"
    ).tag(config=True)
    made_from = Dict(help="hashes of what the edition stands for, by name").tag(config=True)

    def _rests_on(self, value: Mapping[str, Any]) -> list[Line]:
        """Name rows and tables in a word: paper has little room, and values.json is attached."""
        lines: list[Line] = []
        for source in value["sources"]:
            rows = _some([str(row) for row in source.get("rows", [])], " and {} more")
            listed = f": {', '.join(rows)}" if rows else ""
            lines.append(("From", [{"text": Path(source["path"]).stem + listed}]))
        return lines

    def _made_by(self, value: Mapping[str, Any]) -> list[Line]:
        """Name the function and its line, or else the cell; the attached values.json has both."""
        if value["function"]:
            at = f":{value['line']}" if value["line"] else ""
            return [("By", [{"text": value["function"].rpartition(":")[2] + at}])]
        return [("In", [{"text": f"cell {value['cell_id']}"}])]

    def drawing(self, name: str, drawn: str, alt: str) -> str:
        """Keep the SVG for Typst, which prints it at the size it was drawn at."""
        width, _ = svg.size(drawn, name)
        file = f"{name}.svg"
        self._files[file] = drawn.encode()
        return f"#image({_string(file)}, alt: {_string(alt)}, width: {width:g}pt)"

    def picture(self, name: str, png: bytes, alt: str) -> str:
        """Keep the PNG for Typst."""
        file = f"{name}.png"
        self._files[file] = png
        return f"#image({_string(file)}, alt: {_string(alt)})"

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF."""
        body = self.to_format(markdown)
        subtitle = prose.fill(self.subtitle, self._values)
        day = self._day()
        head = {
            "title": _string(self._title),
            "short-title": _string(self.short_title or self._title),
            "subtitle": _string(subtitle) if subtitle else "none",
            "facts": "(" + "".join(f"{_string(fact)}, " for fact in self.facts()) + ")",
            "date": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
            "language": _string(self.language),
            "contents": "true" if self.contents else "false",
        }
        given = ", ".join(f"{name}: {value}" for name, value in head.items())
        source = f'#import "report.typ": *\n#show: report.with({given})\n\n{self._attach()}{body}'
        resources["output_extension"] = ".pdf"
        return self._compile(source, day), resources

    def _attach(self) -> str:
        """Keep the files to attach, and their record, for Typst; return the calls that do it."""
        if not self.attachments:
            return ""
        facts = attachments.record(
            self.attachments,
            self.made_from,
            title=self._title,
            date=self.document_date,
            version=self.version,
            edition=self.edition,
        )
        told = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
        calls = [(attachments.RECORD, told.encode(), "supplement", "application/json", _RECORD)]
        for one in self.attachments:
            content = one.path.read_bytes()
            calls.append((one.name, content, one.relationship, one.encoding, one.description))
        markup = []
        for name, content, relationship, encoding, description in calls:
            file = f"attached/{name}"
            self._files[file] = content
            words = f"mime-type: {_string(encoding)}, description: {_string(description)}"
            markup.append(
                f"#pdf.attach({_string(name)}, read({_string(file)}, encoding: none), "
                f"relationship: {_string(relationship)}, {words})\n"
            )
        return "".join(markup) + "\n"

    def _compile(self, source: str, day: datetime.date) -> bytes:
        import typst

        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            self._files["report.typ"] = (REPORT / "report.typ").read_bytes()
            for name, content in self._files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(content)
            main = root / "main.typ"
            main.write_text(source, encoding="utf-8")
            compiler = typst.Compiler(
                str(main),
                root=str(root),
                ignore_system_fonts=True,
                font_paths=[
                    str(folder) for folder in (svg.copy_fonts(root / "fonts"), *svg.further_fonts())
                ],
            )
            try:
                pdf, warnings = compiler.compile_with_warnings(
                    format="pdf",
                    pdf_standards=["ua-1", "a-3a"],
                    timestamp=calendar.timegm(day.timetuple()),
                )
            except typst.TypstError as error:
                raise PressError(f"Typst could not print the report: {error.diagnostic}") from None
        for warning in warnings:
            self.log.warning("Typst: %s", warning.message)
        if not isinstance(pdf, bytes):
            raise PressError("Typst wrote no PDF")
        return pdf

    def _day(self) -> datetime.date:
        """Return the document's date: that of the evidence, never that of today."""
        if self.document_date:
            return datetime.date.fromisoformat(self.document_date)
        seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
        return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date()


FORMATS: Mapping[str, type[ReportExporter]] = {"html": ReportHTMLExporter, "pdf": ReportPDFExporter}


def export(notebook: Path, output: Path, file_format: str, **config: Any) -> bool:
    """Write an executed notebook as "html" or "pdf"; return whether the file changed.

    `config` sets traits of the exporter, such as title, values_file and bibliography_file.
    """
    if file_format not in FORMATS:
        raise PressError(f"no format {file_format!r}; there are {', '.join(FORMATS)}")
    if not notebook.is_file():
        raise PressError(f"no executed notebook {notebook}")
    exporter = FORMATS[file_format](**config)
    document, _ = exporter.from_filename(str(notebook))
    return outputs.write(output, document)


def _read_list(path: str, what: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects, each with an id."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PressError(f"{what} cannot be read: {error}") from None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise PressError(f"{what} cannot be read: {path} is no list of objects")
    return found


def _visible_cells(nb: NotebookNode) -> list[NotebookNode]:
    """Return copies of the cells that readers see, without what their tags hide."""
    cells = []
    for cell in copy.deepcopy(nb.cells):
        tags = set(cell.metadata.get("tags", []))
        if tags & HIDDEN_CELL:
            continue
        if tags & HIDDEN_OUTPUT and "outputs" in cell:
            cell.outputs = []
        if tags & HIDDEN_INPUT:
            cell.metadata["transient"] = {"remove_source": True}
        cells.append(cell)
    return cells


def _is_screen_only(cell: NotebookNode) -> bool:
    return SCREEN_ONLY in cell.metadata.get("tags", [])


def _lost_on_paper(cell: NotebookNode, screen_only: list[str]) -> Iterator[str]:
    """Find references that a printed page would make to what is on the page on screen alone."""
    for text in _texts([cell]):
        for key, start, end in prose.citations(text):
            if key in screen_only:
                where = prose.around(text, start, end)
                yield f"{key} is {SCREEN_ONLY}, and this is printed on paper too: {where}"


def _take_title(cells: list[NotebookNode], nb: NotebookNode) -> str:
    """Take the heading off the first cell: it is the notebook's title, and no section of it."""
    first = cells[0] if cells else None
    if first is None or first.cell_type != "markdown" or first.source != nb.cells[0].source:
        return ""
    found = re.match(r"\s*#[ ]+([^\n]+?)[ ]*(?:\{[#.][^{}]*\})?[ ]*(?:\n|$)", first.source)
    if found is None:
        return ""
    first.source = first.source[found.end() :]
    return found[1]


def _best_kind(data: Mapping[str, Any]) -> str:
    """Return the MIME type that an output is printed from; empty where no page can show it."""
    for kind in KNOWN:
        if kind not in data:
            continue
        if kind == "text/html" and "<table" not in data[kind]:
            continue
        if kind == "text/plain" and _NO_TEXT.fullmatch(data[kind].strip()):
            continue
        return kind
    return ""


def _alt(output: NotebookNode) -> str:
    """Return an image's text: from its metadata, or what it is in text."""
    metadata = output.get("metadata", {})
    plain = output.data.get("text/plain", "").strip()
    given = [metadata.get("alt", ""), *(metadata.get(kind, {}).get("alt", "") for kind in KNOWN)]
    return next((text for text in given if text), "" if _NO_TEXT.fullmatch(plain) else plain)


def _records(cells: Iterable[NotebookNode]) -> Iterator[dict[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", []):
            for kind in (FIGURE_MIME, TABLE_MIME):
                if kind in output.get("data", {}):
                    yield output.data[kind]


def _labels(cells: list[NotebookNode]) -> list[str]:
    """Return the labels of figures and tables, also of tables written in Markdown."""
    written = [
        label
        for cell in cells
        if cell.cell_type == "markdown"
        for label in re.findall(r"\{#((?:fig|tbl)-[\w-]+)", cell.source)
    ]
    return [*(record["label"] for record in _records(cells)), *written]


def _texts(cells: list[NotebookNode]) -> Iterator[str]:
    """Return every text that is read as Markdown."""
    for cell in cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/markdown", "")
    for record in _records(cells):
        yield from (record["title"], record["caption"], record["source"])
        yield from _markdown_cells(record)


def _passages(cells: Iterable[NotebookNode]) -> Iterator[tuple[str, str]]:
    """Yield headings, pieces of prose, and the label of each figure and table, in their order."""
    for cell in cells:
        if cell.cell_type == "markdown":
            for number, part in enumerate(_HEADING.split(cell.source)):
                yield ("heading" if number % 2 else "prose", part)
        for record in _records([cell]):
            yield "evidence", record["label"]


def _markdown_cells(record: Mapping[str, Any]) -> Iterator[str]:
    columns = record.get("columns", [])
    for row in record.get("rows", []):
        yield from (text for text, column in zip(row, columns, strict=True) if column["markdown"])


def _some(names: list[str], rest: str) -> list[str]:
    """Return the first of a list, the last of them with how many more there are."""
    shown, more = names[:SOURCE_ROWS_SHOWN], len(names) - SOURCE_ROWS_SHOWN
    return [*shown[:-1], shown[-1] + rest.format(more)] if more > 0 else shown


def _plain(text: str) -> str:
    """Return what a program printed, without colours."""
    return str(strip_ansi(text)).rstrip("\n")  # type: ignore[no-untyped-call]


def _fenced(text: str, kind: str = "", raw: str = "") -> str:
    """Return a code block of Markdown, fenced by more ticks than the text has."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks}{{{'=' + raw if raw else '.' + kind}}}\n{text}\n{ticks}"


def _string(text: str) -> str:
    """Return a Typst string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split("\n")) + '"'
