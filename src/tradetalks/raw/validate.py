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

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from tradetalks.checks import DataError, nearest
from tradetalks.raw.descriptor import (
    DESCRIPTOR,
    as_list,
    descriptor_faults,
    foreign_keys,
    load_descriptor,
    names,
    primary_key,
    types,
)
from tradetalks.raw.form import LEXICAL, Table, files, read_references, read_table, text_faults
from tradetalks.raw.problems import Problem, describe, row_word, shown_path

_TYPE_RULES = {
    "date": ("is not a day", "write a day that exists, as YYYY-MM-DD"),
    "boolean": ("is neither true nor false", "write true or false"),
    "integer": ("is not a whole number", "write a whole number in plain digits"),
    "number": ("is not a number", "write a number in plain digits with a decimal point"),
}


def validate(folder: Path) -> None:
    """Check a folder of raw tables whole.

    Raises one DataError with everything that is wrong: the file, the row as numbered in it (the
    header is row 1), the column, the value as received, the rule and the remedy.
    """
    if problems := find_problems(folder):
        raise DataError(describe(problems, shown_path(folder)))


def find_problems(folder: Path) -> list[Problem]:
    """List all faults of a folder of raw tables, in the order of the descriptor and the rows."""
    descriptor, problems = load_descriptor(folder)
    if not descriptor:
        return problems
    if faults := descriptor_faults(descriptor):
        return problems + faults
    resources: list[dict[str, Any]] = descriptor["resources"]
    tables: dict[str, Table] = {}
    for resource in resources:
        read = read_references if resource.get("format") == "json" else read_table
        tables[resource["name"]] = table = read(folder / resource["path"])
        _check_columns(table, resource)
        table.problems += _lexical_problems(table, resource)
        table.problems += _text_problems(table, resource)
        table.problems += _rule_problems(table, resource)
    problems += _frictionless_problems(descriptor, tables)
    problems += [problem for table in tables.values() for problem in table.problems]
    problems += _undeclared_files(folder, resources)
    return _in_order(problems, [DESCRIPTOR, *(resource["path"] for resource in resources)])


def _check_columns(table: Table, resource: Mapping[str, Any]) -> None:
    """Note where the header is not exactly the columns of the descriptor, in their order."""
    declared = names(resource)
    if not table.header or table.header == declared:
        return
    missing = [name for name in declared if name not in table.header]
    extra = [name for name in dict.fromkeys(table.header) if name not in declared]
    twice = [name for name in dict.fromkeys(table.header) if table.header.count(name) > 1]
    faults = [("is missing", name, f"add the column{nearest(name, extra)}") for name in missing] + [
        ("is not described", name, f"describe the column or remove it{nearest(name, missing)}")
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
    for name, kind in types(resource).items():
        if kind not in LEXICAL or name not in table.header:
            continue
        pattern, remedy = LEXICAL[kind]
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
    kinds = types(resource)
    problems = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        for name, text in zip(table.header, row, strict=True):
            for rule, remedy in text_faults(text, kinds.get(name, "string") == "string"):
                problems.append(Problem(resource["path"], number, name, text, rule, remedy))
    return problems


def _rule_problems(table: Table, resource: Mapping[str, Any]) -> list[Problem]:
    """Find rows that break a rule between columns."""
    problems = []
    kinds = types(resource)
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
                fault = _ROW_RULES[rule["kind"]]({name: cells[name] for name in columns}, kinds)
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
RULE_KINDS = (*_ROW_RULES, "distinct")


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
        if {*names(resource)} & {*tables[name].header}
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
        for fields, target, target_fields in foreign_keys(resource)
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
    word = row_word(resource["path"])
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
    near = nearest(value, [cells[at] for cells in target.rows])
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
        if as_list(key["fields"]) == [column] and key.get("aliases") in target.header:
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
        near = nearest(value, allowed)
        return "is not one of the codes", f"use one of {', '.join(map(str, allowed))}{near}"
    if constraint in ("minimum", "maximum"):
        side = "less than" if constraint == "minimum" else "more than"
        return f"is {side} {allowed}", f"correct the number: {meaning}"
    if constraint == "pattern":
        return "has another form than its column", f"write it in the form {allowed}: {meaning}"
    return f"breaks {constraint} {allowed}", f"correct the cell: {meaning}"


def _undeclared_files(folder: Path, resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find tables that nobody describes, and that could therefore hold anything."""
    declared = {resource["path"] for resource in resources}
    return [
        Problem(path.name, 0, "", None, "is not described", "describe it, or take it out")
        for path in files(folder)
        if path.suffix in (".csv", ".json") and path.name not in declared
    ]


def _in_order(problems: Iterable[Problem], files: list[str]) -> list[Problem]:
    """Sort problems as a person works through them: by file, by row, by column."""

    def key(problem: Problem) -> tuple[int, str, int, str, str]:
        place = files.index(problem.file) if problem.file in files else len(files)
        return place, problem.file, problem.row, problem.column, problem.rule

    return sorted(problems, key=key)
