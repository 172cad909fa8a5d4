"""Everything that is wrong with a folder of raw tables, all at once, in words for its keeper.

The descriptor `datapackage.yaml` says what each table holds. Types, constraints and keys are
checked by the frictionless library; what it cannot express is checked here: the bytes of the
files, the exact columns, numbers and rows as people write them, the list of references, and the
rules between columns that the descriptor lists under `rules`.

`rules` of a table is a list of mappings: `kind`, `columns`, `remedy`, and for some rows only
`where` (column: text) and `when_filled` (columns). Kinds: `exactly_one` and `at_most_one` of the
columns is filled, `filled` and `empty` for all of them, `ordered` from first to last where filled
(days and numbers), `distinct` as a combination.

A foreign key may have the property `aliases`: a column of the other table with further names,
parted by semicolons, by which its rows may be meant.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tradetalks.checks import DataError

DESCRIPTOR = "datapackage.yaml"
# The folder that holds this file is the project's own: paths are written from it.
_PROJECT_FILE = "pyproject.toml"
SOURCE_KINDS = ("primary", "press", "data", "scholarly")

# More rows with one and the same fault than this say nothing new.
_ROWS_SHOWN = 10
_VALUE_WIDTH = 60

# What a cell of a spreadsheet can hold; it would cut a longer one without a word.
_CELL_WIDTH = 32_767
# A spreadsheet runs a cell that starts like this, also after a semicolon or tab, where it is set
# to part cells there. A sign before digits after a semicolon is text: "1; +15: 9.7".
_FORMULA = re.compile(
    r"""[\s"']*[=+\-@＝＋－＠]|.*[;\t][ "']*(?:[=@＝＠]|[+\-＋－](?![\s0-9]))""", re.DOTALL
)
# Controls, line separators and marks that nobody sees: directions, zero widths, soft hyphens.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# Joiners are letters' business in scripts that join; beside Latin they only hide.
_JOINERS = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")

_LEXICAL = {
    # Python, and so frictionless, also reads NaN, inf, 1_000, other scripts' digits, blanks, and
    # more digits than a column of numbers can hold.
    "integer": (re.compile(r"-?[0-9]{1,18}"), "write a whole number in plain digits"),
    # and a day without its zeros, which no longer sorts as text
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "write a day that exists, as YYYY-MM-DD"),
    "number": (
        re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"),
        "write a number in plain digits with a decimal point, or leave the cell empty",
    ),
}
_TYPE_RULES = {
    "date": ("is not a day", "write a day that exists, as YYYY-MM-DD"),
    "boolean": ("is neither true nor false", "write true or false"),
    "integer": ("is not a whole number", "write a whole number in plain digits"),
    "number": ("is not a number", "write a number in plain digits with a decimal point"),
}


class Problem(NamedTuple):
    """One fault: where it is, what stands there, which rule it breaks, and what to do."""

    file: str
    row: int
    column: str
    value: str | None
    rule: str
    remedy: str

    def where(self) -> str:
        """Name the place as a person would: file, row counted from the header, column, value."""
        place = self.file
        if self.row:
            place += f", {_row_word(self.file)} {self.row}"
        if self.column:
            place += f", {self.column}"
        if self.value is not None:
            shown = self.value
            if len(shown) > _VALUE_WIDTH:
                shown = shown[: _VALUE_WIDTH - 3] + "..."
            place += f" = {shown!r}" if self.column else f": {shown!r}"
        return place


@dataclass
class Table:
    """A file of comma-separated values as received: its header, its rows, and what is wrong.

    `numbers` are the rows' numbers in the file, the header being row 1. Rows that do not have
    one cell per column are not in `rows`, but the text of their cells is kept in `unread`: what
    points to them is not wrong. `is_whole` is false where reading stopped before the end.
    """

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True


def validate(folder: Path) -> None:
    """Check a folder of raw tables whole.

    Raises one DataError with everything that is wrong: the file, the row as numbered in it (the
    header is row 1), the column, the value as received, the rule and the remedy.
    """
    if problems := find_problems(folder):
        raise DataError(describe(problems, shown_path(folder)))


