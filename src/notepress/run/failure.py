"""What a person needs when a notebook stopped: on a terminal, and as a page beside the notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from notepress import pages
from notepress.run.cleaning import ANSI
from notepress.run.notebooks import read_cells

FAILED, DEAD_KERNEL = 1, 138

# an error may quote a whole table
LINE = 300
ERROR_LINES = 12
# the line of a traceback that names the error, and the one that points into the cell
_NAMED = re.compile(r"[A-Za-z_][\w.]*(?::|$)")
_POINTED = re.compile(r"-+> *\d+ (.*)")


@dataclass(frozen=True)
class Failure:
    """Where a notebook stopped, on what, with what, and how to run it again.

    `line` is the one of the cell that failed, if that can be told. `inputs` maps what it reads to
    SHA-256 in hex; `partial` is the notebook with what it had done.
    """

    notebook: str
    place: str
    source: str
    error: Sequence[str]
    line: str
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    partial: Path
    rerun: str

    def as_text(self, page: Path) -> str:
        """Return what a terminal shows: what broke, and the page that has the rest."""
        shown = self._trimmed()
        named = [number for number, line in enumerate(shown) if _NAMED.match(line)]
        first, *more = shown[named[-1] if named else 0 :] or [""]
        lines = [
            f"{self.notebook} failed in {self.place}: {first}",
            *(f"    {line}" for line in [*more, self.line] if line),
            f"All of this on a page: {page}",
        ]
        return "\n".join(pages.plain(line) for line in lines)

    def as_page(self) -> str:
        """Return all of it as one HTML file."""
        import pandas as pd

        blocks = [
            pages.section("Error", pages.code("\n".join(self._trimmed()), name="Error")),
            self._to_do(),
            pages.section("Cell", pages.code(self.source)),
            pages.section(
                "Parameters",
                pages.definitions((name, repr(value)) for name, value in self.parameters.items())
                if self.parameters
                else pages.paragraph("None."),
            ),
        ]
        if self.inputs:
            frame = pd.DataFrame(sorted(self.inputs.items()), columns=["File", "SHA-256"])
            blocks.append(pages.section("Inputs", pages.table(frame, title="What it reads")))
        return pages.page(f"{self.notebook} failed", blocks, subtitle=f"In {self.place}")

    def _to_do(self) -> Markup:
        told = f"Mend {self.place} of {self.notebook}, or what it reads. Then run it again:"
        blocks = [pages.paragraph(told), pages.code(self.rerun, name="Command")]
        kept = pages.link(self.partial.name, self.partial.name)
        blocks.append(pages.paragraph("What it had done by then is kept in ", kept, "."))
        if (self.partial.parent.parent / "report.html").is_file():
            whole = pages.link("The report", "../report.html")
            blocks.append(pages.paragraph(whole, " is still the one made before."))
        return pages.section("What to do", *blocks)

    def _trimmed(self) -> list[str]:
        return [line if len(line) <= LINE else f"{line[:LINE]} ..." for line in self.error]


def failure_of(
    problem: Exception, notebook: Path, executed: Path, **known: Any
) -> tuple[Failure, int]:
    """Say where and how a notebook stopped, and with which exit code.

    `problem` is what stopped papermill; `executed` the notebook as far as it came; `known` what
    else a `Failure` tells.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    cell, traceback = _stopped_cell(read_cells(executed))
    exit_code = FAILED
    if isinstance(problem, DeadKernelError):
        error = ["The kernel died: it was killed, ran out of memory, or a library crashed."]
        exit_code = DEAD_KERNEL
    elif isinstance(problem, CellTimeoutError):
        error = ["The cell ran longer than its limit.", str(problem).splitlines()[0]]
    else:
        error = traceback[-ERROR_LINES:]
    source = "".join(cell["source"]) if cell else ""
    pointed = next((found[1].strip() for line in traceback if (found := _POINTED.match(line))), "")
    name = _name(notebook, cell)
    return Failure(notebook.name, name, source, error, pointed, **known), exit_code


def _stopped_cell(cells: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the cell that failed, or else the last one that started, and its traceback."""
    started = None
    for cell in cells:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                lines = ANSI.sub("", "\n".join(output["traceback"])).splitlines()
                return cell, [line for line in lines if line.strip(" -")]
        if cell["metadata"].get("papermill", {}).get("start_time"):
            started = cell
    return started, []


def _name(notebook: Path, cell: Mapping[str, Any] | None) -> str:
    """Name a cell as a person finds it in the source notebook: the injected one is not there."""
    if cell is None:
        return "its first cell"
    ids = [one["id"] for one in read_cells(notebook)]
    if cell["id"] in ids:
        return f"cell {ids.index(cell['id']) + 1} of {len(ids)} (id {cell['id']})"
    return "the cell of injected parameters"
