"""Put the values of all notebooks together."""

from pathlib import Path

from notepress.outputs import write_json
from notepress.values import collect, merge, with_later
from tradetalks.limits import table_limits
from whowalkedaway.readings import units_on
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json, with what the last day of the tables would add as not yet known.

    So the text can leave out what names that, and a misspelt name is told from it.
    """
    recorded = merge([collect(path) for path in task.named("report/notebooks/", ".ipynb")])
    limits = table_limits(task.raw_dir)
    if limits and str(task.parameters.as_of) < limits.last:
        recorded = with_later(recorded, units_on(task.parameters, limits.last))
    path = task.report / "values.json"
    write_json(path, recorded)
    return [path]
