"""What tariff lists cover, the named sets of such values, and published averages.

The values and the base rate of a coverage set are chosen by the set's name, and are used whole,
whatever `min_confidence` asks for: without one of them a duty would turn into zero.
"""

from __future__ import annotations

import pandas as pd

from tradetalks.checks import require
from tradetalks.clean.common import Cleaned, admit

# Parts of a coverage set that are not tranches.
KIND_BY_PART = {"ALL": "total", "MFN": "mfn"}


def clean_coverage(coverage: pd.DataFrame, *, min_confidence: str) -> Cleaned:
    """Clean the coverage estimates: one row per tranche and estimate."""
    kept, left_out = admit(
        coverage,
        table="coverage",
        row_id=coverage["coverage_id"],
        day=None,
        as_of=pd.Timestamp.max,
        min_confidence=min_confidence,
    )
    return Cleaned(kept.sort_values("coverage_id", ignore_index=True), left_out)


def clean_coverage_sets(
    coverage_sets: pd.DataFrame, coverage: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    """Resolve the named coverage sets: one row per set and part.

    `kind` is tranche, total or mfn; tranches and total carry `value_usd_bn`, the base rate
    carries `mfn_rate_pct` and `mfn_date`. `layer` is empty where a set has one only. A set is
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
        suffixes=("", "_mfn"),
    )
    clean = pd.DataFrame(
        {
            "coverage_set": merged["coverage_set"],
            "part": merged["part"],
            "layer": merged["layer"].fillna("").astype("string"),
            "kind": merged["part"].map(KIND_BY_PART).fillna("tranche").astype("string"),
            "value_usd_bn": merged["estimate_usd_bn"],
            "mfn_rate_pct": merged["value_pct"],
            "mfn_date": merged["date_start"],
            "trade_year": merged["trade_year"],
            "trade_basis": merged["trade_basis"],
            "coverage_id": merged["coverage_id"],
            "benchmark_id": merged["benchmark_id"],
            "source_id": merged["source_id"].fillna(merged["source_id_mfn"]),
            "confidence": merged["confidence"].fillna(merged["confidence_mfn"]),
        }
    )
    is_mfn = clean["kind"].eq("mfn")
    require(
        clean["value_usd_bn"].notna().where(~is_mfn, clean["mfn_rate_pct"].notna()),
        coverage_sets,
        table="coverage_sets",
        rule="a tranche or total cites a coverage row with a value, MFN a benchmark with a rate",
        remedy="point coverage_id or benchmark_id to a row that has the value",
    )
    of_set = clean["coverage_set"]
    counts = pd.crosstab(clean["coverage_set"], clean["kind"])
    counts = counts.reindex(columns=["tranche", "total", "mfn"], fill_value=0)
    whole = counts["total"].eq(1) & counts["mfn"].eq(1) & counts["tranche"].ge(1)
    layers = clean[clean["kind"].eq("tranche")].groupby(["coverage_set", "layer"])["value_usd_bn"]
    parts = layers.sum().groupby("coverage_set").max()
    totals = clean[clean["kind"].eq("total")].groupby("coverage_set")["value_usd_bn"].sum()
    fits = parts.le(totals.reindex(parts.index))
    require(
        of_set.map(whole)
        & of_set.map(fits).fillna(value=True)
        & ~clean.duplicated(["coverage_set", "part"]),
        coverage_sets,
        table="coverage_sets",
        rule="a set has each part once, one total not below the tranches of a layer, and one MFN",
        remedy="complete the set with ALL and MFN, or correct the value that is too large",
    )
    return clean.sort_values(["coverage_set", "part"], ignore_index=True)


def clean_benchmarks(
    benchmarks: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str
) -> Cleaned:
    """Clean the published averages: one row per series, date and version, out by `as_of`."""
    require(
        benchmarks["date_start"].le(benchmarks["date_end"]),
        benchmarks,
        table="benchmarks",
        rule="date_end is not before date_start",
        remedy="correct the dates; for a single day both are that day",
    )
    kept, left_out = admit(
        benchmarks,
        table="benchmarks",
        row_id=benchmarks["benchmark_id"],
        day="known_date",
        as_of=as_of,
        min_confidence=min_confidence,
    )
    return Cleaned(kept.sort_values("benchmark_id", ignore_index=True), left_out)
