"""From answers to a verdict: five questions and one ladder for charges, one rule for each kind.

The words of a charge's questions are the same for every charge; only names, days and the two
phrases that the accuser's sense fills in differ.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from tradetalks.claims.checks import Answer, listed
from tradetalks.claims.weigh import Settings, firmest, weakest
from tradetalks.otherwise import RULES, read_rows

ClaimKind = Literal["charge", "fact", "denial", "sum", "value"]
# from the strongest to the weakest; a value judgement is none of them
Verdict = Literal[
    "supported",
    "partly supported",
    "act established with the breach disputed",
    "act established with the breach unproven",
    "act established with no undertaking on record",
    "undetermined",
    "contradicted",
    "value judgement",
]
BREACH_DISPUTED: Verdict = "act established with the breach disputed"
BREACH_UNPROVEN: Verdict = "act established with the breach unproven"
NO_UNDERTAKING: Verdict = "act established with no undertaking on record"
ACT_ESTABLISHED = (BREACH_DISPUTED, BREACH_UNPROVEN, NO_UNDERTAKING)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_WORDS = {row["word"]: row for row in read_rows(Path(__file__).with_name("words.csv"))}
# what a reader is told of each verdict: one of five plain words; the exact ones stay in the data
PLAIN: Mapping[str, str] = {verdict: _WORDS[verdict]["plain"] for verdict in VERDICTS}
# the same in zh, and that of answers, for a page in that language
IN_ZH = {row["plain"] or word: row["zh"] for word, row in _WORDS.items() if row["zh"]}
# what a sentence says of what was asked for, by the answer
_SAID = {word: row["said"] for word, row in _WORDS.items() if row["said"]}

_SLOTS = {row["slot"]: row for row in read_rows(Path(__file__).with_name("slots.csv"))}


def _of_slots(column: str) -> dict[str, str]:
    """The words that slots have, in the order in which they are asked."""
    return {slot: row[column] for slot, row in _SLOTS.items() if row[column]}


# what a charge is asked, by slot: between which days `span` puts it
TEMPLATES = _of_slots("question")
# what a yes and a no to a slot say of a charge for which the tables do not say it
SAID = {slot: (yes, _SLOTS[slot]["if_no"]) for slot, yes in _of_slots("if_yes").items()}
# what a record would have to show for a no and for a yes; a fact may say it in its own words
SHOWS = {slot: (no, _SLOTS[slot]["shows_yes"]) for slot, no in _of_slots("shows_no").items()}
# what the answer to a slot does to the verdict
BEARING = _of_slots("bearing")
# what a slot is called in the middle of a sentence
ABOUT = _of_slots("about")
# what a slot is called where its answers stand in a row or below each other
ASKED = _of_slots("asked")
# what is asked on the card of a charge, which begins with its promise and its deed in full
ON_CARD = {slot: _SLOTS[slot]["on_card"] for slot in ASKED}
# where a charge stops, in at most five words, by slot and answer; unknown stands for every other
_STOPS = {
    slot: {
        answer: words
        for answer in ("yes", "no", "disputed", "unknown")
        if (words := _SLOTS[slot][f"stops_{answer}"])
    }
    for slot in ASKED
}

# what words mean where answers stand in a row
MEANS = {
    ASKED["covered"]: "the promise reached this act",
    ASKED["reserved"]: "it kept a right to do so",
    "Hints": "usually prove if from two speakers",
    "(low)": "weaker proof",
    "None found": "no words on it",
    "Counts as …": "by another rule",
}
# how answers make a verdict, if no rule is taken otherwise
MAKES = {
    "upheld": "three yes, no way out",
    "partly upheld": "three yes, a way out",
    "refuted": "a no in the first three",
    "disputed": "proof both ways",
    "not proven": "all else",
}

# where a charge stops that is not shown as covered, also if a promise not shown counts
NOT_COVERED = _STOPS["covered"]["unknown"]
# where nothing shows what was promised, and yet that it did not reach the act
WHATEVER = "whatever was promised did not cover it"

# what another rule makes of an answer that stands: where the charge then stops, the slot, the words
COUNTED = {
    RULES["burden"]["refuted"]: ("undertaken", "counts as a no"),
    RULES["burden"]["disputed"]: ("undertaken", "counts as disputed"),
    RULES["reserved"]["ignored"]: ("reserved", "does not count"),
    RULES["reserved"]["disputes"]: ("reserved", "stands against the promise"),
}

# how the verdict on a claim is drawn from those on its charges
DRAWN = {
    "denial": "A denial falls or stands with the strongest charge that it denies.",
    "sum": "A sum is told by how many of its charges stand, and is upheld only if all do.",
}


class Tally(NamedTuple):
    """Of how many charges how many stand, whole and in part."""

    whole: int
    in_part: int
    of: int


class Outcome(NamedTuple):
    """A verdict, and how firm it is or the act that it establishes; of a sum, what stands of it."""

    verdict: Verdict
    certainty: str = "none"
    stands: Tally | None = None


def judge_charge(answers: Mapping[str, Answer], settings: Settings) -> Outcome:
    """The ladder: the verdict on a charge by the answers to its slots.

    One missing part refutes, as firmly as the firmest no. Else the act must be established, then
    undertaking and reach (what nothing carries leaves the breach unproven, what the record carries
    both ways disputed), then that no way out was kept.
    """
    undertaken, act, covered, reserved = (
        answers[slot] for slot in ("undertaken", "act", "covered", "reserved")
    )
    needed = (undertaken, act, covered)
    if refuted := [answer.certainty for answer in needed if answer.answer == "no"]:
        return Outcome("contradicted", firmest(refuted))
    uncarried = ("unproven", "unknown")
    is_shown = undertaken.answer not in uncarried
    if not is_shown and settings.burden == "refuted":
        return Outcome("contradicted", act.certainty)
    if act.answer != "yes":
        return Outcome("undetermined")
    if not is_shown and settings.burden != "disputed":
        return Outcome(NO_UNDERTAKING, act.certainty)
    if covered.answer in uncarried:
        return Outcome(BREACH_UNPROVEN, act.certainty)
    is_kept_back = reserved.answer in ("yes", "disputed")
    if (undertaken.answer, covered.answer) != ("yes", "yes") or (
        is_kept_back and settings.reserved == "disputes"
    ):
        return Outcome(BREACH_DISPUTED, act.certainty)
    if is_kept_back and settings.reserved == "qualifies":
        levels = [answer.certainty for answer in (*needed, reserved)]
        return Outcome("partly supported", weakest(levels))
    return Outcome("supported", weakest(answer.certainty for answer in needed))


def stops_in(answers: Mapping[str, str]) -> str:
    """The slot in which a charge stops: the first answer that keeps it from being whole.

    A no comes before what is open, the deed before the promise, a way out last.
    """
    refuted = (slot for slot in ("undertaken", "act", "covered") if answers[slot] == "no")
    open_ = (slot for slot in ("act", "undertaken", "covered") if answers[slot] != "yes")
    return next(chain(refuted, open_, ["reserved"]))


def stops_at(answers: Mapping[str, str], verdict: str = "") -> str:
    """Where a charge stops, in a few words; `answers` are those by slot.

    A verdict that another rule of judging alone gives is told by that rule.
    """
    slot, open_ = stops_in(answers), ("unproven", "unknown")
    is_made = answers["undertaken"] not in open_
    if (slot, answers["covered"]) == ("covered", "no") and not is_made:
        return WHATEVER
    if not is_made and answers[slot] != "no" and verdict in ("contradicted", BREACH_DISPUTED):
        return RULES["burden"][PLAIN[verdict]]
    if not is_made and verdict == BREACH_UNPROVEN:
        return NOT_COVERED
    if all(answers[one] in open_ for one in ("undertaken", "act")):
        return "neither is shown"
    if verdict == "supported" and answers["reserved"] in ("yes", "disputed"):
        return RULES["reserved"]["ignored"]
    return _STOPS[slot].get(answers[slot]) or _STOPS[slot]["unknown"]


def in_few_words(answers: Mapping[str, str], verdict: str) -> str:
    """Which parts of a charge are shown, and where it stops; `answers` are those by slot."""
    asked = {"undertaken": "promised", "act": "done", "covered": "covered"}
    shown = [told for slot, told in asked.items() if answers[slot] == "yes"]
    return "; ".join(filter(None, (listed(shown) if shown else "", stops_at(answers, verdict))))


def in_a_sentence(answers: Mapping[str, str], verdict: Verdict) -> str:
    """The verdict on a charge with the answers that make it, by slot, in one sentence.

    Told are, if a promise may have been made, what it covered, and a way out, if one may be kept;
    that it did not cover the deed is told of any.
    """
    promise, deed, reach, kept = (answers[slot] for slot in _STOPS)
    promised = "that there was such a promise" if promise == "no" else "a promise"
    told = f"{promised} {_SAID[promise]}, and "
    told += "so is what was done" if promise == deed else f"what was done {_SAID[deed]}"
    if promise == deed == "unproven":
        told = "a promise is claimed, and what was done; neither is shown"
    is_made, what = promise in ("yes", "disputed"), "the promise covered it"
    if reach == "no" and not is_made:
        told += f"; {WHATEVER}"
    if is_made:
        told += f"; {what}" if reach == "yes" else f"; that {what} {_SAID[reach]}"
    if is_made and kept in ("yes", "disputed"):
        told += "; a way out was left" if kept == "yes" else "; that a way out was left is disputed"
    return f"We call this {PLAIN[verdict]}: {told}."


def judge_fact(parts: Sequence[Answer]) -> Outcome:
    """The verdict on a fact by the answers to its parts, as firm as the weakest it needs."""
    words = {answer.answer for answer in parts}
    level = weakest(answer.certainty for answer in parts if answer.answer in ("yes", "no"))
    if words == {"yes"}:
        return Outcome("supported", level)
    if words == {"no"}:
        return Outcome("contradicted", level)
    return Outcome("partly supported", level) if "yes" in words else Outcome("undetermined")


def judge_denial(charges: Sequence[Outcome]) -> Outcome:
    """The verdict on a denial: turned from the strongest of the charges which it denies."""
    charge = _strongest(charges)
    if charge.verdict in ("supported", "partly supported"):
        return Outcome("contradicted", charge.certainty)
    if charge.verdict == "contradicted":
        return Outcome("supported", charge.certainty)
    return Outcome("undetermined")


def judge_sum(charges: Sequence[Outcome], settings: Settings) -> Outcome:
    """The verdict on several charges in one, by how many of them stand.

    Supported or contradicted if all are; in part if some are supported whole; else undetermined.
    """
    verdicts = [charge.verdict for charge in charges]
    whole = verdicts.count("supported")
    stands = Tally(whole, verdicts.count("partly supported"), len(verdicts))
    best = _strongest(charges)
    if whole and whole < len(verdicts):
        return Outcome("partly supported", best.certainty, stands)
    if settings.sums == "strongest" or {*verdicts} in ({"supported"}, {"contradicted"}):
        return best._replace(stands=stands)
    return Outcome("undetermined", stands=stands)


def _strongest(charges: Sequence[Outcome]) -> Outcome:
    """The strongest verdict on charges, as firm as the weakest of those that have it."""
    best = min((charge.verdict for charge in charges), key=VERDICTS.index)
    return Outcome(best, weakest(one.certainty for one in charges if one.verdict == best))
