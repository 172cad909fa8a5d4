"""What is wrong with the table of defaults: values that no run could take, defaults that lack."""

from __future__ import annotations

from collections.abc import Mapping

from tradetalks.parameters import COLUMNS, NAMES, ParameterError, Parameters, parse_parameters
from tradetalks.raw.form import Table

_COLUMNS = ("parameter", "value", "why_default")


def note_parameters(tables: Mapping[str, Table]) -> None:
    """Note values that a parameter cannot have, and parameters of a dispute without a default.

    A cell of which something is noted already is left out.
    """
    table = tables.get("parameters")
    if table is None or not (table.is_whole and table.has(_COLUMNS)):
        return
    told = {fault.row for fault in table.faults}
    rows = [*table.select(_COLUMNS)]
    for number, (name, value, _) in rows:
        if number not in told and (wrong := _wrong(name, value) or _unnamed(name, value, tables)):
            table.fault(f"is no {name}", f"correct it: {wrong}", number, "value", value)
    defaults = {name for _, (name, _, why) in rows if why}
    for name in NAMES:
        if Parameters.model_fields[name].is_required() and name not in defaults:
            remedy = "add its row, with the reason in why_default"
            table.fault(f"has no default of {name}", remedy)


def _wrong(name: str, value: str) -> str:
    """What the model says against a value; nothing where it allows it."""
    try:
        parse_parameters({name: value})
    except ParameterError as error:
        return "; ".join(one.allowed for one in error.problems if one.parameter == name)
    return ""


def _unnamed(name: str, value: str, tables: Mapping[str, Table]) -> str:
    """What lacks where the table that names the values of a parameter has no row for this one."""
    if name not in COLUMNS or not (other := tables.get(COLUMNS[name].table)):
        return ""
    column = COLUMNS[name]
    if other.faults or not other.has([column.name]):
        return ""  # what is wrong there is told
    there = (cell for _, (cell,) in other.select([column.name]))
    allowed = column.allowed([value], there)
    return "" if value in allowed else f"or add it to {other.file}, {column.name}"
