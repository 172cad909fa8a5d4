"""Every figure can be read, and is drawn as it was when somebody looked at it.

After a change that is meant: `python -m pytest --record`, look at the pictures in
tests/baseline/figures, and commit them.
"""

from __future__ import annotations

from collections.abc import Callable

import border_examples as border
import pandas as pd
import pytest
import rate_examples as rates
import statement_examples as statements
from drawn import assert_readable
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from looked_at import svg
from tradetalks.claims.accusations import PROOFS
from tradetalks.claims.lines import LOOKS
from tradetalks.figures.marks import Look
from tradetalks.figures.style import COLUMN, PHONE
from tradetalks.tariffs.drawings import plot_duties_added, plot_reconciliation
from tradetalks.words.drawings import ACT_GROUPS, LOOKS_BY_KNOWN

Recorded = Callable[[str, str], None]


def on_axes(draw: Callable[[Axes], object], width: float = PHONE) -> Callable[[], Figure]:
    def drawn() -> Figure:
        figure, ax = plt.subplots(figsize=(width, 3))
        draw(ax)
        return figure

    return drawn


FIGURES: dict[str, Callable[[], Figure]] = {
    "chronology": lambda: statements.chronology(statements.weeks()),
    "chronology on a telephone": lambda: statements.chronology(statements.weeks(), PHONE),
    "chronology without channels": lambda: statements.chronology(statements.weeks()[:0]),
    "ledger": lambda: statements.ledger(statements.statements()),
    "ledger on a telephone": lambda: statements.ledger(statements.statements(), PHONE),
    "accusations": statements.accusations,
    "accusations on a telephone": lambda: statements.accusations(PHONE),
    "turning": statements.turning,
    "turning on a telephone": lambda: statements.turning(PHONE),
    "days": statements.sequence,
    "days on a telephone": lambda: statements.sequence(width=PHONE),
    "line": statements.line,
    "line with terms": lambda: statements.line(told=statements.TERMS),
    "duties_added": on_axes(lambda ax: plot_duties_added(ax, rates.ADDED, rates.SIDES), COLUMN),
    "duties_added on a telephone": on_axes(
        lambda ax: plot_duties_added(ax, rates.ADDED, rates.SIDES)
    ),
    "reconciliation": on_axes(
        lambda ax: plot_reconciliation(ax, rates.reconciliation(), rates.SIDES)
    ),
    "law_and_record": border.law_and_record,
    "law_and_record before a revision": lambda: border.law_and_record(revised=False),
    "law_and_record on a telephone": lambda: border.law_and_record(size=(PHONE, 2.9)),
    "border_step": border.step,
    "border_response": border.response,
    "border_by_month": border.by_month,
    "border_markets": border.markets,
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_can_be_read(name: str) -> None:
    assert_readable(FIGURES[name]())


@pytest.mark.parametrize("name", FIGURES)
def test_the_picture_is_the_one_that_was_looked_at(name: str, as_recorded: Recorded) -> None:
    as_recorded(f"figures/{name}.svg", svg(FIGURES[name]()))


@pytest.mark.parametrize("looks", [ACT_GROUPS, LOOKS_BY_KNOWN, LOOKS, PROOFS])
def test_nothing_is_told_by_colour_alone(looks: tuple[Look, ...]) -> None:
    assert len({(look.marker, look.fill) for look in looks}) == len(looks)


@pytest.mark.parametrize(
    ("draw", "rows"),
    [
        (statements.chronology, statements.weeks()),
        (statements.ledger, statements.statements()),
    ],
)
def test_the_order_of_rows_changes_nothing(
    draw: Callable[[pd.DataFrame], Figure], rows: pd.DataFrame
) -> None:
    assert svg(draw(rows)) == svg(draw(rows.sample(frac=1, random_state=5)))


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plot_duties_added(ax, rates.ADDED.iloc[:0], rates.SIDES),
        lambda ax: plot_reconciliation(ax, rates.reconciliation().iloc[:0], rates.SIDES),
    ],
    ids=["duties added", "reconciliation"],
)
def test_nothing_to_draw_is_drawn_empty(ax: Axes, draw: Callable[[Axes], object]) -> None:
    """A run whose as_of lies before the first step has rates, but nothing else."""
    draw(ax)
    assert not ax.patches
