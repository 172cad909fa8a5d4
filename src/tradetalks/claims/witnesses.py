"""What may serve as evidence: every record of the raw tables in one shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from tradetalks.admitted import CONFIDENCE_LEVELS

if TYPE_CHECKING:
    import pandas as pd

GRADES = CONFIDENCE_LEVELS
WitnessKind = Literal["statement", "deed", "joint", "press", "round", "data"]


@dataclass(frozen=True, eq=False)
class Witness:
    """One row of the raw tables in its part as evidence.

    It became public on `day` and tells of `told`; data of a year have neither, data of months no
    `told`. `sides` are those whose word it is, or that of its sources. `voice` is its document or
    speaker, `utterance` one name for all rows that are one, `span` the moments in UTC between which
    what it tells lies. By `replaced` a later notice took its place; `is_modelled` is a study that
    calculates and does not observe; `acts` are codes by coder.
    """

    record_id: str
    kind: WitnessKind
    day: date | None = None
    sides: frozenset[str] = frozenset()
    grade: str = "high"
    voice: str = ""
    utterance: str = ""
    form: str = ""
    told: date | None = None
    span: tuple[datetime, datetime] | None = None
    end: date | None = None
    effective: date | None = None
    replaced: date | None = None
    is_editorial: bool = False
    is_verified: bool = True
    is_named: bool = True
    is_modelled: bool = False
    source_id: str = ""
    who: str = ""
    says: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    frames: frozenset[str] = frozenset()
    made_from: frozenset[str] = frozenset()  # its row, and what else was read for it

    def __post_init__(self) -> None:
        # what stands alone is an utterance, and a voice, of its own
        object.__setattr__(self, "utterance", self.utterance or self.record_id)
        object.__setattr__(self, "voice", self.voice or self.who or self.utterance)


def rows_of(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a raw table without their empty cells, and with days as days."""
    import pandas as pd  # here alone, for those who check tables and have no frame

    for row in frame.to_dict("records"):
        yield {
            str(name): value.date()
            if isinstance(value, pd.Timestamp) and value.tzinfo is None
            else value
            for name, value in row.items()
            if pd.notna(value) and value != ""
        }


def fields_of(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """What a row says, by the fields for which columns are named; nothing where a cell is empty."""
    return {name: row[column] for name, column in columns.items() if column in row}


def ids(records: Iterable[Witness]) -> str:
    """The ids of records, each once, in order, parted by semicolons."""
    return "; ".join(sorted({record.record_id for record in records}))
