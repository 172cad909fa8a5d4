"""Two codings of the same statements: how far they agree, and which findings they turn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tradetalks.measure.acts import PERIODS, Unit, measure_acts
from tradetalks.measure.charge import measure_backtracking
from tradetalks.measure.intervals import cohens_kappa


def measure_findings(
    by_coder: Mapping[str, pd.DataFrame], frames: pd.DataFrame, unit: Unit = "row"
) -> pd.DataFrame:
    """Draw the main findings again from each coder's codes: one row per finding.

    Columns: `finding`, one column per coder with what is found (a side, `neither`, or the way in
    which a share moves; missing where there is nothing to compare), and `is_turned`: the coders
    do not lead to the same. Frames were coded once and are the same for all.
    """
    found = pd.DataFrame(
        {coder: _findings(coded, frames, unit) for coder, coded in by_coder.items()}
    )
    is_turned = found.fillna("").nunique(axis="columns").gt(1)
    return found.assign(is_turned=is_turned).rename_axis("finding").reset_index()


def _findings(statements: pd.DataFrame, frames: pd.DataFrame, unit: Unit) -> pd.Series:
    """Return the older charge, who blames more after, and how each share of blame moves."""
    uses = measure_backtracking(statements, frames)
    firsts = uses[uses["is_first_charge"]].set_index("side")["statement_date"]
    blame = measure_acts(statements, unit).loc[lambda rows: rows["act"].eq("blame")]
    counts, shares = (
        blame.pivot_table(name, "side", "period").reindex(columns=PERIODS)
        for name in ("count", "share")
    )
    signs = {-1.0: "falls", 0.0: "stays", 1.0: "rises"}
    change = (shares["after"] - shares["before"]).map(np.sign)
    return pd.Series(
        {
            "side with the older charge": _ahead(-firsts.astype("int64")),
            "side with more blame after": _ahead(counts["after"].dropna()),
        }
        | {f"share of blame, {side}": signs.get(sign) for side, sign in change.items()},
        dtype="object",
    )


def _ahead(amounts: pd.Series) -> str:
    """Name the side with the largest amount; `neither` where two share it or there is none."""
    largest = amounts[amounts.eq(amounts.max())]
    return str(largest.index[0]) if len(largest) == 1 else "neither"


def measure_agreement(recoding: pd.DataFrame) -> pd.DataFrame:
    """Compare two codings of the same rows: one row per variable, of which _1 and _2 are columns.

    A variable is compared in the rows in which both codings have it.

    Columns: `variable`, `rows`, `agreed`, `agreement` (0-1), `expected` (0-1, by chance), `kappa`
    (Cohen), `low`, `high` (95 percent, normal approximation cut at one; the
    sample is small). No row where nothing was coded twice.
    """
    rows = []
    for variable in recoding.filter(regex="_1$").columns.str.removesuffix("_1"):
        first, second = f"{variable}_1", f"{variable}_2"
        both = recoding[[first, second]].dropna()
        if both.empty:
            continue
        codes = sorted({*both[first], *both[second]})
        table = pd.crosstab(both[first], both[second]).reindex(codes, columns=codes, fill_value=0)
        agreed = int(both[first].eq(both[second]).sum())
        agreement, expected, kappa, low, high = cohens_kappa(table.to_numpy())
        measured = agreement, expected, kappa, low, min(high, 1.0)
        rows.append((variable, len(both), agreed, *measured))
    columns = ["variable", "rows", "agreed", "agreement", "expected", "kappa", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
