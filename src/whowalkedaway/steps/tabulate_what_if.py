"""Measure what values and verdicts would be under other choices: the table behind the page."""

from pathlib import Path

from notepress.outputs import write_json
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> list[Path]:
    """Write what_if.json."""
    path = task.report / "what_if.json"
    write_json(path, tabulate(task.parameters))
    return [path]
