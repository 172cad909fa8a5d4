"""The regressions again, from the shipped tables by pandas, and one by least squares by hand."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

import projects
from tradetalks.border import regressions
from tradetalks.border.response import measure_markets
from tradetalks.records import Records
from tradetalks.tables import read_raw
from whowalkedaway import ROOT

RAW = ROOT / "data" / "raw"
MONTHS = [str(month) for month in pd.period_range("2017-01", "2019-08", freq="M")]
DAYS = pd.date_range("2017-01-01", "2019-08-31")


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(RAW / f"{name}.csv", dtype={"hs_chapter": "str"})


def by_month(daily: pd.DataFrame) -> pd.DataFrame:
    return daily.groupby(DAYS.strftime("%Y-%m")).mean()


def american_duties() -> pd.DataFrame:
    """Share of each chapter on a list times its rate, on what was charged in 2017."""
    rates = pd.DataFrame(0.0, DAYS, ["US-301-L1", "US-301-L2", "US-301-L3"])
    rates.loc["2018-07-06":, "US-301-L1"] = 0.25
    rates.loc["2018-08-23":, "US-301-L2"] = 0.25
    rates.loc["2018-09-24":, "US-301-L3"] = 0.10
    rates.loc["2019-05-10":, "US-301-L3"] = 0.25
    shares = read("border_list_shares").query("trade_year == 2017 and line_split == 'imports_2024'")
    parts = shares.set_index("hs_chapter")[[*rates]]
    imports = read("border_imports").query("vintage == 'published'")
    imports = imports[imports["month"].str[:4].eq("2017")]
    year = imports.groupby("hs_chapter")[["calculated_duty_usd", "customs_value_usd"]].sum()
    base = year["calculated_duty_usd"] / year["customs_value_usd"]
    return (by_month(rates) @ parts.T).add(base.fillna(0), axis=1)


def chinese_duties() -> pd.DataFrame:
    """Points of each event, summed over all events so far, by the table of chapters."""
    imports = read("imports_by_chapter").set_index("hs_chapter")["imports_2017_usd_thousand"]
    events = read("chapter_events").set_index("event")["effective_date"]
    daily = pd.DataFrame(0.0, DAYS, imports.index)
    first = events.min()
    for row in read("changes_by_chapter").itertuples():
        since = DAYS[0] if events[row.event] == first else events[row.event]
        points = row.weighted_change_pp_usd_thousand / imports[row.hs_chapter] / 100
        daily.loc[since:, row.hs_chapter] += points
    return by_month(daily)


@pytest.fixture(scope="module")
def flows() -> dict[str, pd.DataFrame]:
    """Each flow with its duty, long: month, hs_chapter, value, duty, weight."""
    imports, exports = read("border_imports").query("vintage == 'revised'"), read("border_exports")
    found = {}
    for name, table, ours, world, duties in (
        ("imports", imports, "customs_value_usd", "world_customs_value_usd", american_duties()),
        ("exports", exports, "value_usd", "world_value_usd", chinese_duties()),
    ):
        duty = duties.rename_axis("month").reset_index().melt("month", var_name="hs_chapter")
        rows = table[["month", "hs_chapter", ours, world]].merge(
            duty.rename(columns={"value": "duty"}), on=["month", "hs_chapter"]
        )
        for flow, value in ((name, rows[ours]), (f"{name}_other", rows[world] - rows[ours])):
            laid = rows.assign(value=value).dropna().query("value > 0")
            year = laid[laid["month"] < "2018"].groupby("hs_chapter")["value"].sum()
            found[flow] = laid.assign(weight=laid["hs_chapter"].map(year)).dropna()
    return found


@pytest.fixture(scope="module")
def response():
    return Records(read_raw(RAW), projects.parameters()).border.response


def usual(response, flow: str) -> pd.Series:
    found = response.elasticities
    return found[found["flow"].eq(flow) & found["way"].eq(regressions.USUAL)].iloc[0]


@pytest.mark.parametrize(
    ("flow", "estimate", "low", "high", "count"),
    [
        ("imports", -1.331457, -2.009865, -0.653049, 3104),
        ("imports_other", -0.141881, -0.604416, 0.320654, 3104),
        ("exports", -3.457749, -5.970788, -0.944710, 3019),
        ("exports_other", 0.088269, -0.376866, 0.553404, 3072),
    ],
)
def test_elasticities_come_again_from_the_shipped_tables(
    response, flows, flow, estimate, low, high, count
):
    found = usual(response, flow)
    printed = [estimate, low, high]
    assert [*found[["estimate", "low", "high"]]] == pytest.approx(printed, abs=1e-6)
    assert found["observations"] == count == len(flows[flow])
    rows = flows[flow]
    fit = smf.wls(
        "np.log(value) ~ np.log1p(duty) + C(hs_chapter) + C(month)", rows, weights=rows["weight"]
    ).fit(
        cov_type="cluster",
        cov_kwds={"groups": rows["hs_chapter"].astype("category").cat.codes},
        use_t=True,
    )
    again = [fit.params["np.log1p(duty)"], *fit.conf_int().loc["np.log1p(duty)"]]
    assert again == pytest.approx(printed, abs=1e-6)


def test_one_of_them_by_least_squares_and_a_sandwich_by_hand(response, flows):
    rows = flows["imports"]
    effects = pd.get_dummies(rows[["hs_chapter", "month"]], drop_first=True, dtype="float64")
    x = np.column_stack([np.log1p(rows["duty"]), np.ones(len(rows)), effects])
    y, weight = np.log(rows["value"].to_numpy()), rows["weight"].to_numpy()
    root = np.sqrt(weight)
    beta, *_ = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)
    bread = np.linalg.inv(x.T @ (x * weight[:, None]))
    scores = x * (weight * (y - x @ beta))[:, None]
    meat = sum(
        np.outer(own, own)
        for own in (scores[rows["hs_chapter"] == one].sum(axis=0) for one in {*rows["hs_chapter"]})
    )
    groups, (count, columns) = rows["hs_chapter"].nunique(), x.shape
    small = groups / (groups - 1) * (count - 1) / (count - columns)
    error = np.sqrt(small * (bread @ meat @ bread)[0, 0])
    off = stats.t.ppf(0.975, groups - 1) * error
    found = usual(response, "imports")
    by_hand = [beta[0], beta[0] - off, beta[0] + off]
    assert by_hand == pytest.approx([*found[["estimate", "low", "high"]]], abs=1e-6)


@pytest.mark.parametrize(
    ("flow", "month", "group", "change"),
    [
        ("imports", "2018-12", "listed", 45.039906),
        ("imports", "2019-07", "listed", -29.470385),
        ("exports", "2018-11", "earlier", -90.648141),
        ("exports", "2019-06", "listed", -18.633713),
    ],
)
def test_a_month_by_itself_gives_the_same_as_all_together(
    response, flows, flow, month, group, change
):
    if flow == "imports":
        shares = read("border_list_shares").query("trade_year == 2017")
        shares = shares[shares["line_split"].eq("imports_2024")].set_index("hs_chapter")
        earlier, listed = shares["US-301-L1"] + shares["US-301-L2"], shares["US-301-L3"]
    else:
        hit = read("changes_by_chapter").pivot_table(
            "imports_affected_usd_thousand", "hs_chapter", "event", fill_value=0
        )
        imports = read("imports_by_chapter").set_index("hs_chapter")["imports_2017_usd_thousand"]
        hit = hit.div(imports, axis=0).fillna(0)
        earlier, listed = hit["CN-301-1"] + hit["CN-301-2"], hit["CN-301-3"]
    rows = flows[flow].set_index(["month", "hs_chapter"])
    now, then = (rows.loc[at] for at in (month, f"2017{month[4:]}"))
    both = now.join(then["value"].rename("value_then"), how="inner")
    both = both.assign(earlier=earlier, listed=listed).dropna()
    fit = smf.wls("np.log(value / value_then) ~ earlier + listed", both, weights=both["weight"])
    assert 100 * np.expm1(fit.fit().params[group]) == pytest.approx(change, abs=1e-5)
    found = response.months[flow].set_index(["group", "month"]).loc[(group, month)]
    assert found["estimate_pct"] == pytest.approx(change, abs=1e-5)
    assert found["low_pct"] < change < found["high_pct"]


@pytest.mark.filterwarnings("ignore:invalid value")  # what fits wholly has no error
def test_an_elasticity_that_was_put_in_comes_out():
    months = [str(month) for month in pd.period_range("2017-01", "2018-12", freq="M")]
    chapters = ["01", "02", "03", "04"]
    duties = pd.DataFrame(0.0, months, chapters)
    for chapter, since, rate in (("02", "2018-03", 0.1), ("03", "2018-07", 0.25)):
        duties.loc[since:, chapter] = rate
    level = pd.Series([1e6, 2e6, 3e6, 4e6], chapters)
    flow = (1 + duties) ** -2 * level
    flow.loc["2018-05", "04"] = 0.0  # a month without trade, which has no logarithm
    laid = regressions.lay_out(flow, duties, "2017")
    assert len(laid) == 24 * 4 - 1
    found = regressions.measure_elasticities({"flow": laid})
    assert found["estimate"].tolist() == pytest.approx([-2.0] * 3, abs=1e-6)
    triangle = regressions.measure_triangle(laid, found.iloc[0])
    lost = 12 * np.array([2e6, 3e6]) / 1e9 * (1 - np.array([1.1, 1.25]) ** -2.0)
    assert triangle["lost"] == pytest.approx(lost.sum(), abs=1e-6)
    assert triangle["triangle"] == pytest.approx(lost @ [0.05, 0.125], abs=1e-6)


def test_duty_that_fell_loses_no_trade():
    months = [str(month) for month in pd.period_range("2017-01", "2018-12", freq="M")]
    duties = pd.DataFrame({"01": [0.2] * 12 + [0.1] * 12, "02": [0.0] * 24}, months)
    laid = regressions.lay_out(duties * 0 + 1e9, duties, "2017")
    found = pd.Series({"estimate": -1.0, "low": -2.0, "high": 0.0})
    assert {*regressions.measure_triangle(laid, found).values()} == {0.0}


def test_markets_are_read_before_the_day_and_at_the_end():
    with Path(RAW / "markets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["series"] == "us_shares"]
    assert all(before["date"] < after["date"] for before, after in pairwise(rows))
    markets = read_raw(RAW)["markets"]
    day = pd.Timestamp("2019-05-05")
    found = measure_markets(markets, day, day + pd.Timedelta(days=14)).set_index("series")
    # closed for a holiday before the breakdown, and on the weekend after it
    assert [f"{at:%m-%d}" for at in found["before_date"]] == ["05-03", "05-03", "04-30"]
    assert {f"{at:%m-%d}" for at in found["after_date"]} == {"05-17"}
    assert found["change_pct"].round(2).tolist() == [2.67, -2.92, -6.37]
