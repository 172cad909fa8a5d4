"""The charge that the other side broke its word: every use in the ledger, and the first."""

import pandas as pd

# The frame whose first uses date the charge that the other side broke its word.
CHARGE_FRAME = "backtracking"

# Acts that turn a frame against the other side. A denial uses the same words to the opposite end.
CHARGE_ACTS = ("blame", "threaten", "justify")


def measure_backtracking(statements: pd.DataFrame, frames: pd.DataFrame) -> pd.DataFrame:
    """List every use of the charge frame in the order of time: one row per statement, of any day.

    Columns: those that identify the statement, `role` (`charge` where one of `CHARGE_ACTS` turns it
    against another side, `denial` where the act is deny, `other`), `is_first_charge` (the side's
    first).
    """
    framed = frames.loc[frames["frame"].eq(CHARGE_FRAME), "statement_id"]
    uses = in_order_of_time(statements[statements["statement_id"].isin(framed)])
    against_other = uses["target"].ne("none") & uses["target"].ne(uses["side"])
    is_charge = uses["act"].isin(CHARGE_ACTS) & against_other
    role = pd.Series("other", index=uses.index).mask(uses["act"].eq("deny"), "denial")
    columns = [
        *("statement_id", "statement_date", "said_at_utc", "side", "speaker", "channel"),
        *("act", "target", "key_phrase", "occasion_id", "source_id", "confidence"),
    ]
    return uses[columns].assign(
        role=role.mask(is_charge, "charge"),
        is_first_charge=is_charge & is_charge.groupby(uses["side"]).cumsum().eq(1),
    )


def measure_first_accusation(
    uses: pd.DataFrame, rounds: pd.DataFrame, breakdown: pd.Timestamp
) -> pd.DataFrame:
    """Who charged first after the last talks before the breakdown: one row, none without a charge.

    `uses` as of `measure_backtracking`. Columns: talks_end, side and statement_id of the first
    charge after that day, days (between the two); answer_id and answer_days of the first charge or
    denial by the other side after it, if any.
    """
    before = rounds[rounds["start_date"].lt(breakdown)].sort_values("start_date", kind="stable")
    # after the end of no talks there is no charge
    talks_end = before["end_date"].iloc[-1] if len(before) else pd.NaT
    since = uses[uses["statement_date"].gt(talks_end)]
    charges = since[since["role"].eq("charge")]
    if charges.empty:
        return pd.DataFrame()
    first = charges.iloc[0]
    later = since.loc[first.name :]
    answers = later[later["side"].ne(first["side"]) & later["role"].isin(["charge", "denial"])]
    answer = answers.iloc[0] if len(answers) else pd.Series({"statement_date": pd.NaT})
    row = first[["side", "statement_id"]].to_dict() | {
        "talks_end": talks_end,
        "days": (first["statement_date"] - talks_end).days,
        "answer_id": answer.get("statement_id"),
        "answer_days": (answer["statement_date"] - first["statement_date"]).days,
    }
    return pd.DataFrame([row])


def in_order_of_time(statements: pd.DataFrame) -> pd.DataFrame:
    """Sort by day, then by the moment until which the words were said, then by id.

    No order that is known is broken by that: what was over before the other began comes first.
    """
    return statements.sort_values(
        ["statement_date", "said_until_utc", "statement_id"], ignore_index=True
    )
