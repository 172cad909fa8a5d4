"""A failed notebook tells six things, on the terminal and on a page, and words stay words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest

from executed import execute
from notepress.errors import NotebookFailed

HASH = "3f9a1c" + "0" * 58
INPUTS = {"data/raw/rates.csv": HASH, "data/raw/steps.csv": HASH[::-1], "lock": "a" * 64}
BROKEN = "limit = last * 2\nassert limit < 3, f'{limit} is too much'"


@pytest.fixture
def output(project: Path) -> Path:
    return project / "reports" / "base" / "notebooks" / "01-first.ipynb"


@pytest.fixture
def parameters(project: Path) -> Path:
    path = project / "parameters.yml"
    path.write_text('last: 2\nrun: "b<i>s"\n')
    return path


def fail(notebook: Path, output: Path, parameters: Path | None = None, again: str = "") -> str:
    with pytest.raises(NotebookFailed) as failure:
        execute(notebook, output, parameters, inputs=INPUTS, again=again)
    return str(failure.value)


def words_of(page: Path) -> str:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(page.read_text())
    for element in ("script", "img"):
        assert not list(document.iter(element))
    return "".join(document.itertext())


def test_the_terminal_says_what_broke_where_and_which_page_has_the_rest(
    make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    block = fail(make_notebook("x = 1", BROKEN), output, parameters)
    place = "01-first.ipynb failed in cell 4 of 4 (id cell-1)"
    assert block.splitlines() == [
        f"{place}: AssertionError: 4 is too much",
        "    assert limit < 3, f'{limit} is too much'",
        f"All of this on a page: {output.with_name('01-first.failed.html')}",
    ]


def test_the_page_holds_all_six(
    make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    page = output.with_name("01-first.failed.html")
    fail(make_notebook("x = 1", BROKEN), output, parameters)
    told = words_of(page)
    assert "01-first.ipynb failed" in told
    assert "cell 4 of 4 (id cell-1)" in told
    assert "AssertionError: 4 is too much" in told
    for part in (*BROKEN.splitlines(), "last", "2", "run", "'b<i>s'", *INPUTS, *INPUTS.values()):
        assert part in told
    assert '<a href="01-first.failed.ipynb">' in page.read_text()


def test_the_page_begins_with_what_to_type_and_that_nothing_is_lost(
    make_notebook: Callable[..., Path], output: Path, parameters: Path
) -> None:
    output.parent.parent.mkdir(parents=True, exist_ok=True)
    (output.parent.parent / "report.html").write_text("the one made before")
    fail(make_notebook("x = 1", BROKEN), output, parameters, "make report RUN=base")
    page = output.with_name("01-first.failed.html").read_text()
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(page)
    parts = [one for one in document.iter() if one.tag in ("h1", "h2", "code")]
    told = [" ".join("".join(one.itertext()).split()) for one in parts]
    assert told[:3] == [
        "01-first.ipynb failed, and nothing is lost",
        "What to do",
        "make report RUN=base",
    ]
    assert told[3] == "python -m papermill", "this notebook alone, to look for the fault"
    assert '<a href="../report.html">The report</a> is still the one made before.' in page


def test_markup_and_control_characters_of_an_error_are_shown_and_not_obeyed(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    text = "<script>alert(1)</script><img src=x onerror=y>&amp;"
    notebook = make_notebook(f"raise ValueError({text!r} + chr(27) + ']0;title' + chr(7))")
    block = fail(notebook, output)
    assert text in block
    assert not set(block) & {"\x1b", "\x07", "\r"}
    assert text in words_of(output.with_name("01-first.failed.html"))


def test_an_error_of_many_and_long_lines_is_trimmed(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    block = fail(make_notebook(r"raise ValueError('\n'.join(['y' * 100_000] * 20))"), output)
    page = output.with_name("01-first.failed.html")
    assert len(block) < 6_000
    assert page.read_text().count("yyyy ...") == block.count("yyyy ...") == 12


def test_a_dead_kernel_has_its_page_too(make_notebook: Callable[..., Path], output: Path) -> None:
    fail(make_notebook("import os; os._exit(3)"), output)
    words = words_of(output.with_name("01-first.failed.html"))
    assert "The kernel died" in words
    assert "os._exit(3)" in words
    assert HASH in words
