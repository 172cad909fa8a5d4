"""What builds leave: one build of a run at a time, and all of it removed. Needs no environment."""

import fcntl
import os
import select
import shutil
import signal
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from notepress.outputs import remove_partial
from notepress.stamps import read_list
from whowalkedaway import BUILDS, ROOT

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache")
# where a step's results lie, by the first part of their names there
PLACES = {"cleaned": "data/processed", "report": "reports"}
# what is made beside them: by builds, by other commands, and by notebooks that are run by hand
MADE = (
    *("build/**/lock", "build/*/run.json", "build/*/parameters/*.yml", "build/*/stage/**/*"),
    *("build/*/reads/*", "build/*/done/*", "build/*/made/*"),
    *("build/conda/ready*", "build/border/border_*.csv", "build/own-texts.csv"),
    *("build/own-texts/*.txt", "reports/*/notebooks/*.failed.*", "reports/bench/table.csv"),
    *("reports/compare/*--*.html", "reports/sweeps/*/index.html", "reports/sweeps/*/table.csv"),
    *("reports/sweeps/*/figures/*.svg", "data/processed/by-hand/*.parquet"),
    *("reports/by-hand/*.csv", "reports/by-hand/*.json", "reports/by-hand/*/*.csv"),
    *("reports/by-hand/*/*.json", "reports/by-hand/figures/*.svg", "build/site/**/*"),
)


@contextmanager
def only_builder(run: str) -> Iterator[int]:
    """Hold the run's lock, for which other builds wait; whoever inherits the file holds it too."""
    path = BUILDS / run / "lock"
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(f"a build of {run} is at work; waiting for it", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
            # `make clean` removes what it has held: a lock on what is gone keeps nobody out
            if os.fstat(lock.fileno()).st_nlink:
                yield lock.fileno()
                return


def end_with(process: int) -> None:
    """End this process as soon as another one does.

    A signal to make alone, which a supervisor may send, reaches nothing that make has started.
    """

    def watch() -> None:
        with suppress(ProcessLookupError):
            if hasattr(os, "pidfd_open"):
                select.select([os.pidfd_open(process)], [], [])
            else:
                while True:
                    os.kill(process, 0)
                    time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def clean() -> int:
    """Remove what the project made, once no build is at work, but what .gitignore excepts."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    kept = {ROOT / line[1:] for line in lines if line.startswith("!")}
    places = [BUILDS, *(path for one in PLACES.values() for path in (ROOT / one).iterdir())]
    with ExitStack() as held:
        for lock in sorted(BUILDS.rglob("lock")):
            held.enter_context(only_builder(str(lock.parent.relative_to(BUILDS))))
        for path in {*_made()} - kept:
            path.unlink(missing_ok=True)
        for cache in CACHES:
            shutil.rmtree(ROOT / cache, ignore_errors=True)
        folders = [place for place in places if place.is_dir() and not place.is_symlink()]
        left = [path for folder in folders for path in _left(folder, kept)]
    for path in sorted(left):
        print(f"left, as nothing here made it: {path.relative_to(ROOT)}")
    return 0


def _made() -> Iterator[Path]:
    """The files that commands of the project made, as far as they are known by their names."""
    for stamp in BUILDS.glob("*/made/*"):
        for name in read_list(stamp):
            place, _, rest = name.partition("/")
            if place in PLACES:
                yield ROOT / PLACES[place] / stamp.parents[1].name / rest
    for folder in (BUILDS, *(ROOT / one for one in PLACES.values())):
        remove_partial(folder)
    for pattern in MADE:
        yield from (path for path in ROOT.glob(pattern) if not path.is_dir())


def _left(folder: Path, kept: Collection[Path]) -> list[Path]:
    """Remove the folders that are empty, and return the files that are not `kept`."""
    left = []
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            left += _left(path, kept)
        elif path not in kept:
            left.append(path)
    if not any(folder.iterdir()):
        folder.rmdir()
    return left
