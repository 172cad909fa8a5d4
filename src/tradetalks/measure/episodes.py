"""The trade that each step hit, and how fast each move was answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradetalks.measure.tariff_tables import (
    TariffTables,
    coverage_weights,
    look_up,
)


def measure_step_values(tables: TariffTables, coverage_set: str) -> pd.DataFrame:
    """Trade hit by each step at base-year values: one row per step.

    Columns: step_id, importer, effective_date, value_usd_bn (imports whose rate changes),
    import_share (0-1, of all the importer's imports from the other side), duty_added_usd_bn
    (change in the rate x imports: static, ignores the fall in trade). Missing where the step
    has no measure of its own: no chapter table or tranche value, or one event shared by
    several steps.
    """
    steps = tables.steps
    by_event = tables.chapter_changes.groupby("step_ids")[
        ["imports_affected_usd_thousand", "weighted_change_pp_usd_thousand"]
    ].sum()
    chapter_total = float(tables.chapter_imports["imports_usd_thousand"].sum())
    weights = coverage_weights(tables, coverage_set)
    by_chapter = steps["importer"].eq(tables.importer("chapters"))
    value = look_up(steps["tranche"], weights.tranches).astype("float64")
    value -= [
        _exempt_on(tables.exemptions, tranche, day)
        for tranche, day in zip(steps["tranche"], steps["effective_date"], strict=True)
    ]
    change = (steps["rate_after_pct"] - steps["rate_before_pct"]).astype("float64")
    imports = look_up(steps["step_id"], by_event["imports_affected_usd_thousand"]) / 1e6
    duty = look_up(steps["step_id"], by_event["weighted_change_pp_usd_thousand"]) / 1e8
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


def _exempt_on(exemptions: pd.DataFrame, tranche: str, day: pd.Timestamp) -> float:
    """Imports of a list that are exempt on a day in law, in usd bn."""
    is_exempt = exemptions["tranche"].eq(tranche) & exemptions["effective_date"].le(day)
    return float(exemptions.loc[is_exempt, "value_usd_bn"].sum())


def measure_episodes(
    episodes: pd.DataFrame, steps: pd.DataFrame, step_values: pd.DataFrame
) -> pd.DataFrame:
    """Move and answer: one row per episode.

    Days count from the move's day to the answer's day, each on its maker's own calendar;
    negative days mean that the answer came first. Columns: episode_id, title, mover, answerer,
    move_step_id, answer_step_id, the four days, announced_days, effective_days, and for move
    and answer value_usd_bn, import_share (0-1, of the imports of the side that levies the
    duty) and duty_added_usd_bn. Missing where the answer was not yet made, or the step has no
    measure of its own.
    """
    dates = steps.set_index("step_id")["effective_date"]
    values = step_values.set_index("step_id")
    step_ids = {"move_effective": "move_step_id", "answer_effective": "answer_step_id"}
    table = episodes.rename(columns=step_ids)[
        [
            *("episode_id", "title", "mover", "answerer", *step_ids.values()),
            *("move_announced_date", "answer_announced_date"),
        ]
    ]
    for role in ("move", "answer"):
        step_id = table[f"{role}_step_id"]
        table[f"{role}_effective_date"] = look_up(step_id, dates)
        for column in ("value_usd_bn", "import_share", "duty_added_usd_bn"):
            table[f"{role}_{column}"] = look_up(step_id, values[column])
    for day in ("announced", "effective"):
        passed = table[f"answer_{day}_date"] - table[f"move_{day}_date"]
        table[f"{day}_days"] = passed.dt.days.astype("Int64")
    return table.sort_values(["move_effective_date", "episode_id"], ignore_index=True)


def measure_duties_added(episodes: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """What each side added in the exchanges: one row per step, in the order in which they count.

    An exchange of which only one side can be measured is left out, because it would count for one
    side alone. Columns: side, step_id, tranche, effective_date, value_usd_bn (imports hit),
    added_pp (average over them), duty_added_usd_bn (a year, at base-year trade).
    """
    columns = ["step_id", "effective_date", "value_usd_bn", "duty_added_usd_bn"]
    whole = episodes.dropna(subset=["move_duty_added_usd_bn", "answer_duty_added_usd_bn"])
    parts = [
        whole[[maker, *(f"{role}_{column}" for column in columns)]].set_axis(
            ["side", *columns], axis="columns"
        )
        for role, maker in (("move", "mover"), ("answer", "answerer"))
    ]
    added = pd.concat(parts).sort_values(["side", "effective_date", "step_id"], ignore_index=True)
    return added.assign(
        tranche=look_up(added["step_id"], steps.set_index("step_id")["tranche"]),
        added_pp=100 * added["duty_added_usd_bn"] / added["value_usd_bn"],
    )
