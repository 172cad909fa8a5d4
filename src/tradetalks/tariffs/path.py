"""The average rate of each side on the other, as a step function of the date.

By chapter it is the cumulated sum of (points x imports) over total imports, by list the sum of
(value x rate) over the total, of one base year. Without a measure of a duty in force it is missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradetalks.noted import kept
from tradetalks.tariffs.dates import LEGAL_RULE, deadlines_of, effective_dates, known_rules
from tradetalks.tariffs.tables import TariffTables, Weights, coverage_weights, join_ids, split_ids

# The day from which an exemption counts: by law, which may be before it was announced (duty is
# paid back then); as it was told, of which the day in law may not be known; or never.
IN_LAW, AS_TOLD, NEVER = "effective_date", "announced_date", ""


class Basis(NamedTuple):
    """What averages are measured from; `us_coverage` values lists, the rule dates their steps."""

    tables: TariffTables
    coverage_set: str
    effective_date_rule: str = LEGAL_RULE
    transit_days: int = 0

    @property
    def weights(self) -> Weights:
        """The values of its set."""
        return coverage_weights(self.tables, self.coverage_set)

    @property
    def inside(self) -> pd.DataFrame:
        """Steps on lists of the importer for which sets speak, dated by its rule: alike for all."""
        return _inside(self._replace(coverage_set=""))

    def days(self, steps: pd.DataFrame) -> pd.Series:
        """Day on which each of these steps counts by its rule, aligned with them."""
        return effective_dates(steps, self.effective_date_rule, self.transit_days)


@kept
def _inside(basis: Basis) -> pd.DataFrame:
    steps, importer = basis.tables.steps, basis.tables.importer("tranches")
    inside = steps[is_inside(steps, basis.tables.coverage_sets) & steps["importer"].eq(importer)]
    return inside.assign(effective_date=basis.days(inside), legal_date=inside["effective_date"])


class Terms(NamedTuple):
    """How a number is put together: in words, the number for each of them, and the rows behind."""

    formula: str
    terms: Mapping[str, float]
    rows: Mapping[str, Sequence[str]]


# The components of an applied rate, and the column of the path that each class of step moves.
# Steps of any other class (deposits on one product) are outside the path: see
# `measure_steps_outside`.
COMPONENTS = {"mfn": "base_rate_pct", "additional": "additional_duty_pp"}
PATH_COLUMNS = [
    *("importer", "effective_date", "step_ids"),
    *("base_rate_pct", "additional_duty_pp", "applied_rate_pct", "weights"),
    *("effective_date_rule", "is_complete", "unmeasured_step_ids"),
]


def measure_tariff_path(basis: Basis, exempt_since: str = IN_LAW) -> pd.DataFrame:
    """Average rate of each side on the other: one row per importer and effective date.

    Columns: importer, effective_date, step_ids (joined by ";", empty in the base row),
    base_rate_pct, additional_duty_pp, applied_rate_pct (missing from an unmeasured step on),
    weights, effective_date_rule, is_complete, unmeasured_step_ids. `exempt_since` says when exempt
    goods leave: IN_LAW, AS_TOLD or NEVER.
    """
    by_chapter = measure_chapter_path(basis.tables, exempt_since)
    by_chapter = by_chapter.assign(effective_date_rule=basis.effective_date_rule)
    order = dict(basis.tables.sides[["side", "order"]].to_numpy())
    both = [measure_tranche_path(basis, exempt_since), by_chapter[PATH_COLUMNS]]
    both.sort(key=lambda path: order[path["importer"].iloc[0]])
    return pd.concat(both, ignore_index=True)


# kept by its tables, which equal nothing but themselves: many ask for the same path
@kept
def measure_chapter_path(tables: TariffTables, exempt_since: str = IN_LAW) -> pd.DataFrame:
    """Average rates of the importer measured by chapters: one row per effective date.

    However lines are grouped into chapters, the sum is the same. Columns as in
    `measure_tariff_path`, without effective_date_rule.
    """
    steps, changes = tables.steps, tables.chapter_changes
    importer = tables.importer("chapters")
    total = float(tables.chapter_imports["imports_usd_thousand"].sum())
    by_date = changes.pivot_table(
        "weighted_change_pp_usd_thousand", "effective_date", "measure_class", aggfunc="sum"
    )
    theirs = steps[steps["importer"].eq(importer) & steps["measure_class"].isin(list(COMPONENTS))]
    theirs = theirs.sort_values(["effective_date", "step_id"])
    missing = theirs[~theirs["step_id"].isin(split_ids(changes["step_ids"]))]
    exempt = _exemptions(tables, importer, exempt_since, theirs)
    days = sorted({*by_date.index, *missing["effective_date"], *exempt["since"]})
    rates = by_date.reindex(index=days, columns=list(COMPONENTS)).fillna(0.0).cumsum() / total
    rates = rates.rename(columns=COMPONENTS)
    by_list = rates_by_list(theirs[theirs["tranche"].isin(exempt["tranche"])], days)
    rates["additional_duty_pp"] -= _exempt_points(exempt, by_list, total / 1e6)
    step_ids = changes.drop_duplicates("event").set_index("effective_date")["step_ids"]
    (year,) = tables.chapter_imports["trade_year"].unique()
    weights = chapter_weights(int(year))
    return _path(rates, step_ids, missing, exempt, importer=importer, weights=weights)


@kept
def measure_tranche_path(basis: Basis, exempt_since: str = IN_LAW) -> pd.DataFrame:
    """Average rates of the importer measured by tranches: one row per effective date.

    A set speaks for the instruments of its tranches: a step by one of these without a value leaves
    the path incomplete, any other is outside (`measure_steps_outside`). Columns as in
    `measure_tariff_path`.
    """
    importer, weights = basis.tables.importer("tranches"), basis.weights
    measured, missing = steps_on_lists(basis)
    exempt = _exemptions(basis.tables, importer, exempt_since, measured)
    days = {weights.base_date, *measured["effective_date"], *missing["effective_date"]}
    rates = rates_by_list(measured, sorted({*days, *exempt["since"]}))
    added = rates.mul(weights.tranches.reindex(rates.columns)).sum(axis=1) / weights.total
    added -= _exempt_points(exempt, rates, weights.total)
    path = _path(
        pd.DataFrame({"base_rate_pct": weights.base_rate_pct, "additional_duty_pp": added}),
        measured.set_index("effective_date")["step_id"],
        missing,
        exempt,
        importer=importer,
        weights=weights.label,
    )
    return path.assign(effective_date_rule=basis.effective_date_rule)[PATH_COLUMNS]


@kept
def steps_on_lists(basis: Basis) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps on lists that are measured, in order, and the rest; both dated by the rule."""
    inside = basis.inside
    is_measured = (
        inside["measure_class"].eq("additional")
        & inside["tranche"].isin(basis.weights.tranches.index)
        & inside["rate_after_pct"].notna()
        & inside["is_admitted"]
    )
    measured = inside[is_measured].sort_values(["effective_date", "legal_date", "step_id"])
    return measured, inside[~is_measured]


