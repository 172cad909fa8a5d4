"""A run leaves all of its results or none, and the same ones every time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from executed import execute
from notepress.errors import NotebookFailed, PressError
from notepress.run.notebooks import declared_parameters

WRITES = 'press.save_frame("../data/table.csv", pd.DataFrame({"n": range(last)}))'


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]


@pytest.fixture
def output(project: Path) -> Path:
    return project / "reports" / "base" / "notebooks" / "01-first.ipynb"


@pytest.fixture
def parameters(project: Path) -> Path:
    path = project / "parameters.yml"
    path.write_text("last: 2\n")
    return path


def test_parameters_are_injected(
    project: Path, make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    made = execute(make_notebook(WRITES), output, parameters)
    assert made == [project / "data" / "table.csv", output]
    cells = json.loads(output.read_text())["cells"]
    assert (project / "data" / "table.csv").read_text() == "n\n0\n1\n"
    assert [cell["id"] for cell in cells][:2] == ["parameters", "injected-parameters"]
    assert "".join(cells[1]["source"]).strip() == "# Parameters\nlast = 2"


def test_two_runs_give_the_same_bytes_and_the_second_leaves_time_stamps(
    project: Path, make_notebook: Callable[..., Path], output: Path
) -> None:
    notebook = make_notebook(
        WRITES,
        "import sys, warnings\nwarnings.warn('old')\nprint(object(), flush=True)\n"
        "print('more')\nprint(sys.prefix + '/x', file=sys.stderr)",
        "object()",
        "pd.DataFrame({'a': [1]}).style",
    )
    notebook.write_text(notebook.read_text().replace(".style", ".style.set_uuid('u')"))
    made = execute(notebook, output)
    first = output.read_bytes()
    os.utime(project / "data" / "table.csv", (1, 1))
    os.utime(output, (1, 1))
    assert execute(notebook, output) == made
    assert output.read_bytes() == first
    assert output.stat().st_mtime == (project / "data" / "table.csv").stat().st_mtime == 1


def test_executed_notebook_names_no_machine_time_or_interpreter(
    project: Path, make_notebook: Callable[..., Path], output: Path
) -> None:
    notebook = make_notebook(
        "import os, sys, warnings\nwarnings.warn('old')\nprint(os.getcwd() + '/here')\n"
        "print(sys.prefix + '/lib', os.environ['NOTEPRESS_STAGE'] + '/x')\nobject()"
    )
    execute(notebook, output)
    text = output.read_text()
    executed = json.loads(text)
    assert str(project) not in text
    assert "notebooks/here" in text
    assert "ipykernel_" not in text
    assert "0x7" not in text
    assert executed["metadata"]["papermill"] == {"parameters": {}}
    assert "version" not in executed["metadata"]["language_info"]
    assert not any("execution" in cell["metadata"] for cell in executed["cells"])


def test_failure_keeps_earlier_results_and_says_what_to_do(
    project: Path, make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    execute(make_notebook(WRITES), output)
    table = project / "data" / "table.csv"
    before = (output.read_bytes(), table.read_bytes())
    broken = make_notebook("press.save_frame('../data/table.csv', pd.DataFrame({'n': [9]}))", "1/0")
    with pytest.raises(NotebookFailed) as failure:
        execute(broken, output, parameters)
    message = str(failure.value)
    assert failure.value.exit_code == 1
    assert "01-first.ipynb failed in cell 4 of 4 (id cell-1)" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "\x1b" not in message
    assert (output.read_bytes(), table.read_bytes()) == before
    partial = output.with_name("01-first.failed.ipynb")
    assert "ZeroDivisionError" in partial.read_text()
    assert not hidden(project)


def test_dead_kernel_has_the_exit_code_of_a_killed_process(
    project: Path, make_notebook: Callable[..., Path], output: Path
) -> None:
    with pytest.raises(NotebookFailed, match="kernel died") as failure:
        execute(make_notebook("print('so far')", "import os; os._exit(3)"), output)
    assert failure.value.exit_code == 138
    assert "(id cell-1)" in str(failure.value)
    assert "so far" in output.with_suffix(".failed.ipynb").read_text()
    assert not hidden(project)


def test_an_open_figure_does_not_stray_into_the_notebook(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    execute(make_notebook("from matplotlib import pyplot\npyplot.plot([1, 2])\nNone"), output)
    assert "image/png" not in output.read_text()


def test_only_what_a_parameters_cell_assigns_is_a_parameter(
    make_notebook: Callable[..., Path],
) -> None:
    notebook = make_notebook()
    book = json.loads(notebook.read_text())
    (cell,) = (one for one in book["cells"] if "parameters" in one["metadata"].get("tags", []))
    cell["source"] = "groups = [g for g in 'ab']\nlast: int = 1"
    notebook.write_text(json.dumps(book))
    assert declared_parameters(notebook) == ["groups", "last"]


def test_cells_without_ids_are_refused_and_what_is_no_notebook(
    make_notebook: Callable[..., Path],
) -> None:
    notebook = make_notebook()
    assert declared_parameters(notebook) == ["run", "last"]
    notebook.write_text(notebook.read_text().replace('"id": "start",', ""))
    with pytest.raises(PressError, match=r"cells \[2\] have no id"):
        declared_parameters(notebook)
    for text in ("{}", "[]", '{"cells": [', '{"cells": {}, "metadata": {}}'):
        notebook.write_text(text)
        with pytest.raises(PressError, match="is no notebook"):
            declared_parameters(notebook)
    with pytest.raises(FileNotFoundError):
        declared_parameters(notebook.with_name("none.ipynb"))
