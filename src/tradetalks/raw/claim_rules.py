"""The rules between claims, their questions and their evidence, which no table tells alone.

What a kind of claim asks, what an admission is and what a check takes is defined where claims are
judged; here tables are held against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from tradetalks.checks import nearest
from tradetalks.judge.arguments import argument_faults
from tradetalks.judge.checks import CHECKS
from tradetalks.judge.ladder import TEMPLATES
from tradetalks.judge.records import Record
from tradetalks.judge.weigh import Question, Reading, Roles, gains, is_admission
from tradetalks.parameters import PlainYaml
from tradetalks.raw.descriptor import Resource
from tradetalks.raw.form import Table


class _Loader(PlainYaml, yaml.SafeLoader):
    """YAML of days, numbers and words."""


class _Kept(NamedTuple):
    """Where the records that a column names are kept: table, key, their day, and who speaks."""

    table: str
    key: str
    day: str = ""
    sides: str = ""


_KEPT = {
    "statement_id": _Kept("statements", "statement_id", "statement_date", "side"),
    "action_id": _Kept("actions", "action_id", "announced_date", "side"),
    "press_id": _Kept("press", "press_id", "told_day", "sources"),
    "round_id": _Kept("rounds", "round_id", "start_date", "accounts"),
    "coverage_id": _Kept("coverage", "coverage_id"),
    "measured_id": _Kept("border_measured", "measured_id"),
    "source_id": _Kept("references", "id"),
}
# by table, the columns without which no claim can be judged
_NEEDED = {
    "claims": ("claim_id", "side", "kind", "made_in", "accused", "since", "act_id", "parts"),
    "questions": ("question_id", "claim_id", "slot", "check", "arguments", "searched"),
    "evidence": ("question_id", *_KEPT, "stance", "reads", "passage", "admission"),
    "evidence_recoding": ("question_id", *_KEPT, "stance", "reads", "admission"),
    "open_choices": ("choice", "question_id", *_KEPT, "stance", "reads", "admission"),
    "statements": ("statement_id", "statement_date", "side", "act", "frames", "joint", "utterance"),
    "actions": ("action_id", "announced_date", "side", "utterance"),
    "press": ("press_id", "told_day", "sources", "is_named", "confidence"),
    "rounds": ("round_id", "start_date", "accounts"),
    "coverage": ("coverage_id",),
    "border_measured": ("measured_id",),
    "references": ("id",),
    "sides": ("side",),
    "events": ("event_id",),
}
_SLOTS = {"charge": (*TEMPLATES,), "fact": ("part", "context")}


def undescribed(resources: Iterable[Resource]) -> list[str]:
    """List what a descriptor that has claims leaves out of the columns that judging them needs."""
    described = {resource.name: resource.header for resource in resources}
    return [
        f"{table}.{column}"
        for table, columns in _NEEDED.items()
        for column in columns
        if "claims" in described and column not in described.get(table, ())
    ]


def note_claims(tables: Mapping[str, Table]) -> None:
    """Note in their tables what does not fit between claims, questions, evidence and records.

    Where a table or one of its columns cannot be read, that is told, and nothing is noted here.
    """
    if all(name in tables and tables[name].has(columns) for name, columns in _NEEDED.items()):
        claims = _Claims(tables)
        claims.note_claims()
        claims.note_slots()
        claims.note_checks()
        claims.note_evidence()
        claims.note_choices()
        claims.note_utterances()


class _Claims:
    """The tables of claims by their ids, each row with its cells."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.claims = {row["claim_id"]: row for _, row in tables["claims"].records()}
        self.questions = {row["question_id"]: row for _, row in tables["questions"].records()}
        self.records = {
            row[kept.key]: (kept, row)
            for kept in _KEPT.values()
            for _, row in tables[kept.table].records()
        }
        self.linked: dict[str, set[str]] = defaultdict(set)
        for _, row in tables["evidence"].records():
            self.linked[row["question_id"]].add(_cited(row))

    def note_claims(self) -> None:
        """Note claims that nobody made, acts that are not on record, parts that are no charges."""
        table = self.tables["claims"]
        for number, claim in table.records():
            if (source := claim["made_in"]) and source not in self.records:
                remedy = "give the record or the source in which it is made"
                remedy += nearest(source, sorted(self.records))
                table.fault("is no record", remedy, number, "made_in", source)
            if name := claim["act_id"]:
                kept, act = self.records.get(name, (_KEPT["source_id"], {}))
                day = act.get(kept.day, "")
                if not day:
                    rule = "is no record of a day"
                    remedy = "give the record of the act, and there the day on which it was done"
                    remedy += nearest(name, sorted(self.records.keys() - {name}))
                    table.fault(rule, remedy, number, "act_id", name)
                elif claim["since"] > day:
                    rule = f"begins after the act, {name} of {day}"
                    remedy = "an undertaking is older than what broke it: correct since or act_id"
                    table.fault(rule, remedy, number, "since", claim["since"])
            self._note_parts(number, claim)

    def _note_parts(self, number: int, claim: Mapping[str, str]) -> None:
        parts = claim["parts"].split(";") if claim["parts"] else []
        charges = [name for name, row in self.claims.items() if row["kind"] == "charge"]
        for part in parts:
            if part not in charges:
                remedy = f"name charges, by claim_id{nearest(part, charges)}"
                self.tables["claims"].fault(f"{part} is no charge", remedy, number, "parts", part)
        if claim["kind"] == "sum" and len(parts) == 1:
            rule = "is of 1, and the claim is a sum"
            remedy = "a sum has several charges"
            self.tables["claims"].fault(rule, remedy, number, "parts", claim["parts"])

    def note_slots(self) -> None:
        """Note slots that a kind of claim lacks, has twice or does not have, and empty ones."""
        table, claims = self.tables["questions"], self.tables["claims"]
        asked: dict[str, Counter[str]] = defaultdict(Counter)
        for number, row in table.records():
            slot, claim_id = row["slot"], row["claim_id"]
            kind = self.claims.get(claim_id, {}).get("kind", "")
            allowed = _SLOTS.get(kind, ("context",))
            asked[claim_id][slot] += 1
            if kind and slot not in allowed:
                remedy = f"{claim_id} is a {kind}: use {', '.join(allowed)}"
                table.fault(f"is no slot of a {kind}", remedy, number, "slot", slot)
            elif slot in TEMPLATES and asked[claim_id][slot] > 1:
                remedy = "keep one question for each slot of a charge"
                table.fault(f"is asked of {claim_id} already", remedy, number, "slot", slot)
            if not self.linked[row["question_id"]] and not row["searched"]:
                rule = f"has no evidence for {row['question_id']}, and nobody says where one looked"
                remedy = "add rows of evidence, or write in searched where one looked"
                table.fault(rule, remedy, number, "searched")
        for number, claim in claims.records():
            needed = {"charge": [*TEMPLATES], "fact": ["part"]}.get(claim["kind"], [])
            if missing := [slot for slot in needed if slot not in asked[claim["claim_id"]]]:
                remedy = f"add the rows to {table.file}, one for each of {', '.join(needed)}"
                claims.fault(f"is not asked {', '.join(missing)}", remedy, number)

    def note_checks(self) -> None:
        """Note checks that there are not, and arguments that they do not take, lack or misspell."""
        table = self.tables["questions"]
        for number, row in table.records():
            check, text = row["check"], row["arguments"]
            try:
                given = yaml.load(text, Loader=_Loader) if text else {}  # noqa: S506 # it is safe
            except (yaml.YAMLError, ValueError):  # one of a day that does not exist
                given = None
            if row["slot"] in TEMPLATES and check != "weighed":
                remedy = "write weighed: what a charge is asked is weighed, for every charge"
                table.fault("is no check for a charge", remedy, number, "check", check)
            elif check not in CHECKS:
                remedy = f"use one of {', '.join(CHECKS)}{nearest(check, CHECKS)}"
                table.fault("is no check", remedy, number, "check", check)
            elif not isinstance(given, dict):
                remedy = "write a mapping in one line, such as {days: 10}, of names that stand once"
                remedy += ", without aliases, and of days that exist"
                table.fault("is no mapping in YAML", remedy, number, "arguments", text)
            else:
                for value, rule, remedy in self._argument_faults(row, given):
                    table.fault(rule, remedy, number, "arguments", value or text)

    def _argument_faults(
        self, row: Mapping[str, str], given: Mapping[str, Any]
    ) -> Iterator[tuple[str, str, str]]:
        check, linked = row["check"], self.linked[row["question_id"]]
        for argument, value, rule in argument_faults(check, given, self._values_in, linked):
            yield value, f"{argument} {rule}", f"correct the arguments of {check}"

    def _values_in(self, column: str) -> set[str]:
        """The values of a column, written table.column; a cell may hold several."""
        table, _, name = column.partition(".")
        cells = (text for _, (text,) in self.tables[table].select([name]))
        return {part for text in cells for part in text.split(";")}

    def note_evidence(self) -> None:
        """Note admissions by those who do not lose by them, and passages that are not there."""
        headers = {name for kept in _KEPT.values() for name in self.tables[kept.table].header}
        for table in (self.tables["evidence"], self.tables["open_choices"]):
            for number, row in table.records():
                for column in _KEPT:
                    if row[column] in self.records:
                        kept, record = self.records[row[column]]
                        passage = row.get("passage", "")
                        if passage in headers and not record.get(passage):
                            rule = f"is a column that {row[column]} does not have, or leaves empty"
                            remedy = "name a filled column of the record, or quote its words"
                            table.fault(rule, remedy, number, "passage", passage)
                        self._note_admission(table, number, row, row[column], record, kept.sides)

    def note_choices(self) -> None:
        """Note rows of open choices that change nothing: a reader would think the choice tried."""
        table, remedy = self.tables["open_choices"], "correct record, question or stance"
        read, chosen = _readings(self.tables["evidence"]), _readings(table)
        for number, row in table.records():
            asked, name = row["question_id"], _cited(row)
            now = chosen[row["choice"], asked, name]
            if row["stance"] == "none" and name not in self.linked[asked]:
                table.fault(f"takes away {name}, no evidence of {asked}", remedy, number)
            elif row["stance"] == "none" and len(now) > 1:
                table.fault(f"takes away {name}, which the same choice reads", remedy, number)
            elif now == read.get(("", asked, name)):
                table.fault(f"reads {name} as the evidence does", remedy, number)

    def _note_admission(
        self, table: Table, number: int, row: Mapping[str, str], name: str,
        told: Mapping[str, str], by: str,
    ) -> None:  # fmt: skip
        asked = self.questions.get(row["question_id"])
        claim = self.claims.get(asked["claim_id"]) if asked else None
        if not row["admission"] or asked is None or claim is None:
            return
        roles = Roles(claim["side"], claim["accused"])
        question = Question(row["question_id"], asked["slot"], "", roles)
        reading = Reading(row["stance"] == "for", admission=row["admission"])
        sides = told.get(by, "")
        record = Record(
            name,
            "statement",
            sides=frozenset(sides.split(";")),
            is_editorial=told.get("channel") == "editorial",
        )
        if not is_admission(record, reading, question):
            winner = gains(question, reading.is_for)
            said = f"{winner} gains by it, and {name} is the word of {sides or 'neither side'}"
            if not roles.accused:
                said = "nobody is accused in the claim"
            elif record.is_editorial:
                said = f"{name} is an editorial, for whose words no side answers"
            remedy = "empty the cell, or correct stance or record"
            table.fault(f"is no admission: {said}", remedy, number, "admission", row["admission"])

    def note_utterances(self) -> None:
        """Note rows that are named one utterance and are not, or are joint and stand alone."""
        groups: dict[str, list[tuple[Table, int, str, bool]]] = defaultdict(list)
        for name in ("statements", "actions"):
            for number, row in self.tables[name].records():
                if row["utterance"]:
                    is_joint = row.get("joint") == "true"
                    place = self.tables[name], number, row["side"], is_joint
                    groups[row["utterance"]].append(place)
        for utterance, rows in groups.items():
            for table, number, rule, remedy in _utterance_faults(rows):
                table.fault(rule, remedy, number, "utterance", utterance)


