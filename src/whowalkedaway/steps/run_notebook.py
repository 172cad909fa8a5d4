"""Run one notebook: its tables, figures and values, and the notebook with all of them."""

from pathlib import Path

from notepress.run.execute import execute
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Run the notebook after which the step is called."""
    name = f"{task.step}.ipynb"
    return execute(
        task.files[f"notebooks/{name}"],
        task.report / "notebooks" / name,
        task.build / "parameters" / f"{task.step}.yml",
        is_forked=task.is_forked,
        timeout=task.seconds,
        inputs=task.reads,
        again=task.again,
    )
