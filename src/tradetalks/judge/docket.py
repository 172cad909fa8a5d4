"""Claims read and linked to their evidence once, to be judged under any settings."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tradetalks.judge.arguments import read_arguments
from tradetalks.judge.checks import Answer, Case, Measured, ask
from tradetalks.judge.ladder import (
    BEARING,
    SLOTS,
    TEMPLATES,
    Kind,
    Outcome,
    judge_charge,
    judge_denial,
    judge_fact,
    judge_sum,
)
from tradetalks.judge.records import Record, ids
from tradetalks.judge.weigh import NOBODY, Question, Reading, Roles, Row, Settings, gains

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Claim:
    """One claim as it was made; without `made_in` nobody made it, and it is our reconstruction."""

    claim_id: str
    kind: Kind
    claimant: str
    day: date
    text: str
    roles: Roles = NOBODY
    undertaking: str = ""
    act: str = ""
    made_in: str = ""
    parts: tuple[str, ...] = ()


class Judged(NamedTuple):
    """The outcome of a claim and the answers to its own questions."""

    outcome: Outcome
    answers: Sequence[tuple[Question, Answer]]


@dataclass(frozen=True, eq=False)
class Docket:
    """All claims with their questions, and what checks may look up."""

    claims: Mapping[str, Claim]
    questions: Mapping[str, Sequence[Question]]
    measured: Measured = field(default_factory=Measured)
    ledger: Sequence[Record] = ()

    def made(self, as_of: date) -> list[Claim]:
        """The claims made by then, in the order of their ids."""
        return [claim for claim in self.claims.values() if claim.day <= as_of]

    def family(self, claim_id: str) -> list[str]:
        """A claim and those that its verdict is drawn from."""
        parts = (self.family(part) for part in self.claims[claim_id].parts)
        return [claim_id, *itertools.chain(*parts)]

    def family_questions(self, claim_id: str) -> list[Question]:
        """All questions that bear on the verdict on a claim."""
        return [question for name in self.family(claim_id) for question in self.questions[name]]

    def answer(self, question: Question, settings: Settings) -> Answer:
        """The answer to one question."""
        return ask(Case(question, settings, self.measured, self.ledger))

    def judge(self, claim_id: str, settings: Settings) -> Judged:
        """The verdict on a claim and the answers behind it."""
        claim = self.claims[claim_id]
        answers = [(q, self.answer(q, settings)) for q in self.questions[claim_id]]
        return Judged(self._outcome(claim, answers, settings), answers)

    def outcome(self, claim_id: str, settings: Settings) -> Outcome:
        """The verdict on a claim, as firm as what it rests on."""
        return self.judge(claim_id, settings).outcome

    def with_row(self, question_id: str, row: Row) -> Docket:
        """The same docket with one more record linked to a question."""
        questions = {
            claim_id: [
                replace(q, rows=(*q.rows, row)) if q.question_id == question_id else q
                for q in asked
            ]
            for claim_id, asked in self.questions.items()
        }
        return replace(self, questions=questions)

    def _outcome(
        self, claim: Claim, answers: Sequence[tuple[Question, Answer]], settings: Settings
    ) -> Outcome:
        if claim.kind == "value":
            return Outcome("value judgement")
        if claim.kind == "fact":
            return judge_fact([answer for q, answer in answers if BEARING[q.slot] == "decides"])
        if claim.kind == "charge":
            return judge_charge({q.slot: answer for q, answer in answers}, settings)
        parts = [self.outcome(part, settings) for part in claim.parts]
        return judge_denial(parts[0]) if claim.kind == "denial" else judge_sum(parts)


def read_docket(
    claims: pd.DataFrame,
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    recoding: pd.DataFrame,
    records: Mapping[str, Record],
    measured: Measured,
) -> Docket:
    """Read the raw tables of claims, questions and evidence, and the second reading of evidence."""
    read = {
        str(row["claim_id"]): _claim(row, records)
        for row in _filled(claims.sort_values("claim_id"))
    }
    linked = _links(evidence, recoding, records)
    asked: dict[str, list[Question]] = {name: [] for name in read}
    order = questions["slot"].map(SLOTS.index)
    for row in _filled(questions.assign(order=order).sort_values(["order", "question_id"])):
        claim = read[row["claim_id"]]
        asked[claim.claim_id].append(_question(row, claim, measured, linked))
    ledger = sorted(
        (r for r in records.values() if r.kind in ("statement", "joint")), key=lambda r: r.record_id
    )
    return Docket(read, asked, measured, ledger)


def _filled(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a raw table without their empty cells."""
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items() if value == value and value != ""}


def _claim(row: Mapping[str, Any], records: Mapping[str, Record]) -> Claim:
    act = records.get(row.get("act_id", ""))
    since = row.get("since")
    return Claim(
        claim_id=row["claim_id"],
        kind=row["kind"],
        claimant=row.get("claimant", ""),
        day=row["claim_date"].date(),
        text=row["claim"],
        roles=Roles(
            row.get("side", ""),
            row.get("accused", ""),
            None if since is None else since.date(),
            None if act is None else act.told,
        ),
        undertaking=row.get("undertaking", ""),
        act=row.get("act", ""),
        made_in=row.get("made_in", ""),
        parts=tuple(row["parts"].split(";")) if "parts" in row else (),
    )


def _links(
    evidence: pd.DataFrame, recoding: pd.DataFrame, records: Mapping[str, Record]
) -> dict[str, list[Row]]:
    """The rows of each question, sorted by record."""
    again = {_key(row): _reading(row) for row in _filled(recoding)}
    linked: dict[str, list[Row]] = {}
    for row in sorted(_filled(evidence), key=_key):
        question_id, record_id = _key(row)
        reading, passage = _reading(row), row.get("passage", "")
        second = again.get((question_id, record_id))
        one = Row(records[record_id], reading, passage, second)
        linked.setdefault(question_id, []).append(one)
    return linked


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    (record_id,) = (
        value for name, value in row.items() if name.endswith("_id") and name != "question_id"
    )
    return row["question_id"], record_id


