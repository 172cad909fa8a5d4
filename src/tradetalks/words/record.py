"""The statement record: whole channels, the charge of backtracking, the order of a breakdown."""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from tradetalks.facts import Stated, apart
from tradetalks.parts import Day, Facts, Part, PartedRecord, measured_by, shared
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.cleaning import MoveTables
from tradetalks.words import (
    charge,
    coding,
    sample,
    sequence,
    statement_facts,
    stream_facts,
    streams,
)
from tradetalks.words.ledger import StatementTables

# by the end of their ids, the spans around the breakdown in windows of the run
SPANS = {"": 1.0, "_half": 0.5, "_double": 2.0}


class Days(NamedTuple):
    """Days of a run: that of the breakdown, the last that it knows, and the first that counts."""

    breakdown_day: pd.Timestamp
    as_of_day: pd.Timestamp
    window_start: pd.Timestamp


@dataclass(frozen=True, eq=False)
class Charge:
    """Every use of the charge of backtracking in the ledger."""

    uses: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class Heard:
    """Every item of the channels that are counted, and these channels."""

    items: pd.DataFrame
    channels: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Sequence:
    """What happened around the breakdown, day by day, and between which days."""

    table: pd.DataFrame
    close: tuple[pd.Timestamp, pd.Timestamp]
    facts: Facts


@dataclass(frozen=True, eq=False)
class Streams:
    """Whole channels: by week, each change with all placebos, the breakdown among them, words.

    `found` says how well the patterns find, `read` what the counts come to so corrected.
    """

    weeks: pd.DataFrame
    changes: pd.DataFrame
    breaks: pd.DataFrame
    words: pd.DataFrame
    gaps: pd.DataFrame
    found: pd.DataFrame
    read: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class StatementRecord(PartedRecord):
    """Everything that is measured of statements."""

    said: StatementTables
    moves: MoveTables

    @measured_by
    def days(breakdown_date: Day, as_of: Day, window_start: Day) -> Days:
        """The days that are parameters of the run."""
        return Days(*map(pd.Timestamp, (breakdown_date, as_of, window_start)))

    @measured_by
    def ledger(raw: RawTables, said: StatementTables, days: Days) -> Part:
        """Size of the ledger, and the days that the prose names."""

        def named(table: str, key: str, day: str) -> Stated:
            dates = getattr(said, table).set_index(key)[day]
            return statement_facts.day_facts(table, raw["named"][key].dropna(), dates)

        facts = [*statement_facts.parameter_facts(days._asdict(), days.as_of_day)]
        facts += apart(
            lambda: statement_facts.ledger_facts(said.statements),
            lambda: statement_facts.linked_facts(said.statements, raw["evidence"]),
            lambda: named("statements", "statement_id", "statement_date"),
            lambda: named("rounds", "round_id", "start_date"),
            lambda: named("press", "press_id", "told_day"),
        )
        return Part(facts=facts)

    @measured_by
    def context(raw: RawTables, as_of: Day, min_confidence: str, hindsight: bool) -> Part:
        """What the story tells besides the record, each fact from the day on which it was known."""
        table, today = raw["context"], pd.Timestamp(as_of)
        return Part(table, statement_facts.context_facts(table, today, min_confidence, hindsight))

    @measured_by
    def heard(said: StatementTables) -> Heard:
        """Whole channels alone: alike for runs that differ in what else they admit."""
        return shared(Heard(said.streams, said.stream_channels))

    @measured_by
    def streams(
        raw: RawTables, heard: Heard, breakdown_date: Day, event_window_days: int
    ) -> Streams:
        """Everything that one voice of each side said in one channel, and how it changed."""
        given, breakdown = (heard.items, heard.channels), pd.Timestamp(breakdown_date)
        spans = {name: int(event_window_days * windows) for name, windows in SPANS.items()}
        spans = {name: span for name, span in spans.items() if span}
        weeks = streams.measure_weeks(*given, breakdown)
        changes = streams.measure_changes(*given, breakdown, [*spans.values()])
        breaks = streams.measure_breaks(changes, breakdown)
        words = streams.measure_words(heard.items, breakdown)
        gaps = streams.measure_gaps(*given)
        channels, by_hand = raw["stream_channels"], raw["stream_sample"]
        found = sample.measure_sample(by_hand)
        main = breaks.query("counted == 'items' and compared == 'number'")
        main = main[main["span"].eq(spans.get("", 0))]
        read = sample.measure_read(by_hand, main)
        facts = [
            *stream_facts.channel_facts(channels, heard.channels, heard.items),
            *stream_facts.word_facts(words, weeks, breakdown),
            *stream_facts.break_facts(breaks, channels, spans, breakdown),
            *stream_facts.sample_facts(by_hand, found, read, main),
        ]
        return Streams(weeks, changes, breaks, words, gaps, found, read, facts)

    @measured_by
    def charge(raw: RawTables, said: StatementTables, days: Days) -> Charge:
        """Who accuses whom of breaking promises, and since when."""
        uses = charge.measure_backtracking(said.statements, said.statement_frames)
        first = charge.measure_first_accusation(uses, said.rounds, days.breakdown_day)
        facts = [*statement_facts.first_charge_facts(uses, raw["sides"])]
        return Charge(uses, [*facts, *statement_facts.first_accusation_facts(first, raw["sides"])])

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
            statements = said.statements[said.statements["statement_date"].between(*close)]
            table = sequence.measure_breakdown_sequence(
                sequence.in_english(statements, raw["sentences"]),
                *(moves.actions, raw["event_actions"], raw["events"]),
                *(said.rounds, said.press, anchors.table),
                named["statement_id"].dropna(),
                start=close[0],
                end=close[1],
            )
        told = named["press_id"].dropna()
        return Sequence(table, close, statement_facts.day_by_day_facts(table, *close, told))

    @measured_by
    def agreement(raw: RawTables) -> Part:
        """How far two codings of the same statements agree."""
        table = coding.measure_agreement(raw["recoding"])
        return Part(table, statement_facts.agreement_facts(table, raw["recoding"]))
