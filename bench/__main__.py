"""Measure the press against what a user would do without it: `make bench [REPEAT=3] [ROWS=a,b]`.

Ways are measured in turn, A B A B, in one run on one machine, and compared round by round: seconds
depend on the machine and on what else it does, ratios much less. Writes table.csv, absent.csv,
growth.csv, profile.csv, ratios.svg and index.html under reports/bench.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from bench import peers, profile_build
from bench.project import (
    BIN,
    ROOT,
    RUN,
    Project,
    Took,
    has_target,
    project_to_measure,
    steps_of,
    why_no_tex,
)
from notepress import outputs
from tradetalks.parameters import Parameters
from whowalkedaway.runs import command_line_variables

OUTPUT = ROOT / "reports" / "bench"
MOST_EXPONENT = 1.1
SWEEP_POINTS = 50

Action = Callable[[], Took]


@dataclass(frozen=True)
class Way:
    """One way of ours: which row it makes, what it is, how to run it, how much faster it should be.

    `count` things are done in one run, and seconds are told for one of them.
    """

    row: str
    label: str
    run: Action
    target: float
    count: int = 1


@dataclass(frozen=True)
class Round:
    """A way to beat, and ours: in each round all of them are measured, one after the other."""

    label: str
    run: Action
    ours: tuple[Way, ...]


@dataclass(frozen=True)
class Absent:
    """A row that cannot be measured here, and why."""

    row: str
    reason: str


def builds(project: Project) -> Iterator[Round | Absent]:
    """(a) All from nothing, (b) nothing changed, (c) one parameter or one raw row changed."""
    numbers = itertools.count(11)
    # what is no default of these parameters
    others = {
        name: itertools.count(int(getattr(Parameters(), name)) + 1)
        for name in ("list4_rate_pct", "event_window_days")
    }

    def whole(*words: str) -> Took:
        project.forget()
        return project.make("report", *words)

    def given_register() -> Took:
        project.forget_all_but_register()
        took = project.make("report")
        if "register" in steps_of(took.printed):
            raise RuntimeError(f"the register was to be given, and was made:\n{took.printed}")
        return took

    def one_parameter(name: str, values: Iterator[int]) -> Took:
        project.make("report", "AS=changed")  # after this, nothing else is new in it
        return project.make("report", "AS=changed", f"{name.upper()}={next(values)}")

    def one_raw_row() -> Took:
        project.edit_raw_row(next(numbers))
        return project.make("report", "ACCEPT_DATA=1")

    yield Round(
        "papermill and nbconvert, one after the other",
        project.run_naive,
        (
            Way("whole build, register given to both", "make report", given_register, 5),
            Way("whole build, register given to the other way", "make report", whole, 5),
            Way("nothing changed", "make report", lambda: project.make("report"), 100),
            Way("one raw row", "make report ACCEPT_DATA=1", one_raw_row, 1),
            *(
                Way(
                    f"one parameter: {name}",
                    "make report",
                    lambda name=name, values=values: one_parameter(name, values),
                    20,
                )
                for name, values in others.items()
            ),
        ),
    )
    yield Round(
        "the same, and papermill again for each value that the register tries",
        project.run_naive_with_register,
        (Way("whole build, register made by both", "make report", whole, 5),),
    )
    yield Round(
        "make report FAST=0",
        lambda: whole("FAST=0"),
        (Way("forked or not", "make report", whole, 1),),
    )
    if reason := why_no_tex():
        yield Absent("whole build with a PDF by TeX", f"{reason}: the naive way makes no PDF")


def sweeps(project: Project) -> Iterator[Round | Absent]:
    """(d) Many points, per point, against a loop of stock papermill; (f) on Dask."""
    if not has_target("sweep"):
        yield Absent("sweeps", "there is no target `sweep` in the Makefile")
        return

    def ours(mode: str, *words: str) -> Took:
        shutil.rmtree(project.folder / "build" / "sweeps", ignore_errors=True)
        for place in ("build", "reports", "data/processed"):
            for made in (project.folder / place).glob(f"{RUN}+*"):
                shutil.rmtree(made)
        return project.make("sweep", f"SWEEP=bench-{mode}", *words)

    # from the run's own value on: it is a point of every sweep
    first = int(Parameters().list4_rate_pct)
    for mode, count, target in (("values", SWEEP_POINTS, 100), ("reports", 6, 6)):
        text = {
            "sweep": f"bench-{mode}", "run": RUN, "mode": mode,
            "grid": {"list4_rate_pct": list(range(first, first + count))},
            "headlines": ["threat_after"],
        }  # fmt: skip
        path = project.folder / "params" / "sweeps" / f"bench-{mode}.yml"
        path.write_text(json.dumps(text), encoding="utf-8")
        yield Round(
            "papermill in a loop, per point",
            lambda: project.run_naive(only_notebooks=True),
            (
                Way(
                    f"sweep, {mode}, per point",
                    f"make sweep ({count} points)",
                    lambda mode=mode: ours(mode),
                    target,
                    count,
                ),
            ),
        )
    with dask(project, 1) as one, dask(project, 2) as two:
        yield Round(
            "a scheduler with one worker",
            lambda: ours("values", f"SCHEDULER={one}"),
            (
                Way(
                    "sweep, values, on Dask",
                    "a scheduler with two workers",
                    lambda: ours("values", f"SCHEDULER={two}"),
                    1,
                ),
            ),
        )


@contextmanager
def dask(project: Project, workers: int) -> Iterator[str]:
    """Give the address of a scheduler with so many workers of one thread, at work in the copy."""
    file = project.folder / f"scheduler-{workers}.json"
    program = str(BIN / "dask")
    meeting = ("--scheduler-file", str(file), "--no-dashboard")
    with ExitStack() as started:
        start = partial(project.running, program)
        scheduler = started.enter_context(
            start("scheduler", "--host", "127.0.0.1", "--port", "0", *meeting)
        )
        while not file.is_file() or not file.stat().st_size:
            time.sleep(0.05)
            if scheduler.poll() is not None:
                raise RuntimeError("the scheduler of Dask ended at once")
        for _ in range(workers):
            started.enter_context(start("worker", "--nthreads", "1", "--no-nanny", *meeting))
        yield json.loads(file.read_text(encoding="utf-8"))["address"]


def paper_alone(project: Project) -> Iterator[Round | Absent]:
    """(peers) The PDF alone, from the notebook that a build has run."""
    project.make("report")

    def ours() -> Took:
        return project.run(str(BIN / "python"), "-m", "whowalkedaway", "step", RUN, "pdf")

    for peer in peers.PEERS:
        reason = peer.why_absent(project)
        if reason:
            yield Absent(f"PDF alone: {peer.name}", reason)
        else:
            yield Round(
                peer.name,
                lambda peer=peer: peer.run(project),
                (Way(f"PDF alone: {peer.name}", "our step pdf", ours, peer.target),),
            )


def set_up(project: Project) -> Iterator[Round | Absent]:
    """(g) The environment from the lock, by uv and by pip, both with what they have cached."""
    uv = shutil.which("uv") or (str(BIN / "uv") if (BIN / "uv").exists() else "")
    if not uv:
        yield Absent("set-up from the lock", "uv is not installed")
        return
    if importlib.util.find_spec("ensurepip") is None:
        yield Absent("set-up from the lock", "this Python cannot make environments with pip")
        return

    def installed(*install: str) -> Took:
        place = project.folder / "build" / "another-environment"
        shutil.rmtree(place, ignore_errors=True)
        made = project.run(sys.executable, "-m", "venv", str(place))
        python = str(place / "bin" / "python")
        options = [python if word == "PYTHON" else word for word in install]
        took = project.run(*options, "--require-hashes", "-r", "requirements.lock")
        shutil.rmtree(place)
        return Took(
            made.seconds + took.seconds, made.processor_seconds + took.processor_seconds, ""
        )

    by_uv = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", "PYTHON")
    yield Round(
        "pip",
        lambda: installed("PYTHON", "-m", "pip", "install", "--quiet"),
        (Way("set-up from the lock", "uv, bytecode compiled", lambda: installed(*by_uv), 1),),
    )


ROWS: dict[str, Callable[[Project], Iterator[Round | Absent]]] = {
    "builds": builds,
    "sweep": sweeps,
    "paper": paper_alone,
    "setup": set_up,
}
OTHERS = ("growth", "profile")


def compared(measure: Round, repeat: int) -> Iterator[dict[str, Any]]:
    """A row for each of our ways: medians and ranges of both, and of the ratio in each round."""
    rounds = [
        (measure.run().seconds, [way.run().seconds / way.count for way in measure.ours])
        for _ in range(repeat)
    ]
    for number, way in enumerate(measure.ours):
        told = [(a, ours[number], a / ours[number]) for a, ours in rounds]
        row: dict[str, Any] = {"row": way.row, "a": measure.label, "b": way.label, "rounds": repeat}
        columns = ("a_seconds", "b_seconds", "ratio")
        for name, numbers in zip(columns, zip(*told, strict=True), strict=True):
            row |= {name: statistics.median(numbers)}
            row |= {f"{name}_low": min(numbers), f"{name}_high": max(numbers)}
        yield row | {"target": way.target, "met": row["ratio"] >= way.target}


def growth() -> pd.DataFrame:
    """(e) Seconds and megabytes at 1, 10 and 100 times the rows, and their exponents."""
    rows = []
    for part in ("statements", "lines"):
        told = []
        for times in (1, 10, 100):
            done = subprocess.run(
                [sys.executable, str(ROOT / "bench" / "growth.py"), part, str(times)],
                capture_output=True,
                text=True,
                check=True,
            )
            told.append(json.loads(done.stdout))
        for at in zip(*told, strict=True):
            seconds, memory = ([one[what] for one in at] for what in ("seconds", "peak_mb"))
            rows.append(
                {
                    "part": part,
                    "function": at[0]["function"],
                    **{f"seconds_{n}x": s for n, s in zip((1, 10, 100), seconds, strict=True)},
                    **{f"peak_mb_{n}x": m for n, m in zip((1, 10, 100), memory, strict=True)},
                    "time_exponent": math.log10(seconds[2] / seconds[1]),
                    # less than this is what an earlier function gave back, used again
                    "memory_exponent": math.log10(max(memory[2], 5) / max(memory[1], 5)),
                }
            )
    return pd.DataFrame(rows)


def print_table(title: str, table: pd.DataFrame) -> None:
    """Print a table under its title."""
    if len(table):
        with pd.option_context("display.width", 200, "display.max_columns", 30):
            print(
                f"\n{title}\n{table.to_string(index=False, float_format='{:.3g}'.format)}",
                flush=True,
            )


def machine() -> str:
    """Say what was measured on, in a few words."""
    python = sys.version.split()[0]
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {python}"


def figure(table: pd.DataFrame) -> str:
    """Draw the ratios with their spread and targets, and return the SVG."""
    import io

    from matplotlib import pyplot as plt

    shown = table.iloc[::-1]
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "bench", "font.size": 8.5}):
        fig, ax = plt.subplots(figsize=(6.3, 0.8 + 0.34 * len(shown)), layout="constrained")
        spread = [shown["ratio"] - shown["ratio_low"], shown["ratio_high"] - shown["ratio"]]
        ax.barh(shown["row"], shown["ratio"], color="#4c6a92", height=0.55)
        ax.errorbar(
            shown["ratio"], shown["row"], xerr=spread, fmt="none", color="#222222", capsize=2
        )
        ax.plot(shown["target"], shown["row"], "|", color="#b3402a", markersize=14, label="target")
        ax.axvline(1, color="#222222", linewidth=0.7)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.xaxis.set_minor_formatter(lambda value, _: "")
        ax.set_xlabel("times faster than the other way (median and range of pairs)")
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, loc="lower right")
        buffer = io.StringIO()
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(fig)
    return buffer.getvalue()


def main() -> int:
    """Measure the rows that were asked for; print and write what came of them."""
    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    repeat = int(typed.get("REPEAT", "3"))
    wanted = typed.get("ROWS", ",".join([*ROWS, *OTHERS])).split(",")
    if unknown := sorted({*wanted} - {*ROWS} - {*OTHERS}) or repeat < 1:
        print(f"ROWS takes {', '.join([*ROWS, *OTHERS])}; REPEAT a number from 1: {unknown}")
        return 2
    start, where = time.monotonic(), machine()
    measured: list[dict[str, Any]] = []
    absent: list[dict[str, Any]] = []
    profiled = grown = pd.DataFrame()
    print(f"measured in turn, A B A B, on {where}")
    with project_to_measure() as project:
        if "profile" in wanted:
            profiled = profile_build.profile(project)
            print_table("Where the time goes, in seconds", profiled)
        for name in (name for name in ROWS if name in wanted):
            for pair in ROWS[name](project):
                if isinstance(pair, Absent):
                    absent.append({"row": pair.row, "absent": pair.reason})
                    print(f"absent: {pair.row}: {pair.reason}", flush=True)
                    continue
                for one in compared(pair, repeat):
                    measured.append(one)
                    print(
                        f"{one['row']}: {one['a_seconds']:.2f} s against {one['b_seconds']:.3f} s, "
                        f"{one['ratio']:.1f} times ({one['ratio_low']:.1f} to "
                        f"{one['ratio_high']:.1f}), target {one['target']}",
                        flush=True,
                    )
    if "growth" in wanted:
        grown = growth()
        print_table("Growth, on synthetic rows in the form of the real ones", grown)
        for one in grown[grown["function"].eq("all")].to_dict("records"):
            print(
                f"growth, {one['part']}: time exponent {one['time_exponent']:.2f}, memory exponent "
                f"{one['memory_exponent']:.2f}, both at most {MOST_EXPONENT}"
            )
    table = pd.DataFrame(measured)
    print_table("Ratios", table)
    write(table, pd.DataFrame(absent), grown, profiled, where)
    print(f"{time.monotonic() - start:5.0f} s  {OUTPUT.relative_to(ROOT)}/index.html")
    return 0


def write(
    table: pd.DataFrame,
    absent: pd.DataFrame,
    grown: pd.DataFrame,
    profiled: pd.DataFrame,
    where: str,
) -> None:
    """Write the tables, the figure and the page that shows them."""
    from markupsafe import Markup

    from notepress import pages
    from notepress.print import svg

    named = {"table": table, "absent": absent, "growth": grown, "profile": profiled}
    for name, frame in named.items():
        if len(frame):
            outputs.write_frame(OUTPUT / f"{name}.csv", frame)
    blocks: list[str] = []
    if len(table):
        drawn = figure(table)
        outputs.write(OUTPUT / "ratios.svg", drawn)
        alt = "; ".join(f"{r['row']}: {r['ratio']:.1f} times" for r in table.to_dict("records"))
        shown = table.assign(
            spread=[f"{r.ratio_low:.1f} to {r.ratio_high:.1f}" for r in table.itertuples()]
        )
        labels = {
            "row": "What", "a": "The other way", "b": "Ours", "a_seconds": "Seconds",
            "b_seconds": "Seconds, ours", "ratio": "Times faster", "spread": "From, to",
            "target": "Target",
        }  # fmt: skip
        blocks.append(
            pages.section(
                "How many times faster",
                Markup(svg.inline(drawn, "ratios", alt)),  # noqa: S704 (our own drawing)
                pages.table(shown[[*labels]], title="Medians", labels=labels),
            )
        )
    others = {
        "What could not be measured here": absent,
        "Growth, on synthetic rows in the form of the real ones": grown,
        "Where the time goes, in seconds": profiled,
    }
    for title, frame in others.items():
        if len(frame):
            blocks.append(
                pages.section(title, pages.fold("Table", pages.table(frame, title=title)))
            )
    facts = [f"Measured on {where}", "ways in turn, compared round by round"]
    outputs.write(OUTPUT / "index.html", pages.page("How fast the press is", blocks, facts=facts))


if __name__ == "__main__":
    sys.exit(main())
