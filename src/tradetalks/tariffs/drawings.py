"""The record of tariffs: duties added, as areas, and averages that others published."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, beside, lay_out, name_rows, points_to_data, width_of
from tradetalks.figures.marks import tint
from tradetalks.figures.style import HEAD, RULE, TEXT, day_label, note, side_styles

_APART = 1.04  # where what was taken back begins, of the width of all imports hit


def plot_duties_added(ax: Axes, added: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw every step as a rectangle: imports hit by points added, so the area is dollars a year.

    The first side stands upwards, the second downwards; a later step on a list stands on the one
    before it. Day and dollars stand inside, else right or beyond where that is free. What was taken
    back stands hatched past the end of the axis of imports: it is goods of lists that are drawn.
    """
    styles = side_styles(sides)
    boxes = _place(added, list(styles))
    tall = max([1.0, *(box["top"] for box in boxes)])
    ax.set_xlim(0, 1.005 * max([1.0, *(box["right"] for box in boxes)]))
    hit = max([0.0, *(box["right"] for box in boxes if not box["is_back"])])
    ax.spines["bottom"].set_bounds(0, hit)
    ax.set_xticks([tick for tick in MaxNLocator(6).tick_values(0, hit) if tick <= hit])
    ax.set_ylim(-1.5 * tall, 1.5 * tall)
    ax.set_xlabel(words.IMPORTS_HIT)
    ax.locator_params(axis="y", nbins=6)
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda at, _: words.POINTS.format(points=abs(at)) if at else "0")
    )
    lay_out(ax)
    # room for two lines beyond the rectangles
    high = 3 * tall / points_to_data(ax, 1)
    span = 2 * tall * high / (high - 5 * LINE)
    ax.set_ylim(-span / 2, span / 2)
    for sign, style in zip((1, -1), styles.values(), strict=True):
        own = [box for box in boxes if box["side"] == style.side]
        for box in own:
            ax.bar(
                box["left"], sign * abs(box["added_pp"]), bottom=sign * box["y"],
                width=box["value_usd_bn"], align="edge", linewidth=1.0,
                facecolor="none" if box["is_back"] else tint(style.colour),
                edgecolor=style.colour, hatch="////" if box["is_back"] else None,
            )  # fmt: skip
        _name(own, ax, sign)
        total = sum(box["duty_added_usd_bn"] for box in own)
        told = words.A_YEAR.format(side=style.name, usd=total)
        note(
            ax, told, (0, max(sign, 0)), style.colour, (4, -sign), xycoords="axes fraction",
            va={1: "top", -1: "bottom"}[sign], weight="bold", fontsize=HEAD,
        )  # fmt: skip
    ax.axhline(0, color=RULE, linewidth=0.8)


def _place(added: pd.DataFrame, sides: Sequence[str]) -> list[dict[Any, Any]]:
    """Set each list beside the one before it, and a later step on the highest of its list."""
    boxes, hit = [], added[added["added_pp"].ge(0)].groupby(["side", "tranche"])
    wide = hit["value_usd_bn"].max().groupby("side").sum().max()
    for side in sides:
        own = added[added["side"].eq(side)]
        theirs = own[own["added_pp"].ge(0)]
        lists = theirs["tranche"]
        width = theirs["value_usd_bn"].where(~lists.duplicated(), 0.0)
        left = width.cumsum().shift(fill_value=0.0).groupby(lists).transform("first")
        top = theirs.groupby("tranche")["added_pp"].cumsum()
        y = top.groupby(lists).shift(fill_value=0.0)
        right = left + theirs["value_usd_bn"]
        boxes.append(theirs.assign(left=left, right=right, y=y, top=top, is_back=False))
        back = own[own["added_pp"].lt(0)]
        start = _APART * wide
        ends = start + back["value_usd_bn"].cumsum()
        place = {"left": ends - back["value_usd_bn"], "right": ends, "y": 0.0}
        boxes.append(back.assign(**place, top=-back["added_pp"], is_back=True))
    return pd.concat(boxes).to_dict("records")


