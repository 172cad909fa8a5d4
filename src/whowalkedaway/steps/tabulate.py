"""Measure what other choices would change, and what the last day of the tables would add.

The register record by record first, in files that lie with the cleaned tables; then put together.
"""

import json

from notepress.outputs import write_frame, write_json
from tradetalks.records import RECORDS
from whowalkedaway import ROOT
from whowalkedaway.builds import PLACES
from whowalkedaway.readings import joined_register, measure_beside
from whowalkedaway.steps import Task
from whowalkedaway.what_if import tabulate


def make(task: Task) -> None:
    """Write the register of assumptions with later.json, or one record for it, or what_if.json."""
    if task.step == "what-if":
        path = task.report / "what_if.json"
        write_json(path, tabulate(task.parameters))
        return
    files = {
        name: ROOT / PLACES["cleaned"] / task.run / f"register_{name}.json" for name in RECORDS
    }
    if name := task.step.partition("-")[2]:
        write_json(files[name], measure_beside(task.parameters, name))
        return
    parts = [json.loads(path.read_bytes()) for path in files.values()]
    path, later = task.report / "tables" / "register.csv", task.report / "later.json"
    write_frame(path, joined_register(task.parameters, [one["register"] for one in parts]))
    write_json(later, {name: unit for one in parts for name, unit in one["later"].items()})
