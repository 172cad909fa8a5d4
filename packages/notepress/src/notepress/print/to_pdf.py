"""A report as a tagged PDF, set by Typst."""

import calendar
import datetime
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from traitlets import Dict, Instance, List, Unicode

from notepress import fonts, prose
from notepress.errors import PressError
from notepress.hashes import content_of, sha256_of
from notepress.pages import TEMPLATES
from notepress.print import svg
from notepress.print.attachments import MANIFEST, Attachment
from notepress.print.finish import finished
from notepress.print.plain import Plain
from notepress.print.report import TEMPLATE, ReportExporter
from notepress.runrecord import ENCODINGS

# pixels to the inch of the picture of the first page: it can be read at its own width
PICTURED = 100


class ReportPDFExporter(ReportExporter):
    """A4 by Typst: tagged, PDF/UA-1 and PDF/A-3a, the same bytes every time.

    PDF/A-3 and not 2, as only that lets a report carry its own data.
    """

    export_from_notebook = "Report (PDF)"
    file_extension = Unicode(".pdf")
    output_mimetype = "application/pdf"
    output_format = "typst"

    attachments = List(
        Instance(Attachment), help="files that the PDF carries, beside their manifest"
    ).tag(config=True)
    first_page = Unicode(
        help="name of a PNG of the first page, written beside the PDF; none if empty"
    ).tag(config=True)
    made_from = Dict(help="hashes of what the edition stands for, by name").tag(config=True)

    def drawing(self, name: str, drawn: str, alt: str, narrow: str | None = None) -> str:
        """Keep the SVG for Typst, which prints it at the size it was drawn at."""
        del narrow  # paper is wide
        width, _ = svg.size(drawn, name)
        file = f"{name}.svg"
        self._files[file] = drawn.encode()
        return f"#image({_string(file)}, alt: {_string(alt)}, width: {width:g}pt)"

    def picture(self, name: str, kind: str, content: bytes, alt: str) -> str:
        """Keep the image for Typst."""
        file = f"{name}.{kind.partition('/')[2]}"
        self._files[file] = content
        return f"#image({_string(file)}, alt: {_string(alt)})"

    def plain(self, made: Plain, resources: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of a notebook that was not written for the press."""
        title = made.as_printed(self._title)
        for part in made.parts:
            part |= {key: made.as_printed(part[key]) for key in ("html", "code") if key in part}
        for name, (kind, content) in made.images.items():
            if kind == "image/svg+xml":
                content = made.as_printed(content.decode()).encode()
            self._files[name] = content
        self._files["notebook.typ"] = (TEMPLATES / "notebook" / "notebook.typ").read_bytes()
        day = self._day()
        head = {
            "title": _string(title),
            "author": _string(self.author) if self.author else "none",
            "facts": _strings([*self.facts(), *self.colophon()]),
            "date": _date(day),
        }
        given = ", ".join(f"{name}: {value}" for name, value in head.items())
        begins = f'#import "notebook.typ": *\n#show: notebook.with({given})\n\n'
        source = begins + self._attach() + made.converted("typst")
        return self._compile(source, day, resources)

    def finish(self, markdown: str, resources: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of a report."""
        body = self.to_format(markdown)
        subtitle = prose.fill(self.subtitle, self._values)
        day, told = self._day(), self.last_day()
        facts = [fact for fact in self.facts() if fact != told]  # paper tells that at its end
        head = {
            "title": _string(self._title),
            "subtitle": _string(subtitle) if subtitle else "none",
            "author": _string(self.author) if self.author else "none",
            "facts": _strings(facts),
            "colophon": _string(" · ".join(filter(None, [told, *self.colophon()]))),
            "date": _date(day),
        }
        given = ", ".join(f"{name}: {value}" for name, value in head.items())
        self._files["report.typ"] = (TEMPLATE / "report.typ").read_bytes()
        source = f'#import "report.typ": *\n#show: report.with({given})\n\n{self._attach()}{body}'
        return self._compile(source, day, resources)

    def _attach(self) -> str:
        """Keep the files to attach, and their manifest, for Typst; return the calls that do it."""
        if not self.attachments:
            return ""
        said = {
            "title": self._title,
            "date": self.document_date,
            "version": self.version,
            "edition": self.edition,
            "attached": {one.name: sha256_of(one.path) for one in sorted(self.attachments)},
            "made_from": dict(sorted(self.made_from.items())),
        }
        manifest = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
        what = "What this report was made from and what is attached, with hashes"
        carried = [(MANIFEST, manifest.encode(), what, "supplement")]
        carried += [(one.name, content_of(one.path), *one[2:]) for one in self.attachments]
        calls = []
        for name, content, description, relationship in carried:
            file = f"attached/{name}"
            self._files[file] = content
            kind = ENCODINGS.get(PurePosixPath(name).suffix, "application/octet-stream")
            calls.append(
                f"#pdf.attach({_string(name)}, read({_string(file)}, encoding: none), "
                f"relationship: {_string(relationship)}, mime-type: {_string(kind)}, "
                f"description: {_string(description)})\n"
            )
        return "".join(calls) + "\n"

    def _compile(
        self, source: str, day: datetime.date, resources: dict[str, Any]
    ) -> tuple[bytes, dict[str, Any]]:
        """The PDF; a picture of its first page is among the outputs of `resources`, if asked."""
        import typst

        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            for name, content in self._files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(content)
            main = root / "main.typ"
            main.write_text(source, encoding="utf-8")
            compiler = typst.Compiler(
                str(main),
                root=str(root),
                ignore_system_fonts=True,
                font_paths=[str(folder) for folder in fonts.for_print()],
            )
            try:
                pdf, warnings = compiler.compile_with_warnings(
                    format="pdf",
                    pdf_standards=["ua-1", "a-3a"],
                    timestamp=calendar.timegm(day.timetuple()),
                )
            except typst.TypstError as error:
                raise PressError(f"Typst could not print the report: {error.diagnostic}") from None
            if not isinstance(pdf, bytes):
                raise PressError("Typst wrote no PDF")
            if self.first_page:
                resources["outputs"] = {self.first_page: _drawn(pdf, root)}
        for warning in warnings:
            self.log.warning("Typst: %s", warning.message)
        return finished(pdf), resources

    def _day(self) -> datetime.date:
        """Return the document's date: that of the edition, else of the evidence, never today's."""
        if day := self.written or self.document_date:
            return datetime.date.fromisoformat(day)
        seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
        return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date()


def _drawn(pdf: bytes, root: Path) -> bytes:
    """A PNG of the first page: of the report itself, Typst would draw every page."""
    import typst

    (root / "report.pdf").write_bytes(pdf)
    page = root / "first.typ"
    page.write_text('#set page(paper: "a4", margin: 0pt)\n#image("report.pdf", width: 100%)\n')
    compiler = typst.Compiler(str(page), root=str(root), ignore_system_fonts=True)
    drawn = compiler.compile(format="png", ppi=PICTURED)
    return drawn if isinstance(drawn, bytes) else b""


def _date(day: datetime.date) -> str:
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"


def _strings(texts: Iterable[str]) -> str:
    return "(" + "".join(f"{_string(text)}, " for text in texts) + ")"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split("\n")) + '"'
