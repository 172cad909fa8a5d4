"""The record at the border: rates, steps felt, imports run ahead, exports, and sums claimed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tradetalks.border.dating import Felt, calendar_share
from tradetalks.border.recorded import PUBLISHED, REVISED
from tradetalks.days import months_between
from tradetalks.figures import words
from tradetalks.figures.layout import figure_of, label_ends, name_rows
from tradetalks.figures.style import (
    COLUMN,
    DARK,
    FILL,
    GRID,
    LINES,
    MUTED,
    RULE,
    TEXT,
    date_axis,
    date_number,
    day_label,
    note,
)

_REVISED = (0, (3, 1.5))  # the line of what was revised later
_SHIFT = 0.25  # of a month: half the length of a bar


def plot_border_rates(
    ax: Axes,
    path: pd.DataFrame,
    recorded: pd.DataFrame,
    published: pd.DataFrame,
    *,
    colour: str,
    grace: tuple[pd.Timestamp, pd.Timestamp] | None,
    span: tuple[str, str],
) -> None:
    """Draw the average in law as steps and the rate recorded as one mark per month.

    The line with marks is before, the dashed one after the annual revision; short thin lines are
    averages `published` by others (`name`). Shaded is the window of grace, beside which two months
    tell their rates.
    """
    wide = 72 * figure_of(ax).get_figwidth()
    gap = "\n" if wide < 72 * COLUMN else " "
    months = months_between(*span)
    start, end = pd.Timestamp(f"{months[0]}-01"), pd.Period(months[-1], "M").end_time.normalize()
    date_axis(ax, start, end)
    shown = recorded[recorded["month"].isin(months)]
    theirs = path[path["effective_date"].le(end)].sort_values("effective_date")
    days = [max(day, start) for day in theirs["effective_date"]] + [end]
    rates = [*theirs["applied_rate_pct"], theirs["applied_rate_pct"].iloc[-1]]
    is_later = grace is not None and days[-2] > grace[0]
    told = (words.IN_LAW_LATER if is_later else words.IN_LAW).format(gap=gap, rate=rates[-1])
    x = [*map(date_number, days)]
    lines = ax.step(x, rates, where="post", color=colour, lw=2, label=told)
    thin: dict[str, Any] = {"ls": _REVISED, "lw": 1.0, "color": MUTED}
    bold: dict[str, Any] = {"marker": "o", "ms": 3.5, "lw": 1.4, "color": DARK}
    for vintage, look, label in (
        (REVISED, thin, words.RECORDED_REVISED),
        (PUBLISHED, bold, words.RECORDED_FIRST),
    ):
        rows = shown[shown["vintage"].eq(vintage)].sort_values("month")
        if len(rows):
            x = [date_number(pd.Timestamp(f"{month}-15")) for month in rows["month"]]
            y = rows["rate_pct"].to_numpy()
            told = (label if grace else words.RECORDED_IN_ALL).format(gap=gap, rate=y[-1])
            lines += ax.plot(x, y, label=told, **look)
    top = max([*rates, *shown["rate_pct"], *published["value_pct"]])
    for row in published.to_dict("records"):
        x = [date_number(row["date_start"]), date_number(row["date_start"] + pd.Timedelta(days=90))]
        ax.plot(x, [row["value_pct"]] * 2, color=MUTED, lw=1.2)
        told = words.OF_OTHERS.format(name=row["name"], rate=row["value_pct"])
        note(ax, told, (x[0], row["value_pct"]), MUTED, (-3, 0), ha="right", va="center")
    if grace:
        ax.axvspan(*map(date_number, grace), color=GRID, zorder=0)
        note(ax, words.ON_THE_WAY, (date_number(grace[0]), 0), MUTED, (-3, 4), ha="right")
        for month in pd.period_range(grace[0], periods=2, freq="M"):
            first = shown[shown["vintage"].eq(PUBLISHED) & shown["month"].eq(str(month))]
            for rate in first["rate_pct"]:
                told = words.IN_MONTH.format(month=words.MONTH.format(month.start_time), rate=rate)
                at = date_number(month.start_time) + 14, rate
                # right of the line that rises, below which there is none
                note(ax, told, at, DARK, (3, -6), va="top")
    ax.set_ylim(0, 1.08 * top)
    ax.grid(axis="y")
    ax.locator_params(axis="y", nbins=5)
    ax.set_ylabel(words.OF_VALUE)
    label_ends(ax, lines)


def plot_felt(ax: Axes, felt: Felt, rule_days: Mapping[str, pd.Timestamp]) -> None:
    """Draw the share of a step recorded in each month, with its interval and single chapters.

    Bars are the shares that the calendar gives to a step on the day of each rule.
    """
    months = list(felt.months["month"])
    places = np.arange(len(months))
    days = [day for day in sorted(set(rule_days.values())) if str(day.to_period("M")) in months]
    for day in days:
        month = str(day.to_period("M"))
        x, y = months.index(month), calendar_share(day, month)
        ax.plot([x - _SHIFT, x + _SHIFT], [y, y], color=MUTED, lw=2, zorder=1)
        # left of the bar in the first month, where the share recorded is low
        side, ha = (-1, "right") if month == str(days[0].to_period("M")) else (1, "left")
        told, at = day_label(day, year=False), (x + side * _SHIFT, y)
        note(ax, told, at, MUTED, (3 * side, 0), ha=ha, va="center")
    spread = np.linspace(-0.13, 0.13, felt.chapter_count)
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "ms": 2.2, "color": MUTED}
    for x, month in enumerate(months):
        single = felt.chapters[felt.chapters["month"].eq(month)].sort_values("hs_chapter")
        inside = single["share"].between(-0.15, 1.25).to_numpy()
        ax.plot(x + spread[inside], single["share"].to_numpy()[inside], alpha=0.5, zorder=2, **dot)
    share = felt.months["share"]
    off = [share - felt.months["low"], felt.months["high"] - share]
    ax.errorbar(places, share, yerr=off, fmt="D", ms=4.5, color=DARK, lw=1.2, zorder=3)
    ax.set(xlim=(-0.5, len(months) - 0.3), ylim=(-0.15, 1.25), ylabel=words.SHARE_RECORDED)
    starts = [pd.Period(month, "M").start_time for month in months]
    ax.set_xticks(places, [words.MONTH.format(start) for start in starts])
    ax.grid(axis="y")
    figure_of(ax).legend(
        handles=[
            Line2D([], [], ls="none", marker="D", ms=4.5, color=DARK, label=words.RECORDED),
            Line2D([], [], label=words.IN_CHAPTER, **dot),
            Line2D([], [], lw=2, color=MUTED, label=words.BY_CALENDAR),
        ],
        loc="outside upper left", ncols=3, handletextpad=0.4, handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip


def plot_first_months(ax: Axes, shares: Sequence[tuple[str, float, float]]) -> None:
    """Draw each step's share recorded in its first month (diamond) beside the calendar's (bar).

    `shares` are a name, the share recorded and that of the calendar.
    """
    for row, (_, recorded, calendar) in enumerate(shares):
        ax.plot([recorded, calendar], [-row, -row], color=FILL, lw=2, zorder=1)
        ax.plot(calendar, -row, marker="|", ms=10, mew=2, color=MUTED)
        ax.plot(recorded, -row, marker="D", ms=4.5, color=DARK)
    name_rows(ax, [name for name, *_ in shares])
    ax.set(xlim=(-0.04, 1.04), ylim=(0.6 - len(shares), 0.6), xlabel=words.FIRST_MONTH)
    ax.grid(axis="x")


def plot_exports(ax: Axes, quarters: pd.DataFrame) -> None:
    """Draw exports of each of the goods, the same quarter of the base year set to 100."""
    order = list(dict.fromkeys(quarters["window"]))
    goods = quarters.groupby("goods", sort=False)
    # goods differ without colour, too
    looks = [*zip(2 * LINES, "os^DvP", 3 * (DARK, MUTED), strict=True)]
    lines = []
    for (_, rows), (style, marker, colour) in zip(goods, looks[: len(goods)], strict=True):
        places = [order.index(window) for window in rows["window"]]
        lines += ax.plot(
            places, rows["index"], linestyle=style, marker=marker, ms=3.5, lw=1.4, color=colour,
            label=rows["title"].iloc[-1],
        )  # fmt: skip
    ax.axhline(100, color=RULE, lw=0.8)
    ax.set(xlim=(-0.2, len(order) - 0.8), ylim=(0, None), ylabel=words.BASE_YEAR)
    ax.set_xticks(
        range(len(order)),
        [
            f"{window[4:]}\n{window[:4]}" if window.endswith("Q1") else window[4:]
            for window in order
        ],
    )
    ax.grid(axis="y")
    label_ends(ax, lines)


def plot_yearly_exports(ax: Axes, yearly: pd.DataFrame, goods: str, claimed_usd_bn: float) -> None:
    """Draw exports of some goods a year as bars, and the sum that was claimed as a rule."""
    years = list(yearly["year"])
    ax.bar(years, yearly[goods], width=0.6, color=FILL, edgecolor=MUTED)
    for year, value in zip(years, yearly[goods], strict=True):
        note(ax, f"{value:.1f}", (year, value), TEXT, (0, 2), ha="center")
    ax.axhline(claimed_usd_bn, color=DARK, lw=1.6)
    told = words.CLAIMED_FOR.format(usd=claimed_usd_bn)
    note(ax, told, (0, claimed_usd_bn), DARK, (-12, 3))
    ax.set_ylim(0, 1.15 * max(claimed_usd_bn, yearly[goods].max()))
    ax.grid(axis="y")
    ax.set_ylabel(words.EXPORTS.format(goods=goods.capitalize()))


def plot_cumulated_duty(ax: Axes, months: pd.DataFrame, customs: pd.DataFrame) -> None:
    """Draw additional duty since the first step: claimed, recorded, and assessed by Customs.

    Squares are claims, the full and dashed lines what was recorded before and after a revision.
    """
    days = [pd.Period(month, "M").end_time.normalize() for month in months["month"]]
    x = [*map(date_number, days)]
    date_axis(ax, days[0].replace(day=1), days[-1], ticks=5)
    lines = []
    for name, style, mark, label in (
        ("claimed", "-", "s", words.AS_CLAIMED),
        (PUBLISHED, "-", "", words.AS_FIRST),
        (REVISED, _REVISED, "", words.AS_REVISED),
    ):
        y = months[f"{name}_cumulated_usd_bn"]
        if y.notna().any():
            lines += ax.plot(
                x, y, linestyle=style, marker=mark, markevery=3, ms=4, mfc="white", lw=1.4,
                color=DARK, label=label,
            )  # fmt: skip
    inside = customs[customs["assessed_to"].le(days[-1])]
    crosses = ax.plot(
        [*map(date_number, inside["assessed_to"])], inside["assessed_usd_bn"],
        linestyle="none", marker="x", ms=5, color=TEXT, label=words.CUSTOMS,
    )  # fmt: skip
    ax.legend(handles=crosses, loc="upper left")
    ax.set(ylim=(0, None), ylabel=words.DUTY_SINCE)
    ax.grid(axis="y")
    label_ends(ax, lines)
