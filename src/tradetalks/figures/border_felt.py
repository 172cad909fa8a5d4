"""The part of a step that was recorded, month by month, and in the first month of other steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tradetalks.figures import words
from tradetalks.figures.layout import figure_of, name_rows
from tradetalks.figures.style import SMALL, Colours, day_label, note
from tradetalks.measure.border.dating import Felt, calendar_share

_SHIFT = 0.25  # of a month: half the length of a bar


def plot_felt(
    ax: Axes, felt: Felt, rule_days: Mapping[str, pd.Timestamp], colours: Colours
) -> Axes:
    """Draw the share of a step recorded in each month, with its interval and single chapters.

    Bars are the shares that the calendar gives to a step on the day of each rule. A chapter
    beyond the axes is left out of the picture.
    """
    months = list(felt.months["month"])
    places = np.arange(len(months))
    days = [day for day in sorted(set(rule_days.values())) if str(day.to_period("M")) in months]
    for day in days:
        month = str(day.to_period("M"))
        x, y = months.index(month), calendar_share(day, month)
        ax.plot([x - _SHIFT, x + _SHIFT], [y, y], color=colours["muted"], lw=2, zorder=1)
        # left of the bar in the first month, where the share recorded is low
        side, ha = (-1, "right") if month == str(days[0].to_period("M")) else (1, "left")
        told, at = day_label(day, year=False), (x + side * _SHIFT, y)
        note(ax, told, at, colours["muted"], by=(3 * side, 0), ha=ha, va="center")
    spread = np.linspace(-0.13, 0.13, felt.chapter_count)
    for x, month in enumerate(months):
        single = felt.chapters[felt.chapters["month"].eq(month)].sort_values("hs_chapter")
        inside = single["share"].between(-0.15, 1.25).to_numpy()
        ax.plot(
            x + spread[inside],
            single["share"].to_numpy()[inside],
            linestyle="none",
            marker="o",
            ms=2.2,
            color=colours["muted"],
            alpha=0.5,
            zorder=2,
        )
    share = felt.months["share"]
    off = [share - felt.months["low"], felt.months["high"] - share]
    ax.errorbar(places, share, yerr=off, fmt="D", ms=4.5, color=colours["dark"], lw=1.2, zorder=3)
    ax.set_ylim(-0.15, 1.25)
    ax.set_xlim(-0.5, len(months) - 0.3)
    starts = [pd.Period(month, "M").start_time for month in months]
    ax.set_xticks(places, [words.MONTH.format(start) for start in starts])
    ax.grid(axis="y")
    ax.set_ylabel(words.SHARE_RECORDED)
    grey = colours["muted"]
    dot: dict[str, Any] = {"linestyle": "none"}
    figure_of(ax).legend(
        handles=[
            Line2D([], [], marker="D", ms=4.5, label=words.RECORDED, **dot, color=colours["dark"]),
            Line2D([], [], marker="o", ms=2.2, label=words.IN_CHAPTER, **dot, color=grey),
            Line2D([], [], lw=2, label=words.BY_CALENDAR, color=grey),
        ],
        loc="outside upper left", ncols=3, fontsize=SMALL, frameon=False, handletextpad=0.4,
        handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip
    return ax


def plot_first_months(
    ax: Axes,
    shares: Sequence[tuple[str, float, float]],
    colours: Colours,
) -> Axes:
    """Draw each step's share recorded in its first month (diamond) beside the calendar's (bar).

    `shares` are a name, the share recorded and that of the calendar.
    """
    for row, (_, recorded, calendar) in enumerate(shares):
        ax.plot([recorded, calendar], [-row, -row], color=colours["fill"], lw=2, zorder=1)
        ax.plot(calendar, -row, marker="|", ms=10, mew=2, color=colours["muted"])
        ax.plot(recorded, -row, marker="D", ms=4.5, color=colours["dark"])
    name_rows(ax, [name for name, *_ in shares])
    ax.set_xlim(-0.04, 1.04)
    ax.set_ylim(0.6 - len(shares), 0.6)
    ax.grid(axis="x")
    ax.set_xlabel(words.FIRST_MONTH)
    return ax
