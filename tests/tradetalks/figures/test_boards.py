"""Every event stands in its lane and its order."""

from __future__ import annotations

import pytest
from drawn import marks
from statement_examples import SEQUENCE, sequence

from tradetalks.figures.style import PHONE, TEXT_WIDTH


def test_the_board_writes_every_event_in_its_lane() -> None:
    ax = sequence().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for label in SEQUENCE["label"]:
        assert label in words or label[:1].upper() + label[1:] in words
    assert "First sources: a text by post" in words
    x = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert x["Bob: “no”"] > x["A list"] == x["Talks: Town"]
    # what unnamed sources tell stands with whose they are, and else across the lanes
    assert x["First sources: a text by post"] == x["A list"]
    nobody = SEQUENCE.assign(told_by=None).iloc[[4]]
    (told,) = (one for one in sequence(nobody).axes[0].texts if "side not given" in one.get_text())
    assert told.get_position()[0] == x["A list"]
    mixed = sequence(SEQUENCE.assign(told_by="AA;third").iloc[[4]]).axes[0].texts
    assert any("and other sources: a text by post" in one.get_text() for one in mixed)
    y = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert y["Talks: Town"] > y["Bob: “no”"] > y["Ann: “up it goes”"] > y["A list"]


def test_every_event_is_a_mark_filled_as_it_is_known() -> None:
    drawn = marks(sequence().axes[0])
    assert len(drawn) == len(SEQUENCE)
    assert [shape for *_, shape, _ in drawn].count("s") == 2


def test_every_day_has_its_row_also_on_a_telephone() -> None:
    wide, narrow = sequence(), sequence(width=PHONE)
    assert narrow.get_figheight() > wide.get_figheight()
    days = {"8 Sep", "10 Sep", "11 Sep"}
    for figure in (wide, narrow):
        shown = {text.get_text() for text in figure.axes[0].texts}
        assert days < shown
        assert not {"7 Sep", "9 Sep", "12 Sep"} & shown


def test_a_board_without_events_has_lanes_alone() -> None:
    ax = sequence(SEQUENCE.head(0)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["First Land", "Second"]


def test_a_board_is_as_wide_as_the_text() -> None:
    ax = sequence().axes[0]
    assert (ax.get_position().x0, ax.get_position().x1) == (0, 1)
    assert ax.get_xlim() == (0, pytest.approx(72 * TEXT_WIDTH))
