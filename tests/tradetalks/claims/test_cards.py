"""What verdicts, answers and witnesses read like on the card of a claim."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from tradetalks.claims import cards
from tradetalks.claims.docket import Claim
from tradetalks.claims.ladder import BREACH_DISPUTED, PLAIN, VERDICTS, in_a_sentence, stops_at
from tradetalks.claims.tables import Account, Quoted, Term
from tradetalks.claims.turns import Change, Turn
from tradetalks.claims.weigh import Question, Reading, Roles, Settings
from tradetalks.claims.witnesses import Witness
from tradetalks.otherwise import RULES

JUDGED = {
    "claimant": "Paper",
    "claim": "It broke.",
    "claim_date": pd.Timestamp("2019-05-07"),
    "verdict": "act established with the breach disputed",
    "certainty": "high",
    "written": "words of one side",
    "days": 9,
    "known_on_the_day": "undetermined",
    "asked_otherwise": "",
}
SIDES = pd.DataFrame(
    {"side": ["CN", "US"], "article_name": ["China", "the United States"], "order": [2, 1]}
)


def test_every_verdict_has_a_plain_word_and_there_are_five():
    assert PLAIN.keys() == {*VERDICTS}
    plain = {word for verdict, word in PLAIN.items() if verdict != "value judgement"}
    assert plain == {"upheld", "partly upheld", "disputed", "not proven", "refuted"}


def test_a_band_says_who_says_so_and_how_certain_the_deed_is():
    denial = {
        "claim": "It did not.",
        "claimant": "Office",
        "claim_date": pd.Timestamp("2019-05-08"),
    }
    told = [*cards.about_words(JUDGED, [denial])]
    assert told == [
        "Charged: It broke (Paper, 7 May 2019).",
        "Denied: It did not (Office, 8 May 2019).",
        "By what was known that day it was not proven.",
        "The promise was last given 9 days before the deed.",
    ]
    *_, dated = cards.about_words(JUDGED, [], by_press=True)
    assert dated == "The promise was last given 9 days before the deed, as the press dates it."
    other = JUDGED | {"verdict": "contradicted", "written": "", "known_on_the_day": "contradicted"}
    other |= {"asked_otherwise": "entry_june_1: supported"}
    told = [*cards.about_words(other, [])]
    assert told == [
        "It broke (Paper, 7 May 2019).",
        "Asked otherwise: entry_june_1: upheld.",
    ]
    certain = [
        cards.certainty_words(one) for one in (JUDGED, other, JUDGED | {"certainty": "none"})
    ]
    assert certain == ["", "high certainty", ""]
    nowhere = JUDGED | {"written": "nothing public", "days": pd.NA}
    assert len([*cards.about_words(nowhere, [])]) == 2


def test_a_charge_is_asked_in_one_sentence():
    charge = {"undertaking": "to wait", "act": "raise its duty"}
    told = cards.asked_words(charge, "the United States")
    asked = "Had the United States agreed or promised to wait, and did it then raise its duty?"
    assert told == asked


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            ("yes", "yes", "yes", "yes"),
            "A promise is on record, and so is what was done; the promise covered it; "
            "a way out was left.",
        ),
        (
            ("disputed", "yes", "unproven", "no"),
            "A promise is disputed, and what was done is on record; "
            "that the promise covered it is claimed and not shown.",
        ),
        (
            ("yes", "unproven", "disputed", "disputed"),
            "A promise is on record, and what was done is claimed and not shown; that the promise "
            "covered it is disputed; that a way out was left is disputed.",
        ),
        (
            ("unknown", "unproven", "yes", "yes"),
            "A promise was not found, and what was done is claimed and not shown.",
        ),
        (
            ("unproven", "yes", "no", "yes"),
            "A promise is claimed and not shown, and what was done is on record; "
            "whatever was promised did not cover it.",
        ),
    ],
)
def test_the_answers_to_a_charge_are_told_in_a_sentence(answers, told):
    slots = ("undertaken", "act", "covered", "reserved")
    said = in_a_sentence(dict(zip(slots, answers, strict=True)), "undetermined")
    assert said == f"We call this not proven: {told[0].lower()}{told[1:]}"


def test_the_sides_keep_their_columns_whoever_accuses():
    claim = {"kind": "charge", "side": "CN", "accused": "US"}
    labels = cards.side_labels(claim, SIDES)
    assert [*labels] == ["answer", "US", "CN"]
    assert labels["US"] == "The United States, the accused"
    assert labels["CN"] == "China, the accuser"
    assert cards.side_labels(claim | {"kind": "fact"}, SIDES)["CN"] == "China"


@pytest.mark.parametrize(
    ("row", "reads"),
    [
        ({"verdict": "supported", "certainty": "high"}, "upheld (high)"),
        ({"verdict": "undetermined", "certainty": "none"}, "not proven"),
        (
            {
                "verdict": "act established with no undertaking on record",
                "certainty": "medium",
                "stops": "no promise is shown",
            },
            "not proven: no promise is shown",
        ),
        (
            {
                "verdict": "partly supported",
                "certainty": "medium",
                "stops": "a way out left",
            },
            "partly upheld: a way out left (medium)",
        ),
        (
            {
                "kind": "sum",
                "verdict": "partly supported",
                "certainty": "low",
                "stands": "of three, one whole, none in part",
            },
            "partly upheld: of three, one whole, none in part",
        ),
    ],
)
def test_a_verdict_reads_with_its_certainty_or_where_it_stops(row, reads):
    assert cards.verdict_words(row) == reads


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("yes", "yes", "yes", "no"), "no way out was left"),
        (("yes", "yes", "yes", "yes"), "a way out left"),
        (("yes", "yes", "disputed", "yes"), "was it covered?"),
        (("yes", "yes", "unproven", "yes"), "not shown as covered"),
        (("unknown", "yes", "unknown", "no"), "no promise shown"),
        (("unproven", "disputed", "yes", "no"), "was it done?"),
        (("no", "unproven", "no", "no"), "no such promise"),
        (("unproven", "unknown", "yes", "no"), "neither is shown"),
        (("unproven", "yes", "no", "yes"), "whatever was promised did not cover it"),
    ],
)
def test_a_charge_stops_at_the_first_answer_that_keeps_it_from_being_whole(answers, told):
    slots = ("undertaken", "act", "covered", "reserved")
    assert stops_at(dict(zip(slots, answers, strict=True))) == told


def test_a_verdict_that_a_rule_alone_gives_is_told_by_that_rule():
    answers = {"undertaken": "unproven", "act": "yes", "covered": "unproven", "reserved": "yes"}
    assert stops_at(answers, "contradicted") == "an unproven promise counts as a no"
    assert stops_at(answers, BREACH_DISPUTED) == "an unproven promise counts as disputed"
    whole = dict.fromkeys(answers, "yes")
    assert stops_at(whole, "supported") == "a way out does not count"


def test_an_answer_reads_with_what_was_found():
    row = {"answer": "yes", "certainty": "high", "finding": "2019-05-06 comes first"}
    assert cards.answer_words(row) == "Yes (high): 6 May 2019 comes first"
    assert cards.found_words(row) == "high certainty: 6 May 2019 comes first"
    nothing = {"answer": "unknown", "certainty": "none", "finding": "nothing on record"}
    assert cards.answer_words(nothing) == "Not on record"


def witness(*rows, **changes):
    usual = {
        "slot": "undertaken",
        "side": "A",
        "is_for": True,
        "is_implied": False,
        "kind": "statement",
        "sides": frozenset({"A"}),
        "who": "Ann",
        "day": date(2019, 5, 6),
        "says": "Said so.",
        "words": "so it is",
        "translation": "",
        "source_id": "paper",
        "record_id": "S1",
        "is_hint": False,
        "other": None,
    }

    def account(slot, side, is_for, is_implied, words, translation, other, is_hint, **record):
        question = Question("C1.1", slot, "Was it so?", Roles(), ())
        reading, quoted = Reading(is_for, is_implied), Quoted(words, translation)
        return Account(question, side, Witness(**record), reading, quoted, other, False, is_hint)

    accounts = (account(**usual | changes | more) for more in rows or ({},))
    return cards.witnesses(accounts, {"A": "Aldish", "B": "Brennian"}, {"Ann": "Minister"})


def test_a_witness_has_a_mark_and_an_office_at_its_first_word_alone():
    first, second = witness({}, {"record_id": "S2", "is_for": False, "is_implied": True})
    assert (first.mark, first.look, first.who) == ("yes", "yes", "Ann, Minister")
    assert (second.mark, second.look, second.who) == ("implied no", "implied", "Ann")
    (notice,) = witness(kind="deed", who="84 FR 1 (6 May 2019)")
    assert (notice.who, notice.when) == ("84 FR 1 (6 May 2019)", "")
    (unseen,) = witness(is_verified=False, words="")
    assert unseen.ours.endswith("not seen in a source.")


def test_who_speaks_both_ways_stands_once():
    said, implied = Reading(is_for=True), Reading(is_for=False, is_implied=True)
    seen = witness({"other": implied}, {"is_for": False, "is_implied": True, "other": said})
    assert [(one.mark, one.look) for one in seen] == [("both ways", "both")]


@pytest.mark.parametrize(
    ("sides", "sources"),
    [
        ({"A"}, "Aldish sources"),
        ({"B", "A"}, "sources of both sides"),
        ({"third", "B"}, "Brennian and other sources"),
        (set(), "side not given"),
    ],
)
def test_an_account_of_the_press_is_told_with_the_sides_of_its_sources(sides, sources):
    (said,) = witness(kind="press", sides=frozenset(sides), who="Daily", is_named=False)
    assert said.who == f"Daily, {sources}"
    (named,) = witness(kind="press", sides=frozenset(sides), who="Daily", is_named=True)
    assert named.who == f"Daily, {'named ' if sides else ''}{sources}"


def test_accounts_of_the_press_are_of_the_press_alone_and_in_the_order_of_their_days(printed):
    docket, found = printed.docket(), 0
    for claim in docket.claims.values():
        told = cards.told_by_press(docket, claim, printed.settings)
        assert {row["record_id"] for row in told} <= {*printed.texts["press"]["press_id"]}
        assert told == sorted(told, key=lambda row: row["day"])
        # each tells of the promise, of the act or of its reach, and of nothing else
        assert all(any(row[slot] for slot in cards.BY_PRESS) for row in told)
        found += len(told)
    assert found


def test_words_that_are_few_stand_beside_ours():
    assert witness(words="so it is now")[0].ours
    assert not witness(words="so it is and stays")[0].ours
    assert not witness(words="是的", translation="yes")[0].ours
    # what is held against its own side is told in full
    assert witness(words="是的", translation="yes", is_hint=True)[0].ours


def test_a_line_of_time_has_the_deed_and_who_decides():
    claim = Claim("C1", "charge", "B", date(2019, 6, 1), "It broke.", Roles("B", "A"))
    seen = witness({}, {"record_id": "S2", "who": "Bea", "slot": "covered"})
    seen += witness({"record_id": "S3", "slot": "before", "who": "Cid"})
    events = cards.on_a_line(seen, [], claim, is_done=True)
    assert [*events["label"]] == ["Ann: “so it is”", "Bea: “so it is”"]
    assert {*events["known"]} == {"said"}
    told = cards.on_a_line(witness(words="是的", translation="yes"), [], claim, is_done=True)
    assert [*told["label"]] == ["Ann: yes"]  # ours, and nobody's speech
    for by_press, known in ((False, "done"), (True, "told")):
        roles = Roles("B", "A", None, date(2019, 5, 9))
        done = Claim("C1", "charge", "B", date(2019, 6, 1), "It broke.", roles, by_press=by_press)
        assert {*cards.on_a_line(seen, [], done, is_done=True)["known"]} == {"said", known}
        assert {*cards.on_a_line(seen, [], done, is_done=False)["known"]} == {"said"}


def test_a_line_of_time_has_each_term_of_a_side_once_with_who_named_it_first():
    claim = Claim("C1", "charge", "B", date(2019, 6, 1), "It broke.", Roles("B", "A"))
    week, on = Term("a week", None, date(2019, 5, 13)), Term("on", date(2019, 5, 1), None)
    bea = Witness("S2", "statement", date(2019, 5, 8), who="Bea")
    ann = Witness("S1", "statement", date(2019, 5, 6), who="Ann")
    cid = Witness("S3", "statement", date(2019, 5, 6), who="Cid")
    order = Witness("T1", "deed", date(2019, 5, 7), who="84 FR 1")
    timed = [
        cards.Timed("A", date(2019, 5, 8), bea, week),
        cards.Timed("A", date(2019, 5, 6), ann, week),
        cards.Timed("A", date(2019, 5, 1), cid, on),
        cards.Timed("A", date(2019, 5, 7), order, Term("for good", None, None)),
    ]
    seen = witness({"record_id": "S3", "who": "Cid", "slot": "covered"}, {"record_id": "S4"})
    events = cards.on_a_line(seen, timed, claim, is_done=False)
    told = events.set_index("label")
    # what Cid says of the reach is the term
    assert [*events["label"]] == ["Cid: on", "Ann: a week", "Notice: for good", "Ann: “so it is”"]
    assert [*told["known"]] == ["term", "term", "term", "said"]
    assert told.loc["Cid: on", "day"] == pd.Timestamp("2019-05-01")
    assert pd.isna(told.loc["Cid: on", "until"])
    assert told.loc["Ann: a week", "until"] == pd.Timestamp("2019-05-13")


def test_a_line_of_time_has_the_first_of_each_answer_and_the_last_of_the_reach():
    roles = Roles("B", "A", None, date(2019, 5, 9))
    claim = Claim("C1", "charge", "B", date(2019, 6, 1), "It broke.", roles)
    days = [date(2019, 5, day) for day in (1, 2, 3, 10)]
    rows = [
        {"record_id": f"{slot}{n}", "slot": slot, "day": day, "who": f"{slot} {n}"}
        for slot in ("undertaken", "covered", "act")
        for n, day in enumerate(days)
    ]
    rows += [
        {"record_id": "S8", "slot": "covered", "day": days[2], "other": Reading(False)},
        {"record_id": "S9", "slot": "covered", "is_for": False, "is_implied": True},
        {"record_id": "S10", "slot": "reserved", "side": "B"},
        {"record_id": "S11", "slot": "covered", "side": "B", "day": days[1]}
        | {"other": Reading(False)},
    ]
    told = [one.record_id for one in cards.telling(witness(*rows), claim)]
    # who speaks both ways stands where nobody of that side says one of them alone on that day
    # and of the promise the next of a later day stands too
    assert told == ["undertaken0", "undertaken1", "S11", "covered2"]


def test_what_turns_a_verdict_is_told_both_ways_also_where_nothing_does():
    settings = Settings(as_of=date(2030, 6, 1))
    record = Witness("S1", "statement", date(2019, 5, 6), who="Ann")
    change = Change("record", "is left out", settings, record)
    told = cards.turning("undetermined", [Turn("C1", change, "contradicted")])
    assert told == {"upheld": "", "refuted": "if Ann, 6 May 2019 is left out."}
    assert [*cards.turns_in_sentences(told)] == [
        ("refuted", "if Ann, 6 May 2019 is left out."),
        ("upheld", "by no single change that we tried."),
    ]
    assert [*cards.turning("supported", [])] == ["refuted"]


def test_what_would_change_a_verdict_stands_behind_each_plain_word():
    ways = ("If A admitted that it was so", "supported"), ("If A admitted that it had", "supported")
    told = [SimpleNamespace(told=told, verdict=verdict) for told, verdict in (*ways, *ways)]
    told += [SimpleNamespace(told="A text of both", verdict="contradicted")]
    assert cards.would_change(told, "undetermined") == {
        "upheld": "if A admitted that it was so or that it had.",
        "refuted": "by a text of both.",
    }
    never = "no single admission or joint text"
    for verdict, ways in (("partly supported", "raise or lower"), ("supported", "lower")):
        assert cards.would_change([], verdict) == {never: f"would {ways} it."}
    assert cards.would_change([], "value judgement") == {}
    # what a reader could not tell from the verdict itself is no change
    assert [*cards.would_change(told, "supported")] == ["refuted"]


def test_verdicts_in_sentences_of_ours_are_plain():
    told = "A text that it was so: act established with the breach unproven. One more: supported."
    assert cards.in_plain_words(told) == "A text that it was so: not proven. One more: upheld."
    assert cards.in_plain_words("It is supported by words.") == "It is supported by words."


@pytest.mark.parametrize(
    ("slot", "answer", "certainty", "promise", "told"),
    [
        ("reserved", "yes", "low", "yes", "yes (low)"),
        ("reserved", "yes", "medium", "unproven", "–"),
        ("covered", "unproven", "none", "no", "–"),
        ("covered", "no", "high", "no", "no"),
        ("act", "unknown", "none", "unknown", "none found"),
    ],
)
def test_an_answer_in_a_chain_tells_low_certainty_and_nothing_of_no_promise(
    slot, answer, certainty, promise, told
):
    assert cards.link_words(slot, answer, certainty, promise, "") == told


def test_an_answer_in_a_chain_tells_what_another_rule_makes_of_it():
    stops = RULES["reserved"]["ignored"]
    told = cards.link_words("reserved", "yes", "high", "yes", stops)
    assert told == "yes, does not count"
    assert cards.link_words("act", "yes", "high", "yes", stops) == "yes"
    # of a promise that counts as disputed, its reach is weighed
    stops = RULES["burden"]["disputed"]
    assert cards.link_words("covered", "yes", "low", "unproven", stops) == "yes (low)"
    assert cards.link_words("reserved", "yes", "low", "unproven", stops) == "–"
