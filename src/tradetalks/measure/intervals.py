"""Intervals of shares and of agreement, by their textbook formulas.

A library of statistics has both, and takes most of a second to import.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]


class Kappa(NamedTuple):
    """Cohen's kappa, and the ends of its interval by normal approximation."""

    kappa: float
    low: float
    high: float


def wilson_interval(counts: Numbers, totals: Numbers, alpha: float) -> tuple[Numbers, Numbers]:
    """Low and high end of Wilson's interval of shares at 1 - `alpha` (Wilson 1927)."""
    z = NormalDist().inv_cdf(1 - alpha / 2)
    shares = counts / totals
    scale = 1 + z**2 / totals
    centre = (shares + z**2 / (2 * totals)) / scale
    reach = z * np.sqrt(shares * (1 - shares) / totals + z**2 / (4 * totals**2)) / scale
    # of none the low end is zero, and of all the high end one, but for the last digit
    low = np.where(counts > 0, centre - reach, 0.0)
    return low, np.where(counts < totals, centre + reach, 1.0)


def cohens_kappa(table: Numbers, alpha: float = 0.05) -> Kappa:
    """Agreement beyond chance of two codings, from the square table of how often they met.

    The error is that of large samples (Fleiss, Cohen and Everitt 1969). Missing where chance alone
    would make both codings agree whole, as where there is one code.
    """
    total = table.sum()
    shares = table / total
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    expected = rows @ columns
    if expected == 1:
        return Kappa(math.nan, math.nan, math.nan)
    kappa = (np.trace(shares) - expected) / (1 - expected)
    agreed = np.diag(shares) * (1 - (rows + columns) * (1 - kappa)) ** 2
    apart = shares * (columns[:, None] + rows) ** 2
    np.fill_diagonal(apart, 0)
    spread = agreed.sum() + (1 - kappa) ** 2 * apart.sum() - (kappa - expected * (1 - kappa)) ** 2
    # of codings that agree whole, rounding may leave a little less than nothing
    error = np.sqrt(max(spread, 0.0) / total) / (1 - expected)
    reach = NormalDist().inv_cdf(1 - alpha / 2) * error
    return Kappa(float(kappa), float(kappa - reach), float(kappa + reach))
