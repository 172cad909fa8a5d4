"""Put the values of all notebooks together."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from notepress import prose
from notepress.outputs import write, write_values
from notepress.values import by_topic, collect, merge, with_later
from whowalkedaway.inputs import run_beside
from whowalkedaway.readings import BESIDE, values_beside
from whowalkedaway.steps import Task


def make(task: Task) -> None:
    """Write values.json, and values.md, which lists for an author what is recorded.

    The former has as well, as not yet known, what the last day of the tables would add, so that the
    text can leave that out, and what the text names of the run that it lays beside this one.
    """
    parts = [collect(path) for path in task.named("report/notebooks/", ".ipynb")]
    recorded = merge(parts)
    recorded = with_later(recorded, json.loads(task.files["report/later.json"].read_bytes()))
    (report,) = task.named("notebooks/", ".ipynb")
    other, wanted = run_beside(task.raw_dir), _named_beside(report, recorded)
    if other and wanted:
        recorded = merge([recorded, values_beside(other, wanted, task.parameters)])
    path, listed = task.report / "values.json", task.report / "values.md"
    write_values(path, recorded)
    write(listed, by_topic(parts))


def _named_beside(report: Path, recorded: Iterable[dict[str, Any]]) -> set[str]:
    """The ids of values of another run that the text prints in this one."""
    known = {value["id"]: value for value in recorded}
    cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    named = {one for text in texts for one in prose.used_ids(prose.choose(text, known))}
    return {one for one in named if one.startswith(BESIDE)}
