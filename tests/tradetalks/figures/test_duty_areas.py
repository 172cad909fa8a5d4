"""Duties added: an area for every step, in its place, with what it comes to."""

from __future__ import annotations

import pytest
from drawn import assert_readable, figure_of, written
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from rate_examples import ADDED, COLOURS, SIDES

from tradetalks.figures.duty_areas import plot_duties_added


def test_areas_are_dollars_and_a_later_step_stands_on_the_earlier(ax: Axes) -> None:
    plot_duties_added(ax, ADDED, SIDES)
    boxes = [
        box.get_bbox() for box in ax.patches if box.get_facecolor() != to_rgba(COLOURS["dark"])
    ]
    areas = sorted(abs(box.width * box.height) / 100 for box in boxes)
    assert areas == pytest.approx(sorted(ADDED["duty_added_usd_bn"]))
    first, second = (box for box in boxes if box.width == 200)
    assert (first.x0, first.y1) == (second.x0, second.y0) == (30, 10)
    assert min(box.ymin for box in boxes) == -25
    shown = set(written(figure_of(ax)))
    assert {"Northland: 57.5 billion dollars a year", "10 May 2019\n30.0 billion"} < shown
    assert "dark bar: farm goods" in shown
    assert_readable(figure_of(ax))


def test_without_farm_goods_nothing_is_said_of_them(ax: Axes) -> None:
    plot_duties_added(ax, ADDED[ADDED["side"].eq("A")], SIDES)
    assert "dark bar: farm goods" not in written(figure_of(ax))
