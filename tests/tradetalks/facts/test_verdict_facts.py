"""Facts of the verdicts, and what verdicts, answers and accounts read like."""

from datetime import date

import pandas as pd
import pytest

from tradetalks.facts import verdict_facts
from tradetalks.judge.turns import Change, Turn
from tradetalks.judge.weigh import Settings

JUDGED = {
    "claim_id": "C1",
    "claimant": "Paper",
    "claim_date": pd.Timestamp("2019-05-07"),
    "claim": "It was so.",
    "kind": "charge",
    "verdict": "act established with the breach disputed",
    "certainty": "high",
    "written": "interview",
    "days": 9,
    "rests_on": "S1, a rule",
    "turns": "supported if S1 (Ann, 6 May 2019) is left out",
    "would_change_if": "A text: supported.",
    "known_on_the_day": "undetermined",
    "asked_otherwise": "",
    "evidence_for": "S1; T1",
    "evidence_against": "",
}


def by_id(facts):
    return {fact.value_id: fact for fact in facts}


def block(**changed):
    claim = {"testable": "partly"}
    return verdict_facts.block_parts(JUDGED | changed, claim, ["The gazette.", "", "The gazette."])


def test_a_block_says_what_turns_the_verdict_and_what_would_change_it():
    above, below = block()
    assert above == {
        "Verdict": "Act established with the breach disputed (act: high)."
        " One change of S1 or a rule turns it."
        " By what was public on the day of the claim: undetermined.",
        "Made by": "Paper, 7 May 2019; public records can decide it in part.",
        "The undertaking is written in": (
            "interview; the accused last gave it 9 days before the act."
        ),
        "Looked for": "The gazette.",
    }
    assert below == {
        "What turns it": f"{JUDGED['turns']}.",
        "What would change it": "A text: supported.",
    }


def test_a_firm_verdict_and_one_that_a_question_reads_otherwise_say_so():
    above, below = block(rests_on="firm", turns="", asked_otherwise="entry_june_1: contradicted")
    assert below["What turns it"] == "nothing that was tried."
    assert above["Verdict"].endswith("Asked otherwise: entry_june_1: contradicted.")
    assert "The undertaking is written in" not in block(written="")[0]


def test_of_a_charge_the_accuser_speaks_first():
    names = {"US": "American", "CN": "Chinese"}
    claim = {"kind": "charge", "side": "CN", "accused": "US"}
    labels = verdict_facts.side_labels(claim, names)
    assert labels == {
        "CN": "The accuser: Chinese account",
        "US": "The accused: American account",
    }
    assert [*verdict_facts.side_labels(claim | {"kind": "fact"}, names)] == ["US", "CN"]


def test_a_side_is_silent_only_where_the_other_speaks():
    said = pd.DataFrame(
        [("Q1", "US", "Yes."), ("Q1", "US", "No."), ("Q2", "CN", "No.")],
        columns=["question_id", "side", "words"],
    )
    told = verdict_facts.by_side(said, ["Q1", "Q2", "Q3"], ["CN", "US"]).fillna("")
    assert told.loc["Q1"].tolist() == ["no record in the evidence", "Yes.\n\nNo."]
    assert told.loc["Q2"].tolist() == ["No.", "no record in the evidence"]
    assert told.loc["Q3"].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("row", "reads"),
    [
        ({"verdict": "supported", "certainty": "high"}, "supported (high)"),
        ({"verdict": "undetermined", "certainty": "none"}, "undetermined"),
        (
            {"verdict": "act established with no undertaking on record", "certainty": "medium"},
            "act established with no undertaking on record (act: medium)",
        ),
    ],
)
def test_a_verdict_reads_with_its_certainty(row, reads):
    assert verdict_facts.verdict_words(row) == reads


def test_an_answer_reads_with_what_was_found():
    row = {"answer": "yes", "certainty": "high", "finding": "2019-05-06 comes first"}
    assert verdict_facts.answer_words(row) == "Yes (high): 6 May 2019 comes first"
    nothing = {"answer": "unknown", "certainty": "none", "finding": "nothing on record"}
    assert verdict_facts.answer_words(nothing) == "Not on record"


def account(**changes):
    row = {
        "is_for": True,
        "is_implied": False,
        "kind": "statement",
        "sides": frozenset({"A"}),
        "who": "Ann",
        "day": pd.Timestamp("2019-05-06"),
        "says": "Said so.",
        "is_verified": True,
        "is_again": False,
        "is_read_otherwise": False,
        "other_way": "",
    }
    return verdict_facts.account_words(row | changes, {"A": "Aldish", "B": "Brennian"})


def test_an_account_reads_with_its_answer_and_speaker_and_says_what_nobody_saw():
    assert account() == "Yes. Ann, 6 May 2019: Said so."
    assert "Unverified" in account(is_verified=False)
    assert account(is_again=True, is_for=False) == "No. As above: Ann, 6 May 2019."
    implied = account(is_implied=True, is_read_otherwise=True)
    assert implied == "Implied yes (at the second reading: no). Ann, 6 May 2019: Said so."
    notice = account(kind="deed", who="84 FR 1 (6 May 2019)")
    assert notice == "Yes. 84 FR 1 (6 May 2019): Said so."


