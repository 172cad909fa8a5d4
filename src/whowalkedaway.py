"""The command line that joins the subject (tradetalks) and the press (notepress).

`make` calls it; nobody else needs to. What was typed on make's command line is
read from MAKEFLAGS, so that no value passes through a shell, and a variable
that merely happens to be in the environment counts for nothing.

Exit codes: 0 done, 1 a notebook failed, 2 bad parameters, data or usage, 138 a
kernel died.
"""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradetalks.parameters import Parameters

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_RUN = "may-2019"
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,199}", re.ASCII)
# make's own variables and those that choose rather than measure; all others are parameters
CONTROLS = {"RUN", "AS", "VALUE", "JOBS", "PYTHON", "MAKEFLAGS", "SHELL"}
NOTEBOOKS = (
    "01-clean-tariffs",
    "02-clean-statements",
    "03-tariff-record",
    "04-statement-record",
    "05-claims",
    "06-report",
)


class UsageError(Exception):
    """Something in the call itself is wrong; the message is for the person who typed it."""


# --- what was typed -----------------------------------------------------------------------------


def command_line_variables(makeflags: str) -> dict[str, str]:
    """NAME -> value of the variables on make's command line, from MAKEFLAGS.

    After ` -- ` make lists them as NAME=value, with blanks and backslashes
    escaped by a backslash and dollar signs doubled.
    """
    _, _, listed = f" {makeflags}".partition(" -- ")
    variables = {}
    for word in re.findall(r"(?:\\.|[^\s\\])+", listed, re.DOTALL):
        plain = re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL).replace("$$", "$")
        name, sign, value = plain.partition("=")
        if sign:
            variables[name.rstrip(":?+!")] = value
    return variables


def check_run_name(name: str, origin: str) -> str:
    """The name, if it can be a folder's; UsageError otherwise."""
    if not RUN_NAME.fullmatch(name) or ".." in name:
        raise UsageError(
            f"{origin} = {name!r}: a run's name is made of letters, digits and ._+=- and starts "
            "with a letter or digit"
        )
    return name


def chosen_run(typed: Mapping[str, str]) -> str:
    """The run that RUN names, whether or not it was built."""
    return check_run_name(typed.get("RUN", DEFAULT_RUN), "RUN")


# --- before the build: parameters, stamps, edition ------------------------------------------------


