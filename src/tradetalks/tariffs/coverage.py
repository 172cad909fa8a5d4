"""What tariff lists cover, the named sets of such values, used whole, and published averages."""

import pandas as pd

from tradetalks.admitted import Admitting, Cleaned, leave_out, look_up
from tradetalks.tariffs.kinds import KIND_BY_PART


def clean_coverage_sets(
    coverage_sets: pd.DataFrame, coverage: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    """Resolve the named coverage sets, of any confidence: one row per set and part.

    `kind` is tranche or total (`value_usd_bn`) or base (`base_rate_pct`, `base_date`); `layer` is
    empty in a set of one.
    """
    value = look_up(coverage_sets["coverage_id"], coverage.set_index("coverage_id"))
    base = look_up(coverage_sets["benchmark_id"], benchmarks.set_index("benchmark_id"))
    kind = coverage_sets["part"].map(KIND_BY_PART)
    clean = coverage_sets[["coverage_set", "part", "coverage_id", "benchmark_id"]].assign(
        layer=coverage_sets["layer"].fillna("").astype("string"),
        kind=kind.fillna("tranche").astype("string"),
        value_usd_bn=value["estimate_usd_bn"],
        base_rate_pct=base["value_pct"],
        base_date=base["date_start"],
        **value[["trade_year", "trade_basis"]],
        **value[["source_id", "confidence"]].fillna(base),
    )
    return clean.sort_values(["coverage_set", "part"], ignore_index=True)


def clean_exemptions(
    exemptions: pd.DataFrame, actions: pd.DataFrame, coverage: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the exemptions: one row per action that takes goods out of a list, known by `as_of`.

    Adds importer, announced_date, effective_date (missing where nobody told it, earlier where duty
    was paid back) and `value_usd_bn`, of any confidence.
    """
    act = look_up(exemptions["action_id"], actions.set_index("action_id"))
    estimates = coverage.set_index("coverage_id")["estimate_usd_bn"]
    clean = exemptions.assign(
        importer=act["side"],
        announced_date=act["announced_date"],
        effective_date=act["effective_date"],
        value_usd_bn=look_up(exemptions["coverage_id"], estimates),
    )
    is_late = clean["announced_date"].gt(as_of)
    return leave_out(
        clean, is_late.map({True: "after as_of"}), table="exemptions", key=["action_id"]
    )


def clean_benchmarks(benchmarks: pd.DataFrame, admitting: Admitting) -> Cleaned:
    """Clean the published averages: one row per series, date and version, out by `as_of`."""
    kept, left_out = admitting.split(
        benchmarks, table="benchmarks", key="benchmark_id", day="known_date"
    )
    return Cleaned(kept.sort_values("benchmark_id", ignore_index=True), left_out)
