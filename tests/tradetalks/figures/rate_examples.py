"""Small frames of a tariff record, and a figure that is drawn of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradetalks.figures.rate_steps import plot_applied_rates
from tradetalks.figures.style import Colours

SIDES = pd.DataFrame(
    {
        "side": ["A", "B"],
        "name": ["Northland", "Southland"],
        "article_name": ["the Northland", "Southland"],
        "colour": ["#1f5a94", "#b9521f"],
        "order": [1, 2],
    }
)
COLOURS = Colours.from_sides(SIDES)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def rates(missing_from: str | None = None) -> pd.DataFrame:
    path = pd.DataFrame(
        {
            "importer": ["A", "A", "A", "B", "B", "B"],
            "effective_date": pd.to_datetime(
                [
                    "2018-01-01",
                    "2018-09-24",
                    "2019-05-10",
                    "2018-01-01",
                    "2018-07-06",
                    "2019-06-01",
                ]
            ),
            "mfn_rate_pct": [3.0, 3.0, 3.0, 6.0, 5.0, 5.0],
            "applied_rate_pct": [3.0, 8.8, 14.2, 6.0, 13.5, 14.4],
        }
    )
    if missing_from is not None:
        gone = path["importer"].eq("B") & path["effective_date"].ge(day(missing_from))
        path["applied_rate_pct"] = path["applied_rate_pct"].mask(gone)
    return path


def draw_rates(ax: Axes, path: pd.DataFrame) -> Axes:
    return plot_applied_rates(
        ax,
        path,
        SIDES,
        start=day("2018-03-22"),
        end=day("2019-06-04"),
        breakdown_date=day("2019-05-05"),
    )


FARM = pd.DataFrame(
    {
        "step_id": ["B1", "B2"],
        "effective_date": pd.to_datetime(["2018-07-06", "2019-06-01"]),
        "imports_raised_usd_bn": [33.8, 35.5],
        "farm_usd_bn": [19.9, np.nan],
        "farm_share": [0.588, np.nan],
    }
)
RULES = pd.DataFrame(
    {
        "effective_date_rule": ["legal", "entry_june_1", "in_transit", "entry_june_15"],
        "effective_date": pd.to_datetime(["2019-05-10", "2019-06-01", "2019-06-09", "2019-06-15"]),
        "before_pct": [8.8] * 4,
        "after_pct": [14.2] * 4,
    }
)


def episodes(**changes: Any) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "episode_id": ["E1", "E2"],
            "title": ["List 1, July 2018", "List 3, May 2019"],
            "mover": ["A", "A"],
            "answerer": ["B", "B"],
            "move_announced_date": pd.to_datetime(["2018-06-15", "2019-05-05"]),
            "answer_announced_date": pd.to_datetime(["2018-06-16", "2019-05-13"]),
            "move_effective_date": pd.to_datetime(["2018-07-06", "2019-05-10"]),
            "answer_effective_date": pd.to_datetime(["2018-07-06", "2019-06-01"]),
            "announced_days": pd.array([1, 8], dtype="Int64"),
            "effective_days": pd.array([0, 22], dtype="Int64"),
        }
    )
    return table.assign(**changes)


def composition() -> pd.DataFrame:
    values = [12.0, 4.0, 3.0, 2.0, 1.0, 0.5]
    return pd.DataFrame(
        {
            "section": ["XVI", "VI", "XV", "V", "IX", "II"],
            "section_title": ["Machines", "Chemicals", "Metals", "Minerals", "Wood", "Plants"],
            "imports_usd_bn": values,
            "import_share": [value / sum(values) for value in values],
        }
    )


def reconciliation() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "benchmark_id": ["P1", "P2", "P3"],
            "importer": ["A", "B", "B"],
            "date": pd.to_datetime(["2018-09-24", "2018-09-24", "2019-06-01"]),
            "published_pct": [12.0, 15.9, 20.7],
            "ours_pct": [8.8, 15.9, np.nan],
            "gap_pp": [-3.2, 0.01, np.nan],
            "is_compared": [True, True, False],
        }
    )
