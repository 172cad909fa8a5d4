"""Verdicts, doubts, accounts and readings as tables."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from tradetalks.claims.checks import Measured, _if_all
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.tables import (
    Quoted,
    accounts,
    contested,
    counter_account,
    doubt_claims,
    judge_claims,
    pair_readings,
    quotations,
    spread_turns,
    written,
)
from tradetalks.claims.weigh import (
    Evidence,
    Question,
    Reading,
    Roles,
    Settings,
    is_at_the_time,
    is_replaced,
)
from tradetalks.claims.witnesses import Witness
from tradetalks.words.coding import measure_agreement

SETTINGS = Settings(as_of=date(2030, 6, 1))
ROLES = Roles("A", "B", date(2030, 3, 1), date(2030, 5, 10))


def row(name, *sides, day=date(2030, 4, 5), is_for=True, kind="statement", **more):
    given = {"voice": name, "who": f"Speaker of {name}", "says": "words", "form": "interview"}
    return Evidence(Witness(name, kind, day, frozenset(sides), **(given | more)), Reading(is_for))


def test_at_the_time_is_from_the_first_day_of_a_promise_to_the_eve_of_the_act():
    a_day, since, act = timedelta(1), ROLES.since, ROLES.act_day
    days = [since - a_day, since, act - a_day, act, None]
    said = [row("S1", "A", day=day).record for day in days]
    assert [is_at_the_time(one, ROLES) for one in said] == [False, True, True, False, False]
    ever = ROLES._replace(since=None)
    assert [is_at_the_time(one, ever) for one in said] == [True, True, True, False, False]
    never = ROLES._replace(act_day=None)
    assert not any(is_at_the_time(one, never) for one in said)
    known = [replace(one, replaced=one.day) for one in said]
    assert [is_replaced(one, ROLES) for one in known] == [True, True, True, False, False]
    assert not any(is_replaced(one, never) for one in known)


def test_of_records_that_disagree_is_told_what_they_hold_or_that_they_do():
    case = SimpleNamespace(firm=lambda is_so, by, finding: (is_so, by, finding))
    one, other = (row(name, "A").record for name in ("S1", "S2"))
    alike, apart = [(one, True), (other, True)], [(one, True), (other, False)]
    assert _if_all(case, alike, "3, 4", "both") == (True, [one, other], "3, 4")
    for told, finding in ((["3, 4"], "3, 4"), (["2 records", "both"], "both")):
        found = _if_all(case, apart, *told)
        assert (found.answer, found.by, found.finding) == ("disputed", (one, other), finding)


def charge(*rows, slot="undertaken"):
    claim = Claim("C1", "charge", "A", date(2030, 5, 20), "It broke its word.", ROLES)
    question = Question("C1.1", slot, "Was it so?", ROLES, rows)
    return Docket({"C1": claim}, {"C1": [question]}, Measured(names={"A": "Aland"}))


@pytest.mark.parametrize(
    ("rows", "form", "days"),
    [
        ([], "nothing public", None),
        ([row("S1", "A")], "nothing public", None),
        ([row("S1", "B")], "words of one side (interview)", 35),
        ([row("S1", "B", form="press statement")], "words of one side (press statement)", 35),
        (
            [
                row("S1", "B", form="press statement"),
                row("S2", "A", form="press conference", day=date(2030, 5, 9)),
            ],
            "words of both sides (press conference, press statement)",
            35,
        ),
        ([row("T1", "B", kind="deed"), row("S1", "B")], "notice (Speaker of T1; words)", 35),
        ([row("S1", "A", "B", kind="joint"), row("T1", "B", kind="deed")], "joint text", 35),
    ],
)
def test_where_an_undertaking_is_written_is_the_best_form_that_carries_it(rows, form, days):
    docket = charge(*rows)
    answers = [(q, docket.answer(q, SETTINGS)) for q in docket.questions["C1"]]
    assert written(docket.claims["C1"], answers) == (form, days)


def test_the_counter_account_answers_the_question_and_is_not_the_latest():
    docket = charge(
        row("S1", "B", is_for=False, day=date(2030, 4, 1)),
        row("S2", "B", is_for=False, day=date(2030, 5, 30)),
        row("S3", "A", is_for=False, day=date(2030, 3, 1)),
    )
    told = counter_account(docket, docket.claims["C1"], SETTINGS)
    assert told == "Speaker of S1, 1 April 2030: words [S1]"


def told(docket, *quoted, alike=False):
    said = {name: "so it is" if alike else f"{name} is so" for name in quoted}
    words = {("C1.1", name, True): Quoted(said[name], "") for name in quoted}
    found = accounts(docket, docket.claims["C1"], SETTINGS, words)
    return [(one.side, one.record.record_id, one.reading.is_for) for one in found]


def test_accounts_take_first_what_carries_then_what_is_direct_one_for_each_side_and_stance():
    implied = row("S4", "B", day=date(2030, 4, 1))
    docket = charge(
        row("S1", "B", day=date(2030, 5, 20)),
        row("S2", "B", day=date(2030, 4, 2)),
        row("S3", "A", day=date(2030, 5, 30)),
        implied._replace(reading=Reading(is_for=True, is_implied=True)),
    )
    assert told(docket) == [("B", "S2", True), ("A", "S3", True)]
    both = charge(row("S1", "B"), row("S2", "B", is_for=False), row("P1", "A", kind="press"))
    assert sorted(told(both)) == [("A", "P1", True), ("B", "S1", True), ("B", "S2", False)]


def test_words_that_were_read_come_first_and_a_second_witness_whose_words_carry_the_promise():
    docket = charge(
        row("S1", "B", day=date(2030, 4, 1)),
        row("S2", "B", day=date(2030, 4, 2)),
        row("S3", "B", day=date(2030, 4, 3)),
    )
    assert told(docket) == [("B", "S1", True)]
    assert told(docket, "S2", "S3") == [("B", "S2", True), ("B", "S3", True)]
    assert told(docket, "S2", "S3", alike=True) == [("B", "S2", True)]  # nothing new is quoted
    acts = charge(row("S2", "B"), row("S3", "B"), slot="act")
    assert told(acts, "S2", "S3") == [("B", "S2", True)]


def test_of_ways_out_that_of_the_paper_with_the_promise_goes_first():
    paper = {"source_id": "paper", "who": "Paper", "day": date(2030, 4, 2)}
    promised, with_it = row("S1", "B", **paper), row("S2", "B", **paper)
    rows = row("S3", "B", day=date(2030, 3, 1)), with_it
    docket = charge(promised)
    undertaken = docket.questions["C1"][0]

    def way_out(*before):
        reserved = replace(undertaken, question_id="C1.2", slot="reserved", rows=rows)
        asked = replace(docket, questions={"C1": [*before, reserved]})
        found = accounts(asked, asked.claims["C1"], SETTINGS, {})
        return [one.record.record_id for one in found if one.question is reserved]

    assert way_out(undertaken) == ["S2"]
    assert way_out() == ["S3"]


def test_words_are_those_of_the_document_else_the_passage_and_a_column_is_none():
    keys = ["question_id", "stance", "statement_id", "action_id"]
    evidence = pd.DataFrame(
        [
            ("C1.1", "for", "S1", None, "a passage", None),
            ("C1.1", "for", "S2", None, "还价", "bargain"),
            ("C1.1", "for", None, "T1", "kind", None),
        ],
        columns=[*keys, "passage", "translation"],
    )
    sentences = pd.DataFrame(
        [("C1.1", "for", "S1", None, "the words", None)], columns=[*keys, "words", "translation"]
    )
    others = {name: pd.DataFrame(columns=["kind"]) for name in ("press", "rounds", "statements")}
    raw = {"evidence": evidence, "sentences": sentences, "actions": pd.DataFrame(columns=["kind"])}
    assert quotations(raw | others) == {
        ("C1.1", "S1", True): Quoted("the words", ""),
        ("C1.1", "S2", True): Quoted("还价", "bargain"),
    }


def test_words_stand_for_a_notice_that_is_one_utterance_with_them():
    one = {"utterance": "order"}
    docket = charge(row("T1", "B", kind="deed", **one), row("S1", "B", **one))
    assert told(docket) == [("B", "S1", True)]
    # else a side's own words are shown of a promise
    assert told(charge(row("T1", "B", kind="deed"), row("S1", "B"))) == [("B", "S1", True)]


def test_an_accuser_without_a_record_on_the_act_has_that_of_the_charge():
    act = row("T1", "B", kind="deed", day=date(2030, 5, 10))
    made_in = row("S9", "A", day=date(2030, 5, 20)).record
    docket = charge(act, slot="act")
    claim = replace(docket.claims["C1"], made_in="S9")
    docket = replace(docket, claims={"C1": claim}, ledger=[made_in])
    assert told(docket) == [("B", "T1", True), ("A", "S9", True)]
    own = replace(docket, questions=charge(act, row("S1", "A"), slot="act").questions)
    assert ("A", "S9", True) not in told(own)


def test_a_second_reading_the_other_way_is_told():
    docket = charge(row("S1", "B"))
    (question,) = docket.questions["C1"]
    other = Evidence(question.rows[0].record, Reading(is_for=False))
    docket = replace(
        docket, questions={"C1": [replace(question, again={"second": {"S1": (other,)}})]}
    )
    for settings in (SETTINGS, SETTINGS.but(coder="second")):
        (one,) = accounts(docket, docket.claims["C1"], settings, {})
        assert one.is_read_otherwise


def test_what_speaks_both_ways_is_told_with_how_it_does_so_in_the_other_one():
    one = row("S1", "B")
    other = one._replace(reading=Reading(is_for=False, is_implied=True))
    found = accounts(charge(one, other), charge(one).claims["C1"], SETTINGS, {})
    ways = {account.reading.is_for: account.other for account in found}
    assert ways == {True: other.reading, False: one.reading}
    (alone,) = accounts(charge(one), charge(one).claims["C1"], SETTINGS, {})
    assert alone.other is None


def test_a_paper_that_is_shown_one_way_is_heard_the_other_way_too():
    paper = {"source_id": "paper", "who": "Paper"}
    first, other = row("S1", "B", day=date(2030, 3, 2)), row("S3", "B", **paper)
    docket = charge(first, row("S2", "B", is_for=False, **paper), other, slot="act")
    heard = {("B", "S1", True), ("B", "S2", False)}
    assert {*told(docket, "S1")} == heard
    assert {*told(docket, "S1", "S3")} == heard | {("B", "S3", True)}
    apart = row("S3", "B", **paper | {"day": date(2030, 4, 6)})
    docket = charge(first, row("S2", "B", is_for=False, **paper), apart, slot="act")
    assert {*told(docket, "S1", "S3")} == heard


def test_words_go_with_a_record_that_another_coder_reads_the_other_way():
    words = {("C1.1", "S1", True): Quoted("so it is", "")}
    against = row("S1", "B", is_for=False)
    for rows, quoted in (([against], ["so it is"]), ([row("S1", "B"), against], ["so it is", ""])):
        docket = charge(*rows)
        found = accounts(docket, docket.claims["C1"], SETTINGS, words)
        assert sorted((one.words.words for one in found), reverse=True) == quoted


def test_a_folder_is_judged_into_one_row_per_claim_and_question(folder):
    docket, settings = folder.docket(), folder.settings
    verdicts, answers = judge_claims(docket, settings)
    doubts, turns, _ = doubt_claims(docket, settings, {})
    assert (
        list(verdicts["claim_id"])
        == list(doubts["claim_id"])
        == [claim.claim_id for claim in docket.made(settings.as_of)]
    )
    assert answers["question_id"].is_unique
    assert doubts[["rests_on", "would_change_if", "known_on_the_day"]].ne("").all(axis=None)
    wide = spread_turns(turns)
    assert set(wide["claim_id"]) == set(doubts.loc[doubts["rests_on"].ne("firm"), "claim_id"])
    testable = dict.fromkeys(docket.claims, "yes")
    some = contested(docket, testable, settings)
    assert some == sorted(some)
    assert set(some) < set(contested(docket, dict.fromkeys(testable, "no"), settings))


def test_what_bears_out_a_charge_speaks_against_its_denial(geneva):
    docket = geneva.docket()
    told = judge_claims(docket, geneva.settings)[0].set_index("claim_id")
    records = {column: told[column].str.split("; ").map(set) for column in told.filter(like="evid")}
    for_, against = records["evidence_for"], records["evidence_against"]
    denials = {name: claim for name, claim in docket.claims.items() if claim.kind == "denial"}
    assert denials
    for name, denial in denials.items():
        for charge in denial.parts:
            # what is asked of a denial itself, as context, stands there too
            assert for_[charge] <= against[name] and against[charge] <= for_[name]


def test_why_a_verdict_is_what_it_is_tells_the_rule_of_a_sum_and_what_makes_a_part_less_firm():
    first, second = (datetime(2030, 5, day, tzinfo=UTC) for day in (3, 9))
    by_press = {"kind": "press", "is_named": False, "grade": "medium"}
    rows = (
        row("P1", "A", told=first.date(), span=(first, first), **by_press),
        row("S1", "A", told=second.date(), span=(second, second)),
    )
    given = {"check": "in_order", "arguments": {"order": ["P1", "S1"]}}
    said = {"said_if_yes": "it was so", "said_if_no": "it was not so"}
    question = Question("C2.1", "part", "Was it so?", ROLES, rows, **given, **said)
    claims = {
        "C1": Claim("C1", "sum", "A", date(2030, 5, 20), "It did so.", ROLES, parts=("C2",)),
        "C2": Claim("C2", "fact", "A", date(2030, 5, 20), "It was so.", ROLES),
    }
    docket = Docket(claims, {"C1": [], "C2": [question]}, Measured())
    because = judge_claims(docket, SETTINGS)[0]["because"].tolist()
    assert because[0].startswith("A sum is told by how many of its charges stand")
    assert because[1].startswith("It was so (low: ")
    assert because[1].endswith("less certain day is that of Speaker of P1, on unnamed sources).")


def test_why_a_claim_has_its_verdict_is_told_in_sentences():
    said = {"said_if_yes": "it was so", "said_if_no": "it was not so"}
    given = {"check": "recorded", **said}
    against = row("S1", "A", is_for=False, told=date(2030, 5, 9))

    def asked(claim, *slots_and_rows):
        return [
            Question(f"{claim}.{number}", slot, "Was it so?", ROLES, rows, **given)
            for number, (slot, *rows) in enumerate(slots_and_rows, 1)
        ]

    day = date(2030, 5, 20)
    claims = {
        "C1": Claim("C1", "fact", "A", day, "It was so.", ROLES),
        "C2": Claim("C2", "denial", "B", day, "It never was.", ROLES, parts=("C3",)),
        "C3": Claim("C3", "charge", "A", day, "It broke.", ROLES, "to wait", "go on", name="Going"),
    }
    questions = {
        "C1": asked("C1", ("part", against), ("part",), ("context",)),
        "C2": asked("C2", ("context", against)),
        "C3": asked("C3", ("undertaken",), ("act",), ("covered",), ("reserved",), ("before",)),
    }
    because = judge_claims(Docket(claims, questions, Measured()), SETTINGS)[0]["because"].tolist()
    assert because[0] == "It was not so. Not on record: It was so."
    assert because[1].endswith("Going: undetermined. Beside it: It was not so.")
    assert because[2].startswith("The promise (to wait): not on record. The deed (go on): not")
    assert because[2].endswith("A way out that was left: not on record.")


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
    by_record = paired.dropna(subset=["stance_1"])
    assert list(by_record["stance_1"]) == ["for", "both"]
    assert list(by_record["stance_2"]) == ["for", "against"]
    agreement = measure_agreement(paired).set_index("variable")
    assert agreement.loc["stance", ["rows", "agreed"]].tolist() == [2, 1]
    assert agreement.loc["reads", ["rows", "agreed"]].tolist() == [2, 1]


def test_a_record_that_bears_in_no_way_by_the_second_reading_leaves_the_question():
    first = row("S1", "B")
    docket = charge(first)
    (question,) = docket.questions["C1"]
    again = replace(question, again={"second": {"S1": ()}})
    second = SETTINGS.but(coder="second")
    docket = replace(docket, questions={"C1": [again]})
    assert docket.answer(again, SETTINGS).answer == "yes"
    assert docket.answer(again, second).answer == "unknown"
    other = replace(question, again={"second": {"S1": (first._replace(reading=Reading(False)),)}})
    asked = replace(docket, questions={"C1": [other]})  # a docket keeps what it answered
    assert asked.answer(other, second).answer == "no"


def test_the_ground_of_a_fact_is_told_in_few_words():
    def asked(number, *rows, **more):
        words = {"said_if_yes": "it was so", "said_if_no": "it was not so"}
        given = {"check": "at_least", "arguments": {"usd_bn": 60}} | words | more
        return Question(f"C1.{number}", "part", "Was it so?", ROLES, rows, **given)

    def why(*questions):
        claim = Claim("C1", "fact", "A", date(2030, 5, 20), "It was so.", ROLES)
        docket = Docket({"C1": claim}, {"C1": [*questions]}, Measured())
        return judge_claims(docket, SETTINGS)[0]["why"].tolist()

    less = row(
        "M1",
        "A",
        is_for=False,
        kind="data",
        numbers={"estimate_usd_bn": 19.123},
        told=date(2030, 5, 9),
    )
    short = {"short_if_no": "imports of a year: {found}"}
    assert why(asked(1, less, **short)) == ["imports of a year: 19.1 billion dollars"]
    assert why(asked(1, less)) == ["it was not so"]
    said = {"check": "recorded", "arguments": {}}
    assert why(asked(1, row("S1", "A", told=date(2030, 5, 9)), **said)) == [
        "it was said; more is not asked"
    ]
    # what is not whole is told alone, and what is open with what a yes would say
    open_ = asked(2, **said, short_if_yes="by cable")
    assert why(asked(1, less), open_) == ["it was not so; not on record: by cable"]
