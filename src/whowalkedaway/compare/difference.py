"""What changed between two runs: parameters, versions, values, verdicts.

Of a run it reads what `make report` leaves: parameters.yml, values.json, verdicts.csv and the
record. A table of verdicts has an id in its first column, and the columns verdict, certainty,
evidence_for and evidence_against; tables/answers.csv, where there is one, says by question what
each verdict was drawn from: that id, question_id, question, answer, finding and the evidence.
Verdicts and answers of two runs belong together where what is judged or asked has the same words:
an id may be given to others.
"""

import csv
import datetime
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from notepress import values
from notepress.errors import PressError
from notepress.hashes import sha256_of
from notepress.runrecord import CRATE, read_record

FILES = ("parameters.yml", "values.json", "verdicts.csv", CRATE)
ANSWERS = "tables/answers.csv"
NOT_THERE = "not there"
NOT_ASKED = {"answer": "not asked"}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """What a comparison reads of one run; verdicts by id, answers by id and question."""

    name: str
    parameters: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    verdicts: Mapping[str, Row]
    answers: Mapping[tuple[str, str], Row]
    record: Mapping[str, Mapping[str, Any]]

    @property
    def edition(self) -> str:
        """Short hash of what the run was made from."""
        return str(self.record["./"]["identifier"])

    def questions(self, key: str) -> dict[str, Row]:
        """Return the answers behind a verdict, by the words of the question."""
        return {row["question"]: row for (judged, _), row in self.answers.items() if judged == key}


class Change(NamedTuple):
    """One thing that is another in the second run: a parameter's text, an answer's row."""

    name: str
    before: Any
    after: Any


class ValueChange(NamedTuple):
    """One value in both runs; `moved` is by what part of its size a number did, of words zero."""

    value_id: str
    definition: str
    before: str
    after: str
    change: str
    moved: float


class VerdictChange(NamedTuple):
    """One verdict in both runs that flipped, or rests on other grounds; its id in the second.

    `evidence` are rows with "now for", "no longer against"; `answers` questions with their rows.
    """

    key: str
    words: str
    before: Row
    after: Row
    evidence: list[tuple[str, str]]
    answers: list[Change]

    @property
    def is_flipped(self) -> bool:
        """Tell whether the verdict itself is another one."""
        return self.before["verdict"] != self.after["verdict"]


class OnlyIn(NamedTuple):
    """A value or verdict that one of the two runs has, and the other has not."""

    run: str
    kind: str
    name: str
    words: str
    reading: str


@dataclass(frozen=True)
class Difference:
    """All that differs between two runs; empty lists where nothing does.

    `made_of` is what they were made of: versions, and files with the start of their hashes.
    """

    before: Run
    after: Run
    parameters: list[Change]
    made_of: list[Change]
    values: list[ValueChange]
    verdicts: list[VerdictChange]
    only_in: list[OnlyIn]

    @property
    def is_empty(self) -> bool:
        """Tell whether the two runs say the same, and were made of the same."""
        found = (value for value in vars(self).values() if isinstance(value, list))
        return not any(found)

    @property
    def flipped(self) -> list[VerdictChange]:
        """The verdicts that are others."""
        return [change for change in self.verdicts if change.is_flipped]


def read_run(folder: Path) -> Run:
    """Read a built run. Raises PressError where its files are not those of its record."""
    import yaml

    record = read_record(folder / CRATE)
    require_recorded(folder, record, [*FILES[:-1], *(name for name in record if name == ANSWERS)])
    listed = values.read_values((folder / "values.json").read_text(encoding="utf-8"))
    verdicts, answers = _rows(folder / "verdicts.csv"), _rows(folder / ANSWERS)
    key = next(iter(verdicts[0])) if verdicts else ""
    return Run(
        folder.name,
        yaml.safe_load((folder / "parameters.yml").read_text(encoding="utf-8")),
        {value["id"]: value for value in listed},
        {row[key]: row for row in verdicts},
        {(row[key], row["question_id"]): row for row in answers},
        record,
    )


def require_recorded(
    folder: Path, record: Mapping[str, Mapping[str, Any]], files: Iterable[str]
) -> None:
    """Raise PressError where files of a run are not those of its record."""
    changed = [
        name
        for name in files
        if not (folder / name).is_file()
        or sha256_of(folder / name) != record.get(name, {}).get("sha256")
    ]
    if changed:
        raise PressError(
            f"{folder.name}: {', '.join(changed)} changed since the run was recorded\n"
            f"What to do: make report RUN={folder.name}"
        )


def compare(before: Run, after: Run, *, words: str) -> Difference:
    """Return all that differs; `words` is the column of verdicts that says what is judged."""
    both = sorted(before.values.keys() & after.values.keys())
    found = (_value_change(before.values[name], after.values[name]) for name in both)
    judged = _on_the_same(before, after, words)
    moved = (_verdict_change(before, after, *pair, words) for pair in judged)
    return Difference(
        before,
        after,
        parameters=_changes(_asked(before), _asked(after)),
        made_of=_changes(_made_of(before.record), _made_of(after.record)),
        values=sorted(filter(None, found), key=lambda one: (-one.moved, one.value_id)),
        verdicts=[change for change in moved if change is not None],
        only_in=[
            *_only_in(before, after, words, [pair[0] for pair in judged]),
            *_only_in(after, before, words, [pair[1] for pair in judged]),
        ],
    )


