"""Tariff tables: actions, steps, chapter changes, coverage and benchmarks, as known on one day.

Every function here is pure. `as_of` bounds what had been announced or published by then;
`min_confidence` bounds the evidence. Two kinds of row are dropped by neither, because dropping
them would turn a duty into zero:

- a rate change whose source is weak stays among the steps, flagged `is_admitted` false;
- chapter tables, tranche values and the base rate are instruments of measurement, chosen by
  name. They were compiled after the fact, and are used whole.
"""

from __future__ import annotations

import re

import pandas as pd

from tradetalks.checks import DataError, Problems, require
from tradetalks.statements import Cleaned, is_below, leave_out

# Why an action that is no step changed no rate, by its kind, where the row itself does not say.
REASON_BY_KIND = {
    "investigation": "investigation",
    "threaten": "threat",
    "propose": "proposal",
    "announce": "announcement",
    "finalise": "announcement",
    "effective": "rate_kept",
    "increase": "announcement",
    "reduce": "announcement",
    "postpone": "postponement",
    "suspend": "suspension_of_plan",
    "exclude": "exclusion",
}

# What came of a scheduled change; known only once its day has passed or the plan was dropped.
HINDSIGHT_REASONS = ("postponed", "superseded", "never_applied")

# Component of the applied rate that each kind of chapter event moves. Suspending an additional
# duty is a change in additional duty, not in the MFN rate.
CLASS_BY_EVENT_KIND = {
    "mfn": "mfn",
    "mfn_change": "mfn",
    "retaliation": "additional",
    "suspension": "additional",
}
BASE_EVENT_KIND = "mfn"

# Parts of a coverage set that are not tranches.
KIND_BY_PART = {"ALL": "total", "MFN": "mfn"}

STEP_COLUMNS = [
    "step_id",
    "importer",
    "measure_class",
    "kind",
    "announced_date",
    "published_date",
    "effective_date",
    "entry_deadline",
    "entry_deadlines",
    "instrument",
    "tranche",
    "rate_before_pct",
    "rate_after_pct",
    "rate_min_pct",
    "rate_max_pct",
    "rate_bands",
    "value_claimed_usd_bn",
    "tariff_lines",
    "measured_by",
    "confidence",
    "is_in_force",
    "is_admitted",
]

# A band of a schedule names its lines after a colon, and how they add up: "10:916 (270+646)".
_BAND = re.compile(r"[^:|]+:\s*(\d+)(?:\s*\([\d+ ]*\))?")
_IMPORTS_COLUMN = re.compile(r"imports_(\d{4})_usd_thousand")


def clean_actions(actions: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str) -> Cleaned:
    """Clean the actions: one row per dated act on a tariff, announced by `as_of`.

    Adds `is_step` (the act changed a rate) and `excluded_because`: for every other act, why it
    changed none. What became of a plan that falls due after `as_of` is hindsight: its reason
    is `scheduled`.
    """
    _require_actions(actions)
    is_step = actions["changes_rate"].astype(bool)
    because = actions["not_applied_reason"].fillna(actions["kind"].map(REASON_BY_KIND))
    is_hindsight = because.isin(HINDSIGHT_REASONS) & actions["effective_date"].gt(as_of)
    clean = actions.drop(columns=["changes_rate", "not_applied_reason"]).assign(
        is_step=is_step,
        excluded_because=because.mask(is_hindsight, "scheduled").mask(is_step).astype("string"),
    )
    kept, left_out = leave_out(
        clean,
        table="actions",
        row_id=clean["action_id"],
        broken={
            "after as_of": clean["announced_date"].gt(as_of),
            "below min_confidence": is_below(clean["confidence"], min_confidence),
        },
    )
    return Cleaned(kept.sort_values(["announced_date", "action_id"], ignore_index=True), left_out)


def clean_steps(actions: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str) -> pd.DataFrame:
    """List the steps: one row per action that changed a rate, announced by `as_of`.

    `is_in_force` tells whether the effective date lies on or before `as_of`. A step below
    `min_confidence` stays, flagged `is_admitted` false: leaving it out would turn its duty
    into zero. `entry_deadlines` joins by ";" the days until which, by the notices known by
    then, goods already on the way could enter at the old rate; `entry_deadline` is the last.
    """
    _require_actions(actions)
    known = actions[actions["announced_date"].le(as_of)]
    steps = known[known["changes_rate"].astype(bool)].rename(columns={"action_id": "step_id"})
    grace = _grace_windows(steps, known).groupby("step_id", as_index=False)
    steps = (
        steps.drop(columns="entry_deadline")
        .merge(grace["entry_deadline"].max(), on="step_id", how="left")
        .merge(grace["entry_deadlines"].agg(";".join), on="step_id", how="left")
    )
    steps = steps.assign(
        is_in_force=steps["effective_date"].le(as_of),
        is_admitted=~is_below(steps["confidence"], min_confidence),
    )
    return (
        steps[STEP_COLUMNS]
        .astype({"entry_deadlines": "string"})
        .sort_values(["effective_date", "step_id"], ignore_index=True)
    )


