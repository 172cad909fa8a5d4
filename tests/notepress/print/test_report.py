"""Page and PDF show the same things."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_output
from samples import (
    ON_SCREEN,
    REPORT,
    SVG,
    VALUES,
    Export,
    Page,
    code,
    figure,
    output,
    structure,
    table,
    text,
)

from notepress.errors import PressError
from notepress.values import VALUES_MIME, as_output


def test_what_is_for_the_screen_alone_is_not_on_paper(exported: Export) -> None:
    cells = [
        *REPORT[:1],
        text("## Aside\n\nWorth {{money}}, see @fig-more.", "aside", tags=ON_SCREEN),
        code(figure("more", title="More"), cell_id="more", tags=ON_SCREEN),
        *REPORT[1:],
        code(table("long"), cell_id="long", tags=ON_SCREEN),
    ]
    (exported(cells, "pdf").parent / "tables" / "more.csv").write_text("x\n1\n")
    page = Page(exported(cells, "html").read_text())
    assert {"num-money", "fig-more", "tbl-long"} <= {found.get("id") for _, found in page.elements}
    # paper and screen give the same numbers to what both have
    assert "Figure\u00a01 It rose" in page.text
    assert "Figure\u00a0S1 More" in page.text
    assert "Table\u00a0S1 Every step" in page.text
    assert exported(cells, "pdf").read_bytes() == exported(REPORT, "pdf").read_bytes()


def test_a_source_has_one_number_on_paper_and_screen(exported: Export) -> None:
    cells = [
        text("On screen [@wire; @paper].", "aside", tags=ON_SCREEN),
        text("On both [@paper].", "both"),
    ]
    page = Page(exported(cells, "html").read_text())
    assert "On screen [1, 2]. On both [1]." in page.text
    assert "[1] C. P. Bown. Żółty papier" in page.text
    assert "[2] Agency. Wire" in page.text
    assert exported(cells, "pdf").read_bytes() == exported(cells[1:], "pdf").read_bytes()


def test_outputs_of_every_known_kind_are_shown(exported: Export) -> None:
    png = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
        "lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    cells = [
        code(
            new_output("stream", name="stderr", text="\x1b[31ma warning\x1b[0m"),
            output({"text/plain": "some text"}),
            new_output("execute_result", {"text/plain": "a result"}),
            output({"text/markdown": "*some* {{rate}}"}),
            output({"text/latex": "$$x = y$$"}),
            output({"image/png": png, "text/plain": "<Figure size 1x1>"}, alt="A red dot"),
            output({"image/svg+xml": SVG, "text/plain": "A drawing"}),
            output({VALUES_MIME: as_output(VALUES[:1]), "text/plain": "rate = 15.64 percent"}),
            new_output("error", ename="E", evalue="bad", traceback=["E: bad"]),
        )
    ]
    page = Page(exported(cells, "html").read_text())
    for shown in ("a warning", "some text", "a result", "some 15.64\u00a0percent", "E: bad"):
        assert shown in page.text
    assert "rate =" not in page.text
    assert "\x1b" not in page.text
    assert [image["alt"] for image in page.attributes("img")] == ["A red dot"]
    assert [drawing["aria-label"] for drawing in page.attributes("svg")] == ["A drawing"]
    assert page.attributes("math")
    alts = [alt for tag, alt in structure(exported(cells, "pdf")) if tag == "/Figure"]
    assert alts == ["A red dot", "A drawing"]


@pytest.mark.parametrize("option", ["values_file", "bibliography_file"])
def test_missing_files_are_named(exported: Export, option: str) -> None:
    with pytest.raises(PressError, match=r"cannot be read: .*none\.json"):
        exported([text("x")], "html", **{option: "none.json"})


def test_without_a_file_the_values_of_the_notebook_count(exported: Export) -> None:
    cells = [code(output({VALUES_MIME: as_output(VALUES[:1])})), text("{{rate}}")]
    assert "15.64" in exported(cells, "html", values_file="").read_text()


FRAME = """<table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>count</th><th>share</th></tr>
<tr><th>act</th><th></th><th></th></tr></thead>
<tbody><tr><th>praise</th><td>1</td><td>0.5</td></tr><tr><th>deny</th><td>20</td><td>0.25</td></tr></tbody>
</table><p>2 rows</p>"""


def test_a_data_frame_is_a_table_in_both_formats(exported: Export) -> None:
    cells = [code(output({"text/html": FRAME, "text/plain": "frame"}))]
    html = exported(cells, "html").read_text()
    assert '<th scope="col">act' in html
    assert '<th scope="row">praise</th><td class="right">1</td>' in html
    tags = [tag for tag, _ in structure(exported(cells, "pdf"))]
    assert tags.count("/TH") == 5  # three columns, two rows
    assert tags.count("/TR") == 3
