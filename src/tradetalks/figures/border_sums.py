"""Two sums that were claimed, beside what was recorded."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.clean.border import PUBLISHED, REVISED
from tradetalks.figures import words
from tradetalks.figures.layout import label_ends
from tradetalks.figures.style import SMALL, Colours, date_axis, date_number, note


def plot_yearly_exports(
    ax: Axes, yearly: pd.DataFrame, goods: str, claimed_usd_bn: float, colours: Colours
) -> Axes:
    """Draw exports of some goods a year as bars, and the sum that was claimed as a rule."""
    years = list(yearly["year"])
    ax.bar(years, yearly[goods], width=0.6, color=colours["fill"], edgecolor=colours["muted"])
    for year, value in zip(years, yearly[goods], strict=True):
        note(ax, f"{value:.1f}", (year, value), colours["text"], by=(0, 2), ha="center")
    ax.axhline(claimed_usd_bn, color=colours["dark"], lw=1.6)
    told = words.CLAIMED_FOR.format(usd=claimed_usd_bn)
    note(ax, told, (0, claimed_usd_bn), colours["dark"], by=(-12, 3))
    ax.set_ylim(0, 1.15 * max(claimed_usd_bn, yearly[goods].max()))
    ax.grid(axis="y")
    ax.set_ylabel(words.EXPORTS.format(goods=goods.capitalize()))
    return ax


def plot_cumulated_duty(
    ax: Axes, months: pd.DataFrame, customs: pd.DataFrame, colours: Colours
) -> Axes:
    """Draw additional duty since the first step: claimed, recorded, and assessed by Customs.

    The line with squares is what was claimed, the dashed one what was first published, the full one
    what was left after a revision; crosses are totals of Customs.
    """
    days = [pd.Period(month, "M").end_time.normalize() for month in months["month"]]
    x = [date_number(day) for day in days]
    start = pd.Period(months["month"].iloc[0], "M").start_time
    date_axis(ax, start, days[-1], ticks=5)
    ends = []
    for name, line, mark, label in (
        ("claimed", "-", "s", words.AS_CLAIMED),
        (PUBLISHED, (0, (3, 1.5)), "", words.AS_FIRST),
        (REVISED, "-", "", words.AS_REVISED),
    ):
        y = months[f"{name}_cumulated_usd_bn"]
        if y.notna().any():
            ax.plot(
                x, y, linestyle=line, marker=mark, markevery=3, ms=4, mfc="white", lw=1.4,
                color=colours["dark"],
            )  # fmt: skip
            ends.append((x[-1], float(y.iloc[-1]), label, colours["dark"]))
    inside = customs[customs["assessed_to"].le(days[-1])]
    ax.plot(
        [date_number(day) for day in inside["assessed_to"]], inside["assessed_usd_bn"],
        linestyle="none", marker="x", ms=5, color=colours["text"], label=words.CUSTOMS,
    )  # fmt: skip
    ax.legend(loc="upper left", frameon=False, fontsize=SMALL)
    ax.set_ylim(0, None)
    ax.grid(axis="y")
    ax.set_ylabel(words.DUTY_SINCE)
    label_ends(ax, ends)
    return ax
