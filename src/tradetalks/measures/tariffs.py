"""Tariff measures: average rates, farm shares, answer times, reconciliation.

Every function is pure, frame in, frame out, and exact: an average over chapters is the
cumulated sum of (change in points x imports) over total imports, an average over tranches is
the sum of (value x rate) over the total, both at the imports of one base year. A duty that is
in force but cannot be measured never counts as zero: from its day on the average is missing
and the row says which steps it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tradetalks.checks import DataError, require

# The components of an applied rate, and the column of the path that each class of step moves.
# Steps of any other class (deposits on one product) are outside the path: see
# `measure_steps_outside`.
COMPONENTS = {"mfn": "mfn_rate_pct", "additional": "additional_duty_pp"}

PATH_COLUMNS = [
    "importer",
    "effective_date",
    "step_ids",
    "mfn_rate_pct",
    "additional_duty_pp",
    "applied_rate_pct",
    "weights",
    "effective_date_rule",
    "is_complete",
    "unmeasured_step_ids",
]

LEGAL_RULE = "legal"
TRANSIT_RULE = "in_transit"

# The scenario that needs no row: what happened.
RECORD = "record"
# The change by which a row of the scenarios names the list under threat.
THREATENED = "threatened"

# Statuses of published figures that are no rate which applied, and what they are instead.
NO_RATES = {
    "projection": "a projection, not a rate that applied",
    "counterfactual": "a counterfactual, not a rate that applied",
    "change_pp": "a change in points, not a level",
    "not_retrieved": "the value was not retrieved",
}

# Weightings (without their year) under which a published figure is not an average over all goods.
NO_AVERAGES = {
    "share_of_imports": "a share of imports, not a rate",
    "targeted_pairs": "covers the targeted goods only",
    "fgkk_table_1": "covers the goods of one list only",
}
SECTOR_NOTE = "sector average"

# Exporters other than a side who pay the MFN rate.
MFN_EXPORTERS = ("OTHERS", "ALL")

_CHAPTER_RANGE = re.compile(r"hs(\d{2})_(\d{2})")


def importer_measured_by(sides: pd.DataFrame, method: str) -> str:
    """Code of the one side whose duties are measured by `chapters` or by `tranches`."""
    chosen = sides.loc[sides["measured_by"].eq(method), "side"]
    if len(chosen) != 1:
        raise DataError(
            f"sides: {len(chosen)} sides have measured_by = {method}, but the measures need one\n"
            f"What to do: give one side chapters and the other tranches in sides.csv"
        )
    return str(chosen.iloc[0])


def measure_tariff_path(
    steps: pd.DataFrame,
    chapter_changes: pd.DataFrame,
    chapter_imports: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
    effective_date_rule: str = LEGAL_RULE,
    transit_days: int = 0,
) -> pd.DataFrame:
    """Average rate of each side on the other: one row per importer and effective date.

    Columns: importer, effective_date, step_ids (joined by ";", empty in the base row),
    mfn_rate_pct, additional_duty_pp, applied_rate_pct, weights (what the average is weighted
    by), effective_date_rule, is_complete, unmeasured_step_ids. Rates hold from their day on
    until the next row of the importer. Where a step in force has no measure, the component it
    moves and the applied rate are missing from then on.
    """
    by_chapter = measure_chapter_path(
        chapter_changes,
        chapter_imports,
        steps,
        importer=importer_measured_by(sides, "chapters"),
    ).assign(effective_date_rule=effective_date_rule)
    by_tranche = measure_tranche_path(
        steps,
        coverage_sets,
        importer=importer_measured_by(sides, "tranches"),
        coverage_set=coverage_set,
        effective_date_rule=effective_date_rule,
        transit_days=transit_days,
    )
    both = pd.concat([by_tranche, by_chapter], ignore_index=True)[PATH_COLUMNS]
    order = sides.set_index("side")["order"]
    return both.sort_values(
        ["importer", "effective_date"],
        key=lambda column: column.map(order) if column.name == "importer" else column,
        ignore_index=True,
    )


def measure_chapter_path(
    chapter_changes: pd.DataFrame,
    chapter_imports: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    importer: str,
) -> pd.DataFrame:
    """Average rates of one importer from additive chapter tables: one row per effective date.

    The rate on a day is the sum of `weighted_change_pp_usd_thousand` up to that day over all
    imports of the base year, so it does not depend on how lines are grouped into chapters.
    Columns as in `measure_tariff_path`, without effective_date_rule.
    """
    require(
        chapter_changes["measure_class"].isin(list(COMPONENTS)),
        chapter_changes,
        table="chapter_changes",
        rule=f"measure_class is one of {', '.join(COMPONENTS)}",
        remedy="correct the kind of the event in chapter_events.csv",
    )
    total = float(chapter_imports["imports_usd_thousand"].sum())
    by_date = chapter_changes.pivot_table(
        index="effective_date",
        columns="measure_class",
        values="weighted_change_pp_usd_thousand",
        aggfunc="sum",
    )
    theirs = steps[steps["importer"].eq(importer) & steps["measure_class"].isin(list(COMPONENTS))]
    missing = theirs[~theirs["step_id"].isin(_split_ids(chapter_changes["step_ids"]))]
    days = sorted({*by_date.index, *missing["effective_date"]})
    rates = (
        by_date.reindex(index=days, columns=list(COMPONENTS)).fillna(0.0).cumsum() / total
    ).rename(columns=COMPONENTS)
    step_ids = chapter_changes.drop_duplicates("event").set_index("effective_date")["step_ids"]
    weights = _chapter_weights(_year(chapter_imports["trade_year"]))
    return _path(rates, step_ids, missing, importer=importer, weights=weights)


def measure_tranche_path(
    steps: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    *,
    importer: str,
    coverage_set: str,
    effective_date_rule: str = LEGAL_RULE,
    transit_days: int = 0,
) -> pd.DataFrame:
    """Average rates of one importer from tranche values: one row per effective date.

    The additional duty is the sum over tranches of (value x rate in force) over all imports of
    the set; the MFN rate is the set's published base. A set speaks for the instruments of the
    tranches it values: a step under such an instrument without a value leaves the path
    incomplete, a step under any other instrument (a duty on all origins) is outside it, see
    `measure_steps_outside`. Columns as in `measure_tariff_path`.
    """
    weights = coverage_weights(coverage_sets, coverage_set)
    inside = steps[_is_inside(steps, coverage_sets) & steps["importer"].eq(importer)]
    inside = inside.assign(rule_date=effective_dates(inside, effective_date_rule, transit_days))
    is_measured = (
        inside["measure_class"].eq("additional")
        & inside["tranche"].isin(weights.tranches.index)
        & inside["rate_after_pct"].notna()
        & inside["is_admitted"]
    )
    measured = inside[is_measured].sort_values(["rule_date", "effective_date", "step_id"])
    missing = inside.assign(effective_date=inside["rule_date"])[~is_measured]
    days = sorted({weights.base_date, *measured["rule_date"], *missing["effective_date"]})
    in_force = measured.pivot_table(
        index="rule_date", columns="tranche", values="rate_after_pct", aggfunc="last"
    )
    # a tranche bears no additional duty before its first step, and keeps a rate until the next
    rates = in_force.reindex(days).ffill().fillna(0.0)
    values = weights.tranches.reindex(rates.columns)
    path = _path(
        pd.DataFrame(
            {
                "mfn_rate_pct": weights.mfn_rate_pct,
                "additional_duty_pp": rates.mul(values, axis=1).sum(axis=1) / weights.total,
            },
            index=pd.DatetimeIndex(days),
        ),
        measured.set_index("rule_date")["step_id"],
        missing,
        importer=importer,
        weights=weights.label,
    )
    return path.assign(effective_date_rule=effective_date_rule)[PATH_COLUMNS]


class Weights(NamedTuple):
    """What one coverage set gives: tranche values and their total in usd bn, and the MFN base."""

    tranches: pd.Series
    total: float
    mfn_rate_pct: float
    base_date: pd.Timestamp
    base_benchmark_id: str
    label: str


def coverage_weights(coverage_sets: pd.DataFrame, coverage_set: str) -> Weights:
    """Look up a coverage set by name.

    Raises DataError for an unknown name, with the known ones.
    """
    rows = coverage_sets[coverage_sets["coverage_set"].eq(coverage_set)]
    if rows.empty:
        known = ", ".join(sorted(coverage_sets["coverage_set"].unique()))
        raise DataError(
            f"coverage_sets: no set is called {coverage_set!r}; known sets: {known}\n"
            "What to do: choose one of them, or add the set to coverage_sets.csv"
        )
    of_kind = dict(list(rows.groupby("kind")))
    total, base = of_kind["total"].iloc[0], of_kind["mfn"].iloc[0]
    return Weights(
        tranches=of_kind["tranche"].set_index("part")["value_usd_bn"].astype("float64"),
        total=float(total["value_usd_bn"]),
        mfn_rate_pct=float(base["mfn_rate_pct"]),
        base_date=base["mfn_date"],
        base_benchmark_id=str(base["benchmark_id"]),
        label=f"{int(total['trade_year'])} imports by tranche ({coverage_set})",
    )


def effective_dates(
    steps: pd.DataFrame, effective_date_rule: str, transit_days: int = 0
) -> pd.Series:
    """Day on which each step counts under the rule, aligned with the steps.

    Only a step with a grace window (`entry_deadlines`: days until which goods exported before
    its effective date could enter at the old rate) is moved: `legal` keeps the effective date;
    a rule named after a deadline (`entry_june_1` for 1 June) takes that day; `in_transit` adds
    `transit_days`, but not beyond the last deadline known. Raises DataError where the rule
    names no known deadline.
    """
    legal = steps["effective_date"]
    if effective_date_rule == LEGAL_RULE:
        return legal
    deadlines = _deadlines(steps)
    if effective_date_rule == TRANSIT_RULE and deadlines:
        last = pd.Series({step: max(days) for step, days in deadlines.items()})
        arrival = legal + pd.Timedelta(days=transit_days)
        latest = steps["step_id"].map(last)
        return arrival.where(arrival <= latest, latest).where(latest.notna(), legal)
    moved = {
        step: day
        for step, days in deadlines.items()
        for day in days
        if deadline_rule(day) == effective_date_rule
    }
    if not moved:
        known = known_rules(steps)
        raise DataError(
            f"steps: no deadline known by then makes the rule {effective_date_rule!r}; "
            f"rules that can be used: {', '.join(known)}\n"
            "What to do: choose one of them, or a later as_of, by which the notice that sets "
            "the deadline had been published"
        )
    return steps["step_id"].map(pd.Series(moved)).fillna(legal)


def known_rules(steps: pd.DataFrame) -> list[str]:
    """Rules for the effective date that can be used: others than the legal one need a deadline."""
    days = sorted({day for of_step in _deadlines(steps).values() for day in of_step})
    return [LEGAL_RULE, *(deadline_rule(day) for day in days), *([TRANSIT_RULE] if days else [])]


def deadline_rule(deadline: pd.Timestamp) -> str:
    """Name of the rule that dates a step by an entry deadline: `entry_june_1` for 1 June."""
    return f"entry_{deadline:%B}_{deadline.day}".lower()


def rate_on(
    path: pd.DataFrame,
    importer: str,
    day: pd.Timestamp,
    column: str = "applied_rate_pct",
) -> float:
    """Value of a path column on a day: that of the last row up to and including the day.

    NaN where the path is incomplete by then. Raises ValueError before the first row.
    """
    return _held_on(_held(path, importer, column), day)


def _held(path: pd.DataFrame, importer: str, column: str) -> pd.Series:
    """A path column of one importer by day, in order; for many look-ups in one path."""
    theirs = path[path["importer"].eq(importer)].sort_values("effective_date")
    return theirs.set_index("effective_date")[column].rename(importer)


def _held_on(held: pd.Series, day: pd.Timestamp) -> float:
    """Value of the last row up to and including the day; ValueError before the first row."""
    place = held.index.searchsorted(day, side="right")
    if not place:
        raise ValueError(f"the path of {held.name!r} has no row on or before {day:%Y-%m-%d}")
    return float(held.iloc[place - 1])


def measure_effective_date_rules(
    steps: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
    transit_days: int,
) -> pd.DataFrame:
    """What each rule makes of each step with a grace window: one row per step and rule.

    Columns: step_id, importer, effective_date_rule, effective_date, days_after_legal (days on
    which the path differs from the legal one), before_pct and after_pct (applied rate the day
    before and on the day).
    """
    importer = importer_measured_by(sides, "tranches")
    theirs = steps[steps["importer"].eq(importer)]
    deadlines = _deadlines(theirs)
    rows = []
    for rule in known_rules(theirs):
        path = measure_tranche_path(
            theirs,
            coverage_sets,
            importer=importer,
            coverage_set=coverage_set,
            effective_date_rule=rule,
            transit_days=transit_days,
        )
        moved = effective_dates(theirs, rule, transit_days)
        for (_, step), day in zip(theirs.iterrows(), moved, strict=True):
            if step["step_id"] in deadlines:
                rows.append(
                    {
                        "step_id": step["step_id"],
                        "importer": importer,
                        "effective_date_rule": rule,
                        "effective_date": day,
                        "days_after_legal": (day - step["effective_date"]).days,
                        "before_pct": rate_on(path, importer, day - pd.Timedelta(days=1)),
                        "after_pct": rate_on(path, importer, day),
                    }
                )
    columns = [
        "step_id",
        "importer",
        "effective_date_rule",
        "effective_date",
        "days_after_legal",
        "before_pct",
        "after_pct",
    ]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["step_id", "effective_date", "effective_date_rule"], ignore_index=True
    )


def measure_step_values(
    steps: pd.DataFrame,
    chapter_changes: pd.DataFrame,
    chapter_imports: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
) -> pd.DataFrame:
    """Trade hit by each step at base-year values: one row per step.

    Columns: step_id, importer, effective_date, value_usd_bn (imports whose rate changes),
    import_share (0-1, of all the importer's imports from the other side), duty_added_usd_bn
    (change in the rate x imports: static, ignores the fall in trade). Missing where the step
    has no measure of its own: no chapter table or tranche value, or one event shared by
    several steps.
    """
    by_event = chapter_changes.groupby("step_ids")[
        ["imports_affected_usd_thousand", "weighted_change_pp_usd_thousand"]
    ].sum()
    chapter_total = float(chapter_imports["imports_usd_thousand"].sum())
    weights = coverage_weights(coverage_sets, coverage_set)
    by_chapter = steps["importer"].eq(importer_measured_by(sides, "chapters"))
    value = _look_up(steps["tranche"], weights.tranches).astype("float64")
    change = (steps["rate_after_pct"] - steps["rate_before_pct"]).astype("float64")
    imports = _look_up(steps["step_id"], by_event["imports_affected_usd_thousand"]) / 1e6
    duty = _look_up(steps["step_id"], by_event["weighted_change_pp_usd_thousand"]) / 1e8
    value_usd_bn = imports.where(by_chapter, value).astype("float64")
    return pd.DataFrame(
        {
            "step_id": steps["step_id"],
            "importer": steps["importer"],
            "effective_date": steps["effective_date"],
            "value_usd_bn": value_usd_bn,
            "import_share": value_usd_bn / np.where(by_chapter, chapter_total / 1e6, weights.total),
            "duty_added_usd_bn": duty.where(by_chapter, value * change / 100).astype("float64"),
        }
    ).reset_index(drop=True)


def measure_farm_share(
    chapter_changes: pd.DataFrame,
    farm_figures: pd.DataFrame,
    *,
    farm_definition: str,
) -> pd.DataFrame:
    """Farm part of what each additional duty raised: one row per event that raised rates.

    A definition named after chapters (`hs01_24`) is computed from the chapter table; any other
    is taken from the cited figures, and is missing where none is cited for the step. Columns:
    step_id, effective_date, imports_raised_usd_bn, farm_usd_bn, farm_share (0-1),
    farm_definition, lines_raised, farm_lines, basis (computed, cited or missing), source_id.
    Values are imports of the base year.
    """
    totals = _raising_events(chapter_changes)
    chapters = _chapter_range(farm_definition)
    if chapters is None:
        cited = farm_figures[farm_figures["farm_definition"].eq(farm_definition)]
        cited = cited.set_index("action_id").reindex(totals["step_id"])
        farm = pd.DataFrame(
            {
                "farm_usd_bn": cited["farm_usd_bn"].astype("float64"),
                "farm_lines": cited["tariff_lines"].astype("Int64"),
                "source_id": cited["source_id"],
                "basis": np.where(cited["farm_usd_bn"].notna(), "cited", "missing"),
            }
        )
    else:
        rows = chapter_changes[chapter_changes["hs_chapter"].isin(chapters)]
        parts = rows.groupby("event")[["imports_affected_usd_thousand", "hs8_lines"]].sum()
        # no row means that no line of these chapters changed: the table is complete by event
        parts = parts.reindex(totals["event"], fill_value=0)
        farm = pd.DataFrame(
            {
                "farm_usd_bn": parts["imports_affected_usd_thousand"].astype("float64") / 1e6,
                "farm_lines": parts["hs8_lines"].astype("Int64"),
                "source_id": None,
                "basis": "computed",
            }
        )
    farm = farm.reset_index(drop=True)
    return pd.DataFrame(
        {
            "step_id": totals["step_id"],
            "effective_date": totals["effective_date"],
            "imports_raised_usd_bn": totals["imports_raised_usd_bn"],
            "farm_usd_bn": farm["farm_usd_bn"],
            "farm_share": farm["farm_usd_bn"] / totals["imports_raised_usd_bn"],
            "farm_definition": farm_definition,
            "lines_raised": totals["lines_raised"].astype("Int64"),
            "farm_lines": farm["farm_lines"],
            "basis": farm["basis"],
            "source_id": farm["source_id"].astype("string"),
        }
    )


def is_computed(farm_definition: str) -> bool:
    """Tell whether the chapter tables give a definition of farm goods, which need not be cited."""
    return _chapter_range(farm_definition) is not None


def farm_sections(hs_chapters: pd.DataFrame, farm_definition: str) -> list[str]:
    """Sections of the nomenclature that a computed definition covers whole, in its order."""
    is_farm = hs_chapters["hs_chapter"].isin(_chapter_range(farm_definition) or [])
    is_whole = is_farm.groupby(hs_chapters["section"], sort=False).all()
    return [str(section) for section in is_whole.index[is_whole]]


def measure_sections(chapter_changes: pd.DataFrame, hs_chapters: pd.DataFrame) -> pd.DataFrame:
    """Composition of each change by HS section: one row per event and section with a change.

    Columns: event, step_ids, effective_date, section (Roman numeral), section_title, lines,
    imports_usd_bn, import_share (0-1, of the event's imports), duty_added_usd_bn. Sections in
    the order of the nomenclature.
    """
    require(
        chapter_changes["hs_chapter"].isin(hs_chapters["hs_chapter"]),
        chapter_changes,
        table="chapter_changes",
        rule="hs_chapter is a chapter of the nomenclature",
        remedy="write the chapter as two digits, or add it to hs_chapters.csv",
    )
    section_order = {
        name: place for place, name in enumerate(hs_chapters.sort_values("hs_chapter")["section"])
    }
    merged = chapter_changes.merge(
        hs_chapters[["hs_chapter", "section", "section_title"]], on="hs_chapter"
    )
    sums = merged.groupby(
        ["event", "step_ids", "effective_date", "section", "section_title"], as_index=False
    )[["hs8_lines", "imports_affected_usd_thousand", "weighted_change_pp_usd_thousand"]].sum()
    imports = sums["imports_affected_usd_thousand"].astype("float64")
    of_event = imports.groupby(sums["event"]).transform("sum")
    return (
        pd.DataFrame(
            {
                "event": sums["event"],
                "step_ids": sums["step_ids"],
                "effective_date": sums["effective_date"],
                "section": sums["section"],
                "section_title": sums["section_title"],
                "lines": sums["hs8_lines"],
                "imports_usd_bn": imports / 1e6,
                "import_share": imports / of_event,
                "duty_added_usd_bn": sums["weighted_change_pp_usd_thousand"] / 1e8,
            }
        )
        .assign(place=sums["section"].map(section_order))
        .sort_values(["effective_date", "event", "place"], ignore_index=True)
        .drop(columns="place")
    )


def measure_episodes(
    episodes: pd.DataFrame, steps: pd.DataFrame, step_values: pd.DataFrame
) -> pd.DataFrame:
    """Move and answer: one row per episode.

    Days count from the move's day to the answer's day, each on its maker's own calendar;
    negative days mean that the answer came first. Columns: episode_id, title, mover, answerer,
    move_step_id, answer_step_id, the four days, announced_days, effective_days, and for move
    and answer value_usd_bn, import_share (0-1, of the imports of the side that levies the
    duty) and duty_added_usd_bn; value_ratio and share_ratio are answer over move. Missing
    where the answer was not yet made, or the step has no measure of its own.
    """
    by_step = steps.set_index("step_id")
    values = step_values.set_index("step_id")
    rows: dict[str, pd.Series] = {
        "episode_id": episodes["episode_id"],
        "title": episodes["title"],
        "mover": episodes["mover"],
        "answerer": episodes["answerer"],
        "move_step_id": episodes["move_effective"],
        "answer_step_id": episodes["answer_effective"],
    }
    for role in ("move", "answer"):
        rows[f"{role}_announced_date"] = episodes[f"{role}_announced_date"]
        rows[f"{role}_effective_date"] = _look_up(
            episodes[f"{role}_effective"], by_step["effective_date"]
        )
    for day in ("announced", "effective"):
        passed = rows[f"answer_{day}_date"] - rows[f"move_{day}_date"]
        rows[f"{day}_days"] = passed.dt.days.astype("Int64")
    for role in ("move", "answer"):
        for column in ("value_usd_bn", "import_share", "duty_added_usd_bn"):
            rows[f"{role}_{column}"] = _look_up(episodes[f"{role}_effective"], values[column])
    rows["value_ratio"] = rows["answer_value_usd_bn"] / rows["move_value_usd_bn"]
    rows["share_ratio"] = rows["answer_import_share"] / rows["move_import_share"]
    return pd.DataFrame(rows).sort_values(["move_effective_date", "episode_id"], ignore_index=True)


def measure_steps_outside(
    steps: pd.DataFrame,
    coverage: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    coverage_set: str,
) -> pd.DataFrame:
    """Rate changes that the path leaves out on purpose, with how much they could add at most.

    One row per importer and group of steps that one coverage estimate values together. Outside
    are deposits (one product, not a tariff list) and, for the importer measured by tranches,
    duties on all origins, which the coverage sets do not value. Columns: importer, step_ids,
    effective_date (the first), reason (deposit or all_origins), coverage_id, value_usd_bn,
    rate_pct (the highest), bound_pp. The bound takes the whole value at the highest rate over
    all imports of the set; an estimate for all origins makes it larger still. Missing where
    no estimate covers the steps.
    """
    weights = coverage_weights(coverage_sets, coverage_set)
    by_tranche = importer_measured_by(sides, "tranches")
    is_deposit = ~steps["measure_class"].isin(list(COMPONENTS))
    is_global = steps["importer"].eq(by_tranche) & ~_is_inside(steps, coverage_sets)
    outside = steps[is_deposit | is_global]
    others = set(sides["side"]) - {by_tranche}
    ranked = coverage[coverage["estimate_usd_bn"].notna()].assign(
        is_bilateral=coverage["side_taxed"].isin(others)
    )
    ranked = ranked.sort_values(["is_bilateral", "estimate_usd_bn"], ascending=False)
    rows = []
    for _, step in outside.iterrows():
        labels = ranked["tranche"]
        exact = ranked[labels.eq(step["tranche"])]
        joint = ranked[[_covers(str(label), str(step["tranche"])) for label in labels]]
        chosen = pd.concat([exact, joint]).head(1)
        is_known = bool(len(chosen)) and step["measure_class"] in COMPONENTS
        rows.append(
            {
                "importer": step["importer"],
                "step_id": step["step_id"],
                "effective_date": step["effective_date"],
                "reason": "all_origins" if step["measure_class"] in COMPONENTS else "deposit",
                "coverage_id": chosen["coverage_id"].iloc[0] if is_known else None,
                "value_usd_bn": chosen["estimate_usd_bn"].iloc[0] if is_known else np.nan,
                "rate_pct": step[["rate_after_pct", "rate_max_pct"]].max(),
            }
        )
    columns = ["importer", "step_id", "effective_date", "reason", "coverage_id"]
    table = pd.DataFrame(rows, columns=[*columns, "value_usd_bn", "rate_pct"])
    # a step that no estimate covers stands alone
    group = table["coverage_id"].fillna(table["step_id"])
    grouped = table.groupby(["importer", "reason", group.rename("group")], as_index=False).agg(
        step_ids=("step_id", _join_ids),
        effective_date=("effective_date", "min"),
        coverage_id=("coverage_id", "first"),
        value_usd_bn=("value_usd_bn", "first"),
        rate_pct=("rate_pct", "max"),
    )
    grouped["value_usd_bn"] = grouped["value_usd_bn"].astype("float64")
    grouped["bound_pp"] = (
        grouped["value_usd_bn"] * grouped["rate_pct"].astype("float64") / weights.total
    )
    order = ["importer", "step_ids", "effective_date", "reason", "coverage_id"]
    return grouped[[*order, "value_usd_bn", "rate_pct", "bound_pp"]].sort_values(
        ["effective_date", "step_ids"], ignore_index=True
    )


def reconcile(
    path: pd.DataFrame,
    benchmarks: pd.DataFrame,
    steps: pd.DataFrame,
    outside: pd.DataFrame,
    coverage_sets: pd.DataFrame,
    *,
    coverage_set: str,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Hold published averages against ours: one row per figure published for a day up to `as_of`.

    Columns: benchmark_id, series, importer, exporter, date, published_pct, ours_pct, gap_pp
    (ours less published), tolerance_pp (half a unit of the last digit published), within,
    is_compared, reason. A figure that is no average of the kind we measure is not compared,
    and the reason says why. A gap beyond the tolerance has a reason by rule: other weights,
    duties on all origins that the path leaves out, a step that others date by a grace window.
    Raises DataError for a figure with our own weights that we do not reproduce, and for a
    weighting without a rule.

    Published figures are a check on our arithmetic, not evidence on what anyone did: those that
    came out after `as_of` are compared too.
    """
    base_id = coverage_weights(coverage_sets, coverage_set).base_benchmark_id
    by_importer = path.groupby("importer") if len(path) else ()
    records = {
        str(importer): _record_of(str(importer), rows, steps, outside)
        for importer, rows in by_importer
    }
    rows = []
    for figure in benchmarks[benchmarks["date_start"].le(as_of)].to_dict("records"):
        unlike = _why_not_comparable(figure, records)
        row = {
            "benchmark_id": figure["benchmark_id"],
            "series": figure["series"],
            "importer": figure["importer"],
            "exporter": figure["exporter"],
            "date": figure["date_start"],
            "published_pct": figure["value_pct"],
            "ours_pct": np.nan,
            "gap_pp": np.nan,
            "tolerance_pp": np.nan,
            "within": pd.NA,
            "is_compared": unlike is None,
            "reason": unlike,
        }
        if unlike is None:
            record = records[figure["importer"]]
            ours = _held_on(record.rates[_component(figure)], figure["date_start"])
            gap = ours - float(figure["value_pct"])
            tolerance = _tolerance(float(figure["value_pct"]))
            within = abs(gap) <= tolerance + 1e-9
            row |= {"ours_pct": ours, "gap_pp": gap, "tolerance_pp": tolerance, "within": within}
            if within and figure["benchmark_id"] == base_id:
                row["reason"] = "the base rate of our own average"
            elif within:
                row["reason"] = "agrees to the last digit published"
            else:
                row["reason"] = _why_gap(figure, record)
        rows.append(row)
    columns = ["benchmark_id", "series", "importer", "exporter", "date", "published_pct"]
    columns += ["ours_pct", "gap_pp", "tolerance_pp", "within", "is_compared", "reason"]
    kinds = {"within": "boolean", "is_compared": "bool", "reason": "string"}
    table = pd.DataFrame(rows, columns=columns).astype(kinds)
    require(
        table["reason"].notna(),
        table,
        table="reconciliation",
        rule="a gap beyond the tolerance has a reason",
        remedy="look for the error: the figure has our own weights, so we should reproduce it",
    )
    return table.sort_values(["date", "importer", "benchmark_id"], ignore_index=True)


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
    parts = weights.tranches[_parts_of(tranche, weights)] if tranche else weights.tranches[:0]
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
    parts = weights.tranches[_parts_of(str(threatened["tranche"]), weights)]
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
    days = _look_up(changes.set_index("action_id")["to_action_id"], dates)
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
        left.assign(effective_date=_look_up(left["step_id"], moved).fillna(left["effective_date"])),
        chapters.assign(
            effective_date=_look_up(chapters["step_ids"], moved).fillna(chapters["effective_date"])
        ),
    )


def _gaps(path: pd.DataFrame, record: pd.DataFrame, importer: str, day: pd.Timestamp) -> pd.Series:
    """Applied rate of one path less that of another, on each day on which either moves."""
    both = pd.concat([path, record])
    moves = both.loc[both["importer"].eq(importer) & both["effective_date"].le(day)]
    days = sorted({*moves["effective_date"], day})
    own, other = (_held(one, importer, "applied_rate_pct") for one in (path, record))
    gaps = [_held_on(own, at) - _held_on(other, at) for at in days]
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
        _is_inside(steps, coverage_sets)
        & steps["importer"].eq(importer)
        & steps["effective_date"].le(day)
    ].sort_values(["effective_date", "step_id"])
    last = inside.drop_duplicates("tranche", keep="last")
    return list(last.loc[last["rate_after_pct"].gt(0), "tranche"])


