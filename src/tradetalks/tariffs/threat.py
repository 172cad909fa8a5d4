"""What the averages would be under a threatened duty, or without steps that were taken."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import filterfalse
from math import isnan, nan
from typing import NamedTuple

import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.tariffs.path import (
    PATH_COLUMNS,
    Basis,
    is_inside,
    measure_tariff_path,
    rate_held_on,
    rates_by_list,
    rates_held,
)
from tradetalks.tariffs.tables import TariffTables

# The scenario that needs no row: what happened.
RECORD = "record"

# The change by which a row of the scenarios names the list under threat.
THREATENED = "threatened"


def threatened_tranche(scenarios: pd.DataFrame, actions: pd.DataFrame) -> str | None:
    """Name the list that the row of the threat, if announced by the day of the run, names."""
    named = scenarios.loc[scenarios["change"].eq(THREATENED), "action_id"]
    tranches = named.map(actions.set_index("action_id")["tranche"]).dropna()
    return str(tranches.iloc[0]) if len(tranches) else None


class Scenario(NamedTuple):
    """One scenario: its name and title, and the tables as they would be, steps dated already."""

    name: str
    title: str
    tables: TariffTables


def measure_threatened(
    path: pd.DataFrame, basis: Basis, tranche: str | None, day: pd.Timestamp
) -> pd.DataFrame:
    """The list under threat on that day, and what of it pays an additional duty already: one row.

    A list may have been split into parts that carry its name and a letter. Columns: tranche,
    value_usd_bn, is_in_force (some part), in_force_usd_bn and in_force_pct (of such parts),
    total_usd_bn, before_pct (the average as it is); missing where nothing values it.
    """
    weights, importer, steps = basis.weights, basis.tables.importer("tranches"), basis.tables.steps
    begun = steps.assign(effective_date=basis.days(steps))[
        is_inside(steps, basis.tables.coverage_sets) & steps["importer"].eq(importer)
    ]
    taxed = rates_by_list(begun, [day]).iloc[0].loc[lambda rates: rates.gt(0)]
    parts = weights.tranches[_parts_named(weights.tranches.index, tranche)]
    value = float(parts.sum(min_count=1))
    in_force = taxed[_parts_named(taxed.index, tranche)]
    paying = parts[parts.index.isin(in_force.index)]
    paid = float((paying * in_force.reindex(paying.index)).sum())
    row = {
        "tranche": tranche,
        "value_usd_bn": value,
        "is_in_force": bool(len(in_force)),
        "in_force_usd_bn": float(paying.sum()),
        "in_force_pct": paid / float(paying.sum()) if len(paying) else nan,
        "total_usd_bn": weights.total,
        "before_pct": rate_held_on(rates_held(path, importer, "applied_rate_pct"), day),
    }
    return pd.DataFrame([row])


def measure_threat(threatened: pd.DataFrame, rate_pct: float) -> pd.DataFrame:
    """What a threatened duty would have added: `measure_threatened`, rate_pct, added_pp, after_pct.

    To a part that pays already it adds no more than the difference of the rates.
    """
    paid = threatened["in_force_usd_bn"] * threatened["in_force_pct"].fillna(0.0)
    added = (threatened["value_usd_bn"] * rate_pct - paid) / threatened["total_usd_bn"]
    return threatened.assign(
        rate_pct=rate_pct, added_pp=added, after_pct=threatened["before_pct"] + added
    )


def measure_scenario_paths(
    cases: Sequence[Scenario], coverage_set: str, effective_date_rule: str
) -> pd.DataFrame:
    """Average rates over time under each scenario: the rows of `measure_tariff_path` for each.

    Columns: scenario, title, and those of `measure_tariff_path`. The record is the first scenario.
    """
    paths = [
        measure_tariff_path(Basis(case.tables, coverage_set)).assign(
            scenario=case.name, title=case.title, effective_date_rule=effective_date_rule
        )
        for case in cases
    ]
    return pd.concat(paths, ignore_index=True)[["scenario", "title", *PATH_COLUMNS]]


def measure_scenarios(
    cases: Sequence[Scenario], paths: pd.DataFrame, day: pd.Timestamp
) -> pd.DataFrame:
    """What the averages of that day would be: one row per scenario, the record first, and importer.

    `paths` are of `measure_scenario_paths`. Columns: scenario, title, importer, applied_rate_pct,
    difference_pp (less the record), largest_difference_pp (in size, on a measured day up to it).
    """
    of_case = dict(list(paths.groupby("scenario")))
    sides = [*cases[0].tables.sides.sort_values("order")["side"]]
    records = {side: rates_held(of_case[RECORD], side, "applied_rate_pct") for side in sides}
    rows = []
    for case in cases:
        for importer, record in records.items():
            applied = rates_held(of_case[case.name], importer, "applied_rate_pct")
            gaps = _gaps(applied, record, day).tolist()
            # the gap that is largest in size, with its sign; missing if none is measured
            most = max(filterfalse(isnan, gaps), key=abs, default=nan)
            rate = rate_held_on(applied, day)
            rows.append((case.name, case.title, importer, rate, gaps[-1], most))
    columns = ["scenario", "title", "importer", "applied_rate_pct", "difference_pp"]
    return pd.DataFrame(rows, columns=[*columns, "largest_difference_pp"])


def scenario_cases(scenarios: pd.DataFrame, basis: Basis) -> tuple[Scenario, ...]:
    """The record, and each scenario that is known: steps dropped, or moved to another one's day.

    A change to a step that is not known is not made, and a scenario without any other is left out.
    """
    tables, steps = basis.tables, basis.tables.steps
    # by the rule, once: it needs the deadlines of a step that a case may drop
    dated = steps.assign(effective_date=basis.days(steps), entry_deadlines=None)
    known = scenarios[
        scenarios["change"].ne(THREATENED)
        & scenarios["action_id"].isin(dated["step_id"])
        & (scenarios["to_action_id"].isna() | scenarios["to_action_id"].isin(dated["step_id"]))
    ]
    cases = [Scenario(RECORD, "As it was", replace(tables, steps=dated))]
    for name, changes in known.groupby("scenario", sort=False):
        steps, chapters = _change_steps(changes, dated, tables.chapter_changes)
        changed = replace(tables, steps=steps, chapter_changes=chapters)
        cases.append(Scenario(str(name), str(changes["title"].iloc[0]), changed))
    return tuple(cases)


def _change_steps(
    changes: pd.DataFrame, steps: pd.DataFrame, chapter_changes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps and chapter changes with the changes of one scenario made.

    An event that measures a changed step with others is taken out: what each did is not known.
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


def _gaps(own: pd.Series, record: pd.Series, day: pd.Timestamp) -> pd.Series:
    """One rate held less another, on each day up to that one on which either moves."""
    days = own.index.union(record.index)
    days = days[days <= day].append(pd.DatetimeIndex([day]))
    held, recorded = (one.reindex(days, method="ffill") for one in (own, record))
    # sums taken in another order differ in the last bits, and can leave a minus on a zero
    return (held - recorded).round(9) + 0.0


def _parts_named(tranches: pd.Index, tranche: str | None) -> pd.Series:
    """Flag the tranches that are a list, or its parts: its name and a letter; none without one."""
    names = tranches.to_series().astype("str")
    return names.str.fullmatch(re.escape(tranche or "") + "[A-Z]?") & (tranche is not None)
