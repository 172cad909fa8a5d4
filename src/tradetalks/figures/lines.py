"""Lines of time: what each side did and said, the first side above the line, the second below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, width_of, write_lines
from tradetalks.figures.marks import Look, draw_marks
from tradetalks.figures.style import FILL, MUTED, RULE, day_label, side_styles

SAID = Look(words.SAID, ("said",), "o", "side")
DONE = Look(words.DONE, ("done",), "s", "side")
ACCOUNT = Look(words.UNNAMED, ("account",), "o", "none")
LOOKS = (SAID, DONE, ACCOUNT)
# points: half of the band of months, half the room of a mark, the room for names of lanes, the
# least between two labels, what parts one from its pole, and its widest line
_BAND, _MARK, _NAMES, _BETWEEN, _FROM_POLE, _WIDEST = 5.5, 3.0, 60.0, 7.0, 2.5, 140.0


def plot_line(
    ax: Axes,
    events: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    shaded: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> None:
    """Draw events on a line of time, each with its day and label in the lane of its side.

    Reads day, side, label and known (said, done or account). `shaded` are days that stand out. The
    figure gets the height that all of it needs.
    """
    wide = figure_of(ax).get_figwidth() * 72
    styles = side_styles(sides)
    looks = {code: look for look in LOOKS for code in look.codes}
    days = [*events["day"], *(shaded or ())]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def place(day: pd.Timestamp) -> float:
        return float(_NAMES + 3 + (wide - _NAMES - 6) * (day - first).days / span)

    ax.fill_between([_NAMES, wide], -_BAND, _BAND, color="#f0f0ee", linewidth=0)
    if shaded:
        ax.fill_between([*map(place, shaded)], -_BAND, _BAND, color=FILL, linewidth=0)
    for x, told in _months(first, last, place):
        ax.text(x, 0, told, va="center_baseline", color=MUTED)
        ax.plot([x - 2, x - 2], [-_BAND, _BAND], color="white", linewidth=1)
    heights = {1: 0.0, -1: 0.0}
    shown = events.assign(row=range(len(events))).sort_values("day", kind="stable")
    middle = (_NAMES + wide) / 2
    for sign, (side, style) in zip((1, -1), styles.items(), strict=False):
        # a flag flies to the right where it covers no other pole, else towards the middle, and
        # stands above those nearer to it
        own = [(place(row["day"]), row) for row in shown[shown["side"].eq(side)].to_dict("records")]
        own.sort(key=lambda one: abs(one[0] - middle))
        taken: list[tuple[float, float, float, float]] = []
        poles: list[Path] = []
        plain: list[Path] = []  # behind words, so that no pole crosses them
        for x, row in own:
            lines = [*lines_of(f"{day_label(row['day'], year=False)} {row['label']}", _WIDEST)]
            width, tall = max(map(width_of, lines)), LINE * len(lines)
            left, right = x + _FROM_POLE, x + _FROM_POLE + width
            is_free = right <= wide and not any(x < other < right for other, _ in own)
            if not (is_free or x < middle):
                left = max(x - _FROM_POLE - width, _NAMES)
            left = min(left, wide - width)
            right = left + width
            level = _free(taken, left, right, tall)
            taken.append((left - _BETWEEN, right + _BETWEEN, level, level + tall))
            heights[sign] = max(heights[sign], level + tall)
            poles.append(Path([(x, sign * _BAND), (x, sign * (level + tall - 2))]))
            top = level + tall if sign > 0 else -level
            plain.append(_box(left - 1, top - tall + 1, right + 1, top + 1))
            write_lines(ax, left, top, lines, style.colour)
            look = looks[row["known"]]
            draw_marks(ax, [x], [sign * (_BAND + _MARK)], look, style.colour, rows=[row["row"]])
        _draw(ax, poles, 1, edgecolor=style.colour, facecolor="none", linewidth=0.6)
        _draw(ax, plain, 2, facecolor="white", linewidth=0)
        ax.text(
            *(0, sign * (_BAND + 3), style.name),
            va="bottom" if sign > 0 else "top",
            weight="bold",
            color=style.colour,
        )
        heights[sign] = max(heights[sign], _BAND + 3 + LINE) + 1
    figure = figure_of(ax)
    figure.set_figheight((heights[1] + heights[-1]) / 72)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, wide), ylim=(-heights[-1], heights[1]))
    ax.axhline(0, color=RULE, linewidth=0)


def _box(left: float, low: float, right: float, high: float) -> Path:
    return Path([(left, low), (left, high), (right, high), (right, low)])


def _draw(ax: Axes, paths: Sequence[Path], order: int, **look: Any) -> None:
    """Draw paths as one shape: each by itself would take a tag of the page."""
    if paths:
        ax.add_patch(PathPatch(Path.make_compound_path(*paths), zorder=order, **look))


def _free(
    taken: Sequence[tuple[float, float, float, float]], left: float, right: float, tall: float
) -> float:
    """The lowest level at which words so wide and tall stand clear of those before them."""
    level = _BAND + 2 * _MARK
    for begin, end, low, high in sorted(taken, key=lambda one: one[2]):
        if begin < right and end > left and low < level + tall + 1 and high > level - 1:
            level = high + 1.5
    return level


def _months(first: pd.Timestamp, last: pd.Timestamp, place: Any) -> Iterator[tuple[float, str]]:
    """First days of months, as many as have room, with the year where it begins."""
    firsts = pd.date_range(first, last, freq="MS")
    step = next(n for n in (1, 2, 3, 6, 12, 24, 120) if len(firsts) / n <= 9)
    year = None
    for day in [one for one in firsts if (12 * one.year + one.month - 1) % step == 0]:
        told = words.MONTH.format(day) + (f" {day.year}" if day.year != year else "")
        year = day.year
        if place(last) - place(day) > width_of(told):
            yield place(day) + 2, told