def _parts_of(tranche: str, weights: Weights) -> pd.Series:
    """Flag the tranches of a set that are a list, or its parts: its name and a letter."""
    return weights.tranches.index.to_series().str.fullmatch(re.escape(tranche) + "[A-Z]?")


def _path(
    rates: pd.DataFrame,
    step_ids: pd.Series,
    missing: pd.DataFrame,
    *,
    importer: str,
    weights: str,
) -> pd.DataFrame:
    """Put a path together: rates by day, the steps of each day, and what is missing from when."""
    days = list(rates.index)
    unmeasured = list(
        zip(missing["effective_date"], missing["measure_class"], missing["step_id"], strict=True)
    )
    lacking = {
        kind: [
            [id_ for since, of, id_ in unmeasured if since <= day and of == kind] for day in days
        ]
        for kind in COMPONENTS
    }
    path = pd.DataFrame(index=range(len(days)))
    path["importer"] = importer
    path["effective_date"] = pd.DatetimeIndex(days)
    new = [*step_ids.items(), *((since, id_) for since, _, id_ in unmeasured)]
    path["step_ids"] = [_join_ids(ids for since, ids in new if since == day) for day in days]
    for kind, column in COMPONENTS.items():
        known = [not ids for ids in lacking[kind]]
        path[column] = rates[column].to_numpy(dtype="float64")
        path[column] = path[column].where(np.array(known))
    path["applied_rate_pct"] = path[list(COMPONENTS.values())].sum(axis=1, skipna=False)
    path["weights"] = weights
    path["unmeasured_step_ids"] = [
        _join_ids(id_ for kind in COMPONENTS for id_ in lacking[kind][place])
        for place in range(len(days))
    ]
    path["is_complete"] = path["unmeasured_step_ids"].eq("")
    return path


