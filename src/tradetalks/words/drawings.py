"""Words drawn: the ledger as marks, whole channels above the rates, a breakdown day by day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from tradetalks.figures import words
from tradetalks.figures.layout import (
    LINE,
    figure_of,
    fit_board,
    label_ends,
    lay_out,
    lines_of,
    points_to_data,
    spread,
    width_of,
    write_lines,
)
from tradetalks.figures.marks import Look, draw_marks, name_handles, name_marks
from tradetalks.figures.style import (
    COLUMN,
    DARK,
    FILL,
    GROUND,
    HEAD,
    MUTED,
    RULE,
    SMALL,
    TEXT,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    note,
    side_styles,
)

ACT_GROUPS = (
    Look(words.BLAMES, ("blame", "threaten"), "v", "side"),
    Look(words.DENIES, ("deny", "justify", "demand"), "s", "pale"),
    Look(words.OTHERWISE, ("commit", "offer", "praise", "concede", "announce"), "o", "none"),
)
_TITLE: dict[str, Any] = {"fontsize": SMALL, "fontweight": "normal", "color": MUTED}
_PITCH = 4.9  # points from one column of stacked marks to the next
_FILLED = 0.86  # of the way from a mark of a stack to the next; what is left parts them
WORDED = Look(words.BROKEN_WORD, ("with_words",), "D", "side")
_HATCH: dict[str, Any] = {"facecolor": "none", "edgecolor": RULE, "hatch": "//////", "linewidth": 0}
_DIAMOND = 4.2  # points
_BAR = 6.0  # days of a week that its bar fills
LOOKS_BY_KNOWN = (
    Look(words.MEASURE, ("measure",), "s", "side"),
    Look(words.ON_RECORD, ("on record",), "o", "pale"),
    Look(words.UNNAMED, ("unnamed sources",), "o", "none"),
)
# points; the column of days, what a mark takes of a lane, and the room between two lanes
_DAYS, _MARK, _BETWEEN = 32.0, 10.0, 16.0


def plot_ledger(
    ax: Axes,
    statements: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    breakdown: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each statement as a mark, by what it does, stacked in columns of some days.

    Columns are counted from the breakdown, so that none of them holds days of both periods.
    """
    styles = side_styles(sides)
    # first all that takes room: dates, names of lanes, legend
    date_axis(ax, start, end)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_title(words.ONE_DAY, **_TITLE)
    _name_lanes(ax, (0.45, 0.55), styles)
    _name_marks(ax, ACT_GROUPS, MUTED)
    lay_out(ax)
    days = max(1, int(np.ceil(points_to_data(ax, _PITCH, "x"))))
    marks = _stack(statements, days, breakdown, next(iter(styles)))
    reach = [min(-1, marks["y"].min()) - 1, max(1, marks["y"].max()) + 1]
    ax.set_ylim(*reach)
    _name_lanes(ax, (reach[1] / 2, reach[0] / 2), styles)
    held = words.ONE_DAY if days == 1 else words.DAYS.format(days=days)
    ax.set_title(words.EACH_COLUMN.format(held=held), **_TITLE)
    ax.axhline(0, color=RULE, linewidth=0.7, zorder=1)
    rule = (0, (1.0, 1.5))
    ax.axvline(date_number(breakdown), linestyle=rule, linewidth=1.0, color=RULE, zorder=1)
    size = _FILLED * min(_PITCH, 1 / points_to_data(ax, 1))
    for side, style in styles.items():
        for number, look in enumerate(ACT_GROUPS):
            alike = marks[marks["side"].eq(side) & marks["look"].eq(number)]
            draw_marks(ax, alike["x"], alike["y"], look, style.colour, size=size, rows=alike["row"])


def _name_lanes(ax: Axes, places: tuple[float, float], styles: Mapping[str, SideStyle]) -> None:
    """Write the names of the sides beside their lanes."""
    ax.set_yticks(places, [style.name for style in styles.values()])
    for label, style in zip(ax.get_yticklabels(), styles.values(), strict=True):
        label.set(color=style.colour, rotation=90, va="center")


