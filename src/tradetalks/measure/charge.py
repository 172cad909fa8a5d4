"""The charge that the other side broke its word: every use, and the months with and without one."""

from __future__ import annotations

import pandas as pd

from tradetalks.measure.acts import fill_counts, month_of, months_of

# The frame whose first uses date the charge that the other side broke its word.
CHARGE_FRAME = "backtracking"

# Acts that turn a frame against the other side. A denial uses the same words to the opposite end.
CHARGE_ACTS = ("blame", "threaten", "justify")


def measure_backtracking(
    statements: pd.DataFrame, frames: pd.DataFrame, frame: str = CHARGE_FRAME
) -> pd.DataFrame:
    """List every use of the charge frame in the order of time: one row per statement.

    Columns: those that identify the statement, `role`, `is_first_charge` (the side's first) and
    `days_since_charge` (days since the side's last charge before this row). A use is a `charge`
    when one of `CHARGE_ACTS` turns the frame against another side, a `denial` when the act is
    deny, and `other` for the rest, such as a promise or an admission.

    All admitted statements are read, also those before the window: when a charge was first made
    does not depend on what is shown.
    """
    framed = frames.loc[frames["frame"].eq(frame), "statement_id"]
    uses = in_order(statements[statements["statement_id"].isin(framed)])
    against_other = uses["target"].ne("none") & uses["target"].ne(uses["side"])
    is_charge = uses["act"].isin(CHARGE_ACTS) & against_other
    role = pd.Series("other", index=uses.index).mask(uses["act"].eq("deny"), "denial")
    charged_on = uses["statement_date"].where(is_charge)
    by_side = uses["side"]
    last_charge = charged_on.groupby(by_side).ffill().groupby(by_side).shift()
    columns = [
        *("statement_id", "statement_date", "said_at_utc", "side", "speaker", "channel"),
        *("act", "target", "key_phrase", "document_id", "source_id", "confidence"),
    ]
    return uses[columns].assign(
        role=role.mask(is_charge, "charge"),
        is_first_charge=is_charge & is_charge.groupby(by_side).cumsum().eq(1),
        days_since_charge=(uses["statement_date"] - last_charge).dt.days.astype("Int64"),
    )


def measure_charge_months(uses: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Count charges against statements: one row per side and month of the window.

    Columns: `side`, `month`, `statements`, `charges`. A month with statements and no charge is
    one in which the side spoke and did not make it.
    """
    shown = statements[statements["in_window"]]
    sides = shown[["side"]].drop_duplicates()
    said = shown.assign(month=month_of(shown["statement_date"]))
    is_charge = said["statement_id"].isin(uses.loc[uses["role"].eq("charge"), "statement_id"])
    counted = (
        said.assign(is_charge=is_charge)
        .groupby(["side", "month"])
        .agg(statements=("statement_id", "size"), charges=("is_charge", "sum"))
    )
    return fill_counts(sides.merge(months_of(shown), how="cross"), counted).sort_values(
        ["side", "month"], ignore_index=True
    )


def in_order(statements: pd.DataFrame) -> pd.DataFrame:
    """Sort by day, then by the moment until which the words were said, then by id.

    No order that is known is broken by that: what was over before the other began comes first.
    """
    return statements.sort_values(
        ["statement_date", "said_until_utc", "statement_id"], ignore_index=True
    )
