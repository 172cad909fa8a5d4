"""Gather the records: every row of the raw tables that may serve as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradetalks.clean.common import trusted
from tradetalks.clean.ledger import CODERS, place_in_time, take_codes
from tradetalks.clean.speakers import resolve_speakers
from tradetalks.judge.records import Record, rows_of

if TYPE_CHECKING:
    from tradetalks.raw.read import RawTables


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
        *_press(raw, zones),
        *_rounds(raw, zones),
        *_data(raw),
        *_figures(figures),
        *_studies(raw.references),
    )
    return {record.record_id: record for record in found}


def _sides(codes: str | None) -> frozenset[str]:
    return frozenset(codes.split(";")) if codes else frozenset()


@cache
def _span(day: date, zones: tuple[str, ...]) -> tuple[datetime, datetime]:
    """The first and last moment at which it is this day in one of the zones."""
    first = pd.Timestamp(day)
    ends = (first, first + pd.DateOffset(days=1))
    starts, stops = zip(
        *([end.tz_localize(zone).tz_convert("UTC") for end in ends] for zone in zones), strict=True
    )
    return min(starts), max(stops)


def _statements(raw: RawTables) -> Iterator[Record]:
    statements = raw["statements"]
    named = statements.assign(
        speaker=resolve_speakers(statements, raw["speakers"])["speaker"]
    ).join(place_in_time(statements, raw["sides"])[["said_from_utc", "said_until_utc"]])
    acts = {coder: take_codes(named, named, raw["recoding"], coder)["act"] for coder in CODERS}
    for number, row in enumerate(rows_of(named)):
        yield Record(
            row["statement_id"],
            "joint" if row["joint"] else "statement",
            row["statement_date"],
            told=row["statement_date"],
            sides=frozenset([row["side"]]),
            grade=trusted(row["confidence"], row["verified"]),
            # the two releases of a joint text are one document
            voice=(row.get("utterance") if row["joint"] else "") or row["speaker"],
            utterance=row.get("utterance", ""),
            form=row["channel"],
            span=(row["said_from_utc"], row["said_until_utc"]),
            is_editorial=row["channel"] == "editorial",
            is_verified=bool(row["verified"]),
            source_id=row.get("source_id", ""),
            who=row["speaker"],
            says=row["paraphrase"],
            acts={coder: codes.iloc[number] for coder, codes in acts.items()},
            frames=_sides(row.get("frames")),
        )


def _deeds(raw: RawTables, zones: Mapping[str, str]) -> Iterator[Record]:
    events = raw["event_actions"].groupby("action_id")["event_id"].agg(sorted).to_dict()
    labels = dict(zip(raw["events"]["event_id"], raw["events"]["label"], strict=True))
    for row in rows_of(raw["actions"]):
        announced = row.get("announced_date")
        yield Record(
            row["action_id"],
            "deed",
            announced,
            told=announced,
            sides=frozenset([row["side"]]),
            grade=row["confidence"],
            voice=row.get("legal_citation", ""),
            utterance=row.get("utterance", ""),
            span=_span(announced, (zones[row["side"]],)) if announced else None,
            effective=row.get("effective_date"),
            source_id=row.get("source_id", ""),
            who=row.get("legal_citation", ""),
            says=_deed_in_words(row, events.get(row["action_id"], ()), labels),
            numbers=_numbers(row, "rate_before_pct", "rate_after_pct", "value_claimed_usd_bn"),
        )


def _deed_in_words(row: Mapping[str, Any], events: Sequence[str], labels: Mapping[str, str]) -> str:
    """What a notice does: to which measure, what, and how far it moves the rate."""
    about = "; ".join(labels[event] for event in events) or f"{row['instrument']}, {row['tranche']}"
    rates = [f"{rate:g}" for rate in _numbers(row, "rate_before_pct", "rate_after_pct").values()]
    moved = [f"rate {' to '.join(dict.fromkeys(rates))} percent"] if rates else []
    moved += [row["rate_bands"]] if "rate_bands" in row else []
    return f"{about}: {row['kind']}" + (f" ({'; '.join(moved)})" if moved else "")


def _press(raw: RawTables, zones: Mapping[str, str]) -> Iterator[Record]:
    for row in rows_of(raw["press"]):
        told = row.get("told_day")
        yield Record(
            row["press_id"],
            "press",
            row.get("day"),
            told=told,
            sides=_sides(row.get("sources")),
            grade=row["confidence"],
            voice=row["outlet"],
            span=_span(told, tuple(zones.values())) if told else None,
            is_named=bool(row["is_named"]),
            source_id=row.get("source_id", ""),
            who=row["outlet"],
            says=row["says"],
        )


def _rounds(raw: RawTables, zones: Mapping[str, str]) -> Iterator[Record]:
    for row in rows_of(raw["rounds"]):
        begun = row["start_date"]
        yield Record(
            row["round_id"],
            "round",
            begun,
            told=begun,
            sides=_sides(row.get("accounts")),
            grade=row["confidence"],
            span=_span(begun, tuple(zones.values())),
            end=row.get("end_date"),
            source_id=row.get("source_id", ""),
            says=row.get("outcome", ""),
        )


def _data(raw: RawTables) -> Iterator[Record]:
    for row in rows_of(raw["coverage"]):
        yield Record(
            row["coverage_id"],
            "data",
            grade=row["confidence"],
            voice=row.get("source_id", ""),
            source_id=row.get("source_id", ""),
            says=row["tranche"],
            numbers=_numbers(row, "estimate_usd_bn"),
        )


def _figures(figures: pd.DataFrame) -> Iterator[Record]:
    for row in rows_of(figures):
        # as long as estimates of trade are in their table
        numbers = {"estimate_usd_bn": round(row["value"], 3)} if row["unit"] == "usd_bn" else {}
        if "held_against" in row:
            numbers |= {"measured": row["value"], "held_against": row["held_against"]}
        yield Record(
            row["measured_id"],
            "data",
            row["known_date"],
            grade=row["confidence"],
            voice=row["source_id"],
            source_id=row["source_id"],
            says=row["title"],
            numbers=numbers,
        )


def _studies(references: Mapping[str, Mapping[str, Any]]) -> Iterator[Record]:
    for source_id, item in references.items():
        parts = item.get("issued", {}).get("date-parts", [[]])[0]
        if item.get("custom", {}).get("kind") == "scholarly" and parts:
            # a month or year alone counts from the last day it allows
            year, month, day_of_month = (*parts, None, None)[:3]
            last = pd.Timestamp(year, month or 12, day_of_month or 1)
            issued = (last if day_of_month else last + pd.offsets.MonthEnd(0)).date()
            yield Record(
                source_id, "data", issued, told=issued, source_id=source_id, says=item["title"]
            )


def _numbers(row: Mapping[str, Any], *names: str) -> dict[str, float]:
    return {name: float(row[name]) for name in names if name in row}
