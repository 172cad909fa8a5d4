"""The rules of the descriptor, held against tables: cells, rows, keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, pairwise, product

from tradetalks.checks import nearest
from tradetalks.raw.characters import character_faults, formula_faults
from tradetalks.raw.descriptor import Column, ForeignKey, Resource
from tradetalks.raw.faults import Fault, row_word
from tradetalks.raw.form import Table

# What a cell of a type is called, how it looks, and what to do about one that does not. Python
# also reads NaN, inf, 1_000, digits of other scripts, blanks, and more digits than a column of
# numbers can hold, and a day without its zeros, which no longer sorts as text, or of a wrong year.
_TYPES = {
    "integer": (
        "a whole number",
        re.compile(r"-?[0-9]{1,18}"),
        "write a whole number in plain digits",
    ),
    "number": (
        "a number",
        re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"),
        "write a number such as 12.5 or 1e3, with a decimal point, or leave the cell empty",
    ),
    "date": (
        "a day",
        re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"),
        "write a day of 1900 to 2099 that exists, as YYYY-MM-DD",
    ),
}


def note_columns(table: Table, resource: Resource) -> None:
    """Note where the header is not exactly the columns of the descriptor, in their order."""
    declared = resource.header
    if not table.header or table.header == declared:
        return
    missing = [name for name in declared if name not in table.header]
    extra = [name for name in dict.fromkeys(table.header) if name not in declared]
    twice = [name for name in dict.fromkeys(table.header) if table.header.count(name) > 1]
    for name in missing:
        table.fault("is missing", f"add the column{nearest(name, extra)}", 1, name)
    for name in extra:
        near = nearest(name, missing)
        table.fault("is not described", f"describe the column or remove it{near}", 1, name)
    for name in twice:
        table.fault("stands twice in the header", "keep one of the columns", 1, name)
    if not missing + extra + twice:
        remedy = f"write them in this order: {', '.join(declared)}"
        table.fault("has the columns in another order", remedy, 1)


def note_cells(table: Table, resource: Resource) -> None:
    """Note cells that their column does not allow."""
    described = {column.name: column for column in resource.shape.columns}
    for name in dict.fromkeys(table.header):
        cells = [(number, text) for number, (text,) in table.select([name])]
        wrong = {text: _cell_faults(text, described.get(name)) for text in {t for _, t in cells}}
        for number, text in cells:
            for rule, remedy in wrong[text]:
                table.fault(rule, remedy, number, name, text)


def _cell_faults(text: str, column: Column | None) -> list[tuple[str, str]]:
    """List rule and remedy for what is wrong with a cell, taken by itself.

    What is wrong with its characters breaks most other rules, too, and says why.
    """
    faults = [*character_faults(text)]
    if column is None or column.type == "string":
        faults += formula_faults(text)
    if column and not faults and (fault := _value_fault(text, column)):
        faults.append(fault)
    return faults


def _value_fault(text: str, column: Column) -> tuple[str, str] | None:
    """Say which rule of its column a cell breaks first, and what to do."""
    allowed, meaning = column.constraints, column.description
    if not text:
        return ("is empty", _told("fill the cell", meaning)) if allowed.required else None
    if column.type == "boolean" and text not in [*column.true_values, *column.false_values]:
        codes = " or ".join([*column.true_values, *column.false_values])
        return "is neither true nor false", f"write {codes}"
    value = _typed(text, column.type)
    if value is None:
        what, _, remedy = _TYPES[column.type]
        if column.type in ("integer", "number") and re.fullmatch(r"-?[0-9]+(,[0-9]+)+", text):
            return (
                "has a comma in a number",
                "write a point for decimals, and nothing between thousands",
            )
        return f"is not {what}", remedy
    if allowed.enum and text not in allowed.enum:
        near = nearest(text, allowed.enum)
        return "is not one of the codes", f"use one of {', '.join(allowed.enum)}{near}"
    if allowed.pattern and not allowed.pattern.fullmatch(text):
        remedy = _told(f"write it in the form {allowed.pattern.pattern}", meaning)
        return "has another form than its column", remedy
    if isinstance(value, float):
        if allowed.minimum is not None and value < allowed.minimum:
            return f"is less than {allowed.minimum:.15g}", _told("correct the number", meaning)
        if allowed.maximum is not None and value > allowed.maximum:
            return f"is more than {allowed.maximum:.15g}", _told("correct the number", meaning)
    return None


def _told(remedy: str, meaning: str) -> str:
    """A remedy, and what the column means where that is described."""
    return f"{remedy}: {meaning}" if meaning else remedy


def _typed(text: str, kind: str) -> float | date | str | None:
    """Read a cell as its column's type; None where it is none of it."""
    if kind not in _TYPES:
        return text
    if not _TYPES[kind][1].fullmatch(text):
        return None
    try:
        return date.fromisoformat(text) if kind == "date" else float(text)
    except ValueError:
        return None


