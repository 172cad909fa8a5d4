"""Measure what other choices would change, and what the last day of the tables would add."""

import json
from pathlib import Path

from notepress.outputs import write_frame, write_json
from tradetalks.records import RECORDS
from whowalkedaway import ROOT
from whowalkedaway.builds import PLACES
from whowalkedaway.readings import measure_register, units_later
from whowalkedaway.steps import Task
from whowalkedaway.what_if import measure, tabulate


def make(task: Task) -> list[Path]:
    """Write the register of assumptions, later.json, or what_if.json, by the name of the step.

    What one record states under other choices lies with the cleaned tables, for what_if.json.
    """
    if task.step == "register":
        path = task.report / "tables" / "register.csv"
        write_frame(path, measure_register(task.parameters))
    elif task.step == "later":
        path = task.report / "later.json"
        write_json(path, units_later(task.parameters))
    elif task.step == "what-if":
        path = task.report / "what_if.json"
        files = (task.files[f"cleaned/what_if_{name}.json"] for name in RECORDS)
        write_json(path, tabulate(task.parameters, [json.loads(one.read_bytes()) for one in files]))
    else:
        name = task.step.removeprefix("what-if-")
        path = ROOT / PLACES["cleaned"] / task.run / f"what_if_{name}.json"
        write_json(path, measure(task.parameters, name))
    return [path]
