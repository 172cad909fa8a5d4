"""The same notebook gives the same bytes; what cannot be exported is named."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook
from samples import REPORT, Export, text

from notepress.print.export import export


@pytest.mark.parametrize("file_format", ["html", "pdf"])
def test_the_same_notebook_gives_the_same_bytes(
    exported: Export, file_format: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = exported(REPORT, file_format).read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.chdir(tmp_path)
    path = exported(REPORT, file_format)
    assert path.read_bytes() == first


def test_an_unchanged_report_keeps_its_time(folder: Path) -> None:
    notebook = folder / "notebooks" / "06-report.ipynb"
    nbformat.write(new_notebook(cells=[text("# T\n\nText.")]), notebook)
    page = folder / "a.html"
    export(notebook, page, "html")
    os.utime(page, (1, 1))
    export(notebook, page, "html")
    assert page.stat().st_mtime == 1


def test_a_picture_of_the_first_page_is_written_where_one_is_named(folder: Path) -> None:
    notebook = folder / "notebooks" / "06-report.ipynb"
    nbformat.write(new_notebook(cells=[text("# T\n\nText.")]), notebook)
    export(notebook, folder / "a.pdf", "pdf")
    assert not list(folder.glob("*.png"))
    drawn = []
    for _ in range(2):
        export(notebook, folder / "a.pdf", "pdf", first_page="page.png")
        drawn.append((folder / "page.png").read_bytes())
    assert drawn[0].startswith(b"\x89PNG") and drawn[0] == drawn[1]
