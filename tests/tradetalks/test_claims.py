"""Checks on small cases, the rules that combine them, and the shipped claims under mutation."""

import itertools
import random
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tradetalks import claims
from tradetalks.claims import Case, Evidence, Measured, Record, Settings

SETTINGS = Settings(as_of=date(2019, 6, 4))


def record(name, kind="statement", day=date(2019, 5, 6), **more):
    return Record(name, kind, day, **{"source_id": f"source of {name}", **more})


def case(*evidence, arguments=None, measured=None, ledger=(), **settings):
    return Case(list(evidence), arguments or {}, settings, measured or Measured(), ledger)


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
            [interested(record("S1", side="A")), interested(record("S2", side="B"))],
            "yes",
            id="two sides who say the same",
        ),
        pytest.param(
            [
                interested(record("S1", side="A")),
                interested(record("S2", side="A")),
                interested(record("S3", side="B"), is_for=False),
            ],
            "disputed",
            id="one side twice against the other",
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


def test_a_claim_of_the_press_is_not_settled_by_one_side_alone():
    made = pd.DataFrame(
        {
            "claim_id": ["C1"],
            "claimant": ["Press"],
            "side": [None],
            "claim_date": [pd.Timestamp("2019-05-08")],
            "rule": ["every"],
        }
    )
    questions = pd.DataFrame(
        {
            "question_id": ["C1.1"],
            "claim_id": ["C1"],
            "question": ["Was it so?"],
            "check": ["corroborated"],
            "arguments": [None],
            "is_decisive": [True],
        }
    )
    records = {
        "S1": record("S1", side="A"),
        "S2": record("S2", side="B"),
        "T1": record("T1", "action"),
    }

    def answer(**stances):
        evidence = pd.DataFrame(
            [("C1.1", stance, name) for name, stance in stances.items()],
            columns=["question_id", "stance", "record_id"],
        )
        docket = claims.Docket(made, questions, evidence, records, Measured())
        return docket.answers("C1", SETTINGS)[0][-1].answer

    assert answer(S1="for") == "unknown"
    assert answer(S1="for", S2="for") == "yes"
    assert answer(S1="for", S2="against") == "disputed"
    assert answer(S1="for", T1="for") == "yes"


def test_dated_by_publication_or_by_effect():
    step = record("T1", "action", date(2019, 5, 9), effective=date(2019, 5, 10))
    span = {"from": date(2019, 5, 9), "to": date(2019, 5, 9)}
    assert claims.check_dated(case(neutral(step), arguments=span)).answer == "yes"
    late = claims.check_dated(case(neutral(step), arguments={**span, "by": "effective"}))
    assert late.answer == "no"
    assert "2019-05-10" in late.finding


def span(start, end=None):
    return pd.Timestamp(start, tz="UTC"), pd.Timestamp(end or start, tz="UTC")


def order(*chain):
    names = [found.record_id for found in chain]
    return claims.check_in_order(case(*map(neutral, chain), arguments={"order": names})).answer


def test_in_order_uses_hours_and_admits_what_it_cannot_tell():
    morning = record("S1", span=span("2019-05-06 08:00"))
    evening = record("S2", span=span("2019-05-06 20:00"))
    untimed = record("S3", span=span("2019-05-06 04:00", "2019-05-07 04:00"))
    assert order(morning, evening) == "yes"
    assert order(evening, morning) == "no"
    assert order(morning, untimed) == "unknown"
    assert order(morning, replace(morning, record_id="S4")) == "unknown"
    missing = case(neutral(morning), arguments={"order": ["S1", "S9"]})
    assert claims.check_in_order(missing).answer == "unknown"


def test_days_of_two_zones_are_in_order_only_if_they_do_not_overlap():
    # a day in the west goes on while the next one has begun in the east
    west = record("S1", day=date(2019, 5, 3), span=span("2019-05-03 04:00", "2019-05-04 04:00"))
    east = record("S2", day=date(2019, 5, 4), span=span("2019-05-03 16:00", "2019-05-04 16:00"))
    later = record("S3", day=date(2019, 5, 5), span=span("2019-05-04 16:00", "2019-05-05 16:00"))
    assert order(west, east) == "unknown"
    assert order(east, west) == "unknown"
    assert order(west, later) == "yes"
    assert order(east, later) == "yes"
    assert order(later, west) == "no"
    # one link that is out of order breaks the chain, whatever else is not known
    assert order(west, east, replace(west, record_id="S4")) == "unknown"
    assert order(later, west, east) == "no"


def test_counted_counts_the_ledger_by_the_codes_of_the_coder():
    threat = {"first": "threaten", "second": "threaten"}
    ledger = [
        record("S1", side="A", acts=threat, frames=frozenset(["retaliation"])),
        record("S2", side="A", acts={"first": "threaten", "second": "deny"}),
        record("S3", side="B", acts={"first": "deny", "second": "threaten"}),
    ]
    asked = case(
        arguments={"act": "threaten", "frame": "retaliation"},
        ledger=ledger,
        coder="first",
        measured=Measured(names={"A": "Aan"}),
    )
    found = claims.check_counted(asked)
    assert (found.answer, found.finding) == ("no", "Aan 2, 1 of them framed as retaliation")
    second = claims.check_counted(asked._replace(settings={"coder": "second"}))
    assert second.answer == "yes"
    told = "Aan 1, 1 of them framed as retaliation; B 1, 0 of them framed as retaliation"
    assert second.finding == told
    assert claims.check_counted(asked._replace(ledger=())).answer == "unknown"


def test_one_sided_reads_the_codes():
    one = record("S1", side="A", acts={"first": "threaten"})
    other = record("S2", side="B", acts={"first": "blame"})
    asked = case(neutral(one), neutral(other), arguments={"act": "threaten"}, coder="first")
    assert claims.check_one_sided(asked).answer == "yes"
    both = asked._replace(evidence=[neutral(one), neutral(replace(one, side="B"))])
    assert claims.check_one_sided(both).answer == "no"
    assert claims.check_one_sided(asked._replace(arguments={"act": "deny"})).answer == "unknown"


def test_within_follows_the_effective_date_rule():
    step = record("T1", "action", date(2019, 5, 9), effective=date(2019, 5, 10))
    talks = record("R1", "round", date(2019, 5, 9), end=date(2019, 5, 10))
    measured = Measured(effective_dates={("T1", "late"): date(2019, 6, 15)})
    asked = case(
        neutral(step),
        neutral(talks),
        arguments={"action": "T1", "round": "R1"},
        measured=measured,
        effective_date_rule="legal",
    )
    assert claims.check_within(asked).answer == "yes"
    late = asked._replace(settings={"effective_date_rule": "late"})
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
    asked = case(
        neutral(step),
        arguments={"action": "T1", "at_least": 0.5},
        measured=measured,
        farm_definition="hs01_24",
    )
    assert claims.check_farm_majority(asked).answer == "no"
    wide = asked._replace(settings={"farm_definition": "wide"})
    assert claims.check_farm_majority(wide).answer == "yes"
    none = asked._replace(settings={"farm_definition": "other"})
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
        raw["statements"],
        raw["actions"],
        raw["rounds"],
        raw["coverage"],
        raw.references,
        **{name: raw[name] for name in ("sides", "speakers", "recoding", "event_actions")},
    )
    measured = Measured(farm_shares={("T066", "hs01_24"): 0.05})
    return raw["claims"], raw["questions"], raw["evidence"], records, measured


