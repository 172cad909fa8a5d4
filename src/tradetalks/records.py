"""Everything that is measured, in one place: what is known of a run in, typed results out.

A record holds cleaned tables and parameters. Each of its parts is a plain function that names
those which it reads, or other parts, and its result is kept by what it was given: a loop over
parameters measures a part again only when something that it reads has changed. Tables and results
equal nothing but themselves, are shared by all who ask, and nobody writes into them.

The notebooks show these results and explain them; the register of assumptions, sweeps and tests
ask for the same.
"""

from inspect import signature
from typing import NamedTuple

from tradetalks.border.record import BorderRecord
from tradetalks.claims.record import VerdictRecord
from tradetalks.parameters import NAMES, Parameters
from tradetalks.parts import PartedRecord
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.cleaned import clean_tariffs
from tradetalks.tariffs.record import TariffRecord
from tradetalks.words.cleaned import clean_ledger
from tradetalks.words.ledger import CODERS
from tradetalks.words.record import StatementRecord

# the parts by which the register of assumptions follows what another parameter would change
HEADLINES = ("rates", "threat", "streams", "judged")


class Records(NamedTuple):
    """All that a run measures and judges."""

    tariffs: TariffRecord
    border: BorderRecord
    statements: StatementRecord
    verdicts: VerdictRecord


def records(raw: RawTables, given: Parameters) -> Records:
    """The records of a run with these parameters; a part is measured when it is asked for."""
    clean = clean_tariffs(raw, given.as_of, given.min_confidence)
    said = clean_ledger(
        *(raw, given.as_of, given.window_start, given.breakdown_date),
        *(given.min_confidence, given.include_editorials),
        given.coder if given.coder in CODERS else CODERS[0],  # nobody read acts masked
    )
    run, tables = (raw, given.model_dump()), clean.tables
    return Records(
        TariffRecord(*run, tables, clean.moves),
        BorderRecord(*run, tables),
        StatementRecord(*run, said, clean.moves),
        VerdictRecord(*run, tables),
    )


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
