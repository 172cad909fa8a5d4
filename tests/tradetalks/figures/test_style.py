"""The house style: settings, colours, sides, dates."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.axes import Axes
from rate_examples import SIDES, day

from tradetalks.figures.style import STYLE, date_axis, side_styles, use_style


def test_style_ends_with_its_block() -> None:
    before = mpl.rcParams["text.hinting"], mpl.rcParams["font.size"]
    with use_style():
        assert mpl.rcParams["text.hinting"] == STYLE["text.hinting"] == "none"
    assert (mpl.rcParams["text.hinting"], mpl.rcParams["font.size"]) == before


def test_sides_differ_without_colour() -> None:
    one, other = side_styles(SIDES).values()
    assert one.linestyle != other.linestyle
    assert one.marker != other.marker
    four = pd.concat([SIDES, SIDES.assign(side=["C", "D"])])
    with pytest.raises(ValueError, match="zip"):
        side_styles(four)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2018-03-22", "2019-06-04", "Apr\n2018", "Apr"),
        ("2018-12-20", "2019-01-10", "20 Dec\n2018", "10 Jan"),
        ("2016-01-01", "2021-01-01", "Jan\n2016", "Jan\n2021"),
    ],
)
def test_date_axis_says_the_year_once(
    ax: Axes, start: str, end: str, first: str, last: str
) -> None:
    date_axis(ax, day(start), day(end))
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert (labels[0], labels[-1]) == (first, last)
    years = [label.split("\n")[1] for label in labels if "\n" in label]
    assert len(years) == len(set(years))
    assert len(labels) <= 8
