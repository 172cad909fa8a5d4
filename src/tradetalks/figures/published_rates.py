"""Averages that others published, beside ours."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import beside, name_rows
from tradetalks.figures.style import colours_of, day_label, side_styles


def plot_reconciliation(ax: Axes, table: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw each published average (hollow diamond) and ours (the side's marker) on one row.

    The text gives the gap in points. Rows that are not compared are not drawn.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    compared = table[table["is_compared"]]
    rows = pd.concat(
        compared[compared["importer"].eq(importer)].sort_values(["date", "benchmark_id"])
        for importer in styles
    )
    for number, row in enumerate(rows.to_dict("records")):
        place, style = -number, styles[row["importer"]]
        ours, published = row["ours_pct"], row["published_pct"]
        ax.plot([ours, published], [place, place], color=colours["rule"], linewidth=1.0, zorder=1)
        _mark(ax, published, place, "D", 6.0, "white", colours["text"])
        _mark(ax, ours, place, style.marker, 4.5, style.colour, style.colour)
        beside(ax, max(ours, published), place, _points(row["gap_pp"]), colours)
    highest = float(rows[["ours_pct", "published_pct"]].max().max()) if len(rows) else 1.0
    # what the marks are, above the rows
    x = 0.02 * highest
    _mark(ax, x, 1.1, "D", 5.5, "white", colours["text"])
    beside(ax, x, 1.1, words.PUBLISHED, colours)
    for number, style in enumerate(styles.values()):
        x = (0.5 + 0.03 * number) * highest
        _mark(ax, x, 1.1, style.marker, 5.5, style.colour, style.colour)
    beside(ax, x, 1.1, words.OURS, colours)
    whose = [styles[importer].name for importer in rows["importer"]]
    days = [day_label(day) for day in rows["date"]]
    name_rows(ax, [f"{name}, {day}" for name, day in zip(whose, days, strict=True)])
    ax.set_ylim(-len(rows) + 0.4, 1.6)
    ax.set_xlim(0, highest * 1.1)
    ax.grid(axis="x")
    ax.set_xlabel(words.OURS_LESS)
    return ax


def _mark(ax: Axes, x: float, y: float, marker: str, size: float, face: str, edge: str) -> None:
    ax.plot(
        x, y, marker=marker, markersize=size, markerfacecolor=face, markeredgecolor=edge,
        linestyle="none",
    )  # fmt: skip


def _points(gap: float) -> str:
    """Print a gap with its sign and a true minus."""
    return "0.0" if abs(gap) < 0.05 else f"{gap:+.1f}".replace("-", "−")
