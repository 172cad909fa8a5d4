"""What page, PDF and picture of a report say of it, beside its notebook."""

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from notepress.errors import all_problems
from notepress.prose import typed_numbers
from tradetalks.checks import shown_path
from tradetalks.raw.descriptor import DESCRIPTOR, title_and_description
from whowalkedaway.steps import Task


def version(task: Task) -> str:
    """The version of the project."""
    project = tomllib.loads(task.files["pyproject.toml"].read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def heads(raw_dir: Path, names: Collection[str]) -> tuple[str, str]:
    """Title and description of the raw tables, which head the report.

    `names` may have digits; PressError where others are typed into them.
    """
    title, description = title_and_description(raw_dir)
    typed = [
        f"{part}: {what}"
        for part, text in (("title", title), ("description", description))
        for what in typed_numbers(text, names)
    ]
    if typed:
        remedy = "mend them there: the head of the report takes its numbers by their ids, {{id}}"
        raise all_problems(shown_path(raw_dir / DESCRIPTOR), typed, remedy)
    return title, description


def report_metadata(task: Task) -> dict[str, Any]:
    """What the notebook of the report says for the press in its own metadata."""
    (notebook,) = task.named("notebooks/", ".ipynb")
    report = json.loads(notebook.read_text(encoding="utf-8"))
    return dict(report["metadata"].get("notepress", {}))


def cited(task: Task) -> dict[str, Any]:
    """The project as CITATION.cff has it, by the author whom the notebook of the report names."""
    file = task.files["CITATION.cff"]
    try:
        project: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        authors(project)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        why = " ".join(str(error).split())
        raise all_problems(file.name, [f"cannot be used: {why}"], "mend it there") from None
    told = report_metadata(task)
    return project | ({"authors": [{"name": told["author"]}]} if told.get("author") else {})


def authors(cff: Mapping[str, Any]) -> list[str]:
    """The authors of a CITATION.cff by name: organisations, or persons."""
    return [
        str(one.get("name") or f"{one['given-names']} {one['family-names']}")
        for one in cff["authors"]
    ]
