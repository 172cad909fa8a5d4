"""The form of the notebooks: what lets them be run by anyone, and read aloud."""

import ast
import re
from datetime import date

import nbformat
import pytest

import whowalkedaway
from notepress.run.notebooks import declared_parameters
from tradetalks.parameters import Parameters

# how a notebook, and papermill, knows what a parameter of a run is
KINDS = {date: "str", str: "str", int: "int", float: "float"}
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


def test_its_one_parameters_cell_agrees_with_the_model(notebook):
    (cell,) = tagged(notebook, "parameters")
    fields = Parameters.model_fields
    for line, node in zip(cell.source.splitlines(), ast.parse(cell.source).body, strict=True):
        assert isinstance(node, ast.AnnAssign), line
        name, value = node.target.id, ast.literal_eval(node.value)
        comment = line.partition("  # ")[2]
        default = fields[name].get_default()
        if fields[name].is_required():  # the raw tables of the dispute have it
            assert value is None
            assert node.annotation.id == KINDS[fields[name].annotation]
        else:
            assert value == (str(default) if not isinstance(value, bool | int | float) else default)
            assert node.annotation.id == type(value).__name__
        assert comment == fields[name].description


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


def test_it_declares_no_parameter_that_it_does_not_use(notebook):
    # a parameter in the cell is a reason to run the notebook again
    (cell,) = tagged(notebook, "parameters")
    code = "\n".join(other.source for other in code_cells(notebook) if other.id != cell.id)
    if "globals()[name] for name in NAMES" in code:
        return  # the report lists them all
    names = {node.target.id for node in ast.parse(cell.source).body}
    assert names <= {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def test_every_parameter_is_used_by_a_notebook():
    declared = {name for path in PATHS for name in declared_parameters(path)}
    assert declared == set(Parameters.model_fields)
