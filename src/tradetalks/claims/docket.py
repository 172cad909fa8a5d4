"""Claims read and linked to their evidence once, to be judged under any settings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import yaml

from tradetalks.claims import checks, ladder
from tradetalks.claims.arguments import read_arguments
from tradetalks.claims.checks import Answer, Case, Measured
from tradetalks.claims.ladder import BEARING, ClaimKind, Outcome, Verdict
from tradetalks.claims.weigh import NOBODY, Evidence, Question, Reading, Roles, Settings
from tradetalks.claims.witnesses import Witness, fields_of, rows_of
from tradetalks.days import in_words
from tradetalks.noted import note, noted, noting
from tradetalks.parameters import NAMES

if TYPE_CHECKING:
    import pandas as pd

    from tradetalks.raw.read import RawTables


@dataclass(frozen=True, eq=False)
class Claim:
    """One claim; without a claimant nobody made it: our reconstruction, counted nowhere."""

    claim_id: str
    kind: ClaimKind
    claimant: str
    day: date
    text: str
    roles: Roles = NOBODY
    undertaking: str = ""
    act: str = ""
    made_in: str = ""
    parts: tuple[str, ...] = ()
    name: str = ""  # what it is called where it is printed
    name_zh: str = ""
    promise_name: str = ""  # and its promise and its act on a line of time
    act_name: str = ""
    made_from: frozenset[str] = frozenset()  # its row, and what the act was made from
    by_press: bool = False  # whether an account of the press tells of the act


@dataclass(frozen=True, eq=False)
class Docket:
    """All claims with their questions, and what checks may look up."""

    claims: Mapping[str, Claim]
    questions: Mapping[str, Sequence[Question]]
    measured: Measured = field(default_factory=Measured)
    ledger: Sequence[Witness] = ()
    made_from: frozenset[str] = frozenset()
    # answers by what they depend on, since most changes of one question leave the others be, with
    # what was read for each
    _kept: dict[Hashable, tuple[Answer, set[str]]] = field(default_factory=dict, init=False)

    def read_for(self, claim_id: str, settings: Settings) -> dict[str, frozenset[str]]:
        """Names of what the verdict on a claim and each answer behind it are drawn from, by id.

        Of the tables that the docket was made from, the rows alone that bear on it.
        """
        found, before = dict[str, frozenset[str]](), noted() - self.made_from
        for question in self.questions[claim_id]:
            with noting(before | self.claims[claim_id].made_from) as read:
                self.answer(question, settings)
            found[question.question_id] = frozenset(read)
        with noting(before) as read:
            self.outcome(claim_id, settings)
        # what speaks in no question that decides is told with the verdict all the same
        return {claim_id: frozenset(read.union(*found.values())), **found}

    def made(self, as_of: date) -> list[Claim]:
        """The claims made by then, in the order of their ids."""
        return [claim for claim in self.claims.values() if claim.day <= as_of]

    def family(self, claim_id: str) -> list[str]:
        """A claim and those that its verdict is drawn from."""
        parts = (self.family(part) for part in self.claims[claim_id].parts)
        return [claim_id, *chain(*parts)]

    def family_questions(self, claim_id: str) -> list[Question]:
        """All questions that bear on the verdict on a claim."""
        return [question for name in self.family(claim_id) for question in self.questions[name]]

    def bearing_on(self, claim_id: str, settings: Settings) -> Hashable:
        """What of the settings the verdict on a claim and the answers behind it can depend on."""
        asked, is_drawn = self._asked(claim_id)
        reads = (self._reads(question, settings) for question in asked)
        return claim_id, settings.drawing if is_drawn else None, *reads

    @cached_property
    def _asked(self) -> Callable[[str], tuple[Sequence[Question], bool]]:
        """The questions that bear on a claim, and whether rules draw its verdict from answers."""

        def asked(claim_id: str) -> tuple[Sequence[Question], bool]:
            return self.family_questions(claim_id), self.claims[claim_id].kind != "fact"

        return cache(asked)

    def found(self, claim_id: str, settings: Settings) -> Hashable:
        """All by which a claim is told, besides what is found of its parts: answers and outcome."""
        found = self.answers(claim_id, settings)
        return *(answer for _, answer in found), self._judged(claim_id, dict(found), settings)

    def answer(self, question: Question, settings: Settings) -> Answer:
        """The answer to one question, on reach no firmer than that on the promise."""
        found = self._checked(question, settings)
        if promise := self._promises.get(question.question_id):
            return checks.within_promise(found, self._checked(promise, settings), settings)
        return found

    def _checked(self, question: Question, settings: Settings) -> Answer:
        key = question, self._reads(question, settings)
        if key not in self._kept:
            with noting(question.made_from(settings.as_of)) as read:
                case = self._case(question, settings)
                self._kept[key] = checks.CHECKS[question.check](case, **question.arguments), read
        answer, names = self._kept[key]
        note(names)
        return answer

    def _reads(self, question: Question, settings: Settings) -> Hashable:
        """What of the settings a check can depend on: of most, what it reads its rows by."""
        reads = settings.as_read_by(question)
        if setting := checks.READS.get(question.check):
            return reads, getattr(settings, setting)
        return (reads, settings.searching) if question.check in checks.OF_LEDGER else reads

    def _case(self, question: Question, settings: Settings) -> Case:
        asked = question.as_published if settings.act_day == "published" else question
        return Case(asked, settings, self.measured, self.ledger)

    def verdict(self, claim_id: str, settings: Settings) -> Verdict:
        """Return the verdict on a claim without its certainty."""
        return self.outcome(claim_id, settings).verdict

    @cached_property
    def _promises(self) -> dict[str, Question]:
        """By question on the reach of an undertaking, the one that asks whether it was given."""
        return {
            question.question_id: asked
            for questions in self.questions.values()
            for asked, question in product(questions, repeat=2)
            if (asked.slot, question.slot) == ("undertaken", "covered")
        }

    def answers(self, claim_id: str, settings: Settings) -> list[tuple[Question, Answer]]:
        """The questions of a claim, each with its answer."""
        note(self.claims[claim_id].made_from)
        return [(asked, self.answer(asked, settings)) for asked in self.questions[claim_id]]

    def outcome(self, claim_id: str, settings: Settings) -> Outcome:
        """The verdict on a claim, as firm as what it rests on."""
        asked = [one for one in self.questions[claim_id] if BEARING[one.slot] != "context"]
        answers = {one: self.answer(one, settings) for one in asked}
        return self._judged(claim_id, answers, settings)

    def _judged(
        self, claim_id: str, answers: Mapping[Question, Answer], settings: Settings
    ) -> Outcome:
        """The verdict on a claim by the answers that bear on it, or by its parts."""
        claim = self.claims[claim_id]
        note(claim.made_from)
        if claim.kind == "value":
            return Outcome("value judgement")
        if claim.kind in ("denial", "sum"):
            parts = [self.outcome(part, settings) for part in claim.parts]
            is_sum = claim.kind == "sum"
            return ladder.judge_sum(parts, settings) if is_sum else ladder.judge_denial(parts)
        if claim.kind == "charge":
            by_slot = {one.slot: found for one, found in answers.items()}
            return ladder.judge_charge(by_slot, settings)
        return ladder.judge_fact([found for one, found in answers.items() if one.slot == "part"])


_SHORT = "short_if_yes", "short_if_no"


def read_docket(raw: RawTables, records: Mapping[str, Witness], measured: Measured) -> Docket:
    """Read the raw tables of claims, questions and evidence, and how evidence could be read."""
    claims = {row["claim_id"]: _claim(row, records) for row in rows_of(raw["claims"])}
    linked = _links(raw["evidence"], records)
    again = {
        str(coder): _links(rows.drop(columns="coder"), records)
        for coder, rows in raw["evidence_recoding"].groupby("coder")
    }
    others = {
        str(choice): _links(rows.drop(columns="choice"), records)
        for choice, rows in raw["open_choices"].groupby("choice")
    }
    same = "question_id", "slot", "check", "searched", "if_yes", "if_no", *_SHORT
    columns, told = {name: name for name in same}, ("said_if_yes", "said_if_no")
    asked: dict[str, list[Question]] = {name: [] for name in sorted(claims)}
    order = raw["questions"]["slot"].map([*BEARING].index)
    questions = raw["questions"].assign(order=order).sort_values(["order", "question_id"])
    for row in rows_of(questions):
        name, claim = row["question_id"], claims[row["claim_id"]]
        given = yaml.safe_load(row.get("arguments", "{}"))
        question = Question(
            **fields_of(row, columns),
            text=row.get("question") or in_words_of(ladder.TEMPLATES[row["slot"]], claim, measured),
            **{
                column: row.get(column) or in_words_of(words, claim, measured)
                for column, words in zip(told, ladder.SAID.get(row["slot"], ("", "")), strict=True)
            },
            roles=claim.roles,
            rows=tuple(chain(*linked.get(name, {}).values())),
            again={coder: links[name] for coder, links in again.items() if name in links},
            others={choice: links[name] for choice, links in others.items() if name in links},
            arguments=read_arguments(row["check"], given),
        )
        asked[claim.claim_id].append(question)
    said = (record for record in records.values() if record.kind in ("statement", "joint"))
    ledger = sorted(said, key=lambda record: record.record_id)
    return Docket(dict(sorted(claims.items())), asked, measured, ledger, noted() - {*NAMES})


def charge_name(row: Mapping[str, Any], language: str = "") -> str:
    """The name of a charge: its bare act, and what the accuser calls it in its own words.

    Empty for a charge that is not printed. `language` ends the names of the columns.
    """
    act, words = (row.get(f"{name}{language}", "") for name in ("act_name", "accusation"))
    if not words:
        return ""
    return f"{act}：“{words}”" if language else f"{act[:1].upper()}{act[1:]}: “{words}”"


def with_names(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims with a column printed: the name of a charge that is printed, else missing."""
    named = claims.assign(printed=[*map(charge_name, rows_of(claims))])
    return named.assign(printed=named["printed"].where(named["printed"].ne("")))