def require_descriptor(folder: Path) -> dict[str, Any]:
    """Read the descriptor of a folder; DataError with all faults where it cannot be used."""
    descriptor, problems = load_descriptor(folder)
    if problems:
        raise DataError(describe(problems, shown_path(folder)))
    return descriptor


def title_and_description(folder: Path) -> tuple[str, str]:
    """What raw tables are about, in words for readers; errors as of `require_descriptor`."""
    descriptor = require_descriptor(folder)
    return str(descriptor["title"]), str(descriptor["description"]).strip()


def shown_path(path: Path) -> str:
    """Write a path from the project's folder, or by its name alone where it lies elsewhere."""
    whole = path.resolve()
    for parent in whole.parents:
        if (parent / _PROJECT_FILE).is_file():
            return whole.relative_to(parent).as_posix()
    return whole.name


def load_descriptor(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read the descriptor of a folder; an empty one and the reason where that cannot be done."""
    if not folder.is_dir():
        rule = "is a file, not a folder" if folder.exists() else "does not exist"
        remedy = f"name a folder that holds {DESCRIPTOR} and the tables it describes"
        return {}, [Problem(folder.name or str(folder), 0, "", None, rule, remedy)]
    text, problems = _read_text(folder / DESCRIPTOR)
    if text is None:
        return {}, problems
    try:
        descriptor = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        line = mark.line + 1 if mark else 0
        remedy = f"mend the YAML at line {line}" if line else "mend the YAML"
        return {}, [*problems, _about_descriptor(f"is not YAML: {reason}", remedy)]
    shape = _descriptor_shape(descriptor)
    return (descriptor, problems) if not shape else ({}, [*problems, *shape])


def missing_files(folder: Path) -> list[str]:
    """List the described files that are not there as files; none without a sound descriptor."""
    descriptor, _ = load_descriptor(folder)
    paths = [resource["path"] for resource in descriptor.get("resources", [])]
    return [path for path in paths if not (folder / path).is_file()]


def find_problems(folder: Path) -> list[Problem]:
    """List all faults of a folder of raw tables, in the order of the descriptor and the rows."""
    descriptor, problems = load_descriptor(folder)
    if not descriptor:
        return problems
    if faults := _descriptor_faults(descriptor):
        return problems + faults
    resources: list[dict[str, Any]] = descriptor["resources"]
    tables: dict[str, Table] = {}
    for resource in resources:
        read = _read_references if resource.get("format") == "json" else read_table
        tables[resource["name"]] = table = read(folder / resource["path"])
        _check_columns(table, resource)
        table.problems += _lexical_problems(table, resource)
        table.problems += _text_problems(table, resource)
        table.problems += _rule_problems(table, resource)
    problems += _frictionless_problems(descriptor, tables)
    problems += [problem for table in tables.values() for problem in table.problems]
    problems += _undeclared_files(folder, resources)
    return _in_order(problems, [DESCRIPTOR, *(resource["path"] for resource in resources)])


def describe(problems: Iterable[Problem], title: str) -> str:
    """Put problems into one message: a count, then each with its place, rule and remedy."""
    grouped: dict[tuple[str, str, str, str], list[Problem]] = defaultdict(list)
    problems = list(problems)
    for problem in problems:
        grouped[problem.file, problem.column, problem.rule, problem.remedy].append(problem)
    files = len({problem.file for problem in problems})
    lines = [f"{title}: {_count(len(problems), 'problem')} in {_count(files, 'file')}"]
    for (_, _, rule, remedy), alike in grouped.items():
        lines += [f"{problem.where()}: {rule}" for problem in alike[:_ROWS_SHOWN]]
        if len(alike) > _ROWS_SHOWN:
            lines.append(f"... and {len(alike) - _ROWS_SHOWN} more rows like these")
        lines.append(f"  What to do: {remedy}")
    return "\n".join(lines)


def read_table(path: Path) -> Table:
    """Read a file of comma-separated values as text, with every fault of its form."""
    text, problems = _read_text(path)
    table = Table(problems=problems, is_whole=text is not None)
    if text is None:
        return table
    table.problems += _form_problems(path.name, text)
    # the library's own limit would stop at the row; ours names the cell
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                table.header = cells
            else:
                _take_row(table, path.name, number, cells)
    except csv.Error as error:
        table.is_whole = False
        table.problems.append(
            Problem(
                file=path.name,
                row=number + 1,
                column="",
                value=None,
                rule=f"cannot be read from here on: {error}",
                remedy="close the quotation mark that opens a cell; inside it, write two for one",
            )
        )
    if not table.header:
        rule, remedy = "has no header row", "put the names of the columns into the first row"
        table.problems.append(Problem(path.name, 1, "", None, rule, remedy))
    return table


def _take_row(table: Table, file: str, number: int, cells: list[str]) -> None:
    """Add a row to the table, or the reason why it is none."""
    if not any(cells):
        rule, remedy = "is an empty row", "remove the row"
    elif len(cells) != len(table.header):
        rule = f"has {_count(len(cells), 'cell')}, but the header has {len(table.header)}"
        remedy = "give the row one cell per column; put a text with commas in quotation marks"
    elif any("\n" in cell for cell in cells):
        rule = "has a cell that runs over several lines"
        remedy = "close the quotation mark that opens the cell, or write the text on one line"
    else:
        table.rows.append(cells)
        table.numbers.append(number)
        return
    table.unread.update(part for cell in cells for part in [cell, *re.split(r"[\n,]", cell)])
    table.problems.append(Problem(file, number, "", None, rule, remedy))


def _read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """Read a file of UTF-8 text; None where that cannot be done."""

    def fault(rule: str, remedy: str) -> list[Problem]:
        return [Problem(path.name, 0, "", None, rule, remedy)]

    if path.is_dir():
        return None, fault("is a folder", "put the file in its place, and the folder elsewhere")
    if not path.exists():
        near = _nearest(path.name, [other.name for other in _files(path.parent)])
        return None, fault("does not exist", f"put the file there{near}")
    if not path.is_file():
        return None, fault("is a device or pipe", "put a file in its place")
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, fault(f"cannot be read: {error.strerror}", "let the file be read")
    problems = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        problems = fault("starts with a byte order mark", "save the file as UTF-8 without BOM")
    try:
        return data.decode("utf-8"), problems
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        rule = f"is not UTF-8: byte {data[error.start]:#04x} in line {line}"
        return None, problems + fault(rule, "save the file as UTF-8")


def _form_problems(file: str, text: str) -> list[Problem]:
    """Find what the format of the tables rules out: carriage returns, no end of the last line."""
    problems = []
    if "\r" in text:
        rule, remedy = "has carriage returns", "save the file with line ends LF, not CR LF"
        problems.append(Problem(file, 0, "", None, rule, remedy))
    if "\0" in text:
        rule, remedy = "has a null character", "save the file as text"
        problems.append(
            Problem(file, text.count("\n", 0, text.index("\0")) + 1, "", None, rule, remedy)
        )
    if text and not text.endswith("\n"):
        rule, remedy = "ends in the middle of a line", "check that nothing is cut off, and end it"
        problems.append(Problem(file, text.count("\n") + 1, "", None, rule, remedy))
    return problems


def _read_references(path: Path) -> Table:
    """Read a CSL-JSON list as a table of its items' id, type and title, with every fault."""
    text, problems = _read_text(path)
    table = Table(header=["id", "type", "title"], problems=problems, is_whole=False)
    if text is None:
        return table
    try:
        items = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        remedy = "mend the JSON there"
        table.problems.append(Problem(path.name, 0, "", None, f"is not JSON: {error}", remedy))
        return table
    if not isinstance(items, list):
        rule, remedy = "is not a list", "put the references into one JSON list"
        table.problems.append(Problem(path.name, 0, "", None, rule, remedy))
        return table
    table.is_whole = True
    for number, item in enumerate(items, start=1):
        faults = list(_reference_faults(item))
        table.problems += [
            Problem(path.name, number, column, value, rule, remedy)
            for column, value, rule, remedy in faults
        ]
        if isinstance(item, dict):
            table.problems += [
                Problem(path.name, number, place, text, rule, remedy)
                for place, text in _strings(item)
                for rule, remedy in _text_faults(text, is_string=False)
            ]
            table.rows.append([str(item.get(name) or "") for name in table.header])
            table.numbers.append(number)
    return table


def _strings(value: object, place: str = "") -> Iterable[tuple[str, str]]:
    """Yield every text inside a value of JSON with its place, such as author.0.family."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping | list):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, inner in pairs:
            yield from _strings(inner, f"{place}.{name}" if place else str(name))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object of a JSON file, refusing names that would silently replace each other."""
    item = dict(pairs)
    if len(item) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an item has {repeated!r} twice")
    return item


def _reference_faults(item: object) -> Iterable[tuple[str, str | None, str, str]]:
    """Yield column, value, rule and remedy for what is wrong with one reference."""
    if not isinstance(item, dict):
        yield "", str(item), "is not an object", "write each reference as a JSON object"
        return
    custom = item.get("custom")
    kind = custom.get("kind") if isinstance(custom, dict) else None
    if kind not in SOURCE_KINDS:
        rule = "does not say what kind of source it is"
        yield "custom.kind", str(kind or ""), rule, f"write one of {', '.join(SOURCE_KINDS)}"
    url = item.get("URL", "https://")
    if not isinstance(url, str) or not re.match(r"https?://", url):
        rule, remedy = "is not an address", "write the whole address, or leave URL out"
        yield "URL", str(url), rule, remedy
    issued = item.get("issued")
    if issued is not None and not _is_csl_date(issued):
        rule = "is not a year, month or day in CSL's form"
        yield "issued", str(issued), rule, 'write {"date-parts": [[2019, 5, 9]]}, or leave it out'


def _is_csl_date(issued: object) -> bool:
    try:
        (parts,) = issued["date-parts"]  # type: ignore[index]
        year, month, day = (*parts, 1, 1)[:3]
        date(year, month, day)
    except (TypeError, KeyError, ValueError):
        return False
    return 1 <= len(parts) <= 3


def _check_columns(table: Table, resource: Mapping[str, Any]) -> None:
    """Note where the header is not exactly the columns of the descriptor, in their order."""
    declared = _names(resource)
    if not table.header or table.header == declared:
        return
    missing = [name for name in declared if name not in table.header]
    extra = [name for name in dict.fromkeys(table.header) if name not in declared]
    twice = [name for name in dict.fromkeys(table.header) if table.header.count(name) > 1]
    faults = [
        ("is missing", name, f"add the column{_nearest(name, extra)}") for name in missing
    ] + [
        ("is not described", name, f"describe the column or remove it{_nearest(name, missing)}")
        for name in extra
    ]
    faults += [("stands twice in the header", name, "keep one of the columns") for name in twice]
    if not faults:
        order = ", ".join(declared)
        faults = [("has the columns in another order", "", f"write them in this order: {order}")]
    table.problems += [
        Problem(resource["path"], 1, name, None, rule, remedy) for rule, name, remedy in faults
    ]


def _lexical_problems(table: Table, resource: Mapping[str, Any]) -> list[Problem]:
    """Find numbers that Python would read but nobody should write, NaN among them."""
    problems = []
    for name, kind in _types(resource).items():
        if kind not in _LEXICAL or name not in table.header:
            continue
        pattern, remedy = _LEXICAL[kind]
        at = table.header.index(name)
        rule = _TYPE_RULES[kind][0]
        problems += [
            Problem(resource["path"], number, name, row[at], rule, remedy)
            for number, row in zip(table.numbers, table.rows, strict=True)
            if row[at] and not pattern.fullmatch(row[at])
        ]
    return problems


def _text_problems(table: Table, resource: Mapping[str, Any]) -> list[Problem]:
    """Find text that is not what it looks like, or that a spreadsheet would run or cut."""
    types = _types(resource)
    problems = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        for name, text in zip(table.header, row, strict=True):
            for rule, remedy in _text_faults(text, types.get(name, "string") == "string"):
                problems.append(Problem(resource["path"], number, name, text, rule, remedy))
    return problems


def _text_faults(text: str, is_string: bool) -> Iterable[tuple[str, str]]:
    """Yield rule and remedy for what is wrong with the characters of one cell."""
    if len(text) > _CELL_WIDTH:
        yield f"has {len(text)} characters", f"cut it to {_CELL_WIDTH}, or close its quotation mark"
        return
    if not text.isascii() or not text.isprintable():
        seen = _JOINERS.sub("", text)
        hidden = [one for one in seen if unicodedata.category(one) in _INVISIBLE]
        if hidden:
            name = unicodedata.name(hidden[0], "a control character")
            yield f"holds U+{ord(hidden[0]):04X}, {name}, which nobody sees", "take it out"
        if not unicodedata.is_normalized("NFC", text):
            rule = "writes an accent apart from its letter"
            yield rule, "type the letter anew, so that equal names are equal (NFC)"
    if is_string and _FORMULA.match(text) and not _LEXICAL["number"][0].fullmatch(text):
        rule = "starts like a formula, and a spreadsheet would run it"
        yield rule, "word it so that no part of it starts with = + - or @"


def _rule_problems(table: Table, resource: Mapping[str, Any]) -> list[Problem]:
    """Find rows that break a rule between columns."""
    problems = []
    types = _types(resource)
    for rule in resource.get("rules", []):
        columns = rule["columns"]
        conditions = {**rule.get("where", {}), **dict.fromkeys(rule.get("when_filled", []))}
        if not {*columns, *conditions} <= {*table.header}:
            continue
        seen: dict[tuple[str, ...], int] = {}
        for number, row in zip(table.numbers, table.rows, strict=True):
            cells = dict(zip(table.header, row, strict=True))
            if any(
                not cells[name] if text is None else cells[name] != text
                for name, text in conditions.items()
            ):
                continue
            if rule["kind"] == "distinct":
                first = seen.setdefault(tuple(cells[name] for name in columns), number)
                fault = f"repeats {', '.join(columns)} of row {first}" if first != number else ""
            else:
                fault = _ROW_RULES[rule["kind"]]({name: cells[name] for name in columns}, types)
            if fault:
                problems.append(Problem(resource["path"], number, "", None, fault, rule["remedy"]))
    return problems


def _filled(cells: Mapping[str, str]) -> list[str]:
    return [name for name, cell in cells.items() if cell]


def _exactly_one(cells: Mapping[str, str], types: Mapping[str, str]) -> str:
    filled = _filled(cells)
    if len(filled) == 1:
        return ""
    if not filled:
        return f"fills none of {', '.join(cells)}, which needs one"
    return f"fills {' and '.join(filled)}, and may fill one of {', '.join(cells)}"


def _at_most_one(cells: Mapping[str, str], types: Mapping[str, str]) -> str:
    filled = _filled(cells)
    return f"fills {' and '.join(filled)}, which exclude each other" if len(filled) > 1 else ""


def _all_filled(cells: Mapping[str, str], types: Mapping[str, str]) -> str:
    empty = [name for name, cell in cells.items() if not cell]
    return f"leaves {', '.join(empty)} empty" if empty else ""


def _all_empty(cells: Mapping[str, str], types: Mapping[str, str]) -> str:
    filled = _filled(cells)
    return f"fills {', '.join(filled)}" if filled else ""


def _ordered(cells: Mapping[str, str], types: Mapping[str, str]) -> str:
    for before, after in pairwise(_filled(cells)):
        read = date.fromisoformat if types.get(before) == "date" else float
        try:
            if read(cells[before]) <= read(cells[after]):  # type: ignore[operator]
                continue
        except ValueError:
            # no day or number: reported as such
            continue
        return f"has {before} {cells[before]} after {after} {cells[after]}"
    return ""


# The kinds of rule that one row decides alone.
_ROW_RULES = {
    "exactly_one": _exactly_one,
    "at_most_one": _at_most_one,
    "filled": _all_filled,
    "empty": _all_empty,
    "ordered": _ordered,
}
_RULE_KINDS = (*_ROW_RULES, "distinct")


def _frictionless_problems(
    descriptor: Mapping[str, Any], tables: Mapping[str, Table]
) -> list[Problem]:
    """Check types, constraints and keys of all tables with frictionless.

    The rows go in as they were read here, so that the tables are read once, their row numbers
    stay those of the files, and a broken row or column does not hide what else is wrong.
    """
    # costs a fifth of a second, which reading the tables need not pay
    from frictionless import Package

    resources = {resource["name"]: resource for resource in descriptor["resources"]}
    inline = [
        _inline(resource, tables[name], tables)
        for name, resource in resources.items()
        if {*_names(resource)} & {*tables[name].header}
    ]
    package = Package.from_descriptor({"name": "raw", "resources": inline})
    problems = []
    for task in package.validate(limit_errors=1_000_000).tasks:
        resource, table = resources[task.name], tables[task.name]
        known = {(problem.row, problem.column) for problem in table.problems}
        for error in task.errors:
            problem = _translate(error, resource, resources, tables)
            if problem and (problem.row, problem.column) not in known:
                problems.append(problem)
                # what breaks one rule often breaks the next one; the first says it
                known.add((problem.row, problem.column))
    return problems


def _inline(
    resource: Mapping[str, Any], table: Table, tables: Mapping[str, Table]
) -> dict[str, Any]:
    """Describe a table with its rows in place, without the columns and keys that are missing."""
    schema = resource["schema"]
    fields = [item for item in schema["fields"] if table.header.count(item["name"]) == 1]
    names = [item["name"] for item in fields]
    at = [table.header.index(name) for name in names]
    kept: dict[str, Any] = {"missingValues": schema.get("missingValues", [""]), "fields": fields}
    if {*primary_key(resource)} <= {*names}:
        kept["primaryKey"] = primary_key(resource)
    kept["foreignKeys"] = [
        {"fields": fields, "reference": {"resource": target, "fields": target_fields}}
        for fields, target, target_fields in _foreign_keys(resource)
        # what points to a row that could not be read is not at fault
        if {*fields} <= {*names}
        and tables[target].is_whole
        and {*target_fields} <= {*tables[target].header}
    ]
    return {
        "name": resource["name"],
        "data": [names, *([row[i] for i in at] for row in table.rows)],
        "schema": kept,
    }


def _translate(
    error: Any,
    resource: Mapping[str, Any],
    resources: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, Table],
) -> Problem | None:
    """Put one error of frictionless into our words; None where another one says it better."""
    table = tables[resource["name"]]
    if error.type == "foreign-key":
        target = resources[error.reference_name]
        return _translate_foreign_key(error, resource, table, target, tables[target["name"]])
    # frictionless counts the header as row 1, as the files do
    row = getattr(error, "row_number", None)
    number = table.numbers[row - 2] if row else 0
    word = _row_word(resource["path"])
    if error.type == "primary-key":
        key = primary_key(resource)
        same = _same_row(error, table)
        rule, remedy = f"repeats {', '.join(key)} of {word} {same}", f"keep one {word} of the two"
        # an empty key is what `required` is about
        return Problem(resource["path"], number, key[0], None, rule, remedy) if same else None
    column: str = getattr(error, "field_name", "")
    described = next((f for f in resource["schema"]["fields"] if f["name"] == column), None)
    if described is None:
        return Problem(resource["path"], number, "", None, error.message, "correct the file")
    if error.type == "type-error":
        rule, remedy = _TYPE_RULES.get(described["type"], (error.note, "correct the cell"))
    elif error.type == "unique-error":
        rule = f"stands in {word} {_same_row(error, table)} already"
        remedy = f"keep one {word} of the two, or correct the value"
    else:
        constraint = re.findall(r'"(\w+)"', error.note)[0]
        allowed = described["constraints"].get(constraint)
        rule, remedy = _constraint_words(constraint, allowed, str(error.cell), described)
    return Problem(resource["path"], number, column, error.cell, rule, remedy)