def _name(boxes: Sequence[dict[Any, Any]], ax: Axes, sign: int) -> None:
    """Write day and dollars into, right of or beyond each rectangle of a side."""
    across, up = points_to_data(ax, 1, "x"), points_to_data(ax, 1)
    beyond = 0.0  # what is named beyond the rectangles reaches so far
    for box in boxes:
        left, right, top = box["left"], box["right"], box["top"]
        day, usd = day_label(box["effective_date"]), f"{box['duty_added_usd_bn']:.1f}"
        date, _, year = day.rpartition(" ")
        billion, bn = words.BILLION.format(usd=usd), words.BN.format(usd=usd)
        told = f"{day}: {billion}"
        end = (width_of(told) + 4) * across  # how far these words reach from where they begin
        fits = [
            lines
            for lines in (
                [day, billion], [told], [date, year, bn],
            )
            if max(map(width_of, lines)) + 4 < box["value_usd_bn"] / across
            and len(lines) * LINE < box["added_pp"] / up
        ]  # fmt: skip
        is_open = right + end + 2 * across < max(ax.get_xlim()) and not any(
            other["left"] >= right - 1e-9 and other["y"] < top and not other["is_back"]
            for other in boxes
        )
        is_top = left >= beyond and all(
            other["top"] <= top
            for other in boxes
            if other["left"] < left + end and other["right"] > left
        )
        x, y = (left + right) / 2, (box["y"] + top) / 2
        look: dict[str, Any] = {"ha": "center"}
        if box["is_back"]:
            told = words.SUSPENDED.format(day=day, usd=usd.removeprefix("-"))
            x, look = left - 3 * across, {"ha": "right", "linespacing": 1.1}
        elif fits:
            told, look = "\n".join(fits[0]), {"linespacing": 1.1, **look}
        elif is_open:
            x, look = right + 3 * across, {}
        elif is_top:
            x, y, look = left, top + 0.7 * LINE * up, {}
            beyond = left + end
        else:
            told, look = f"{day}: {usd}", {"rotation": 90, **look}
        ax.text(x, sign * y, told, va="center", color=TEXT, **look)


def plot_reconciliation(ax: Axes, table: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw each published average (hollow diamond) and ours (the side's marker) on one row.

    The text gives the gap in points. Rows that are not compared are not drawn.
    """
    styles = side_styles(sides)

    def mark(x: float, y: float, marker: str, size: float, face: str, edge: str) -> None:
        ax.plot(x, y, linestyle="none", marker=marker, ms=size, mfc=face, mec=edge)

    compared = table[table["is_compared"]]
    order = compared["importer"].map([*styles].index)
    rows = compared.assign(order=order).sort_values(["order", "date", "benchmark_id"])
    for number, row in enumerate(rows.to_dict("records")):
        place, style = -number, styles[row["importer"]]
        ours, published, gap = row["ours_pct"], row["published_pct"], row["gap_pp"]
        ax.plot([ours, published], [place, place], color=RULE, linewidth=1.0, zorder=1)
        mark(published, place, "D", 6.0, "white", TEXT)
        mark(ours, place, style.marker, 4.5, style.colour, style.colour)
        told = "0.0" if abs(gap) < 0.05 else f"{gap:+.1f}".replace("-", "\u2212")
        beside(ax, max(ours, published), place, told)
    highest = float(rows[["ours_pct", "published_pct"]].max().max()) if len(rows) else 1.0
    # what the marks are, above the rows
    x = 0.02 * highest
    mark(x, 1.1, "D", 5.5, "white", TEXT)
    beside(ax, x, 1.1, words.PUBLISHED)
    for number, style in enumerate(styles.values()):
        x = (0.5 + 0.03 * number) * highest
        mark(x, 1.1, style.marker, 5.5, style.colour, style.colour)
    beside(ax, x, 1.1, words.OURS)
    whose = [styles[importer].name for importer in rows["importer"]]
    days = [day_label(day) for day in rows["date"]]
    name_rows(ax, [f"{name}, {day}" for name, day in zip(whose, days, strict=True)])
    ax.set(ylim=(-len(rows) + 0.4, 1.6), xlim=(0, highest * 1.1))
    ax.grid(axis="x")
    ax.set_xlabel(words.OURS_LESS)
