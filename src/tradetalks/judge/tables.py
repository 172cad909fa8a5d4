"""Verdicts and answers as tables: what the record says of each claim, and who says what."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, get_args

import pandas as pd

from tradetalks.judge.checks import TOLD, Answer, Case
from tradetalks.judge.counterfactual import in_sentences, would_change
from tradetalks.judge.docket import Claim, Docket, in_words
from tradetalks.judge.ladder import ABOUT, BEARING
from tradetalks.judge.records import Kind, Record, ids
from tradetalks.judge.turns import (
    Turn,
    by_other_questions,
    by_the_day_of_the_claim,
    rests_on,
    told_by_verdict,
    turns_in_words,
    turns_of,
)
from tradetalks.judge.weigh import Question, Settings, gains, is_at_the_time

ANSWER_COLUMNS = [
    *("claim_id", "question_id", "slot", "bearing", "question", "answer", "certainty", "finding"),
    *("carried_by", "searched", "evidence_for", "evidence_against"),
]


def judge_claims(docket: Docket, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Verdicts on the claims made by `as_of`, and the answers behind them.

    The first has one row per claim: claim_id, claimant, claim_date, claim, kind, verdict,
    certainty, evidence_for and evidence_against (admitted records that bear the claim out, or do
    not), counter_account, written and days (of a charge: where the undertaking is written, and how
    long before the act), because. The second has one row per question: `ANSWER_COLUMNS`.
    """
    verdicts, answers = [], []
    for claim in docket.made(settings.as_of):
        judged = docket.judge(claim.claim_id, settings)
        answers += [_answer_row(claim, *pair, settings) for pair in judged.answers]
        form, days = "", None
        if claim.kind == "charge":
            form, days, _ = written(claim, judged.answers)
        verdicts.append(
            {
                "claim_id": claim.claim_id,
                "claimant": claim.claimant,
                "claim_date": pd.Timestamp(claim.day),
                "claim": claim.text,
                "kind": claim.kind,
                "verdict": judged.outcome.verdict,
                "certainty": judged.outcome.certainty,
                "evidence_for": ids(_bearing_out(docket, claim, True, settings)),
                "evidence_against": ids(_bearing_out(docket, claim, False, settings)),
                "counter_account": counter_account(docket, claim, settings),
                "written": form,
                "days": days,
                "because": _because(docket, claim, judged.answers, settings),
            }
        )
    return pd.DataFrame(verdicts).astype({"days": "Int64"}), pd.DataFrame(
        answers, columns=ANSWER_COLUMNS
    )


def doubt_claims(
    docket: Docket, settings: Settings, choices: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, list[Turn]]:
    """What the verdicts rest on: one row per claim made by `as_of`, and every turn.

    Columns: claim_id, rests_on, turns, would_change_if, known_on_the_day (the verdict by what was
    public on the day of the claim) and asked_otherwise (the verdicts where a setting that is part
    of the question has another value; `choices` gives the values).
    """
    rows: list[dict[str, str]] = []
    every: list[Turn] = []
    for claim in docket.made(settings.as_of):
        name = claim.claim_id
        turns = turns_of(docket, name, settings)
        every += turns
        others = by_other_questions(docket, name, settings, choices)
        rows.append(
            {
                "claim_id": name,
                "rests_on": rests_on(turns),
                "turns": turns_in_words(turns),
                "would_change_if": in_sentences(would_change(docket, name, settings)),
                "known_on_the_day": by_the_day_of_the_claim(docket, name, settings),
                "asked_otherwise": "; ".join(f"{value}: {v}" for value, v in others.items()),
            }
        )
    return pd.DataFrame(rows), every


def spread_turns(turns: Iterable[Turn]) -> pd.DataFrame:
    """Turns as a table to read: one row per claim, one column per change, the new verdict in it."""
    told = [(t.claim_id, t.change.in_words(), str(t.verdict)) for t in turns]
    frame = pd.DataFrame(told, columns=["claim_id", "change", "verdict"])
    wide = frame.pivot_table(index="claim_id", columns="change", values="verdict", aggfunc="first")
    return wide[frame["change"].drop_duplicates()].rename_axis(columns=None).reset_index()


