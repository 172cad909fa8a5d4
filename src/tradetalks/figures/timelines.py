"""Statements on an axis of time: stacked marks, the first side upwards, the second downwards.

A window is drawn in panels: side by side, where the days that matter most get more than half of the
width, or on a telephone one below the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures import words
from tradetalks.figures.layout import (
    LINE,
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
    NEUTRAL,
    PLAIN,
    SMALL,
    Colours,
    SideStyle,
    colours_of,
    date_axis,
    date_number,
    day_label,
    name_rule,
    rule_at,
    side_styles,
)

ACT_GROUPS = (
    Look(words.BLAMES, ("blame", "threaten"), "v", "side"),
    Look(words.DENIES, ("deny", "justify", "demand"), "s", "pale"),
    Look(words.OTHERWISE, ("commit", "offer", "praise", "concede", "announce"), "o", "none"),
)
ROLES = (
    Look(words.CHARGE, ("charge",), "v", "side"),
    Look(words.DENIAL, ("denial",), "s", "pale"),
    Look(words.OTHER_USE, ("other",), "o", "none"),
)
_CLOSE = 1.55  # the width of the days that matter, where all others together have 1
_FOOT = 0.25  # of the height of the rates; words need as much below the lowest line
_LEAST = 0.2  # the least width of a panel, and twice that of one with more than a first day


@dataclass(frozen=True)
class Panel:
    """A part of a window: its first and last day, and its width beside the other parts."""

    start: pd.Timestamp
    end: pd.Timestamp
    width: float
    is_close: bool


def panels_of(
    start: pd.Timestamp, end: pd.Timestamp, close: tuple[pd.Timestamp, pd.Timestamp]
) -> list[Panel]:
    """Part a window into what comes before the close days, these, and what comes after them."""
    first, last = close
    day = pd.Timedelta(days=1)
    parts = [(start, min(first - day, end)), (max(first, start), min(last, end))]
    parts += [(max(last + day, start), end)]
    lengths = [(to - since).days + 1 for since, to in parts]
    far = max(lengths[0], 0) + max(lengths[2], 0)
    widths = [max(_LEAST, length / far) if far else 0.0 for length in lengths]
    widths[1] = _CLOSE
    return [
        Panel(*part, width, number == 1)
        for number, (part, width, length) in enumerate(zip(parts, widths, lengths, strict=True))
        if length > 0
    ]


def grid_of(
    panels: Sequence[Panel], width: float, heights: Sequence[float], *, is_stacked: bool = False
) -> dict[str, Any]:
    """Return what `plt.subplots` takes for rows of panels, `heights` and `width` in inches.

    Stacked, the rows of a panel stand above those of the next one, in one column.
    """
    grid: dict[str, Any] = {"squeeze": False}
    if is_stacked:
        heights = [*heights] * len(panels)
        grid |= {"ncols": 1}
    else:
        grid |= {"ncols": len(panels), "width_ratios": [panel.width for panel in panels]}
    return grid | {
        "nrows": len(heights),
        "figsize": (width, sum(heights)),
        "height_ratios": heights,
    }


def rows_of(axes: Any, panels: Sequence[Panel]) -> list[list[Axes]]:
    """Return the Axes of `grid_of` as rows of one for each panel, however they stand."""
    if axes.shape[1] == len(panels):
        return [[*row] for row in axes]
    return [[*row] for row in axes.reshape(len(panels), -1).T]


def plot_chronology(
    axes: Sequence[Sequence[Axes]],
    statements: pd.DataFrame,
    anchors: pd.DataFrame,
    path: pd.DataFrame,
    outside: pd.DataFrame,
    sides: pd.DataFrame,
    panels: Sequence[Panel],
    breakdown_date: pd.Timestamp,
) -> None:
    """Draw what was said above what was charged; `axes` are two rows of one for each panel.

    Above, each statement is a mark, stacked by date. Below, each side's average applied rate, and
    hatched above it what duties on all origins (`outside`, of `measure_steps_outside`) could add
    at most. `anchors` (of `measure_anchors`) name a few statements.
    """
    above, below = axes
    styles, colours = side_styles(sides), colours_of(sides)
    _prepare(above, styles, ACT_GROUPS, panels)
    for ax in above:
        ax.tick_params(axis="x", labelbottom=False)
    for row in axes:
        _mark_panels(row, panels, breakdown_date, colours)
    has_foot = _draw_rates(below, path, outside, styles, panels)
    named = anchors[anchors["side"].notna()]
    named = named.assign(
        label=[f"{row['label']}, {day_label(row['when'])}" for row in named.to_dict("records")]
    )
    _draw_lanes(above, statements, named, "act", ACT_GROUPS, styles, panels, breakdown_date)
    _mark_breaks(below)
    for ax, panel in zip(below, panels, strict=True):
        if panel.start <= breakdown_date <= panel.end:
            name_rule(ax, breakdown_date, colours, at_foot=has_foot)


def plot_backtracking(
    axes: Sequence[Axes],
    uses: pd.DataFrame,
    sides: pd.DataFrame,
    panels: Sequence[Panel],
    breakdown_date: pd.Timestamp,
) -> None:
    """Draw every use of the charge as a mark; `axes` has one for each panel, all of one height.

    The first charge of each side is named.
    """
    styles, colours = side_styles(sides), colours_of(sides)
    _prepare(axes, styles, ROLES, panels)
    first = uses[uses["is_first_charge"]].sort_values(["statement_date", "statement_id"])
    named = pd.DataFrame(
        {
            "record_ids": first["statement_id"],
            "side": first["side"],
            "label": [
                words.FIRST_CHARGE.format(day=day_label(day)) for day in first["statement_date"]
            ],
        }
    )
    _mark_panels(axes, panels, breakdown_date, colours)
    _draw_lanes(axes, uses, named, "role", ROLES, styles, panels, breakdown_date)


def _prepare(
    axes: Sequence[Axes],
    styles: Mapping[str, SideStyle],
    looks: Sequence[Look],
    panels: Sequence[Panel],
) -> None:
    """Set up Axes of lanes with all that takes room: dates, names of lanes, legend."""
    for ax, panel in zip(axes, panels, strict=True):
        _days_of(ax, panel)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        # for the layout: what a column holds is known only when that is done
        ax.set_title(words.ONE_DAY, fontsize=SMALL, fontweight="normal", color=NEUTRAL["muted"])
        # near the middle names reach above and below nothing
        _name_lanes(ax, [0.45, 0.55] if _is_outer(ax, axes) else [], styles)
    names = sum(width_of(look.name) + 20 for look in looks)
    fits = names < 72 * figure_of(axes[0]).get_figwidth()
    name_marks(axes[0], looks, NEUTRAL["muted"], columns=len(looks) if fits else 1)


def _is_outer(ax: Axes, axes: Sequence[Axes]) -> bool:
    """Whether nothing of the row stands left of these Axes."""
    first = axes[0].get_subplotspec(), ax.get_subplotspec()
    return len({spec.colspan.start for spec in first if spec is not None}) == 1


def _name_lanes(ax: Axes, places: Sequence[float], styles: Mapping[str, SideStyle]) -> None:
    """Write the names of the sides beside their lanes, or of none where there are no places."""
    ax.set_yticks(places, [style.name for style in styles.values()][: len(places)])
    for label, style in zip(ax.get_yticklabels(), styles.values(), strict=False):
        label.set(color=style.colour, rotation=90, va="center")


def _days_of(ax: Axes, panel: Panel) -> None:
    """Span a panel's days, with half a mark of room at its ends."""
    room = 72 * ax.get_position().width * figure_of(ax).get_figwidth()
    ticks = max(2, min(7, int(room / 30))) if panel.is_close else 6
    date_axis(ax, panel.start, panel.end, ticks=ticks)
    # no label so near the end that it touches the first of the next panel
    near = date_number(panel.end) - 12 * (panel.end - panel.start).days / max(room, 1)
    labels = zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
    ax.set_xticklabels(
        [label.get_text() if panel.is_close or at < near else "" for at, label in labels]
    )
    if panel.width < 2 * _LEAST:
        words = f"{day_label(panel.start, year=False)}\n{panel.start.year}"
        ax.set_xticks([date_number(panel.start)], [words], ha="left")
    ax.set_xlim(date_number(panel.start) - 0.8, date_number(panel.end) + 0.8)
    ax.grid(visible=False)


