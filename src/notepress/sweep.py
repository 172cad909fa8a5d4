"""Many runs: points of a grid, sent through Dask, kept one by one, and laid side by side.

A *point* is one set of parameters. Its result is a dict that JSON can hold: `values`, a list of
[id, value, unit, text], and `verdicts`, id to verdict; or `failed`, a message. What computes it is
the caller's.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import logging
import math
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from notepress import outputs
from notepress.errors import PressError
from notepress.prose import closest

if TYPE_CHECKING:
    from distributed import Client

KEYS = ("sweep", "run", "mode", "grid", "points", "headlines")
MODES = ("values", "reports")
MOST_POINTS = 10_000
_SECONDS_BETWEEN_LINES = 10.0

Result = dict[str, Any]


class Fault(NamedTuple):
    """One thing wrong with a sweep file: which part, what it says, what is allowed."""

    part: str
    value: str
    allowed: str


@dataclass(frozen=True)
class Plan:
    """What a sweep file asks for: `settings` are the points, each as what it changes of the run."""

    run: str
    mode: str
    headlines: tuple[str, ...]
    settings: tuple[dict[str, str], ...]

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that any point sets, in the order in which they first appear."""
        return tuple(dict.fromkeys(name for setting in self.settings for name in setting))


@dataclass(frozen=True)
class Point:
    """One point: its number in the table, the key of its result, and all that it sets, as text.

    Number 0 is the base run where that is no point of its own.
    """

    number: int
    key: str
    varied: Mapping[str, str]


# --- the file -----------------------------------------------------------------------------------


def read_plan(content: object, name: str, default_run: str) -> tuple[Plan, list[Fault]]:
    """What the file of the sweep `name` asks for, and everything that is wrong with its form.

    `content` is what YAML made of it, all scalars as text. `grid` maps parameters to lists and
    stands for every combination, the last parameter varying fastest; `points` lists mappings; with
    both, the points come after the grid. Whether a parameter exists is not looked at here.
    """
    if not isinstance(content, dict):
        return Plan("", "", (), ()), [Fault("file", name, "must hold one `key: value` a line")]
    faults = [
        Fault(
            key,
            _short(content[key]),
            f"no such key; did you mean {closest(str(key), KEYS, cutoff=0.0)}?",
        )
        for key in content
        if key not in KEYS
    ]
    if content.get("sweep") != name:
        faults.append(
            Fault("sweep", _short(content.get("sweep")), f"must be {name!r}, as its file")
        )
    mode = content.get("mode", MODES[0])
    if mode not in MODES:
        faults.append(Fault("mode", _short(mode), f"one of {', '.join(MODES)}"))
    run = content.get("run", default_run)
    if not isinstance(run, str):
        faults.append(Fault("run", _short(run), "the name of one run"))
    headlines = content.get("headlines", [])
    if not _is_list_of_texts(headlines):
        faults.append(Fault("headlines", _short(headlines), "a list of value ids"))
        headlines = []
    settings = _from_grid(content.get("grid"), faults) + _from_points(content.get("points"), faults)
    if not settings and not faults:
        faults.append(Fault("grid", "", "a sweep needs points: give a grid, points, or both"))
    return Plan(str(run), str(mode), tuple(dict.fromkeys(headlines)), tuple(settings)), faults


def _from_grid(grid: object, faults: list[Fault]) -> list[dict[str, str]]:
    if grid is None:
        return []
    if not isinstance(grid, dict) or not grid:
        faults.append(Fault("grid", _short(grid), "maps parameters to lists of values"))
        return []
    bad = [name for name, values in grid.items() if not values or not _is_list_of_texts(values)]
    faults += [Fault(f"grid: {name}", _short(grid[name]), "a list of values") for name in bad]
    count = math.prod(len(values) for name, values in grid.items() if name not in bad)
    if count > MOST_POINTS:
        faults.append(Fault("grid", f"{count} points", f"at most {MOST_POINTS}"))
    if bad or count > MOST_POINTS:
        return []
    return [dict(zip(grid, chosen, strict=True)) for chosen in itertools.product(*grid.values())]


