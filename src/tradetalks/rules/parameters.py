"""What is wrong with the table of defaults: values that no run could take, defaults that lack."""

from collections.abc import Mapping

from tradetalks.checks import nearest
from tradetalks.parameters import VALUE_COLUMNS, ParameterError, Parameters, parse_parameters
from tradetalks.raw.form import Table


def note_parameters(tables: Mapping[str, Table]) -> None:
    """Note values that a parameter cannot have, and parameters of a dispute without a default."""
    table = tables.get("parameters")
    columns = ("parameter", "value", "why_default")
    if table is None or not (table.is_whole and table.has(columns)):
        return
    told = {fault.row for fault in table.faults}
    for number, row in table.rows.items():
        name = row["parameter"]
        if number not in told and (wrong := _wrong(name, row["value"], tables)):
            table.fault(*wrong, number, "value")
    defaults = {row["parameter"] for row in table.rows.values() if row["why_default"]}
    for name, field in Parameters.model_fields.items():
        if field.is_required() and name not in defaults:
            remedy = "add its row, with the reason in why_default"
            table.fault(f"has no default of {name}", remedy)


def _wrong(name: str, value: str, tables: Mapping[str, Table]) -> tuple[str, str] | None:
    """The rule of the model, or of the table of a parameter's values, against one; the remedy."""
    try:
        parse_parameters({name: value})
    except ParameterError as error:
        if problems := [one.allowed for one in error.problems if one.parameter == name]:
            return f"is no {name}", f"correct it: {'; '.join(problems)}"
    column = VALUE_COLUMNS.get(name)
    other = tables.get(column.table) if column else None
    if not (column and other) or other.faults or not other.has([column.name]):
        return None  # what is wrong there is told
    named = [row[column.name] for row in other.rows.values()]
    if value in column.allowed([value], named):
        return None
    remedy = f"correct it, or add it to {other.file}{nearest(value, named)}"
    return f"is not in {other.file}, {column.name}", remedy
