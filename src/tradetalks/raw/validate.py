"""Everything that is wrong with a folder of raw tables, all at once, in words for its keeper."""

from __future__ import annotations

from pathlib import Path

from tradetalks.checks import DataError
from tradetalks.raw.claim_rules import note_claims, undescribed
from tradetalks.raw.descriptor import DESCRIPTOR, load_descriptor
from tradetalks.raw.faults import Fault, describe
from tradetalks.raw.form import read_references, read_table
from tradetalks.raw.parameter_rules import note_parameters
from tradetalks.raw.rules import note_cells, note_columns, note_keys, note_rows
from tradetalks.raw.tariff_rules import note_tariffs

# Without a row in each of these there is nothing to measure; most others may be empty.
_NEED_ROWS = {
    *("sides", "actions", "statements", "coverage_sets"),
    *("chapter_events", "changes_by_chapter", "imports_by_chapter"),
}


def validate(folder: Path) -> None:
    """Check a folder of raw tables whole.

    Raises one DataError with everything that is wrong, in the order of the descriptor and the
    rows: the file, the row as numbered in it (the header is row 1), the column, the value as
    received, the rule and the remedy.
    """
    descriptor, faults = load_descriptor(folder)
    files = [DESCRIPTOR]
    if descriptor:
        tables = {}
        for resource in descriptor.resources:
            read = read_references if resource.format == "json" else read_table
            tables[resource.name] = table = read(folder / resource.path)
            note_columns(table, resource)
            note_cells(table, resource)
            note_rows(table, resource)
            if resource.name in _NEED_ROWS and not (table.rows or table.faults):
                remedy = "add one: without it there is nothing to measure"
                table.fault("has no row below its header", remedy)
        note_keys(tables, descriptor.resources)
        note_tariffs(tables)
        note_claims(tables)
        note_parameters(tables)
        if lacking := undescribed(descriptor.resources):
            rule = f"describes claims without {', '.join(lacking)}"
            faults.append(Fault(rule, "describe them: claims are judged by them", DESCRIPTOR))
        files += [table.file for table in tables.values()]
        faults += [fault for table in tables.values() for fault in table.faults]
        # a table that nobody describes could hold anything
        faults += [
            Fault("is not described", "describe it, or take it out", path.name)
            for path in sorted(folder.iterdir())
            if path.suffix in (".csv", ".json") and path.is_file() and path.name not in files
        ]
    if faults:
        place = {name: at for at, name in enumerate(files)}
        faults.sort(key=lambda one: (place.get(one.file, len(files)), one.row, one.column))
        raise DataError(describe(faults, folder))
