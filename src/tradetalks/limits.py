"""What the raw tables of a run allow its parameters to be.

Read as text and without pandas: it is asked for before anything of a run is decided.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tradetalks.parameters import ParameterError, Parameters, Problem, parse_parameters
from tradetalks.raw.form import read_table


class TableLimits(NamedTuple):
    """What the raw tables of a run allow: the last `as_of`, and the coverage sets."""

    last: str
    coverage_sets: tuple[str, ...]


def table_limits(raw_dir: Path) -> TableLimits | None:
    """What the raw tables allow; None where there is no descriptor.

    A report can be made up to the last day in the tables of statements and actions. Without limits
    where the tables are broken: their validation says how, row by row.
    """
    if not (raw_dir / "datapackage.yaml").is_file():
        return None
    try:
        statements = _cells(raw_dir, "statements", "statement_date")
        actions = _cells(raw_dir, "actions", "announced_date", "effective_date")
        last = max(day for row in (*statements, *actions) for day in row)
        sets = {name for (name,) in _cells(raw_dir, "coverage_sets", "coverage_set")}
    except ValueError:
        return TableLimits("", ())
    return TableLimits(last, tuple(sorted(sets)))


def refuse_wrong(names: Mapping[str, object], raw_dir: Path) -> None:
    """Raise ParameterError where a notebook was given what a run is refused for.

    `names` are those of the notebook when it starts: its parameters are checked, and what is all
    but called like one.
    """
    fields = Parameters.model_fields
    given = {
        name: value
        for name, value in names.items()
        if isinstance(value, str | int | float) and not name.startswith("_")
    }
    own = {name: value for name, value in given.items() if name in fields}
    as_texts = {n: str(v).lower() if isinstance(v, bool) else str(v) for n, v in own.items()}
    problems = [
        Problem(name, str(given[name]), f"there is no such parameter; did you mean {near[0]}?")
        for name in given.keys() - own.keys()
        if (near := difflib.get_close_matches(name.lower(), fields, 1, 0.8))
    ]
    try:
        problems += beyond_tables(parse_parameters(as_texts), table_limits(raw_dir))
    except ParameterError as error:
        problems += error.problems
    if problems:
        raise ParameterError(problems, "what the notebook was given")


def _cells(raw_dir: Path, name: str, *columns: str) -> Iterator[tuple[str, ...]]:
    """The cells of these columns, row by row; ValueError where the table does not have them."""
    table = read_table(raw_dir / f"{name}.csv")
    if table.faults or not table.has(columns):
        raise ValueError(f"{name}.csv is broken")
    return (cells for _, cells in table.select(columns))


def beyond_tables(parameters: Parameters, limits: TableLimits | None) -> list[Problem]:
    """What of these parameters the raw tables do not allow."""
    if limits is None:
        return [Problem("raw_dir", parameters.raw_dir, "must be where datapackage.yaml lies")]
    problems = []
    if limits.last and str(parameters.as_of) > limits.last:
        problems.append(Problem("as_of", str(parameters.as_of), f"the data end on {limits.last}"))
    if limits.last and parameters.us_coverage not in limits.coverage_sets:
        allowed = f"one of {', '.join(limits.coverage_sets)}"
        problems.append(Problem("us_coverage", parameters.us_coverage, allowed))
    return problems