def _mark_panels(
    axes: Sequence[Axes], panels: Sequence[Panel], breakdown_date: pd.Timestamp, colours: Colours
) -> None:
    for ax, panel in zip(axes, panels, strict=True):
        if panel.is_close and len(panels) > 1:
            ax.set_facecolor(colours["ground"])
        if panel.start <= breakdown_date <= panel.end:
            rule_at(ax, breakdown_date, colours)


def _draw_rates(
    axes: Sequence[Axes],
    path: pd.DataFrame,
    outside: pd.DataFrame,
    styles: Mapping[str, SideStyle],
    panels: Sequence[Panel],
) -> bool:
    """Draw each side's average rate as steps; one that is not measured breaks off.

    Return whether there is room for words below the lines.
    """
    bounded = outside[outside["reason"].eq("not_valued")].sort_values("effective_date")
    bounded = bounded.assign(most=bounded.groupby("importer")["bound_pp"].cumsum())
    ends, highest = [], []
    for ax, panel in zip(axes, panels, strict=True):
        _days_of(ax, panel)
        for importer, style in styles.items():
            theirs = path[path["importer"].eq(importer)].sort_values("effective_date")
            days, rates = _steps_between(theirs, "applied_rate_pct", panel.start, panel.end)
            if rates:
                x = [date_number(day) for day in days]
                ax.step(x, rates, where="post", color=style.colour, linestyle=style.linestyle)
                highest.append(max(rates))
                more = bounded[bounded["importer"].eq(importer)]
                _hatch(ax, days, rates, *_steps_between(more, "most", panel.start, days[-1]), style)
                if panel is panels[-1]:
                    ends.append((rates[-1], style))
        ax.grid(axis="y")
        ax.tick_params(axis="y", length=0, labelleft=_is_outer(ax, axes))
        ax.spines["left"].set_visible(False)
    for ax in axes:
        ax.set_ylim(0, 1.3 * max([1.0, *highest]))
        ax.locator_params(axis="y", nbins=4)
        if _is_outer(ax, axes):
            ax.set_ylabel(words.AVERAGE_DUTY, fontsize=SMALL)
    # the higher line is named above its end; the others low down, each with a stem to its own end,
    # which no higher line can cross, or above as well where there is no room below
    ends.sort(key=lambda end: -end[0])
    has_foot = all(rate > _FOOT * axes[-1].get_ylim()[1] for rate, _ in ends)
    for rank, (rate, style) in enumerate(ends):
        is_below = bool(rank) and has_foot
        axes[-1].annotate(
            f"{style.name} {rate:.1f}%",
            (date_number(panels[-1].end), rate if has_foot else ends[0][0]),
            xytext=(date_number(panels[-1].end), 0.4 * rate) if is_below else (0, 4 + rank * LINE),
            textcoords="data" if is_below else "offset points",
            ha="right",
            va="top" if is_below else "bottom",
            fontsize=SMALL,
            color=style.colour,
            # hides the grid, and no line of a rate
            bbox=PLAIN | {"facecolor": axes[-1].get_facecolor()},
            zorder=1.9,
            arrowprops={
                "arrowstyle": "-", "color": style.colour, "linewidth": 0.7, "relpos": (1, 1),
                "shrinkA": 0, "shrinkB": 0,
            } if is_below else None,
        )  # fmt: skip
    return has_foot


