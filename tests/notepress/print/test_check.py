"""What could be printed only in part is refused, all of it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples import ON_SCREEN, REPORT, VALUES, Export, Page, code, figure, output, table, text

from notepress.errors import PressError
from notepress.outputs import write_values
from notepress.placing import FIGURE_MIME


@pytest.mark.parametrize(
    "reference",
    [
        text("## Two\n\nSee @fig-more and [@tbl-steps].", "two"),
        code(table(caption="As in @fig-more.", rows=[]), cell_id="two"),
        code(table(name="other", rows=[["T1", "1.0", "@fig-more"]]), cell_id="two"),
    ],
    ids=["text", "caption", "cell of a table"],
)
def test_paper_refers_to_nothing_that_is_on_screen_alone(exported: Export, reference: Any) -> None:
    cells = [
        *REPORT[:2],
        code(figure("more", title="More"), cell_id="more", tags=ON_SCREEN),
        code(table(), cell_id="table"),
        reference,
    ]
    with pytest.raises(PressError, match=r"cell two.*: no figure or table 'fig-more'"):
        exported(cells, "pdf")


@pytest.mark.parametrize("file_format", ["html", "pdf"])
@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (
            code(output({"application/vnd.plotly.v1+json": {}})),
            r"cell shown: an output that no page can show: application/vnd\.plotly\.v1\+json",
        ),
        (
            code(
                output(
                    {"text/html": "<b>x</b>", "text/plain": "<IPython.core.display.HTML object>"}
                )
            ),
            "cell shown: an output that no page can show: text/html, text/plain",
        ),
        (
            code(output({"image/png": "", "text/plain": "<Figure size 1x1>"})),
            "without alternative text",
        ),
        (text("{{rat}}"), r"cell prose: no value 'rat' \(perhaps 'rate'\)"),
        (text("to 25 percent"), "cell prose: 25 is typed into the prose: to 25 percent"),
        (text("[@papers]"), r"cell prose: no source 'papers' \(perhaps 'paper'\)"),
        (text("@fig-none"), "cell prose: no figure or table 'fig-none'"),
        (code(table(title="{{rat}}")), "title of tbl-steps: no value 'rat'"),
        (code(figure(alt="{{rat}}")), "alt of fig-rates: no value 'rat'"),
        (text("::: {#tbl-steps}\nAll 25\n:::"), "cell prose: 25 is typed"),
        (text("::: {#tbl-steps}\nAll\n:::"), "tbl-steps was recorded by no notebook"),
        (code(table(title="")), "tbl-steps has no title"),
        (code(figure(source="@papers")), "source of fig-rates: no source 'papers'"),
        (code(table(), table()), "the label tbl-steps is used 2 times"),
        (text("![x](https://example.org/x.png)"), "an image in prose"),
        (text("a <b>x</b>"), "raw html would be lost in the other format"),
        (text("\\newpage"), "raw tex would be lost in the other format"),
    ],
)
def test_what_could_be_printed_only_in_part_is_refused(
    exported: Export, cell: Any, reason: str, file_format: str
) -> None:
    with pytest.raises(PressError, match=reason):
        exported([cell], file_format)


def test_all_problems_are_told_at_once(exported: Export) -> None:
    with pytest.raises(PressError, match="the report: 3 problems") as problem:
        exported([text("{{rat}} [@papers]", "a"), text("to 25", "b")], "html")
    assert "cell a: no value" in str(problem.value)
    assert "cell b: 25 is typed" in str(problem.value)


def test_what_a_condition_leaves_out_may_name_what_was_not_measured(
    exported: Export, folder: Path
) -> None:
    flag = {**VALUES[1], "id": "is_known", "value": False, "unit": "flag", "text": "no"}
    write_values(folder / "values.json", [*VALUES, flag])
    assert exported([text('::: {when="is_known"}\n{{rat}}\n:::')], "html")


def test_allowed_names_are_no_typed_numbers(exported: Export) -> None:
    assert exported([text("Under Section 301.")], "html", allowed_names=["Section 301"])


def test_a_recorded_figure_is_printed_where_the_text_has_its_words(
    exported: Export, folder: Path
) -> None:
    recorded = figure()["data"]
    record = {key: recorded[FIGURE_MIME][key] for key in ("kind", "name", "label", "source")}
    (folder / "figures").mkdir()
    (folder / "figures" / "rates.svg").write_text(recorded["image/svg+xml"])
    kept = {**record, "notebook": "", "labels": {}}
    (folder / "figures" / "rates.json").write_text(json.dumps(kept))
    words = "It rose to {{rate}}\n\nRead it so.\n\n::: alt\nIt ends at {{rate}}.\n:::"
    cells = [text(f"Before.\n\n::: {{#fig-rates}}\n{words}\n:::\n\nSee @fig-rates.")]
    page = Page(exported(cells, "html").read_text())
    assert page.text.index("Before.") < page.text.index("It rose to 15.64") < page.text.index("See")
    assert [drawn["aria-label"] for drawn in page.attributes("svg")] == [
        "It ends at 15.64\u00a0percent."
    ]
    unplaced = [code(output({FIGURE_MIME: kept, "image/svg+xml": recorded["image/svg+xml"]}))]
    with pytest.raises(
        PressError, match=r"a figure without words; place it in the text, as {#fig-r"
    ):
        exported(unplaced, "html")
