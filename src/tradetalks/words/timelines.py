"""Statements on an axis of time: stacked marks, the first side upwards, the second downwards.

A window is drawn in panels: side by side, where the days that matter most get more than half of the
width, or on a telephone one below the other.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tradetalks.figures import words
from tradetalks.figures.layout import (
    PITCH,
    Label,
    draw_labels,
    figure_of,
    lay_out,
    place_labels,
    points_to_data,
    width_of,
)
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import (
    GROUND,
    MUTED,
    RULE,
    SMALL,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    side_styles,
)

ACT_GROUPS = (
    Look(words.BLAMES, ("blame", "threaten"), "v", "side"),
    Look(words.DENIES, ("deny", "justify", "demand"), "s", "pale"),
    Look(words.OTHERWISE, ("commit", "offer", "praise", "concede", "announce"), "o", "none"),
)
_CLOSE = 1.55  # the width of the days that matter, where all others together have 1
_LEAST = 0.2  # the least width of a panel, and twice that of one with more than a first day
_FILLED = 0.86  # of the way from a mark of a stack to the next; what is left parts them
_TITLE: dict[str, Any] = {"fontsize": SMALL, "fontweight": "normal", "color": MUTED}


class Panel(NamedTuple):
    """A part of a window: first and last day, the width beside others, the day of the breakdown."""

    start: pd.Timestamp
    end: pd.Timestamp
    width: float
    is_close: bool
    breakdown: pd.Timestamp

    @property
    def has_breakdown(self) -> bool:
        """Whether the breakdown lies in these days."""
        return self.start <= self.breakdown <= self.end


Lane = Sequence[tuple[Axes, Panel]]


def panels_of(
    start: pd.Timestamp,
    end: pd.Timestamp,
    close: tuple[pd.Timestamp, pd.Timestamp],
    breakdown: pd.Timestamp,
) -> list[Panel]:
    """Part a window into what comes before the close days, these, and what comes after them."""
    first, last = close
    day = pd.Timedelta(days=1)
    parts = [(start, min(first - day, end)), (max(first, start), min(last, end))]
    parts += [(max(last + day, start), end)]
    before, inside, after = (max((to - since).days + 1, 0) for since, to in parts)
    far = max(before + after, 1)
    widths = [max(_LEAST, before / far), _CLOSE, max(_LEAST, after / far)]
    return [
        Panel(*part, width, width == _CLOSE, breakdown)
        for part, width, length in zip(parts, widths, (before, inside, after), strict=True)
        if length
    ]


def subplots(
    panels: Sequence[Panel], width: float, heights: Sequence[float], *, is_stacked: bool = False
) -> tuple[Figure, list[Lane]]:
    """Make a figure of rows, each with Axes for every panel; `heights` and `width` in inches.

    Stacked, the rows of a panel stand above those of the next one, in one column.
    """
    times = len(panels) if is_stacked else 1
    figure = Figure(figsize=(width, sum(heights) * times))
    axes = figure.subplots(
        len(heights) * times,
        1 if is_stacked else len(panels),
        squeeze=False,
        height_ratios=[*heights] * times,
        width_ratios=None if is_stacked else [panel.width for panel in panels],
    )
    rows = axes.reshape(len(panels), -1).T if is_stacked else axes
    return figure, [[*zip(row, panels, strict=True)] for row in rows]


def plot_ledger(
    row: Lane, statements: pd.DataFrame, anchors: pd.DataFrame, sides: pd.DataFrame
) -> None:
    """Draw each statement as a mark, by what it does, stacked by date.

    `anchors` (of `measure_anchors`) name a few statements.
    """
    named = anchors[anchors["side"].notna()]
    _draw_lanes(row, statements, named, "act", ACT_GROUPS, side_styles(sides))


def _draw_lanes(
    row: Lane,
    records: pd.DataFrame,
    named: pd.DataFrame,
    code: str,
    looks: Sequence[Look],
    styles: Mapping[str, SideStyle],
) -> None:
    """Draw stacks and labels in every panel, and say how many days a column holds."""
    # first all that takes room: dates, names of lanes, legend
    for ax, panel in row:
        _span(ax, panel)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        # what a column holds is known only after the layout
        ax.set_title(words.ONE_DAY, **_TITLE)
        # near the middle names reach above and below nothing
        _name_lanes(ax, (0.45, 0.55), styles)
    first = row[0][0]
    names = sum(width_of(look.name) + 20 for look in looks)
    fits = names < 72 * figure_of(first).get_figwidth()
    name_marks(first, looks, MUTED, columns=len(looks) if fits else 1)
    lay_out(first)
    numbers = {known: n for n, look in enumerate(looks) for known in look.codes}
    groups = enumerate(named["record_ids"].str.split(";"), start=1)
    group = {record: number for number, own in groups for record in own}
    records = records.assign(
        row=range(len(records)),
        look=records[code].map(numbers.__getitem__),
        group=[group.get(record, 0) for record in records["statement_id"]],
    )
    columns = [max(1, int(np.ceil(points_to_data(ax, PITCH, "x")))) for ax, _ in row]
    stacks = [
        _stack(records, panel, days, next(iter(styles)))
        for (_, panel), days in zip(row, columns, strict=True)
    ]
    labels = [
        _labels_of_marks(named, marks, panel, styles)
        for (_, panel), marks in zip(row, stacks, strict=True)
    ]
    axes = [ax for ax, _ in row]
    rule = date_number(row[0][1].breakdown)
    places = place_labels(list(zip(axes, labels, stacks, strict=True)), rule)
    size = _FILLED * min(PITCH, 1 / points_to_data(first, 1))
    for ax, days, marks, found in zip(axes, columns, stacks, places, strict=True):
        ax.axhline(0, color=RULE, linewidth=0.7, zorder=1)
        for side, style in styles.items():
            for number, look in enumerate(looks):
                alike = marks[marks["side"].eq(side) & marks["look"].eq(number)]
                at = alike["x"], alike["y"]
                draw_marks(ax, *at, look, style.colour, size=size, rows=alike["row"])
        draw_labels(ax, found)
        held = words.ONE_DAY if days == 1 else words.DAYS.format(days=days)
        fitting = [
            told
            for told in (words.EACH_COLUMN.format(held=held), held, "")
            if width_of(told) < _room(ax)
        ]
        ax.set_title(fitting[0], **_TITLE)
        low, high = ax.get_ylim()
        _name_lanes(ax, (high / 2, low / 2), styles)
    _mark_breaks(row)


def _is_outer(ax: Axes) -> bool:
    """Whether nothing of the figure stands left of these Axes."""
    place = ax.get_subplotspec()
    return place is None or place.is_first_col()


def _room(ax: Axes) -> float:
    """Return how wide Axes are, in points."""
    return 72 * ax.get_position().width * figure_of(ax).get_figwidth()


def _name_lanes(ax: Axes, places: tuple[float, float], styles: Mapping[str, SideStyle]) -> None:
    """Write the names of the sides beside their lanes, left of all panels."""
    names = [style.name for style in styles.values()]
    ax.set_yticks(*((places, names) if _is_outer(ax) else ([], [])))
    for label, style in zip(ax.get_yticklabels(), styles.values(), strict=False):
        label.set(color=style.colour, rotation=90, va="center")


def _span(ax: Axes, panel: Panel) -> None:
    """Span a panel's days, with room for half a column at its ends, and mark those that matter."""
    room = max(1.0, _room(ax))
    over = max(0.8, PITCH / room * (panel.end - panel.start).days)
    if panel.is_close:
        date_axis(ax, panel.start, panel.end, ticks=max(2, min(7, int(room / 30))))
    else:
        # no label so near the end that it touches the first of the next panel
        last = panel.end - 12 / room * (panel.end - panel.start)
        date_axis(ax, panel.start, panel.end, ticks=6, last=last)
    if panel.width < 2 * _LEAST:
        first = f"{day_label(panel.start, year=False)}\n{panel.start.year}"
        ax.set_xticks([date_number(panel.start)], [first], ha="left")
    ax.set_xlim(date_number(panel.start) - over, date_number(panel.end) + over)
    ax.grid(visible=False)
    if panel.is_close:
        ax.set_facecolor(GROUND)
    if panel.has_breakdown:
        day = date_number(panel.breakdown)
        ax.axvline(day, linestyle=(0, (1.0, 1.5)), linewidth=1.0, color=RULE, zorder=1)


