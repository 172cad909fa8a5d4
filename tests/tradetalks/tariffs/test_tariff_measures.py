"""Tariff measures, on small typed-out frames whose averages can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradetalks.checks import DataError
from tradetalks.tariffs.benchmarks import measure_steps_outside, reconcile
from tradetalks.tariffs.dates import deadline_rule, effective_dates
from tradetalks.tariffs.episodes import (
    measure_episodes,
    measure_step_values,
    measure_taken_back,
)
from tradetalks.tariffs.farm import measure_farm_share, measure_sections
from tradetalks.tariffs.path import (
    AS_TOLD,
    IN_LAW,
    NEVER,
    Basis,
    measure_chapter_path,
    measure_effective_date_rules,
    measure_tariff_path,
    measure_tranche_path,
    rate_held_on,
    rates_held,
)
from tradetalks.tariffs.tables import TariffTables, coverage_weights, importer_measured_by
from tradetalks.tariffs.threat import measure_threat, measure_threatened, threatened_tranche
from tradetalks.tariffs.truces import measure_exempt, measure_suspended, measure_truces

SIDES = pd.DataFrame({"side": ["B", "A"], "measured_by": ["chapters", "tranches"], "order": [2, 1]})


def rate_on(
    path: pd.DataFrame, importer: str, day: pd.Timestamp, column: str = "applied_rate_pct"
) -> float:
    return rate_held_on(rates_held(path, importer, column), day)


STEP: dict[str, Any] = {
    "importer": "A",
    "measure_class": "additional",
    "effective_date": "2020-02-01",
    "entry_deadline": None,
    "entry_deadlines": None,
    "instrument": "Act 1",
    "tranche": "A-L1",
    "rate_before_pct": 0.0,
    "rate_after_pct": 10.0,
    "rate_max_pct": np.nan,
    "is_admitted": True,
}


def make_steps(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame([{**STEP, **row} for row in rows], columns=["step_id", *STEP])
    table["effective_date"] = pd.to_datetime(table["effective_date"])
    table["entry_deadline"] = pd.to_datetime(table["entry_deadline"])
    return table.astype({"entry_deadlines": "string", "rate_after_pct": "float64"})


# A hits B's goods: L1 at 10 and then 25 percent, L2 at 20 percent; B answers on its chapters.
A1 = {"step_id": "A1"}
A2 = {"step_id": "A2", "effective_date": "2020-03-01", "tranche": "A-L2", "rate_after_pct": 20.0}
A3 = {
    "step_id": "A3",
    "effective_date": "2020-05-10",
    "rate_before_pct": 10.0,
    "rate_after_pct": 25.0,
    "entry_deadline": "2020-06-15",
    "entry_deadlines": "2020-06-01;2020-06-15",
}
B1 = {
    "step_id": "B1",
    "importer": "B",
    "effective_date": "2020-02-02",
    "instrument": "answer",
    "tranche": "B-L1",
}
STEPS = make_steps(A1, A2, A3, B1)

SETS = pd.DataFrame(
    {
        "coverage_set": ["own"] * 4,
        "part": ["A-L1", "A-L2", "ALL", "MFN"],
        "layer": [""] * 4,
        "kind": ["tranche", "tranche", "total", "base"],
        "value_usd_bn": [40.0, 10.0, 100.0, np.nan],
        "base_rate_pct": [np.nan, np.nan, np.nan, 3.0],
        "base_date": pd.to_datetime([None, None, None, "2020-01-01"]),
        "trade_year": pd.array([2031, 2031, 2031, None], dtype="Int64"),
        "trade_basis": ["imports"] * 3 + [None],
        "benchmark_id": [None, None, None, "P0"],
    }
)

CHANGES = pd.DataFrame(
    {
        "event": ["BASE", "BASE", "UP", "UP", "OFF"],
        "step_ids": ["", "", "B1", "B1", "B2"],
        "effective_date": pd.to_datetime(
            ["2020-01-01", "2020-01-01", "2020-02-02", "2020-02-02", "2020-03-01"]
        ),
        "measure_class": ["mfn", "mfn", "additional", "additional", "additional"],
        "hs_chapter": ["01", "87", "01", "87", "87"],
        "hs8_lines": [2, 3, 2, 3, 3],
        "imports_affected_usd_thousand": [1e6, 3e6, 1e6, 3e6, 3e6],
        # 5 and 10 percent MFN, then 20 points on chapter 01 and 25 on 87, then 25 taken off 87
        "weighted_change_pp_usd_thousand": [5e6, 30e6, 20e6, 75e6, -75e6],
    }
)
IMPORTS = pd.DataFrame(
    {
        "hs_chapter": ["01", "87", "97"],
        "imports_usd_thousand": [1e6, 3e6, 1e6],
        "trade_year": [2031, 2031, 2031],
    }
)


COVERAGE = pd.DataFrame(
    {
        "coverage_id": ["K1", "K2", "K3", "K4"],
        "tranche": ["A-9-TIN", "A-9 (steel+aluminium)", "A-9 (steel+aluminium, all)", "A-9-TIN"],
        "side_taxed": ["ALL", "B", "ALL", "ALL"],
        "estimate_usd_bn": [4.0, 2.0, 50.0, 6.0],
    }
)
CITED = pd.DataFrame(
    {
        "action_id": ["B1"],
        "farm_definition": ["wide"],
        "farm_usd_bn": [2.0],
        "tariff_lines": [4],
        "source_id": ["s1"],
    }
)
NOTHING_EXEMPT = pd.DataFrame(
    {
        "action_id": pd.Series(dtype="str"),
        "importer": pd.Series(dtype="str"),
        "tranche": pd.Series(dtype="str"),
        "value_usd_bn": pd.Series(dtype="float64"),
        "announced_date": pd.Series(dtype="datetime64[ns]"),
        "effective_date": pd.Series(dtype="datetime64[ns]"),
    }
)
TABLES = TariffTables(SIDES, STEPS, CHANGES, IMPORTS, COVERAGE, SETS, NOTHING_EXEMPT, CITED)


def tables(*rows: dict[str, Any], **changes: pd.DataFrame) -> TariffTables:
    """The tables above, with these steps in place of theirs, or with other tables."""
    return replace(TABLES, **({"steps": make_steps(*rows)} if rows else {}), **changes)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def chapter_path(of: TariffTables = TABLES) -> pd.DataFrame:
    return measure_chapter_path(of)


def tranche_path(of: TariffTables = TABLES, *rule: Any) -> pd.DataFrame:
    return measure_tranche_path(Basis(of, "own", *rule))


def both_paths() -> pd.DataFrame:
    return measure_tariff_path(Basis(TABLES, "own"))


# paths


def test_chapter_path_cumulates_changes_over_all_imports() -> None:
    path = chapter_path()
    assert path["step_ids"].tolist() == ["", "B1", "B2"]
    assert path["base_rate_pct"].tolist() == [7.0, 7.0, 7.0]
    assert path["additional_duty_pp"].tolist() == [0.0, 19.0, 4.0]
    assert path["applied_rate_pct"].tolist() == [7.0, 26.0, 11.0]
    assert path["weights"].unique().tolist() == ["2031 imports by HS chapter"]
    assert path["is_complete"].all()


def test_tranche_path_replaces_the_rate_of_a_list_and_keeps_the_others() -> None:
    path = tranche_path()
    assert path["effective_date"].tolist() == [
        day("2020-01-01"),
        day("2020-02-01"),
        day("2020-03-01"),
        day("2020-05-10"),
    ]
    assert path["additional_duty_pp"].tolist() == [0.0, 4.0, 6.0, 12.0]
    assert path["applied_rate_pct"].tolist() == [3.0, 7.0, 9.0, 15.0]


def test_tariff_path_lists_both_importers_in_the_order_of_the_sides() -> None:
    path = both_paths()
    assert path["importer"].drop_duplicates().tolist() == ["A", "B"]
    assert path.columns.tolist()[:8] == [
        "importer",
        "effective_date",
        "step_ids",
        "base_rate_pct",
        "additional_duty_pp",
        "applied_rate_pct",
        "weights",
        "effective_date_rule",
    ]


def test_a_step_in_force_without_a_chapter_measure_is_not_zero() -> None:
    unmeasured = {**B1, "step_id": "B9", "effective_date": "2020-04-01"}
    path = chapter_path(tables(B1, unmeasured)).set_index("effective_date")
    before, after = path.loc[day("2020-03-01")], path.loc[day("2020-04-01")]
    assert before["is_complete"]
    assert before["applied_rate_pct"] == 11.0
    assert not after["is_complete"]
    assert after["unmeasured_step_ids"] == after["step_ids"] == "B9"
    assert after["base_rate_pct"] == 7.0
    assert np.isnan(after["additional_duty_pp"])
    assert np.isnan(after["applied_rate_pct"])


def test_an_unmeasured_mfn_step_spares_the_additional_duty() -> None:
    cut = {**B1, "step_id": "B9", "effective_date": "2020-04-01", "measure_class": "mfn"}
    last = chapter_path(tables(B1, cut)).iloc[-1]
    assert np.isnan(last["base_rate_pct"])
    assert last["additional_duty_pp"] == 4.0
    assert np.isnan(last["applied_rate_pct"])


def test_a_deposit_is_outside_the_path() -> None:
    deposit = {**B1, "step_id": "B9", "effective_date": "2020-04-01", "measure_class": "deposit"}
    assert chapter_path(tables(B1, deposit)).equals(chapter_path())


@pytest.mark.parametrize(
    "row",
    [{"tranche": "A-L9"}, {"rate_after_pct": np.nan}, {"is_admitted": False}],
    ids=["no value", "several rates", "weak source"],
)
def test_a_tranche_step_that_cannot_be_measured_leaves_the_path_incomplete(
    row: dict[str, Any],
) -> None:
    path = tranche_path(tables(A1, {**A2, **row}, A3))
    assert path["is_complete"].tolist() == [True, True, False, False]
    assert np.isnan(path["applied_rate_pct"]).tolist() == [False, False, True, True]
    assert path["unmeasured_step_ids"].tolist() == ["", "", "A2", "A2"]


def test_a_step_under_an_instrument_that_no_set_values_is_outside() -> None:
    other = {**A2, "step_id": "A9", "instrument": "Act 9", "tranche": "A-9-STEEL"}
    assert tranche_path(tables(A1, A2, A3, other)).equals(tranche_path())


def test_of_two_rates_from_one_day_the_later_step_holds() -> None:
    again = {**A1, "step_id": "A1b", "rate_after_pct": 15.0}
    path = tranche_path(tables(again, A1))
    assert path["step_ids"].tolist() == ["", "A1;A1b"]
    assert path["additional_duty_pp"].tolist() == [0.0, 6.0]


def test_before_the_first_step_there_is_only_the_base_rate() -> None:
    path = tranche_path(tables(steps=make_steps()))
    assert path[["base_rate_pct", "additional_duty_pp"]].to_numpy().tolist() == [[3.0, 0.0]]


def test_unknown_coverage_set_names_the_known_ones() -> None:
    with pytest.raises(DataError, match="known sets: own"):
        coverage_weights(TABLES, "onw")


def test_one_side_is_measured_by_each_method() -> None:
    assert importer_measured_by(SIDES, "chapters") == "B"
    with pytest.raises(DataError, match="2 sides"):
        importer_measured_by(SIDES.assign(measured_by="chapters"), "chapters")


def test_rate_holds_until_the_next_row() -> None:
    path = both_paths()
    assert rate_on(path, "A", day("2020-05-09")) == 9.0
    assert rate_on(path, "A", day("2020-05-10")) == 15.0
    assert rate_on(path, "B", day("2021-01-01"), "base_rate_pct") == 7.0
    with pytest.raises(ValueError, match="no row on or before 2019-12-31"):
        rate_on(path, "A", day("2019-12-31"))


# effective-date rules


@pytest.mark.parametrize(
    ("rule", "transit_days", "moved_to"),
    [
        ("legal", 30, "2020-05-10"),
        ("entry_june_1", 30, "2020-06-01"),
        ("entry_june_15", 30, "2020-06-15"),
        ("in_transit", 0, "2020-05-10"),
        ("in_transit", 30, "2020-06-09"),
        ("in_transit", 60, "2020-06-15"),
    ],
)
def test_a_rule_moves_only_the_step_with_a_grace_window(
    rule: str, transit_days: int, moved_to: str
) -> None:
    dates = effective_dates(STEPS, rule, transit_days)
    assert dates.tolist() == [
        day("2020-02-01"),
        day("2020-03-01"),
        day(moved_to),
        day("2020-02-02"),
    ]
    path = tranche_path(TABLES, rule, transit_days)
    assert path["effective_date"].iloc[-1] == day(moved_to)
    assert rate_on(path, "A", day(moved_to)) == 15.0
    assert rate_on(path, "A", day(moved_to) - pd.Timedelta(days=1)) == 9.0


def test_a_rule_is_named_after_its_deadline() -> None:
    assert deadline_rule(day("2020-06-01")) == "entry_june_1"


@pytest.mark.parametrize("rule", ["entry_june_2", "in_transit"])
def test_a_rule_without_a_known_deadline_is_refused(rule: str) -> None:
    steps = STEPS if rule == "entry_june_2" else make_steps(A1, A2)
    with pytest.raises(DataError, match="rules that can be used: legal"):
        effective_dates(steps, rule, 30)


def test_rules_are_compared_side_by_side() -> None:
    rules = measure_effective_date_rules(TABLES, "own", 30)
    assert rules["effective_date_rule"].tolist() == [
        "legal",
        "entry_june_1",
        "in_transit",
        "entry_june_15",
    ]
    assert rules["days_after_legal"].tolist() == [0, 22, 30, 36]
    assert rules["step_id"].unique().tolist() == ["A3"]
    assert rules[["before_pct", "after_pct"]].drop_duplicates().to_numpy().tolist() == [[9.0, 15.0]]


# values, episodes, threats


def test_step_values_at_base_year_trade() -> None:
    values = measure_step_values(TABLES, "own")
    by_step = values.set_index("step_id")
    assert by_step["value_usd_bn"].tolist() == [40.0, 10.0, 40.0, 4.0]
    assert by_step["import_share"].tolist() == [0.4, 0.1, 0.4, 0.8]
    assert by_step["duty_added_usd_bn"].tolist() == [4.0, 2.0, 6.0, 0.95]


def test_steps_that_share_an_event_have_no_value_of_their_own() -> None:
    joint = CHANGES.assign(step_ids=CHANGES["step_ids"].replace("B1", "B1;B3"))
    values = measure_step_values(tables(chapter_changes=joint), "own")
    assert values.set_index("step_id")["value_usd_bn"].isna().tolist() == [False] * 3 + [True]


def test_answer_times_and_ratios() -> None:
    episodes = pd.DataFrame(
        {
            "episode_id": ["E1", "E2"],
            "title": ["First", "Second"],
            "mover": ["A", "A"],
            "answerer": ["B", None],
            "move_effective": ["A1", "A3"],
            "answer_effective": ["B1", None],
            "move_announced_date": pd.to_datetime(["2020-01-10", "2020-05-05"]),
            "answer_announced_date": pd.to_datetime(["2020-01-18", None]),
            "move_first_date": pd.to_datetime(["2020-01-02", "2020-05-05"]),
            "answer_first_date": pd.to_datetime(["2020-01-18", None]),
        }
    )
    values = measure_step_values(TABLES, "own")
    first, second = measure_episodes(episodes, STEPS, values).to_dict("records")
    assert (first["mover"], first["answerer"]) == ("A", "B")
    assert (first["announced_days"], first["effective_days"], first["first_days"]) == (8, 1, 16)
    assert pd.isna(second["announced_days"])
    assert pd.isna(second["answerer"])
    assert second["move_duty_added_usd_bn"] == 6.0


PARTS = pd.DataFrame({"part": ["A-L4A", "A-L4B", "A-L40"], "value_usd_bn": [5.0, 15.0, 9.0]})
SETS_WITH_PARTS = pd.concat([SETS, PARTS.assign(coverage_set="own", layer="", kind="tranche")])


def threat(
    *rows: dict[str, Any],
    sets: pd.DataFrame = SETS_WITH_PARTS,
    rule: str = "legal",
    tranche: str | None = "A-L4",
    rate_pct: float = 25.0,
    on: str = "2020-06-04",
) -> pd.Series:
    """What a threatened duty adds where these steps are taken besides those above."""
    found = tables(A1, A2, A3, B1, *rows, coverage_sets=sets)
    basis = Basis(found, "own", rule, 30)
    listed = measure_threatened(measure_tariff_path(basis), basis, tranche, day(on))
    return measure_threat(listed, rate_pct).iloc[0]


def test_a_threat_adds_the_values_of_the_lists_it_was_split_into() -> None:
    row = threat()
    assert row["value_usd_bn"] == 20.0
    assert (row["before_pct"], row["added_pp"], row["after_pct"]) == (15.0, 5.0, 20.0)
    assert not row["is_in_force"]
    assert np.isnan(row["in_force_pct"])


L4A = {**A1, "step_id": "A5", "tranche": "A-L4A", "rate_after_pct": 15.0}
L4A |= {"effective_date": "2020-05-20"}


def test_a_part_that_pays_already_is_charged_no_more_than_the_difference() -> None:
    row = threat(L4A)
    # 5 of 100 at 15 percent are in the average; to them 10 points are added, to the rest 25
    assert row["before_pct"] == 15.75
    assert row["added_pp"] == pytest.approx((5 * 10 + 15 * 25) / 100)
    assert row["after_pct"] == pytest.approx(20.0)
    assert (row["is_in_force"], row["in_force_usd_bn"], row["in_force_pct"]) == (True, 5.0, 15.0)


def test_a_list_that_pays_the_threatened_rate_whole_gains_nothing() -> None:
    whole = [{**L4A, "rate_after_pct": 25.0}, {**L4A, "step_id": "A6", "tranche": "A-L4B"}]
    row = threat(whole[0], {**whole[1], "rate_after_pct": 25.0})
    assert row["added_pp"] == 0
    assert row["after_pct"] == row["before_pct"] == 20.0


def test_a_duty_taken_back_or_not_begun_is_not_in_force() -> None:
    back = {**L4A, "step_id": "A6", "effective_date": "2020-06-01", "rate_after_pct": 0.0}
    assert not threat(L4A, back)["is_in_force"]
    assert not threat(L4A, on="2020-05-19")["is_in_force"]
    assert threat(L4A, back)["after_pct"] == threat()["after_pct"]


def test_a_threat_on_a_list_without_a_value_is_missing_and_not_zero() -> None:
    row = threat(sets=SETS)
    assert np.isnan(row["added_pp"])
    assert np.isnan(row["after_pct"])


def test_without_a_list_under_threat_nothing_is_added() -> None:
    none = threat(tranche=None)
    assert np.isnan(none["after_pct"])
    assert not none["is_in_force"]


def test_the_list_under_threat_is_that_of_the_action_named() -> None:
    actions = pd.DataFrame({"action_id": ["A3", "A9"], "tranche": ["A-L2", "A-L4"]})
    threats = pd.DataFrame({"parameter": ["list4_rate_pct"], "action_id": ["A9"]})
    assert threatened_tranche(threats, actions) == "A-L4"
    assert threatened_tranche(threats.iloc[:0], actions) is None


# farm share and sections


def test_farm_share_is_computed_from_the_chapters_of_its_name() -> None:
    farm = measure_farm_share(TABLES, "hs01_24")
    assert farm["step_id"].tolist() == ["B1"]
    row = farm.iloc[0]
    assert (row["imports_raised_usd_bn"], row["farm_usd_bn"]) == (4.0, 1.0)
    assert (row["farm_share"], row["lines_raised"], row["farm_lines"]) == (0.25, 5, 2)
    assert row["basis"] == "computed"


def test_a_list_without_farm_chapters_has_a_farm_share_of_zero() -> None:
    without = tables(chapter_changes=CHANGES[CHANGES["hs_chapter"].eq("87")])
    farm = measure_farm_share(without, "hs01_24")
    assert farm["farm_share"].tolist() == [0.0]


@pytest.mark.parametrize(("definition", "basis"), [("wide", "cited"), ("wider", "missing")])
def test_other_definitions_need_a_cited_figure(definition: str, basis: str) -> None:
    row = measure_farm_share(TABLES, definition).iloc[0]
    assert row["basis"] == basis
    if basis == "cited":
        assert (row["farm_share"], row["farm_lines"], row["source_id"]) == (0.5, 4, "s1")
    else:
        assert np.isnan(row["farm_share"])
        assert pd.isna(row["source_id"])


CHAPTERS = pd.DataFrame(
    {
        "hs_chapter": ["01", "02", "87", "97"],
        "section": ["I", "I", "XVII", "XXI"],
        "section_title": ["Animals", "Animals", "Vehicles", "Art"],
    }
)


def test_sections_add_up_to_the_event_and_keep_their_order() -> None:
    sections = measure_sections(TABLES, CHAPTERS)
    up = sections[sections["event"].eq("UP")]
    assert up["section"].tolist() == ["I", "XVII"]
    assert up["imports_usd_bn"].tolist() == [1.0, 3.0]
    assert up["import_share"].tolist() == [0.25, 0.75]
    assert up["duty_added_usd_bn"].tolist() == [0.2, 0.75]


# outside the path, and reconciliation

STEEL = {**A1, "step_id": "A7", "instrument": "Act 9", "tranche": "A-9-STEEL"}
ALU = {**STEEL, "step_id": "A8", "tranche": "A-9-ALU", "rate_after_pct": 5.0}
TIN = {**STEEL, "step_id": "A9", "tranche": "A-9-TIN", "rate_after_pct": np.nan, "rate_max_pct": 50}
ZINC = {**STEEL, "step_id": "A10", "tranche": "A-9-ZINC", "effective_date": "2020-07-01"}
DEPOSIT = {**B1, "step_id": "B9", "measure_class": "deposit", "effective_date": "2020-08-01"}


def outside(*rows: dict[str, Any]) -> pd.DataFrame:
    return measure_steps_outside(tables(A1, A2, B1, *rows), "own")


def test_what_is_outside_the_path_is_listed_with_a_bound() -> None:
    table = outside(STEEL, ALU, TIN, ZINC, DEPOSIT).set_index("step_ids")
    # the joint estimate of trade between the two is preferred to the larger one of all origins
    assert table.loc["A7;A8", "coverage_id"] == "K2"
    assert table.loc["A7;A8", "bound_pp"] == pytest.approx(2.0 * 10 / 100)
    # among estimates of all origins the largest bounds best
    assert table.loc["A9", "bound_pp"] == pytest.approx(6.0 * 50 / 100)
    assert np.isnan(table.loc["A10", "bound_pp"])
    assert table["reason"].to_dict() == {
        "A7;A8": "not_valued",
        "A9": "not_valued",
        "A10": "not_valued",
        "B9": "deposit",
    }


def test_nothing_outside_gives_an_empty_table() -> None:
    assert outside().empty


FIGURE: dict[str, Any] = {
    "series": "own",
    "importer": "B",
    "exporter": "A",
    "date_start": "2020-02-15",
    "date_note": None,
    "value_pct": 26.0,
    "weighting": "bilateral_imports_2031",
    "status": "actual",
}


WEIGHTINGS = pd.DataFrame(
    [
        ("bilateral_imports_2031", "own", 2031, None),
        ("exporter_world_2031", "other", None, "weighted by exports to the world"),
        ("share_of_imports_2031", "no_average", None, "a share of imports"),
    ],
    columns=["weighting", "kind", "year", "differs"],
)


def reconciled(*figures: dict[str, Any], path: pd.DataFrame | None = None) -> pd.DataFrame:
    table = pd.DataFrame(
        [{"benchmark_id": f"P{n + 1}", **FIGURE, **figure} for n, figure in enumerate(figures)]
    )
    table["date_start"] = pd.to_datetime(table["date_start"])
    return reconcile(
        both_paths() if path is None else path,
        table,
        WEIGHTINGS,
        outside(STEEL),
        tables(A1, A2, A3, B1, STEEL),
        coverage_set="own",
        mfn_importers=["A", "B"],
        as_of=day("2020-06-04"),
    ).set_index("benchmark_id")


def test_a_figure_with_our_weights_must_agree_to_its_last_digit() -> None:
    row = reconciled({}).loc["P1"]
    assert row["within"]
    assert row["tolerance_pp"] == pytest.approx(0.05)
    assert row["reason"] == "agrees to the last digit published"


def test_a_gap_without_a_reason_is_an_error() -> None:
    with pytest.raises(DataError, match="P2 is further from our average"):
        reconciled({}, {"value_pct": 26.4})


def test_other_weights_explain_a_gap() -> None:
    world = {"value_pct": 30.0, "weighting": "exporter_world_2031"}
    table = reconciled({}, world)
    assert table.loc["P2", "gap_pp"] == pytest.approx(-4.0)
    assert "exports to the world" in table.loc["P2", "reason"]
    assert not table.loc["P2", "within"]


def test_others_pay_the_mfn_rate() -> None:
    assert reconciled({"exporter": "OTHERS", "value_pct": 7.0}).loc["P1", "ours_pct"] == 7.0


def test_duties_outside_and_grace_windows_are_named() -> None:
    figure = {"importer": "A", "exporter": "B", "weighting": "exporter_world_2031"}
    before = {**figure, "date_start": "2020-04-01", "value_pct": 10.0}
    during = {**figure, "date_start": "2020-05-20", "value_pct": 10.0}
    table = reconciled({}, before, during, during | {"value_pct": 90.0})
    assert "grace window" not in table.loc["P4", "reason"]  # it is higher than ours
    assert "duties that ours leaves out" in table.loc["P2", "reason"]
    assert "grace window" not in table.loc["P2", "reason"]
    assert "grace window" in table.loc["P3", "reason"]


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ({"status": "projection"}, "projection"),
        ({"status": "change_pp"}, "change in points"),
        ({"importer": "C"}, "not the rate of one side"),
        ({"exporter": "TARGETED"}, "not the rate of one side"),
        ({"weighting": "share_of_imports_2031"}, "a share of imports"),
        ({"date_note": "sector average; before"}, "one sector"),
        ({"date_start": "2019-12-31"}, "before our average begins"),
    ],
)
def test_what_is_not_comparable_says_why(figure: dict[str, Any], reason: str) -> None:
    row = reconciled({}, figure).loc["P2"]
    assert not row["is_compared"]
    assert reason in row["reason"]
    assert np.isnan(row["ours_pct"])
    assert pd.isna(row["within"])


def test_a_figure_for_a_later_day_has_no_row() -> None:
    assert list(reconciled({}, {"date_start": "2020-06-05"}).index) == ["P1"]


def test_an_incomplete_path_is_not_compared() -> None:
    unmeasured = {**B1, "step_id": "B9", "effective_date": "2020-04-01"}
    path = both_paths()
    path = pd.concat(
        [
            path[path["importer"].eq("A")],
            chapter_path(tables(B1, unmeasured)),
        ]
    )
    row = reconciled({"date_start": "2020-05-01"}, path=path).loc["P1"]
    assert not row["is_compared"]
    assert "B9" in row["reason"]


def test_the_base_rate_is_not_passed_off_as_agreement() -> None:
    figure = {"importer": "A", "exporter": "B", "date_start": "2020-01-01", "value_pct": 3.0}
    reasons = reconciled({**figure, "benchmark_id": "P0"}, figure)["reason"]
    assert reasons.to_dict() == {
        "P0": "the base rate of our own average",
        "P2": "agrees to the last digit published",
    }
    other = reconciled({**figure, "benchmark_id": "P0", "value_pct": 2.0})
    assert "whole lists" in other.loc["P0", "reason"]


# properties

RATES = st.lists(
    st.tuples(st.floats(0, 60, allow_subnormal=False), st.floats(0, 1e6, allow_subnormal=False)),
    min_size=1,
    max_size=8,
).filter(lambda chapters: sum(imports for _, imports in chapters) > 1.0)


def single_event(chapters: list[tuple[float, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One starting level: a rate and imports for each chapter."""
    codes = [f"{number:02d}" for number in range(1, len(chapters) + 1)]
    imports = [float(value) for _, value in chapters]
    changes = pd.DataFrame(
        {
            "event": "BASE",
            "step_ids": "",
            "effective_date": day("2020-01-01"),
            "measure_class": "mfn",
            "hs_chapter": codes,
            "hs8_lines": 1,
            "imports_affected_usd_thousand": imports,
            "weighted_change_pp_usd_thousand": [rate * value for rate, value in chapters],
        }
    )
    trade = pd.DataFrame({"hs_chapter": codes, "imports_usd_thousand": imports, "trade_year": 2031})
    return changes, trade


