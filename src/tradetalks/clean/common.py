"""How a row leaves a table: by a named rule, and never unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

CONFIDENCE_LEVELS = ("low", "medium", "high")

# How a row may leave.
RULES: dict[str, str] = {
    "after as_of": "became known after the day on which the report stops knowing",
    "below min_confidence": "weaker than the weakest evidence admitted",
    "editorial": "a party newspaper or state television, while include_editorials is false",
    "record left out": "belongs to a step that is left out",
    "no rate": "an import line for which the line-level file has no rate: kept apart, not spread",
    "MFN rate not ad valorem": "a line whose MFN duty is no percentage: its changes are not summed",
}


class Cleaned(NamedTuple):
    """A cleaned table and the rows that left it: `table`, `row_id`, `rule`."""

    kept: pd.DataFrame
    left_out: pd.DataFrame


def is_below(confidence: pd.Series, minimum: str) -> pd.Series:
    """Flag the rows weaker than `minimum`, which is one of `CONFIDENCE_LEVELS`."""
    return confidence.map(CONFIDENCE_LEVELS.index).lt(CONFIDENCE_LEVELS.index(minimum))


def leave_out(
    rows: pd.DataFrame, *, table: str, row_id: pd.Series, broken: Mapping[str, pd.Series]
) -> Cleaned:
    """Split rows by the rules they break; of several, the one named first is recorded.

    Raises KeyError for a rule that `RULES` does not explain.
    """
    if unknown := sorted(set(broken) - set(RULES)):
        raise KeyError(f"no such rule: {unknown}; known: {', '.join(RULES)}")
    rule = pd.Series(pd.NA, index=rows.index, dtype="string")
    for name, is_broken in broken.items():
        rule = rule.mask(rule.isna() & is_broken, name)
    leaves = rule.notna()
    left_out = pd.DataFrame(
        {
            "table": table,
            "row_id": row_id[leaves].astype("string"),
            "rule": rule[leaves],
        }
    ).astype("string")
    return Cleaned(
        rows[~leaves].reset_index(drop=True),
        left_out.sort_values("row_id", ignore_index=True),
    )
