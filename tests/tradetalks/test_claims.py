"""Checks on small cases, the rules that combine them, and the shipped claims under mutation."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from tradetalks import claims
from tradetalks.claims import Case, Evidence, Measured, Record, Settings

SETTINGS = Settings(as_of=date(2019, 6, 4))


def record(name, kind="statement", day=date(2019, 5, 6), **more):
    return Record(name, kind, day, **{"source_id": f"source of {name}", **more})


def case(*evidence, arguments=None, settings=SETTINGS, measured=None):
    return Case(list(evidence), arguments or {}, settings, measured or Measured())


def neutral(found, is_for=True):
    return Evidence(found, is_for, is_interested=False, is_admission=False)


def interested(found, is_for=True):
    return Evidence(found, is_for, is_interested=True, is_admission=False)


def admission(found, is_for=True):
    return Evidence(found, is_for, is_interested=False, is_admission=True)


def test_recorded_needs_one_row_and_disputes_two_accounts():
    assert claims.check_recorded(case()).answer == "unknown"
    assert claims.check_recorded(case(neutral(record("S1")))).answer == "yes"
    assert claims.check_recorded(case(neutral(record("S1"), is_for=False))).answer == "no"
    both = case(neutral(record("S1")), neutral(record("S2"), is_for=False))
    assert claims.check_recorded(both).answer == "disputed"


@pytest.mark.parametrize(
    ("evidence", "answer"),
    [
        pytest.param([interested(record("S1"))], "unknown", id="a party's word alone"),
        pytest.param(
            [interested(record("S1")), interested(record("S2"), is_for=False)],
            "disputed",
            id="word against word",
        ),
        pytest.param(
            [interested(record("S1")), admission(record("S2"), is_for=False)],
            "no",
            id="an admission beats a party's word",
        ),
        pytest.param(
            [neutral(record("R1", "round", grade="medium"))], "yes", id="press that nobody denies"
        ),
        pytest.param(
            [
                neutral(record("R1", "round", grade="medium")),
                interested(record("S1"), is_for=False),
            ],
            "disputed",
            id="press of medium confidence that is denied",
        ),
        pytest.param(
            [neutral(record("T1", "action")), interested(record("S1"), is_for=False)],
            "yes",
            id="a notice stands against a denial",
        ),
        pytest.param(
            [admission(record("S1")), admission(record("S2"), is_for=False)],
            "disputed",
            id="admissions on both sides",
        ),
    ],
)
def test_corroborated_weighs_who_speaks(evidence, answer):
    assert claims.check_corroborated(case(*evidence)).answer == answer


def test_dated_by_publication_or_by_effect():
    step = record("T1", "action", date(2019, 5, 9), effective=date(2019, 5, 10))
    span = {"from": date(2019, 5, 9), "to": date(2019, 5, 9)}
    assert claims.check_dated(case(neutral(step), arguments=span)).answer == "yes"
    late = claims.check_dated(case(neutral(step), arguments={**span, "by": "effective"}))
    assert late.answer == "no"
    assert "2019-05-10" in late.finding


def test_in_order_uses_hours_and_admits_what_it_cannot_tell():
    morning = record("S1", at=datetime(2019, 5, 6, 8))
    evening = record("S2", at=datetime(2019, 5, 6, 20))
    untimed = record("S3")

    def order(*names):
        chain = case(neutral(morning), neutral(evening), neutral(untimed))
        return claims.check_in_order(chain._replace(arguments={"order": list(names)})).answer

    assert order("S1", "S2") == "yes"
    assert order("S2", "S1") == "no"
    assert order("S1", "S3") == "unknown"
    assert order("S1", "S9") == "unknown"


def test_within_follows_the_effective_date_rule():
    step = record("T1", "action", date(2019, 5, 9), effective=date(2019, 5, 10))
    talks = record("R1", "round", date(2019, 5, 9), end=date(2019, 5, 10))
    measured = Measured(effective_dates={("T1", "late"): date(2019, 6, 15)})
    asked = case(
        neutral(step),
        neutral(talks),
        arguments={"action": "T1", "round": "R1"},
        measured=measured,
    )
    assert claims.check_within(asked).answer == "yes"
    late = asked._replace(settings=replace(SETTINGS, effective_date_rule="late"))
    assert claims.check_within(late).answer == "no"


def test_worth_prefers_measured_values_to_claimed_ones():
    claimed = record("T1", "action", numbers={"value_claimed_usd_bn": 60.0})
    measured = record("K1", "value", None, numbers={"estimate_usd_bn": 35.0})
    asked = {"usd_bn": 60, "within_share": 0.1}
    assert claims.check_worth(case(neutral(claimed), arguments=asked)).answer == "yes"
    both = case(neutral(claimed), neutral(measured, is_for=False), arguments=asked)
    assert claims.check_worth(both).answer == "no"


def test_farm_majority_takes_the_definition_of_the_run():
    step = record("T1", "action")
    measured = Measured(farm_shares={("T1", "hs01_24"): 0.1, ("T1", "wide"): 0.6})
    asked = case(neutral(step), arguments={"action": "T1", "at_least": 0.5}, measured=measured)
    assert claims.check_farm_majority(asked).answer == "no"
    wide = asked._replace(settings=replace(SETTINGS, farm_definition="wide"))
    assert claims.check_farm_majority(wide).answer == "yes"
    none = asked._replace(settings=replace(SETTINGS, farm_definition="other"))
    assert claims.check_farm_majority(none).answer == "unknown"


@pytest.mark.parametrize(
    ("rule", "answers", "verdict"),
    [
        ("every", ["yes", "yes"], "supported"),
        ("every", ["yes", "no"], "contradicted"),
        ("every", ["yes", "disputed"], "undetermined"),
        ("count", ["yes", "no", "no"], "partly supported"),
        ("count", ["no", "no"], "contradicted"),
        ("count", ["no", "unknown"], "undetermined"),
        ("judgement", ["yes", "yes"], "undetermined"),
        ("every", [], "undetermined"),
    ],
)
def test_rules_combine_answers(rule, answers, verdict):
    assert claims.combine(rule, answers) == verdict


def test_what_may_be_used():
    later = record("S1", day=date(2019, 6, 5))
    weak = record("S2", grade="low")
    editorial = record("S3", is_editorial=True)
    assert not SETTINGS.admits(later)
    assert not SETTINGS.admits(weak)
    assert replace(SETTINGS, min_confidence="low").admits(weak)
    assert SETTINGS.admits(editorial)
    assert not replace(SETTINGS, include_editorials=False).admits(editorial)


@pytest.fixture(scope="module")
def shipped(raw):
    """The shipped claims with their records and a measure of every step that a claim asks for."""
    records = claims.gather_records(
        raw["statements"], raw["actions"], raw["rounds"], raw["coverage"], raw.references
    )
    measured = Measured(farm_shares={("T066", "hs01_24"): 0.05})
    return raw["claims"], raw["questions"], raw["evidence"], records, measured


HINDSIGHT = Settings(as_of=date(2020, 2, 14))


def judged(shipped, settings=HINDSIGHT, evidence=None, records=None):
    frames = list(shipped)
    frames[2] = frames[2] if evidence is None else evidence
    frames[3] = frames[3] if records is None else records
    return claims.judge_claims(*frames[:4], settings, frames[4])


def test_every_claim_has_a_decisive_question_and_a_known_check(shipped):
    all_claims, questions, *_ = shipped
    assert set(questions["check"]) <= set(claims.CHECKS)
    assert set(all_claims["rule"]) <= {"every", "count", "judgement"}
    decisive = questions.loc[questions["is_decisive"], "claim_id"]
    assert set(decisive) == set(all_claims["claim_id"])


def test_removing_the_evidence_of_a_claim_changes_its_verdict_or_certainty(shipped):
    all_claims, questions, evidence, *_ = shipped
    before, _ = judged(shipped)
    before = before.set_index("claim_id")
    assert list(before.index) == sorted(all_claims["claim_id"])
    for claim_id in before.index:
        own = questions.loc[questions["claim_id"].eq(claim_id), "question_id"]
        without = evidence[~evidence["question_id"].isin(own)]
        after, _ = judged(shipped, evidence=without)
        row = after.set_index("claim_id").loc[claim_id]
        was = before.loc[claim_id]
        assert (row["verdict"], row["certainty"]) != (was["verdict"], was["certainty"]), claim_id


def test_the_order_of_rows_changes_nothing(shipped):
    all_claims, questions, evidence, records, measured = shipped
    before = judged(shipped)
    after = claims.judge_claims(
        all_claims.sample(frac=1, random_state=1),
        questions.sample(frac=1, random_state=2),
        evidence.sample(frac=1, random_state=3),
        dict(reversed(records.items())),
        HINDSIGHT,
        measured,
    )
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_later_statement_does_not_reach_a_verdict(shipped):
    records = shipped[3]
    early = Settings(as_of=date(2019, 6, 4))
    before = judged(shipped, early)
    # every statement after the day now says something else
    loud = {
        name: replace(found, says="LOUD", side="", grade="high")
        if found.day and found.day > early.as_of
        else found
        for name, found in records.items()
    }
    after = judged(shipped, early, records=loud)
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert before[0]["claim_date"].dt.date.max() <= early.as_of


def test_reasons_name_what_decides_and_what_is_left_unsaid():
    answers = pd.DataFrame(
        {
            "claim_id": ["C1", "C1", "C1"],
            "question": ["Was it so?", "Was it always so?", "Is it known?"],
            "is_decisive": [True, False, False],
            "answer": ["yes", "no", "yes"],
        }
    )
    assert claims.reasons(answers).to_dict() == {"C1": "Was it so? Yes. Was it always so? No."}


def test_robustness_counts_agreeing_combinations(shipped):
    grid = claims.verdict_grid(
        *shipped[:4],
        HINDSIGHT,
        shipped[4],
        {"min_confidence": claims.GRADES, "include_editorials": (True, False)},
    )
    told = claims.robustness(grid, HINDSIGHT).set_index("claim_id")
    assert told["robust_share"].between(1 / 6, 1).all()
    flips = told["flips_under"].ne("")
    assert flips.eq(told["robust_share"].lt(1)).all()
