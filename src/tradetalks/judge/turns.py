"""What turns a verdict: every single change of a record, a reading or a rule, tried by itself."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tradetalks.judge.docket import Docket, in_words
from tradetalks.judge.ladder import ABOUT, Verdict
from tradetalks.judge.records import Record
from tradetalks.judge.weigh import Question, Row, Settings, is_admission, readings_of

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
        "low": "records of low confidence count too",
        "medium": "records of medium confidence count too",
        "high": "only records of high confidence count",
    },
    "include_editorials": {False: "editorials are left out", True: "editorials count"},
    "coder": {
        "masked": "the masked reading counts wherever there is one",
        "first": "the first reading counts throughout",
        "second": "the second reading counts throughout",
    },
    "own_words": {
        "carry a yes": "a side's own words at the time prove a yes and never a no",
        "plead": "no side's own words at the time count as proof",
    },
    "scope_by": {"accused": "the accused's words alone tell what its promise covered"},
    "replaced": {"carries": "a notice still counts when another has replaced it"},
    "reach": {"by itself": "what a promise covered is judged without asking for one"},
    "sums": {"strongest": "a sum has the verdict of its strongest charge"},
    "implied": {
        "never": "words that only imply an answer never count",
        "alone": "one implied answer is enough",
    },
    "press": {
        "two outlets": "press accounts of two outlets count against a denial",
        "untold too": "press accounts that do not tell their sources count",
    },
    "burden": {
        "refuted": "a promise that is only asserted counts as refuted",
        "disputed": "a promise that is only asserted counts as disputed",
    },
    "reserved": {
        "ignored": "a way out that was kept does not count",
        "disputes": "a way out that was kept makes the charge disputed",
    },
    "act_day": {"published": "an act that only the press dates is put on the day of the report"},
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
    rows = [row for question in questions for row in settings.rows_of(question)]
    bearing = {row.record.record_id: row.record for row in rows}
    for question in questions:
        bearing |= {one.record_id: one for one in docket.answer(question, settings).by}
    yield from _doubted_records(bearing.values(), settings)
    slots = Counter(question.slot for question in questions)
    for question in questions:
        # the slot tells the question, or else its text, if that needs to be told
        text = f"“{question.text}”" if slots[question.slot] > 1 else ""
        about = ABOUT.get(question.slot, text)
        for record, told, read in _doubted_readings(question, settings):
            other = settings.but(reread={question.question_id: {record.record_id: read}})
            yield Change("reading", told, other, record, f"on {about}" if about else "")
    for name, values in RULES.items():
        for value, told in values.items():
            if value != getattr(settings, name):
                doubt: Doubt = "reading" if name in _READING_RULES else "rule"
                yield Change(doubt, told, settings.but(**{name: value}))
    for choice in dict.fromkeys(choice for question in questions for choice in question.others):
        chosen = {q.question_id: q.others[choice] for q in questions if choice in q.others}
        yield Change("reading", choice, settings.but(reread=chosen))


def _doubted_records(records: Iterable[Record], settings: Settings) -> Iterator[Change]:
    # of several rows that are one utterance, a notice stands for all, else the first
    last_first = sorted(records, key=lambda r: (r.kind != "deed", r.record_id), reverse=True)
    known = {record.utterance: record for record in last_first}
    for utterance, record in sorted(known.items()):
        without = settings.but(left_out=settings.left_out | {utterance})
        yield Change("record", "is left out", without, record)
        for step, told in ((-1, "less"), (1, "more")):
            other = settings.but(regraded={utterance: step})
            if other.grade_of(record) != settings.grade_of(record):
                yield Change("record", f"is trusted one grade {told}", other, record)


def _doubted_readings(
    question: Question, settings: Settings
) -> Iterator[tuple[Record, str, tuple[Row, ...]]]:
    """What each record can be read as instead: the record, what is doubted in words, its rows."""
    now: dict[Record, list[Row]] = {row.record: [] for row in question.rows}
    for row in settings.rows_of(question):
        now.setdefault(row.record, []).append(row)
    for record, rows in now.items():
        for row in rows:
            reading, beside = row.reading, [one for one in rows if one != row]
            other_way = "said outright" if reading.is_implied else "only implied"
            doubts = {
                f"is read as {other_way}": reading._replace(is_implied=not reading.is_implied)
            }
            if is_admission(record, reading, question):
                doubts["is not taken as words against its own side"] = reading._replace(
                    admission=""
                )
            for told, other in doubts.items():
                yield record, told, (*beside, row._replace(reading=other))
        for coder, read in readings_of(question, record).items():
            if coder != settings.coder and {*read} != {*rows}:
                yield record, f"is read as in the {coder} reading", read


def turns_of(docket: Docket, claim_id: str, settings: Settings) -> list[Turn]:
    """Every single change that turns the verdict on a claim."""
    home = docket.outcome(claim_id, settings).verdict
    tried = (
        Turn(claim_id, change, docket.outcome(claim_id, change.settings).verdict)
        for change in changes(docket, claim_id, settings)
    )
    return [turn for turn in tried if turn.verdict != home]


def two_at_a_time(docket: Docket, claim_id: str, settings: Settings) -> list[Verdict]:
    """The verdicts on a claim under every two changes that a critic could make together.

    Those are another rule, another coder throughout, a choice that was left open, and a record that
    carries an answer left out; that one record is read otherwise, or trusted more, is none of them.
    """
    questions = docket.family_questions(claim_id)
    carrying = {one.utterance for asked in questions for one in docket.answer(asked, settings).by}
    known = settings.left_out
    tried = [
        change.settings
        for change in changes(docket, claim_id, settings)
        if change.record is None or (change.settings.left_out - known) & carrying
    ]
    pairs = (settings.together(*pair) for pair in itertools.combinations(tried, 2))
    return [docket.outcome(claim_id, both).verdict for both in pairs if both is not None]


def rests_on(turns: Sequence[Turn]) -> str:
    """What a verdict rests on, in words: firm, or what its turns doubt."""
    changes = [turn.change for turn in turns]
    records = {c.record.record_id for c in changes if c.record and c.doubt == "record"}
    doubts = {f"a {change.doubt}" for change in changes} & {"a reading", "a rule"}
    return ", ".join([*sorted(records), *sorted(doubts)]) or "firm"


def turns_in_words(turns: Sequence[Turn]) -> str:
    """What turns a verdict, in words that go on after "if", by the verdict that it becomes."""
    found = turns_by_verdict(turns, named)
    return "; ".join(f"{verdict} if {told}" for verdict, told in found.items())


def turns_by_verdict(turns: Sequence[Turn], name: Callable[[Record], str]) -> dict[Verdict, str]:
    """What turns a verdict, in words that go on after "if", under each verdict that it becomes.

    What is doubted of one record, by its `name`, is told together, each question named once, after
    its doubts.
    """
    found: dict[Verdict, dict[str, dict[str, list[str]]]] = {}
    for turn in turns:
        change = turn.change
        subject, told = (name(change.record), change.told) if change.record else (change.told, "")
        by_question = found.setdefault(turn.verdict, {}).setdefault(subject, {})
        by_question.setdefault(change.on, []).append(told)
    return {
        verdict: ", or if ".join(_phrase(*one) for one in subjects.items())
        for verdict, subjects in found.items()
    }


def _phrase(subject: str, by_question: Mapping[str, Sequence[str]]) -> str:
    doubts = (f"{' or '.join(told)} {on}".strip() for on, told in by_question.items())
    return f"{subject} {' or '.join(doubts)}".strip()