def only_rate(changes: pd.DataFrame, imports: pd.DataFrame) -> float:
    found = tables(chapter_changes=changes, chapter_imports=imports, steps=make_steps())
    return float(chapter_path(found)["applied_rate_pct"].item())


@settings(max_examples=12, deadline=None)
@given(RATES)
def test_an_average_lies_between_the_lowest_and_the_highest_rate(
    chapters: list[tuple[float, float]],
) -> None:
    rates = [rate for rate, _ in chapters]
    assert min(rates) - 1e-9 <= only_rate(*single_event(chapters)) <= max(rates) + 1e-9


@settings(max_examples=12, deadline=None)
@given(RATES, st.randoms(use_true_random=False))
def test_an_average_does_not_depend_on_the_order_of_rows(
    chapters: list[tuple[float, float]], random: Any
) -> None:
    changes, imports = single_event(chapters)
    shuffled = changes.sample(frac=1, random_state=random.randrange(2**31))
    assert only_rate(shuffled, imports) == pytest.approx(only_rate(changes, imports), abs=1e-9)


@settings(max_examples=12, deadline=None)
@given(RATES, st.floats(0, 1))
def test_splitting_a_chapter_in_two_changes_nothing(
    chapters: list[tuple[float, float]], cut: float
) -> None:
    rate, value = chapters[0]
    split = [(rate, value * cut), (rate, value * (1 - cut)), *chapters[1:]]
    assert only_rate(*single_event(split)) == pytest.approx(
        only_rate(*single_event(chapters)), abs=1e-6
    )


