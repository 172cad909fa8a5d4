"""Boards of words: the days of a breakdown one by one, and the charges of a broken promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, write_lines
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import (
    DARK,
    GRID,
    GROUND,
    HEAD,
    MUTED,
    TEXT,
    SideStyle,
    day_label,
    side_styles,
)

HOW_KNOWN = (
    Look(words.MEASURE, ("measure",), "s", "side"),
    Look(words.ON_RECORD, ("on record",), "o", "pale"),
    Look(words.UNNAMED, ("unnamed sources",), "o", "none"),
)
_DAYS, _MARK = 32.0, 10.0  # points; the column of days, and what a mark takes of a lane

ANSWERS = (
    Look(words.YES, ("yes",), "o", "side"),
    Look(words.NO, ("no",), "X", "side"),
    Look(words.DISPUTED, ("disputed",), "D", "pale"),
    Look(words.UNPROVEN, ("unproven",), "o", "none"),
    Look(words.NOTHING, ("unknown",), "_", "side"),
)
HEADS = {
    "undertaken": words.PROMISE,
    "act": words.ACT,
    "covered": words.REACH,
    "reserved": words.RIGHT,
    "before": words.ACCUSER,
}
_AGAINST = 3  # so many of them speak for the charge, the others against it
# columns of a grid as wide as the text; what is narrower has the verdict below its row
_NAMES, _VERDICT, _WIDE = 0.3, 0.3, 300.0
_NAMES_NARROW = 0.34
_HEAD = 3.3 * LINE  # points; where the names of questions stand
_GAP = 9.0  # points; parts what speaks for the charge from what speaks against it


def plot_days(
    ax: Axes, events: pd.DataFrame, sides: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> None:
    """Draw what happened from `start` to `end`: a row for each day, a lane for each side.

    An event is a mark, filled as it is known, with its label. What belongs to both sides stands
    first in its day, across the lanes. The figure gets the height that all of it needs.
    """
    styles = side_styles(sides)
    wide = figure_of(ax).get_figwidth() * 72 - 6
    lane = (wide - _DAYS) / len(styles)
    lanes = {side: _DAYS + number * lane for number, side in enumerate(styles)}
    looks = {code: look for look in HOW_KNOWN for code in look.codes}
    marks: dict[tuple[Look, str], list[tuple[float, float, int]]] = defaultdict(list)

    def write(row: Mapping[Any, Any], x: float, y: float, end: float) -> float:
        """Write an event from x to `end`; return how far down it reaches."""
        lines = [*lines_of(_words(row, styles), end - x - _MARK)]
        colour = styles[row["side"]].colour if row["side"] in styles else DARK
        marks[looks[row["known"]], colour].append((x + 3, y - 0.42 * LINE, row["row"]))
        write_lines(ax, x + _MARK, y, lines, TEXT)
        return y - len(lines) * LINE

    for side, x in lanes.items():
        name, colour = styles[side].name, styles[side].colour
        ax.text(x, 0, name, color=colour, weight="bold", va="top", fontsize=HEAD)
    y = -1.6 * LINE
    shown = events.assign(row=range(len(events)))[events["when"].between(start, end)]
    for _, rows in shown.groupby("when"):
        day = day_label(rows["when"].iloc[0], year=False)
        ax.text(0, y, day, va="top", color=TEXT)
        for row in rows[rows["side"].isna()].to_dict("records"):
            foot = write(row, _DAYS, y, wide)
            ax.fill_between([_DAYS - 2, wide], y + 1.5, foot, color=GROUND, linewidth=0)
            y = foot - 0.2 * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                below = write(row, x, below, x + lane - 7) - 0.1 * LINE
            bottom = min(bottom, below)
        y = bottom - 0.05 * LINE
    for (look, colour), places in marks.items():
        across, down, numbers = zip(*places, strict=True)
        draw_marks(ax, across, down, look, colour, rows=numbers)
    _fit(ax, wide, y)
    name_marks(ax, HOW_KNOWN, MUTED, columns=len(HOW_KNOWN))


def _words(row: Mapping[Any, Any], styles: Mapping[str, SideStyle]) -> str:
    """Return the label of an event, behind the sides of sources that have no name."""
    label = str(row["label"])
    if row["known"] in HOW_KNOWN[-1].codes:
        told = str(row["told_by"]).split(";")
        names = [styles[side].adjective for side in told if side in styles]
        known = words.SOURCES if names else words.NO_SIDE
        label = known.format(whose=words.AND.join(names), label=label)
    return label[:1].upper() + label[1:]


def plot_charges(ax: Axes, charges: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw a sign for the answer to every question of a charge, a row each, under its accuser.

    Reads side (the accuser), printed (a short name), verdict (in words) and one column for each
    question. A gap parts a right that was kept, which speaks for the accused, from what speaks
    against it. In a narrow figure a verdict stands below its row. The figure gets the height that
    all of it needs.
    """
    looks = {code: look for look in ANSWERS for code in look.codes}
    wide = figure_of(ax).get_figwidth() * 72
    is_wide = wide > _WIDE
    names = (_NAMES if is_wide else _NAMES_NARROW) * wide
    last = (1 - _VERDICT) * wide if is_wide else wide
    step = (last - names - _GAP) / len(HEADS)
    places = [
        names + (number + 0.5) * step + _GAP * (number >= _AGAINST) for number in range(len(HEADS))
    ]
    head: dict[str, Any] = {"va": "bottom", "linespacing": 1.0}
    for x, question in zip(places, HEADS.values(), strict=True):
        ax.text(x, -_HEAD, question, ha="center", weight="bold", **head)
    for part, said in ((places[:_AGAINST], words.FOR_IT), (places[_AGAINST:-1], words.AGAINST_IT)):
        middle = (part[0] + part[-1]) / 2
        ax.text(middle, -_HEAD + 2 * LINE, said, ha="center", color=MUTED, **head)
    if is_wide:
        ax.text(last + 4, -_HEAD, words.VERDICT, weight="bold", **head)
    y = -_HEAD - 0.5 * LINE
    for style in side_styles(sides).values():
        theirs = charges[charges["side"].eq(style.side)].to_dict("records")
        if theirs:
            accuser = style.article_name[:1].upper() + style.article_name[1:]
            told = words.CHARGES.format(accuser=accuser)
            ax.text(0, y, told, va="top", weight="bold", color=style.colour, fontsize=HEAD)
            y -= 1.3 * LINE
        for charge in theirs:
            name = [*lines_of(charge["printed"], names - 8)]
            verdict = [*lines_of(charge["verdict"], (_VERDICT * wide if is_wide else wide) - 8)]
            write_lines(ax, 0, y, name, TEXT)
            if is_wide:
                write_lines(ax, last + 4, y, verdict, TEXT)
                beside, lines = [max(len(name), len(verdict))] * 2
            else:
                beside, lines = len(name), len(name) + len(verdict)
                write_lines(ax, 0, y - beside * LINE, verdict, MUTED)
            for x, slot in zip(places, HEADS, strict=True):
                draw_marks(
                    ax, [x], [y - 0.5 * LINE * beside + 1], looks[charge[slot]], DARK, size=7
                )
            ax.axhline(y - (lines + 0.2) * LINE, color=GRID, linewidth=0.6)
            y -= (lines + 0.5) * LINE
        y -= 0.3 * LINE * bool(theirs)
    _fit(ax, wide, y + 0.6 * LINE)  # nothing below the last row
    name_marks(ax, ANSWERS, DARK, columns=len(ANSWERS) if is_wide else 3)


def _fit(ax: Axes, wide: float, y: float) -> None:
    """Give a board, whose data are points, the height that it needs."""
    figure_of(ax).set_figheight((2.2 * LINE - y) / 72)
    ax.set_axis_off()
    ax.set(xlim=(0, wide), ylim=(y, 0))
