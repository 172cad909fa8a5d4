"""Draw the picture of the report, with the findings that its notebook names for it."""

import json
from pathlib import Path

from notepress import values
from notepress.outputs import write
from notepress.print import card
from tradetalks.raw.descriptor import title_and_description
from whowalkedaway.steps import Task
from whowalkedaway.steps.report_words import report_metadata, version


def make(task: Task) -> list[Path]:
    """Write card.png, which is shown where somebody links to the report."""
    recorded = json.loads(task.files["report/values.json"].read_text(encoding="utf-8"))
    told = report_metadata(task)
    day = values.printed(str(task.parameters.as_of), "date")
    png = card.draw(
        *title_and_description(task.raw_dir),
        told.get("card", []),
        [f"Evidence up to {day}", f"Version {version(task)}", f"Edition {task.edition}"],
        {value["id"]: value for value in recorded},
        allowed_names=told.get("names", []),
    )
    path = task.report / "card.png"
    write(path, png)
    return [path]
