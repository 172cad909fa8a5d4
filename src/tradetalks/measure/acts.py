"""What statements do, on what grounds and in which tone.

Counts and shares describe the ledger, which was chosen for statements that blame, promise,
threaten or deny; they do not describe all that the two governments said.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from tradetalks.measure.intervals import wilson_interval

# The two parts into which the breakdown divides the window.
PERIODS = ("before", "after")

# What a share counts: rows of the ledger, or the documents behind them.
Unit = Literal["row", "document"]


def measure_acts(statements: pd.DataFrame, unit: Unit = "row") -> pd.DataFrame:
    """Count acts: one row per side, act and period, with zero counts where a side did not do it.

    Columns: `side`, `act`, `period`, `count`, `share` (0-1), `low`, `high` (95 percent, Wilson),
    `documents`. Statements outside the window are not counted.

    By `row`, shares of a side and period add up to one. By `document`, a document counts once
    for each act found in it, and shares are of the documents of that side and period: rows of
    one document are not independent, so the second reading is the fairer one for intervals.
    """
    shown = statements[statements["in_window"]]
    return _shares(shown, shown, "act", unit)


def measure_blame(statements: pd.DataFrame) -> pd.DataFrame:
    """Count who blames whom: one row per side, target and month, months without blame included.

    Columns: `side`, `target`, `month` (its first day), `count`, `documents`.
    """
    shown = statements[statements["in_window"]]
    blames = shown[shown["act"].eq("blame")].assign(month=month_of(shown["statement_date"]))
    pairs = blames[["side", "target"]].drop_duplicates().merge(months_of(shown), how="cross")
    counted = blames.groupby(["side", "target", "month"]).agg(
        count=("statement_id", "size"), documents=("occasion_id", "nunique")
    )
    return fill_counts(pairs, counted).sort_values(["side", "target", "month"], ignore_index=True)


def measure_frames(
    statements: pd.DataFrame, frames: pd.DataFrame, unit: Unit = "row"
) -> pd.DataFrame:
    """Count frames: one row per side, frame and period, zero counts included.

    Columns: `side`, `frame`, `period`, `count`, `share` (of the side's statements or documents
    in the period), `low`, `high` (Wilson), `documents`. Shares do not add up: a statement may use
    several frames. By `document`, a document counts once for each frame found in it.
    """
    shown = statements[statements["in_window"]]
    used = shown[["statement_id", "side", "period", "occasion_id"]].merge(
        frames, on="statement_id", validate="one_to_many"
    )
    return _shares(used, shown, "frame", unit)


def measure_tone(statements: pd.DataFrame, unit: Unit = "row") -> pd.DataFrame:
    """Describe the coder's reading of tone: one row per side and period.

    Columns: `side`, `period`, `count` (of statements or documents), `mean_tone` (-2 to 2),
    `critical_share` (below zero), `friendly_share` (above zero). By `document`, a document has
    the mean tone of its rows. Tone was coded once, by one person, and not tested again.
    """
    read = statements[statements["in_window"]].astype({"tone": "float64"})
    keys = ["side", "period"]
    if unit == "document":
        by_document = read.groupby([*keys, "occasion_id"], as_index=False)
        read = by_document.agg(tone=("tone", "mean"))
    read = read.assign(critical=read["tone"].lt(0), friendly=read["tone"].gt(0))
    return read.groupby(keys, as_index=False).agg(
        count=("tone", "size"),
        mean_tone=("tone", "mean"),
        critical_share=("critical", "mean"),
        friendly_share=("friendly", "mean"),
    )


def month_of(days: pd.Series) -> pd.Series:
    """Return the first day of each day's month."""
    return pd.Series(days.dt.to_period("M").dt.to_timestamp())


def months_of(statements: pd.DataFrame) -> pd.DataFrame:
    """List the months from the first statement to the last, those without one included."""
    month = month_of(statements["statement_date"])
    return pd.DataFrame({"month": pd.date_range(month.min(), month.max(), freq="MS")})


def fill_counts(grid: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Join counts to a grid; a combination that was not counted is zero, which is what it is."""
    return counted.reindex(pd.MultiIndex.from_frame(grid), fill_value=0).reset_index()


def _shares(rows: pd.DataFrame, shown: pd.DataFrame, code: str, unit: Unit) -> pd.DataFrame:
    """Count rows by side, code and period, as shares with Wilson intervals.

    Shares are of the rows or documents that are `shown`, by side and period; every code gets a row
    in each.
    """
    keys = ["side", code, "period"]
    documents = shown.groupby(["side", "period"])["occasion_id"]
    of_all = documents.nunique() if unit == "document" else documents.size()
    known = rows[code].unique()
    grid = sorted((side, one, period) for side, period in of_all.index for one in known)
    of = of_all[[(side, period) for side, _, period in grid]].to_numpy()
    if unit == "document":
        rows = rows.drop_duplicates(["occasion_id", code, "period"])
    by_key = rows.groupby(keys)["occasion_id"]
    counted = pd.DataFrame({"count": by_key.size(), "documents": by_key.nunique()})
    table = counted.reindex(pd.MultiIndex.from_tuples(grid, names=keys), fill_value=0)
    count = table["count"].to_numpy()
    low, high = wilson_interval(count, of)
    table = table.assign(share=count / of, low=low, high=high).reset_index()
    return table[[*keys, "count", "share", "low", "high", "documents"]]