def _from_points(points: object, faults: list[Fault]) -> list[dict[str, str]]:
    if points is None:
        return []
    if not isinstance(points, list) or not points or len(points) > MOST_POINTS:
        faults.append(Fault("points", _short(points), f"a list of 1 to {MOST_POINTS} mappings"))
        return []
    for number, point in enumerate(points, 1):
        texts = isinstance(point, dict) and _is_list_of_texts([*point, *point.values()])
        if not texts or not point:
            faults.append(
                Fault(f"points: {number}", _short(point), "`parameter: value`, at least one")
            )
    return [point for point in points if isinstance(point, dict)]


def _is_list_of_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


# --- the work -----------------------------------------------------------------------------------


def distribute(
    points: Sequence[tuple[Point, Mapping[str, Any]]],
    work: Callable[[Mapping[str, Any]], Result],
    store: Path,
    *,
    title: str,
    scheduler: str = "",
    check: Callable[[Point, Result], None] = lambda point, result: None,
) -> dict[int, str]:
    """Have `work` done on the task of every point, and keep each result as `store`/KEY.json.

    A result is kept as soon as it is there, so that a stopped sweep loses nothing of it. Returns
    the message of each point that failed, by its number; one failure does not stop the others. A
    point whose worker is lost is given to another. `check` sees each good result with its
    point; what it raises ends the sweep. `work` must be importable where the workers are.

    `scheduler` is the address of a Dask scheduler that is already there; without one, as many
    processes as the machine has processors are started here, and stopped in the end.
    """
    failed: dict[int, str] = {}
    if not points:
        return failed
    with _client(scheduler, len(points)) as client:
        from distributed import as_completed

        call = uuid.uuid4().hex[:8]
        futures = {
            client.submit(work, task, key=f"{title}-{point.number}-{call}", pure=False): point
            for point, task in points
        }
        progress = _Progress(title, len(futures), sys.stderr)
        for future, result in as_completed(list(futures), with_results=True, raise_errors=False):
            point = futures.pop(future)
            if future.status != "finished":
                told = result[1] if isinstance(result, tuple) else result
                failed[point.number] = f"{type(told).__name__}: {told}"
            elif "failed" in result:
                failed[point.number] = result["failed"]
            else:
                check(point, result)
                outputs.write_json(store / f"{point.key}.json", result)
            progress.step(len(failed))
    return failed


