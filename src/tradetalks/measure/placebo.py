"""How unusual the days after the breakdown are within the ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd


def measure_counts_near(
    statements: pd.DataFrame, breakdown_date: pd.Timestamp, event_window_days: int
) -> pd.DataFrame:
    """Count statements near the breakdown: one row per side and act, and one for all acts.

    Columns: `side`, `act` (`all` for the sum), `before` (the `event_window_days` days that end on
    the eve), `after` (as many days from the breakdown day on), `change`.
    """
    shown = statements[statements["in_window"]]
    distance = (shown["statement_date"] - breakdown_date).dt.days
    near = shown.assign(
        before=distance.between(-event_window_days, -1),
        after=distance.between(0, event_window_days - 1),
    )
    both = pd.concat([near, near.assign(act="all")])
    counts = both.groupby(["side", "act"], as_index=False)[["before", "after"]].sum()
    return counts.assign(change=counts["after"] - counts["before"])


def measure_placebo(
    statements: pd.DataFrame,
    breakdown_date: pd.Timestamp,
    event_window_days: int,
    *,
    window_start: pd.Timestamp,
    as_of: pd.Timestamp,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Repeat the count of blame at random dates: one row per side and draw.

    Columns: `side`, `draw`, `placebo_date`, `change` (count after minus count before, as in
    `measure_counts_near`), `observed` (the same at the breakdown).

    Dates are drawn with equal chance, with replacement, from the days whose two windows lie
    inside `window_start` to `as_of` and do not touch the two windows of the breakdown: a placebo
    that holds the event is none. There is no row where no day qualifies. With one event and a
    chosen ledger this shows how unusual the count is within the ledger, not a significance.
    """
    shown = statements[statements["in_window"] & statements["act"].eq("blame")]
    n_days = (as_of - window_start).days + 1
    event = (breakdown_date - window_start).days
    # a date needs the window before it and, counting itself, the window after it
    candidates = np.arange(event_window_days, n_days - event_window_days + 1)
    candidates = candidates[np.abs(candidates - event) >= 2 * event_window_days]
    size = draws if candidates.size else 0
    drawn = np.random.default_rng(seed).choice(candidates, size) if size else candidates
    frames = []
    for side in sorted(statements["side"].unique()):
        days = (shown.loc[shown["side"].eq(side), "statement_date"] - window_start).dt.days
        # how many there were before each day, and last the count of all
        until = np.concatenate([[0], np.bincount(days, minlength=n_days).cumsum()])
        # the event itself is counted like any day that is drawn
        day = np.append(drawn, event)
        last = np.minimum(day + event_window_days, n_days)
        first = np.maximum(day - event_window_days, 0)
        change = until[last] - 2 * until[day] + until[first]
        frames.append(
            pd.DataFrame(
                {
                    "side": side,
                    "draw": np.arange(1, size + 1),
                    "placebo_date": window_start + pd.to_timedelta(drawn, unit="D"),
                    "change": change[:-1],
                    "observed": int(change[-1]),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def measure_placebo_distribution(placebo: pd.DataFrame) -> pd.DataFrame:
    """Count placebo draws by their change: one row per side and change that was drawn.

    Columns: `side`, `change`, `draws`, `share` (0-1, of the side's draws), `observed` (the change
    at the breakdown), `is_as_large` (whether the placebo reaches it).
    """
    table = placebo.groupby(["side", "change", "observed"]).size().rename("draws").reset_index()
    table["share"] = table["draws"] / table.groupby("side")["draws"].transform("sum")
    table["is_as_large"] = table["change"].ge(table["observed"])
    return table[["side", "change", "draws", "share", "observed", "is_as_large"]]
