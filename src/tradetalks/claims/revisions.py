"""Revisions of verdicts between editions, and towards which side each of them moved."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from tradetalks.claims.ladder import VERDICTS

# from the weakest to the strongest; what is not among them (a value judgement, not judged) has no
# place, and a move from or to it no direction
_PLACES = {str(verdict): -place for place, verdict in enumerate(VERDICTS[:-1])}


def measure_revisions(
    revisions: pd.DataFrame, claims: pd.DataFrame, sides: pd.DataFrame
) -> pd.DataFrame:
    """Tell of each revision towards which side it went: the rows of the raw table, and `toward`.

    A verdict that rises on the ladder goes towards the side that makes the claim, one that falls
    towards the other. `toward` is empty where certainty alone moves, where a verdict is given for
    the first time, or where no side makes the claim.
    """
    codes = [*sides["side"]]
    other = dict(zip(codes, reversed(codes), strict=True))
    claimed = dict(zip(claims["claim_id"], claims["side"].fillna(""), strict=True))
    return revisions.assign(
        toward=[_toward(row, claimed, other) for row in revisions.to_dict("records")]
    )


def _toward(
    row: Mapping[Hashable, Any], claimed: Mapping[str, str], other: Mapping[str, str]
) -> str:
    before, after = (_PLACES.get(row[name].partition(" (")[0]) for name in ("before", "after"))
    side = claimed.get(row["claim_id"], "")
    if before is None or after is None or before == after or not side:
        return ""
    return side if after > before else other[side]
