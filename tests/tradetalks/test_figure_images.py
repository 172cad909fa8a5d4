"""Every figure as a picture, held against the one that was looked at, with some tolerance.

After a change that is meant: `pytest tests/tradetalks/test_figure_images.py
--mpl-generate-path=tests/baseline`, look at the pictures, and commit them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import test_figures_statements as statements
import test_figures_tariffs as tariffs
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tradetalks.figures.style import TEXT_WIDTH, use_style
from tradetalks.figures.tariffs import (
    plot_answer_ladder,
    plot_effective_date_rules,
    plot_farm_share,
    plot_reconciliation,
    plot_sections,
)

USERS = {
    "legal": "the notice",
    "entry_june_1": "a tracker",
    "in_transit": "nobody",
    "entry_june_15": "the chart",
}
ON_AXES: dict[str, Callable[[Axes], Axes]] = {
    "applied_rates": lambda ax: tariffs.draw_rates(ax, tariffs.rates()),
    "farm_share": lambda ax: plot_farm_share(
        ax, tariffs.FARM, tariffs.COLOURS, names={"B1": "List 2", "B2": "List 3"}
    ),
    "answer_ladder": lambda ax: plot_answer_ladder(ax, tariffs.episodes(), tariffs.SIDES),
    "sections": lambda ax: plot_sections(
        ax, tariffs.composition(), tariffs.COLOURS, largest=3, emphasised=["II"]
    ),
    "effective_date_rules": lambda ax: plot_effective_date_rules(
        ax, tariffs.RULES, tariffs.COLOURS, users=USERS
    ),
    "reconciliation": lambda ax: plot_reconciliation(ax, tariffs.reconciliation(), tariffs.SIDES),
}


@pytest.mark.parametrize("name", sorted({*ON_AXES, *statements.FIGURES}))
@pytest.mark.mpl_image_compare(
    baseline_dir="../baseline",
    style={},
    tolerance=2,  # letters may be drawn a little otherwise elsewhere; a moved mark is more
    savefig_kwargs={"dpi": 60},
)
def test_the_picture_is_the_one_that_was_looked_at(name: str) -> Figure:
    # the plugin sets a style of its own around the test
    with use_style():
        if name in statements.FIGURES:
            return statements.FIGURES[name]()
        figure, ax = plt.subplots(figsize=(TEXT_WIDTH, 3))
        ON_AXES[name](ax)
        return figure
