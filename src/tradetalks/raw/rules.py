"""The rules of the descriptor, held against tables: cells, rows, keys."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from itertools import combinations, pairwise, product
from pathlib import Path

from tradetalks.checks import Fault, nearest, row_word
from tradetalks.days import months_between
from tradetalks.raw.characters import character_faults, formula_faults
from tradetalks.raw.descriptor import Column, ForeignKey, Resource
from tradetalks.raw.form import Table, read_table

# What a cell is not that does not look like its type, how it would look, and what to do. Python
# also reads NaN, inf, 1_000, digits of other scripts, blanks, and more digits than a column of
# numbers can hold, and a day without its zeros, which no longer sorts as text, or of a wrong year.
_TYPES = {
    "integer": ("is not a whole number", r"-?[0-9]{1,18}", "write a whole number in plain digits"),
    "number": (
        "is not a number",
        r"-?[0-9]{1,18}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?",
        "write a number such as 12.5 or 1e3, with a decimal point, or leave the cell empty",
    ),
    "date": (
        "is not a day",
        r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}",
        "write a day of 1900 to 2099 that exists, as YYYY-MM-DD",
    ),
    "boolean": ("is neither true nor false", "true|false", "write true or false"),
}
_LOOKS = {kind: re.compile(look) for kind, (_, look, _) in _TYPES.items()}
_NUMBERS = ("integer", "number")
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


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
        column = described.get(name)
        look = cache(partial(_cell_faults, column=column))
        if any(map(look, _telling({row[name] for row in table.rows.values()}, column))):
            for number, row in table.rows.items():
                for rule, remedy in look(row[name]):
                    table.fault(rule, remedy, number, name, row[name])


def _telling(texts: set[str], column: Column | None) -> set[str]:
    """The cells of a column that tell of all: of thousands of numbers the least and greatest."""
    if not column or column.type not in _NUMBERS:
        return texts
    filled, allowed = texts - {""}, column.constraints
    are_numbers = filled and all(map(_LOOKS[column.type].fullmatch, filled))
    if not are_numbers or allowed.enum or allowed.pattern:
        return texts
    return {min(filled, key=float), max(filled, key=float), *(texts - filled)}


def _cell_faults(text: str, column: Column | None) -> list[tuple[str, str]]:
    """List rule and remedy for what is wrong with a cell by itself, its characters first."""
    faults = [*character_faults(text)]
    if column is None or column.type == "string":
        faults += formula_faults(text)
    if column and not faults and (fault := _value_fault(text, column)):
        faults.append(fault)
    return faults


def _value_fault(text: str, column: Column) -> tuple[str, str] | None:
    """Say which rule of its column a cell breaks first, and what to do."""
    allowed, meaning = column.constraints, f": {column.description}" if column.description else ""
    if not text:
        return ("is empty", f"fill the cell{meaning}") if allowed.required else None
    value = _typed(text, column.type)
    if value is None:
        rule, _, remedy = _TYPES[column.type]
        if column.type in _NUMBERS and re.fullmatch(r"-?[0-9]+(,[0-9]+)+", text):
            remedy = "write a point for decimals, and nothing between thousands"
            return "has a comma in a number", remedy
        return rule, remedy
    if allowed.enum and text not in allowed.enum:
        near = nearest(text, allowed.enum)
        return "is not one of the codes", f"use one of {', '.join(allowed.enum)}{near}"
    if allowed.pattern and not allowed.pattern.fullmatch(text):
        form = allowed.pattern.pattern
        shown = "it as the column says" if meaning and len(form) > 100 else f"it in the form {form}"
        remedy = f"write {shown}{meaning}"
        return "has another form than its column", remedy
    if isinstance(value, float):
        if allowed.minimum is not None and value < allowed.minimum:
            return f"is less than {allowed.minimum:.15g}", f"correct the number{meaning}"
        if allowed.maximum is not None and value > allowed.maximum:
            return f"is more than {allowed.maximum:.15g}", f"correct the number{meaning}"
    return None


def _typed(text: str, kind: str) -> float | date | str | None:
    """Read a cell as its column's type; None where it is none of it."""
    if kind == "string":
        return text
    if not _LOOKS[kind].fullmatch(text):
        return None
    try:
        if kind == "date":
            return date.fromisoformat(text)
        return float(text) if kind in _NUMBERS else text
    except ValueError:
        return None


def note_rows(table: Table, resource: Resource) -> None:
    """Note rows that break a rule between columns, and rows that are missing by one."""
    kinds = {column.name: column.type for column in resource.shape.columns}
    for rule in resource.rules:
        conditions: dict[str, list[str]] = {name: [] for name in rule.when_filled} | rule.where
        columns = rule.columns or [*conditions]
        if table.has([*columns, *conditions]):
            rows = dict(table.select(columns))
            for at, texts in conditions.items():
                cells = ((number, table.rows[number][at]) for number in rows)
                rows = {n: rows[n] for n, cell in cells if (cell in texts if texts else cell)}
            for number, said in _broken(rule.kind, columns, rows, kinds):
                table.fault(said, rule.remedy, number)


