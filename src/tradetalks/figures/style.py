"""How every figure looks: one rc dictionary, colours, labels and dates.

Plot functions draw on the Axes they are given and leave size, saving and titles to the page, where
captions and alternative texts are written too.
Sides differ by line and marker as well as by colour, so that a greyscale print tells them
apart.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Annotation

from tradetalks.figures import words

SMALL, HEAD = 8.0, 8.5  # points: words, of which none is set smaller, and their headings
# inches: column and margin of an A4 page, the column alone, and the width of a telephone, which is
# also that of what is drawn once for both
TEXT_WIDTH, COLUMN, PHONE = 16.6 / 2.54, 4.57, 3.55

# Colours that belong to no side. All reach 4.5:1 on white but `GRID`, `FILL` and `GROUND`, which
# carry no text.
TEXT, MUTED, RULE, DARK = "#222222", "#5f5f5f", "#4d4d4d", "#333333"
GRID, FILL, GROUND = "#dddddd", "#d4d4d4", "#f4f3ef"

STYLE: dict[Any, Any] = {
    "figure.constrained_layout.use": True,
    # as wide as the text around it, but for what a letter may reach beyond its width
    "figure.constrained_layout.w_pad": 0.01,
    "figure.constrained_layout.wspace": 0.04,
    "font.family": "Source Sans Pro",
    "font.size": SMALL,
    "axes.titlesize": HEAD,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # nothing stands above Axes, and to look for it takes long
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.7,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.color": DARK,
    "ytick.color": DARK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.7,
    # measured as they are printed, not as a screen would round them
    "text.hinting": "none",
    # a dollar sign in a table is money, not the start of a formula
    "text.parse_math": False,
}

# Behind a text that may stand on a line or a grid.
UNDERLAY = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}

# Ways to draw a line; each has a marker of its own where it stands for a side.
LINES: tuple[Any, ...] = ("-", (0, (5.0, 1.6)), (0, (1.2, 1.2)))
MARKERS = "os^"


@contextmanager
def use_style() -> Iterator[None]:
    """Draw in the house style inside the `with` block; global settings come back after it."""
    _bring_family()
    with mpl.rc_context(STYLE):
        yield


def drawn(plot: Callable[[Axes], object], *sizes: tuple[float, float]) -> list[Figure]:
    """Draw the same on one Axes of each size, in inches: for paper first, then for a telephone."""
    figures = []
    with use_style():
        for size in sizes:
            fig, ax = plt.subplots(figsize=size)
            plot(ax)
            figures.append(fig)
    return figures


@cache
def _bring_family() -> None:
    """Let matplotlib know the face, which is no font of the system."""
    folder = files("font_source_sans_pro") / "files"
    for cut in ("Regular", "Bold"):
        fontManager.addfont(str(folder / f"SourceSansPro-{cut}.ttf"))


class SideStyle(NamedTuple):
    """How one side is drawn: its name as printed, colour, line and marker."""

    side: str
    name: str
    article_name: str
    adjective: str
    colour: str
    linestyle: Any
    marker: str


def side_styles(sides: pd.DataFrame) -> dict[str, SideStyle]:
    """Style of each side, keyed by side code, in the order of the sides table.

    Reads the columns side, name, article_name, adjective, colour and order. More sides than looks
    is an error, not a repeated look.
    """
    told = sides.sort_values("order")[["side", "name", "article_name", "adjective", "colour"]]
    looks = [*zip(LINES, MARKERS, strict=True)][: len(told)]
    rows = zip(told.itertuples(index=False), looks, strict=True)
    return {row[0]: SideStyle._make([*row, *look]) for row, look in rows}


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
        step = next((months for months in (1, 2, 3, 6, 12) if days / 30.4 / months <= ticks), 24)
        firsts = pd.date_range(start, end, freq="MS")
        form, marks = words.MONTH, [d for d in firsts if (12 * d.year + d.month - 1) % step == 0]
    years = [None, *(day.year for day in marks)]
    texts = [
        form.format(day) + (f"\n{day.year}" if day.year != before else "")
        for day, before in zip(marks, years[:-1], strict=True)
    ]
    ax.set_xticks([*map(date_number, marks)], texts)
    ax.set_xlim(date_number(start), date_number(end))


def note(
    ax: Axes, text: str, at: tuple[float, float], colour: str, by: tuple[float, float], **look: Any
) -> Annotation:
    """Write small text `by` points from a place, which is in data unless `xycoords` says else."""
    return ax.annotate(text, at, xytext=by, textcoords="offset points", color=colour, **look)
