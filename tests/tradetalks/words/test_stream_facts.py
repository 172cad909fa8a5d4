"""Facts of whole channels: in numbers where windows are whole, else said to be none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from tradetalks.facts import Fact
from tradetalks.words.stream_facts import break_facts, channel_facts, word_facts

BREAKDOWN = pd.Timestamp("2020-03-05")
CHANNELS = pd.DataFrame(
    {
        "stream": ["posts", "news"],
        "side": ["A", "B"],
        "title": ["Posts", "News"],
        "called": ["posts", "items"],
        "first_day": pd.to_datetime(["2020-01-01"] * 2),
        "last_day": pd.to_datetime(["2020-06-30"] * 2),
        "missing_days": [None, "2020-02-01/2020-02-03;2020-05-01"],
    }
)
ROW: dict[str, Any] = {
    **{"stream": "posts", "counted": "items", "span": 14, "day": BREAKDOWN},
    **{"all_before": 50, "on_quarrel_before": 0, "with_words_before": 0, "share_before": 0.0},
    **{"all_after": 80, "on_quarrel_after": 20, "with_words_after": 3, "share_after": 0.25},
    **{"days_before": 0, "days_after": 9},
    **{"compared": "number", "change": 20, "placebos": 9, "apart": 3, "largest": -2, "as_large": 0},
}


def by_id(facts: Iterable[Fact]) -> dict[str, Fact]:
    return {fact.value_id: fact for fact in facts}


def test_a_change_is_told_with_its_sign_and_both_its_windows() -> None:
    rows = pd.DataFrame([ROW, ROW | {"compared": "share", "change": 0.25, "largest": 0.0}])
    found = by_id(break_facts(rows, CHANNELS, {"": 14}, BREAKDOWN))
    assert found["placebo_weekday"].value == "Thursday"
    assert found["span"].value == 14
    assert found["stream_posts_on_before"].text == "none"
    assert (found["stream_posts_on_after"].value, found["stream_posts_all_after"].value) == (20, 80)
    assert found["stream_posts_on_change"].text == "+20"
    assert found["stream_posts_days_before"].text == "none"
    assert found["stream_posts_days_after"].value == 9
    assert found["stream_posts_on_largest"].text == "\u22122"
    assert found["stream_posts_share_change"].text == "+25.0"
    assert found["stream_posts_share_largest"].text == "0"
    assert (found["stream_posts_apart"].value, found["stream_posts_one_in"].value) == (3, 4)
    assert found["n_stream_comparisons"].value == 2
    assert found["n_stream_comparisons_reached"].text == "none"
    assert (found["stream_posts_is_whole"].value, found["stream_news_is_whole"].value) == (
        True,
        False,
    )


def test_other_spans_end_their_ids_and_words_are_told_of_the_first_alone() -> None:
    words = ROW | {"compared": "words", "change": 3}
    rows = [ROW | {"counted": "texts"}, words, words | {"span": 28}]
    rows += [ROW | {"counted": "texts", "span": 28}]
    found = by_id(break_facts(pd.DataFrame(rows), CHANNELS, {"": 14, "_double": 28}, BREAKDOWN))
    assert {"stream_posts_on_after_once", "stream_posts_words_after"} < {*found}
    assert not {name for name in found if name.startswith("stream_posts_") and "double" in name}


def test_without_whole_windows_only_that_is_told() -> None:
    none = pd.DataFrame([ROW]).head(0)
    found = by_id(break_facts(none, CHANNELS, {"": 14}, BREAKDOWN))
    assert found["stream_posts_is_whole"].value is False
    assert found["stream_posts_is_not_whole"].value is True
    assert "stream_posts_on_after" not in found
    assert not [*break_facts(none, CHANNELS.head(0), {"": 14}, BREAKDOWN)]


def test_a_channel_that_is_left_out_is_not_counted() -> None:
    said = pd.DataFrame({"stream": ["posts"] * 2, "items": [4, 1], "on_quarrel": [False, True]})
    found = by_id(channel_facts(CHANNELS, CHANNELS.head(1), said))
    assert found["stream_news_is_counted"].value is False
    assert found["stream_posts_missing"].text == "none"
    assert (found["stream_posts_all"].value, found["stream_posts_on"].value) == (5, 1)


def test_a_day_that_there_is_not_is_told_in_words() -> None:
    words = pd.DataFrame(
        [
            {
                **{"stream": "posts", "before": 0, "since": 2, "last_before": pd.NaT},
                **{"first_since": BREAKDOWN, "quiet_since": pd.NaT, "first_on": BREAKDOWN},
            }
        ]
    )
    weeks = pd.DataFrame({"stream": ["posts"], "week": [BREAKDOWN], "on_quarrel": [0]})
    found = by_id(word_facts(words, weeks, BREAKDOWN))
    assert found["stream_posts_words_last"].unit == "missing"
    assert found["stream_posts_words_past"].text == "none"
    assert found["stream_posts_week_1"].text == "none"
    assert "stream_posts_week_2" not in found