@contextmanager
def _client(scheduler: str, tasks: int) -> Iterator[Client]:
    """A client of the scheduler at this address, or of processes of our own."""
    try:
        import dask
    except ImportError:
        raise PressError(
            "a sweep of reports needs Dask, which is not installed\n"
            "What to do: make sweeps; or set mode to values, which needs nothing more"
        ) from None

    dask.config.set({"logging.distributed": "critical"})
    from distributed import Client, LocalCluster
    from distributed.security import Security

    # what it says of a lost worker is said again by the result, or does not matter
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if not scheduler:
        with (
            LocalCluster(
                n_workers=min(os.cpu_count() or 1, tasks),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                # keys of this sweep alone: nobody else on this machine can hand it work
                security=Security.temporary(),
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise PressError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=30)
        except TimeoutError:
            raise PressError(
                f"the scheduler at {scheduler} has no workers\nWhat to do: start some with: "
                f"dask worker {scheduler}"
            ) from None
        yield client


class _Progress:
    """A bar with the time that is left; where nobody watches, a line now and then."""

    def __init__(self, title: str, total: int, stream: TextIO) -> None:
        self._title, self._total, self._stream = title, total, stream
        self._done = 0
        self._start = self._told = time.monotonic()

    def step(self, failed: int) -> None:
        self._done += 1
        now = time.monotonic()
        left = (now - self._start) / self._done * (self._total - self._done)
        told = f"{self._title}: {self._done} of {self._total} points, about {left:.0f} s left"
        told += f", {failed} failed" if failed else ""
        is_last = self._done == self._total
        if self._stream.isatty():
            full = round(24 * self._done / self._total)
            bar = "#" * full + "." * (24 - full)
            print(f"\r[{bar}] {told}\x1b[K", end="\n" if is_last else "", file=self._stream)
        elif is_last or now - self._told >= _SECONDS_BETWEEN_LINES:
            print(told, file=self._stream)
            self._told = now
        self._stream.flush()


# --- the results --------------------------------------------------------------------------------


def table_text(
    points: Sequence[Point], results: Mapping[int, Result], varied: Sequence[str]
) -> str:
    """The tidy table as CSV: one row per point and value, and per point and verdict.

    Columns: `point`, the varied parameters, `kind` (value or verdict), `id`, `value` (of a verdict:
    the verdict), `unit` and `text`, the value as printed. Points without a result have no rows.
    """
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerow(["point", *varied, "kind", "id", "value", "unit", "text"])
    for point in points:
        result = results.get(point.number)
        if result is None:
            continue
        start = [point.number, *(point.varied[name] for name in varied)]
        rows.writerows([*start, "value", *value] for value in result["values"])
        rows.writerows([*start, "verdict", *pair, "", ""] for pair in result["verdicts"].items())
    return buffer.getvalue()


class Turn(NamedTuple):
    """A verdict that some points do not share with the base run.

    `where` names the choices under which alone it is found.
    """

    verdict_id: str
    base: str
    other: str
    points: tuple[int, ...]
    where: str


def turns(
    points: Sequence[Point], results: Mapping[int, Result], base: int, varied: Sequence[str]
) -> list[Turn]:
    """Every verdict other than the base run's, by id and verdict, with the points that have it."""
    found: dict[tuple[str, str], list[Point]] = {}
    at_base = results[base]["verdicts"]
    done = [point for point in points if point.number in results]
    for point in done:
        verdicts = results[point.number]["verdicts"]
        for verdict_id in sorted(at_base.keys() | verdicts.keys()):
            verdict = verdicts.get(verdict_id, "not judged")
            if verdict != at_base.get(verdict_id, "not judged"):
                found.setdefault((verdict_id, verdict), []).append(point)
    return [
        Turn(
            verdict_id,
            at_base.get(verdict_id, "not judged"),
            verdict,
            tuple(point.number for point in having),
            _where(having, done, varied),
        )
        for (verdict_id, verdict), having in sorted(found.items())
    ]


def _where(having: Sequence[Point], done: Sequence[Point], varied: Sequence[str]) -> str:
    """The choices that all of these points have and not all points do."""
    parts = []
    for name in varied:
        every = {point.varied[name] for point in done}
        own = {point.varied[name]: None for point in having}
        if len(own) < len(every):
            parts.append(f"{name} = {' or '.join(own)}")
    everywhere = {point.number for point in done if _meets(point, having, varied)}
    told = "; ".join(parts) or "no single choice"
    return told if len(everywhere) == len(having) else f"{told}, not always"


def _meets(point: Point, having: Sequence[Point], varied: Sequence[str]) -> bool:
    return all(point.varied[name] in {one.varied[name] for one in having} for name in varied)


def missing_headlines(result: Result, headlines: Sequence[str]) -> list[Fault]:
    """Headlines for which this result has no number."""
    numbers = {
        value_id
        for value_id, value, unit, _ in result["values"]
        if unit not in ("text", "date", "flag")
    }
    known = sorted(numbers)
    near = {name: closest(name, known, cutoff=0.0) for name in headlines if name not in numbers}
    return [
        Fault("headlines", name, f"no number of this run has that id; close: {other}")
        for name, other in near.items()
    ]
