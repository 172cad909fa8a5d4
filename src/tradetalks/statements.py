"""Statement tables: the ledger, the rounds and the claims, as known on one day.

Every function here is pure. A row leaves only by a rule of `RULES`, and every row that leaves is
returned with the rule, so that a reader can see what a report did not use and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from tradetalks.checks import Problems, require

CONFIDENCE_LEVELS = ("low", "medium", "high")

# How a row may leave.
RULES: dict[str, str] = {
    "after as_of": "said, begun or claimed after the day on which the report stops knowing",
    "below min_confidence": "weaker than the weakest evidence admitted",
    "editorial": "a party newspaper or state television, while include_editorials is false",
    "claim left out": "belongs to a claim that was not yet made",
    "record left out": "cites a statement, step, round, figure or source that is left out",
}

# The columns of `evidence` that point to a record; exactly one of them is filled in each row.
RECORD_COLUMNS = (
    "statement_id",
    "action_id",
    "round_id",
    "coverage_id",
    "benchmark_id",
    "source_id",
)

# A tweet's number carries the millisecond at which it was sent, counted from this one.
_TWEET_EPOCH_MS = 1_288_834_974_657
_TWEET_SEQUENCE_BITS = 22


class Cleaned(NamedTuple):
    """A cleaned table and the rows that left it: `table`, `row_id`, `rule`."""

    kept: pd.DataFrame
    left_out: pd.DataFrame


def clean_statements(
    statements: pd.DataFrame,
    references: Mapping[str, Mapping[str, Any]],
    *,
    as_of: pd.Timestamp,
    window_start: pd.Timestamp,
    breakdown_date: pd.Timestamp,
    min_confidence: str,
    include_editorials: bool,
) -> Cleaned:
    """Clean the ledger: one row per statement, one speaker on one day.

    Adds the source's title, address and kind, the time of sending where a tweet's number gives
    it, the period (`before`, or `after` from the breakdown day on), whether the day lies in the
    window that is shown and counted, and `document_id`.

    A document is what one institution says through one channel on one day. The source is not
    the document: an archive holds hundreds of tweets, and a white paper is read here through
    several reports of it.
    """
    _require_statements(statements, references)
    cited = [references.get(key, {}) for key in statements["source_id"]]
    sources = pd.DataFrame(
        {
            "source_title": [source.get("title") for source in cited],
            "source_url": [source.get("URL") for source in cited],
            "source_kind": [source.get("custom", {}).get("kind") for source in cited],
        },
        index=statements.index,
        dtype="str",
    )
    said = statements["statement_date"]
    clean = (
        statements.drop(columns="verified")
        .join(sources)
        .assign(
            said_at_utc=said_at_utc(statements["tweet_id"]),
            is_verified=statements["verified"].astype(bool),
            is_editorial=statements["channel"].eq("editorial"),
            period=said.lt(breakdown_date).map({True: "before", False: "after"}),
            in_window=said.between(window_start, as_of),
            document_id=[
                f"{row.side} {row.statement_date:%Y-%m-%d} {row.institution}, {row.channel}"
                for row in statements.itertuples()
            ],
        )
    )
    kept, left_out = leave_out(
        clean,
        table="statements",
        row_id=clean["statement_id"],
        broken={
            "after as_of": clean["statement_date"].gt(as_of),
            "below min_confidence": is_below(clean["confidence"], min_confidence),
            "editorial": clean["is_editorial"] & (not include_editorials),
        },
    )
    return Cleaned(
        kept.sort_values(["statement_date", "statement_id"], ignore_index=True), left_out
    )


def clean_statement_frames(statements: pd.DataFrame) -> pd.DataFrame:
    """List the grounds of each statement: one row per statement and frame."""
    frames = statements[["statement_id", "frames"]].dropna()
    frames = frames.assign(frame=frames["frames"].str.split(";")).explode("frame")
    require(
        ~frames.duplicated(["statement_id", "frame"]),
        frames,
        table="statements",
        rule="a statement names each frame once",
        remedy="remove the repeated code from the column frames",
    )
    return frames[["statement_id", "frame"]].sort_values(
        ["statement_id", "frame"], ignore_index=True
    )


def clean_rounds(rounds: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str) -> Cleaned:
    """Clean the rounds: one row per meeting, call or other contact, begun by `as_of`.

    A round still under way on that day keeps its start; its end, outcome and status are
    missing, because nobody knew them.
    """
    require(
        rounds["end_date"].isna() | rounds["end_date"].ge(rounds["start_date"]),
        rounds,
        table="rounds",
        rule="a round ends on or after the day it begins",
        remedy="correct start_date or end_date from the source",
    )
    unfinished = rounds["end_date"].gt(as_of)
    clean = rounds.assign(
        **{name: rounds[name].mask(unfinished) for name in ("end_date", "outcome", "status")}
    )
    kept, left_out = leave_out(
        clean,
        table="rounds",
        row_id=clean["round_id"],
        broken={
            "after as_of": clean["start_date"].gt(as_of),
            "below min_confidence": is_below(clean["confidence"], min_confidence),
        },
    )
    return Cleaned(kept.sort_values(["start_date", "round_id"], ignore_index=True), left_out)


def clean_claims(claims: pd.DataFrame, *, as_of: pd.Timestamp) -> Cleaned:
    """Clean the claims: one row per checkable sentence made by `as_of`."""
    kept, left_out = leave_out(
        claims,
        table="claims",
        row_id=claims["claim_id"],
        broken={"after as_of": claims["claim_date"].gt(as_of)},
    )
    return Cleaned(kept.sort_values("claim_id", ignore_index=True), left_out)


def clean_questions(questions: pd.DataFrame, claims: pd.DataFrame) -> Cleaned:
    """Clean the questions: one row per question, each belonging to one of `claims`."""
    kept, left_out = leave_out(
        questions,
        table="questions",
        row_id=questions["question_id"],
        broken={"claim left out": ~questions["claim_id"].isin(claims["claim_id"])},
    )
    return Cleaned(kept.sort_values(["claim_id", "question_id"], ignore_index=True), left_out)


def clean_article(article: pd.DataFrame, claims: pd.DataFrame) -> Cleaned:
    """Clean the article: one row per sentence, without those whose claim is left out."""
    claimed = article["claim_id"].notna()
    kept, left_out = leave_out(
        article,
        table="article",
        row_id=article["sentence_id"],
        broken={"claim left out": claimed & ~article["claim_id"].isin(claims["claim_id"])},
    )
    return Cleaned(kept.sort_values("order", ignore_index=True), left_out)


def clean_evidence(
    evidence: pd.DataFrame,
    questions: pd.DataFrame,
    admitted: Mapping[str, Iterable[str]],
) -> Cleaned:
    """Clean the evidence: one row per question, stance and cited record.

    `admitted` lists the ids that survived cleaning, by the column that cites them
    (`{"statement_id": statements["statement_id"], "action_id": ...}`; for `source_id`, what
    `sources_published` gives). A row that cites anything else leaves, so that a verdict rests
    only on what was public and strong enough.
    """
    columns = list(RECORD_COLUMNS)
    require(
        evidence[columns].notna().sum(axis=1).eq(1),
        evidence,
        table="evidence",
        rule="a row cites exactly one record",
        remedy=f"fill one of {', '.join(columns)} and leave the others empty",
    )
    cited = evidence[columns].bfill(axis=1).iloc[:, 0].astype(str)
    is_admitted = pd.concat(
        [evidence[name].isin(set(admitted[name])) for name in columns], axis=1
    ).any(axis=1)
    kept, left_out = leave_out(
        evidence,
        table="evidence",
        row_id=evidence["question_id"] + " " + evidence["stance"] + " " + cited,
        broken={
            "claim left out": ~evidence["question_id"].isin(questions["question_id"]),
            "record left out": ~is_admitted,
        },
    )
    order = ["question_id", "stance", *columns]
    return Cleaned(kept.sort_values(order, ignore_index=True), left_out)


def sources_published(
    references: Mapping[str, Mapping[str, Any]], *, as_of: pd.Timestamp
) -> list[str]:
    """List the ids of the references that were certainly out on `as_of`.

    A reference dated by its year or month only counts from the last day of it; one without a
    date never counts, because nothing shows that it was out.
    """
    return [key for key, item in references.items() if (last := _last_day(item)) and last <= as_of]


def said_at_utc(tweet_ids: pd.Series) -> pd.Series:
    """Read the time of sending, in UTC, out of tweet numbers; missing where there is none."""
    sent_ms = [
        (int(number) >> _TWEET_SEQUENCE_BITS) + _TWEET_EPOCH_MS if pd.notna(number) else None
        for number in tweet_ids
    ]
    milliseconds = pd.Series(sent_ms, index=tweet_ids.index, dtype="Int64")
    return pd.to_datetime(milliseconds, unit="ms", utc=True).astype("datetime64[ms, UTC]")


def is_below(confidence: pd.Series, minimum: str) -> pd.Series:
    """Flag the rows weaker than `minimum`, which is one of `CONFIDENCE_LEVELS`."""
    return confidence.map(CONFIDENCE_LEVELS.index).lt(CONFIDENCE_LEVELS.index(minimum))


def leave_out(
    rows: pd.DataFrame, *, table: str, row_id: pd.Series, broken: Mapping[str, pd.Series]
) -> Cleaned:
    """Split rows by the rules they break; of several, the one named first is recorded."""
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


def _last_day(reference: Mapping[str, Any]) -> pd.Timestamp | None:
    """Return the last day on which a CSL item dated by year, month or day can have come out."""
    parts = [int(part) for part in reference.get("issued", {}).get("date-parts", [[]])[0]]
    if not parts:
        return None
    year, month, day = (*parts, 1, 1)[:3]
    first_day = pd.Timestamp(year, month, day)
    freq = {1: "Y", 2: "M", 3: "D"}[len(parts)]
    return first_day.to_period(freq).end_time.normalize()


def _require_statements(
    statements: pd.DataFrame, references: Mapping[str, Mapping[str, Any]]
) -> None:
    """Raise one DataError with every way in which columns of a ledger row contradict each other."""
    with Problems() as problems:
        problems.require(
            statements["source_id"].isna() | statements["source_id"].isin(list(references)),
            statements,
            table="statements",
            rule="source_id names a reference",
            remedy="add the source to references.json, or correct source_id",
        )
        problems.require(
            statements["source_id"].notna() | ~statements["verified"].astype(bool),
            statements,
            table="statements",
            rule="a verified statement names its source",
            remedy="fill source_id, or set verified to false",
        )
        problems.require(
            statements["round_id"].isna() | statements["event_id"].isna(),
            statements,
            table="statements",
            rule="a statement belongs to a round or to an event, not to both",
            remedy="keep the one that the words refer to and empty the other",
        )
        problems.require(
            statements["target"].ne(statements["side"]),
            statements,
            table="statements",
            rule="no side addresses itself",
            remedy="set target to the other side, or to none",
        )
        problems.require(
            statements["tweet_id"].isna() | statements["channel"].eq("tweet"),
            statements,
            table="statements",
            rule="only a tweet has a tweet_id",
            remedy="empty tweet_id, or set channel to tweet",
        )
        sent_on = said_at_utc(statements["tweet_id"]).dt.tz_localize(None).dt.normalize()
        problems.require(
            sent_on.isna() | sent_on.eq(statements["statement_date"]),
            statements,
            table="statements",
            rule="a tweet is dated by the UTC day in its number",
            remedy="correct statement_date or tweet_id from the archive",
        )
