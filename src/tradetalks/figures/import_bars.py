"""What was raised, as bars: its farm part by step, its sections at one step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import beside, name_rows
from tradetalks.figures.style import Colours, day_label

_NAME_WIDTH = 40  # characters; a longer name of a row goes on in a second line


def plot_farm_share(
    ax: Axes, farm: pd.DataFrame, colours: Colours, *, names: Mapping[str, str]
) -> Axes:
    """Draw what each list raised as a bar, its farm part as the dark hatched part of the bar.

    `names` maps step ids to row labels; every step needs one. A row without a farm value says
    so in words, because an empty bar would read as none.
    """
    rows = farm.sort_values("effective_date", ignore_index=True).to_dict("records")
    for number, row in enumerate(rows):
        total, part, share = (
            row[column] for column in ("imports_raised_usd_bn", "farm_usd_bn", "farm_share")
        )
        _bar(ax, number, total, colours, is_dark=False)
        text = "farm part not on record"
        if not pd.isna(part):
            _bar(ax, number, part, colours, is_dark=True)
            text = f"farm goods {part:.1f} ({100 * share:.1f}%)"
        beside(ax, total, -number, f"{total:.1f}, {text}", colours)
    steps = [[day_label(row["effective_date"]), names[row["step_id"]]] for row in rows]
    name_rows(ax, ["\n".join([day, *wrap(name, _NAME_WIDTH)]) for day, name in steps])
    ax.set_xlim(0, max((row["imports_raised_usd_bn"] for row in rows), default=1.0) * 1.02)
    ax.grid(axis="x")
    ax.set_xlabel("Imports whose duty was raised (billion dollars)")
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
    names = [f"{row['section_title']} ({row['section']})" for row in shown.to_dict("records")]
    rows = [*zip(names, shown["imports_usd_bn"], shown["import_share"], strict=True)]
    if len(rest):
        name = f"{len(rest)} other sections"
        rows.append((name, rest["imports_usd_bn"].sum(), rest["import_share"].sum()))
    is_dark = [*shown["section"].isin(list(emphasised)), False]
    for number, (_, value, share) in enumerate(rows):
        _bar(ax, number, value, colours, is_dark=is_dark[number])
        beside(ax, value, -number, f"{value:.1f} ({100 * share:.1f}%)", colours)
    name_rows(ax, [name for name, *_ in rows])
    ax.set_xlim(0, max((value for _, value, _ in rows), default=1.0) * 1.02)
    ax.grid(axis="x")
    ax.set_xlabel("Imports whose rate changed (billion dollars)")
    return ax


def _bar(ax: Axes, row: int, value: float, colours: Colours, *, is_dark: bool) -> None:
    """Draw a bar of a row: light with a rim, or dark and hatched."""
    ax.barh(
        -row,
        value,
        height=0.64,
        color=colours["dark" if is_dark else "fill"],
        edgecolor="white" if is_dark else colours["muted"],
        linewidth=0.0 if is_dark else 0.6,
        hatch="////" if is_dark else None,
    )