def _mark_breaks(row: Lane) -> None:
    """Draw strokes across the foot of panels that stand side by side, where the scale breaks."""
    for (left, _), (right, _) in pairwise(row):
        for ax, end in ((left, 1), (right, 0)) if not _is_outer(right) else ():
            ax.plot(
                [end], [0], transform=ax.transAxes, marker=((-1, -2), (1, 2)), markersize=9,
                linestyle="none", color=RULE, markeredgewidth=1.0, clip_on=False,
            )  # fmt: skip


def _stack(records: pd.DataFrame, panel: Panel, days: int, upwards: str) -> pd.DataFrame:
    """Place a panel's statements in columns of `days`: adds `x` and `y` (levels from the line).

    Columns are counted from the breakdown date, so that none of them holds days of both periods.
    Within a column marks stand in the order of their looks, and what is named stands outermost.
    """
    placed = records[records["statement_date"].between(panel.start, panel.end)]
    column = (placed["statement_date"] - panel.breakdown).dt.days // days
    placed = placed.assign(column=column).sort_values(
        ["side", "column", "group", "look", "statement_date", "statement_id"], ignore_index=True
    )
    level = placed.groupby(["side", "column"]).cumcount() + 1.0
    middle = placed["column"] * days + (days - 1) / 2
    return placed.assign(
        x=date_number(panel.breakdown) + middle,
        y=level.where(placed["side"].eq(upwards), -level),
    )


def _labels_of_marks(
    named: pd.DataFrame, marks: pd.DataFrame, panel: Panel, styles: Mapping[str, SideStyle]
) -> list[Label]:
    """Turn names of records into labels of the marks of each; unseen ones have none."""
    labels = []
    for row in named.to_dict("records"):
        found = marks[marks["statement_id"].isin(row["record_ids"].split(";"))]
        if len(found):
            outermost = found.sort_values("y", key=abs).iloc[-1]
            inner = min(found["y"][found["x"].eq(outermost["x"])], key=abs)
            # the days that are looked at one by one are of one year, which stands below them
            day = day_label(row["when"], year=not panel.is_close)
            told = words.NAMED.format(label=row["label"], day=day)
            place = float(outermost["x"]), float(outermost["y"]), float(inner)
            labels.append(Label(told, *place, styles[row["side"]].colour))
    return labels
