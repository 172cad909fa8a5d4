"""The words of a run, cleaned: the ledger of statements, rounds, the press and whole channels.

All is as known on one day; what leaves is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from tradetalks.admitted import Admitting, Cleaned, look_up, trusted
from tradetalks.days import sent_at
from tradetalks.noted import Tables, kept
from tradetalks.parts import Day
from tradetalks.raw.read import RawTables, light_texts
from tradetalks.words.streams import clean_channels, clean_streams

# Whose codes count where a statement was coded twice. The first coder's are those of the ledger,
# as they stand after the two were compared.
CODERS = ("first", "second")


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
    return read_statements(raw["statements"], raw["speakers"], raw["sides"])


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
    admitting = Admitting(pd.Timestamp(as_of), min_confidence, include_editorials)
    days = pd.Timestamp(window_start), pd.Timestamp(breakdown_date)
    statements = partial(_statements, raw, admitting, *days)
    rounds = kept(lambda: clean_rounds(raw["rounds"], admitting))
    press = kept(lambda: admitting.split(raw["press"], table="press", key="press_id", day="day"))
    heard = raw, admitting.as_of, include_editorials
    return StatementTables.of(
        statements=lambda: take_codes(statements().kept, raw["statements"], raw["recoding"], coder),
        statement_frames=lambda: clean_statement_frames(statements().kept),
        rounds=lambda: rounds().kept,
        press=lambda: press().kept,
        stream_channels=lambda: _channels(*heard),
        streams=lambda: _streams(*heard),
        left_out_statements=lambda: pd.concat(
            [one().left_out for one in (statements, rounds, press)], ignore_index=True
        ),
    )


# each by itself, as runs that differ in one thing clean most of these alike
@kept
def _statements(
    raw: RawTables, admitting: Admitting, start: pd.Timestamp, breakdown: pd.Timestamp
) -> Cleaned:
    return clean_statements(
        *(read_ledger(raw), raw.references, admitting),
        window_start=start,
        breakdown_date=breakdown,
    )


@kept
def _channels(raw: RawTables, as_of: pd.Timestamp, include_editorials: bool) -> pd.DataFrame:
    table = raw["stream_channels"]
    return clean_channels(table, as_of=as_of, include_editorials=include_editorials)


@kept
def _streams(raw: RawTables, as_of: pd.Timestamp, include_editorials: bool) -> pd.DataFrame:
    channels = _channels(raw, as_of, include_editorials)
    return clean_streams(raw["streams"], raw["stream_readings"], channels)


def read_statements(
    statements: pd.DataFrame, speakers: pd.DataFrame, sides: pd.DataFrame
) -> pd.DataFrame:
    """Read the ledger, for counting and for judging alike: one row per statement, in its order.

    Adds columns of `resolve_speakers` and `place_in_time`, `is_verified` and `is_editorial`.
    """
    return (
        statements.drop(columns=["verified", "speaker", "zone"])
        .join(resolve_speakers(statements, speakers))
        .join(place_in_time(statements, sides))
        .assign(
            is_verified=statements["verified"].astype(bool),
            is_editorial=statements["channel"].eq("editorial"),
        )
    )


def clean_statements(
    statements: pd.DataFrame,
    references: Mapping[str, Mapping[str, Any]],
    admitting: Admitting,
    *,
    window_start: pd.Timestamp,
    breakdown_date: pd.Timestamp,
) -> Cleaned:
    """Clean the ledger as `read_statements` gives it: one row per speaker's act on one day.

    Words that nobody saw in a source count least. Adds the source's title, address and kind, the
    period (`before`, or `after` from the breakdown on), whether the day is in the window, and
    `occasion_id`: what one institution says in one channel on one day, whatever its source.
    """
    cited = [references.get(key, {}) for key in statements["source_id"]]
    sources = pd.DataFrame(
        {
            "source_title": [source.get("title") for source in cited],
            "source_url": [source.get("URL", source.get("archive_location")) for source in cited],
            "source_kind": [source.get("custom", {}).get("kind") for source in cited],
        },
        index=statements.index,
        dtype="str",
    )
    said = statements["statement_date"]
    by = statements["side"] + said.dt.strftime(" %Y-%m-%d ") + statements["institution"]
    clean = statements.join(sources).assign(
        period=said.lt(breakdown_date).map({True: "before", False: "after"}),
        in_window=said.between(window_start, admitting.as_of),
        occasion_id=by + ", " + statements["channel"],
    )
    kept, left_out = admitting.split(
        clean, table="statements", key="statement_id", day="statement_date"
    )
    kept["confidence"] = list(map(trusted, kept["confidence"], kept["is_verified"]))
    return Cleaned(kept, left_out)


def clean_statement_frames(statements: pd.DataFrame) -> pd.DataFrame:
    """List the grounds of each statement: one row per statement and frame."""
    frames = statements[["statement_id", "frames"]].dropna()
    frames = frames.assign(frame=frames["frames"].str.split(";")).explode("frame")
    return frames[["statement_id", "frame"]].sort_values(
        ["statement_id", "frame"], ignore_index=True
    )


def clean_rounds(rounds: pd.DataFrame, admitting: Admitting) -> Cleaned:
    """Clean the rounds: one row per contact begun by `as_of`, without what came later of it."""
    unfinished = rounds["end_date"].gt(admitting.as_of)
    clean = rounds.assign(
        **{name: rounds[name].mask(unfinished) for name in ("end_date", "outcome", "status")}
    )
    return admitting.split(clean, table="rounds", key="round_id", day="start_date")


def take_codes(
    statements: pd.DataFrame, ledger: pd.DataFrame, recoding: pd.DataFrame, coder: str
) -> pd.DataFrame:
    """Give statements the act and target of one coder; rows and all else stay as they are.

    The second coder's replace the first's, of the `ledger`, in the rows of `recoding`.
    """
    names = ["act", "target"]
    codes = ledger.set_index("statement_id")[names]
    if coder == "second":
        again = recoding.set_index("statement_id")[[f"{name}_2" for name in names]]
        codes = again.set_axis(names, axis="columns").combine_first(codes)
    return statements.assign(**look_up(statements["statement_id"], codes).astype("str"))


def place_in_time(statements: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """Say between which moments each statement was made: one row per statement, in its order.

    Columns: `zone` of its day (UTC for a tweet, else as the ledger names, else the side's capital),
    `said_at_utc` (by a tweet's number), `said_from_utc` and `said_until_utc`: that moment, or the
    ends of the minute or day that the ledger gives.
    """
    days, sent = statements["statement_date"], said_at_utc(statements["tweet_id"])
    capital = statements["side"].map(sides.set_index("side")["zone"])
    zone = statements["zone"].fillna(capital).mask(statements["channel"].eq("tweet"), "UTC")
    clock = pd.to_timedelta(statements["time"] + ":00")
    is_timed = clock.notna()
    starts = days + clock.fillna(pd.Timedelta(0))
    ends = (starts + pd.Timedelta(minutes=1)).where(is_timed, days + pd.Timedelta(days=1))

    def in_utc(there: pd.Series) -> pd.Series:
        moments = pd.Series(pd.NaT, index=statements.index, dtype="datetime64[ms, UTC]")
        for name, of_zone in there.groupby(zone):
            moments[of_zone.index] = of_zone.dt.tz_localize(str(name)).dt.tz_convert("UTC")
        return moments

    return pd.DataFrame(
        {
            "zone": zone.astype("str"),
            "said_at_utc": sent,
            "said_from_utc": sent.fillna(in_utc(starts)),
            "said_until_utc": sent.fillna(in_utc(ends)),
        }
    )


def said_at_utc(tweet_ids: pd.Series) -> pd.Series:
    """Read the time of sending, in UTC, out of tweet numbers; missing where there is none."""
    sent = [sent_at(number) if pd.notna(number) else None for number in tweet_ids]
    return pd.Series(sent, index=tweet_ids.index, dtype="datetime64[ms, UTC]")


def known_names(speakers: pd.DataFrame) -> dict[str, str]:
    """Map every name and alias of the authority table to the name under which it goes."""
    names = {
        alias: speaker
        for speaker, aliases in zip(speakers["speaker"], speakers["aliases"], strict=True)
        if pd.notna(aliases)
        for alias in aliases.split(";")
    }
    return names | {speaker: speaker for speaker in speakers["speaker"]}


def resolve_speakers(statements: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Name each speaker as the authority table does: one row per statement, in its order.

    Columns: `speaker`, `speaker_as_written` (if another), `speaker_kind`, `speaker_role` (if
    known).
    """
    written = statements["speaker"]
    named = written.map(known_names(speakers)).fillna(written)
    known = speakers.set_index("speaker")
    return pd.DataFrame(
        {
            "speaker": named,
            "speaker_as_written": written.where(named.ne(written)),
            "speaker_kind": named.map(known["kind"]),
            "speaker_role": named.map(known["role"]),
        },
        dtype="str",
    )
