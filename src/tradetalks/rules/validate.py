"""Everything that is wrong with a folder of raw tables, all at once, in words for its keeper."""

from pathlib import Path

from tradetalks.checks import DataError, Fault, list_faults
from tradetalks.raw.descriptor import DESCRIPTOR, require_descriptor
from tradetalks.raw.rules import note_keys, note_rows, read_described
from tradetalks.rules.claims import note_claims, undescribed
from tradetalks.rules.parameters import note_parameters
from tradetalks.rules.queries import note_between
from tradetalks.rules.translations import note_translations

# Without a row in each of these there is nothing to measure; most others may be empty.
_NEED_ROWS = {
    *("sides", "actions", "statements", "coverage_sets"),
    *("chapter_events", "changes_by_chapter", "imports_by_chapter"),
}


def validate(folder: Path) -> None:
    """Check a folder of raw tables whole.

    Raises one DataError with everything that is wrong, in the order of the descriptor and the
    rows, broken files first: the file, the row as numbered in it (the header is row 1), the
    column, the value as received, the rule and the remedy.
    """
    descriptor = require_descriptor(folder)
    tables = {}
    for resource in descriptor.resources:
        tables[resource.name] = table = read_described(folder, resource)
        note_rows(table, resource)
        if resource.name in _NEED_ROWS and not (table.rows or table.faults):
            remedy = "add one: without it there is nothing to measure"
            table.fault("has no row below its header", remedy)
    note_keys(tables, descriptor.resources)
    note_between(tables)
    note_claims(tables)
    note_translations(tables)
    note_parameters(tables)
    faults = [Fault(rule, remedy, DESCRIPTOR) for rule, remedy in undescribed(descriptor.resources)]
    # what cannot be read whole, or has no row, is behind much that is told of others
    for table in sorted(tables.values(), key=lambda one: one.is_whole and bool(one.rows)):
        faults += sorted(table.faults, key=lambda one: (one.row, one.column))
    # a table that nobody describes could hold anything
    described = {table.file for table in tables.values()}
    faults += [
        Fault("is not described", "describe it, or take it out", path.name)
        for path in sorted(folder.iterdir())
        if path.suffix in (".csv", ".json") and path.is_file() and path.name not in described
    ]
    if faults:
        raise DataError(list_faults(faults, folder))
