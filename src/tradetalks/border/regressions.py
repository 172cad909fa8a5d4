"""How trade moved with duties in law, by chapter and month: one rule for both sides.

A duty is a chapter's average in law over the days of a month, 0 to 1, by the goods of one year; a
flow is what was traded at the border, in dollars before duty. Values have no quantities, so that
nothing here is a price. Intervals hold 95 percent; errors are clustered by chapter.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradetalks.noted import DIGITS

# how an elasticity is measured: as printed, and otherwise
USUAL, ONCE, SEASON = "each dollar once", "each chapter once", "beside the month of the base year"


def lay_out(flow: pd.DataFrame, duties: pd.DataFrame, base_year: str) -> pd.DataFrame:
    """One row per month and chapter with trade, a known duty and trade in the base year.

    `flow` and `duties` have a row per month and a column per chapter. Columns: month, hs_chapter,
    log_value, log_duty, weight (dollars of the chapter in the base year), and log_value_then and
    log_duty_then of the same month of the base year. A month without trade has no logarithm, and
    so no row; of a chapter without a known duty nothing is laid out.
    """
    both = [
        table.rename_axis("month").reset_index().melt("month", var_name="hs_chapter", value_name=of)
        for of, table in (("value", flow), ("duty", duties))
    ]
    rows = both[0].merge(both[1], on=["month", "hs_chapter"]).dropna().query("value > 0")
    rows = rows.assign(log_value=np.log(rows["value"]), log_duty=np.log1p(rows["duty"]))
    rows["of_year"] = rows["month"].str[5:]
    then = rows[rows["month"].str[:4].eq(base_year)]
    weight = then.groupby("hs_chapter")["value"].sum().rename("weight")
    keys = ["hs_chapter", "of_year"]
    then = then.set_index(keys)[["log_value", "log_duty"]].add_suffix("_then")
    rows = rows.join(weight, on="hs_chapter", how="inner").join(then, on=keys)
    return rows.reset_index(drop=True)


def measure_elasticities(flows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Percent by which each flow moves with one percent more of price and duty: a row per way.

    The logarithm of trade on that of one plus the duty, with effects of chapters and months, each
    chapter weighed by its dollars of the base year, so that a dollar counts the same wherever it
    is; or each once; or, after the base year, beside the same month of it: seasons cancel.
    Columns: flow, way, estimate, low, high, observations, chapters.
    """
    rows = []
    for flow, laid in flows.items():
        later = laid.dropna(subset="log_value_then")
        later = later[later["month"].str[:4].gt(later["month"].min()[:4])]
        change = later.assign(
            log_value=later["log_value"] - later["log_value_then"],
            log_duty=later["log_duty"] - later["log_duty_then"],
        )
        for way, given, weight, effects in (
            (USUAL, laid, laid["weight"], ["hs_chapter", "month"]),
            (ONCE, laid, 1.0, ["hs_chapter", "month"]),
            (SEASON, change, change["weight"], ["month"]),
        ):
            design = given[["log_duty"]].join(_effects(given, effects))
            found = _fit(given, given["log_value"], design, weight).loc["log_duty"].round(DIGITS)
            rows.append({"flow": flow, "way": way, **found})
            rows[-1] |= {"observations": len(given), "chapters": given["hs_chapter"].nunique()}
    return pd.DataFrame(rows)


def measure_months(laid: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Trade in goods on lists beside goods on none, each beside its month of the base year.

    `shares` is the part of each chapter that is on each group of lists, a column per group. For
    each month after the base year the change since is held against these parts, all months in one
    regression, chapters weighed by their dollars of the base year. Columns: group, month,
    estimate_pct, low_pct, high_pct: what a chapter wholly on the group has more than one on none.
    """
    later = laid.dropna(subset="log_value_then").join(shares, on="hs_chapter", how="inner")
    later = later[later["month"].str[:4].gt(laid["month"].min()[:4])]
    months = _effects(later, ["month"])
    parts = [months.mul(later[group], axis=0).rename(columns=lambda m: m[6:]) for group in shares]
    apart = pd.concat(parts, keys=[*shares], names=["group", "month"], axis=1)
    change = later["log_value"] - later["log_value_then"]
    found = _fit(later, change, pd.concat([apart, months], axis=1), later["weight"])
    found = found[: apart.shape[1]].set_index(apart.columns).add_suffix("_pct")
    return found.transform(lambda of: 100 * np.expm1(of)).round(DIGITS).reset_index()


def measure_triangle(laid: pd.DataFrame, elasticity: pd.Series) -> dict[str, float]:
    """Trade lost in a year, and the triangle under its demand, in billion dollars.

    Assumed: prices before duty stay, demand moves by the elasticity from the trade of the base
    year, nothing else changes, and a duty counts from the base year's to the last month's; one
    that fell counts as unchanged. The triangle is half of the duty on what is no longer bought.
    Keys: lost and triangle, each with _low and _high by the interval of the elasticity.
    """
    last = laid[laid["month"].eq(laid["month"].max())].set_index("hs_chapter")
    before, now = np.expm1(last["log_duty_then"]), np.expm1(last["log_duty"])
    rise = (now - before).clip(lower=0)
    found: dict[str, float] = {}
    for name, end in (("", "estimate"), ("_low", "high"), ("_high", "low")):
        lost = last["weight"] / 1e9 * (1 - (1 + rise / (1 + before)) ** elasticity[end])
        sums = {"lost": lost.sum(), "triangle": (rise * lost).sum() / 2}
        found |= {f"{key}{name}": round(float(value), DIGITS) for key, value in sums.items()}
    return found


def _effects(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """One column for each chapter or month, of the second kind without the first of them."""
    first, *more = columns
    both = [pd.get_dummies(rows[[first]], dtype="float64")]
    both += [pd.get_dummies(rows[[one]], dtype="float64", drop_first=True) for one in more]
    return pd.concat(both, axis="columns")


def _fit(rows: pd.DataFrame, of: pd.Series, design: pd.DataFrame, weight: Any) -> pd.DataFrame:
    """Estimate, low and high of each column of the design."""
    # it takes a second to import, and most commands measure nothing
    from statsmodels.regression.linear_model import WLS

    chapter = rows["hs_chapter"].astype("category").cat.codes
    model = WLS(of.to_numpy(), design.to_numpy(), weights=weight)  # type: ignore[no-untyped-call]
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": chapter}, use_t=True)
    table = pd.DataFrame(fit.conf_int(), [*design.columns], ["low", "high"])
    table.insert(0, "estimate", fit.params)
    return table
