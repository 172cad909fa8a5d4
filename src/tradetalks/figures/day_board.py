"""The days of a breakdown, one by one, as a board of words with a lane for each side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, lines_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours, SideStyle, day_label, side_styles

HOW_KNOWN = (
    Look(words.MEASURE, ("measure",), "s", "side"),
    Look(words.ON_RECORD, ("on record",), "o", "pale"),
    Look(words.UNNAMED, ("unnamed sources",), "o", "none"),
)
_DAYS, _MARK = 32.0, 10.0  # points; the column of days, and what a mark takes of a lane


@dataclass(frozen=True)
class Cell:
    """One event on the board: its row, place in points, how it is known, its side and lines."""

    row: int

    x: float
    y: float
    known: str
    side: str | None
    lines: list[str]


@dataclass(frozen=True)
class Board:
    """A board that is laid out: width, where every day begins, its cells, and where it ends."""

    width: float
    days: Mapping[pd.Timestamp, float]
    lanes: Mapping[str, float]
    cells: Sequence[Cell]
    bottom: float


def lay_out_days(
    events: pd.DataFrame,
    sides: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    width: float,
) -> tuple[Board, tuple[float, float]]:
    """Place what happened from `start` to `end` on a board; return it with its figure's size.

    Every day with an event has a row. What belongs to both sides stands first in its day, across
    the lanes.
    `width` is that of the figure in inches, as is the size.
    """
    styles = side_styles(sides)
    events = events.assign(row=range(len(events)))
    wide = width * 72 - 6
    lane = (wide - _DAYS) / len(styles)
    lanes = {side: _DAYS + number * lane for number, side in enumerate(styles)}
    y = -1.6 * LINE
    days: dict[pd.Timestamp, float] = {}
    cells: list[Cell] = []
    for day in pd.date_range(start, end):
        rows = events[events["when"].eq(day)]
        if rows.empty:
            continue
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
                below -= (len(lines) + 0.15) * LINE
            bottom = min(bottom, below)
        y = bottom - 0.1 * LINE
    board = Board(wide, days, lanes, cells, y)
    return board, (width, (2.2 * LINE - y) / 72)


def plot_days(ax: Axes, board: Board, sides: pd.DataFrame) -> Axes:
    """Draw a board: a mark for every event in the lane of its side, filled as it is known."""
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    ax.set_axis_off()
    ax.set_xlim(0, board.width)
    ax.set_ylim(board.bottom, 0)
    for side, left in board.lanes.items():
        ax.text(left, 0, styles[side].name, color=styles[side].colour, weight="bold", va="top")
    for day, y in board.days.items():
        ax.text(0, y, day_label(day, year=False), va="top", fontsize=SMALL, color=colours["text"])
    for cell in board.cells:
        if cell.side is None:
            ax.fill_between(
                [cell.x - 2, board.width], cell.y + 1.5, cell.y - len(cell.lines) * LINE,
                color=colours["ground"], linewidth=0,
            )  # fmt: skip
        for number, line in enumerate(cell.lines):
            y = cell.y - number * LINE
            ax.text(cell.x + _MARK, y, line, va="top", fontsize=SMALL, color=colours["text"])
    whose: list[str | None] = [None, *styles]
    for one, look in product(whose, HOW_KNOWN):
        own = [cell for cell in board.cells if cell.side == one and cell.known in look.codes]
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
