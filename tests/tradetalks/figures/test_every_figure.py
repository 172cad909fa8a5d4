"""Every figure can be read, and looks as it did when somebody looked at it.

After a change that is meant: `pytest tests/tradetalks/figures/test_every_figure.py
--mpl-generate-path=tests/baseline`, look at the pictures, and commit them.
"""

from __future__ import annotations

import io
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

from tradetalks.figures.act_shares import PERIODS
from tradetalks.figures.answer_ladder import plot_answer_ladder
from tradetalks.figures.day_board import EVENT_KINDS
from tradetalks.figures.import_bars import plot_farm_share, plot_sections
from tradetalks.figures.marks import Look
from tradetalks.figures.published_rates import plot_reconciliation
from tradetalks.figures.rate_steps import plot_effective_date_rules
from tradetalks.figures.style import TEXT_WIDTH, use_style
from tradetalks.figures.timelines import ACT_GROUPS, ROLES, TALKS

USERS = {
    "legal": "the notice",
    "entry_june_1": "a tracker",
    "in_transit": "nobody",
    "entry_june_15": "the chart",
}


def on_axes(draw: Callable[[Axes], object]) -> Callable[[], Figure]:
    def drawn() -> Figure:
        figure, ax = plt.subplots(figsize=(TEXT_WIDTH, 3))
        draw(ax)
        return figure

    return drawn


FIGURES: dict[str, Callable[[], Figure]] = {
    "chronology": lambda: statements.chronology(statements.statements()),
    "backtracking": statements.backtracking,
    "sequence": statements.sequence,
    "acts": lambda: statements.act_shares(statements.acts()),
    "placebo": statements.placebo,
    "placebo without draws": lambda: statements.placebo(statements.PLACEBO[:0]),
    "applied_rates": on_axes(lambda ax: rates.draw_rates(ax, rates.rates())),
    "farm_share": on_axes(
        lambda ax: plot_farm_share(
            ax, rates.FARM, rates.COLOURS, names={"B1": "List 2", "B2": "List 3"}
        )
    ),
    "answer_ladder": on_axes(lambda ax: plot_answer_ladder(ax, rates.episodes(), rates.SIDES)),
    "sections": on_axes(
        lambda ax: plot_sections(
            ax, rates.composition(), rates.COLOURS, largest=3, emphasised=["II"]
        )
    ),
    "effective_date_rules": on_axes(
        lambda ax: plot_effective_date_rules(ax, rates.RULES, rates.COLOURS, users=USERS)
    ),
    "reconciliation": on_axes(
        lambda ax: plot_reconciliation(ax, rates.reconciliation(), rates.SIDES)
    ),
    "law_and_record": border.law_and_record,
    "law_and_record before a revision": lambda: border.law_and_record(revised=False),
    "border_step": border.step,
    "run_ahead": border.run_ahead,
    "exports_by_list": border.exports,
    "two_sums": border.sums,
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_can_be_read(name: str) -> None:
    assert_readable(FIGURES[name]())


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.mpl_image_compare(
    baseline_dir="../../baseline",
    style={},
    tolerance=2,  # letters may be drawn a little otherwise elsewhere; a moved mark is more
    savefig_kwargs={"dpi": 60},
)
def test_the_picture_is_the_one_that_was_looked_at(name: str) -> Figure:
    # the plugin sets a style of its own around the test
    with use_style():
        return FIGURES[name]()


@pytest.mark.parametrize("looks", [(*ACT_GROUPS, *TALKS), ROLES, PERIODS, EVENT_KINDS])
def test_nothing_is_told_by_colour_alone(looks: tuple[Look, ...]) -> None:
    assert len({(look.marker, look.fill) for look in looks}) == len(looks)


def svg(figure: Figure) -> str:
    page = io.StringIO()
    figure.savefig(page, format="svg", metadata={"Date": None})
    return page.getvalue()


@pytest.mark.parametrize(
    ("draw", "rows"),
    [
        (statements.chronology, statements.statements()),
        (statements.backtracking, statements.USES),
        (statements.act_shares, statements.acts()),
    ],
)
def test_the_order_of_rows_changes_nothing(
    draw: Callable[[pd.DataFrame], Figure], rows: pd.DataFrame
) -> None:
    assert svg(draw(rows)) == svg(draw(rows.sample(frac=1, random_state=5)))


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plot_farm_share(ax, rates.FARM.iloc[:0], rates.COLOURS, names={}),
        lambda ax: plot_answer_ladder(ax, rates.episodes().iloc[:0], rates.SIDES),
        lambda ax: plot_sections(ax, rates.composition().iloc[:0], rates.COLOURS),
        lambda ax: plot_reconciliation(ax, rates.reconciliation().iloc[:0], rates.SIDES),
    ],
    ids=["farm share", "answer ladder", "sections", "reconciliation"],
)
def test_nothing_to_draw_is_drawn_empty(ax: Axes, draw: Callable[[Axes], object]) -> None:
    """A run whose as_of lies before the first step has rates, but nothing else."""
    draw(ax)
    assert not ax.patches
