"""Facts of the claims: verdicts, answers and how firmly they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from tradetalks.facts import Fact, rests_on, side_names
from tradetalks.judge.checks import TOLD
from tradetalks.judge.docket import in_words
from tradetalks.judge.ladder import ACT_ESTABLISHED, VERDICTS
from tradetalks.judge.tables import READ, charge_grid, contested, judge_claims, left_out
from tradetalks.judge.turns import Turn, changes, turns_of
from tradetalks.measure.coding import measure_agreement


@rests_on("claims", by=judge_claims)
def verdict_facts(verdicts: pd.DataFrame) -> Iterator[Fact]:
    """Each claim with its day and verdict."""
    for row in verdicts.to_dict("records"):
        claim_id, rows = row["claim_id"], {"claims": [row["claim_id"]]}
        name, verdict = claim_id.lower(), row["verdict"]
        yield Fact(f"claim_{name}", row["claim"], "text", "the claim in words", rows)
        yield Fact(f"claimed_on_{name}", row["claim_date"], "date", "day of the claim", rows)
        yield Fact(f"verdict_{name}", verdict, "text", "verdict on the claim", rows)
        about = "verdict on the claim, and how certain it is"
        yield Fact(f"judged_{name}", verdict_words(row), "text", about, rows)
        is_supported, about = verdict == "supported", f"whether {claim_id} is supported"
        yield Fact(f"is_supported_{name}", is_supported, "flag", about, rows)


def written_words(row: Mapping[Any, Any]) -> str:
    """Where the undertaking of a charge is written, and how long before the act it was said."""
    if pd.isna(row["days"]):
        return str(row["written"])
    plural = "" if row["days"] == 1 else "s"
    return f"{row['written']}; the accused last gave it {row['days']} day{plural} before the act"


@rests_on("claims", "questions", "evidence", by=judge_claims)
def count_facts(verdicts: pd.DataFrame) -> Iterator[Fact]:
    """How many claims there are, by verdict; our own reconstructions are none.

    No fact before the first claim is made.
    """
    made = verdicts[verdicts["claimant"].ne("")]
    if made.empty:
        return
    yield Fact("n_claims", len(made), "count", "claims made by the day of the report")
    yield from _by_verdict(made["verdict"], "n", "claims", "count")


@rests_on("claims", "questions", "evidence")
def firm_facts(
    verdicts: pd.DataFrame, turns: Iterable[Turn], n_tried: int, claims_contested: Sequence[str]
) -> Iterator[Fact]:
    """How many verdicts nothing turns, how many charges something bears out, what is contested.

    `verdicts` are those of the run with what they rest on. Of charges and facts it is counted how
    many are firm: a value is not judged, and sums and denials only repeat their charges. `n_tried`
    is the number of single changes that were tried, `turns` are those that turn a verdict. No fact
    where there is no verdict.
    """
    if verdicts.empty:
        return
    own = verdicts[verdicts["kind"].isin(["charge", "fact"]) & verdicts["claimant"].ne("")]
    about = "charges and facts that are judged by evidence of their own"
    yield Fact("n_judged", len(own), "count", about, function=judge_claims)
    firm = int(own["rests_on"].eq("firm").sum())
    about = "of them, verdicts that no single change turns"
    yield Fact("n_firm", firm, "count", about, function=turns_of)
    charges = own.loc[own["kind"].eq("charge"), "claim_id"]
    nearly = charges.isin([turn.claim_id for turn in turns if turn.verdict == "supported"])
    about = "charges that one single change would bear out whole"
    yield Fact(
        "n_charges_one_change_away", int(nearly.sum()), "word", about, function=turns_of
    ).or_none()
    about = "single changes of a record, a reading or a rule that were tried"
    yield Fact("n_tried", n_tried, "count", about, function=changes)
    if count := len(claims_contested):
        rows = {"claims": list(claims_contested)}
        yield Fact("n_contested", count, "count", "contested claims", rows, contested)


@rests_on("statements", "actions", "press", "rounds", "coverage", by=left_out)
def left_out_facts(records_left_out: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """How many records a choice of the run leaves out, by its rule; `left_out` lists them.

    What came after `as_of` is not counted: the report knows nothing of it.
    """
    count, about = len(records_left_out), "records that a choice of the run leaves out"
    unseen = int(records_left_out["rule"].eq("not verified").sum())
    yield Fact("n_left_out", count, "count", about)
    yield Fact("n_not_verified", unseen, "word", "of them, those that nobody saw")
    yield Fact("some_left_out", count > 0, "flag", "whether there are any")
    whose = [row.split(";") for row in records_left_out["sides"]]
    ordered = sides.sort_values("order")
    adjectives = dict(zip(ordered["side"], ordered["adjective"], strict=True))
    counts = {name: sum(side in row for row in whose) for side, name in adjectives.items()}
    counts |= {"of no side": whose.count([""])} if [""] in whose else {}
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    yield Fact("left_out_by_side", told, "text", "of them, those of each side")


@rests_on("article", by=judge_claims)
def article_facts(article: pd.DataFrame) -> Iterator[Fact]:
    """How many sentences of the article were checked, and every verdict with its count, if any."""
    if article.empty:
        return
    about = "sentences of the article that were checked"
    yield Fact("n_article", len(article), "count", about)
    count = int(article["verdict"].eq("contradicted").sum())
    yield Fact("n_article_contradicted", count, "word", "of them, contradicted ones")
    about = "every verdict on a sentence of the article, with their number"
    yield Fact("article_verdicts", _counted(article["verdict"]), "text", about)


def _counted(given: pd.Series) -> str:
    """Every verdict among these with their number, in words."""
    counts = given.value_counts()
    return "; ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS if verdict in counts)


def _by_verdict(given: pd.Series, prefix: str, what: str, unit: str) -> Iterator[Fact]:
    for verdict in VERDICTS:
        name = f"{prefix}_{verdict.replace(' ', '_')}"
        count = int(given.eq(verdict).sum())
        yield Fact(name, count, unit, f"{what} with the verdict {verdict}")


@rests_on("questions", by=judge_claims)
def answer_facts(answers: pd.DataFrame) -> Iterator[Fact]:
    """The answer to each question, in a word; of a charge, whether there was no undertaking."""
    for row in answers.to_dict("records"):
        name = f"answer_{row['question_id'].lower().replace('.', '_')}"
        rows = {"questions": [row["question_id"]]}
        yield Fact(name, TOLD[row["answer"]], "text", row["question"], rows)
    for row in answers[answers["slot"].eq("undertaken")].to_dict("records"):
        claim_id, is_refuted = row["claim_id"], row["answer"] == "no"
        rows, about = {"claims": [claim_id]}, f"whether there was no undertaking: {claim_id}"
        yield Fact(f"undertaking_refuted_{claim_id.lower()}", is_refuted, "flag", about, rows)


@rests_on("claims", by=judge_claims)
def charge_facts(verdicts: pd.DataFrame) -> Iterator[Fact]:
    """What the charges amount to; sums of charges and denials are not counted again."""
    charges = verdicts[verdicts["kind"].eq("charge")]
    about = "whether a charge has been made by the day of the report"
    yield Fact("some_charges", not charges.empty, "flag", about)
    if charges.empty:
        return
    is_none = bool(charges["verdict"].ne("supported").all())
    yield Fact("no_charge_is_whole", is_none, "flag", "whether no charge is supported")
    about, rows = "charges of a broken undertaking", {"claims": list(charges["claim_id"])}
    yield Fact("n_charges", len(charges), "word", about, rows)
    for row in charges.to_dict("records"):
        claim_id, is_open = row["claim_id"], row["verdict"] in ACT_ESTABLISHED
        about = f"whether the act that {claim_id} names is shown, and a breach is not"
        rows = {"claims": [claim_id]}
        yield Fact(f"breach_open_{claim_id.lower()}", is_open, "flag", about, rows)
    yield from _by_verdict(charges["verdict"], "n_charges", "charges", "word")


@rests_on("claims", by=judge_claims)
def accuser_facts(
    verdicts: pd.DataFrame, made: pd.DataFrame, sides: pd.DataFrame
) -> Iterator[Fact]:
    """How the charges of each side are judged; `made` are the rows of the claims."""
    charges = verdicts[verdicts["kind"].eq("charge")].merge(made[["claim_id", "side"]])
    for side, name in side_names(sides).items():
        own = charges[charges["side"].eq(side)]
        told = _counted(own["verdict"]) or "none is judged"
        about = f"every verdict on charges of a broken undertaking by {name}, with their number"
        rows = {"claims": list(own["claim_id"])}
        yield Fact(f"verdicts_on_{side.lower()}", told, "text", about, rows)


@rests_on("claims", by=charge_grid)
def carried_facts(grid: pd.DataFrame) -> Iterator[Fact]:
    """Of the charges that are printed, of how many promise, act and reach are on record."""
    yield Fact("charges_are_printed", len(grid) > 0, "flag", "whether any charge is printed")
    is_yes = grid[["undertaken", "act", "covered"]].isin(["yes"])
    is_whole = is_yes.all(axis="columns")
    about = "charges that are printed"
    yield Fact("n_grid", len(grid), "word", about)
    for name, part, what in (
        ("acts", is_yes["act"], "the act is on record"),
        ("promises", is_yes["undertaken"], "the promise is on record"),
        ("whole", is_whole, "promise, act and reach are on record"),
    ):
        yield Fact(f"n_grid_{name}", int(part.sum()), "word", f"{about} of which {what}").or_none()
    told = "show" if is_whole.sum() > 1 else "shows"
    told += " a promise that reached the act"
    kept = grid.loc[is_whole, "reserved"].eq("yes")
    if is_whole.any():
        some = "; in part a right was kept" if kept.any() else ", and no right to act kept"
        told += ", and a right to act kept as well" if kept.all() else some
    yield Fact("grid_finding", told, "text", "what is on record of these charges")
    about = "whether in every such charge a right to act had been kept as well"
    yield Fact("grid_whole_kept", is_whole.any() and bool(kept.all()), "flag", about)
    names = " and ".join(f"“{name}”" for name in grid.loc[is_whole, "printed"]) or "none"
    about = "names of the charges of which promise, act and reach are on record"
    yield Fact("grid_whole", names, "text", about)
    told = "; ".join(f"“{row['printed']}”: {verdict_words(row)}" for row in grid.to_dict("records"))
    about = "the verdict on each charge that is printed"
    yield Fact("grid_verdicts", told or "none", "text", about)


@rests_on("evidence_recoding", by=measure_agreement)
def reading_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Iterator[Fact]:
    """Agreement of the two readings of the evidence beyond chance, where there is a second one."""
    about = "pairs of a question and a record that were read a second time"
    pairs = recoding.filter(like="_id").drop_duplicates()
    yield Fact("n_read_twice", len(pairs), "count", about)
    # where all rows have one code, chance alone agrees as well
    kappa = agreement.set_index("variable")["kappa"]
    for variable in READ:
        about = (
            f"Cohen's kappa of two readings, {'directness' if variable == 'reads' else variable}"
        )
        told = Fact(f"kappa_{variable}", kappa.get(variable), "number", about)
        yield told.or_words("not measured")


# what the table of claims says of a claim, in words
_TESTABLE = {
    "yes": "public records can decide it",
    "partly": "public records can decide it in part",
    "no": "no public record can decide it",
}
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def _in_words(day: re.Match[str]) -> str:
    return in_words(date.fromisoformat(day[0]))


def account_words(row: Mapping[str, Any]) -> str:
    """What a row of `accounts` reads like, without its source: what it answers, who says it."""
    answer = "yes" if row["is_for"] else "no"
    word = (f"implied {answer}" if row["is_implied"] else answer).capitalize()
    if row["is_both"]:
        word += f" (and {'no' if row['is_for'] else 'yes'})"
    if row["is_read_otherwise"]:
        word += f" (at the second reading: {'no' if row['is_for'] else 'yes'})"
    sources = ", on this side's sources" if row["kind"] == "press" else ""
    # the citation of a notice has its day
    who = row["who"] if row["kind"] == "deed" else f"{row['who']}{sources}, {in_words(row['day'])}"
    if row["is_again"]:
        return f"{word}. As above: {who}."
    unseen = "" if row["is_verified"] else " (Unverified: the words were not seen in a source.)"
    return f"{word}. {who}: {row['says']}{unseen}"


def side_labels(claim: Mapping[str, Any], adjectives: Mapping[str, str]) -> dict[str, str]:
    """Sides with the headings of their accounts: of a charge accuser and accused, in this order."""
    if claim["kind"] != "charge":
        return {side: f"{adjective} account" for side, adjective in adjectives.items()}
    accuser, accused = claim["side"], claim["accused"]
    return {
        accuser: f"The accuser: {adjectives[accuser]} account",
        accused: f"The accused: {adjectives[accused]} account",
    }


def by_side(said: pd.DataFrame, questions: Iterable[str], sides: Iterable[str]) -> pd.DataFrame:
    """The `words` of accounts: one row per question, one column per side, nothing of the silent.

    A side that is silent where another is not has no record in the evidence.
    """
    told = said.pivot_table(index="question_id", columns="side", values="words", aggfunc=" ".join)
    told = told.reindex(index=[*questions], columns=[*sides])
    answered = told.notna().any(axis=1)
    return told.where(told.notna() | ~answered.to_frame().to_numpy(), "no record in the evidence")


def verdict_words(row: Mapping[Any, Any]) -> str:
    """What a verdict reads like: the word and how firm it is, of an established act, the act."""
    if row["certainty"] == "none" or row.get("kind") == "sum":  # its charges have each their own
        return str(row["verdict"])
    firm = "act: " if row["verdict"] in ACT_ESTABLISHED else ""
    return f"{row['verdict']} ({firm}{row['certainty']})"


def article_words(row: Mapping[Any, Any]) -> tuple[str, str]:
    """What the record says to a sentence of the article: the verdict in words, and why."""
    words = verdict_words(row)
    if row["said"] and row["verdict"] == "supported":
        words += f": {row['said']}"
    return words, _ISO_DAY.sub(_in_words, str(row["because"]))


def answer_words(row: Mapping[str, Any]) -> str:
    """What an answer reads like: the word, how firm it is, what was found."""
    word = TOLD[row["answer"]].capitalize()
    if row["answer"] == "unknown":
        return word
    firm = "" if row["certainty"] == "none" else f" ({row['certainty']})"
    return f"{word}{firm}: {_ISO_DAY.sub(_in_words, row['finding'])}"


def block_parts(
    judged: Mapping[str, Any], claim: Mapping[str, Any], searched: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What else there is to say of one claim, by part: above its questions, and below them.

    `judged` is the claim's row of the verdicts and doubts, `claim` that of the claims, `searched`
    what its questions say of where one looked.
    """
    day = judged["claim_date"]
    is_firm = judged["rests_on"] == "firm"
    rests = (
        "No single change turns it"
        if is_firm
        else f"One change of {judged['rests_on'].replace(', ', ' or ')} turns it"
    )
    verdict = f"{verdict_words(judged).capitalize()}. {rests}."
    if judged["known_on_the_day"] != judged["verdict"]:
        verdict += f" By what was public on the day of the claim: {judged['known_on_the_day']}."
    if judged["asked_otherwise"]:
        verdict += f" Asked otherwise: {judged['asked_otherwise']}."
    above = {
        "Verdict": verdict,
        "Made by": f"{judged['claimant']}, {in_words(day)}; {_TESTABLE[claim['testable']]}.",
    }
    if judged["written"]:
        above["The undertaking is written in"] = f"{written_words(judged)}."
    if looked_for := " ".join(dict.fromkeys(words for words in searched if words)):
        above["Looked for"] = looked_for
    below = {"What turns it": f"{judged['turns'] or 'nothing that was tried'}."}
    if judged["would_change_if"]:
        below["What would change it"] = judged["would_change_if"]
    return above, below
