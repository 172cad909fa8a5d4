"""Facts of the statement record."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import product

import pandas as pd

from tradetalks.facts import NO_DAY, Fact, Stated, rests_on, side_names
from tradetalks.measure import acts, charge, coding, placebo, sequence

# what a share of statements counts, by the parameter `unit`
COUNTED = {"row": "statements", "document": "documents"}


@rests_on("statements", "rounds", by=acts.measure_acts)
def ledger_facts(statements: pd.DataFrame) -> Stated:
    """Size of the ledger in the window."""
    inside = statements[statements["in_window"]]
    documents = inside["occasion_id"].nunique()
    yield Fact("n_statements", len(inside), "count", "statements that count")
    yield Fact("n_documents", documents, "count", "occasions of these statements")
    yield Fact("interval_level", 0.95, "share", "level of the intervals", digits=0)


@rests_on("statements", "speakers")
def speaker_facts(statements: pd.DataFrame, speakers: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """What share of the statements of each side named persons made, of those in the window."""
    persons = speakers.loc[speakers["kind"].eq("person"), "speaker"]
    inside = statements[statements["in_window"]]
    for side, whose in side_names(sides).items():
        share = inside.loc[inside["side"].eq(side), "speaker"].isin(persons).mean()
        about = f"statements of {whose} that a named person made"
        yield Fact(f"by_persons_{side}", share, "share", about, digits=0).or_words("none")


@rests_on()
def parameter_facts(
    days: Mapping[str, pd.Timestamp], as_of: pd.Timestamp, event_window_days: int
) -> Stated:
    """Days and spans that are parameters of the run; no fact of a day that lies ahead."""
    for name, day in days.items():
        if day <= as_of:
            yield Fact(name, day, "date", "a parameter of the run")
        yield Fact(f"{name}_is_known", day <= as_of, "flag", f"{name} is past")
    about = "days on either side, a parameter of the run"
    yield Fact("event_window", event_window_days, "days", about)


@rests_on("statements", by=acts.measure_acts)
def act_facts(counts: pd.DataFrame, named: Sequence[str], sides: pd.DataFrame, unit: str) -> Stated:
    """Count and share of the named acts, by side and period; words where a side said nothing."""
    yield Fact("counted", COUNTED[unit], "text", "what a share counts")
    known, whose = counts.set_index(["side", "act", "period"]), side_names(sides)
    spoken = {*zip(counts["side"], counts["period"], strict=True)}
    for side, act, period in product(sides["side"], named, acts.PERIODS):
        key, name = (side, act, period), f"{side}_{act}_{period}"
        about = f"of the act {act}, {whose[side]}, {period} the breakdown"
        yield Fact(f"n_{name}", known["count"].get(key, 0), "count", f"number {about}")
        share = known["share"].get(key, 0.0) if (side, period) in spoken else None
        told = Fact(f"share_{name}", share, "share", f"share {about}", digits=0)
        yield told.or_words("nothing on record")


@rests_on("statements", by=charge.measure_backtracking)
def charge_facts(uses: pd.DataFrame, sides: pd.DataFrame, breakdown: pd.Timestamp) -> Stated:
    """How often each side makes the charge, how often before the breakdown, and when first."""
    charges = uses[uses["role"].eq("charge")]
    for side, whose in side_names(sides).items():
        own = charges[charges["side"].eq(side)]
        about = f"charges of going back, by {whose}"
        yield Fact(f"n_charges_{side}", len(own), "count", about)
        before, about = own["statement_date"].lt(breakdown).sum(), f"{about} before the breakdown"
        yield Fact(f"n_charges_{side}_before", before, "word", about).or_none()
        rows, day = {"statements": [*own["statement_id"].head(1)]}, own["statement_date"].min()
        about = f"first charge of going back, by {whose}"
        yield Fact(f"first_charge_{side}", day, "date", about, rows).or_words(NO_DAY)


@rests_on("rounds", "statements", by=charge.measure_first_accusation)
def first_accusation_facts(first: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Who charged first, if anybody did, after the last talks, and how soon the other answered."""
    for row in first.to_dict("records"):
        charge_id, answer_id = row["statement_id"], row["answer_id"]
        about = "last day of the last talks that had begun before the breakdown"
        yield Fact("talks_end", row["talks_end"], "date", about)
        charged = "first charge of going back after the last talks before the breakdown"
        who, rows = side_names(sides)[row["side"]], {"statements": [charge_id]}
        yield Fact("first_accuser", who, "text", f"who made the {charged}", rows)
        about = f"days from these talks to the {charged}"
        yield Fact("first_accused_days", row["days"], "days", about)
        about = f"days from the {charged} to the other side's charge or denial"
        rows = {"statements": [charge_id, *([answer_id] if pd.notna(answer_id) else ())]}
        answer = Fact("first_answer_days", row["answer_days"], "days", about, rows)
        yield answer.or_words("no answer yet")


@rests_on("statements", "actions", "rounds", "press", by=sequence.measure_breakdown_sequence)
def day_by_day_facts(
    events: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, named: Collection[str]
) -> Stated:
    """The days that are looked at one by one, and how many of their events are known in which way.

    Nothing but that there is none where these days have no event. `named` are ids of accounts of
    the press that the report names by their day: flags say whether the drawing has one of them and
    a change of a rate after it, or not.
    """
    about = "whether there are events to look at day by day"
    yield Fact("days_are_close", len(events) > 0, "flag", about)
    if events.empty:
        return
    yield Fact("close_start", start, "date", "first day looked at by itself")
    yield Fact("close_end", end, "date", "last day looked at by itself")
    yield Fact("close_days", (end - start).days + 1, "days", "days looked at one by one")
    yield Fact("n_close", len(events), "count", "events of these days")
    for known, name in zip(sequence.HOW_KNOWN, ("measures", "on_record", "unnamed"), strict=True):
        count, about = events["known"].eq(known).sum(), f"of them known by: {known}"
        yield Fact(f"n_close_{name}", count, "word", about).or_none()
    told = events["when"][events["record_ids"].isin([*named])]
    is_told = bool(told.max() < events["when"][events["kind"].eq("rate change")].min())
    about = "whether a named account of these days comes before every change of a rate in them"
    yield Fact("order_is_drawn", is_told, "flag", about)
    yield Fact("order_is_not_drawn", not is_told, "flag", f"not {about}")


