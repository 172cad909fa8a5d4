"""The parameters of a run, and what its raw tables say of them: defaults, values, the last day.

Read as text and without pandas: it is asked for before anything of a run is decided.
"""

import difflib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tradetalks.checks import DataError, nearest
from tradetalks.otherwise import OTHERWISE, name_of
from tradetalks.parameters import (
    VALUE_COLUMNS,
    ParameterError,
    Parameters,
    Problem,
    as_text,
    out_of_order,
    parse_parameters,
    with_last,
)
from tradetalks.raw.descriptor import DESCRIPTOR
from tradetalks.raw.form import read_table

# the raw tables of defaults, and of choices that were left open
TABLE, OPEN = "parameters", "open_choices"


class TableLimits(NamedTuple):
    """What the raw tables of a run allow: the last `as_of`, and values of parameters by name.

    `breakdown` is their own `breakdown_date`, of which an earlier report knows nothing yet.
    """

    last: str
    allowed: Mapping[str, tuple[str, ...]]
    breakdown: str


def table_limits(raw_dir: Path) -> TableLimits | None:
    """What the raw tables allow; None without a descriptor, no limits where they are broken."""
    try:
        if not (raw_dir / DESCRIPTOR).is_file():
            return None
    except OSError:  # no name of a folder
        return None
    try:
        statements = _cells(raw_dir, "statements", "statement_date")
        actions = _cells(raw_dir, "actions", "announced_date", "effective_date")
        last = max(day for row in (*statements, *actions) for day in row)
        named = [*_cells(raw_dir, TABLE, "parameter", "value", "why_default")]
        breakdown = next((day for one, day, why in named if one == "breakdown_date" and why), "")
        allowed = {
            name: column.allowed(
                (value for one, value, _ in named if one == name),
                (value for (value,) in _cells(raw_dir, column.table, column.name)),
            )
            for name, column in VALUE_COLUMNS.items()
        }
        if (raw_dir / f"{OPEN}.csv").is_file():
            left_open = (name_of(words) for (words,) in _cells(raw_dir, OPEN, "choice"))
            allowed["otherwise"] = ("", *OTHERWISE, *dict.fromkeys(left_open))
    except ValueError:
        return TableLimits("", {}, "")
    filled = {name: values for name, values in allowed.items() if values}
    return TableLimits(last, filled, breakdown)


def defaults(raw_dir: Path) -> Parameters:
    """The parameters of a run that says nothing; ParameterError or DataError where they lack."""
    try:
        rows = [*_cells(raw_dir, TABLE, "parameter", "value", "why_default")]
    except ValueError:
        from tradetalks.rules.validate import validate

        validate(raw_dir)  # says what is broken, row by row
        raise DataError(
            f"{raw_dir}: there is no {TABLE}.csv\nWhat to do: write it, with the default of each "
            f"parameter that belongs to a dispute, and describe it in {DESCRIPTOR}"
        ) from None
    given = {name: value for name, value, why in rows if why}
    return parse_parameters(given, f"{raw_dir.name}/{TABLE}.csv, in the rows with a why_default")


def parse_run(
    given: Mapping[str, object],
    project: Path,
    origin: str = "the parameters",
    limits: Callable[[Path], TableLimits | None] = table_limits,
) -> Parameters:
    """Parameters of a run: what was given, and all else as its raw tables have it.

    ParameterError with all that is wrong by model or tables; DataError where these lack defaults.
    """
    raw_dir = str(given.get("raw_dir", Parameters.model_fields["raw_dir"].default))
    found = limits(project / raw_dir)
    if found is None:
        problems = [_nowhere(raw_dir)]
        try:
            parse_parameters(given, origin)
        except ParameterError as error:
            # what the tables would have given is not missing
            problems += [
                one for one in error.problems if one.parameter in given.keys() - {"raw_dir"}
            ]
        raise ParameterError(problems, origin)
    usual = defaults(project / raw_dir)
    beyond = [one for one in beyond_tables(usual, found) if one.parameter not in given]
    if beyond:
        raise ParameterError(beyond, f"{raw_dir}/{TABLE}.csv")
    values = with_last(as_text(usual), given)
    problems = _not_allowed(values, found)
    told = {problem.parameter for problem in problems}
    try:
        parameters = parse_parameters(values, origin)
    except ParameterError as error:
        problems += [problem for problem in error.problems if problem.parameter not in told]
    else:
        problems += _too_late(parameters, found, [*values])
        if not problems:
            return parameters
    raise ParameterError(problems, origin)


