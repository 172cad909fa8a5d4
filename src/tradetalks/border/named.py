"""Figures of the border record that serve as evidence, each with the day from which it was known.

They are measured before the annual revision, so that each is the same in every run.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from tradetalks.border.dating import BorderTrade, calendar_share, default_choices, measure_felt
from tradetalks.border.money import measure_money
from tradetalks.border.recorded import PUBLISHED, measure_base_rates, measure_recorded
from tradetalks.border.response import goods_series, measure_run_ahead
from tradetalks.checks import DataError
from tradetalks.days import months_between
from tradetalks.noted import Tables, kept

MEASURED_COLUMNS = [
    *("measured_id", "title", "known_date", "value", "unit", "held_against"),
    *("source_id", "confidence"),
]
FigureRow = Mapping[Hashable, Any]


class Figure(NamedTuple):
    """A value, what it is held against (None: nothing), and the months that it needs."""

    value: float
    unit: str
    months: list[str]
    held_against: float | None = None


@dataclass(frozen=True, eq=False)
class Border(Tables):
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

    def ends(self, use: str) -> tuple[str, str]:
        """First and last month of the one span with a use."""
        row = self.windows[self.windows["use"].eq(use)].iloc[0]
        return str(row["start"]), str(row["end"])


@kept
def trade_of(border: Border) -> BorderTrade:
    """Imports by month and chapter, laid out once for all who look at them."""
    return BorderTrade(border.imports, border.shares)


@kept
def _recorded(border: Border) -> pd.DataFrame:
    """Duty and value by month; ValueError where no duty says which year is the base."""
    if not border.base_year:
        raise ValueError("no additional duty, and so no year before it")
    return measure_recorded(border.imports, measure_base_rates(border.imports, border.base_year))


def _measure(border: Border, row: FigureRow) -> Figure:
    """Measure one row, and what it is held against: a claim, the calendar, or a usual spread."""
    months = months_between(row["start"], row["end"])
    match row["measure"]:
        case "exports":
            monthly = goods_series(border.goods, border.goods_exports, border.exports)
            return Figure(monthly.loc[months, row["goods"]].sum() / 1e9, "usd_bn", months)
        case "deficit":
            bought = border.imports.groupby("month")["customs_value_usd"].sum()
            sold = border.exports.groupby("month")["value_usd"].sum()
            return Figure((bought[months].sum() - sold[months].sum()) / 1e9, "usd_bn", months)
        case "months_fallen":
            sold = border.exports.groupby("month")["value_usd"].sum()
            before = [f"{int(month[:4]) - 1}{month[4:]}" for month in months]
            fallen = sum(
                sold[month] < sold[year] for month, year in zip(months, before, strict=True)
            )
            return Figure(fallen, "months", [*before, *months], len(months))
        case "duty" | "duty_of_all_origins" as measure:
            column = "duty_usd_bn" if measure == "duty" else "world_duty_usd_bn"
            duty = _recorded(border).set_index("month")[column]
            return Figure(duty[months].sum(), "usd_bn", months)
        case "additional_duty":
            by_month = measure_money(_recorded(border), border.steps).set_index("month")
            sums = by_month.loc[months, [f"{PUBLISHED}_usd_bn", "claimed_usd_bn"]].sum()
            return Figure(sums.iloc[0], "usd_bn", months, sums.iloc[1])
    # the others are measured in one month, on the chapters of one step
    (month,) = months
    (step,) = border.steps[border.steps["step_id"].eq(row["action_id"])].to_dict("records")
    (chosen,) = border.dated[border.dated["action_id"].eq(row["action_id"])].to_dict("records")
    made = default_choices(chosen, step["tranche"], PUBLISHED)
    trade = trade_of(border)
    if row["measure"] not in ("step_share", "run_ahead"):
        raise KeyError(row["measure"])
    if row["measure"] == "step_share":
        felt = measure_felt(trade, made, str(step["effective_date"].to_period("M")))
        used = [month, *months_between(made.before_start, made.before_end)]
        used += months_between(made.after_start, made.after_end)
        share = felt.months.set_index("month")["share"][month]
        return Figure(share, "share", used, calendar_share(step["effective_date"], month))
    quiet, level = border.ends("quiet"), border.ends("level")
    spans = {"quiet": quiet, "level": level, "shown": (month, month)}
    found = measure_run_ahead(border.imports, trade.chapters(made), **spans).iloc[0]
    used = [month, *months_between(*quiet), *months_between(*level)]
    return Figure(found["against_world_pct"], "percent", used, found["against_world_spread_pct"])


def measure_named(named: pd.DataFrame, border: Border) -> pd.DataFrame:
    """Measure each row of border_measured: `known_date` is when the last of its months came out.

    DataError where a month that a figure needs is in no table.
    """
    days = border.imports.drop_duplicates("month").set_index("month")["known_date"]
    rows = []
    for row in named.to_dict("records"):
        try:
            found = _measure(border, row)
            known = days[found.months].max()
        except (KeyError, IndexError, ValueError) as error:
            raise DataError(
                f"border_measured: {row['measured_id']} cannot be measured from the tables of the "
                f"border: {error}\nWhat to do: add the months that it needs, name one month for a "
                "step and a row of border_steps, or remove the row and the evidence that cites it"
            ) from error
        rows.append(row | found._asdict() | {"known_date": known})
    table = pd.DataFrame(rows, columns=MEASURED_COLUMNS)
    return table.astype({"value": "float64", "held_against": "float64"})
