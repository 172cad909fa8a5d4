"""What several tests read: the raw tables as shipped, and the report built from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from projects import STEPS, build, copy_project, steps_run
from tradetalks.raw.read import RawTables, read_raw

RAW = Path(__file__).parents[1] / "data" / "raw"


@pytest.fixture(scope="session")
def raw() -> RawTables:
    """The raw tables as shipped; a table is read when a test asks for it."""
    return read_raw(RAW)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The project as shipped in a folder of its own, built there once; tests work on copies.

    Processes that test side by side share it: the first to come builds, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, made = shared / "built" / "project", shared / "built" / "made"
    with FileLock(shared / "built.lock"):
        if not made.exists():
            copy_project(folder)
            done = build(folder)
            assert done.returncode == 0, done.stdout + done.stderr
            assert steps_run(done) == sorted(STEPS)
            made.touch()
    return folder