def _translate_foreign_key(
    error: Any,
    resource: Mapping[str, Any],
    table: Table,
    target_resource: Mapping[str, Any],
    target: Table,
) -> Problem | None:
    """Say which key leads nowhere; None where it leads to a row that could not be read."""
    value, column = str(error.field_cells[0]), error.field_names[0]
    if value in target.unread or value in _aliases(resource, column, target):
        return None
    path, target_column = target_resource["path"], error.reference_field_names[0]
    at = target.header.index(target_column)
    near = _nearest(value, [cells[at] for cells in target.rows])
    return Problem(
        file=resource["path"],
        row=table.numbers[error.row_number - 2],
        column=column,
        value=value,
        rule=f"is not in {path}, {target_column}",
        remedy=f"correct it, or add it to {path}{near}",
    )


def _aliases(resource: Mapping[str, Any], column: str, target: Table) -> set[str]:
    """List other names that a key may use, where its `aliases` names a column that holds them."""
    for key in resource["schema"].get("foreignKeys", []):
        if _as_list(key["fields"]) == [column] and key.get("aliases") in target.header:
            at = target.header.index(key["aliases"])
            return {name for cells in target.rows for name in cells[at].split(";") if name}
    return set()


def _same_row(error: Any, table: Table) -> int:
    """Return the number of the row that frictionless names as the first of two; 0 if none."""
    named = re.search(r"\d+$", error.note)
    return table.numbers[int(named.group()) - 2] if named else 0


