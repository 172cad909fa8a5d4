"""When a step was felt: the part of it that was recorded month by month, and which day fits best.

The part is measured on chapters that lie nearly whole on one list: (rate of the month less rate
before) over (rate after less rate before), each chapter weighed by its imports of a year. An
interval comes from drawing the chapters again, with replacement. Dispute, days and thresholds come
from the raw tables; what an analyst could have chosen otherwise is tried in all combinations.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tradetalks.border.recorded import PUBLISHED, REVISED, by_chapter
from tradetalks.days import months_between

# enough that an interval is stable to the printed digit; any seed would do
DRAWS, SEED = 4000, 20190510

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Choices:
    """How a step is measured: spans before and after it, chapters, weights, vintage."""

    action_id: str
    tranche: str
    before_start: str
    before_end: str
    after_start: str
    after_end: str
    hs_chapters: str
    min_share: float
    min_imports_usd_bn: float
    trade_year: int
    line_split: str
    vintage: str


def default_choices(step: Mapping[Hashable, Any], tranche: str, vintage: str) -> Choices:
    """Choices of a row of border_steps, at the imports of the year before its last month."""
    named = {field.name: step[field.name] for field in fields(Choices) if field.name in step}
    chapters = "" if pd.isna(step["hs_chapters"]) else step["hs_chapters"]
    return Choices(**named | {"hs_chapters": chapters, "tranche": tranche, "vintage": vintage})


class _Goods(NamedTuple):
    """Weights of the chosen chapters, and their duty and value summed up before each month."""

    weights: Numbers
    months: Mapping[str, int]
    sums: Numbers

    def rate(self, start: str, end: str) -> Numbers:
        """Rate of each chapter over a span of months, in percent."""
        duty, value = self.sums[:, self.months[end] + 1] - self.sums[:, self.months[start]]
        return np.asarray(100 * duty / value)

    def moved(self, made: Choices, months: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Points by which each chapter's rate rose in each month, and with the step as a whole."""
        before = self.rate(made.before_start, made.before_end)
        rose = np.array([self.rate(month, month) - before for month in months])
        return rose, self.rate(made.after_start, made.after_end) - before


class BorderTrade:
    """Imports by month and chapter, laid out once per vintage for many looks."""

    def __init__(self, imports: pd.DataFrame, shares: pd.DataFrame) -> None:
        columns = ["calculated_duty_usd", "customs_value_usd"]
        self._known = {
            vintage: [by_chapter(rows, column) for column in columns]
            for vintage, rows in imports.groupby("vintage")
        }
        # of every chapter duty and value up to each month, with a row of zeros before the first
        self._sums = {
            vintage: np.pad(np.stack([table.cumsum() for table in both]), [(0, 0), (1, 0), (0, 0)])
            for vintage, both in self._known.items()
        }
        self._shares = shares.set_index(["trade_year", "line_split", "hs_chapter"])

    def has(self, made: Choices) -> bool:
        """Whether every month that these choices need is known."""
        wanted = {
            *months_between(made.before_start, made.before_end),
            *months_between(made.after_start, made.after_end),
        }
        return made.vintage in self._known and wanted <= {*self._known[made.vintage][0].index}

    @cached_property
    def _imports(self) -> Callable[[str, int], pd.Series]:
        """Imports of each chapter in a year that weighs, by vintage."""

        def found(vintage: str, year: int) -> pd.Series:
            value = self._known[vintage][1]
            return value[value.index.str[:4] == str(year)].sum()

        return cache(found)

    def chapters(self, made: Choices) -> list[str]:
        """Chapters that are measured: named ones, or all nearly whole on the list and not tiny."""
        if made.hs_chapters:
            return made.hs_chapters.split(";")
        shares = self._shares[made.tranche].loc[made.trade_year, made.line_split]
        imports = self._imports(made.vintage, made.trade_year)
        large = imports.index[imports.gt(made.min_imports_usd_bn * 1e9)]
        return sorted({*shares.index[shares.gt(made.min_share)]} & {*large})

    def goods(self, made: Choices) -> _Goods:
        """Duty, value and weights of the chapters that are measured."""
        chapters, (duty, _) = self.chapters(made), self._known[made.vintage]
        sums = self._sums[made.vintage][:, :, duty.columns.get_indexer(pd.Index(chapters))]
        months = {month: at for at, month in enumerate(duty.index)}
        imports = self._imports(made.vintage, made.trade_year)
        return _Goods(imports[chapters].to_numpy(), months, sums)


