"""Moves and their answers, in days after the move."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import beside
from tradetalks.figures.style import Colours, SideStyle, side_styles


def plot_answer_ladder(ax: Axes, episodes: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw each move and its answer as two dumbbells: when announced, and when in force.

    Days count from the announcement of the move. The marker tells who acts; the text tells how
    long the answer took.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    rows = episodes.sort_values(["move_effective_date", "episode_id"], ignore_index=True)
    ticks: list[float] = []
    names: list[str] = []
    furthest = 0
    for number, row in enumerate(rows.to_dict("records")):
        top = 2.6 * (len(rows) - 1 - number)
        for what, place in (("announced", top + 1.0), ("effective", top)):
            ticks.append(place)
            names.append(f"{row['title']}: announced" if what == "announced" else "in force")
            if pd.isna(row[f"move_{what}_date"]):
                beside(ax, 0, place, "not decided yet", colours)
                continue
            move = (row[f"move_{what}_date"] - row["move_announced_date"]).days
            taken = row[f"{what}_days"]
            mover = styles[row["mover"]]
            if pd.isna(taken):
                _act(ax, move, place, mover, hollow=True)
                beside(ax, move, place, "not answered yet", colours)
                furthest = max(furthest, move)
                continue
            answer = move + int(taken)
            ax.plot([move, answer], [place, place], color=colours["rule"], linewidth=1.0, zorder=1)
            _act(ax, move, place, mover, hollow=True)
            _act(ax, answer, place, styles[row["answerer"]], hollow=False)
            beside(ax, max(move, answer), place, _days(int(taken)), colours)
            furthest = max(furthest, move, answer)
    width = furthest * 1.18 + 2
    acts = [(side, True, "moves") for side in styles if rows["mover"].eq(side).any()]
    acts += [(side, False, "answers") for side in styles if rows["answerer"].eq(side).any()]
    for number, (side, hollow, verb) in enumerate(acts):
        x, y = width * number / len(acts), max(ticks) + 1.5
        _act(ax, x, y, styles[side], hollow=hollow)
        beside(ax, x, y, f"{styles[side].name} {verb}", colours)
    ax.set_yticks(ticks, names)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.8, max(ticks, default=0.0) + 2.3)
    ax.set_xlim(-1.5, width)
    ax.grid(axis="x")
    ax.set_xlabel("Days after the move was announced")
    return ax


def _act(ax: Axes, day: float, place: float, style: SideStyle, *, hollow: bool) -> None:
    """Mark one act; a move is hollow and larger, so that an answer on the same day fits in."""
    ax.plot(
        day,
        place,
        marker=style.marker,
        markersize=8 if hollow else 4.5,
        markerfacecolor="white" if hollow else style.colour,
        markeredgecolor=style.colour,
        markeredgewidth=1.3 if hollow else 0.5,
        linestyle="none",
        zorder=2 if hollow else 3,
    )


def _days(taken: int) -> str:
    """Print a span in days as words: "same day", "1 day", "8 days", "2 days before"."""
    if taken == 0:
        return "same day"
    unit = "day" if abs(taken) == 1 else "days"
    return f"{abs(taken)} {unit}" + (" before" if taken < 0 else "")