def _is_inside(steps: pd.DataFrame, coverage_sets: pd.DataFrame) -> pd.Series:
    """Flag the steps for which coverage sets speak: those under an instrument they value."""
    valued = coverage_sets.loc[coverage_sets["kind"].eq("tranche"), "part"]
    instruments = steps.loc[steps["tranche"].isin(valued), "instrument"].unique()
    return steps["instrument"].isin(instruments) & steps["measure_class"].isin(list(COMPONENTS))


def _deadlines(steps: pd.DataFrame) -> dict[str, list[pd.Timestamp]]:
    """Entry deadlines of each step that has a grace window, by step."""
    stated = steps.set_index("step_id")["entry_deadlines"].dropna()
    return {
        str(step): [pd.Timestamp(day) for day in days.split(";")]
        for step, days in stated.items()
        if days
    }


def _look_up(keys: pd.Series, column: pd.Series) -> pd.Series:
    """Values of the column at the keys; missing for a key that is missing or unknown."""
    return column.reindex(keys).set_axis(keys.index)


def _raising_events(chapter_changes: pd.DataFrame) -> pd.DataFrame:
    """Totals of each additional-duty event that raised the average, in order of date."""
    additional = chapter_changes[chapter_changes["measure_class"].eq("additional")]
    totals = additional.groupby(["effective_date", "event", "step_ids"], as_index=False).agg(
        imports=("imports_affected_usd_thousand", "sum"),
        change=("weighted_change_pp_usd_thousand", "sum"),
        lines_raised=("hs8_lines", "sum"),
    )
    return (
        totals[totals["change"].gt(0)]
        .assign(imports_raised_usd_bn=lambda rows: rows["imports"].astype("float64") / 1e6)
        .rename(columns={"step_ids": "step_id"})
        .reset_index(drop=True)
    )


