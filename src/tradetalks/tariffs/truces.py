"""What truces leave open: exempt goods, suspended duties, and what is done between two of them."""

import numpy as np
import pandas as pd

from tradetalks.tariffs.path import (
    AS_TOLD,
    COMPONENTS,
    IN_LAW,
    NEVER,
    Basis,
    is_inside,
    measure_tariff_path,
    rate_held_on,
    rates_held,
)
from tradetalks.tariffs.tables import TariffTables, split_ids

# columns of `measure_exempt`, by the day from which exempt goods leave a duty
READINGS = {"in_law_pct": IN_LAW, "as_told_pct": AS_TOLD, "without_pct": NEVER}
_RATE = "applied_rate_pct"
# kinds of action that take a measure back
EASING = ("reduce", "suspend", "postpone", "exclude", "end")


def measure_exempt(basis: Basis, *, day: pd.Timestamp) -> pd.DataFrame:
    """Averages of the sides that exempted goods: one row per importer and day up to `day`.

    Columns: importer, effective_date, and by READINGS in_law_pct, as_told_pct, without_pct.
    """
    paths = {name: measure_tariff_path(basis, since) for name, since in READINGS.items()}
    tables = basis.tables
    exempting = tables.sides["side"].isin(tables.exemptions["importer"])
    rows = []
    for importer in tables.sides["side"][exempting]:
        held = {name: rates_held(path, importer, _RATE) for name, path in paths.items()}
        first = max(rates.index[0] for rates in held.values())
        days = sorted({at for rates in held.values() for at in rates.index if first <= at <= day})
        rows += [
            (importer, at, *(rate_held_on(rates, at) for rates in held.values())) for at in days
        ]
    return pd.DataFrame(rows, columns=["importer", "effective_date", *READINGS])


def measure_suspended(
    path: pd.DataFrame, step_values: pd.DataFrame, actions: pd.DataFrame, *, day: pd.Timestamp
) -> pd.DataFrame:
    """Suspended duties that were to return on a day: one row per suspension.

    It has a rate after above that before, on imports of the list's last step (`step_values`).
    Columns: action_id, importer, tranche, announced_date, returns_on, rate_pct, points (above that
    in force), applied_pct (average by `day`, or the day before), returned_pct (had they returned).
    """
    points = actions["rate_after_pct"] - actions["rate_before_pct"]
    is_one = actions["kind"].eq("suspend") & points.gt(0)
    steps = actions[actions["is_step"]].sort_values(["announced_date", "action_id"])
    shares = step_values.set_index("step_id")["import_share"]
    names = ["action_id", "importer", "tranche", "announced_date", "effective_date"]
    table = actions.assign(points=points).loc[is_one, [*names, "rate_after_pct", "points"]]
    table = table.rename(columns={"effective_date": "returns_on", "rate_after_pct": "rate_pct"})
    applied, returned = [], []
    for row in table.to_dict("records"):
        on_list = steps["tranche"].eq(row["tranche"])
        before = steps["action_id"][on_list & steps["announced_date"].le(row["announced_date"])]
        share = shares.get(before.iloc[-1], np.nan) if len(before) else np.nan
        held = rates_held(path, row["importer"], _RATE)
        applied.append(rate_held_on(held, min(day, row["returns_on"] - pd.Timedelta(days=1))))
        returned.append(applied[-1] + row["points"] * share)
    return table.assign(applied_pct=applied, returned_pct=returned).reset_index(drop=True)


def measure_truces(
    joint_acts: pd.DataFrame,
    measures: pd.DataFrame,
    tables: TariffTables,
    actions: pd.DataFrame,
    *,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """What each side did from one joint act to the next: one row per joint act and side.

    A truce runs from the announcement of its changes of rates to the eve of the next, or `day`.
    Columns: joint_act, title, start, end, side, and numbers of actions: inside (changes of a rate
    in the averages), outside (of others), new_measures (that `measures` counts, once),
    new_inquiries (of these), by_text (measures without duty, taken back by the act), eased
    (otherwise).
    """
    carried_out = actions["action_id"].isin(joint_acts["action_id"])
    known = joint_acts.merge(actions[actions["is_step"]], on="action_id")
    starts = known.groupby(["joint_act", "title"])["announced_date"].min().rename("start")
    acts = starts.reset_index().sort_values("start", ignore_index=True)
    acts["end"] = (acts["start"].shift(-1) - pd.Timedelta(days=1)).fillna(day)
    steps = tables.steps
    averaged = {*steps.loc[is_inside(steps, tables.coverage_sets), "step_id"]}
    averaged |= split_ids(tables.chapter_changes["step_ids"])
    is_duty = actions["measure_class"].isin(list(COMPONENTS))
    is_averaged = actions["action_id"].isin(averaged)
    # the notices of one day on one list are one
    is_one = ~actions.duplicated(["importer", "tranche", "announced_date"])
    is_eased = ~is_duty & actions["kind"].isin(EASING) & is_one
    days = actions[["action_id", "importer", "kind", "announced_date", "effective_date"]]
    begun = measures[measures["counts"].eq("yes")].merge(days, on="action_id")
    sides, told = tables.sides.sort_values("order")["side"], begun["importer"].isna()
    rows = []
    for act in acts.to_dict("records"):
        span = act["start"], act["end"]
        ordered = joint_acts.loc[joint_acts["joint_act"].eq(act["joint_act"]), "action_id"]
        moved = actions["is_step"] & actions["effective_date"].between(*span) & ~carried_out
        done = actions["announced_date"].between(*span) & ~carried_out
        counted = {
            "inside": moved & is_averaged,
            "outside": moved & ~is_averaged,
            "by_text": is_eased & actions["action_id"].isin(ordered),
            "eased": done & is_eased,
        }
        new = ~told & (
            begun["announced_date"].between(*span) | begun["effective_date"].between(*span)
        )
        told |= new
        for side in sides:
            ours, theirs = actions["importer"].eq(side), new & begun["importer"].eq(side)
            counts = {name: int((ours & which).sum()) for name, which in counted.items()}
            counts["new_measures"] = int(theirs.sum())
            counts["new_inquiries"] = int((theirs & begun["kind"].eq("investigation")).sum())
            rows.append(act | {"side": side} | counts)
    columns = ["joint_act", "title", "start", "end", "side"]
    columns += ["inside", "outside", "new_measures", "new_inquiries", "by_text", "eased"]
    return pd.DataFrame(rows, columns=columns)
