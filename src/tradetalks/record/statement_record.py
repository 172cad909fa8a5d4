"""The statement record: acts, grounds, the charge of backtracking, the order of a breakdown."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tradetalks.clean.ledger import CODERS, take_codes
from tradetalks.facts import statement_facts
from tradetalks.facts.context_facts import context_facts
from tradetalks.measure.acts import Unit, measure_acts, measure_blame, measure_frames, measure_tone
from tradetalks.measure.charge import (
    measure_backtracking,
    measure_charge_months,
    measure_first_accusation,
)
from tradetalks.measure.coding import measure_agreement, measure_findings
from tradetalks.measure.placebo import (
    measure_counts_near,
    measure_placebo,
    measure_placebo_distribution,
)
from tradetalks.measure.sequence import close_days, measure_anchors, measure_breakdown_sequence
from tradetalks.measure.threats import measure_threats
from tradetalks.raw.read import RawTables
from tradetalks.record.cleaned import Day, MoveTables, StatementTables
from tradetalks.record.parts import Facts, Part, Record, Stated, measured_by

# the acts whose counts and shares the prose may state
TOLD_ACTS = ("blame", "deny", "threaten", "praise")


def _ledger(
    raw: RawTables,
    said: StatementTables,
    as_of: Day,
    window_start: Day,
    breakdown_date: Day,
    event_window_days: int,
) -> Stated:
    """Size of the ledger, and the days that the prose names."""
    days = {"breakdown_day": breakdown_date, "as_of_day": as_of, "window_start": window_start}
    given = {name: pd.Timestamp(day) for name, day in days.items()}
    named = raw["named"]
    spoken = said.statements.set_index("statement_id")["statement_date"]
    met = said.rounds.set_index("round_id")["start_date"]
    told = said.press.set_index("press_id")["told_day"]
    facts = [
        *statement_facts.ledger_facts(said.statements),
        *statement_facts.speaker_facts(said.statements, raw["speakers"], raw["sides"]),
        *statement_facts.hostile_facts(said.statements, pd.Timestamp(breakdown_date)),
        *statement_facts.parameter_facts(given, pd.Timestamp(as_of), event_window_days),
        *statement_facts.day_facts("statements", list(named["statement_id"].dropna()), spoken),
        *statement_facts.day_facts("rounds", list(named["round_id"].dropna()), met),
        *statement_facts.day_facts("press", list(named["press_id"].dropna()), told),
    ]
    return Stated(facts)


def _context(raw: RawTables, as_of: Day, min_confidence: str, hindsight: bool) -> Part:
    """What the story tells besides the record, each fact from the day on which it was known."""
    table, today = raw["context"], pd.Timestamp(as_of)
    return Part(
        table,
        [*context_facts(table, as_of=today, min_confidence=min_confidence, hindsight=hindsight)],
    )


def _acts(raw: RawTables, said: StatementTables, unit: Unit) -> Part:
    """What statements do."""
    table = measure_acts(said.statements, unit)
    return Part(table, [*statement_facts.act_facts(table, TOLD_ACTS, raw["sides"], unit)])


def _acts_by_document(said: StatementTables) -> Part:
    """What statements do, each document counted once for an act."""
    return Part(measure_acts(said.statements, "document"))


def _blame(said: StatementTables) -> Part:
    """Who blames whom, month by month."""
    return Part(measure_blame(said.statements))


def _frames(said: StatementTables, unit: Unit) -> Part:
    """On what grounds statements are made."""
    table = measure_frames(said.statements, said.statement_frames, unit)
    return Part(table, [*statement_facts.frame_facts(table)])


def _tone(said: StatementTables, unit: Unit) -> Part:
    """In which tone statements are made."""
    table = measure_tone(said.statements, unit)
    return Part(table, [*statement_facts.tone_facts(table)])


@dataclass(frozen=True, eq=False)
class Charge:
    """Every use of the charge of backtracking, and months with one."""

    uses: pd.DataFrame
    months: pd.DataFrame
    facts: Facts


def _charge(raw: RawTables, said: StatementTables, breakdown_date: Day) -> Charge:
    """Who accuses whom of breaking promises, and since when."""
    uses = measure_backtracking(said.statements, said.statement_frames)
    months = measure_charge_months(uses, said.statements)
    breakdown = pd.Timestamp(breakdown_date)
    first = measure_first_accusation(uses, said.rounds, breakdown)
    facts = [
        *statement_facts.charge_facts(uses, raw["sides"], breakdown),
        *statement_facts.first_accusation_facts(first, raw["sides"]),
        *statement_facts.charge_month_facts(months),
    ]
    return Charge(uses, months, facts)


def _anchors(said: StatementTables, charge: Charge) -> Part:
    """The few events that a chronology names."""
    return Part(measure_anchors(said.statements, charge.uses, said.rounds))


@dataclass(frozen=True, eq=False)
class Sequence:
    """What happened around the breakdown, day by day, and between which days."""

    table: pd.DataFrame
    close: tuple[pd.Timestamp, pd.Timestamp]
    facts: Facts


def _sequence(
    raw: RawTables,
    said: StatementTables,
    moves: MoveTables,
    anchors: Part,
    as_of: Day,
    breakdown_date: Day,
    event_window_days: int,
) -> Sequence:
    """The order of events in the days around the breakdown. Nothing is told before its day."""
    breakdown, today = pd.Timestamp(breakdown_date), pd.Timestamp(as_of)
    close = close_days(breakdown, event_window_days, today)
    if breakdown > today:
        none = pd.DataFrame()
        return Sequence(none, close, [*statement_facts.day_by_day_facts(none, *close, ())])
    table = measure_breakdown_sequence(
        said.statements,
        moves.actions,
        raw["event_actions"],
        raw["events"],
        said.rounds,
        said.press,
        anchors.table,
        raw["named"]["statement_id"].dropna(),
        start=close[0],
        end=close[1],
    )
    named = raw["named"]["press_id"].dropna()
    return Sequence(table, close, [*statement_facts.day_by_day_facts(table, *close, named)])


def _threats(raw: RawTables, said: StatementTables, moves: MoveTables) -> Part:
    """Threats, and the next step of the same side."""
    return Part(measure_threats(said.statements, moves.actions, raw["event_actions"]))


@dataclass(frozen=True, eq=False)
class Placebo:
    """Statements near the breakdown, and how often a random date has as large a change."""

    near: pd.DataFrame
    spread: pd.DataFrame
    facts: Facts


def _placebo(
    raw: RawTables,
    said: StatementTables,
    as_of: Day,
    window_start: Day,
    breakdown_date: Day,
    event_window_days: int,
    placebo_draws: int,
    seed: int,
) -> Placebo:
    """How unusual the days after the breakdown are within the ledger; empty until they passed."""
    breakdown, today = pd.Timestamp(breakdown_date), pd.Timestamp(as_of)
    if breakdown + pd.Timedelta(days=event_window_days) > today:
        return Placebo(pd.DataFrame(), pd.DataFrame(), ())
    near = measure_counts_near(said.statements, breakdown, event_window_days)
    drawn = measure_placebo(
        said.statements,
        breakdown,
        event_window_days,
        window_start=pd.Timestamp(window_start),
        as_of=today,
        draws=placebo_draws,
        seed=seed,
    )
    facts = statement_facts.placebo_facts(drawn, near, raw["sides"])
    return Placebo(near, measure_placebo_distribution(drawn), [*facts])


def _agreement(raw: RawTables) -> Part:
    """How far two codings of the same statements agree."""
    table = measure_agreement(raw["recoding"])
    return Part(table, [*statement_facts.agreement_facts(table, raw["recoding"])])


def _findings(raw: RawTables, said: StatementTables, unit: Unit) -> Part:
    """The main findings, drawn from each coding; no rows where there is no second one."""
    recoding = raw["recoding"]
    if recoding.empty:
        return Part(pd.DataFrame())
    by_coder = {
        coder: take_codes(said.statements, raw["statements"], recoding, coder) for coder in CODERS
    }
    table = measure_findings(by_coder, said.statement_frames, unit)
    return Part(table, [*statement_facts.finding_facts(table)])


@dataclass(frozen=True, eq=False)
class StatementRecord(Record):
    """Everything that is measured of statements."""

    raw: RawTables
    said: StatementTables
    moves: MoveTables
    as_of: Day
    window_start: Day
    breakdown_date: Day
    hindsight: bool
    min_confidence: str
    event_window_days: int
    unit: Unit
    placebo_draws: int
    seed: int

    ledger = measured_by(_ledger)
    context = measured_by(_context)
    acts = measured_by(_acts)
    acts_by_document = measured_by(_acts_by_document)
    blame = measured_by(_blame)
    frames = measured_by(_frames)
    tone = measured_by(_tone)
    charge = measured_by(_charge)
    anchors = measured_by(_anchors)
    sequence = measured_by(_sequence)
    threats = measured_by(_threats)
    placebo = measured_by(_placebo)
    agreement = measured_by(_agreement)
    findings = measured_by(_findings)