HINDSIGHT = Settings(as_of=date(2020, 2, 14))


def judged(shipped, settings=HINDSIGHT, evidence=None, records=None):
    frames = list(shipped)
    frames[2] = frames[2] if evidence is None else evidence
    frames[3] = frames[3] if records is None else records
    return claims.judge_claims(*frames[:4], settings, frames[4])


def test_every_claim_has_a_decisive_question_and_a_known_check(shipped, raw):
    all_claims, questions, *_ = shipped
    assert set(raw.codes("questions", "check")) == set(claims.CHECKS)
    assert set(questions["check"]) == set(claims.CHECKS)
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
            "is_count": [False, False, False],
            "answer": ["yes", "no", "yes"],
            "finding": ["1 on record", "1 on record against it", "3"],
        }
    )
    assert claims.reasons(answers).to_dict() == {"C1": "Was it so? Yes. Was it always so? No."}
    counted = answers.assign(is_count=[False, False, True])
    told = "Was it so? Yes. Was it always so? No. Is it known? Yes (3)."
    assert claims.reasons(counted).to_dict() == {"C1": told}


CHOICES = {
    "min_confidence": claims.GRADES,
    "include_editorials": (True, False),
    "coder": ("first", "second"),
    "farm_definition": ("hs01_24", "wide"),
}