def _reading(row: Mapping[str, Any]) -> Reading:
    return Reading(row["stance"] == "for", row["reads"] == "implied", row.get("admission", ""))


def _question(
    row: Mapping[str, Any], claim: Claim, measured: Measured, linked: Mapping[str, Sequence[Row]]
) -> Question:
    slot, check = row["slot"], row["check"]
    given = yaml.safe_load(row["arguments"]) if "arguments" in row else {}
    return Question(
        question_id=row["question_id"],
        slot=slot,
        text=row.get("question") or ask_in_words(slot, claim, measured),
        roles=claim.roles,
        rows=tuple(linked.get(row["question_id"], ())),
        check=check,
        arguments=read_arguments(check, given),
        searched=row.get("searched", ""),
        if_yes=row.get("if_yes", ""),
        if_no=row.get("if_no", ""),
    )


def ask_in_words(slot: str, claim: Claim, measured: Measured) -> str:
    """The question that a slot puts to a charge, in the words of the template."""
    _, _, since, act_day = claim.roles
    until = in_words(act_day)
    return TEMPLATES[slot].format(
        span=f"Between {in_words(since)} and {until}" if since else f"Before {until}",
        accuser=measured.told(claim.roles.accuser),
        accused=measured.told(claim.roles.accused),
        undertaking=claim.undertaking,
        act=claim.act,
    )


def in_words(day: date | None) -> str:
    """A day as it is written in running text."""
    return f"{day.day} {day:%B %Y}" if day else "an unknown day"


class Undertaking(NamedTuple):
    """Where the undertaking of a charge is written, and how long before the act it was last said.

    `form` is the best among the records that carry it, `days` None where nothing carries it.
    """

    form: str
    days: int | None
    records: Sequence[Record]


# the forms of an undertaking from the best to the weakest
_JOINT_TEXT, _NOTICE, _BOTH, _READOUT, _INTERVIEW, _PRESS, _LATER, _NOTHING = (
    "joint text", "notice", "both read-outs", "one read-out", "interview", "press account",
    "a later admission", "nothing public",
)  # fmt: skip
_SPOKEN = "interview"  # the channel of words that nobody put down for the record


def written(claim: Claim, answers: Iterable[tuple[Question, Answer]]) -> Undertaking:
    """Where the undertaking of a charge is written, by the records that carry it."""
    (answer,) = (answer for question, answer in answers if question.slot == "undertaken")
    if answer.answer not in ("yes", "disputed"):
        return Undertaking(_NOTHING, None, ())
    until = claim.roles.act_day
    early = [r for r in answer.by if r.day and until and r.day < until]
    days = (until - max(r.day for r in early if r.day)).days if early and until else None
    read_out = {
        side for r in early for side in r.sides if r.kind == "statement" and r.form != _SPOKEN
    }
    own = {r.form for r in early if claim.roles.accused in r.sides and r.kind == "statement"}
    kinds = {r.kind for r in early}
    form = (
        _JOINT_TEXT if "joint" in kinds
        else _NOTICE if "deed" in kinds
        else _BOTH if {claim.roles.accuser, claim.roles.accused} <= read_out
        else _READOUT if own - {_SPOKEN}
        else _INTERVIEW if own
        else _PRESS if "press" in {r.kind for r in answer.by}
        else _LATER
    )  # fmt: skip
    return Undertaking(form, days, early)


def counter_account(claim: Claim, answers: Sequence[tuple[Question, Answer]], as_of: date) -> str:
    """What the other side says to the question on which a claim turns, in the coder's words.

    The other side is the accused; of a claim that nobody is accused in, whoever stands against
    it. Taken from the first question, in the order of deciding, that it answers.
    """
    for question, _ in sorted(answers, key=lambda pair: _turning(pair[1])):
        found = [
            row.record
            for row in question.rows
            if row.record.kind == "statement"
            and (row.record.day is None or row.record.day <= as_of)
            and (
                gains(question, row.reading.is_for) == claim.roles.accused
                and claim.roles.accused in row.record.sides
                if claim.roles.accused
                else not row.reading.is_for
            )
        ]
        if found:
            first = min(found, key=lambda r: (r.is_editorial, str(r.day), r.record_id))
            return f"{first.who}, {in_words(first.day)}: {first.says} [{first.record_id}]"
    return ""


def _turning(answer: Answer) -> int:
    """What was disputed is what a claim turns on, then what nobody could show."""
    return ("disputed", "unproven", "no", "yes", "unknown").index(answer.answer)


def verdict_row(docket: Docket, claim: Claim, settings: Settings) -> dict[str, Any]:
    """One row of the table of verdicts, without what turns it and what would change it."""
    judged = docket.judge(claim.claim_id, settings)
    questions = docket.family_questions(claim.claim_id)
    cases = [Case(q, settings) for q in questions]
    accounts = [(question, docket.answer(question, settings)) for question in questions]
    return {
        "claim_id": claim.claim_id,
        "claimant": claim.claimant,
        "claim_date": claim.day,
        "claim": claim.text,
        "kind": claim.kind,
        "verdict": judged.outcome.verdict,
        "certainty": judged.outcome.certainty,
        "evidence_for": ids(r for case in cases for r in case.records(is_for=True)),
        "evidence_against": ids(r for case in cases for r in case.records(is_for=False)),
        "counter_account": counter_account(claim, accounts, settings.as_of),
    }
