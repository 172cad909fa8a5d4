"""Charges of a broken promise: what the record answers to the questions of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, lines_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours, side_styles

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
_NAMES, _VERDICT, _WIDE = 0.26, 0.29, 300.0
_NAMES_NARROW = 0.34
_HEAD = 2.3 * LINE  # points; where the names of questions stand
_GAP = 9.0  # points; parts what speaks for the charge from what speaks against it


@dataclass(frozen=True)
class Row:
    """A charge on the page, in points: its top, its claim, and the lines of name and verdict."""

    y: float
    claim_id: str
    name: list[str]
    verdict: list[str]


@dataclass(frozen=True)
class Layout:
    """A grid that is laid out: its size in inches, the tops of the accusers' names, its rows."""

    size: tuple[float, float]
    accusers: Mapping[str, float]
    rows: Sequence[Row]


def lay_out_charges(charges: pd.DataFrame, sides: pd.DataFrame, width: float) -> Layout:
    """Break names and verdicts of charges into lines, and place them under their accusers.

    `width` is that of the figure in inches. In a narrow one a verdict stands below its row.
    """
    wide = width * 72
    is_wide = wide > _WIDE
    names, verdict = (_NAMES * wide, _VERDICT * wide) if is_wide else (_NAMES_NARROW * wide, wide)
    y = -_HEAD - 0.5 * LINE
    accusers: dict[str, float] = {}
    rows: list[Row] = []
    for side in side_styles(sides):
        theirs = charges[charges["side"].eq(side)]
        if theirs.empty:
            continue
        accusers[side] = y
        y -= 1.5 * LINE
        for row in theirs.to_dict("records"):
            name = [*lines_of(row["printed"], names - 8)]
            told = [*lines_of(row["verdict"], verdict - 8)]
            rows.append(Row(y, row["claim_id"], name, told))
            lines = max(len(name), len(told)) if is_wide else len(name) + len(told)
            y -= (lines + 0.6) * LINE
        y -= 0.3 * LINE
    return Layout((width, (2.2 * LINE - y) / 72), accusers, rows)


def plot_charges(ax: Axes, charges: pd.DataFrame, layout: Layout, sides: pd.DataFrame) -> Axes:
    """Draw a sign for the answer to every question of a charge, in the rows of `lay_out_charges`.

    Reads claim_id, side (the accuser), printed (a short name), verdict (in words) and one column
    for each question. A gap parts a right that was kept, which speaks for the accused, from what
    speaks against it.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    looks = {code: look for look in ANSWERS for code in look.codes}
    wide, tall = (72 * length for length in layout.size)
    is_wide = wide > _WIDE
    answers = charges.set_index("claim_id")
    ax.set_axis_off()
    ax.set_xlim(0, wide)
    ax.set_ylim(2.2 * LINE - tall, 0)
    first = (_NAMES if is_wide else _NAMES_NARROW) * wide
    last = (1 - _VERDICT) * wide if is_wide else wide
    step = (last - first - _GAP) / len(HEADS)
    places = [
        first + (number + 0.5) * step + _GAP * (number >= _AGAINST) for number in range(len(HEADS))
    ]
    head: dict[str, Any] = {"va": "bottom", "fontsize": SMALL, "linespacing": 1.0}
    for x, name in zip(places, HEADS.values(), strict=True):
        ax.text(x, -_HEAD, name, ha="center", weight="bold", **head)
    if is_wide:
        ax.text(last + 4, -_HEAD, words.VERDICT, weight="bold", **head)
    for side, y in layout.accusers.items():
        style = styles[side]
        accuser = f"{style.article_name[:1].upper()}{style.article_name[1:]}"
        name = words.CHARGES.format(accuser=accuser)
        ax.text(0, y, name, va="top", weight="bold", color=style.colour)
    for row in layout.rows:
        beside = max(len(row.name), len(row.verdict)) if is_wide else len(row.name)
        foot = row.y - (beside + (0 if is_wide else len(row.verdict)) + 0.2) * LINE
        _write(ax, 0, row.y, row.name, colours["text"])
        if is_wide:
            _write(ax, last + 4, row.y, row.verdict, colours["text"])
        else:
            _write(ax, 0, row.y - beside * LINE, row.verdict, colours["muted"])
        middle = row.y - 0.5 * LINE * beside + 1
        for x, slot in zip(places, HEADS, strict=True):
            look = looks[str(answers.loc[row.claim_id, slot])]
            draw_marks(ax, [x], [middle], look, colours["dark"], size=7)
        ax.axhline(foot, color=colours["grid"], linewidth=0.6)
    name_marks(ax, ANSWERS, colours["dark"], columns=len(ANSWERS) if is_wide else 3)
    return ax


def _write(ax: Axes, x: float, top: float, lines: Sequence[str], colour: str) -> None:
    for number, line in enumerate(lines):
        ax.text(x, top - number * LINE, line, va="top", fontsize=SMALL, color=colour)
