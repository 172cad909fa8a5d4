"""Duties added, as areas: how many imports they hit, times by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from tradetalks.figures.layout import LINE, lay_out, points_to_data, width_of
from tradetalks.figures.marks import tint
from tradetalks.figures.style import SMALL, Colours, day_label, side_styles


def plot_duties_added(ax: Axes, added: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw every step as a rectangle: imports hit by points added, so the area is dollars a year.

    Reads what `measure_duties_added` gives. The first side stands upwards, the second downwards;
    a later step on goods of the same list stands on the one before it. A bar along a rectangle is
    as long as the farm goods in it, where `farm_usd_bn` is known.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    boxes = _place(added, list(styles))
    ax.set_xlim(0, 1.005 * max([1.0, *(box["x"] + box["value_usd_bn"] for box in boxes)]))
    tall = 1.2 * max([1.0, *(box["y"] + box["added_pp"] for box in boxes)])
    ax.set_ylim(-tall, tall)
    ax.set_xlabel("Imports hit (billion dollars a year)")
    ax.set_ylabel("Duty added (points)")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    lay_out(ax)
    for box in boxes:
        colour, sign = styles[box["side"]].colour, box["sign"]
        ax.bar(
            box["x"], sign * box["added_pp"], bottom=sign * box["y"], width=box["value_usd_bn"],
            align="edge", facecolor=tint(colour), edgecolor=colour, linewidth=1.0,
        )  # fmt: skip
        if not pd.isna(box["farm_usd_bn"]):
            ax.bar(
                box["x"], sign * points_to_data(ax, 4), bottom=sign * box["y"],
                width=box["farm_usd_bn"], align="edge", color=colours["dark"],
            )  # fmt: skip
        _name(ax, box, colours["text"])
    ax.axhline(0, color=colours["rule"], linewidth=0.8)
    for number, (side, style) in enumerate(styles.items()):
        total = added.loc[added["side"].eq(side), "duty_added_usd_bn"].sum()
        ax.annotate(
            f"{style.name}: {total:.1f} billion dollars a year", (1, 1 - min(number, 1)),
            xycoords="axes fraction", ha="right", va="bottom" if number else "top",
            xytext=(0, 3 if number else 0), textcoords="offset points",
            color=style.colour, weight="bold",
        )  # fmt: skip
    if added["farm_usd_bn"].notna().any():
        ax.annotate(
            "dark bar: farm goods", (1, 0), xycoords="axes fraction", ha="right", va="bottom",
            xytext=(0, 3 + 1.5 * LINE), textcoords="offset points", fontsize=SMALL,
            color=colours["muted"],
        )  # fmt: skip
    return ax


def _place(added: pd.DataFrame, sides: Sequence[str]) -> list[dict[Any, Any]]:
    """Set each list beside the one before it, and a later step on the highest of its list."""
    boxes = []
    for number, side in enumerate(sides):
        end = 0.0
        left: dict[str, float] = {}
        top: dict[str, float] = {}
        for row in added[added["side"].eq(side)].to_dict("records"):
            name = row["tranche"]
            if name not in left:
                left[name] = end
                end += row["value_usd_bn"]
            boxes.append(row | {"x": left[name], "y": top.get(name, 0.0), "sign": 1 - 2 * number})
            top[name] = top.get(name, 0.0) + row["added_pp"]
    return boxes


def _name(ax: Axes, box: dict[Any, Any], colour: str) -> None:
    """Write day and sum into a rectangle, upright where nothing else fits into it."""
    day, usd = day_label(box["effective_date"]), f"{box['duty_added_usd_bn']:.1f}"
    date, _, year = day.rpartition(" ")
    wide = box["value_usd_bn"] / points_to_data(ax, 1, "x")
    tall = box["added_pp"] / points_to_data(ax, 1)
    middle: dict[str, Any] = {
        "x": box["x"] + box["value_usd_bn"] / 2,
        "y": box["sign"] * (box["y"] + box["added_pp"] / 2),
    }
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL, "color": colour}
    for lines in ([day, f"{usd} billion"], [day, usd], [date, year, usd]):
        if max(map(width_of, lines)) + 4 < wide and len(lines) * LINE < tall:
            ax.text(**middle, s="\n".join(lines), linespacing=1.1, **look)
            return
    upright = f"{day}: {usd}"
    if width_of(upright) + 4 < tall:
        ax.text(**middle, s=upright, rotation=90, **look)
    else:
        ax.text(**middle, s=usd, **look)
