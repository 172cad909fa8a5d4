"""Put the values of all notebooks together."""

from pathlib import Path

from notepress.outputs import write_json
from notepress.values import collect, merge
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json."""
    path = task.report / "values.json"
    write_json(path, merge([collect(path) for path in task.named("report/notebooks/", ".ipynb")]))
    return [path]
