"""One run built by make, which runs the steps of which something that they read has changed."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import yaml

from notepress.hashes import sha256
from notepress.outputs import remove_partial
from tradetalks.otherwise import read_rows
from whowalkedaway import ROOT
from whowalkedaway.builds import only_builder
from whowalkedaway.corrections import editions, published
from whowalkedaway.graph import graph_of
from whowalkedaway.inputs import accept_data, refuse_changed_data, run_beside
from whowalkedaway.runs import UsageError, resolve

# seconds that one cell may take where TIMEOUT does not say: a hundred times the slowest one
CELL_SECONDS = "600"


def report(typed: Mapping[str, str]) -> int:
    """Resolve and build one run; say what was built, and return the exit code."""
    start = time.monotonic()
    run, parameters = resolve(typed)
    seconds = typed.get("TIMEOUT", CELL_SECONDS)
    if not re.fullmatch(r"[1-9][0-9]{0,6}", seconds, re.ASCII):
        raise UsageError(f"TIMEOUT = {seconds!r}: is a whole number of seconds, 1 or more")
    flags = os.environ.get("MAKEFLAGS", "")
    again = shlex.join(["make", "report", *(f"{k}={v}" for k, v in typed.items())])
    only_asks = _only_asks(flags)
    if not only_asks:
        accept_data(typed, parameters)
    with only_builder(run) as lock:
        # while this one waited, another build may have taken the name
        _, parameters = resolve(typed)
        raw_dir = ROOT / parameters.raw_dir
        refuse_changed_data(raw_dir)
        if other := run_beside(raw_dir):
            refuse_changed_data(ROOT / resolve({"RUN": other})[1].raw_dir)
        graph = graph_of(run, parameters)
        if not only_asks:
            _remove_left(run)
        graph.refresh(run, parameters, again)
        asked = re.search(r"(?:^| )-j(\d+)", flags)
        command = ["make", "-f", "pipeline.mk", f"-j{asked[1] if asked else os.cpu_count() or 1}"]
        command += ["-n"] if only_asks else ["-s", "-k"]
        command += [f"{name}={value}" for name, value in graph.variables.items()]
        if code := _call([*command, f"SECONDS={seconds}"], lock):
            print(f"To run it again: {again}", file=sys.stderr)
            return code
    if not only_asks:
        said = f"{_told(run)}\nreports/{run}/report.pdf  reports/{run}/report.html"
        print(f"{run} in {time.monotonic() - start:.1f} s: {said}")
    return 0


def _call(command: list[str], lock: int) -> int:
    """Call make, and return the exit code of the step that failed worst, else that of make.

    Its group is killed when this process ends, and holds the run's lock as well. What make says
    itself of a failed step is its exit code alone; the step has said the rest.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    how: dict[str, Any] = {"text": True, "start_new_session": True}
    with subprocess.Popen(
        command, cwd=ROOT, env=own, stderr=subprocess.PIPE, pass_fds=[lock], **how
    ) as process:
        # it hears the end of this process as the end of its input
        watch = ["sh", "-c", 'read -r done || kill -KILL -- "-$0"', str(process.pid)]
        with subprocess.Popen(watch, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, **how) as at:
            failed = []
            for line in process.stderr or ():
                if not re.match(r"make(\[\d+\])?: ", line):
                    print(line, end="", file=sys.stderr, flush=True)
                elif step := re.match(r"make(?:\[\d+\])?: \*\*\* \[.*\].* (\d+)$", line):
                    failed.append(int(step[1]))
            code = process.wait()
            at.communicate("done\n")
    return max(failed, default=code)


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
    run, parameters = resolve(typed)
    graph = graph_of(run, parameters)
    given = graph.stamps.path("parameters/all")
    if not graph.stamps.is_done("record") or not given.is_file():
        print(f"{run}: not built yet; make report with the same words runs every step")
        return 0
    then, now = (
        yaml.safe_load(text)
        for text in (given.read_text(encoding="utf-8"), graph.given["parameters/all"])
    )
    lines = {
        f"{name} = {now[name]}, was {then.get(name)}" for name in now if now[name] != then.get(name)
    }
    changes = {step: found for step in graph.steps if (found := graph.changes(step))}
    for found in changes.values():
        files = (name for name in found if not name.startswith("parameters/"))
        lines |= {f"{name}: {found[name]}" for name in files}
    for line in sorted(lines):
        print(line)
    if changes:
        print(f"runs again: {', '.join(changes)}, and then what reads what these change")
    else:
        print(f"{run}: nothing changed since the last build")
    return 0
