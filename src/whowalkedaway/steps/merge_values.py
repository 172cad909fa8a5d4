"""Put the values of all notebooks together."""

import json
from pathlib import Path

from notepress.outputs import write, write_json
from notepress.prose import asks_for_more
from notepress.values import by_topic, collect, merge, with_later
from tradetalks.limits import table_limits
from whowalkedaway import NOTEBOOKS
from whowalkedaway.inputs import notebook_file
from whowalkedaway.readings import units_on
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json, and values.md, which lists what is recorded for an author.

    Where the report's text names what this run does not know, the list also has what it would
    know on the last day of the tables, as not yet known: so that the text can leave out what
    names that, and a misspelt name is told from it.
    """
    parts = [collect(path) for path in task.named("report/notebooks/", ".ipynb")]
    recorded = merge(parts)
    report = notebook_file(NOTEBOOKS[-1], task.raw_dir).read_text(encoding="utf-8")
    cells = json.loads(report)["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    limits = table_limits(task.raw_dir)
    if limits and asks_for_more(texts, {value["id"]: value for value in recorded}):
        recorded = with_later(recorded, units_on(task.parameters, limits.last))
    path, listed = task.report / "values.json", task.report / "values.md"
    write_json(path, recorded)
    write(listed, by_topic(parts))
    return [path, listed]
