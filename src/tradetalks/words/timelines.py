"""Statements on an axis of time: stacked marks, the first side upwards, the second downwards."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import figure_of, lay_out, points_to_data, width_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import (
    MUTED,
    RULE,
    SMALL,
    SideStyle,
    date_axis,
    date_number,
    side_styles,
)

ACT_GROUPS = (
    Look(words.BLAMES, ("blame", "threaten"), "v", "side"),
    Look(words.DENIES, ("deny", "justify", "demand"), "s", "pale"),
    Look(words.OTHERWISE, ("commit", "offer", "praise", "concede", "announce"), "o", "none"),
)
_TITLE: dict[str, Any] = {"fontsize": SMALL, "fontweight": "normal", "color": MUTED}
_PITCH = 4.9  # points from one column of stacked marks to the next
_FILLED = 0.86  # of the way from a mark of a stack to the next; what is left parts them


def plot_ledger(
    ax: Axes,
    statements: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    breakdown: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each statement as a mark, by what it does, stacked in columns of some days.

    Columns are counted from the breakdown, so that none of them holds days of both periods.
    """
    styles = side_styles(sides)
    # first all that takes room: dates, names of lanes, legend
    date_axis(ax, start, end)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_title(words.ONE_DAY, **_TITLE)
    _name_lanes(ax, (0.45, 0.55), styles)
    fits = sum(width_of(look.name) + 20 for look in ACT_GROUPS) < 72 * figure_of(ax).get_figwidth()
    name_marks(ax, ACT_GROUPS, MUTED, columns=len(ACT_GROUPS) if fits else 1)
    lay_out(ax)
    days = max(1, int(np.ceil(points_to_data(ax, _PITCH, "x"))))
    marks = _stack(statements, days, breakdown, next(iter(styles)))
    reach = [min(-1, marks["y"].min()) - 1, max(1, marks["y"].max()) + 1]
    ax.set_ylim(*reach)
    _name_lanes(ax, (reach[1] / 2, reach[0] / 2), styles)
    held = words.ONE_DAY if days == 1 else words.DAYS.format(days=days)
    ax.set_title(words.EACH_COLUMN.format(held=held), **_TITLE)
    ax.axhline(0, color=RULE, linewidth=0.7, zorder=1)
    rule = (0, (1.0, 1.5))
    ax.axvline(date_number(breakdown), linestyle=rule, linewidth=1.0, color=RULE, zorder=1)
    size = _FILLED * min(_PITCH, 1 / points_to_data(ax, 1))
    for side, style in styles.items():
        for number, look in enumerate(ACT_GROUPS):
            alike = marks[marks["side"].eq(side) & marks["look"].eq(number)]
            draw_marks(ax, alike["x"], alike["y"], look, style.colour, size=size, rows=alike["row"])


def _name_lanes(ax: Axes, places: tuple[float, float], styles: Mapping[str, SideStyle]) -> None:
    """Write the names of the sides beside their lanes."""
    ax.set_yticks(places, [style.name for style in styles.values()])
    for label, style in zip(ax.get_yticklabels(), styles.values(), strict=True):
        label.set(color=style.colour, rotation=90, va="center")


def _stack(
    statements: pd.DataFrame, days: int, breakdown: pd.Timestamp, upwards: str
) -> pd.DataFrame:
    """Place statements in columns of `days`: adds `row`, `look`, `x` and `y` (levels from 0).

    Within a column marks stand in the order of their looks.
    """
    looks = {act: number for number, look in enumerate(ACT_GROUPS) for act in look.codes}
    placed = statements.assign(
        row=range(len(statements)),
        look=statements["act"].map(looks.__getitem__),
        column=(statements["statement_date"] - breakdown).dt.days // days,
    ).sort_values(["side", "column", "look", "statement_date", "statement_id"])
    level = placed.groupby(["side", "column"]).cumcount() + 1.0
    return placed.assign(
        x=date_number(breakdown) + placed["column"] * days + (days - 1) / 2,
        y=level.where(placed["side"].eq(upwards), -level),
    )
