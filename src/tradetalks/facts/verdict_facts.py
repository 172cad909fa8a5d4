"""Facts of the claims: verdicts, answers and how firmly they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from tradetalks import claims
from tradetalks.facts import Fact, rests_on


@rests_on("claims")
def verdict_facts(verdicts: pd.DataFrame) -> Iterator[Fact]:
    """Each claim with its day, verdict, certainty and what would change it."""
    by = claims.judge_claims
    for row in verdicts.to_dict("records"):
        name, rows = row["claim_id"].lower(), {"claims": [row["claim_id"]]}
        yield Fact(f"claim_{name}", row["claim"], "text", f"the claim {row['claim_id']}", rows)
        yield Fact(
            f"claimed_on_{name}", row["claim_date"], "date", f"day of {row['claim_id']}", rows
        )
        yield Fact(
            f"verdict_{name}", row["verdict"], "text", f"verdict on {row['claim_id']}", rows, by
        )
        yield Fact(
            f"certainty_{name}",
            row["certainty"],
            "text",
            f"certainty on {row['claim_id']}",
            rows,
            by,
        )
        change = f"what would change the verdict on {row['claim_id']}"
        yield Fact(f"change_{name}", row["would_change_if"], "text", change, rows, by)


@rests_on("claims", "questions", "evidence")
def count_facts(verdicts: pd.DataFrame) -> Iterator[Fact]:
    """How many claims there are, by verdict."""
    about = "claims made by as_of"
    yield Fact("n_claims", len(verdicts), "count", about, function=claims.judge_claims)
    yield from _by_verdict(verdicts["verdict"], "n", "claims", "count")


@rests_on("claims", "questions", "evidence")
def robust_facts(
    verdicts: pd.DataFrame, grid: pd.DataFrame, contested: list[str]
) -> Iterator[Fact]:
    """How many claims are contested, and how many verdicts hold under all choices."""
    tried = int(grid.groupby("claim_id").size().max())
    robust = int(verdicts["robust_share"].eq(1).sum())
    yield Fact(
        "n_settings", tried, "count", "combinations of choices tried", function=claims.verdict_grid
    )
    rows = {"claims": contested}
    yield Fact("n_contested", len(contested), "count", "contested claims", rows, claims.contested)
    yield Fact(
        "n_robust", robust, "count", "verdicts that hold under all", function=claims.robustness
    )


@rests_on("statements", "actions", "rounds", "coverage")
def left_out_facts(left_out: pd.DataFrame) -> Iterator[Fact]:
    """How many records a choice of the run leaves out, by its rule; `claims.left_out` lists them.

    What came after `as_of` is not counted: the report knows nothing of it.
    """
    by, ids = claims.left_out, "records that a choice of the run leaves out"
    unseen = int(left_out["rule"].eq("not verified").sum())
    yield Fact("n_left_out", len(left_out), "count", ids, function=by)
    yield Fact("n_not_verified", unseen, "word", "of them, those that nobody saw", function=by)
    yield Fact("some_left_out", bool(len(left_out)), "flag", "whether there are any", function=by)


@rests_on("article")
def article_facts(article: pd.DataFrame) -> Iterator[Fact]:
    """How many sentences of the article were checked, by verdict."""
    rows: dict[str, list[str]] = {"article": []}
    yield Fact(
        "n_article", len(article), "count", "sentences of the article that were checked", rows
    )
    yield from _by_verdict(article["verdict"], "n_article", "sentences of the article", "word")


def _by_verdict(given: pd.Series, prefix: str, what: str, unit: str) -> Iterator[Fact]:
    for verdict in claims.VERDICTS:
        name = f"{prefix}_{verdict.replace(' ', '_')}"
        count = int(given.eq(verdict).sum())
        yield Fact(
            name, count, unit, f"{what} with the verdict {verdict}", function=claims.judge_claims
        )


@rests_on("questions")
def answer_facts(answers: pd.DataFrame) -> Iterator[Fact]:
    """The answer to each question, in a word."""
    for row in answers.to_dict("records"):
        name = f"answer_{row['question_id'].lower().replace('.', '_')}"
        rows = {"questions": [row["question_id"]]}
        yield Fact(
            name, claims.TOLD[row["answer"]], "text", row["question"], rows, claims.judge_claims
        )


@rests_on("claims")
def charge_facts(
    verdicts: pd.DataFrame, answers: pd.DataFrame, made: pd.DataFrame, sides: pd.DataFrame
) -> Iterator[Fact]:
    """What the charges of the sides against each other amount to.

    `made` are the rows of the claims that somebody had made by then; those with `is_charge` are
    the charges. One with the rule `count` alleges several breaches, one decisive question each.
    """
    charges = made[made["is_charge"]]
    adjective = sides.set_index("side")["adjective"]
    verdict = charges["claim_id"].map(verdicts.set_index("claim_id")["verdict"])
    whole = list(charges.loc[verdict.eq("supported"), "side"].map(adjective))
    none, every = {2: ("neither charge", "both charges")}.get(
        len(charges), ("no charge", "every charge")
    )
    if charges.empty:
        bears = "holds no such charge"
    elif len(whole) in (0, len(charges)):
        bears = f"bears out {every if whole else none} whole"
    else:
        bears = f"bears out one charge whole, the {' and the '.join(whole)}"
    rows = {"claims": list(charges["claim_id"])}
    yield Fact(
        "headline",
        bears,
        "text",
        "what the verdicts on the charges amount to",
        rows,
        claims.judge_claims,
    )
    counted = list(charges.loc[charges["rule"].eq("count"), "claim_id"])
    alleged = answers[answers["claim_id"].isin(counted) & answers["is_decisive"]]
    backed = int(alleged["answer"].eq("yes").sum())
    about, asked = " and ".join(counted), {"questions": list(alleged["question_id"])}
    by = claims.check_corroborated
    yield Fact(
        "reversals_alleged", len(alleged), "word", f"reversals that {about} alleges", asked, by
    )
    yield Fact(
        "reversals_backed", backed, "word", "those that broke a public undertaking", asked, by
    )


# what the table of claims says of a claim, in words
_TESTABLE = {
    "yes": "public records can decide it",
    "partly": "public records can decide it in part",
    "no": "no public record can decide it",
}
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_NO_ACCOUNT = "The ledger holds no statement of this side on it."


def _in_words(day: re.Match[str]) -> str:
    found = date.fromisoformat(day[0])
    return f"{found.day} {found:%B %Y}"


def account_words(said: pd.DataFrame) -> pd.Series:
    """What each statement of `claims.accounts` reads like, without its source."""
    words = [
        f"{row['who']}, {row['day'].day} {row['day']:%B %Y}: {row['says']}"
        + ("" if row["is_verified"] else " (Unverified: the words were not seen in a source.)")
        + ("" if row["is_linked"] else " (Nearest on the same events; not linked to this claim.)")
        for row in said.to_dict("records")
    ]
    return pd.Series(words, index=said.index, dtype="str")


def side_by_side(sides: pd.Series, words: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """The accounts of a claim as a table: one column per side of `names`, its first two below it.

    `sides` tells whose account each of `words` is. Where there is none at all, one row says so.
    """
    columns = {
        name: [text for side, text in zip(sides, words, strict=True) if side == name][:2]
        for name in names
    }
    longest = max(map(len, columns.values()), default=0)
    if not longest:
        return pd.DataFrame({name: ["no statement on record"] for name in names})
    return pd.DataFrame(
        {name: [*texts, *[""] * (longest - len(texts))] for name, texts in columns.items()}
    )


def block_parts(
    judged: Mapping[str, Any],
    claim: Mapping[str, Any],
    answers: pd.DataFrame,
    said: pd.DataFrame,
    names: Mapping[str, str],
    records: Mapping[str, claims.Record],
) -> pd.DataFrame:
    """All that there is to say of one claim: one row per part, in the order of reading.

    Columns: `part`, `words`, `source_ids` (joined by a semicolon). `judged` is the claim's row of
    the verdicts, `claim` that of the claims, `answers` its questions, `said` its accounts by
    `claims.accounts`, `names` the adjective of each side.
    """
    day = judged["claim_date"]
    made = f"{judged['claimant']}, {day.day} {day:%B %Y}; {_TESTABLE[claim['testable']]}."
    parts = [("Claim", made, "")]
    words = account_words(said)
    for side, adjective in names.items():
        own = said[said["side"].eq(side)].head(2)
        parts += [
            (f"{adjective} account", words[number], row["source_id"])
            for number, row in zip(own.index, own.to_dict("records"), strict=True)
        ] or [(f"{adjective} account", _NO_ACCOUNT, "")]
    for row in answers.to_dict("records"):
        weight = "Decisive question" if row["is_decisive"] else "Context"
        firm = "" if row["certainty"] == "none" else f", certainty {row['certainty']}"
        finding = _ISO_DAY.sub(_in_words, row["finding"])
        answer = f"{claims.TOLD[row['answer']].capitalize()}{firm}: {finding}."
        parts.append((weight, f"{row['question']} {answer}", ""))
    held = f"{judged['robust_share']:.0%}".replace("%", " percent")
    tried = f"{judged['n_tried']} combinations of choices"
    part = f"{held} of the" if judged["flips_under"] else "all"
    same = f"The same in {part} {tried}"
    flip = f"; {judged['flips_under']}" if judged["flips_under"] else ""
    certainty = f"certainty: {judged['certainty']}"
    parts.append(("Verdict", f"{judged['verdict'].capitalize()} ({certainty}). {same}{flip}.", ""))
    parts.append(("Would change it", judged["would_change_if"], ""))
    rows = [judged["evidence_for"], judged["evidence_against"]]
    ids = dict.fromkeys(name for ids in rows for name in ids.split("; ") if name)
    cited = dict.fromkeys(records[name].source_id for name in ids if records[name].source_id)
    for_, against = (ids or "none" for ids in rows)
    parts.append(("Evidence", f"For: {for_}. Against: {against}.", ";".join(cited)))
    return pd.DataFrame(parts, columns=["part", "words", "source_ids"])
