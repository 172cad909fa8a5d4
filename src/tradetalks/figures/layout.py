"""Where things stand in a figure: its layout, done once, and places for words.

What takes room of its own is drawn first: names of axes, legends, labels beside the Axes. `lay_out`
then settles where the Axes are, and everything later is placed on them by arithmetic.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox

from tradetalks.figures.style import SMALL, TEXT, UNDERLAY, note

LINE = 9.4  # points from one line of small text to the next


def lay_out(ax: Axes) -> None:
    """Give what a figure has its room, for good: Axes that move later would upset all places."""
    figure = figure_of(ax)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.execute(figure)
        figure.set_layout_engine("none")
        # the solver's last bits differ from one drawing to the next, and ids of clips with them
        for each in figure.axes:
            each.set_position(
                Bbox.from_bounds(*(round(side, 6) for side in each.get_position().bounds))
            )


def points_to_data(ax: Axes, points: float, axis: str = "y") -> float:
    """Length in data units of the axis that spans so many points on a page that is laid out."""
    wide, tall = figure_of(ax).get_size_inches()
    box = ax.get_position()
    low, high = ax.get_ylim() if axis == "y" else ax.get_xlim()
    length = box.height * tall if axis == "y" else box.width * wide
    return float(points / 72.0 / length * abs(high - low))


def figure_of(ax: Axes) -> Figure:
    """Return the figure of Axes; nobody draws on Axes of none."""
    return cast(Figure, ax.get_figure(root=True))


def spread(
    wanted: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf
) -> list[float]:
    """Positions nearest to the wanted ones (least squares) that stand at least `gap` apart.

    Keeps the order of the wanted positions. Labels stay inside low and high where they fit;
    where they do not, they keep their gap and overrun `high`.
    """
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    pooled: list[list[float]] = []  # neighbours that touch share the mean of where they began
    for rank, i in enumerate(order):
        pooled.append([float(wanted[i]) - rank * gap])
        while len(pooled) > 1 and np.mean(pooled[-2]) > np.mean(pooled[-1]):
            pooled[-2:] = [pooled[-2] + pooled[-1]]
    begins = np.concatenate([np.full(len(block), np.mean(block)) for block in pooled])
    ceiling = max(low, high - gap * (len(order) - 1))
    placed = np.empty(len(order))
    placed[order] = np.clip(begins, low, ceiling) + gap * np.arange(len(order))
    return [*map(float, placed)]


def label_ends(ax: Axes, lines: Sequence[Line2D]) -> None:
    """Write the label of each line to the right of where they end, and lay the figure out.

    Labels that would collide move apart vertically; the line ends stay where they are.
    """
    if not lines:
        return lay_out(ax)
    low, high = ax.get_ylim()
    ends = np.array([np.asarray(line.get_xydata())[-1] for line in lines])
    x = ends[:, 0].max()
    labels = [
        # for the layout they stand in the middle, where they reach above and below nothing
        note(
            ax, str(line.get_label()), (x, (low + high) / 2), str(line.get_color()), (5, 0),
            va="center", annotation_clip=False, bbox=UNDERLAY,
        )
        for line in lines
    ]  # fmt: skip
    lay_out(ax)
    tallest = max(label.get_text().count("\n") + 1 for label in labels)
    gap = points_to_data(ax, SMALL * (1.2 * tallest + 0.4))
    places = spread(ends[:, 1].tolist(), gap, low + gap / 2, high - gap / 2)
    for label, y in zip(labels, places, strict=True):
        label.xy = (x, y)


def beside(ax: Axes, x: float, y: float, text: str) -> None:
    """Write a text to the right of a mark."""
    note(ax, text, (x, y), TEXT, (7, 0), va="center", bbox=UNDERLAY)


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Write the names of rows that stand at 0, -1, -2 and so on, in place of a vertical axis."""
    ax.set_yticks([-row for row in range(len(names))], names)
    ax.tick_params(axis="y", length=0)


def width_of(words: str) -> float:
    """Return the width of small text in points, as it is printed: word by word, as words recur."""
    return sum(map(_width_of_word, words.split(" "))) + words.count(" ") * _width_of_word(" ")


@cache
def _width_of_word(word: str) -> float:
    width, _, _ = TextToPath().get_text_width_height_descent(
        word, FontProperties(size=SMALL), ismath=False
    )
    return float(width)


def lines_of(words: str, width: float) -> Iterator[str]:
    """Break text into lines that are no wider than `width` points; a year begins none."""
    line = ""
    for word in re.split(r"\s+(?!\d{4}\b)", words.strip()):
        longer = f"{line} {word}".strip()
        if line and width_of(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def write_lines(ax: Axes, x: float, top: float, lines: Sequence[str], colour: str) -> None:
    """Write lines of small text from a top downwards, on Axes whose data are points."""
    for number, line in enumerate(lines):
        ax.text(x, top - number * LINE, line, va="top", color=colour)


def fit_board(ax: Axes, foot: float, above: float = 0.0) -> None:
    """Give a board, whose data are points from 0 down to a foot, the height that it needs.

    `above` is the room of what stands over it.
    """
    figure = figure_of(ax)
    wide = figure.get_figwidth() * 72
    figure.set_figheight((above - foot) / 72)
    figure.set_layout_engine("none")  # it would shrink a board until its words had room beside it
    ax.set_position((0, 0, 1, foot / (foot - above)))
    ax.set_axis_off()
    ax.set(xlim=(0, wide), ylim=(foot, 0))
