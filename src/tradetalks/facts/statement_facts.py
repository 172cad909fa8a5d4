"""Facts of the statement record."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

import pandas as pd

from tradetalks.facts import NO_DAY, Fact, rests_on, side_names
from tradetalks.measure.acts import (
    PERIODS,
    measure_acts,
    measure_blame,
    measure_frames,
    measure_tone,
)
from tradetalks.measure.charge import (
    measure_backtracking,
    measure_charge_months,
    measure_first_accusation,
)
from tradetalks.measure.coding import measure_agreement, measure_findings
from tradetalks.measure.placebo import measure_counts_near, measure_placebo
from tradetalks.measure.sequence import HOW_KNOWN, measure_breakdown_sequence
from tradetalks.measure.threats import measure_threats

# what a share of statements counts, by the parameter `unit`
COUNTED = {"row": "statements", "document": "documents"}


@rests_on("statements", "rounds")
def ledger_facts(statements: pd.DataFrame, rounds: pd.DataFrame) -> Iterator[Fact]:
    """Size of the ledger in the window."""
    inside = statements[statements["in_window"]]
    by = measure_acts
    documents = inside["document_id"].nunique()
    yield Fact("n_statements", len(inside), "count", "statements that count", function=by)
    yield Fact("n_documents", documents, "count", "occasions of these statements", function=by)
    yield Fact(
        "n_rounds", len(rounds), "count", "rounds and other contacts begun by the day of the report"
    )
    yield Fact("interval_level", 0.95, "share", "level of the intervals", function=by, digits=0)


@rests_on()
def parameter_facts(
    days: Mapping[str, pd.Timestamp], as_of: pd.Timestamp, event_window_days: int
) -> Iterator[Fact]:
    """Days and spans that are parameters of the run; no fact of a day that lies ahead."""
    for name, day in days.items():
        if day <= as_of:
            yield Fact(name, day, "date", "a parameter of the run")
        yield Fact(f"{name}_is_known", bool(day <= as_of), "flag", f"{name} is past")
    yield Fact(
        "event_window", event_window_days, "days", "days on either side, a parameter of the run"
    )


@rests_on("statements")
def act_facts(
    acts: pd.DataFrame, named: Sequence[str], sides: pd.DataFrame, unit: str
) -> Iterator[Fact]:
    """Count and share of the named acts, by side and period; words where a side said nothing."""
    by = measure_acts
    yield Fact("counted", COUNTED[unit], "text", "what a share counts", function=by)
    known, whose = acts.set_index(["side", "act", "period"]), side_names(sides)
    spoken = {*zip(acts["side"], acts["period"], strict=True)}
    for side, act, period in product(sides["side"], named, PERIODS):
        name = f"{side.lower()}_{act}_{period}"
        about, key = f"of the act {act}, {whose[side]}, {period} the breakdown", (side, act, period)
        count = int(known["count"].get(key, 0))
        yield Fact(f"n_{name}", count, "count", f"number {about}", function=by)
        about = f"share {about}"
        if (side, period) in spoken:
            share = float(known["share"].get(key, 0.0))
            yield Fact(f"share_{name}", share, "share", about, function=by, digits=0)
        else:
            yield Fact(f"share_{name}", "nothing on record", "missing", about, function=by)


@rests_on("statements")
def charge_facts(
    uses: pd.DataFrame, sides: pd.DataFrame, breakdown: pd.Timestamp
) -> Iterator[Fact]:
    """How often each side makes the charge, how often before the breakdown, and when first."""
    by, charges = measure_backtracking, uses[uses["role"].eq("charge")]
    for side in sides["side"]:
        own, name = charges[charges["side"].eq(side)], str(side).lower()
        before = int(own["statement_date"].lt(breakdown).sum())
        about = f"charges of going back, by {side_names(sides)[side]}"
        yield Fact(f"n_charges_{name}", len(own), "count", about, function=by)
        about += " before the breakdown"
        none = None if before else "none"
        yield Fact(f"n_charges_{name}_before", before, "word", about, {}, by, text=none)
        about = f"first charge of going back, by {side_names(sides)[side]}"
        if own.empty:
            yield Fact(f"first_charge_{name}", NO_DAY, "missing", about, function=by)
        else:
            rows = {"statements": [own["statement_id"].iloc[0]]}
            day = own["statement_date"].iloc[0]
            yield Fact(f"first_charge_{name}", day, "date", about, rows, by)


@rests_on("rounds", "statements")
def first_accusation_facts(first: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """Who charged first after the last talks before the breakdown, and how soon the other answered.

    No fact without a charge; words in the place of the days of an answer that there is not yet.
    """
    by, names = measure_first_accusation, side_names(sides)
    for row in first.to_dict("records"):
        about = "first charge of going back after the last talks before the breakdown"
        rows = {"statements": [row["statement_id"]]}
        about_talks = "last day of the last talks that had begun before the breakdown"
        yield Fact("talks_end", row["talks_end"], "date", about_talks, function=by)
        yield Fact("first_accuser", names[row["side"]], "text", f"who made the {about}", rows, by)
        yield Fact("first_accused_on", row["charged_on"], "date", f"day of the {about}", rows, by)
        told = f"days from these talks to the {about}"
        yield Fact("first_accused_days", row["days"], "days", told, function=by)
        told = f"days from the {about} to the other side's charge or denial"
        if pd.isna(row["answer_days"]):
            yield Fact("first_answer_days", "no answer yet", "missing", told, rows, by)
        else:
            rows = {"statements": [row["statement_id"], row["answer_id"]]}
            yield Fact("first_answer_days", int(row["answer_days"]), "days", told, rows, by)


@rests_on("rounds", "statements")
def span_facts(start: pd.Timestamp, end: pd.Timestamp) -> Iterator[Fact]:
    """The days of the breakdown."""
    by = measure_breakdown_sequence
    yield Fact("sequence_start", start, "date", "last round before the breakdown", function=by)
    yield Fact("sequence_end", end, "date", "announced answer", function=by)
    yield Fact("sequence_days", (end - start).days, "days", "days between the two", function=by)


@rests_on("statements", "actions", "rounds", "press")
def day_by_day_facts(
    sequence: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, named: Collection[str]
) -> Iterator[Fact]:
    """The days that are looked at one by one, and how many of their events are known in which way.

    `named` are ids of accounts of the press that the report names by their day: flags say whether
    the drawing has one of them and a change of a rate after it, or not.

    Nothing but that where none of these days has an event.
    """
    by = measure_breakdown_sequence
    about = "whether there are events to look at day by day"
    yield Fact("days_are_close", len(sequence) > 0, "flag", about, function=by)
    if sequence.empty:
        return
    yield Fact("close_start", start, "date", "first day looked at by itself", function=by)
    yield Fact("close_end", end, "date", "last day looked at by itself", function=by)
    days = (end - start).days + 1
    yield Fact("close_days", days, "days", "days looked at one by one", function=by)
    yield Fact("n_close", len(sequence), "count", "events of these days", function=by)
    for known, name in zip(HOW_KNOWN, ("measures", "on_record", "unnamed"), strict=True):
        count = int(sequence["known"].eq(known).sum())
        none, about = None if count else "none", f"of them known by: {known}"
        yield Fact(f"n_close_{name}", count, "word", about, function=by, text=none)
    told = sequence["when"][sequence["record_ids"].isin([*named])]
    changed = sequence["when"][sequence["kind"].eq("rate change")]
    is_told = len(told) > 0 and len(changed) > 0 and bool(told.max() < changed.min())
    about = "whether a named account of these days comes before every change of a rate in them"
    yield Fact("order_is_drawn", is_told, "flag", about, function=by)
    yield Fact("order_is_not_drawn", not is_told, "flag", f"not {about}", function=by)


@rests_on("statements")
def hostile_facts(statements: pd.DataFrame, breakdown: pd.Timestamp) -> Iterator[Fact]:
    """How many statements of the window blame or threaten, and how many from the breakdown on."""
    shown = statements[statements["in_window"] & statements["act"].isin(["blame", "threaten"])]
    since = int(shown["statement_date"].ge(breakdown).sum())
    about = "statements of blame or threat"
    yield Fact("n_hostile", len(shown), "count", about)
    yield Fact("n_hostile_since", since, "count", f"{about} from the breakdown on")


@rests_on()
def day_facts(table: str, ids: Sequence[str], days: pd.Series) -> Iterator[Fact]:
    """Whether single records are known, and their days; words where the parameters leave one out.

    `days` is indexed by the record's id, and `table` is the raw table that holds it.
    """
    for name in ids:
        value_id, about, rows = f"day_{name.lower()}", "day of this record", {table: [name]}
        is_known = name in days.index
        yield Fact(f"known_{name.lower()}", is_known, "flag", f"whether {name} is known", rows)
        if is_known:
            yield Fact(value_id, days[name], "date", about, rows)
        else:
            yield Fact(value_id, NO_DAY, "missing", about, rows)


@rests_on("statements")
def placebo_facts(
    placebo: pd.DataFrame, near: pd.DataFrame, sides: pd.DataFrame, act: str = "blame"
) -> Iterator[Fact]:
    """How much one act rose at the breakdown, and at how many random dates it rose as much.

    Words where no placebo date fits into the window. A side that never does it changes by zero.
    """
    by = measure_placebo
    draws = int(placebo.groupby("side").size().max()) if len(placebo) else 0
    yield Fact("placebo_draws", draws, "count", "random days drawn for each side", function=by)
    changes = near[near["act"].eq(act)].set_index("side")["change"]
    for side in sides["side"]:
        name, about = (
            f"{act}_change_{side.lower()}",
            f"{act} by {side_names(sides)[side]} after the breakdown, less before",
        )
        change = int(changes.get(side, 0))
        yield Fact(name, change, "count", about, function=measure_counts_near)
        name = f"placebo_share_{side.lower()}"
        about = f"random days with as large a change, {side_names(sides)[side]}"
        drawn = placebo[placebo["side"].eq(side)]
        if len(drawn):
            as_large = float(drawn["change"].ge(drawn["observed"]).mean())
            # other draws of the same dates differ by chance alone: two standard errors of a
            # difference, of a share that is drawn in from zero and one, where it would have none
            inner = (as_large * len(drawn) + 1) / (len(drawn) + 2)
            tolerance = 2 * math.sqrt(2 * inner * (1 - inner) / len(drawn))
            tenth = 0 < as_large < 0.0005
            text = "less than 0.1 percent" if tenth else None if as_large else "none"
            yield Fact(name, as_large, "share", about, {}, by, text=text, tolerance=tolerance)
        else:
            yield Fact(name, "an unknown share", "missing", about, function=by)


@rests_on("recoding")
def agreement_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Iterator[Fact]:
    """Agreement of the two codings beyond chance, where there is a second one."""
    rows: dict[str, list[str]] = {"recoding": []}
    by = measure_agreement
    yield Fact("n_recoded", len(recoding), "count", "statements coded a second time", rows)
    for row in agreement.to_dict("records"):
        about = f"Cohen's kappa of the second coding of {row['variable']}"
        yield Fact(f"kappa_{row['variable']}", float(row["kappa"]), "number", about, rows, by)


@rests_on("statements")
def blame_facts(blame: pd.DataFrame) -> Iterator[Fact]:
    """The month with most blame, of all sides and of each that blames, the first of several."""
    by = measure_blame
    every = blame.assign(side="all sides")
    for side, own in pd.concat([every, blame]).groupby("side"):
        monthly = own.groupby("month")["count"].sum()
        name = "blame_peak" if side == "all sides" else f"blame_peak_{str(side).lower()}"
        yield Fact(name, f"{monthly.idxmax():%B %Y}", "text", f"most blame by {side}", {}, by)


@rests_on("statements")
def frame_facts(shares: pd.DataFrame) -> Iterator[Fact]:
    """The frame whose share rises most after the breakdown, by side, with both shares.

    No fact of a side that is silent in one of the two periods. Whether it is the same frame on
    every side that is none.
    """
    by = measure_frames
    table = shares.pivot_table(index=["side", "frame"], columns="period", values="share")
    table = table.reindex(columns=list(PERIODS))
    moved = table.assign(rise=table["after"] - table["before"]).reset_index().dropna(subset="rise")
    most = moved.sort_values(["side", "rise"], ascending=[True, False]).drop_duplicates("side")
    is_shared, about = most["frame"].nunique() == 1 < len(most), "the same frame gains most"
    yield Fact("frame_rise_is_shared", is_shared, "flag", f"whether {about}", function=by)
    for row in most.to_dict("records"):
        name, about = f"frame_rise_{row['side'].lower()}", f"frame that gains most, {row['side']}"
        yield Fact(name, row["frame"], "text", about, function=by)
        for period in ("before", "after"):
            share = float(row[period])
            yield Fact(f"{name}_{period}", share, "share", f"its share {period}", {}, by, 0)


@rests_on("statements")
def tone_facts(tone: pd.DataFrame) -> Iterator[Fact]:
    """Mean tone and share of critical rows, by side and period."""
    by = measure_tone
    for row in tone.to_dict("records"):
        name, about = f"{row['side'].lower()}_{row['period']}", f"{row['side']} {row['period']}"
        mean, critical = float(row["mean_tone"]), float(row["critical_share"])
        yield Fact(f"tone_{name}", mean, "number", f"mean tone, -2 to 2, {about}", {}, by, 1)
        yield Fact(f"critical_{name}", critical, "share", f"tone below zero, {about}", {}, by, 0)


@rests_on("statements")
def charge_month_facts(months: pd.DataFrame) -> Iterator[Fact]:
    """In how many months a side speaks in the ledger, and in how many it makes the charge."""
    by = measure_charge_months
    for side, own in months.groupby("side"):
        name, about = str(side).lower(), f"months of the window in which {side}"
        spoken, charged = int(own["statements"].gt(0).sum()), int(own["charges"].gt(0).sum())
        yield Fact(f"months_spoken_{name}", spoken, "count", f"{about} speaks", {}, by)
        yield Fact(f"months_charged_{name}", charged, "word", f"{about} makes the charge", {}, by)


@rests_on("statements", "actions")
def threat_facts(threats: pd.DataFrame, sides: pd.DataFrame) -> Iterator[Fact]:
    """How many threats of each side a step of that side followed, and after how many days.

    A threat that was followed is not one that was carried out: the order is no cause.
    """
    by = measure_threats
    for side in sides["side"]:
        own, name = threats[threats["side"].eq(side)], str(side).lower()
        days = own.dropna(subset="step_id")["days_to_announcement"]
        about = f"threats by {side_names(sides)[side]}"
        yield Fact(f"n_threats_{name}", len(own), "count", f"{about} in the window", {}, by)
        about = f"{about}, those with a later step"
        yield Fact(f"n_threats_followed_{name}", len(days), "count", about, {}, by)
        about = f"threats by {side_names(sides)[side]}"
        share_id, days_id = f"threats_followed_{name}", f"threat_days_{name}"
        about += " with a later step"
        if len(own):
            yield Fact(share_id, len(days) / len(own), "share", about, {}, by, 0)
        else:
            yield Fact(share_id, "none", "missing", about, {}, by)
        about = f"median from threat to step, {side_names(sides)[side]}"
        if len(days):
            yield Fact(days_id, round(float(days.median())), "days", about, {}, by)
        else:
            yield Fact(days_id, "no known time", "missing", about, {}, by)


@rests_on("recoding")
def finding_facts(findings: pd.DataFrame) -> Iterator[Fact]:
    """How many of the main findings the second coder's codes turn."""
    by, rows = measure_findings, {"recoding": list[str]()}
    turned = int(findings["is_turned"].sum())
    about = "main findings turned by the second codes"
    text = None if turned else "none"
    yield Fact("n_findings", len(findings), "word", "main findings drawn again", rows, by)
    yield Fact("findings_turned", turned, "word", about, rows, by, text=text)