@kept
def terms_by_list(basis: Basis, day: pd.Timestamp) -> Terms:
    """What the average of the importer measured by tranches is put together of on a day."""
    tables, weights, sets = basis.tables, basis.weights, basis.tables.coverage_sets
    measured, missing = steps_on_lists(basis)
    past = measured[measured["effective_date"].le(day)]
    exempt = _exemptions(tables, tables.importer("tranches"), IN_LAW, past)
    rates = rates_by_list(past, [day])
    formula = "base rate + (imports on each list x its added rate, summed) / all imports"
    numbers = {"base rate (percent)": weights.base_rate_pct}
    for name in map(str, rates):
        numbers |= {
            f"imports on {name} ($ billion)": float(weights.tranches[name]),
            f"added rate on {name} (percent)": float(rates[name].iloc[0]),
        }
    if gone := float(_exempt_points(exempt[exempt["since"].le(day)], rates, weights.total).sum()):
        formula += " - points on exempt goods"
        numbers["points on exempt goods"] = gone
    own, late = sets[sets["coverage_set"].eq(basis.coverage_set)], missing["effective_date"].gt(day)
    return Terms(
        formula,
        {**numbers, "all imports ($ billion)": weights.total},
        {
            "actions": [*past["step_id"], *missing.loc[~late, "step_id"], *exempt["action_id"]],
            "benchmarks": [weights.base_benchmark_id],
            "coverage": [*own["coverage_id"].dropna(), *exempt["coverage_id"]],
        },
    )


