"""What every printed report has in common: a checked notebook as one pandoc document.

Its exporters read an executed notebook, fill the recorded values into its prose, and refuse what
they could print only in part: unknown values, sources and labels, typed numbers, outputs of unknown
kinds.
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat.notebooknode import NotebookNode
from traitlets import Bool, List, Unicode, default
from traitlets.config import Config

from notepress import pages, placing, prose, values
from notepress.errors import PressError, all_problems
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.print import contents, foreign, pandoc
from notepress.print.check import (
    problems_as_printed,
    problems_as_written,
    unsupported_sections,
)
from notepress.run.notebooks import read_executed

TEMPLATE = pages.TEMPLATES / "report"
# beside a report, what its run set of the exporters: nbconvert --config=FILE prints it again
CONFIG = "nbconvert.json"
# a figure, table or image as report.lua takes it, in the place of what the notebook shows
BLOCK_MIME = "application/vnd.notepress.block+json"
SOURCE_ROWS_SHOWN = 6

# a name, and pieces of text: {"text": ...}, with an address or a place of the page as "href"
Line = tuple[str, list[dict[str, str]]]


class ReportExporter(TemplateExporter):
    """An executed notebook as one pandoc document; subclasses say how it looks.

    One in which nothing is of the press is printed with its code, as far as a page can show it.
    """

    values_file = Unicode(
        "", help="values.json of the run; without it, the values of this notebook"
    ).tag(config=True)
    bibliography_file = Unicode("", help="sources as a CSL-JSON list").tag(config=True)
    outputs_dir = Unicode(
        "", help="folder with figures/ and tables/; by default the one above the notebook's"
    ).tag(config=True)
    title = Unicode("", help="by default the notebook's first heading").tag(config=True)
    subtitle = Unicode("").tag(config=True)
    document_date = Unicode("", help="last day of the evidence, as an ISO date").tag(config=True)
    version = Unicode("", help="version of the project").tag(config=True)
    edition = Unicode("", help="short hash of what the report was made from").tag(config=True)
    author = Unicode("", help="whose report it is").tag(config=True)
    licence = Unicode("", help="terms of its text, in a few words").tag(config=True)
    parameters_line = Unicode("", help="what the run's parameters are, in a few words").tag(
        config=True
    )
    allowed_names = List(
        Unicode(), help='names with digits that prose may hold, such as "Section 301"'
    ).tag(config=True)

    is_draft = Bool(False, help="for its text: without numbers, data and code at the end").tag(
        config=True
    )

    output_format: ClassVar[str]

    @default("template_name")
    def _template_name(self) -> str:
        return "report"

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".md.j2"

    @default("extra_template_basedirs")
    def _own_templates(self) -> list[str]:
        return [str(pages.TEMPLATES)]

    @property
    def default_config(self) -> Config:
        """Take our own records before nbconvert's choice of outputs."""
        own = Config({"NbConvertBase": {"display_data_priority": [BLOCK_MIME, *contents.KINDS]}})
        inherited: Config = super().default_config.copy()
        inherited.merge(own)
        return inherited

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Add the filters that write outputs as blocks of Markdown."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        fenced = contents.fenced
        yield "block", lambda bundle: fenced(json.dumps(bundle[BLOCK_MIME]), "notepress")
        yield "number_block", lambda number: fenced(json.dumps(number), "notepress")
        yield "raw_html", lambda text: fenced(text, raw="html")
        yield "code_block", lambda text, kind: fenced(pages.plain(text).rstrip("\n"), kind)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the document and nbconvert's resources; all that is wrong is told at once."""
        self._folder = Path(self.outputs_dir or self._folder_above(resources))
        if not self.values_file and (self._folder / CONFIG).is_file():
            raise PressError(
                "the notebook of a run is printed with what the run says of it\n"
                f"What to do: add --config={self._folder / CONFIG}, from the project's folder"
            )
        self._values = self._read_values(nb)
        self._references = self._read_references()
        self._files: dict[str, bytes] = {}
        self._drawings: list[str] = []
        self._is_foreign = not self.values_file and foreign.is_foreign(nb)
        if self._is_foreign:
            return self._printed(*self._adopted(nb, resources), resources, **kw)
        report = copy.copy(nb)
        report.cells = contents.visible_cells(nb)
        heading = contents.take_title(report.cells, nb)
        problems = list(problems_as_written(report.cells, self._values, self.allowed_names))
        named = {
            value_id
            for cell in report.cells
            if cell.cell_type == "markdown"
            for value_id in prose.used_ids(prose.choose(cell.source, self._values))
        }
        absent = placing.without_data(self._folder)
        marked = self.marked_conditions(report.cells)
        self._rewrite(
            report.cells, lambda texts: prose.left_to_print(texts, self._values, absent, marked)
        )
        report.cells, misplaced = contents.place(report.cells, self._folder)
        made_in = [value["notebook"] for value in self._values.values()]
        made_in += [record["notebook"] for record in contents.records(report.cells)]
        self._notebooks = read_executed(self._folder / "notebooks", made_in)
        problems += misplaced + problems_as_printed(
            report.cells,
            (self.title, self.subtitle),
            self._values,
            self._references,
            self.allowed_names,
        )
        # what is not known yet takes its evidence with it
        if not any(self._values.get(name, {}).get("unit") == values.LATER for name in named):
            problems += unsupported_sections(report.cells)
        if problems:
            raise all_problems(
                "the report",
                [f"{place}: {what}" for place, what in dict.fromkeys(problems)],
                "mend them in the notebooks; numbers come from press.value",
            )
        if self.output_format != "html":
            report.cells = [cell for cell in report.cells if not contents.is_screen_only(cell)]
            self._rewrite(report.cells, prose.without_empty_sections)
        title = prose.fill(self.title or heading or "Report", self._values)
        return self._printed(report, title, resources, **kw)

    def _adopted(
        self, nb: NotebookNode, resources: dict[str, Any] | None
    ) -> tuple[NotebookNode, str]:
        """Return a foreign notebook as the press prints it, and its title."""
        place = (resources or {}).get("metadata", {})
        report = copy.copy(nb)
        self._notebooks = {}
        report.cells = list(foreign.adopt(nb, Path(place.get("path") or ".")))
        for cell in report.cells:
            for left_out in foreign.LEFT_OUT.findall(cell.source):
                self.log.warning("not printed: %s", foreign.words(left_out))
        heading = foreign.words(contents.take_title(report.cells, report))
        return report, self.title or heading or place.get("name", "Notebook")

    def _printed(
        self, report: NotebookNode, title: str, resources: dict[str, Any] | None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        self._title = title
        resources = dict(resources or {})
        resources |= self._appendix(report.cells)
        for cell in report.cells:
            self._prepare(cell)
        markdown, resources = super().from_notebook_node(report, resources, **kw)
        return self.finish(markdown, resources)

    def _rewrite(
        self,
        cells: list[NotebookNode],
        change: Callable[[list[str | None]], list[str | None]],
    ) -> None:
        """Change the text of cells; None stands for what others show."""
        shown = [cell for cell in cells if cell.cell_type == "markdown" or cell.get("outputs")]
        texts = [cell.source if cell.cell_type == "markdown" else None for cell in shown]
        for cell, text in zip(shown, change(texts), strict=True):
            if text is not None:
                cell.source = text

    def marked_conditions(self, cells: list[NotebookNode]) -> set[str]:
        """Return the conditions whose passages the document can tell from others."""
        del cells
        return set()

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Make the document of the notebook's Markdown."""
        raise NotImplementedError

    def drawing(self, name: str, drawn: str, alt: str, narrow: str | None = None) -> str:
        """Return the markup that shows an SVG, or `narrow` in its place on a telephone."""
        raise NotImplementedError

    def picture(self, name: str, kind: str, content: bytes, alt: str) -> str:
        """Return the markup that shows an image of pixels, of a kind such as image/png."""
        raise NotImplementedError

    def data_of(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Return the data of a figure, where the format has room for them."""
        del record
        return {}

    def facts(self) -> list[str]:
        """Return the line below the title: how far the evidence goes, version, whose it is."""
        day = values.printed(self.document_date, "date") if self.document_date else ""
        return [
            *([f"Evidence up to {day}"] if day else []),
            *([f"Version {self.version}"] if self.version else []),
            *([f"Edition {self.edition}"] if self.edition else []),
            *([f"Parameters: {self.parameters_line}"] if self.parameters_line else []),
            *([self.licence] if self.licence else []),
        ]

    def to_format(self, markdown: str, *options: str) -> str:
        """Call pandoc once, with the sources and the filters of this format."""
        cite = ["--citeproc", f"--csl={TEMPLATE / 'report.csl'}", "--metadata=link-citations=true"]
        if self.bibliography_file:
            cite += ["--bibliography", self.bibliography_file]
        filters = [
            f"--lua-filter={TEMPLATE / 'report.lua'}",
            *cite,
            f"--lua-filter={TEMPLATE / 'sources.lua'}",
            f"--lua-filter={TEMPLATE / self.output_format}.lua",
        ]
        to = {"html": "html5"}.get(self.output_format, self.output_format)
        if not self._is_foreign:
            return pandoc.convert(markdown, to, [*filters, *options])
        # what is lost is named in its place, and told
        filters += ["--metadata=foreign=true", "--id-prefix=in-"]
        said = self.log.warning
        return pandoc.convert(markdown, to, [*filters, *options], reads=foreign.MARKDOWN, warn=said)

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

    def _appendix(self, cells: list[NotebookNode]) -> dict[str, Any]:
        """Return what stands at the end: the sources, and every number that the report prints."""
        texts = list(contents.texts(cells))
        used = set().union(*(prose.used_ids(text) for text in texts)) if texts else set()
        cites = any(key in self._references for text in texts for key, *_ in prose.citations(text))
        placed = any("{#refs}" in text for text in texts)
        return {
            "lists_sources": cites and not placed,
            "numbers": []
            if self.is_draft
            else [
                self._number(self._values[value_id])
                for value_id in sorted(used)
                if self._is_listed(self._values[value_id])
            ],
            "notebooks": [] if self.is_draft else self._code(),
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

    def _is_listed(self, value: Mapping[str, Any]) -> bool:
        """Whether a value has an entry in the list of numbers."""
        del value
        return True

    def _measured(self, value: Mapping[str, Any]) -> list[Line]:
        """Return the value itself, where what is printed may be rounded."""
        if value["unit"] in (*values.WORDED, "date", "word"):
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
            kind = contents.best_kind(output.data)
            if kind == values.VALUES_MIME:
                continue
            name = f"image-{cell.id}-{number}"
            if kind == FIGURE_MIME:
                output.data = {BLOCK_MIME: self._figure(output.data)}
            elif kind == TABLE_MIME:
                output.data = {BLOCK_MIME: self._words(output.data[kind])}
            elif kind == "image/svg+xml":
                markup = self.drawing(name, output.data[kind], contents.alt(output))
                output.data = {BLOCK_MIME: {"kind": "image", "markup": markup}}
            elif kind in contents.PIXELS:
                content = base64.b64decode(output.data[kind])
                markup = self.picture(name, kind, content, contents.alt(output))
                output.data = {BLOCK_MIME: {"kind": "image", "markup": markup}}
            elif kind == "text/markdown":
                output.data = {kind: prose.fill_markdown(output.data[kind], self._values)}
            else:
                output.data = {kind: output.data[kind]}
            if contents.is_screen_only(cell) and BLOCK_MIME in output.data:
                output.data[BLOCK_MIME]["screen_only"] = True
            prepared.append(output)
        if "outputs" in cell:
            cell.outputs = prepared

    def _figure(self, bundle: Mapping[str, Any]) -> dict[str, Any]:
        record = self._words(bundle[FIGURE_MIME])
        alt = prose.fill(record["alt"], self._values)
        svg, narrow = bundle["image/svg+xml"], record.pop("narrow", None)
        markup = self.drawing(record["label"], svg, alt, narrow)
        return {**record, "markup": markup, **({} if self.is_draft else self.data_of(record))}

    def _words(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record with its words as they are printed: `title`, and `notes` of the rest."""
        source = record["source"]
        if source.startswith("@"):
            source = f"[{source}]"
        sources = f"Source{'s' if ';' in source else ''}: {source}." if source else ""
        notes = " ".join(part for part in (record.get("caption", ""), sources) if part)
        filled = {
            part: prose.fill_markdown(text, self._values)
            for part, text in (("title", record["title"].strip()), ("notes", notes))
        }
        made_by = self._notebooks.get(record["notebook"])
        cell = made_by.makers.get(record["label"], "") if made_by else ""
        place = {"code": made_by.anchor(cell)} if made_by and cell else {}
        return {**record, **filled, **place}


def _read_list(path: str, what: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects, each with an id."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PressError(f"{what} cannot be read: {error}") from None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise PressError(f"{what} cannot be read: {path} is no list of objects")
    return found


def some(names: list[str], rest: str) -> list[str]:
    """Return the first of a list, the last of them with how many more there are."""
    shown, more = names[:SOURCE_ROWS_SHOWN], len(names) - SOURCE_ROWS_SHOWN
    return [*shown[:-1], shown[-1] + rest.format(more)] if more > 0 else shown
