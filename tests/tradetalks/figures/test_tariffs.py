"""An area for every step, with what it comes to; of averages, what can be compared."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import assert_readable, figure_of, written
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from rate_examples import ADDED, SIDES, reconciliation

from tradetalks.figures.style import COLUMN, PHONE, TEXT_WIDTH, day_label
from tradetalks.tariffs.drawings import plot_duties_added, plot_reconciliation


def test_areas_are_dollars_and_a_later_step_stands_on_the_earlier(ax: Axes) -> None:
    plot_duties_added(ax, ADDED, SIDES)
    boxes = [box.get_bbox() for box in ax.patches]
    areas = sorted(abs(box.width * box.height) / 100 for box in boxes)
    assert areas == pytest.approx(sorted(ADDED["duty_added_usd_bn"]))
    first, second = (box for box in boxes if box.width == 200)
    assert (first.x0, first.y1) == (second.x0, second.y0) == (30, 10)
    assert min(box.ymin for box in boxes) == -25
    assert_readable(figure_of(ax))


@pytest.mark.parametrize("width", [TEXT_WIDTH, COLUMN, PHONE])
def test_what_was_taken_back_is_hatched_and_not_counted(width: float) -> None:
    figure, ax = plt.subplots(figsize=(width, 2.7))
    back = ADDED.iloc[[-2]].assign(value_usd_bn=16.0, added_pp=-25.0, duty_added_usd_bn=-4.0)
    plot_duties_added(ax, pd.concat([ADDED, back]), SIDES)
    (hatched,) = (box.get_bbox() for box in ax.patches if box.get_hatch())
    assert hatched.x0 > 230  # beyond all lists of either side
    assert (round(hatched.width, 6), hatched.ymin) == (16, -25)
    told = " ".join(written(figure)).replace("\n", " ")
    assert "of these not in force since 6 Jul 2018: 4.0" in told
    assert "Southland: 6.5 billion dollars a year" in told
    assert_readable(figure)


@pytest.mark.parametrize("width", [TEXT_WIDTH, COLUMN, PHONE])
def test_every_rectangle_has_its_day_and_its_dollars(width: float) -> None:
    figure, ax = plt.subplots(figsize=(width, 2.7))
    plot_duties_added(ax, ADDED, SIDES)
    shown = [" ".join(words.replace(":", "").split()) for words in written(figure)]
    assert "Northland 57.5 billion dollars a year" in shown
    for row in ADDED.to_dict("records"):
        told = f"{day_label(row['effective_date'])} {row['duty_added_usd_bn']:.1f} b"
        assert any(words.startswith(told) for words in shown), told
    assert_readable(figure)


def test_only_compared_averages_are_drawn(ax: Axes) -> None:
    plot_reconciliation(ax, reconciliation(), SIDES)
    shown = written(figure_of(ax))
    assert {"−3.2", "0.0", "published", "ours"} <= set(shown)
    assert "Southland, 1 Jun 2019" not in shown
    assert_readable(figure_of(ax))
