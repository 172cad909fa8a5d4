"""Verdicts, doubts, accounts and readings as tables."""

from datetime import date

import pandas as pd
import pytest

from tradetalks.judge.checks import Measured
from tradetalks.judge.docket import Claim, Docket
from tradetalks.judge.readings import pair_readings
from tradetalks.judge.records import Record
from tradetalks.judge.tables import (
    accounts,
    contested,
    counter_account,
    doubt_claims,
    judge_claims,
    spread_turns,
    written,
)
from tradetalks.judge.turns import heaviest
from tradetalks.judge.weigh import Question, Reading, Roles, Row, Settings
from tradetalks.measure.coding import measure_agreement

SETTINGS = Settings(as_of=date(2030, 6, 1))
ROLES = Roles("A", "B", date(2030, 3, 1), date(2030, 5, 10))


def row(name, *sides, day=date(2030, 4, 5), is_for=True, kind="statement", **more):
    given = {"voice": name, "who": f"Speaker of {name}", "says": "words", "form": "interview"}
    return Row(Record(name, kind, day, frozenset(sides), **(given | more)), Reading(is_for))


def charge(*rows, slot="undertaken"):
    claim = Claim("C1", "charge", "A", date(2030, 5, 20), "It broke its word.", ROLES)
    question = Question("C1.1", slot, "Was it so?", ROLES, rows)
    return Docket({"C1": claim}, {"C1": [question]}, Measured(names={"A": "Aland"}))


@pytest.mark.parametrize(
    ("rows", "form", "days"),
    [
        ([], "nothing public", None),
        ([row("S1", "A")], "nothing public", None),
        ([row("S1", "B")], "interview", 35),
        ([row("S1", "B", form="press statement")], "read-out of one side", 35),
        (
            [
                row("S1", "B", form="press statement"),
                row("S2", "A", form="press conference", day=date(2030, 5, 9)),
            ],
            "read-outs of both sides",
            35,
        ),
        ([row("T1", "B", kind="deed"), row("S1", "B")], "notice", 35),
        ([row("S1", "A", "B", kind="joint"), row("T1", "B", kind="deed")], "joint text", 35),
    ],
)
def test_where_an_undertaking_is_written_is_the_best_form_that_carries_it(rows, form, days):
    docket = charge(*rows)
    answers = [(q, docket.answer(q, SETTINGS)) for q in docket.questions["C1"]]
    found = written(docket.claims["C1"], answers)
    assert (found.form, found.days) == (form, days)


def test_the_counter_account_answers_the_question_and_is_not_the_latest():
    docket = charge(
        row("S1", "B", is_for=False, day=date(2030, 4, 1)),
        row("S2", "B", is_for=False, day=date(2030, 5, 30)),
        row("S3", "A", is_for=False, day=date(2030, 3, 1)),
    )
    told = counter_account(docket, docket.claims["C1"], SETTINGS)
    assert told == "Speaker of S1, 1 April 2030: words [S1]"


def test_accounts_take_words_of_the_time_first_and_one_for_each_side():
    docket = charge(
        row("S1", "B", day=date(2030, 5, 20)),
        row("S2", "B", day=date(2030, 4, 2)),
        row("S3", "A", day=date(2030, 5, 30)),
    )
    told = accounts(docket, docket.claims["C1"], SETTINGS)
    assert list(told["record_id"]) == ["S3", "S2"]


def test_a_folder_is_judged_into_one_row_per_claim_and_question(folder):
    docket, settings = folder.docket(), folder.settings
    verdicts, answers = judge_claims(docket, settings)
    doubts, turns = doubt_claims(docket, settings, {})
    assert list(verdicts["claim_id"]) == list(doubts["claim_id"]) == list(docket.claims)
    assert answers["question_id"].is_unique
    assert doubts[["rests_on", "would_change_if", "known_on_the_day"]].ne("").all(axis=None)
    wide = spread_turns(turns)
    assert set(wide["claim_id"]) == set(doubts.loc[doubts["rests_on"].ne("firm"), "claim_id"])
    heavy = heaviest(turns)
    assert [len(claims) for _, claims in heavy] == sorted(
        (len(claims) for _, claims in heavy), reverse=True
    )
    testable = dict.fromkeys(docket.claims, "yes")
    some = contested(docket, testable, settings)
    assert some == sorted(some)
    assert set(some) < set(contested(docket, dict.fromkeys(testable, "no"), settings))


def test_what_bears_out_a_charge_speaks_against_its_denial(geneva):
    verdicts, _ = judge_claims(geneva.docket(), geneva.settings)
    told = verdicts.set_index("claim_id")
    assert told.loc["C01", "evidence_for"] == told.loc["C09", "evidence_against"]
    assert told.loc["C01", "evidence_against"] == told.loc["C09", "evidence_for"]


def test_two_readings_are_paired_by_question_and_record():
    evidence = pd.DataFrame(
        {
            "question_id": ["C1.1", "C1.1", "C1.1", "C1.2"],
            "statement_id": ["S1", "S1", None, "S1"],
            "press_id": [None, None, "P1", None],
            "stance": ["for", "against", "for", "for"],
            "reads": "direct",
            "passage": "words",
            "admission": ["grants it", None, None, None],
        }
    )
    again = evidence.iloc[[1, 2]].drop(columns="passage").assign(reads=["direct", "implied"])
    paired = pair_readings(evidence, again)
    assert list(paired["stance_1"]) == list(paired["stance_2"]) == ["against", "for"]
    agreement = measure_agreement(paired).set_index("variable")
    assert agreement.loc["stance", "agreement"] == 1
    assert agreement.loc["reads", "agreed"] == 1
