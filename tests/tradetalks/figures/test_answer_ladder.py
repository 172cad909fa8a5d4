"""How long answers took stands beside them."""

from __future__ import annotations

import pandas as pd
from drawn import assert_readable, figure_of, written
from matplotlib.axes import Axes
from rate_examples import SIDES, episodes

from tradetalks.figures.answer_ladder import plot_answer_ladder


def test_answer_times_are_written_beside_the_dumbbells(ax: Axes) -> None:
    plot_answer_ladder(ax, episodes(), SIDES)
    shown = written(figure_of(ax))
    assert {"1 day", "same day", "8 days", "22 days"} <= set(shown)
    assert_readable(figure_of(ax))


def test_a_move_without_an_answer_is_shown(ax: Axes) -> None:
    unanswered = episodes(
        effective_days=pd.array([0, None], dtype="Int64"),
        announced_days=pd.array([1, -2], dtype="Int64"),
    )
    plot_answer_ladder(ax, unanswered, SIDES)
    assert {"not answered yet", "2 days before"} <= set(written(figure_of(ax)))
    undecided = episodes(move_effective_date=pd.to_datetime(["2018-07-06", None]))
    plot_answer_ladder(ax, undecided, SIDES)
    assert "not decided yet" in written(figure_of(ax))