@dataclass(frozen=True, eq=False)
class Felt:
    """What of a step was recorded: `months` with share, low and high, `chapters` with share.

    `days` are those of the old rate from the first of the step's month on, and their interval.
    """

    choices: Choices
    step_pp: float
    chapter_count: int
    months: pd.DataFrame
    chapters: pd.DataFrame
    days: tuple[float, float, float]


def measure_felt(trade: BorderTrade, made: Choices, first_month: str) -> Felt:
    """Share recorded by month, from the month before that of the step until it is settled."""
    goods, chapters = trade.goods(made), trade.chapters(made)
    months = months_between(str(pd.Period(first_month, "M") - 1), made.after_end)
    moved, step = goods.moved(made, months)
    weights = goods.weights
    shares = (moved * weights).sum(axis=1) / (step * weights).sum()
    draws = np.random.default_rng(SEED).integers(0, len(chapters), (DRAWS, len(chapters)))
    drawn = (moved * weights)[:, draws].sum(axis=2) / (step * weights)[draws].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=1)
    until, lengths = unsettled(made, first_month)
    places = [months.index(month) for month in until]
    days_drawn = ((1 - drawn[places]) * lengths[:, None]).sum(axis=0)
    low_days, high_days = np.quantile(days_drawn, [0.025, 0.975])
    with np.errstate(divide="ignore", invalid="ignore"):
        single = pd.DataFrame(moved / step, pd.Index(months, name="month"), chapters)
    return Felt(
        choices=made,
        step_pp=float((step * weights).sum() / weights.sum()),
        chapter_count=len(chapters),
        months=pd.DataFrame({"month": months, "share": shares, "low": low, "high": high}),
        chapters=single.melt(
            ignore_index=False, var_name="hs_chapter", value_name="share"
        ).reset_index(),
        days=(float(((1 - shares[places]) * lengths).sum()), float(low_days), float(high_days)),
    )


def day_after(first_month: str, days: float) -> pd.Timestamp:
    """Return the day on which a new rate begins after so many days of a month."""
    return pd.Timestamp(f"{first_month}-01") + pd.Timedelta(days=int(days))


def calendar_share(day: pd.Timestamp, month: str) -> float:
    """Part of a month's days from a day on."""
    length = pd.Period(month, "M").days_in_month
    days = (pd.Period(month, "M").end_time.normalize() - day).days + 1
    return min(max(days, 0), length) / length


def measure_window(
    felt: Felt, day: pd.Timestamp, on_list_usd_bn: pd.Series, months: Sequence[str]
) -> pd.DataFrame:
    """What still entered at the old rate after a step took effect, by month until it is settled.

    Columns: month, goods_usd_bn (of the list, not recorded), duty_usd_bn (at the rise recorded).
    """
    shares = felt.months.set_index("month")["share"]
    parts = [calendar_share(day, month) - shares[month] for month in months]
    goods = on_list_usd_bn[[*months]].to_numpy() * parts
    duty = goods * felt.step_pp / 100
    return pd.DataFrame({"month": [*months], "goods_usd_bn": goods, "duty_usd_bn": duty})


