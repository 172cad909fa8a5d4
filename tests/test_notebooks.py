"""The form of the notebooks: what lets them be run by anyone, and read aloud."""

import ast
import re

import nbformat
import pytest

import whowalkedaway
from notepress.run.notebooks import declared_parameters
from tradetalks.parameters import Parameters

PATHS = sorted((whowalkedaway.ROOT / "notebooks").glob("*.ipynb"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    found = nbformat.read(request.param, as_version=4)
    found.metadata["stem"] = request.param.stem
    return found


def test_these_are_the_notebooks_of_the_pipeline():
    assert [path.stem for path in PATHS] == list(whowalkedaway.NOTEBOOKS)


def test_it_is_valid_and_was_committed_without_outputs(notebook):
    stem = notebook.metadata.pop("stem")
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3", stem
    assert all(cell.get("id") for cell in notebook.cells)
    assert all(not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", cell.id) for cell in notebook.cells)
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_it_opens_with_a_title_and_what_it_reads_and_writes(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    title, _, paragraph = first.source.partition("\n\n")
    assert title.startswith("# ")
    assert len(paragraph.split()) > 15


def test_its_code_has_no_hidden_state(notebook):
    for cell in code_cells(notebook):
        assert not re.search(r"^\s*[%!]|import \*|input\(", cell.source, re.MULTILINE), cell.id
        assert len(cell.source.splitlines()) <= 30, cell.id
        ast.parse(cell.source)


def test_a_cell_that_draws_does_nothing_else(notebook):
    drawing = {cell.id for cell in code_cells(notebook) if "press.figure(" in cell.source}
    assert drawing == {cell.id for cell in tagged(notebook, "figure")}
    for cell in tagged(notebook, "figure"):
        assert not re.search(r"press\.(record|value|table|save_frame)\(", cell.source), cell.id


def test_run_by_hand_it_checks_what_it_was_given(notebook):
    (setup,) = (cell for cell in code_cells(notebook) if cell.id == "setup")
    assert f'press = Press(project / "reports", "{notebook.metadata.stem}")' in setup.source
    told = "    press.given = settled(globals(), project)  # as make does before it starts\n"
    assert f"if press.is_by_hand:\n{told}    globals().update(press.given)" in setup.source


def test_every_parameter_is_used_by_a_notebook():
    declared = {name for path in PATHS for name in declared_parameters(path)}
    assert declared == set(Parameters.model_fields)
