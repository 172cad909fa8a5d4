"""What page, PDF and picture of a report say of it, beside its notebook."""

import json
import tomllib
from typing import Any

from whowalkedaway.steps import Task


def version(task: Task) -> str:
    """The version of the project."""
    project = tomllib.loads(task.files["pyproject.toml"].read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def report_metadata(task: Task) -> dict[str, Any]:
    """What the notebook of the report says for the press in its own metadata."""
    (notebook,) = task.named("notebooks/", ".ipynb")
    report = json.loads(notebook.read_text(encoding="utf-8"))
    return dict(report["metadata"].get("notepress", {}))
