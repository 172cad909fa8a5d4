"""What the shipped tables of the border come to, and that nothing else rests on them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import projects
from tradetalks.checks import DataError
from tradetalks.claims.record import gather_evidence
from tradetalks.parameters import read_parameter_file
from tradetalks.raw.read import RawTables
from tradetalks.records import Records
from tradetalks.rules.validate import validate
from tradetalks.tables import read_raw
from whowalkedaway import ROOT

RAW = ROOT / "data" / "raw"


def made(raw: RawTables, **given: str) -> Records:
    return Records(raw, projects.parameters(**given))


@pytest.fixture(scope="module")
def raw() -> RawTables:
    return read_raw(RAW)


@pytest.fixture(scope="module")
def told(raw) -> dict[str, object]:
    """Values of the default run, by id."""
    return {fact.value_id: fact.value for fact in made(raw).border.facts()}


def test_sums_are_those_that_were_published(raw):
    months = made(raw).border.recorded.months
    years = months.groupby(["vintage", months["month"].str[:4]]).sum(numeric_only=True)
    rounded = years.loc[("revised", slice("2017", "2020")), :].round(3)
    assert rounded["customs_value_usd_bn"].tolist() == [503.652, 543.287, 454.332, 434.962]
    assert rounded["duty_usd_bn"].tolist() == [13.501, 21.870, 41.376, 43.094]
    rounded = years.loc[("published", slice("2017", "2020")), :].round(3)
    assert rounded["duty_usd_bn"].tolist() == [13.501, 22.523, 44.287, 42.488]


def test_rates_of_the_months_around_the_step(told):
    months = ("2019_04", "2019_05", "2019_06", "2019_07")
    assert [f"{told[f'border_rate_{month}_revised']:.3f}" for month in months] == [
        "6.665", "7.192", "9.306", "9.685",
    ]  # fmt: skip
    assert [f"{told[f'border_rate_{month}']:.2f}" for month in months] == [
        "6.95", "7.55", "9.86", "10.32",
    ]  # fmt: skip


def test_both_vintages_are_alike_before_the_first_step(raw):
    imports = raw["border_imports"]
    first = imports[imports["month"].str[:4].eq("2017")].drop(columns="vintage")
    by_vintage = dict(iter(first.groupby(imports["vintage"])))
    published, revised = (
        by_vintage[name].reset_index(drop=True) for name in ("published", "revised")
    )
    pd.testing.assert_frame_equal(published, revised)


def test_the_split_of_the_gap(told):
    parts = ("weighing", "between_chapters", "within_chapters", "at_entry", "revision")
    assert f"{told['border_gap']:.2f}" == "3.17"
    assert [f"{told[f'border_gap_{part}']:.2f}" for part in parts] == [
        "0.00", "0.43", "0.99", "1.05", "0.70",
    ]  # fmt: skip
    rates = ("law", "weighing", "between_chapters", "within_chapters", "at_entry", "revision")
    assert [f"{told[f'border_gap_rate_{part}']:.2f}" for part in rates] == [
        "12.81", "12.81", "12.38", "11.39", "10.34", "9.64",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "share", "low", "high"),
    [
        ("may_rise_2019_04", -0.01, -0.02, 0.00),
        ("may_rise_2019_05", 0.13, 0.09, 0.16),
        ("may_rise_2019_06", 0.83, 0.77, 0.87),
        ("may_rise_2019_07", 1.00, 0.99, 1.01),
        ("t085_2019_09", 0.84, 0.81, 0.88),
        ("t085_2019_10", 0.97, 0.94, 1.00),
    ],
)
def test_shares_of_steps_recorded(told, month, share, low, high):
    found = [told[f"border_felt_{month}{end}"] for end in ("", "_low", "_high")]
    assert found == pytest.approx([share, low, high], abs=0.0051)


def test_shares_of_the_first_steps_are_measured_alike(raw):
    steps = made(raw).border.felt.steps
    first, third = (steps[step].months.set_index("month") for step in ("T026", "T043"))
    ends = ["share", "low", "high"]
    assert [*first.loc["2018-07", ends]] == pytest.approx([0.73, 0.71, 0.92], abs=0.0051)
    assert [*third.loc["2018-09", ends]] == pytest.approx([0.12, 0.07, 0.16], abs=0.0051)
    assert [*third.loc["2018-10", ends]] == pytest.approx([1.00, 0.98, 1.02], abs=0.0051)


def test_the_day_of_the_step_and_the_rules(raw, told):
    assert f"{told['border_step_may_rise']:.2f}" == "12.45"
    assert told["border_chapters_may_rise"] == 21
    felt = made(raw).border.felt
    assert f"{felt.calendar['T059']:.2f}" == "0.71"
    days = [told[f"border_day_may_rise{end}"] for end in ("", "_low", "_high")]
    assert [f"{day:%d %B}" for day in days] == ["02 June", "31 May", "04 June"]
    assert f"{told['border_variants_first']:%d %B}" == "31 May"
    assert f"{told['border_variants_last']:%d %B}" == "03 June"
    rules = ("in_transit", "entry_june_1", "entry_june_15", "legal")
    off = felt.fit.set_index("effective_date_rule").loc[[*rules]]
    assert [f"{distance:.3f}" for distance in off["rmse"]] == [
        "0.113", "0.152", "0.228", "0.428",
    ]  # fmt: skip
    assert [f"{distance:.2f}" for distance in off["rmse_slow"]] == [
        "0.17", "0.09", "0.28", "0.35",
    ]  # fmt: skip
    assert told["border_variants"] == 240
    assert [told[f"border_best_{rule}"] for rule in rules] == [228, 12, 0, 0]
    assert [told[f"border_best_slow_{rule}"] for rule in rules] == [0, 240, 0, 0]


def test_who_ran_ahead(raw, told):
    months = ("2018_08", "2018_09", "2018_12", "2019_01", "2019_04", "2019_05")
    assert [f"{told[f'border_ahead_{month}_world']:.1f}" for month in months] == [
        "4.2", "10.2", "28.5", "-26.1", "-29.5", "-26.7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("goods", "base", "indices"),
    [
        ("list_1", "17.98", [26, 10, 59, 74, 137]),
        ("list_3", "45.91", [104, 95, 97, 89, 99]),
        ("unlisted_but_crude", "20.56", [124, 97, 120, 118, 138]),
        ("farm", "18.76", [34, 14, 62, 76, 131]),
        ("soybeans", "12.22", [5, 2, 63, 67, 116]),
    ],
)
def test_exports_by_list(raw, told, goods, base, indices):
    spans = ("2018_07", "2018_10", "2019_01", "2019_06", "2020_01")
    assert [round(told[f"border_exports_{goods}_{span}"]) for span in spans] == indices
    exports = made(raw).border.trade.exports
    assert f"{exports.loc[exports['goods'].eq(goods), 'base_usd_bn'].iloc[0]:.2f}" == base


def test_exports_of_all_goods_and_of_farm_goods_by_year(raw, told):
    exports = raw["border_exports"]
    years = exports.groupby(exports["month"].str[:4])["value_usd"].sum() / 1e9
    assert [f"{value:.3f}" for value in years] == ["129.997", "120.281", "106.448", "124.485"]
    farm = [told[f"border_yearly_farm_{year}"] for year in years.index]
    assert [f"{value:.2f}" for value in farm] == ["18.76", "8.63", "13.41", "24.66"]


@pytest.mark.parametrize(
    ("name", "split", "average", "added"),
    [
        ("2017_customs", "imports_2024", "12.8", "10.1"),
        ("2017_equal", "equal", "13.2", "10.5"),
        ("2018_customs", "imports_2024", "13.1", "10.5"),
    ],
)
def test_weights_on_one_basis_are_the_shares_times_what_was_recorded(
    raw, name, split, average, added
):
    imports, shares, year = raw["border_imports"], raw["border_list_shares"], name[:4]
    of_year = imports[imports["vintage"].eq("revised") & imports["month"].str[:4].eq(year)]
    by_chapter = of_year.groupby("hs_chapter")["customs_value_usd"].sum() / 1e9
    lists = [name for name in shares if name.startswith("US-")]
    chosen = shares["trade_year"].eq(int(year)) & shares["line_split"].eq(split)
    values = shares[chosen].set_index("hs_chapter")[lists].mul(by_chapter, axis=0).sum()
    sets = raw["coverage_sets"].merge(raw["coverage"], on="coverage_id", how="left")
    ours = sets[sets["coverage_set"].eq(f"census_{name}")].set_index("part")
    assert values.to_dict() == pytest.approx(ours["estimate_usd_bn"][lists].to_dict(), abs=0.0006)
    assert by_chapter.sum() == pytest.approx(ours.loc["ALL", "estimate_usd_bn"], abs=0.0006)
    before = imports[imports["vintage"].eq("revised") & imports["month"].str[:4].eq("2017")]
    paid = before.groupby("hs_chapter")[["calculated_duty_usd", "customs_value_usd"]].sum()
    rates = (paid["calculated_duty_usd"] / paid["customs_value_usd"]).fillna(0)
    start = 100 * (rates * by_chapter).sum() / by_chapter.sum()
    benchmarks = raw["benchmarks"].set_index("benchmark_id")["value_pct"]
    assert start == pytest.approx(benchmarks[ours.loc["MFN", "benchmark_id"]], abs=0.0006)
    tariffs = made(raw, us_coverage=f"census_{name}").tariffs
    facts = {fact.value_id: fact.value for fact in tariffs.rates.facts}
    assert f"{facts['us_rate_last']:.1f}" == average
    assert f"{facts['us_additional_last']:.1f}" == added


def test_the_money(told):
    assert f"{told['border_additional_before']:.1f}" == "14.4"
    assert f"{told['border_most']:.1f}" == "46.9"
    assert f"{told['border_most_world']:.1f}" == "71.6"
    assert told["border_customs_totals"] == 5
    assert f"{told['border_customs_low']:.2f}" == "0.96"
    assert f"{told['border_customs_high']:.2f}" == "0.98"


def test_a_run_without_hindsight_knows_what_was_public_on_its_day(raw):
    early = made(raw, hindsight="false").border
    of_border = [fact for fact in early.facts() if fact.value_id.startswith("border_")]
    assert all(fact.unit == "flag" and not fact.value for fact in of_border)
    assert {fact.value_id for fact in early.facts() if fact.value} >= {"markets_are_known"}
    assert early.evidence.table["known_date"].le("2019-06-04").all()
    day = pd.Timestamp("2020-02-14")
    later = made(raw, as_of=f"{day:%Y-%m-%d}", hindsight="false").border
    facts = {fact.value_id: fact for fact in later.facts()}
    assert facts["border_is_known"].value
    assert not facts["border_is_hindsight"].value
    assert not facts["border_is_revised"].value
    assert facts["border_last_told_month"].value == "December 2019"
    assert all(fact.known <= day.date() for fact in facts.values() if fact.known)
    assert f"{facts['border_rate_2019_05'].value:.2f}" == "7.55"


def test_every_number_says_since_when_it_was_known_and_of_which_rows(raw):
    border = made(raw).border
    for fact in border.facts():
        assert fact.rows
        for table, rows in fact.rows.items():
            raw.locate(table, rows)
        if fact.unit not in ("flag", "text", "date") and "market" not in fact.value_id:
            assert fact.known is not None, fact.value_id
    known = {fact.value_id: str(fact.known) for fact in border.facts()}
    assert known["border_rate_2019_03"] == "2019-05-09"
    assert known["border_rate_2019_07"] == "2019-09-04"
    assert known["border_rate_2019_07_revised"] == "2021-08-05"


@pytest.mark.parametrize(
    ("name", "value", "held_against", "known"),
    [
        ("m01", "18.76", None, "2018-02-06"),  # farm exports of 2017
        ("m02", "8.63", None, "2019-03-06"),
        ("m03", "0.13", "0.71", "2019-10-04"),  # of the step, in May 2019
        ("m04", "28.73", "9.28", "2019-03-06"),  # ahead of 1 January 2019
        ("m05", "12.85", "19.04", "2019-05-09"),  # July 2018 to March 2019
        ("m06", "20.84", "31.51", "2020-02-05"),
        ("m07", "53.50", None, "2019-05-09"),  # of all origins
        ("m08", "69.91", None, "2020-02-05"),
    ],
)
def test_figures_that_serve_as_evidence_and_when_they_became_known(
    raw, name, value, held_against, known
):
    found = made(raw).border.evidence.table.set_index("measured_id").loc[name.upper()]
    assert (f"{found['value']:.2f}", f"{found['known_date']:%Y-%m-%d}") == (value, known)
    against = found["held_against"]
    assert (None if pd.isna(against) else f"{against:.2f}") == held_against


def test_the_window(told):
    assert f"{told['border_window_goods']:.1f}" == "8.5"
    assert f"{told['border_window_duty']:.1f}" == "1.1"


def test_claims_are_judged_by_what_was_published_by_the_day_of_the_run(raw):
    later = {"as_of": "2020-02-14", "hindsight": "false"}
    early, late = (made(raw, **given).verdicts.judged for given in ({}, later))
    answers = [run.answers.set_index("question_id")["answer"] for run in (early, late)]
    told = ["C05.4", "C07.2", "C17.5", "C34.4", "C35.3", "C36.1"]
    assert [[each[name] for name in told] for each in answers] == [
        ["unknown", "no", "yes", "no", "unknown", "no"],
        ["no", "no", "yes", "no", "no", "no"],
    ]
    for run in (early, late):
        verdicts = run.verdicts.set_index("claim_id")["verdict"]
        assert verdicts[["C05", "C07", "C17", "C34", "C35", "C36"]].tolist() == [
            *("partly supported", "contradicted", "supported"),
            *("partly supported", "partly supported", "contradicted"),
        ]
    # duty without prices says nothing of who bears it
    evidence = raw["evidence"].dropna(subset="measured_id")
    assert "C24.1" not in {*evidence["question_id"]}


def test_nothing_else_rests_on_what_the_border_showed(raw, tmp_path):
    folder = Path(shutil.copytree(RAW, tmp_path / "raw"))
    for path in folder.glob("border_*.csv"):
        header, *_ = path.read_text(encoding="utf-8").splitlines()
        path.write_text(f"{header}\n", encoding="utf-8")
    cited = raw["evidence"].dropna(subset="measured_id")
    for name in ("evidence", "evidence_recoding"):
        rows = pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
        rows[rows["measured_id"].eq("")].to_csv(folder / f"{name}.csv", index=False)
    whole, bare = made(raw), made(read_raw(folder))
    for fact in bare.border.facts():
        assert not fact.value or fact.value_id.startswith("market")
    for one in (whole, bare):
        assert not any(
            fact.value_id.startswith("border_")
            for record in one
            if record is not one.border
            for fact in record.facts()
        )
    moved = {
        name
        for ours, theirs in zip(whole, bare, strict=True)
        if ours is not whole.border
        for name, _, _ in {*facts_of(ours)} ^ {*facts_of(theirs)}
    }
    # what was public by the day of the run answers these, and decides on three claims of figures
    decided = ["c36", "c61", "c64"]
    answers = {f"answer_{name.lower().replace('.', '_')}" for name in cited["question_id"]}
    tallies = {"n_supported", "n_contradicted", "n_undetermined", "n_firm", "n_tried"}
    # in other words, or in another language, the same answers and verdicts are told again
    moved = {re.sub("^zh_", "", re.sub("^told_", "answer_", name)) for name in moved}
    assert moved - tallies == {
        f"{kind}_{one}" for kind in ("verdict", "judged") for one in decided
    } | (answers & {"answer_c17_5", "answer_c34_4", *(f"answer_{one}_1" for one in decided)})
    verdicts = [
        run.verdicts.doubted.verdicts.set_index("claim_id")[
            ["verdict", "certainty", "rests_on", "turns", "known_on_the_day", "written"]
        ]
        for run in (whole, bare)
    ]
    pd.testing.assert_frame_equal(
        *(table.drop(index=[one.upper() for one in decided]) for table in verdicts)
    )
    # and none of it came out after that day
    known = {row.record_id: row.day for row in gather_evidence(raw).values()}
    answers = whole.verdicts.judged.answers
    cells = [*answers["evidence_for"], *answers["evidence_against"]]
    used = {name for cell in cells for name in cell.split("; ")} & {*cited["measured_id"]}
    assert used == {"M01", "M02", "M04", "M05", "M07", "M09", "M10"}
    assert all(str(known[name]) <= "2019-06-04" for name in used)


DAMAGES = {
    "a month that lacks": ("border_releases", "published,2019-04,", None, "has no row for 2019-04"),
    "a chapter that lacks": (
        *("border_exports", "2018-03,12,", None),
        "border_exports.csv: has no row for 2018-03 12",
    ),
    "a duty above the value": (
        *("border_imports", "published,2018-01,01,", "published,2018-01,01,5,6,7,8"),
        "has calculated_duty_usd 6 after customs_value_usd 5",
    ),
    "a chapter that is none": (
        *("border_imports", "revised,2018-01,02,", "revised,2018-01,77,5,1,7,2"),
        "hs_chapter = '77': has another form than its column",
    ),
    "a vintage that is none": (
        *("border_imports", "revised,2018-01,03,", "both,2018-01,03,5,1,7,2"),
        "vintage = 'both': is not one of the codes",
    ),
    "a negative value": (
        *("border_exports_by_goods", "2017-01,0203,", "2017-01,0203,-1"),
        "value_usd = '-1': is less than 0",
    ),
    "a figure without its goods": (
        *("border_measured", "M01,", "M01,Farm,exports,,,2017-01,2017-12,us-exports-hs2,high"),
        "border_measured.csv, row 2: leaves goods empty",
    ),
    "a figure that ends before it starts": (
        *("border_measured", "M02,", "M02,Farm,exports,farm,,2018-12,2018-01,us-exports-hs2,high"),
        "border_measured.csv, row 3: has start 2018-12 after end 2018-01",
    ),
    "evidence of a figure that is none": (
        *("evidence", "C36.1,against,,,,,,M07,", "C36.1,against,,,,,,M99,,direct,title,,"),
        "measured_id = 'M99'",
    ),
}


def test_damaged_tables_are_refused_with_every_fault(tmp_path):
    folder = Path(shutil.copytree(RAW, tmp_path / "raw"))
    for table, start, instead, _ in DAMAGES.values():
        path = folder / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        (at,) = (number for number, line in enumerate(lines) if line.startswith(start))
        lines[at : at + 1] = [] if instead is None else [instead]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        validate(folder)
    for said in (said for *_, said in DAMAGES.values()):
        assert said in str(raised.value)


def facts_of(record):
    return [(fact.value_id, fact.value, fact.text) for fact in record.facts()]


def test_without_a_step_to_date_what_each_month_recorded_is_told() -> None:
    """Beside the average in law on the days of the month, with hindsight or as far as known."""
    run = read_parameter_file(ROOT / "params" / "geneva-2025.yml")
    raw = read_raw(ROOT / run["raw_dir"])
    told, known = (made(raw, **run, hindsight=flag).border for flag in ("true", "false"))
    assert (told.known.told, told.known.is_told) == ("", True)
    rows = told.recorded.law.merge(told.recorded.months, on="month").set_index("month")
    assert rows.loc["2025-05", "rate_pct"] == pytest.approx(48.2, abs=0.05)
    # the days of May to the 13th at 124.6 percent, from the 14th on at 39.3
    at_the_peak = (13 * 124.640 + 18 * 39.254) / 31
    assert rows.loc["2025-05", "law_path_pct"] == pytest.approx(at_the_peak, abs=0.01)
    assert known.recorded.months["month"].max() == "2025-03"
