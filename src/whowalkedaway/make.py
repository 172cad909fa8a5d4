"""One build at work: each step in a process of its own, as soon as all that it reads is made."""

import ast
import os
import re
import shlex
import sys
import threading
import time
from collections.abc import Mapping
from compileall import compile_file
from graphlib import TopologicalSorter
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from notepress.pipeline import Reads
from notepress.run.execute import ENVIRONMENT
from notepress.run.failure import DEAD_KERNEL
from notepress.run.processes import CAN_FORK, Processes
from notepress.run.progress import GREEN, RED, counted, mark
from tradetalks.parameters import Parameters
from whowalkedaway import BUILDS, ROOT, SOURCES
from whowalkedaway.graph import Graph
from whowalkedaway.problems import KNOWN, told, work
from whowalkedaway.runs import UsageError
from whowalkedaway.steps import RAW, Task

# a step that needs nothing of what all others import is done here, while that is imported
HERE = ("valid",)
# what the names of steps do not say; the others are notebooks
WORDS = {
    "valid": "the raw tables keep every rule",
    "register-verdicts": "verdicts under one other choice, and on the last day of the tables",
    "register-tariffs": "duties, the same",
    "register-border": "what the border recorded, the same",
    "register-statements": "what was said, the same",
    "register": "what each other choice would change",
    "what-if": "the page under every combination of a few choices",
    "values": "all numbers in one list",
    "html": "report.html",
    "pdf": "report.pdf, and a picture of its first page",
    "card": "card.png, a picture for links",
    "share": "data.zip, and notebooks to read",
    "record": "what went in and came out, with hashes",
}
# what steps and notebooks import of our own
CODE = ("notepress.", "tradetalks.", "whowalkedaway.shown.", "whowalkedaway.steps.")
# imported only when they are used, and by every run; papermill before our engine, which imports
# ipykernel: where that is known, tqdm takes a process for a kernel and asks for widgets
LATE = (
    "fontTools.subset",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "papermill.execute",
    "pyarrow.parquet",
)
# reads what every step reads, when all that is imported
WARM = "whowalkedaway.warm"


