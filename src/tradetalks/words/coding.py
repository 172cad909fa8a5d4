"""Two codings of the same rows: how far they agree."""

from __future__ import annotations

import pandas as pd

from tradetalks.words.intervals import cohens_kappa


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
