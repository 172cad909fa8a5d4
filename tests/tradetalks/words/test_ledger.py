"""Cleaning of the ledger, the rounds and the claims, on small typed-out tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tradetalks.admitted import Admitting, Cleaned
from tradetalks.words.ledger import (
    clean_rounds,
    clean_statement_frames,
    clean_statements,
    read_statements,
    said_at_utc,
    take_codes,
)

REFERENCES: dict[str, Any] = {
    "archive": {"id": "archive", "title": "Archive", "URL": "https://a.example"},
    "paper": {
        "id": "paper",
        "title": "A report",
        "URL": "https://p.example",
        "custom": {"kind": "press"},
    },
}

SPEAKERS = pd.DataFrame(
    {
        "speaker": ["Ann", "Bob", "Daily comment", "Eve"],
        "kind": ["person", "person", "document", "person"],
        "side": ["A", "B", "A", "B"],
        "institutions": ["Ministry", "President;Palace", "Daily", "President"],
        "role": ["Spokesperson", "President", "Comment", "President"],
        "aliases": ["Anne;Miss Ann", "President Bob;鲍勃", None, None],
    },
    dtype="str",
)
SIDES = pd.DataFrame(
    {"side": ["A", "B"], "zone": ["America/New_York", "Asia/Shanghai"]}, dtype="str"
)
RECODING = pd.DataFrame(
    {
        "statement_id": ["S1", "S3"],
        "act_1": ["offer", "blame"],
        "act_2": ["offer", "deny"],
        "target_1": ["B", "B"],
        "target_2": ["none", "B"],
    }
)

# sent on 3 March 2020 at 15:30:00.250 UTC
TWEET = "1234863602922422272"


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def ledger(**changes: list[Any]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "statement_id": ["S1", "S2", "S3", "S4", "S5"],
        "statement_date": pd.to_datetime(
            ["2020-03-01", "2020-03-03", "2020-03-04", "2020-03-05", "2020-03-09"]
        ).tolist(),
        "zone": [None, None, None, "Asia/Tokyo", None],
        "side": ["A", "B", "A", "A", "B"],
        "institution": ["Ministry", "President", "Daily", "Ministry", "President"],
        "speaker": ["Ann", "Bob", "Daily comment", "Ann", "Bob"],
        "channel": ["briefing", "tweet", "editorial", "briefing", "speech"],
        "round_id": ["R1", None, None, "R1", None],
        "event_id": [None, "E1", "E1", None, "E1"],
        "act": ["offer", "threaten", "blame", "deny", "blame"],
        "target": ["B", "A", "B", "none", "A"],
        "frames": ["progress", "broken;cost", None, "broken", "broken"],
        "paraphrase": ["a", "b", "c", "d", "e"],
        "key_phrase": [None, "b b", None, None, None],
        "tweet_id": [None, TWEET, None, None, None],
        "time": [None] * 5,
        "source_id": ["paper", "archive", "paper", "paper", "paper"],
        "verified": [True, True, True, False, True],
        "confidence": ["high", "high", "medium", "low", "high"],
    }
    return pd.DataFrame({**columns, **changes}).astype({"time": "str"})


def cleaned(raw: pd.DataFrame | None = None, **changes: Any) -> Cleaned:
    days = {"window_start": day("2020-03-02"), "breakdown_date": day("2020-03-03")}
    admitting = Admitting(day("2020-03-08"), "medium")
    every = read_statements(ledger() if raw is None else raw, SPEAKERS, SIDES)
    return clean_statements(every, REFERENCES, admitting._replace(**changes), **days)


def ids(frame: pd.DataFrame, column: str = "statement_id") -> list[str]:
    return frame[column].tolist()


def rules(left_out: pd.DataFrame) -> dict[str, str]:
    return dict(zip(left_out["row_id"], left_out["rule"], strict=True))


def test_rows_leave_by_a_named_rule_only() -> None:
    kept, left_out = cleaned()
    assert ids(kept) == ["S1", "S2", "S3"]
    assert rules(left_out) == {"S4": "not verified", "S5": "after as_of"}
    assert set(left_out["table"]) == {"statements"}


def test_what_nobody_saw_in_a_source_counts_as_the_weakest_whatever_its_row_says() -> None:
    raw = ledger(verified=[True, False, True, True, True], confidence=["high"] * 5)
    assert rules(cleaned(raw).left_out) == {"S2": "not verified", "S5": "after as_of"}
    kept = cleaned(raw, min_confidence="low").kept.set_index("statement_id")["confidence"]
    assert (kept["S1"], kept["S2"]) == ("high", "low")


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"day": day("2020-07-01")}, "after as_of"),
        ({"day": None}, None),
        ({"confidence": "low"}, "below min_confidence"),
        ({"is_verified": False}, "not verified"),
        ({"is_verified": False, "min_confidence": "low"}, None),
        ({"is_editorial": True}, None),
        ({"is_editorial": True, "include_editorials": False}, "editorial"),
    ],
)
def test_one_rule_admits_what_is_counted_and_what_is_judged_by(
    given: dict[str, Any], rule: str | None
) -> None:
    own = {name: given[name] for name in Admitting._fields if name in given}
    record = {"day": day("2020-05-01"), "confidence": "high"} | given
    admitting = Admitting(day("2020-06-01"), "medium")._replace(**own)
    of = {name: value for name, value in record.items() if name not in own}
    assert admitting.rule_against(**of) == rule


def test_every_row_is_kept_or_left_out_once() -> None:
    kept, left_out = cleaned(include_editorials=False, min_confidence="high")
    assert sorted(ids(kept) + left_out["row_id"].tolist()) == ids(ledger())


def test_editorials_leave_on_request() -> None:
    kept, left_out = cleaned(include_editorials=False)
    assert ids(kept) == ["S1", "S2"]
    assert rules(left_out)["S3"] == "editorial"


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [("low", ["S1", "S2", "S3", "S4"]), ("medium", ["S1", "S2", "S3"]), ("high", ["S1", "S2"])],
)
def test_confidence_has_an_order(minimum: str, expected: list[str]) -> None:
    assert ids(cleaned(min_confidence=minimum).kept) == expected


def test_the_breakdown_day_counts_as_after() -> None:
    kept = cleaned().kept.set_index("statement_id")["period"]
    assert kept.to_dict() == {"S1": "before", "S2": "after", "S3": "after"}


def test_rows_outside_the_window_stay_and_are_flagged() -> None:
    kept = cleaned().kept.set_index("statement_id")["in_window"]
    assert kept.to_dict() == {"S1": False, "S2": True, "S3": True}


def test_sources_and_flags_are_joined() -> None:
    kept = cleaned(min_confidence="low").kept.set_index("statement_id")
    assert kept.loc["S1", "source_title"] == "A report"
    assert kept.loc["S1", "source_kind"] == "press"
    assert pd.isna(kept.loc["S2", "source_kind"])
    assert not kept.loc["S4", "is_verified"]
    assert kept["is_editorial"].to_dict() == {"S1": False, "S2": False, "S3": True, "S4": False}


def test_an_unverified_statement_may_lack_a_source() -> None:
    raw = ledger(source_id=["paper", "archive", "paper", None, "paper"])
    kept = cleaned(raw, min_confidence="low").kept.set_index("statement_id")
    assert pd.isna(kept.loc["S4", "source_title"])


def test_a_document_is_one_institution_in_one_channel_on_one_day() -> None:
    raw = ledger(
        statement_date=[day("2020-03-03")] * 5,
        side=["A", "B", "A", "A", "B"],
        channel=["briefing", "tweet", "editorial", "briefing", "tweet"],
        confidence=["high"] * 5,
        source_id=["archive", "archive", "paper", "paper", "archive"],
        verified=[True] * 5,
    )
    documents = cleaned(raw).kept.groupby("occasion_id")["statement_id"].agg(list).tolist()
    # S1 and S4 are one briefing read in two reports; S2 and S5 one president's tweets
    assert sorted(documents) == [["S1", "S4"], ["S2", "S5"], ["S3"]]


def test_a_tweet_number_gives_the_time() -> None:
    said = cleaned().kept.set_index("statement_id")["said_at_utc"]
    assert said["S2"] == pd.Timestamp("2020-03-03 15:30:00.250", tz="UTC")
    assert said.drop("S2").isna().all()


def test_tweet_numbers_beyond_the_precision_of_floats_are_read_exactly() -> None:
    numbers = pd.Series([str(int(TWEET) + (1 << 22)), None])
    later = said_at_utc(numbers)
    assert later[0] == pd.Timestamp("2020-03-03 15:30:00.251", tz="UTC")
    assert pd.isna(later[1])


def test_an_alias_gives_way_to_the_name_and_that_is_recorded() -> None:
    raw = ledger(speaker=["Ann", "鲍勃", "Daily comment", "Ann", "Bob"])
    kept = cleaned(raw).kept.set_index("statement_id")
    assert kept.loc["S2", ["speaker", "speaker_as_written"]].tolist() == ["Bob", "鲍勃"]
    assert kept["speaker_as_written"].drop("S2").isna().all()
    assert kept["speaker_kind"].to_dict() == {"S1": "person", "S2": "person", "S3": "document"}


def test_days_have_the_zone_of_their_place() -> None:
    kept = cleaned(min_confidence="low").kept.set_index("statement_id")
    assert kept["zone"].to_dict() == {
        "S1": "America/New_York",
        "S2": "UTC",
        "S3": "America/New_York",
        "S4": "Asia/Tokyo",
    }
    # the clocks of S3's place are five hours behind UTC, those of S4's nine before it
    assert kept.loc["S3", "said_from_utc"] == pd.Timestamp("2020-03-04 05:00", tz="UTC")
    assert kept.loc["S3", "said_until_utc"] == pd.Timestamp("2020-03-05 05:00", tz="UTC")
    assert kept.loc["S4", "said_from_utc"] == pd.Timestamp("2020-03-04 15:00", tz="UTC")
    sent = kept.loc["S2", ["said_from_utc", "said_at_utc", "said_until_utc"]]
    assert sent["said_from_utc"] == sent["said_at_utc"] == sent["said_until_utc"]


def test_a_time_of_day_places_the_words_in_its_minute() -> None:
    placed = cleaned(ledger(time=["20:30", None, None, None, None])).kept.set_index("statement_id")
    assert placed.loc["S1", "said_from_utc"] == pd.Timestamp("2020-03-02 01:30", tz="UTC")
    assert placed.loc["S1", "said_until_utc"] == pd.Timestamp("2020-03-02 01:31", tz="UTC")
    assert pd.isna(placed.loc["S1", "said_at_utc"])


def test_a_day_is_as_long_as_its_clocks_make_it() -> None:
    raw = ledger(statement_date=pd.to_datetime(["2020-03-08"] * 5).tolist(), tweet_id=[None] * 5)
    placed = cleaned(raw).kept.set_index("statement_id").loc["S1"]
    assert placed["said_until_utc"] - placed["said_from_utc"] == pd.Timedelta(hours=23)


def coded_again() -> pd.DataFrame:
    return take_codes(cleaned().kept, ledger(), RECODING, "second")


def test_the_second_coder_replaces_act_and_target_where_there_is_one() -> None:
    kept = coded_again().set_index("statement_id")
    assert kept["act"].to_dict() == {"S1": "offer", "S2": "threaten", "S3": "deny"}
    assert kept["target"].to_dict() == {"S1": "none", "S2": "A", "S3": "B"}
    assert cleaned().kept["act"].tolist() == ["offer", "threaten", "blame"]


def test_codes_can_be_taken_back() -> None:
    second = coded_again()
    pd.testing.assert_frame_equal(
        take_codes(second, ledger(), RECODING, "first"), cleaned().kept, check_dtype=False
    )


def test_frames_have_one_row_per_statement_and_frame() -> None:
    frames = clean_statement_frames(cleaned().kept)
    assert list(frames.itertuples(index=False, name=None)) == [
        ("S1", "progress"),
        ("S2", "broken"),
        ("S2", "cost"),
    ]


def test_the_order_of_raw_rows_changes_nothing() -> None:
    shuffled = ledger().sample(frac=1, random_state=3)
    for one, other in zip(cleaned(), cleaned(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_statement_after_as_of_influences_nothing() -> None:
    later = ledger()
    later.loc[4, ["speaker", "act", "frames"]] = ["Eve", "praise", "cost"]
    pd.testing.assert_frame_equal(cleaned(later).kept, cleaned().kept)


def rounds() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "round_id": ["R3", "R1", "R2", "R4"],
            "start_date": pd.to_datetime(["2020-03-07", "2020-03-01", "2020-03-02", "2020-03-20"]),
            "end_date": pd.to_datetime(["2020-03-09", "2020-03-01", None, None]),
            "outcome": ["broke up", "went on", "met", "signed"],
            "status": ["breakdown", "progress", "progress", "agreement"],
            "confidence": ["high", "high", "low", "high"],
        }
    )


def test_rounds_begun_later_leave_and_unfinished_ones_have_no_outcome() -> None:
    kept, left_out = clean_rounds(rounds(), Admitting(day("2020-03-08"), "medium"))
    assert ids(kept, "round_id") == ["R1", "R3"]
    assert kept.loc[1, ["end_date", "outcome", "status"]].isna().all()
    assert kept.loc[0, "outcome"] == "went on"
    assert rules(left_out) == {"R2": "below min_confidence", "R4": "after as_of"}


ADMITTED: dict[str, list[str]] = {
    "statement_id": ["S1", "S2"],
    "action_id": ["T1"],
    "round_id": [],
    "coverage_id": [],
    "benchmark_id": [],
    "source_id": [],
}
