"""Gather the records: every row of the raw tables that may serve as evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from tradetalks.admitted import trusted
from tradetalks.claims.witnesses import Witness, WitnessKind, fields_of, rows_of
from tradetalks.noted import note, noted, noting
from tradetalks.words.ledger import CODERS, read_ledger, take_codes

if TYPE_CHECKING:
    from tradetalks.raw.read import RawTables

_RATES = ("rate_before_pct", "rate_after_pct")
_NUMBERS = (*_RATES, "value_claimed_usd_bn", "estimate_usd_bn")
# the columns of every table in which fields of a record stand, and those of each
_ALL = {"grade": "confidence", "utterance": "utterance", "source_id": "source_id"}
_STATEMENT = (
    _ALL
    | {"record_id": "statement_id", "day": "statement_date", "told": "statement_date"}
    | {"sides": "side", "form": "channel", "who": "speaker", "says": "paraphrase"}
    | {"is_editorial": "is_editorial", "is_verified": "is_verified"}
)
_DEED = (
    _ALL
    | {"record_id": "action_id", "day": "announced_date", "told": "announced_date"}
    | {"sides": "side", "effective": "effective_date", "who": "legal_citation"}
)
_ACCOUNT = (
    _ALL
    | {"record_id": "press_id", "day": "day", "told": "told_day", "sides": "sources"}
    | {"who": "outlet", "says": "says", "is_named": "is_named"}
)
_ROUND = (
    _ALL
    | {"record_id": "round_id", "day": "start_date", "told": "start_date", "end": "end_date"}
    | {"sides": "accounts", "says": "outcome"}
)
_ESTIMATE = _ALL | {"record_id": "coverage_id", "voice": "source_id", "says": "tranche"}
_FIGURE = _ALL | {"record_id": "measured_id", "day": "known_date"}
_FIGURE |= {"voice": "source_id", "says": "title"}
_STUDY = {"record_id": "source_id", "grade": "confidence", "source_id": "source_id"}


def gather_records(raw: RawTables, figures: pd.DataFrame) -> dict[str, Witness]:
    """Every row of the raw tables that may serve as evidence, by its id.

    So do `figures` as of `measure_named`; `Settings.admits` decides what an answer may use. Unseen
    words count as low confidence. A notice has the day of its side's capital, a round or an account
    of the press that of all capitals together.
    """
    measured = noted()  # what the figures were measured from, where they are measured here
    zones = dict(zip(raw["sides"]["side"], raw["sides"]["zone"], strict=True))

    def accounts(table: str, kind: WitnessKind, columns: Mapping[str, str]) -> Iterator[Witness]:
        yield from (_record(row, kind, columns, zones.values()) for row in rows_of(raw[table]))

    def estimates() -> Iterator[Witness]:
        yield from (_record(row, "data", _ESTIMATE) for row in rows_of(raw["coverage"]))

    held = (_record(one, "data", _FIGURE, numbers=_measured(one)) for one in rows_of(figures))
    found = (
        *_with_rows("statements", _statements(raw)),
        *_with_rows("actions", _deeds(raw, zones), {"sides"}),
        *_with_rows("press", accounts("press", "press", _ACCOUNT), {"sides"}),
        *_with_rows("rounds", accounts("rounds", "round", _ROUND), {"sides"}),
        *_with_rows("coverage", estimates()),
        *_with_rows("border_measured", held, measured),
        *_with_rows("studies", _studies(raw)),
    )
    replaced = _replaced(raw["actions"])
    records = {one.record_id: one for one in found}
    for name, one in records.items():
        if day := replaced.get(one.utterance):
            records[name] = replace(one, replaced=day, made_from=one.made_from | {"actions"})
    return records


def _with_rows(
    table: str, made: Iterator[Witness], before: Collection[str] = ()
) -> Iterator[Witness]:
    """Records of a table, each with its own row of it and with what else is read to make them."""
    with noting(before) as read:
        records = [*made]
    note(read)
    for one in records:
        yield replace(one, made_from=frozenset(read - {table} | {f"{table} {one.record_id}"}))


def _replaced(actions: pd.DataFrame) -> dict[str, date]:
    """By utterance, the day on which a later notice took the place of one that is part of it."""
    days = dict(zip(actions["action_id"], actions["announced_date"], strict=True))
    rows = actions.dropna(subset=["replaced_by"])
    names = rows["utterance"].fillna(rows["action_id"])
    later = rows["replaced_by"].map(days)
    return {name: day.date() for name, day in zip(names, later, strict=True)}


def _record(
    row: Mapping[str, Any],
    kind: WitnessKind,
    columns: Mapping[str, str],
    zones: Collection[str] = (),
    **given: Any,
) -> Witness:
    """A row as a record: its fields stand in the columns named for them, or are given."""
    own = fields_of(row, columns)
    own["sides"] = _parts(own.get("sides"))
    own["span"] = _span(own["told"], zones) if "told" in own and zones else None
    own["numbers"] = {name: float(row[name]) for name in _NUMBERS if name in row}
    return Witness(kind=kind, **own | given)


def _parts(cell: str | None) -> frozenset[str]:
    return frozenset(cell.split(";")) if cell else frozenset()


def _span(day: date, zones: Collection[str]) -> tuple[datetime, datetime]:
    """The first and last moment at which it is this day in one of the zones."""
    starts, ends = (
        [datetime.combine(one, time.min, ZoneInfo(zone)) for zone in zones]
        for one in (day, day + timedelta(days=1))
    )
    return min(starts), max(ends)


def _statements(raw: RawTables) -> Iterator[Witness]:
    said = read_ledger(raw)
    acts = {coder: take_codes(said, said, raw["recoding"], coder)["act"] for coder in CODERS}
    for number, row in enumerate(rows_of(said)):
        yield _record(
            row,
            "joint" if row["joint"] else "statement",
            _STATEMENT,
            grade=trusted(row["confidence"], row["is_verified"]),
            # whatever both sides say together is one voice: two clauses of a joint text, or two of
            # its releases, are not two who say the same
            voice="both sides" if row["joint"] else "",
            span=(row["said_from_utc"], row["said_until_utc"]),
            acts={coder: codes.iloc[number] for coder, codes in acts.items()},
            frames=_parts(row.get("frames")),
        )


def _deeds(raw: RawTables, zones: Mapping[str, str]) -> Iterator[Witness]:
    events = raw["event_actions"].merge(raw["events"], on="event_id").sort_values("event_id")
    labels = events.groupby("action_id")["label"].agg("; ".join).to_dict()
    for row in rows_of(raw["actions"]):
        about = labels.get(row["action_id"]) or f"{row['instrument']}, {row['tranche']}"
        says = f"{about}: {row['kind']}{_moved(row)}"
        yield _record(row, "deed", _DEED, [zones[row["side"]]], says=says)


def _moved(row: Mapping[str, Any]) -> str:
    """How far a notice moves the rate, in words."""
    rates = dict.fromkeys(f"{float(row[name]):g}" for name in _RATES if name in row)
    moved = [f"rate {' to '.join(rates)} percent"] if rates else []
    moved += [row["rate_bands"]] if "rate_bands" in row else []
    return f" ({'; '.join(moved)})" if moved else ""


def _measured(row: Mapping[str, Any]) -> dict[str, float]:
    """What a figure says: as long as estimates of trade are in their table, or against another."""
    numbers = {"estimate_usd_bn": round(row["value"], 3)} if row["unit"] == "usd_bn" else {}
    if "held_against" in row:
        numbers |= {"measured": row["value"], "held_against": row["held_against"]}
    return numbers


def _studies(raw: RawTables) -> Iterator[Witness]:
    for row in rows_of(raw["studies"]):
        item = raw.references[row["source_id"]]
        (parts,) = item["issued"]["date-parts"]
        # a month or year alone counts from the last day it allows
        frequency = {1: "Y", 2: "M", 3: "D"}[len(parts)]
        issued = pd.Period("-".join(map(str, parts)), frequency).end_time.date()
        given = {"day": issued, "told": issued, "says": item["title"]}
        yield _record(row, "data", _STUDY, is_modelled=row["method"] == "modelled", **given)
