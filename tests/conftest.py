"""What several tests read: the raw tables as shipped, and the report built from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import STEPS, build, copy_project, steps_run
from tradetalks.raw.read import RawTables, read_raw

RAW = Path(__file__).parents[1] / "data" / "raw"


@pytest.fixture(scope="session")
def raw() -> RawTables:
    """The raw tables as shipped; a table is read when a test asks for it."""
    return read_raw(RAW)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as shipped in a folder of its own, built there once; tests work on copies."""
    folder = tmp_path_factory.mktemp("built") / "project"
    copy_project(folder)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)
    return folder
