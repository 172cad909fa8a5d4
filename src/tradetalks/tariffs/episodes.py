"""The trade that each step hit, and how fast each move was answered."""

import numpy as np
import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.noted import kept
from tradetalks.tariffs.tables import TariffTables, coverage_weights


@kept
def measure_step_values(tables: TariffTables, coverage_set: str) -> pd.DataFrame:
    """Trade hit by each step at base-year values: one row per step.

    Columns: step_id, importer, effective_date, value_usd_bn, import_share (0-1, of all imports),
    duty_added_usd_bn (static: trade does not fall). Missing where nothing measures the step by
    itself.
    """
    steps, exempt = tables.steps, tables.exemptions
    weights = coverage_weights(tables, coverage_set)
    changes = ["imports_affected_usd_thousand", "weighted_change_pp_usd_thousand"]
    by_event = tables.chapter_changes.groupby("step_ids")[changes].sum()
    of_event = look_up(steps["step_id"], by_event)
    of_list = look_up(steps["tranche"], weights.tranches)
    gone = zip(steps["tranche"], steps["effective_date"], strict=True)
    of_list -= [
        exempt["value_usd_bn"][exempt["tranche"].eq(name) & exempt["effective_date"].le(day)].sum()
        for name, day in gone
    ]
    by_chapter = steps["importer"].eq(tables.importer("chapters"))
    all_of_chapters = float(tables.chapter_imports["imports_usd_thousand"].sum()) / 1e6
    value = (of_event[changes[0]] / 1e6).where(by_chapter, of_list)
    duty = of_list * (steps["rate_after_pct"] - steps["rate_before_pct"]) / 100
    return steps[["step_id", "importer", "effective_date"]].assign(
        value_usd_bn=value,
        import_share=value / np.where(by_chapter, all_of_chapters, weights.total),
        duty_added_usd_bn=(of_event[changes[1]] / 1e8).where(by_chapter, duty),
    )


def measure_episodes(
    episodes: pd.DataFrame, steps: pd.DataFrame, step_values: pd.DataFrame
) -> pd.DataFrame:
    """Move and answer: one row per episode; days count from one to the other, each by its calendar.

    Columns: episode_id, title, mover, answerer, move_step_id, answer_step_id, the six days,
    first_days, announced_days (order to order), effective_days, and of both value_usd_bn,
    import_share and duty_added_usd_bn as of `measure_step_values`. Missing before the answer.
    """
    dates = steps.set_index("step_id")["effective_date"]
    values = step_values.set_index("step_id").drop(columns=["importer", "effective_date"])
    step_ids = {"move_effective": "move_step_id", "answer_effective": "answer_step_id"}
    names = ["episode_id", "title", "mover", "answerer", *step_ids.values()]
    names += [f"{role}_{day}_date" for role in ("move", "answer") for day in ("first", "announced")]
    table = episodes.rename(columns=step_ids)[names]
    for role in ("move", "answer"):
        step_id = table[f"{role}_step_id"]
        table[f"{role}_effective_date"] = look_up(step_id, dates)
        table = table.join(look_up(step_id, values).add_prefix(f"{role}_"))
    for day in ("first", "announced", "effective"):
        passed = table[f"answer_{day}_date"] - table[f"move_{day}_date"]
        table[f"{day}_days"] = passed.dt.days.astype("Int64")
    return table.sort_values(["move_effective_date", "episode_id"], ignore_index=True)


def measure_duties_added(episodes: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """What each side added in exchanges measured on both sides: one row per step, in order.

    Columns: side, step_id, tranche, effective_date, value_usd_bn (imports hit), import_share (of
    all imports), added_pp (average over them), duty_added_usd_bn (a year, at base-year trade).
    """
    columns = ["step_id", "effective_date", "value_usd_bn", "import_share", "duty_added_usd_bn"]
    whole = episodes.dropna(subset=["move_duty_added_usd_bn", "answer_duty_added_usd_bn"])
    parts = [
        whole.set_index(maker)[[f"{role}_{column}" for column in columns]].set_axis(columns, axis=1)
        for role, maker in (("move", "mover"), ("answer", "answerer"))
    ]
    added = pd.concat(parts).rename_axis("side").reset_index()
    added = added.sort_values(["side", "effective_date", "step_id"], ignore_index=True)
    return added.assign(
        tranche=look_up(added["step_id"], steps.set_index("step_id")["tranche"]),
        added_pp=100 * added["duty_added_usd_bn"] / added["value_usd_bn"],
    )


def measure_taken_back(
    added: pd.DataFrame, steps: pd.DataFrame, step_values: pd.DataFrame, *, day: pd.Timestamp
) -> pd.DataFrame:
    """What each side took back by a day of what it `added`: rows like these, less than nothing."""
    if added.empty:
        return added
    kept = ["step_id", "value_usd_bn", "import_share", "duty_added_usd_bn"]
    table = steps.merge(step_values[kept], on="step_id").rename(columns={"importer": "side"})
    first = table["side"].map(added.groupby("side")["effective_date"].min())
    is_since = table["effective_date"].gt(first) & table["effective_date"].le(day)
    is_less = table["measure_class"].eq("additional") & table["duty_added_usd_bn"].lt(0)
    table["added_pp"] = 100 * table["duty_added_usd_bn"] / table["value_usd_bn"]
    table = table.loc[is_since & is_less, [*added.columns]]
    return table.sort_values(["side", "effective_date", "step_id"])
