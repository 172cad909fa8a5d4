"""Only what can be compared is drawn."""

from __future__ import annotations

from drawn import assert_readable, figure_of, written
from matplotlib.axes import Axes
from rate_examples import SIDES, reconciliation

from tradetalks.figures.published_rates import plot_reconciliation


def test_only_compared_averages_are_drawn(ax: Axes) -> None:
    plot_reconciliation(ax, reconciliation(), SIDES)
    shown = written(figure_of(ax))
    assert {"−3.2", "0.0", "published", "ours"} <= set(shown)
    assert "Southland, 1 Jun 2019" not in shown
    assert_readable(figure_of(ax))