def group_turns(turns: Iterable[Turn]) -> pd.DataFrame:
    """Turns in words: one row per claim and verdict that it becomes.

    Columns: claim_id, verdict, change (what turns it, in words that go on after "if").
    """
    rows = [
        (claim_id, verdict, told)
        for claim_id, own in itertools.groupby(turns, key=lambda turn: turn.claim_id)
        for verdict, told in told_by_verdict([*own]).items()
    ]
    return pd.DataFrame(rows, columns=["claim_id", "verdict", "change"])


def _answer_row(
    claim: Claim, question: Question, answer: Answer, settings: Settings
) -> dict[str, Any]:
    case = Case(question, settings)
    return {
        "claim_id": claim.claim_id,
        "question_id": question.question_id,
        "slot": question.slot,
        "bearing": BEARING[question.slot],
        "question": question.text,
        "answer": answer.answer,
        "certainty": answer.certainty,
        "finding": answer.finding,
        "carried_by": ids(answer.by) if answer.certainty != "none" else "",
        "searched": question.searched,
        "evidence_for": ids(case.records(is_for=True)),
        "evidence_against": ids(case.records(is_for=False)),
    }


def _because(
    docket: Docket, claim: Claim, answers: Iterable[tuple[Question, Answer]], settings: Settings
) -> str:
    """Why a verdict is what it is: the claims it is drawn from, or the questions that decide.

    Where none decides, and where context says no, what the context says.
    """
    drawn = [f"{name}: {docket.outcome(name, settings).verdict}." for name in claim.parts]
    told = [
        f"{ABOUT[question.slot].capitalize()}: {TOLD[answer.answer]}."
        if claim.kind == "charge"
        else f"{question.text} {TOLD[answer.answer].capitalize()}."
        for question, answer in answers
        if BEARING[question.slot] != "context" or answer.answer == "no" or claim.kind == "value"
    ]
    return " ".join(drawn or told)


def _bearing_out(
    docket: Docket, claim: Claim, bears_out: bool, settings: Settings
) -> Iterable[Record]:
    """The admitted records that bear a claim out, or those that do not."""
    for question in docket.questions[claim.claim_id]:
        serves_accused = question.slot in ("before", "reserved")
        yield from Case(question, settings).records(is_for=bears_out != serves_accused)
    for part in claim.parts:
        turned = claim.kind == "denial"  # what bears out a charge speaks against its denial
        yield from _bearing_out(docket, docket.claims[part], bears_out != turned, settings)


class Undertaking(NamedTuple):
    """Where the undertaking of a charge is written, and how long before the act it was last said.

    `form` is the best among the records that carry it; `days` is None where nothing carries it.
    """

    form: str
    days: int | None
    records: Sequence[Record]


# the channels of words that were put down for the record
_ON_RECORD = ("press statement", "press conference")


def written(claim: Claim, answers: Iterable[tuple[Question, Answer]]) -> Undertaking:
    """Where the undertaking of a charge is written, by the records that carry it."""
    ((_, answer),) = (pair for pair in answers if pair[0].slot == "undertaken")
    accuser, accused, _, until = claim.roles
    if answer.answer not in ("yes", "disputed") or until is None:
        return Undertaking("nothing public", None, ())
    early = [r for r in answer.by if is_at_the_time(r, claim.roles)]
    own = [r for r in early if accused in r.sides or r.kind == "joint"]
    days = (until - max(r.day for r in own if r.day)).days if own else None
    noted = {side for r in early if r.form in _ON_RECORD for side in r.sides}
    if any(r.kind == "joint" for r in answer.by):
        form = "joint text"
    elif any(r.kind == "deed" for r in own):
        form = "notice"
    elif {accuser, accused} <= noted:
        form = "read-outs of both sides"
    elif accused in noted:
        form = "read-out of one side"
    elif own:
        form = ", ".join(sorted({r.form for r in own}))
    else:
        is_press = any(r.kind == "press" for r in answer.by)
        form = "press account" if is_press else "later admission"
    return Undertaking(form, days, own)


