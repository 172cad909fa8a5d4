"""The share of each act, before and after the breakdown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import colours_of, side_styles

PERIODS = (Look(words.BEFORE, ("before",), "o", "none"), Look(words.AFTER, ("after",), "o", "side"))


def plot_acts(
    axes: Sequence[Axes], acts: pd.DataFrame, sides: pd.DataFrame, counted: str = "statements"
) -> Sequence[Axes]:
    """Draw the share of each act with its interval, before and after; one of `axes` per side.

    Acts stand in the order of their share after the breakdown, both sides taken together;
    `counted` names what the shares are of.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    after = acts[acts["period"].eq(PERIODS[-1].codes[0])].groupby("act")["share"].sum()
    order = list(after.reindex(sorted(acts["act"].unique())).sort_values(kind="stable").index)
    for ax, style in zip(axes, styles.values(), strict=True):
        theirs = acts[acts["side"].eq(style.side)].sort_values("act")
        for look, offset in zip(PERIODS, (0.17, -0.17), strict=True):
            rows = theirs[theirs["period"].isin(look.codes)]
            y = [order.index(act) + offset for act in rows["act"]]
            ax.hlines(y, 100 * rows["low"], 100 * rows["high"], color=style.colour, linewidth=1.0)
            draw_marks(ax, 100 * rows["share"], y, look, style.colour)
        ax.set_yticks(range(len(order)), order)
        ax.set_ylim(-0.6, len(order) - 0.4)
        ax.set_xlim(0, 100 * float(acts["high"].max()) + 2)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
        ax.set_xlabel(words.PERCENT_OF.format(counted=counted))
        ax.set_title(style.name, color=style.colour)
        for name in ("left", "bottom"):
            ax.spines[name].set_visible(False)
    name_marks(axes[-1], PERIODS, colours["dark"], columns=1, inside=True)
    return axes
