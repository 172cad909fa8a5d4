"""Two readings of the same rows of evidence, side by side."""

from __future__ import annotations

import pandas as pd

# what is read in a row of evidence
READ = ("stance", "reads", "admission")


def pair_readings(evidence: pd.DataFrame, recoding: pd.DataFrame) -> pd.DataFrame:
    """Put the two readings of records that were read twice for a question beside each other.

    One row per question, record and stance that either reading has of it; the columns of `READ`,
    of the first reading with _1 and of the second with _2. `stance` is for, against, both, or
    none where the record does not bear on the question, and is filled once per question and
    record; `reads` and `admission` (yes or no) where both readings have the stance.
    """
    keys = [name for name in recoding.columns if name.endswith("_id")]
    first, again = (
        frame[[*keys, *READ]]
        .fillna("")
        .assign(admission=frame["admission"].notna().map({True: "yes", False: "no"}))
        for frame in (evidence, recoding)
    )
    twice = first.merge(again[keys].drop_duplicates(), on=keys)
    paired = twice[twice["stance"].ne("none")].merge(
        again[again["stance"].ne("none")], on=[*keys, "stance"], suffixes=("_1", "_2"), how="outer"
    )
    stances = [
        frame.groupby(keys)["stance"].agg(lambda own: own.iloc[0] if len(own) == 1 else "both")
        for frame in (twice, again)
    ]
    both = pd.concat(stances, axis=1, keys=["stance_1", "stance_2"]).reset_index()
    one_each = paired.dropna(subset=["reads_1", "reads_2"]).drop(columns="stance")
    return pd.concat([both, one_each], ignore_index=True)[
        [*keys, *(f"{name}_{number}" for name in READ for number in (1, 2))]
    ]
