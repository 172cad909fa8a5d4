"""Figures of the statement record. Each function draws measured frames on the Axes it is given.

Titles, captions and alternative text are written where the numbers are recorded, not here.
Sides have lanes or panels of their own, and acts, roles and verdicts have shapes, so that
nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path
from matplotlib.ticker import MaxNLocator

from tradetalks.figures.style import (
    NEUTRAL,
    SMALL,
    TEXT_WIDTH,
    Colours,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    label_ends,
    points_to_data,
    side_styles,
)


@dataclass(frozen=True)
class Look:
    """How a group of marks is drawn: its name, its codes, its shape and its inside."""

    name: str
    codes: tuple[str, ...]
    marker: str
    fill: str  # "side" (the side's colour), "none" (hollow) or "pale"


@dataclass(frozen=True)
class Label:
    """Words for a mark, or for the stretch of a lane that `stretch` gives; where they point to."""

    words: str
    x: float
    y: float
    colour: str
    stretch: tuple[float, float] | None = None


@dataclass(frozen=True)
class Cell:
    """One entry of the table of time: its place in points, its kind, its side and its lines."""

    x: float
    y: float
    kind: str
    side: str | None
    lines: list[str]


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
PERIODS = (Look("before", ("before",), "o", "none"), Look("after", ("after",), "o", "side"))
EVENT_KINDS = (
    Look("statement", ("statement",), "o", "side"),
    Look("tariff announced", ("tariff announcement",), "^", "none"),
    Look("rate changed", ("rate change",), "s", "side"),
    Look("talks", ("round",), "D", "none"),
    Look("draft", ("draft",), "X", "side"),
)
VERDICT_LOOKS = (
    Look("supported", ("supported",), "o", "side"),
    Look("partly\nsupported", ("partly supported",), "D", "pale"),
    Look("contra-\ndicted", ("contradicted",), "X", "side"),
    Look("undeter-\nmined", ("undetermined",), "o", "none"),
)

TALKS = (
    Look("round of talks", ("progress", "impasse", "suspended", "resumed"), "|", "side"),
    Look("agreement", ("agreement",), "D", "none"),
    Look("breakdown", ("breakdown",), "X", "side"),
)

_MARK = 4.4  # points; the size of a stacked mark
_PITCH = 5.4  # points from one column of stacked marks to the next
_LINE = 9.4  # points from one line of small text to the next
_BOARD = TEXT_WIDTH * 72 - 12  # points; the width of a board of text, which leaves the page a rim


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
    _draw_rates(below, path, styles, start, end)
    shown = statements[statements["statement_date"].between(start, end)]
    # whatever takes room comes first: places are measured on the finished layout
    _prepare(above, styles, ["Talks"], (*ACT_GROUPS, *TALKS), start, end, columns=4)
    above.tick_params(axis="x", labelbottom=False)
    marks = _stack(above, shown, "act", ACT_GROUPS, styles, breakdown_date)
    named = anchors.assign(
        label=[f"{row['label']}, {day_label(row['when'])}" for row in anchors.to_dict("records")]
    )
    labels = _labels_of_marks(named[named["side"].notna()], marks, styles)
    places = _place(above, labels, marks, below=3.0 * _LINE)
    lane = above.get_ylim()[0] + points_to_data(above, 1.9 * _LINE)
    _draw_marks(above, marks, ACT_GROUPS, styles, {"Talks": lane})
    held = rounds[rounds["start_date"].between(start, end)]
    for look in TALKS:
        x = [date_number(day) for day in held.loc[held["status"].isin(look.codes), "start_date"]]
        _scatter(above, x, [lane] * len(x), look, colours["dark"])
    _label_talks(above, named[named["kind"].eq("agreement")], lane, colours)
    _draw_labels(above, places)
    for ax in axes:
        _rule(ax, breakdown_date, start, end, colours)
    if start <= breakdown_date <= end:
        _name_rule(below, breakdown_date, colours)
    return axes


def plot_backtracking(
    ax: Axes,
    uses: pd.DataFrame,
    silences: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Axes:
    """Draw every use of the charge as a mark, the first side upwards, the second downwards.

    The first charge of each side is named, and the longest gap between two charges of one side
    (of `measure_silences`) is drawn as a line along its lane.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    shown = uses[uses["statement_date"].between(start, end)]
    _prepare(ax, styles, [], ROLES, start, end, columns=3)
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
    seen = silences[silences["last_charge"].ge(start) & silences["next_charge"].le(end)]
    longest = [
        _draw_silence(ax, gap, marks, styles)
        for gap in seen.sort_values("days").tail(1).to_dict("records")
    ]
    labels = [*longest, *_labels_of_marks(named, marks, styles)]
    places = _place(ax, labels, marks, below=0.4 * _LINE)
    _draw_marks(ax, marks, ROLES, styles, {})
    _draw_labels(ax, places)
    _rule(ax, breakdown_date, start, end, colours)
    return ax


