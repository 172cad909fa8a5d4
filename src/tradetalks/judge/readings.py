"""Two readings of the same rows of evidence, side by side."""

from __future__ import annotations

import pandas as pd


def pair_readings(evidence: pd.DataFrame, recoding: pd.DataFrame) -> pd.DataFrame:
    """Put the two readings of each row of evidence that was read twice beside each other.

    One row per row of `recoding`, the columns of its question and record, and of each reading
    `stance`, `reads` and `admission` (whether it is one), the first with _1 and the second with _2.
    A record that bears on a question both ways is compared with the first reading of its stance.
    """
    keys = [name for name in recoding.columns if name.endswith("_id")]
    codes = ["stance", "reads", "admission"]
    first, again = (
        frame[[*keys, *codes]].assign(
            admission=frame["admission"].notna().map({True: "yes", False: "no"}),
            **{name: frame[name].fillna("") for name in keys},
        )
        for frame in (evidence, recoding)
    )
    paired = again.merge(first, on=keys, suffixes=("_2", "_1"))
    same = paired["stance_1"].eq(paired["stance_2"])
    ordered = paired.assign(same=same).sort_values("same", ascending=False, kind="stable")
    return ordered.drop_duplicates(keys).sort_index().drop(columns="same").reset_index(drop=True)
