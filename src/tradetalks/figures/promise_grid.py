"""Charges of a broken promise: what the record answers to the questions of each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import LINE, lines_of, width_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours, side_styles

ANSWERS = (
    Look("yes", ("yes",), "o", "side"),
    Look("no", ("no",), "X", "side"),
    Look("disputed", ("disputed",), "D", "pale"),
    Look("unproven", ("unproven",), "o", "none"),
    Look("nothing on record", ("unknown",), "_", "side"),
)
HEADS = {
    "undertaken": "Promised",
    "act": "Done",
    "covered": "Covered",
    "reserved": "Right kept",
    "before": "Accuser too",
}
_SHARE = 0.44  # of the width; what the words of a charge take
_HEAD = 3.2 * LINE  # points; where the names of questions stand


def lay_out_charges(
    charges: pd.DataFrame, sides: pd.DataFrame, width: float
) -> tuple[list[tuple[float, str | None, list[str]]], tuple[float, float]]:
    """Break charges into lines and place them, in points; return also the figure's size.

    A row is its place, the claim (missing for the name of the accuser) and its lines. `width` is
    that of the figure in inches, as is the size.
    """
    styles = side_styles(sides)
    y = -_HEAD - 0.5 * LINE
    rows: list[tuple[float, str | None, list[str]]] = []
    for side, style in styles.items():
        theirs = charges[charges["side"].eq(side)]
        if len(theirs):
            rows.append((y, None, [side]))
            y -= 1.5 * LINE
        for row in theirs.to_dict("records"):
            lines = [*lines_of(row["claim"], _SHARE * width * 72 - 8)]
            rows.append((y, row["claim_id"], lines))
            y -= (len(lines) + 0.6) * LINE
        y -= 0.3 * LINE if len(theirs) and style else 0
    return rows, (width, (2.2 * LINE - y) / 72)


def plot_charges(
    ax: Axes,
    charges: pd.DataFrame,
    rows: Sequence[tuple[float, str | None, list[str]]],
    sides: pd.DataFrame,
) -> Axes:
    """Draw a sign for the answer to every question of a charge, in the rows of `lay_out_charges`.

    Reads claim_id, side (the accuser), claim and one column for each question.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    looks = {code: look for look in ANSWERS for code in look.codes}
    figure = ax.get_figure(root=True)
    assert figure is not None  # noqa: S101  (nobody draws on Axes of no figure)
    wide, tall = (72 * length for length in figure.get_size_inches())
    answers = charges.set_index("claim_id")
    ax.set_axis_off()
    ax.set_xlim(0, wide)
    ax.set_ylim(2.2 * LINE - tall, 0)
    step = (1 - _SHARE) * wide / len(HEADS)
    places = [_SHARE * wide + (number + 0.5) * step for number in range(len(HEADS))]
    heads = [head.replace(" ", "\n") for head in HEADS.values()]
    # every other one stands higher where they would run into each other; bold is a little wider
    crowded = 1.1 * max(width_of(line) for head in heads for line in head.split("\n")) > step
    for number, (x, head) in enumerate(zip(places, heads, strict=True)):
        up = 2.2 * LINE * (number % 2) * crowded
        ax.text(
            x, up - _HEAD, head, ha="center", va="bottom", fontsize=SMALL, weight="bold",
            linespacing=1.0,
        )  # fmt: skip
    for y, claim_id, lines in rows:
        if claim_id is None:
            style = styles[lines[0]]
            words = f"{style.article_name[:1].upper()}{style.article_name[1:]} charges:"
            ax.text(0, y, words, va="top", weight="bold", color=style.colour)
            continue
        for number, line in enumerate(lines):
            ax.text(0, y - number * LINE, line, va="top", fontsize=SMALL, color=colours["text"])
        middle = y - 0.5 * LINE * len(lines) + 1
        for x, slot in zip(places, HEADS, strict=True):
            look = looks[str(answers.loc[claim_id, slot])]
            draw_marks(ax, [x], [middle], look, colours["dark"], size=7)
        ax.axhline(y - (len(lines) + 0.2) * LINE, color=colours["grid"], linewidth=0.6)
    name_marks(ax, ANSWERS, colours["dark"], columns=len(ANSWERS) if wide > 300 else 3)
    return ax
