"""Facts of the claims: verdicts, answers and how firmly they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import pandas as pd

from tradetalks.facts import Fact, Stated, rests_on, side_names
from tradetalks.judge.checks import TOLD
from tradetalks.judge.docket import in_words
from tradetalks.judge.ladder import ACT_ESTABLISHED, VERDICTS
from tradetalks.judge.masked import measure_masked_agreement
from tradetalks.judge.revisions import measure_revisions
from tradetalks.judge.tables import READ, charge_grid, contested, judge_claims, left_out
from tradetalks.judge.turns import Turn, changes, turns_of
from tradetalks.measure.coding import measure_agreement


@rests_on("claims", by=judge_claims)
def verdict_facts(verdicts: pd.DataFrame) -> Stated:
    """Each claim with its day and verdict."""
    for row in verdicts.to_dict("records"):
        name, verdict, rows = row["claim_id"], row["verdict"], {"claims": [row["claim_id"]]}
        yield Fact(f"claim_{name}", row["claim"], "text", "the claim in words", rows)
        yield Fact(f"claimed_on_{name}", row["claim_date"], "date", "day of the claim", rows)
        yield Fact(f"verdict_{name}", verdict, "text", "verdict on the claim", rows)
        about = "verdict on the claim, and how certain it is"
        yield Fact(f"judged_{name}", verdict_words(row), "text", about, rows)
        is_supported, about = verdict == "supported", f"whether {name} is supported"
        yield Fact(f"is_supported_{name}", is_supported, "flag", about, rows)


def written_words(row: Mapping[Any, Any]) -> str:
    """Where the undertaking of a charge is written, and how long before the act it was said."""
    if pd.isna(row["days"]):
        return str(row["written"])
    plural = "" if row["days"] == 1 else "s"
    return f"{row['written']}; the accused last gave it {row['days']} day{plural} before the act"


@rests_on("claims", "questions", "evidence", by=judge_claims)
def count_facts(verdicts: pd.DataFrame) -> Stated:
    """How many claims there are, by verdict, if any; our own reconstructions are none."""
    made = verdicts[verdicts["claimant"].ne("")]
    if made.empty:
        return
    yield Fact("n_claims", len(made), "count", "claims made by the day of the report")
    yield from _by_verdict(made["verdict"], "n", "claims", "count")


@rests_on("claims", "questions", "evidence")
def firm_facts(
    verdicts: pd.DataFrame, turns: Iterable[Turn], n_tried: int, claims_contested: Sequence[str]
) -> Stated:
    """How many verdicts nothing turns, how many charges something bears out, what is contested.

    Of charges and facts it is counted how many are firm: a value is not judged, and sums and
    denials only repeat their charges. Of `n_tried` single changes, `turns` turn a verdict.
    """
    if verdicts.empty:
        return
    own = verdicts[verdicts["kind"].isin(["charge", "fact"]) & verdicts["claimant"].ne("")]
    about = "charges and facts that are judged by evidence of their own"
    yield Fact("n_judged", len(own), "count", about, function=judge_claims)
    firm, about = own["rests_on"].eq("firm").sum(), "of them, verdicts that no single change turns"
    yield Fact("n_firm", firm, "count", about, function=turns_of)
    borne_out = [turn.claim_id for turn in turns if turn.verdict == "supported"]
    near = own.loc[own["kind"].eq("charge"), "claim_id"].isin(borne_out).sum()
    name, about = "n_charges_one_change_away", "charges that one single change would bear out whole"
    yield Fact(name, near, "word", about, function=turns_of).or_none()
    about = "single changes of a record, a reading or a rule that were tried"
    yield Fact("n_tried", n_tried, "count", about, function=changes)
    if count := len(claims_contested):
        rows = {"claims": list(claims_contested)}
        yield Fact("n_contested", count, "count", "contested claims", rows, contested)


@rests_on("statements", "actions", "press", "rounds", "coverage", by=left_out)
def left_out_facts(records_left_out: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many records a choice of the run leaves out; what came after `as_of` is none of them."""
    count, about = len(records_left_out), "records that a choice of the run leaves out"
    unseen = records_left_out["rule"].eq("not verified").sum()
    yield Fact("n_left_out", count, "count", about)
    yield Fact("n_not_verified", unseen, "word", "of them, those that nobody saw")
    yield Fact("some_left_out", count > 0, "flag", "whether there are any")
    whose = [row.split(";") for row in records_left_out["sides"]]
    counts = [
        f"{sum(row['side'] in one for one in whose)} {row['adjective']}"
        for row in sides.sort_values("order").to_dict("records")
    ]
    told = ", ".join([*counts, *([f"{whose.count([''])} of no side"] if [""] in whose else ())])
    yield Fact("left_out_by_side", told, "text", "of them, those of each side")


