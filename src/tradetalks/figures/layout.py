"""Where things stand in a figure: its layout, done once, and places for words.

What takes room of its own is drawn first: names of axes, legends, labels beside the Axes. `lay_out`
then settles where the Axes are, and everything later is placed on them by arithmetic.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox

from tradetalks.figures.style import SMALL, TEXT, UNDERLAY, note

LINE = 9.4  # points from one line of small text to the next
PITCH = 4.9  # points from one column of stacked marks to the next


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


class Label(NamedTuple):
    """Words for a mark or some of a stack, and where the outermost and the innermost of them is."""

    words: str
    x: float
    y: float
    inner: float
    colour: str


# a label with its left end and its middle
Spot = tuple[Label, float, float]


def place_labels(
    panels: Sequence[tuple[Axes, Sequence[Label], pd.DataFrame]], rule: float
) -> list[list[Spot]]:
    """Find each label a left end and a middle, clear of the marks and of the labels before it.

    No label stands across the rule at that place on the axis, where there is another place.

    A panel is Axes with their labels and marks (columns x, y); all panels get one height, which is
    tall enough for every label. Labels stand beyond the stacks of marks, as near to what they name
    as they can. A label wider than its Axes is left out.
    """
    heights = [y for _, _, marks in panels for y in marks["y"]]
    outer = [min([-0.5, *heights]) - 0.5, max([0.5, *heights]) + 0.5]
    places: list[list[Spot]] = []
    for ax, *_ in panels:
        ax.set_ylim(*outer)
    # the taller the Axes in levels, the more levels a line of words takes: settled in a few rounds
    for _ in range(4):
        for ax, *_ in panels:
            ax.set_ylim(outer[0] - 0.5, outer[1] + 0.5)
        places = [_place_once(*panel, rule) for panel in panels]
        half = points_to_data(panels[0][0], LINE) / 2
        reach = [middle + half * np.sign(middle) for found in places for _, _, middle in found]
        outer = [min([outer[0], *reach]), max([outer[1], *reach])]
    return places


def _place_once(ax: Axes, labels: Sequence[Label], marks: pd.DataFrame, rule: float) -> list[Spot]:
    low, high = ax.get_xlim()
    grid = np.linspace(low, high, 800)
    half, tall = points_to_data(ax, PITCH / 2, "x"), points_to_data(ax, LINE)
    sky = {sign: np.zeros(grid.size) for sign in (1, -1)}
    for x, y in zip(marks["x"], marks["y"], strict=True):
        heights = sky[1 if y > 0 else -1]
        near = np.abs(grid - x) <= half
        heights[near] = np.maximum(heights[near], abs(y) + 0.5)
    places = []
    for label in labels:
        # beside its mark, or across it; the lowest level that is free, and not far away
        wide = points_to_data(ax, width_of(label.words), "x")
        sign = 1 if label.y > 0 else -1
        first = max(label.x - 2.4 * half - wide, low)
        last = min(label.x + 2.4 * half, high - wide)
        best: tuple[float, float, float] | None = None
        for left in np.linspace(first, last, 40) if first <= last else ():
            under = sky[sign][(grid >= left - half) & (grid <= left + wide + half)].max()
            level = max(float(under) + 0.3, abs(label.y) - tall / 2)
            away = abs(left + wide / 2 - label.x) / wide
            off = 100 if left - half < rule < left + wide else 0
            best = min(best or (np.inf, 0.0, 0.0), (level + 0.8 * away + off, float(left), level))
        if best is None:
            continue
        _, left, level = best
        places.append((label, left, sign * (level + tall / 2)))
        sky[sign][(grid >= left - half) & (grid <= left + wide + half)] = level + tall
    return places


def draw_labels(ax: Axes, places: Sequence[Spot]) -> None:
    """Write placed labels over any rule, each with a line to its mark, or along its marks."""
    tall, off = points_to_data(ax, LINE), points_to_data(ax, 0.55 * PITCH, "x")
    for label, left, middle in places:
        text = ax.text(left, middle, label.words, color=label.colour, va="center", zorder=4)
        text.set_bbox({"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 0.3})
        right = left + points_to_data(ax, width_of(label.words), "x")
        # from the nearest end of the words, or from the edge that faces the mark
        faces = left < label.x < right
        foot = middle - np.sign(middle) * tall / 2 if faces else middle
        x, y = [label.x], [label.y]
        if label.inner != label.y:
            ends = label.inner - 0.4 * np.sign(middle), label.y + 0.4 * np.sign(middle)
            x = 3 * [label.x + (off if left + right > 2 * label.x else -off)]
            y = [float(np.clip(foot, min(ends), max(ends))), *ends]
        ax.plot(
            [min(max(x[0], left), right), *x],
            [foot, *y],
            color=label.colour,
            linewidth=0.6,
            zorder=2,
            clip_on=False,
        )


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
