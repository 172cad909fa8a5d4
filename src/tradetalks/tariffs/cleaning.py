"""The tariff tables of a run, cleaned: what they are, and how they come from the raw ones.

Functions from frame to frame are pure. What had been announced by then, and the evidence, is
bounded by what a run admits. A rate change whose source is weak stays among the steps, flagged
`is_admitted` false: dropping it would turn a duty into zero. Tables by HS chapter, what lists cover
and the named sets of such values are used whole.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from tradetalks.admitted import Admitting, Cleaned, leave_out, look_up
from tradetalks.checks import DataError
from tradetalks.noted import Tables, kept
from tradetalks.parts import Day
from tradetalks.raw.read import RawTables, light_texts
from tradetalks.tariffs.kinds import CLASS_BY_EVENT_KIND, KIND_BY_PART
from tradetalks.tariffs.tables import TariffTables

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


@dataclass(frozen=True, eq=False)
class MoveTables(Tables):
    """The acts on tariffs, and the episodes of move and answer among them."""

    actions: pd.DataFrame
    episodes: pd.DataFrame


@dataclass(frozen=True, eq=False)
class CleanTariffs:
    """What is measured from, a table for readers, and each row that left with its rule."""

    tables: TariffTables
    moves: MoveTables
    benchmarks: pd.DataFrame
    left_out: pd.DataFrame

    def by_name(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        others = {"benchmarks": self.benchmarks, "left_out_tariffs": self.left_out}
        return self.tables.by_name() | self.moves.by_name() | others


@kept
@light_texts
def clean_tariffs(raw: RawTables, as_of: Day, min_confidence: str) -> CleanTariffs:
    """The tariff tables as known by `as_of`."""
    today = pd.Timestamp(as_of)
    admitting = Admitting(today, min_confidence)

    # each by itself, so that each notes what was read for it alone
    actions = kept(lambda: clean_actions(raw["actions"], admitting))
    changes, episodes, exemptions, coverage_sets = _known_by(raw, today)
    coverage = kept(lambda: admitting.split(raw["coverage"], table="coverage", key="coverage_id"))
    benchmarks = kept(lambda: clean_benchmarks(raw["benchmarks"], admitting))
    steps = kept(lambda: clean_steps(raw["actions"], admitting))
    farm_figures = kept(lambda: clean_farm_figures(raw["farm_figures"], steps()))
    tables = TariffTables.of(
        sides=lambda: raw["sides"],
        steps=steps,
        chapter_changes=lambda: changes().kept,
        chapter_imports=lambda: clean_chapter_imports(raw["imports_by_chapter"]),
        coverage=lambda: coverage().kept,
        coverage_sets=coverage_sets,
        exemptions=lambda: exemptions().kept,
        farm_figures=lambda: farm_figures().kept,
    )
    moves = MoveTables.of(actions=lambda: actions().kept, episodes=lambda: episodes().kept)
    every = (actions, changes, coverage, benchmarks, episodes, exemptions, farm_figures)
    return CleanTariffs(
        tables,
        moves,
        benchmarks().kept,
        pd.concat([cleaned().left_out for cleaned in every], ignore_index=True),
    )


@cache
def _known_by(raw: RawTables, today: pd.Timestamp) -> Sequence[Callable[[], Any]]:
    """What of these depends on a day alone, made once for runs that admit other evidence."""
    return [
        kept(
            lambda: clean_chapter_changes(
                raw["changes_by_chapter"], raw["chapter_events"], raw["actions"], as_of=today
            )
        ),
        kept(lambda: clean_episodes(raw["episodes"], raw["actions"], as_of=today)),
        kept(
            lambda: clean_exemptions(
                raw["exemptions"], raw["actions"], raw["coverage"], as_of=today
            )
        ),
        kept(lambda: clean_coverage_sets(raw["coverage_sets"], raw["coverage"], raw["benchmarks"])),
    ]


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


def clean_chapter_changes(
    changes: pd.DataFrame, events: pd.DataFrame, actions: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the chapter table of rate changes: one row per event and HS chapter.

    An event is known once all its actions (`step_ids`, joined by ";") are announced.
    `measure_class` is what it moves. DataError as of `compare_line_counts`.
    """
    changing = events.assign(measure_class=events["kind"].map(CLASS_BY_EVENT_KIND))
    changing = changing.set_index("event")
    acting = actions[actions["measured_by"].notna()].sort_values("action_id")
    by_event = acting.groupby("measured_by")
    event, amounts = changes["event"], ["imports_affected_usd_thousand"]
    amounts += ["weighted_change_pp_usd_thousand"]
    clean = changes[["event", "hs_chapter", *amounts]].assign(
        step_ids=event.map(by_event["action_id"].agg(";".join)).fillna("").astype("string"),
        effective_date=event.map(changing["effective_date"]),
        measure_class=event.map(changing["measure_class"]).astype("string"),
        hs8_lines=changes["hs8_lines_affected"],
    )
    is_late = look_up(event, by_event["announced_date"].max()).gt(as_of)
    kept, left_out = leave_out(
        clean,
        is_late.map({True: "after as_of"}),
        table="changes_by_chapter",
        key=["event", "hs_chapter"],
        order=["effective_date", "event", "hs_chapter"],
    )
    compare_line_counts(kept, actions)
    return Cleaned(kept, left_out)