def note_rows(table: Table, resource: Resource) -> None:
    """Note rows that break a rule between columns."""
    kinds = {column.name: column.type for column in resource.shape.columns}
    for rule in resource.rules:
        conditions = {**dict.fromkeys(rule.when_filled), **rule.where}
        columns = rule.columns or [*conditions]
        if not table.has([*columns, *conditions]):
            continue
        wanted = [*conditions.values()]
        rows = [
            row
            for row, (_, found) in zip(table.select(columns), table.select(conditions), strict=True)
            if all(map(_is_wanted, found, wanted))
        ]
        if rule.kind == "distinct":
            for number, first, _ in _repeats(rows):
                said = f"repeats {', '.join(columns)} of row {first}"
                table.fault(said, rule.remedy, number)
            continue
        if rule.kind in ("complete", "unbroken"):
            for lacking in _lacking(rule.kind, [cells for _, cells in rows]):
                table.fault(f"has no row for {lacking}", rule.remedy)
            continue
        # many rows are alike in these columns
        faults = {
            cells: _row_fault(rule.kind, dict(zip(columns, cells, strict=True)), kinds)
            for cells in {cells for _, cells in rows}
        }
        for number, cells in rows:
            if faults[cells]:
                table.fault(faults[cells], rule.remedy, number)


def _is_wanted(text: str, allowed: Collection[str] | None) -> bool:
    return text in allowed if allowed else bool(text)


def _row_fault(kind: str, cells: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """Say how the cells of a row break a rule; nothing where they keep it."""
    filled = [name for name, cell in cells.items() if cell]
    empty = [name for name, cell in cells.items() if not cell]
    match kind:
        case "exactly_one" if not filled:
            return f"fills none of {', '.join(cells)}, which needs one"
        case "exactly_one" if len(filled) > 1:
            return f"fills {' and '.join(filled)}, and may fill one of {', '.join(cells)}"
        case "at_most_one" if len(filled) > 1:
            return f"fills {' and '.join(filled)}, which exclude each other"
        case "filled" if empty:
            return f"leaves {', '.join(empty)} empty"
        case "empty" if filled:
            return f"fills {', '.join(filled)}"
        case "never":
            return "has " + " and ".join(
                f"{name} {cell or 'empty'}" for name, cell in cells.items()
            )
        case "different" if len({cells[name] for name in filled}) < len(filled):
            return f"has the same {' and '.join(filled)}"
        case "ordered":
            for before, after in pairwise(filled):
                low, high = (_typed(cells[name], kinds[name]) for name in (before, after))
                # what is no day or number is told as such
                if low is not None and high is not None and low > high:  # type: ignore[operator]
                    return f"has {before} {cells[before]} after {after} {cells[after]}"
        case "whole":
            for name in filled:
                number = _typed(cells[name], kinds[name])
                if isinstance(number, float) and number % 1:
                    return f"has a fraction in {name}"
    return ""


def _lacking(kind: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Name what rows lack: combinations of what stands in their columns, or months in between."""
    if not rows:
        return []
    there = {*rows}
    wanted: Iterable[tuple[str, ...]]
    if kind == "complete":
        wanted = product(*({cells[at] for cells in rows} for at in range(len(rows[0]))))
    else:
        months = sorted(cells[0] for cells in rows if re.fullmatch(r"[0-9]{4}-[0-9]{2}", cells[0]))
        wanted = ((month,) for month in (_months(months[0], months[-1]) if months else ()))
    return sorted(" ".join(cells) for cells in wanted if cells not in there)


def _months(first: str, last: str) -> Iterator[str]:
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    return (f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1))


def note_keys(tables: Mapping[str, Table], resources: Iterable[Resource]) -> None:
    """Note cells that are not unique, rows with the key of another, and keys that lead nowhere.

    A cell of which something is noted already is left out: what breaks one rule often breaks
    the next one, and the first says it.
    """
    for resource in resources:
        table = tables[resource.name]
        told = {(fault.row, fault.column) for fault in table.faults}
        unique = [[one.name] for one in resource.shape.columns if one.constraints.unique]
        repeated = (_key_faults(table, key) for key in [*unique, resource.shape.primary_key])
        dangling = (
            _foreign_key_faults(table, key, tables[target]) for key, target in resource.links
        )
        for fault in chain(*repeated, *dangling):
            if (fault.row, fault.column) not in told:
                told.add((fault.row, fault.column))
                table.faults.append(fault)


def _key_faults(table: Table, key: Sequence[str]) -> Iterator[Fault]:
    if key and table.has(key):
        word = row_word(table.file)
        for number, first, cells in _repeats(table.select(key)):
            rule = f"stands in {word} {first} already"
            remedy = f"keep one {word} of the two, or correct the value"
            yield Fault(rule, remedy, table.file, number, ", ".join(key), " ".join(cells))


def _foreign_key_faults(table: Table, key: ForeignKey, target: Table) -> Iterator[Fault]:
    # what leads to a row that could not be read is not at fault
    there = [*key.reference.columns, *([key.aliases] if key.aliases else [])]
    if not (table.has(key.columns) and target.is_whole and target.has(there)):
        return
    known = {cells for _, cells in target.select(key.reference.columns)}
    known |= {(text,) for text in target.unread}
    if key.aliases:
        names = (cells[0] for _, cells in target.select([key.aliases]))
        known |= {(name,) for text in names for name in text.split(";")}
    for number, cells in table.select(key.columns):
        if any(cells) and cells not in known:
            text = " ".join(filter(None, cells))
            near = nearest(text, sorted(" ".join(filter(None, one)) for one in known))
            yield Fault(
                f"is not in {target.file}, {', '.join(key.reference.columns)}",
                f"correct it, or add it to {target.file}{near}",
                *(table.file, number, key.columns[0], text),
            )


def _repeats(
    rows: Iterable[tuple[int, tuple[str, ...]]],
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield rows whose cells stood in an earlier row: number, that row's number, cells."""
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        first = seen.setdefault(cells, number)
        if first != number and any(cells):
            yield number, first, cells
