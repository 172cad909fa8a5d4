"""A run that nothing has touched since it was found done: told before anything is imported.

As in git's index, the times, size and number of a file stand for what it holds.
"""

import json
import os
import stat
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

from whowalkedaway import BUILDS, DEFAULT_RUN

STILL = "still.json"
# what was touched so many nanoseconds ago may be touched again and have the same time
MOMENT = 50_000_000


def look(places: Sequence[str]) -> str:
    """One hash of all files and folders in some places; empty where one was touched just now."""
    start, waiting, found = time.time_ns(), [*places], []
    for place in waiting:  # it grows by what is in a folder
        try:
            at = os.stat(place)  # noqa: PTH116  (a thousand files, and no time for paths)
        except FileNotFoundError:
            found.append(f"{place} is not there")
            continue
        if max(at.st_mtime_ns, at.st_ctime_ns) > start - MOMENT:
            return ""
        found.append(f"{place} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_size} {at.st_ino}")
        if stat.S_ISDIR(at.st_mode):
            waiting += sorted(one.path for one in os.scandir(place) if one.name != "__pycache__")
    return sha256("\n".join(found).encode("utf-8", "surrogateescape")).hexdigest()


def keep(run: str, call: Sequence[str], places: Sequence[str], seen: str, said: str) -> None:
    """Note what is said of a run that was found done, while it is called so and looks so."""
    told = {"call": call, "places": places, "seen": seen, "said": said}
    (BUILDS / run / STILL).write_text(json.dumps(told), encoding="utf-8")


def tell(typed: Mapping[str, str]) -> bool:
    """Say of a run what was said when it was called so, if all that it is made of looks as then."""
    start, run = time.monotonic(), typed.get("AS", typed.get("RUN", DEFAULT_RUN))
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((BUILDS / run / STILL).read_text(encoding="utf-8"))
        if told["call"] == call() and told["seen"] == look(told["places"]):
            print(f"{run} in {time.monotonic() - start:.1f} s: {told['said']}")
            return True
    return False


def call() -> list[str]:
    """What was typed, and the names in the environment, where one that is a parameter is told."""
    return [os.environ.get("MAKEFLAGS", ""), *sorted(os.environ)]