def plot_acts(
    axes: Sequence[Axes], acts: pd.DataFrame, sides: pd.DataFrame, counted: str = "statements"
) -> Sequence[Axes]:
    """Draw the share of each act with its interval, before and after; one of `axes` per side.

    Acts stand in the order of their share after the breakdown, both sides taken together;
    `counted` names what the shares are of.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    after = acts[acts["period"].eq(PERIODS[-1].codes[0])].groupby("act")["share"].sum()
    order = list(after.reindex(sorted(acts["act"].unique())).sort_values(kind="stable").index)
    for ax, style in zip(axes, styles.values(), strict=True):
        theirs = acts[acts["side"].eq(style.side)].sort_values("act")
        for look, offset in zip(PERIODS, (0.17, -0.17), strict=True):
            rows = theirs[theirs["period"].isin(look.codes)]
            y = [order.index(act) + offset for act in rows["act"]]
            ax.hlines(y, 100 * rows["low"], 100 * rows["high"], color=style.colour, linewidth=1.0)
            _scatter(ax, 100 * rows["share"], y, look, style.colour)
        ax.set_yticks(range(len(order)), order)
        ax.set_ylim(-0.6, len(order) - 0.4)
        ax.set_xlim(0, 100 * float(acts["high"].max()) + 2)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
        ax.set_xlabel(f"Share of the side's {counted} (percent)")
        ax.set_title(style.name, color=style.colour)
        for name in ("left", "bottom"):
            ax.spines[name].set_visible(False)
    _legend(axes[-1], PERIODS, colours["dark"], columns=1, inside=True)
    return axes


def plot_breakdown_sequence(ax: Axes, sequence: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw the days of a breakdown as a table of time: a row per day, a lane per side.

    What both sides did stands first in its day, on a band across the lanes. Lanes are read down
    by themselves: where no time is known there is no order across them. Give the figure the
    height of `sequence_height`.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    cells, bottom = _lay_out_sequence(sequence, list(styles))
    ax.set_axis_off()
    ax.set_xlim(0, _BOARD)
    ax.set_ylim(bottom, 0)
    looks = {code: look for look in EVENT_KINDS for code in look.codes}
    for side, left in _lanes(list(styles)).items():
        ax.text(left, 0, styles[side].name, color=styles[side].colour, weight="bold", va="top")
    for cell in cells:
        if cell.kind == "day":
            ax.axhline(cell.y + 3, color=colours["grid"], linewidth=0.7)
            ax.text(0, cell.y, cell.lines[0], va="top", fontsize=SMALL, color=colours["text"])
            continue
        colour = colours["dark"] if cell.side is None else styles[cell.side].colour
        if cell.side is None:
            ax.fill_between(
                [cell.x - 3, _BOARD], cell.y + 1.5, cell.y - len(cell.lines) * _LINE,
                color=colours["grid"], alpha=0.55, linewidth=0,
            )  # fmt: skip
        _scatter(ax, [cell.x + 3], [cell.y - 0.42 * _LINE], looks[cell.kind], colour)
        for number, line in enumerate(cell.lines):
            y = cell.y - number * _LINE
            ax.text(cell.x + 11, y, line, va="top", fontsize=SMALL, color=colours["text"])
    kinds = [look for look in EVENT_KINDS if sequence["kind"].isin(look.codes).any()]
    _legend(ax, kinds, colours["muted"], columns=max(1, len(kinds)))
    return ax


def sequence_height(sequence: pd.DataFrame, sides: pd.DataFrame) -> float:
    """Return the height in inches at which the lines of the sequence stand clear of each other."""
    _, bottom = _lay_out_sequence(sequence, list(side_styles(sides)))
    return (2.2 * _LINE - bottom) / 72


def plot_verdicts(ax: Axes, verdicts: pd.DataFrame, colours: Colours) -> Axes:
    """Draw a board of verdicts: a row per claim, under its claimant, a column per verdict.

    Reads `claim_id`, `claim`, `claimant`, `verdict` and `robust_share` (0-1), which is written at
    the right. A claim too long for its line is cut at a word; the tables have it whole. Give the
    figure the height of `verdicts_height`.
    """
    places = {look.codes[0]: (n + 0.5, look) for n, look in enumerate(VERDICT_LOOKS)}
    column, last = 41.0, 30.0
    words = _BOARD - column * len(VERDICT_LOOKS) - last
    small: dict[str, Any] = {"fontsize": SMALL, "va": "center"}
    ax.set_axis_off()
    ax.set_xlim(0, _BOARD)
    ax.set_ylim(-_board_rows(verdicts) - 0.6, 2.2)
    for place, look in places.values():
        x = words + column * place
        ax.text(x, 0, look.name, fontsize=SMALL, ha="center", va="bottom", color=colours["text"])
    ax.text(_BOARD, 0, "holds in", fontsize=SMALL, ha="right", va="bottom", color=colours["muted"])
    y = 0.0
    for claimant in dict.fromkeys(verdicts["claimant"]):
        y -= 1.0
        ax.text(0, y, claimant, weight="bold", color=colours["text"], **small)
        for row in verdicts[verdicts["claimant"].eq(claimant)].to_dict("records"):
            y -= 1.0
            place, look = places[row["verdict"]]
            ax.axhline(y - 0.5, color=colours["grid"], linewidth=0.5)
            ax.text(0, y, row["claim_id"], color=colours["muted"], **small)
            ax.text(22, y, _cut(row["claim"], words - 28), color=colours["text"], **small)
            _scatter(ax, [words + column * place], [y], look, colours["dark"])
            share = f"{100 * row['robust_share']:.0f}%"
            ax.text(_BOARD, y, share, ha="right", color=colours["muted"], **small)
    return ax


def verdicts_height(verdicts: pd.DataFrame) -> float:
    """Return the height in inches at which the rows of the board stand clear of each other."""
    return (_board_rows(verdicts) + 3) * _LINE / 72


def plot_placebo(axes: Sequence[Axes], distribution: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw how often each change was drawn at random dates, and the one at the breakdown.

    One of `axes` per side; reads what `measure_placebo_distribution` gives. The bars that reach
    the observed change are filled, and the change itself is marked and named.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    for ax, style in zip(axes, styles.values(), strict=True):
        theirs = distribution[distribution["side"].eq(style.side)]
        ax.set_title(style.name, color=style.colour)
        ax.set_xlabel("Change in the count of statements")
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if theirs.empty:
            words = "no day is far enough\nfrom the breakdown"
            ax.text(
                0.5, 0.5, words, ha="center", fontsize=SMALL, color=colours["muted"],
                transform=ax.transAxes,
            )  # fmt: skip
            ax.set_yticks([])
            ax.set_xticks([])
            continue
        observed = int(theirs["observed"].iloc[0])
        values = np.arange(theirs["change"].min(), theirs["change"].max() + 1)
        share = 100 * theirs.set_index("change")["share"].reindex(values, fill_value=0)
        edges = np.append(values, values[-1] + 1) - 0.5
        pale = _colour_of(Look("", (), "", "pale"), style.colour)
        ax.stairs(share, edges, fill=True, color=pale)
        if (as_large := values >= observed).any():
            first = int(np.argmax(as_large))
            ax.stairs(share[first:], edges[first:], fill=True, color=style.colour)
        ax.stairs(share, edges, color=style.colour, linewidth=0.8)
        top = float(share.max())
        ax.set_ylim(0, 1.3 * top)
        ax.set_xlim(min(edges[0], observed - 1), max(edges[-1], observed + 1))
        ax.plot([observed, observed], [0, 1.08 * top], color=colours["dark"], linewidth=0.8)
        _scatter(ax, [observed], [1.08 * top], Look("", (), "v", "side"), colours["dark"])
        ax.annotate(
            f"at the breakdown: {observed:+d}".replace("-", "\u2212"),
            (observed, 1.08 * top), xytext=(-5, 2), textcoords="offset points",
            ha="right", va="center", fontsize=SMALL, color=colours["text"],
        )  # fmt: skip
    axes[0].set_ylabel("Share of draws (percent)")


def plot_verdict_grid(
    ax: Axes, changes: pd.DataFrame, verdicts: pd.DataFrame, colours: Colours
) -> Axes:
    """Draw each verdict under each single change of a choice: a row per claim, a column per change.

    Reads `changes` of `claims.single_changes`, and `claim_id` and `claim` of the verdicts. The
    first column is the run's. A line goes on where the verdict is the same, a mark stands where it
    is another one, and nothing where the change does not apply. Give the figure the height of
    `verdict_grid_height`.
    """
    looks = {look.codes[0]: replace(look, name=look.codes[0]) for look in VERDICT_LOOKS}
    heads = list(dict.fromkeys(zip(changes["choice"], changes["value"], strict=True)))
    column = 27.0
    words = _BOARD - column * len(heads)
    place = {head: words + column * (n + 0.5) for n, head in enumerate(heads)}
    small: dict[str, Any] = {"fontsize": SMALL, "va": "center"}
    ax.set_axis_off()
    ax.set_xlim(0, _BOARD)
    ax.set_ylim(-len(verdicts) - 0.6, _head_rows(changes))
    for head, x in place.items():
        ax.text(
            x, 0, _head_words(*head), rotation=90, ha="center", va="bottom", fontsize=SMALL,
            color=colours["text"],
        )  # fmt: skip
    rows = {name: -1.0 - n for n, name in enumerate(verdicts["claim_id"])}
    tried = changes.assign(
        x=[place[head] for head in zip(changes["choice"], changes["value"], strict=True)],
        y=changes["claim_id"].map(rows),
    )
    stays = tried[tried["is_same"] & tried["choice"].ne("")]
    ends: list[tuple[float, float]] = []
    for y, across in stays.groupby("y")["x"]:
        # a stretch goes on as long as the next column is a neighbour
        stretch = across.sort_values().diff().gt(1.5 * column).cumsum()
        for _, part in across.groupby(stretch):
            x0, x1, at = part.min() - column / 2, part.max() + column / 2, float(str(y))
            ends += [(x0, at), (x1, at), (np.nan, np.nan)]
    if ends:
        # one line with gaps, which a drawing holds in a third of the room
        ax.plot(*zip(*ends, strict=True), color=colours["muted"], linewidth=0.8)
    for row in verdicts.to_dict("records"):
        text = f"{row['claim_id']}  {_cut(row['claim'], words - 34)}"
        ax.text(0, rows[row["claim_id"]], text, color=colours["text"], **small)
    shown = tried[~tried["is_same"] | tried["choice"].eq("")]
    for verdict, group in shown.groupby("verdict"):
        _scatter(ax, group["x"], group["y"], looks[str(verdict)], colours["dark"])
    _legend(ax, list(looks.values()), colours["dark"], columns=len(looks))
    return ax


def verdict_grid_height(changes: pd.DataFrame, verdicts: pd.DataFrame) -> float:
    """Return the height in inches at which the rows of the grid stand clear of each other."""
    return (len(verdicts) + _head_rows(changes) + 3) * _LINE / 72


def _head_words(choice: str, value: str) -> str:
    """Return the two lines that name a change; the run itself has one."""
    return f"{choice}\n= {value}".replace("_", " ") if choice else "this run"


def _head_rows(changes: pd.DataFrame) -> float:
    """Return how many rows high the names of the columns are, set upright."""
    names = [
        line
        for choice, value in zip(changes["choice"], changes["value"], strict=True)
        for line in _head_words(choice, value).split("\n")
    ]
    return max(_width(name) for name in names) / _LINE + 1


def _colour_of(look: Look, colour: str) -> str | tuple[float, float, float]:
    """Return the inside of a mark: the colour, a tint of it, or white."""
    if look.fill == "none":
        return "white"
    if look.fill == "pale":
        red, green, blue = to_rgb(colour)
        return (0.55 + 0.45 * red, 0.55 + 0.45 * green, 0.55 + 0.45 * blue)
    return colour


def _mark_style(look: Look, colour: str) -> dict[str, Any]:
    """Return the properties of a mark, as a line without a line takes them."""
    return {
        "linestyle": "none",
        "marker": look.marker,
        "markersize": _MARK,
        "markerfacecolor": _colour_of(look, colour),
        "markeredgecolor": colour,
        "markeredgewidth": 1.2 if look.marker in "_|" else 0.8,
    }


def _scatter(ax: Axes, x: Iterable[float], y: Iterable[float], look: Look, colour: str) -> None:
    """Draw marks of one look; an empty line would pull the layout to the page's corner."""
    x, y = list(x), list(y)
    if x:
        ax.plot(x, y, zorder=3, clip_on=False, **_mark_style(look, colour))


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
    days = max(1, int(np.ceil(points_to_data(ax, _PITCH, "x"))))
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


