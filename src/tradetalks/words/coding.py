"""Two codings of the same rows: how far they agree, by the textbook formulas.

A library of statistics has them, and takes most of a second to import.
"""

import math
from collections import Counter
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from tradetalks.noted import DIGITS

# of standard errors, in a 95 percent interval
_REACH = NormalDist().inv_cdf(1 - 0.05 / 2)


AGREEMENT_COLUMNS = [
    *("variable", "rows", "agreed", "agreement", "expected", "kappa", "low", "high")
]


def measure_agreement(recoding: pd.DataFrame) -> pd.DataFrame:
    """Compare two codings of the same rows: one row per variable, of which _1 and _2 are columns.

    Columns: `variable`, `rows` (that both coded), `agreed`, `agreement` (0-1), `expected` (0-1, by
    chance), `kappa` (Cohen), `low`, `high` (95 percent, normal approximation).
    """
    return pd.DataFrame(agreements(recoding), columns=AGREEMENT_COLUMNS)


def agreements(recoding: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of `measure_agreement`."""
    for variable in recoding.filter(regex="_1$").columns.str.removesuffix("_1"):
        coded = recoding[[f"{variable}_1", f"{variable}_2"]].to_numpy(object)
        both = [*map(tuple, coded[pd.notna(coded).all(axis=1)])]
        if not both:
            continue
        codes = sorted({code for pair in both for code in pair})
        table = np.zeros((len(codes), len(codes)), dtype="int64")
        for (first, second), count in Counter(both).items():
            table[codes.index(first), codes.index(second)] = count
        *measured, high = (round(number, DIGITS) for number in cohens_kappa(table))
        yield variable, len(both), int(np.trace(table)), *measured, min(high, 1.0)


def cohens_kappa(table: np.ndarray[Any, np.dtype[Any]]) -> tuple[float, float, float, float, float]:
    """Agreement of two codings, from the square table of how often they met.

    The part, that by chance, Cohen's kappa (missing where chance alone would make both agree whole)
    and the ends of its 95 percent interval (Fleiss, Cohen and Everitt 1969).
    """
    total = table.sum()
    shares = table / total
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreement, expected = float(np.trace(shares)), float((columns * rows).sum())
    if expected == 1:
        return agreement, expected, math.nan, math.nan, math.nan
    kappa = (agreement - expected) / (1 - expected)
    agreed = np.diag(shares) * (1 - (rows + columns) * (1 - kappa)) ** 2
    apart = shares * (columns[:, None] + rows) ** 2
    np.fill_diagonal(apart, 0)
    spread = agreed.sum() + (1 - kappa) ** 2 * apart.sum() - (kappa - expected * (1 - kappa)) ** 2
    # of codings that agree whole, rounding may leave a little less than nothing
    reach = float(_REACH * np.sqrt(max(spread, 0.0) / total) / (1 - expected))
    return agreement, expected, kappa, kappa - reach, kappa + reach
