"""Put the values of all notebooks together, and hold the register's start against them."""

import json
from pathlib import Path

from notepress.errors import all_problems
from notepress.outputs import write_json
from notepress.values import collect, merge
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write values.json; PressError where the register starts from other values."""
    values = merge([collect(path) for path in task.named("report/notebooks/", ".ipynb")])
    home = json.loads(task.files["build/register-home.json"].read_text(encoding="utf-8"))
    texts = {value["id"]: value["text"] for value in values}
    problems = [
        f"{value_id}: {texts.get(value_id, 'nothing')} in the run, {text or 'nothing'} by the "
        "tagged cells alone"
        for value_id, text in home.items()
        if text != texts.get(value_id, "")
    ]
    if problems:
        remedy = "tag `headline` each cell that records these values, or alters what they rest on"
        raise all_problems("the register of assumptions", problems, remedy)
    path = task.report / "values.json"
    write_json(path, values)
    return [path]
