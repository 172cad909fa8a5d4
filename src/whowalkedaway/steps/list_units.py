"""List the values that a report of the last day of the raw tables would have, with their units."""

from pathlib import Path

from notepress.outputs import write_json
from tradetalks.limits import table_limits
from whowalkedaway.readings import units_on
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write units.json, by which a value that is not known yet is told from a misspelt one."""
    limits = table_limits(task.raw_dir)
    path = task.report / "units.json"
    write_json(path, units_on(task.parameters, limits.last if limits else ""))
    return [path]
