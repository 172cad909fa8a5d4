"""Measure what a build takes, beside what is asked of it: `make bench [REPEAT=3]`.

In a clone of the last commit every row is measured in turn, A B C A B C, as often as REPEAT says.
Prints medians with their range, and writes them to reports/bench/table.csv.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

import pandas as pd
import psutil
import yaml

from notepress import outputs
from whowalkedaway import DEFAULT_RUN, NOTEBOOKS, REPORT, ROOT, SOURCES
from whowalkedaway.__main__ import command_line_variables

BIN = Path(sys.executable).parent
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
OUTPUT = ROOT / "reports" / "bench" / "table.csv"
DEFAULT = f"RUN={DEFAULT_RUN}"
# of prctl: orphans become children of this process, so that it is told of their time and memory
PR_SET_CHILD_SUBREAPER = 36

COLD = "cold build"
CHANGED = {"LIST4_RATE_PCT=10": 6, "US_COVERAGE=ustr_2018": 7, "MIN_CONFIDENCE=high": 9}
# each row with the most that it may come to
ASKED = {
    f"{COLD}, s": 60,
    f"{COLD}, s of processors": 90,
    f"{COLD} against the stock chain, times": 0.5,
    f"{COLD}, MB of memory at most": 800,
    "nothing changed, s": 1,
    "refused parameter, s": 0.5,
    "refused table, s": 0.5,
    **{f"then {changed} in a new run, s": most for changed, most in CHANGED.items()},
    "one more point of a sweep, ms": 1.9,
}


class Cost(NamedTuple):
    """What a command took: seconds, those of processors, and MB at most, if they were watched."""

    seconds: float
    cpu: float
    memory: float


class Project:
    """A clone of the project's last commit, with an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("git", "clone", "--quiet", str(ROOT), ".")
        self.make("ready")
        self.cold()  # what is imported is compiled once

    def run(self, *command: str, code: int = 0, watched: bool = False, **variables: str) -> Cost:
        """What a command takes in the clone, with all that it starts.

        To watch memory takes time itself. RuntimeError, with what it said, for another exit code.
        """
        # what this process was told by make is not told to those it measures
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "NOTEPRESS_"))
        }
        code = os.pathsep.join(str(self.folder / name) for name in SOURCES)
        env = {**inherited, "PYTHONPATH": code, **variables}
        before, start, memory = _cpu(), time.perf_counter(), 0.0
        with TemporaryFile("w+") as said:
            process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=said, stderr=subprocess.STDOUT
            )
            while watched and process.poll() is None:
                memory = max(memory, _memory())
                time.sleep(0.1)
            ended = process.wait()
            seconds = time.perf_counter() - start
            with suppress(ChildProcessError):
                while True:  # until the last orphan has ended
                    os.wait()
            if ended != code:
                said.seek(0)
                raise RuntimeError(f"{' '.join(command)} ended with {ended}:\n{said.read()}")
        return Cost(seconds, _cpu() - before, memory)

    def make(self, *words: str, code: int = 0, watched: bool = False) -> Cost:
        """What a call of make takes."""
        return self.run("make", *words, code=code, watched=watched)

    def cold(self, *words: str, watched: bool = False) -> Cost:
        """What the default run takes with nothing built, and reports as they are published."""
        shutil.rmtree(self.folder / "build", ignore_errors=True)
        self.run("git", "clean", "-xfdq", "reports", "data")
        self.run("git", "checkout", "--quiet", "HEAD", "--", "reports")
        return self.make("report", DEFAULT, *words, watched=watched)

    def changed(self, word: str) -> Cost:
        """What a new run takes that differs from the default run in one parameter."""
        cost = self.make("report", word, "AS=changed")
        self._forget("changed")
        return cost

    def refused_table(self) -> Cost:
        """What it takes to refuse a row of another form than its table has."""
        table = self.folder / "data" / "raw" / "actions.csv"
        kept = table.read_bytes()
        table.write_bytes(kept + b"T1\n")
        cost = self.make("report", code=2)
        table.write_bytes(kept)
        return cost

    def sweep(self, rates: int) -> tuple[float, int]:
        """Seconds of the sweep that a critic would ask for, at so many rates, and its points."""
        folder = self.folder / "params" / "sweeps"
        plan = yaml.safe_load((folder / "critic.yml").read_text(encoding="utf-8"))
        # many points and few values, as a drawing has a row for each of these
        plan["grid"] |= {"list4_rate_pct": [*range(rates)], "event_window_days": [7, 14, 30]}
        plan["sweep"] = "bench-rates"
        (folder / "bench-rates.yml").write_text(json.dumps(plan), encoding="utf-8")
        seconds = self.make("sweep", "SWEEP=bench-rates").seconds
        return seconds, math.prod(map(len, plan["grid"].values()))

    def stock_chain(self) -> float:
        """Seconds of stock papermill and nbconvert, notebook by notebook, and of a browser's PDF.

        What no notebook makes is given to it, from the default run.
        """
        self._forget("stock")
        given, made = (self.folder / "reports" / run for run in (DEFAULT_RUN, "stock"))
        for name in ("tables/register.csv", "what_if.json"):
            outputs.write(made / name, (given / name).read_bytes())
        told = ("-f", str(given / "parameters.yml"), "--cwd", "notebooks", "--no-progress-bar")
        executed = {name: str(made / "notebooks" / f"{name}.ipynb") for name in NOTEBOOKS}
        (made / "notebooks").mkdir()
        costs = [
            self.run(
                f"{BIN}/papermill", f"notebooks/{name}.ipynb", at, *told, NOTEPRESS_RUN="stock"
            )
            for name, at in executed.items()
        ]
        costs += [self.run(f"{BIN}/jupyter-nbconvert", "--to=html", at) for at in executed.values()]
        if BROWSER:
            page = Path(executed[REPORT]).with_suffix(".html").as_uri()
            pdf = f"--print-to-pdf={made / 'report.pdf'}"
            costs.append(self.run(BROWSER, "--headless", "--no-sandbox", pdf, page))
        return sum(cost.seconds for cost in costs)

    def _forget(self, run: str) -> None:
        for place in ("build", "reports", "data/processed"):
            shutil.rmtree(self.folder / place / run, ignore_errors=True)


