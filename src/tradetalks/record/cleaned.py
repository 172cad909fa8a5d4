"""The tables of a run, cleaned: what they are, how they come from the raw ones, and from files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from tradetalks.clean import chapters, ledger
from tradetalks.clean.actions import clean_actions, clean_episodes, clean_steps
from tradetalks.clean.common import Cleaned, admit
from tradetalks.clean.coverage import clean_benchmarks, clean_coverage_sets, clean_exemptions
from tradetalks.clean.streams import clean_channels, clean_streams
from tradetalks.measure.tariff_tables import TariffTables
from tradetalks.noted import Tables, kept
from tradetalks.raw.read import RawTables, light_texts

# a day as a parameter file writes it, or as the model of parameters holds it
Day = str | date
Kind = TypeVar("Kind", bound=Tables)


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
        return {
            **self.tables.by_name(),
            **self.moves.by_name(),
            "benchmarks": self.benchmarks,
            "left_out_tariffs": self.left_out,
        }


@dataclass(frozen=True, eq=False)
class StatementTables(Tables):
    """The cleaned ledger, its frames, rounds, the press, channels; what left, by which rule."""

    statements: pd.DataFrame
    statement_frames: pd.DataFrame
    rounds: pd.DataFrame
    press: pd.DataFrame
    stream_channels: pd.DataFrame
    streams: pd.DataFrame
    left_out_statements: pd.DataFrame


@light_texts
def read_tables(kind: type[Kind], folder: Path, read: Callable[[Path], pd.DataFrame]) -> Kind:
    """Cleaned tables that a notebook has saved: one file for each field of their class."""
    return kind.read(lambda name: read(folder / f"{name}.parquet"))


@kept
@light_texts
def clean_tariffs(raw: RawTables, as_of: Day, min_confidence: str) -> CleanTariffs:
    """The tariff tables as known by `as_of`."""
    today = pd.Timestamp(as_of)
    known: dict[str, Any] = {"as_of": today, "min_confidence": min_confidence}

    # each by itself, so that each notes what was read for it alone
    @kept
    def actions() -> Cleaned:
        return clean_actions(raw["actions"], **known)

    @kept
    def changes() -> Cleaned:
        given = raw["changes_by_chapter"], raw["chapter_events"], raw["actions"]
        return chapters.clean_chapter_changes(*given, as_of=today)

    @kept
    def coverage() -> Cleaned:
        return admit(raw["coverage"], table="coverage", key="coverage_id", **known)

    @kept
    def benchmarks() -> Cleaned:
        return clean_benchmarks(raw["benchmarks"], **known)

    @kept
    def episodes() -> Cleaned:
        return clean_episodes(raw["episodes"], raw["actions"], as_of=today)

    @kept
    def exemptions() -> Cleaned:
        return clean_exemptions(raw["exemptions"], raw["actions"], raw["coverage"], as_of=today)

    @kept
    def steps() -> pd.DataFrame:
        return clean_steps(raw["actions"], **known)

    @kept
    def farm_figures() -> Cleaned:
        return chapters.clean_farm_figures(raw["farm_figures"], steps())

    tables = TariffTables.of(
        sides=lambda: raw["sides"],
        steps=steps,
        chapter_changes=lambda: changes().kept,
        chapter_imports=lambda: chapters.clean_chapter_imports(raw["imports_by_chapter"]),
        coverage=lambda: coverage().kept,
        coverage_sets=lambda: clean_coverage_sets(
            raw["coverage_sets"], raw["coverage"], raw["benchmarks"]
        ),
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


@kept
@light_texts
def clean_ledger(
    raw: RawTables,
    as_of: Day,
    window_start: Day,
    breakdown_date: Day,
    min_confidence: str,
    include_editorials: bool,
    coder: str,
) -> StatementTables:
    """The ledger, the rounds, the accounts of the press and whole channels as known by `as_of`."""
    known: dict[str, Any] = {"as_of": pd.Timestamp(as_of), "min_confidence": min_confidence}

    @kept
    def statements() -> Cleaned:
        return ledger.clean_statements(
            raw["statements"],
            raw.references,
            speakers=raw["speakers"],
            sides=raw["sides"],
            window_start=pd.Timestamp(window_start),
            breakdown_date=pd.Timestamp(breakdown_date),
            include_editorials=include_editorials,
            **known,
        )

    @kept
    def rounds() -> Cleaned:
        return ledger.clean_rounds(raw["rounds"], **known)

    @kept
    def press() -> Cleaned:
        return admit(raw["press"], table="press", key="press_id", day="day", **known)

    @kept
    def channels() -> pd.DataFrame:
        return clean_channels(
            raw["stream_channels"], as_of=known["as_of"], include_editorials=include_editorials
        )

    return StatementTables.of(
        statements=lambda: ledger.take_codes(
            statements().kept, raw["statements"], raw["recoding"], coder
        ),
        statement_frames=lambda: ledger.clean_statement_frames(statements().kept),
        rounds=lambda: rounds().kept,
        press=lambda: press().kept,
        stream_channels=channels,
        streams=lambda: clean_streams(raw["streams"], raw["stream_readings"], channels()),
        left_out_statements=lambda: pd.concat(
            [one().left_out for one in (statements, rounds, press)], ignore_index=True
        ),
    )
