"""What is shown of steps at work: a line for each that ends, and on a terminal one that moves."""

import os
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Self, TypeVar

from tqdm.std import tqdm

T = TypeVar("T")
GREEN, RED = 32, 31
_LINE = "{desc} {bar:12} {n_fmt} of {total_fmt} steps{postfix}"


def is_terminal() -> bool:
    """Tell whether what is printed is seen where a line can move, with every letter."""
    return sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")


def mark(sign: str, colour: int) -> str:
    """A sign and a blank on a terminal, in colour unless NO_COLOR is set; nothing elsewhere."""
    if not is_terminal():
        return ""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return f"{sign} "
    return f"\x1b[{colour}m{sign}\x1b[0m "


class Progress:
    """Steps at work: `with` it, a line says which run, how many ended, and how long it may take.

    `seconds` are what steps took when they last ran, of those that may have to run.
    """

    def __init__(self, steps: Collection[str], seconds: Mapping[str, float]) -> None:
        self._left = dict(seconds)
        self._since: dict[str, float] = {}
        self._lock = threading.RLock()
        self._line = tqdm(
            total=len(steps),
            bar_format=_LINE,
            file=sys.stdout,
            disable=not is_terminal(),
            leave=False,
            dynamic_ncols=True,
        )

    def __enter__(self) -> Self:
        """Let the line move."""
        threading.Thread(target=self._tick, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        with self._lock:
            self._line.close()

    @contextmanager
    def running(self, step: str) -> Iterator[None]:
        """Count a step among those that run, and then among those that ended."""
        with self._lock:
            self._since[step] = time.monotonic()
            self._show()
        yield
        with self._lock:
            del self._since[step]
            self._left.pop(step, None)
            self._line.update()
            self._show()

    def say(self, line: str) -> None:
        """Print a line, above the one that moves."""
        with self._lock:
            self._line.write(line, file=sys.stdout)
            sys.stdout.flush()

    def _tick(self) -> None:
        while not self._line.disable:
            time.sleep(1)
            with self._lock:
                self._show()

    def _show(self) -> None:
        now = time.monotonic()
        left = [
            max(seconds - (now - self._since.get(step, now)), 0)
            for step, seconds in self._left.items()
        ]
        # no more at once than there are processors, and no less than the longest
        about = max([sum(left) / (os.cpu_count() or 1), *left], default=0)
        self._line.set_postfix_str(f"about {about:.0f} s left" if about >= 1 else "", refresh=False)
        self._line.set_description_str("  " + ", ".join(self._since))


def counted(items: Iterator[T], total: int) -> Iterator[T]:
    """The same items; on a terminal, a line says how many came and how long the rest may take."""
    bar = "  {n_fmt} of {total_fmt} points {bar:12} about {remaining} left"
    yield from tqdm(
        items, total=total, bar_format=bar, file=sys.stdout, leave=False, disable=not is_terminal()
    )
