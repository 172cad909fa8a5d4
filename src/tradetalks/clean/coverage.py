"""What tariff lists cover, the named sets of such values, and published averages.

The values and the base rate of a coverage set are chosen by the set's name, and are used whole,
whatever `min_confidence` asks for: without one of them a duty would turn into zero.
"""

from __future__ import annotations

import pandas as pd

from tradetalks.checks import require
from tradetalks.clean.common import Cleaned, admit, leave_out

# Parts of a coverage set that are not tranches.
KIND_BY_PART = {"ALL": "total", "MFN": "base", "START": "base"}


def clean_coverage_sets(
    coverage_sets: pd.DataFrame, coverage: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    """Resolve the named coverage sets: one row per set and part.

    `kind` is tranche, total or base; tranches and total carry `value_usd_bn`, the base rate
    carries `base_rate_pct` and `base_date`. `layer` is empty where a set has one only. A set is
    chosen by name and used whole, so rows of any confidence and date are admitted; the row keeps
    its confidence.
    """
    merged = coverage_sets.merge(
        coverage[
            [
                "coverage_id",
                "estimate_usd_bn",
                "trade_year",
                "trade_basis",
                "source_id",
                "confidence",
            ]
        ],
        on="coverage_id",
        how="left",
    ).merge(
        benchmarks[["benchmark_id", "value_pct", "date_start", "source_id", "confidence"]],
        on="benchmark_id",
        how="left",
        suffixes=("", "_base"),
    )
    clean = pd.DataFrame(
        {
            "coverage_set": merged["coverage_set"],
            "part": merged["part"],
            "layer": merged["layer"].fillna("").astype("string"),
            "kind": merged["part"].map(KIND_BY_PART).fillna("tranche").astype("string"),
            "value_usd_bn": merged["estimate_usd_bn"],
            "base_rate_pct": merged["value_pct"],
            "base_date": merged["date_start"],
            "trade_year": merged["trade_year"],
            "trade_basis": merged["trade_basis"],
            "coverage_id": merged["coverage_id"],
            "benchmark_id": merged["benchmark_id"],
            "source_id": merged["source_id"].fillna(merged["source_id_base"]),
            "confidence": merged["confidence"].fillna(merged["confidence_base"]),
        }
    )
    is_base = clean["kind"].eq("base")
    require(
        clean["value_usd_bn"].notna().where(~is_base, clean["base_rate_pct"].notna()),
        coverage_sets,
        table="coverage_sets",
        rule="a tranche or total cites a coverage row with a value, a base a benchmark with a rate",
        remedy="point coverage_id or benchmark_id to a row that has the value",
    )
    of_set = clean["coverage_set"]
    counts = pd.crosstab(clean["coverage_set"], clean["kind"])
    counts = counts.reindex(columns=["tranche", "total", "base"], fill_value=0)
    whole = counts["total"].eq(1) & counts["base"].eq(1) & counts["tranche"].ge(1)
    layers = clean[clean["kind"].eq("tranche")].groupby(["coverage_set", "layer"])["value_usd_bn"]
    parts = layers.sum().groupby("coverage_set").max()
    totals = clean[clean["kind"].eq("total")].groupby("coverage_set")["value_usd_bn"].sum()
    fits = parts.le(totals.reindex(parts.index))
    require(
        of_set.map(whole) & of_set.map(fits).fillna(value=True),
        coverage_sets,
        table="coverage_sets",
        rule="a set has tranches, one total not below the tranches of a layer, and one base",
        remedy="complete the set with ALL and MFN or START, or correct the value that is too large",
    )
    return clean.sort_values(["coverage_set", "part"], ignore_index=True)


def clean_exemptions(
    exemptions: pd.DataFrame,
    actions: pd.DataFrame,
    coverage: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> Cleaned:
    """Clean the exemptions: one row per action that takes goods out of a list, known by `as_of`.

    Adds importer, announced_date, effective_date (missing where nobody told it; earlier than the
    announcement where duty was paid back) and `value_usd_bn`. An exemption is used whole, whatever
    the confidence of its value: without it a duty would lie on goods that never paid.
    """
    days = ["action_id", "side", "announced_date", "effective_date"]
    clean = exemptions.merge(
        actions[days].rename(columns={"side": "importer"}), on="action_id", how="left"
    ).merge(
        coverage[["coverage_id", "estimate_usd_bn"]].rename(
            columns={"estimate_usd_bn": "value_usd_bn"}
        ),
        on="coverage_id",
        how="left",
    )
    require(
        clean["value_usd_bn"].notna(),
        exemptions,
        table="exemptions",
        rule="an exemption cites a coverage row with a value",
        remedy="point coverage_id to a row that has the value",
    )
    kept, left_out = leave_out(
        clean.astype({"value_usd_bn": "float64"}),
        table="exemptions",
        row_id=clean["action_id"],
        broken={"after as_of": clean["announced_date"].gt(as_of)},
    )
    return Cleaned(kept.sort_values("action_id", ignore_index=True), left_out)


def clean_benchmarks(
    benchmarks: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str
) -> Cleaned:
    """Clean the published averages: one row per series, date and version, out by `as_of`."""
    kept, left_out = admit(
        benchmarks,
        table="benchmarks",
        key="benchmark_id",
        day="known_date",
        as_of=as_of,
        min_confidence=min_confidence,
    )
    return Cleaned(kept.sort_values("benchmark_id", ignore_index=True), left_out)
