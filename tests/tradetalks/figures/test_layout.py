"""Labels keep their distance, and words their width."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import figure_of
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

from tradetalks.figures.layout import (
    lay_out,
    lines_of,
    points_to_data,
    spread,
    width_of,
)
from tradetalks.figures.style import SMALL


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.1, 10))
def test_spread_labels_keep_their_order_and_their_distance(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap)
    order = np.argsort(wanted, kind="stable")
    assert all(np.diff(np.array(placed)[order]) >= gap - 1e-9)
    # no label leaves its place without need
    if len(wanted) > 1 and min(np.diff(np.sort(wanted))) >= gap:
        assert placed == pytest.approx(wanted, abs=1e-9)


def test_spread_labels_stay_inside_where_they_fit() -> None:
    assert spread([9.9, 10.0], 1.0, 0.0, 10.0) == [9.0, 10.0]
    assert spread([0.0, 0.1], 1.0, 0.0, 10.0) == [0.0, 1.0]


def test_axes_that_are_laid_out_stay_where_they_are(ax: Axes) -> None:
    figure = figure_of(ax)
    ax.set(ylabel="a name", xlim=(0, 10), ylim=(0, 7))
    lay_out(ax)
    place = ax.get_position().bounds
    ax.set_yticks([3], ["a longer name\nof two lines"])
    figure.draw_without_rendering()
    assert ax.get_position().bounds == place
    box = ax.get_window_extent()
    assert points_to_data(ax, 72, "x") == pytest.approx(10 * figure.dpi / box.width)
    assert points_to_data(ax, 72) == pytest.approx(7 * figure.dpi / box.height)


def test_a_year_begins_no_line() -> None:
    words, wide = "A duty raised, May 2019", width_of("A duty raised, May")
    assert [*lines_of(words, wide)] == ["A duty raised,", "May 2019"]


@pytest.mark.parametrize("words", ["first charge: Ann, 5 Jan 2020", "WAVE", "$5 to $6", "…"])
def test_words_are_as_wide_as_they_are_printed(ax: Axes, words: str) -> None:
    figure = figure_of(ax)
    printed = ax.text(0, 0, words, fontsize=SMALL)
    figure.draw_without_rendering()
    points = printed.get_window_extent().width * 72 / figure.dpi
    assert width_of(words) == pytest.approx(points, abs=1.0)
