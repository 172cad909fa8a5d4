"""Duty recorded by month, the rate in law on the same goods, and what lies between the two.

A month is text, `2019-05`, a rate duty over customs value, an additional duty what is beyond the
rate of the year before the first step. Nothing is measured of spans with a month that is not known.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tradetalks.tariffs.path import rates_by_list

# vintages: a month before, and after, the annual revision of its year
PUBLISHED, REVISED = "published", "revised"


def known_by(by: pd.Timestamp, rows: pd.DataFrame, releases: pd.DataFrame) -> pd.DataFrame:
    """Rows of months that were known by a day, with their `known_date`.

    Exports, which have no vintage, come out with the first imports of their month.
    """
    if "vintage" not in rows:
        releases = releases[releases["vintage"].eq(PUBLISHED)].drop(columns="vintage")
    keys = [name for name in ("vintage", "month") if name in releases]
    dated = rows.merge(releases[[*keys, "known_date"]], on=keys, validate="many_to_one")
    return dated[dated["known_date"].le(by)].reset_index(drop=True)


def days_of(months: Sequence[str]) -> pd.DatetimeIndex:
    """List the days of months that follow each other."""
    return pd.date_range(f"{months[0]}-01", pd.Period(months[-1], "M").end_time, freq="D")


def latest(imports: pd.DataFrame) -> pd.DataFrame:
    """Take each month from the latest vintage that has it."""
    order = imports["vintage"].map({PUBLISHED: 0, REVISED: 1})
    newest = order.groupby(imports["month"]).transform("max")
    return imports[order.eq(newest)].reset_index(drop=True)


def by_chapter(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Lay one column out, a row per month and a column per chapter."""
    # each cell stands in one row, and a sum over it would take four times as long
    laid = table.pivot(index="month", columns="hs_chapter", values=column)  # noqa: PD010
    return laid.astype("float64")


def measure_base_rates(imports: pd.DataFrame, year: str) -> pd.Series:
    """Rate that each chapter paid in a year, as published, 0 to 1; zero where nothing came in."""
    rows = imports[imports["month"].str[:4].eq(year) & imports["vintage"].eq(PUBLISHED)]
    sums = rows.groupby("hs_chapter")[["calculated_duty_usd", "customs_value_usd"]].sum()
    rate = sums["calculated_duty_usd"] / sums["customs_value_usd"]
    return rate.where(sums["customs_value_usd"].gt(0), 0.0)


def measure_recorded(imports: pd.DataFrame, base_rates: pd.Series) -> pd.DataFrame:
    """Value, duty and rate: one row per vintage and month.

    Columns: vintage, month, known_date, customs_value_usd_bn, duty_usd_bn, rate_pct,
    additional_usd_bn (beyond the base year's rates by chapter), world_duty_usd_bn (all origins).
    """
    usual = imports["customs_value_usd"] * imports["hs_chapter"].map(base_rates)
    rows = pd.DataFrame(
        {
            "customs_value_usd_bn": imports["customs_value_usd"],
            "duty_usd_bn": imports["calculated_duty_usd"],
            "additional_usd_bn": imports["calculated_duty_usd"] - usual,
            "world_duty_usd_bn": imports["world_calculated_duty_usd"],
        }
    )
    keys = [imports["vintage"], imports["month"]]
    sums = rows.astype("float64").groupby(keys).sum(min_count=1)
    table = sums / 1e9
    table["rate_pct"] = 100 * sums["duty_usd_bn"] / sums["customs_value_usd_bn"]
    table.insert(0, "known_date", imports["known_date"].groupby(keys).max())
    return table.reset_index()


