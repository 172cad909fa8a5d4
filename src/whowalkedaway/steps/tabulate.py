"""Measure what other choices would change, for the register and for the page's what-if."""

from pathlib import Path

from notepress.outputs import write_frame, write_json
from whowalkedaway.readings import measure_register
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> list[Path]:
    """Write the register of assumptions or what_if.json, whichever the step is called after."""
    if task.step == "register":
        path = task.report / "tables" / "register.csv"
        write_frame(path, measure_register(task.parameters))
    else:
        path = task.report / "what_if.json"
        write_json(path, tabulate(task.parameters))
    return [path]
