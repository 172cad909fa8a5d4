"""What builds leave: one build of a run at a time, and all of it removed. Needs no environment."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from whowalkedaway import BUILDS, ROOT

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache")


@contextmanager
def only_builder(run: str) -> Iterator[None]:
    """Hold the run's lock; a second build of the same run waits for the first."""
    build = BUILDS / run
    build.mkdir(parents=True, exist_ok=True)
    with (build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"a build of {run} is at work; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clean() -> int:
    """Remove what builds made, once none is at work; what .gitignore excepts is committed."""
    with ExitStack() as held:
        for lock in sorted(BUILDS.rglob("lock")):
            held.enter_context(only_builder(str(lock.parent.relative_to(BUILDS))))
        ignored = ["git", "clean", "-fdXq", "--", "build", "data/processed", "reports", *CACHES]
        return subprocess.run(ignored, cwd=ROOT, check=False).returncode
