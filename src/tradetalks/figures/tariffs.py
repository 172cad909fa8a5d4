"""Figures of the tariff record. Each function draws measured frames on the Axes it is given.

Titles, captions and alternative text are written where the numbers are recorded, not here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.style import (
    PLAIN,
    Colours,
    SideStyle,
    date_axis,
    date_number,
    day_label,
    label_ends,
    rule_at,
    side_styles,
)
from tradetalks.measure.dates import LEGAL_RULE, TRANSIT_RULE

_NAME_WIDTH = 40  # characters; a longer row name goes on in a second line
_USER_WIDTH = 44  # as wide, where the name has a line to itself


def plot_applied_rates(
    ax: Axes,
    path: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Axes:
    """Draw each side's average applied rate on the other as steps, with its MFN part below.

    Steps, not a sloped line: a duty jumps on its effective date. The thick line is the applied
    rate, the thin one the MFN rate, so the distance between them is the additional duty. Where
    an average becomes incomplete its line stops with a cross: the rate went on, unmeasured.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    highest = path.loc[path["effective_date"].le(end), "applied_rate_pct"].max()
    ax.set_ylim(0, float(highest) * 1.12)
    date_axis(ax, start, end)
    ends: list[tuple[float, float, str, str]] = []
    for importer, style in styles.items():
        theirs = path[path["importer"].eq(importer)].sort_values("effective_date")
        others = " and ".join(s.article_name for side, s in styles.items() if side != importer)
        for column, width, what in (
            ("applied_rate_pct", 2.2, f"{style.name}\non {others}:"),
            ("mfn_rate_pct", 0.9, "MFN"),
        ):
            days, rates = _steps_between(theirs, column, start, end)
            if not rates:
                continue
            x, y = [date_number(day) for day in days], rates
            ax.step(
                x,
                y,
                where="post",
                color=style.colour,
                linestyle=style.linestyle,
                linewidth=width,
            )
            if days[-1] < end:
                ax.plot(x[-1], y[-1], marker="x", color=style.colour, markersize=6)
            since = "" if days[-1] == end else f"\nnot measured from {day_label(days[-1])}"
            ends.append(
                (
                    date_number(end) if days[-1] == end else x[-1],
                    y[-1],
                    f"{what} {y[-1]:.1f}%{since if column == 'applied_rate_pct' else ''}",
                    style.colour,
                )
            )
            if column == "applied_rate_pct":
                shown = theirs[theirs["effective_date"].between(start, days[-1])]
                ax.plot(
                    [date_number(day) for day in shown["effective_date"]],
                    shown[column],
                    linestyle="none",
                    marker=style.marker,
                    markersize=4,
                    color=style.colour,
                    clip_on=False,
                )
    if start <= breakdown_date <= end:
        rule_at(ax, breakdown_date, day_label(breakdown_date), colours)
    ax.grid(axis="y")
    ax.set_ylabel("Average applied rate (percent)")
    label_ends(ax, ends)
    return ax


def plot_farm_share(
    ax: Axes, farm: pd.DataFrame, colours: Colours, *, names: Mapping[str, str]
) -> Axes:
    """Draw what each list raised as a bar, its farm part as the dark hatched part of the bar.

    `names` maps step ids to row labels; every step needs one. A row without a farm value says
    so in words, because an empty bar would read as none.
    """
    rows = farm.sort_values("effective_date", ignore_index=True)
    places = np.arange(len(rows))[::-1]
    ax.barh(
        places,
        rows["imports_raised_usd_bn"],
        height=0.62,
        color=colours["fill"],
        edgecolor=colours["muted"],
        linewidth=0.6,
    )
    ax.barh(
        places,
        rows["farm_usd_bn"].fillna(0.0),
        height=0.62,
        color=colours["dark"],
        edgecolor="white",
        linewidth=0.0,
        hatch="////",
    )
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        total, part, share = (
            row["imports_raised_usd_bn"],
            row["farm_usd_bn"],
            row["farm_share"],
        )
        text = (
            f"{total:.1f}, farm part not on record"
            if pd.isna(part)
            else f"{total:.1f}, farm goods {part:.1f} ({100 * share:.1f}%)"
        )
        _beside(ax, total, place, text, colours)
    ax.set_yticks(
        places,
        [
            "\n".join([day_label(row["effective_date"]), *wrap(names[row["step_id"]], _NAME_WIDTH)])
            for row in rows.to_dict("records")
        ],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, float(rows["imports_raised_usd_bn"].max()) * 1.02 if len(rows) else 1.0)
    ax.grid(axis="x")
    ax.set_xlabel("Imports whose duty was raised (billion dollars)")
    return ax


