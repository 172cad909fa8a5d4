"""Measures of the statement record, on small typed-out tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tradetalks.admitted import Admitting
from tradetalks.words.charge import measure_backtracking, measure_first_accusation
from tradetalks.words.coding import measure_agreement
from tradetalks.words.ledger import clean_statement_frames, clean_statements, read_statements
from tradetalks.words.sequence import (
    TIME_NOT_KNOWN,
    _statement,
    close_days,
    in_english,
    measure_anchors,
    measure_breakdown_sequence,
)

AS_OF = pd.Timestamp("2020-03-31")
START = pd.Timestamp("2020-01-01")
BREAKDOWN = pd.Timestamp("2020-03-05")


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2020-{text}")


def tweet_at(time: str) -> str:
    """The number of a tweet sent at that time, in UTC."""
    return str((int(pd.Timestamp(time).timestamp() * 1000) - 1288834974657) << 22)


# id, day, side, institution, channel, act, target, frames, event, round, words, tweet
ROWS: list[tuple[Any, ...]] = [
    (
        "S01",
        "01-10",
        "B",
        "Office",
        "briefing",
        "blame",
        "A",
        "backtracking",
        None,
        None,
        "x",
        None,
    ),
    ("S02", "01-10", "B", "Office", "briefing", "blame", "A", "cost", None, None, None, None),
    ("S03", "01-20", "A", "Office", "speech", "praise", "none", "progress", None, "R1", None, None),
    ("S04", "02-05", "B", "Office", "briefing", "commit", "A", "progress", None, "R1", None, None),
    (
        "S05",
        "02-20",
        "B",
        "Office",
        "briefing",
        "deny",
        "A",
        "backtracking",
        None,
        None,
        None,
        None,
    ),
    (
        *("S06", "03-05", "A", "Chief", "tweet", "threaten", "B", "backtracking", "EA", None),
        *("it goes up", tweet_at("2020-03-05 14:00")),
    ),
    (
        *("S07", "03-05", "A", "Chief", "tweet", "blame", "B", "cost", "EA", None),
        *("they pay", tweet_at("2020-03-05 09:30")),
    ),
    (
        "S08",
        "03-06",
        "A",
        "Office",
        "briefing",
        "blame",
        "B",
        "backtracking",
        None,
        "R2",
        "no",
        None,
    ),
    (
        "S09",
        "03-06",
        "B",
        "Office",
        "briefing",
        "deny",
        "A",
        "backtracking",
        None,
        "R2",
        "never",
        None,
    ),
    ("S10", "03-07", "B", "Office", "notice", "threaten", "A", None, "EA", None, "we answer", None),
    (
        "S11",
        "03-09",
        "A",
        "Chief",
        "speech",
        "justify",
        "B",
        "backtracking",
        "EA",
        None,
        None,
        None,
    ),
    ("S12", "03-10", "B", "Office", "notice", "announce", "A", "cost", "EB", None, None, None),
    (
        "S13",
        "03-10",
        "B",
        "Office",
        "briefing",
        "blame",
        "A",
        "backtracking",
        "EB",
        None,
        "you",
        None,
    ),
]


SPEAKERS = pd.DataFrame(
    {
        "speaker": ["A Chief", "A Office", "B Office", "A O", "B O"],
        "kind": ["person", *["institution"] * 4],
        "side": ["A", "A", "B", "A", "B"],
        "institutions": ["Chief", "Office", "Office", "O", "O"],
        "role": ["Head", "Office of A", "Office of B", "Office of A", "Office of B"],
        "aliases": None,
    },
    dtype="str",
)
SIDES = pd.DataFrame({"side": ["A", "B"], "zone": ["Etc/GMT+5", "Etc/GMT-8"]}, dtype="str")
RECODING = pd.DataFrame(
    columns=["statement_id", "act_1", "act_2", "target_1", "target_2"], dtype="str"
)


def raw_ledger(rows: list[tuple[Any, ...]] = ROWS) -> pd.DataFrame:
    columns = ["statement_id", "statement_date", "side", "institution", "channel", "act"]
    columns += ["target", "frames", "event_id", "round_id", "key_phrase", "tweet_id"]
    # as text even where a column is empty, as the reader of the raw tables gives it
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return frame.assign(
        statement_date="2020-" + frame["statement_date"],
        speaker=frame["side"] + " " + frame["institution"],
        zone=pd.Series(None, frame.index, dtype="str"),
        time=pd.Series(None, frame.index, dtype="str"),
        paraphrase="What " + frame["statement_id"] + " says.",
        source_id="archive",
        verified=True,
        confidence="high",
    ).astype({"statement_date": "datetime64[us]"})


def ledger(rows: list[tuple[Any, ...]] = ROWS, as_of: pd.Timestamp = AS_OF) -> pd.DataFrame:
    return clean_statements(
        read_statements(raw_ledger(rows), SPEAKERS, SIDES),
        {"archive": {"id": "archive"}},
        Admitting(as_of, "medium"),
        window_start=START,
        breakdown_date=BREAKDOWN,
    ).kept


# id, importer, kind, announced, effective, tranche, before, after, changes, class
ACTIONS = pd.DataFrame(
    [
        ("T1", "A", "threaten", "03-05", None, "A-L1", 10.0, 25.0, False, "additional"),
        ("T2", "A", "increase", "03-08", "03-09", "A-L1", 10.0, 25.0, True, "additional"),
        ("T3", "B", "announce", "03-10", "04-01", "B-L1", None, None, False, "additional"),
        ("T4", "B", "increase", "03-10", "04-01", "B-L1", None, None, True, "additional"),
        ("T5", "B", "exclude", "03-10", None, "B-L1", None, None, False, "none"),
        ("T6", "B", "reduce", "03-08", "03-08", "B-MFN", 8.0, 6.0, True, "mfn"),
    ],
    columns=[
        *("action_id", "importer", "kind", "announced_date", "effective_date", "tranche"),
        *("rate_before_pct", "rate_after_pct", "is_step", "measure_class"),
    ],
).assign(
    announced_date=lambda rows: pd.to_datetime("2020-" + rows["announced_date"]),
    effective_date=lambda rows: pd.to_datetime("2020-" + rows["effective_date"]),
    rate_min_pct=[np.nan, np.nan, 5.0, 5.0, np.nan, np.nan],
    rate_max_pct=[np.nan, np.nan, 25.0, 25.0, np.nan, np.nan],
    published_date=pd.to_datetime([None, "2020-03-08", None, None, None, None]),
    entry_deadline=pd.NaT,
    instrument="Act",
    source_id="gazette",
    confidence="high",
)
EVENT_ACTIONS = pd.DataFrame(
    {"event_id": ["EA", "EA", "EB", "EB"], "action_id": ["T1", "T2", "T3", "T4"]}
)
EVENTS = pd.DataFrame({"event_id": ["EA", "EB"], "label": ["A's list", "B's list"]})
ROUNDS = pd.DataFrame(
    {
        "round_id": ["R1", "R3"],
        "start_date": pd.to_datetime(["2020-01-20", "2020-03-06"]),
        "place": ["Here", "There"],
        "level": "ministers",
        "outcome": ["went well", "broke up"],
        "status": ["progress", "breakdown"],
        "source_id": "paper",
        "confidence": "high",
    }
)
PRESS = pd.DataFrame(
    {
        "press_id": ["P1", "P2"],
        "outlet": ["Paper", "Other"],
        "told_day": pd.to_datetime(["2020-03-04", None]),
        "acting_side": ["B", None],
        "label": ["a draft", None],
        "sources": ["A", None],
        "is_named": [False, True],
        "says": ["a draft came", "nobody knows when"],
        "source_id": "paper",
        "confidence": "medium",
    }
)


NAMED = ("S07", "S09", "S10", "S13")


def sequence(
    statements: pd.DataFrame,
    start: str = "03-04",
    end: str = "03-10",
    actions: pd.DataFrame = ACTIONS,
    named: Sequence[str] = NAMED,
    press: pd.DataFrame = PRESS,
    covered: pd.DataFrame = EVENT_ACTIONS,
) -> pd.DataFrame:
    return measure_breakdown_sequence(
        statements.assign(is_translated=False),
        actions,
        covered,
        EVENTS,
        ROUNDS,
        press,
        measure_anchors(statements, backtracking(statements), ROUNDS),
        named,
        start=day(start),
        end=day(end),
    )


def backtracking(statements: pd.DataFrame) -> pd.DataFrame:
    return measure_backtracking(statements, clean_statement_frames(statements))


def everything(statements: pd.DataFrame) -> dict[str, pd.DataFrame]:
    uses = backtracking(statements)
    return {
        "uses": uses,
        "sequence": sequence(statements),
        "anchors": measure_anchors(statements, uses, ROUNDS),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    statements = ledger()
    shuffled = everything(statements.sample(frac=1, random_state=seed))
    for name, table in everything(statements).items():
        pd.testing.assert_frame_equal(shuffled[name], table, obj=name)


def test_an_action_that_two_events_cover_is_named_alike_in_any_order() -> None:
    both = EVENT_ACTIONS.merge(EVENTS[["event_id"]].rename(columns={"event_id": "other"}), "cross")
    both = both[["other", "action_id"]].rename(columns={"other": "event_id"})
    one, other = (sequence(ledger(), "01-01", covered=rows) for rows in (both, both[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_a_statement_after_as_of_influences_nothing() -> None:
    until = day("03-09")
    later = (
        "S99",
        "03-10",
        "A",
        "Chief",
        "speech",
        "blame",
        "B",
        "backtracking",
        "EA",
        None,
        "z",
        None,
    )
    without = everything(ledger(as_of=until))
    for name, table in everything(ledger([*ROWS, later], until)).items():
        pd.testing.assert_frame_equal(without[name], table, obj=name)


def test_a_frame_is_a_charge_only_when_it_is_turned_against_the_other_side() -> None:
    uses = backtracking(ledger()).set_index("statement_id")
    assert uses["role"].to_dict() == {
        **dict.fromkeys(["S01", "S06", "S08", "S11", "S13"], "charge"),
        **dict.fromkeys(["S05", "S09"], "denial"),
    }
    assert uses.index[uses["is_first_charge"]].tolist() == ["S01", "S06"]


def test_a_charge_without_an_addressee_or_a_promise_is_no_charge() -> None:
    rows = [
        ("S1", "01-10", "A", "O", "talk", "blame", "none", "backtracking", None, None, None, None),
        ("S2", "01-11", "A", "O", "talk", "commit", "B", "backtracking", None, None, None, None),
    ]
    uses = backtracking(ledger(rows))
    assert uses["role"].tolist() == ["other", "other"]
    assert not uses["is_first_charge"].any()


CHARGE_USES = pd.DataFrame(
    [
        ("S1", day("03-01"), "BB", "charge"),
        ("S2", day("05-03"), "BB", "other"),
        ("S3", day("05-05"), "AA", "charge"),
        ("S4", day("05-06"), "AA", "denial"),
        ("S5", day("05-09"), "BB", "denial"),
    ],
    columns=["statement_id", "statement_date", "side", "role"],
)
TALKS = pd.DataFrame(
    {
        "start_date": [day("04-30"), day("02-01"), day("05-09")],
        "end_date": [day("05-01"), day("02-02"), day("05-10")],
    }
)


def test_the_first_accusation_is_the_first_charge_since_the_last_talks() -> None:
    (row,) = measure_first_accusation(CHARGE_USES, TALKS, day("05-05")).to_dict("records")
    assert (row["talks_end"], row["side"], row["statement_id"]) == (day("05-01"), "AA", "S3")
    # a side does not answer itself
    assert (row["days"], row["answer_id"], row["answer_days"]) == (4, "S5", 4)


def test_without_an_answer_or_without_talks_nothing_is_made_up() -> None:
    (row,) = measure_first_accusation(CHARGE_USES.iloc[:4], TALKS, day("05-05")).to_dict("records")
    assert pd.isna(row["answer_days"])
    assert measure_first_accusation(CHARGE_USES, TALKS, day("01-01")).empty
    assert measure_first_accusation(CHARGE_USES.iloc[:2], TALKS, day("05-05")).empty


def test_agreement_of_two_codings() -> None:
    # a textbook table: 20 and 15 agree, 5 and 10 do not
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    recoding = pd.DataFrame({"act_1": first, "act_2": second, "target_1": first, "target_2": first})
    agreement = measure_agreement(recoding).set_index("variable")
    assert agreement.loc["act", "agreed"] == 35
    assert agreement.loc["act", "expected"] == pytest.approx(0.5)
    assert agreement.loc["act", "kappa"] == pytest.approx(0.4)
    # as statsmodels 0.15 has them
    assert agreement.loc["act", "low"] == pytest.approx(0.151092290476661, abs=1e-6)
    assert agreement.loc["act", "high"] == pytest.approx(0.648907709523339, abs=1e-6)
    assert agreement.loc["target", "kappa"] == pytest.approx(1)
    # one code is agreed on by chance alone
    alike = recoding[["act_1"]].head(25).assign(act_2="yes")
    with np.errstate(all="raise"):
        assert measure_agreement(alike)["kappa"].isna().all()


def test_the_sequence_keeps_the_order_of_days_and_hours() -> None:
    listed = sequence(ledger())
    assert listed["record_ids"].tolist() == [
        "P1",  # a draft, by unnamed sources
        "S07",  # 09:30, blame
        "T1;S06",  # 14:00, the announcement in the side's own words
        "R3",
        "S09",
        "S10",
        "T6",  # a new rate stands before what is announced on its day
        "T2",  # announced by a notice alone
        "T6",
        "T2",
        "T3;T4;S12",
        "S13",
    ]
    assert listed["when"].is_monotonic_increasing


def test_a_day_that_was_over_comes_before_what_was_sent_later() -> None:
    rows = [
        ("S1", "03-05", "A", "Chief", "tweet", "threaten", "B", None, None, None, "one", None),
        ("S2", "03-05", "B", "Office", "briefing", "deny", "A", None, None, None, "no", None),
        ("S3", "03-05", "A", "Office", "briefing", "blame", "B", None, None, None, "you", None),
    ]

    def order(time: str) -> list[str]:
        sent = [(*rows[0][:-1], tweet_at(f"2020-03-05 {time}")), *rows[1:]]
        listed = sequence(ledger(sent), named=("S1", "S2", "S3"))["record_ids"]
        return [one for one in listed if one.startswith("S")]

    # B's day of 5 March ends at 16:00 UTC, A's long after
    assert order("15:59") == ["S1", "S2", "S3"]
    assert order("16:01") == ["S2", "S1", "S3"]


def test_the_sequence_says_what_kind_of_event_and_at_what_time() -> None:
    listed = sequence(ledger()).set_index("record_ids")
    told = ["kind", "side", "label", "known", "told_by"]
    expected = ["press account", "B", "a draft", "unnamed sources", "A"]
    assert listed.loc["P1", told].tolist() == expected
    assert listed.loc["R3", "kind"] == "round"
    assert pd.isna(listed.loc["R3", "side"])
    assert listed.loc["T1;S06", "kind"] == "announcement"
    assert listed.loc["T1;S06", "time"] == "14:00 UTC"
    assert listed.loc["S09", "time"] == TIME_NOT_KNOWN
    assert listed.loc["T2", "kind"].tolist() == ["announcement", "rate change"]
    assert listed.loc["T2", "label"].tolist()[1].startswith("In force: ")


def test_the_sequence_says_how_each_event_is_known() -> None:
    known = sequence(ledger()).groupby("record_ids")["known"].first()
    assert known["T2"] == known["T3;T4;S12"] == "measure"
    # a threat in words is on record, and no document
    assert known["T1;S06"] == known["S07"] == known["R3"] == "on record"
    # a post that announces a measure orders nothing
    rows = [(*row[:4], "tweet" if row[0] == "S12" else row[4], *row[5:]) for row in ROWS]
    posted = sequence(ledger(rows)).groupby("record_ids")["known"].first()
    assert posted["T3;T4;S12"] == "on record"


def test_a_longer_time_for_goods_on_the_way_is_told_as_that() -> None:
    actions = ACTIONS.assign(entry_deadline=pd.to_datetime(["2020-04-01"] + [None] * 5))
    rows = [row for row in ROWS if row[0] != "S06"]
    listed = sequence(ledger(rows), actions=actions).set_index("record_ids")
    assert listed.loc["T1", "label"] == "A's list: goods on the way pay the old rate until 1 April"


@pytest.mark.parametrize(
    ("as_of", "days"),
    [("2020-12-31", ("2020-03-01", "2020-03-14")), ("2020-03-10", ("2020-03-01", "2020-03-10"))],
)
def test_days_are_close_a_third_of_a_window_before_the_breakdown_and_two_from_it_on(
    as_of: str, days: tuple[str, str]
) -> None:
    found = close_days(pd.Timestamp("2020-03-06"), 14, pd.Timestamp(as_of))
    assert found == tuple(map(pd.Timestamp, days))


def test_the_sequence_describes_steps_that_nobody_spoke_of() -> None:
    listed = sequence(ledger()).set_index("record_ids")
    assert listed.loc["T2", "what"].iloc[0] == "A's list: from 10 to 25 percent, from 9 March 2020."
    # words without a key phrase are paraphrased, and the label says what the step is
    assert listed.loc["T3;T4;S12", "what"] == "What S12 says."
    assert listed.loc["T3;T4;S12", "label"] == "B's list: up to 25 percent"


def test_the_sequence_lists_the_statements_that_are_named_and_no_others() -> None:
    without = set(sequence(ledger(), named=())["record_ids"])
    assert set(sequence(ledger())["record_ids"]) - without == {*NAMED}
    # the voice of a measure stands with it, and not a second time
    twice = sequence(ledger(), named=("S06",))["record_ids"]
    assert [ids for ids in twice if "S06" in ids] == ["T1;S06"]


def test_words_are_quoted_and_a_translation_of_ours_is_not() -> None:
    said = ledger().assign(key_phrase="so it is")
    sentences = pd.DataFrame({"statement_id": ["S07"], "words": ["ah, so it is"]})
    both = in_english(said, sentences.assign(translation="thus it is"))
    label = {row["statement_id"]: _statement(row)["label"] for row in both.to_dict("records")}
    assert label["S07"].endswith(": thus it is")
    assert label["S09"].endswith(": “so it is”")


def test_named_sources_of_the_press_are_no_accounts_of_unnamed_ones() -> None:
    named = PRESS.assign(is_named=True)
    assert "P1" not in set(sequence(ledger(), press=named)["record_ids"])


def test_a_proposal_reads_as_one() -> None:
    actions = ACTIONS.assign(kind=ACTIONS["kind"].replace("announce", "propose"))
    rows = [row for row in ROWS if row[0] != "S12"]
    listed = sequence(ledger(rows), actions=actions[actions["action_id"].ne("T4")])
    proposed = listed[listed["record_ids"].eq("T3")].iloc[0]
    assert proposed["label"] == "Proposed: B's list: up to 25 percent"
    assert proposed["known"] == "measure"


def test_anchors_are_chosen_by_the_data() -> None:
    statements = ledger()
    anchors = measure_anchors(statements, backtracking(statements), ROUNDS)
    kinds = anchors.groupby("kind")["record_ids"].agg(list).to_dict()
    assert kinds["first charge"] == ["S01", "S06"]
    assert kinds["breakdown"] == ["R3"]
    # most statements in one document: two tweets of one day, two rows of one briefing
    assert sorted(kinds["document"]) == ["S01;S02", "S06;S07"]