@rests_on("article", by=judge_claims)
def article_facts(article: pd.DataFrame) -> Stated:
    """How many sentences of the article were checked, and every verdict with its count, if any."""
    if article.empty:
        return
    yield Fact("n_article", len(article), "count", "sentences of the article that were checked")
    count = article["verdict"].eq("contradicted").sum()
    yield Fact("n_article_contradicted", count, "word", "of them, contradicted ones")
    about = "every verdict on a sentence of the article, with their number"
    yield Fact("article_verdicts", _counted(article["verdict"]), "text", about)


def _counted(given: pd.Series) -> str:
    """Every verdict among these with their number, in words."""
    counts = given.value_counts()
    return "; ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS if verdict in counts)


def _by_verdict(given: pd.Series, prefix: str, what: str, unit: str) -> Stated:
    for verdict in VERDICTS:
        count, about = given.eq(verdict).sum(), f"{what} with the verdict {verdict}"
        yield Fact(f"{prefix}_{verdict}", count, unit, about)


@rests_on("questions", by=judge_claims)
def answer_facts(answers: pd.DataFrame) -> Stated:
    """The answer to each question, in a word; of a charge, whether there was no undertaking."""
    for row in answers.to_dict("records"):
        name, rows = f"answer_{row['question_id']}", {"questions": [row["question_id"]]}
        yield Fact(name, TOLD[row["answer"]], "text", row["question"], rows)
    for row in answers[answers["slot"].eq("undertaken")].to_dict("records"):
        claim_id, is_refuted = row["claim_id"], row["answer"] == "no"
        rows, about = {"claims": [claim_id]}, f"whether there was no undertaking: {claim_id}"
        yield Fact(f"undertaking_refuted_{claim_id}", is_refuted, "flag", about, rows)


@rests_on("claims", by=judge_claims)
def charge_facts(verdicts: pd.DataFrame) -> Stated:
    """What the charges amount to; sums of charges and denials are not counted again."""
    charges = verdicts[verdicts["kind"].eq("charge")]
    about = "whether a charge has been made by the day of the report"
    yield Fact("some_charges", not charges.empty, "flag", about)
    if charges.empty:
        return
    is_none = charges["verdict"].ne("supported").all()
    yield Fact("no_charge_is_whole", is_none, "flag", "whether no charge is supported")
    about, rows = "charges of a broken undertaking", {"claims": list(charges["claim_id"])}
    yield Fact("n_charges", len(charges), "word", about, rows)
    for row in charges.to_dict("records"):
        claim_id, is_open = row["claim_id"], row["verdict"] in ACT_ESTABLISHED
        about = f"whether the act that {claim_id} names is shown, and a breach is not"
        yield Fact(f"breach_open_{claim_id}", is_open, "flag", about, {"claims": [claim_id]})
    yield from _by_verdict(charges["verdict"], "n_charges", "charges", "word")


