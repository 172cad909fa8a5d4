"""What changed between two runs: parameters, versions, values, verdicts, figures.

Of a run it reads what `make report` leaves: parameters.yml, values.json, verdicts.csv, figures/ and
the record. A table of verdicts has an id in its first column, and the columns verdict, certainty,
evidence_for and evidence_against; tables/answers.csv, where there is one, says by question what
each verdict was drawn from: that id, question_id, question, answer, finding and the evidence.
"""

from __future__ import annotations

import csv
import datetime
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from markupsafe import Markup

from notepress import pages, prose, values
from notepress.errors import PressError
from notepress.stamps import sha256_of

RECORD = "ro-crate-metadata.json"
FILES = ("parameters.yml", "values.json", "verdicts.csv", RECORD)
ANSWERS = "tables/answers.csv"
WIDTH = 100
# the page shows all; a terminal has room for so many files
FILES_SHOWN = 8
NOT_THERE = "not there"
NOT_ASKED = {"answer": "not asked"}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """What a comparison reads of one run; verdicts by id, answers by id and question."""

    name: str
    folder: Path
    parameters: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    verdicts: Mapping[str, Row]
    answers: Mapping[tuple[str, str], Row]
    record: Mapping[str, Mapping[str, Any]]

    @property
    def edition(self) -> str:
        """Short hash of what the run was made from."""
        return str(self.record["./"]["identifier"])


class Change(NamedTuple):
    """Two readings of one thing, as text."""

    name: str
    before: str
    after: str


class ValueChange(NamedTuple):
    """One value in both runs. `is_beyond` tells that it changed by more than its tolerance."""

    value_id: str
    definition: str
    before: str
    after: str
    change: str
    tolerance: str
    is_beyond: bool


class Evidence(NamedTuple):
    """What came to count for or against, and what no longer does: ids."""

    stance: str
    gained: list[str]
    lost: list[str]


class AnswerChange(NamedTuple):
    """One question that is answered otherwise, what was found, and the evidence that moved."""

    question: str
    before: Row
    after: Row
    evidence: list[Evidence]


class VerdictChange(NamedTuple):
    """One verdict in both runs that flipped, or that rests on other grounds."""

    key: str
    words: str
    before: Row
    after: Row
    evidence: list[Evidence]
    answers: list[AnswerChange]

    @property
    def is_flipped(self) -> bool:
        """Tell whether the verdict itself is another one."""
        return self.before["verdict"] != self.after["verdict"]


class OnlyIn(NamedTuple):
    """What one of the two runs has and the other has not: run, id, words, reading."""

    run: str
    name: str
    words: str
    reading: str


@dataclass(frozen=True)
class Difference:
    """All that differs between two runs; empty lists where nothing does."""

    before: Run
    after: Run
    parameters: list[Change]
    versions: list[Change]
    files: list[Change]
    values: list[ValueChange]
    only_values: list[OnlyIn]
    verdicts: list[VerdictChange]
    only_verdicts: list[OnlyIn]
    figures: list[str]
    only_figures: list[OnlyIn]

    @property
    def is_empty(self) -> bool:
        """Tell whether the two runs say the same, and were made of the same."""
        changed = (self.parameters, self.versions, self.files, self.values, self.verdicts)
        return not any((*changed, self.only_values, self.only_verdicts, self.figures)) and not (
            self.only_figures
        )

    @property
    def flipped(self) -> list[VerdictChange]:
        """The verdicts that are others."""
        return [change for change in self.verdicts if change.is_flipped]

    @property
    def moved_evidence(self) -> set[str]:
        """The ids of all evidence that came or went."""
        return {
            name
            for change in self.verdicts
            for evidence in change.evidence
            for name in (*evidence.gained, *evidence.lost)
        }

    @property
    def beyond(self) -> list[ValueChange]:
        """The values that changed by more than their tolerance."""
        return [change for change in self.values if change.is_beyond]


def read_run(folder: Path) -> Run:
    """Read a built run. Raises PressError where its files are not those of its record."""
    import yaml

    record = _record_of(folder / RECORD)
    read = [*FILES[:-1], *(name for name in record if name == ANSWERS or _is_drawing(name))]
    changed = [name for name in read if _hash(folder / name) != record.get(name, {}).get("sha256")]
    if changed:
        raise PressError(
            f"{folder.name}: {', '.join(changed)} changed since the run was recorded\n"
            f"What to do: make report RUN={folder.name}"
        )
    try:
        parameters = yaml.safe_load((folder / "parameters.yml").read_text(encoding="utf-8"))
        listed = json.loads((folder / "values.json").read_text(encoding="utf-8"))
        by_id = {value["id"]: value for value in listed}
        verdicts = _rows(folder / "verdicts.csv")
        answers = _rows(folder / ANSWERS)
        key = next(iter(verdicts[0])) if verdicts else ""
        return Run(
            folder.name,
            folder,
            parameters,
            by_id,
            {row[key]: row for row in verdicts},
            {(row[key], row["question_id"]): row for row in answers},
            record,
        )
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise PressError(f"the run in {folder} cannot be read: {error}") from None