@settings(max_examples=12, deadline=None)
@given(RATES)
def test_an_average_is_the_sum_of_what_each_chapter_adds(
    chapters: list[tuple[float, float]],
) -> None:
    changes, imports = single_event(chapters)
    parts = [only_rate(changes[changes.index == number], imports) for number in changes.index]
    assert sum(parts) == pytest.approx(only_rate(changes, imports), abs=1e-9)


def test_no_step_counts_later_than_the_next_on_its_list() -> None:
    """The old rate of a first step says nothing once a second has raised it."""
    first = STEPS.iloc[[2]]
    second = first.assign(step_id="X9", effective_date=day("2020-05-20"))
    second = second.assign(entry_deadlines=None, entry_deadline=pd.NaT)
    both = pd.concat([first, second], ignore_index=True)
    for rule in ("entry_june_1", "in_transit"):
        assert effective_dates(both, rule, 30).tolist() == [day("2020-05-20")] * 2


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 60))
def test_goods_in_transit_count_between_the_legal_date_and_the_last_deadline(days: int) -> None:
    moved = effective_dates(STEPS, "in_transit", days).iloc[2]
    assert day("2020-05-10") <= moved <= day("2020-06-15")


def exempting(**row: Any) -> pd.DataFrame:
    """One exemption: 10 of the 40 billion of A-L1, told on 1 March, in law from 15 February."""
    whole = {
        "action_id": "X1",
        "importer": "A",
        "tranche": "A-L1",
        "value_usd_bn": 10.0,
        "announced_date": day("2020-03-01"),
        "effective_date": day("2020-02-15"),
    }
    return pd.DataFrame([{**whole, **row}])


