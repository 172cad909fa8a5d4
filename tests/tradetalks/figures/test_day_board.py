"""The days of a breakdown: every event stands in its lane and its order."""

from __future__ import annotations

from statement_examples import SEQUENCE, sequence


def test_the_sequence_writes_every_event_in_its_lane() -> None:
    ax = sequence().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for label in SEQUENCE["label"]:
        assert label in words
    assert "16:08 UTC, Ann: “up it goes”" in words
    assert "Talks: Town" in words
    x = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert x["Bob: “no”"] > x["a list"] == x["Talks: Town"]
    y = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert y["Talks: Town"] > y["Bob: “no”"] > y["16:08 UTC, Ann: “up it goes”"] > y["a list"]


def test_a_sequence_without_events_is_an_empty_board() -> None:
    ax = sequence(SEQUENCE.head(0)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["First Land", "Second"]
