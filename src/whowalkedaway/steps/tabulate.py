"""Measure what other choices would change, and what the last day of the tables would add."""

from pathlib import Path

from notepress.outputs import write_frame, write_json
from whowalkedaway.readings import measure_register, units_later
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> list[Path]:
    """Write the register of assumptions, what_if.json or later.json, by the name of the step."""
    if task.step == "register":
        path = task.report / "tables" / "register.csv"
        write_frame(path, measure_register(task.parameters))
    elif task.step == "what-if":
        path = task.report / "what_if.json"
        write_json(path, tabulate(task.parameters))
    else:
        path = task.report / "later.json"
        write_json(path, units_later(task.parameters))
    return [path]
