"""The cleaned tables that every tariff measure starts from, and look-ups in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.noted import Tables, kept


@dataclass(frozen=True, eq=False)
class TariffTables(Tables):
    """Cleaned tables of one run, as known on one day; each equals itself alone."""

    sides: pd.DataFrame
    steps: pd.DataFrame
    chapter_changes: pd.DataFrame
    chapter_imports: pd.DataFrame
    coverage: pd.DataFrame
    coverage_sets: pd.DataFrame
    exemptions: pd.DataFrame
    farm_figures: pd.DataFrame

    def importer(self, method: str) -> str:
        """Code of the one side whose duties are measured by `chapters` or by `tranches`."""
        return importer_measured_by(self.sides, method)


def importer_measured_by(sides: pd.DataFrame, method: str) -> str:
    """Code of the one side whose duties are measured by `chapters` or by `tranches`."""
    both = zip(sides["side"], sides["measured_by"], strict=True)
    chosen = [str(side) for side, measured_by in both if measured_by == method]
    if len(chosen) != 1:
        raise DataError(
            f"sides: {len(chosen)} sides have measured_by = {method}, but the measures need one\n"
            f"What to do: give one side chapters and the other tranches in sides.csv"
        )
    return chosen[0]


class Weights(NamedTuple):
    """What a coverage set of a year gives: tranche values and total in usd bn, the first level."""

    tranches: pd.Series
    total: float
    trade_year: int
    base_rate_pct: float
    base_date: pd.Timestamp
    base_benchmark_id: str
    label: str


@kept
def coverage_weights(tables: TariffTables, coverage_set: str) -> Weights:
    """Look up a coverage set by name; DataError for an unknown one, with the known ones."""
    coverage_sets = tables.coverage_sets
    rows = coverage_sets[coverage_sets["coverage_set"].eq(coverage_set)]
    if rows.empty:
        known = ", ".join(sorted(coverage_sets["coverage_set"].unique()))
        raise DataError(
            f"coverage_sets: no set is called {coverage_set!r}; known sets: {known}\n"
            "What to do: choose one of them, or add the set to coverage_sets.csv"
        )
    of_kind = {row["kind"]: row for row in rows.to_dict("records")}
    total, base = of_kind["total"], of_kind["base"]
    parts = rows[rows["kind"].eq("tranche")].set_index("part")
    return Weights(
        tranches=parts["value_usd_bn"].astype("float64"),
        total=float(total["value_usd_bn"]),
        trade_year=int(total["trade_year"]),
        base_rate_pct=float(base["base_rate_pct"]),
        base_date=base["base_date"],
        base_benchmark_id=str(base["benchmark_id"]),
        label=f"{int(total['trade_year'])} {total['trade_basis']}, by tranche ({coverage_set})",
    )


def join_ids(ids: Iterable[str]) -> str:
    """Join ids by ";", each once, in order, without the empty ones."""
    return ";".join(sorted({id_ for id_ in ids if id_}))


def split_ids(joined: Iterable[str]) -> set[str]:
    """All ids of texts that join them by ";"."""
    return {id_ for ids in joined for id_ in ids.split(";") if id_}
