"""Rates that jump on their days, as lines of steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.style import SideStyle, date_number


def draw_steps(
    ax: Axes,
    days: Sequence[pd.Timestamp],
    rates: Sequence[float],
    style: SideStyle,
    width: float | None = None,
) -> None:
    """Draw rates that jump on their days, in the way of a side."""
    ax.step(
        [date_number(day) for day in days],
        rates,
        where="post",
        color=style.colour,
        linestyle=style.linestyle,
        linewidth=width,
    )


def steps_between(
    rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[list[pd.Timestamp], list[float]]:
    """Days and values of a step line from start to end, cut off where values become missing.

    The last day repeats the last value, so that the line reaches `end`, or the day on which
    the value became missing.
    """
    before = rows[rows["effective_date"].le(start)].tail(1)
    within = rows[rows["effective_date"].gt(start) & rows["effective_date"].le(end)]
    days = [start] * len(before) + list(within["effective_date"])
    values = [float(value) for value in pd.concat([before, within])[column]]
    missing = [place for place, value in enumerate(values) if np.isnan(value)]
    until = end
    if missing:
        until = days[missing[0]]
        days, values = days[: missing[0]], values[: missing[0]]
    if not values:
        return [], []
    return [*days, until], [*values, values[-1]]
