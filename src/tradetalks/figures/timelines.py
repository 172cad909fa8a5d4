"""Statements on an axis of time: stacked marks, a lane for each side, the first upwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import (
    LINE,
    PITCH,
    Label,
    draw_labels,
    label_ends,
    lay_out,
    place_labels,
    points_to_data,
    width_of,
    write,
)
from tradetalks.figures.marks import Look, draw_marks, name_marks
from tradetalks.figures.rate_steps import draw_steps, steps_between
from tradetalks.figures.style import (
    NEUTRAL,
    SMALL,
    Colours,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    name_rule,
    rule_at,
    side_styles,
)

ACT_GROUPS = (
    Look("blames, threatens", ("blame", "threaten"), "v", "side"),
    Look("denies, justifies, demands", ("deny", "justify", "demand"), "s", "pale"),
    Look("promises, praises, concedes", ("commit", "offer", "praise", "concede"), "o", "none"),
    Look("announces", ("announce",), "_", "side"),
)
ROLES = (
    Look("charge", ("charge",), "v", "side"),
    Look("denial", ("denial",), "s", "pale"),
    Look("other use", ("other",), "o", "none"),
)
TALKS = (
    Look("round of talks", ("progress", "impasse", "suspended", "resumed"), "|", "side"),
    Look("agreement", ("agreement",), "D", "none"),
    Look("breakdown", ("breakdown",), "X", "side"),
)


def plot_chronology(
    axes: Sequence[Axes],
    statements: pd.DataFrame,
    anchors: pd.DataFrame,
    rounds: pd.DataFrame,
    path: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Sequence[Axes]:
    """Draw what was said above what was charged, on one time axis; `axes` are two, one above.

    Above, each statement is a mark, stacked by date: the first side upwards, the second
    downwards, with the rounds of talks in a lane below. Below, each side's average applied rate.
    `anchors` (of `measure_anchors`) name a few statements and the rounds that agreed.
    """
    above, below = axes
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    shown = statements[statements["statement_date"].between(start, end)]
    _prepare(above, styles, ["Talks"], (*ACT_GROUPS, *TALKS), start, end, columns=4)
    above.tick_params(axis="x", labelbottom=False)
    _draw_rates(below, path, styles, start, end)
    marks = _stack(above, shown, "act", ACT_GROUPS, styles, breakdown_date)
    named = anchors.assign(
        label=[f"{row['label']}, {day_label(row['when'])}" for row in anchors.to_dict("records")]
    )
    labels = _labels_of_marks(named[named["side"].notna()], marks, styles)
    places = place_labels(above, labels, marks, below=3.0 * LINE)
    lane = above.get_ylim()[0] + points_to_data(above, 1.9 * LINE)
    _draw_stacks(above, marks, ACT_GROUPS, styles, {"Talks": lane})
    held = rounds[rounds["start_date"].between(start, end)]
    for look in TALKS:
        x = [date_number(day) for day in held.loc[held["status"].isin(look.codes), "start_date"]]
        draw_marks(above, x, [lane] * len(x), look, colours["dark"])
    _label_talks(above, named[named["kind"].eq("agreement")], lane, colours)
    draw_labels(above, places)
    if start <= breakdown_date <= end:
        for ax in axes:
            rule_at(ax, breakdown_date, colours)
        name_rule(below, breakdown_date, colours, at_foot=True)
    return axes


def plot_backtracking(
    ax: Axes,
    uses: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Axes:
    """Draw every use of the charge as a mark, the first side upwards, the second downwards.

    The first charge of each side is named.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    shown = uses[uses["statement_date"].between(start, end)]
    _prepare(ax, styles, [], ROLES, start, end, columns=3)
    # the last column of marks may stand half beyond the last day
    lay_out(ax, beyond=PITCH / 2)
    marks = _stack(ax, shown, "role", ROLES, styles, breakdown_date)
    first = shown[shown["is_first_charge"]]
    named = pd.DataFrame(
        {
            "record_ids": first["statement_id"],
            "side": first["side"],
            "label": [
                f"first charge: {row['speaker']}, {day_label(row['statement_date'])}"
                for row in first.to_dict("records")
            ],
        }
    )
    labels = _labels_of_marks(named, marks, styles)
    places = place_labels(ax, labels, marks, below=0.4 * LINE)
    _draw_stacks(ax, marks, ROLES, styles, {})
    draw_labels(ax, places)
    if start <= breakdown_date <= end:
        rule_at(ax, breakdown_date, colours)
    return ax


