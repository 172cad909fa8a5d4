"""Rates jump on their days, and stop where they are not measured."""

from __future__ import annotations

from drawn import assert_readable, figure_of, written
from matplotlib.axes import Axes
from rate_examples import COLOURS, RULES, draw_rates, rates

from tradetalks.figures.rate_steps import plot_effective_date_rules
from tradetalks.figures.style import TEXT_WIDTH


def test_rates_jump_on_their_day_and_are_labelled_with_the_last_value(ax: Axes) -> None:
    draw_rates(ax, rates())
    assert {line.get_drawstyle() for line in ax.lines if len(line.get_xdata()) > 2} >= {
        "steps-post"
    }
    shown = written(figure_of(ax))
    assert "Northland\non Southland: 14.2%" in shown
    assert "Southland\non the Northland: 14.4%" in shown
    assert "5 May 2019" in shown
    assert_readable(figure_of(ax))


def test_an_incomplete_average_stops_and_says_so(ax: Axes) -> None:
    draw_rates(ax, rates(missing_from="2019-06-01"))
    shown = " ".join(written(figure_of(ax)))
    assert "on the Northland: 13.5%\nnot measured from 1 Jun 2019" in shown
    assert "14.4" not in shown
    assert_readable(figure_of(ax))


def test_each_rule_is_a_row_with_its_day_and_its_user(ax: Axes) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(TEXT_WIDTH, 1.9)
    users = {
        "legal": "the notice",
        "entry_june_1": "a tracker of changes",
        "in_transit": "nobody; a reading of when cargo could pay",
        "entry_june_15": "the chart",
    }
    plot_effective_date_rules(ax, RULES, COLOURS, users=users)
    assert {
        "Legal date: 10 May\nthe notice",
        "End of grace window: 1 Jun\na tracker of changes",
        "Time at sea added: 9 Jun\nnobody; a reading of when cargo could pay",
        "End of grace window: 15 Jun\nthe chart",
    } <= set(written(figure_of(ax)))
    assert_readable(figure_of(ax))
