"""What is printed as turning a verdict turns it, and what would change it changes it."""

import itertools
import re
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tradetalks.claims import chains
from tradetalks.claims.cards import LOW, NOTHING
from tradetalks.claims.chains import Chain
from tradetalks.claims.counterfactual import imagine
from tradetalks.claims.ladder import ASKED, VERDICTS
from tradetalks.claims.tables import spelled
from tradetalks.claims.turns import (
    changes,
    plainest_ways,
    rests_on,
    turns_in_words,
    turns_of,
)

RAW = Path(__file__).parents[3] / "data" / "raw"
KEYS = {
    "statements": "statement_id",
    "actions": "action_id",
    "press": "press_id",
    "rounds": "round_id",
    "coverage": "coverage_id",
    "border_measured": "measured_id",
    "studies": "source_id",
}


def rows_of(folder, utterance):
    """The tables that hold rows of an utterance, each with a mask of those rows."""
    for table, key in KEYS.items():
        if table not in folder.texts:
            continue
        frame = folder.texts[table]
        own = frame[key].eq(utterance)
        if "utterance" in frame:
            own |= frame["utterance"].eq(utterance)
        if own.any():
            yield table, key, own


def changed(folder, turn):
    """A copy of the folder in which the change of a turn is written down."""
    copy, change = folder.copy(), turn.change
    evidence = copy.texts["evidence"]
    if change.doubt == "record":
        ((utterance, step),) = {
            **change.settings.regraded,
            **dict.fromkeys(change.settings.left_out, 0),
        }.items()
        for table, key, own in rows_of(folder, utterance):
            frame = copy.texts[table]
            if step:
                frame.loc[own, "confidence"] = change.settings.grade_of(change.record)
                if table == "statements":
                    frame.loc[own, "verified"] = "true"
            else:
                gone = {*frame.loc[own, key]}
                copy.texts[table] = frame[~own].reset_index(drop=True)
                for linked in ("evidence", "evidence_recoding", "open_choices"):
                    rows = copy.texts[linked]
                    copy.texts[linked] = rows[~rows[key].isin(gone)].reset_index(drop=True)
    else:
        ((question_id, by_record),) = change.settings.reread.items()
        ((record_id, rows),) = by_record.items()
        own = evidence["question_id"].eq(question_id) & evidence.eq(record_id).any(axis=1)
        stances = {True: "for", False: "against"}
        read = [
            evidence[own].iloc[0].to_dict()
            | {"stance": stances[one.reading.is_for], "admission": one.reading.admission}
            | {"reads": "implied" if one.reading.is_implied else "direct"}
            for one in rows
        ]
        new = pd.DataFrame(read, columns=evidence.columns)
        again = copy.texts["evidence_recoding"]
        same = again["question_id"].eq(question_id) & again.eq(record_id).any(axis=1)
        copy.texts["evidence_recoding"] = again[~same].reset_index(drop=True)
        copy.texts["evidence"] = pd.concat([evidence[~own], new], ignore_index=True)
    return copy


@pytest.fixture(scope="module")
def around(printed):
    """The folder of one claim by itself."""
    docket = printed.docket()
    return cache(lambda claim_id: printed.around(docket, claim_id))


def test_every_turn_turns_its_verdict(printed, around):
    docket, settings = printed.docket(), printed.settings
    for claim_id in docket.claims:
        home, turns = docket.outcome(claim_id, settings), turns_of(docket, claim_id, settings)
        assert (rests_on(turns) == "firm") == (turns == []) == (turns_in_words(turns) == "")
        for turn in turns:
            assert turn.verdict != home.verdict
            if turn.change.record is None:
                assert docket.outcome(claim_id, turn.change.settings).verdict == turn.verdict
            else:
                there = changed(around(claim_id), turn).docket()
                assert there.outcome(claim_id, settings).verdict == turn.verdict, turn


