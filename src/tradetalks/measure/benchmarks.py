"""What the averages leave out on purpose, and published averages held against them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tradetalks.checks import require
from tradetalks.measure.path import COMPONENTS, chapter_weights, is_inside, rate_held_on, rates_held
from tradetalks.measure.tariff_tables import (
    TariffTables,
    coverage_weights,
    join_ids,
)

# Statuses of published figures that are no rate which applied, and what they are instead.
NO_RATES = {
    "projection": "a projection, not a rate that applied",
    "counterfactual": "a counterfactual, not a rate that applied",
    "change_pp": "a change in points, not a level",
    "not_retrieved": "the value was not retrieved",
}

# Kinds of weightings: our own, by tariff line; and such as give no average over all goods.
OWN, NO_AVERAGE = "own", "no_average"
SECTOR_NOTE = "sector average"

# Exporters other than a side who pay the MFN rate.
MFN_EXPORTERS = ("OTHERS", "ALL")


def measure_steps_outside(tables: TariffTables, coverage_set: str) -> pd.DataFrame:
    """Rate changes that the path leaves out on purpose, with how much they could add at most.

    One row per importer and group of steps that one coverage estimate values together. Outside
    are deposits (one product, not a tariff list) and, for the importer measured by tranches,
    duties that the coverage sets do not value, such as those on all origins. Columns: importer,
    step_ids, effective_date (the first), reason (deposit or not_valued), coverage_id,
    value_usd_bn, rate_pct (the highest), bound_pp. The bound takes the whole value at the highest
    rate over all imports of the set; an estimate for all origins makes it larger still. Missing
    where no estimate covers the steps.
    """
    steps, coverage = tables.steps, tables.coverage
    weights = coverage_weights(tables, coverage_set)
    by_tranche = tables.importer("tranches")
    is_deposit = ~steps["measure_class"].isin(list(COMPONENTS))
    is_global = steps["importer"].eq(by_tranche) & ~is_inside(steps, tables.coverage_sets)
    outside = steps[is_deposit | is_global]
    others = set(tables.sides["side"]) - {by_tranche}
    estimates = coverage[coverage["estimate_usd_bn"].notna()].assign(
        is_bilateral=coverage["side_taxed"].isin(others)
    )
    estimates = estimates.sort_values(["is_bilateral", "estimate_usd_bn"], ascending=False)
    ranked = estimates.to_dict("records")
    highest = outside[["rate_after_pct", "rate_max_pct"]].max(axis=1)
    rows = []
    for step, rate in zip(outside.to_dict("records"), highest, strict=True):
        tranche, is_list = str(step["tranche"]), step["measure_class"] in COMPONENTS
        exact = [one for one in ranked if one["tranche"] == tranche]
        joint = [one for one in ranked if _covers(str(one["tranche"]), tranche)]
        chosen = next(iter([*exact, *joint] if is_list else []), {})
        rows.append(
            {
                "importer": step["importer"],
                "step_id": step["step_id"],
                "effective_date": step["effective_date"],
                "reason": "not_valued" if is_list else "deposit",
                "coverage_id": chosen.get("coverage_id"),
                "value_usd_bn": chosen.get("estimate_usd_bn", np.nan),
                "rate_pct": rate,
            }
        )
    columns = ["importer", "step_id", "effective_date", "reason", "coverage_id"]
    table = pd.DataFrame(rows, columns=[*columns, "value_usd_bn", "rate_pct"])
    table = table.astype({"value_usd_bn": "float64", "rate_pct": "float64"})
    # a step that no estimate covers stands alone
    group = table["coverage_id"].fillna(table["step_id"])
    grouped = table.groupby(["importer", "reason", group.rename("group")], as_index=False).agg(
        step_ids=("step_id", join_ids),
        effective_date=("effective_date", "min"),
        coverage_id=("coverage_id", "first"),
        value_usd_bn=("value_usd_bn", "first"),
        rate_pct=("rate_pct", "max"),
    )
    order = ["importer", "step_ids", "effective_date", "reason", "coverage_id"]
    return (
        grouped[[*order, "value_usd_bn", "rate_pct"]]
        .assign(bound_pp=grouped["value_usd_bn"] * grouped["rate_pct"] / weights.total)
        .sort_values(["effective_date", "step_ids"], ignore_index=True)
    )


def reconcile(
    path: pd.DataFrame,
    benchmarks: pd.DataFrame,
    weightings: pd.DataFrame,
    outside: pd.DataFrame,
    tables: TariffTables,
    *,
    coverage_set: str,
    mfn_importers: Collection[str],
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Hold published averages against ours: one row per figure published for a day up to `as_of`.

    Columns: benchmark_id, series, importer, exporter, date, published_pct, ours_pct, gap_pp
    (ours less published), tolerance_pp (half a unit of the last digit published), within,
    is_compared, reason. A figure that is no average of the kind we measure is not compared,
    and the reason says why. A gap beyond the tolerance has a reason by rule: other weights,
    duties that the path leaves out, a step that others date by a grace window. What sets a
    weighting apart from ours stands in `weightings`; `mfn_importers` are those whose average begins
    with the MFN rate, so that rates on others compare with it. Raises DataError for a figure with
    our own weights that we do not reproduce.

    Published figures are a check on our arithmetic, not evidence on what anyone did: those that
    came out after `as_of` are compared too.
    """
    base_id = coverage_weights(tables, coverage_set).base_benchmark_id
    by_importer = path.groupby("importer") if len(path) else ()
    records = {
        str(importer): _average_of(str(importer), rows, tables.steps, outside)
        for importer, rows in by_importer
    }
    known = benchmarks[benchmarks["date_start"].le(as_of)]
    known = known.merge(weightings, on="weighting", how="left")
    rows = []
    for figure in known.to_dict("records"):
        reason = _why_not_comparable(figure, records, mfn_importers)
        row = {name: figure[name] for name in ("benchmark_id", "series", "importer", "exporter")}
        row |= {"date": figure["date_start"], "published_pct": figure["value_pct"]}
        row["is_compared"] = reason is None
        if reason is None:
            record, published = records[figure["importer"]], float(figure["value_pct"])
            ours = rate_held_on(record.rates[_component(figure)], figure["date_start"])
            gap, tolerance = ours - published, _tolerance(published)
            within = abs(gap) <= tolerance + 1e-9
            row |= {"ours_pct": ours, "gap_pp": gap, "tolerance_pp": tolerance, "within": within}
            if not within:
                reason = _why_gap(figure, record)
            elif figure["benchmark_id"] == base_id:
                reason = "the base rate of our own average"
            else:
                reason = "agrees to the last digit published"
        rows.append(row | {"reason": reason})
    columns = ["benchmark_id", "series", "importer", "exporter", "date", "published_pct"]
    columns += ["ours_pct", "gap_pp", "tolerance_pp", "within", "is_compared", "reason"]
    kinds = {"within": "boolean", "is_compared": "bool", "reason": "string"}
    kinds |= dict.fromkeys(["ours_pct", "gap_pp", "tolerance_pp"], "float64")
    table = pd.DataFrame(rows, columns=columns).astype(kinds)
    require(
        table["reason"].notna(),
        table,
        table="reconciliation",
        rule="a gap beyond the tolerance has a reason",
        remedy="look for the error: the figure has our own weights, so we should reproduce it",
    )
    return table.sort_values(["date", "importer", "benchmark_id"], ignore_index=True)


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


