"""Small reports, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_notebook
from samples import REPORT, SOURCES, VALUES, Export, Page

from notepress.outputs import write_values
from notepress.print.export import export


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "reports" / "base"
    for part in ("notebooks", "tables"):
        (run / part).mkdir(parents=True)
    write_values(run / "values.json", VALUES)
    (run / "references.json").write_text(json.dumps(SOURCES))
    (run / "tables" / "rates.csv").write_text("day,rate_pct\n2019-05-10,10.0\n2019-06-01,15.6\n")
    return run


@pytest.fixture
def exported(folder: Path) -> Export:
    """Export cells as a report."""

    def make(cells: list[Any], file_format: str, **config: Any) -> Path:
        notebook = folder / "notebooks" / "06-report.ipynb"
        nbformat.write(new_notebook(cells=cells), notebook)
        path = folder / f"report.{file_format}"
        given = {
            "values_file": str(folder / "values.json"),
            "bibliography_file": str(folder / "references.json"),
            "document_date": "2019-06-04",
            "subtitle": "Two records",
            "version": "0.1.0",
            "edition": "3f9a1c",
            **config,
        }
        export(notebook, path, file_format, **given)
        return path

    return make


@pytest.fixture
def page(exported: Export) -> Page:
    made = exported(REPORT, "html", reproduce="make explain VALUE={id}")
    return Page(made.read_text())
