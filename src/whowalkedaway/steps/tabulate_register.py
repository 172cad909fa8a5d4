"""Make the register of assumptions: what another value of each parameter would change."""

from pathlib import Path

from notepress.outputs import write_frame, write_json
from tradetalks.limits import beyond_tables, table_limits
from whowalkedaway.readings import measure_register, units_on
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write the register, and the units of all values as on the last day of the raw tables."""
    limits = table_limits(task.raw_dir)
    table, units = task.report / "tables" / "register.csv", task.report / "units.json"
    write_frame(
        table, measure_register(task.parameters, lambda tried: beyond_tables(tried, limits))
    )
    last = limits.last if limits else str(task.parameters.as_of)
    write_json(units, units_on(task.parameters, last))
    return [table, units]