def test_the_changes_doubt_every_record_and_every_reading(folder):
    docket, settings = folder.docket(), folder.settings
    for claim_id in docket.claims:
        tried = [*changes(docket, claim_id, settings)]
        questions = docket.family_questions(claim_id)
        rows = {(q.question_id, row) for q in questions for row in settings.rows_of(q)}
        left_out = {name for one in tried for name in one.settings.left_out}
        assert {row.record.utterance for _, row in rows} <= left_out
        # each row is read otherwise while all others are read as they are
        read = [
            {(q.question_id, row) for q in questions for row in one.settings.rows_of(q)}
            for one in tried
            if one.settings.reread
        ]
        assert {(row,) for row in rows} <= {(*(rows - others),) for others in read}
        # one change at a time
        for one in tried:
            names = [field.name for field in fields(settings)]
            moved = [x for x in names if getattr(one.settings, x) != getattr(settings, x)]
            assert len(moved) == 1


def written(folder, hypothesis):
    """A copy of the folder with a record that does not exist."""
    copy, (question, row, *_) = folder.copy(), hypothesis
    first = copy.texts["sides"]["side"].iloc[0]
    frame = copy.texts["statements"]
    new = frame.iloc[0].copy()
    new[:] = ""
    values = {
        "statement_id": "HYPOTHETICAL",
        "statement_date": str(row.record.day),
        "side": next(iter(row.record.sides), first),
        "speaker": "Somebody",
        "channel": "press statement",
        "paraphrase": "Said so.",
        "joint": "true" if row.record.kind == "joint" else "false",
        "verified": "true",
        "confidence": "high",
    }
    for name, value in values.items():
        new[name] = value
    frame.loc[len(frame)] = new
    linked = copy.texts["evidence"]
    cells = dict.fromkeys(linked, "") | {
        "question_id": question.question_id,
        "statement_id": "HYPOTHETICAL",
        "stance": "for" if row.reading.is_for else "against",
        "reads": "direct",
        "passage": "words",
        "admission": row.reading.admission,
    }
    linked.loc[len(linked)] = cells
    return copy


def test_every_sentence_on_what_would_change_a_verdict_is_true(printed, around):
    docket, settings = printed.docket(), printed.settings
    executed = 0
    for claim_id in docket.claims:
        home = docket.outcome(claim_id, settings).verdict
        assert around(claim_id).docket().outcome(claim_id, settings).verdict == home
        for hypothesis in imagine(docket, claim_id, settings):
            assert hypothesis.verdict != home
            there = written(around(claim_id), hypothesis).docket()
            assert there.outcome(claim_id, settings).verdict == hypothesis.verdict
            executed += 1
    assert executed > 10


def test_two_changes_together_make_what_each_makes(printed):
    """A pair has both changes, none has two values of a rule, and no kept answer is another's."""
    docket, settings, differ = printed.docket(), printed.settings, 0
    for name in charges(docket):
        home = docket.outcome(name, settings)
        tried = [*changes(docket, name, settings)][::11]
        for one, other in itertools.combinations(tried, 2):
            both = settings.together(one.settings, other.settings)
            made = [moved(settings, change.settings) for change in (one, other)]
            if {*made[0]} & {*made[1]} - {"left_out", "regraded", "reread"}:
                assert both is None
                continue
            assert {*moved(settings, both)} == {*made[0], *made[1]}
            for rules in made:
                assert rules.get("left_out", frozenset()) <= both.left_out
                for question_id, rows in rules.get("reread", {}).items():
                    assert both.reread[question_id].keys() >= rows.keys()
            fresh = replace(docket).outcome(name, both)
            assert docket.outcome(name, both) == fresh
            differ += fresh != home
    assert differ > 20


def test_of_the_ways_to_turn_a_charge_the_plainest_comes_first(printed):
    """The page tells, of those that strengthen a charge and those that weaken it, the first."""
    docket, settings, more = printed.docket(), printed.settings, 0
    for name in charges(docket):
        ways = plainest_ways(docket, name, settings, ())
        at_once = [len(way.changes) for way in ways]
        assert at_once == sorted(at_once)
        more += len({*at_once}) > 1
    assert more


