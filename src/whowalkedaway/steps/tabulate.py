"""Measure what other choices would change, and what the last day of the tables would add.

Record by record first, in files that lie with the cleaned tables; then all are put together.
"""

import json
from pathlib import Path

from notepress.outputs import write_frame, write_json
from tradetalks.records import RECORDS
from whowalkedaway import ROOT
from whowalkedaway.builds import PLACES
from whowalkedaway.readings import joined_register, measure_beside
from whowalkedaway.steps import Task
from whowalkedaway.what_if import measure, tabulate


def make(task: Task) -> list[Path]:
    """Write the register of assumptions with later.json, or what_if.json, or one record for it."""
    step, given = task.step.replace("-", "_"), task.parameters
    whole, _, name = step.rpartition("_")
    if name in RECORDS:
        path = ROOT / PLACES["cleaned"] / task.run / f"{step}.json"
        write_json(path, (measure if whole == "what_if" else measure_beside)(given, name))
        return [path]
    files = (task.files[f"cleaned/{step}_{name}.json"] for name in RECORDS)
    parts = [json.loads(one.read_bytes()) for one in files]
    if step == "what_if":
        path = task.report / "what_if.json"
        write_json(path, tabulate(given, parts))
        return [path]
    path, later = task.report / "tables" / "register.csv", task.report / "later.json"
    write_frame(path, joined_register(given, [one["register"] for one in parts]))
    write_json(later, {name: unit for one in parts for name, unit in one["later"].items()})
    return [path, later]