def _stack(
    statements: pd.DataFrame, days: int, breakdown: pd.Timestamp, upwards: str
) -> pd.DataFrame:
    """Place statements in columns of `days`: adds `row`, `look`, `x` and `y` (levels from 0).

    Within a column marks stand in the order of their looks.
    """
    looks = {act: number for number, look in enumerate(ACT_GROUPS) for act in look.codes}
    placed = statements.assign(
        row=range(len(statements)),
        look=statements["act"].map(looks.__getitem__),
        column=(statements["statement_date"] - breakdown).dt.days // days,
    ).sort_values(["side", "column", "look", "statement_date", "statement_id"])
    level = placed.groupby(["side", "column"]).cumcount() + 1.0
    return placed.assign(
        x=date_number(breakdown) + placed["column"] * days + (days - 1) / 2,
        y=level.where(placed["side"].eq(upwards), -level),
    )


def subplots(channels: pd.DataFrame, width: float) -> tuple[Figure, list[Axes]]:
    """Make a figure with Axes for every channel and, below them, for the rates; inches."""
    # on a telephone the key has two lines, whose room what is drawn would lose
    heights = [0.72 if width > COLUMN else 0.8] * len(channels) + [1.05]
    figure = Figure(figsize=(width, sum(heights)))
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    return figure, [*axes[:, 0]]