def one_round(project: Project) -> Iterator[float]:
    """Every row of ASKED once, in their order."""
    cold = project.cold()
    yield from cold[:2]
    yield cold.seconds / project.stock_chain()
    yield project.cold(watched=True).memory
    yield project.make("report", DEFAULT).seconds
    yield project.make("report", "LIST4_RATE_PCT=many", code=2).seconds
    yield project.refused_table().seconds
    for changed in CHANGED:
        yield project.changed(changed).seconds
    (short, few), (long, many) = project.sweep(2), project.sweep(22)
    yield 1000 * (long - short) / (many - few)


def _cpu() -> float:
    """Seconds of processors that all took which have ended below this process."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory() -> float:
    """MB of all processes below this one; what several share counts once."""
    held = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            held += process.memory_full_info().pss
    return held / 2**20


def main() -> int:
    """Measure all rows; print each as it comes and the medians at last, and write the table."""
    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    rounds = typed.get("REPEAT", "3")
    if not re.fullmatch(r"[1-9][0-9]?", rounds):
        print(f"REPEAT = {rounds!r}: is a number of rounds, 1 to 99")
        return 2
    print(f"on {os.cpu_count()} processors at load {os.getloadavg()[0]:.1f}", flush=True)
    if not BROWSER:
        print("absent: the PDF of the stock chain, as no browser is on the PATH", flush=True)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    measured: dict[str, list[float]] = {row: [] for row in ASKED}
    with TemporaryDirectory(prefix="bench-") as folder:
        project = Project(Path(folder).resolve())
        for _ in range(int(rounds)):
            for row, found in zip(ASKED, one_round(project), strict=True):
                measured[row].append(found)
                print(f"{row}: {found:.3g}", flush=True)
    table = pd.DataFrame(
        {
            "row": row,
            "median": statistics.median(found),
            "low": min(found),
            "high": max(found),
            "target": ASKED[row],
            "met": statistics.median(found) <= ASKED[row],
        }
        for row, found in measured.items()
    )
    outputs.write_frame(OUTPUT, table)
    print(table.to_string(index=False, float_format="{:.3g}".format))
    print(OUTPUT.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