def plot_answer_ladder(ax: Axes, episodes: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw each move and its answer as two dumbbells: when announced, and when in force.

    Days count from the announcement of the move. The marker tells who acts; the text tells how
    long the answer took.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    rows = episodes.sort_values(["move_effective_date", "episode_id"], ignore_index=True)
    ticks: list[float] = []
    names: list[str] = []
    furthest = 0
    for number, row in enumerate(rows.to_dict("records")):
        top = 2.6 * (len(rows) - 1 - number)
        for what, place in (("announced", top + 1.0), ("effective", top)):
            ticks.append(place)
            names.append(f"{row['title']}: announced" if what == "announced" else "in force")
            if pd.isna(row[f"move_{what}_date"]):
                _beside(ax, 0, place, "not decided yet", colours)
                continue
            move = (row[f"move_{what}_date"] - row["move_announced_date"]).days
            taken = row[f"{what}_days"]
            mover = styles[row["mover"]]
            if pd.isna(taken):
                _act(ax, move, place, mover, hollow=True)
                _beside(ax, move, place, "not answered yet", colours)
                furthest = max(furthest, move)
                continue
            answer = move + int(taken)
            ax.plot([move, answer], [place, place], color=colours["rule"], linewidth=1.0, zorder=1)
            _act(ax, move, place, mover, hollow=True)
            _act(ax, answer, place, styles[row["answerer"]], hollow=False)
            _beside(ax, max(move, answer), place, _days(int(taken)), colours)
            furthest = max(furthest, move, answer)
    width = furthest * 1.18 + 2
    acts = [(side, True, "moves") for side in styles if rows["mover"].eq(side).any()]
    acts += [(side, False, "answers") for side in styles if rows["answerer"].eq(side).any()]
    for number, (side, hollow, verb) in enumerate(acts):
        x, y = width * number / len(acts), max(ticks) + 1.5
        _act(ax, x, y, styles[side], hollow=hollow)
        _beside(ax, x, y, f"{styles[side].name} {verb}", colours)
    ax.set_yticks(ticks, names)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.8, max(ticks, default=0.0) + 2.3)
    ax.set_xlim(-1.5, width)
    ax.grid(axis="x")
    ax.set_xlabel("Days after the move was announced")
    return ax


