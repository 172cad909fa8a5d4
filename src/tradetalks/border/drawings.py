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
_RATIOS = (6, 12, 25, 50, 100, 200)  # marks of a scale of ratios
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


def plot_response(
    ax: Axes, months: pd.DataFrame, steps: pd.DataFrame, *, colour: str, flow: str
) -> list[Line2D]:
    """Draw trade in goods on lists by month, that in goods on none set to 100, with intervals.

    The full line and its band are the list of the dated step, or of its answer; the dashed line and
    its whiskers the lists before. Upright lines are the days of their steps. The scale is one of
    ratios. Returns the lines, for a legend.
    """
    first, last = pd.Period(months["month"].min(), "M"), pd.Period(months["month"].max(), "M")
    date_axis(ax, first.start_time, last.end_time.normalize(), ticks=4)
    index = months.set_index("group").filter(like="_pct") + 100
    places = [date_number(pd.Timestamp(f"{month}-15")) for month in months["month"].unique()]
    lines = []
    full: dict[str, Any] = {"ls": "-", "lw": 1.6, "color": colour}
    dashed: dict[str, Any] = {"ls": _REVISED, "lw": 1.1, "color": MUTED}
    for group, look, label in (
        ("listed", full, words.LISTED),
        ("earlier", dashed, words.EARLIER),
    ):
        of = index[index.index == group]
        if of.empty:
            continue
        low, high = of["low_pct"].to_numpy(), of["high_pct"].to_numpy()
        if group == "listed":
            ax.fill_between(places, low, high, color=colour, alpha=0.15, lw=0)
        else:
            ax.vlines(places, low, high, color=MUTED, lw=0.5, alpha=0.7)
        line = of["estimate_pct"].to_numpy()
        ax.plot(places, line, label=label, **look)
        # one legend serves both flows, whose full lines have the colours of their sides
        lines.append(Line2D([], [], label=label, **look | {"color": MUTED}))
    for on_listed, days in steps.groupby("on_listed")["effective_date"]:
        for day in days[days.le(last.end_time)]:
            style = "-" if on_listed else ":"
            ax.axvline(date_number(day), color=FILL, lw=1.2, ls=style, zorder=0)
    ax.axhline(100, color=RULE, lw=0.8)
    # what reaches further would press the rest into a line
    bottom = max(0.95 * index["low_pct"].min(), _RATIOS[0])
    top = min(1.05 * index["high_pct"].max(), 2 * _RATIOS[-1])
    ax.set(yscale="log", ylim=(bottom, top))
    ax.set_title(words.FLOWS[flow], loc="left")
    ax.set_yticks([tick for tick in _RATIOS if bottom <= tick <= top])
    ax.yaxis.set_major_formatter("{x:.0f}")
    ax.minorticks_off()
    return lines


def plot_monthly(ax: Axes, monthly: pd.Series, title: str) -> None:
    """Draw exports of some goods by month as bars, in billion dollars."""
    months = pd.PeriodIndex(monthly.index, freq="M")
    date_axis(ax, months[0].start_time, months[-1].end_time.normalize(), ticks=5)
    places = [date_number(month.start_time) + 14 for month in months]
    ax.bar(places, monthly, width=24, color=FILL, edgecolor=MUTED, lw=0.5)
    ax.set(ylim=(0, None), ylabel=words.EXPORTS.format(goods=title))
    ax.grid(axis="y")


def plot_markets(ax: Axes, markets: pd.DataFrame, since: pd.Timestamp) -> None:
    """Draw each series by day of trade, its last close before a day set to 100."""
    date_axis(ax, markets["date"].min(), markets["date"].max(), ticks=4)
    lines = []
    looks = zip(markets.groupby("title", sort=False), LINES, (DARK, MUTED, TEXT), strict=False)
    for (title, rows), style, ink in looks:
        readings = rows.sort_values("date").set_index("date")
        value = readings["value"] / readings["divisor"].fillna(1.0)
        index = 100 * value / value[value.index < since].iloc[-1]
        x = [*map(date_number, index.index)]
        lines += ax.plot(x, index, linestyle=style, color=ink, lw=1.4, label=title)
    ax.axvline(date_number(since), color=RULE, lw=0.8, zorder=0)
    ax.grid(axis="y")
    ax.set_ylabel(words.BEFORE_DAY)
    label_ends(ax, lines)
