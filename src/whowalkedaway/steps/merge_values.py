"""Put the values of all notebooks together."""

from pathlib import Path

from notepress.outputs import write, write_json
from notepress.values import by_topic, collect, merge, with_later
from tradetalks.limits import table_limits
from whowalkedaway.readings import units_on
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json, and values.md, which lists for an author what is recorded.

    The former has what the last day of the tables would add as not yet known, so that the text can
    leave out what names that, and a misspelt name is told from it.
    """
    parts = [collect(path) for path in task.named("report/notebooks/", ".ipynb")]
    recorded = merge(parts)
    limits = table_limits(task.raw_dir)
    if limits and str(task.parameters.as_of) < limits.last:
        recorded = with_later(recorded, units_on(task.parameters, limits.last))
    path, listed = task.report / "values.json", task.report / "values.md"
    write_json(path, recorded)
    write(listed, by_topic(parts))
    return [path, listed]
