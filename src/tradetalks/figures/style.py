"""How every figure looks: one rc dictionary, one mapping of colour roles, labels and dates.

Plot functions draw on the Axes they are given and leave size, saving and titles to the page.
Sides differ by line and marker as well as by colour, so that a greyscale print tells them
apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import FixedLocator

SMALL = 7.5  # points; nothing in a figure is set smaller
TEXT_WIDTH = 6.3  # inches; the width of the text on an A4 page

STYLE: dict[Any, Any] = {
    "figure.constrained_layout.use": True,
    "figure.figsize": (TEXT_WIDTH, 3.2),
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.edgecolor": "#4d4d4d",
    "axes.linewidth": 0.7,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.7,
    # text stays text, so that it can be searched and read aloud; ids do not change between builds
    "svg.fonttype": "none",
    "svg.hashsalt": "tradetalks",
    # a dollar sign in a table is money, not the start of a formula
    "text.parse_math": False,
}

# Roles that belong to no side. All reach 4.5:1 on white but `grid` and `fill`, which carry no text.
NEUTRAL = {
    "text": "#222222",
    "muted": "#5f5f5f",
    "rule": "#4d4d4d",
    "grid": "#dddddd",
    "fill": "#d4d4d4",
    "dark": "#333333",
}

# Behind a text that may stand on a line or a grid.
PLAIN = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@contextmanager
def use_style() -> Iterator[None]:
    """Draw in the house style inside the `with` block; global settings come back after it."""
    with mpl.rc_context(STYLE):
        yield


class Colours(Mapping[str, str]):
    """Colour of each role as a hex string: every side by its code, and the neutral roles.

    Raises KeyError with the known roles for a role it does not know: a figure with a
    default colour in place of a missing one would look finished.
    """

    def __init__(self, roles: Mapping[str, str]) -> None:
        """Take side colours by side code; neutral roles are added."""
        self._roles = {**NEUTRAL, **roles}

    @classmethod
    def from_sides(cls, sides: pd.DataFrame) -> Colours:
        """Colours of the sides table (columns side, colour)."""
        return cls(dict(zip(sides["side"].astype(str), sides["colour"].astype(str), strict=True)))

    def __getitem__(self, role: str) -> str:
        """Return the hex colour of the role."""
        try:
            return self._roles[role]
        except KeyError:
            known = ", ".join(sorted(self._roles))
            raise KeyError(f"no colour for the role {role!r}; known roles: {known}") from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the role names."""
        return iter(self._roles)

    def __len__(self) -> int:
        """Count the roles."""
        return len(self._roles)


@dataclass(frozen=True)
class SideStyle:
    """How one side is drawn: its name as printed, colour, line and marker."""

    side: str
    name: str
    article_name: str
    colour: str
    linestyle: str | tuple[int, tuple[float, ...]]
    marker: str


# In the order of the sides table; more sides than looks is an error, not a repeated look.
_LOOKS: tuple[tuple[str | tuple[int, tuple[float, ...]], str], ...] = (
    ("-", "o"),
    ((0, (5.0, 1.6)), "s"),
    ((0, (1.2, 1.2)), "^"),
)


def side_styles(sides: pd.DataFrame) -> dict[str, SideStyle]:
    """Style of each side, keyed by side code, in the order of the sides table.

    Reads the columns side, name, article_name, colour and order.
    """
    ordered = sides.sort_values("order")
    if len(ordered) > len(_LOOKS):
        raise ValueError(
            f"{len(ordered)} sides but only {len(_LOOKS)} ways to draw one without colour; "
            "add a line and a marker to figures.style"
        )
    return {
        str(row["side"]): SideStyle(
            side=str(row["side"]),
            name=str(row["name"]),
            article_name=str(row["article_name"]),
            colour=str(row["colour"]),
            linestyle=line,
            marker=marker,
        )
        for row, (line, marker) in zip(
            ordered.to_dict("records"), _LOOKS[: len(ordered)], strict=True
        )
    }


def spread(
    wanted: Sequence[float],
    gap: float,
    low: float = -np.inf,
    high: float = np.inf,
) -> list[float]:
    """Positions nearest to the wanted ones (least squares) that stand at least `gap` apart.

    Keeps the order of the wanted positions. Labels stay inside low and high where they fit;
    where they do not, they keep their gap and overrun `high`.
    """
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    slack = [float(wanted[i]) - rank * gap for rank, i in enumerate(order)]
    blocks: list[tuple[float, int]] = []
    for value in slack:
        mean, count = value, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean = (before * members + mean * count) / (members + count)
            count += members
        blocks.append((mean, count))
    pooled = [mean for mean, count in blocks for _ in range(count)]
    ceiling = max(low, high - gap * (len(pooled) - 1))
    placed = [0.0] * len(pooled)
    for rank, i in enumerate(order):
        placed[int(i)] = min(max(pooled[rank], low), ceiling) + rank * gap
    return placed


