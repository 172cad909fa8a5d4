"""The days of a breakdown, one by one, as a board of words with a lane for each side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import LINE, lines_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours, SideStyle, day_label, side_styles

HOW_KNOWN = (
    Look("document", ("document",), "s", "side"),
    Look("words on record", ("on record",), "o", "pale"),
    Look("unnamed sources", ("unnamed sources",), "o", "none"),
)
_DAYS, _MARK = 36.0, 10.0  # points; the column of days, and what a mark takes of a lane
_EMPTY = 3.4  # points; the height of a day on which nothing is listed


@dataclass(frozen=True)
class Cell:
    """One event on the board: its place in points, how it is known, its side and its lines."""

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

    Every day has a row. What belongs to both sides stands first in its day, across the lanes.
    `width` is that of the figure in inches, as is the size.
    """
    styles = side_styles(sides)
    wide = width * 72 - 6
    lane = (wide - _DAYS) / len(styles)
    lanes = {side: _DAYS + number * lane for number, side in enumerate(styles)}
    y = -1.7 * LINE
    days, cells = {}, []
    for day in pd.date_range(start, end):
        days[day] = y
        rows = events[events["when"].eq(day)]
        for row in rows[rows["side"].isna()].to_dict("records"):
            lines = [*lines_of(_words(row, styles), wide - _DAYS - _MARK)]
            cells.append(Cell(_DAYS, y, row["known"], None, lines))
            y -= (len(lines) + 0.2) * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                lines = [*lines_of(_words(row, styles), lane - _MARK - 9)]
                cells.append(Cell(x, below, row["known"], side, lines))
                below -= (len(lines) + 0.15) * LINE
            bottom = min(bottom, below)
        y = bottom - (0.15 * LINE if len(rows) else _EMPTY)
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
    told = {cell.y for cell in board.cells}
    for day, y in board.days.items():
        if y in told:
            words = day_label(day, year=False)
            ax.text(0, y, words, va="top", fontsize=SMALL, color=colours["text"])
        else:
            # a day without an event is a stroke of the scale
            ax.plot([3, 9], [y - 1, y - 1], color=colours["muted"], linewidth=0.6)
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
        draw_marks(ax, [c.x + 3 for c in own], [c.y - 0.42 * LINE for c in own], look, colour)
    name_marks(ax, HOW_KNOWN, colours["muted"], columns=len(HOW_KNOWN))
    return ax


def _words(row: Mapping[Any, Any], styles: Mapping[str, SideStyle]) -> str:
    """Return the label of an event, with the sides of sources that have no name."""
    label = str(row["label"])
    label = label[:1].upper() + label[1:]
    if row["known"] != HOW_KNOWN[-1].codes[0]:
        return label
    told = "" if pd.isna(row["told_by"]) else str(row["told_by"])
    names = [styles[side].adjective for side in told.split(";") if side in styles]
    whose = f"{' and '.join(names)} sources" if names else "sources of no known side"
    return f"{label} ({whose})"
