"""Averages that others published, beside ours."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import beside
from tradetalks.figures.style import Colours, day_label, side_styles


def plot_reconciliation(ax: Axes, table: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw each published average (hollow diamond) and ours (the side's marker) on one row.

    The text gives the gap in points. Rows that are not compared are not drawn.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    compared = table[table["is_compared"]]
    rows = pd.concat(
        compared[compared["importer"].eq(importer)].sort_values(["date", "benchmark_id"])
        for importer in styles
    )
    for number, row in enumerate(rows.to_dict("records")):
        place, style = -number, styles[row["importer"]]
        ours, published = row["ours_pct"], row["published_pct"]
        ax.plot([ours, published], [place, place], color=colours["rule"], linewidth=1.0, zorder=1)
        ax.plot(
            published,
            place,
            marker="D",
            markersize=6,
            markerfacecolor="white",
            markeredgecolor=colours["text"],
            linestyle="none",
        )
        ax.plot(ours, place, marker=style.marker, markersize=4.5, color=style.colour)
        beside(ax, max(ours, published), place, _points(row["gap_pp"]), colours)
    highest = float(rows[["ours_pct", "published_pct"]].max().max()) if len(rows) else 1.0
    _key(ax, [0.02 * highest], 1.1, [("D", "white", colours["text"])], "published", colours)
    _key(
        ax,
        [(0.3 + 0.03 * number) * highest for number in range(len(styles))],
        1.1,
        [(style.marker, style.colour, style.colour) for style in styles.values()],
        "ours",
        colours,
    )
    ax.set_yticks(
        [-place for place in range(len(rows))],
        [f"{styles[r['importer']].name}, {day_label(r['date'])}" for r in rows.to_dict("records")],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-len(rows) + 0.4, 1.6)
    ax.set_xlim(0, highest * 1.1)
    ax.grid(axis="x")
    ax.set_xlabel("Average applied rate (percent); the text gives ours less published, in points")
    return ax


def _key(
    ax: Axes,
    places: Sequence[float],
    y: float,
    marks: Sequence[tuple[str, str, str]],
    text: str,
    colours: Colours,
) -> None:
    """Explain marks (marker, face, edge), one at each place, by the text beside the last."""
    for x, (marker, face, edge) in zip(places, marks, strict=True):
        ax.plot(
            x,
            y,
            marker=marker,
            markersize=5.5,
            markerfacecolor=face,
            markeredgecolor=edge,
            linestyle="none",
        )
    beside(ax, places[-1], y, text, colours)


def _points(gap: float) -> str:
    """Print a gap with its sign and a true minus."""
    return "0.0" if abs(gap) < 0.05 else f"{gap:+.1f}".replace("-", "−")
