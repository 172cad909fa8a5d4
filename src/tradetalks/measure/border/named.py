"""Figures of the border record that serve as evidence, each with the day from which it was known.

They are measured on months as first published, whatever the day of the run, so that a figure is
one and the same in every run, and only its day decides who could know it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.clean.border import PUBLISHED
from tradetalks.measure.border.dating import (
    BorderTrade,
    Choices,
    calendar_share,
    default_choices,
    measure_felt,
)
from tradetalks.measure.border.money import measure_money
from tradetalks.measure.border.recorded import (
    measure_base_rates,
    measure_recorded,
    months_between,
)
from tradetalks.measure.border.response import goods_series, measure_run_ahead

COLUMNS = [
    *("measured_id", "title", "known_date", "value", "unit", "held_against"),
    *("source_id", "confidence"),
]
Row = Mapping[Hashable, Any]


class Figure(NamedTuple):
    """A value, what it is held against (None: nothing), and the months that it needs."""

    value: float
    unit: str
    months: list[str]
    held_against: float | None = None


@dataclass(frozen=True, eq=False)
class Border:
    """What figures are measured on: months as published, the importer's steps, raw tables."""

    imports: pd.DataFrame
    exports: pd.DataFrame
    goods_exports: pd.DataFrame
    steps: pd.DataFrame
    goods: pd.DataFrame
    shares: pd.DataFrame
    dated: pd.DataFrame
    windows: pd.DataFrame
    base_year: str

    def recorded(self) -> pd.DataFrame:
        """Duty and value by month."""
        base = measure_base_rates(self.imports, self.base_year)
        return measure_recorded(self.imports, base)

    def ends(self, use: str) -> tuple[str, str]:
        """First and last month of the one span with a use."""
        row = self.windows[self.windows["use"].eq(use)].iloc[0]
        return str(row["start"]), str(row["end"])


def _exports(border: Border, row: Row, months: list[str]) -> Figure:
    monthly = goods_series(border.goods, border.goods_exports, border.exports)
    return Figure(monthly.loc[months, row["goods"]].sum() / 1e9, "usd_bn", months)


def _duty(border: Border, row: Row, months: list[str]) -> Figure:
    column = {"duty": "duty_usd_bn", "duty_of_all_origins": "world_duty_usd_bn"}[row["measure"]]
    by_month = border.recorded().set_index("month")[column]
    return Figure(by_month[months].sum(), "usd_bn", months)


def _additional_duty(border: Border, row: Row, months: list[str]) -> Figure:
    """Held against what the government's own rates and values give for the days in force."""
    by_month = measure_money(border.recorded(), border.steps).set_index("month")
    sums = by_month.loc[months, [f"{PUBLISHED}_usd_bn", "claimed_usd_bn"]].sum()
    return Figure(sums.iloc[0], "usd_bn", months, sums.iloc[1])


def _step_share(border: Border, row: Row, months: list[str]) -> Figure:
    """Held against the part of the month that the step is in force by law."""
    day, made = _step(border, row)["effective_date"], _choices(border, row)
    first = str(day.to_period("M"))
    felt = measure_felt(BorderTrade(border.imports, border.shares), made, first)
    (month,) = months
    used = [month, *months_between(made.before_start, made.before_end)]
    used += months_between(made.after_start, made.after_end)
    share = felt.months.set_index("month")["share"][month]
    return Figure(share, "share", used, calendar_share(day, month))


def _run_ahead(border: Border, row: Row, months: list[str]) -> Figure:
    """Held against the spread of the same number in quiet years."""
    chapters = BorderTrade(border.imports, border.shares).chapters(_choices(border, row))
    quiet, level = border.ends("quiet"), border.ends("level")
    (month,) = months
    found = measure_run_ahead(
        border.imports, chapters, quiet=quiet, level=level, shown=(month, month)
    ).iloc[0]
    used = [month, *months_between(*quiet), *months_between(*level)]
    return Figure(found["against_world_pct"], "percent", used, found["against_world_spread_pct"])


def _choices(border: Border, row: Row) -> Choices:
    (chosen,) = border.dated[border.dated["action_id"].eq(row["action_id"])].to_dict("records")
    return default_choices(chosen, _step(border, row)["tranche"], PUBLISHED)


def _step(border: Border, row: Row) -> Row:
    (step,) = border.steps[border.steps["step_id"].eq(row["action_id"])].to_dict("records")
    return step


_MEASURES: Mapping[str, Callable[[Border, Row, list[str]], Figure]] = {
    "exports": _exports,
    "duty": _duty,
    "duty_of_all_origins": _duty,
    "additional_duty": _additional_duty,
    "step_share": _step_share,
    "run_ahead": _run_ahead,
}


def measure_named(named: pd.DataFrame, border: Border) -> pd.DataFrame:
    """Measure each row of border_measured: one row per figure, with `COLUMNS`.

    `known_date` is the day on which the last of its months came out, `held_against` is missing
    where a figure stands for itself. DataError where a month that a figure needs is in no table.
    """
    days = border.imports.drop_duplicates("month").set_index("month")["known_date"]
    rows = []
    for row in named.to_dict("records"):
        try:
            found = _MEASURES[row["measure"]](border, row, months_between(row["start"], row["end"]))
            known = days[found.months].max()
        except (KeyError, IndexError, ValueError) as error:
            raise DataError(
                f"border_measured: {row['measured_id']} cannot be measured from the tables of the "
                f"border: {error}\nWhat to do: add the months that it needs, name one month for a "
                "step and a row of border_steps, or remove the row and the evidence that cites it"
            ) from error
        rows.append(row | found._asdict() | {"known_date": known})
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"value": "float64", "held_against": "float64"})
