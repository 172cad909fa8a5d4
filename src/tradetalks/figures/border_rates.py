"""The rate in law as steps, and the rate recorded month by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.clean.border import PUBLISHED, REVISED
from tradetalks.figures import words
from tradetalks.figures.layout import figure_of, label_ends, lines_of
from tradetalks.figures.style import COLUMN, PLAIN, Colours, date_axis, date_number, note
from tradetalks.measure.border.recorded import months_between


def plot_border_rates(
    ax: Axes,
    path: pd.DataFrame,
    recorded: pd.DataFrame,
    published: pd.DataFrame,
    colours: Colours,
    *,
    importer: str,
    grace: tuple[pd.Timestamp, pd.Timestamp] | None,
    span: tuple[str, str],
) -> Axes:
    """Draw the average in law as steps and the rate recorded as one mark per month.

    The dashed line is the month as first published, the full one as revised, where it is known; a
    short thin line is an average that somebody else (column `name` of `published`) published. The
    window of grace, if there is one, is shaded; without a step to date, vintages are not told
    apart. Labels take two lines where the page is narrow.
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
    ax.step([date_number(day) for day in days], rates, where="post", color=colours[importer], lw=2)
    in_law = words.IN_LAW.format(rate=rates[-1])
    ends = [(date_number(end), float(rates[-1]), in_law, colours[importer])]
    for vintage, line, label in (
        (PUBLISHED, (0, (3, 1.5)), words.RECORDED_FIRST),
        (REVISED, "-", words.RECORDED_REVISED),
    ):
        rows = shown[shown["vintage"].eq(vintage)].sort_values("month")
        if len(rows):
            x = [date_number(pd.Timestamp(f"{month}-15")) for month in rows["month"]]
            mark = "o" if vintage == REVISED or REVISED not in set(shown["vintage"]) else ""
            y = rows["rate_pct"].to_numpy()
            ax.plot(x, y, linestyle=line, marker=mark, ms=3.5, lw=1.4, color=colours["dark"])
            told = (label if grace else words.RECORDED_IN_ALL).format(gap=gap, rate=y[-1])
            ends.append((date_number(end), y[-1], told, colours["dark"]))
    top = max([*rates, *shown["rate_pct"], *published["value_pct"]])
    for row in published.to_dict("records"):
        x = [date_number(row["date_start"]), date_number(row["date_start"] + pd.Timedelta(days=90))]
        ax.plot(x, [row["value_pct"]] * 2, color=colours["muted"], lw=1.2)
        told = words.OTHER_WEIGHTS.format(rate=row["value_pct"], name=row["name"])
        lines = [*lines_of(told, 0.38 * wide)]
        # above its line, which nothing but another of these is
        look = {"ha": "right", "va": "bottom", "linespacing": 1.1, "bbox": PLAIN, "zorder": 3}
        at = x[1], row["value_pct"]
        note(ax, "\n".join(lines), at, colours["muted"], by=(0, 3), **look)
        top = max(top, row["value_pct"] * (1 + 0.09 * len(lines)))
    if grace:
        ax.axvspan(*map(date_number, grace), color=colours["grid"], zorder=0)
        at = date_number(grace[0]), 0
        note(ax, words.ON_THE_WAY, at, colours["muted"], by=(-3, 4), ha="right")
    ax.set_ylim(0, 1.05 * top)
    ax.grid(axis="y")
    ax.locator_params(axis="y", nbins=8)
    ax.set_ylabel(words.OF_VALUE)
    label_ends(ax, ends)
    return ax