def _claim(row: Mapping[str, Any], records: Mapping[str, Witness]) -> Claim:
    act = records.get(row.get("act_id", ""))
    days = (act.told, act.day) if act else (None, None)
    same = "claim_id", "kind", "undertaking", "act", "made_in", "promise_name", "act_name"
    renamed = {"day": "claim_date", "text": "claim"}
    return Claim(
        **fields_of(row, {name: name for name in same} | renamed),
        name=charge_name(row),
        name_zh=charge_name(row, "_zh"),
        claimant=row.get("claimant", ""),
        roles=Roles(row.get("side", ""), row.get("accused", ""), row.get("since"), *days),
        parts=tuple(row["parts"].split(";")) if "parts" in row else (),
        made_from=frozenset({f"claims {row['claim_id']}"}) | (act.made_from if act else {*()}),
        by_press=bool(act and act.kind == "press"),
    )


def _links(
    table: pd.DataFrame, records: Mapping[str, Witness]
) -> dict[str, dict[str, tuple[Evidence, ...]]]:
    """The rows of each question by record, in the order of ids; none where nothing is borne on."""
    linked: dict[str, dict[str, tuple[Evidence, ...]]] = {}
    for row in rows_of(table):
        (name,) = (row[n] for n in row if n.endswith("_id") and n != "question_id")
        rows = linked.setdefault(row["question_id"], {}).setdefault(name, ())
        if row["stance"] != "none":
            is_implied, admission = row["reads"] == "implied", row.get("admission", "")
            reading = Reading(row["stance"] == "for", is_implied, admission)
            rows = (*rows, Evidence(records[name], reading))
        linked[row["question_id"]][name] = tuple(sorted(rows, key=lambda one: one.reading))
    return {asked: dict(sorted(by_record.items())) for asked, by_record in linked.items()}


def span_in_words(claim: Claim) -> str:
    """The days between which a charge looks for a promise."""
    since, until = claim.roles.since, in_words(claim.roles.act_day)
    return f"Between {in_words(since)} and {until}" if since else f"Before {until}"


def in_words_of(template: str, claim: Claim, measured: Measured) -> str:
    """What a template asks of a charge, or says of it."""
    return template.format(
        span=span_in_words(claim),
        accuser=measured.told(claim.roles.accuser),
        accused=measured.told(claim.roles.accused),
        undertaking=claim.undertaking,
        act=claim.act,
    )
