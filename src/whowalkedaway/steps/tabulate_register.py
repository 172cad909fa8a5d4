"""Make the register of assumptions: what another value of each parameter would change."""

from pathlib import Path

from notepress.outputs import write_frame
from whowalkedaway.readings import measure_register
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write the register."""
    table = task.report / "tables" / "register.csv"
    write_frame(table, measure_register(task.parameters))
    return [table]
