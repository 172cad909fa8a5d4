"""Shares of acts stand with their intervals, and the observed change among those at random."""

from __future__ import annotations

import pytest
from drawn import marks, texts
from statement_examples import PLACEBO, act_shares, acts, placebo


def test_acts_show_shares_with_their_intervals_by_side() -> None:
    first, second = act_shares(acts()).axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["praise", "blame"]
    assert sorted(x for x, *_ in marks(first)) == pytest.approx([20, 40, 60, 80])
    assert [x for x, *_ in marks(second)] == pytest.approx([50] * 4)
    spans = sorted(
        tuple(path.vertices[:, 0].round(6))
        for collection in first.collections
        for path in collection.get_paths()
    )
    assert spans == [(10, 30), (30, 50), (50, 70), (70, 90)]


def test_the_placebo_marks_the_observed_change_and_fills_what_reaches_it() -> None:
    figure = placebo()
    assert [marks(ax)[0][0] for ax in figure.axes] == [5, -1]
    shown = {text.get_text() for text in texts(figure)}
    assert {"at the breakdown: +5", "at the breakdown: \u22121"} <= shown
    # A: the bars of six alone; B: those of minus one and of nought
    filled = [ax.patches[1].get_data().edges for ax in figure.axes]
    assert [(edges[0], edges[-1]) for edges in filled] == [(4.5, 6.5), (-1.5, 0.5)]


def test_a_placebo_that_no_date_allows_says_so() -> None:
    shown = [text.get_text() for text in texts(placebo(PLACEBO[:3]))]
    assert sum("no day is far enough" in words for words in shown) == 1
