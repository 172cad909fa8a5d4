"""A project with one small notebook, built for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = 'run = "base"  # name of the run\nlast = 3  # how many\n'
START = """
import pandas as pd
from matplotlib.figure import Figure
from notepress import Press
from types import SimpleNamespace

press = Press("../reports")

def fact(value_id, value, unit="count", rows={}, function=None):
    said = {"value_id": value_id, "value": value, "unit": unit, "definition": "Some."}
    unsaid = dict.fromkeys(("digits", "text", "known"))
    return SimpleNamespace(**said, rows=rows, function=function, **unsaid)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as a project has it: notebooks/, reports/."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


@pytest.fixture
def make_notebook(project: Path) -> Callable[..., Path]:
    """Write a notebook of the given cells: text that starts with # and a space is Markdown."""

    def make(*cells: str, name: str = "01-first.ipynb", start: str = START) -> Path:
        made = [
            new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
            new_code_cell(start, id="start"),
        ]
        for number, text in enumerate(cells):
            new = new_markdown_cell if text.startswith("# ") else new_code_cell
            made.append(new(text, id=f"cell-{number}"))
        path = project / "notebooks" / name
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
        return path

    return make
