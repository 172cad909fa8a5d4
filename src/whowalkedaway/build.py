"""One run built, if anything that it reads or made has changed; and what that is."""

import gc
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from notepress.hashes import sha256
from notepress.outputs import remove_partial, write
from notepress.pipeline import STATE, Change, Pipeline
from tradetalks.otherwise import read_rows
from tradetalks.raw.checksums import has_record
from whowalkedaway import BUILDS, ROOT, SOURCES, still
from whowalkedaway.builds import PLACES, only_builder
from whowalkedaway.corrections import EDITIONS, editions, published
from whowalkedaway.graph import graph_of
from whowalkedaway.inputs import accept_data, refuse_changed_data, run_beside
from whowalkedaway.runs import UsageError, as_yaml, overlooked, resolve
from whowalkedaway.steps import GIVEN

# seconds that one cell may take where TIMEOUT does not say: a hundred times the slowest one
CELL_SECONDS = "600"


def report(typed: Mapping[str, str]) -> int:
    """Resolve and build one run; say what was built, and return the exit code."""
    gc.disable()  # it ends before its garbage fills anything, and a search takes a tenth of it
    start, call = time.monotonic(), still.call()
    run, parameters = resolve(typed)
    seconds = typed.get("TIMEOUT", CELL_SECONDS)
    if not re.fullmatch(r"[1-9][0-9]{0,6}", seconds, re.ASCII):
        raise UsageError(f"TIMEOUT = {seconds!r}: is a whole number of seconds, 1 or more")
    fast = typed.get("FAST", "1")
    if fast not in ("0", "1"):
        raise UsageError(f"FAST = {fast!r}: 1 forks steps, 0 starts each by itself")
    is_fast = fast == "1"
    if _only_asks(os.environ.get("MAKEFLAGS", "")):
        return why(typed)
    accept_data(typed, parameters)
    with only_builder(run):
        # while this one waited, another build may have taken the name
        _, parameters = resolve(typed)
        _remove_left(run)
        raw_dirs = [ROOT / parameters.raw_dir]
        if other := run_beside(raw_dirs[0]):
            raw_dirs.append(ROOT / resolve({"RUN": other})[1].raw_dir)
        places = [*map(str, [*raw_dirs, *_places(run)])]
        seen = still.look(places)
        for raw_dir in raw_dirs:
            refuse_changed_data(raw_dir)
        # nothing that a build needs is imported for one that has nothing to do
        if is_fast and not (BUILDS / run / STATE).is_file():
            from whowalkedaway.make import processes

            os.environ[GIVEN] = parameters.model_dump_json()
            processes(parameters.raw_dir)  # they import while it is seen what is to do
        graph = graph_of(run, parameters)
        if is_changed(graph.pipeline):
            for name, values in graph.pipeline.given.items():
                write(BUILDS / run / f"{name}.yml", as_yaml(values))
            from whowalkedaway.make import Build

            build = Build(graph, parameters, int(seconds), typed, is_fast=is_fast)
            if code := build.make():
                return code
            time.sleep(still.MOMENT / 1e9)
            seen = still.look(places)
            seen = "" if is_changed(graph.pipeline) else seen
        said = f"{_told(run)}\nreports/{run}/report.pdf  reports/{run}/report.html"
        # what else there is to say each time
        is_all = has_record(raw_dirs[0]) and not overlooked(os.environ.keys() - typed.keys())
        if seen and is_all:
            still.keep(run, call, places, seen, said)
    print(f"{run} in {time.monotonic() - start:.1f} s: {said}")
    return 0


def is_changed(pipeline: Pipeline) -> bool:
    """Whether any step has to run."""
    return any(map(pipeline.changes, pipeline.steps))


def _places(run: str) -> Iterator[Path]:
    """Files and folders of which a run is made, besides raw tables, and what it made."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    yield from (ROOT / name for name in (*SOURCES, "notebooks", "params"))
    yield from (ROOT / place / run for place in PLACES.values())
    yield from (EDITIONS, BUILDS / run / STATE)


def _only_asks(makeflags: str) -> bool:
    """Whether make was called with -n, -q or -t, under which nothing is to be made.

    Its letters come first. It runs the recipe all the same, which says what would be done.
    """
    letters, _, _ = makeflags.partition(" ")
    return not letters.startswith("-") and not {*"nqt"}.isdisjoint(letters)


def _remove_left(run: str) -> None:
    """Remove what a killed build left half-written, and what is told of the last one's failures."""
    for place in ("build", "reports", "data/processed"):
        remove_partial(ROOT / place / run)
    for left in (ROOT / "reports" / run / "notebooks").glob("*.failed.*"):
        left.unlink()


def _told(run: str) -> str:
    """How many claims of which kind were judged, and which edition of the run this is, if any."""
    rows = read_rows(ROOT / "reports" / run / "verdicts.csv")
    kinds = Counter(row["kind"] for row in rows).most_common()
    judged = f"{len(rows)} claims judged ({', '.join(f'{kind} {count}' for kind, count in kinds)})"
    digest = sha256((ROOT / "reports" / run / "report.pdf").read_bytes())
    names = [f"; edition {row['edition']}" for row in published() if row["sha256"] == digest]
    return judged + (names[-1] if names else "; none of its editions" if editions(run) else "")


def why(typed: Mapping[str, str]) -> int:
    """Say what changed since a run's last build, and which steps `make report` would run first.

    What comes after those depends on what they make: a table that comes out the same stops there.
    """
    pipeline = graph_of(*resolve(typed)).pipeline
    run = pipeline.run
    if not pipeline.was_built:
        print(f"{run}: not built yet; make report with the same words runs every step")
        return 0
    changes = {step: found for step in pipeline.steps if (found := pipeline.changes(step))}
    told = {_in_words(pipeline, one) for found in changes.values() for one in found}
    for line in sorted(filter(None, told)):
        print(line)
    if changes:
        print(f"runs again: {', '.join(changes)}, and then what reads what these change")
    else:
        print(f"{run}: nothing changed since the last build")
    return 0


def _in_words(pipeline: Pipeline, change: Change) -> str:
    """One change in words; nothing where it follows from others."""
    if change.name in ("edition", "sources") or change.name in pipeline.steps:
        return ""
    if change.is_given:
        return f"{change.name} = {change.now}, was {change.then}"
    how = "new" if not change.then else "changed" if change.now else "gone"
    return f"{change.name}: {how}"
