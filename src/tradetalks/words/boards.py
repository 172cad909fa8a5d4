"""A board of words: the days of a breakdown one by one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, write_lines
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import (
    DARK,
    GROUND,
    HEAD,
    MUTED,
    TEXT,
    SideStyle,
    day_label,
    side_styles,
)

LOOKS_BY_KNOWN = (
    Look(words.MEASURE, ("measure",), "s", "side"),
    Look(words.ON_RECORD, ("on record",), "o", "pale"),
    Look(words.UNNAMED, ("unnamed sources",), "o", "none"),
)
# points; the column of days, what a mark takes of a lane, and the room between two lanes
_DAYS, _MARK, _BETWEEN = 32.0, 10.0, 16.0


def plot_days(
    ax: Axes, events: pd.DataFrame, sides: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> None:
    """Draw what happened from `start` to `end`: a row for each day, a lane for each side.

    Marks are filled as an event is known. What belongs to both sides, or to none that is known,
    stands first in its day, across. The figure gets the height that all of it needs.
    """
    styles = side_styles(sides)
    wide = figure_of(ax).get_figwidth() * 72
    lane = (wide - _DAYS + _BETWEEN) / len(styles)
    lanes = {side: _DAYS + number * lane for number, side in enumerate(styles)}
    looks = {code: look for look in LOOKS_BY_KNOWN for code in look.codes}
    marks: dict[tuple[Look, str], list[tuple[float, float, int]]] = defaultdict(list)

    def write(row: Mapping[Any, Any], x: float, y: float, end: float) -> float:
        """Write an event from x to `end`; return how far down it reaches."""
        lines = [*lines_of(_words(row, styles), end - x - _MARK)]
        colour = styles[row["side"]].colour if row["side"] in styles else DARK
        marks[looks[row["known"]], colour].append((x + 3, y - 0.42 * LINE, row["row"]))
        write_lines(ax, x + _MARK, y, lines, TEXT)
        return y - len(lines) * LINE

    for side, x in lanes.items():
        name, colour = styles[side].name, styles[side].colour
        ax.text(x, 0, name, color=colour, weight="bold", va="top", fontsize=HEAD)
    y = -1.6 * LINE
    shown = events.assign(row=range(len(events)))[events["when"].between(start, end)]
    shown = shown.assign(side=pd.Series([*_lanes(shown, lanes)], shown.index, dtype="object"))
    for _, rows in shown.groupby("when"):
        day = day_label(rows["when"].iloc[0], year=False)
        ax.text(0, y, day, va="top", color=TEXT)
        for row in rows[rows["side"].isna()].to_dict("records"):
            foot = write(row, _DAYS, y, wide)
            ax.fill_between([_DAYS - 2, wide], y + 1.5, foot, color=GROUND, linewidth=0)
            y = foot - 0.2 * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                below = write(row, x, below, x + lane - _BETWEEN) - 0.1 * LINE
            bottom = min(bottom, below)
        y = bottom - 0.05 * LINE
    for (look, colour), places in marks.items():
        across, down, numbers = zip(*places, strict=True)
        draw_marks(ax, across, down, look, colour, rows=numbers)
    _fit(ax, wide, y, LOOKS_BY_KNOWN, MUTED, len(LOOKS_BY_KNOWN))


def _lanes(shown: pd.DataFrame, lanes: Collection[str]) -> Iterator[str | None]:
    """Of each event the side that did or said it, or whose sources alone tell it, if it is one."""
    for row in shown.to_dict("records"):
        by_sources = row["known"] in LOOKS_BY_KNOWN[-1].codes
        told = str(row["told_by"]).split(";") if by_sources else [row["side"]]
        sides = [side for side in told if side in lanes]
        yield sides[0] if len(sides) == 1 else None


def _words(row: Mapping[Any, Any], styles: Mapping[str, SideStyle]) -> str:
    """Return the label of an event, behind the sides of sources that have no name."""
    label = str(row["label"])
    if row["known"] in LOOKS_BY_KNOWN[-1].codes:
        told = str(row["told_by"]).split(";")
        names = [styles[side].adjective for side in told if side in styles]
        known = words.SOURCES if names else words.NO_SIDE
        label = known.format(whose=words.AND.join(names), label=label)
    return label[:1].upper() + label[1:]


def _fit(ax: Axes, wide: float, y: float, looks: Sequence[Look], colour: str, columns: int) -> None:
    """Name the marks above a board, whose data are points, and give it the height it needs."""
    figure = figure_of(ax)
    above = (1.2 * -(-len(looks) // columns) + 0.6) * LINE
    figure.set_figheight((above - y) / 72)
    figure.set_layout_engine("none")  # it would shrink a board until its words had room beside it
    ax.set_position((0, 0, 1, y / (y - above)))
    ax.set_axis_off()
    ax.set(xlim=(0, wide), ylim=(y, 0))
    name_marks(ax, looks, colour, columns=columns)
