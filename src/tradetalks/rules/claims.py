"""Rules between claims, questions and evidence: what claims and their checks ask of tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

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

# by the column that names a record: its table there, its key, and who speaks in it
_KEPT = {
    "statement_id": ("statements", "statement_id", "side"),
    "action_id": ("actions", "action_id", "side"),
    "press_id": ("press", "press_id", "sources"),
    "round_id": ("rounds", "round_id", "accounts"),
    "coverage_id": ("coverage", "coverage_id", ""),
    "measured_id": ("border_measured", "measured_id", ""),
    "source_id": ("studies", "source_id", ""),
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
    "studies": ("source_id", "method", "confidence"),
    "sides": ("side",),
    "events": ("event_id",),
}


class _Loader(PlainYaml, yaml.SafeLoader):
    """YAML of days, numbers and words."""


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
        claims.note_checks()
        claims.note_evidence()


class _Claims:
    """The tables of claims by their ids, each row with its cells."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.claims = {row["claim_id"]: row for row in tables["claims"].rows.values()}
        self.questions = {row["question_id"]: row for row in tables["questions"].rows.values()}
        # what may be named, by id: its cells, and the sides whose word it is
        self.records = {
            row[key]: (row, row.get(sides, ""))
            for table, key, sides in _KEPT.values()
            for row in tables[table].rows.values()
        }
        self.linked: dict[str, set[str]] = defaultdict(set)
        for row in tables["evidence"].rows.values():
            self.linked[row["question_id"]].add(_cited(row))

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
        columns = {column for row, _ in self.records.values() for column in row}
        for table in (self.tables["evidence"], self.tables["open_choices"]):
            for number, row in table.rows.items():
                name, passage = _cited(row), row.get("passage", "")
                if name not in self.records:
                    continue
                cells, sides = self.records[name]
                if passage in columns and not cells.get(passage):
                    rule = f"is a column that {name} does not have, or leaves empty"
                    remedy = "name a filled column of the record, or quote its words"
                    table.fault(rule, remedy, number, "passage")
                if row["admission"] and (why := self._no_admission(row, name, cells, sides)):
                    remedy = "empty the cell, or correct stance or record"
                    table.fault(f"is no admission: {why}", remedy, number, "admission")

    def _no_admission(
        self, row: Mapping[str, str], name: str, cells: Mapping[str, str], sides: str
    ) -> str:
        """Why the record that a row names is no admission there; nothing where it is one."""
        asked = self.questions.get(row["question_id"], {})
        claim = self.claims.get(asked.get("claim_id", ""))
        if claim is None:
            return ""
        if cells.get("channel") == "statistics" and "choice" not in row:  # which may try it
            return f"{name} is a statistic, published for no question"
        roles = Roles(claim["side"], claim["accused"])
        question = Question(row["question_id"], asked["slot"], "", roles)
        reading = Reading(row["stance"] == "for", admission=row["admission"])
        is_editorial, own = cells.get("channel") == "editorial", frozenset(sides.split(";"))
        record = Witness(name, "statement", sides=own, is_editorial=is_editorial)
        if is_admission(record, reading, question):
            return ""
        if not roles.accused:
            return "nobody is accused in the claim"
        if record.is_editorial:
            return f"{name} is an editorial, for whose words no side answers"
        winner = gains(question, reading.is_for)
        return f"{winner} gains by it, and {name} is the word of {sides or 'neither side'}"


def _cited(row: Mapping[str, str]) -> str:
    """The id of the record that a row names; empty where it names none."""
    return next((row[column] for column in _KEPT if row[column]), "")