def _chapter_range(farm_definition: str) -> list[str] | None:
    """Chapters that a definition names (`hs01_24`: 01 to 24), or None if it names none."""
    named = _CHAPTER_RANGE.fullmatch(farm_definition)
    if named is None:
        return None
    return [f"{chapter:02d}" for chapter in range(int(named[1]), int(named[2]) + 1)]


def _covers(label: str, tranche: str) -> bool:
    """Tell whether a joint estimate names the tranche among its parts.

    "A-2 (steel+aluminium)" covers A-2-STEEL and A-2-ALU, which abbreviate its parts; "A-1 (both)"
    covers all of A-1.
    """
    joint = re.fullmatch(r"(\S+) \(([^,)]*)[^)]*\)", label)
    if joint is None or not tranche.startswith(f"{joint[1]}-"):
        return False
    part = tranche.removeprefix(f"{joint[1]}-").lower()
    return joint[2] == "both" or any(named.startswith(part) for named in joint[2].split("+"))


class _Record(NamedTuple):
    """Our average of one importer, and what can set others apart from it.

    `rates` are columns of the path by day, `unmeasured` the steps without a measure by day;
    `all_origins_since` is the first day of a duty left out, `grace_windows` first and last days.
    """

    rates: Mapping[str, pd.Series]
    unmeasured: pd.Series
    weights: str
    all_origins_since: pd.Timestamp
    grace_windows: list[tuple[pd.Timestamp, pd.Timestamp]]


