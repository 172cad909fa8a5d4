"""Cleaning of the tariff tables, on small typed-out frames."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tradetalks.checks import DataError
from tradetalks.tariffs.actions import band_lines, clean_actions, clean_episodes, clean_steps
from tradetalks.tariffs.chapters import (
    clean_chapter_changes,
    clean_chapter_imports,
    clean_farm_figures,
    compare_line_counts,
)
from tradetalks.tariffs.coverage import clean_benchmarks, clean_coverage_sets

DAYS = ["announced_date", "published_date", "effective_date", "entry_deadline"]

ACTION: dict[str, Any] = {
    "side": "B",
    "kind": "effective",
    "announced_date": "2020-01-10",
    "published_date": None,
    "effective_date": "2020-02-01",
    "entry_deadline": None,
    "instrument": "retaliation",
    "measure_class": "additional",
    "tranche": "B-L1",
    "rate_before_pct": 0.0,
    "rate_after_pct": 25.0,
    "rate_min_pct": None,
    "rate_max_pct": None,
    "rate_bands": None,
    "value_claimed_usd_bn": None,
    "tariff_lines": None,
    "confidence": "high",
    "note": None,
    "changes_rate": True,
    "not_applied_reason": None,
    "measured_by": None,
}


def actions(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame([{**ACTION, **row} for row in rows])
    table[DAYS] = table[DAYS].apply(pd.to_datetime)
    text = ["not_applied_reason", "measured_by", "rate_bands", "note"]
    return table.astype({"tariff_lines": "Int64"} | dict.fromkeys(text, "string"))


def plan(action_id: str, **changes: Any) -> dict[str, Any]:
    """An action that changed no rate."""
    return {
        "action_id": action_id,
        "kind": "announce",
        "changes_rate": False,
        "not_applied_reason": "postponed",
        **changes,
    }


def known(table: pd.DataFrame, as_of: str, min_confidence: str = "low") -> pd.DataFrame:
    return clean_actions(table, as_of=pd.Timestamp(as_of), min_confidence=min_confidence).kept


# actions


def test_actions_after_as_of_or_too_weak_leave_by_name() -> None:
    table = actions(
        {"action_id": "T1"},
        {"action_id": "T2", "confidence": "low"},
        {"action_id": "T3", "announced_date": "2020-01-21"},
    )
    cleaned = clean_actions(table, as_of=pd.Timestamp("2020-01-20"), min_confidence="medium")
    assert cleaned.kept["action_id"].tolist() == ["T1"]
    assert cleaned.left_out.to_dict("records") == [
        {"table": "actions", "row_id": "T2", "rule": "below min_confidence"},
        {"table": "actions", "row_id": "T3", "rule": "after as_of"},
    ]


def test_every_action_that_is_no_step_says_why() -> None:
    table = actions(
        {"action_id": "T1"},
        plan("T2"),
        plan("T3", kind="threaten", effective_date=None, not_applied_reason=None),
    )
    cleaned = known(table, "2020-06-01")
    assert cleaned["is_step"].tolist() == [True, False, False]
    assert cleaned["excluded_because"].isna().tolist() == [True, False, False]
    assert cleaned["excluded_because"].tolist()[1:] == ["postponed", "threat"]


def test_what_came_of_a_plan_is_not_known_before_its_day() -> None:
    assert known(actions(plan("T1")), "2020-01-31")["excluded_because"].tolist() == ["scheduled"]
    assert known(actions(plan("T1")), "2020-02-01")["excluded_because"].tolist() == ["postponed"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"rate_bands": "25:3|10:4 (1+3)", "tariff_lines": 8}, "add up to tariff_lines"),
        (plan("T2", entry_deadline="2020-03-01"), "keeps the old rate of a step"),
        ({"kind": "mumble"}, "kind is one of"),
    ],
)
def test_contradictions_are_shown_as_received(row: dict[str, Any], rule: str) -> None:
    with pytest.raises(DataError, match=rule) as caught:
        known(actions({"action_id": "T1"}, {"action_id": "T2", **row}), "2020-06-01")
    assert "1 of 2 rows" in str(caught.value)
    assert "T2" in str(caught.value)


def test_all_broken_rules_are_reported_at_once() -> None:
    table = actions(
        {"action_id": "T1", "kind": "mumble"},
        plan("T3", entry_deadline="2020-03-01"),
        {"action_id": "T2", "rate_bands": "25:3", "tariff_lines": 4},
    )
    with pytest.raises(DataError) as caught:
        known(table, "2020-06-01")
    assert "kind is one of" in str(caught.value)
    assert "keeps the old rate of a step" in str(caught.value)
    assert "add up to tariff_lines" in str(caught.value)


@pytest.mark.parametrize(
    ("bands", "lines"),
    [
        ("15:120|25:8", 128),
        ("10:916 (270+646)|5:801 (64+737)", 1717),
        ("10 to 25:3|5 to 5:4", 7),
        ("20 in quota|50 over quota", None),
        ("25:3|rest at 10", None),
        (None, None),
    ],
)
def test_bands_that_count_lines_are_summed(bands: str | None, lines: int | None) -> None:
    assert band_lines(bands) == lines


# steps


def test_a_weak_step_stays_and_is_flagged() -> None:
    steps = clean_steps(
        actions({"action_id": "T1", "confidence": "low"}, plan("T2")),
        as_of=pd.Timestamp("2020-01-31"),
        min_confidence="high",
    )
    assert steps["step_id"].tolist() == ["T1"]
    assert not steps["is_admitted"].item()
    assert not steps["is_in_force"].item()


def grace(action_id: str, announced: str, deadline: str) -> dict[str, Any]:
    return plan(
        action_id,
        kind="postpone",
        announced_date=announced,
        effective_date=None,
        entry_deadline=deadline,
        rate_before_pct=25.0,
        rate_after_pct=0.0,
        not_applied_reason="grace_window",
    )


@pytest.mark.parametrize(
    ("as_of", "deadlines"),
    [
        ("2020-02-02", None),
        ("2020-02-03", "2020-02-20"),
        ("2020-02-15", "2020-02-20;2020-03-05"),
    ],
)
def test_a_step_carries_the_deadlines_known_by_then(as_of: str, deadlines: str | None) -> None:
    table = actions(
        {"action_id": "T1"},
        {"action_id": "T2", "tranche": "B-L2"},
        grace("T3", "2020-02-15", "2020-03-05"),
        grace("T4", "2020-02-03", "2020-02-20"),
    )
    steps = clean_steps(table, as_of=pd.Timestamp(as_of), min_confidence="low")
    by_step = steps.set_index("step_id")
    last = by_step.loc["T1", "entry_deadline"]
    if deadlines is None:
        assert by_step["entry_deadlines"].isna().all()
        assert pd.isna(last)
    else:
        assert by_step.loc["T1", "entry_deadlines"] == deadlines
        assert last == pd.Timestamp(deadlines.split(";")[-1])
    assert pd.isna(by_step.loc["T2", "entry_deadlines"])


def test_a_grace_window_of_other_rates_than_the_step_s_is_refused() -> None:
    table = actions(
        {"action_id": "T1", "rate_after_pct": 35.0}, grace("T2", "2020-02-03", "2020-02-20")
    )
    with pytest.raises(DataError, match="1 of 2 rows break the rule: a grace window keeps the old"):
        clean_steps(table, as_of=pd.Timestamp("2020-12-31"), min_confidence="low")


def test_a_deadline_before_the_step_softens_nothing() -> None:
    table = actions({"action_id": "T1"}, grace("T2", "2020-01-15", "2020-01-31"))
    steps = clean_steps(table, as_of=pd.Timestamp("2020-06-01"), min_confidence="low")
    assert steps["entry_deadlines"].isna().all()


# chapters

EVENTS = pd.DataFrame(
    {
        "event": ["BASE", "UP", "OFF"],
        "effective_date": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
        "kind": ["mfn", "retaliation", "suspension"],
        "title": ["Base", "Up", "Off"],
    }
)
CHANGES = pd.DataFrame(
    {
        "event": ["BASE", "BASE", "UP", "UP", "OFF"],
        "hs_chapter": ["01", "87", "01", "87", "87"],
        "hs8_lines_affected": [2, 3, 2, 3, 3],
        "imports_affected_usd_thousand": [100, 300, 100, 300, 300],
        "weighted_change_pp_usd_thousand": [500.0, 3000.0, 2500.0, 7500.0, -7500.0],
    }
)
UP = {"action_id": "T1", "measured_by": "UP", "tariff_lines": 5}
OFF = {
    "action_id": "T2",
    "measured_by": "OFF",
    "kind": "suspend",
    "announced_date": "2020-02-20",
    "effective_date": "2020-03-01",
}


def test_chapter_rows_join_their_steps_and_leave_until_announced() -> None:
    cleaned = clean_chapter_changes(
        CHANGES, EVENTS, actions(UP, OFF), as_of=pd.Timestamp("2020-02-10")
    )
    assert cleaned.kept["step_ids"].tolist() == ["", "", "T1", "T1"]
    assert cleaned.kept["measure_class"].tolist() == ["mfn", "mfn", "additional", "additional"]
    assert cleaned.left_out["row_id"].tolist() == ["OFF 87"]


def test_a_suspended_duty_moves_the_additional_component() -> None:
    kept = clean_chapter_changes(
        CHANGES, EVENTS, actions(UP, OFF), as_of=pd.Timestamp("2020-06-01")
    ).kept
    assert kept.loc[kept["event"].eq("OFF"), "measure_class"].tolist() == ["additional"]


def test_an_event_of_two_actions_waits_for_the_later_one() -> None:
    late = {"action_id": "T3", "measured_by": "UP", "announced_date": "2020-01-20"}
    table = actions(UP, OFF, late)
    early = clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-01-15")).kept
    both = clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-01-20")).kept
    assert "UP" not in set(early["event"])
    assert both.loc[both["event"].eq("UP"), "step_ids"].unique().tolist() == ["T1;T3"]


@pytest.mark.parametrize(
    ("note", "is_explained"),
    [("The annex lists 6, the file counts 5.", True), ("About fifty lines.", False), (None, False)],
)
def test_a_differing_line_count_needs_a_note_that_states_it(
    note: str | None, is_explained: bool
) -> None:
    table = actions({**UP, "tariff_lines": 6, "note": note}, OFF)
    if is_explained:
        kept = clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-06-01")).kept
        counts = compare_line_counts(kept, table)
        assert counts[["lines_counted", "lines_published", "difference"]].to_numpy().tolist() == [
            [5, 6, -1]
        ]
        assert counts["explained_by"].tolist() == ["T1"]
    else:
        with pytest.raises(DataError, match="as many lines as its actions publish"):
            clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-06-01"))


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        (actions({**UP, "effective_date": "2020-02-02"}, OFF), "on its day and of its class"),
        (actions({**UP, "measure_class": "mfn"}, OFF), "on its day and of its class"),
    ],
)
def test_events_and_actions_must_fit(table: pd.DataFrame, rule: str) -> None:
    with pytest.raises(DataError, match=rule):
        clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-06-01"))


def test_an_event_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(DataError, match="kind is one of start, mfn"):
        clean_chapter_changes(
            CHANGES,
            EVENTS.assign(kind="mumble"),
            actions(UP, OFF),
            as_of=pd.Timestamp("2020-06-01"),
        )


def test_the_trade_year_comes_from_the_column_name() -> None:
    raw = pd.DataFrame(
        {"hs_chapter": ["87", "01"], "imports_2031_usd_thousand": [300, 100], "hs8_lines": [3, 2]}
    )
    cleaned = clean_chapter_imports(raw)
    assert cleaned["hs_chapter"].tolist() == ["01", "87"]
    assert cleaned["trade_year"].unique().tolist() == [2031]
    with pytest.raises(DataError, match="name the column"):
        clean_chapter_imports(raw.rename(columns={"imports_2031_usd_thousand": "imports"}))


# coverage and benchmarks

COVERAGE = pd.DataFrame(
    {
        "coverage_id": ["K1", "K2", "K3"],
        "tranche": ["A-L1", "A-L2", "ALL imports"],
        "estimate_usd_bn": [40.0, 10.0, 100.0],
        "trade_year": pd.array([2031, 2031, 2031], dtype="Int64"),
        "trade_basis": ["imports"] * 3,
        "source_id": ["s1", "s1", "s2"],
        "confidence": ["high", "low", "medium"],
    }
)
BENCHMARKS = pd.DataFrame(
    {
        "benchmark_id": ["B1", "B2"],
        "value_pct": [3.0, 5.0],
        "date_start": pd.to_datetime(["2020-01-01", "2020-02-01"]),
        "date_end": pd.to_datetime(["2020-01-01", "2020-02-01"]),
        "known_date": pd.to_datetime(["2020-01-15", "2020-05-01"]),
        "source_id": ["s3", "s3"],
        "confidence": ["high", "high"],
    }
)
SETS = pd.DataFrame(
    {
        "coverage_set": ["own"] * 4,
        "part": ["A-L1", "A-L2", "ALL", "MFN"],
        "layer": [None] * 4,
        "coverage_id": ["K1", "K2", "K3", None],
        "benchmark_id": [None, None, None, "B1"],
    }
)


def test_a_coverage_set_is_resolved_whole_whatever_its_confidence() -> None:
    resolved = clean_coverage_sets(SETS, COVERAGE, BENCHMARKS).set_index("part")
    assert resolved["kind"].to_dict() == {
        "A-L1": "tranche",
        "A-L2": "tranche",
        "ALL": "total",
        "MFN": "base",
    }
    assert resolved.loc["A-L2", "value_usd_bn"] == 10.0
    assert resolved.loc["A-L2", "confidence"] == "low"
    assert resolved.loc["MFN", "base_rate_pct"] == 3.0
    assert resolved.loc["MFN", "source_id"] == "s3"


@pytest.mark.parametrize("part", ["ALL", "MFN"])
def test_a_coverage_set_without_total_or_base_is_refused(part: str) -> None:
    with pytest.raises(DataError, match="one total"):
        clean_coverage_sets(SETS[SETS["part"].ne(part)], COVERAGE, BENCHMARKS)


def test_a_coverage_set_whose_tranches_exceed_its_total_is_refused() -> None:
    with pytest.raises(DataError, match="not below the tranches of a layer"):
        clean_coverage_sets(SETS, COVERAGE.assign(estimate_usd_bn=[95.0, 10.0, 100.0]), BENCHMARKS)


def test_lists_of_several_layers_lie_on_the_same_goods() -> None:
    large = COVERAGE.assign(estimate_usd_bn=[95.0, 10.0, 100.0])
    layered = SETS.assign(layer=["one", "other", None, None])
    assert len(clean_coverage_sets(layered, large, BENCHMARKS)) == len(SETS)


def test_benchmarks_count_from_the_day_they_came_out() -> None:
    cleaned = clean_benchmarks(BENCHMARKS, as_of=pd.Timestamp("2020-03-01"), min_confidence="low")
    assert cleaned.kept["benchmark_id"].tolist() == ["B1"]
    assert cleaned.left_out["rule"].tolist() == ["after as_of"]


# episodes and farm figures

EPISODES = pd.DataFrame(
    {
        "episode_id": ["E1"],
        "title": ["First"],
        "move_first": ["T1"],
        "move_announced": ["T1"],
        "move_effective": ["T1"],
        "answer_first": ["T2"],
        "answer_announced": ["T2"],
        "answer_effective": ["T2"],
        "note": [None],
    }
)


@pytest.mark.parametrize(
    ("as_of", "kept", "is_answered"),
    [("2020-01-09", 0, False), ("2020-01-10", 1, False), ("2020-02-20", 1, True)],
)
def test_an_answer_is_missing_until_announced(as_of: str, kept: int, is_answered: bool) -> None:
    cleaned = clean_episodes(EPISODES, actions(UP, OFF), as_of=pd.Timestamp(as_of))
    assert len(cleaned.kept) == kept
    assert len(cleaned.left_out) == 1 - kept
    if kept:
        row = cleaned.kept.iloc[0]
        assert pd.notna(row["answer_effective"]) == is_answered
        assert pd.notna(row["answer_announced_date"]) == is_answered
        assert (row["mover"], pd.notna(row["answerer"])) == ("B", is_answered)


def test_farm_figures_of_steps_left_out_leave() -> None:
    figures = pd.DataFrame(
        {"action_id": ["T1", "T9"], "farm_definition": ["wide", "wide"], "farm_usd_bn": [1.0, 2.0]}
    )
    steps = clean_steps(actions(UP), as_of=pd.Timestamp("2020-06-01"), min_confidence="low")
    cleaned = clean_farm_figures(figures, steps)
    assert cleaned.kept["action_id"].tolist() == ["T1"]
    assert cleaned.left_out["rule"].tolist() == ["record left out"]
