"""What trade did, which is no effect of a duty alone: imports that ran ahead, exports by lists."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradetalks.border.recorded import by_chapter
from tradetalks.days import months_between
from tradetalks.noted import DIGITS


def measure_run_ahead(
    imports: pd.DataFrame,
    chapters: Sequence[str],
    *,
    quiet: tuple[str, str],
    level: tuple[str, str],
    shown: tuple[str, str],
) -> pd.DataFrame:
    """Imports of some chapters beside the same of other origins.

    One row per month shown, in logs, less the mean of the calendar month in the quiet years, the
    months of `level` set to zero: month, against_world_pct, and the spread in quiet years, each
    held against the others, as against_world_spread_pct.
    """
    ours = by_chapter(imports, "customs_value_usd")[[*chapters]]
    others = by_chapter(imports, "world_customs_value_usd")[[*chapters]] - ours
    ratio = pd.Series(np.log(ours.sum(axis=1) / others.sum(axis=1)), index=ours.index)
    usual = _by_calendar_month(ratio, quiet).mean(axis=1)
    change = ratio - usual.reindex(ratio.index.str[5:]).to_numpy()
    change = change - change[months_between(*level)].mean()
    months = [month for month in months_between(*shown) if month in ours.index]
    return pd.DataFrame(
        {
            "month": months,
            "against_world_pct": 100 * np.expm1(change[months].to_numpy()),
            "against_world_spread_pct": _spread(ratio, quiet, level),
        }
    ).round(DIGITS)


def _by_calendar_month(series: pd.Series, span: tuple[str, str]) -> pd.DataFrame:
    """Lay months out: a row per calendar month, a column per year."""
    part = series[months_between(*span)]
    # one value in each cell
    return part.groupby([part.index.str[5:], part.index.str[:4]]).first().unstack()  # noqa: PD010


def _spread(ratio: pd.Series, quiet: tuple[str, str], level: tuple[str, str]) -> float:
    """Standard deviation of the number in the quiet years, each against the others, in percent."""
    years = _by_calendar_month(ratio, quiet)
    apart = pd.DataFrame(
        {year: years[year] - years.drop(columns=year).mean(axis=1) for year in years}
    )
    start, end = level[0][5:], level[1][5:]
    changes = apart - apart.loc[start:end].mean()
    return float(100 * np.expm1(changes.to_numpy()).std(ddof=1))


def goods_series(
    goods: pd.DataFrame, goods_exports: pd.DataFrame, exports: pd.DataFrame
) -> pd.DataFrame:
    """Exports of each of the goods by month, in dollars: a row per month, a column per goods.

    Goods are a series of `goods_exports`, less another where one is named, or a span of chapters.
    """
    series = goods_exports.pivot_table(
        index="month", columns="series", values="value_usd", aggfunc="sum"
    )
    found = {}
    for row in goods.sort_values("order").to_dict("records"):
        if pd.notna(row["first_chapter"]):
            inside = exports["hs_chapter"].between(row["first_chapter"], row["last_chapter"])
            found[row["goods"]] = exports[inside].groupby("month")["value_usd"].sum()
        else:
            less = series[row["less_series"]] if pd.notna(row["less_series"]) else 0
            found[row["goods"]] = series[row["series"]] - less
    return pd.DataFrame(found).astype("float64")


def measure_exports(
    monthly: pd.DataFrame, goods: pd.DataFrame, windows: pd.DataFrame, *, base_year: str
) -> pd.DataFrame:
    """Exports by goods and window whose months are known, same months of the base year = 100.

    Columns: goods, title, start, end, window, base_usd_bn (whole base year), index.
    """
    titles, at = goods.set_index("goods")["title"], {m: n for n, m in enumerate(monthly.index)}
    spans, rows = [], []
    for window in windows[["start", "end", "title"]].itertuples(index=False):
        months = months_between(window[0], window[1])
        if {*months} <= at.keys():
            before = [at[f"{base_year}{month[4:]}"] for month in months]
            spans.append((window, [at[month] for month in months], before))
    for name, exports in monthly.items():
        values = exports.to_numpy()
        whole = np.nansum(values[monthly.index.str[:4] == base_year]) / 1e9
        for window, now, before in spans:
            then = np.nansum(values[before])
            index = 100 * np.nansum(values[now]) / then if then else np.nan
            rows.append((name, titles[str(name)], *window, whole, index))
    columns = ["goods", "title", "start", "end", "window", "base_usd_bn", "index"]
    return pd.DataFrame(rows, columns=columns)


def measure_markets(markets: pd.DataFrame, day: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Each series at its last close before a day, and at the last by another: one row each.

    Columns: series, title, before, before_date, after, after_date, change_pct.
    """
    readings = markets.assign(value=markets["value"] / markets["divisor"].fillna(1.0))
    readings = readings.sort_values("date").set_index("series")
    ends = {
        "before": readings[readings["date"].lt(day)],
        "after": readings[readings["date"].le(last)],
    }
    found = [
        rows.groupby(level=0, sort=False)[["title", "value", "date"]].last().add_prefix(f"{name}_")
        for name, rows in ends.items()
    ]
    table = found[0].join(found[1])
    table["change_pct"] = 100 * (table["after_value"] / table["before_value"] - 1)
    return table.reset_index()
