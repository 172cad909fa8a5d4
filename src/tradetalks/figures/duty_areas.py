"""Duties added, as areas: how many imports they hit, times by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, lay_out, points_to_data, width_of
from tradetalks.figures.marks import tint
from tradetalks.figures.style import SMALL, colours_of, day_label, side_styles


def plot_duties_added(ax: Axes, added: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw every step as a rectangle: imports hit by points added, so the area is dollars a year.

    Reads what `measure_duties_added` gives. The first side stands upwards, the second downwards;
    a later step on goods of the same list stands on the one before it. Each is named by its day and
    its dollars: inside, else right of it or beyond it where that is free, else inside upright.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    boxes = _place(added, list(styles))
    ax.set_xlim(0, 1.005 * max([1.0, *(box["x"] + box["value_usd_bn"] for box in boxes)]))
    tall = max([1.0, *(box["y"] + box["added_pp"] for box in boxes)])
    ax.set_ylim(-1.5 * tall, 1.5 * tall)
    ax.set_xlabel(words.IMPORTS_HIT)
    up, down, *_ = [style.name for style in styles.values()]
    ax.set_ylabel(words.POINTS_ADDED.format(down=down, up=up))
    ax.locator_params(axis="y", nbins=6)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    lay_out(ax)
    # room for two lines beyond the rectangles
    high = 3 * tall / points_to_data(ax, 1)
    span = 2 * tall * high / (high - 5 * LINE)
    ax.set_ylim(-span / 2, span / 2)
    for box in boxes:
        colour, sign = styles[box["side"]].colour, box["sign"]
        ax.bar(
            box["x"], sign * box["added_pp"], bottom=sign * box["y"], width=box["value_usd_bn"],
            align="edge", facecolor=tint(colour), edgecolor=colour, linewidth=1.0,
        )  # fmt: skip
    for side in styles:
        _name([box for box in boxes if box["side"] == side], ax, colours["text"])
    ax.axhline(0, color=colours["rule"], linewidth=0.8)
    for number, (side, style) in enumerate(styles.items()):
        total = added.loc[added["side"].eq(side), "duty_added_usd_bn"].sum()
        ax.annotate(
            words.A_YEAR.format(side=style.name, usd=total), (0, 1 - min(number, 1)),
            xycoords="axes fraction", va="bottom" if number else "top",
            xytext=(4, 1 if number else -1), textcoords="offset points",
            color=style.colour, weight="bold",
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


def _name(boxes: Sequence[dict[Any, Any]], ax: Axes, colour: str) -> None:
    """Write day and dollars into, right of or beyond each rectangle of a side."""
    point = points_to_data(ax, 1, "x"), points_to_data(ax, 1)
    beyond = 0.0  # what is named beyond the rectangles reaches so far
    for box in boxes:
        day, usd = day_label(box["effective_date"]), f"{box['duty_added_usd_bn']:.1f}"
        date, _, year = day.rpartition(" ")
        wide, tall = box["value_usd_bn"] / point[0], box["added_pp"] / point[1]
        right, top = box["x"] + box["value_usd_bn"], box["y"] + box["added_pp"]
        middle = box["sign"] * (box["y"] + top) / 2
        look: dict[str, Any] = {"va": "center", "fontsize": SMALL, "color": colour}
        billion, bn = words.BILLION.format(usd=usd), words.BN.format(usd=usd)
        told = f"{day}: {billion}"
        fits = [
            lines
            for lines in (
                [day, billion], [told], [date, year, bn],
            )
            if max(map(width_of, lines)) + 4 < wide and len(lines) * LINE < tall
        ]  # fmt: skip
        is_open = not any(
            other["x"] >= right - 1e-9 and other["y"] < top for other in boxes
        ) and right + (width_of(told) + 6) * point[0] < max(ax.get_xlim())
        is_top = all(
            other["y"] + other["added_pp"] <= top
            for other in boxes
            if other["x"] < box["x"] + (width_of(told) + 4) * point[0]
            and other["x"] + other["value_usd_bn"] > box["x"]
        )
        if fits:
            x = box["x"] + box["value_usd_bn"] / 2
            ax.text(x, middle, "\n".join(fits[0]), linespacing=1.1, ha="center", **look)
        elif is_open:
            ax.text(right + 3 * point[0], middle, told, **look)
        elif is_top and box["x"] >= beyond:
            ax.text(box["x"], box["sign"] * (top + 0.7 * LINE * point[1]), told, **look)
            beyond = box["x"] + (width_of(told) + 4) * point[0]
        else:
            x = box["x"] + box["value_usd_bn"] / 2
            ax.text(x, middle, f"{day}: {usd}", rotation=90, ha="center", **look)
