"""What several tests read: the raw tables as shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradetalks.raw.read import RawTables, read_raw

RAW = Path(__file__).parents[1] / "data" / "raw"


@pytest.fixture(scope="session")
def raw() -> RawTables:
    """The raw tables as shipped; a table is read when a test asks for it."""
    return read_raw(RAW)