class _Average(NamedTuple):
    """Our average of one importer, and what can set others apart from it.

    `rates` are columns of the path by day, `unmeasured` the steps without a measure by day;
    `outside_since` is the first day of a duty left out, `grace_windows` first and last days.
    """

    rates: Mapping[str, pd.Series]
    unmeasured: pd.Series
    weights: str
    outside_since: pd.Timestamp
    grace_windows: list[tuple[pd.Timestamp, pd.Timestamp]]


def _average_of(
    importer: str, path: pd.DataFrame, steps: pd.DataFrame, outside: pd.DataFrame
) -> _Average:
    left_out = outside[outside["importer"].eq(importer) & outside["reason"].eq("not_valued")]
    softened = steps[steps["importer"].eq(importer) & steps["entry_deadline"].notna()]
    return _Average(
        {name: rates_held(path, importer, name) for name in ("base_rate_pct", "applied_rate_pct")},
        rates_held(path, importer, "unmeasured_step_ids"),
        str(path["weights"].iloc[0]),
        left_out["effective_date"].min(),
        list(zip(softened["effective_date"], softened["entry_deadline"], strict=True)),
    )


def _why_not_comparable(
    figure: Mapping[Any, Any], records: Mapping[str, _Average], mfn_importers: Collection[str]
) -> str | None:
    """Say why a published figure is no average of the kind we measure, or None if it is."""
    record = records.get(figure["importer"])
    day = figure["date_start"]
    if figure["status"] in NO_RATES:
        return NO_RATES[str(figure["status"])]
    if record is None or figure["exporter"] not in {*records, *MFN_EXPORTERS}:
        return "not the rate of one side on another, or on all others"
    if figure["exporter"] in MFN_EXPORTERS and figure["importer"] not in mfn_importers:
        return "a rate on others, and ours begins with more than the MFN rate"
    if figure["kind"] == NO_AVERAGE:
        return str(figure["differs"])
    if str(figure["date_note"]).startswith(SECTOR_NOTE):
        return "covers one sector only"
    held = record.rates[_component(figure)]
    if day < held.index[0]:
        return "its day lies before our average begins"
    if np.isnan(rate_held_on(held, day)):
        lacking = record.unmeasured.iloc[held.index.searchsorted(day, side="right") - 1]
        return f"our average is incomplete by then: no measure of {lacking}"
    return None


def _why_gap(figure: Mapping[Any, Any], record: _Average) -> str | None:
    """Say by rule why a published average differs from ours, or None if it should not."""
    day = figure["date_start"]
    if figure["kind"] != OWN:
        reasons = [str(figure["differs"])]
    elif record.weights == chapter_weights(int(figure["year"])):
        return None
    else:
        reasons = ["weighted by tariff lines, ours by the values of whole lists"]
    is_wider = pd.notna(record.outside_since) and record.outside_since <= day
    if is_wider and _component(figure) == "applied_rate_pct":
        reasons.append("includes duties that ours leaves out")
    if any(start <= day < end for start, end in record.grace_windows):
        reasons.append("its day lies in a grace window, in which some count the old rate")
    return "; ".join(reasons)


def _component(figure: Mapping[Any, Any]) -> str:
    """Column of the path that a published average compares with."""
    return "base_rate_pct" if figure["exporter"] in MFN_EXPORTERS else "applied_rate_pct"


def _tolerance(published: float) -> float:
    """Half a unit of the last digit published, or of the sixth decimal if there are more."""
    decimals = min(len(repr(published).partition(".")[2]), 6)
    return float(0.5 * 10.0**-decimals)
