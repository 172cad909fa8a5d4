"""Cleaning of the tariff tables, on small typed-out frames."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tradetalks.admitted import Admitting
from tradetalks.checks import DataError
from tradetalks.tariffs.cleaning import (
    clean_actions,
    clean_benchmarks,
    clean_chapter_changes,
    clean_chapter_imports,
    clean_coverage_sets,
    clean_episodes,
    clean_farm_figures,
    clean_steps,
    compare_line_counts,
)

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
    return clean_actions(table, Admitting(pd.Timestamp(as_of), min_confidence)).kept


# actions


def test_actions_after_as_of_or_too_weak_leave_by_name() -> None:
    table = actions(
        {"action_id": "T1"},
        {"action_id": "T2", "confidence": "low"},
        {"action_id": "T3", "announced_date": "2020-01-21"},
    )
    cleaned = clean_actions(table, Admitting(pd.Timestamp("2020-01-20"), "medium"))
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


# steps


def test_a_weak_step_stays_and_is_flagged() -> None:
    steps = clean_steps(
        actions({"action_id": "T1", "confidence": "low"}, plan("T2")),
        Admitting(pd.Timestamp("2020-01-31"), "high"),
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
    steps = clean_steps(table, Admitting(pd.Timestamp(as_of), "low"))
    by_step = steps.set_index("step_id")
    last = by_step.loc["T1", "entry_deadline"]
    if deadlines is None:
        assert by_step["entry_deadlines"].isna().all()
        assert pd.isna(last)
    else:
        assert by_step.loc["T1", "entry_deadlines"] == deadlines
        assert last == pd.Timestamp(deadlines.split(";")[-1])
    assert pd.isna(by_step.loc["T2", "entry_deadlines"])


def test_a_deadline_before_the_step_softens_nothing() -> None:
    table = actions({"action_id": "T1"}, grace("T2", "2020-01-15", "2020-01-31"))
    steps = clean_steps(table, Admitting(pd.Timestamp("2020-06-01"), "low"))
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
        with pytest.raises(DataError, match="counts other lines than its actions publish"):
            clean_chapter_changes(CHANGES, EVENTS, table, as_of=pd.Timestamp("2020-06-01"))


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


def test_benchmarks_count_from_the_day_they_came_out() -> None:
    cleaned = clean_benchmarks(BENCHMARKS, Admitting(pd.Timestamp("2020-03-01"), "low"))
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
    steps = clean_steps(actions(UP), Admitting(pd.Timestamp("2020-06-01"), "low"))
    cleaned = clean_farm_figures(figures, steps)
    assert cleaned.kept["action_id"].tolist() == ["T1"]
    assert cleaned.left_out["rule"].tolist() == ["record left out"]
