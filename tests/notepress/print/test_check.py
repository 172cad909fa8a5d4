"""What could be printed only in part is refused, all of it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples import ON_SCREEN, REPORT, VALUES, Export, code, figure, output, table, text

from notepress.errors import PressError


@pytest.mark.parametrize(
    "reference",
    [
        text("## Two\n\nSee @fig-more and [@tbl-steps].", "two"),
        code(table(caption="As in @fig-more.", rows=[]), cell_id="two"),
        code(table(name="other", rows=[["T1", "1.0", "@fig-more"]]), cell_id="two"),
    ],
    ids=["text", "caption", "cell of a table"],
)
@pytest.mark.parametrize("file_format", ["html", "pdf"])
def test_paper_refers_to_nothing_that_is_on_screen_alone(
    exported: Export, reference: Any, file_format: str
) -> None:
    cells = [
        *REPORT[:2],
        code(figure("more", title="More"), cell_id="more", tags=ON_SCREEN),
        code(table(), cell_id="table"),
        reference,
    ]
    with pytest.raises(PressError, match="cell two: fig-more is screen-only, and this is printed"):
        exported(cells, file_format)


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
        (code(figure(alt="To 25.")), "alt of fig-rates: 25 is typed"),
        (code(figure(source="@papers")), "source of fig-rates: no source 'papers'"),
        (code(table(), table()), "the label tbl-steps is used 2 times"),
        (
            text("# T\n\nUp to {{rate}}.\n\n## One {#one}\n\n{{rate}}"),
            "the section 'One' states recorded values .1., but cites no source and shows or names",
        ),
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
    (folder / "values.json").write_text(json.dumps([*VALUES, flag]))
    assert exported([text('::: {when="is_known"}\n{{rat}}\n:::')], "html")


def test_allowed_names_and_printed_values_are_no_typed_numbers(exported: Export) -> None:
    cells = [
        text("Under Section 301."),
        # filled when the notebook ran
        code(figure(title="It rose to 15.64\u00a0percent", alt="Ends at 15.64\u00a0percent.")),
    ]
    assert exported(cells, "html", allowed_names=["Section 301"])


@pytest.mark.parametrize("evidence", ["[@paper]", "See @tbl-steps.", ""])
def test_a_section_with_evidence_may_state_values(exported: Export, evidence: str) -> None:
    cells = [text(f"# T\n\n## One\n\n{{{{rate}}}} {evidence}"), code(table(), cell_id="table")]
    if evidence == "See @tbl-steps.":
        cells.insert(1, text("## Two", "two"))
    assert exported(cells, "html")