def compare_line_counts(chapter_changes: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Hold the lines counted in the chapter table against the published ones: one row per event.

    Columns: event, step_ids, effective_date, lines_counted (HS8), lines_published (by its actions),
    difference, explained_by (actions whose note states the count). DataError where none does.
    """
    keys = ["event", "step_ids", "effective_date"]
    counted = chapter_changes.groupby(keys)["hs8_lines"].sum().rename("lines_counted")
    acting = actions.dropna(subset=["measured_by", "tariff_lines"])
    published = acting.groupby("measured_by")["tariff_lines"].sum()
    table = counted[counted.index.isin(published.index, level="event")].reset_index()
    table["lines_published"] = table["event"].map(published).astype("int64")
    table["difference"] = table["lines_counted"] - table["lines_published"]
    explained = []
    for event, lines, difference in table[["event", "lines_counted", "difference"]].to_numpy():
        own = acting[acting["measured_by"].eq(event)] if difference else acting[:0]
        states = own["note"].map(lambda note, lines=lines: _states(note, lines)).astype(bool)
        explained.append(";".join(own["action_id"][states]))
    table = table.assign(explained_by=pd.Series(explained, dtype="string"))
    lost = table.loc[table["difference"].ne(0) & table["explained_by"].eq(""), "event"]
    if len(lost):
        raise DataError(
            f"changes_by_chapter: {', '.join(lost)} counts other lines than its actions publish, "
            "and no note says how many\nWhat to do: look for lost rows; if the count is right, "
            "state it in the action's note"
        )
    return table.sort_values(["effective_date", "event"], ignore_index=True)


def clean_chapter_imports(imports: pd.DataFrame) -> pd.DataFrame:
    """Clean base-year imports: hs_chapter, imports_usd_thousand, hs8_lines, trade_year."""
    years = imports.columns.str.extract(r"^imports_(\d{4})_usd_thousand$", expand=False).dropna()
    if len(years) != 1:
        raise DataError(
            f"imports_by_chapter: {len(years)} columns are called imports_<year>_usd_thousand, "
            "which must be one\nWhat to do: name the column of values after its year"
        )
    return pd.DataFrame(
        {
            "hs_chapter": imports["hs_chapter"],
            "imports_usd_thousand": imports[f"imports_{years[0]}_usd_thousand"],
            "hs8_lines": imports["hs8_lines"],
            "trade_year": int(years[0]),
        }
    ).sort_values("hs_chapter", ignore_index=True)


def clean_farm_figures(farm_figures: pd.DataFrame, steps: pd.DataFrame) -> Cleaned:
    """Clean the cited farm values: one row per step and definition of agriculture."""
    is_left = ~farm_figures["action_id"].isin(steps["step_id"])
    return leave_out(
        farm_figures,
        is_left.map({True: "record left out"}),
        table="farm_figures",
        key=["action_id", "farm_definition"],
    )


def clean_coverage_sets(
    coverage_sets: pd.DataFrame, coverage: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    """Resolve the named coverage sets, of any confidence: one row per set and part.

    `kind` is tranche or total (`value_usd_bn`) or base (`base_rate_pct`, `base_date`); `layer` is
    empty in a set of one.
    """
    value = look_up(coverage_sets["coverage_id"], coverage.set_index("coverage_id"))
    base = look_up(coverage_sets["benchmark_id"], benchmarks.set_index("benchmark_id"))
    kind = coverage_sets["part"].map(KIND_BY_PART)
    clean = coverage_sets[["coverage_set", "part", "coverage_id", "benchmark_id"]].assign(
        layer=coverage_sets["layer"].fillna("").astype("string"),
        kind=kind.fillna("tranche").astype("string"),
        value_usd_bn=value["estimate_usd_bn"],
        base_rate_pct=base["value_pct"],
        base_date=base["date_start"],
        **value[["trade_year", "trade_basis"]],
        **value[["source_id", "confidence"]].fillna(base),
    )
    return clean.sort_values(["coverage_set", "part"], ignore_index=True)


def clean_exemptions(
    exemptions: pd.DataFrame, actions: pd.DataFrame, coverage: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the exemptions: one row per action that takes goods out of a list, known by `as_of`.

    Adds importer, announced_date, effective_date (missing where nobody told it, earlier where duty
    was paid back) and `value_usd_bn`, of any confidence.
    """
    act = look_up(exemptions["action_id"], actions.set_index("action_id"))
    estimates = coverage.set_index("coverage_id")["estimate_usd_bn"]
    clean = exemptions.assign(
        importer=act["side"],
        announced_date=act["announced_date"],
        effective_date=act["effective_date"],
        value_usd_bn=look_up(exemptions["coverage_id"], estimates),
    )
    is_late = clean["announced_date"].gt(as_of)
    return leave_out(
        clean, is_late.map({True: "after as_of"}), table="exemptions", key=["action_id"]
    )


def clean_benchmarks(benchmarks: pd.DataFrame, admitting: Admitting) -> Cleaned:
    """Clean the published averages: one row per series, date and version, out by `as_of`."""
    kept, left_out = admitting.split(
        benchmarks, table="benchmarks", key="benchmark_id", day="known_date"
    )
    return Cleaned(kept.sort_values("benchmark_id", ignore_index=True), left_out)


def _states(note: object, number: int) -> bool:
    """Tell whether a note states the number, with or without a thousands comma."""
    stated = re.findall(r"\d+(?:,\d{3})*", note) if isinstance(note, str) else []
    return number in {int(found.replace(",", "")) for found in stated}
