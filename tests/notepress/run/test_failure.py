"""A failed notebook tells what broke, where, and what is left of it; words stay words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from notepress.errors import NotebookFailed
from notepress.run.execute import execute

BROKEN = "limit = last * 2\nassert limit < 3, f'{limit} is too much'"


@pytest.fixture
def output(project: Path) -> Path:
    return project / "reports" / "base" / "notebooks" / "01-first.ipynb"


@pytest.fixture
def parameters(project: Path) -> Path:
    path = project / "parameters.yml"
    path.write_text('last: 2\nrun: "b<i>s"\n')
    return path


def fail(notebook: Path, output: Path, parameters: Path | None = None) -> str:
    with pytest.raises(NotebookFailed) as failure:
        execute(notebook, output, parameters)
    return str(failure.value)


def test_the_terminal_says_what_broke_where_and_what_is_left(
    make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    block = fail(make_notebook("x = 1", BROKEN), output, parameters)
    place = "01-first.ipynb failed in cell 4 of 4 (id cell-1)"
    assert block.splitlines() == [
        f"{place}: AssertionError: 4 is too much",
        "    assert limit < 3, f'{limit} is too much'",
        f"What it had done by then: {output.with_name('01-first.failed.ipynb')}",
    ]


def test_markup_of_an_error_is_shown_and_control_characters_are_not_obeyed(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    text = "<script>alert(1)</script>&amp;"
    notebook = make_notebook(f"raise ValueError({text!r} + chr(27) + ']0;title' + chr(7))")
    block = fail(notebook, output)
    assert text in block
    assert not set(block) & {"\x1b", "\x07", "\r"}


def test_an_error_of_many_and_long_lines_is_trimmed(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    block = fail(make_notebook(r"raise ValueError('\n'.join(['y' * 100_000] * 20))"), output)
    assert len(block) < 6_000
    assert block.count("yyyy ...") == 12


def test_what_a_failure_left_goes_when_the_notebook_succeeds(
    make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    fail(make_notebook(BROKEN), output, parameters)
    assert [path.name for path in output.parent.iterdir()] == ["01-first.failed.ipynb"]
    execute(make_notebook("x = 1"), output, parameters)
    assert [path.name for path in output.parent.iterdir()] == ["01-first.ipynb"]
