"""What builds leave: one build of a run at a time, and all of it removed. Needs no environment."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from whowalkedaway import BUILDS, ROOT

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache")


@contextmanager
def only_builder(run: str) -> Iterator[int]:
    """Hold the run's lock; a second build of the same run waits for the first.

    Yields the lock's number, to be handed down to whoever goes on writing if this process dies.
    """
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
    """Remove what builds made, once none is at work; what .gitignore excepts is committed."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    kept = {ROOT / line[1:] for line in lines if line.startswith("!")}
    runs = [path for place in ("data/processed", "reports") for path in (ROOT / place).iterdir()]
    with ExitStack() as held:
        for lock in sorted(BUILDS.rglob("lock")):
            held.enter_context(only_builder(str(lock.parent.relative_to(BUILDS))))
        for folder in (BUILDS, *runs, *(ROOT / name for name in CACHES)):
            if folder.is_dir():
                _remove(folder, kept)
    return 0


def _remove(path: Path, kept: Collection[Path]) -> None:
    if path.is_dir() and not path.is_symlink():
        for inner in path.iterdir():
            _remove(inner, kept)
        if not any(path.iterdir()):
            path.rmdir()
    elif path not in kept:
        path.unlink()
