"""Imports before and after announced days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, lay_out, points_to_data, width_of
from tradetalks.figures.style import PLAIN, Colours, note


def plot_run_ahead(
    ax: Axes,
    run_ahead: pd.DataFrame,
    days: Sequence[tuple[pd.Timestamp, str]],
    colours: Colours,
) -> Axes:
    """Draw imports against other origins as bars, against untaxed chapters as dashes.

    The band is the spread of the first in quiet years. `days` are rules with their words.
    """
    months = list(run_ahead["month"])
    places, values = np.arange(len(months)), run_ahead["against_world_pct"].to_numpy()
    spread = run_ahead["against_world_spread_pct"].iloc[0]
    ax.axhspan(-spread, spread, color=colours["grid"], zorder=0)
    dark = values > spread
    for chosen, fill, hatch in ((dark, "dark", "////"), (~dark, "fill", None)):
        ax.bar(
            places[chosen],
            values[chosen],
            width=0.75,
            color=colours[fill],
            edgecolor="white" if hatch else colours["muted"],
            linewidth=0.5,
            hatch=hatch,
            zorder=2,
        )
    ax.hlines(
        run_ahead["against_untaxed_pct"],
        places - 0.3,
        places + 0.3,
        color=colours["text"],
        zorder=3,
    )
    ax.axhline(0, color=colours["rule"], lw=0.8)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.2 * (high - low))
    shown = [place for place in places if months[place][5:] in ("01", "04", "07", "10")]
    ax.set_xticks(
        shown,
        [
            words.MONTH.format(pd.Period(months[at], "M").start_time)
            + (f"\n{months[at][:4]}" if months[at].endswith("01") else "")
            for at in shown
        ],
    )
    ax.set_xlim(-0.7, len(months) - 0.3)
    ax.grid(axis="y")
    ax.set_ylabel(words.QUIET_YEAR)
    lay_out(ax)
    _name_days(ax, months, days, colours)
    return ax


def _name_days(
    ax: Axes, months: Sequence[str], days: Sequence[tuple[pd.Timestamp, str]], colours: Colours
) -> None:
    """Draw a rule at each day within the months, with its words right of it, in a row of their own
    where those of the day before reach so far."""
    ends: list[float] = []
    for day, told in days:
        month = str(day.to_period("M"))
        if month not in months:
            continue
        x = months.index(month) - 0.5 + (day.day - 1) / day.days_in_month
        ax.axvline(x, linestyle=(0, (1, 1.5)), lw=1, color=colours["rule"], zorder=1)
        row = next((number for number, end in enumerate(ends) if end < x), len(ends))
        lines = told.split("\n")
        wide = points_to_data(ax, max(map(width_of, lines)) + 6, "x")
        ends = [*ends[:row], x + wide, *ends[row + 1 :]]
        place = {"xycoords": ("data", "axes fraction"), "va": "top"}
        look = {"bbox": PLAIN, "linespacing": 1.1}
        by = 3, -1 - len(lines) * LINE * row
        note(ax, told, (x, 1), colours["muted"], by=by, **place, **look)
