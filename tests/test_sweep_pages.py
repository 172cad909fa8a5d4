"""Sweeps: their files, the table, the turns, the curve, the page."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from matplotlib.figure import Figure

from looked_at import markup, svg
from notepress.errors import PressError
from tradetalks.figures.style import use_style
from whowalkedaway.points import (
    Plan,
    Point,
    Result,
    read_plan,
    table_text,
    turns,
)
from whowalkedaway.sweep_page import curve, curve_height, plot_curve, sweep_page


def plan_of(text: str) -> Any:
    return read_plan(yaml.load(text, Loader=yaml.BaseLoader), "one", "home")


# --- the file -------------------------------------------------------------------------------------


def test_a_grid_is_every_combination_and_points_come_after_it():
    plan = plan_of(
        "sweep: one\ngrid: {rate: [1, 2], rule: [a, b]}\npoints: [{other: 3}]\nheadlines: [x]"
    )
    assert plan.settings == [
        {"rate": "1", "rule": "a"},
        {"rate": "1", "rule": "b"},
        {"rate": "2", "rule": "a"},
        {"rate": "2", "rule": "b"},
        {"other": "3"},
    ]
    assert plan.varied == ("rate", "rule", "other")
    assert (plan.run, plan.mode, plan.headlines) == ("home", "values", ["x"])


MANY = ", ".join(f"{name}: [{', '.join(map(str, range(30)))}]" for name in "abcdefgh")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "must be one `name: value` a line"),
        ("sweep: two\ngrid: {a: [1]}", "sweep: must be 'one'"),
        ("sweep: one\ngird: {a: [1]}", "gird: means nothing here"),
        ("sweep: one\ngrid: {a: [1]}\nmode: fast", "mode: must be one of 'values' or 'reports'"),
        ("sweep: one\ngrid: {a: 1}", "grid: a: must be a list, such as [a, b]"),
        ("sweep: one\ngrid: {a: []}", "grid: a: is empty"),
        ("sweep: one\npoints: [{a: [1]}]", "points: 0: a: must be one word or number"),
        ("sweep: one", "0 points; grid and points must give 1"),
        (f"sweep: one\ngrid: {{{MANY}}}", "656100000000 points"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text, told):
    with pytest.raises(PressError, match="1 problem") as refused:
        plan_of(text)
    assert told in str(refused.value)


def test_ten_thousand_points_are_the_most():
    points = ", ".join(["{a: 1}"] * 10_000)
    assert len(plan_of(f"sweep: one\npoints: [{points}]").settings) == 10_000
    with pytest.raises(PressError, match="10001 points"):
        plan_of(f"sweep: one\npoints: [{points}, {{a: 1}}]")


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(PressError, match="the sweep one: 3 problems"):
        plan_of("sweep: one\nmode: x\ngrid: 1\nheadlines: x")


# --- the results ----------------------------------------------------------------------------------


def result(rate: float, verdicts: dict[str, str]) -> Result:
    text = f"{rate:.0f}0 percent"
    share = {"value": rate / 10, "unit": "share", "text": text, "definition": "the share"}
    word = {"value": "x", "unit": "text", "text": "x", "definition": "a word"}
    return Result({"share": share, "word": word}, verdicts)


HELD = {"C1": "supported", "C2": "supported"}
TURNED = {"C1": "contradicted", "C2": "supported"}
POINTS = [
    Point(n, {"rate": str(n % 2), "rule": "ab"[n // 3]}, result(rate, HELD if n < 3 else TURNED))
    for n, rate in enumerate((3.0, 1.0, 2.0, 3.0, 4.0))
]
BASE = POINTS[0]


def with_verdicts(**verdicts: dict[str, str]) -> list[Point]:
    """The points, those of these numbers with other verdicts."""
    return [
        replace(point, result=Result(point.result.values, verdicts[f"p{point.number}"]))
        if f"p{point.number}" in verdicts
        else point
        for point in POINTS
    ]


def test_the_table_has_a_row_for_each_value_and_verdict_of_each_point():
    some = [POINTS[n] for n in (0, 1, 3)]
    rows = list(csv.DictReader(io.StringIO(table_text(some))))
    assert len(rows) == 3 * 4
    assert rows[4] == {
        "point": "1",
        "rate": "1",
        "rule": "a",
        "kind": "value",
        "id": "share",
        "value": "0.1",
        "unit": "share",
        "text": "10 percent",
    }
    assert [row["value"] for row in rows if row["id"] == "C1"] == [
        "supported",
        "supported",
        "contradicted",
    ]


def test_a_turned_verdict_comes_with_the_choices_that_it_needs():
    (turn,) = turns(POINTS, BASE)
    assert (turn.verdict_id, turn.base, turn.other) == ("C1", "supported", "contradicted")
    assert turn.points == (3, 4)
    assert turn.where == "rule = b"
    mixed = with_verdicts(p3=HELD)
    assert turns(mixed, BASE)[0].where == "rate = 0; rule = b"
    scattered = with_verdicts(p1=TURNED, p4=HELD)
    assert turns(scattered, BASE)[0].where == "rate = 1"
    partly = with_verdicts(p1=TURNED, p3=HELD)
    assert turns(partly, BASE)[0].where == "no single choice, not always"
    assert not turns(POINTS[:2], BASE)


def test_a_verdict_that_is_not_drawn_at_a_point_counts_as_turned():
    lacking = with_verdicts(p1={"C1": "supported"})
    assert ("C2", "not judged") in [(t.verdict_id, t.other) for t in turns(lacking, BASE)]


def test_a_curve_is_sorted_and_knows_the_base_run():
    drawn = curve("share", POINTS, BASE)
    assert [one.number for one in drawn.points] == [1, 2, 0, 3, 4]
    assert [*map(drawn.amount, drawn.points)] == pytest.approx([10, 20, 30, 30, 40])
    assert drawn.title == "The share: from 10 percent to 40 percent over 5 points"
    assert "The base run has 30 percent: 2 points lie below it, 1 above." in drawn.alt
    assert "The highest is 40 percent, with rate 0, rule b." in drawn.alt
    rate, rule = (
        (("rate", one) for one in ("", "0", "1")),
        (("rule", one) for one in ("", "a", "b")),
    )
    assert drawn.choices == [*rate, *rule]


def test_where_no_other_point_came_out_the_base_run_is_drawn_at_its_choices():
    drawn = curve("share", [BASE], BASE)
    plot_curve(Figure(figsize=(6, curve_height(drawn))), drawn)
    assert drawn.choices == [("rate", ""), ("rate", "0"), ("rule", ""), ("rule", "a")]


def test_the_figure_draws_each_point_and_each_choice_once(as_recorded):
    drawn = curve("share", POINTS, BASE)
    fig = Figure(figsize=(6, curve_height(drawn)))
    with use_style():
        plot_curve(fig, drawn)
        as_recorded("sweep/curve.svg", svg(fig))
    axes = fig.axes
    assert list(axes[0].lines[0].get_ydata()) == pytest.approx([10, 20, 30, 30, 40])
    marks = [line for line in axes[1].lines if line.get_marker() == "s"]
    assert sum(len(line.get_xdata()) for line in marks) == 5 * 2
    assert [tick.get_text() for tick in axes[1].get_yticklabels()] == [
        *("rate", "0", "1"),
        *("rule", "a", "b"),
    ]
    assert any("base run, 30 percent" in text.get_text() for text in axes[0].texts)
    # what stands below the lower Axes is not drawn between both
    ticks = axes[0].xaxis.get_major_ticks()
    assert not any(tick.tick1line.get_visible() or tick.label1.get_visible() for tick in ticks)


@pytest.mark.parametrize("has_reports", [True, False])
def test_the_page_tells_turns_curves_points_and_failures(has_reports, as_recorded):
    points = [
        replace(point, report=f"../../run{point.number}/report.html" if has_reports else "")
        for point in POINTS[:4]
    ]
    drawn = curve("share", points, points[0])
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt"></svg>'
    page = sweep_page(
        Plan(sweep="one", run="home", points=[{"rate": "1", "rule": "a"}]),
        points,
        points[0],
        {"point 4: rate = 0": "it <broke>"},
        [(drawn, svg, svg)],
        subtitle="A <report>",
        edition="3f9a1c",
        statements={"C1": "They <said> so"},
    )
    text = re.sub(r"<[^>]+>", " ", page)
    for words in (
        "They &lt;said&gt; so",
        "contradicted",
        "1 of 4",
        "it &lt;broke&gt;",
        "0 (base run)",
    ):
        assert words in text
    assert "<script" not in page
    assert ('href="../../run3/report.html"' in page) is has_reports
    assert 'role="img"' in page
    as_recorded(f"sweep/page {'with' if has_reports else 'without'} reports.html", markup(page))
