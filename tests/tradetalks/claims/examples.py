"""The examples of CONTRIBUTING.md, which says what their words mean, and what the code answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, get_args

import yaml

from tradetalks.claims.arguments import read_arguments
from tradetalks.claims.checks import CHECKS, TOLD, Answer, Case, Measured, within_promise
from tradetalks.claims.ladder import (
    Outcome,
    Verdict,
    judge_charge,
    judge_denial,
    judge_fact,
    judge_sum,
)
from tradetalks.claims.weigh import THIRD, Evidence, Question, Reading, Roles, Settings
from tradetalks.claims.witnesses import Witness, WitnessKind

_SETTINGS = Settings(as_of=date(2030, 12, 31))
_ROLES = Roles("accuser", "accused", date(2030, 3, 1), date(2030, 5, 10))
_NOBODYS = "nobody's case"
_CHARGE_SLOTS = ("undertaken", "act", "covered", "reserved")

_KINDS: dict[str, WitnessKind] = {
    "words": "statement",
    "notice": "deed",
    "joint text": "joint",
    "press": "press",
    "round": "round",
    "data": "data",
    "study": "data",
    "model": "data",
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
    "replaced": re.compile(f"replaced {_DAY}"),
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
        if self.of == "reach":
            promise, reach = self._answers()
            return _told(within_promise(reach, promise, _SETTINGS))
        if self.of in ("denial", "sum"):
            verdicts = [_verdict(word) for word in self.records.split("; ")]
            judged = (
                judge_denial(verdicts) if self.of == "denial" else judge_sum(verdicts, _SETTINGS)
            )
            return judged.verdict
        case = self._case()
        return _told(CHECKS[case.question.check](case, **case.question.arguments))

    def _answers(self) -> Iterator[Answer]:
        words = {told: word for word, told in TOLD.items()}
        for told in self.records.split("; "):
            word, _, level = told.partition(", ")
            yield Answer(words[word], level or "high", (), "")

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


def _told(found: Answer) -> str:
    """An answer as the column has it."""
    firm = "" if found.certainty == "none" else f", {found.certainty}"
    return f"{TOLD[found.answer]}{firm}"


def _verdict(word: str) -> Outcome:
    if word not in get_args(Verdict):
        raise ValueError(f"no such verdict: {word}")
    return Outcome(word)  # type: ignore[arg-type]


def _row(told: str, number: int) -> tuple[Evidence, bool]:
    """A record as an example tells it, and whether it is linked to the question."""
    head, *marks = told.split(", ")
    found = _HEAD.fullmatch(head)
    if found is None:
        raise ValueError(f"no record: {head}")
    named = (found["sides"] or "").replace("outsider", THIRD)
    sides = named.split(" and ") if named else []
    name, kind = (found["name"] or f"record {number}").strip(), _KINDS[found["kind"]]
    given: dict[str, Any] = {"day": _day("20 May"), "voice": found["sides"] or name}
    if kind == "press":
        given |= {"grade": "medium", "is_named": False}
    if found["kind"] == "model":
        given["is_modelled"] = True
    reading: dict[str, Any] = {"is_for": not found["against"]}
    for mark in marks:
        field, match = _mark(mark)
        if field in ("day", "effective", "end", "replaced"):
            given[field] = _day(match[1])
        elif field == "act":
            given["acts"] = {_SETTINGS.coded_by: match[1]}
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
    record = Witness(
        name,
        kind,
        told=given["day"],
        sides=frozenset(sides),
        span=(midnight, midnight + timedelta(days=1)),
        **given,
    )
    return Evidence(record, Reading(**reading)), not found["ledger"]


def _mark(told: str) -> tuple[str, re.Match[str]]:
    for field, pattern in _MARKS.items():
        if match := pattern.fullmatch(told):
            return field, match
    raise ValueError(f"nothing that can be said of a record: {told}")


def _day(told: str) -> date:
    return datetime.strptime(f"{told} 2030", "%d %B %Y").date()


def read_examples() -> list[Example]:
    """The lines of the table below "What the checks do", in their order."""
    manual = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = manual.partition("\n## What the checks do\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [Example(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines[2:]]