def _cited(row: Mapping[str, str]) -> str:
    """The id of the record that a row names; empty where it names none."""
    return next((row[column] for column in _KEPT if row[column]), "")


def _readings(table: Table) -> Mapping[tuple[str, str, str], set[tuple[str, str, bool]]]:
    """How records are read, by choice (empty in the evidence), question and record."""
    found = defaultdict(set)
    for _, row in table.records():
        reading = (row["stance"], row["reads"], bool(row["admission"]))
        found[row.get("choice", ""), row["question_id"], _cited(row)].add(reading)
    return found


def _utterance_faults(
    rows: list[tuple[Table, int, str, bool]],
) -> Iterator[tuple[Table, int, str, str]]:
    sides = {side for _, _, side, _ in rows}
    is_joint = any(joint for _, _, _, joint in rows)
    for table, number, _, joint in rows:
        if joint and len(sides) < 2:
            rule, remedy = "is joint, and of one side alone", "give both rows one utterance"
        elif is_joint and not joint:
            rule = "is of a joint text, which this row is not"
            remedy = "set joint to true, or give the row another utterance"
        elif not is_joint and len(sides) > 1:
            rule = "is of two sides, and not joint"
            remedy = "set joint to true where it is a text of both, or part the rows"
        elif len(rows) == 1:
            rule, remedy = "is of this row alone", "give its other rows the same name, or empty it"
        else:
            continue
        yield table, number, rule, remedy