def _draw_marks(
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
            _scatter(ax, group["x"], group["y"], look, style.colour)
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


def _draw_silence(
    ax: Axes, gap: Mapping[Any, Any], marks: pd.DataFrame, styles: Mapping[str, SideStyle]
) -> Label:
    """Join the two charges at the ends of a gap; return the words for it."""
    ends = marks.set_index("statement_id").loc[[gap["last_charge_id"], gap["next_charge_id"]]]
    (x0, x1), y = ends["x"], float(np.sign(ends["y"].iloc[0]))
    colour = styles[gap["side"]].colour
    ax.plot([x0, x1], [y, y], color=colour, linewidth=1.0, zorder=1)
    words = f"{gap['days']} days and {gap['statements']} statements without the charge"
    return Label(words, (x0 + x1) / 2, y, colour, stretch=(x0, x1))


def _draw_rates(
    ax: Axes,
    path: pd.DataFrame,
    styles: Mapping[str, SideStyle],
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> None:
    """Draw each side's average applied rate as steps; a rate that cannot be measured breaks off."""
    date_axis(ax, start, end)
    ends = []
    for importer, style in styles.items():
        theirs = path[path["importer"].eq(importer)].set_index("effective_date").sort_index()
        days = [start, *(day for day in theirs.index if start < day < end), end]
        rates = theirs["applied_rate_pct"].reindex(days, method="ffill")
        ax.step(
            [date_number(day) for day in days],
            rates,
            where="post",
            color=style.colour,
            linestyle=style.linestyle,
        )
        known = rates.dropna()
        if len(known):
            label = f"{style.name}\n{known.iloc[-1]:.1f}%"
            ends.append((date_number(end), float(known.iloc[-1]), label, style.colour))
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    ax.set_ylabel("Average rate (%)")
    label_ends(ax, ends, size=SMALL)


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
    """Set up an Axes of lanes: its dates, the names of its lanes, its legend."""
    date_axis(ax, start, end)
    _name_lanes(ax, range(len(styles) + len(others)), styles, others)
    ax.tick_params(axis="y", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    _legend(ax, looks, NEUTRAL["muted"], columns=columns)


def _rule(
    ax: Axes, day: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp, colours: Colours
) -> None:
    """Draw a dotted rule on a day, if it is shown."""
    if start <= day <= end:
        ax.axvline(
            date_number(day),
            color=colours["rule"],
            linestyle=(0, (1.0, 1.5)),
            linewidth=1.0,
            zorder=1,
        )


def _name_rule(ax: Axes, day: pd.Timestamp, colours: Colours) -> None:
    """Write the day of the rule beside its foot."""
    ax.annotate(
        day_label(day),
        (date_number(day), 0),
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=colours["muted"],
    )


def _legend(
    ax: Axes, looks: Sequence[Look], colour: str, *, columns: int, inside: bool = False
) -> None:
    """Name the shapes, above the Axes or in their lower right corner."""
    handles = [Line2D([], [], label=look.name, **_mark_style(look, colour)) for look in looks]
    place: dict[str, Any] = (
        {"loc": "lower right"} if inside else {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0)}
    )
    ax.legend(
        handles=handles,
        ncols=columns,
        fontsize=SMALL,
        frameon=False,
        handletextpad=0.3,
        columnspacing=1.2,
        borderaxespad=0.2,
        **place,
    )


def _label_talks(ax: Axes, anchors: pd.DataFrame, lane: float, colours: Colours) -> None:
    """Name rounds below their lane, in the order of time; a name that would overlap is left out."""
    low, high = ax.get_xlim()
    occupied = low
    point, tall = points_to_data(ax, 1, "x"), points_to_data(ax, _LINE, "y")
    for row in anchors.sort_values("when").to_dict("records"):
        wide = _width(row["label"]) * point
        left = min(max(date_number(row["when"]) - wide / 2, low), high - wide)
        if left >= occupied:
            _write(ax, left, lane - 1.1 * tall, row["label"], colours["muted"])
            occupied = left + 1.05 * wide


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


def _place(
    ax: Axes, labels: Sequence[Label], marks: pd.DataFrame, *, below: float
) -> list[tuple[Label, float, float]]:
    """Find each label a left end and a middle, clear of the marks and of the labels before it.

    Labels stand beyond the stacks, as near to what they name as they can. The Axes are made tall
    enough for them, with `below` points free under the lowest. A label wider than the Axes is
    left out.
    """
    places: list[tuple[Label, float, float]] = []
    outer = [float(marks["y"].min()) - 0.5, float(marks["y"].max()) + 0.5]
    ax.set_ylim(*outer)
    # the taller the Axes in levels, the more levels a line of words takes: settled in a few rounds
    for _ in range(4):
        ax.set_ylim(outer[0] - points_to_data(ax, below), outer[1] + 0.5)
        places = _place_once(ax, labels, marks)
        half = points_to_data(ax, _LINE, "y") / 2
        reach = [middle + half * np.sign(middle) for _, _, middle in places]
        outer = [min([outer[0], *reach]), max([outer[1], *reach])]
    return places


def _place_once(
    ax: Axes, labels: Sequence[Label], marks: pd.DataFrame
) -> list[tuple[Label, float, float]]:
    low, high = ax.get_xlim()
    grid = np.linspace(low, high, 800)
    half, tall = points_to_data(ax, _PITCH / 2, "x"), points_to_data(ax, _LINE, "y")
    sky = {sign: np.zeros(grid.size) for sign in (1, -1)}
    for mark in marks.to_dict("records"):
        heights = sky[1 if mark["y"] > 0 else -1]
        near = np.abs(grid - mark["x"]) <= half
        heights[near] = np.maximum(heights[near], abs(mark["y"]) + 0.5)
    places = []
    for label in labels:
        # beside its mark, or across it; the lowest level that is free, and not far away
        wide = points_to_data(ax, _width(label.words), "x")
        sign = 1 if label.y > 0 else -1
        if label.stretch is None:
            first, last = label.x - 2.4 * half - wide, label.x + 2.4 * half
        else:
            first, last = sorted([label.stretch[0], label.stretch[1] - wide])
        first, last = max(first, low), min(last, high - wide)
        best: tuple[float, float, float] | None = None
        for left in np.linspace(first, last, 40) if first <= last else ():
            under = sky[sign][(grid >= left - half) & (grid <= left + wide + half)].max()
            level = max(float(under) + 0.3, abs(label.y) - tall / 2)
            away = abs(left + wide / 2 - label.x) / wide
            best = min(best or (np.inf, 0.0, 0.0), (level + 0.8 * away, float(left), level))
        if best is None:
            continue
        _, left, level = best
        places.append((label, left, sign * (level + tall / 2)))
        sky[sign][(grid >= left - half) & (grid <= left + wide + half)] = level + tall
    return places


def _draw_labels(ax: Axes, places: Sequence[tuple[Label, float, float]]) -> None:
    """Write placed labels, each with a line to what it names."""
    point, tall = points_to_data(ax, 1, "x"), points_to_data(ax, _LINE, "y")
    for label, left, middle in places:
        _write(ax, left, middle, label.words, label.colour)
        right = left + _width(label.words) * point
        if label.stretch is None:
            # from the nearest end of the words, or from the edge that faces the mark
            faces = left < label.x < right
            foot = middle - np.sign(middle) * tall / 2 if faces else middle
            ends = [min(max(label.x, left), right), label.x], [foot, label.y]
            ax.plot(*ends, color=label.colour, linewidth=0.6, zorder=2, clip_on=False)


def _lanes(sides: Sequence[str]) -> dict[str, float]:
    """Return where each side's lane begins, in points, right of the column of days."""
    margin = 46.0
    return {side: margin + n * (_BOARD - margin) / len(sides) for n, side in enumerate(sides)}


def _lay_out_sequence(sequence: pd.DataFrame, sides: Sequence[str]) -> tuple[list[Cell], float]:
    """Break a sequence into cells and place them, in points; return also where they end."""
    lanes = _lanes(sides)
    names = {code: look.name for look in EVENT_KINDS for code in look.codes}
    first = min(lanes.values())
    wide = _BOARD - first - 14
    y = -1.6 * _LINE
    cells = []
    for _, rows in sequence.groupby("when"):
        cells.append(Cell(0, y, "day", None, [day_label(rows["when"].iloc[0], year=False)]))
        for row in rows[rows["side"].isna()].to_dict("records"):
            words = f"{names[row['kind']].capitalize()}: {row['label']}"
            cells.append(Cell(first, y, row["kind"], None, [*_lines(words, wide)]))
            y -= (len(cells[-1].lines) + 0.25) * _LINE
        bottom = y
        for side, x in lanes.items():
            below = y
            for row in rows[rows["side"].eq(side)].to_dict("records"):
                words = (
                    row["label"] if pd.isna(row["time_utc"]) else f"{row['time']}, {row['label']}"
                )
                lines = [*_lines(words, (_BOARD - first) / len(sides) - 16)]
                cells.append(Cell(x, below, row["kind"], side, lines))
                below -= (len(lines) + 0.2) * _LINE
            bottom = min(bottom, below)
        y = bottom - 0.25 * _LINE
    return cells, y


def _board_rows(verdicts: pd.DataFrame) -> int:
    """Count the rows of a board of verdicts: its claims and the names of its claimants."""
    return len(verdicts) + verdicts["claimant"].nunique()


def _write(ax: Axes, x: float, y: float, words: str, colour: str) -> None:
    """Write small text right of a place, over any rule, without a part in the layout."""
    text = ax.text(x, y, words, fontsize=SMALL, color=colour, va="center", zorder=4)
    text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.3})
    text.set_in_layout(False)


