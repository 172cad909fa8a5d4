"""Statements on an axis of time: every one is a mark in its place, and named ones are named."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from drawn import marks, texts
from matplotlib.figure import Figure
from statement_examples import (
    BREAKDOWN,
    CLOSE,
    END,
    PANELS,
    SIDES,
    START,
    ledger,
    statements,
)

from tradetalks.figures.style import PHONE, TEXT_WIDTH
from tradetalks.words.timelines import panels_of

COLOURS = set(SIDES["colour"])


def of_sides(figure: Figure) -> list[tuple[int, float, float, str, str]]:
    """Marks of statements: number of their panel, place, shape and colour."""
    return [
        (number, *mark)
        for number in range(3)
        for mark in marks(figure.axes[number])
        if mark[-1] in COLOURS
    ]


def test_every_statement_of_the_window_is_one_mark_on_its_side() -> None:
    drawn = of_sides(ledger(statements()))
    assert len(drawn) == len(statements())
    assert all((y > 0) == (colour == SIDES["colour"][0]) for *_, y, _, colour in drawn)
    # no two marks of a side in one place
    assert len({(number, x, y, colour) for number, x, y, _, colour in drawn}) == len(drawn)


def test_every_mark_of_a_stack_can_be_seen() -> None:
    rows = statements()
    many = [rows.assign(statement_id=rows["statement_id"] + f"-{n}") for n in range(9)]
    ax = ledger(pd.concat([rows, *many])).axes[1]
    ax.figure.draw_without_rendering()
    step = 72 / ax.figure.dpi * ax.transData.transform([(0, 0), (0, 1)])[:, 1]
    for line in ax.lines:
        if line.get_linestyle() == "None" and line.get_markeredgecolor() in COLOURS:
            assert line.get_markersize() + line.get_markeredgewidth() < step[1] - step[0] - 0.3


def test_no_column_of_marks_holds_both_periods() -> None:
    eve = mpl.dates.date2num(BREAKDOWN)
    before = statements()["statement_date"].lt(BREAKDOWN).sum()
    assert sum(x < eve for _, x, *_ in of_sides(ledger(statements()))) == before


def test_the_days_that_matter_are_drawn_one_by_one() -> None:
    close = [x for number, x, *_ in of_sides(ledger(statements())) if number == 1]
    assert all(x == int(x) for x in close)
    assert len(set(close)) == statements()["statement_date"].between(*CLOSE).sum() / 2 + 0.5


def test_panels_part_the_window_and_leave_out_what_has_not_begun() -> None:
    day = pd.Timedelta(days=1)
    first, close, last = panels_of(START, END, CLOSE, BREAKDOWN)
    assert (first.start, last.end) == (START, END)
    assert (first.end + day, close.start, close.end) == (CLOSE[0], *CLOSE)
    assert last.start == CLOSE[1] + day
    assert close.width > first.width + last.width == pytest.approx(1)
    early = panels_of(START, CLOSE[0] - 10 * day, CLOSE, BREAKDOWN)
    assert [panel.is_close for panel in early] == [False]
    late = panels_of(START, CLOSE[1], CLOSE, BREAKDOWN)
    assert [panel.is_close for panel in late] == [False, True]


def test_the_ledger_names_its_anchors_with_their_day() -> None:
    written = {text.get_text() for text in texts(ledger(statements()))}
    # the year stands below the days that are drawn one by one
    assert {"first charge: Ann, 5 Jan 2020", "White paper, 20 Sep"} < written
    assert not any("Town" in words for words in written)


def test_what_is_named_stands_outermost_in_its_stack() -> None:
    rows = statements()
    # Ann speaks thrice on one day; what is named would be the first by its look
    more = rows[rows["statement_id"].eq("S11")].assign(act="praise")
    more = pd.concat([more.assign(statement_id="T1"), more.assign(statement_id="T2")])
    figure = ledger(pd.concat([rows.assign(act="blame"), more]))
    day = mpl.dates.date2num(pd.Timestamp("2020-09-12"))
    stack = [(y, shape) for _, x, y, shape, _ in of_sides(figure) if x == day and y > 0]
    assert [shape for _, shape in sorted(stack)] == ["o", "o", "v"]


@pytest.mark.parametrize("width", [TEXT_WIDTH, PHONE])
def test_every_panel_is_drawn_and_says_what_a_column_of_it_holds(width: float) -> None:
    figure = ledger(statements(), width)
    named = [words for ax in figure.axes if (words := ax.get_title("left"))]
    assert len(named) == len(PANELS)
    assert all("day" in words for words in named)
    stacked = {round(ax.get_position().x0, 3) for ax in figure.axes}
    assert len(stacked) == (1 if width == PHONE else len(PANELS))
    drawn = [x for ax in figure.axes for x, _, _, colour in marks(ax) if colour in COLOURS]
    assert len(drawn) == len(statements())


def test_no_label_stands_across_the_rule_of_the_breakdown() -> None:
    figure = ledger(statements())
    (rule,) = {mpl.dates.date2num(BREAKDOWN)}
    for ax in figure.axes[:3]:
        for text in ax.texts:
            box = text.get_window_extent().transformed(ax.transData.inverted())
            assert not box.x0 < rule < box.x1, text.get_text()


def test_an_unknown_act_fails() -> None:
    with pytest.raises(KeyError, match="whistle"):
        ledger(statements().replace({"act": {"deny": "whistle"}}))
