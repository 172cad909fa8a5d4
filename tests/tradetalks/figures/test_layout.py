"""Labels keep their distance, and words their width."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import figure_of
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

from tradetalks.figures.layout import (
    Label,
    draw_labels,
    lay_out,
    lines_of,
    points_to_data,
    spread,
    width_of,
)
from tradetalks.figures.style import SMALL, TEXT


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


def test_a_line_runs_along_all_marks_that_a_label_names(ax: Axes) -> None:
    ax.set(xlim=(0, 10), ylim=(-10, 10))
    lay_out(ax)
    draw_labels(
        ax, [(Label("paper", 5, -6, -2, TEXT), 2, -5), (Label("charge", 8, 3, 3, TEXT), 8, 6)]
    )
    along, to = ([*zip(*line.get_data(), strict=True)] for line in ax.lines)
    _, *beside = along
    assert all(4.5 < x < 5 for x, _ in beside)
    assert min(y for _, y in beside) < -6 < -2 < max(y for _, y in beside)
    assert to[-1] == (8, 3)
    # no rule shows between the letters
    grounds = [text.get_bbox_patch() for text in ax.texts]
    assert all(one and one.get_facecolor() == ax.get_facecolor() for one in grounds)


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