def compare(before: Run, after: Run, *, words: str, own: Iterable[str] = ("run",)) -> Difference:
    """Return all that differs from one run to another.

    `words` is the column of the verdicts that says what is judged; `own` are parameters that only
    name a run.
    """
    key_of = [str(name) for name in own]
    parameters = _changes(
        {name: _plain(value) for name, value in before.parameters.items() if name not in key_of},
        {name: _plain(value) for name, value in after.parameters.items() if name not in key_of},
    )
    files = _changes(_hashes(before.record), _hashes(after.record))
    both = sorted(before.values.keys() & after.values.keys())
    found = (_value_change(before.values[name], after.values[name]) for name in both)
    judged = sorted(before.verdicts.keys() & after.verdicts.keys())
    moved = (_verdict_change(before, after, key, words) for key in judged)
    drawn, drawn_after = _drawings(before), _drawings(after)
    return Difference(
        before,
        after,
        parameters=parameters,
        versions=_changes(_versions(before.record), _versions(after.record)),
        files=files,
        values=[change for change in found if change is not None],
        only_values=[
            OnlyIn(run.name, name, str(run.values[name]["definition"]), run.values[name]["text"])
            for run, other in ((before, after), (after, before))
            for name in sorted(run.values.keys() - other.values.keys())
        ],
        verdicts=[change for change in moved if change is not None],
        only_verdicts=[
            OnlyIn(run.name, key, run.verdicts[key][words], _told(run.verdicts[key]))
            for run, other in ((before, after), (after, before))
            for key in sorted(run.verdicts.keys() - other.verdicts.keys())
        ],
        figures=[
            name
            for name in sorted(drawn.keys() & drawn_after.keys())
            if drawn[name].read_bytes() != drawn_after[name].read_bytes()
        ],
        only_figures=[
            OnlyIn(run.name, name, _caption(run, name, "title"), "")
            for run, own_ones, others in (
                (before, drawn, drawn_after),
                (after, drawn_after, drawn),
            )
            for name in sorted(own_ones.keys() - others.keys())
        ],
    )


# --- what differs ------------------------------------------------------------------------------


def _value_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> ValueChange | None:
    parts = ("value", "unit", "text", "definition")
    if all(before[part] == after[part] for part in parts):
        return None
    unit = before["unit"]
    tolerance = max((value.get("tolerance") or 0.0 for value in (before, after)), default=0.0)
    change, beyond = "", True
    if unit != after["unit"]:
        change = "another kind of reading"
    elif all(before[part] == after[part] for part in parts[:3]):
        change, beyond = "defined otherwise", False
    elif unit != "text":
        distance = _distance(before["value"], after["value"], unit)
        change = _signed(distance, unit, before["text"]) if distance else "other words"
        beyond = abs(distance) > tolerance if distance else True
    allowed = _amount(tolerance, unit) if unit not in ("text", "date") else ""
    return ValueChange(
        before["id"], after["definition"], before["text"], after["text"], change, allowed, beyond
    )


def _distance(before: Any, after: Any, unit: str) -> float:
    if unit == "date":
        days = datetime.date.fromisoformat(after) - datetime.date.fromisoformat(before)
        return float(days.days)
    return float(after) - float(before)


def _signed(distance: float, unit: str, like: str) -> str:
    """Print a change with its sign, in as many digits as the value has, or more if it needs them.

    A change of percent is one of percentage points.
    """
    places = values.decimals(unit, like)
    scaled = distance * 100 if unit == "share" else distance
    while places < 12 and round(abs(scaled), places) == 0:
        places += 1
    sign = "+" if distance > 0 else ""
    if unit in ("percent", "share", "pp"):
        return f"{sign}{values.number(scaled, places)}{values.NO_BREAK}pp"
    return sign + values.printed(scaled, {"date": "days", "word": "count"}.get(unit, unit), places)


def _amount(tolerance: float, unit: str) -> str:
    scaled = tolerance * 100 if unit == "share" else tolerance
    return f"{scaled:.2g}"


