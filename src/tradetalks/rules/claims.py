"""Rules between claims, questions and evidence: what claims and their checks ask of tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import yaml

from tradetalks.checks import nearest
from tradetalks.claims.arguments import argument_faults
from tradetalks.claims.checks import CHECKS
from tradetalks.claims.ladder import TEMPLATES
from tradetalks.claims.weigh import Question, Reading, Roles, gains, is_admission
from tradetalks.claims.witnesses import Witness
from tradetalks.parameters import PlainYaml
from tradetalks.raw.descriptor import Resource
from tradetalks.raw.form import Table, are_readable

# by the column that names a record: its table there, its key, its day, and who speaks in it
_KEPT = {
    "statement_id": ("statements", "statement_id", "statement_date", "side"),
    "action_id": ("actions", "action_id", "announced_date", "side"),
    "press_id": ("press", "press_id", "told_day", "sources"),
    "round_id": ("rounds", "round_id", "start_date", "accounts"),
    "coverage_id": ("coverage", "coverage_id", "", ""),
    "measured_id": ("border_measured", "measured_id", "", ""),
    "source_id": ("references", "id", "", ""),
}
# by table, the columns without which no claim can be judged
_NEEDED = {
    "claims": ("claim_id", "side", "kind", "made_in", "accused", "since", "act_id", "parts"),
    "questions": ("question_id", "claim_id", "slot", "check", "arguments", "searched"),
    "evidence": ("question_id", *_KEPT, "stance", "reads", "passage", "admission", "translation"),
    "evidence_recoding": ("coder", "question_id", *_KEPT, "stance", "reads", "admission"),
    "open_choices": ("choice", "question_id", *_KEPT, "stance", "reads", "admission"),
    "documents": ("document_id", "read"),
    "sentences": ("document_id", "question_id", "stance", "words", "translation"),
    "word_list": ("term", "rendering", "not"),
    "statements": ("statement_id", "statement_date", "side", "act", "frames", "joint", "utterance"),
    "actions": ("action_id", "announced_date", "side", "utterance", "tranche", "replaced_by"),
    "press": ("press_id", "told_day", "sources", "is_named", "confidence"),
    "rounds": ("round_id", "start_date", "accounts"),
    "coverage": ("coverage_id",),
    "border_measured": ("measured_id",),
    "references": ("id",),
    "sides": ("side",),
    "events": ("event_id",),
}
# by kind of claim, the slots that it has to have; a question of context can be of any but a charge
_ASKED = {"charge": (*TEMPLATES,), "fact": ("part",)}


class _Loader(PlainYaml, yaml.SafeLoader):
    """YAML of days, numbers and words."""


class _Record(NamedTuple):
    """A record that claims may name: its day, the sides whose word it is, and its cells."""

    day: str
    sides: str
    cells: Mapping[str, str]


def undescribed(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy where a descriptor of claims lacks columns that judging them needs."""
    described = {resource.name: resource.header for resource in resources}
    lacking = [
        f"{table}.{column}"
        for table, columns in _NEEDED.items()
        for column in columns
        if column not in described.get(table, ())
    ]
    if "claims" in described and lacking:
        rule = f"describes claims without {', '.join(lacking)}"
        yield rule, "describe them: claims are judged by them"


def note_claims(tables: Mapping[str, Table]) -> None:
    """Note what does not fit between claims, questions, evidence and records that can be read."""
    if are_readable(tables, _NEEDED):
        claims = _Claims(tables)
        claims.note_claims()
        claims.note_slots()
        claims.note_checks()
        claims.note_evidence()
        claims.note_choices()
        _note_utterances(tables)
        _note_replaced(tables["actions"])


