"""Small frames of a tariff record, and a figure that is drawn of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

SIDES = pd.DataFrame(
    {
        "side": ["A", "B"],
        "name": ["Northland", "Southland"],
        "article_name": ["the Northland", "Southland"],
        "adjective": ["Northern", "Southern"],
        "colour": ["#1f5a94", "#b9521f"],
        "order": [1, 2],
    }
)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


ADDED = pd.DataFrame(
    {
        "side": ["A", "A", "A", "B", "B"],
        "step_id": ["A1", "A2", "A3", "B1", "B2"],
        "tranche": ["A-1", "A-2", "A-2", "B-1", "B-2"],
        "effective_date": pd.to_datetime(
            ["2018-07-06", "2018-09-24", "2019-05-10", "2018-07-06", "2019-06-01"]
        ),
        "value_usd_bn": [30.0, 200.0, 200.0, 40.0, 10.0],
        "added_pp": [25.0, 10.0, 15.0, 25.0, 5.0],
        "duty_added_usd_bn": [7.5, 20.0, 30.0, 10.0, 0.5],
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