# Where the Axes of a figure stood before it was last laid out. If they stand there still, laying
# it out again would move nothing, unless something was added since.
Bounds = tuple[float, float, float, float]
_SETTLED: WeakKeyDictionary[FigureBase, list[Bounds]] = WeakKeyDictionary()


def _are_close(one: Sequence[Bounds], other: Sequence[Bounds]) -> bool:
    # rounding moves Axes by some 1e-15 of the figure whenever it is laid out
    return len(one) == len(other) and np.allclose(one, other, rtol=0, atol=1e-12)


def points_to_data(ax: Axes, points: float, axis: str = "y") -> float:
    """Length in data units of the axis that spans so many points on the page.

    Lays the figure out first, because the layout decides how tall the Axes are.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the Axes belong to no figure, so points have no length on them")
    # the original position: asking for the other one counts as a change of the figure
    before = [axes.get_position(original=True).bounds for axes in figure.axes]
    if figure.stale or not _are_close(_SETTLED.get(figure, []), before):
        # half of what a drawing does, and all that moves Axes
        if engine := figure.get_layout_engine():
            engine.execute(figure)
        figure.stale = False
        _SETTLED[figure] = before
    box = ax.get_window_extent()
    low, high = ax.get_ylim() if axis == "y" else ax.get_xlim()
    pixels = box.height if axis == "y" else box.width
    return float(points * figure.dpi / 72.0 / pixels * abs(high - low))


def label_ends(
    ax: Axes,
    ends: Sequence[tuple[float, float, str, str]],
    *,
    offset: float = 5.0,
    size: float = 8.0,
) -> None:
    """Write a label to the right of each line end: (x, y, text, colour), without overlaps.

    Labels that would collide move apart vertically; the line ends stay where they are.
    """
    if not ends:
        return
    tallest = max(text.count("\n") + 1 for _, _, text, _ in ends)
    gap = points_to_data(ax, size * (1.2 * tallest + 0.4))
    low, high = ax.get_ylim()
    placed = spread([y for _, y, _, _ in ends], gap, low + gap / 2, high - gap / 2)
    for (x, _, text, colour), y in zip(ends, placed, strict=True):
        ax.annotate(
            text,
            (x, y),
            xytext=(offset, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            color=colour,
            fontsize=size,
            annotation_clip=False,
            bbox=PLAIN,
        )


def day_label(day: pd.Timestamp, *, year: bool = True) -> str:
    """Print a day as "5 May 2019", or "5 May" without the year."""
    return f"{day.day} {day:%b %Y}" if year else f"{day.day} {day:%b}"


def date_number(day: pd.Timestamp) -> float:
    """Position of a day on a date axis."""
    return float(mdates.date2num(day.to_pydatetime()))  # type: ignore[no-untyped-call]


def date_axis(ax: Axes, start: pd.Timestamp, end: pd.Timestamp, *, ticks: int = 7) -> None:
    """Span the x axis from start to end with about so many concise labels.

    Up to three months: days ("30 Apr"), the year under the first. Longer: first days of
    months ("Jan"), the year under the first and under each January.
    """
    days = (end - start).days
    if days <= 92:
        step = max(1, -(-days // ticks))
        marks = list(pd.date_range(start, end, freq=f"{step}D"))
        texts = [
            day_label(day, year=False) + (f"\n{day.year}" if new else "")
            for day, new in zip(marks, _first_of_year(marks), strict=True)
        ]
    else:
        months = next(n for n in (1, 2, 3, 6, 12, 24) if days / 30.4 / n <= ticks or n == 24)
        first = start.to_period("M").to_timestamp()
        every = [
            day
            for day in pd.date_range(first, end, freq="MS")
            if (day.month - 1) % min(months, 12) == 0 and day >= start
        ]
        marks = every[:: max(1, months // 12)]
        texts = [
            f"{day:%b}" + (f"\n{day.year}" if new else "")
            for day, new in zip(marks, _first_of_year(marks), strict=True)
        ]
    ax.set_xlim(date_number(start), date_number(end))
    ax.xaxis.set_major_locator(FixedLocator([date_number(day) for day in marks]))
    ax.set_xticklabels(texts)


def _first_of_year(days: Sequence[pd.Timestamp]) -> list[bool]:
    """Flag the first of the days that falls in each calendar year."""
    return [i == 0 or day.year != days[i - 1].year for i, day in enumerate(days)]


def rule_at(ax: Axes, day: pd.Timestamp, text: str, colours: Colours) -> None:
    """Draw a dotted vertical rule on a day, named at the top to the left of it."""
    x = date_number(day)
    ax.axvline(x, linestyle=(0, (1.0, 1.5)), linewidth=1.0, color=colours["rule"], zorder=1)
    ax.annotate(
        text,
        (x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=SMALL,
        color=colours["muted"],
    )
