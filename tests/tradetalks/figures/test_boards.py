"""Every event stands in its lane and its order, every answer in the row of its charge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from drawn import marks, texts
from statement_examples import SEQUENCE, promises, sequence

from tradetalks.figures.boards import HEADS
from tradetalks.figures.style import PHONE, TEXT_WIDTH


def test_the_board_writes_every_event_in_its_lane() -> None:
    ax = sequence().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for label in SEQUENCE["label"]:
        assert label in words or label[:1].upper() + label[1:] in words
    assert "First sources: a text by post" in words
    x = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert x["Bob: “no”"] > x["A list"] == x["Talks: Town"]
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


@pytest.mark.parametrize("width", [PHONE, TEXT_WIDTH])
def test_every_charge_has_its_verdict_and_a_sign_for_every_question(width: float) -> None:
    figure = promises(width)
    drawn = marks(figure.axes[0])
    rows = sorted({y for _, y, *_ in drawn}, reverse=True)
    assert len(rows) == 2
    signs = [[shape for _, y, shape, _ in sorted(drawn) if y == row] for row in rows]
    # the first side's charge stands above that of the second
    assert signs == [["X", "D", "o", "o", "_"], ["o", "o", "o", "_", "o"]]
    words = {text.get_text() for text in texts(figure)}
    told = {"First Land charges:", "Second charges:", "A lie", "contradicted"}
    told |= {head.replace("\n", " ") for head in HEADS.values()}
    assert told < {line.replace("\n", " ") for line in words}


@pytest.mark.parametrize("width", [PHONE, TEXT_WIDTH])
def test_gaps_part_what_speaks_for_a_charge_against_it_and_decides_nothing(width: float) -> None:
    x = sorted({x for x, *_ in marks(promises(width).axes[0])})
    steps = [right - left for left, right in pairwise(x)]
    assert steps[0] == pytest.approx(steps[1])
    assert steps[2] == pytest.approx(steps[3])
    assert steps[2] > steps[1] + 5


def test_a_board_is_as_wide_as_the_text() -> None:
    for figure in (sequence(), promises(TEXT_WIDTH)):
        box = figure.axes[0].get_position()
        assert (box.x0, box.x1) == (0, 1)
        assert figure.axes[0].get_xlim() == (0, pytest.approx(72 * TEXT_WIDTH))


def test_heads_stand_on_one_height_on_a_telephone() -> None:
    heads = {head.replace(" ", "\n") for head in HEADS.values()}
    found = [text for text in texts(promises(PHONE)) if text.get_text() in heads]
    assert len(found) == len(heads)
    assert len({text.get_position()[1] for text in found}) == 1
