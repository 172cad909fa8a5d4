"""Many runs: points of a grid, laid side by side.

A *point* is one set of parameters; what computes its result is the caller's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from notepress.errors import all_problems
from tradetalks.parameters import in_words

MOST_POINTS = 10_000
NOT_JUDGED = "not judged"


class Plan(BaseModel):
    """What a sweep file asks for: points around the base run `run`, each a set of parameters.

    `grid` are values by parameter in every combination; `mode` reports or values; `headlines` are
    ids of numbers, each of which gets a curve.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sweep: str
    run: str
    mode: Literal["values", "reports"] = "values"
    grid: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    points: list[Annotated[dict[str, str], Field(min_length=1)]] = []
    headlines: list[str] = []

    @model_validator(mode="after")
    def _has_points(self) -> Self:
        count = len(self.points) + (math.prod(map(len, self.grid.values())) if self.grid else 0)
        if not 0 < count <= MOST_POINTS:
            raise ValueError(f"{count} points; grid and points must give 1 to {MOST_POINTS}")
        return self

    @cached_property
    def settings(self) -> list[dict[str, str]]:
        """Every combination of the grid, its last parameter varying fastest; then the points."""
        grid = itertools.product(*self.grid.values()) if self.grid else ()
        return [*(dict(zip(self.grid, one, strict=True)) for one in grid), *self.points]

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """The parameters that any point sets, in the order in which they first appear."""
        return tuple(dict.fromkeys(name for setting in self.settings for name in setting))

    def setting(self, number: int) -> dict[str, str]:
        """What a point changes of the run, by its number: the base run, 0, nothing."""
        return self.settings[number - 1] if number else {}


@dataclass(frozen=True)
class Result:
    """What a point comes to: values by id, each as in values.json, and verdicts by id."""

    values: Mapping[str, Mapping[str, Any]]
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """One point that is done: its number, what it sets of all that is varied, as text, its result.

    Number 0 is the base run where that is no point of its own. `report` is where its report is.
    """

    number: int
    varied: Mapping[str, str]
    result: Result
    report: str = ""


# --- the file -----------------------------------------------------------------------------------


def read_plan(content: object, name: str, default_run: str) -> Plan:
    """What a sweep's file, as text from YAML, asks for; PressError with all that is wrong."""
    given = {"run": default_run, **content} if isinstance(content, dict) else content
    wrong: list[str] = []
    try:
        plan = Plan.model_validate(given)
    except ValidationError as error:
        wrong = [": ".join([*map(str, one["loc"]), in_words(one)]) for one in error.errors()]
    if isinstance(given, dict) and given.get("sweep", name) != name:
        wrong.insert(0, f"sweep: must be {name!r}, as its file")
    if wrong:
        known = ", ".join(Plan.model_fields)
        raise all_problems(f"the sweep {name}", wrong, f"mend its file, which may hold {known}")
    return plan


# --- the results --------------------------------------------------------------------------------


def table_text(points: Sequence[Point]) -> str:
    """The tidy table as CSV: one row per point and value, and per point and verdict.

    Columns: `point`, the varied parameters, `kind` (value or verdict), `id`, `value` (of a verdict:
    the verdict), `unit` and `text`, the value as printed.
    """
    rows = list[tuple[Any, ...]]()
    for point in points:
        own, values = (point.number, *point.varied.values()), sorted(point.result.values.items())
        rows += [(*own, "value", n, one["value"], one["unit"], one["text"]) for n, one in values]
        rows += [(*own, "verdict", *pair, "", "") for pair in point.result.verdicts.items()]
    columns = ["point", *points[0].varied, "kind", "id", "value", "unit", "text"]
    return pd.DataFrame(rows, columns=columns, dtype=object).to_csv(
        index=False, lineterminator="\n"
    )


class Turn(NamedTuple):
    """A verdict that the base run does not share; `where`, the choices with which alone it is."""

    verdict_id: str
    base: str
    other: str
    points: tuple[int, ...]
    where: str


def turns(points: Sequence[Point], base: Point) -> list[Turn]:
    """Every verdict other than the base run's, by id and verdict, with the points that have it."""
    found: dict[tuple[str, str, str], list[Point]] = {}
    at_base = base.result.verdicts
    for point in points:
        verdicts = point.result.verdicts
        for name in at_base.keys() | verdicts.keys():
            was, now = (each.get(name, NOT_JUDGED) for each in (at_base, verdicts))
            if was != now:
                found.setdefault((name, was, now), []).append(point)
    return [
        Turn(*key, tuple(point.number for point in having), _where(having, points))
        for key, having in sorted(found.items())
    ]


def _where(having: Sequence[Point], points: Sequence[Point]) -> str:
    """The choices that all of these points have and not all points do."""
    own = {name: dict.fromkeys(p.varied[name] for p in having) for name in having[0].varied}
    parts = [
        f"{name} = {' or '.join(chosen)}"
        for name, chosen in own.items()
        if len(chosen) < len({point.varied[name] for point in points})
    ]
    told = "; ".join(parts) or "no single choice"
    everywhere = [p for p in points if all(p.varied[name] in own[name] for name in own)]
    return told if len(everywhere) == len(having) else f"{told}, not always"
