"""Whole channels: counted by week, and the breakdown held against every other week."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tradetalks.raw.read import RawTables
from tradetalks.words.streams import (
    clean_channels,
    clean_streams,
    count_days,
    measure_breaks,
    measure_changes,
    measure_gaps,
    measure_weeks,
    measure_words,
    missing_days,
)

BREAKDOWN = pd.Timestamp("2020-03-05")  # a Thursday
CHANNELS = pd.DataFrame(
    {
        "stream": ["posts", "news"],
        "side": ["A", "B"],
        "is_editorial": [False, True],
        "first_day": pd.to_datetime(["2020-01-01", "2020-02-01"]),
        "last_day": pd.to_datetime(["2020-04-30", "2020-03-20"]),
    }
)
READINGS = pd.DataFrame(
    {"item_id": ["P1", "P2"], "counts": [True, False], "reason": [None, "the weather"]}
)


def said(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of id, channel, day, items, copies, and whether it is on the quarrel."""
    columns = ["item_id", "stream", "day", "items", "copies", "on_quarrel"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(day=pd.to_datetime("2020-" + table["day"]), words=None)


SAID = said(
    ("P01-10", "posts", "01-10", 4, 1, False),
    ("P9", "posts", "01-10", 1, 0, True),
    ("P03-04", "posts", "03-04", 3, 0, False),
    ("P1", "posts", "03-05", 1, 0, True),
    ("P2", "posts", "03-06", 1, 1, True),
    ("N03-05", "news", "03-05", 9, 0, False),
)


def known(as_of: str = "2020-12-31", editorials: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    given = {"as_of": pd.Timestamp(as_of), "include_editorials": editorials}
    channels = clean_channels(CHANNELS, **given)
    return clean_streams(SAID, READINGS, channels), channels


def test_a_channel_ends_on_its_last_day_or_on_that_of_the_run() -> None:
    streams, channels = known("2020-03-05")
    assert [*channels["last_day"]] == [BREAKDOWN, BREAKDOWN]
    assert "P2" not in {*streams["item_id"]}
    assert [*known("2020-01-15")[1]["stream"]] == ["posts"]


def test_the_voice_of_the_press_of_a_state_goes_with_the_editorials() -> None:
    streams, channels = known(editorials=False)
    assert [*channels["stream"]] == ["posts"]
    assert {*streams["stream"]} == {"posts"}


def test_words_count_as_they_were_read() -> None:
    streams, _ = known()
    assert [*streams.loc[streams["with_words"], "item_id"]] == ["P1"]


def test_a_day_without_a_row_has_nothing_and_copies_count_once_where_texts_do() -> None:
    items, texts = (
        count_days(*known(), counted).set_index(["stream", "day"]) for counted in ("items", "texts")
    )
    assert len(items) == 121 + 49
    assert [*items.loc[("posts", "2020-01-10")]] == [5, 1, 0]
    assert [*texts.loc[("posts", "2020-01-10")]] == [4, 1, 0]
    assert [*texts.loc[("posts", "2020-03-06")]] == [0, 0, 0]
    assert [*items.loc[("posts", "2020-01-11")]] == [0, 0, 0]


def test_weeks_begin_on_the_day_of_the_week_of_the_breakdown_and_are_whole() -> None:
    weeks = measure_weeks(*known(), BREAKDOWN)
    assert {day.day_name() for day in weeks["week"]} == {"Thursday"}
    posts = weeks[weeks["stream"].eq("posts")].set_index("week")
    assert posts.index[0] == pd.Timestamp("2020-01-02")
    assert posts.index[-1] == pd.Timestamp("2020-04-23")
    found = posts.loc[BREAKDOWN, ["all", "on_quarrel", "with_words", "worded"]]
    assert [*found] == [2, 2, 1, "P1"]
    assert pd.isna(posts.loc["2020-01-09", "worded"])


def test_every_change_has_both_windows_whole_and_a_placebo_shares_no_day_with_the_event() -> None:
    changes = measure_changes(*known(), BREAKDOWN, [7, 14])
    for row in changes.to_dict("records"):
        reach = pd.Timedelta(days=row["span"])
        channel = CHANNELS.set_index("stream").loc[row["stream"]]
        assert row["day"] - reach >= channel["first_day"]
        assert row["day"] + reach <= channel["last_day"] + pd.Timedelta(days=1)
        assert row["is_placebo"] == (abs(row["day"] - BREAKDOWN) >= 2 * reach)
        assert (row["day"] - BREAKDOWN).days % 7 == 0
    assert len(changes.drop_duplicates(["stream", "counted", "span", "day"])) == len(changes)


def test_the_breakdown_is_held_against_the_largest_of_the_others() -> None:
    changes = measure_changes(*known(), BREAKDOWN, [7])
    found = measure_breaks(changes, BREAKDOWN).set_index(["stream", "counted", "compared"])
    row = found.loc[("posts", "items", "number")]
    assert (row["all_before"], row["all_after"], row["change"]) == (3, 2, 2)
    assert (row["largest"], row["as_large"]) == (1, 0)
    assert found.loc[("posts", "texts", "number"), "change"] == 1
    assert found.loc[("posts", "items", "share"), "change"] == 1
    assert found.loc[("posts", "items", "words"), "change"] == 1
    quiet = found.loc[("news", "items", "number")]
    assert (quiet["change"], quiet["largest"], quiet["as_large"]) == (0, 0, quiet["placebos"])


@pytest.mark.parametrize("as_of", ["2020-03-10", "2020-01-15", "2019-12-01"])
def test_a_window_that_is_not_over_is_not_measured(as_of: str) -> None:
    changes = measure_changes(*known(as_of), BREAKDOWN, [7])
    assert BREAKDOWN not in {*changes.get("day", ())}
    assert measure_breaks(changes, BREAKDOWN).empty


def test_it_is_said_since_when_a_channel_speaks_of_a_broken_word() -> None:
    found = measure_words(known()[0], BREAKDOWN).set_index("stream")
    posts = found.loc["posts"]
    assert (posts["before"], posts["since"]) == (0, 1)
    assert pd.isna(posts["last_before"])
    assert posts["first_since"] == BREAKDOWN
    assert posts["quiet_since"] == pd.Timestamp("2020-01-10")
    assert pd.isna(found.loc["news", "first_on"])


# --- what the shipped tables come to ------------------------------------------------------------
MAY = pd.Timestamp("2019-05-05")


@pytest.fixture(scope="module")
def breaks(raw: RawTables) -> pd.DataFrame:
    channels = clean_channels(
        raw["stream_channels"], as_of=pd.Timestamp("2020-02-14"), include_editorials=True
    )
    streams = clean_streams(raw["streams"], raw["stream_readings"], channels)
    changes = measure_changes(streams, channels, MAY, [7, 14, 28])
    keys = ["stream", "counted", "span", "compared"]
    return measure_breaks(changes, MAY).set_index(keys).sort_index()


@pytest.mark.parametrize(
    ("stream", "counted", "span", "before", "after", "largest", "placebos"),
    [
        ("posts", "items", 7, (0, 69), (31, 95), 9, 90),
        ("posts", "items", 14, (0, 157), (50, 184), 15, 84),
        ("posts", "items", 28, (0, 295), (54, 374), 23, 72),
        ("posts", "texts", 14, (0, 156), (38, 172), 15, 84),
        ("answers", "items", 7, (4, 24), (22, 61), 10, 85),
        ("answers", "items", 14, (6, 48), (41, 113), 15, 79),
        ("answers", "items", 28, (11, 125), (64, 202), 31, 67),
        ("news", "items", 14, (1, 270), (19, 221), 33, 93),
    ],
)
def test_the_shipped_channels_come_to_this(
    breaks: pd.DataFrame,
    stream: str,
    counted: str,
    span: int,
    before: tuple[int, int],
    after: tuple[int, int],
    largest: int,
    placebos: int,
) -> None:
    row = breaks.loc[(stream, counted, span, "number")]
    assert (row["on_quarrel_before"], row["all_before"]) == before
    assert (row["on_quarrel_after"], row["all_after"]) == after
    assert (row["largest"], row["placebos"]) == (largest, placebos)


def test_of_consecutive_sundays_each_fourth_is_apart_from_the_others(breaks: pd.DataFrame) -> None:
    main = breaks.xs(("items", 14, "number"), level=["counted", "span", "compared"])
    assert main["placebos"].to_dict() == {"posts": 84, "answers": 79, "news": 93}
    assert main["apart"].to_dict() == {"posts": 21, "answers": 21, "news": 24}


def test_the_evening_news_turned_to_the_quarrel_in_the_second_week(raw: RawTables) -> None:
    channels = clean_channels(
        raw["stream_channels"], as_of=pd.Timestamp("2019-06-04"), include_editorials=True
    )
    streams = clean_streams(raw["streams"], raw["stream_readings"], channels)
    weeks = measure_weeks(streams, channels, MAY).set_index(["stream", "week"])["on_quarrel"]
    assert [*weeks["news"]["2019-05-05":"2019-05-12"]] == [1, 18]


def test_what_is_not_there_is_a_gap_and_no_silence() -> None:
    days = {"first_day": ["2020-03-01"], "last_day": ["2020-03-10"]}
    channels = pd.DataFrame({"stream": ["news"], "missing_days": ["2020-03-04;2020-03-12"]})
    channels = channels.assign(**{name: pd.to_datetime(day) for name, day in days.items()})
    rows = [(f"N{day}", "news", f"03-{day}", 1, 0, False) for day in ("01", "05", "06", "10")]
    spoken = said(*rows).assign(with_words=False)
    assert missing_days(channels)["day"].tolist() == [pd.Timestamp("2020-03-04")]
    gaps = measure_gaps(spoken, channels)
    spans = [(f"{row.start:%m-%d}", f"{row.end:%m-%d}") for row in gaps.itertuples()]
    # 2 to 4 and 7 to 9 March are three days each; two are a weekend
    assert spans == [("03-02", "03-04"), ("03-07", "03-09")]
    more = said(("N03", "news", "03-03", 1, 0, False)).assign(with_words=False)
    gaps = measure_gaps(pd.concat([spoken, more]), channels)
    assert gaps["start"].dt.day.tolist() == [4, 7]
