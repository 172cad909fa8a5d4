"""Verdicts as boards of words: one of what was found, one of what each choice would change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import BOARD, LINE, cut, width_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import SMALL, Colours

VERDICT_LOOKS = (
    Look("supported", ("supported",), "o", "side"),
    Look("partly\nsupported", ("partly supported",), "D", "pale"),
    Look("contra-\ndicted", ("contradicted",), "X", "side"),
    Look("undeter-\nmined", ("undetermined",), "o", "none"),
)


def plot_verdicts(ax: Axes, verdicts: pd.DataFrame, colours: Colours) -> Axes:
    """Draw a board of verdicts: a row per claim, under its claimant, a column per verdict.

    Reads `claim_id`, `claim`, `claimant`, `verdict` and `robust_share` (0-1), which is written at
    the right. A claim too long for its line is cut at a word; the tables have it whole. Give the
    figure the height of `verdicts_height`.
    """
    places = {look.codes[0]: (n + 0.5, look) for n, look in enumerate(VERDICT_LOOKS)}
    column, last = 41.0, 30.0
    words = BOARD - column * len(VERDICT_LOOKS) - last
    small: dict[str, Any] = {"fontsize": SMALL, "va": "center"}
    ax.set_axis_off()
    ax.set_xlim(0, BOARD)
    ax.set_ylim(-_board_rows(verdicts) - 0.6, 2.2)
    for place, look in places.values():
        x = words + column * place
        ax.text(x, 0, look.name, fontsize=SMALL, ha="center", va="bottom", color=colours["text"])
    ax.text(BOARD, 0, "holds in", fontsize=SMALL, ha="right", va="bottom", color=colours["muted"])
    y = 0.0
    for claimant in dict.fromkeys(verdicts["claimant"]):
        y -= 1.0
        ax.text(0, y, claimant, weight="bold", color=colours["text"], **small)
        for row in verdicts[verdicts["claimant"].eq(claimant)].to_dict("records"):
            y -= 1.0
            place, look = places[row["verdict"]]
            ax.axhline(y - 0.5, color=colours["grid"], linewidth=0.5)
            ax.text(0, y, row["claim_id"], color=colours["muted"], **small)
            ax.text(22, y, cut(row["claim"], words - 28), color=colours["text"], **small)
            draw_marks(ax, [words + column * place], [y], look, colours["dark"])
            share = f"{100 * row['robust_share']:.0f}%"
            ax.text(BOARD, y, share, ha="right", color=colours["muted"], **small)
    return ax


def verdicts_height(verdicts: pd.DataFrame) -> float:
    """Return the height in inches at which the rows of the board stand clear of each other."""
    return (_board_rows(verdicts) + 3) * LINE / 72


def plot_verdict_grid(
    ax: Axes, changes: pd.DataFrame, verdicts: pd.DataFrame, colours: Colours
) -> Axes:
    """Draw each verdict under each single change of a choice: a row per claim, a column per change.

    Reads `changes` of `claims.single_changes`, and `claim_id` and `claim` of the verdicts. The
    first column is the run's. A line goes on where the verdict is the same, a mark stands where it
    is another one, and nothing where the change does not apply. Give the figure the height of
    `verdict_grid_height`.
    """
    looks = {look.codes[0]: replace(look, name=look.codes[0]) for look in VERDICT_LOOKS}
    heads = list(dict.fromkeys(zip(changes["choice"], changes["value"], strict=True)))
    column = 27.0
    words = BOARD - column * len(heads)
    place = {head: words + column * (n + 0.5) for n, head in enumerate(heads)}
    small: dict[str, Any] = {"fontsize": SMALL, "va": "center"}
    ax.set_axis_off()
    ax.set_xlim(0, BOARD)
    ax.set_ylim(-len(verdicts) - 0.6, _head_rows(changes))
    for head, x in place.items():
        ax.text(
            x, 0, _head_words(*head), rotation=90, ha="center", va="bottom", fontsize=SMALL,
            color=colours["text"],
        )  # fmt: skip
    rows = {name: -1.0 - n for n, name in enumerate(verdicts["claim_id"])}
    tried = changes.assign(
        x=[place[head] for head in zip(changes["choice"], changes["value"], strict=True)],
        y=changes["claim_id"].map(rows),
    )
    stays = tried[tried["is_same"] & tried["choice"].ne("")]
    ends: list[tuple[float, float]] = []
    for y, across in stays.groupby("y")["x"]:
        # a stretch goes on as long as the next column is a neighbour
        stretch = across.sort_values().diff().gt(1.5 * column).cumsum()
        for _, part in across.groupby(stretch):
            x0, x1, at = part.min() - column / 2, part.max() + column / 2, float(str(y))
            ends += [(x0, at), (x1, at), (np.nan, np.nan)]
    if ends:
        # one line with gaps, which a drawing holds in a third of the room
        ax.plot(*zip(*ends, strict=True), color=colours["muted"], linewidth=0.8)
    for row in verdicts.to_dict("records"):
        text = f"{row['claim_id']}  {cut(row['claim'], words - 30)}"
        ax.text(0, rows[row["claim_id"]], text, color=colours["text"], **small)
    shown = tried[~tried["is_same"] | tried["choice"].eq("")]
    for verdict, group in shown.groupby("verdict"):
        draw_marks(ax, group["x"], group["y"], looks[str(verdict)], colours["dark"])
    name_marks(ax, list(looks.values()), colours["dark"], columns=len(looks))
    return ax


def verdict_grid_height(changes: pd.DataFrame, verdicts: pd.DataFrame) -> float:
    """Return the height in inches at which the rows of the grid stand clear of each other."""
    return (len(verdicts) + _head_rows(changes) + 3) * LINE / 72


def _board_rows(verdicts: pd.DataFrame) -> int:
    """Count the rows of a board of verdicts: its claims and the names of its claimants."""
    return len(verdicts) + verdicts["claimant"].nunique()


def _head_words(choice: str, value: str) -> str:
    """Return the two lines that name a change; the run itself has one."""
    return f"{choice}\n= {value}".replace("_", " ") if choice else "this run"


def _head_rows(changes: pd.DataFrame) -> float:
    """Return how many rows high the names of the columns are, set upright."""
    names = [
        line
        for choice, value in zip(changes["choice"], changes["value"], strict=True)
        for line in _head_words(choice, value).split("\n")
    ]
    return max(width_of(name) for name in names) / LINE + 1