@rests_on("claims", by=judge_claims)
def accuser_facts(verdicts: pd.DataFrame, made: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How the charges of each side are judged; `made` are the rows of the claims."""
    charges = verdicts[verdicts["kind"].eq("charge")].merge(made[["claim_id", "side"]])
    for side, name in side_names(sides).items():
        own = charges[charges["side"].eq(side)]
        told = _counted(own["verdict"]) or "none is judged"
        about = f"every verdict on charges of a broken undertaking by {name}, with their number"
        rows = {"claims": list(own["claim_id"])}
        yield Fact(f"verdicts_on_{side}", told, "text", about, rows)


@rests_on("claims", by=charge_grid)
def carried_facts(grid: pd.DataFrame) -> Stated:
    """Of the charges that are printed, of how many promise, act and reach are on record."""
    yield Fact("charges_are_printed", len(grid) > 0, "flag", "whether any charge is printed")
    yield Fact("n_grid", len(grid), "word", "charges that are printed")
    is_yes = grid[["undertaken", "act", "covered"]].isin(["yes"])
    whole = grid[is_yes.all(axis="columns")]
    for name, count, what in (
        ("acts", is_yes["act"].sum(), "the act is on record"),
        ("promises", is_yes["undertaken"].sum(), "the promise is on record"),
        ("whole", len(whole), "promise, act and reach are on record"),
    ):
        about = f"charges that are printed of which {what}"
        yield Fact(f"n_grid_{name}", count, "word", about).or_none()
    kept = whole["reserved"].eq("yes")
    told = f"{'show' if len(whole) > 1 else 'shows'} a promise that covered the act"
    if len(whole):
        some = "; in part a right was kept" if kept.any() else ", and no right to act kept"
        told += ", and beside it a right to act" if kept.all() else some
    yield Fact("grid_finding", told, "text", "what is on record of these charges")
    about = "whether in every such charge a right to act had been kept as well"
    yield Fact("grid_whole_kept", bool(len(whole) and kept.all()), "flag", about)
    names = " and ".join(f"“{name}”" for name in whole["printed"]) or "none"
    about = "names of the charges of which promise, act and reach are on record"
    yield Fact("grid_whole", names, "text", about)
    told = "; ".join(f"“{row['printed']}”: {verdict_words(row)}" for row in grid.to_dict("records"))
    about = "the verdict on each charge that is printed"
    yield Fact("grid_verdicts", told or "none", "text", about)


@rests_on("evidence_recoding", by=measure_agreement)
def reading_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two readings of the evidence beyond chance, where there is a second one."""
    about = "pairs of a question and a record that were read a second time"
    pairs = recoding.filter(like="_id").drop_duplicates()
    yield Fact("n_read_twice", len(pairs), "count", about)
    # where all rows have one code, chance alone agrees as well
    kappa = agreement.set_index("variable")["kappa"]
    for variable in READ:
        what = "directness" if variable == "reads" else variable
        about = f"Cohen's kappa of two readings, {what}"
        told = Fact(f"kappa_{variable}", kappa.get(variable), "number", about)
        yield told.or_words("not measured")


@rests_on("masked_readings", "evidence", by=measure_masked_agreement)
def masked_facts(agreement: pd.DataFrame, moves: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Agreement of first and masked readings, for all and by side, and what masking moves."""
    is_read = len(agreement) > 0
    yield Fact("is_read_masked", is_read, "flag", "whether the evidence was read masked")
    if not is_read:
        return
    about = "pairs of a question and a record that were read masked"
    yield Fact("n_read_masked", moves["read"].sum(), "count", about)
    stance = moves["turned"].sum() + moves["unlinked"].sum()
    yield Fact(
        "n_masked_stance", stance, "word", "of them in which masking turns the stance"
    ).or_none()
    whose = {"all": "all", **side_names(sides)}
    told_of = {"stance": "the side taken", "reads": "directness"}
    measured = {
        ("all" if row["by"] == "all" else row["group"], row["variable"]): row
        for row in agreement.to_dict("records")
        if row["by"] in ("all", "side")
    }
    for (group, who), (variable, what) in product(whose.items(), told_of.items()):
        found = measured.get((group, variable), {})
        about = f"Cohen's kappa of first and masked reading, {what}, {who}"
        for end in ("kappa", "low", "high"):
            name = f"kappa_masked_{variable}_{group}" + ("" if end == "kappa" else f"_{end}")
            told = about if end == "kappa" else f"{about}: {end} end of the interval"
            yield Fact(name, found.get(end), "number", told).or_words("not measured")
    for row in moves.to_dict("records"):
        if row["side"] in whose:
            for what in ("read", "softer", "firmer"):
                about = f"masked readings of words of {whose[row['side']]}" + (
                    f": {what}" if what != "read" else ""
                )
                yield Fact(f"n_masked_{what}_{row['side']}", row[what], "count", about)
    forms = agreement[agreement["by"].eq("forms") & agreement["variable"].eq("stance")]
    about = "least part of the readings of two masked forms that take the same side"
    yield Fact("masked_forms_agree", forms["agreement"].min(), "share", about, digits=0)


@rests_on("revisions", by=measure_revisions)
def revision_facts(moved: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many verdicts moved between editions, and towards which side."""
    yield Fact("n_revisions", len(moved), "count", "verdicts that moved between editions")
    for side, who in {**side_names(sides), "": "neither side"}.items():
        about = f"verdicts that moved between editions towards {who}"
        count = moved["toward"].eq(side).sum()
        yield Fact(f"n_revisions_{side or 'neither'}", count, "word", about).or_none()


# what the table of claims says of a claim, in words
_TESTABLE = {
    "yes": "public records can decide it",
    "partly": "public records can decide it in part",
    "no": "no public record can decide it",
}


def _with_days(words: str) -> str:
    """Words with their days as they are written in running text."""
    found = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
    return found.sub(lambda day: in_words(date.fromisoformat(day[0])), words)


def account_words(row: Mapping[str, Any], adjectives: Mapping[str, str]) -> str:
    """What a row of `accounts` reads like, without its source: what it answers, who says it.

    Of what speaks both ways, what is said comes before what is implied, whatever it is shown for.
    `adjectives` are those of the sides.
    """
    answer, other = ("yes", "no") if row["is_for"] else ("no", "yes")
    ways = [(row["is_implied"], answer)]
    ways += [(row["other_way"] == "implied", other)] if row["other_way"] else []
    (is_implied, first), *rest = sorted(ways, key=lambda way: way[0])
    word = (f"implied {first}" if is_implied else first).capitalize()
    for is_less_direct, second in rest:
        word += f" (and {'implied ' if is_less_direct > is_implied else ''}{second})"
    word += f" (at the second reading: {other})" if row["is_read_otherwise"] else ""
    sources = f", on {_whose(row['sides'], adjectives)}" if row["kind"] == "press" else ""
    # the citation of a notice has its day
    who = row["who"] if row["kind"] == "deed" else f"{row['who']}{sources}, {in_words(row['day'])}"
    if row["is_again"]:
        return f"{word}. As above: {who}."
    unseen = "" if row["is_verified"] else " (Unverified: the words were not seen in a source.)"
    return f"{word}. {who}: {row['says']}{unseen}"


def _whose(sides: Collection[str], adjectives: Mapping[str, str]) -> str:
    """Whose the sources of an account of the press are, by what it says of them."""
    if adjectives.keys() == {*sides}:
        return "sources of both sides"
    told = [adjective for side, adjective in adjectives.items() if side in sides]
    told += ["other"] if {*sides} - adjectives.keys() else []
    return f"{' and '.join(told)} sources" if told else "sources of no known side"


def side_labels(claim: Mapping[str, Any], adjectives: Mapping[str, str]) -> dict[str, str]:
    """Sides with the headings of their accounts: of a charge accuser and accused, in this order."""
    if claim["kind"] != "charge":
        return {side: f"{adjective} account" for side, adjective in adjectives.items()}
    roles = {claim["side"]: "accuser", claim["accused"]: "accused"}
    return {side: f"The {role}: {adjectives[side]} account" for side, role in roles.items()}


def by_side(said: pd.DataFrame, questions: Iterable[str], sides: Iterable[str]) -> pd.DataFrame:
    """The `words` of accounts: one row per question, one column per side, nothing of the silent.

    Each account is a paragraph. A side that is silent where another is not has no record in the
    evidence.
    """
    told = said.pivot_table(
        index="question_id", columns="side", values="words", aggfunc="\n\n".join
    )
    told = told.reindex(index=[*questions], columns=[*sides])
    answered = told.notna().any(axis=1)
    return told.where(told.notna() | ~answered.to_frame().to_numpy(), "no record in the evidence")


def verdict_words(row: Mapping[Any, Any]) -> str:
    """What a verdict reads like: the word and how firm it is, of an established act, the act.

    Of a sum, whose charges have each their own certainty, how many of them stand.
    """
    if row.get("kind") == "sum":
        return f"{row['verdict']}: {row['stands']}"
    if row["certainty"] == "none":
        return str(row["verdict"])
    firm = "act: " if row["verdict"] in ACT_ESTABLISHED else ""
    return f"{row['verdict']} ({firm}{row['certainty']})"


def article_words(row: Mapping[Any, Any]) -> tuple[str, str]:
    """What the record says to a sentence of the article: the verdict in words, and why."""
    words = verdict_words(row)
    if row["said"] and row["verdict"] == "supported":
        words += f": {row['said']}"
    return words, _with_days(str(row["because"]))


def answer_words(row: Mapping[str, Any]) -> str:
    """What an answer reads like: the word, how firm it is, what was found."""
    word = TOLD[row["answer"]].capitalize()
    if row["answer"] == "unknown":
        return word
    firm = "" if row["certainty"] == "none" else f" ({row['certainty']})"
    return f"{word}{firm}: {_with_days(row['finding'])}"


def block_parts(
    judged: Mapping[str, Any], claim: Mapping[str, Any], searched: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What else there is to say of one claim, by part: above its questions, and below them.

    `judged` is the claim's row of the verdicts and doubts, `claim` that of the claims, `searched`
    what its questions say of where one looked.
    """
    rests, day = judged["rests_on"].replace(", ", " or "), in_words(judged["claim_date"])
    rests = "No single change" if rests == "firm" else f"One change of {rests}"
    verdict = f"{verdict_words(judged).capitalize()}. {rests} turns it."
    if judged["known_on_the_day"] != judged["verdict"]:
        verdict += f" By what was public on the day of the claim: {judged['known_on_the_day']}."
    if judged["asked_otherwise"]:
        verdict += f" Asked otherwise: {judged['asked_otherwise']}."
    above = {
        "Verdict": verdict,
        "Made by": f"{judged['claimant']}, {day}; {_TESTABLE[claim['testable']]}.",
    }
    if judged["written"]:
        above["The undertaking is written in"] = f"{written_words(judged)}."
    if looked_for := " ".join(dict.fromkeys(words for words in searched if words)):
        above["Looked for"] = looked_for
    below = {"What turns it": f"{judged['turns'] or 'nothing that was tried'}."}
    if judged["would_change_if"]:
        below["What would change it"] = judged["would_change_if"]
    return above, below
