"""Executed notebooks as a code host shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat

from executed import execute
from notepress.run.notebooks import Notebook, to_read

CELLS = (
    "press.record([fact('rate', 14.18, 'percent')], None)",
    "import pandas as pd\nframe = pd.DataFrame({'day': [1, 2]})\nframe",
    "press.table('days', frame)",
)


def test_each_output_is_there_once_and_none_that_only_the_press_reads(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    executed = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    execute(make_notebook(*CELLS), executed)
    text = to_read(executed)
    nbformat.validate(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]
    assert "vnd.notepress" not in text
    assert "<style" not in text
    cells = json.loads(text)["cells"]
    kinds = [[*one["data"]] for cell in cells for one in cell.get("outputs", [])]
    assert kinds == [["text/html"], ["text/html"]]


def test_of_the_code_only_the_cells_that_something_links_to_are_listed() -> None:
    book = Notebook("first", "First", {"one": "a = 1", "two": "b = 2"}, {"table": "two"})
    listed = [{"id": "two", "anchor": "code-first--two", "source": "b = 2"}]
    assert book.listing(["two", "three"]) == listed
    assert book.anchor("three") == ""