def clean_chapter_changes(
    changes: pd.DataFrame,
    events: pd.DataFrame,
    actions: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> Cleaned:
    """Clean the chapter table of rate changes: one row per event and HS chapter.

    An event is known once every action it measures has been announced; `step_ids` joins them
    by ";" and is empty for the starting level. `measure_class` tells which component of the
    applied rate moves. Line counts that differ from the published ones must be explained: see
    `compare_line_counts`.
    """
    _require_events(changes, events, actions)
    acting = actions[actions["measured_by"].notna()].sort_values("action_id")
    by_event = acting.groupby("measured_by")
    event = changes["event"]
    dates = events.set_index("event")
    # made days again: where no action is measured, the look-up finds nothing to be of that type
    announced = pd.to_datetime(event.map(by_event["announced_date"].max().to_dict()))
    clean = pd.DataFrame(
        {
            "event": event,
            "step_ids": event.map(by_event["action_id"].agg(";".join)).fillna("").astype("string"),
            "effective_date": event.map(dates["effective_date"]),
            "measure_class": event.map(dates["kind"].map(CLASS_BY_EVENT_KIND)).astype("string"),
            "hs_chapter": changes["hs_chapter"],
            "hs8_lines": changes["hs8_lines_affected"],
            "imports_affected_usd_thousand": changes["imports_affected_usd_thousand"],
            "weighted_change_pp_usd_thousand": changes["weighted_change_pp_usd_thousand"],
        }
    )
    kept, left_out = leave_out(
        clean,
        table="changes_by_chapter",
        row_id=clean["event"] + " " + clean["hs_chapter"],
        broken={"after as_of": announced.gt(as_of)},
    )
    kept = kept.sort_values(["effective_date", "event", "hs_chapter"], ignore_index=True)
    compare_line_counts(kept, actions)
    return Cleaned(kept, left_out)


def compare_line_counts(chapter_changes: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Hold the lines counted in the chapter table against the published ones, by event.

    One row per event that measures an action with a published count: event, step_ids,
    lines_counted (HS8 lines whose rate changes), lines_published (summed over the actions),
    difference, explained_by (the actions whose note states the counted number). Raises
    DataError where the counts differ and no note states the counted number: published counts
    are how lost rows are noticed.
    """
    counted = chapter_changes.groupby(["event", "step_ids", "effective_date"], as_index=False)[
        "hs8_lines"
    ].sum()
    acting = actions[actions["measured_by"].notna() & actions["tariff_lines"].notna()]
    published = acting.groupby("measured_by")["tariff_lines"].sum()
    table = counted[counted["event"].isin(published.index)].reset_index(drop=True)
    table = table.assign(lines_published=table["event"].map(published).astype("int64"))
    table = table.assign(difference=table["hs8_lines"] - table["lines_published"])
    explained = [
        ";".join(
            row["action_id"]
            for _, row in acting[acting["measured_by"].eq(event)].iterrows()
            if difference and _states(row["note"], lines)
        )
        for event, lines, difference in zip(
            table["event"], table["hs8_lines"], table["difference"], strict=True
        )
    ]
    table = table.assign(explained_by=pd.Series(explained, dtype="string"))
    require(
        table["difference"].eq(0) | table["explained_by"].ne(""),
        table,
        table="changes_by_chapter",
        rule="an event counts as many lines as its actions publish, or a note says how many",
        remedy="look for lost rows; if the count is right, state it in the action's note",
    )
    columns = [
        "event",
        "step_ids",
        "effective_date",
        "lines_counted",
        "lines_published",
        "difference",
        "explained_by",
    ]
    renamed: pd.DataFrame = table.rename(columns={"hs8_lines": "lines_counted"})[columns]
    return renamed.sort_values(["effective_date", "event"], ignore_index=True)


def clean_chapter_imports(imports: pd.DataFrame) -> pd.DataFrame:
    """Clean the base-year imports: one row per HS chapter.

    Columns: hs_chapter, imports_usd_thousand, hs8_lines, trade_year (read from the name of the
    raw column, which carries it).
    """
    named = {name: match for name in imports if (match := _IMPORTS_COLUMN.fullmatch(str(name)))}
    if len(named) != 1:
        raise DataError(
            f"imports_by_chapter: {len(named)} columns are called imports_<year>_usd_thousand, "
            "which must be one\nWhat to do: name the column of values after its year"
        )
    column, match = next(iter(named.items()))
    require(
        ~imports["hs_chapter"].duplicated() & imports[column].ge(0),
        imports,
        table="imports_by_chapter",
        rule="a chapter has one row, and imports that are not negative",
        remedy="keep one row per chapter, with the value as published",
    )
    return pd.DataFrame(
        {
            "hs_chapter": imports["hs_chapter"],
            "imports_usd_thousand": imports[column],
            "hs8_lines": imports["hs8_lines"],
            "trade_year": int(match[1]),
        }
    ).sort_values("hs_chapter", ignore_index=True)


def clean_tranche_chapters(lines: pd.DataFrame) -> pd.DataFrame:
    """Clean the counts of listed lines: one row per tranche and HS chapter.

    `specific_lines` are those whose MFN rate is not purely ad valorem: they are outside the
    mean, not zero in it. Missing where it is not known how many lines are ad valorem.
    """
    matched = lines["ad_valorem_lines_matched"]
    require(
        matched.isna() & lines["mfn_mean_ad_valorem_pct"].isna()
        | matched.le(lines["hts8_lines"])
        & matched.gt(0).eq(lines["mfn_mean_ad_valorem_pct"].notna()),
        lines,
        table="lines_by_chapter",
        rule="no more ad valorem lines than lines, and a mean exactly where there are some",
        remedy="correct the counts; leave the mean empty where no line is ad valorem",
    )
    specific = (lines["hts8_lines"] - matched).astype("Int64")
    return lines.assign(specific_lines=specific).sort_values(
        ["tranche", "hs_chapter"], ignore_index=True
    )


def clean_coverage(coverage: pd.DataFrame, *, min_confidence: str) -> Cleaned:
    """Clean the coverage estimates: one row per tranche and estimate."""
    kept, left_out = leave_out(
        coverage,
        table="coverage",
        row_id=coverage["coverage_id"],
        broken={"below min_confidence": is_below(coverage["confidence"], min_confidence)},
    )
    return Cleaned(kept.sort_values("coverage_id", ignore_index=True), left_out)


def clean_coverage_sets(
    coverage_sets: pd.DataFrame, coverage: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    """Resolve the named coverage sets: one row per set and part.

    `kind` is tranche, total or mfn; tranches and total carry `value_usd_bn`, the base rate
    carries `mfn_rate_pct` and `mfn_date`. A set is chosen by name and used whole, so rows of
    any confidence and date are admitted; the row keeps its confidence.
    """
    merged = coverage_sets.merge(
        coverage[
            [
                "coverage_id",
                "estimate_usd_bn",
                "trade_year",
                "trade_basis",
                "source_id",
                "confidence",
            ]
        ],
        on="coverage_id",
        how="left",
    ).merge(
        benchmarks[["benchmark_id", "value_pct", "date_start", "source_id", "confidence"]],
        on="benchmark_id",
        how="left",
        suffixes=("", "_mfn"),
    )
    clean = pd.DataFrame(
        {
            "coverage_set": merged["coverage_set"],
            "part": merged["part"],
            "kind": merged["part"].map(KIND_BY_PART).fillna("tranche").astype("string"),
            "value_usd_bn": merged["estimate_usd_bn"],
            "mfn_rate_pct": merged["value_pct"],
            "mfn_date": merged["date_start"],
            "trade_year": merged["trade_year"],
            "trade_basis": merged["trade_basis"],
            "coverage_id": merged["coverage_id"],
            "benchmark_id": merged["benchmark_id"],
            "source_id": merged["source_id"].fillna(merged["source_id_mfn"]),
            "confidence": merged["confidence"].fillna(merged["confidence_mfn"]),
        }
    )
    is_mfn = clean["kind"].eq("mfn")
    require(
        clean["value_usd_bn"].notna().where(~is_mfn, clean["mfn_rate_pct"].notna()),
        coverage_sets,
        table="coverage_sets",
        rule="a tranche or total cites a coverage row with a value, MFN a benchmark with a rate",
        remedy="point coverage_id or benchmark_id to a row that has the value",
    )
    of_set = clean["coverage_set"]
    counts = pd.crosstab(clean["coverage_set"], clean["kind"])
    counts = counts.reindex(columns=["tranche", "total", "mfn"], fill_value=0)
    whole = counts["total"].eq(1) & counts["mfn"].eq(1) & counts["tranche"].ge(1)
    parts = clean[clean["kind"].eq("tranche")].groupby("coverage_set")["value_usd_bn"].sum()
    totals = clean[clean["kind"].eq("total")].groupby("coverage_set")["value_usd_bn"].sum()
    fits = parts.le(totals.reindex(parts.index))
    require(
        of_set.map(whole)
        & of_set.map(fits).fillna(value=True)
        & ~clean.duplicated(["coverage_set", "part"]),
        coverage_sets,
        table="coverage_sets",
        rule="a set has each part once, one total not below its tranches together, and one MFN",
        remedy="complete the set with ALL and MFN, or correct the value that is too large",
    )
    return clean.sort_values(["coverage_set", "part"], ignore_index=True)


def clean_benchmarks(
    benchmarks: pd.DataFrame, *, as_of: pd.Timestamp, min_confidence: str
) -> Cleaned:
    """Clean the published averages: one row per series, date and version, out by `as_of`."""
    require(
        benchmarks["date_start"].le(benchmarks["date_end"]),
        benchmarks,
        table="benchmarks",
        rule="date_end is not before date_start",
        remedy="correct the dates; for a single day both are that day",
    )
    kept, left_out = leave_out(
        benchmarks,
        table="benchmarks",
        row_id=benchmarks["benchmark_id"],
        broken={
            "after as_of": benchmarks["known_date"].gt(as_of),
            "below min_confidence": is_below(benchmarks["confidence"], min_confidence),
        },
    )
    return Cleaned(kept.sort_values("benchmark_id", ignore_index=True), left_out)


def clean_episodes(
    episodes: pd.DataFrame, actions: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the episodes: one row per move, with the answer if it was announced by `as_of`.

    An episode leaves as long as its move was not announced; an answer that was not yet
    announced is missing. Adds mover and answerer (the sides whose duties they are),
    move_announced_date and answer_announced_date.
    """
    announced = actions.set_index("action_id")["announced_date"]
    days = {
        name: episodes[name].map(announced)
        for name in ("move_announced", "move_effective", "answer_announced", "answer_effective")
    }
    require(
        episodes[list(days)].isna().eq(pd.DataFrame(days).isna()).all(axis=1),
        episodes,
        table="episodes",
        rule="moves and answers are actions",
        remedy="correct the action ids, or add the action to actions.csv",
    )
    clean = episodes.assign(
        **{name: episodes[name].where(day.le(as_of)) for name, day in days.items()}
    )
    importer = actions.set_index("action_id")["importer"]
    clean = clean.assign(
        mover=clean["move_announced"].map(importer),
        answerer=clean["answer_announced"].map(importer),
        move_announced_date=clean["move_announced"].map(announced),
        answer_announced_date=clean["answer_announced"].map(announced),
    )
    kept, left_out = leave_out(
        clean,
        table="episodes",
        row_id=clean["episode_id"],
        broken={"after as_of": days["move_announced"].gt(as_of)},
    )
    return Cleaned(kept.sort_values("episode_id", ignore_index=True), left_out)


def clean_farm_figures(farm_figures: pd.DataFrame, steps: pd.DataFrame) -> Cleaned:
    """Clean the cited farm values: one row per step and definition of agriculture."""
    kept, left_out = leave_out(
        farm_figures,
        table="farm_figures",
        row_id=farm_figures["action_id"] + " " + farm_figures["farm_definition"],
        broken={"record left out": ~farm_figures["action_id"].isin(steps["step_id"])},
    )
    return Cleaned(kept.sort_values(["action_id", "farm_definition"], ignore_index=True), left_out)


def band_lines(rate_bands: object) -> int | None:
    """Lines of a schedule summed over its bands, or None where the bands do not count lines."""
    if not isinstance(rate_bands, str):
        return None
    bands = [_BAND.fullmatch(band) for band in rate_bands.split("|")]
    if not all(bands):
        return None
    return sum(int(band[1]) for band in bands if band)


def _require_actions(actions: pd.DataFrame) -> None:
    """Raise a DataError where an action contradicts itself."""
    problems = Problems()
    is_step = actions["changes_rate"].astype(bool)
    problems.require(
        ~is_step | (actions["effective_date"].notna() & actions["not_applied_reason"].isna()),
        actions,
        table="actions",
        rule="an action that changes a rate has an effective_date and no not_applied_reason",
        remedy="fill in effective_date, or set changes_rate to false and say why",
    )
    problems.require(
        ~is_step | actions["effective_date"].ge(actions["announced_date"]),
        actions,
        table="actions",
        rule="a rate does not change before it is announced",
        remedy="correct announced_date or effective_date from the notice",
    )
    problems.require(
        is_step | actions["effective_date"].isna() | actions["not_applied_reason"].notna(),
        actions,
        table="actions",
        rule="an effective_date on which no rate changed has a not_applied_reason",
        remedy="say why in not_applied_reason, or remove the date",
    )
    problems.require(
        actions["kind"].isin(list(REASON_BY_KIND)),
        actions,
        table="actions",
        rule=f"kind is one of {', '.join(REASON_BY_KIND)}",
        remedy="use a kind of the codebook, or add the new one to tradetalks.tariffs with a reason",
    )
    lines = actions["rate_bands"].map(band_lines).astype("Int64")
    problems.require(
        lines.eq(actions["tariff_lines"]).fillna(value=True).astype(bool),
        actions,
        table="actions",
        rule="the lines of the bands add up to tariff_lines",
        remedy="correct the band or the count from the annex",
    )
    problems.raise_if_any()


def _require_events(changes: pd.DataFrame, events: pd.DataFrame, actions: pd.DataFrame) -> None:
    """Raise a DataError where chapter rows, events and actions do not fit together."""
    problems = Problems()
    problems.require(
        events["kind"].isin(list(CLASS_BY_EVENT_KIND)),
        events,
        table="chapter_events",
        rule=f"kind is one of {', '.join(CLASS_BY_EVENT_KIND)}",
        remedy="use one of these kinds, which say what component of the rate moves",
    )
    problems.require(
        changes["event"].isin(events["event"]) & ~changes.duplicated(["event", "hs_chapter"]),
        changes,
        table="changes_by_chapter",
        rule="a row belongs to an event of chapter_events, with one row per chapter",
        remedy="add the event, or join the rows of the chapter",
    )
    acting = actions[actions["measured_by"].notna()]
    event = acting["measured_by"].map(events.set_index("event")["effective_date"])
    kind = acting["measured_by"].map(events.set_index("event")["kind"])
    problems.require(
        acting["effective_date"].eq(event)
        & acting["measure_class"].eq(kind.map(CLASS_BY_EVENT_KIND))
        & acting["changes_rate"].astype(bool),
        acting,
        table="actions",
        rule="an action measured by an event changes a rate, on its day and of its class",
        remedy="correct measured_by, or the date and class of the action or event",
    )
    problems.require(
        events["event"].isin(acting["measured_by"]) | events["kind"].eq(BASE_EVENT_KIND),
        events,
        table="chapter_events",
        rule="an event measures an action, unless it is the starting level",
        remedy="name the event in the column measured_by of its action",
    )
    problems.raise_if_any()


def _grace_windows(steps: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Match each notice of a grace window to the step it softens: one row per step and notice.

    The notice keeps the old rate (its rate after) in place of the new one (its rate before)
    on the same tranche, until a day after the step's. Columns: step_id, entry_deadline,
    entry_deadlines (the same day as text).
    """
    notices = actions.loc[
        actions["entry_deadline"].notna(),
        ["importer", "tranche", "rate_before_pct", "rate_after_pct", "entry_deadline"],
    ]
    pairs = steps.drop(columns="entry_deadline").merge(
        notices.rename(
            columns={"rate_before_pct": "rate_after_pct", "rate_after_pct": "rate_before_pct"}
        ),
        on=["importer", "tranche", "rate_before_pct", "rate_after_pct"],
    )
    pairs = pairs[pairs["entry_deadline"].gt(pairs["effective_date"])]
    return pairs.sort_values(["step_id", "entry_deadline"])[["step_id", "entry_deadline"]].assign(
        entry_deadlines=lambda rows: rows["entry_deadline"].dt.strftime("%Y-%m-%d")
    )


def _states(note: object, number: int) -> bool:
    """Tell whether a note states the number, with or without a thousands comma."""
    if not isinstance(note, str):
        return False
    stated = {int(found.replace(",", "")) for found in re.findall(r"\d+(?:,\d{3})*", note)}
    return int(number) in stated