class Build:
    """One build at work: runs the steps in their order, unless they are done."""

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
        self._failed: dict[str, tuple[int, str]] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    def make(self) -> int:
        """Run all steps; return 0, or the worst code of those that failed."""
        with (
            processes(self._parameters.raw_dir, is_forked=self._is_forked) as self._processes,
            counted(len(self._pipeline.steps), "steps") as self._line,
        ):
            is_done = self._run_all()
        if is_done:
            return 0
        for name, (_, said) in self._failed.items():
            where = "" if said.startswith(name) else f"{name}: "
            print(f"{mark('✗', RED)}{where}{said}", file=sys.stderr)
        lacking = len(self._pipeline.steps.keys() - self._asked)
        rest = f"   ({lacking} further steps were not run)" if lacking else ""
        print(f"To run it again: {self._again}{rest}", file=sys.stderr)
        return max((code for code, _ in self._failed.values()), default=1)

    def _run_all(self) -> bool:
        """Run each step as soon as all that it reads is made, and tell whether all are done.

        Of those that can run, the first in pipeline.mk begins first; they do so too if one fails.
        """
        order = TopologicalSorter(self._pipeline.recipes)
        order.prepare()
        # one more than there are processors: a step waits for a disk, or for pandoc
        asked = re.search(r"(?:^| )-j(\d+)", os.environ.get("MAKEFLAGS", ""))
        room = int(asked[1]) if asked else (os.cpu_count() or 1) + 1
        ended: SimpleQueue[tuple[str, int]] = SimpleQueue()

        def run(name: str) -> None:
            code = 1
            try:
                code = self._answer(name)
            finally:
                ended.put((name, code))

        waiting, at_work = set[str](), set[str]()
        while order.is_active():
            waiting.update(order.get_ready())
            if files := waiting - self._pipeline.steps.keys():  # the steps that make them are done
                waiting -= files
                order.done(*files)
                continue
            first = sorted(waiting, key=[*self._pipeline.recipes].index)[: room - len(at_work)]
            for name in first:
                threading.Thread(target=run, args=[name], daemon=True).start()
            waiting.difference_update(first)
            at_work.update(first)
            if not at_work:
                return False
            name, code = ended.get()
            at_work.remove(name)
            if not code:
                order.done(name)
        return True

    def _answer(self, name: str) -> int:
        """Have a step done, and return its exit code."""
        self._asked.add(name)
        try:
            code, said = self._step(name)
        except KNOWN as problem:
            code, said = told(problem)
        if code:
            self._failed[name] = code, said
            self._print(f"{mark('✗', RED)}         {name} failed")
        self._line.update()
        return code

    def _step(self, name: str) -> tuple[int, str]:
        """Its exit code, and what is wrong."""
        start = time.monotonic()
        with self._lock:
            if not self._pipeline.changes(name):
                return 0, ""
            reads = self._reads(name)
            if other := self._pipeline.take(name, reads):
                self._say(time.monotonic() - start, f"{name}, as in {other}")
                return 0, ""
        try:
            code, answer = self._done(self._task(name, reads))
        except (OSError, EOFError) as error:
            raise UsageError(
                f"{name}: no process could be started for it ({error!r})\n"
                "What to do: call make again with more memory, or with FAST=0"
            ) from error
        if code < 0:
            return DEAD_KERNEL, f"its process was ended by signal {-code}"
        if code:
            return code, answer or f"its process ended with code {code}"
        seconds = time.monotonic() - start
        with self._lock:
            self._reads(name)
            self._pipeline.finish(name, reads, answer)
        self._say(seconds, f"{name}  {WORDS.get(name, '')}".rstrip())
        return 0, ""

    def _done(self, task: Task) -> tuple[int, Any]:
        """The exit code of a step, done here or in a process of its own, and what it returns."""
        if task.step in HERE and self._is_forked:
            return work(task)
        return self._processes.run(work, task)

    def _say(self, seconds: float, what: str) -> None:
        self._print(f"{mark('✓', GREEN)}{seconds:5.1f} s  {what}")

    def _print(self, line: str) -> None:
        """Print a line, above the one that moves."""
        self._line.write(line, file=sys.stdout)
        sys.stdout.flush()

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
        steps = "src/whowalkedaway/steps/"
        (module,) = (one for one in self._pipeline.steps[name] if one.startswith(steps))
        return Task(
            step=name,
            module=_module(Path(module), Path("src")),
            run=run,
            parameters=self._parameters,
            edition=self._graph.edition,
            files={file: path(file) for file in reads.files},
            reads=reads.files,
            sources={name: path(name) for name in self._graph.sources},
            made_from=self._graph.made_from,
            build=BUILDS / run,
            report=ROOT / "reports" / run,
            seconds=self._seconds,
            is_forked=self._is_forked,
            again=self._again,
        )


def processes(raw_dir: str, *, is_forked: bool = CAN_FORK) -> Processes:
    """Where steps run; that from which they are forked begins now to import what all of them need.

    It is the same for all who ask. UsageError for own code that Python cannot read, at which it
    would end at once.
    """
    code = {path: folder for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))}
    for path in code:
        try:
            compile_file(path, quiet=2) or ast.parse(path.read_bytes())
        except SyntaxError as error:
            said = f"{path.relative_to(ROOT).as_posix()}, line {error.lineno}: {error.msg}"
            raise UsageError(f"{said}\nWhat to do: mend it, then call make again") from None
    os.environ.update({**ENVIRONMENT, RAW: str(ROOT / raw_dir)})
    names = (_module(path, ROOT / folder) for path, folder in code.items())
    modules = [module for module in names if module.startswith(CODE)]
    return Processes(["whowalkedaway.uncollected", *LATE, *modules, WARM], forked=is_forked)


def _module(path: Path, folder: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts)
