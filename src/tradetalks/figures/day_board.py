"""The days of a breakdown as a board of words: a row per day, a lane per side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import BOARD, LINE, lines_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours, day_label, side_styles

EVENT_KINDS = (
    Look("statement", ("statement",), "o", "side"),
    Look("tariff announced", ("tariff announcement",), "^", "none"),
    Look("rate changed", ("rate change",), "s", "side"),
    Look("talks", ("round",), "D", "none"),
    Look("told by the press", ("press account",), "X", "side"),
)


@dataclass(frozen=True)
class Cell:
    """One entry of the table of time: its place in points, its kind, its side and its lines."""

    x: float
    y: float
    kind: str
    side: str | None
    lines: list[str]


def plot_breakdown_sequence(ax: Axes, sequence: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw the days of a breakdown as a table of time: a row per day, a lane per side.

    What both sides did stands first in its day, on a band across the lanes. Lanes are read down
    by themselves: where no time is known there is no order across them. Give the figure the
    height of `sequence_height`.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    cells, bottom = _lay_out_sequence(sequence, list(styles))
    ax.set_axis_off()
    ax.set_xlim(0, BOARD)
    ax.set_ylim(bottom, 0)
    looks = {code: look for look in EVENT_KINDS for code in look.codes}
    for side, left in _lanes(list(styles)).items():
        ax.text(left, 0, styles[side].name, color=styles[side].colour, weight="bold", va="top")
    for cell in cells:
        if cell.kind == "day":
            ax.axhline(cell.y + 3, color=colours["grid"], linewidth=0.7)
            ax.text(0, cell.y, cell.lines[0], va="top", fontsize=SMALL, color=colours["text"])
            continue
        colour = colours["dark"] if cell.side is None else styles[cell.side].colour
        if cell.side is None:
            ax.fill_between(
                [cell.x - 3, BOARD], cell.y + 1.5, cell.y - len(cell.lines) * LINE,
                color=colours["grid"], alpha=0.55, linewidth=0,
            )  # fmt: skip
        draw_marks(ax, [cell.x + 3], [cell.y - 0.42 * LINE], looks[cell.kind], colour)
        for number, line in enumerate(cell.lines):
            y = cell.y - number * LINE
            ax.text(cell.x + 11, y, line, va="top", fontsize=SMALL, color=colours["text"])
    kinds = [look for look in EVENT_KINDS if sequence["kind"].isin(look.codes).any()]
    name_marks(ax, kinds, colours["muted"], columns=max(1, len(kinds)))
    return ax


def sequence_height(sequence: pd.DataFrame, sides: pd.DataFrame) -> float:
    """Return the height in inches at which the lines of the sequence stand clear of each other."""
    _, bottom = _lay_out_sequence(sequence, list(side_styles(sides)))
    return (2.2 * LINE - bottom) / 72


def _lanes(sides: Sequence[str]) -> dict[str, float]:
    """Return where each side's lane begins, in points, right of the column of days."""
    margin = 46.0
    return {side: margin + n * (BOARD - margin) / len(sides) for n, side in enumerate(sides)}


def _lay_out_sequence(sequence: pd.DataFrame, sides: Sequence[str]) -> tuple[list[Cell], float]:
    """Break a sequence into cells and place them, in points; return also where they end."""
    lanes = _lanes(sides)
    names = {code: look.name for look in EVENT_KINDS for code in look.codes}
    first = min(lanes.values())
    wide = BOARD - first - 14
    y = -1.6 * LINE
    cells = []
    for _, rows in sequence.groupby("when"):
        cells.append(Cell(0, y, "day", None, [day_label(rows["when"].iloc[0], year=False)]))
        for row in rows[rows["side"].isna()].to_dict("records"):
            words = f"{names[row['kind']].capitalize()}: {row['label']}"
            cells.append(Cell(first, y, row["kind"], None, [*lines_of(words, wide)]))
            y -= (len(cells[-1].lines) + 0.25) * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                words = (
                    row["label"] if pd.isna(row["time_utc"]) else f"{row['time']}, {row['label']}"
                )
                lines = [*lines_of(words, (BOARD - first) / len(sides) - 16)]
                cells.append(Cell(x, below, row["kind"], side, lines))
                below -= (len(lines) + 0.2) * LINE
            bottom = min(bottom, below)
        y = bottom - 0.25 * LINE
    return cells, y
