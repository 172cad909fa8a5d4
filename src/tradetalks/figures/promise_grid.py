"""Charges of a broken promise: what the record answers to the questions of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, write_lines
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, colours_of, side_styles

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


class Row(NamedTuple):
    """A charge on the page, in points: its top, its answers, and the lines of name and verdict."""

    y: float
    charge: Mapping[Any, Any]
    name: list[str]
    verdict: list[str]


def plot_charges(ax: Axes, charges: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw a sign for the answer to every question of a charge, a row each, under its accuser.

    Reads side (the accuser), printed (a short name), verdict (in words) and one column for each
    question. A gap parts a right that was kept, which speaks for the accused, from what speaks
    against it. In a narrow figure a verdict stands below its row. The figure gets the height that
    all of it needs.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    looks = {code: look for look in ANSWERS for code in look.codes}
    figure = figure_of(ax)
    wide = figure.get_figwidth() * 72
    is_wide = wide > _WIDE
    names, told = (_NAMES * wide, _VERDICT * wide) if is_wide else (_NAMES_NARROW * wide, wide)
    y = -_HEAD - 0.5 * LINE
    accusers: dict[str, float] = {}
    rows: list[Row] = []
    for side in styles:
        theirs = charges[charges["side"].eq(side)]
        if theirs.empty:
            continue
        accusers[side] = y
        y -= 1.3 * LINE
        for charge in theirs.to_dict("records"):
            name = [*lines_of(charge["printed"], names - 8)]
            verdict = [*lines_of(charge["verdict"], told - 8)]
            rows.append(Row(y, charge, name, verdict))
            lines = max(len(name), len(verdict)) if is_wide else len(name) + len(verdict)
            y -= (lines + 0.5) * LINE
        y -= 0.3 * LINE
    y += 0.6 * LINE  # nothing below the last row
    figure.set_figheight((2.2 * LINE - y) / 72)
    ax.set_axis_off()
    ax.set_xlim(0, wide)
    ax.set_ylim(y, 0)
    last = (1 - _VERDICT) * wide if is_wide else wide
    step = (last - names - _GAP) / len(HEADS)
    places = [
        names + (number + 0.5) * step + _GAP * (number >= _AGAINST) for number in range(len(HEADS))
    ]
    head: dict[str, Any] = {"va": "bottom", "fontsize": SMALL, "linespacing": 1.0}
    for x, question in zip(places, HEADS.values(), strict=True):
        ax.text(x, -_HEAD, question, ha="center", weight="bold", **head)
    for part, said in ((places[:_AGAINST], words.FOR_IT), (places[_AGAINST:-1], words.AGAINST_IT)):
        middle = (part[0] + part[-1]) / 2
        ax.text(middle, -_HEAD + 2 * LINE, said, ha="center", color=colours["muted"], **head)
    if is_wide:
        ax.text(last + 4, -_HEAD, words.VERDICT, weight="bold", **head)
    for side, top in accusers.items():
        style = styles[side]
        accuser = f"{style.article_name[:1].upper()}{style.article_name[1:]}"
        heading = words.CHARGES.format(accuser=accuser)
        ax.text(0, top, heading, va="top", weight="bold", color=style.colour)
    for row in rows:
        beside = max(len(row.name), len(row.verdict)) if is_wide else len(row.name)
        foot = row.y - (beside + (0 if is_wide else len(row.verdict)) + 0.2) * LINE
        write_lines(ax, 0, row.y, row.name, colours["text"])
        if is_wide:
            write_lines(ax, last + 4, row.y, row.verdict, colours["text"])
        else:
            write_lines(ax, 0, row.y - beside * LINE, row.verdict, colours["muted"])
        middle = row.y - 0.5 * LINE * beside + 1
        for x, slot in zip(places, HEADS, strict=True):
            look = looks[str(row.charge[slot])]
            draw_marks(ax, [x], [middle], look, colours["dark"], size=7)
        ax.axhline(foot, color=colours["grid"], linewidth=0.6)
    name_marks(ax, ANSWERS, colours["dark"], columns=len(ANSWERS) if is_wide else 3)
    return ax
