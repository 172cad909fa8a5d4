"""The day on which a step counts, where goods on the way may keep the old rate for a while."""

import pandas as pd

from tradetalks.checks import DataError

LEGAL_RULE = "legal"
TRANSIT_RULE = "in_transit"


def effective_dates(
    steps: pd.DataFrame, effective_date_rule: str, transit_days: int = 0
) -> pd.Series:
    """Day on which each step counts under the rule, aligned with the steps.

    Only a step with a grace window (`entry_deadlines`) is moved: by `legal` not; by a rule named
    after a deadline (`entry_june_1`) to that day; by `in_transit` by `transit_days`, but not beyond
    the last one. None counts later than the next on its list. DataError for a rule of no known
    deadline.
    """
    legal = steps["effective_date"]
    if effective_date_rule == LEGAL_RULE:
        return legal
    if effective_date_rule not in (known := known_rules(steps)):
        raise DataError(
            f"steps: no deadline known by then makes the rule {effective_date_rule!r}; "
            f"rules that can be used: {', '.join(known)}\n"
            "What to do: choose one of them, or a later as_of, by which the notice that sets "
            "the deadline had been published"
        )
    if effective_date_rule == TRANSIT_RULE:
        arrival, latest = legal + pd.Timedelta(days=transit_days), steps["entry_deadline"]
        moved = arrival.where(arrival <= latest, latest)
    else:
        days = ((step, day) for step, ends in deadlines_of(steps).items() for day in ends)
        chosen = {step: day for step, day in days if deadline_rule(day) == effective_date_rule}
        moved = steps["step_id"].map(chosen)
    counted, order = legal.copy(), [*zip(legal, steps["step_id"], strict=True)]
    on_list = [*zip(steps["importer"], steps["tranche"], strict=True)]
    for at, day in enumerate(moved):
        if pd.notna(day):
            own = (one for one, its in zip(order, on_list, strict=True) if its == on_list[at])
            counted.iloc[at] = min([day, *(one[0] for one in own if one > order[at])])
    return counted


def known_rules(steps: pd.DataFrame) -> list[str]:
    """Rules for the effective date that can be used: others than the legal one need a deadline."""
    days = sorted({day for ends in deadlines_of(steps).values() for day in ends})
    return [LEGAL_RULE, *map(deadline_rule, days), *([TRANSIT_RULE] if days else [])]


def deadline_rule(deadline: pd.Timestamp) -> str:
    """Name of the rule that dates a step by an entry deadline: `entry_june_1` for 1 June."""
    return f"entry_{deadline:%B}_{deadline.day}".lower()


def deadlines_of(steps: pd.DataFrame) -> dict[str, list[pd.Timestamp]]:
    """Entry deadlines of each step that has a grace window, by step."""
    stated = zip(steps["step_id"], steps["entry_deadlines"], strict=True)
    return {
        str(step): [*map(pd.Timestamp, ends.split(";"))] for step, ends in stated if pd.notna(ends)
    }
