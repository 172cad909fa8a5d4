"""What the raw tables of a run allow its parameters to be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tradetalks.parameters import Parameters, Problem


class TableLimits(NamedTuple):
    """What the raw tables of a run allow: the first and last `as_of`, and the coverage sets."""

    first: str
    last: str
    coverage_sets: tuple[str, ...]


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


def table_limits(raw_dir: Path) -> TableLimits | None:
    """What the raw tables allow; None where there is no descriptor.

    Without limits where the tables are broken: their validation says how, row by row.
    """
    if not (raw_dir / "datapackage.yaml").is_file():
        return None
    try:
        first, last = _days_of_use(raw_dir)
        sets = {row["coverage_set"] for row in _rows(raw_dir / "coverage_sets.csv")}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return TableLimits("", "", ())
    return TableLimits(first, last, tuple(sorted(sets)))


def beyond_tables(parameters: Parameters, limits: TableLimits | None) -> list[Problem]:
    """What of these parameters the raw tables do not allow."""
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
