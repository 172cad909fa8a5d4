"""What stands on a drawn figure, and whether it can be read."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tradetalks.figures.style import SMALL


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def texts(figure: Figure) -> list[Text]:
    """Every text on the page, legends and tick labels included."""
    figure.draw_without_rendering()
    # an axis keeps labels beyond its ends, and does not draw them
    beyond = {
        id(tick.label1)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in beyond
    ]


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def marks(ax: Axes) -> list[tuple[float, float, str, str]]:
    """Every mark with its place, shape and edge colour."""
    return [
        (float(x), float(y), str(line.get_marker()), str(line.get_markeredgecolor()))
        for line in ax.lines
        if line.get_linestyle() == "None"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def assert_readable(figure: Figure) -> None:
    """No text is too small, runs out of the figure, or stands on another text."""
    drawn = texts(figure)
    assert drawn
    # a text box keeps room for descenders, which figures and capitals do not fill
    page = figure.bbox.padded(1.5)
    boxes = [(text.get_text(), text.get_window_extent()) for text in drawn]
    assert min(text.get_fontsize() for text in drawn) >= SMALL
    for words, box in boxes:
        assert page.x0 <= box.x0 and box.x1 <= page.x1, words
        assert page.y0 <= box.y0 and box.y1 <= page.y1, words
    for (one, first), (other, second) in combinations(boxes, 2):
        # hinting makes text on the screen a little wider than on paper
        shared = Bbox.intersection(first, second)
        assert shared is None or min(shared.width, shared.height) <= 1.5, f"{one!r} on {other!r}"
