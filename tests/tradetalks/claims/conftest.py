"""The folders of raw tables that every test of the claims may ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from folders import RAW, Folder, read_folder, references_of

from tradetalks.border.record import measure_evidence
from tradetalks.tables import read_raw


@pytest.fixture(scope="session")
def geneva() -> Folder:
    """A second dispute: the same two sides six years later, with other charges."""
    folder = read_folder(RAW / "geneva-2025", date(2025, 12, 31))
    folder.references = references_of(RAW / "geneva-2025")
    return folder


@pytest.fixture(scope="session")
def shipped() -> Folder:
    """The tables of this report, on the day of its default run."""
    folder = read_folder(RAW, date(2019, 6, 4))
    folder.references = references_of(RAW)
    folder.figures = measure_evidence(read_raw(RAW))
    return folder


@pytest.fixture(scope="session")
def hindsight(shipped: Folder) -> Folder:
    """The same, as known when the first phase was signed and in force."""
    return replace(shipped, as_of=date(2020, 2, 14))


@pytest.fixture(scope="session", params=["geneva", "shipped", "hindsight"])
def folder(request: pytest.FixtureRequest) -> Folder:
    """Each folder of claims in turn."""
    given: Folder = request.getfixturevalue(request.param)
    return given


@pytest.fixture(scope="session", params=["geneva", "shipped"])
def printed(request: pytest.FixtureRequest) -> Folder:
    """Each folder as it is printed."""
    given: Folder = request.getfixturevalue(request.param)
    return given
