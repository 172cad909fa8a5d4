"""What several tests read: the raw tables as shipped, and the report built from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from projects import RUN, STEPS, build, copy_of_the_project, copy_project, make, steps_run
from tradetalks.raw.read import RawTables
from tradetalks.tables import read_raw
from watches import FILES, NETWORK

RAW = Path(__file__).parents[1] / "data" / "raw"


@pytest.fixture(scope="session")
def raw() -> RawTables:
    """The raw tables as shipped; a table is read when a test asks for it."""
    return read_raw(RAW)


def shared_by_all(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of tests, whichever process asks."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The project as shipped in a folder of its own, built there once; tests work on copies.

    Built by `make report -j2` itself. Processes that test side by side share it: the first to come
    builds, the others wait.
    """
    shared = shared_by_all(tmp_path_factory, worker_id)
    folder, made = shared / "built" / "project", shared / "built" / "made"
    with FileLock(shared / "built.lock"):
        if not made.exists():
            copy_project(folder)
            # what is built here is known as built, not as what was published
            (folder / "reports" / "editions.csv").unlink()
            done = make(folder, "-j2")
            assert done.returncode == 0, done.stdout + done.stderr
            assert steps_run(done) == sorted(STEPS)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def reports(built: Path) -> Path:
    """The folder of the report that was built: what is committed is the last edition's."""
    return built / "reports" / RUN


# far from where and as whom it is usually built
ELSEWHERE = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Etc/GMT+12"}


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, Path]:
    """The project built under watch, in another place, in another way, and what was noted.

    Each step is a process of its own (FAST=0). The file has a line for each file that a step
    opened; beside it is a file `asked` if anything asked for the network, which is refused.
    """
    shared = shared_by_all(tmp_path_factory, worker_id) / "watched"
    folder, noted = shared / "ein anderer Ort, 另一处 Şı", shared / "noted"
    made, watch = shared / "made", shared / "watch"
    with FileLock(shared.with_suffix(".lock")):
        if not made.exists():
            copy_of_the_project(folder)
            watch.mkdir()
            (watch / "sitecustomize.py").write_text(f"{FILES}\n{NETWORK}", encoding="utf-8")
            env = {
                **ELSEWHERE,
                "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{watch}",
                **{"PROJECT": str(folder), "NOTED": str(noted), "ATTEMPTS": str(shared / "asked")},
            }
            done = build(folder, "FAST=0", env=env)
            assert done.returncode == 0, done.stdout + done.stderr
            assert steps_run(done) == sorted(STEPS)
            made.touch()
    return folder, noted
