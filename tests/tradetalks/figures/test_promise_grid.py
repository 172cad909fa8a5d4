"""Charges in a grid: a sign for every answer, in the row of its charge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from drawn import marks, texts
from statement_examples import promises

from tradetalks.figures.promise_grid import HEADS
from tradetalks.figures.style import PHONE, TEXT_WIDTH


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


def test_a_right_that_was_kept_stands_apart_from_what_speaks_for_a_charge() -> None:
    x = sorted({x for x, *_ in marks(promises().axes[0])})
    steps = [right - left for left, right in pairwise(x)]
    assert steps.index(max(steps)) == 2
    assert steps[0] == pytest.approx(steps[1]) == pytest.approx(steps[3])


def test_heads_stand_on_one_height_on_a_telephone() -> None:
    heads = {head.replace(" ", "\n") for head in HEADS.values()}
    found = [text for text in texts(promises(PHONE)) if text.get_text() in heads]
    assert len(found) == len(heads)
    assert len({text.get_position()[1] for text in found}) == 1