@rests_on("statements")
def hostile_facts(statements: pd.DataFrame, breakdown: pd.Timestamp) -> Stated:
    """How many statements of the window blame or threaten, and how many from the breakdown on."""
    shown = statements[statements["in_window"] & statements["act"].isin(["blame", "threaten"])]
    since, about = shown["statement_date"].ge(breakdown).sum(), "statements of blame or threat"
    yield Fact("n_hostile", len(shown), "count", about)
    yield Fact("n_hostile_since", since, "count", f"{about} from the breakdown on")


@rests_on()
def day_facts(table: str, ids: Sequence[str], days: pd.Series) -> Stated:
    """Whether records of a table are known, and their `days` by id; words where they are not."""
    for name in ids:
        rows, day = {table: [name]}, days.get(name)
        yield Fact(f"known_{name}", name in days.index, "flag", f"whether {name} is known", rows)
        yield Fact(f"day_{name}", day, "date", "day of this record", rows).or_words(NO_DAY)


@rests_on("statements", by=placebo.measure_placebo)
def placebo_facts(drawn: pd.DataFrame, near: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How much blame rose at the breakdown, and at how many random dates it rose as much.

    Words where no placebo date fits into the window. A side that blames nobody changes by zero.
    """
    draws = drawn.groupby("side").size().max() if len(drawn) else 0
    yield Fact("placebo_draws", draws, "count", "random days drawn for each side")
    changes = near[near["act"].eq("blame")].set_index("side")["change"]
    for side, whose in side_names(sides).items():
        change, about = changes.get(side, 0), f"blame by {whose} after the breakdown, less before"
        near_by = placebo.measure_counts_near
        yield Fact(f"blame_change_{side}", change, "count", about, function=near_by)
        own = drawn[drawn["side"].eq(side)]
        as_large = own["change"].ge(own["observed"]).mean()
        # other draws of the same dates differ by chance alone: two standard errors of a
        # difference, of a share that is drawn in from zero and one, where it would have none
        inner = (as_large * len(own) + 1) / (len(own) + 2)
        tolerance = 2 * math.sqrt(2 * inner * (1 - inner) / len(own)) if len(own) else None
        text = "less than 0.1 percent" if 0 < as_large < 0.0005 else None
        name, about = f"placebo_share_{side}", f"random days with as large a change, {whose}"
        share = Fact(name, as_large, "share", about, text=text, tolerance=tolerance)
        yield share.or_none().or_words("an unknown share")


@rests_on("recoding", by=coding.measure_agreement)
def agreement_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two codings beyond chance, where there is a second one."""
    yield Fact("n_recoded", len(recoding), "count", "statements coded a second time")
    for row in agreement.to_dict("records"):
        about = f"Cohen's kappa of the second coding of {row['variable']}"
        yield Fact(f"kappa_{row['variable']}", row["kappa"], "number", about)


@rests_on("statements", by=acts.measure_frames)
def frame_facts(shares: pd.DataFrame) -> Stated:
    """The frame whose share rises most at the breakdown, of sides heard before and after it."""
    table = shares.pivot_table(index=["side", "frame"], columns="period", values="share")
    table = table.reindex(columns=list(acts.PERIODS))
    moved = table.assign(rise=table["after"] - table["before"]).reset_index().dropna(subset="rise")
    most = moved.sort_values(["side", "rise"], ascending=[True, False]).drop_duplicates("side")
    is_shared, about = most["frame"].nunique() == 1 < len(most), "the same frame gains most"
    yield Fact("frame_rise_is_shared", is_shared, "flag", f"whether {about}")
    for row in most.to_dict("records"):
        side, frame = row["side"], row["frame"]
        yield Fact(f"frame_rise_{side}", frame, "text", f"frame that gains most, {side}")


@rests_on("statements", by=acts.measure_tone)
def tone_facts(tones: pd.DataFrame) -> Stated:
    """Mean tone and share of critical rows, by side and period."""
    for row in tones.to_dict("records"):
        of, tone = f"{row['side']} {row['period']}", row["mean_tone"]
        yield Fact(f"tone_{of}", tone, "number", f"mean tone, -2 to 2, {of}", digits=1)
        critical, about = row["critical_share"], f"tone below zero, {of}"
        yield Fact(f"critical_{of}", critical, "share", about, digits=0)


@rests_on("statements", by=charge.measure_charge_months)
def charge_month_facts(months: pd.DataFrame) -> Stated:
    """In how many months a side speaks in the ledger, and in how many it makes the charge."""
    for side, own in months.groupby("side"):
        about = f"months of the window in which {side}"
        spoken, charged = own["statements"].gt(0).sum(), own["charges"].gt(0).sum()
        yield Fact(f"months_spoken_{side}", spoken, "count", f"{about} speaks")
        yield Fact(f"months_charged_{side}", charged, "word", f"{about} makes the charge")


@rests_on("recoding", by=coding.measure_findings)
def finding_facts(findings: pd.DataFrame) -> Stated:
    """How many of the main findings the second coder's codes turn."""
    turned, about = findings["is_turned"].sum(), "main findings turned by the second codes"
    yield Fact("findings_turned", turned, "word", about).or_none()
