"""The ledger of statements in numbers: the share of each act, and the change among random days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradetalks.figures import words
from tradetalks.figures.marks import Look, draw_marks, name_marks, tint
from tradetalks.figures.style import DARK, MUTED, TEXT, note, side_styles

PERIODS = (Look(words.BEFORE, ("before",), "o", "none"), Look(words.AFTER, ("after",), "o", "side"))


def plot_acts(
    axes: Sequence[Axes], acts: pd.DataFrame, sides: pd.DataFrame, counted: str = "statements"
) -> None:
    """Draw the share of each act with its interval, before and after; one of `axes` per side.

    Acts stand in the order of their share after the breakdown, both sides taken together;
    `counted` names what the shares are of.
    """
    after = acts[acts["period"].eq(PERIODS[-1].codes[0])].groupby("act")["share"].sum()
    order = list(after.reindex(sorted(acts["act"].unique())).sort_values(kind="stable").index)
    for ax, style in zip(axes, side_styles(sides).values(), strict=True):
        theirs = acts[acts["side"].eq(style.side)].sort_values("act")
        for look, offset in zip(PERIODS, (0.17, -0.17), strict=True):
            rows = theirs[theirs["period"].isin(look.codes)]
            y = [order.index(act) + offset for act in rows["act"]]
            ax.hlines(y, 100 * rows["low"], 100 * rows["high"], color=style.colour, linewidth=1.0)
            draw_marks(ax, 100 * rows["share"], y, look, style.colour)
        ax.set_yticks(range(len(order)), order)
        ax.set(ylim=(-0.6, len(order) - 0.4), xlim=(0, 100 * float(acts["high"].max()) + 2))
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
        ax.set_xlabel(words.PERCENT_OF.format(counted=counted))
        ax.set_title(style.name, color=style.colour)
        ax.spines[["left", "bottom"]].set_visible(False)
    name_marks(axes[-1], PERIODS, DARK, columns=1, inside=True)


def plot_placebo(axes: Sequence[Axes], distribution: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw how often each change was drawn at random dates, and the one at the breakdown.

    One of `axes` per side; reads what `measure_placebo_distribution` gives. The bars that reach
    the observed change are filled, and the change itself is marked and named.
    """
    for ax, style in zip(axes, side_styles(sides).values(), strict=True):
        theirs = distribution[distribution["side"].eq(style.side)]
        ax.set_title(style.name, color=style.colour)
        ax.set_xlabel(words.CHANGE)
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if theirs.empty:
            ax.text(0.5, 0.5, words.NO_DAY, ha="center", color=MUTED, transform=ax.transAxes)
            ax.set(xticks=[], yticks=[])
            continue
        observed = int(theirs["observed"].iloc[0])
        values = np.arange(theirs["change"].min(), theirs["change"].max() + 1)
        share = 100 * theirs.set_index("change")["share"].reindex(values, fill_value=0)
        edges = np.append(values, values[-1] + 1) - 0.5
        ax.stairs(share, edges, fill=True, color=tint(style.colour))
        if (as_large := values >= observed).any():
            first = int(np.argmax(as_large))
            ax.stairs(share[first:], edges[first:], fill=True, color=style.colour)
        ax.stairs(share, edges, color=style.colour, linewidth=0.8)
        top = float(share.max())
        ax.set_ylim(0, 1.3 * top)
        ax.set_xlim(min(edges[0], observed - 1), max(edges[-1], observed + 1))
        ax.plot([observed, observed], [0, 1.08 * top], color=DARK, linewidth=0.8)
        draw_marks(ax, [observed], [1.08 * top], Look("", (), "v", "side"), DARK)
        told = words.AT_BREAKDOWN.format(change=f"{observed:+d}".replace("-", "\u2212"))
        note(ax, told, (observed, 1.08 * top), TEXT, (-5, 2), ha="right", va="center")
    axes[0].set_ylabel(words.DRAWS)