def plot_sections(
    ax: Axes,
    sections: pd.DataFrame,
    colours: Colours,
    *,
    largest: int = 8,
    emphasised: Collection[str] = (),
) -> Axes:
    """Draw the composition of one change by HS section, the largest first.

    The emphasised sections are always shown, dark and hatched; of the others the largest are,
    and the rest stand together in one row that says how many they are.
    """
    ordered = sections.sort_values("imports_usd_bn", ascending=False)
    is_emphasised = ordered["section"].isin(list(emphasised))
    shown = ordered[is_emphasised | ordered.index.isin(ordered[~is_emphasised].index[:largest])]
    rest = ordered.drop(shown.index)
    rows = [
        (
            f"{row['section_title']} ({row['section']})",
            row["imports_usd_bn"],
            row["import_share"],
            row["section"] in emphasised,
        )
        for row in shown.to_dict("records")
    ]
    if len(rest):
        rows.append(
            (
                f"{len(rest)} other sections",
                rest["imports_usd_bn"].sum(),
                rest["import_share"].sum(),
                False,
            )
        )
    for place, (_, value, share, is_dark) in enumerate(rows):
        ax.barh(
            -place,
            value,
            height=0.66,
            color=colours["dark" if is_dark else "fill"],
            edgecolor="white" if is_dark else colours["muted"],
            linewidth=0.0 if is_dark else 0.6,
            hatch="////" if is_dark else None,
        )
        _beside(ax, value, -place, f"{value:.1f} ({100 * share:.1f}%)", colours)
    ax.set_yticks([-place for place in range(len(rows))], [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, max((value for _, value, *_ in rows), default=1.0) * 1.02)
    ax.grid(axis="x")
    ax.set_xlabel("Imports whose rate changed (billion dollars)")
    return ax


def plot_effective_date_rules(
    ax: Axes,
    rules: pd.DataFrame,
    colours: Colours,
    *,
    users: Mapping[str, str],
    margin_days: int = 10,
) -> Axes:
    """Draw one step under each rule for its date: a light bar before it, a dark one after.

    The bar carries the average applied rate that holds on either side of the step. `users`
    says of each rule who dates the step by it.
    """
    rows = rules.sort_values(["effective_date", "effective_date_rule"], ignore_index=True)
    margin = pd.Timedelta(days=margin_days)
    start, end = rows["effective_date"].min() - margin, rows["effective_date"].max() + margin
    for number, row in enumerate(rows.to_dict("records")):
        place = -number
        parts = [
            (start, row["effective_date"], row["before_pct"], "fill", "text"),
            (row["effective_date"], end, row["after_pct"], "dark", None),
        ]
        for first, last, rate, fill, text in parts:
            x = date_number(first)
            ax.barh(place, date_number(last) - x, left=x, height=0.6, color=colours[fill])
            ax.annotate(
                f"{rate:.1f}%",
                (date_number(last), place),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8,
                color="white" if text is None else colours[text],
            )
    date_axis(ax, start, end)
    ax.set_yticks(
        [-place for place in range(len(rows))],
        [
            "\n".join([_rule_name(row), *wrap(users[row["effective_date_rule"]], _USER_WIDTH)])
            for row in rows.to_dict("records")
        ],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-len(rows) + 0.5, 0.5)
    ax.spines["left"].set_visible(False)
    return ax


def plot_reconciliation(ax: Axes, table: pd.DataFrame, sides: pd.DataFrame) -> Axes:
    """Draw each published average (hollow diamond) and ours (the side's marker) on one row.

    The text gives the gap in points. Rows that are not compared are not drawn.
    """
    styles, colours = side_styles(sides), Colours.from_sides(sides)
    compared = table[table["is_compared"]]
    rows = pd.concat(
        compared[compared["importer"].eq(importer)].sort_values(["date", "benchmark_id"])
        for importer in styles
    )
    for number, row in enumerate(rows.to_dict("records")):
        place, style = -number, styles[row["importer"]]
        ours, published = row["ours_pct"], row["published_pct"]
        ax.plot([ours, published], [place, place], color=colours["rule"], linewidth=1.0, zorder=1)
        ax.plot(
            published,
            place,
            marker="D",
            markersize=6,
            markerfacecolor="white",
            markeredgecolor=colours["text"],
            linestyle="none",
        )
        ax.plot(ours, place, marker=style.marker, markersize=4.5, color=style.colour)
        _beside(ax, max(ours, published), place, _points(row["gap_pp"]), colours)
    highest = float(rows[["ours_pct", "published_pct"]].max().max()) if len(rows) else 1.0
    _key(ax, [0.02 * highest], 1.1, [("D", "white", colours["text"])], "published", colours)
    _key(
        ax,
        [(0.3 + 0.03 * number) * highest for number in range(len(styles))],
        1.1,
        [(style.marker, style.colour, style.colour) for style in styles.values()],
        "ours",
        colours,
    )
    ax.set_yticks(
        [-place for place in range(len(rows))],
        [f"{styles[r['importer']].name}, {day_label(r['date'])}" for r in rows.to_dict("records")],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-len(rows) + 0.4, 1.6)
    ax.set_xlim(0, highest * 1.1)
    ax.grid(axis="x")
    ax.set_xlabel("Average applied rate (percent); the text gives ours less published, in points")
    return ax


def _steps_between(
    rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[list[pd.Timestamp], list[float]]:
    """Days and values of a step line from start to end, cut off where values become missing.

    The last day repeats the last value, so that the line reaches `end`, or the day on which
    the value became missing.
    """
    before = rows[rows["effective_date"].le(start)].tail(1)
    within = rows[rows["effective_date"].gt(start) & rows["effective_date"].le(end)]
    days = [start] * len(before) + list(within["effective_date"])
    values = [float(value) for value in pd.concat([before, within])[column]]
    missing = [place for place, value in enumerate(values) if np.isnan(value)]
    until = end
    if missing:
        until = days[missing[0]]
        days, values = days[: missing[0]], values[: missing[0]]
    if not values:
        return [], []
    return [*days, until], [*values, values[-1]]


def _act(ax: Axes, day: float, place: float, style: SideStyle, *, hollow: bool) -> None:
    """Mark one act; a move is hollow and larger, so that an answer on the same day fits in."""
    ax.plot(
        day,
        place,
        marker=style.marker,
        markersize=8 if hollow else 4.5,
        markerfacecolor="white" if hollow else style.colour,
        markeredgecolor=style.colour,
        markeredgewidth=1.3 if hollow else 0.5,
        linestyle="none",
        zorder=2 if hollow else 3,
    )


def _beside(ax: Axes, x: float, y: float, text: str, colours: Colours) -> None:
    """Write a text to the right of a mark."""
    ax.annotate(
        text,
        (x, y),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=colours["text"],
        bbox=PLAIN,
    )


def _key(
    ax: Axes,
    places: Sequence[float],
    y: float,
    marks: Sequence[tuple[str, str, str]],
    text: str,
    colours: Colours,
) -> None:
    """Explain marks (marker, face, edge), one at each place, by the text beside the last."""
    for x, (marker, face, edge) in zip(places, marks, strict=True):
        ax.plot(
            x,
            y,
            marker=marker,
            markersize=5.5,
            markerfacecolor=face,
            markeredgecolor=edge,
            linestyle="none",
        )
    _beside(ax, places[-1], y, text, colours)


def _days(taken: int) -> str:
    """Print a span in days as words: "same day", "1 day", "8 days", "2 days before"."""
    if taken == 0:
        return "same day"
    unit = "day" if abs(taken) == 1 else "days"
    return f"{abs(taken)} {unit}" + (" before" if taken < 0 else "")


def _points(gap: float) -> str:
    """Print a gap with its sign and a true minus."""
    return "0.0" if abs(gap) < 0.05 else f"{gap:+.1f}".replace("-", "−")


def _rule_name(row: Mapping[Any, Any]) -> str:
    """Print a rule for the effective date, with the day that it takes."""
    day = day_label(row["effective_date"], year=False)
    named = {LEGAL_RULE: "Legal date", TRANSIT_RULE: "Time at sea added"}
    return f"{named.get(row['effective_date_rule'], 'End of grace window')}: {day}"
