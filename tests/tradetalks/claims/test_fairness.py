"""The scales are even: for whole folders of claims, and for charges drawn at random."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tradetalks.claims import weigh
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import TEMPLATES, VERDICTS
from tradetalks.claims.turns import turns_of
from tradetalks.claims.weigh import Evidence, Question, Reading, Roles, Settings, gains, loses
from tradetalks.claims.witnesses import GRADES, Witness


def judged(folder):
    """All that may not depend on who is who: verdicts, certainty, and what turns them."""
    docket, settings = folder.docket(), folder.settings
    return {
        claim_id: (
            docket.outcome(claim_id, settings),
            [
                (
                    turn.change.doubt,
                    turn.change.record and turn.change.record.record_id,
                    turn.verdict,
                )
                for turn in turns_of(docket, claim_id, settings)
            ],
        )
        for claim_id in docket.claims
    }


def test_verdicts_certainty_and_turns_are_the_same_in_the_mirror(folder):
    assert judged(folder.mirrored()) == judged(folder)


def test_the_mirror_sees_an_engine_that_discounts_one_side(folder, monkeypatch):
    fair, (first, _) = weigh.weight_of, folder.texts["sides"]["side"]

    def tilted(record, reading, question, settings):
        found = fair(record, reading, question, settings)
        return "plea" if found == "admission" and first in record.sides else found

    monkeypatch.setattr(weigh, "weight_of", tilted)
    assert judged(folder.mirrored()) != judged(folder)


def test_every_charge_is_asked_the_same(folder):
    docket, questions = folder.docket(), folder.texts["questions"].set_index("question_id")
    asked = set()
    for claim in docket.claims.values():
        if claim.kind != "charge":
            continue
        own = docket.questions[claim.claim_id]
        assert [question.slot for question in own] == [*TEMPLATES]
        assert {question.check for question in own} == {"weighed"}
        typed = questions.loc[[question.question_id for question in own]]
        assert not typed[["question", "arguments"]].to_numpy().any()
        assert not typed.filter(regex="^if_").to_numpy().any()
        told = docket.measured.told
        words = " ".join(question.text for question in own)
        for name in (claim.undertaking, claim.act, *map(told, claim.roles[:2])):
            words = words.replace(name, "...")
        asked.add(" ".join(word for word in words.split() if not any(map(str.isdigit, word))))
    # but for names, phrases and days, one wording
    assert len({" ".join(w for w in one.split() if w[0].islower()) for one in asked}) == 1


def with_more(settings, question, row):
    """Settings under which one more record is linked to a question."""
    return settings.but(reread={question.question_id: {row.record.record_id: (row,)}})


def with_row(claim, questions, slot, row):
    """A docket of one charge, with one more row in a slot."""
    rows = [replace(q, rows=(*q.rows, row)) if q.slot == slot else q for q in questions]
    return Docket({claim.claim_id: claim}, {claim.claim_id: rows})


def test_a_later_word_for_oneself_turns_no_charge(folder):
    docket, settings = folder.docket(), folder.settings
    for claim in docket.claims.values():
        if claim.kind != "charge":
            continue
        home = docket.outcome(claim.claim_id, settings).verdict
        for question in docket.questions[claim.claim_id]:
            if any(row.record.kind in ("press", "round") for row in question.rows):
                continue  # there a denial may undo the press, for either side
            for is_for in (True, False):
                speaker = frozenset([gains(question, is_for)])
                plea = Witness("plea", "statement", settings.as_of, speaker)
                more = with_more(settings, question, Evidence(plea, Reading(is_for)))
                assert docket.outcome(claim.claim_id, more).verdict == home


def test_one_utterance_logged_again_in_another_table_changes_nothing(folder):
    docket, settings = folder.docket(), folder.settings
    other_kind = {"deed": "statement", "press": "round", "round": "press", "statement": "deed"}
    for claim_id, asked in docket.questions.items():
        home = docket.outcome(claim_id, settings)
        for question in asked:
            if question.check != "weighed":
                continue
            for row in settings.rows_of(question):
                kind = other_kind.get(row.record.kind, row.record.kind)
                if kind == "deed" and question.slot not in ("undertaken", "covered", "reserved"):
                    kind = "statement"  # there a notice is more than the words about it
                again = replace(row.record, record_id="again", kind=kind)
                more = with_more(settings, question, row._replace(record=again))
                assert docket.outcome(claim_id, more) == home, (question.question_id, row.record)


def test_a_chain_is_never_firmer_than_its_weakest_link(folder):
    docket, settings = folder.docket(), folder.settings
    chains = ("in_order", "first_of", "days_apart", "within")
    for asked in docket.questions.values():
        for question in asked:
            answer = docket.answer(question, settings)
            if question.check in chains and answer.certainty != "none":
                links = [weigh.alone(record, settings) for record in answer.by]
                assert answer.certainty == min(links, key=GRADES.index)


def test_unnamed_sources_are_never_high(folder):
    docket, settings = folder.docket(), folder.settings
    for asked in docket.questions.values():
        for row in (row for question in asked for row in question.rows):
            up = settings.but(regraded={row.record.utterance: 2})
            assert row.record.is_named or up.grade_of(row.record) != "high"


def test_an_admission_hurts_the_side_of_its_speaker(folder):
    for asked in folder.docket().questions.values():
        for question in asked:
            for row in question.rows:
                assert not row.reading.admission or (
                    weigh.is_admission(row.record, row.reading, question)
                ), (question.question_id, row.record.record_id)


def test_a_row_has_a_passage_and_a_slot_without_rows_says_where_one_looked(folder):
    evidence, sentences = folder["evidence"], folder["sentences"]
    link = ["question_id", "statement_id", "action_id", "press_id", "stance"]
    told = {*sentences[link].fillna("").itertuples(index=False, name=None)}
    unquoted = evidence[evidence["passage"].isna()][link].fillna("")
    assert told.issuperset(unquoted.itertuples(index=False, name=None))
    for asked in folder.docket().questions.values():
        for question in asked:
            assert question.rows or question.searched


def test_every_claim_was_made_in_something_on_record(folder):
    texts = folder.texts
    known = {*texts["statements"]["statement_id"], *texts["press"]["press_id"], *folder.references}
    for claim in folder.docket().claims.values():
        if claim.claimant:
            assert claim.made_in in known, claim.claim_id


# --- charges drawn at random ----------------------------------------------------------------------

A, B = "A", "B"
ACT, SINCE = date(2019, 5, 5), date(2019, 3, 6)
TODAY = Settings(as_of=date(2019, 6, 4))
# how far a verdict bears a charge out
STRENGTH = {verdict: len(VERDICTS) - n for n, verdict in enumerate(VERDICTS)}
# the act is on record, and nothing else: neither above the other
STRENGTH["act established with no undertaking on record"] = STRENGTH["undetermined"]


def drawn_record(draw, number):
    kind = draw.choice(["statement"] * 6 + ["press"] * 2 + ["deed", "joint"])
    whose = [[A], [B]] if kind in ("statement", "deed") else [[A], [B], [A, B], []]
    return Witness(
        f"R{number}",
        kind,
        TODAY.as_of - timedelta(days=draw.randrange(1, 120)),
        frozenset(draw.choice(whose)),
        draw.choice(GRADES[:2] if kind == "press" else GRADES),
        voice=f"voice {draw.randrange(6)}",
        utterance=f"utterance {draw.randrange(12)}",
        is_named=kind != "press",
    )


def drawn_charge(draw):
    """A charge with up to four rows of any kind in each slot."""
    roles = Roles(*draw.choice([(A, B), (B, A)]), SINCE, ACT)
    questions = []
    for slot in TEMPLATES:
        question = Question(slot, slot, slot, roles)
        rows = []
        for number in range(draw.randrange(5)):
            record = drawn_record(draw, f"{slot}{number}")
            is_for, is_implied = draw.random() < 0.6, draw.random() < 0.3
            flag = draw.random() < 0.3 and record.sides == {loses(question, is_for)}
            rows.append(Evidence(record, Reading(is_for, is_implied, "so" if flag else "")))
        questions.append(replace(question, rows=tuple(rows)))
    return Claim("charge", "charge", "", SINCE, "", roles), questions


def swapped(claim, questions):
    other = {A: B, B: A}
    roles = Roles(other[claim.roles.accuser], other[claim.roles.accused], SINCE, ACT)

    def row(one):
        sides = frozenset(other[side] for side in one.record.sides)
        return one._replace(record=replace(one.record, sides=sides))

    return replace(claim, roles=roles), [
        replace(q, roles=roles, rows=tuple(map(row, q.rows))) for q in questions
    ]


def outcome(claim, questions):
    return Docket({claim.claim_id: claim}, {claim.claim_id: questions}).outcome("charge", TODAY)


@pytest.fixture(scope="module")
def charges():
    draw = random.Random(20190604)
    return [drawn_charge(draw) for _ in range(2000)]


def test_all_rungs_are_drawn(charges):
    assert {outcome(*charge).verdict for charge in charges} == {*VERDICTS} - {"value judgement"}


def test_drawn_charges_are_the_same_in_the_mirror(charges):
    for charge in charges:
        assert outcome(*swapped(*charge)) == outcome(*charge)


def test_a_joint_text_never_moves_a_verdict_away_from_what_it_says(charges):
    for claim, questions in charges:
        home = STRENGTH[outcome(claim, questions).verdict]
        for slot in ("undertaken", "act", "covered", "reserved"):
            for is_for in (True, False):
                text = Evidence(Witness("new", "joint", ACT, frozenset([A, B])), Reading(is_for))
                now = with_row(claim, questions, slot, text).outcome("charge", TODAY).verdict
                bears_out = is_for != (slot == "reserved")
                moved = STRENGTH[now] - home
                assert moved >= 0 if bears_out else moved <= 0, (slot, is_for)


def test_drawn_pleas_turn_nothing_where_the_press_is_silent(charges):
    for claim, questions in charges:
        home = outcome(claim, questions).verdict
        for question in questions:
            if any(row.record.kind == "press" for row in question.rows):
                continue
            for is_for in (True, False):
                whose = frozenset([gains(question, is_for)])
                plea = Evidence(Witness("new", "statement", TODAY.as_of, whose), Reading(is_for))
                docket = with_row(claim, questions, question.slot, plea)
                assert docket.outcome("charge", TODAY).verdict == home
