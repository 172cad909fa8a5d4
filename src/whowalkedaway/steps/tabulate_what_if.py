"""Measure what values and verdicts would be under other choices: the table behind the page."""

from pathlib import Path

from notepress.outputs import write_json
from tradetalks.limits import beyond_tables, table_limits
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> list[Path]:
    """Write what_if.json."""
    limits = table_limits(task.raw_dir)
    path = task.report / "what_if.json"
    write_json(path, tabulate(task.parameters, lambda tried: beyond_tables(tried, limits)))
    return [path]
