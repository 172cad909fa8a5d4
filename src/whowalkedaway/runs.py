"""Which run is meant: what was typed, and the parameters that come of it.

What was typed on make's command line is read from MAKEFLAGS, so that no value passes through a
shell, and a variable that merely happens to be in the environment counts for nothing.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from whowalkedaway import DEFAULT_RUN, ROOT

if TYPE_CHECKING:
    from tradetalks.parameters import Parameters, Problem

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,199}", re.ASCII)
# make's own variables and those that choose rather than measure; all others are parameters
CONTROLS = {
    *("RUN", "AS", "VALUE", "FILE", "FROM", "MIRROR", "LIST", "SWEEP", "SCHEDULER"),
    *("ACCEPT_DATA", "FAST", "TIMEOUT"),
    *("PYTHON", "MAKEFLAGS", "SHELL"),
}
# seconds that one cell may take where TIMEOUT does not say: a hundred times the slowest one
CELL_SECONDS = 600
# folders of reports/ that hold no run
RESERVED = {"sweeps", "compare", "bench", "by-hand"}


class TableLimits(NamedTuple):
    """What the raw tables of a run allow: the first and last `as_of`, and the coverage sets."""

    first: str
    last: str
    coverage_sets: tuple[str, ...]


class UsageError(Exception):
    """Something in the call itself is wrong; the message is for the person who typed it."""


def command_line_variables(makeflags: str) -> dict[str, str]:
    """NAME -> value of the variables on make's command line, from MAKEFLAGS.

    After ` -- ` make lists them as NAME=value, with blanks and backslashes
    escaped by a backslash and dollar signs doubled.
    """
    _, _, listed = f" {makeflags}".partition(" -- ")
    variables = {}
    for word in re.findall(r"(?:\\.|[^\s\\])+", listed, re.DOTALL):
        plain = re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL).replace("$$", "$")
        name, sign, value = plain.partition("=")
        if sign:
            variables[name.rstrip(":?+!")] = value
    return variables


def check_run_name(name: str, origin: str) -> str:
    """The name, if it can be a folder's; UsageError otherwise."""
    if not RUN_NAME.fullmatch(name) or ".." in name:
        raise UsageError(
            f"{origin} = {name!r}: a run's name is made of letters, digits and ._+=- and starts "
            "with a letter or digit"
        )
    if name.lower() in RESERVED:
        raise UsageError(
            f"{origin} = {name!r}: reports/{name.lower()} is a folder of its own; take another name"
        )
    return name


def chosen_run(typed: Mapping[str, str]) -> str:
    """The run that RUN names, whether or not it was built."""
    return check_run_name(typed.get("RUN", DEFAULT_RUN), "RUN")


def cell_seconds(typed: Mapping[str, str]) -> int:
    """The seconds that one cell may take: TIMEOUT, or the default."""
    text = typed.get("TIMEOUT", str(CELL_SECONDS))
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text, re.ASCII):
        raise UsageError(f"TIMEOUT = {text!r}: is a whole number of seconds, 1 or more")
    return int(text)


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _days_of_use(raw_dir: Path) -> tuple[str, str]:
    """The days between which `as_of` makes a report, as ISO text.

    From the day on which the last of the article's claims had been made, to the last day in the
    tables of statements and actions.
    """
    checked = {row["claim_id"] for row in _rows(raw_dir / "article.csv")}
    claims = _rows(raw_dir / "claims.csv")
    first = max(row["claim_date"] for row in claims if row["claim_id"] in checked)
    days = [row["statement_date"] for row in _rows(raw_dir / "statements.csv")]
    for row in _rows(raw_dir / "actions.csv"):
        days += [row["announced_date"], row["effective_date"]]
    return first, max(days)


def table_limits(raw_dir: str) -> TableLimits | None:
    """What the raw tables allow; None where there is no descriptor.

    Without limits where the tables are broken: their validation says how, row by row.
    """
    folder = ROOT / raw_dir
    if not (folder / "datapackage.yaml").is_file():
        return None
    try:
        first, last = _days_of_use(folder)
        sets = {row["coverage_set"] for row in _rows(folder / "coverage_sets.csv")}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return TableLimits("", "", ())
    return TableLimits(first, last, tuple(sorted(sets)))


def beyond_tables(parameters: Parameters, limits: TableLimits | None) -> list[Problem]:
    """What of these parameters the raw tables do not allow."""
    from tradetalks.parameters import Problem

    if limits is None:
        return [Problem("raw_dir", parameters.raw_dir, "must hold a datapackage.yaml")]
    problems = []
    if limits.last and not limits.first <= str(parameters.as_of) <= limits.last:
        why = (
            f"the article's claims are all made by {limits.first}, and the data end on "
            f"{limits.last}"
        )
        problems.append(Problem("as_of", str(parameters.as_of), why))
    if limits.last and parameters.us_coverage not in limits.coverage_sets:
        allowed = f"one of {', '.join(limits.coverage_sets)}"
        problems.append(Problem("us_coverage", parameters.us_coverage, allowed))
    return problems


def resolve(typed: Mapping[str, str]) -> tuple[str, Parameters]:
    """The run's name and all its parameters, from its file and the command line.

    Raises ParameterError or UsageError with everything that is wrong, and writes nothing.
    """
    from tradetalks.parameters import (
        ParameterError,
        as_text,
        parse_parameters,
        read_parameter_file,
    )

    base = chosen_run(typed)
    overrides = {name.lower(): value for name, value in typed.items() if name not in CONTROLS}
    from_file = read_parameter_file(ROOT / "params" / f"{base}.yml")
    origin = f"params/{base}.yml" + (" and on the command line" if overrides else "")
    parameters = parse_parameters({**from_file, **overrides}, origin)

    if problems := beyond_tables(parameters, table_limits(parameters.raw_dir)):
        raise ParameterError(problems, origin)

    if "AS" in typed:
        return check_run_name(typed["AS"], "AS"), parameters
    texts = as_text(parameters)
    changed = [f"{name}={texts[name]}" for name in sorted(overrides)]
    name = check_run_name("+".join([base, *changed]), "the run's name (choose one with AS=name)")
    return name, parameters


def as_yaml(values: Mapping[str, Any]) -> str:
    """The text of a parameter file with these values."""
    # every JSON value is a YAML value, and days are written as text, as in the notebooks
    return "".join(
        f"{name}: {json.dumps(value, default=str, ensure_ascii=False)}\n"
        for name, value in values.items()
    )
