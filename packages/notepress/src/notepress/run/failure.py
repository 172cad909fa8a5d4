"""What a person needs when a notebook stopped: on a terminal, and as a page beside the notebook."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from notepress import outputs, pages
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


def failure_of(
    said: str,
    notebook: Path,
    executed: Path,
    partial: Path,
    *,
    parameters: Path,
    inputs: Mapping[str, str],
    again: str,
    rerun: str,
) -> NotebookFailed:
    """Write a page on where a notebook stopped and on what; return what a terminal shows of it.

    `said` is what papermill said; `executed` is the notebook as far as it came, kept as `partial`.
    `inputs` maps what it reads to SHA-256; `again` goes on with the run, `rerun` runs it alone.
    """
    import pandas as pd
    import yaml

    # a notebook that declares none has an empty file
    injected = yaml.safe_load(parameters.read_text(encoding="utf-8")) or {}
    cell, traceback = _stopped_cell(read_cells(executed))
    error, exit_code = traceback[-ERROR_LINES:], FAILED
    if "DeadKernelError" in said:
        error = ["The kernel died: it was killed, ran out of memory, or a library crashed."]
        exit_code = DEAD_KERNEL
    elif "CellTimeoutError" in said:
        error = ["The cell ran longer than its limit."]
    error = [line if len(line) <= LINE else f"{line[:LINE]} ..." for line in error]
    place, page = _place(notebook, cell), partial.with_suffix(".html")
    read = pd.DataFrame(sorted(inputs.items()), columns=["File", "SHA-256"])
    given = pages.definitions((name, repr(value)) for name, value in injected.items())
    blocks = [
        _to_do(f"{place} of {notebook.name}", again, rerun, partial),
        pages.section("Error", pages.code("\n".join(error), name="Error")),
        pages.section("Cell", pages.code("".join(cell.get("source", "")))),
        pages.section("Parameters", given if injected else pages.paragraph("None.")),
        *([pages.section("Inputs", pages.table(read, title="What it reads"))] if inputs else []),
    ]
    title = f"{notebook.name} failed, and nothing is lost"
    outputs.write(page, pages.page(title, blocks, subtitle=f"It stopped in {place}"))

    named = [number for number, line in enumerate(error) if _NAMED.match(line)]
    first, *more = error[named[-1] if named else 0 :] or [""]
    more += [found[1].strip() for line in traceback if (found := _POINTED.match(line))][:1]
    lines = [
        f"{notebook.name} failed in {place}: {first}",
        *(f"    {line}" for line in more if line),
        f"All of this on a page: {page}",
    ]
    return NotebookFailed("\n".join(map(pages.plain, lines)), exit_code)


def _to_do(what: str, again: str, rerun: str, partial: Path) -> Markup:
    """What to type, and what there is: of a run, its report and the notebook as far as it came."""
    alone = pages.code(rerun, name="Command")
    goes_on = [pages.code(again, name="Command"), pages.fold("This notebook alone", alone)]
    blocks = [pages.paragraph(f"Mend {what}, or what it reads. Then type:")]
    blocks += goes_on if again else [alone]
    if (partial.parent.parent / "report.html").is_file():
        whole = pages.link("The report", "../report.html")
        blocks.append(pages.paragraph(whole, " is still the one made before."))
    kept = pages.link(partial.name, partial.name)
    blocks.append(pages.paragraph("What the notebook had done by then is kept in ", kept, "."))
    return pages.section("What to do", *blocks)


def _stopped_cell(cells: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Return the cell that failed, or else the last one that started, and its traceback."""
    started: dict[str, Any] = {}
    for cell in cells:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                lines = ANSI.sub("", "\n".join(output["traceback"])).splitlines()
                return cell, [line for line in lines if line.strip(" -")]
        if cell["metadata"].get("papermill", {}).get("start_time"):
            started = cell
    return started, []


def _place(notebook: Path, cell: Mapping[str, Any]) -> str:
    """Name a cell as a person finds it in the source notebook: the injected one is not there."""
    if not cell:
        return "its first cell"
    ids = [one["id"] for one in read_cells(notebook)]
    if cell["id"] in ids:
        return f"cell {ids.index(cell['id']) + 1} of {len(ids)} (id {cell['id']})"
    return "the cell of injected parameters"