@kept
def terms_by_chapter(tables: TariffTables, day: pd.Timestamp) -> Terms:
    """What the average of the importer measured by chapters is put together of on a day."""
    changes = tables.chapter_changes[tables.chapter_changes["effective_date"].le(day)]
    imports = float(tables.chapter_imports["imports_usd_thousand"].sum()) / 1e6
    by_event = changes.groupby("event", sort=False)["weighted_change_pp_usd_thousand"].sum()
    numbers = {
        f"change of {event} (points x $ billion)": float(points) / 1e6
        for event, points in by_event.items()
    }
    importer = tables.importer("chapters")
    theirs = tables.steps[tables.steps["importer"].eq(importer)]
    exempt = _exemptions(tables, importer, IN_LAW, theirs)
    formula = "(change of each event in points x imports of its chapters, summed) / all imports"
    rates = rates_by_list(theirs[theirs["tranche"].isin(exempt["tranche"])], [day])
    if gone := float(_exempt_points(exempt[exempt["since"].le(day)], rates, imports).sum()):
        formula += " - points on exempt goods"
        numbers["points on exempt goods"] = gone
    steps = {*split_ids(changes["step_ids"]), *exempt["action_id"]}
    steps |= {*theirs.loc[theirs["effective_date"].le(day), "step_id"]}
    numbers["all imports ($ billion)"] = imports
    return Terms(formula, numbers, {"actions": sorted(steps), "coverage": [*exempt["coverage_id"]]})


def measure_bases(basis: Basis, *, day: pd.Timestamp) -> pd.DataFrame:
    """Average by list on a day, by every set of weights: one row each.

    Columns: coverage_set, importer, trade_year, applied_rate_pct (missing where the set values not
    every list in force), additional_duty_pp, weights.
    """
    importer, rows = basis.tables.importer("tranches"), []
    for name in basis.tables.coverage_sets["coverage_set"].unique():
        by = basis._replace(coverage_set=name)
        path = measure_tranche_path(by)
        last, year = path[path["effective_date"].le(day)].iloc[-1:], by.weights.trade_year
        rows.append(last.assign(coverage_set=name, importer=importer, trade_year=year))
    columns = ["coverage_set", "importer", "trade_year", "applied_rate_pct", "additional_duty_pp"]
    return pd.concat(rows, ignore_index=True)[[*columns, "weights"]]


def rates_held(path: pd.DataFrame, importer: str, column: str) -> pd.Series:
    """A path column of one importer by day, in order; for many look-ups in one path."""
    theirs = path.loc[path["importer"].eq(importer), ["effective_date", column]]
    return theirs.set_index("effective_date")[column].rename(importer).sort_index()


def rate_held_on(held: pd.Series, day: pd.Timestamp) -> float:
    """Value of the last row up to and including the day; ValueError before the first row."""
    place = held.index.searchsorted(day, side="right")
    if not place:
        raise ValueError(f"the path of {held.name!r} has no row on or before {day:%Y-%m-%d}")
    return float(held.iloc[place - 1])


def rates_by_list(steps: pd.DataFrame, days: Iterable[pd.Timestamp]) -> pd.DataFrame:
    """Additional rate of each list on each of the days; steps in the order in which they count.

    A list bears no additional duty before its first step, and keeps a rate until the next.
    """
    tranches, rate = steps["tranche"].to_numpy(), steps["rate_after_pct"].to_numpy("float64")
    since, index = steps["effective_date"].to_numpy(), pd.DatetimeIndex([*days])
    lists = sorted({*tranches[~np.isnan(rate)]})
    rates, when = np.zeros((len(index), len(lists))), index.to_numpy()
    for place in np.argsort(since, kind="stable"):
        if not np.isnan(rate[place]):
            rates[when >= since[place], lists.index(tranches[place])] = rate[place]
    return pd.DataFrame(rates, index, pd.Index(lists, name="tranche", dtype="str"))


