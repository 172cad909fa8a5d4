"""Make the register of assumptions: what another value of each parameter would change."""

from pathlib import Path

from notepress.outputs import write_frame, write_json
from tradetalks.limits import beyond_tables, table_limits
from whowalkedaway.inprocess import measure_register
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Write the register, and what it starts from, to be held against the values of the run."""
    limits = table_limits(task.raw_dir)
    if limits is not None:
        # no report of an earlier day could show the article, but the numbers of one can be had
        limits = limits._replace(first="")
    found = measure_register(
        task.parameters, lambda tried: beyond_tables(tried, limits), task.seconds
    )
    table, home = task.report / "tables" / "register.csv", task.build / "register-home.json"
    write_frame(table, found.table)
    write_json(home, found.home)
    return [table, home]