def _steps_between(
    rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[list[pd.Timestamp], list[float]]:
    """Days and values of a step line from start to end, cut off where values become missing.

    The last day repeats the last value, so that the line reaches `end`, or the day on which
    the value became missing.
    """
    before = rows[rows["effective_date"].le(start)].tail(1).assign(effective_date=start)
    within = rows[rows["effective_date"].gt(start) & rows["effective_date"].le(end)]
    steps = pd.concat([before, within])
    days, values = [*steps["effective_date"], end], [*steps[column]]
    known = next((at for at, value in enumerate(values) if np.isnan(value)), len(values))
    return (days[: known + 1], [*values[:known], values[known - 1]]) if known else ([], [])


def _hatch(
    ax: Axes,
    days: Sequence[pd.Timestamp],
    rates: Sequence[float],
    more_days: Sequence[pd.Timestamp],
    more: Sequence[float],
    style: SideStyle,
) -> None:
    """Hatch what `more` could add to rates, both as steps."""
    if more:
        x = sorted(map(date_number, {*days, *more_days}))
        # a step holds until the next one; before its first day nothing is added
        low, high = (
            np.array([0.0, *values])[np.searchsorted([*map(date_number, when)], x, side="right")]
            for when, values in ((days, rates), (more_days, more))
        )
        ax.fill_between(
            x, low, low + high, step="post", facecolor="none",
            edgecolor=style.colour, hatch="//////", linewidth=0,
        )  # fmt: skip


def _draw_lanes(
    axes: Sequence[Axes],
    rows: pd.DataFrame,
    named: pd.DataFrame,
    code: str,
    looks: Sequence[Look],
    styles: Mapping[str, SideStyle],
    panels: Sequence[Panel],
    breakdown_date: pd.Timestamp,
) -> None:
    """Lay out, and draw stacks and labels in every panel, and say how many days a column holds."""
    lay_out(axes[0])
    rows = rows.assign(row=range(len(rows)))
    days = [max(1, int(np.ceil(points_to_data(ax, PITCH, "x")))) for ax in axes]
    stacks = [
        _stack(
            rows[rows["statement_date"].between(panel.start, panel.end)],
            column, code, looks, styles, breakdown_date,
        )
        for panel, column in zip(panels, days, strict=True)
    ]  # fmt: skip
    labels = [_labels_of_marks(named, marks, styles) for marks in stacks]
    rule = date_number(breakdown_date)
    places = place_labels(list(zip(axes, labels, stacks, strict=True)), rule)
    for ax, column, marks, found in zip(axes, days, stacks, places, strict=True):
        ax.axhline(0, color=NEUTRAL["rule"], linewidth=0.7, zorder=1)
        for side, style in styles.items():
            for number, look in enumerate(looks):
                group = marks[marks["side"].eq(side) & marks["look"].eq(number)]
                at = group["x"], group["y"]
                draw_marks(ax, *at, look, style.colour, rows=group["row"])
        draw_labels(ax, found)
        held = words.ONE_DAY if column == 1 else words.DAYS.format(days=column)
        _name_column(ax, held)
        low, high = ax.get_ylim()
        if _is_outer(ax, axes):
            _name_lanes(ax, [high / 2, low / 2], styles)
    _mark_breaks(axes)


def _name_column(ax: Axes, held: str) -> None:
    """Say above a panel how many days a column of marks holds, in as many words as fit."""
    low, high = ax.get_xlim()
    room = (high - low) / points_to_data(ax, 1, "x")
    fitting = [one for one in (words.EACH_COLUMN.format(held=held), held) if width_of(one) < room]
    ax.set_title(
        fitting[0] if fitting else "", fontsize=SMALL, fontweight="normal", color=NEUTRAL["muted"]
    )


def _mark_breaks(axes: Sequence[Axes]) -> None:
    """Draw strokes across the foot of panels that stand side by side, where the scale breaks."""
    for left, right in pairwise(axes):
        if _is_outer(right, axes):
            continue
        for ax, end in ((left, 1), (right, 0)):
            ax.plot(
                [end], [0], transform=ax.transAxes, marker=((-1, -2), (1, 2)), markersize=9,
                linestyle="none", color=NEUTRAL["rule"], markeredgewidth=1.0, clip_on=False,
            )  # fmt: skip


def _stack(
    rows: pd.DataFrame,
    days: int,
    code: str,
    looks: Sequence[Look],
    styles: Mapping[str, SideStyle],
    breakdown_date: pd.Timestamp,
) -> pd.DataFrame:
    """Place statements in columns of `days`: adds `x`, `y` (levels from the line) and `look`.

    Columns are counted from the breakdown date, so that none of them holds days of both periods.
    Within a column marks stand in the order of `looks`.
    """
    numbers = {known: n for n, look in enumerate(looks) for known in look.codes}
    if unknown := sorted(set(rows[code]) - set(numbers)):
        raise KeyError(f"no mark for {code} {unknown}; known: {', '.join(numbers)}")
    column = (rows["statement_date"] - breakdown_date).dt.days // days
    placed = rows.assign(look=rows[code].map(numbers), column=column).sort_values(
        ["side", "column", "look", "statement_date", "statement_id"], ignore_index=True
    )
    level = placed.groupby(["side", "column"]).cumcount() + 1.0
    upwards = placed["side"].eq(next(iter(styles)))
    middle = placed["column"] * days + (days - 1) / 2
    return placed.assign(x=date_number(breakdown_date) + middle, y=level.where(upwards, -level))


def _labels_of_marks(
    named: pd.DataFrame, marks: pd.DataFrame, styles: Mapping[str, SideStyle]
) -> list[Label]:
    """Turn names of records into labels of the outermost mark of each; unseen ones have none."""
    labels = []
    for row in named.to_dict("records"):
        found = marks[marks["statement_id"].isin(row["record_ids"].split(";"))]
        if len(found):
            mark = found.sort_values("y", key=abs).iloc[-1]
            x, y = float(mark["x"]), float(mark["y"])
            labels.append(Label(row["label"], x, y, styles[row["side"]].colour))
    return labels
