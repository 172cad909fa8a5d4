"""The money: additional duty recorded, what was claimed, and what Customs assessed."""

from collections.abc import Sequence

import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.border.recorded import PUBLISHED, REVISED, days_of
from tradetalks.tariffs.path import rates_by_list

DAYS_A_YEAR = 365


def measure_money(recorded: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Additional duty recorded, and by the government's own rates and trade, since the first step.

    Columns: month, published_usd_bn, revised_usd_bn, claimed_usd_bn (rate x trade claimed, for the
    days in force), and the same cumulated.
    """
    first = str(steps["effective_date"].min().to_period("M"))
    by_vintage = recorded.pivot_table(
        index="month", columns="vintage", values="additional_usd_bn", aggfunc="sum"
    )
    by_vintage = by_vintage.reindex(columns=[PUBLISHED, REVISED])
    table = by_vintage[by_vintage.index >= first]
    table = table.assign(claimed=_claimed_by_month(steps, list(table.index)))
    amounts = table.rename(columns=lambda name: f"{name}_usd_bn")
    sums = table.cumsum().rename(columns=lambda name: f"{name}_cumulated_usd_bn")
    return amounts.join(sums).rename_axis(columns=None).reset_index()


def _claimed_by_month(steps: pd.DataFrame, months: Sequence[str]) -> pd.Series:
    """Duty of each month by claimed values, in billion dollars."""
    days, claimed = days_of(months), steps.dropna(subset="value_claimed_usd_bn")
    yearly = (claimed["value_claimed_usd_bn"] * claimed["rate_after_pct"] / 100).astype("float64")
    daily = rates_by_list(claimed.assign(rate_after_pct=yearly), days) / DAYS_A_YEAR
    return daily.sum(axis=1).groupby(days.strftime("%Y-%m")).sum()


def measure_against_customs(money: pd.DataFrame, customs: pd.DataFrame) -> pd.DataFrame:
    """Additional duty recorded up to a day, beside what Customs says it had assessed by then.

    One row per total whose month is known, of which days count: assessed_to, assessed_usd_bn,
    published_usd_bn, revised_usd_bn and their ratios to the total.
    """
    days = customs["assessed_to"].dt
    month: pd.Series = days.to_period("M").astype("str")
    then = look_up(month, money.set_index("month").astype("float64"))
    table = customs[["assessed_to", "assessed_usd_bn"]].copy()
    for vintage in (PUBLISHED, REVISED):
        ahead = (1 - days.day / days.days_in_month) * then[f"{vintage}_usd_bn"]
        table[f"{vintage}_usd_bn"] = then[f"{vintage}_cumulated_usd_bn"] - ahead
        table[f"{vintage}_ratio"] = table[f"{vintage}_usd_bn"] / table["assessed_usd_bn"]
    table["source_id"] = customs["source_id"]
    return table[month.isin(money["month"])].reset_index(drop=True)


def most_in_twelve_months(monthly: pd.Series) -> tuple[float, list[str]]:
    """Return the largest sum of twelve months in a row, and these months; missing of fewer."""
    ordered = monthly.sort_index()
    sums = ordered.rolling(12).sum()
    if sums.isna().all():
        return float("nan"), []
    end = int(sums.argmax())
    return float(sums.max()), [*ordered.index[end - 11 : end + 1]]
