"""Measure what values and verdicts would be under other choices: the table behind the page."""

import json
from pathlib import Path

from notepress import prose
from notepress.outputs import write_json
from tradetalks.limits import beyond_tables, table_limits
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> list[Path]:
    """Write what_if.json, of the values that the report's notebook names."""
    (notebook,) = task.named("notebooks/", ".ipynb")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    wanted = {one for text in texts for one in prose.used_ids(text) | prose.conditions(text)}
    limits = table_limits(task.raw_dir)
    path = task.report / "what_if.json"
    write_json(path, tabulate(task.parameters, wanted, lambda one: beyond_tables(one, limits)))
    return [path]