@kept
def measure_effective_date_rules(
    tables: TariffTables, coverage_set: str, transit_days: int
) -> pd.DataFrame:
    """What each rule makes of each step with a grace window: one row per step and rule.

    Columns: step_id, importer, effective_date_rule, effective_date, days_after_legal, before_pct
    and after_pct (applied rate the day before and on the day).
    """
    importer = tables.importer("tranches")
    theirs = tables.steps[tables.steps["importer"].eq(importer)]
    graced = theirs["step_id"].isin(deadlines_of(theirs))
    named = [theirs.loc[graced, name] for name in ("step_id", "effective_date")]
    rows = []
    for rule in known_rules(theirs):
        basis = Basis(tables, coverage_set, rule, transit_days)
        held = rates_held(measure_tranche_path(basis), importer, "applied_rate_pct")
        moved = basis.days(theirs)[graced]
        for step_id, legal, day in zip(*named, moved, strict=True):
            rates = (rate_held_on(held, one) for one in (day - pd.Timedelta(days=1), day))
            rows.append((step_id, importer, rule, day, (day - legal).days, *rates))
    columns = ["step_id", "importer", "effective_date_rule", "effective_date", "days_after_legal"]
    return pd.DataFrame(rows, columns=[*columns, "before_pct", "after_pct"]).sort_values(
        ["step_id", "effective_date", "effective_date_rule"], ignore_index=True
    )


def _exemptions(
    tables: TariffTables, importer: str, exempt_since: str, steps: pd.DataFrame
) -> pd.DataFrame:
    """Exemptions of an importer from the lists of these steps, by the day (`since`) they count."""
    exempt = tables.exemptions
    is_theirs = exempt["importer"].eq(importer) & exempt["tranche"].isin(steps["tranche"])
    day = exempt[exempt_since] if exempt_since else pd.Series(pd.NaT, index=exempt.index)
    return exempt.assign(since=day)[is_theirs & day.notna()]


def _exempt_points(exempt: pd.DataFrame, rates: pd.DataFrame, total_usd_bn: float) -> pd.Series:
    """Points that exempt goods take off an average over `total_usd_bn`, by day."""
    points, lists = np.zeros(len(rates)), {name: rates[name].to_numpy() for name in rates}
    columns = (exempt[name] for name in ("tranche", "since", "value_usd_bn"))
    for tranche, since, value in zip(*columns, strict=True):
        paid = np.where(rates.index >= since, lists[tranche], 0.0)
        points += value * paid / total_usd_bn
    return pd.Series(points, rates.index)


def _path(
    rates: pd.DataFrame,
    step_ids: pd.Series,
    missing: pd.DataFrame,
    exempt: pd.DataFrame,
    *,
    importer: str,
    weights: str,
) -> pd.DataFrame:
    """Put a path together: rates by day, the steps of each day, and what is missing from when.

    A day on which nothing but an exemption begins has that in the place of a step.
    """
    days = [*rates.index]
    unmeasured = [*zip(missing["effective_date"], missing["step_id"], strict=True)]
    new = [*step_ids.items(), *unmeasured]
    told = {since for since, _ in new}
    alone = zip(exempt["since"], exempt["action_id"], strict=True)
    new += [(since, action_id) for since, action_id in alone if since not in told]
    lacking = [join_ids(id_ for since, id_ in unmeasured if since <= day) for day in days]
    applied = {}
    for kind, column in COMPONENTS.items():
        first = missing["effective_date"][missing["measure_class"].eq(kind)].min()
        rate = rates[column].to_numpy("float64")
        applied[column] = np.where(rates.index >= first, np.nan, rate)
    return pd.DataFrame(
        {
            "importer": importer,
            "effective_date": rates.index,
            "weights": weights,
            "step_ids": [join_ids(ids for since, ids in new if since == day) for day in days],
            **applied,
            "applied_rate_pct": sum(applied.values()),
            "unmeasured_step_ids": lacking,
            "is_complete": [not ids for ids in lacking],
        }
    )


def is_inside(steps: pd.DataFrame, coverage_sets: pd.DataFrame) -> pd.Series:
    """Flag the steps for which coverage sets speak: those under an instrument they value."""
    valued = coverage_sets.loc[coverage_sets["kind"].eq("tranche"), "part"]
    instruments = steps.loc[steps["tranche"].isin(valued), "instrument"].unique()
    return steps["instrument"].isin(instruments) & steps["measure_class"].isin(list(COMPONENTS))


def chapter_weights(year: int) -> str:
    """Name the weights of an average over chapters."""
    return f"{year} imports by HS chapter"