def beyond_tables(parameters: Parameters, limits: TableLimits | None) -> list[Problem]:
    """What of these parameters the raw tables do not allow."""
    if limits is None:
        return [_nowhere(parameters.raw_dir)]
    return [*_too_late(parameters, limits, ()), *_not_allowed(as_text(parameters), limits)]


def settled(names: Mapping[str, object], project: Path) -> dict[str, Any]:
    """The parameters of a notebook that is run by hand, as make would give them.

    `names` are those of the notebook when it starts; a parameter that is None has the default of
    the raw tables. Raises ParameterError where a run would be refused, and where what was given is
    all but called like a parameter; DataError where the raw tables break a rule.
    """
    from tradetalks.rules.validate import validate

    if not (project / "notebooks").is_dir():
        raise DataError(
            f"{Path.cwd()} is not where the notebook finds its project\n"
            "What to do: run it from the project's folder, or from notebooks/ there"
        )
    fields = Parameters.model_fields
    given = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in names.items()
        if isinstance(value, str | int | float) and not name.startswith("_")
    }
    own = {name: value for name, value in given.items() if name in fields}
    problems = [
        Problem(name, value, f"there is no such parameter; did you mean {near[0]}?")
        for name, value in given.items()
        if name not in own and (near := difflib.get_close_matches(name.lower(), fields, 1, 0.8))
    ]
    try:
        parameters = parse_run(own, project)
    except ParameterError as error:
        problems += error.problems
    if problems:
        raise ParameterError(problems, "what the notebook was given")
    validate(project / parameters.raw_dir)
    found = json.loads(parameters.model_dump_json())
    return {name: found[name] for name in names if name in fields}


def _cells(raw_dir: Path, name: str, *columns: str) -> Iterator[tuple[str, ...]]:
    """The cells of these columns, row by row; ValueError where the table does not have them."""
    table = read_table(raw_dir / f"{name}.csv")
    if table.faults or not table.has(columns):
        raise ValueError(f"{name}.csv is broken")
    return (cells for _, cells in table.select(columns))


def _nowhere(raw_dir: str) -> Problem:
    return Problem("raw_dir", raw_dir, f"has no {DESCRIPTOR}; name a folder of raw tables")


def _too_late(parameters: Parameters, limits: TableLimits, given: Collection[str]) -> list[Problem]:
    day, last = str(parameters.as_of), limits.last
    if last and day > last:
        return [Problem("as_of", day, f"the data end on {last}; take that day, or one before")]
    if str(parameters.breakdown_date) == limits.breakdown:
        return []
    return out_of_order(parameters, "breakdown_date", "as_of", given)


def _not_allowed(values: Mapping[str, object], limits: TableLimits) -> list[Problem]:
    return [
        Problem(name, one, _offered(one, allowed))
        for name, allowed in limits.allowed.items()
        for one in str(values[name]).split(",")
        if one not in allowed
    ]


def _offered(name: str, known: Iterable[str]) -> str:
    """What is taken in place of a name: the known one most like it, and all; many, one a line."""
    names = [*filter(None, known)]
    near, in_a_row = nearest(name, names), ", ".join(names)
    if len(in_a_row) < 100:
        return f"must be one of {in_a_row}{near}"
    return "\n    ".join([f"must be one of these{near}", *names])
