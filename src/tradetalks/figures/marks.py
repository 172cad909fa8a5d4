"""Marks whose shape and inside tell what a colour alone would: their looks and their legend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D

from tradetalks.figures.layout import figure_of

_SIZE, _EDGE = 5.0, 0.8  # points; the edge lies inside of the size


@dataclass(frozen=True)
class Look:
    """How a group of marks is drawn: its name, its codes, its shape and its inside."""

    name: str
    codes: tuple[str, ...]
    marker: str
    fill: str  # "side" (the side's colour), "none" (hollow) or "pale"


def tint(colour: str) -> tuple[float, float, float]:
    """Return a pale tint of a colour."""
    red, green, blue = to_rgb(colour)
    return (0.55 + 0.45 * red, 0.55 + 0.45 * green, 0.55 + 0.45 * blue)


def draw_marks(
    ax: Axes,
    x: Iterable[float],
    y: Iterable[float],
    look: Look,
    colour: str,
    *,
    size: float = _SIZE,
    rows: Iterable[int] = (),
) -> None:
    """Draw marks of one look; an empty line would pull the layout to the page's corner.

    `rows` are those of the figure's data that they stand for, which a page tells on each mark.
    """
    x, y, gid = list(x), list(y), " ".join(["rows", *map(str, rows)])
    if x:
        ax.plot(x, y, zorder=3, clip_on=False, gid=gid, **_properties(look, colour, size))


def name_marks(ax: Axes, looks: Sequence[Look], colour: str, *, columns: int) -> None:
    """Name the shapes, above all Axes of the figure."""
    handles = [Line2D([], [], **_properties(look, colour, _SIZE)) for look in looks]
    name_handles(ax, handles, [look.name for look in looks], columns=columns)


def name_handles(ax: Axes, handles: Sequence[Any], names: Sequence[str], *, columns: int) -> None:
    """Name what is drawn, above all Axes of the figure; of several as one, side by side."""
    figure_of(ax).legend(
        loc="outside upper left",
        handles=handles,
        labels=names,
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.4)},
        ncols=columns,
        handlelength=0.6,
        handletextpad=0.6,
        columnspacing=1.6,
        borderpad=0,
        borderaxespad=0.2,
    )


def _properties(look: Look, colour: str, size: float) -> dict[str, Any]:
    """Return the properties of a mark, as a line without a line takes them."""
    # the edge of a triangle would reach far beyond its tip
    edge = 0.0 if look.marker == "v" else _EDGE
    return {
        "linestyle": "none",
        "marker": look.marker,
        "markersize": size - edge,
        "markerfacecolor": {"none": "white", "pale": tint(colour), "side": colour}[look.fill],
        "markeredgecolor": colour,
        "markeredgewidth": 1.2 if look.marker in "_|" else edge,
    }