def _prepare(
    ax: Axes,
    styles: Mapping[str, SideStyle],
    others: Sequence[str],
    looks: Sequence[Look],
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    columns: int,
) -> None:
    """Set up an Axes of lanes with all that takes room: dates, names of lanes, legend."""
    date_axis(ax, start, end)
    # for the layout near the middle, where names reach above and below nothing
    places = np.linspace(0.4, 0.6, len(styles) + len(others))
    _name_lanes(ax, list(places), styles, others)
    ax.tick_params(axis="y", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    name_marks(ax, looks, NEUTRAL["muted"], columns=columns)


def _draw_rates(
    ax: Axes,
    path: pd.DataFrame,
    styles: Mapping[str, SideStyle],
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each side's average rate as steps, and lay out; one that is not measured breaks off."""
    date_axis(ax, start, end)
    ends = []
    for importer, style in styles.items():
        theirs = path[path["importer"].eq(importer)].sort_values("effective_date")
        days, rates = steps_between(theirs, "applied_rate_pct", start, end)
        if rates:
            draw_steps(ax, days, rates, style)
            label = f"{style.name}\n{rates[-1]:.1f}%"
            ends.append((date_number(end), rates[-1], label, style.colour))
    ax.set_ylim(bottom=0)
    ax.locator_params(axis="y", nbins=4)
    ax.grid(axis="y")
    ax.set_ylabel("Average rate (%)")
    label_ends(ax, ends, size=SMALL)


def _stack(
    ax: Axes,
    rows: pd.DataFrame,
    code: str,
    looks: Sequence[Look],
    styles: Mapping[str, SideStyle],
    breakdown_date: pd.Timestamp,
) -> pd.DataFrame:
    """Place statements in columns of a few days: adds `x`, `y` (levels from the line) and `look`.

    Columns are as wide as a mark and counted from the breakdown date, so that none of them
    holds days of both periods. Within a column marks stand in the order of `looks`.
    """
    days = max(1, int(np.ceil(points_to_data(ax, PITCH, "x"))))
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


def _draw_stacks(
    ax: Axes,
    marks: pd.DataFrame,
    looks: Sequence[Look],
    styles: Mapping[str, SideStyle],
    lanes: Mapping[str, float],
) -> None:
    """Draw stacked marks and the line between the sides; move the names to the lanes."""
    ax.axhline(0, color=NEUTRAL["rule"], linewidth=0.7, zorder=1)
    for side, style in styles.items():
        for number, look in enumerate(looks):
            group = marks[marks["side"].eq(side) & marks["look"].eq(number)]
            draw_marks(ax, group["x"], group["y"], look, style.colour)
    middle = [max(float(marks["y"].max()) / 2, 2.0), min(float(marks["y"].min()) / 2, -2.0)]
    _name_lanes(ax, [*middle[: len(styles)], *lanes.values()], styles, lanes)


def _name_lanes(
    ax: Axes, places: Iterable[float], styles: Mapping[str, SideStyle], others: Iterable[str]
) -> None:
    """Write the names of the lanes in place of a vertical axis, those of the sides in colour."""
    names = [*(style.name.replace(" ", "\n") for style in styles.values()), *others]
    ax.set_yticks(list(places), names)
    for label, style in zip(ax.get_yticklabels(), styles.values(), strict=False):
        label.set_color(style.colour)


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


def _label_talks(ax: Axes, anchors: pd.DataFrame, lane: float, colours: Colours) -> None:
    """Name rounds below their lane, in the order of time; a name that would overlap is left out."""
    low, high = ax.get_xlim()
    occupied = low
    tall = points_to_data(ax, LINE)
    for row in anchors.sort_values("when").to_dict("records"):
        wide = points_to_data(ax, width_of(row["label"]), "x")
        left = min(max(date_number(row["when"]) - wide / 2, low), high - wide)
        if left >= occupied:
            write(ax, left, lane - 1.1 * tall, row["label"], colours["muted"])
            occupied = left + 1.05 * wide
