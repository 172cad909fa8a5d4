"""Masked readings of the evidence: what most of their forms have, and how far the first agrees.

Forms of a packet are read without names of sides, persons and places, days and sums. What one kind
of coder reads alike in several forms shows that the words are read in a stable way, not that
another kind would read them so.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from tradetalks.claims.tables import pair_readings
from tradetalks.words.coding import AGREEMENT_COLUMNS, agreements

# by what agreement is measured apart: all pairs together, one claim, one question, one side
GROUPED_BY = ("all", "claim", "slot", "side")


def asked_alike(
    rows: pd.DataFrame, questions: pd.DataFrame, claims: pd.DataFrame, sentences: pd.DataFrame
) -> pd.Series:
    """By row of `rows`, of a question and a record each, one name for all that ask the same.

    The same is asked of an accuser before, of an accused's bare act, and else in one question; of
    the same sentences, or of one record where none are given.
    """
    made = questions.merge(claims, on="claim_id").set_index("question_id")
    asked = made.index.to_series()
    asked = asked.mask(made["slot"].eq("before"), "before " + made["side"])
    asked = asked.mask(made["slot"].eq("act"), made["accused"] + " " + made["act"])
    keys = [name for name in rows.columns if name.endswith("_id")]
    shared = [name for name in sentences.columns if name in keys]
    said = sentences.fillna("").groupby(shared)["words"].agg(" ".join)
    named = rows[keys].fillna("")
    records = named.drop(columns="question_id").agg(" ".join, axis="columns")
    words = named.join(said, on=shared)["words"].fillna(records)
    return rows["question_id"].map(asked) + ": " + words


def agreed_readings(masked: pd.DataFrame, alike: pd.Series) -> pd.DataFrame:
    """Readings that more than half have, part by part: one row per question, record and stance.

    Rows of one name in `alike` have the readings of all of them. Columns: those of `masked` but
    the form, and `admission`. A stance is taken where more than half of the readings have it,
    alone or beside the other, and direct where more than half of those that have it read it so. A
    record of which none is taken has one row with the stance none and no `reads`.
    """
    keys = [name for name in masked.columns if name.endswith("_id")]
    rows = masked.assign(asked=alike)
    votes = (
        _spread(rows)
        .assign(is_direct=lambda parts: parts["reads"].eq("direct"))
        .groupby(["asked", "stance"], as_index=False)
        .agg(read=("is_direct", "size"), direct=("is_direct", "mean"))
    )
    readings = rows.groupby("asked", as_index=False).agg(all=("form", "size"))
    votes = votes.merge(readings, on="asked")
    taken = votes[votes["stance"].ne("none") & (2 * votes["read"] > votes["all"])]
    found = rows[["asked", *keys]].drop_duplicates().merge(taken, on="asked", how="left")
    reads = np.where(found["direct"].gt(0.5), "direct", "implied")
    return _spread(found[keys].assign(stance=found["stance"].fillna("none"), reads=reads))


def _spread(readings: pd.DataFrame) -> pd.DataFrame:
    """Rows as evidence has them: two of what reads both ways, no `reads` of what reads in none."""
    ways = readings["stance"].map({"both": ["for", "against"]}.get)
    stances = ways.where(ways.notna(), readings["stance"].map(lambda stance: [stance]))
    rows = readings.assign(stance=stances).explode("stance", ignore_index=True)
    return rows.assign(reads=rows["reads"].mask(rows["stance"].eq("none")), admission=None)


def pair_with_masked(
    evidence: pd.DataFrame,
    masked: pd.DataFrame,
    questions: pd.DataFrame,
    claims: pd.DataFrame,
    sentences: pd.DataFrame,
    sides: Mapping[str, str],
) -> pd.DataFrame:
    """Pair the first reading with the masked ones: rows and columns of `pair_readings`.

    With `all`, `claim`, `slot`, `side` to group by; `sides` by record: whose word it is.
    """
    agreed = agreed_readings(masked, asked_alike(masked, questions, claims, sentences))
    paired = pair_readings(evidence, agreed).filter(regex="_id$|^(stance|reads)_")
    # a row names its record in one of these columns, and has no text in the others
    first, *others = paired.filter(regex="_id$").columns.drop("question_id")
    named = paired[first].str.cat(paired[others])
    return paired.assign(
        all="all readings",
        claim=paired["question_id"].str.partition(".")[0],
        slot=paired["question_id"].map(questions.set_index("question_id")["slot"]),
        side=named.map(sides),
    )


def measure_masked_agreement(pairs: pd.DataFrame, masked: pd.DataFrame) -> pd.DataFrame:
    """Agreement of the first reading with the masked ones, and of the forms with each other.

    One row per `by` (of `GROUPED_BY`, or forms), `group`, and variable of `measure_agreement`.
    """
    compared = [(by, str(group), rows) for by in GROUPED_BY for group, rows in pairs.groupby(by)]
    found = [
        (by, group, *row)
        for by, group, rows in (*compared, *_between_forms(masked))
        for row in agreements(rows.filter(regex="^(stance|reads)_[12]$"))
    ]
    return pd.DataFrame(found, columns=["by", "group", *AGREEMENT_COLUMNS])


def _between_forms(masked: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    forms = masked["form"].drop_duplicates().sort_values()
    read = {one: _spread(masked[masked["form"].eq(one)].drop(columns="form")) for one in forms}
    for one, other in combinations(forms, 2):
        yield "forms", f"{one} and {other}", pair_readings(read[one], read[other])


def count_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count how masking moves readings: one row per side whose word it is.

    Columns: `side`; `read`, pairs of question and record; `turned`, those that take another stance;
    `unlinked`, those that bear on the question no more.
    """
    stances = pairs.dropna(subset=["stance_1"])
    moved = stances["stance_1"].ne(stances["stance_2"])
    is_none = stances["stance_2"].eq("none")
    counts = {"read": stances["stance_1"].notna(), "turned": moved & ~is_none, "unlinked": is_none}
    table = pd.DataFrame(
        {name: which.groupby(pairs["side"]).sum() for name, which in counts.items()}
    )
    return table.fillna(0).astype("int64").reset_index()
