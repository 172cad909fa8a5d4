"""Charges in a grid: a sign for every answer, in the row of its charge."""

from __future__ import annotations

from drawn import marks, texts
from statement_examples import promises

from tradetalks.figures.promise_grid import HEADS


def test_every_charge_has_a_sign_for_every_question() -> None:
    figure = promises()
    drawn = marks(figure.axes[0])
    rows = sorted({y for _, y, *_ in drawn}, reverse=True)
    assert len(rows) == 2
    signs = [[shape for _, y, shape, _ in sorted(drawn) if y == row] for row in rows]
    # the first side's charge stands above that of the second
    assert signs == [["X", "D", "o", "o", "_"], ["o", "o", "o", "_", "o"]]
    words = {text.get_text() for text in texts(figure)}
    assert {"First Land charges:", "Second charges:", "They lied.", *HEADS.values()} < {
        line.replace("\n", " ") for line in words
    }
