"""What is said of a notebook that stopped, to the person who can mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notepress import pages
from notepress.errors import NotebookFailed
from notepress.run.cleaning import ANSI
from notepress.run.notebooks import read_cells

FAILED, DEAD_KERNEL = 1, 138

# an error may quote a whole table
LINE = 300
ERROR_LINES = 12
# the line of a traceback that names the error, and the one that points into the cell
_NAMED = re.compile(r"[A-Za-z_][\w.]*(?::|$)")
_POINTED = re.compile(r"-+> *\d+ (.*)")


def failure_of(problem: Exception, notebook: Path, executed: Path, partial: Path) -> NotebookFailed:
    """Say where and on what a notebook stopped, and which line of the cell failed, if known.

    `problem` is what stopped papermill; `executed` the notebook as far as it came, which is kept
    as `partial`.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    cell, traceback = _stopped_cell(read_cells(executed))
    if isinstance(problem, DeadKernelError):
        error = ["The kernel died: it was killed, ran out of memory, or a library crashed."]
    elif isinstance(problem, CellTimeoutError):
        error = ["The cell ran longer than its limit.", str(problem).splitlines()[0]]
    else:
        last = traceback[-ERROR_LINES:]
        shown = [line if len(line) <= LINE else f"{line[:LINE]} ..." for line in last]
        named = [number for number, line in enumerate(shown) if _NAMED.match(line)]
        error = shown[named[-1] if named else 0 :] or [""]
    first, *more = error
    pointed = next((found[1].strip() for line in traceback if (found := _POINTED.match(line))), "")
    lines = [
        f"{notebook.name} failed in {_name(notebook, cell)}: {first}",
        *(f"    {line}" for line in [*more, pointed] if line),
        f"What it had done by then: {partial}",
    ]
    code = DEAD_KERNEL if isinstance(problem, DeadKernelError) else FAILED
    return NotebookFailed("\n".join(pages.plain(line) for line in lines), partial, code)


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