def _verdict_change(before: Run, after: Run, key: str, words: str) -> VerdictChange | None:
    first, second = before.verdicts[key], after.verdicts[key]
    evidence = _evidence(first, second)
    answers = []
    for name in sorted(before.answers.keys() | after.answers.keys()):
        was, now = (run.answers.get(name, NOT_ASKED) for run in (before, after))
        if name[0] == key and was["answer"] != now["answer"]:
            question = {**was, **now}["question"]
            answers.append(AnswerChange(question, was, now, _evidence(was, now)))
    if _told(first) == _told(second) and not evidence and not answers:
        return None
    return VerdictChange(key, second[words], first, second, evidence, answers)


def _evidence(before: Row, after: Row) -> list[Evidence]:
    found = []
    for stance in ("for", "against"):
        was, now = (_ids(row.get(f"evidence_{stance}", "")) for row in (before, after))
        if was != now:
            found.append(Evidence(stance, sorted(now - was), sorted(was - now)))
    return found


def _ids(listed: str) -> set[str]:
    return {part.strip() for part in listed.split(";") if part.strip()}


def _told(row: Row) -> str:
    certainty = row.get("certainty", "")
    return row["verdict"] + (f" ({certainty})" if certainty else "")


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    return [
        Change(name, before.get(name, NOT_THERE), after.get(name, NOT_THERE))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _plain(value: Any) -> str:
    """Return a parameter as its file has it."""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


# --- what a run is made of ---------------------------------------------------------------------


def _record_of(path: Path) -> dict[str, dict[str, Any]]:
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        entities = {unquote(entity["@id"]): entity for entity in graph}
        if not {"./", "#run", "#code"} <= entities.keys():
            raise ValueError("it names no run")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PressError(f"{path}: is no record of a run ({error})") from None
    return entities


def _hashes(record: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the inputs of a run with the start of their hashes: code, lock, data."""
    given = (unquote(part["@id"]) for part in record["#run"]["object"])
    files = (record[name] for name in given if record[name]["@type"] == "File")
    return {file["name"]: file["sha256"][:12] for file in files}


def _versions(record: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    tools = {
        entity["name"]: str(entity["version"])
        for entity in record.values()
        if entity["@type"] == "SoftwareApplication"
    }
    return tools | {"this project": str(record["./"].get("version", ""))}


def _commit(run: Run) -> str:
    commit = str(run.record["#code"].get("version", "unknown"))[:12]
    is_dirty = run.record.get("#dirty", {}).get("value")
    return commit + (", with changes" if is_dirty else "")


def _is_drawing(name: str) -> bool:
    return name.startswith("figures/") and name.endswith(".svg")


def _hash(path: Path) -> str:
    return sha256_of(path) if path.is_file() else ""


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _drawings(run: Run) -> dict[str, Path]:
    return {path.stem: path for path in (run.folder / "figures").glob("*.svg")}


def _caption(run: Run, name: str, part: str) -> str:
    """Return a figure's title or alternative text, with the run's values filled in."""
    path = run.folder / "figures" / f"{name}.json"
    if not path.is_file():
        return name
    return prose.fill(json.loads(path.read_text(encoding="utf-8"))[part], run.values)


# --- in words ----------------------------------------------------------------------------------


def summary(difference: Difference) -> str:
    """Return one line: how many of what differ."""
    first, second = difference.before.name, difference.after.name
    if difference.is_empty:
        return f"{first} and {second}: no difference"
    beyond = len(difference.beyond)
    changed = _count(len(difference.values), "value")
    parts = [
        _count(len(difference.parameters), "parameter"),
        changed + (f" ({beyond} beyond tolerance)" if difference.values else ""),
        _count(len(difference.flipped), "verdict") + " flipped",
        *(
            f"{_count(sum(one.run == run for one in difference.only_verdicts), 'verdict')}"
            f" only in {run}"
            for run in dict.fromkeys(one.run for one in difference.only_verdicts)
        ),
        _count(len(difference.figures), "figure"),
    ]
    made = len(difference.versions) + len(difference.files)
    if made:
        parts.append("made from other code or data")
    return f"{first} to {second}: " + ", ".join(parts)


def as_text(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return the comparison for a terminal; `describe` says what a piece of evidence is."""
    if difference.is_empty:
        return summary(difference)
    lines = textwrap.wrap(summary(difference), WIDTH, subsequent_indent="  ")
    head = ("", difference.before.name, difference.after.name)
    if difference.parameters:
        lines += ["", "Parameters", *_columns([head, *difference.parameters])]
    if made := [*difference.versions, *difference.files]:
        rows = [Change("commit", _commit(difference.before), _commit(difference.after)), *made]
        lines += ["", "Code, lock and data", *_columns([head, *rows[: FILES_SHOWN + 1]])]
        if len(rows) > FILES_SHOWN + 1:
            lines.append(f"  and {len(rows) - FILES_SHOWN - 1} more on the page")
    if difference.flipped:
        lines += ["", "Verdicts that flipped"]
        for change in difference.flipped:
            lines += _flip_lines(change, describe)
    stand = [change for change in difference.verdicts if not change.is_flipped]
    if stand:
        lines += ["", "Verdicts that stand, on other grounds"]
        for change in stand:
            lines += _flip_lines(change, describe)
    if difference.only_verdicts:
        listed = [(one.name, one.run, one.reading, one.words) for one in difference.only_verdicts]
        lines += ["", "Verdicts in one run only", *_columns(listed)]
    if difference.values:
        flagged = [
            ("*" if c.is_beyond else "", c.value_id, _short(c.before), _short(c.after), c.change)
            for c in difference.values
        ]
        lines += ["", "Values (* by more than the tolerance)"]
        lines += _columns([("", *head, "change"), *flagged], firm=2)
    for run in dict.fromkeys(one.run for one in difference.only_values):
        names = [one.name for one in difference.only_values if one.run == run]
        lines += ["", f"Values only in {run}", *_wrapped(", ".join(names))]
    if difference.figures or difference.only_figures:
        named = [*difference.figures]
        named += [f"{one.name} (only in {one.run})" for one in difference.only_figures]
        lines += ["", "Figures that differ", *_wrapped(", ".join(named))]
    return "\n".join(pages.plain(line).rstrip() for line in lines)


def _short(text: str, width: int = 44) -> str:
    """Cut a text of many words; the page has it whole."""
    return textwrap.shorten(text, width, placeholder=" ...") if len(text) > width else text


def _flip_lines(change: VerdictChange, describe: Mapping[str, str]) -> list[str]:
    lines = _wrapped(f"{change.key}  {_moved(change)}: {change.words}")
    for answer in change.answers:
        lines += _wrapped(_answered(answer), "      ")
    for stance, word, ids in _moves(change.evidence):
        for name in ids:
            told = f" {describe[name]}" if name in describe else ""
            lines.append(f"      {_short(f'{word} {stance}: {name}{told}', WIDTH - 6)}")
    return lines


def _moved(change: VerdictChange) -> str:
    before, after = _told(change.before), _told(change.after)
    return before if before == after else f"{before} -> {after}"


def _answered(answer: AnswerChange) -> str:
    found = [row.get("finding", "") for row in (answer.before, answer.after)]
    words = [
        row["answer"] + (f" ({finding})" if finding else "")
        for row, finding in zip((answer.before, answer.after), found, strict=True)
    ]
    return f"{answer.question} {words[0]} -> {words[1]}"


def _moves(evidence: Sequence[Evidence]) -> Iterable[tuple[str, str, list[str]]]:
    for stance, gained, lost in evidence:
        if gained:
            yield stance, "now", gained
        if lost:
            yield stance, "no longer", lost


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" + ("" if number == 1 else "s")


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ") or [
        indent
    ]


def _columns(rows: Sequence[Sequence[str]], firm: int = 1) -> list[str]:
    """Set rows in columns that fit the terminal; long cells run over several lines.

    The first columns, `firm` of them, hold ids and keep their width.
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = WIDTH - 2 - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths[firm:]) > 1:
        widths[widths.index(max(widths[firm:]), firm)] -= 1
    lines = []
    for row in rows:
        cells = [
            textwrap.wrap(cell, max(width, 1)) or [""]
            for cell, width in zip(row, widths, strict=True)
        ]
        for parts in zip_longest(*cells, fillvalue=""):
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            lines.append("  " + "  ".join(padded))
    return lines


# --- as a page ---------------------------------------------------------------------------------


def as_page(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return the comparison as one HTML file; `describe` as in `as_text`.

    It links to both reports, from a folder that lies beside theirs.
    """
    before, after = difference.before, difference.after
    blocks: list[Markup] = []
    if difference.is_empty:
        blocks.append(pages.paragraph(summary(difference) + "."))
    flipped = difference.flipped
    stand = [change for change in difference.verdicts if not change.is_flipped]
    if flipped:
        parts = [part for change in flipped for part in _flip_blocks(difference, change, describe)]
        blocks.append(pages.section("Verdicts that flipped", *parts))
    if stand:
        parts = [part for change in stand for part in _flip_blocks(difference, change, describe)]
        blocks.append(pages.section("Verdicts that stand, on other grounds", *parts))
    if difference.only_verdicts:
        rows = [(one.name, one.run, one.reading, one.words) for one in difference.only_verdicts]
        table = _table("Judged in one run only", ("Id", "Run", "Verdict", "What is judged"), rows)
        blocks.append(pages.section("Verdicts in one run only", table))
    if difference.parameters:
        table = _table(
            "What was asked", ("Parameter", before.name, after.name), difference.parameters
        )
        blocks.append(pages.section("Parameters", table))
    if difference.values or difference.only_values:
        blocks.append(pages.section("Values", *_value_blocks(difference)))
    if difference.figures or difference.only_figures:
        blocks.append(pages.section("Figures", *_figure_blocks(difference)))
    if made := [*difference.versions, *difference.files]:
        commits = Change("commit", _commit(before), _commit(after))
        table = _table("What went in", ("Part", before.name, after.name), [commits, *made])
        blocks.append(pages.section("Code, lock and data", table))
    return pages.page(
        f"{before.name} and {after.name}",
        blocks,
        subtitle="" if difference.is_empty else summary(difference),
        facts=[_origin(run) for run in (before, after)],
    )


def _origin(run: Run) -> Markup:
    """Name a run with its edition and a link to its report, as seen from a folder beside it."""
    report = pages.link(run.name, f"../{run.name}/report.html")
    return Markup("{}: edition {}").format(report, run.edition)


def _flip_blocks(
    difference: Difference, change: VerdictChange, describe: Mapping[str, str]
) -> list[Markup]:
    names = (difference.before.name, difference.after.name)
    blocks = [pages.heading(f"{change.key}: {change.words}")]
    told = [_told(change.before), _told(change.after)]
    if told[0] == told[1]:
        blocks.append(pages.paragraph(f"{told[0]} in both."))
    else:
        blocks.append(pages.definitions(list(zip(names, told, strict=True))))
    if change.answers:
        rows = [
            (
                answer.question,
                *(f"{row['answer']}\n{row.get('finding', '')}" for row in answer[1:3]),
            )
            for answer in change.answers
        ]
        blocks.append(
            _table(f"{change.key}: questions answered otherwise", ("Question", *names), rows)
        )
    moved = [
        (name, f"{word} {stance}", describe.get(name, values.MISSING))
        for stance, word, ids in _moves(change.evidence)
        for name in ids
    ]
    if moved:
        blocks.append(
            _table(
                f"{change.key}: evidence that came or went", ("Row", "Counts", "What it is"), moved
            )
        )
    elif change.answers:
        blocks.append(pages.paragraph("No evidence came or went: a choice of the run answers."))
    return blocks


def _value_blocks(difference: Difference) -> list[Markup]:
    names = (difference.before.name, difference.after.name)
    head = ("Value", "What it is", *names, "Change", "Tolerance")
    blocks = []
    for is_beyond, title in ((True, "Changed"), (False, "Within the tolerance")):
        rows = [change[:-1] for change in difference.values if change.is_beyond is is_beyond]
        if rows:
            table = _table(title, head, rows)
            blocks.append(table if is_beyond else pages.fold(f"{title} ({len(rows)})", table))
    for run in dict.fromkeys(one.run for one in difference.only_values):
        own = [
            (one.name, one.words, one.reading) for one in difference.only_values if one.run == run
        ]
        table = _table(f"Only in {run}", ("Value", "What it is", "Reading"), own)
        blocks.append(pages.fold(f"Only in {run} ({len(own)})", table))
    return blocks


def _figure_blocks(difference: Difference) -> list[Markup]:
    blocks = []
    for name in difference.figures:
        both = [
            pages.figure(
                _drawings(run)[name],
                _caption(run, name, "alt"),
                title=f"{run.name}: {_caption(run, name, 'title')}",
                name=f"{side}-{name}",
            )
            for side, run in (("before", difference.before), ("after", difference.after))
        ]
        blocks += [pages.heading(name.replace("_", " ")), pages.pair(*both)]
    if difference.only_figures:
        rows = [(one.name, one.run, one.words) for one in difference.only_figures]
        blocks.append(_table("Drawn in one run only", ("Figure", "Run", "Title"), rows))
    return blocks


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    import pandas as pd

    # the names of runs may be those of other columns
    numbered = [str(number) for number in range(len(head))]
    frame = pd.DataFrame([list(row) for row in rows], columns=numbered)
    return pages.table(frame, title=title, labels=dict(zip(numbered, head, strict=True)))
