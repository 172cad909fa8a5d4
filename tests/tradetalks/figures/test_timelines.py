"""Statements on an axis of time: every one is a mark in its place."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from drawn import marks
from matplotlib.figure import Figure
from statement_examples import BREAKDOWN, SIDES, ledger, statements

from tradetalks.figures.style import PHONE, TEXT_WIDTH

COLOURS = set(SIDES["colour"])


def of_sides(figure: Figure) -> list[tuple[float, float, str, str]]:
    """Marks of statements: place, shape and colour."""
    return [mark for mark in marks(figure.axes[0]) if mark[-1] in COLOURS]


@pytest.mark.parametrize("width", [TEXT_WIDTH, PHONE])
def test_every_statement_is_one_mark_on_its_side(width: float) -> None:
    drawn = of_sides(ledger(statements(), width))
    assert len(drawn) == len(statements())
    assert all((y > 0) == (colour == SIDES["colour"][0]) for _, y, _, colour in drawn)
    # no two marks of a side in one place
    assert len({(x, y) for x, y, *_ in drawn}) == len(drawn)


def test_every_mark_of_a_stack_can_be_seen() -> None:
    rows = statements()
    many = [rows.assign(statement_id=rows["statement_id"] + f"-{n}") for n in range(9)]
    ax = ledger(pd.concat([rows, *many])).axes[0]
    ax.figure.draw_without_rendering()
    step = 72 / ax.figure.dpi * ax.transData.transform([(0, 0), (0, 1)])[:, 1]
    for line in ax.lines:
        if line.get_linestyle() == "None" and line.get_markeredgecolor() in COLOURS:
            assert line.get_markersize() + line.get_markeredgewidth() < step[1] - step[0]


def test_no_column_of_marks_holds_both_periods() -> None:
    eve = mpl.dates.date2num(BREAKDOWN)
    before = statements()["statement_date"].lt(BREAKDOWN).sum()
    assert sum(x < eve for x, *_ in of_sides(ledger(statements()))) == before


def test_it_says_what_a_column_holds() -> None:
    (ax,) = ledger(statements()).axes
    assert ax.get_title("left") == "each column: 4 days"


def test_an_unknown_act_fails() -> None:
    with pytest.raises(KeyError, match="whistle"):
        ledger(statements().replace({"act": {"deny": "whistle"}}))
