"""What would change a verdict: records that do not exist, added one at a time and judged."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import BEARING, SHOWS, Verdict
from tradetalks.claims.weigh import Evidence, Question, Reading, Settings, loses
from tradetalks.claims.witnesses import Witness, WitnessKind

_HYPOTHETICAL = "hypothetical record"


class Hypothesis(NamedTuple):
    """A record that does not exist, linked to a question: `told` says it in words."""

    question: Question
    row: Evidence
    told: str
    verdict: Verdict


def imagine(docket: Docket, claim_id: str, settings: Settings) -> list[Hypothesis]:
    """The weakest single records that would turn the verdict on a claim, by question and stance.

    Against what a document carries none is imagined: nobody will deny a notice.
    """
    home = docket.verdict(claim_id, settings)
    found: list[Hypothesis] = []
    for question in docket.family_questions(claim_id):
        if BEARING[question.slot] == "context" or question.check not in ("weighed", "recorded"):
            continue
        answer = docket.answer(question, settings)
        is_settled = any(record.kind in ("joint", "deed", "data") for record in answer.by)
        stance = {"yes": True, "no": False}.get(answer.answer) if is_settled else None
        seen: set[tuple[bool, Verdict]] = set()
        for row, told in _candidates(docket, question, settings):
            with_it = settings.but(reread={question.question_id: {_HYPOTHETICAL: (row,)}})
            verdict = docket.verdict(claim_id, with_it)
            key = row.reading.is_for, verdict
            if stance in (None, row.reading.is_for) and verdict != home and key not in seen:
                seen.add(key)
                found.append(Hypothesis(question, row, told, verdict))
    return found


def _candidates(
    docket: Docket, question: Question, settings: Settings
) -> Iterator[tuple[Evidence, str]]:
    """The records that could be, the weakest kind first."""
    accused, act_day = question.roles.accused, question.roles.act_day
    told, day = docket.measured.told, act_day or settings.as_of

    def row(kind: WitnessKind, day: date, side: str = "", admission: str = "") -> Evidence:
        record = Witness(_HYPOTHETICAL, kind, day, frozenset([side] if side else []))
        return Evidence(record, Reading(is_for, admission=admission))

    for is_for in (True, False):
        own = (question.if_yes if is_for else question.if_no).rstrip(".")
        shows, itself = (
            SHOWS[question.slot][is_for].format(accused=name, text=question.text)
            for name in (told(accused), "it")
        )
        if loser := loses(question, is_for):
            shown = itself if loser == accused else shows
            admitted = row("statement", settings.as_of, loser, _HYPOTHETICAL)
            plain = f"If {told(loser)} admitted that {shown}"
            part = f"An admission by {told(loser)} that {shown}"
            yield admitted, own or (part if question.slot == "part" else plain)
        plain, part = f"If a joint text said that {shows}", f"A joint text that {shows}"
        yield row("joint", day), own or (part if question.slot == "part" else plain)


def hypotheses_in_words(found: list[Hypothesis]) -> str:
    """What would change a verdict, one sentence per record and verdict."""
    told = dict.fromkeys(f"{one.told}: {one.verdict}." for one in found)
    return " ".join(told) or "No single record would."