def _on_the_same(before: Run, after: Run, words: str) -> list[tuple[str, str]]:
    """Return the ids of verdicts on the same words, in either run; the same ids where they can."""
    left, pairs = dict(after.verdicts), []
    for key, row in sorted(before.verdicts.items()):
        same = [other for other, judged in left.items() if judged[words] == row[words]]
        if same:
            pairs.append((key, key if key in same else same[0]))
            del left[pairs[-1][1]]
    return pairs


def _only_in(run: Run, other: Run, words: str, in_both: Collection[str]) -> Iterator[OnlyIn]:
    for key in sorted(run.verdicts.keys() - {*in_both}):
        row = run.verdicts[key]
        yield OnlyIn(run.name, "verdict", key, row[words], reading(row))
    for name in sorted(run.values.keys() - other.values.keys()):
        value = run.values[name]
        yield OnlyIn(run.name, "value", name, value["definition"], value["text"])


# --- what differs ------------------------------------------------------------------------------


def _value_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> ValueChange | None:
    differing = [
        part for part in ("value", "unit", "text", "definition") if before[part] != after[part]
    ]
    if not differing:
        return None
    unit, change, moved = before["unit"], "", 0.0
    if "unit" in differing:
        change = "another kind of reading"
    elif differing == ["definition"]:
        change = "defined otherwise"
    elif unit not in (*values.WORDED, "flag"):
        amounts = [before["value"], after["value"]]
        if unit == "date":
            amounts = [datetime.date.fromisoformat(day).toordinal() for day in amounts]
        distance = amounts[1] - amounts[0]
        change = _signed(distance, unit, before["text"]) if distance else "other words"
        moved = abs(distance) / max(map(abs, amounts)) if distance else 0.0
    was, now = (values.brief(value["text"], value["unit"]) for value in (before, after))
    meaning = after["definition"]
    if "definition" in differing:
        meaning = f"before: {before['definition']}\nnow: {meaning}"
    return ValueChange(before["id"], meaning, was, now, change, moved)


def _signed(distance: float, unit: str, like: str) -> str:
    """Print a change with its sign and as many digits as it needs; that of percent in points."""
    places = values.decimals(unit, like)
    scaled = distance * 100 if unit == "share" else distance
    while places < 12 and round(abs(scaled), places) == 0:
        places += 1
    sign = "+" if distance > 0 else ""
    if unit in ("percent", "share", "pp"):
        return f"{sign}{values.number(scaled, places)}{values.NO_BREAK}pp"
    unit = {"date": "days", "word": "count"}.get(unit, unit)
    return sign + values.brief(values.printed(scaled, unit, places), unit)


def _verdict_change(
    before: Run, after: Run, key: str, now_key: str, words: str
) -> VerdictChange | None:
    first, second = before.verdicts[key], after.verdicts[now_key]
    evidence = []
    for stance in ("for", "against"):
        was, now = (_ids(row.get(f"evidence_{stance}", "")) for row in (first, second))
        evidence += [(name, f"now {stance}") for name in sorted(now - was)]
        evidence += [(name, f"no longer {stance}") for name in sorted(was - now)]
    asked, now_asked = before.questions(key), after.questions(now_key)
    both = ((q, asked.get(q, NOT_ASKED), now_asked.get(q, NOT_ASKED)) for q in asked | now_asked)
    answers = [Change(*one) for one in both if one[1]["answer"] != one[2]["answer"]]
    if reading(first) == reading(second) and not evidence and not answers:
        return None
    return VerdictChange(now_key, second[words], first, second, evidence, answers)


def _ids(listed: str) -> set[str]:
    return {part.strip() for part in listed.split(";") if part.strip()}


def reading(row: Row) -> str:
    """Return a verdict as it is read, with how certain it is."""
    certainty = row.get("certainty", "")
    return row["verdict"] + (f" ({certainty})" if certainty else "")


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    return [
        Change(name, before.get(name, NOT_THERE), after.get(name, NOT_THERE))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _asked(run: Run) -> dict[str, str]:
    """Return a run's parameters as their file has them, without its name."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, default=str)
        for name, value in run.parameters.items()
        if name != "run"
    }


def _made_of(record: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return versions by tool, and inputs (code, lock, data) with the start of their hashes."""
    given = (unquote(part["@id"]) for part in record["#run"]["object"])
    files = (record[name] for name in given if record[name]["@type"] == "File")
    tools = (one for one in record.values() if one["@type"] == "SoftwareApplication")
    versions = {"this project": str(record["./"].get("version", ""))}
    versions |= {tool["name"]: str(tool["version"]) for tool in tools}
    return versions | {file["name"]: file["sha256"][:12] for file in files}


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
