"""The change at the breakdown among those at dates drawn at random."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradetalks.figures import words
from tradetalks.figures.marks import Look, draw_marks, tint
from tradetalks.figures.style import SMALL, colours_of, note, side_styles


def plot_placebo(axes: Sequence[Axes], distribution: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw how often each change was drawn at random dates, and the one at the breakdown.

    One of `axes` per side; reads what `measure_placebo_distribution` gives. The bars that reach
    the observed change are filled, and the change itself is marked and named.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    for ax, style in zip(axes, styles.values(), strict=True):
        theirs = distribution[distribution["side"].eq(style.side)]
        ax.set_title(style.name, color=style.colour)
        ax.set_xlabel(words.CHANGE)
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if theirs.empty:
            ax.text(
                0.5, 0.5, words.NO_DAY, ha="center", fontsize=SMALL, color=colours["muted"],
                transform=ax.transAxes,
            )  # fmt: skip
            ax.set_yticks([])
            ax.set_xticks([])
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
        ax.plot([observed, observed], [0, 1.08 * top], color=colours["dark"], linewidth=0.8)
        draw_marks(ax, [observed], [1.08 * top], Look("", (), "v", "side"), colours["dark"])
        told = words.AT_BREAKDOWN.format(change=f"{observed:+d}".replace("-", "\u2212"))
        at = observed, 1.08 * top
        note(ax, told, at, colours["text"], by=(-5, 2), ha="right", va="center")
    axes[0].set_ylabel(words.DRAWS)
