"""Claims read from whole folders: what is taken away is missed, what comes later is not."""

from collections import Counter
from datetime import date, timedelta

import pandas as pd

from tradetalks.claims.tables import judge_claims
from tradetalks.claims.weigh import weigh


def judged(folder, settings=None):
    return judge_claims(folder.docket(), settings or folder.settings)


def test_the_order_of_rows_changes_nothing(folder):
    before, shuffled = judged(folder), folder.copy()
    for number, (name, frame) in enumerate(shuffled.texts.items()):
        mixed = frame.sample(frac=1, random_state=number, ignore_index=True)
        shuffled.texts[name] = mixed
    for one, other in zip(before, judged(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_without_its_evidence_a_claim_is_not_decided(folder):
    whole = judged(folder)[0].set_index("claim_id")
    without = folder.copy()
    for name in ("evidence", "evidence_recoding"):
        without.texts[name] = without.texts[name].iloc[:0]
    now = judged(without)[0].set_index("claim_id")
    asked = ~now["kind"].eq("value")
    counts = folder.docket().questions
    reads_ledger = {
        claim_id
        for claim_id, questions in counts.items()
        if any(question.check == "counted" for question in questions)
    }
    open_now = now[asked & ~now.index.isin(reads_ledger)]
    assert set(open_now["verdict"]) == {"undetermined"}
    assert set(open_now["certainty"]) == {"none"}
    assert set(whole["verdict"]) != {"undetermined"}


def test_what_is_said_tomorrow_reaches_no_verdict_of_today(folder):
    today, tomorrow = folder.settings, folder.settings.as_of + timedelta(days=1)
    loud = folder.copy()
    statements, linked = loud.texts["statements"], loud.texts["evidence"]
    new = statements.iloc[0].copy()
    values = {
        "statement_id": "S999",
        "statement_date": str(tomorrow),
        "utterance": "",
        "joint": "true",
        "verified": "true",
        "confidence": "high",
    }
    for name, value in values.items():
        new[name] = value
    statements.loc[len(statements)] = new
    for question_id in folder.texts["questions"]["question_id"]:
        cells = {"statement_id": "S999", "stance": "against", "reads": "direct", "passage": "words"}
        row = dict.fromkeys(linked, "") | cells | {"question_id": question_id}
        linked.loc[len(linked)] = row
    for one, other in zip(judged(folder), judged(loud), strict=True):
        pd.testing.assert_frame_equal(one, other)
    # it is heard by those who look back
    later = today.but(as_of=tomorrow)
    assert not judged(loud, later)[0]["verdict"].equals(judged(folder, later)[0]["verdict"])


def test_a_verdict_rests_on_no_record_that_was_made_known_later(folder):
    docket = folder.docket()
    days = sorted(claim.day for claim in docket.claims.values())
    settings = folder.settings.but(as_of=days[len(days) // 2])
    records = {row.record for asked in docket.questions.values() for q in asked for row in q.rows}
    later = {one.record_id for one in records if one.day and one.day > settings.as_of}
    read = {
        name.rpartition(" ")[2]
        for claim in docket.made(settings.as_of)
        for names in docket.read_for(claim.claim_id, settings).values()
        for name in names
    }
    assert later
    assert read & later == set()


def test_a_claim_of_tomorrow_is_not_judged(folder):
    docket = folder.docket()
    first = min(claim.day for claim in docket.claims.values())
    made = docket.made(first)
    assert made
    assert {claim.day for claim in made} == {first}
    assert docket.made(date.min) == []


def test_an_unproven_answer_says_whether_anybody_contradicts_it(folder):
    docket, settings, tried = folder.docket(), folder.settings, Counter()
    for claim_id in docket.claims:
        for question, answer in docket.answers(claim_id, settings):
            if answer.finding.startswith(("said by", "implied by", "denied ")):
                stances = {row.is_for for row in weigh(question, settings)}
                is_contradicted = ";" in answer.finding
                assert answer.answer == "unproven"
                assert is_contradicted == (len(stances) == 2)
                tried[is_contradicted] += 1
    assert tried[False] > 0