def _record_of(
    importer: str, path: pd.DataFrame, steps: pd.DataFrame, outside: pd.DataFrame
) -> _Record:
    left_out = outside[outside["importer"].eq(importer) & outside["reason"].eq("all_origins")]
    softened = steps[steps["importer"].eq(importer) & steps["entry_deadline"].notna()]
    return _Record(
        {name: _held(path, importer, name) for name in ("mfn_rate_pct", "applied_rate_pct")},
        _held(path, importer, "unmeasured_step_ids"),
        str(path["weights"].iloc[0]),
        left_out["effective_date"].min(),
        list(zip(softened["effective_date"], softened["entry_deadline"], strict=True)),
    )


def _why_not_comparable(figure: Mapping[Any, Any], records: Mapping[str, _Record]) -> str | None:
    """Say why a published figure is no average of the kind we measure, or None if it is."""
    record = records.get(figure["importer"])
    day = figure["date_start"]
    if figure["status"] in NO_RATES:
        return NO_RATES[str(figure["status"])]
    if record is None or figure["exporter"] not in {*records, *MFN_EXPORTERS}:
        return "not the rate of one side on another, or on all others"
    if (weighting := _weighting(figure)) in NO_AVERAGES:
        return NO_AVERAGES[weighting]
    if str(figure["date_note"]).startswith(SECTOR_NOTE):
        return "covers one sector only"
    held = record.rates[_component(figure)]
    if day < held.index[0]:
        return "its day lies before our average begins"
    if np.isnan(_held_on(held, day)):
        lacking = record.unmeasured.iloc[held.index.searchsorted(day, side="right") - 1]
        return f"our average is incomplete by then: no measure of {lacking}"
    return None