def _broken(
    kind: str,
    columns: Sequence[str],
    rows: Mapping[int, tuple[str, ...]],
    kinds: Mapping[str, str],
) -> Iterator[tuple[int, str]]:
    """Yield the number of each row that breaks a rule, 0 for one that is missing, and how."""
    if kind == "distinct":
        for number, first, _ in _repeats(rows.items()):
            yield number, f"repeats {', '.join(columns)} of row {first}"
    elif kind in ("complete", "unbroken"):
        yield from ((0, f"has no row for {cells}") for cells in _lacking(kind, {*rows.values()}))
    else:
        look = cache(lambda cells: _row_fault(kind, dict(zip(columns, cells, strict=True)), kinds))
        are_numbers = kind == "ordered" and {kinds[name] for name in columns} <= {*_NUMBERS}
        for number in _unordered(rows) if are_numbers else rows:
            if said := look(rows[number]):
                yield number, said


def _unordered(rows: Mapping[int, tuple[str, ...]]) -> Iterable[int]:
    """Of thousands of rows those whose numbers are not in order; all, if one is no number."""
    by_column = zip(*rows.values(), strict=True)
    try:
        values = [[float(cell or "nan") for cell in cells] for cells in by_column]
    except ValueError:  # which is told
        return rows
    found = (zip(rows, *pair, strict=True) for pair in combinations(values, 2))
    return sorted({number for one in found for number, low, high in one if low > high})


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


def _lacking(kind: str, there: Collection[tuple[str, ...]]) -> list[str]:
    """Name what rows lack: combinations of what stands in their columns, or months in between."""
    wanted: Iterable[tuple[str, ...]] = ()
    if kind == "complete" and there:
        wanted = product(*({*cells} for cells in zip(*there, strict=True)))
    elif months := sorted(cells[0] for cells in there if _MONTH.fullmatch(cells[0])):
        wanted = ((month,) for month in months_between(months[0], months[-1]))
    return sorted(" ".join(cells) for cells in wanted if cells not in there)


def note_keys(tables: Mapping[str, Table], resources: Iterable[Resource]) -> None:
    """Note cells not unique, keys that stand twice or lead nowhere, where nothing else is wrong."""
    for resource in resources:
        table = tables[resource.name]
        told = {(fault.row, fault.column) for fault in table.faults}
        for fault in _key_faults(table, resource, tables):
            if (fault.row, fault.column) not in told:
                told.add((fault.row, fault.column))
                table.faults.append(fault)


def _key_faults(table: Table, resource: Resource, tables: Mapping[str, Table]) -> Iterator[Fault]:
    unique = [[one.name] for one in resource.shape.columns if one.constraints.unique]
    word = row_word(table.file)
    for key in [*unique, resource.shape.primary_key]:
        for number, first, cells in _repeats(table.select(key)) if table.has(key) else ():
            rule = f"stands in {word} {first} already"
            remedy = f"keep one {word} of the two, or correct the value"
            yield Fault(rule, remedy, table.file, number, ", ".join(key), " ".join(cells))
    for foreign, name in resource.links:
        yield from _dangling(table, foreign, tables[name])


def _dangling(table: Table, key: ForeignKey, target: Table) -> Iterator[Fault]:
    if not (table.has(key.columns) and target.is_whole and target.has(key.looked_up)):
        return
    known = {cells for _, cells in target.select(key.reference.columns)}
    # what leads to a row that could not be read is not at fault
    known |= {(text,) for text in target.unread}
    if key.aliases:
        known |= {(one,) for row in target.rows.values() for one in row[key.aliases].split(";")}
    for number, cells in table.select(key.columns):
        if cells not in known and any(cells):
            text = " ".join(filter(None, cells))
            near = nearest(text, sorted(" ".join(filter(None, one)) for one in known))
            rule = f"is not in {target.file}, {', '.join(key.reference.columns)}"
            remedy = f"correct it, or add it to {target.file}{near}"
            yield Fault(rule, remedy, table.file, number, key.columns[0], text)


def _repeats(
    rows: Iterable[tuple[int, tuple[str, ...]]],
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield rows whose cells stood in an earlier row: number, that row's number, cells."""
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        first = seen.setdefault(cells, number)
        if first != number and any(cells):
            yield number, first, cells


def read_described(folder: Path, resource: Resource) -> Table:
    """Read a table as text, with every fault of its form and of its cells."""
    table = read_table(folder / resource.path, resource.format)
    note_columns(table, resource)
    note_cells(table, resource)
    return table
