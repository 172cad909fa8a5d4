"""Notebooks that nobody here wrote: printed with their code, and what no page can show is named."""

# ruff: noqa: E501

from __future__ import annotations

import base64
import json
import logging
import re
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notepress.errors import PressError
from notepress.print.export import FORMATS
from notepress.print.report import CONFIG

DOT = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
).decode()


def shows(data: dict[str, Any]) -> Any:
    return new_output("display_data", data)


def wide(columns: int) -> str:
    head = "".join(f"<th>measurement_{n}</th>" for n in range(columns))
    return f"<style>a</style><table><tr>{head}</tr><tr>{'<td>1</td>' * columns}</tr></table>"


NOTEBOOKS: dict[str, list[Any]] = {
    "tables": [
        new_markdown_cell("# A title of 2019\n\n| a | b |\n|---|---|\n| 1 | {{x}} |\n\n- @somebody\n\n---\n"),
        new_code_cell("frame", outputs=[shows({"text/html": wide(n)}) for n in (3, 40)]),
    ],
    "figures": [
        new_markdown_cell(
            "### Deep\n![dot](attachment:dot.png), ![far/off.png](https://example.org/x)\n\n##### Content",
            attachments={"dot.png": {"image/png": DOT}},
        ),
        new_code_cell(
            "plot()",
            outputs=[
                shows({"image/png": DOT, "text/plain": "<Figure size 1x1>"}),
                shows({"image/svg+xml": '<svg width="9" height="9"><g id="a"/><g id="a"/></svg>'}),
                shows({"application/vnd.plotly.v1+json": {}}),
                shows({"image/png": '"><script>no picture</script>'}),
                shows({"image/svg+xml": '<svg width="9" height="9"><script>a()</script></svg>'}),
            ],
        ),
    ],
    "mathematics": [
        new_markdown_cell(
            "Inline $x_1$, then\n\\begin{align}\na &= b \\label{one}\\\\\nc &= d\n\\end{align}\n\n"
            "$$\\begin{equation}e = \\undefinedmacro{f}\\end{equation}$$\n<b>bold</b> <iframe></iframe>"
        ),
        new_code_cell("f", outputs=[shows({"text/latex": "$\\displaystyle \\frac{1}{2}$"})]),
    ],
    "errors and long code": [
        new_markdown_cell("<div>\n    <img src='./indented.jpeg'></img>\n</div>"),
        new_code_cell(
            "\n".join(f"value_{n} = 'a long line of code '  # {'x' * 90}" for n in range(120)),
            outputs=[
                new_output("stream", text="\x1b[31mred\x1b[0m\n"),
                new_output("error", ename="E", evalue="v", traceback=["\x1b[1mE\x1b[0m: {{x}} ```"]),
                shows({"text/plain": "<a.B object at 0x7f>"}),
            ],
        ),
    ],
}  # fmt: skip
LEFT_OUT = {
    "tables": [],
    "figures": [
        *("Image far/off.png", "An output of application/vnd.plotly.v1+json"),
        *("An output of image/png", "An output of image/svg+xml"),
    ],
    "mathematics": ["HTML: iframe"],
    "errors and long code": [],
}


def printed(notebook: Path, file_format: str) -> tuple[bytes, list[str]]:
    said: list[str] = []
    exporter = FORMATS[file_format]()
    exporter.log = logging.Logger("printing")
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    exporter.log.addHandler(handler)
    document, _ = exporter.from_filename(str(notebook))
    return (document if isinstance(document, bytes) else document.encode()), said


@pytest.mark.parametrize("kind", NOTEBOOKS)
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_notebook_of_others_is_printed_twice_alike_and_what_is_lost_is_named(
    tmp_path: Path, kind: str, file_format: str
) -> None:
    path = tmp_path / f"{kind}.ipynb"
    nbformat.write(new_notebook(cells=NOTEBOOKS[kind]), path)
    document, said = printed(path, file_format)
    told = [line.removeprefix("not printed: ") for line in said if line.startswith("not printed")]
    assert told == LEFT_OUT[kind]
    assert printed(path, file_format)[0] == document
    if file_format == "pdf":
        path.with_suffix(".pdf").write_bytes(document)
        with pikepdf.open(path.with_suffix(".pdf")) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert len(pdf.pages) > (kind == "errors and long code"), "its lines are kept apart"
            assert str(pdf.docinfo["/Title"]) == ("A title of 2019" if kind == "tables" else kind)
    else:
        assert b"@somebody" in document or kind != "tables"
        assert b"{{x}}" in document or kind not in ("tables", "errors and long code")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_picture_beside_the_notebook_is_printed_and_none_from_elsewhere(
    tmp_path: Path, file_format: str
) -> None:
    (tmp_path / "here" / "in it").mkdir(parents=True)
    for name in ("here/in it/a.png", "outside.png"):
        (tmp_path / name).write_bytes(base64.b64decode(DOT))
    drawn = '<svg width="9" height="9"><g/></svg>'
    (tmp_path / "here" / "drawn.svg").write_text(drawn)
    (tmp_path / "here" / "runs.svg").write_text(drawn.replace("<g/>", "<script>a()</script>"))
    beside = "![one](in%20it/a.png)\n\n![two](../outside.png)\n\n![three](drawn.svg)"
    cell = new_markdown_cell(f"{beside}\n\n![four](runs.svg)")
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "here" / "one.ipynb")
    document, said = printed(tmp_path / "here" / "one.ipynb", file_format)
    assert [line for line in said if line.startswith("not printed")] == [
        *("not printed: Image two", "not printed: Image four")
    ]
    if file_format == "html":
        assert (b"alt=one" in document, document.count(b"data:image/png")) == (True, 1)


def test_an_empty_cell_heads_no_column_and_tables_are_told_apart(tmp_path: Path) -> None:
    head = "<thead><tr><th></th><th>rate</th></tr></thead>"
    frame = f"<table>{head}<tbody><tr><th>0</th><td>1</td></tr></tbody></table>"
    cell = new_code_cell("frame", outputs=[shows({"text/html": frame}) for _ in range(2)])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    page = printed(tmp_path / "one.ipynb", "html")[0].decode()
    assert page.count("rate") >= 2
    assert re.findall(r"<th scope=[^>]*>\s*(?=<)", page) == []
    assert {*re.findall(r'aria-label="(Table[^"]*)"', page)} == {
        f"Table without a name, {number}" for number in (1, 2)
    }


def test_the_notebook_of_a_run_asks_for_what_the_run_says(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "report.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("{{rate}}")]), path)
    (tmp_path / CONFIG).write_text(json.dumps({}))
    with pytest.raises(PressError, match=f"add --config={tmp_path / CONFIG}"):
        printed(path, "html")
