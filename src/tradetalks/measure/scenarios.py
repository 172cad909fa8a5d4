"""What the averages would be under a threatened duty, or without steps that were taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradetalks.checks import require
from tradetalks.clean.common import look_up
from tradetalks.measure.dates import effective_dates
from tradetalks.measure.intervals import Numbers
from tradetalks.measure.path import (
    PATH_COLUMNS,
    is_inside,
    measure_tariff_path,
    rate_held_on,
    rate_on,
    rates_held,
)
from tradetalks.measure.tariff_tables import TariffTables, coverage_weights

# The scenario that needs no row: what happened.
RECORD = "record"

# The change by which a row of the scenarios names the list under threat.
THREATENED = "threatened"


def threatened_tranche(scenarios: pd.DataFrame, actions: pd.DataFrame) -> str | None:
    """Name the list under threat: that of the action in the row which says so; None without one.

    `actions` are those announced by the day of the run.

    Raises DataError where several rows do: a run has one rate for a threatened list.
    """
    named = scenarios.loc[scenarios["change"].eq(THREATENED), ["scenario", "action_id"]]
    require(
        pd.Series(len(named) < 2, index=named.index),
        named,
        table="scenarios",
        rule=f"one row at most has the change {THREATENED}",
        remedy="keep the one whose list the parameter list4_rate_pct is about",
    )
    tranches = named["action_id"].map(actions.set_index("action_id")["tranche"]).dropna()
    return str(tranches.iloc[0]) if len(tranches) else None


class Case(NamedTuple):
    """One scenario: its name and title, and the tables as they would be, steps dated already."""

    name: str
    title: str
    tables: TariffTables


def measure_threatened(
    path: pd.DataFrame,
    tables: TariffTables,
    coverage_set: str,
    effective_date_rule: str,
    transit_days: int,
    tranche: str | None,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """The list under threat on that day, and what of it pays an additional duty already: one row.

    A threatened list may have been split since into parts that carry its name and a letter
    (L4 into L4A and L4B): its value is theirs together.

    Columns: tranche, value_usd_bn, import_share (0-1, of all imports), is_in_force (some part pays
    already), in_force_usd_bn and in_force_pct (imports of such parts and their average rate),
    new_usd_bn (imports of the others), total_usd_bn (all imports), paying_share (0-1, of all
    imports, those that would pay some additional duty), before_pct (the average as it is); missing
    where the set does not value the list, or where no list is under threat.
    """
    weights = coverage_weights(tables, coverage_set)
    importer = tables.importer("tranches")
    dated = replace(tables, steps=_dated(tables.steps, effective_date_rule, transit_days))
    taxed = _rates_in_force(dated, importer, day).loc[lambda rates: rates.gt(0)]
    parts = weights.tranches[_parts_named(weights.tranches.index, tranche)]
    value = float(parts.sum(min_count=1))
    in_force = taxed[_parts_named(taxed.index, tranche)]
    is_paying = parts.index.isin(in_force.index)
    paying = parts[is_paying]
    paid = float((paying * in_force.reindex(paying.index)).sum())
    row = {
        "tranche": tranche,
        "value_usd_bn": value,
        "import_share": value / weights.total,
        "is_in_force": bool(len(in_force)),
        "in_force_usd_bn": float(paying.sum()),
        "in_force_pct": paid / float(paying.sum()) if len(paying) else np.nan,
        "new_usd_bn": float(parts[~is_paying].sum()),
        "total_usd_bn": weights.total,
        "paying_share": weights.share_on(taxed.index.union(parts.index)),
        "before_pct": rate_on(path, importer, day),
    }
    return pd.DataFrame([row])


def measure_threat(threatened: pd.DataFrame, rate_pct: float) -> pd.DataFrame:
    """What a threatened duty would have added to the average: the row of `measure_threatened`.

    Adds the columns rate_pct, added_pp and after_pct. A part that pays already is in the average:
    to it the threat adds no more than the difference of the rates.
    """
    paid = threatened["in_force_usd_bn"] * threatened["in_force_pct"].fillna(0.0)
    added = (threatened["value_usd_bn"] * rate_pct - paid) / threatened["total_usd_bn"]
    return threatened.assign(
        rate_pct=rate_pct, added_pp=added, after_pct=threatened["before_pct"] + added
    )


def measure_scenario_paths(
    cases: Sequence[Case], coverage_set: str, effective_date_rule: str
) -> pd.DataFrame:
    """Average rates over time under each scenario: the rows of `measure_tariff_path` for each.

    Columns: scenario, title, and those of `measure_tariff_path`. The record is the first scenario.
    """
    paths = [
        measure_tariff_path(case.tables, coverage_set).assign(
            scenario=case.name, title=case.title, effective_date_rule=effective_date_rule
        )
        for case in cases
    ]
    return pd.concat(paths, ignore_index=True)[["scenario", "title", *PATH_COLUMNS]]


def measure_scenarios(
    cases: Sequence[Case], paths: pd.DataFrame, coverage_set: str, day: pd.Timestamp
) -> pd.DataFrame:
    """What the averages of that day would be under each scenario: one row per scenario, importer.

    The first is the record itself; `carry_out_threat` adds one for a list under threat. `paths`
    are those of `measure_scenario_paths` for the same cases. Columns: scenario,
    title, importer, applied_rate_pct, additional_duty_pp, duty_usd_bn (additional duty a year at
    base-year values), import_share (0-1, imports that pay an additional duty), difference_pp
    (applied rate less that of the record) and largest_difference_pp (the one largest in size on any
    measured day up to it).

    Missing where a step in force has no measure. `import_share` is also missing for the
    importer measured by chapters, whose lists overlap within a chapter.
    """
    tables = cases[0].tables
    by_tranche = tables.importer("tranches")
    weights = coverage_weights(tables, coverage_set)
    by_chapter = float(tables.chapter_imports["imports_usd_thousand"].sum()) / 1e6
    totals = dict.fromkeys(tables.sides["side"], by_chapter) | {by_tranche: weights.total}
    of_case = dict(list(paths.groupby("scenario")))
    rows = []
    for case in cases:
        path = of_case[case.name]
        for importer in tables.sides.sort_values("order")["side"]:
            record, applied = (
                rates_held(one, importer, "applied_rate_pct") for one in (of_case[RECORD], path)
            )
            gaps = _gaps(applied, record, day)
            additional = rate_on(path, importer, day, "additional_duty_pp")
            share = np.nan
            if importer == by_tranche and not np.isnan(additional):
                in_force = _rates_in_force(case.tables, importer, day)
                share = weights.share_on(in_force.index[in_force.gt(0)])
            rows.append(
                {
                    "scenario": case.name,
                    "title": case.title,
                    "importer": importer,
                    "applied_rate_pct": rate_held_on(applied, day),
                    "additional_duty_pp": additional,
                    "duty_usd_bn": additional * totals[importer] / 100,
                    "import_share": share,
                    "difference_pp": gaps[-1],
                    # the gap that is largest in size, with its sign; missing if none is measured
                    "largest_difference_pp": max(gaps[~np.isnan(gaps)], key=abs, default=np.nan),
                }
            )
    return pd.DataFrame(rows)


def carry_out_threat(
    table: pd.DataFrame,
    scenarios: pd.DataFrame,
    threat: pd.DataFrame,
    tables: TariffTables,
    coverage_set: str,
) -> pd.DataFrame:
    """Add to the rows of `measure_scenarios` those of the list under threat, if one is known.

    `threat` is the row of `measure_threat` under the same choices, carried out on that day.
    """
    named = scenarios[scenarios["change"].eq(THREATENED)]
    threatened = threat.iloc[0]
    if named.empty or pd.isna(threatened["tranche"]):
        return table
    carried_out = table[table["scenario"].eq(RECORD)].assign(
        scenario=named["scenario"].iloc[0],
        title=f"{named['title'].iloc[0]} at {threatened['rate_pct']:g} percent",
    )
    is_hit = carried_out["importer"].eq(tables.importer("tranches"))
    added = pd.Series(0.0, index=carried_out.index).mask(is_hit, threatened["added_pp"])
    for column in ("applied_rate_pct", "additional_duty_pp", "difference_pp"):
        carried_out[column] += added
    carried_out["largest_difference_pp"] = carried_out["difference_pp"]
    carried_out["duty_usd_bn"] += added * coverage_weights(tables, coverage_set).total / 100
    is_known = carried_out["import_share"].notna() & added.notna()
    carried_out["import_share"] = np.where(is_known, threatened["paying_share"], np.nan)
    return pd.concat([table, carried_out], ignore_index=True)


def _dated(steps: pd.DataFrame, effective_date_rule: str, transit_days: int) -> pd.DataFrame:
    """Date the steps by the rule, once: it needs the deadlines of a step that a case may drop."""
    days = effective_dates(steps, effective_date_rule, transit_days)
    return steps.assign(effective_date=days, entry_deadlines=None)


def scenario_cases(
    scenarios: pd.DataFrame, tables: TariffTables, effective_date_rule: str, transit_days: int
) -> tuple[Case, ...]:
    """The record, and each scenario that is known: steps dropped, or moved to another one's day.

    A change to a step that is not known is not made, and a scenario without any other is left out.
    """
    dated = _dated(tables.steps, effective_date_rule, transit_days)
    known = scenarios[
        scenarios["change"].ne(THREATENED)
        & scenarios["action_id"].isin(dated["step_id"])
        & (scenarios["to_action_id"].isna() | scenarios["to_action_id"].isin(dated["step_id"]))
    ]
    cases = [Case(RECORD, "As it was", replace(tables, steps=dated))]
    for name, changes in known.groupby("scenario", sort=False):
        steps, chapters = _change_steps(changes, dated, tables.chapter_changes)
        changed = replace(tables, steps=steps, chapter_changes=chapters)
        cases.append(Case(str(name), str(changes["title"].iloc[0]), changed))
    return tuple(cases)


def _change_steps(
    changes: pd.DataFrame, steps: pd.DataFrame, chapter_changes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps and chapter changes with the changes of one scenario made.

    An event that measures a changed step together with others is taken out, which leaves the
    others without a measure: what each of them did is not known.
    """
    dates = steps.set_index("step_id")["effective_date"]
    days = look_up(changes.set_index("action_id")["to_action_id"], dates)
    moved, dropped = days.dropna(), days.index[days.isna()]
    left = steps[~steps["step_id"].isin(dropped)]
    ids = chapter_changes["step_ids"]
    is_shared = ids.map(lambda joined: ";" in joined and bool({*joined.split(";")} & {*days.index}))
    chapters = chapter_changes[~is_shared.astype(bool) & ~ids.isin(dropped)]
    return _on_other_days(left, "step_id", moved), _on_other_days(chapters, "step_ids", moved)