# the outlines of letters, by matplotlib's names of them
_GLYPHS: dict[str, tuple[Any, Any]] = {}


@cache
def _width(words: str) -> float:
    """Return the width of small text, in points, from the outlines of its letters.

    TextPath would measure every outline anew for each text; letters recur.
    """
    if "$" in words:  # may be a formula
        return float(TextPath((0, 0), words, size=SMALL).get_extents().width)
    font = get_font(findfont(FontProperties()))
    font.set_size(text_to_path.FONT_SCALE, text_to_path.DPI)
    placed, _, _ = text_to_path.get_glyphs_with_font(font, words, _GLYPHS)
    inked = [(x, reach) for glyph, x, _, _ in placed if (reach := _reach(glyph))]
    if not inked:
        return 0.0
    left, right = min(x + low for x, (low, _) in inked), max(x + high for x, (_, high) in inked)
    return float(right - left) * SMALL / text_to_path.FONT_SCALE


@cache
def _reach(glyph: str) -> tuple[float, float] | None:
    """Return how far a letter's outline reaches to both sides; None of a blank."""
    vertices, codes = _GLYPHS[glyph]
    if not len(vertices):
        return None
    box = Path(vertices, codes).get_extents()
    return float(box.x0), float(box.x1)


def _lines(words: str, width: float) -> Iterator[str]:
    """Break text into lines that are no wider than `width` points."""
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _cut(words: str, width: float) -> str:
    """Shorten text to `width` points at a word."""
    first = next(_lines(words, width))
    if first == " ".join(words.split()):
        return first
    return next(_lines(words, width - _width(" …"))).rstrip(",;:") + " …"
