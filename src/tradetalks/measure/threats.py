"""Threats, and the steps that came after them."""

from __future__ import annotations

import pandas as pd

from tradetalks.measure.charge import in_order


def measure_threats(
    statements: pd.DataFrame, actions: pd.DataFrame, event_actions: pd.DataFrame
) -> pd.DataFrame:
    """Hold threats against tariff steps: one row per threat.

    Columns: `statement_id`, `statement_date`, `side`, `speaker`, `event_id`, `round_id`, `basis`,
    `step_id`, `announced_date`, `effective_date`, `days_to_announcement`, `days_to_effect` (both
    from the threat); the last five are missing where no step was announced by `as_of`.

    The basis says what is threatened. `own measure`: the event is a tariff of the speaker's
    side, and the threat is followed to the next step of that event. `answer`: the event is the
    other side's, so the threat is conditional on it; `talks`: no tariff event is named. The
    steps of these two lie elsewhere, and they are followed to the side's next step of any event.
    A step is a change of an additional duty announced after the day of the threat: what was
    decided already is not threatened. What came next did not for that reason come because of
    the threat.
    """
    threats = in_order(statements[statements["act"].eq("threaten") & statements["in_window"]])
    linked = event_actions.merge(actions, on="action_id", validate="many_to_one")
    owners = pd.MultiIndex.from_frame(linked[["event_id", "importer"]])
    is_own = pd.MultiIndex.from_frame(threats[["event_id", "side"]]).isin(owners)
    is_tariff_event = threats["event_id"].isin(linked["event_id"])
    basis = pd.Series("talks", index=threats.index).mask(is_tariff_event, "answer")
    threats = threats.assign(basis=basis.mask(is_own, "own measure"))
    followed = pd.concat(
        [
            _next_step(threats[is_own], _rate_steps(linked), ["side", "event_id"]),
            _next_step(threats[~is_own], _rate_steps(actions), ["side"]),
        ]
    )
    columns = [
        *("statement_id", "statement_date", "side", "speaker", "event_id", "round_id", "basis"),
        *("step_id", "announced_date", "effective_date"),
    ]
    table = followed[columns].sort_values(["statement_date", "statement_id"], ignore_index=True)
    for name, day in (("announcement", "announced_date"), ("effect", "effective_date")):
        passed = table[day] - table["statement_date"]
        table[f"days_to_{name}"] = passed.dt.days.astype("Int64")
    return table


def _rate_steps(actions: pd.DataFrame) -> pd.DataFrame:
    """Keep the steps by which an additional duty changed, in the order of announcement."""
    is_step = actions["is_step"].astype(bool) & actions["measure_class"].eq("additional")
    steps = actions[is_step].rename(columns={"action_id": "step_id", "importer": "side"})
    return steps.sort_values(["announced_date", "effective_date", "step_id"])


def _next_step(threats: pd.DataFrame, steps: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Join to each threat the first step announced after its day that shares the columns `by`."""
    # of several steps announced on one day, the one that takes effect first
    nearest = steps.drop_duplicates([*by, "announced_date"])
    return pd.merge_asof(
        threats,
        nearest[[*by, "step_id", "announced_date", "effective_date"]],
        left_on="statement_date",
        right_on="announced_date",
        by=by,
        direction="forward",
        allow_exact_matches=False,
    )
