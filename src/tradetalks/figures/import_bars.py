"""What was raised, as bars: its farm part by step, its sections at one step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.layout import beside
from tradetalks.figures.style import Colours, day_label

_NAME_WIDTH = 40  # characters; a longer name of a row goes on in a second line


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
        beside(ax, total, place, text, colours)
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
        beside(ax, value, -place, f"{value:.1f} ({100 * share:.1f}%)", colours)
    ax.set_yticks([-place for place in range(len(rows))], [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, max((value for _, value, *_ in rows), default=1.0) * 1.02)
    ax.grid(axis="x")
    ax.set_xlabel("Imports whose rate changed (billion dollars)")
    return ax
