"""Put the values of all notebooks together."""

import json
from pathlib import Path

from notepress.outputs import write_json
from notepress.values import collect, merge, with_later
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json, in which values of a later day are named as not yet known."""
    path = task.report / "values.json"
    units = json.loads(task.files["report/units.json"].read_text(encoding="utf-8"))
    recorded = merge([collect(path) for path in task.named("report/notebooks/", ".ipynb")])
    write_json(path, with_later(recorded, units))
    return [path]
