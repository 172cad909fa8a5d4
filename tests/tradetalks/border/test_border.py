"""Duty recorded, dated, split and added up, on frames small enough to be checked by hand."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pandas as pd
import pytest

from tradetalks.border import dating, money, named, recorded, response
from tradetalks.border.recorded import known_by
from tradetalks.checks import DataError
from tradetalks.days import months_between

MONTHS = months_between("2017-01", "2018-12")
GAP_PARTS = ("law", "weighing", "between_chapters", "within_chapters", "at_entry", "revision")
# one list, on which chapter 01 lies whole; 10 percent from 11 June 2018, on the way until 1 July
STEPS = pd.DataFrame(
    {
        "step_id": ["S1"],
        "tranche": ["L"],
        "effective_date": [pd.Timestamp("2018-06-11")],
        "rate_after_pct": [10.0],
        "value_claimed_usd_bn": [73.0],
    }
)
SHARES = pd.DataFrame(
    {
        "trade_year": [2017, 2017, 2018, 2018],
        "line_split": ["equal"] * 4,
        "hs_chapter": ["01", "02"] * 2,
        "L": [1.0, 0.0, 1.0, 0.0],
        "M": [0.0, 1.0, 0.0, 1.0],
    }
)


def imports(paid: dict[str, float], vintage: str = "published") -> pd.DataFrame:
    """Two chapters, 100 and 300 million a month; 5 and 0 percent, and what 01 pays more."""
    rows = [
        (
            *(vintage, month, chapter, value, value * base + value * more),
            *(4 * value, value * base + value * more),
            pd.Timestamp(f"{month}-01") + pd.Timedelta(days=70),
        )
        for month in MONTHS
        for chapter, value, base, more in (
            ("01", 100_000_000, 0.05, paid.get(month, 0.0)),
            ("02", 300_000_000, 0.0, 0.0),
        )
    ]
    columns = ["vintage", "month", "hs_chapter", "customs_value_usd", "calculated_duty_usd"]
    columns += ["world_customs_value_usd", "world_calculated_duty_usd", "known_date"]
    return pd.DataFrame(rows, columns=columns)


# of ten points, two are recorded in June, eight in July, and all from August on
PAID = {"2018-06": 0.02, "2018-07": 0.08} | dict.fromkeys(MONTHS[19:], 0.1)


def made(**others: object) -> dating.Choices:
    row = {
        "action_id": "S1",
        "before_start": "2018-01",
        "before_end": "2018-05",
        "after_start": "2018-08",
        "after_end": "2018-09",
        "hs_chapters": None,
        "min_share": 0.9,
        "min_imports_usd_bn": 0.1,
        "trade_year": 2017,
        "line_split": "equal",
    }
    return dating.default_choices(row | others, "L", "published")


# ---- what was known


def test_a_month_counts_from_the_day_of_its_release():
    releases = pd.DataFrame(
        {
            "vintage": ["published", "published", "revised"],
            "month": ["2018-01", "2018-02", "2018-01"],
            "known_date": pd.to_datetime(["2018-03-07", "2018-04-05", "2021-08-05"]),
        }
    )
    table = releases[["vintage", "month"]].assign(customs_value_usd=[1, 2, 3])
    known = known_by(pd.Timestamp("2018-03-07"), table, releases)
    assert known["customs_value_usd"].tolist() == [1]
    known = known_by(pd.Timestamp("2021-08-05"), table, releases)
    assert known["customs_value_usd"].tolist() == [1, 2, 3]
    exports = pd.DataFrame({"month": ["2018-01", "2018-02"], "value_usd": [5, 6]})
    known = known_by(pd.Timestamp("2018-04-04"), exports, releases)
    assert known["value_usd"].tolist() == [5]


def test_the_latest_vintage_of_each_month_counts():
    both = pd.concat([imports({}), imports(PAID, "revised").query("month >= '2018-07'")])
    newest = recorded.latest(both)
    assert newest.groupby("month")["vintage"].first().to_dict() == {
        month: "revised" if month >= "2018-07" else "published" for month in MONTHS
    }


# ---- rates


def test_duty_over_value_and_what_is_beyond_the_base_year():
    table = imports(PAID)
    base = recorded.measure_base_rates(table, "2017")
    assert base.to_dict() == {"01": 0.05, "02": 0.0}
    months = recorded.measure_recorded(table, base).set_index("month")
    assert months.loc["2018-05", "rate_pct"] == pytest.approx(1.25)
    assert months.loc["2018-12", "rate_pct"] == pytest.approx(3.75)
    assert months.loc["2018-05", "additional_usd_bn"] == pytest.approx(0.0)
    assert months.loc["2018-12", "additional_usd_bn"] == pytest.approx(0.01)


def test_what_was_revised_leaves_the_rate_to_start_from_where_it_was():
    revised = imports({"2017-05": 0.5}, "revised")
    base = recorded.measure_base_rates(pd.concat([imports(PAID), revised]), "2017")
    assert base.to_dict() == {"01": 0.05, "02": 0.0}


def test_a_chapter_without_imports_has_no_rate_to_start_from():
    table = imports({}).assign(customs_value_usd=0, calculated_duty_usd=0)
    assert recorded.measure_base_rates(table, "2017").to_dict() == {"01": 0.0, "02": 0.0}


def test_a_rate_counts_for_its_days_in_the_month_of_the_step():
    rates = recorded.measure_rates_in_force(STEPS, ["2018-05", "2018-06", "2018-07"])
    assert rates["L"].tolist() == pytest.approx([0, 10 * 20 / 30, 10])


def test_the_law_on_recorded_goods_and_the_gap_part_by_part():
    table = pd.concat([imports(PAID), imports({**PAID, "2018-09": 0.06}, "revised")])
    base = recorded.measure_base_rates(table[table["vintage"].eq("published")], "2017")
    rates = recorded.measure_rates_in_force(STEPS, ["2018-08", "2018-09"])
    given = table, base, rates, SHARES
    on_goods = recorded.measure_on_goods(*given, line_split="equal", fixed_year="2017")
    gap = recorded.measure_gap(5.0, on_goods)
    found = gap.set_index("part")["rate_pct"]
    assert list(found.index) == list(GAP_PARTS)
    # (5 + 10) percent of a quarter of the trade, whatever the weights, as shares did not move
    assert found[1:5].tolist() == pytest.approx([3.75] * 4)
    assert found["revision"] == pytest.approx(3.75 - 0.5)
    assert gap["change_pp"].sum() == pytest.approx(found["revision"] - 5.0)


def test_without_a_revision_the_gap_ends_at_entry():
    table = imports(PAID)
    base = recorded.measure_base_rates(table, "2017")
    rates = recorded.measure_rates_in_force(STEPS, ["2018-08"])
    given = table, base, rates, SHARES
    on_goods = recorded.measure_on_goods(*given, line_split="equal", fixed_year="2017")
    gap = recorded.measure_gap(5.0, on_goods)
    assert list(gap["part"]) == list(GAP_PARTS[:-1])


def test_a_day_on_which_nothing_was_measured_has_the_rate_before_it():
    held = pd.Series([3.0, float("nan")], index=pd.to_datetime(["2018-01-01", "2018-06-11"]))
    assert recorded.measure_path_by_month(held, ["2018-05", "2018-06"]).tolist() == [3.0, 3.0]


def test_a_month_is_averaged_only_where_every_day_has_a_rate():
    held = pd.Series([10.0], index=pd.DatetimeIndex(["2018-06-10"]))
    monthly = recorded.measure_path_by_month(held, ["2018-05", "2018-06", "2018-07"])
    assert monthly.isna().tolist() == [True, True, False]


# ---- dating


def test_the_share_of_a_step_by_month_and_the_day_that_gives_the_same_duty():
    trade = dating.BorderTrade(imports(PAID), SHARES)
    assert trade.chapters(made()) == ["01"]
    felt = dating.measure_felt(trade, made(), "2018-06")
    assert felt.months["month"].tolist() == ["2018-05", "2018-06", "2018-07", "2018-08", "2018-09"]
    assert felt.months["share"].tolist() == pytest.approx([0, 0.2, 0.8, 1, 1])
    assert felt.step_pp == pytest.approx(10)
    # 0.8 of 30 days and 0.2 of 31 at the old rate
    assert felt.days[0] == pytest.approx(24 + 6.2)
    assert dating.day_after("2018-06", felt.days[0]) == pd.Timestamp("2018-07-01")
    assert felt.days == pytest.approx((felt.days[0],) * 3), "one chapter leaves nothing to draw"


def test_chapters_may_be_named_and_small_ones_do_not_count():
    trade = dating.BorderTrade(imports(PAID), SHARES)
    assert trade.chapters(made(hs_chapters="02;01")) == ["02", "01"]
    assert trade.chapters(made(min_imports_usd_bn=1.3)) == []


def test_a_step_is_measured_only_when_all_its_months_are_known():
    trade = dating.BorderTrade(imports(PAID).query("month < '2018-09'"), SHARES)
    assert not trade.has(made())
    assert trade.has(made(after_end="2018-08"))


@pytest.mark.parametrize(
    ("day", "month", "share"),
    [
        ("2018-06-11", "2018-06", 20 / 30),
        ("2018-06-11", "2018-07", 1),
        ("2018-06-11", "2018-05", 0),
    ],
)
def test_the_calendar_gives_a_day_its_share_of_a_month(day, month, share):
    assert dating.calendar_share(pd.Timestamp(day), month) == pytest.approx(share)


def test_rules_are_held_against_the_calendar_and_against_a_slow_record():
    shares = pd.Series([0.0, 0.8], index=["2018-06", "2018-07"])
    days = {"early": pd.Timestamp("2018-06-16"), "late": pd.Timestamp("2018-07-01")}
    fit = dating.measure_rule_fit(shares, days, (0.8, 1.0)).set_index("effective_date_rule")
    assert fit.loc["early", "rmse"] == pytest.approx(((0.5**2 + 0.2**2) / 2) ** 0.5)
    assert fit.loc["late", "rmse"] == pytest.approx((0.2**2 / 2) ** 0.5)
    assert fit.loc["early", "rmse_slow"] == pytest.approx(((0.4**2 + 0.2**2) / 2) ** 0.5)
    assert fit.loc["late", "rmse_slow"] == pytest.approx(0)


def test_every_combination_of_choices_is_tried_once():
    tried = pd.DataFrame(
        {
            "choice": ["before_start", "min_share", "min_share"],
            "value": ["2018-03", "0.5", "0.9"],
        }
    )
    trade = dating.BorderTrade(imports(PAID), SHARES)
    days = {"early": pd.Timestamp("2018-06-11"), "late": pd.Timestamp("2018-07-01")}
    found = dating.measure_variants(trade, made(), tried, days, (0.8, 1.0), "2018-06")
    assert len(found) == 2 * 2
    assert found["share_2018_06"].tolist() == pytest.approx([0.2] * 4)
    assert set(found["best_rule"]) == set(found["best_rule_slow"]) == {"late"}


# ---- trade


def test_a_run_ahead_stands_out_against_quiet_years():
    months = months_between("2015-01", "2018-12")
    rows = [
        (month, chapter, (1.5 if month == "2018-12" and chapter == "01" else 1.0) * 100, 400)
        for month in months
        for chapter in ("01", "02")
    ]
    table = pd.DataFrame(
        rows, columns=["month", "hs_chapter", "customs_value_usd", "world_customs_value_usd"]
    )
    found = response.measure_run_ahead(
        *(table, ["01"]),
        quiet=("2015-01", "2017-12"),
        level=("2018-01", "2018-06"),
        shown=("2018-11", "2019-01"),
    )
    assert found["month"].tolist() == ["2018-11", "2018-12"], (
        "a month that is not known is not shown"
    )
    # 150 of 250 elsewhere, instead of 100 of 300
    assert found["against_world_pct"].tolist() == pytest.approx([0, 100 * (150 / 250 * 3 - 1)])
    assert found["against_world_spread_pct"].tolist() == pytest.approx([0, 0])


def test_the_spread_is_that_of_each_quiet_year_against_the_others():
    # half of all that was imported, and once, in a quiet year, three fifths
    months = months_between("2016-01", "2018-06")
    rows = [
        (month, "01", 60 + 40 * (month == "2017-12"), 120 + 40 * (month == "2017-12"))
        for month in months
    ]
    names = ["month", "hs_chapter", "customs_value_usd", "world_customs_value_usd"]
    found = response.measure_run_ahead(
        pd.DataFrame(rows, columns=names),
        ["01"],
        quiet=("2016-01", "2017-12"),
        level=("2018-01", "2018-06"),
        shown=("2018-01", "2018-01"),
    )
    # December of the one year is up by two thirds on that of the other, which is down by two fifths
    spread = 100 * statistics.stdev([2 / 3, -2 / 5, *[0] * 22])
    assert found["against_world_spread_pct"].tolist() == pytest.approx([spread])


GOODS = pd.DataFrame(
    {
        "goods": ["listed", "rest", "farm"],
        "title": ["Listed", "Rest", "Farm"],
        "series": ["A", "B", None],
        "less_series": [None, "C", None],
        "first_chapter": [None, None, "01"],
        "last_chapter": [None, None, "02"],
        "order": [1, 2, 3],
    }
)


def exports() -> pd.DataFrame:
    series = pd.DataFrame(
        [
            (month, name, value / 2 if month >= "2018-07" and name == "A" else value)
            for month in MONTHS
            for name, value in (("A", 2e9), ("B", 5e9), ("C", 1e9))
        ],
        columns=["month", "series", "value_usd"],
    )
    chapters = imports({}).rename(columns={"customs_value_usd": "value_usd"})
    return response.goods_series(GOODS, series, chapters)


def test_goods_are_a_series_less_another_or_a_span_of_chapters():
    monthly = exports()
    assert monthly.loc["2018-12"].to_dict() == {"listed": 1e9, "rest": 4e9, "farm": 4e8}


def test_exports_are_held_against_the_same_months_of_the_base_year():
    windows = pd.DataFrame(
        {
            "start": ["2018-06", "2018-12"],
            "end": ["2018-07", "2019-01"],
            "title": ["summer", "not all known"],
        }
    )
    found = response.measure_exports(exports(), GOODS, windows, base_year="2017")
    assert found["window"].unique().tolist() == ["summer"]
    assert found.set_index("goods")["index"].to_dict() == pytest.approx(
        {"listed": 75, "rest": 100, "farm": 100}
    )
    assert found.set_index("goods")["base_usd_bn"]["listed"] == pytest.approx(24)


# ---- money


def test_money_recorded_claimed_and_assessed():
    table = imports(PAID)
    base = recorded.measure_base_rates(table, "2017")
    months = money.measure_money(recorded.measure_recorded(table, base), STEPS)
    assert months["month"].tolist() == MONTHS[17:]
    assert months["published_cumulated_usd_bn"].iloc[1] == pytest.approx(0.010)
    assert months["revised_usd_bn"].isna().all(), "what is not known is missing, not zero"
    # ten percent of 73 billion a year is 0.02 a day
    assert months["claimed_usd_bn"].iloc[:2].tolist() == pytest.approx([0.4, 0.62])
    customs = pd.DataFrame(
        {
            "assessed_to": pd.to_datetime(["2018-07-31", "2018-08-10", "2019-01-05"]),
            "assessed_usd_bn": [0.0125, 0.02, 1.0],
            "source_id": "office",
        }
    )
    found = money.measure_against_customs(months, customs)
    assert found["published_ratio"].tolist() == pytest.approx(
        [0.8, (0.010 + 0.010 * 10 / 31) / 0.02]
    )
    most, months = money.most_in_twelve_months(pd.Series(range(24)))
    assert (most, months) == (sum(range(12, 24)), [*range(12, 24)])


def test_what_still_paid_the_old_rate_is_the_part_of_the_calendar_that_was_not_recorded():
    felt = dating.measure_felt(dating.BorderTrade(imports(PAID), SHARES), made(), "2018-06")
    on_list = recorded.measure_on_list(imports(PAID), SHARES, "L", "equal", ["2018-06", "2018-07"])
    assert on_list.tolist() == pytest.approx([0.1, 0.1])
    found = dating.measure_window(felt, STEPS["effective_date"][0], on_list, list(on_list.index))
    # in law 20 of 30 days and all of July, recorded a fifth and four fifths, of ten points
    assert found["goods_usd_bn"].tolist() == pytest.approx([0.1 * (2 / 3 - 0.2), 0.1 * 0.2])
    assert found["duty_usd_bn"].tolist() == pytest.approx([0.01 * (2 / 3 - 0.2), 0.01 * 0.2])


# ---- figures that serve as evidence


WINDOWS = pd.DataFrame(
    {"use": ["quiet", "level"], "start": ["2017-01", "2018-01"], "end": ["2017-12", "2018-05"]}
)


def border() -> named.Border:
    table = imports(PAID)
    series = pd.DataFrame(
        [(month, name, 1e9) for month in MONTHS for name in "ABC"],
        columns=["month", "series", "value_usd"],
    )
    chapters = table.rename(columns={"customs_value_usd": "value_usd"})
    step = {"min_share": 0.9, "min_imports_usd_bn": 0.1, "trade_year": 2017, "hs_chapters": None}
    step |= {"action_id": "S1", "before_start": "2018-01", "before_end": "2018-05"}
    step |= {"after_start": "2018-08", "after_end": "2018-09", "line_split": "equal"}
    dated = pd.DataFrame([step])
    return named.Border(table, chapters, series, STEPS, GOODS, SHARES, dated, WINDOWS, "2017")


def figure(measure: str, start: str, end: str, **more: str) -> pd.DataFrame:
    row = {"measured_id": "M01", "title": "A figure", "measure": measure, "goods": None}
    row |= {"action_id": None, "start": start, "end": end, "source_id": "office"}
    return pd.DataFrame([row | {"confidence": "high"} | more])


SHARE_OF_JUNE = figure("step_share", "2018-06", "2018-06", action_id="S1")


@pytest.mark.parametrize(
    ("asked", "value", "unit", "held_against", "last"),
    [
        (figure("exports", "2018-01", "2018-03", goods="farm"), 1.2, "usd_bn", None, "2018-03"),
        (figure("exports", "2018-01", "2018-03", goods="listed"), 3.0, "usd_bn", None, "2018-03"),
        (figure("duty", "2018-05", "2018-06"), 0.012, "usd_bn", None, "2018-06"),
        (figure("duty_of_all_origins", "2018-06", "2018-06"), 0.007, "usd_bn", None, "2018-06"),
        # ten percent of 73 billion a year is 0.02 a day
        (figure("additional_duty", "2018-06", "2018-07"), 0.01, "usd_bn", 1.02, "2018-07"),
        # not known before the months after the step are
        (SHARE_OF_JUNE, 0.2, "share", 2 / 3, "2018-09"),
    ],
)
def test_a_figure_is_known_from_the_day_of_its_last_month(asked, value, unit, held_against, last):
    (found,) = named.measure_named(asked, border()).to_dict("records")
    assert found["value"] == pytest.approx(value)
    assert found["unit"] == unit
    against = found["held_against"]
    assert pd.isna(against) if held_against is None else against == pytest.approx(held_against)
    assert found["known_date"] == pd.Timestamp(f"{last}-01") + pd.Timedelta(days=70)


@pytest.mark.parametrize(
    "asked",
    [
        figure("exports", "2018-12", "2019-01", goods="farm"),
        figure("duty", "2018-12", "2019-01"),
        figure("additional_duty", "2018-12", "2019-01"),
        figure("step_share", "2018-06", "2018-07", action_id="S1"),
        figure("step_share", "2018-06", "2018-06", action_id="S2"),
        figure("run_ahead", "2019-01", "2019-01", action_id="S1"),
        figure("quantity", "2018-06", "2018-06", action_id="S1"),
    ],
)
def test_a_figure_of_which_a_month_or_a_step_lacks_is_refused(asked):
    with pytest.raises(DataError, match=r"border_measured: M01 cannot be measured[^!]*What to do"):
        named.measure_named(asked, border())


def test_without_a_base_year_additional_duty_is_refused_and_not_zero():
    without = replace(border(), base_year="")
    with pytest.raises(DataError, match="M01 cannot be measured"):
        named.measure_named(figure("additional_duty", "2018-06", "2018-07"), without)
