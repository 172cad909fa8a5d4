"""Everything that is measured, in one place: what is known of a run in, typed results out.

The notebooks show these results and explain them; the register of assumptions, sweeps and tests
ask for the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import signature

from tradetalks.border.record import BorderRecord
from tradetalks.claims.record import VerdictRecord
from tradetalks.parameters import NAMES, Parameters
from tradetalks.parts import PartedRecord
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.cleaning import CleanTariffs, clean_tariffs
from tradetalks.tariffs.record import TariffRecord
from tradetalks.words.ledger import CODERS, clean_ledger
from tradetalks.words.record import StatementRecord

# the parts whose numbers the register of assumptions follows, and those that a sweep asks for
FOLLOWED = ("rates", "threat", "streams")
HEADLINES = (*FOLLOWED, "judged")
RECORDS = ("tariffs", "border", "statements", "verdicts")


@dataclass(frozen=True, eq=False)
class Records:
    """All that a run measures and judges with its parameters, each when it is asked for."""

    raw: RawTables
    chosen: Parameters

    def __iter__(self) -> Iterator[PartedRecord]:
        """Each record, in the order of the notebooks."""
        return (getattr(self, name) for name in RECORDS)

    @cached_property
    def tariffs(self) -> TariffRecord:
        return TariffRecord(
            self.raw, self.chosen.model_dump(), self._clean.tables, self._clean.moves
        )

    @cached_property
    def border(self) -> BorderRecord:
        return BorderRecord(self.raw, self.chosen.model_dump(), self._clean.tables)

    @cached_property
    def statements(self) -> StatementRecord:
        chosen = self.chosen
        said = clean_ledger(
            *(self.raw, chosen.as_of, chosen.window_start, chosen.breakdown_date),
            *(chosen.min_confidence, chosen.include_editorials),
            chosen.coder if chosen.coder in CODERS else CODERS[0],  # nobody read acts masked
        )
        return StatementRecord(self.raw, self.chosen.model_dump(), said, self._clean.moves)

    @cached_property
    def verdicts(self) -> VerdictRecord:
        return VerdictRecord(self.raw, self.chosen.model_dump(), self._clean.tables)

    @cached_property
    def _clean(self) -> CleanTariffs:
        return clean_tariffs(self.raw, self.chosen.as_of, self.chosen.min_confidence)


# what makes the tables that records hold
_CLEANED = {"tables": clean_tariffs, "moves": clean_tariffs, "said": clean_ledger}


def parameters_read(kind: type[PartedRecord], part: str) -> set[str]:
    """The parameters that a part of a record may depend on, by the names that functions give.

    Those of the parts that it reads count, and those by which its tables were cleaned.
    """
    found: set[str] = set()
    for name in vars(kind)[part].names:
        if name in kind.parts():
            found |= parameters_read(kind, name)
        else:
            found |= {*signature(_CLEANED[name]).parameters} if name in _CLEANED else {name}
    return found & {*NAMES}