def measure_rates_in_force(steps: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Additional rate in percent, by day within a month: a row per month, a column per tranche."""
    days = days_of(months)
    rates = rates_by_list(steps, days)
    return rates.groupby(days.strftime("%Y-%m")).mean().loc[[*months]]


def measure_path_by_month(held: pd.Series, months: Sequence[str]) -> pd.Series:
    """Mean of an average rate over the days of each month; `held` is the rate by its first day."""
    days = days_of(months)
    daily = held.dropna().reindex(days, method="ffill")
    monthly = daily.groupby(days.strftime("%Y-%m"))
    return monthly.agg(lambda rates: rates.mean(skipna=False))


def chapter_shares(
    shares: pd.DataFrame, trade_year: int, line_split: str, tranches: Sequence[str]
) -> pd.DataFrame:
    """Part of each chapter's trade that is on each list: a row per chapter, a column per list."""
    chosen = shares["trade_year"].eq(trade_year) & shares["line_split"].eq(line_split)
    return shares[chosen].set_index("hs_chapter")[[*tranches]].astype("float64")


def measure_on_list(
    imports: pd.DataFrame,
    shares: pd.DataFrame,
    tranche: str,
    line_split: str,
    months: Sequence[str],
) -> pd.Series:
    """Imports of a list's goods by month, usd bn, by shares of the month's or the nearest year."""
    values = by_chapter(latest(imports), "customs_value_usd")
    on_list = {
        month: chapter_shares(shares, year_at_hand(shares, month), line_split, [tranche])[tranche]
        for month in months
    }
    return (values.T[[*months]] * pd.DataFrame(on_list)).sum() / 1e9


def measure_law(
    values: pd.DataFrame,
    base_rates: pd.Series,
    rates: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    fixed_year: str,
) -> pd.DataFrame:
    """Rate in law on recorded goods, of which `values` is customs value by month and chapter.

    Columns: month, law_fixed_pct and law_current_pct, weighed by `fixed_year` and the month. A
    chapter of which no share is known is on no list.
    """
    months = list(rates.index)
    # sums, as a matrix product has other last digits on another processor
    lists = rates.to_numpy()[:, None] * shares[rates.columns].to_numpy()
    extra = pd.DataFrame(lists.sum(axis=2), index=rates.index, columns=shares.index)
    extra = extra.reindex(columns=values.columns, fill_value=0.0)
    law = extra + 100 * base_rates.reindex(values.columns, fill_value=0.0)
    fixed = values[values.index.str[:4] == fixed_year].sum()
    now = values.loc[months]
    return pd.DataFrame(
        {
            "month": months,
            "law_fixed_pct": ((law * fixed).sum(axis=1) / fixed.sum()).to_numpy(),
            "law_current_pct": ((law * now).sum(axis=1) / now.sum(axis=1)).to_numpy(),
        }
    )


def measure_gap(path_pct: float, found: Mapping[str, float]) -> pd.DataFrame:
    """Way from the average in law to the rate recorded: one row per part.

    Parts are law (`path_pct`) and those of `measure_on_goods`. Columns: part, rate_pct (after it),
    change_pp.
    """
    gap = pd.DataFrame({"part": ["law", *found], "rate_pct": [path_pct, *found.values()]})
    return gap.assign(change_pp=gap["rate_pct"].diff())


def measure_on_goods(
    imports: pd.DataFrame,
    base_rates: pd.Series,
    rates: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    line_split: str,
    fixed_year: str,
) -> dict[str, float]:
    """Rates in percent on recorded goods over the months of `rates`, by the part that leads there.

    Parts are weighing (on recorded values of one basis), between_chapters (with the months' own
    chapters), within_chapters (and goods inside them), at_entry (recorded), revision (left after).
    """
    months, tranches = list(rates.index), list(rates.columns)
    values = by_chapter(latest(imports), "customs_value_usd")

    def law(within: list[str], year: int) -> pd.DataFrame:
        listed = chapter_shares(shares, year, line_split, tranches)
        return measure_law(values, base_rates, rates.loc[within], listed, fixed_year=fixed_year)

    fixed = law(months, int(fixed_year))
    own = pd.concat(law([month], year_at_hand(shares, month)) for month in months)
    weights = values.loc[months].sum(axis=1).to_numpy()
    found = {
        "weighing": float(np.average(fixed["law_fixed_pct"])),
        "between_chapters": float(np.average(fixed["law_current_pct"], weights=weights)),
        "within_chapters": float(np.average(own["law_current_pct"], weights=weights)),
    }
    for part, vintage in (("at_entry", PUBLISHED), ("revision", REVISED)):
        rows = imports[imports["vintage"].eq(vintage) & imports["month"].isin(months)]
        if set(rows["month"]) == set(months):
            found[part] = 100 * rows["calculated_duty_usd"].sum() / rows["customs_value_usd"].sum()
    return found


def year_at_hand(shares: pd.DataFrame, month: str) -> int:
    """Return the year of a month or year in text, or the nearest with known shares."""
    years, wanted = shares["trade_year"].unique(), int(month[:4])
    return int(min(years, key=lambda year: (abs(int(year) - wanted), -int(year))))
