"""Exports by the lists they are on, quarter by quarter."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import label_ends
from tradetalks.figures.style import Colours

# line, marker and role: goods differ without colour, too
_LOOKS = (
    ("-", "o", "dark"),
    ((0, (5, 1.6)), "s", "muted"),
    ((0, (1.2, 1.2)), "^", "dark"),
    ("-", "D", "muted"),
    ((0, (5, 1.6)), "v", "dark"),
    ((0, (1.2, 1.2)), "P", "muted"),
)


def plot_exports(ax: Axes, quarters: pd.DataFrame, colours: Colours) -> Axes:
    """Draw exports of each of the goods, the same quarter of the base year set to 100."""
    order = list(dict.fromkeys(quarters["window"]))
    goods = list(dict.fromkeys(quarters["goods"]))
    ends = []
    for name, (line, marker, role) in zip(goods, _LOOKS[: len(goods)], strict=True):
        rows = quarters[quarters["goods"].eq(name)]
        places = [order.index(window) for window in rows["window"]]
        y = rows["index"].to_numpy()
        ax.plot(places, y, linestyle=line, marker=marker, ms=3.5, lw=1.4, color=colours[role])
        ends.append((places[-1], float(y[-1]), str(rows["title"].iloc[-1]), colours[role]))
    ax.axhline(100, color=colours["rule"], lw=0.8)
    ax.set_ylim(0, None)
    ax.set_xlim(-0.2, len(order) - 0.8)
    ax.set_xticks(
        range(len(order)),
        [
            f"{window[4:]}\n{window[:4]}" if window.endswith("Q1") else window[4:]
            for window in order
        ],
    )
    ax.grid(axis="y")
    ax.set_ylabel(words.BASE_YEAR)
    label_ends(ax, ends)
    return ax
