"""One run built, if anything that it reads or made has changed."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Mapping

from notepress.outputs import remove_partial, write
from notepress.runrecord import git
from whowalkedaway import BUILDS, NOTEBOOKS, ROOT
from whowalkedaway.builds import only_builder
from whowalkedaway.graph import Graph, graph_of
from whowalkedaway.inputs import accept_data, notebook_file, refuse_changed_data, run_beside
from whowalkedaway.runs import UsageError, as_yaml, cell_seconds, resolve


def report(typed: Mapping[str, str]) -> int:
    """Resolve and build one run; say what was built, and return the exit code."""
    start = time.monotonic()
    run, parameters = resolve(typed)
    seconds = cell_seconds(typed)
    is_fast = {"0": False, "1": True}.get(typed.get("FAST", "1"))
    if is_fast is None:
        raise UsageError(f"FAST = {typed['FAST']!r}: 1 forks steps, 0 starts each by itself")
    accept_data(typed, parameters)
    with only_builder(run) as lock:
        refuse_changed_data(ROOT / parameters.raw_dir)
        if other := run_beside(notebook_file(NOTEBOOKS[-1], ROOT / parameters.raw_dir)):
            refuse_changed_data(ROOT / resolve({"RUN": other})[1].raw_dir)
        _remove_left(run)
        graph = graph_of(run, parameters)
        changed = [step for step in graph.pipeline.steps if graph.pipeline.changes(step)]
        if changed:
            write_parameters(graph)
            # nothing that a build needs is imported for one that has nothing to do
            from whowalkedaway.make import Build

            build = Build(graph, parameters, seconds, typed, is_fast=is_fast)
            if code := build.make(lock):
                return code
    print(f"{run} in {time.monotonic() - start:.1f} s: {_verdicts(run)}{_edition(run)}")
    print(f"reports/{run}/report.pdf  reports/{run}/report.html")
    return 0


def _verdicts(run: str) -> str:
    """How many claims have which verdict."""
    with (ROOT / "reports" / run / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        verdicts = Counter(row["verdict"] for row in csv.DictReader(lines))
    listed = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return f"{verdicts.total()} claims ({listed})"


def _edition(run: str) -> str:
    """Whether this is the committed report, where git knows of one."""
    report = f"./reports/{run}/report.pdf"
    committed = git(ROOT, "rev-parse", "--verify", "--quiet", f"HEAD:{report}")
    if not committed:
        return ""
    is_same = git(ROOT, "hash-object", report) == committed
    return "; the committed edition" if is_same else "; another edition than the committed one"


def write_parameters(graph: Graph) -> None:
    """Write what the steps are given under build/RUN: all parameters, each notebook's, edition."""
    build, given = BUILDS / graph.pipeline.run, graph.pipeline.given
    write(build / "parameters.yml", as_yaml(given["parameters/all"]))
    write(build / "edition", f"{graph.edition}\n")
    for name, values in given.items():
        write(build / f"{name}.yml", as_yaml(values))


def _remove_left(run: str) -> None:
    """Remove what a killed build left half-written, and what is told of failures of the last one.

    Nobody else writes while the lock is held.
    """
    notebooks = ROOT / "reports" / run / "notebooks"
    for place in ("build", "reports", "data/processed"):
        remove_partial(ROOT / place / run)
    for end in ("ipynb", "html"):
        for left in notebooks.glob(f"*.failed.{end}"):
            left.unlink()
