"""Statements on an axis of time: every one is a mark in its place, and named ones are named."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from drawn import marks, texts
from statement_examples import (
    ANCHORS,
    BREAKDOWN,
    PATH,
    ROUNDS,
    SIDES,
    WINDOW,
    backtracking,
    chronology,
    statements,
)

from tradetalks.figures.style import TEXT_WIDTH
from tradetalks.figures.timelines import plot_chronology


def test_every_statement_of_the_window_is_one_mark_on_its_side() -> None:
    ax = chronology(statements()).axes[0]
    drawn = [(y, colour) for _, y, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert len(drawn) == len(statements())
    assert all((y > 0) == (colour == SIDES["colour"][0]) for y, colour in drawn)
    # no two marks of a side in one place
    places = [(x, y) for x, y, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert len(set(places)) == len(places)


def test_no_column_of_marks_holds_both_periods() -> None:
    ax = chronology(statements()).axes[0]
    eve = mpl.dates.date2num(BREAKDOWN)
    before = statements()["statement_date"].lt(BREAKDOWN).sum()
    drawn = [x for x, _, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert sum(x < eve for x in drawn) == before


def test_talks_have_a_lane_below_all_statements() -> None:
    ax = chronology(statements()).axes[0]
    lanes = {y for _, y, _, colour in marks(ax) if colour not in set(SIDES["colour"])}
    assert len(lanes) == 1
    assert lanes.pop() < min(y for _, y, _, colour in marks(ax) if colour in set(SIDES["colour"]))


def test_the_chronology_names_its_anchors_with_their_day() -> None:
    written = {text.get_text() for text in texts(chronology(statements()))}
    assert {
        "first charge: Ann, 5 Jan 2020",
        "White paper, 20 Sep 2020",
        "Town, 1 Mar 2020",
    } < written


def test_a_rate_that_cannot_be_measured_breaks_off() -> None:
    gap = PATH.assign(applied_rate_pct=[3.0, float("nan"), 5.0])
    _, axes = plt.subplots(2, 1, figsize=(TEXT_WIDTH, 4.2))
    plot_chronology(axes, statements(), ANCHORS, ROUNDS, gap, SIDES, **WINDOW)
    line = next(line for line in axes[1].lines if line.get_color() == SIDES["colour"][0])
    assert [*line.get_ydata()] == [3.0, 3.0]
    assert line.get_xdata()[-1] == mpl.dates.date2num(PATH["effective_date"][1])


def test_an_unknown_act_fails() -> None:
    with pytest.raises(KeyError, match="no mark for act"):
        chronology(statements().replace({"act": {"deny": "whistle"}}))


def test_the_first_charge_of_each_side_is_named() -> None:
    written = {text.get_text() for text in texts(backtracking())}
    assert {"first charge: Ann, 10 Sep 2020", "first charge: Bob, 1 Feb 2020"} < written