def test_a_chain_names_who_carries_an_answer_and_who_no_longer_does(printed):
    """With what they say of the question, and by which rule what is left counts."""
    docket, settings, heard = printed.docket(), printed.settings, ""
    for name in charges(docket):
        home = Chain(docket, name, settings, {})
        for way in plainest_ways(docket, name, settings, ()):
            there = Chain(docket, name, way.settings, {})
            moves, why = [*home.moves(there)], home.why(there)
            told = " ".join(why.values())
            rests = [*itertools.chain(*home.rests_on(there).values())]
            assert ("Hence partly upheld" in told) == (way.verdict == "partly supported")
            heard += told
            for slot, link in there.links.items():
                before, after = home.carried[slot], there.carried[slot]
                was, now = (one.removesuffix(LOW) for one in (home.links[slot], link))
                if now not in (was, NOTHING) and slot not in there.counted(home):
                    assert f"{ASKED[slot].removesuffix('?')} \u2192 {now}" in moves
                if there.answers[slot].answer == home.answers[slot].answer or link == NOTHING:
                    continue
                assert {row.record.record_id for row in after} <= {one for one, *_ in rests}
                # whoever spoke, for a yes or for a no, is told of
                assert all(row.record.who in told for row in [*before, *after])
                question = home.asked[slot]
                for row in after:
                    says = question.said_if_yes if row.is_for else question.said_if_no
                    assert says in told
                if not after and before:
                    assert "dropped as proof" in told.lower()
    # of one voice alone a hint proves nothing, and that is told
    assert "two speakers' hints prove" in heard


def test_of_many_who_drop_out_both_sides_are_counted(shipped, monkeypatch):
    """And of two changes made together each by itself; all are named while they are few."""
    docket, settings, called = shipped.docket(), shipped.settings, {"US": "Aa", "CN": "Bb"}
    home, by_two, many_in_all = Chain(docket, "C14", settings, called), 0, 0
    ways, pattern = plainest_ways(docket, "C14", settings, ()), r": (\w+) \((\d+) Aa, (\d+) Bb\)"
    for way in ways:
        there = Chain(docket, "C14", way.settings, called)
        steps = [Chain(docket, "C14", one.settings, called) for one in way.changes]
        reasons = home.why(there, []).values()
        assert all(len(re.findall(pattern, told)) <= 2 for told in reasons)  # a yes and a no
        whole, parted = " ".join(reasons), " ".join(home.why(there, steps).values())
        counted = re.findall(pattern, whole)
        for many, *sides in counted:
            assert many == spelled(sum(map(int, sides)))
            many_in_all = max(many_in_all, sum(map(int, sides)))
        by = [
            [sum(map(int, re.findall(r"\d+(?= [AB])", one))) for one in found]
            for found in re.findall(r": \w+ \(([^)]*)\) by \(1\), \w+ \(([^)]*)\) by \(2\)", parted)
        ]
        assert not by or [sum(one) for one in by] == [sum(map(int, sides)) for _, *sides in counted]
        by_two += len(by)
    assert by_two
    monkeypatch.setattr(chains, "_NAMED", many_in_all)
    there = [Chain(docket, "C14", way.settings, called) for way in ways]
    assert not any(re.search(pattern, " ".join(home.why(one).values())) for one in there)


def test_a_version_of_a_text_is_named_where_another_says_otherwise(shipped):
    docket, settings, told = shipped.docket(), shipped.settings, set[bool]()
    rows = {row.record for one in docket.questions["C14"] for row in one.rows}
    called = {one.record_id: f"as {one.record_id}" for one in rows}
    home = Chain(docket, "C14", settings, called)
    for way in plainest_ways(docket, "C14", settings, ()):
        there = Chain(docket, "C14", way.settings, called)
        left = {row.record.record_id for row in there.carried["covered"]}
        why = " ".join(home.why(there).values())
        for one in re.findall(r"\bas (S\d+)", why):
            named = next(row for row in rows if row.record_id == one)
            others = [row for row in rows if row.source_id == named.source_id and row != named]
            assert others
            told.add(one in left)
    assert True in told


def charges(docket):
    return [name for name, claim in docket.claims.items() if claim.kind == "charge"]


def moved(home, other):
    """The settings that are others."""
    return {name: value for name, value in vars(other).items() if value != getattr(home, name)}


def test_the_codebook_tells_of_open_choices_what_they_turn(shipped):
    docket = shipped.docket()
    told = (RAW / "codebook.md").read_text(encoding="utf-8").partition("| otherwise |")[2]
    words = "|".join(sorted(VERDICTS, key=len, reverse=True))
    named = re.findall(rf"(C\d\d) (?:is )?({words})\b", told.partition("\n\n")[0])
    assert named
    for claim_id, verdict in named:
        found = {turn.verdict for turn in turns_of(docket, claim_id, shipped.settings)}
        assert verdict in found, (claim_id, verdict)
