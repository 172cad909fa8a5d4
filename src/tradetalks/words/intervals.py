"""Agreement of two codings and its interval, by the textbook formulas.

A library of statistics has them, and takes most of a second to import.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[Any]]

# of standard errors, in a 95 percent interval
_REACH = NormalDist().inv_cdf(1 - 0.05 / 2)


def cohens_kappa(table: Counts) -> tuple[float, float, float, float, float]:
    """Agreement of two codings, and beyond chance, from the square table of how often they met.

    The part in which they agree, the part expected by chance, Cohen's kappa, and the low and high
    end of its 95 percent interval by normal approximation. The error is that of large samples
    (Fleiss, Cohen and Everitt 1969). Kappa is missing where chance alone would make both codings
    agree whole, as where there is one code.
    """
    total = table.sum()
    shares = table / total
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreement, expected = float(np.trace(shares)), float(columns @ rows)
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