@pytest.fixture(scope="module")
def grid(shipped):
    return claims.verdict_grid(*shipped[:4], HINDSIGHT, shipped[4], CHOICES)


def test_the_grid_holds_what_each_combination_gives_by_itself(shipped, grid):
    days = sorted(set(grid["as_of"]))
    assert HINDSIGHT.as_of in days
    home = judged(shipped)[0].set_index("claim_id")["verdict"]
    rng = random.Random(20190604)
    combinations = list(itertools.product(*CHOICES.values(), days))
    for combination in rng.sample(combinations, 40):
        chosen = dict(zip((*CHOICES, "as_of"), combination, strict=True))
        alone, _ = judged(shipped, replace(HINDSIGHT, **chosen))
        alone = alone.set_index("claim_id")["verdict"]
        tried = grid[(grid[list(chosen)] == pd.Series(chosen)).all(axis=1)].set_index("claim_id")
        assert tried["verdict"].to_dict() == alone.loc[tried.index].to_dict()
        assert tried["is_same"].equals(tried["verdict"].eq(home.loc[tried.index]))


def test_a_claim_is_tried_on_its_own_day_and_on_that_of_the_run(shipped, grid):
    made = shipped[0].set_index("claim_id")["claim_date"].dt.date
    for claim_id, tried in grid.groupby("claim_id"):
        assert set(tried["as_of"]) == {made[claim_id], HINDSIGHT.as_of}
    assert not grid.duplicated(["claim_id", *CHOICES, "as_of"]).any()


def test_robustness_counts_agreeing_combinations(grid):
    told = claims.robustness(grid, HINDSIGHT).set_index("claim_id")
    assert told["robust_share"].between(1 / len(grid), 1).all()
    flips = told["flips_under"].ne("")
    assert flips.eq(told["robust_share"].lt(1)).all()


def test_single_changes_are_the_run_and_its_neighbours(shipped, grid):
    changes = claims.single_changes(grid, HINDSIGHT)
    tried = set(zip(changes["choice"], changes["value"], strict=True))
    assert tried == {
        ("", ""),
        ("min_confidence", "low"),
        ("min_confidence", "high"),
        ("include_editorials", "false"),
        ("coder", "second"),
        ("farm_definition", "wide"),
        ("as_of", "day of the claim"),
    }
    home = judged(shipped)[0].set_index("claim_id")["verdict"]
    run = changes[changes["choice"].eq("")].set_index("claim_id")["verdict"]
    assert run.to_dict() == home.to_dict()
    strict = judged(shipped, replace(HINDSIGHT, min_confidence="high"))[0]
    high = changes[changes["value"].eq("high")].set_index("claim_id")["verdict"]
    assert high.to_dict() == strict.set_index("claim_id")["verdict"].to_dict()
    wide = claims.spread_changes(changes).set_index("claim_id")
    assert list(wide)[:2] == ["run", "min_confidence = low"]
    turned = {name: verdict for name, verdict in high.items() if verdict != home[name]}
    column = wide["min_confidence = high"]
    assert turned
    assert column[column.ne("same")].to_dict() == turned


