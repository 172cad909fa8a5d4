"""Gather the records: every row of the raw tables that may serve as evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from tradetalks.clean.common import trusted
from tradetalks.clean.ledger import CODERS, place_in_time, take_codes
from tradetalks.clean.speakers import resolve_speakers
from tradetalks.judge.records import Kind, Record, rows_of

if TYPE_CHECKING:
    from tradetalks.raw.read import RawTables

_RATES = ("rate_before_pct", "rate_after_pct")


def gather_records(raw: RawTables, figures: pd.DataFrame) -> dict[str, Record]:
    """Every row of the raw tables that may serve as evidence, by its id.

    Takes the raw tables whole, and all `figures` that are named in them and measured, as
    `measure_named` gives them: what an answer may use is decided by `Settings.admits` alone. A
    statement whose source text was not seen counts as low confidence, whatever its row says.
    Speakers go by the name of the table of speakers. A notice has the day of its side's capital;
    a round or an account of the press, whose zone nobody wrote down, that of all capitals together.
    """
    zones = dict(zip(raw["sides"]["side"], raw["sides"]["zone"], strict=True))
    found = (
        *_statements(raw),
        *_deeds(raw, zones),
        *(_account(row, zones.values()) for row in rows_of(raw["press"])),
        *(_round(row, zones.values()) for row in rows_of(raw["rounds"])),
        *(_estimate(row) for row in rows_of(raw["coverage"])),
        *(_figure(row) for row in rows_of(figures)),
        *_studies(raw.references),
    )
    return {record.record_id: record for record in found}


def _record(row: Mapping[str, Any], key: str, kind: Kind, **given: Any) -> Record:
    """A row as a record that tells of its day; what is not given stands in columns of the name."""
    names = ("utterance", "source_id")
    own = {name: row[name] for name in names if name in row} | {"grade": row["confidence"]}
    return Record(row[key], kind, **own | {"told": given.get("day")} | given)


def _parts(cell: str | None) -> frozenset[str]:
    return frozenset(cell.split(";")) if cell else frozenset()


def _span(day: date | None, zones: Collection[str]) -> tuple[datetime, datetime] | None:
    """The first and last moment at which it is this day in one of the zones."""
    if day is None:
        return None
    starts, ends = (
        [datetime.combine(one, time.min, ZoneInfo(zone)) for zone in zones]
        for one in (day, day + timedelta(days=1))
    )
    return min(starts), max(ends)


def _statements(raw: RawTables) -> Iterator[Record]:
    statements = raw["statements"]
    named = statements.assign(
        speaker=resolve_speakers(statements, raw["speakers"])["speaker"]
    ).join(place_in_time(statements, raw["sides"])[["said_from_utc", "said_until_utc"]])
    acts = {coder: take_codes(named, named, raw["recoding"], coder)["act"] for coder in CODERS}
    for number, row in enumerate(rows_of(named)):
        yield _record(
            row,
            "statement_id",
            "joint" if row["joint"] else "statement",
            day=row["statement_date"],
            sides=frozenset([row["side"]]),
            grade=trusted(row["confidence"], row["verified"]),
            # the two releases of a joint text are one document
            voice=(row.get("utterance") if row["joint"] else "") or row["speaker"],
            form=row["channel"],
            span=(row["said_from_utc"], row["said_until_utc"]),
            is_editorial=row["channel"] == "editorial",
            is_verified=bool(row["verified"]),
            who=row["speaker"],
            says=row["paraphrase"],
            acts={coder: codes.iloc[number] for coder, codes in acts.items()},
            frames=_parts(row.get("frames")),
        )


def _deeds(raw: RawTables, zones: Mapping[str, str]) -> Iterator[Record]:
    events = raw["event_actions"].merge(raw["events"], on="event_id").sort_values("event_id")
    labels = events.groupby("action_id")["label"].agg("; ".join).to_dict()
    for row in rows_of(raw["actions"]):
        announced = row.get("announced_date")
        about = labels.get(row["action_id"]) or f"{row['instrument']}, {row['tranche']}"
        yield _record(
            row,
            "action_id",
            "deed",
            day=announced,
            sides=frozenset([row["side"]]),
            span=_span(announced, [zones[row["side"]]]),
            effective=row.get("effective_date"),
            who=row.get("legal_citation", ""),
            says=f"{about}: {row['kind']}{_moved(row)}",
            numbers=_numbers(row, *_RATES, "value_claimed_usd_bn"),
        )


def _moved(row: Mapping[str, Any]) -> str:
    """How far a notice moves the rate, in words."""
    rates = dict.fromkeys(f"{rate:g}" for rate in _numbers(row, *_RATES).values())
    moved = [f"rate {' to '.join(rates)} percent"] if rates else []
    moved += [row["rate_bands"]] if "rate_bands" in row else []
    return f" ({'; '.join(moved)})" if moved else ""


def _account(row: Mapping[str, Any], zones: Collection[str]) -> Record:
    told = row.get("told_day")
    return _record(
        row,
        "press_id",
        "press",
        day=row.get("day"),
        told=told,
        sides=_parts(row.get("sources")),
        span=_span(told, zones),
        is_named=bool(row["is_named"]),
        who=row["outlet"],
        says=row["says"],
    )


def _round(row: Mapping[str, Any], zones: Collection[str]) -> Record:
    return _record(
        row,
        "round_id",
        "round",
        day=row["start_date"],
        sides=_parts(row.get("accounts")),
        span=_span(row["start_date"], zones),
        end=row.get("end_date"),
        says=row.get("outcome", ""),
    )


def _estimate(row: Mapping[str, Any]) -> Record:
    numbers = _numbers(row, "estimate_usd_bn")
    given = {"voice": row.get("source_id", ""), "says": row["tranche"]}
    return _record(row, "coverage_id", "data", numbers=numbers, **given)


def _figure(row: Mapping[str, Any]) -> Record:
    # as long as estimates of trade are in their table
    numbers = {"estimate_usd_bn": round(row["value"], 3)} if row["unit"] == "usd_bn" else {}
    if "held_against" in row:
        numbers |= {"measured": row["value"], "held_against": row["held_against"]}
    given = {"day": row["known_date"], "voice": row["source_id"], "says": row["title"]}
    return _record(row, "measured_id", "data", told=None, numbers=numbers, **given)


def _studies(references: Mapping[str, Mapping[str, Any]]) -> Iterator[Record]:
    for source_id, item in references.items():
        parts = item.get("issued", {}).get("date-parts", [[]])[0]
        if item.get("custom", {}).get("kind") == "scholarly" and parts:
            # a month or year alone counts from the last day it allows
            frequency = {1: "Y", 2: "M", 3: "D"}[len(parts)]
            issued = pd.Period("-".join(map(str, parts)), frequency).end_time.date()
            yield Record(
                source_id, "data", issued, told=issued, source_id=source_id, says=item["title"]
            )


def _numbers(row: Mapping[str, Any], *names: str) -> dict[str, float]:
    return {name: float(row[name]) for name in names if name in row}