class _Claims:
    """The tables of claims by their ids, each row with its cells."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.claims = {row["claim_id"]: row for row in tables["claims"].rows.values()}
        self.questions = {row["question_id"]: row for row in tables["questions"].rows.values()}
        self.records = {
            row[key]: _Record(row.get(day, ""), row.get(sides, ""), row)
            for table, key, day, sides in _KEPT.values()
            for row in tables[table].rows.values()
        }
        self.linked: dict[str, set[str]] = defaultdict(set)
        for row in tables["evidence"].rows.values():
            self.linked[row["question_id"]].add(_cited(row))

    def note_claims(self) -> None:
        """Note claims that nobody made, acts that are not on record, parts that are no charges."""
        table = self.tables["claims"]
        charges = [name for name, claim in self.claims.items() if claim["kind"] == "charge"]
        for number, claim in table.rows.items():
            if (source := claim["made_in"]) and source not in self.records:
                near = nearest(source, sorted(self.records))
                remedy = f"give the record or the source in which it is made{near}"
                table.fault("is no record", remedy, number, "made_in")
            if name := claim["act_id"]:
                day = self.records[name].day if name in self.records else ""
                if not day:
                    near = nearest(name, sorted(self.records.keys() - {name}))
                    remedy = "give the record of the act, and there the day on which it was done"
                    table.fault("is no record of a day", remedy + near, number, "act_id")
                elif claim["since"] > day:
                    rule = f"begins after the act, {name} of {day}"
                    remedy = "an undertaking is older than what broke it: correct since or act_id"
                    table.fault(rule, remedy, number, "since")
            parts = claim["parts"].split(";") if claim["parts"] else []
            for part in parts:
                if part not in charges:
                    remedy = f"name charges, by claim_id{nearest(part, charges)}"
                    table.fault(f"{part} is no charge", remedy, number, "parts", part)
            if claim["kind"] == "sum" and len(parts) == 1:
                remedy = "a sum has several charges"
                table.fault("is of 1, and the claim is a sum", remedy, number, "parts")

    def note_slots(self) -> None:
        """Note slots that a kind of claim lacks, has twice or does not have, and empty ones."""
        table, claims = self.tables["questions"], self.tables["claims"]
        asked: dict[str, Counter[str]] = defaultdict(Counter)
        for number, row in table.rows.items():
            slot, claim_id = row["slot"], row["claim_id"]
            kind = self.claims.get(claim_id, {}).get("kind", "")
            allowed = [*_ASKED.get(kind, ()), *(["context"] if kind != "charge" else [])]
            asked[claim_id][slot] += 1
            if kind and slot not in allowed:
                remedy = f"{claim_id} is a {kind}: use {', '.join(allowed)}"
                table.fault(f"is no slot of a {kind}", remedy, number, "slot")
            elif slot in TEMPLATES and asked[claim_id][slot] > 1:
                remedy = "keep one question for each slot of a charge"
                table.fault(f"is asked of {claim_id} already", remedy, number, "slot")
            if not self.linked[row["question_id"]] and not row["searched"]:
                rule = f"has no evidence for {row['question_id']}, and nobody says where one looked"
                remedy = "add rows of evidence, or write in searched where one looked"
                table.fault(rule, remedy, number, "searched")
        for number, claim in claims.rows.items():
            needed = _ASKED.get(claim["kind"], ())
            if missing := [slot for slot in needed if slot not in asked[claim["claim_id"]]]:
                remedy = f"add the rows to {table.file}, one for each of {', '.join(needed)}"
                claims.fault(f"is not asked {', '.join(missing)}", remedy, number)

    def note_checks(self) -> None:
        """Note checks that there are not, and arguments that they do not take, lack or misspell."""
        table = self.tables["questions"]
        for number, row in table.rows.items():
            check, text = row["check"], row["arguments"]
            try:
                given = yaml.load(text, Loader=_Loader) if text else {}  # noqa: S506 # it is safe
            except (yaml.YAMLError, ValueError):  # one of a day that does not exist
                given = None
            if row["slot"] in TEMPLATES and check != "weighed":
                remedy = "write weighed: what a charge is asked is weighed, for every charge"
                table.fault("is no check for a charge", remedy, number, "check")
            elif check not in CHECKS:
                remedy = f"use one of {', '.join(CHECKS)}{nearest(check, CHECKS)}"
                table.fault("is no check", remedy, number, "check")
            elif not isinstance(given, dict):
                remedy = "write a mapping in one line, such as {days: 10}, of names that stand once"
                remedy += ", without aliases, and of days that exist"
                table.fault("is no mapping in YAML", remedy, number, "arguments")
            else:
                linked = self.linked[row["question_id"]]
                remedy = f"correct the arguments of {check}"
                for name, value, rule in argument_faults(check, given, self._values_in, linked):
                    table.fault(f"{name} {rule}", remedy, number, "arguments", value or None)

    def _values_in(self, column: str) -> set[str]:
        """The values of a column, written table.column; a cell may hold several."""
        table, _, name = column.partition(".")
        return {part for row in self.tables[table].rows.values() for part in row[name].split(";")}

    def note_evidence(self) -> None:
        """Note admissions by those who do not lose by them, and passages that are not there."""
        columns = {column for _, _, row in self.records.values() for column in row}
        for table in (self.tables["evidence"], self.tables["open_choices"]):
            for number, row in table.rows.items():
                name, passage = _cited(row), row.get("passage", "")
                if name not in self.records:
                    continue
                record = self.records[name]
                if passage in columns and not record.cells.get(passage):
                    rule = f"is a column that {name} does not have, or leaves empty"
                    remedy = "name a filled column of the record, or quote its words"
                    table.fault(rule, remedy, number, "passage")
                if row["admission"] and (why := self._no_admission(row, name, record)):
                    remedy = "empty the cell, or correct stance or record"
                    table.fault(f"is no admission: {why}", remedy, number, "admission")

    def _no_admission(self, row: Mapping[str, str], name: str, told: _Record) -> str:
        """Why the record that a row names is no admission there; nothing where it is one."""
        asked = self.questions.get(row["question_id"], {})
        claim = self.claims.get(asked.get("claim_id", ""))
        if claim is None:
            return ""
        if told.cells.get("channel") == "statistics" and "choice" not in row:  # which may try it
            return f"{name} is a statistic, published for no question"
        roles = Roles(claim["side"], claim["accused"])
        question = Question(row["question_id"], asked["slot"], "", roles)
        reading = Reading(row["stance"] == "for", admission=row["admission"])
        sides, channel = frozenset(told.sides.split(";")), told.cells.get("channel")
        record = Witness(name, "statement", sides=sides, is_editorial=channel == "editorial")
        if is_admission(record, reading, question):
            return ""
        if not roles.accused:
            return "nobody is accused in the claim"
        if record.is_editorial:
            return f"{name} is an editorial, for whose words no side answers"
        winner = gains(question, reading.is_for)
        return f"{winner} gains by it, and {name} is the word of {told.sides or 'neither side'}"

    def note_choices(self) -> None:
        """Note rows of open choices that change nothing: a reader would think the choice tried."""
        table, remedy = self.tables["open_choices"], "correct record, question or stance"
        read, chosen = _readings(self.tables["evidence"]), _readings(table)
        for number, row in table.rows.items():
            asked, name = row["question_id"], _cited(row)
            now = chosen[row["choice"], asked, name]
            if row["stance"] == "none" and name not in self.linked[asked]:
                table.fault(f"takes away {name}, no evidence of {asked}", remedy, number)
            elif row["stance"] == "none" and len(now) > 1:
                table.fault(f"takes away {name}, which the same choice reads", remedy, number)
            elif now == read.get(("", asked, name)):
                table.fault(f"reads {name} as the evidence does", remedy, number)


def _cited(row: Mapping[str, str]) -> str:
    """The id of the record that a row names; empty where it names none."""
    return next((row[column] for column in _KEPT if row[column]), "")


def _readings(table: Table) -> Mapping[tuple[str, str, str], set[tuple[str, str, bool]]]:
    """How records are read, by choice (empty in the evidence), question and record."""
    found = defaultdict(set)
    for row in table.rows.values():
        reading = (row["stance"], row["reads"], bool(row["admission"]))
        found[row.get("choice", ""), row["question_id"], _cited(row)].add(reading)
    return found


def _note_replaced(table: Table) -> None:
    """Note notices whose place one of an earlier day took, or one on another list."""
    actions = {row["action_id"]: row for row in table.rows.values()}
    for number, row in table.rows.items():
        later = actions.get(row["replaced_by"])
        if later is None or later is row:
            continue
        if later["announced_date"] < row["announced_date"]:
            rule = f"is of {later['announced_date']}, before this one"
            table.fault(rule, "name a later notice, or correct a day", number, "replaced_by")
        elif (later["side"], later["tranche"]) != (row["side"], row["tranche"]):
            rule = f"is of {later['side']} on {later['tranche']}"
            remedy = "name a notice of the same side on the same list, or empty the cell"
            table.fault(rule, remedy, number, "replaced_by")


def _note_utterances(tables: Mapping[str, Table]) -> None:
    """Note rows that are named one utterance and are not, or are joint and stand alone."""
    groups: dict[str, list[tuple[Table, int, str, bool]]] = defaultdict(list)
    for table in (tables["statements"], tables["actions"]):
        for number, row in table.rows.items():
            if row["utterance"]:
                place = table, number, row["side"], row.get("joint") == "true"
                groups[row["utterance"]].append(place)
    for rows in groups.values():
        sides = {side for _, _, side, _ in rows}
        is_of_joint_text = any(joint for _, _, _, joint in rows)
        for table, number, _, is_joint in rows:
            if is_joint and len(sides) < 2:
                rule, remedy = "is joint, and of one side alone", "give both rows one utterance"
            elif is_of_joint_text and not is_joint:
                rule = "is of a joint text, which this row is not"
                remedy = "set joint to true, or give the row another utterance"
            elif not is_of_joint_text and len(sides) > 1:
                rule = "is of two sides, and not joint"
                remedy = "set joint to true where it is a text of both, or part the rows"
            elif len(rows) == 1:
                rule = "is of this row alone"
                remedy = "give its other rows the same name, or empty it"
            else:
                continue
            table.fault(rule, remedy, number, "utterance")
