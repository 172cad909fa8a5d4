"""What every printed report has in common: a checked notebook as one pandoc document.

Exporters fill recorded values into its prose, and refuse what they could print only in part.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters import Exporter
from nbformat.notebooknode import NotebookNode
from traitlets import Bool, List, Unicode

from notepress import pages, placing, prose, values
from notepress.errors import PressError, all_problems
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.print import contents, pandoc
from notepress.print.plain import Plain, is_plain
from notepress.run.notebooks import Notebook, read_executed

TEMPLATE = pages.TEMPLATES / "report"
# beside a report, what its run set of the exporters: nbconvert --config=FILE prints it again
CONFIG = "nbconvert.json"


class ReportExporter(Exporter):
    """An executed notebook as one pandoc document; subclasses say how it looks.

    One in which nothing is of the press is printed with its code, as far as a page can show it.
    """

    values_file = Unicode(
        help="values.json of the run; without it, the values of this notebook"
    ).tag(config=True)
    bibliography_file = Unicode(help="sources as a CSL-JSON list").tag(config=True)
    outputs_dir = Unicode(
        help="folder with figures/ and tables/; by default the one above the notebook's"
    ).tag(config=True)
    title = Unicode(help="by default the notebook's first heading").tag(config=True)
    subtitle = Unicode().tag(config=True)
    document_date = Unicode(help="last day of the evidence, as an ISO date").tag(config=True)
    written = Unicode(help="day of the edition, as an ISO date").tag(config=True)
    version = Unicode(help="version of the project").tag(config=True)
    edition = Unicode(help="short hash of what the report was made from").tag(config=True)
    author = Unicode(help="whose report it is").tag(config=True)
    licence = Unicode(help="terms of its text, in a few words").tag(config=True)
    parameters_line = Unicode(help="what its parameters are, in a few words").tag(config=True)
    allowed_names = List(
        Unicode(), help='names with digits that prose may hold, such as "Section 301"'
    ).tag(config=True)
    reproduce = Unicode(help="command that shows one number being made; {id} is its id").tag(
        config=True
    )

    # what is shown is looked at part by part: a notebook need not be valid to be printed
    optimistic_validation = Bool(True)

    output_format: ClassVar[str]

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the document and nbconvert's resources; all that is wrong is told at once."""
        report, resources = super().from_notebook_node(nb, resources, **kw)  # a copy
        self._folder = Path(self.outputs_dir or _place(resources).resolve().parent)
        if not self.values_file and (self._folder / CONFIG).is_file():
            raise PressError(
                "the notebook of a run is printed with what the run says of it\n"
                f"What to do: add --config={self._folder / CONFIG}, from the project's folder"
            )
        self._files: dict[str, bytes] = {}
        if not self.values_file and is_plain(report):
            made = Plain(report, _place(resources))
            self._title = self.title or made.title or resources["metadata"].get("name", "Notebook")
            done = self.plain(made, resources)
            for lost in made.lost:
                self.log.warning("not printed: %s", lost)
            return done
        recorded = read_file(
            self.values_file, "the values", values.shown_in(report.cells, ""), values.read_values
        )
        self._values = {
            value["id"]: value
            | {part: prose.typeset(value[part]) for part in ("text", "definition")}
            for value in values.merge([recorded])
        }
        listed = read_json(self.bibliography_file, "the sources", [])
        self._references = {item["id"]: item for item in listed}
        self._n_drawings = 0
        self._notebooks: dict[str, Notebook] = {}
        self._title = self._check(report)
        cited = contents.cited(report.cells, self._references)
        # citeproc numbers sources as it meets them; sources.lua takes these out again
        keys = "; ".join(f"@{{{key}}}" for key in cited)
        blocks = [f"::: {{.order-of-sources}}\n[{keys}]\n:::"] if cited else []
        blocks += [block for cell in report.cells for block in self._blocks(cell)]
        blocks += self._appendix(report.cells, lists_sources=bool(cited))
        return self.finish("\n\n".join(blocks) + "\n", resources)

    def _check(self, report: NotebookNode) -> str:
        """Leave of a notebook what is printed of it, and return its title."""
        heading = contents.take_title(contents.visible_cells(report.cells[:1]))
        report.cells = contents.visible_cells(report.cells)
        names = self.allowed_names
        problems = [*contents.problems_as_written(report.cells, self._values, names)]
        absent = placing.without_data(self._folder)
        marked = self.marked_conditions(report.cells)
        _rewrite(
            report.cells, lambda texts: prose.left_to_print(texts, self._values, absent, marked)
        )
        report.cells, misplaced = contents.place(report.cells, self._folder)
        if self.output_format != "html":
            report.cells = [cell for cell in report.cells if not contents.is_screen_only(cell)]
            _rewrite(report.cells, prose.without_empty_sections)
        made_in = [value["notebook"] for value in self._values.values()]
        made_in += [record["notebook"] for record in contents.records(report.cells)]
        self._notebooks = read_executed(self._folder / "notebooks", made_in)
        problems += misplaced
        problems += contents.problems_as_printed(
            report.cells, (self.title, self.subtitle), self._values, self._references, names
        )
        if problems:
            remedy = "mend them in the notebooks; numbers come from press.record"
            raise all_problems("the report", list(dict.fromkeys(problems)), remedy)
        return prose.fill(self.title or heading or "Report", self._values)

    def marked_conditions(self, cells: list[NotebookNode]) -> set[str]:
        """Return the conditions whose passages the document can tell from others."""
        del cells
        return set()

    def plain(self, made: Plain, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Make the document of a notebook that was not written for the press."""
        raise NotImplementedError

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

    def numbers(self, used: Sequence[str]) -> Iterator[str]:
        """Yield tables of the numbers that are printed, where the format has room for them."""
        del used
        yield from ()

    def facts(self) -> list[str]:
        """Return the line below the title: of which days it is, what was chosen."""
        written = f"Written {values.printed(self.written, 'date')}" if self.written else ""
        parameters = f"Parameters: {self.parameters_line}" if self.parameters_line else ""
        return [*filter(None, [written, self.last_day(), parameters])]

    def last_day(self) -> str:
        """Return what the report knows nothing after, if anything."""
        day = self.document_date
        return f"Evidence up to {values.printed(day, 'date')}" if day else ""

    def colophon(self) -> list[str]:
        """Return whose it is, which edition, under which licence: paper tells it at its end."""
        edition = f"Edition {self.edition}" if self.edition else ""
        return [*filter(None, [self.author, edition, self.licence])]

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
        return pandoc.convert(markdown, self.output_format, [*filters, *options])

    def _appendix(self, cells: list[NotebookNode], *, lists_sources: bool) -> Iterator[str]:
        """Yield what stands at the end: sources, every number that is printed, and the code."""
        texts = [text for _, text in contents.texts(cells)]
        if lists_sources and not any("{#refs}" in text for text in texts):
            yield "# Sources {.appendix #sources}\n\n::: {#refs}\n:::"
        used = sorted({value_id for text in texts for value_id in prose.used_ids(text)})
        if tables := [*self.numbers(used)]:
            yield "# Where numbers come from {.appendix #numbers}"
            if self.reproduce:
                yield (
                    f"`{self.reproduce.format(id='ID')}` shows one of them being made; its ID is "
                    "what follows `num-` in its address. What is cut short here stands whole there."
                )
            yield from (_record({"kind": "numbers", "markup": table}) for table in tables)
        if self._notebooks and self.output_format == "html":  # paper has no room for it
            yield "# Code of the notebooks {.appendix #code}"
            shown = {record["label"] for record in contents.records(cells)}
            of_used = map(self._values.__getitem__, used)
            made = {(one["notebook"], one["cell_id"]) for one in of_used}
            for name, book in self._notebooks.items():
                linked = {cell for label, cell in book.makers.items() if label in shown}
                linked |= {cell for notebook, cell in made if notebook == name}
                code = {"name": name, "title": book.title, "cells": book.listing(linked)}
                yield _record({"kind": "notebook", **code})

    def _blocks(self, cell: NotebookNode) -> Iterator[str]:
        """Yield a cell as Markdown, with its values filled in; figures and tables are records."""
        if cell.cell_type == "markdown":
            language = prose.language_of(cell.source)
            known = {
                name: value | {"text": values.printed_in(language, value)}
                for name, value in (self._values if language else {}).items()
            }
            yield prose.fill_markdown(cell.source, known or self._values)
        for number, output in enumerate(cell.get("outputs", []), 1):
            if output.output_type == "stream":
                yield contents.code_block(output.text)
            elif output.output_type == "error":
                told = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
                yield contents.code_block(told)
            else:
                is_screen_only = contents.is_screen_only(cell)
                yield self._block(output, f"image-{cell.id}-{number}", is_screen_only)

    def _block(self, output: NotebookNode, name: str, is_screen_only: bool) -> str:
        kind = contents.best_kind(output.data)
        content = output.data.get(kind)
        if kind in ("", values.VALUES_MIME):
            return ""
        if kind == FIGURE_MIME:
            record = self._words(content)
            alt = prose.fill(prose.as_published(record["alt"]), self._values)
            drawn, narrow = output.data["image/svg+xml"], record.pop("narrow", None)
            record["markup"] = self.drawing(record["label"], drawn, alt, narrow)
            record |= self.data_of(record)
        elif kind == TABLE_MIME:
            record = self._words(content)
            how = [prose.tied if one["markdown"] else prose.typeset for one in record["columns"]]
            record["rows"] = [
                [set_(text) for set_, text in zip(how, row, strict=True)] for row in record["rows"]
            ]
            if card := record.get("card"):
                told = {part: prose.tied(card[part]) for part in ("band", "about")}
                below = [[name, prose.tied(words)] for name, words in card["below"]]
                record["card"] = {**told, "below": below}
        elif kind == "image/svg+xml":
            record = {"kind": "image", "markup": self.drawing(name, content, contents.alt(output))}
        elif kind in contents.PIXELS:
            pixels = base64.b64decode(content)
            markup = self.picture(name, kind, pixels, contents.alt(output))
            record = {"kind": "image", "markup": markup}
        elif kind == "text/markdown":
            return prose.fill_markdown(content, self._values)
        elif kind == "text/latex":
            return str(content)
        elif kind == "text/html":
            return contents.fenced(content, "=html")
        else:
            return contents.code_block(content)
        return _record({**record, "screen_only": is_screen_only})

    def _words(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record with its words as they are printed: `title`, and `notes` of the rest."""
        source, made_by = record["source"], self._notebooks.get(record["notebook"])
        if source.startswith("@"):
            source = f"[{source}]"
        sources = f"Source{'s' if ';' in source else ''}: {source}." if source else ""
        notes = f"{record.get('caption', '')} {sources}".strip()
        filled = {
            "title": prose.tied(prose.fill_markdown(record["title"].strip(), self._values)),
            "notes": prose.fill_markdown(notes, self._values),
        }
        if made_by and (cell := made_by.makers.get(record["label"])):
            filled["code"] = made_by.anchor(cell)
        return {**record, **filled}


def read_json(path: str, what: str, default: Any) -> Any:
    """Read a JSON file that an option names, if it does; PressError where it cannot be read."""
    return read_file(path, what, default, json.loads)


def read_file(path: str, what: str, default: Any, read: Callable[[str], Any]) -> Any:
    """Read a file that an option names, if it does; PressError where it cannot be read."""
    try:
        return read(Path(path).read_text(encoding="utf-8")) if path else default
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PressError(f"{what} cannot be read: {error}") from None


def _place(resources: Mapping[str, Any]) -> Path:
    return Path(resources["metadata"].get("path") or ".")


def _rewrite(cells: list[NotebookNode], change: Callable[[list[str]], list[str]]) -> None:
    shown = [cell for cell in cells if cell.cell_type == "markdown" or cell.get("outputs")]
    texts = [cell.source if cell.cell_type == "markdown" else prose.SHOWN for cell in shown]
    for cell, text in zip(shown, change(texts), strict=True):
        if cell.cell_type == "markdown":
            cell.source = text


def _record(record: Mapping[str, Any]) -> str:
    """Return a figure, table, image, number or notebook as report.lua takes it."""
    return contents.fenced(json.dumps(record), ".notepress")
