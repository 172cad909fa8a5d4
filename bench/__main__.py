"""Measure the pipeline against what one would do without it: `make bench [REPEAT=3]`.

Both ways run in turn, A B A B, in a copy of the project on one machine, and are compared round by
round: seconds depend on the machine and on what else it does, ratios much less. Prints a table and
writes it to reports/bench/table.csv.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from notepress import outputs
from whowalkedaway import DEFAULT_RUN, NOTEBOOKS, ROOT
from whowalkedaway.__main__ import command_line_variables

BIN = Path(sys.executable).parent
OUTPUT = ROOT / "reports" / "bench" / "table.csv"
SWEEP_POINTS = {"values": 50, "reports": 6}
SWEPT = "list4_rate_pct"
# which notebooks may run at once
WAVES = (NOTEBOOKS[:2], (NOTEBOOKS[2], NOTEBOOKS[5]), NOTEBOOKS[3:5], NOTEBOOKS[6:])


@dataclass(frozen=True)
class Pair:
    """A way to beat and ways of ours, each with its name and how many times faster it should be."""

    other: str
    other_seconds: Callable[[], float]
    ours: dict[str, tuple[float, Callable[[], float]]]


class Project:
    """A copy of the project, with an environment of its own."""

    def __init__(self, folder: Path) -> None:
        """Copy the project into a folder, and build a run of which the register alone is kept.

        Other builds take it from there.
        """
        self.folder = folder
        others = shutil.ignore_patterns(".*", "build", "reports", "processed", "__pycache__")
        shutil.copytree(ROOT, folder, ignore=others, dirs_exist_ok=True)
        # an environment of its own: one that belongs to another folder would be made anew
        self.make("ready")
        self.make("report", "AS=given")
        (folder / "prepared").mkdir()
        self.register = (self._reports("given") / "tables" / "register.csv").read_bytes()
        # with the defaults of the raw tables, which make hands to notebooks
        self.parameters = folder / "parameters.yml"
        shutil.copy(self._reports("given") / "parameters.yml", self.parameters)
        for place in ("data/processed", "reports"):
            for made in (folder / place / "given").rglob("*"):
                if made.is_file() and made.name != "register.csv":
                    made.unlink()

    def run(self, *command: str, until: str = "", **variables: str) -> float:
        """Seconds of a command in the copy, or until it prints a line that ends so.

        RuntimeError, with what it said, where the command fails.
        """
        # what this process was told by make is not told to those it measures
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "NOTEPRESS_"))
        }
        start = time.perf_counter()
        with subprocess.Popen(
            list(command),
            cwd=self.folder,
            env={**inherited, "PYTHONPATH": str(self.folder / "src"), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            said, reached = [], 0.0
            for line in process.stdout or ():
                said.append(line)
                if until and line.rstrip().endswith(until):
                    reached = time.perf_counter() - start
        seconds = time.perf_counter() - start
        if process.returncode or (until and not reached):
            told = "".join(said)
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{told}")
        return reached or seconds

    def make(self, *words: str, until: str = "") -> float:
        """Seconds of a call of make, or until it prints a line that ends so."""
        return self.run("make", *words, until=until)

    def forget(self, run: str) -> None:
        """Remove all that a run made."""
        for place in ("build", "reports", "data/processed"):
            shutil.rmtree(self.folder / place / run, ignore_errors=True)

    def notebooks(self, command: Callable[[str, str], list[str]], *, at_once: bool) -> float:
        """Seconds of the seven notebooks, each by a command made of its file and its output.

        One after the other, or those at once that need not wait. The register, for which there is
        no notebook, lies there already.
        """
        self.forget("naive")
        outputs.write(self._reports("naive") / "tables" / "register.csv", self.register)
        made = self._reports("naive") / "notebooks"
        made.mkdir()

        def one(name: str) -> float:
            words = command(f"notebooks/{name}.ipynb", str(made / f"{name}.ipynb"))
            return self.run(*words, NOTEPRESS_RUN="naive")

        start = time.perf_counter()
        for names in WAVES if at_once else [[name] for name in NOTEBOOKS]:
            with ThreadPoolExecutor() as pool:
                list(pool.map(one, names))
        return time.perf_counter() - start

    def by_papermill(self) -> float:
        """Seconds of the seven notebooks by stock papermill, one after the other."""
        options = ("--no-progress-bar", "-f", str(self.parameters), "--cwd", "notebooks")
        return self.notebooks(lambda a, b: [f"{BIN}/papermill", a, b, *options], at_once=False)

    def by_execnb(self) -> float:
        """Seconds of the seven notebooks by execnb, as many at once as may run.

        It takes no parameters: they are written into the notebooks before.
        """
        prepare = (str(BIN / "papermill"), "--prepare-only", "-f", str(self.parameters))
        for name in NOTEBOOKS:
            self.run(*prepare, f"notebooks/{name}.ipynb", f"prepared/{name}.ipynb")
        return self.notebooks(
            lambda a, b: [
                f"{BIN}/exec_nb",
                a.replace("notebooks", "prepared"),
                "--dest",
                b,
                "--exc-stop",
            ],
            at_once=True,
        )

    def naive(self) -> float:
        """Seconds of papermill and nbconvert, one after the other, from nothing."""
        ran = self.by_papermill()
        made = self._reports("naive") / "notebooks"
        convert = (str(BIN / "jupyter-nbconvert"), "--to", "html")
        return ran + sum(self.run(*convert, str(made / f"{name}.ipynb")) for name in NOTEBOOKS)

    def _reports(self, run: str) -> Path:
        return self.folder / "reports" / run


def pairs(project: Project) -> Iterator[Pair]:
    """All that is compared."""
    rates = itertools.count(26)

    def whole(*words: str, until: str = "") -> float:
        project.forget(DEFAULT_RUN)
        return project.make("report", *words, until=until)

    def one_parameter() -> float:
        project.make("report")  # what the new run shares with another
        return project.make("report", f"{SWEPT.upper()}={next(rates)}")

    def unchanged() -> float:
        project.make("report")
        return project.make("report")

    def sweep(mode: str) -> float:
        first, count = next(rates), SWEEP_POINTS[mode]
        point = {"grid": {SWEPT: [first + step / 100 for step in range(count)]}}
        named = {"sweep": f"bench-{mode}", "run": DEFAULT_RUN, "mode": mode, **point}
        path = project.folder / "params" / "sweeps" / f"bench-{mode}.yml"
        path.write_text(json.dumps({**named, "headlines": ["threat_after"]}), encoding="utf-8")
        return project.make("sweep", f"SWEEP=bench-{mode}") / count

    yield Pair(
        "papermill and nbconvert, one after the other",
        project.naive,
        {
            "whole build, register given to both": (6, whole),
            "one changed parameter, in a new run": (10, one_parameter),
            "nothing changed": (100, unchanged),
        },
    )
    yield Pair("make report FAST=0", lambda: whole("FAST=0"), {"forked or not": (1, whole)})
    if shutil.which("exec_nb", path=str(BIN)):
        notebooks = {"seven notebooks": (1.0, lambda: whole(until=f"s  {NOTEBOOKS[-1]}"))}
        yield Pair("execnb, two at a time", project.by_execnb, notebooks)
    else:
        print("absent: seven notebooks by execnb, which is not installed", flush=True)
    targets = {"values": 1000.0, "reports": 4.0}
    points = {
        f"sweep, a point of {mode}": (target, lambda mode=mode: sweep(mode))
        for mode, target in targets.items()
    }
    yield Pair("papermill in a loop, a point", project.by_papermill, points)


def compared(pair: Pair, rounds: int) -> Iterator[dict[str, object]]:
    """A row for each of our ways: medians of both, and median and range of the ratios by round."""
    told = [(pair.other_seconds(), [run() for _, run in pair.ours.values()]) for _ in range(rounds)]
    for number, (row, (target, _)) in enumerate(pair.ours.items()):
        ratios = [other / ours[number] for other, ours in told]
        yield {
            "row": row,
            "against": pair.other,
            "seconds_other": statistics.median(other for other, _ in told),
            "seconds_ours": statistics.median(ours[number] for _, ours in told),
            "ratio": statistics.median(ratios),
            "ratio_low": min(ratios),
            "ratio_high": max(ratios),
            "target": target,
            "met": statistics.median(ratios) >= target,
        }


def main() -> int:
    """Measure all pairs; print each row as it comes, and write the table."""
    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    rounds = typed.get("REPEAT", "3")
    if not re.fullmatch(r"[1-9][0-9]?", rounds):
        print(f"REPEAT = {rounds!r}: is a number of rounds, 1 to 99")
        return 2
    load = os.getloadavg()[0]
    print(f"in turn, A B A B, on {os.cpu_count()} processors at load {load:.1f}", flush=True)
    rows = []
    with TemporaryDirectory(prefix="bench-") as folder:
        for pair in pairs(Project(Path(folder).resolve())):
            for row in compared(pair, int(rounds)):
                rows.append(row)
                print(
                    "{row}: {seconds_other:.2f} s against {seconds_ours:.3f} s, {ratio:.1f} times"
                    " ({ratio_low:.1f} to {ratio_high:.1f}), target {target:g}".format(**row),
                    flush=True,
                )
    outputs.write_frame(OUTPUT, pd.DataFrame(rows))
    print(OUTPUT.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
