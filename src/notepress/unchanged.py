"""Tell in a few milliseconds that nothing changed since the last successful build.

A snapshot lists what a build read and made: size, times and inode of each file, the names in each
folder. While all of it holds, a build would do nothing, and need not find that out anew. Any doubt
counts as a change: the build then looks at contents.

Run as a file, `python -I -S unchanged.py FOLDER` looks for a snapshot of the call that MAKEFLAGS
tells of, prints its last line and ends with 0; it ends with 1 where a build has to look. So this
module imports next to nothing, and nothing of the project.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Iterable, Sequence

# A clock of files ticks every few milliseconds, or every two seconds where times have no fraction.
TICK, _COARSE_TICK, _SECOND = 20_000_000, 2_000_000_000, 1_000_000_000
# options of make with which a build that has nothing to do does nothing
_HARMLESS_LETTERS = frozenset("ksw")
_HARMLESS_WORDS = ("-j", "--jobserver", "--no-print-directory")
_FIELD, _END = "\t", "end"


def sign(path: str, now: int | None = None) -> str:
    """Return a line that changes when a file, or the list of names in a folder, does.

    Empty where in doubt: of a path that is not there, and of one that changed so short a time
    before `now`, in nanoseconds, that a further change might bear the same time.
    """
    try:
        state = os.stat(path)  # noqa: PTH116  (importing pathlib would take longer than all this)
        if state.st_mode & 0o170000 == 0o040000:
            names = sorted(os.listdir(path))  # noqa: PTH208
            fields = [path, "/".join(name for name in names if name != "__pycache__")]
        else:
            times = (state.st_mtime_ns, state.st_ctime_ns)
            if now is not None and any(
                then > now - (TICK if then % _SECOND else _COARSE_TICK) for then in times
            ):
                return ""
            fields = [path, *map(str, (state.st_size, *times, state.st_ino, state.st_dev))]
    except OSError:
        return ""
    line = _FIELD.join(fields)
    return "" if "\n" in line or line.count(_FIELD) != len(fields) - 1 else line


def signed(paths: Iterable[str]) -> list[str]:
    """Return the sign of each path as things stand now."""
    now = time.time_ns()
    return [sign(path, now) for path in paths]


def call_of(makeflags: str) -> str | None:
    """Return what was typed on make's command line; None where its options ask for something."""
    options, _, typed = f" {makeflags}".partition(" -- ")
    for word in options.split():
        if not word.startswith(_HARMLESS_WORDS) and not _HARMLESS_LETTERS.issuperset(word):
            return None
    return typed


def place_of(folder: str, call: str) -> str:
    """Return the path of the snapshot of a call."""
    return f"{folder}/{zlib.crc32(os.fsencode(call)):08x}"


def snapshot(call: str, line: str, signs: Sequence[str]) -> str:
    """Return a snapshot's text: interpreter, call, line to print, and signs.

    Empty where one of them is in doubt; an empty snapshot never holds.
    """
    text = "\n".join([_interpreter(), call, line, *signs, _END])
    return text if all(signs) and text.count("\n") == len(signs) + 3 else ""


def holds(text: str, call: str) -> str:
    """Return the line to print if all is as the snapshot says, else nothing."""
    if text.count("\n") < 4:
        return ""
    interpreter, then, line, *signs, end = text.split("\n")
    same = interpreter == _interpreter() and then == call and end == _END
    return line if same and all(sign(s.partition(_FIELD)[0]) == s for s in signs) else ""


def main(folder: str) -> int:
    """Print the last line of a build that would do nothing and return 0, or return 1."""
    start = time.monotonic()
    call = call_of(os.environ.get("MAKEFLAGS", ""))
    if call is None:
        return 1
    try:
        with open(place_of(folder, call), "rb") as file:  # noqa: PTH123
            line = holds(os.fsdecode(file.read()), call)
    except OSError:
        return 1
    if line:
        print(f"{time.monotonic() - start:5.1f} s  {line}")
    return 0 if line else 1


def _interpreter() -> str:
    return " ".join([sys.executable, *sys.version.split()])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
