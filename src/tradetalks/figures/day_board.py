"""The days of a breakdown, one by one, as a board of words with a lane for each side."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, write_lines
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, SideStyle, colours_of, day_label, side_styles

HOW_KNOWN = (
    Look(words.MEASURE, ("measure",), "s", "side"),
    Look(words.ON_RECORD, ("on record",), "o", "pale"),
    Look(words.UNNAMED, ("unnamed sources",), "o", "none"),
)
_DAYS, _MARK = 32.0, 10.0  # points; the column of days, and what a mark takes of a lane


class Cell(NamedTuple):
    """One event on the board: its row, place in points, how it is known, its side and lines."""

    row: int
    x: float
    y: float
    known: str
    side: str | None
    lines: list[str]


def plot_days(
    ax: Axes, events: pd.DataFrame, sides: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> Axes:
    """Draw what happened from `start` to `end`: a row for each day, a lane for each side.

    An event is a mark, filled as it is known, with its label. What belongs to both sides stands
    first in its day, across the lanes. The figure gets the height that all of it needs.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    figure = figure_of(ax)
    wide = figure.get_figwidth() * 72 - 6
    lane = (wide - _DAYS) / len(styles)
    lanes = {side: _DAYS + number * lane for number, side in enumerate(styles)}
    y = -1.6 * LINE
    days: dict[pd.Timestamp, float] = {}
    cells: list[Cell] = []
    events = events.assign(row=range(len(events)))
    for day in sorted(events.loc[events["when"].between(start, end), "when"].unique()):
        rows = events[events["when"].eq(day)]
        days[day] = y
        for row in rows[rows["side"].isna()].to_dict("records"):
            lines = [*lines_of(_words(row, styles), wide - _DAYS - _MARK)]
            cells.append(Cell(row["row"], _DAYS, y, row["known"], None, lines))
            y -= (len(lines) + 0.2) * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                lines = [*lines_of(_words(row, styles), lane - _MARK - 7)]
                cells.append(Cell(row["row"], x, below, row["known"], side, lines))
                below -= (len(lines) + 0.1) * LINE
            bottom = min(bottom, below)
        y = bottom - 0.05 * LINE
    figure.set_figheight((2.2 * LINE - y) / 72)
    ax.set_axis_off()
    ax.set_xlim(0, wide)
    ax.set_ylim(y, 0)
    for side, left in lanes.items():
        ax.text(left, 0, styles[side].name, color=styles[side].colour, weight="bold", va="top")
    for day, top in days.items():
        ax.text(0, top, day_label(day, year=False), va="top", fontsize=SMALL, color=colours["text"])
    for cell in cells:
        if cell.side is None:
            ax.fill_between(
                [cell.x - 2, wide], cell.y + 1.5, cell.y - len(cell.lines) * LINE,
                color=colours["ground"], linewidth=0,
            )  # fmt: skip
        write_lines(ax, cell.x + _MARK, cell.y, cell.lines, colours["text"])
    whose: list[str | None] = [None, *styles]
    for one, look in product(whose, HOW_KNOWN):
        own = [cell for cell in cells if cell.side == one and cell.known in look.codes]
        colour = colours["dark"] if one is None else styles[one].colour
        places = [c.x + 3 for c in own], [c.y - 0.42 * LINE for c in own]
        draw_marks(ax, *places, look, colour, rows=[c.row for c in own])
    name_marks(ax, HOW_KNOWN, colours["muted"], columns=len(HOW_KNOWN))
    return ax


def _words(row: Mapping[Any, Any], styles: Mapping[str, SideStyle]) -> str:
    """Return the label of an event, behind the sides of sources that have no name."""
    label = str(row["label"])
    if row["known"] == HOW_KNOWN[-1].codes[0]:
        told = "" if pd.isna(row["told_by"]) else str(row["told_by"])
        names = [styles[side].adjective for side in told.split(";") if side in styles]
        known = words.SOURCES if names else words.NO_SIDE
        label = known.format(whose=words.AND.join(names), label=label)
    return label[:1].upper() + label[1:]
