"""Measures of the statement record: acts, charges, frames, the order of a breakdown.

Every function is pure and takes the cleaned tables. Counts and shares describe the ledger, which
was chosen for statements that blame, promise, threaten or deny; they do not describe all that the
two governments said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

# The frame whose first uses date the charge that the other side broke its word.
CHARGE_FRAME = "backtracking"

# Acts that turn a frame against the other side. A denial uses the same words to the opposite end.
CHARGE_ACTS = ("blame", "threaten", "justify")

# Acts that move a quarrel on: what is done to the other side, and the refusal of what it says.
TURNING_ACTS = ("threaten", "blame", "deny", "announce")

# Acts by which a measure is made known; a statement of one of them on the day of the step is
# the announcement itself and not a second event.
_MEASURE_ACTS = ("announce", "threaten")

# Exclusions and inquiries leave every rate of a list where it was.
_KINDS_WITHOUT_RATE = ("exclude", "investigation")

TIME_NOT_KNOWN = "time not known"

# The two parts into which the breakdown divides the window.
PERIODS = ("before", "after")

# What a share counts: rows of the ledger, or the documents behind them.
Unit = Literal["row", "document"]


def measure_acts(statements: pd.DataFrame, unit: Unit = "row", alpha: float = 0.05) -> pd.DataFrame:
    """Count acts: one row per side, act and period, with zero counts where a side did not do it.

    Columns: `side`, `act`, `period`, `count`, `share` (0-1), `low`, `high` (Wilson interval at
    1 - `alpha`), `documents`. Statements outside the window are not counted.

    By `row`, shares of a side and period add up to one. By `document`, a document counts once
    for each act found in it, and shares are of the documents of that side and period: rows of
    one document are not independent, so the second reading is the fairer one for intervals.
    """
    shown = statements[statements["in_window"]]
    if unit == "document":
        shown = shown.drop_duplicates(["document_id", "act", "period"])
    return _shares(shown, _totals(shown, unit), "act", alpha)


def measure_blame(statements: pd.DataFrame, act: str = "blame") -> pd.DataFrame:
    """Count who blames whom: one row per side, target and month, months without blame included.

    Columns: `side`, `target`, `month` (its first day), `count`, `documents`.
    """
    shown = statements[statements["in_window"]]
    blames = shown[shown["act"].eq(act)].assign(month=_month(shown["statement_date"]))
    pairs = blames[["side", "target"]].drop_duplicates().merge(_months(shown), how="cross")
    counted = blames.groupby(["side", "target", "month"]).agg(
        count=("statement_id", "size"), documents=("document_id", "nunique")
    )
    return _fill_counts(pairs, counted).sort_values(["side", "target", "month"], ignore_index=True)


def measure_backtracking(
    statements: pd.DataFrame, frames: pd.DataFrame, frame: str = CHARGE_FRAME
) -> pd.DataFrame:
    """List every use of the charge frame in the order of time: one row per statement.

    Columns: those that identify the statement, `role`, `is_first_charge` (the side's first) and
    `days_since_charge` (days since the side's last charge before this row). A use is a `charge`
    when one of `CHARGE_ACTS` turns the frame against another side, a `denial` when the act is
    deny, and `other` for the rest, such as a promise or an admission.

    All admitted statements are read, also those before the window: when a charge was first made
    does not depend on what is shown.
    """
    framed = frames.loc[frames["frame"].eq(frame), "statement_id"]
    uses = _in_order(statements[statements["statement_id"].isin(framed)])
    against_other = uses["target"].ne("none") & uses["target"].ne(uses["side"])
    is_charge = uses["act"].isin(CHARGE_ACTS) & against_other
    role = pd.Series("other", index=uses.index).mask(uses["act"].eq("deny"), "denial")
    charged_on = uses["statement_date"].where(is_charge)
    by_side = uses["side"]
    last_charge = charged_on.groupby(by_side).ffill().groupby(by_side).shift()
    columns = [
        *("statement_id", "statement_date", "said_at_utc", "side", "speaker", "channel"),
        *("act", "target", "key_phrase", "document_id", "source_id", "confidence"),
    ]
    return uses[columns].assign(
        role=role.mask(is_charge, "charge"),
        is_first_charge=is_charge & is_charge.groupby(by_side).cumsum().eq(1),
        days_since_charge=(uses["statement_date"] - last_charge).dt.days.astype("Int64"),
    )


def measure_silences(uses: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """List the gaps between two charges of one side: one row per side and gap.

    Columns: `side`, `last_charge`, `last_charge_id`, `next_charge`, `next_charge_id`, `days`,
    `statements` (what the side said in between, on days strictly inside the gap). A gap without
    a single statement is silence of the ledger, not of the side.
    """
    charges = uses[uses["role"].eq("charge")].drop_duplicates(["side", "statement_date"])
    gaps = charges[["side", "statement_date", "statement_id"]].rename(
        columns={"statement_date": "last_charge", "statement_id": "last_charge_id"}
    )
    following = gaps.groupby("side").shift(-1)
    gaps = gaps.assign(
        next_charge=following["last_charge"], next_charge_id=following["last_charge_id"]
    ).dropna(subset="next_charge")
    between = gaps.merge(statements[["side", "statement_date"]], on="side").query(
        "last_charge < statement_date < next_charge"
    )
    n_between = between.groupby("last_charge_id").size()
    return gaps.assign(
        days=(gaps["next_charge"] - gaps["last_charge"]).dt.days,
        statements=gaps["last_charge_id"].map(n_between).fillna(0).astype("int64"),
    ).sort_values(["side", "last_charge"], ignore_index=True)


def measure_charge_months(uses: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Count charges against statements: one row per side and month of the window.

    Columns: `side`, `month`, `statements`, `charges`. A month with statements and no charge is
    one in which the side spoke and did not make it.
    """
    shown = statements[statements["in_window"]]
    sides = shown[["side"]].drop_duplicates()
    said = shown.assign(month=_month(shown["statement_date"]))
    is_charge = said["statement_id"].isin(uses.loc[uses["role"].eq("charge"), "statement_id"])
    counted = (
        said.assign(is_charge=is_charge)
        .groupby(["side", "month"])
        .agg(statements=("statement_id", "size"), charges=("is_charge", "sum"))
    )
    return _fill_counts(sides.merge(_months(shown), how="cross"), counted).sort_values(
        ["side", "month"], ignore_index=True
    )


def measure_frames(
    statements: pd.DataFrame, frames: pd.DataFrame, unit: Unit = "row", alpha: float = 0.05
) -> pd.DataFrame:
    """Count frames: one row per side, frame and period, zero counts included.

    Columns: `side`, `frame`, `period`, `count`, `share` (of the side's statements or documents
    in the period), `low`, `high` (Wilson), `documents`. Shares do not add up: a statement may use
    several frames. By `document`, a document counts once for each frame found in it.
    """
    shown = statements[statements["in_window"]]
    used = shown[["statement_id", "side", "period", "document_id"]].merge(
        frames, on="statement_id", validate="one_to_many"
    )
    if unit == "document":
        used = used.drop_duplicates(["document_id", "frame", "period"])
    return _shares(used, _totals(shown, unit), "frame", alpha)


def measure_tone(statements: pd.DataFrame, unit: Unit = "row") -> pd.DataFrame:
    """Describe the coder's reading of tone: one row per side and period.

    Columns: `side`, `period`, `count` (of statements or documents), `mean_tone` (-2 to 2),
    `critical_share` (below zero), `friendly_share` (above zero). By `document`, a document has
    the mean tone of its rows. Tone was coded once, by one person, and not tested again.
    """
    read = statements[statements["in_window"]].astype({"tone": "float64"})
    keys = ["side", "period"]
    if unit == "document":
        by_document = read.groupby([*keys, "document_id"], as_index=False)
        read = by_document.agg(tone=("tone", "mean"))
    read = read.assign(critical=read["tone"].lt(0), friendly=read["tone"].gt(0))
    return read.groupby(keys, as_index=False).agg(
        count=("tone", "size"),
        mean_tone=("tone", "mean"),
        critical_share=("critical", "mean"),
        friendly_share=("friendly", "mean"),
    )


def measure_findings(
    by_coder: Mapping[str, pd.DataFrame], frames: pd.DataFrame, unit: Unit = "row"
) -> pd.DataFrame:
    """Draw the main findings again from each coder's codes: one row per finding.

    Columns: `finding`, one column per coder with what is found (a side, `neither`, or the way in
    which a share moves; missing where there is nothing to compare), and `is_turned`: the coders
    do not lead to the same. Frames were coded once and are the same for all.
    """
    found = pd.DataFrame(
        {coder: _findings(coded, frames, unit) for coder, coded in by_coder.items()}
    )
    is_turned = found.fillna("").nunique(axis="columns").gt(1)
    return found.assign(is_turned=is_turned).rename_axis("finding").reset_index()


def _findings(statements: pd.DataFrame, frames: pd.DataFrame, unit: Unit) -> pd.Series:
    """Return the older charge, who blames more after, and how each share of blame moves."""
    uses = measure_backtracking(statements, frames)
    firsts = uses[uses["is_first_charge"]].sort_values("statement_date")
    blame = measure_acts(statements, unit).query("act == 'blame'")
    periods = {
        name: blame.pivot_table(index="side", columns="period", values=name).reindex(
            columns=PERIODS
        )
        for name in ("count", "share")
    }
    found = {
        "side with the older charge": _ahead(
            -firsts.set_index("side")["statement_date"].astype("int64")
        ),
        "side with more blame after": _ahead(periods["count"]["after"].dropna()),
    }
    signs = {-1.0: "falls", 0.0: "stays", 1.0: "rises"}
    change = (periods["share"]["after"] - periods["share"]["before"]).map(np.sign)
    return pd.Series(
        found | {f"share of blame, {side}": signs.get(sign) for side, sign in change.items()},
        dtype="object",
    )


def _ahead(amounts: pd.Series) -> str:
    """Name the side with the largest amount; `neither` where two share it or there is none."""
    largest = amounts[amounts.eq(amounts.max())]
    return str(largest.index[0]) if len(largest) == 1 else "neither"


def measure_agreement(recoding: pd.DataFrame) -> pd.DataFrame:
    """Compare the two codings of the reliability sample: one row per variable.

    Columns: `variable`, `rows`, `agreed`, `agreement` (0-1), `expected` (0-1, by chance), `kappa`
    (Cohen), `low`, `high` (95 percent, normal approximation cut at one; the
    sample is small). No row where nothing was coded twice.
    """
    # statsmodels is slow to import, and most callers of this module never need it
    from statsmodels.stats.inter_rater import cohens_kappa

    columns = ["variable", "rows", "agreed", "agreement", "expected", "kappa", "low", "high"]
    rows = []
    for variable in ("act", "target") if len(recoding) else ():
        first, second = recoding[f"{variable}_1"], recoding[f"{variable}_2"]
        codes = sorted({*first, *second})
        table = pd.crosstab(first, second).reindex(index=codes, columns=codes, fill_value=0)
        shares = table.to_numpy() / len(recoding)
        result = cohens_kappa(table.to_numpy())  # type: ignore[no-untyped-call]
        rows.append(
            {
                "variable": variable,
                "rows": len(recoding),
                "agreed": int(first.eq(second).sum()),
                "agreement": float(np.trace(shares)),
                "expected": float(shares.sum(axis=0) @ shares.sum(axis=1)),
                "kappa": float(result.kappa),
                "low": float(result.kappa_low),
                "high": min(float(result.kappa_upp), 1.0),
            }
        )
    return pd.DataFrame(rows, columns=columns)


def measure_breakdown_sequence(
    statements: pd.DataFrame,
    frames: pd.DataFrame,
    actions: pd.DataFrame,
    event_actions: pd.DataFrame,
    events: pd.DataFrame,
    rounds: pd.DataFrame,
    *,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> pd.DataFrame:
    """Put what happened from `start` to `end` in one order: one row per event.

    Columns: `when` (the day), `time_utc`, `time` (as text, or that it is not known), `side`
    (missing for what both did), `kind` (`round`, `draft`, `rate change`, `tariff announcement`,
    `statement`), `what`, `label` (short, for a figure), `record_ids`, `source_id`, `confidence`.

    Listed are every round begun in the span; every tariff step announced in it that concerns a
    rate, with the statement that announced it; every change of a rate in it; and the turns:
    statements by which a side did something to someone for the first time in the span, or used
    the charge frame in a role it had not yet used there. Within a day, what is timed goes by its
    time; a new rate stands before, because it applies from the first minute of its day, and what
    has no known time stands behind, unless its day was over where it was said before the last
    timed event of the same date.
    """
    said = statements[statements["statement_date"].between(start, end)]
    labels = event_actions.merge(events, on="event_id").drop_duplicates("action_id")
    named = actions["action_id"].map(labels.set_index("action_id")["label"])
    actions = actions.assign(label=named.fillna(actions["tranche"]))
    announced = actions[
        actions["announced_date"].between(start, end) & ~actions["kind"].isin(_KINDS_WITHOUT_RATE)
    ]
    announcements = _announcements(announced, said, event_actions)
    turns = _turns(said, frames)
    turns = turns[~turns["statement_id"].isin(announcements["statement_id"].dropna())]
    changed = actions[
        actions["is_step"].astype(bool) & actions["effective_date"].between(start, end)
    ]
    begun = rounds[rounds["start_date"].between(start, end)]
    listed = pd.concat(
        [
            _round_rows(begun),
            _step_rows(changed, "effective_date").assign(kind="rate change"),
            announcements.drop(columns="statement_id"),
            _statement_rows(turns).assign(kind="statement"),
        ],
        ignore_index=True,
    )
    last_timed = listed.groupby("when")["time_utc"].transform("max")
    within_day = np.select(
        [
            listed["kind"].eq("rate change"),
            listed["time_utc"].notna() | listed["until_utc"].le(last_timed),
        ],
        [0, 1],
        default=listed["kind"].map({"round": 2, "draft": 2}).fillna(3),
    )
    # behind the last timed event the moment at which a day ends says nothing about the order
    until = listed["until_utc"].where(within_day == 1)
    ordered = listed.assign(within_day=within_day, until=until).sort_values(
        ["when", "within_day", "until", "kind", "record_ids"], ignore_index=True
    )
    time = ordered["time_utc"].dt.strftime("%H:%M UTC").fillna(TIME_NOT_KNOWN)
    ordered = ordered.assign(time=time)
    return ordered[
        [
            *("when", "time_utc", "time", "side", "kind", "what", "label"),
            *("record_ids", "source_id", "confidence"),
        ]
    ]


def measure_threats(
    statements: pd.DataFrame,
    actions: pd.DataFrame,
    event_actions: pd.DataFrame,
    act: str = "threaten",
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
    threats = _in_order(statements[statements["act"].eq(act) & statements["in_window"]])
    linked = event_actions.merge(actions, on="action_id", validate="many_to_one")
    owners = set(zip(linked["event_id"], linked["importer"], strict=True))
    is_own = pd.Series(
        [pair in owners for pair in zip(threats["event_id"], threats["side"], strict=True)],
        index=threats.index,
        dtype="bool",
    )
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
    said = followed["statement_date"]
    return (
        followed[columns]
        .assign(
            days_to_announcement=(followed["announced_date"] - said).dt.days.astype("Int64"),
            days_to_effect=(followed["effective_date"] - said).dt.days.astype("Int64"),
        )
        .sort_values(["statement_date", "statement_id"], ignore_index=True)
    )


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
    act: str = "blame",
) -> pd.DataFrame:
    """Repeat the count of one act at random dates: one row per side and draw.

    Columns: `side`, `draw`, `placebo_date`, `change` (count after minus count before, as in
    `measure_counts_near`), `observed` (the same at the breakdown).

    Dates are drawn with equal chance, with replacement, from the days whose two windows lie
    inside `window_start` to `as_of` and do not touch the two windows of the breakdown: a placebo
    that holds the event is none. There is no row where no day qualifies. With one event and a
    chosen ledger this shows how unusual the count is within the ledger, not a significance.
    """
    shown = statements[statements["in_window"] & statements["act"].eq(act)]
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
        until = np.concatenate([[0], np.bincount(days, minlength=n_days).cumsum()])

        frames.append(
            pd.DataFrame(
                {
                    "side": side,
                    "draw": np.arange(1, size + 1),
                    "placebo_date": window_start + pd.to_timedelta(drawn, unit="D"),
                    "change": _change(until, drawn, event_window_days),
                    "observed": int(_change(until, np.array([event]), event_window_days)[0]),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def measure_placebo_distribution(placebo: pd.DataFrame) -> pd.DataFrame:
    """Count placebo draws by their change: one row per side and change that was drawn.

    Columns: `side`, `change`, `draws`, `share` (0-1, of the side's draws), `observed` (the change
    at the breakdown), `is_as_large` (whether the placebo reaches it).
    """
    counted = placebo.groupby(["side", "change", "observed"]).size().rename("draws").reset_index()
    return counted.assign(
        share=counted["draws"] / counted.groupby("side")["draws"].transform("sum"),
        is_as_large=counted["change"].ge(counted["observed"]),
    )[["side", "change", "draws", "share", "observed", "is_as_large"]]


def measure_anchors(
    statements: pd.DataFrame, uses: pd.DataFrame, rounds: pd.DataFrame, n_documents: int = 1
) -> pd.DataFrame:
    """Choose the few events that a chronology names: one row per event.

    Columns: `when`, `side` (missing for rounds), `kind`, `label`, `record_ids`. Chosen are the
    first charge of each side, the `n_documents` documents of each side with most statements, and
    the rounds that ended in agreement or breakdown.
    """
    shown = statements[statements["in_window"]]
    first = uses[uses["is_first_charge"] & uses["statement_id"].isin(shown["statement_id"])]
    charges = pd.DataFrame(
        {
            "when": first["statement_date"],
            "side": first["side"],
            "kind": "first charge",
            "label": "first charge: " + first["speaker"],
            "record_ids": first["statement_id"],
        }
    )
    documents = (
        shown.groupby("document_id")
        .agg(
            when=("statement_date", "min"),
            side=("side", "first"),
            label=("speaker", lambda names: names.mode().iloc[0]),
            n=("statement_id", "size"),
            record_ids=("statement_id", lambda ids: ";".join(sorted(ids))),
        )
        .sort_values(["n", "when"], ascending=[False, True])
        .groupby("side")
        .head(n_documents)
        .drop(columns="n")
        .assign(kind="document")
    )
    turned = rounds[rounds["status"].isin(["agreement", "breakdown"])]
    meetings = pd.DataFrame(
        {
            "when": turned["start_date"],
            "side": pd.Series(pd.NA, index=turned.index, dtype="string"),
            "kind": turned["status"],
            "label": turned["place"],
            "record_ids": turned["round_id"],
        }
    )
    return pd.concat([charges, documents, meetings], ignore_index=True).sort_values(
        ["when", "record_ids"], ignore_index=True
    )


def _change(
    until: npt.NDArray[np.int64], day: npt.NDArray[np.int64], n_days: int
) -> npt.NDArray[np.int64]:
    """Count in the `n_days` from each day on, minus the count in as many days before it.

    `until` holds how many there were before each day, and ends with the count of all.
    """
    last = np.minimum(day + n_days, until.size - 1)
    first = np.maximum(day - n_days, 0)
    return np.asarray(until[last] - 2 * until[day] + until[first])


def _in_order(statements: pd.DataFrame) -> pd.DataFrame:
    """Sort by day, then by the moment until which the words were said, then by id.

    No order that is known is broken by that: what was over before the other began comes first.
    """
    return statements.sort_values(
        ["statement_date", "said_until_utc", "statement_id"], ignore_index=True
    )


def _month(days: pd.Series) -> pd.Series:
    """Return the first day of each day's month."""
    return pd.Series(days.dt.to_period("M").dt.to_timestamp())


def _months(statements: pd.DataFrame) -> pd.DataFrame:
    """List the months from the first statement to the last, those without one included."""
    month = _month(statements["statement_date"])
    return pd.DataFrame({"month": pd.date_range(month.min(), month.max(), freq="MS")})


def _fill_counts(grid: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Join counts to a grid; a combination that was not counted is zero, which is what it is."""
    keys = list(grid.columns)
    filled = grid.merge(counted.reset_index(), on=keys, how="left", validate="one_to_one")
    names = [name for name in filled.columns if name not in keys]
    return filled.fillna(dict.fromkeys(names, 0)).astype(dict.fromkeys(names, "int64"))


def _totals(shown: pd.DataFrame, unit: Unit) -> pd.Series:
    """Count rows or documents by side and period: what shares are of."""
    counted = shown.groupby(["side", "period"])["document_id"]
    return counted.size() if unit == "row" else counted.nunique()


def _shares(rows: pd.DataFrame, totals: pd.Series, code: str, alpha: float) -> pd.DataFrame:
    """Count rows by side, code and period, as shares of the totals, with Wilson intervals.

    `totals` counts what the shares are of, by side and period; every code gets a row in each.
    """
    # statsmodels is slow to import, and most callers of this module never need it
    from statsmodels.stats.proportion import proportion_confint

    keys = ["side", code, "period"]
    codes = pd.DataFrame({code: sorted(rows[code].unique())})
    grid = totals.rename("total").reset_index().merge(codes, how="cross")
    counted = rows.groupby(keys).agg(
        count=("statement_id", "size"), documents=("document_id", "nunique")
    )
    filled = _fill_counts(grid[keys], counted).merge(grid, on=keys, validate="one_to_one")
    low, high = proportion_confint(
        filled["count"].to_numpy(), filled["total"].to_numpy(), alpha=alpha, method="wilson"
    )
    filled = filled.assign(share=filled["count"] / filled["total"], low=low, high=high)
    return filled[[*keys, "count", "share", "low", "high", "documents"]].sort_values(
        keys, ignore_index=True
    )


def _turns(said: pd.DataFrame, frames: pd.DataFrame) -> pd.DataFrame:
    """Pick the statements of a span by which a side did something for the first time in it.

    On a day with several candidates the one that uses the charge frame is taken, because it is
    the one the reader looks for; then the better documented one.
    """
    uses = measure_backtracking(said, frames).set_index("statement_id")["role"]
    role = said["statement_id"].map(uses)
    ranked = (
        said.assign(
            role=role,
            is_plain=role.isna(),
            weakness=said["confidence"].map({"high": 0, "medium": 1, "low": 2}),
        )
        .sort_values(["statement_date", "is_plain", "weakness", "said_at_utc", "statement_id"])
        .loc[lambda rows: rows["act"].isin(TURNING_ACTS)]
    )
    is_first_act = ~ranked.duplicated(["side", "act", "target"])
    is_first_role = ranked["role"].notna() & ~ranked.duplicated(["side", "role"])
    return said[said["statement_id"].isin(ranked.loc[is_first_act | is_first_role, "statement_id"])]


def _announcements(
    announced: pd.DataFrame, said: pd.DataFrame, event_actions: pd.DataFrame
) -> pd.DataFrame:
    """List the announcements of steps: one row per side, day and tranche.

    Where the side itself spoke of the step on that day, its words and their time stand for the
    announcement; otherwise the step is described from the tariff table.
    """
    steps = _step_rows(announced, "announced_date").assign(tranche=announced["tranche"])
    keys = ["when", "side", "tranche"]
    rest = [str(name) for name in steps if name not in (*keys, "record_ids")]
    # one list may fill several rows of the tariff table; the reader meets it once
    steps = steps.sort_values("record_ids")
    every_id = steps.groupby(keys)["record_ids"].transform(";".join).astype("str")
    steps = steps.assign(record_ids=every_id).drop_duplicates(keys)
    voiced = (
        said[said["act"].isin(_MEASURE_ACTS)]
        .merge(event_actions, on="event_id", validate="many_to_many")
        .merge(announced[["action_id", "importer", "announced_date", "tranche"]], on="action_id")
        .query("side == importer and statement_date == announced_date")
    )
    voiced = _in_order(voiced).drop_duplicates(["statement_date", "side", "tranche"])
    voices = _statement_rows(voiced).assign(tranche=voiced["tranche"])
    # without words to quote, the label says what the step does
    voices["label"] = voices["label"].where(voiced["key_phrase"].notna())
    both = steps.merge(voices, on=keys, how="left", suffixes=("", "_said"), validate="one_to_one")
    words = {name: both[f"{name}_said"].fillna(both[name]) for name in rest}
    statement_id = both["record_ids_said"]
    ids = both["record_ids"] + (";" + statement_id).fillna("")
    return both[keys].assign(
        **words, record_ids=ids, statement_id=statement_id, kind="tariff announcement"
    )


def _statement_rows(said: pd.DataFrame) -> pd.DataFrame:
    """Turn statements into rows of the sequence, all but their kind."""
    phrase = "“" + said["key_phrase"].astype("str") + "”"
    return pd.DataFrame(
        {
            "when": said["statement_date"],
            "time_utc": said["said_at_utc"],
            "until_utc": said["said_until_utc"],
            "side": said["side"],
            "what": said["paraphrase"],
            "label": said["speaker"] + ": " + phrase.fillna(said["act"]),
            "record_ids": said["statement_id"],
            "source_id": said["source_id"],
            "confidence": said["confidence"],
        }
    )


def _step_rows(steps: pd.DataFrame, day: str) -> pd.DataFrame:
    """Turn tariff steps into rows of the sequence, on the day in the column `day`."""
    columns = ["label", "rate_before_pct", "rate_after_pct", "rate_min_pct", "rate_max_pct"]
    moves = [_describe(*row) for row in steps[columns].itertuples(index=False)]
    starts = [
        f"from {first.day} {first:%B %Y}" if pd.notna(first) else "no date set"
        for first in steps["effective_date"]
    ]
    what = [f"{move}, {start}." for move, start in zip(moves, starts, strict=True)]
    return pd.DataFrame(
        {
            "when": steps[day],
            "time_utc": pd.Series(pd.NaT, steps.index, dtype="datetime64[ms, UTC]"),
            "until_utc": pd.Series(pd.NaT, steps.index, dtype="datetime64[ms, UTC]"),
            "side": steps["importer"],
            "what": pd.Series(what, steps.index, dtype="str"),
            "label": pd.Series(moves, steps.index, dtype="str"),
            "record_ids": steps["action_id"],
            "source_id": steps["source_id"],
            "confidence": steps["confidence"],
        }
    )


def _round_rows(begun: pd.DataFrame) -> pd.DataFrame:
    """Turn rounds into rows of the sequence; they belong to no side."""
    return pd.DataFrame(
        {
            "when": begun["start_date"],
            "time_utc": pd.Series(pd.NaT, begun.index, dtype="datetime64[ms, UTC]"),
            "until_utc": pd.Series(pd.NaT, begun.index, dtype="datetime64[ms, UTC]"),
            "side": pd.Series(None, begun.index, dtype="str"),
            "what": begun["outcome"],
            "label": begun["place"],
            "record_ids": begun["round_id"],
            "source_id": begun["source_id"],
            "confidence": begun["confidence"],
            "kind": begun["level"].map({"text": "draft"}).fillna("round"),
        }
    )


def _describe(label: str, before: float, after: float, low: float, high: float) -> str:
    """Say in words how a step moves the rate; several rates are given as their range."""
    if pd.notna(after):
        is_move = pd.notna(before) and before != after
        rates = f"{before:g} to {after:g} percent" if is_move else f"{after:g} percent"
    elif pd.notna(high):
        rates = f"rates of {low:g} to {high:g} percent"
    else:
        rates = "rate not set"
    return label if rates in label else f"{label}: {rates}"


def _rate_steps(actions: pd.DataFrame) -> pd.DataFrame:
    """Keep the steps by which an additional duty changed, in the order of announcement."""
    is_step = actions["is_step"].astype(bool) & actions["measure_class"].eq("additional")
    return (
        actions[is_step]
        .rename(columns={"action_id": "step_id", "importer": "side"})
        .sort_values(["announced_date", "effective_date", "step_id"])
    )


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