@pytest.mark.parametrize(
    ("importer", "tranche", "side_total"), [("A", "A-L1", 100.0), ("B", "B-L1", 5.0)]
)
def test_exempt_goods_leave_the_average_of_either_side(
    importer: str, tranche: str, side_total: float
) -> None:
    exempt = exempting(importer=importer, tranche=tranche, value_usd_bn=1.0)
    found = tables(A1, B1, exemptions=exempt)
    on = day("2020-02-20")
    rates = {
        since: rate_on(measure_tariff_path(Basis(found, "own"), since), importer, on)
        for since in (IN_LAW, AS_TOLD, NEVER)
    }
    paid = {"A": A1, "B": B1}[importer]
    rate = float({**STEP, **paid}["rate_after_pct"])
    assert rates[NEVER] == rates[AS_TOLD]
    assert rates[NEVER] - rates[IN_LAW] == pytest.approx(rate / side_total)


def test_an_exemption_of_which_no_day_is_told_counts_as_told_alone() -> None:
    found = tables(A1, B1, exemptions=exempting(effective_date=pd.NaT))
    table = measure_exempt(Basis(found, "own"), day=day("2020-06-04"))
    last = table[table["importer"].eq("A")].iloc[-1]
    assert last["in_law_pct"] == last["without_pct"] > last["as_told_pct"]
    assert set(table["importer"]) == {"A"}


