"""Tariff actions, the steps among them, and episodes of move and answer, as known on one day.

Every function here is pure. What had been announced by then, and the evidence, is bounded by what a
run admits. A rate change whose source is weak stays among the steps, flagged `is_admitted` false:
dropping it would turn a duty into zero.
"""

import pandas as pd

from tradetalks.admitted import Admitting, Cleaned, leave_out

# Why an action that is no step changed no rate, by its kind, where the row itself does not say.
REASON_BY_KIND = {
    **{"investigation": "investigation", "threaten": "threat", "propose": "proposal"},
    **dict.fromkeys(("announce", "finalise", "increase", "reduce", "end"), "announcement"),
    **{"effective": "rate_kept", "postpone": "postponement"},
    **{"suspend": "suspension_of_plan", "exclude": "exclusion"},
}

# What came of a scheduled change; known only once its day has passed or the plan was dropped.
HINDSIGHT_REASONS = ("postponed", "superseded", "never_applied")
STEP_COLUMNS = [
    *("step_id", "importer", "measure_class", "kind", "announced_date", "published_date"),
    *("effective_date", "entry_deadline", "entry_deadlines", "instrument", "tranche"),
    *("rate_before_pct", "rate_after_pct", "rate_min_pct", "rate_max_pct", "rate_bands"),
    *("value_claimed_usd_bn", "tariff_lines", "measured_by", "confidence"),
    *("is_in_force", "is_admitted"),
]

# What an episode names of a move and of its answer.
EPISODE_DAYS = ("first", "announced", "effective")


def clean_actions(actions: pd.DataFrame, admitting: Admitting) -> Cleaned:
    """Clean the actions: one row per dated act on a tariff, announced by `as_of`.

    The side whose measure it is is its importer. Adds `is_step` (it changed a rate) and
    `excluded_because` (why not; `scheduled` where only a day after `as_of` told).
    """
    is_step = actions["changes_rate"].astype(bool)
    because = actions["not_applied_reason"].fillna(actions["kind"].map(REASON_BY_KIND))
    is_hindsight = because.isin(HINDSIGHT_REASONS) & actions["effective_date"].gt(admitting.as_of)
    named = actions.rename(columns={"side": "importer"})
    clean = named.drop(columns=["changes_rate", "not_applied_reason"]).assign(
        is_step=is_step,
        excluded_because=because.mask(is_hindsight, "scheduled").mask(is_step).astype("string"),
    )
    return admitting.split(clean, table="actions", key="action_id", day="announced_date")


def clean_steps(actions: pd.DataFrame, admitting: Admitting) -> pd.DataFrame:
    """List the steps: one row per action that changed a rate, announced by `as_of`.

    `is_in_force` is by `as_of`; `is_admitted` is false below `min_confidence`, as leaving it out
    would turn its duty into zero. `entry_deadlines` joins by ";" the days known by then until which
    goods on the way could enter at the old rate; `entry_deadline` is the last.
    """
    known = actions[actions["announced_date"].le(admitting.as_of)]
    known = known.rename(columns={"side": "importer"})
    steps = known[known["changes_rate"].astype(bool)].rename(columns={"action_id": "step_id"})
    # the notice of a grace window keeps the old rate (after it) in place of the new one (before
    # it) on the tranche of the step that it softens, until a day after the step's
    swapped = {"rate_before_pct": "rate_after_pct", "rate_after_pct": "rate_before_pct"}
    keys = ["importer", "tranche", *swapped]
    notices = known.rename(columns=swapped)[known["entry_deadline"].notna()]
    windows = steps[[*keys, "step_id", "effective_date"]].merge(
        notices[[*keys, "entry_deadline"]], on=keys
    )
    windows = windows[windows["entry_deadline"].gt(windows["effective_date"])]
    ends = windows.sort_values("entry_deadline").set_index("step_id")["entry_deadline"]
    against = (admitting.rule_against(None, confidence) for confidence in steps["confidence"])
    steps = steps.set_index("step_id").assign(
        entry_deadline=ends.groupby(level=0).max(),
        entry_deadlines=ends.dt.strftime("%Y-%m-%d").groupby(level=0).agg(";".join),
        is_in_force=lambda rows: rows["effective_date"].le(admitting.as_of),
        is_admitted=[rule is None for rule in against],
    )
    steps = steps.reset_index()[STEP_COLUMNS].astype({"entry_deadlines": "string"})
    return steps.sort_values(["effective_date", "step_id"], ignore_index=True)


def clean_episodes(
    episodes: pd.DataFrame, actions: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the episodes: one row per move announced, with the answer if it was by `as_of`.

    Adds mover and answerer (the sides whose duties they are), and of each the days of its first
    announcement and of its order (move_first_date, move_announced_date, ...).
    """
    acts = actions.set_index("action_id")
    days = acts["announced_date"]
    named = episodes[[f"{one}_{what}" for one in ("move", "answer") for what in EPISODE_DAYS]]
    known = named.where(named.apply(lambda ids: ids.map(days).le(as_of)))
    move, answer = known["move_announced"], known["answer_announced"]
    told = [name for name in map(str, known) if not name.endswith("_effective")]
    clean = episodes.assign(
        **known,
        mover=move.map(acts["side"]),
        answerer=answer.map(acts["side"]),
        **{f"{name}_date": known[name].map(days) for name in told},
    )
    rule = named["move_announced"].map(days).gt(as_of).map({True: "after as_of"})
    return leave_out(clean, rule, table="episodes", key=["episode_id"])