def _on_other_days(rows: pd.DataFrame, key: str, moved: pd.Series) -> pd.DataFrame:
    """The rows, of which those whose key has moved take effect on that day."""
    return rows.assign(effective_date=look_up(rows[key], moved).fillna(rows["effective_date"]))


def _gaps(own: pd.Series, record: pd.Series, day: pd.Timestamp) -> Numbers:
    """One rate held less another, on each day up to that one on which either moves."""
    days = sorted({at for at in (*own.index, *record.index) if at <= day} | {day})
    gaps = [rate_held_on(own, at) - rate_held_on(record, at) for at in days]
    # sums taken in another order differ in the last bits, and can leave a minus on a zero
    return np.round(gaps, 9) + 0.0


def _rates_in_force(tables: TariffTables, importer: str, day: pd.Timestamp) -> pd.Series:
    """Additional rate of each tranche of an importer on that day; zero is a duty taken back."""
    steps = tables.steps
    begun = steps[
        is_inside(steps, tables.coverage_sets)
        & steps["importer"].eq(importer)
        & steps["effective_date"].le(day)
    ].sort_values(["effective_date", "step_id"])
    last = begun.drop_duplicates("tranche", keep="last")
    return last.set_index("tranche")["rate_after_pct"].astype("float64")


def _parts_named(tranches: pd.Index, tranche: str | None) -> pd.Series:
    """Flag the tranches that are a list, or its parts: its name and a letter; none without one."""
    names = tranches.to_series().astype("str")
    return names.str.fullmatch(re.escape(tranche or "") + "[A-Z]?") & (tranche is not None)