def counter_account(docket: Docket, claim: Claim, settings: Settings) -> str:
    """What the other side says to the question on which a claim turns, in the coder's words.

    The other side is the accused, of a denial the accuser; where it says nothing, whoever speaks
    against the claim. What was disputed comes first, then what nobody could show, then the rest.
    """
    order = ("disputed", "unproven", "no", "yes", "unknown")
    names = claim.parts or (claim.claim_id,)
    asked = [(q, docket.answer(q, settings)) for n in names for q in docket.questions[n]]
    found = []
    for question, answer in asked:
        for row in settings.admitted(question):
            record, is_for = row.record, row.reading.is_for
            other = question.roles.accuser if claim.kind == "denial" else question.roles.accused
            is_other = bool(other) and other in record.sides and gains(question, is_for) == other
            if record.kind == "statement" and (is_other or not is_for):
                rank = not is_other, order.index(answer.answer), record.is_editorial
                found.append((rank, str(record.day), record.record_id, record))
    if not found:
        return ""
    first = min(found)[-1]
    return f"{first.who}, {in_words(first.day)}: {first.says} [{first.record_id}]"


def contested(docket: Docket, testable: Mapping[str, str], settings: Settings) -> list[str]:
    """Which of the claims made are contested, in the order of their ids.

    Those that public records can decide in part at most (`testable` says so, by claim), those of
    value, and those for which admitted statements of one side stand against those of another.
    """
    return [
        claim.claim_id
        for claim in docket.made(settings.as_of)
        if claim.kind == "value"
        or testable[claim.claim_id] != "yes"
        or any(
            one != other and for_ != against
            for (one, for_), (other, against) in itertools.combinations(
                _stances(docket, claim, settings), 2
            )
        )
    ]


def _stances(docket: Docket, claim: Claim, settings: Settings) -> set[tuple[str, bool]]:
    return {
        (side, row.reading.is_for)
        for question in docket.family_questions(claim.claim_id)
        for row in settings.admitted(question)
        if row.record.kind == "statement"
        for side in row.record.sides
    }


def accounts(docket: Docket, claim: Claim, settings: Settings) -> pd.DataFrame:
    """What each side says to each question of a claim: one row per question and side.

    Columns: question_id, side, day, who, says, record_id, source_id, is_verified, is_again. Of
    several admitted statements of a side, one that stands for no earlier question comes first,
    then words at the time, then what is direct, then the earliest. A question to which a side says
    nothing has no row of that side, and context has none, unless nothing decides. Of a denial or a
    sum, the questions are those of its charges.
    """
    rows: list[tuple[Any, ...]] = []
    seen: set[tuple[str, str]] = set()
    for question in docket.family_questions(claim.claim_id):
        if BEARING[question.slot] == "context" and claim.kind != "value":
            continue
        said: dict[str, list[tuple[tuple[Any, ...], Record]]] = {}
        for row in settings.admitted(question):
            record = row.record
            if record.kind == "statement" and record.day:
                early = is_at_the_time(record, question.roles)
                weak = (not early, row.reading.is_implied, record.is_editorial)
                for side in record.sides:
                    rank = ((side, record.record_id) in seen, *weak, record.day, record.record_id)
                    said.setdefault(side, []).append((rank, record))
        for side, ranked in sorted(said.items()):
            (is_again, *_), r = min(ranked, key=lambda pair: pair[0])
            seen.add((side, r.record_id))
            told = (r.day, r.who, r.says, r.record_id, r.source_id, r.is_verified, is_again)
            rows.append((question.question_id, side, *told))
    columns = [
        *("question_id", "side", "day", "who", "says", "record_id", "source_id"),
        *("is_verified", "is_again"),
    ]
    return pd.DataFrame(rows, columns=columns)


def left_out(records: Iterable[Record], settings: Settings) -> pd.DataFrame:
    """List what a choice leaves out that was public by then: one row per record.

    Columns: record_id, kind, day, words (who says what, or what it is), rule (by which it is left
    out), in the order of kind, day and id.
    """
    kinds = get_args(Kind)
    found = [
        {
            "record_id": record.record_id,
            "kind": record.kind,
            "day": record.day,
            "words": f"{record.who}: {record.says}" if record.who else record.says,
            "rule": rule,
        }
        for record in records
        if (rule := settings.rule_against(record)) not in (None, "after as_of")
    ]
    found.sort(key=lambda row: (kinds.index(row["kind"]), str(row["day"]), row["record_id"]))
    return pd.DataFrame(found, columns=["record_id", "kind", "day", "words", "rule"])