def _constraint_words(
    constraint: str, allowed: Any, value: str, described: Mapping[str, Any]
) -> tuple[str, str]:
    """Say which constraint a cell breaks, and what to do."""
    meaning = described.get("description", "")
    if constraint == "required":
        return "is empty", f"fill the cell: {meaning}"
    if constraint == "enum":
        near = _nearest(value, allowed)
        return "is not one of the codes", f"use one of {', '.join(map(str, allowed))}{near}"
    if constraint in ("minimum", "maximum"):
        side = "less than" if constraint == "minimum" else "more than"
        return f"is {side} {allowed}", f"correct the number: {meaning}"
    if constraint == "pattern":
        return "has another form than its column", f"write it in the form {allowed}: {meaning}"
    return f"breaks {constraint} {allowed}", f"correct the cell: {meaning}"


def _descriptor_shape(descriptor: object) -> list[Problem]:
    """Find what keeps a descriptor from being used at all."""
    if not isinstance(descriptor, dict):
        return [
            _about_descriptor("is not a mapping", "start it with title, description, resources")
        ]
    problems = [
        _about_descriptor(f"has no {name}", f"give {name} as text")
        for name in ("title", "description")
        if not isinstance(descriptor.get(name), str)
    ]
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        remedy = "list the tables under resources"
        return [*problems, _about_descriptor("describes no tables", remedy)]
    for place, resource in enumerate(resources, start=1):
        problems += _resource_shape(resource, f"resource {place}")
    names = [resource["name"] for resource in resources if not problems]
    return problems + [
        _about_descriptor(f"describes {name} twice", "keep one description of each table")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _resource_shape(resource: object, place: str) -> list[Problem]:
    """Find what keeps the description of one table from being used."""
    if not isinstance(resource, dict):
        return [_about_descriptor(f"{place} is not a mapping", "describe a table there")]
    place = str(resource.get("name", place))
    path = resource.get("path")
    if not isinstance(resource.get("name"), str) or not isinstance(path, str):
        return [_about_descriptor(f"{place} lacks name or path", "give both as text")]
    if Path(path).name != path:
        remedy = "keep the tables beside the descriptor, and give the name of the file alone"
        return [_about_descriptor(f"{place} points out of its folder: {path}", remedy)]
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("type"), str)
        and isinstance(item.get("constraints", {}), dict)
        for item in fields
    ):
        remedy = "list the columns under schema, fields, each with name, type and constraints"
        return [_about_descriptor(f"{place} does not describe its columns", remedy)]
    rules = resource.get("rules", [])
    if not isinstance(rules, list) or not all(_is_rule(rule) for rule in rules):
        remedy = "give each rule kind, columns (a list) and remedy; where is a mapping of texts"
        return [_about_descriptor(f"{place} has a rule that cannot be read", remedy)]
    return []