def _why_gap(figure: Mapping[Any, Any], record: _Record) -> str | None:
    """Say by rule why a published average differs from ours, or None if it should not."""
    day = figure["date_start"]
    weighting = _weighting(figure)
    year = re.search(r"\d{4}", str(figure["weighting"]))
    if weighting.endswith("_world"):
        reasons = ["weighted by exports to the world, ours by trade between the two"]
    elif weighting.startswith("simple"):
        reasons = ["a simple average: every line counts the same"]
    elif weighting != "bilateral_imports":
        raise DataError(
            f"benchmarks: {figure['benchmark_id']} has the weighting {figure['weighting']!r}, for "
            "which no rule says how it differs from ours\n"
            "What to do: add the weighting to tradetalks.measures.tariffs, with the reason"
        )
    elif year and record.weights == _chapter_weights(int(year[0])):
        return None
    else:
        reasons = ["weighted by tariff lines, ours by the values of whole lists"]
    is_wider = pd.notna(record.all_origins_since) and record.all_origins_since <= day
    if is_wider and _component(figure) == "applied_rate_pct":
        reasons.append("includes duties on all origins, which ours leaves out")
    if any(start <= day < end for start, end in record.grace_windows):
        reasons.append("its day lies in a grace window, in which some count the old rate")
    return "; ".join(reasons)


def _component(figure: Mapping[Any, Any]) -> str:
    """Column of the path that a published average compares with."""
    return "mfn_rate_pct" if figure["exporter"] in MFN_EXPORTERS else "applied_rate_pct"


def _weighting(figure: Mapping[Any, Any]) -> str:
    """Weighting of a published figure without its year."""
    return re.sub(r"_\d{4}$", "", str(figure["weighting"]))


def _tolerance(published: float) -> float:
    """Half a unit of the last digit published, or of the sixth decimal if there are more."""
    decimals = min(len(repr(published).partition(".")[2]), 6)
    return float(0.5 * 10.0**-decimals)


def _chapter_weights(year: int) -> str:
    """Name the weights of an average over chapters."""
    return f"{year} imports by HS chapter"


def _split_ids(joined: pd.Series) -> set[str]:
    """All ids of a column that joins them by ";"."""
    return {id_ for ids in joined.dropna() for id_ in str(ids).split(";") if id_}


def _join_ids(ids: Iterable[str]) -> str:
    """Join ids by ";", each once, in order, without the empty ones."""
    return ";".join(sorted({id_ for id_ in ids if id_}))


def _year(years: pd.Series) -> int:
    """Return the one year of a column of years."""
    return int(years.drop_duplicates().item())
