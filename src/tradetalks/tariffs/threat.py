"""What an average would be under a threatened duty."""

import re
from math import nan

import pandas as pd

from tradetalks.tariffs.path import Basis, rate_held_on, rates_by_list, rates_held


def threatened_tranche(threats: pd.DataFrame, actions: pd.DataFrame) -> str | None:
    """Name the list that the threat, if announced by the day of the run, names."""
    named = threats["action_id"]
    tranches = named.map(actions.set_index("action_id")["tranche"]).dropna()
    return str(tranches.iloc[0]) if len(tranches) else None


def measure_threatened(
    path: pd.DataFrame, basis: Basis, tranche: str | None, day: pd.Timestamp
) -> pd.DataFrame:
    """The list under threat on that day, and what of it pays an additional duty already: one row.

    A list may have been split into parts that carry its name and a letter. Columns: tranche,
    value_usd_bn, is_in_force (some part), in_force_usd_bn and in_force_pct (of such parts),
    total_usd_bn, before_pct (the average as it is); missing where nothing values it.
    """
    weights, importer = basis.weights, basis.tables.importer("tranches")
    taxed = rates_by_list(basis.inside, [day]).iloc[0].loc[lambda rates: rates.gt(0)]
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


def _parts_named(tranches: pd.Index, tranche: str | None) -> pd.Series:
    """Flag the tranches that are a list, or its parts: its name and a letter; none without one."""
    names = tranches.to_series().astype("str")
    return names.str.fullmatch(re.escape(tranche or "") + "[A-Z]?") & (tranche is not None)
