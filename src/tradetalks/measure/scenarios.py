"""What the averages would be under a threatened duty, or without steps that were taken."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradetalks.checks import require
from tradetalks.measure.dates import effective_dates
from tradetalks.measure.path import (
    PATH_COLUMNS,
    is_inside,
    measure_tariff_path,
    rate_held_on,
    rate_on,
    rates_held,
)
from tradetalks.measure.tariff_tables import (
    coverage_weights,
    importer_measured_by,
    look_up,
    parts_of,
)

# The scenario that needs no row: what happened.
RECORD = "record"

# The change by which a row of the scenarios names the list under threat.
THREATENED = "threatened"


def threatened_tranche(scenarios: pd.DataFrame, actions: pd.DataFrame) -> str | None:
    """Name the list under threat: that of the action in the row which says so; None without one.

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
    tranches = named["action_id"].map(actions.set_index("action_id")["tranche"])
    return str(tranches.iloc[0]) if len(tranches) else None


def measure_threat(
    path: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    *,
    importer: str,
    coverage_set: str,
    tranche: str | None,
    rate_pct: float,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """What a threatened duty would have added to the average of that day: one row.

    A threatened list may have been split since into parts that carry its name and a letter
    (L4 into L4A and L4B): its value is theirs together. Columns: tranche, rate_pct,
    value_usd_bn, import_share (0-1), added_pp, before_pct, after_pct; missing where the set
    does not value the list, or where no list is under threat.
    """
    weights = coverage_weights(coverage_sets, coverage_set)
    parts = weights.tranches[parts_of(tranche, weights)] if tranche else weights.tranches[:0]
    value = float(parts.sum(min_count=1))
    before = rate_on(path, importer, day)
    added = value * rate_pct / weights.total
    return pd.DataFrame(
        [
            {
                "tranche": tranche,
                "rate_pct": rate_pct,
                "value_usd_bn": value,
                "import_share": value / weights.total,
                "added_pp": added,
                "before_pct": before,
                "after_pct": before + added,
            }
        ]
    )


def measure_scenarios(
    scenarios: pd.DataFrame,
    threat: pd.DataFrame,
    steps: pd.DataFrame,
    chapter_changes: pd.DataFrame,
    chapter_imports: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
    effective_date_rule: str,
    transit_days: int,
    day: pd.Timestamp,
    paths: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What the averages of that day would be under each scenario: one row per scenario, importer.

    `paths` are those of `measure_scenario_paths`, where they have been measured already.

    The first scenario is the record itself; then those of `scenarios`, in which steps are
    dropped or moved to the day of another step; last, where a row names a list under threat,
    `threat` (as `measure_threat` gives it) carried out on that day. Columns: scenario, title,
    importer, applied_rate_pct, additional_duty_pp, duty_usd_bn (additional duty a year at
    base-year values), import_share (0-1, imports that pay an additional duty), difference_pp
    (applied rate less that of the record) and largest_difference_pp (the one largest in size on
    any measured day up to it).

    A change to a step that is not known is not made, and a scenario without any other is left
    out. Missing where a step in force has no measure. `import_share` is also missing for the
    importer measured by chapters, whose lists overlap within a chapter.
    """
    by_tranche = importer_measured_by(sides, "tranches")
    weights = coverage_weights(coverage_sets, coverage_set)
    totals = dict.fromkeys(
        sides["side"], float(chapter_imports["imports_usd_thousand"].sum()) / 1e6
    )
    totals[by_tranche] = weights.total
    dated = _dated(steps, effective_date_rule, transit_days)
    cases = _scenario_cases(scenarios, dated, chapter_changes)
    threatened = threat.iloc[0]
    if paths is None:
        paths = _case_paths(cases, chapter_imports, coverage_sets, sides, coverage_set)
    of_case = dict(list(paths.groupby("scenario")))
    rows = []
    for name, title, theirs, _ in cases:
        for importer in sides.sort_values("order")["side"]:
            path, gaps = of_case[name], _gaps(of_case[name], of_case[RECORD], importer, day)
            additional = rate_on(path, importer, day, "additional_duty_pp")
            covered = _taxed_tranches(theirs, coverage_sets, importer, day)
            is_known = importer == by_tranche and not np.isnan(additional)
            share = weights.tranches.reindex(covered).sum() / weights.total
            rows.append(
                {
                    "scenario": name,
                    "title": title,
                    "importer": importer,
                    "applied_rate_pct": rate_on(path, importer, day),
                    "additional_duty_pp": additional,
                    "duty_usd_bn": additional * totals[importer] / 100,
                    "import_share": share if is_known else np.nan,
                    "difference_pp": gaps.iloc[-1],
                    "largest_difference_pp": _largest(gaps),
                }
            )
    table = pd.DataFrame(rows)
    named = scenarios[scenarios["change"].eq(THREATENED)]
    if named.empty:
        return table
    carried_out = table[table["scenario"].eq(RECORD)].assign(
        scenario=named["scenario"].iloc[0],
        title=f"{named['title'].iloc[0]} at {threatened['rate_pct']:g} percent",
    )
    is_hit = carried_out["importer"].eq(by_tranche)
    added = pd.Series(0.0, index=carried_out.index).mask(is_hit, threatened["added_pp"])
    for column in ("applied_rate_pct", "additional_duty_pp", "difference_pp"):
        carried_out[column] += added
    carried_out["largest_difference_pp"] = carried_out["difference_pp"]
    carried_out["duty_usd_bn"] += added * weights.total / 100
    taxed = set(_taxed_tranches(dated, coverage_sets, by_tranche, day))
    parts = weights.tranches[parts_of(str(threatened["tranche"]), weights)]
    # a part that pays an additional duty already is not covered twice
    carried_out["import_share"] += parts[~parts.index.isin(taxed)].sum() / weights.total
    carried_out["import_share"] = carried_out["import_share"].mask(added.isna())
    return pd.concat([table, carried_out], ignore_index=True)


def measure_scenario_paths(
    scenarios: pd.DataFrame,
    steps: pd.DataFrame,
    chapter_changes: pd.DataFrame,
    chapter_imports: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
    effective_date_rule: str,
    transit_days: int,
) -> pd.DataFrame:
    """Average rates over time under each scenario: the rows of `measure_tariff_path` for each.

    Columns: scenario, title, and those of `measure_tariff_path`. The record is the first scenario;
    which scenarios are left out is said in `measure_scenarios`.
    """
    dated = _dated(steps, effective_date_rule, transit_days)
    cases = _scenario_cases(scenarios, dated, chapter_changes)
    paths = _case_paths(cases, chapter_imports, coverage_sets, sides, coverage_set)
    return paths.assign(effective_date_rule=effective_date_rule)


def _case_paths(
    cases: Iterable[tuple[str, str, pd.DataFrame, pd.DataFrame]],
    chapter_imports: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    coverage_set: str,
) -> pd.DataFrame:
    """The rows of `measure_tariff_path` for each case, whose steps are dated already."""
    return pd.concat(
        [
            measure_tariff_path(
                theirs, chapters, chapter_imports, coverage_sets, sides, coverage_set=coverage_set
            ).assign(scenario=name, title=title)
            for name, title, theirs, chapters in cases
        ],
        ignore_index=True,
    )[["scenario", "title", *PATH_COLUMNS]]


def _dated(steps: pd.DataFrame, effective_date_rule: str, transit_days: int) -> pd.DataFrame:
    """Date the steps by the rule, once: it needs the deadlines of a step that a case may drop."""
    days = effective_dates(steps, effective_date_rule, transit_days)
    return steps.assign(effective_date=days, entry_deadlines=None)


def _scenario_cases(
    scenarios: pd.DataFrame, dated: pd.DataFrame, chapter_changes: pd.DataFrame
) -> list[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Name, title, steps and chapter changes of the record and of each scenario that is known."""
    known = scenarios[
        scenarios["change"].ne(THREATENED)
        & scenarios["action_id"].isin(dated["step_id"])
        & (scenarios["to_action_id"].isna() | scenarios["to_action_id"].isin(dated["step_id"]))
    ]
    named = [(RECORD, "The record", known.iloc[:0])]
    for name, rows in known.groupby("scenario", sort=False):
        named.append((str(name), str(rows["title"].iloc[0]), rows))
    return [
        (name, title, *_change_steps(changes, dated, chapter_changes))
        for name, title, changes in named
    ]


def _change_steps(
    changes: pd.DataFrame, steps: pd.DataFrame, chapter_changes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps and chapter changes with the changes of one scenario made.

    An event that measures a changed step together with others is taken out, which leaves the
    others without a measure: what each of them did is not known.
    """
    dates = steps.set_index("step_id")["effective_date"]
    days = look_up(changes.set_index("action_id")["to_action_id"], dates)
    moved = days.dropna()
    events = chapter_changes["step_ids"]
    changed = {*days.index}
    is_shared = pd.Series(
        [";" in ids and not changed.isdisjoint(ids.split(";")) for ids in events],
        index=events.index,
        dtype=bool,
    )
    dropped = days[days.isna()].index
    left = steps[~steps["step_id"].isin(dropped)]
    chapters = chapter_changes[~is_shared & ~events.isin(dropped)]
    return (
        left.assign(effective_date=look_up(left["step_id"], moved).fillna(left["effective_date"])),
        chapters.assign(
            effective_date=look_up(chapters["step_ids"], moved).fillna(chapters["effective_date"])
        ),
    )


def _gaps(path: pd.DataFrame, record: pd.DataFrame, importer: str, day: pd.Timestamp) -> pd.Series:
    """Applied rate of one path less that of another, on each day on which either moves."""
    both = pd.concat([path, record])
    moves = both.loc[both["importer"].eq(importer) & both["effective_date"].le(day)]
    days = sorted({*moves["effective_date"], day})
    own, other = (rates_held(one, importer, "applied_rate_pct") for one in (path, record))
    gaps = [rate_held_on(own, at) - rate_held_on(other, at) for at in days]
    # sums taken in another order differ in the last bits, and can leave a minus on a zero
    return pd.Series(gaps, index=pd.DatetimeIndex(days), dtype="float64").round(9) + 0.0


def _largest(gaps: pd.Series) -> float:
    """Return the gap that is largest in size, with its sign; missing if none is measured."""
    known = gaps.dropna()
    return max(known, key=abs, default=np.nan)


def _taxed_tranches(
    steps: pd.DataFrame, coverage_sets: pd.DataFrame, importer: str, day: pd.Timestamp
) -> list[str]:
    """Tranches of an importer on which an additional duty above zero is in force on the day."""
    inside = steps[
        is_inside(steps, coverage_sets)
        & steps["importer"].eq(importer)
        & steps["effective_date"].le(day)
    ].sort_values(["effective_date", "step_id"])
    last = inside.drop_duplicates("tranche", keep="last")
    return list(last.loc[last["rate_after_pct"].gt(0), "tranche"])
