"""What weights, checks and the ladder do, by example: tested as it stands, and printed so.

In every example an accuser charges an accused with an act of 10 May against an undertaking that
is said to run from 1 March. Records are parted by semicolons, and speak for a yes unless
"against" stands before them. Without an own mark a record is of high grade, direct, of 20 May.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, get_args

import yaml

from tradetalks.judge.arguments import read_arguments
from tradetalks.judge.checks import CHECKS, TOLD, Answer, Case, Measured, ask
from tradetalks.judge.ladder import (
    Outcome,
    Verdict,
    judge_charge,
    judge_denial,
    judge_fact,
    judge_sum,
)
from tradetalks.judge.records import Kind, Record
from tradetalks.judge.weigh import Question, Reading, Roles, Row, Settings

# of | records | question | answer
SPECIFICATION = """
document    | joint text, 5 April                                                | undertaken | yes, high
document    | notice of accused, 10 May                                          | act        | yes, high
document    | notice of accuser, 10 May                                          | covered    | unproven
document    | joint text, 5 April; against words of accused, 5 April             | covered    | yes, high
document    | words of accused, 5 April; against joint text, 5 April             | covered    | no, high
commitment  | words of accused, 5 April                                          | undertaken | yes, medium
commitment  | words of accused, 5 April; words of accuser, 6 April               | undertaken | yes, high
commitment  | words of accused, 1 February                                       | undertaken | unproven
commitment  | words of accused, 20 May                                           | undertaken | unproven
commitment  | words of accused, 5 April                                          | reserved   | yes, medium
read-out    | words of accuser, 5 April                                          | covered    | yes, medium
read-out    | words of accuser, 5 April; against words of accused, 5 April       | covered    | disputed
read-out    | words of accuser, 20 May                                           | covered    | unproven
admission   | words of accused, admission                                        | act        | yes, medium
admission   | words of accused                                                   | act        | unproven
admission   | words of accuser, admission                                        | act        | unproven
admission   | words of accused, admission, editorial                             | act        | unproven
admission   | words of accused, admission; against words of accuser, admission   | act        | disputed
press       | press on accuser and accused                                       | act        | yes, low
press       | press on accuser                                                   | act        | unproven
press       | press                                                              | act        | unproven
press       | press on accuser and accused; against words of accused             | act        | unproven
press       | press on outsider, by one; press, by other                         | act        | yes, medium
plea        | words of accuser                                                   | act        | unproven
plea        | words of accuser; against words of accused                         | act        | unproven
plea        | words of one; words of other                                       | nobody's case | yes, medium
plea        | words of one                                                       | nobody's case | unproven
implied     | words of accused, implied, admission                               | act        | unproven
implied     | words of accused, implied, admission, by one; words of accused, implied, admission, by other | act | yes, medium
implied     | words of accused, implied, admission, by one; words of accused, admission, by other | act | yes, medium
weighed     | nothing                                                            | act        | not on record
weighed     | words of accused, 5 April, part of one; words of accused, 5 April, part of one | undertaken | yes, medium
weighed     | words of accuser, 5 April                                          | undertaken | unproven
weighed     | against words of accuser, admission                                | covered    | no, medium
weighed     | notice of accused, 10 May; against words of accused                | act        | yes, high
recorded    | words of one                                                       | part       | yes, high
recorded    | against words of one, medium                                       | part       | no, medium
recorded    | words of one; against words of other                               | part       | disputed
recorded    | nothing                                                            | part       | not on record
dated       | notice of one, 9 May                        | {from: 2030-05-05, to: 2030-05-13} | yes, high
dated       | notice of one, 9 May, medium; words of one, 6 May | {from: 2030-05-05, to: 2030-05-13} | yes, medium
dated       | notice of one, 14 May                       | {from: 2030-05-05, to: 2030-05-13} | no, high
dated       | notice of one, 9 May, in force 1 June       | {from: 2030-05-05, to: 2030-05-13, by: effect} | no, high
in_order    | A words of one, 5 May; B words of other, 7 May                     | {order: [A, B]} | yes, high
in_order    | A words of one, 7 May; B words of other, 5 May                     | {order: [A, B]} | no, high
in_order    | A words of one, 7 May; B words of other, 7 May                     | {order: [A, B]} | not on record
in_order    | A words of one, 5 May, part of thread; B words of one, 7 May, part of thread | {order: [A, B]} | no, high
in_order    | A press, 3 May; B notice of other, 9 May                           | {order: [A, B]} | yes, low
in_order    | A words of one, 5 May                                              | {order: [A, B]} | not on record
first_of    | B notice of other, 9 May; ledger words of one, 5 May, coded threaten  | {act: threaten, side: one, before: B} | yes, high
first_of    | B notice of other, 9 May; ledger words of one, 10 May, coded threaten | {act: threaten, side: one, before: B} | no, high
first_of    | B notice of other, 9 May; ledger words of other, 5 May, coded threaten; ledger words of one, 5 May, coded deny | {act: threaten, side: one, before: B} | not on record
days_apart  | A joint text, 19 May; B notice of one, 29 May                      | {first: A, second: B, days: 10} | yes, high
days_apart  | A joint text, 19 May; B notice of one, 30 May                      | {first: A, second: B, days: 10} | no, high
days_apart  | A joint text, 19 May                                               | {first: A, second: B, days: 10} | not on record
within      | A notice of one, 9 May, in force 10 May; B round, 9 May, until 10 May | {action: A, round: B} | yes, high
within      | A notice of one, 9 May, in force 1 June; B round, 9 May, until 10 May | {action: A, round: B} | no, high
within      | A notice of one, 9 May; B round, 9 May, until 10 May                  | {action: A, round: B} | not on record
rate_change | notice of one, 10 to 25 percent                                    | {before: 10, after: 25} | yes, high
rate_change | notice of one, 10 to 25 percent; notice of one, 10 to 15 percent   | {before: 10, after: 25} | no, high
rate_change | words of one                                                       | {before: 10, after: 25} | not on record
rate_change | notice of one, to 25 percent                                       | {before: 0, after: 25} | not on record
worth       | data, measured 205 billion                                         | {usd_bn: 200, within_share: 0.1} | yes, high
worth       | data, measured 205 billion; data, measured 250 billion             | {usd_bn: 200, within_share: 0.1} | disputed
worth       | notice of one, claimed 200 billion; data, measured 250 billion     | {usd_bn: 200, within_share: 0.1} | no, high
at_least    | data, measured 61 billion                                          | {usd_bn: 60} | yes, high
at_least    | data, measured 19 billion; data, measured 9 billion                | {usd_bn: 60} | no, high
at_least    | notice of one, claimed 60 billion                                  | {usd_bn: 60} | yes, high
comes_to    | data, measured 19 against 20                                       | {at_least: 0.9} | yes, high
comes_to    | data, measured 13 against 20                                       | {at_least: 0.9} | no, high
comes_to    | data, measured 29 against 9                                        | {at_least: 2} | yes, high
comes_to    | data, measured 19 against 20; data, measured 13 against 20         | {at_least: 0.9} | disputed
comes_to    | data, measured 19 billion                                          | {at_least: 0.9} | not on record
farm_majority | A notice of one; farm share 0.6 of A                             | {action: A, at_least: 0.5} | yes, high
farm_majority | A notice of one; farm share 0.05 of A                            | {action: A, at_least: 0.5} | no, high
farm_majority | A notice of one                                                  | {action: A, at_least: 0.5} | not on record
one_sided   | words of one, coded threaten                                       | {act: threaten} | yes, high
one_sided   | words of one, coded threaten; words of other, coded threaten       | {act: threaten} | no, high
one_sided   | words of one, coded deny                                           | {act: threaten} | not on record
counted     | ledger words of one, coded threaten; ledger words of other, coded threaten | {act: threaten} | yes, high
counted     | ledger words of one, coded threaten                                | {act: threaten} | no, high
counted     | ledger words of one, coded deny                                    | {act: threaten} | not on record
charge      | no; yes; yes; not on record                     | any of the first three is no | contradicted
charge      | yes; no; yes; yes                               | any of the first three is no | contradicted
charge      | not on record; unproven; no; not on record      | any of the first three is no | contradicted
charge      | yes; unproven; yes; not on record               | act not established | undetermined
charge      | yes; disputed; yes; yes                         | act not established | undetermined
charge      | not on record; not on record; unproven; unproven | act not established | undetermined
charge      | unproven; yes; yes; not on record               | act, no undertaking shown | act established with no undertaking on record
charge      | not on record; yes; disputed; not on record     | act, no undertaking shown | act established with no undertaking on record
charge      | unproven; yes; unproven; yes                    | act, no undertaking shown | act established with no undertaking on record
charge      | disputed; yes; yes; not on record               | act, undertaking or its reach open | act established with the breach disputed
charge      | yes; yes; disputed; yes                         | act, undertaking or its reach open | act established with the breach disputed
charge      | yes; yes; unproven; not on record               | act, undertaking or its reach open | act established with the breach disputed
charge      | yes; yes; not on record; not on record          | act, undertaking or its reach open | act established with the breach disputed
charge      | yes; yes; yes; yes                              | all three, right kept | partly supported
charge      | yes; yes; yes; disputed                         | all three, right kept | partly supported
charge      | yes; yes; no; yes                               | all three, right kept | contradicted
charge      | yes; yes; yes; not on record                    | all three, nothing kept | supported
charge      | yes; yes; yes; no                               | all three, nothing kept | supported
charge      | yes; yes; yes; unproven                         | all three, nothing kept | supported
fact        | yes; yes                                        | answers to its parts | supported
fact        | no; no                                          | answers to its parts | contradicted
fact        | yes; no                                         | answers to its parts | partly supported
fact        | no; unproven                                    | answers to its parts | undetermined
denial      | supported                                       | verdict on the charge denied | contradicted
denial      | partly supported                                | verdict on the charge denied | contradicted
denial      | contradicted                                    | verdict on the charge denied | supported
denial      | act established with the breach disputed        | verdict on the charge denied | undetermined
sum         | supported; supported                            | verdicts on its charges | supported
sum         | supported; contradicted                         | verdicts on its charges | partly supported
sum         | act established with no undertaking on record; contradicted | verdicts on its charges | act established with no undertaking on record
sum         | contradicted; contradicted                      | verdicts on its charges | contradicted
"""  # noqa: E501

_SETTINGS = Settings(as_of=date(2030, 12, 31))
_ROLES = Roles("accuser", "accused", date(2030, 3, 1), date(2030, 5, 10))
_NOBODYS = "nobody's case"
_CHARGE_SLOTS = ("undertaken", "act", "covered", "reserved")

_KINDS: dict[str, Kind] = {
    "words": "statement",
    "notice": "deed",
    "joint text": "joint",
    "press": "press",
    "round": "round",
    "data": "data",
}
_HEAD = re.compile(
    rf"(?P<ledger>ledger )?(?P<against>against )?(?P<name>[A-Z] )?(?P<kind>{'|'.join(_KINDS)})"
    r"(?: (?:of|on) (?P<sides>.+))?"
)
_DAY = r"(\d+ (?:January|February|March|April|May|June))"
_MARKS = {
    "day": re.compile(_DAY),
    "effective": re.compile(f"in force {_DAY}"),
    "end": re.compile(f"until {_DAY}"),
    "grade": re.compile("(low|medium)"),
    "voice": re.compile("by (one|other)"),
    "utterance": re.compile("part of (.+)"),
    "act": re.compile("coded (.+)"),
    "rates": re.compile(r"(?:([\d.]+) )?to ([\d.]+) percent"),
    "held": re.compile(r"measured ([\d.]+) against ([\d.]+)"),
    "estimate_usd_bn": re.compile(r"measured ([\d.]+) billion"),
    "value_claimed_usd_bn": re.compile(r"claimed ([\d.]+) billion"),
    "is_editorial": re.compile("(editorial)"),
    "is_implied": re.compile("(implied)"),
    "admission": re.compile("(admission)"),
}
_SHARE = re.compile(r"farm share ([\d.]+) of (\w+)")


class Example(NamedTuple):
    """One line: what it is an example of, records or answers, the question, the answer."""

    of: str
    records: str
    question: str
    answer: str

    def find(self) -> str:
        """The answer that the code gives, in the words of the column."""
        if self.of == "charge":
            given = zip(_CHARGE_SLOTS, self._answers(), strict=True)
            return judge_charge(dict(given), _SETTINGS).verdict
        if self.of == "fact":
            return judge_fact(list(self._answers())).verdict
        if self.of in ("denial", "sum"):
            verdicts = [_verdict(word) for word in self.records.split("; ")]
            judged = judge_denial(verdicts[0]) if self.of == "denial" else judge_sum(verdicts)
            return judged.verdict
        found = ask(self._case())
        firm = "" if found.certainty == "none" else f", {found.certainty}"
        return f"{TOLD[found.answer]}{firm}"

    def _answers(self) -> Iterator[Answer]:
        words = {told: word for word, told in TOLD.items()}
        return (Answer(words[told], "high", (), "") for told in self.records.split("; "))

    def _case(self) -> Case:
        told = [] if self.records == "nothing" else self.records.split("; ")
        shares = [found for one in told if (found := _SHARE.fullmatch(one))]
        rows = [_row(one, number) for number, one in enumerate(told) if not _SHARE.fullmatch(one)]
        check = self.of if self.of in CHECKS else "weighed"
        has_arguments = self.question.startswith("{")
        given = yaml.safe_load(self.question) if has_arguments else {}
        question = Question(
            question_id=self.of,
            slot="part" if has_arguments or self.question == _NOBODYS else self.question,
            text=self.question,
            roles=Roles() if self.question == _NOBODYS else _ROLES,
            rows=tuple(row for row, is_linked in rows if is_linked),
            check=check,
            arguments=read_arguments(check, given),
        )
        measured = Measured({(m[2], _SETTINGS.farm_definition): float(m[1]) for m in shares})
        ledger = [row.record for row, is_linked in rows if not is_linked]
        return Case(question, _SETTINGS, measured, ledger)


def _verdict(word: str) -> Outcome:
    if word not in get_args(Verdict):
        raise ValueError(f"no such verdict: {word}")
    return Outcome(word)  # type: ignore[arg-type]


def _row(told: str, number: int) -> tuple[Row, bool]:
    """A record as an example tells it, and whether it is linked to the question."""
    head, *marks = told.split(", ")
    found = _HEAD.fullmatch(head)
    if found is None:
        raise ValueError(f"no record: {head}")
    sides = found["sides"].split(" and ") if found["sides"] else []
    name, kind = (found["name"] or f"record {number}").strip(), _KINDS[found["kind"]]
    given: dict[str, Any] = {"day": _day("20 May"), "voice": found["sides"] or name}
    if kind == "press":
        given |= {"grade": "medium", "is_named": False}
    reading: dict[str, Any] = {"is_for": not found["against"]}
    for mark in marks:
        field, match = _mark(mark)
        if field in ("day", "effective", "end"):
            given[field] = _day(match[1])
        elif field == "act":
            given["acts"] = {_SETTINGS.coder: match[1]}
        elif field == "rates":
            ends = zip(("rate_before_pct", "rate_after_pct"), match.groups(), strict=True)
            given["numbers"] = {end: float(rate) for end, rate in ends if rate}
        elif field == "held":
            given["numbers"] = {"measured": float(match[1]), "held_against": float(match[2])}
        elif field.endswith("_bn"):
            given["numbers"] = {field: float(match[1])}
        elif field == "is_editorial":
            given[field] = True
        elif field == "is_implied":
            reading[field] = True
        elif field == "admission":
            reading[field] = match[1]
        else:
            given[field] = match[1]
    midnight = datetime.combine(given["day"], datetime.min.time(), UTC)
    record = Record(
        name,
        kind,
        told=given["day"],
        sides=frozenset(sides),
        span=(midnight, midnight + timedelta(days=1)),
        **given,
    )
    return Row(record, Reading(**reading)), not found["ledger"]


def _mark(told: str) -> tuple[str, re.Match[str]]:
    for field, pattern in _MARKS.items():
        if match := pattern.fullmatch(told):
            return field, match
    raise ValueError(f"nothing that can be said of a record: {told}")


def _day(told: str) -> date:
    return datetime.strptime(f"{told} 2030", "%d %B %Y").date()


def read_specification() -> Sequence[Example]:
    """The lines of the specification, in their order."""
    lines = SPECIFICATION.strip().splitlines()
    return [Example(*(cell.strip() for cell in line.split("|"))) for line in lines]
