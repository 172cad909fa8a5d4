"""What every step would read for itself, read once: imported where steps are forked from."""

import gc
import os
from contextlib import suppress
from pathlib import Path

from tradetalks.claims.record import gather_evidence
from tradetalks.tables import read_raw
from whowalkedaway.steps import RAW

# of tables that break a rule the step `valid` tells, and no other step is forked then
with suppress(Exception):
    _raw = read_raw(Path(os.environ[RAW]))
    _raw.read_all()
    gather_evidence(_raw)
# nobody looks through all this again for what nothing needs
gc.freeze()