def test_exempt_goods_are_not_hit_by_a_step() -> None:
    early = exempting(effective_date=day("2020-02-01"))
    values = measure_step_values(tables(A1, B1, exemptions=early), "own").set_index("step_id")
    assert values.loc["A1", "value_usd_bn"] == 30.0


def acts_of(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {
                "importer": "A",
                "kind": "reduce",
                "measure_class": "additional",
                "tranche": "A-L1",
                "effective_date": row["announced_date"],
                "rate_before_pct": 10.0,
                "rate_after_pct": 5.0,
                "is_step": False,
                **row,
            }
            for row in rows
        ]
    )
    days = ["announced_date", "effective_date"]
    return table.assign(**{name: pd.to_datetime(table[name]) for name in days})


def test_what_was_taken_back_by_a_day_is_less_than_nothing() -> None:
    added = pd.DataFrame({"side": ["A"], "step_id": ["A1"], "effective_date": [day("2020-01-20")]})
    columns = ["tranche", "value_usd_bn", "import_share", "added_pp", "duty_added_usd_bn"]
    added = added.reindex(columns=[*added.columns, *columns])
    steps = acts_of(
        {"action_id": "A0", "announced_date": "2020-01-01"},
        {"action_id": "A2", "announced_date": "2020-03-01"},
        {"action_id": "A3", "announced_date": "2020-03-02", "measure_class": "mfn"},
        {"action_id": "A4", "announced_date": "2020-07-01"},
    ).rename(columns={"action_id": "step_id"})
    values = steps[["step_id"]].assign(value_usd_bn=40.0, import_share=0.4, duty_added_usd_bn=-2.0)
    (row,) = measure_taken_back(added, steps, values, day=day("2020-06-04")).to_dict("records")
    assert (row["step_id"], row["side"], row["added_pp"]) == ("A2", "A", -5.0)
    assert measure_taken_back(added, steps, values, day=day("2020-02-01")).empty
    assert measure_taken_back(added.head(0), steps, values, day=day("2020-06-04")).empty


