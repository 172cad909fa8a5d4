"""What the averages leave out on purpose, and published averages held against them."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.checks import DataError
from tradetalks.noted import kept
from tradetalks.tariffs.path import COMPONENTS, chapter_weights, is_inside, rate_held_on
from tradetalks.tariffs.tables import TariffTables, coverage_weights, join_ids

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

    One row per importer and steps that one estimate values: deposits (one product), and duties that
    coverage sets do not value. Columns: importer, step_ids, effective_date (the first), reason
    (deposit or not_valued), coverage_id, value_usd_bn, rate_pct (the highest), bound_pp (the whole
    value at that rate over all imports of the set; missing without an estimate).
    """
    total, table = coverage_weights(tables, coverage_set).total, _steps_outside(tables)
    return table.assign(bound_pp=table["value_usd_bn"] * table["rate_pct"] / total)


@kept
def _steps_outside(tables: TariffTables) -> pd.DataFrame:
    steps, by_tranche = tables.steps, tables.importer("tranches")
    is_list = steps["measure_class"].isin(list(COMPONENTS))
    is_global = steps["importer"].eq(by_tranche) & ~is_inside(steps, tables.coverage_sets)
    others = set(tables.sides["side"]) - {by_tranche}
    estimates = tables.coverage.dropna(subset="estimate_usd_bn")
    estimates = estimates.assign(is_bilateral=estimates["side_taxed"].isin(others))
    estimates = estimates.sort_values(["is_bilateral", "estimate_usd_bn"], ascending=False)
    table = steps.assign(
        reason=is_list.map({True: "not_valued", False: "deposit"}),
        rate_pct=steps[["rate_after_pct", "rate_max_pct"]].max(axis=1).astype("float64"),
    )[~is_list | is_global]
    ranked = [*zip(estimates["tranche"].astype("str"), estimates["coverage_id"], strict=True)]
    table["coverage_id"] = [
        _estimate(str(tranche), ranked) if reason == "not_valued" else None
        for tranche, reason in zip(table["tranche"], table["reason"], strict=True)
    ]
    values = estimates.set_index("coverage_id")["estimate_usd_bn"].astype("float64")
    table["value_usd_bn"] = look_up(table["coverage_id"], values)
    # a step that no estimate covers stands alone
    group = table["coverage_id"].fillna(table["step_id"]).rename("group")
    grouped = table.groupby(["importer", "reason", group], as_index=False).agg(
        step_ids=("step_id", join_ids),
        effective_date=("effective_date", "min"),
        coverage_id=("coverage_id", "first"),
        value_usd_bn=("value_usd_bn", "first"),
        rate_pct=("rate_pct", "max"),
    )
    order = ["importer", "step_ids", "effective_date", "reason", "coverage_id"]
    ordered = grouped.sort_values(["effective_date", "step_ids"], ignore_index=True)
    return ordered[[*order, "value_usd_bn", "rate_pct"]]


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

    Columns: benchmark_id, series, importer, exporter, date, published_pct, ours_pct, gap_pp (ours
    less published), tolerance_pp (half a unit of the last digit published), within, is_compared,
    reason (why not, or by which rule beyond tolerance: other weights, duties left out, a grace
    window). `weightings` says what sets theirs apart, `mfn_importers` whose average begins with the
    MFN rate. DataError for one with our own weights that we do not reproduce. Later ones count:
    they check our arithmetic, and are no evidence.
    """
    base_id = coverage_weights(tables, coverage_set).base_benchmark_id
    paths = {str(name): own.set_index("effective_date") for name, own in path.groupby("importer")}
    known = benchmarks[benchmarks["date_start"].le(as_of)]
    known = known.merge(weightings, on="weighting", how="left")
    left_out = outside[outside["reason"].eq("not_valued")]
    since = left_out.groupby("importer")["effective_date"].min()
    graced = tables.steps.dropna(subset="entry_deadline")
    windows = [*graced[["importer", "effective_date", "entry_deadline"]].itertuples(index=False)]
    rows = []
    for figure in known.to_dict("records"):
        of, day = figure["importer"], figure["date_start"]
        is_mfn = figure["exporter"] in MFN_EXPORTERS
        figure |= {
            "column": "base_rate_pct" if is_mfn else "applied_rate_pct",
            "is_wider": not is_mfn and since.get(of, pd.NaT) <= day,
            "is_graced": any(one == of and start <= day < end for one, start, end in windows),
        }
        reason = _why_not_comparable(figure, paths, mfn_importers)
        row: dict[str, Any] = {"is_compared": reason is None}
        if reason is None:
            own, published = paths[of], float(figure["value_pct"])
            ours = rate_held_on(own[figure["column"]], day)
            gap, tolerance = ours - published, _tolerance(published)
            within = abs(gap) <= tolerance + 1e-9
            row |= {"ours_pct": ours, "gap_pp": gap, "tolerance_pp": tolerance, "within": within}
            if not within:
                # who counts the old rate has a lower average than ours
                figure["is_graced"] = figure["is_graced"] and gap > 0
                reason = _why_gap(figure, str(own["weights"].iloc[0]))
            elif figure["benchmark_id"] == base_id:
                reason = "the base rate of our own average"
            else:
                reason = "agrees to the last digit published"
        rows.append(row | {"reason": reason})
    kinds = dict.fromkeys(["ours_pct", "gap_pp", "tolerance_pp"], "float64")
    kinds |= {"within": "boolean", "is_compared": "bool", "reason": "string"}
    names = {"date_start": "date", "value_pct": "published_pct"}
    table = known[["benchmark_id", "series", "importer", "exporter", *names]].rename(columns=names)
    table = table.join(pd.DataFrame(rows, columns=[*kinds]).astype(kinds))
    if len(lacking := table.loc[table["reason"].isna(), "benchmark_id"]):
        raise DataError(
            f"benchmarks: {', '.join(lacking)} is further from our average than its digits allow\n"
            "What to do: look for the error: it has our own weights, so we should reproduce it"
        )
    return table.sort_values(["date", "importer", "benchmark_id"], ignore_index=True)


def _estimate(tranche: str, ranked: Sequence[tuple[str, str]]) -> str | None:
    """Id of the first estimate of a tranche alone, else of the first that names it with others.

    "A-2 (steel+aluminium)" covers A-2-STEEL and A-2-ALU, and "A-1 (both)" all of A-1.
    """
    exact = [id_ for label, id_ in ranked if label == tranche]
    joint = []
    for label, id_ in ranked:
        named = re.fullmatch(r"(\S+) \(([^,)]*)[^)]*\)", label)
        if named and tranche.startswith(f"{named[1]}-"):
            part = tranche.removeprefix(f"{named[1]}-").lower()
            if named[2] == "both" or any(one.startswith(part) for one in named[2].split("+")):
                joint.append(id_)
    return next(iter([*exact, *joint]), None)


def _why_not_comparable(
    figure: Mapping[Any, Any], paths: Mapping[str, pd.DataFrame], mfn_importers: Collection[str]
) -> str | None:
    """Say why a published figure is no average of the kind we measure, or None if it is."""
    own, day = paths.get(figure["importer"]), figure["date_start"]
    if figure["status"] in NO_RATES:
        return NO_RATES[str(figure["status"])]
    if own is None or figure["exporter"] not in {*paths, *MFN_EXPORTERS}:
        return "not the rate of one side on another, or on all others"
    if figure["exporter"] in MFN_EXPORTERS and figure["importer"] not in mfn_importers:
        return "a rate on others, and ours begins with more than the MFN rate"
    if figure["kind"] == NO_AVERAGE:
        return str(figure["differs"])
    if str(figure["date_note"]).startswith(SECTOR_NOTE):
        return "covers one sector only"
    if day < own.index[0]:
        return "its day lies before our average begins"
    if np.isnan(rate_held_on(own[figure["column"]], day)):
        lacking = own["unmeasured_step_ids"][:day].iloc[-1]
        return f"our average is incomplete by then: no measure of {lacking}"
    return None


def _why_gap(figure: Mapping[Any, Any], weights: str) -> str | None:
    """Say by rule why a published average differs from ours, or None if it should not."""
    if figure["kind"] != OWN:
        reasons = [str(figure["differs"])]
    elif weights == chapter_weights(int(figure["year"])):
        return None
    else:
        reasons = ["weighted by tariff lines, ours by the values of whole lists"]
    if figure["is_wider"]:
        reasons.append("includes duties that ours leaves out")
    if figure["is_graced"]:
        reasons.append("its day lies in a grace window, in which some count the old rate")
    return "; ".join(reasons)


def _tolerance(published: float) -> float:
    """Half a unit of the last digit published, or of the sixth decimal if there are more."""
    decimals = min(len(repr(published).partition(".")[2]), 6)
    return float(0.5 * 10.0**-decimals)
