"""What turns a verdict: every single change of a record, a reading or a rule, tried by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from tradetalks.judge.checks import READS
from tradetalks.judge.docket import Docket, in_words
from tradetalks.judge.ladder import ABOUT, Verdict
from tradetalks.judge.records import Record
from tradetalks.judge.weigh import Question, Row, Settings, is_admission

Doubt = Literal["record", "reading", "rule"]


class Change(NamedTuple):
    """One change that can be defended: what it doubts, in words, and the settings that make it.

    The words go on after "if", or after the name of the record that is doubted; `on` says on which
    question its reading is doubted.
    """

    doubt: Doubt
    told: str
    settings: Settings
    record: Record | None = None
    on: str = ""

    def in_words(self) -> str:
        """The change in words that go on after "if"."""
        parts = [named(self.record) if self.record else "", self.told, self.on]
        return " ".join(filter(None, parts))


class Turn(NamedTuple):
    """A change that turns the verdict on a claim, and the verdict that it gives."""

    claim_id: str
    change: Change
    verdict: Verdict


# The other values of each rule, in words that go on after "if".
RULES: Mapping[str, Mapping[str | bool, str]] = {
    "min_confidence": {
        "low": "weak records are admitted too",
        "medium": "records of medium confidence are admitted too",
        "high": "only records of high confidence are admitted",
    },
    "include_editorials": {
        False: "editorials are left out",
        True: "editorials are admitted",
    },
    "coder": {
        "first": "the first reading is taken throughout",
        "second": "the second reading is taken throughout",
    },
    "own_words": {"plead": "no side's own words at the time carry"},
    "scope_by": {"accused": "the accused's words alone tell how far its undertaking reached"},
    "implied": {
        "never": "words that only imply an answer never carry",
        "alone": "one implied answer is enough",
    },
    "press": {
        "two outlets": "press accounts of two outlets carry against a denial",
        "untold too": "press accounts that do not tell their sources carry",
    },
    "burden": {
        "refuted": "an undertaking that is only asserted counts as refuted",
        "disputed": "an undertaking that is only asserted counts as disputed",
    },
    "reserved": {
        "ignored": "a right that was kept does not count",
        "disputes": "a right that was kept makes the breach disputed",
    },
    "act_day": {"published": "what only the press dates counts from its day of publication"},
}
_READING_RULES = ("coder", "include_editorials")


def named(record: Record) -> str:
    """A record as it is named in a list of turns."""
    about = [record.who, *([in_words(record.day)] if record.day and record.kind != "deed" else [])]
    told, row = ", ".join(filter(None, about)), record.record_id
    if told.endswith(")"):  # the day of a notice
        return f"{told[:-1]}; {row})"
    return f"{told} ({row})" if told else row


def changes(docket: Docket, claim_id: str, settings: Settings) -> Iterator[Change]:
    """All single changes that could bear on the verdict on a claim."""
    questions = docket.family_questions(claim_id)
    rows = [(question, row) for question in questions for row in settings.rows_of(question)]
    by_answer = (docket.answer(question, settings).by for question in questions)
    bearing = {row.record.record_id: row.record for _, row in rows}
    bearing |= {record.record_id: record for by in by_answer for record in by}
    yield from _doubted_records(bearing.values(), settings)
    for question, row in rows:
        is_only = sum(other.slot == question.slot for other in questions) == 1
        yield from _doubted_readings(question, row, settings, "" if is_only else question.text)
    for name, values in RULES.items():
        for value, told in values.items():
            if value != getattr(settings, name):
                other = settings.but(**{name: value})
                doubt: Doubt = "reading" if name in _READING_RULES else "rule"
                yield Change(doubt, told, other)
    for choice in dict.fromkeys(choice for question in questions for choice in question.others):
        yield Change("reading", choice, settings.but(choice=choice))


def _doubted_records(records: Iterable[Record], settings: Settings) -> Iterator[Change]:
    # of several rows that are one utterance, a notice stands for all, else the first
    last_first = sorted(records, key=lambda r: (r.kind != "deed", r.record_id), reverse=True)
    known = {record.utterance: record for record in last_first}
    for utterance, record in sorted(known.items()):
        without = settings.but(left_out=settings.left_out | {utterance})
        yield Change("record", "is left out", without, record)
        for step, told in ((-1, "less"), (1, "more")):
            other = settings.but(regraded=((utterance, step),))
            if other.grade_of(record) != settings.grade_of(record):
                yield Change("record", f"counts one grade {told}", other, record)


def _doubted_readings(
    question: Question, row: Row, settings: Settings, text: str
) -> Iterator[Change]:
    """The other readings of a row; `text` tells its question from others of the slot, if needed."""
    name, reading = row.record.record_id, row.reading
    about = ABOUT.get(question.slot) or (f"“{text}”" if text else "")
    on = f"on {about}" if about else ""
    other_way = "direct" if reading.is_implied else "implied"
    doubts = {reading._replace(is_implied=not reading.is_implied): f"is read as {other_way}"}
    if is_admission(row.record, reading, question):
        doubts[reading._replace(admission="")] = "is not granted as an admission"
    for other, told in doubts.items():
        given = ((question.question_id, name, reading, other),)
        yield Change("reading", told, settings.but(reread=given), row.record, on)
    again = {one.reading for one in question.second.get(name, ())}
    if settings.coder == "first" and name in question.second and again != {reading}:
        key = frozenset([(question.question_id, name)])
        told = "is read as in the second reading"
        yield Change("reading", told, settings.but(taken_again=key), row.record, on)


def turns_of(docket: Docket, claim_id: str, settings: Settings) -> list[Turn]:
    """Every single change that turns the verdict on a claim."""
    home = docket.outcome(claim_id, settings).verdict
    tried = (
        Turn(claim_id, change, docket.outcome(claim_id, change.settings).verdict)
        for change in changes(docket, claim_id, settings)
    )
    return [turn for turn in tried if turn.verdict != home]


def rests_on(turns: Sequence[Turn]) -> str:
    """What a verdict rests on, in words: firm, or what its turns doubt."""
    changes = [turn.change for turn in turns]
    doubts = {change.doubt for change in changes}
    records = {c.record.record_id for c in changes if c.record and c.doubt == "record"}
    parts = [
        *sorted(records),
        *(["a reading"] if "reading" in doubts else []),
        *(["a rule"] if "rule" in doubts else []),
    ]
    return ", ".join(parts) or "firm"


def told_by_verdict(turns: Sequence[Turn]) -> dict[str, str]:
    """What turns a verdict, in words that go on after "if", by the verdict that it becomes."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for turn in turns:
        change = turn.change
        subject = named(change.record) if change.record else change.told
        by_question = found.setdefault(turn.verdict, {}).setdefault(subject, {})
        by_question.setdefault(change.on, []).extend([change.told] if change.record else [])
    return {
        verdict: ", or if ".join(
            f"{subject} {' or '.join(_doubts(by_question))}".strip()
            for subject, by_question in subjects.items()
        )
        for verdict, subjects in found.items()
    }


def _doubts(by_question: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The doubts of one record in words, each question named once, after all that it bears on."""
    return (" ".join([" or ".join(told), on]).strip() for on, told in by_question.items() if told)


def turns_in_words(turns: Sequence[Turn]) -> str:
    """The list of what turns a verdict, as one text."""
    return "; ".join(f"{verdict} if {told}" for verdict, told in told_by_verdict(turns).items())


def by_the_day_of_the_claim(docket: Docket, claim_id: str, settings: Settings) -> Verdict:
    """The verdict by what was known on the day of the claim."""
    day: date = docket.claims[claim_id].day
    return docket.outcome(claim_id, settings.but(as_of=min(day, settings.as_of))).verdict


def by_other_questions(
    docket: Docket, claim_id: str, settings: Settings, choices: Mapping[str, Sequence[str]]
) -> dict[str, Verdict]:
    """The verdict where a setting that is part of the question has another value, by that value.

    `choices` gives the values to try by the name of the setting.
    """
    read = {READS[q.check] for q in docket.family_questions(claim_id) if q.check in READS}
    return {
        value: docket.outcome(claim_id, settings.but(**{name: value})).verdict
        for name in sorted(read & choices.keys())
        for value in choices[name]
        if value != getattr(settings, name)
    }
