"""Average applied rates as steps, and the day that a rule gives to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import label_ends, name_rows
from tradetalks.figures.style import (
    Colours,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    name_rule,
    rule_at,
    side_styles,
)
from tradetalks.measure.dates import LEGAL_RULE, TRANSIT_RULE

_USER_WIDTH = 44  # characters; a longer line of a name goes on in the next


def plot_applied_rates(
    ax: Axes,
    path: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Axes:
    """Draw each side's average applied rate on the other as steps, with its MFN part below.

    Steps, not a sloped line: a duty jumps on its effective date. The thick line is the applied
    rate, the thin one the MFN rate, so the distance between them is the additional duty. Where
    an average becomes incomplete its line stops with a cross: the rate went on, unmeasured.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    highest = path.loc[path["effective_date"].le(end), "applied_rate_pct"].max()
    ax.set_ylim(0, float(highest) * 1.12)
    date_axis(ax, start, end)
    ends: list[tuple[float, float, str, str]] = []
    for importer, style in styles.items():
        theirs = path[path["importer"].eq(importer)].sort_values("effective_date")
        others = " and ".join(s.article_name for side, s in styles.items() if side != importer)
        for column, width, what in (
            ("applied_rate_pct", 2.2, f"{style.name}\non {others}:"),
            ("mfn_rate_pct", 0.9, "MFN"),
        ):
            days, rates = steps_between(theirs, column, start, end)
            if not rates:
                continue
            draw_steps(ax, days, rates, style, width)
            x, y = date_number(days[-1]), rates[-1]
            text = f"{what} {y:.1f}%"
            if days[-1] < end:
                ax.plot(x, y, marker="x", color=style.colour, markersize=6)
                if column == "applied_rate_pct":
                    text += f"\nnot measured from {day_label(days[-1])}"
            ends.append((x, y, text, style.colour))
            if column == "applied_rate_pct":
                shown = theirs[theirs["effective_date"].between(start, days[-1])]
                ax.plot(
                    [date_number(day) for day in shown["effective_date"]],
                    shown[column],
                    linestyle="none",
                    marker=style.marker,
                    markersize=4,
                    color=style.colour,
                    clip_on=False,
                )
    if start <= breakdown_date <= end:
        rule_at(ax, breakdown_date, colours)
        name_rule(ax, breakdown_date, colours)
    ax.grid(axis="y")
    # of a number of its own: otherwise it follows the height, which follows the room for the ticks
    ax.locator_params(axis="y", nbins=8)
    ax.set_ylabel("Average applied rate (percent)")
    label_ends(ax, ends)
    return ax


def plot_effective_date_rules(
    ax: Axes,
    rules: pd.DataFrame,
    colours: Colours,
    *,
    users: Mapping[str, str],
    margin_days: int = 10,
) -> Axes:
    """Draw one step under each rule for its date: a light bar before it, a dark one after.

    The bar carries the average applied rate that holds on either side of the step. `users`
    says of each rule who dates the step by it.
    """
    rows = rules.sort_values(["effective_date", "effective_date_rule"], ignore_index=True)
    margin = pd.Timedelta(days=margin_days)
    start, end = rows["effective_date"].min() - margin, rows["effective_date"].max() + margin
    for number, row in enumerate(rows.to_dict("records")):
        place = -number
        parts = [
            (start, row["effective_date"], row["before_pct"], "fill", "text"),
            (row["effective_date"], end, row["after_pct"], "dark", None),
        ]
        for first, last, rate, fill, text in parts:
            x = date_number(first)
            ax.barh(place, date_number(last) - x, left=x, height=0.6, color=colours[fill])
            ax.annotate(
                f"{rate:.1f}%",
                (date_number(last), place),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8,
                color="white" if text is None else colours[text],
            )
    date_axis(ax, start, end)
    names = [
        [_rule_name(row), users[row["effective_date_rule"]]] for row in rows.to_dict("records")
    ]
    name_rows(ax, ["\n".join([rule, *wrap(user, _USER_WIDTH)]) for rule, user in names])
    ax.set_ylim(-len(rows) + 0.5, 0.5)
    ax.spines["left"].set_visible(False)
    return ax


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


def _rule_name(row: Mapping[Any, Any]) -> str:
    """Print a rule for the effective date, with the day that it takes."""
    day = day_label(row["effective_date"], year=False)
    named = {LEGAL_RULE: "Legal date", TRANSIT_RULE: "Time at sea added"}
    return f"{named.get(row['effective_date_rule'], 'End of grace window')}: {day}"