def test_contested_are_open_claims_and_those_with_two_sides():
    made = pd.DataFrame(
        {
            "claim_id": ["C1", "C2", "C3", "C4"],
            "testable": ["yes", "yes", "partly", "yes"],
            "kind": ["factual-date", "factual-date", "factual-date", "normative"],
        }
    )
    questions = pd.DataFrame(
        {"question_id": ["C1.1", "C1.2", "C2.1"], "claim_id": ["C1", "C1", "C2"]}
    )
    evidence = pd.DataFrame(
        {
            "question_id": ["C1.1", "C1.2", "C2.1", "C2.1"],
            "stance": ["for", "against", "for", "against"],
            "statement_id": ["S1", "S2", "S1", "S3"],
        }
    )
    records = {
        "S1": record("S1", side="A"),
        "S2": record("S2", side="B", grade="medium"),
        "S3": record("S3", side="A"),
    }

    def found(settings):
        return claims.contested(made, questions, evidence, records, settings)

    assert found(SETTINGS) == ["C1", "C3", "C4"]
    # what is not admitted contests nothing
    assert found(replace(SETTINGS, min_confidence="high")) == ["C3", "C4"]
    assert claims.contested(made[:2], questions, evidence, records, SETTINGS) == ["C1"]


def test_accounts_take_the_nearest_words_of_a_side_that_the_claim_does_not_cite():
    claim = {"claim_id": "C1", "claim_date": pd.Timestamp("2019-05-20")}
    questions = pd.DataFrame({"question_id": ["C1.1"], "claim_id": ["C1"]})
    evidence = pd.DataFrame(
        {
            "question_id": ["C1.1", "C1.1"],
            "stance": ["for", "for"],
            "statement_id": ["S1", None],
            "round_id": [None, "R1"],
        }
    )
    talks = frozenset(["R1"])
    records = {
        "S1": record("S1", side="A"),
        "R1": record("R1", "round", about=talks),
        "S2": record("S2", side="B", day=date(2019, 5, 19), about=frozenset(["R2"])),
        "S3": record("S3", side="B", day=date(2019, 5, 17), about=talks, is_verified=False),
        "S4": record("S4", side="B", day=date(2019, 5, 2), about=talks),
        "S5": record("S5", side="B", day=date(2019, 6, 5), about=talks),
    }
    weak = replace(SETTINGS, min_confidence="low")
    said = claims.accounts(claim, questions, evidence, records, weak, ["A", "B", "C"])
    assert list(said["record_id"]) == ["S3", "S1"]
    assert list(said["is_linked"]) == [False, True]
    assert list(said["is_verified"]) == [False, True]


def test_what_a_choice_leaves_out_is_listed_with_its_rule():
    records = {
        "S1": record("S1", side="A"),
        "S2": record("S2", side="A", is_verified=False, grade="low"),
        "S3": record("S3", side="A", is_editorial=True),
        "S4": record("S4", side="A", day=date(2019, 7, 1), grade="low"),
        "T1": record("T1", "action", grade="low"),
    }
    settings = replace(SETTINGS, include_editorials=False)
    found = claims.left_out(records.values(), settings)
    assert dict(zip(found["record_id"], found["rule"], strict=True)) == {
        "S2": "not verified",
        "S3": "editorial",
        "T1": "below min_confidence",
    }
    admitted = {name for name, one in records.items() if settings.admits(one)}
    assert admitted == {"S1"}
    assert claims.left_out([records["S1"]], settings).empty


def test_accounts_name_speakers_as_the_table_of_speakers_does(raw):
    written = raw["statements"].copy()
    tables = ("sides", "speakers", "recoding", "event_actions")
    given = {name: raw[name] for name in tables}
    one = given["speakers"].dropna(subset=["aliases"]).iloc[0]
    alias = one["aliases"].split(";")[-1]
    assert written["speaker"].eq(one["speaker"]).any()
    written["speaker"] = written["speaker"].replace(one["speaker"], alias)
    rest = raw["actions"], raw["rounds"], raw["coverage"], raw.references
    records = claims.gather_records(written, *rest, **given)
    assert one["speaker"] in {found.who for found in records.values()}
    assert alias not in {found.who for found in records.values()}
