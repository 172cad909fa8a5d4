"""What was raised: a missing part is said, a small one stands with others."""

from __future__ import annotations

import pytest
from drawn import assert_readable, figure_of, written
from matplotlib.axes import Axes
from rate_examples import COLOURS, FARM, composition

from tradetalks.figures.import_bars import plot_farm_share, plot_sections


def test_a_missing_farm_part_is_said_and_not_drawn_as_none(ax: Axes) -> None:
    long_name = "Higher duties on the lines of the list of September"
    plot_farm_share(ax, FARM, COLOURS, names={"B1": long_name, "B2": "List 3"})
    shown = written(figure_of(ax))
    assert "33.8, farm goods 19.9 (58.8%)" in shown
    assert "35.5, farm part not on record" in shown
    assert "1 Jun 2019\nList 3" in shown
    assert "6 Jul 2018\nHigher duties on the lines of the list\nof September" in shown
    assert_readable(figure_of(ax))


def test_small_sections_stand_together_but_the_emphasised_are_shown(ax: Axes) -> None:
    plot_sections(ax, composition(), COLOURS, largest=3, emphasised=["II"])
    shown = written(figure_of(ax))
    assert "Plants (II)" in shown
    assert "2 other sections" in shown
    assert "3.0 (13.3%)" in shown
    assert "Wood (IX)" not in shown
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(22.5)
    assert_readable(figure_of(ax))