@pytest.mark.parametrize(
    ("is_implied", "other_way", "reads"),
    [
        (False, "direct", "Yes (and no)"),
        (True, "implied", "Implied yes (and no)"),
        (False, "implied", "Yes (and implied no)"),
        (True, "direct", "No (and implied yes)"),
    ],
)
def test_of_an_account_that_speaks_both_ways_the_more_direct_one_comes_first(
    is_implied, other_way, reads
):
    said = account(is_implied=is_implied, other_way=other_way)
    assert said == f"{reads}. Ann, 6 May 2019: Said so."


@pytest.mark.parametrize(
    ("sides", "sources"),
    [
        ({"A"}, "Aldish sources"),
        ({"B", "A"}, "sources of both sides"),
        ({"third", "B"}, "Brennian and other sources"),
        (set(), "sources of no known side"),
    ],
)
def test_an_account_of_the_press_is_told_with_the_sides_of_its_sources(sides, sources):
    said = account(kind="press", sides=frozenset(sides))
    assert said == f"Yes. Ann, on {sources}, 6 May 2019: Said so."


def test_claims_and_charges_are_counted_and_reconstructions_are_not():
    rows = [
        ("C1", "Paper", "charge", "supported"),
        ("C2", "Paper", "fact", "supported"),
        ("C3", "", "fact", "contradicted"),
        ("C4", "Press", "value", "value judgement"),
    ]
    frame = pd.DataFrame(rows, columns=["claim_id", "claimant", "kind", "verdict"])
    counted = by_id(verdict_facts.count_facts(frame))
    assert (counted["n_claims"].value, counted["n_supported"].value) == (3, 2)
    assert (counted["n_contradicted"].value, counted["n_value_judgement"].value) == (0, 1)
    charges = by_id(verdict_facts.charge_facts(frame))
    assert (charges["n_charges"].value, charges["n_charges_supported"].value) == (1, 1)
    assert charges["n_charges"].rows == {"claims": ["C1"]}
    assert charges["breach_open_c1"].value is False
    article = by_id(verdict_facts.article_facts(frame))
    assert article["article_verdicts"].value == "supported 2; contradicted 1; value judgement 1"
    assert article["n_article_contradicted"].value == 1


def test_charges_are_counted_by_who_made_them():
    judged = {"kind": ["charge", "charge", "sum"], "verdict": ["contradicted", *["supported"] * 2]}
    verdicts = pd.DataFrame({"claim_id": ["C1", "C2", "C3"], **judged})
    made = pd.DataFrame({"claim_id": ["C1", "C2", "C3"], "side": ["US", "US", "CN"]})
    sides = pd.DataFrame({"side": ["US", "CN"], "article_name": ["the United States", "China"]})
    found = by_id(verdict_facts.accuser_facts(verdicts, made, sides))
    assert found["verdicts_on_us"].value == "supported 1; contradicted 1"
    assert found["verdicts_on_us"].rows == {"claims": ["C1", "C2"]}
    assert found["verdicts_on_cn"].value == "none is judged"


def test_firm_verdicts_and_contested_claims_are_counted():
    kinds = ["fact", "charge", "value", "denial", "fact"]
    rests = ["firm", "S1", "firm", "firm", "firm"]
    doubts = pd.DataFrame({"kind": kinds, "rests_on": rests, "claimant": ["A", "A", "A", "A", ""]})
    doubts["claim_id"] = ["C1", "C2", "C3", "C4", "C5"]
    change = Change("rule", "a rule is another", Settings(as_of=date(2030, 6, 1)))
    turns = [Turn("C2", change, "supported"), Turn("C1", change, "supported")]
    found = by_id(verdict_facts.firm_facts(doubts, turns, 40, ["C1"]))
    told = {name: fact.value for name, fact in found.items()}
    counted = {"n_judged": 2, "n_firm": 1, "n_tried": 40, "n_contested": 1}
    assert told == {**counted, "n_charges_one_change_away": 1}
    other = by_id(verdict_facts.firm_facts(doubts, [Turn("C2", change, "undetermined")], 40, []))
    assert other["n_charges_one_change_away"].text == "none"


def test_kappa_is_told_for_each_thing_that_is_read_or_said_not_to_be_measured():
    agreement = pd.DataFrame({"variable": ["stance"], "kappa": [0.8]})
    found = by_id(verdict_facts.reading_facts(agreement, pd.DataFrame({"question_id": ["C1.1"]})))
    assert found["kappa_stance"].value == 0.8
    assert found["kappa_reads"].value == "not measured"
    assert found["n_read_twice"].value == 1


def test_a_charge_without_an_undertaking_is_told():
    def refuted(answer):
        row = {"question_id": "C1.1", "question": "Had it?", "answer": answer}
        answers = pd.DataFrame([{"claim_id": "C1", "slot": "undertaken", **row}])
        return by_id(verdict_facts.answer_facts(answers))["undertaking_refuted_c1"].value

    assert refuted("no") is True
    assert refuted("unknown") is False