def _is_rule(rule: object) -> bool:
    return (
        isinstance(rule, dict)
        and isinstance(rule.get("kind"), str)
        and isinstance(rule.get("remedy"), str)
        and isinstance(rule.get("columns"), list)
        and isinstance(rule.get("when_filled", []), list)
        and isinstance(rule.get("where", {}), dict)
        and all(
            isinstance(text, str)
            for text in [
                *rule["columns"],
                *rule.get("when_filled", []),
                *rule.get("where", {}),
                *rule.get("where", {}).values(),
            ]
        )
    )


def _descriptor_faults(descriptor: Mapping[str, Any]) -> list[Problem]:
    """Find what frictionless refuses in a descriptor, and names that lead nowhere."""
    from frictionless import FrictionlessException, Package

    resources = descriptor["resources"]
    try:
        Package.from_descriptor(
            {"name": "raw", "resources": [{**item, "dialect": {}} for item in resources]}
        )
    except FrictionlessException as error:
        reasons = [reason.message for reason in error.reasons] or [error.error.message]
        remedy = "correct the descriptor; see specs.frictionlessdata.io"
        return [_about_descriptor(reason, remedy) for reason in reasons]
    return _descriptor_references(resources)


def _descriptor_references(resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find keys and rules of the descriptor that point to columns or tables it does not have."""
    columns = {resource["name"]: _names(resource) for resource in resources}
    problems = []
    for resource in resources:
        name = resource["name"]
        used = [(name, column) for column in primary_key(resource)]
        for fields, target, target_fields in _foreign_keys(resource):
            used += [(name, column) for column in fields]
            used += [(target, column) for column in target_fields]
        for key in resource["schema"].get("foreignKeys", []):
            if "aliases" in key:
                target = key["reference"].get("resource") or name
                used.append((target, str(key["aliases"])))
        for rule in resource.get("rules", []):
            used += [
                (name, column)
                for column in [
                    *rule["columns"],
                    *rule.get("where", {}),
                    *rule.get("when_filled", []),
                ]
            ]
            if rule["kind"] not in _RULE_KINDS:
                said = f"{name} has a rule of unknown kind {rule['kind']!r}"
                remedy = f"use one of {', '.join(_RULE_KINDS)}{_nearest(rule['kind'], _RULE_KINDS)}"
                problems.append(_about_descriptor(said, remedy))
        problems += [
            _about_descriptor(
                f"{name} uses the column {column} of {table}, which is not described",
                f"correct the name{_nearest(column, columns.get(table, []))}",
            )
            for table, column in dict.fromkeys(used)
            if column not in columns.get(table, [])
        ]
    return problems


def _undeclared_files(folder: Path, resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find tables that nobody describes, and that could therefore hold anything."""
    declared = {resource["path"] for resource in resources}
    return [
        Problem(path.name, 0, "", None, "is not described", "describe it, or take it out")
        for path in _files(folder)
        if path.suffix in (".csv", ".json") and path.name not in declared
    ]


def _in_order(problems: Iterable[Problem], files: list[str]) -> list[Problem]:
    """Sort problems as a person works through them: by file, by row, by column."""

    def key(problem: Problem) -> tuple[int, str, int, str, str]:
        place = files.index(problem.file) if problem.file in files else len(files)
        return place, problem.file, problem.row, problem.column, problem.rule

    return sorted(problems, key=key)


def _about_descriptor(rule: str, remedy: str) -> Problem:
    return Problem(DESCRIPTOR, 0, "", None, rule, remedy)


def _row_word(file: str) -> str:
    """Name what a table has rows of: a list in JSON has items."""
    return "item" if file.endswith(".json") else "row"


def _names(resource: Mapping[str, Any]) -> list[str]:
    return [item["name"] for item in resource["schema"]["fields"]]


def _types(resource: Mapping[str, Any]) -> dict[str, str]:
    return {item["name"]: item["type"] for item in resource["schema"]["fields"]}


def primary_key(resource: Mapping[str, Any]) -> list[str]:
    """List the columns of a table's primary key; none where it has no key."""
    return _as_list(resource["schema"].get("primaryKey", []))


def _foreign_keys(resource: Mapping[str, Any]) -> list[tuple[list[str], str, list[str]]]:
    """List the foreign keys of a table as columns, other table, its columns."""
    return [
        (
            _as_list(key["fields"]),
            # no name means the table itself
            key["reference"].get("resource") or resource["name"],
            _as_list(key["reference"]["fields"]),
        )
        for key in resource["schema"].get("foreignKeys", [])
    ]


def _as_list(names: str | list[str]) -> list[str]:
    """Read what Frictionless lets people write as one name or as a list of names."""
    return [names] if isinstance(names, str) else names


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _nearest(name: str, known: Iterable[str]) -> str:
    """End a remedy with the known name most like `name`, if one is like it."""
    near = difflib.get_close_matches(name, [str(other) for other in known], n=1)
    return f"; did you mean {near[0]}?" if near and near[0] != name else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