def measure_rule_fit(
    shares: pd.Series, days: Mapping[str, pd.Timestamp], slowness: Sequence[float]
) -> pd.DataFrame:
    """How far each rule for the day is from the `shares` recorded by month: one row per rule.

    Columns: effective_date_rule, effective_date, rmse, rmse_slow (recorded with `slowness`).
    """
    recorded, months = shares.to_numpy(dtype="float64"), list(shares.index)
    table = pd.DataFrame({"effective_date_rule": list(days), "effective_date": list(days.values())})
    for name, slow in (("rmse", ()), ("rmse_slow", slowness)):
        table[name] = _distance(recorded, _expected(days, months, slow))
    return table


def _expected(
    days: Mapping[str, pd.Timestamp], months: Sequence[str], slowness: Sequence[float]
) -> Numbers:
    """Shares that a step on each of the days would show in each month.

    `slowness`: parts of the calendar's share recorded in the first months without a grace window.
    """
    rows = []
    for day in days.values():
        slow = {str(day.to_period("M") + later): part for later, part in enumerate(slowness)}
        rows.append([calendar_share(day, month) * slow.get(month, 1.0) for month in months])
    return np.array(rows)


def _distance(recorded: Numbers, expected: Numbers) -> Numbers:
    """Root of the mean squared difference, for each row of what is expected."""
    return np.asarray(np.sqrt(((expected - recorded) ** 2).mean(axis=1)))


def measure_variants(
    trade: BorderTrade,
    made: Choices,
    tried: pd.DataFrame,
    days: Mapping[str, pd.Timestamp],
    slowness: Sequence[float],
    first_month: str,
) -> pd.DataFrame:
    """Day and rules under all combinations of choices: one row per combination that is known.

    `tried` has choice and value. Columns: the choices, chapters (how many), a share per month until
    the step is settled, days_of_old_rate, day, best_rule, best_rule_slow.
    """
    until, lengths = unsettled(made, first_month)
    rules = list(days)
    expected = {
        name: _expected(days, until, slow)
        for name, slow in (("best_rule", ()), ("best_rule_slow", slowness))
    }
    goods: dict[tuple[object, ...], _Goods] = {}
    rows = []
    for one in _combinations(made, tried):
        if not trade.has(one):
            continue
        chosen = (one.vintage, one.trade_year, one.line_split, one.min_share)
        if chosen not in goods:
            goods[chosen] = trade.goods(one)
        found = goods[chosen]
        moved, step = found.moved(one, until)
        weights = np.asarray(found.weights)
        shares = (np.asarray(moved) * weights).sum(axis=1) / (np.asarray(step) * weights).sum()
        old = float(((1 - shares) * lengths).sum())
        named = [f"share_{month.replace('-', '_')}" for month in until]
        rows.append(
            {name: getattr(one, name) for name in tried["choice"].unique()}
            | {"chapters": len(found.weights)}
            | dict(zip(named, shares, strict=True))
            | {"days_of_old_rate": old, "day": day_after(first_month, old)}
            | {name: rules[_distance(shares, at).argmin()] for name, at in expected.items()}
        )
    return pd.DataFrame(rows)


def unsettled(made: Choices, first_month: str) -> tuple[list[str], Numbers]:
    """Months from that of the step until it is settled, and their lengths in days."""
    months = [m for m in months_between(first_month, made.after_start) if m < made.after_start]
    return months, np.array([float(pd.Period(month, "M").days_in_month) for month in months])


def _combinations(made: Choices, tried: pd.DataFrame) -> Iterator[Choices]:
    options = {}
    for name, values in tried.groupby("choice", sort=False)["value"]:
        own = getattr(made, str(name))
        options[str(name)] = dict.fromkeys([own, *map(type(own), values)])
    for chosen in product(*options.values()):
        yield replace(made, **dict(zip(options, chosen, strict=True)))


def newest_vintage(imports: pd.DataFrame) -> str:
    """Return the vintage that default choices read: the revised one, once it is known."""
    return REVISED if imports["vintage"].eq(REVISED).any() else PUBLISHED
