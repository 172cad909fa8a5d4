"""The statement record: acts, grounds, the charge of backtracking, the order of a breakdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from tradetalks.clean.ledger import CODERS, take_codes
from tradetalks.facts import statement_facts
from tradetalks.facts.context_facts import context_facts
from tradetalks.measure import acts, charge, coding, placebo, sequence
from tradetalks.measure.acts import Unit
from tradetalks.measure.threats import measure_threats
from tradetalks.raw.read import RawTables
from tradetalks.record.cleaned import Day, MoveTables, StatementTables
from tradetalks.record.parts import Facts, Part, Record, measured_by

# the acts whose counts and shares the prose may state
TOLD_ACTS = ("blame", "deny", "threaten", "praise")


class Days(NamedTuple):
    """Days of a run: that of the breakdown, the last that it knows, and the first that counts."""

    breakdown_day: pd.Timestamp
    as_of_day: pd.Timestamp
    window_start: pd.Timestamp


@dataclass(frozen=True, eq=False)
class Charge:
    """Every use of the charge of backtracking, and months with one."""

    uses: pd.DataFrame
    months: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class Sequence:
    """What happened around the breakdown, day by day, and between which days."""

    table: pd.DataFrame
    close: tuple[pd.Timestamp, pd.Timestamp]
    facts: Facts


@dataclass(frozen=True, eq=False)
class Placebo:
    """Statements near the breakdown, and how often a random date has as large a change."""

    near: pd.DataFrame
    spread: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class StatementRecord(Record):
    """Everything that is measured of statements."""

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

    @measured_by
    def days(breakdown_date: Day, as_of: Day, window_start: Day) -> Days:
        """The days that are parameters of the run."""
        return Days(*map(pd.Timestamp, (breakdown_date, as_of, window_start)))

    @measured_by
    def ledger(raw: RawTables, said: StatementTables, days: Days, event_window_days: int) -> Part:
        """Size of the ledger, and the days that the prose names."""
        facts = [
            *statement_facts.ledger_facts(said.statements),
            *statement_facts.speaker_facts(said.statements, raw["speakers"], raw["sides"]),
            *statement_facts.hostile_facts(said.statements, days.breakdown_day),
            *statement_facts.parameter_facts(days._asdict(), days.as_of_day, event_window_days),
        ]
        for table, rows, key, day in (
            ("statements", said.statements, "statement_id", "statement_date"),
            ("rounds", said.rounds, "round_id", "start_date"),
            ("press", said.press, "press_id", "told_day"),
        ):
            named = list(raw["named"][key].dropna())
            facts += statement_facts.day_facts(table, named, rows.set_index(key)[day])
        return Part(facts=facts)

    @measured_by
    def context(raw: RawTables, as_of: Day, min_confidence: str, hindsight: bool) -> Part:
        """What the story tells besides the record, each fact from the day on which it was known."""
        table, today = raw["context"], pd.Timestamp(as_of)
        return Part(table, context_facts(table, today, min_confidence, hindsight))

    @measured_by
    def acts(raw: RawTables, said: StatementTables, unit: Unit) -> Part:
        """What statements do."""
        table = acts.measure_acts(said.statements, unit)
        return Part(table, statement_facts.act_facts(table, TOLD_ACTS, raw["sides"], unit))

    @measured_by
    def acts_by_document(said: StatementTables) -> Part:
        """The same, each document counted once for an act."""
        return Part(acts.measure_acts(said.statements, "document"))

    @measured_by
    def blame(said: StatementTables) -> Part:
        """Who blames whom, month by month."""
        return Part(acts.measure_blame(said.statements))

    @measured_by
    def frames(said: StatementTables, unit: Unit) -> Part:
        """On what grounds statements are made."""
        table = acts.measure_frames(said.statements, said.statement_frames, unit)
        return Part(table, statement_facts.frame_facts(table))

    @measured_by
    def tone(said: StatementTables, unit: Unit) -> Part:
        """In which tone statements are made."""
        table = acts.measure_tone(said.statements, unit)
        return Part(table, statement_facts.tone_facts(table))

    @measured_by
    def charge(raw: RawTables, said: StatementTables, days: Days) -> Charge:
        """Who accuses whom of breaking promises, and since when."""
        uses = charge.measure_backtracking(said.statements, said.statement_frames)
        months = charge.measure_charge_months(uses, said.statements)
        sides, breakdown = raw["sides"], days.breakdown_day
        first = charge.measure_first_accusation(uses, said.rounds, breakdown)
        facts = [
            *statement_facts.charge_facts(uses, sides, breakdown),
            *statement_facts.first_accusation_facts(first, sides),
            *statement_facts.charge_month_facts(months),
        ]
        return Charge(uses, months, facts)

    @measured_by
    def anchors(said: StatementTables, charge: Charge) -> Part:
        """The few events that a chronology names."""
        return Part(sequence.measure_anchors(said.statements, charge.uses, said.rounds))

    @measured_by
    def sequence(
        raw: RawTables,
        said: StatementTables,
        moves: MoveTables,
        anchors: Part,
        days: Days,
        event_window_days: int,
    ) -> Sequence:
        """The order of events in the days around the breakdown. Nothing is told before its day."""
        named, table = raw["named"], pd.DataFrame()
        close = sequence.close_days(days.breakdown_day, event_window_days, days.as_of_day)
        if days.breakdown_day <= days.as_of_day:
            table = sequence.measure_breakdown_sequence(
                said.statements,
                moves.actions,
                raw["event_actions"],
                raw["events"],
                said.rounds,
                said.press,
                anchors.table,
                named["statement_id"].dropna(),
                start=close[0],
                end=close[1],
            )
        told = named["press_id"].dropna()
        return Sequence(table, close, statement_facts.day_by_day_facts(table, *close, told))

    @measured_by
    def threats(raw: RawTables, said: StatementTables, moves: MoveTables) -> Part:
        """Threats, and the next step of the same side."""
        return Part(measure_threats(said.statements, moves.actions, raw["event_actions"]))

    @measured_by
    def placebo(
        raw: RawTables,
        said: StatementTables,
        days: Days,
        event_window_days: int,
        placebo_draws: int,
        seed: int,
    ) -> Placebo:
        """How unusual the days after the breakdown are in the ledger; empty until they passed."""
        if days.breakdown_day + pd.Timedelta(days=event_window_days) > days.as_of_day:
            return Placebo(pd.DataFrame(), pd.DataFrame(), ())
        around = said.statements, days.breakdown_day, event_window_days
        near = placebo.measure_counts_near(*around)
        drawn = placebo.measure_placebo(
            *around,
            window_start=days.window_start,
            as_of=days.as_of_day,
            draws=placebo_draws,
            seed=seed,
        )
        spread = placebo.measure_placebo_distribution(drawn)
        return Placebo(near, spread, statement_facts.placebo_facts(drawn, near, raw["sides"]))

    @measured_by
    def agreement(raw: RawTables) -> Part:
        """How far two codings of the same statements agree."""
        table = coding.measure_agreement(raw["recoding"])
        return Part(table, statement_facts.agreement_facts(table, raw["recoding"]))

    @measured_by
    def findings(raw: RawTables, said: StatementTables, unit: Unit) -> Part:
        """The main findings, drawn from each coding; no rows where there is no second one."""
        recoding = raw["recoding"]
        if recoding.empty:
            return Part()
        by_coder = {
            coder: take_codes(said.statements, raw["statements"], recoding, coder)
            for coder in CODERS
        }
        table = coding.measure_findings(by_coder, said.statement_frames, unit)
        return Part(table, statement_facts.finding_facts(table))