def test_a_suspended_duty_would_return_on_the_imports_of_its_list() -> None:
    found = tables(A1, B1)
    actions = acts_of(
        {"action_id": "A1", "announced_date": "2020-01-20", "is_step": True, "kind": "effective"},
        {
            **{"action_id": "X2", "announced_date": "2020-03-01", "kind": "suspend"},
            **{"effective_date": "2020-05-01", "rate_before_pct": 10.0, "rate_after_pct": 35.0},
        },
    )
    path, values = measure_tariff_path(Basis(found, "own")), measure_step_values(found, "own")
    (row,) = measure_suspended(path, values, actions, day=day("2020-06-04")).to_dict("records")
    assert (row["action_id"], row["points"]) == ("X2", 25.0)
    # 40 of 100 billion are on the list
    assert row["returned_pct"] - row["applied_pct"] == pytest.approx(0.4 * 25)


def test_a_truce_counts_what_each_side_did_until_the_next_joint_act() -> None:
    joint = pd.DataFrame(
        [("one", "One", "X1"), ("one", "One", "X2"), ("two", "Two", "X6")],
        columns=["joint_act", "title", "action_id"],
    )
    none = {"measure_class": "none"}
    actions = acts_of(
        {"action_id": "X1", "announced_date": "2020-03-01", "is_step": True},
        {"action_id": "X2", "announced_date": "2020-03-02", "importer": "B", **none},
        {"action_id": "A2", "announced_date": "2020-03-05", "is_step": True},
        {"action_id": "X3", "announced_date": "2020-03-06", "is_step": True},
        {"action_id": "X4", "announced_date": "2020-03-07", "kind": "announce", **none},
        {"action_id": "X5", "announced_date": "2020-03-08", "importer": "B", **none},
        {"action_id": "X6", "announced_date": "2020-04-01", "is_step": True},
        {"action_id": "X7", "announced_date": "2020-04-02", "kind": "threaten", **none},
    )
    measures = pd.DataFrame(
        {
            "measure_id": ["M1", "M2", "M3"],
            "action_id": ["X4", "X7", None],
            "counts": ["yes", "no", "unread"],
        }
    )
    found = tables(A1, A2, B1)
    table = measure_truces(joint, measures, found, actions, day=day("2020-06-04"))
    columns = ["inside", "outside", "new_measures", "by_text", "eased"]
    counts = table.set_index(["joint_act", "side"])[columns]
    assert counts.loc[("one", "A")].tolist() == [1, 1, 1, 0, 0]
    # what the text has taken back, and what was taken back besides
    assert counts.loc[("one", "B")].tolist() == [0, 0, 0, 1, 1]
    assert (counts.loc["two"] == 0).all(axis=None)
    assert table["end"].tolist()[0] == day("2020-03-31")
    assert table["end"].tolist()[-1] == day("2020-06-04")