def plot_chronology(
    axes: Sequence[Axes],
    weeks: pd.DataFrame,
    channels: pd.DataFrame,
    path: pd.DataFrame,
    outside: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    gaps: pd.DataFrame,
    eased: pd.DataFrame,
    breakdown: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each channel by week on Axes and a scale of its own, and the rates on the last ones.

    Pale bars are all that was said, those in front what is on the quarrel; a diamond is a week with
    words of a broken word; `gaps` are hatched. Below, pale is what duties on all origins
    (`outside`) could add, and why a rate fell is told by the titles of `eased`, by importer.
    """
    styles, room = side_styles(sides), 72 * figure_of(axes[0]).get_figwidth()
    middles = [date_number(day) + 3.5 for day in weeks["week"]]
    weeks = weeks.assign(row=range(len(weeks)), x=middles).sort_values("week")
    inside = weeks["week"].between(start - pd.Timedelta(days=3), end)
    for ax, channel in zip(axes, channels.to_dict("records"), strict=False):
        own = weeks[inside & weeks["stream"].eq(channel["stream"])]
        colour = styles[channel["side"]].colour
        told = words.BY_WEEK.format(title=channel["title"])
        if channel["first_day"] > start:
            since = words.COUNTED_FROM.format(told=told, day=day_label(channel["first_day"]))
            told = since if 1.2 * width_of(since) < room else told
        ax.set_title(told, color=colour)
        _bars(ax, own["x"], own["all"], FILL, 1.5)
        theirs = gaps[gaps["stream"].eq(channel["stream"]) & gaps["start"].between(start, end)]
        _hatch(ax, theirs)
        _bars(ax, own["x"], own["on_quarrel"], colour, 2)
        _scale(ax, max([1, *own["all"]]))
    *above, below = axes
    lines = _draw_rates(below, path, outside, sides, start, end)
    for ax in axes:
        date_axis(ax, start, end, ticks=7)
        ax.axvline(date_number(breakdown), linestyle=(0, (1.0, 1.5)), color=RULE, linewidth=1.0)
        ax.tick_params(axis="x", labelbottom=ax is below)
    if start <= breakdown <= end:
        place = {"xycoords": ("data", "axes fraction"), "ha": "right", "va": "top"}
        note(below, day_label(breakdown), (date_number(breakdown), 1.0), MUTED, (-4, 0), **place)
    if above:
        _name_channels(below, styles)
    label_ends(below, lines)
    _tell_falls(below, path, eased[eased["effective_date"].between(start, end)], styles)
    # the Axes have their places: diamonds stand clear of the bars below them
    for ax, stream in zip(above, channels["stream"], strict=True):
        own = weeks[inside & weeks["stream"].eq(stream) & weeks["with_words"].gt(0)]
        y = own["on_quarrel"] + points_to_data(ax, _DIAMOND)
        draw_marks(ax, own["x"], y, WORDED, DARK, size=_DIAMOND, rows=own["row"])


def _bars(
    ax: Axes, middles: Iterable[float], heights: Iterable[float], colour: str, order: float
) -> None:
    """Draw bars as one shape along the axis: each by itself would take a tag of the page."""
    half = _BAR / 2
    corners = [
        corner
        for x, top in zip(middles, heights, strict=True)
        if top
        for corner in ((x - half, 0), (x - half, top), (x + half, top), (x + half, 0))
    ]
    if corners:
        shape = PathPatch(Path(corners), facecolor=colour, linewidth=0)
        shape.set_zorder(order)
        ax.add_patch(shape)
        ax.autoscale_view()


def _hatch(ax: Axes, gaps: pd.DataFrame) -> None:
    """Hatch days of which nothing is there, as one shape, over the height of the Axes."""
    spans = zip(map(date_number, gaps["start"]), map(date_number, gaps["end"]), strict=True)
    corners = [
        corner
        for first, last in spans
        for corner in ((first, 0), (first, 1), (last + 1, 1), (last + 1, 0), (first, 0))
    ]
    if corners:
        codes = [Path.MOVETO, *[Path.LINETO] * 4] * (len(corners) // 5)
        shape = PathPatch(Path(corners, codes), **_HATCH, transform=ax.get_xaxis_transform())
        shape.set_zorder(1)
        ax.add_patch(shape)


def _name_channels(ax: Axes, styles: Mapping[str, SideStyle]) -> None:
    """Name bars in their colours, marks and hatching, above all Axes."""

    def square(colour: str, marker: str = "s") -> Line2D:
        return Line2D([], [], linestyle="none", marker=marker, markersize=5.5, color=colour)

    solid = tuple(square(style.colour) for style in styles.values())
    handles = [square(FILL), solid, square(DARK, "D"), Patch(**_HATCH)]
    names = [words.EVERYTHING, words.ON_QUARREL, words.BROKEN_WORD, words.NO_ITEM]
    fits = sum(map(width_of, names)) + 30 * len(names) < 72 * figure_of(ax).get_figwidth()
    name_handles(ax, handles, names, columns=len(names) if fits else 1)


def _tell_falls(
    ax: Axes, path: pd.DataFrame, eased: pd.DataFrame, styles: Mapping[str, SideStyle]
) -> None:
    """Say beside each fall of a rate what made it fall: below the line, or else above both."""
    for row in eased.to_dict("records"):
        own = path[path["importer"].eq(row["importer"])]
        rates = own.loc[own["effective_date"].eq(row["effective_date"]), "applied_rate_pct"]
        x = date_number(row["effective_date"])
        room = (ax.get_xlim()[1] - x) / points_to_data(ax, 1, "x")
        if len(rates) and width_of(row["title"]) < room:
            colour = styles[row["importer"]].colour
            until = path[path["effective_date"].le(row["effective_date"])]
            after = until.sort_values("effective_date").groupby("importer").last()
            highest = after["applied_rate_pct"].max()
            fits = rates.iloc[0] > points_to_data(ax, LINE + 3)
            note(ax, row["title"], (x, 0 if fits else highest), colour, (3, 1.5), va="bottom")
            ax.plot([x, x], [0, rates.iloc[0]], color=colour, linewidth=0.6)


def _scale(ax: Axes, highest: float) -> None:
    """Give Axes a scale from zero on, with few lines and no axis."""
    ax.set_ylim(0, 1.08 * highest)
    ax.locator_params(axis="y", nbins=3, integer=True)
    ax.grid(axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _draw_rates(
    ax: Axes,
    path: pd.DataFrame,
    outside: pd.DataFrame,
    sides: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> list[Line2D]:
    """Draw each side's average rate as steps, which break off where it is not measured."""
    bounded = outside[outside["reason"].eq("not_valued")].sort_values("effective_date")
    bounded = bounded.assign(most=bounded.groupby("importer")["bound_pp"].cumsum())
    lines: list[Line2D] = []
    highest = 1.0
    for importer, style in side_styles(sides).items():
        rates = _steps(path[path["importer"].eq(importer)], "applied_rate_pct", start, end)
        if rates.empty:
            continue
        x = [*map(date_number, rates.index)]
        told = words.RATE_AT_END.format(side=style.name, rate=rates.iloc[-1])
        look = {"color": style.colour, "linestyle": style.linestyle}
        lines += ax.step(x, rates, where="post", label=told, **look)
        theirs = bounded[bounded["importer"].eq(importer)]
        more = _steps(theirs, "most", start, rates.index[-1])
        if len(more):
            both = pd.concat([rates, more], axis=1, sort=True).ffill().fillna(0.0)
            ax.fill_between(
                [*map(date_number, both.index)], both.iloc[:, 0], both.sum(axis=1),
                step="post", color=style.colour, alpha=0.25, linewidth=0,
            )  # fmt: skip
        highest = max(highest, rates.max())
    ax.set_title(words.AVERAGE_DUTY, color=DARK)
    _scale(ax, 1.15 * highest)
    return lines


def plot_rates(
    ax: Axes,
    path: pd.DataFrame,
    outside: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    eased: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each side's average rate as steps, with its value at either end.

    Pale is what duties on all origins (`outside`) could add; why a rate fell is told by `eased`.
    """
    lines = _draw_rates(ax, path, outside, sides, start, end)
    ax.set_title("")
    date_axis(ax, start, end, ticks=7)
    label_ends(ax, lines)
    begun = [float(np.asarray(line.get_ydata())[0]) for line in lines]
    places = spread(begun, points_to_data(ax, LINE), 0, ax.get_ylim()[1])
    # where lines begin too close for a label between them, all labels stand above the highest
    lift = 0.0 if [*places] == begun else max(begun) - min(places)
    for line, rate, y in zip(lines, begun, np.add(places, lift), strict=True):
        told = words.RATE.format(rate=rate)
        note(ax, told, (date_number(start), y), str(line.get_color()), (2, 2), va="bottom")
    _tell_falls(ax, path, eased[eased["effective_date"].between(start, end)], side_styles(sides))


def _steps(rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Values of a step line by day, up to the day, which repeats the last, where one is missing."""
    steps: pd.Series = rows.set_index("effective_date")[column].sort_index()
    began = steps[steps.index <= start].tail(1).rename(lambda _: start)
    steps = pd.concat([began, steps[(steps.index > start) & (steps.index <= end)]])
    known = steps[steps.isna().cumsum().eq(0)]
    stop = steps.index[len(known)] if len(known) < len(steps) else end
    steps = pd.concat([known, known.tail(1).rename(lambda _: stop)]).groupby(level=0).last()
    return steps


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
    for _, of_day in shown.groupby("when"):
        rows = of_day.to_dict("records")
        ax.text(0, y, day_label(rows[0]["when"], year=False), va="top", color=TEXT)
        for row in (one for one in rows if one["side"] is None):
            foot = write(row, _DAYS, y, wide)
            ax.fill_between([_DAYS - 2, wide], y + 1.5, foot, color=GROUND, linewidth=0)
            y = foot - 0.2 * LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in (one for one in rows if one["side"] == side):
                below = write(row, x, below, x + lane - _BETWEEN) - 0.1 * LINE
            bottom = min(bottom, below)
        y = bottom - 0.05 * LINE
    for (look, colour), places in marks.items():
        across, down, numbers = zip(*places, strict=True)
        draw_marks(ax, across, down, look, colour, rows=numbers)
    _fit(ax, y, LOOKS_BY_KNOWN, MUTED, len(LOOKS_BY_KNOWN))


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
        told = str(row["told_by"]).split(";") if pd.notna(row["told_by"]) and row["told_by"] else []
        names = [styles[side].adjective if side in styles else words.OTHER for side in told]
        known = words.SOURCES if names else words.NO_SIDE
        label = known.format(whose=words.AND.join(names), label=label)
    return label[:1].upper() + label[1:]


def _fit(ax: Axes, y: float, looks: Sequence[Look], colour: str, columns: int) -> None:
    """Name the marks above a board, whose data are points, and give it the height it needs."""
    fit_board(ax, y, (1.2 * -(-len(looks) // columns) + 0.6) * LINE)
    name_marks(ax, looks, colour, columns=columns)


def _name_marks(ax: Axes, looks: Sequence[Look], colour: str) -> None:
    """Name marks in one row above the Axes, or one below the other where that is too narrow."""
    fits = sum(width_of(look.name) + 20 for look in looks) < 72 * figure_of(ax).get_figwidth()
    name_marks(ax, looks, colour, columns=len(looks) if fits else 1)
