"""The words of a run, cleaned: the ledger and whole channels, and how they come from raw tables."""

from dataclasses import dataclass

import pandas as pd

from tradetalks.admitted import Admitting
from tradetalks.noted import Tables, kept
from tradetalks.parts import Day
from tradetalks.raw.read import RawTables, light_texts
from tradetalks.words import ledger
from tradetalks.words.streams import clean_channels, clean_streams


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


@kept
@light_texts
def read_ledger(raw: RawTables) -> pd.DataFrame:
    """Every statement of the ledger, admitted or not, by whom and between which moments."""
    return ledger.read_statements(raw["statements"], raw["speakers"], raw["sides"])


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
    # editorials are of statements and channels alone
    admitting = Admitting(pd.Timestamp(as_of), min_confidence, include_editorials)

    start, breakdown = pd.Timestamp(window_start), pd.Timestamp(breakdown_date)
    statements = kept(
        lambda: ledger.clean_statements(
            read_ledger(raw),
            raw.references,
            admitting,
            window_start=start,
            breakdown_date=breakdown,
        )
    )
    rounds = kept(lambda: ledger.clean_rounds(raw["rounds"], admitting))
    press = kept(lambda: admitting.split(raw["press"], table="press", key="press_id", day="day"))
    channels = kept(
        lambda: clean_channels(
            raw["stream_channels"], as_of=pd.Timestamp(as_of), include_editorials=include_editorials
        )
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
