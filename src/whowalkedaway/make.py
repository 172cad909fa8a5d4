"""One build at work: its steps in order, each in a process of its own, several side by side."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from notepress.pipeline import Reads
from notepress.run.execute import ENVIRONMENT
from notepress.run.processes import CAN_FORK, Processes
from tradetalks.parameters import Parameters
from whowalkedaway import BUILDS, ROOT
from whowalkedaway.graph import Graph
from whowalkedaway.problems import KNOWN, told
from whowalkedaway.runs import UsageError
from whowalkedaway.steps import Task
from whowalkedaway.worker import work

STEP_MODULES = "src/whowalkedaway/steps/"
# the exit code where a process died
DEAD = 138
# what the names of steps do not say; the others are notebooks
WORDS = {
    "valid": "the raw tables keep every rule",
    "register": "what each other choice would change",
    "what-if": "the page under every combination of a few choices",
    "values": "all numbers in one list",
    "html": "report.html",
    "pdf": "report.pdf, and a picture of its first page",
    "card": "card.png, a picture for links",
    "share": "data.zip, and its claims and data for programs",
    "record": "what went in and came out, with hashes",
}
# imported by libraries only when they are used, and by every run
LATE = ("pyarrow.parquet", "matplotlib.backends.backend_svg")


class _Begun(NamedTuple):
    """What a step at work found when it began, and when that was."""

    reads: Reads
    since: float


class Build:
    """One build at work: runs the steps that are not done."""

    def __init__(
        self,
        graph: Graph,
        parameters: Parameters,
        seconds: int,
        typed: Mapping[str, str],
        *,
        is_fast: bool,
    ) -> None:
        self._graph, self._pipeline = graph, graph.pipeline
        self._parameters, self._seconds = parameters, seconds
        self._is_forked = is_fast and CAN_FORK
        self._again = shlex.join(["make", "report", *(f"{k}={v}" for k, v in typed.items())])

    def make(self) -> int:
        """Run all steps; return 0, or the worst code of those that failed.

        What reads a step that failed is left. All else still runs: all problems at once.
        """
        os.environ.update(ENVIRONMENT)
        steps = self._pipeline.steps
        order = TopologicalSorter({name: step.after for name, step in steps.items()})
        order.prepare()
        waiting: list[str] = []
        running: dict[str, _Begun] = {}
        failed: dict[str, tuple[int, str]] = {}
        asked, most = 0, _side_by_side()
        with Processes(self._modules(), forked=self._is_forked) as processes:
            while True:
                waiting += order.get_ready()
                code, said = 0, ""
                try:
                    if waiting and len(running) < most:
                        name, asked = waiting.pop(0), asked + 1
                        if begun := self._begin(name, processes):
                            running[name] = begun
                            continue
                    elif running:
                        name, code, answer = processes.end()
                        code, said = self._end(name, running.pop(name), code, answer)
                    else:
                        break
                except KNOWN as problem:
                    code, said = told(problem)
                if code:
                    failed[name] = code, said
                    print(f"         {name} failed", flush=True)
                else:
                    order.done(name)
        if failed:
            self._tell(failed, len(steps) - asked)
        return max((code for code, _ in failed.values()), default=0)

    def _tell(self, failed: Mapping[str, tuple[int, str]], left: int) -> None:
        """Say last what failed, and how to go on."""
        for name, (_, said) in failed.items():
            where = "" if said.startswith(name) else f"{name}: "
            print(f"{where}{said}".replace(f"{ROOT}{os.sep}", ""), file=sys.stderr)
        rest = f"   ({left} further steps were not run)" if left else ""
        print(f"To run it again: {self._again}{rest}", file=sys.stderr)

    def _modules(self) -> list[str]:
        """The code of the steps, and what it imports of other libraries when it is used."""
        code = [name for name in self._graph.sources if name.endswith((".py", ".ipynb"))]
        ours = [_module(name) for name in code if name.startswith("src/")]
        imported = (self._pipeline.hashes.imports(self._pipeline.path(name)) for name in code)
        own = tuple({module.partition(".")[0] for module in ours})
        others = {n for names in imported for n in names if n.partition(".")[0] not in own}
        # kernels last: where they are known, tqdm takes a process for one and asks for widgets
        kernels = ("ipykernel", "notepress.run.engine")
        return sorted([*ours, *sorted(others), *LATE], key=lambda name: name.startswith(kernels))

    def _begin(self, name: str, processes: Processes) -> _Begun | None:
        """Start a step; None where it is done, here or in another run."""
        since = time.monotonic()
        if not self._pipeline.changes(name):
            return None
        reads = self._reads(name)
        if other := self._pipeline.take(name, reads):
            _say(since, f"{name}, as in {other}")
            return None
        try:
            processes.start(name, work, self._task(name, reads))
        except (OSError, EOFError) as error:
            raise UsageError(
                f"{name}: no process could be started for it ({error!r})\n"
                "What to do: call make again with more memory, or with FAST=0"
            ) from error
        return _Begun(reads, since)

    def _end(self, name: str, begun: _Begun, code: int, answer: Any) -> tuple[int, str]:
        """Note that a step is done; its exit code, and what is wrong."""
        if code < 0:
            return DEAD, f"its process was ended by signal {-code}"
        if code:
            return code, answer or f"its process ended with code {code}"
        self._reads(name)
        self._pipeline.finish(name, begun.reads, answer)
        _say(begun.since, f"{name}  {WORDS.get(name, '')}".rstrip())
        return 0, ""

    def _reads(self, name: str) -> Reads:
        """What a step reads; UsageError if it is not what the edition was made of."""
        reads, sources = self._pipeline.reads(name), self._graph.sources
        changed = [file for file, now in reads.files.items() if sources.get(file, now) != now]
        if changed:
            raise UsageError(
                f"{name}: {', '.join(changed)} changed while the report was built\n"
                "What to do: call make again"
            )
        return reads

    def _task(self, name: str, reads: Reads) -> Task:
        run, path = self._pipeline.run, self._pipeline.path
        (module,) = (n for n in self._pipeline.steps[name].reads if n.startswith(STEP_MODULES))
        return Task(
            step=name,
            module=_module(module),
            run=run,
            parameters=self._parameters,
            edition=self._graph.edition,
            files={file: path(file) for file in reads.files},
            sources=self._graph.source_files,
            source_hashes=self._graph.sources,
            build=BUILDS / run,
            report=ROOT / "reports" / run,
            seconds=self._seconds,
            is_forked=self._is_forked,
        )


def _say(since: float, what: str) -> None:
    print(f"{time.monotonic() - since:5.1f} s  {what}", flush=True)


def _module(name: str) -> str:
    return name.removeprefix("src/").removesuffix(".py").replace("/", ".")


def _side_by_side() -> int:
    """How many steps run at once: what make's own option -j says, where it was given."""
    options = os.environ.get("MAKEFLAGS", "").partition(" -- ")[0]
    if given := re.search(r"(?:^| )-j(\d+)", options):
        return int(given[1])
    # one more than there are processors: a step waits for a disk, or for pandoc
    return (os.cpu_count() or 1) + 1
