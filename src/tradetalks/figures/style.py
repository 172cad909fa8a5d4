"""How every figure looks: one rc dictionary, one mapping of colour roles, labels and dates.

Plot functions draw on the Axes they are given and leave size, saving and titles to the page, where
captions and alternative texts are written too.
Sides differ by line and marker as well as by colour, so that a greyscale print tells them
apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FixedLocator

from tradetalks.figures import words

FAMILY = "Source Sans Pro"  # the one face of all figures
SMALL = 8.0  # points; nothing in a figure is set smaller
# inches: column and margin of an A4 page, the column alone, and the width of a telephone
TEXT_WIDTH, COLUMN, PHONE = 6.3, 4.57, 3.55
SHARED = 4.0  # inches; what is drawn once, for a page and a telephone, is no wider

STYLE: dict[Any, Any] = {
    "figure.constrained_layout.use": True,
    "figure.figsize": (TEXT_WIDTH, 3.2),
    "figure.facecolor": "white",
    "font.family": FAMILY,
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.edgecolor": "#4d4d4d",
    "axes.linewidth": 0.7,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.7,
    # text stays text, so that it can be searched and read aloud; ids do not change between builds
    "svg.fonttype": "none",
    # measured as they are printed, not as a screen would round them
    "text.hinting": "none",
    "svg.hashsalt": "tradetalks",
    # a dollar sign in a table is money, not the start of a formula
    "text.parse_math": False,
}

# Roles that belong to no side. All reach 4.5:1 on white but `grid`, `fill` and `ground`, which
# carry no text.
NEUTRAL = {
    "text": "#222222",
    "muted": "#5f5f5f",
    "rule": "#4d4d4d",
    "grid": "#dddddd",
    "fill": "#d4d4d4",
    "ground": "#f4f3ef",
    "dark": "#333333",
}

# Behind a text that may stand on a line or a grid.
PLAIN = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@contextmanager
def use_style() -> Iterator[None]:
    """Draw in the house style inside the `with` block; global settings come back after it."""
    _bring_family()
    with mpl.rc_context(STYLE):
        yield


@cache
def _bring_family() -> None:
    """Let matplotlib know the face, which is no font of the system."""
    folder = files("font_source_sans_pro") / "files"
    for cut in ("Regular", "Bold"):
        fontManager.addfont(str(folder / f"SourceSansPro-{cut}.ttf"))


# the colour of each role as a hex string: every side by its code, and the neutral roles
Colours = Mapping[str, str]


def colours_of(sides: pd.DataFrame) -> Colours:
    """Colours of all roles; reads the columns side and colour."""
    return NEUTRAL | dict(zip(sides["side"], sides["colour"], strict=True))


@dataclass(frozen=True)
class SideStyle:
    """How one side is drawn: its name as printed, colour, line and marker."""

    side: str
    name: str
    article_name: str
    adjective: str
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

    Reads the columns side, name, article_name, adjective, colour and order.
    """
    told = ["side", "name", "article_name", "adjective", "colour"]
    ordered = sides.sort_values("order")[told].itertuples(index=False)
    looks = _LOOKS[: len(sides)]
    return {
        side: SideStyle(side, name, article_name, adjective, colour, line, marker)
        for (side, name, article_name, adjective, colour), (line, marker) in zip(
            ordered, looks, strict=True
        )
    }


def day_label(day: pd.Timestamp, *, year: bool = True) -> str:
    """Print a day as "5 May 2019", or "5 May" without the year."""
    return (words.DAY_AND_YEAR if year else words.DAY).format(day)


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
        form, marks = words.DAY, [*pd.date_range(start, end, freq=f"{max(1, -(-days // ticks))}D")]
    else:
        months = next(n for n in (1, 2, 3, 6, 12, 24) if days / 30.4 / n <= ticks or n == 24)
        firsts = pd.date_range(start, end, freq="MS")
        every = [day for day in firsts if (day.month - 1) % min(months, 12) == 0]
        form, marks = words.MONTH, every[:: max(1, months // 12)]
    years = [None, *(day.year for day in marks)]
    texts = [
        form.format(day) + (f"\n{day.year}" if day.year != before else "")
        for day, before in zip(marks, years[:-1], strict=True)
    ]
    ax.set_xlim(date_number(start), date_number(end))
    ax.xaxis.set_major_locator(FixedLocator([date_number(day) for day in marks]))
    ax.set_xticklabels(texts)


def note(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    colour: str,
    *,
    by: tuple[float, float],
    **look: Any,
) -> None:
    """Write small text `by` points from a place, which is in data unless `xycoords` says else."""
    ax.annotate(
        text, at, xytext=by, textcoords="offset points", fontsize=SMALL, color=colour, **look
    )


def rule_at(ax: Axes, day: pd.Timestamp, colours: Colours) -> None:
    """Draw a dotted vertical rule on a day."""
    ax.axvline(
        date_number(day),
        linestyle=(0, (1.0, 1.5)),
        linewidth=1.0,
        color=colours["rule"],
        zorder=1,
    )


def name_rule(ax: Axes, day: pd.Timestamp, colours: Colours, *, at_foot: bool = False) -> None:
    """Write the day of a rule to the left of its top, or of its foot."""
    at = date_number(day), 0.0 if at_foot else 1.0
    by, va = ((-4, 4), "baseline") if at_foot else ((-4, -2), "top")
    place = {"xycoords": ("data", "axes fraction"), "ha": "right", "va": va}
    note(ax, day_label(day), at, colours["muted"], by=by, **place)