def _days_in_data(raw_dir: Path) -> tuple[str, str]:
    """First and last day in the raw tables of statements and actions, as ISO text."""
    days = []
    for table, columns in (
        ("statements", ("statement_date",)),
        ("actions", ("announced_date", "effective_date")),
    ):
        with (raw_dir / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            days += [row[c] for row in csv.DictReader(lines) for c in columns if row.get(c)]
    return min(days), max(days)


def resolve(typed: Mapping[str, str]) -> tuple[str, Parameters]:
    """The run's name and all its parameters, from its file and the command line.

    Raises ParameterError or UsageError with everything that is wrong, and writes nothing.
    """
    from tradetalks.parameters import (
        ParameterError,
        Problem,
        as_text,
        parse_parameters,
        read_parameter_file,
    )

    base = chosen_run(typed)
    overrides = {name.lower(): value for name, value in typed.items() if name not in CONTROLS}
    from_file = read_parameter_file(ROOT / "params" / f"{base}.yml")
    origin = f"params/{base}.yml" + (" and on the command line" if overrides else "")
    parameters = parse_parameters({**from_file, **overrides}, origin)

    problems = []
    raw_dir = ROOT / parameters.raw_dir
    if not (raw_dir / "datapackage.yaml").is_file():
        problems.append(Problem("raw_dir", parameters.raw_dir, "must hold a datapackage.yaml"))
    else:
        try:
            first, last = _days_in_data(raw_dir)
            with (raw_dir / "coverage_sets.csv").open(encoding="utf-8", newline="") as lines:
                sets = sorted({row["coverage_set"] for row in csv.DictReader(lines)})
        except (OSError, ValueError, KeyError, csv.Error):
            pass  # the raw tables are broken; their validation says how, row by row
        else:
            if not first <= str(parameters.as_of) <= last:
                problems.append(
                    Problem("as_of", str(parameters.as_of), f"the data run from {first} to {last}")
                )
            if parameters.us_coverage not in sets:
                problems.append(
                    Problem("us_coverage", parameters.us_coverage, f"one of {', '.join(sets)}")
                )
    if problems:
        raise ParameterError(problems, origin)

    if "AS" in typed:
        return check_run_name(typed["AS"], "AS"), parameters
    texts = as_text(parameters)
    changed = [f"{name}={texts[name]}" for name in sorted(overrides)]
    name = check_run_name("+".join([base, *changed]), "the run's name (choose one with AS=name)")
    return name, parameters


def declared_parameters(notebook: Path) -> list[str]:
    """The names that a notebook's parameters cell assigns."""
    import ast

    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    tree = ast.parse("".join(tagged[0]["source"]))
    return [
        node.target.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def _yaml(values: Mapping[str, Any]) -> str:
    # every JSON value is a YAML value, and days are written as text, as in the notebooks
    return "".join(
        f"{name}: {json.dumps(value, default=str, ensure_ascii=False)}\n"
        for name, value in values.items()
    )


def _raw_files(raw_dir: Path) -> list[Path]:
    return sorted(
        file
        for file in raw_dir.iterdir()
        if file.suffix in (".csv", ".json", ".yaml") and file.is_file()
    )


def prepare(run: str, parameters: Parameters) -> None:
    """Bring the run's parameter files, stamps and edition up to date under build/RUN."""
    from notepress.outputs import write
    from notepress.stamps import edition_of, refresh_stamps

    build = ROOT / "build" / run
    values = {"run": run, **parameters.model_dump()}
    raw = _raw_files(ROOT / parameters.raw_dir)
    sources = sorted((ROOT / "src").rglob("*.py"))
    templates = ROOT / "src" / "notepress" / "templates"
    notebooks = [ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]
    lock = ROOT / "requirements.lock"

    write(build / "parameters.yml", _yaml(values))
    for notebook in notebooks:
        own = {name: values[name] for name in declared_parameters(notebook)}
        write(build / "parameters" / f"{notebook.stem}.yml", _yaml(own))
    stamps = build / "stamps"
    refresh_stamps({f"raw/{file.name}": file for file in raw}, ROOT, stamps)
    refresh_stamps(
        {str(path.relative_to(ROOT)): path for path in (*sources, templates, *notebooks, lock)},
        ROOT,
        stamps,
    )
    pieces = [*sources, *templates.rglob("*"), *notebooks, lock]
    named = {str(path.relative_to(ROOT)): path for path in pieces if path.is_file()}
    named |= {f"raw/{file.name}": file for file in raw}
    write(build / "edition", f"{edition_of(named.items(), [_yaml(values)])}\n")
    _forget_damaged_steps(build)


def _forget_damaged_steps(build: Path) -> None:
    """A step whose outputs are missing or were changed by hand is no longer done."""
    from notepress.stamps import sha256_of

    for listing in sorted((build / "outputs").glob("*")):
        for line in listing.read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            file = ROOT / name
            if not file.is_file() or sha256_of(file) != digest:
                (build / "done" / listing.name).unlink(missing_ok=True)
                break


@contextmanager
def only_builder(run: str) -> Iterator[None]:
    """Hold the run's lock; a second build of the same run waits for the first."""
    build = ROOT / "build" / run
    build.mkdir(parents=True, exist_ok=True)
    with (build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another build of {run} is at work; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def report(typed: Mapping[str, str]) -> int:
    """Resolve, prepare and build one run."""
    run, parameters = resolve(typed)
    start = time.monotonic()
    with only_builder(run):
        prepare(run, parameters)
        # options such as -j and -k go on; what was typed has done its work
        flags, _, _ = os.environ.get("MAKEFLAGS", "").partition(" -- ")
        parallel = [] if "jobserver" in flags else [f"-j{os.cpu_count() or 1}"]
        done = subprocess.run(
            [  # noqa: S607  (the make that called this)
                "make",
                "--no-print-directory",
                *parallel,
                "-f",
                "pipeline.mk",
                f"R={run}",
                f"PYTHON={sys.executable}",
            ],
            cwd=ROOT,
            env={**os.environ, "MAKEFLAGS": flags, "MAKEOVERRIDES": ""},
            check=False,
        )
    if done.returncode:
        return _step_exit_code(run) or done.returncode
    seconds = time.monotonic() - start
    print(f"{seconds:5.1f} s  reports/{run}/report.pdf  reports/{run}/report.html")
    return 0


# --- the steps of a build --------------------------------------------------------------------


def _exit_note(run: str) -> Path:
    return ROOT / "build" / run / "exit-code"


def _step_exit_code(run: str) -> int:
    """The code with which the failed step ended; make itself knows only of failure."""
    note = _exit_note(run)
    return int(note.read_text()) if note.is_file() else 0
