"""What was said in whole channels, week by week, above what was charged: one axis of time."""

from collections.abc import Iterable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tradetalks.figures import words
from tradetalks.figures.layout import figure_of, label_ends, points_to_data, width_of
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.style import (
    DARK,
    FILL,
    MUTED,
    RULE,
    date_axis,
    date_number,
    day_label,
    note,
    side_styles,
)

# everything, what is on the quarrel, and words of a broken word
LOOKS = (
    Look(words.EVERYTHING, ("all",), "s", "pale"),
    Look(words.ON_QUARREL, ("on_quarrel",), "s", "side"),
    Look(words.BROKEN_WORD, ("with_words",), "D", "side"),
)
_MARK = 4.2  # points
_WIDE = 6.0  # days of a week that its bar fills


def subplots(channels: pd.DataFrame, width: float) -> tuple[Figure, list[Axes]]:
    """Make a figure with Axes for every channel and, below them, for the rates; inches."""
    heights = [0.8] * len(channels) + [1.1]
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
    breakdown: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each channel by week on Axes and a scale of its own, and the rates on the last ones.

    Pale bars are all that was said, those in front what is on the quarrel; a diamond is a week with
    words of a broken word. Below, pale is what duties on all origins (`outside`) could add.
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
        fits = sum(width_of(look.name) + 20 for look in LOOKS) < room
        name_marks(below, LOOKS, DARK, columns=len(LOOKS) if fits else 1)
    label_ends(below, lines)
    # the Axes have their places: diamonds stand clear of the bars below them
    for ax, stream in zip(above, channels["stream"], strict=True):
        own = weeks[inside & weeks["stream"].eq(stream) & weeks["with_words"].gt(0)]
        y = own["on_quarrel"] + points_to_data(ax, _MARK)
        draw_marks(ax, own["x"], y, LOOKS[-1], DARK, size=_MARK, rows=own["row"])


def _bars(
    ax: Axes, middles: Iterable[float], heights: Iterable[float], colour: str, order: float
) -> None:
    """Draw bars as one shape along the axis: each by itself would take a tag of the page."""
    half = _WIDE / 2
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


def _steps(rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Values of a step line by day, up to the day, which repeats the last, where one is missing."""
    steps: pd.Series = rows.set_index("effective_date")[column].sort_index()
    began = steps[steps.index <= start].tail(1).rename(lambda _: start)
    steps = pd.concat([began, steps[(steps.index > start) & (steps.index <= end)]])
    known = steps[steps.isna().cumsum().eq(0)]
    stop = steps.index[len(known)] if len(known) < len(steps) else end
    steps = pd.concat([known, known.tail(1).rename(lambda _: stop)]).groupby(level=0).last()
    return steps
