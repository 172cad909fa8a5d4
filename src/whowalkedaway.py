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
import importlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from notepress.attachments import Carried
    from notepress.fastkernel.family import Family
    from notepress.fastkernel.server import Request
    from tradetalks.parameters import Parameters, Problem

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_RUN = "may-2019"
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,199}", re.ASCII)
# make's own variables and those that choose rather than measure; all others are parameters
CONTROLS = {
    *("RUN", "AS", "VALUE", "FILE", "FROM", "MIRROR", "LIST", "SWEEP", "SCHEDULER"),
    *("ACCEPT_DATA", "FAST", "TIMEOUT"),
    *("PYTHON", "MAKEFLAGS", "SHELL"),
}
# seconds that one cell may take where TIMEOUT does not say: a hundred times the slowest one
CELL_SECONDS = 600
# folders of reports/ that hold no run
RESERVED = {"sweeps", "compare", "bench"}
NOTEBOOKS = (
    "01-clean-tariffs",
    "02-clean-statements",
    "03-tariff-record",
    "04-statement-record",
    "05-claims",
    "06-report",
)
# what the process that forks kernels imports beforehand, in the order in which it is wanted
FOR_NOTEBOOKS = (
    "pandas",
    "pyarrow.parquet",
    "notepress",
    "tradetalks.tariffs",
    "tradetalks.statements",
    "tradetalks.fetch",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "tradetalks.facts.tariffs",
    "tradetalks.figures.tariffs",
    "tradetalks.figures.statements",
    "tradetalks.facts.statements",
    "tradetalks.claims",
    "tradetalks.facts.claims",
)
# what only one of them wants, and takes as long as all the others
FOR_ONE_NOTEBOOK = ("scipy.stats", "statsmodels.stats.proportion", "statsmodels.stats.inter_rater")
# what the one that forks steps imports for those that run notebooks, and those that print
FOR_RUNNING = ("papermill.execute", "notepress.kernels", "notepress.execute")
FOR_PRINTING = ("tradetalks.sources", "notepress.exporters", "fontTools.subset", "typst")
STARTED = time.time()


class TableLimits(NamedTuple):
    """What the raw tables of a run allow: the first and last `as_of`, and the coverage sets."""

    first: str
    last: str
    coverage_sets: tuple[str, ...]


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
    if name.lower() in RESERVED:
        raise UsageError(
            f"{origin} = {name!r}: reports/{name.lower()} is a folder of its own; take another name"
        )
    return name


def chosen_run(typed: Mapping[str, str]) -> str:
    """The run that RUN names, whether or not it was built."""
    return check_run_name(typed.get("RUN", DEFAULT_RUN), "RUN")


# --- before the build: parameters, stamps, edition ------------------------------------------------


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _days_of_use(raw_dir: Path) -> tuple[str, str]:
    """The days between which `as_of` makes a report, as ISO text.

    From the day on which the last of the article's claims had been made, to the last day in the
    tables of statements and actions.
    """
    checked = {row["claim_id"] for row in _rows(raw_dir / "article.csv")}
    claims = _rows(raw_dir / "claims.csv")
    first = max(row["claim_date"] for row in claims if row["claim_id"] in checked)
    days = [row["statement_date"] for row in _rows(raw_dir / "statements.csv")]
    for row in _rows(raw_dir / "actions.csv"):
        days += [row["announced_date"], row["effective_date"]]
    return first, max(days)


def table_limits(raw_dir: str) -> TableLimits | None:
    """What the raw tables allow; None where there is no descriptor.

    Without limits where the tables are broken: their validation says how, row by row.
    """
    folder = ROOT / raw_dir
    if not (folder / "datapackage.yaml").is_file():
        return None
    try:
        first, last = _days_of_use(folder)
        sets = {row["coverage_set"] for row in _rows(folder / "coverage_sets.csv")}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return TableLimits("", "", ())
    return TableLimits(first, last, tuple(sorted(sets)))


def beyond_tables(parameters: Parameters, limits: TableLimits | None) -> list[Problem]:
    """What of these parameters the raw tables do not allow."""
    from tradetalks.parameters import Problem

    if limits is None:
        return [Problem("raw_dir", parameters.raw_dir, "must hold a datapackage.yaml")]
    problems = []
    if limits.last and not limits.first <= str(parameters.as_of) <= limits.last:
        why = (
            f"the article's claims are all made by {limits.first}, and the data end on "
            f"{limits.last}"
        )
        problems.append(Problem("as_of", str(parameters.as_of), why))
    if limits.last and parameters.us_coverage not in limits.coverage_sets:
        allowed = f"one of {', '.join(limits.coverage_sets)}"
        problems.append(Problem("us_coverage", parameters.us_coverage, allowed))
    return problems


def resolve(typed: Mapping[str, str]) -> tuple[str, Parameters]:
    """The run's name and all its parameters, from its file and the command line.

    Raises ParameterError or UsageError with everything that is wrong, and writes nothing.
    """
    from tradetalks.parameters import (
        ParameterError,
        as_text,
        parse_parameters,
        read_parameter_file,
    )

    base = chosen_run(typed)
    overrides = {name.lower(): value for name, value in typed.items() if name not in CONTROLS}
    from_file = read_parameter_file(ROOT / "params" / f"{base}.yml")
    origin = f"params/{base}.yml" + (" and on the command line" if overrides else "")
    parameters = parse_parameters({**from_file, **overrides}, origin)

    if problems := beyond_tables(parameters, table_limits(parameters.raw_dir)):
        raise ParameterError(problems, origin)

    if "AS" in typed:
        return check_run_name(typed["AS"], "AS"), parameters
    texts = as_text(parameters)
    changed = [f"{name}={texts[name]}" for name in sorted(overrides)]
    name = check_run_name("+".join([base, *changed]), "the run's name (choose one with AS=name)")
    return name, parameters


def notebook_file(name: str, raw_dir: Path) -> Path:
    """The file of a notebook: ours, or the report that a raw folder brings for its own dispute."""
    own = raw_dir / f"{name}.ipynb"
    is_own = name == NOTEBOOKS[-1] and own.is_file()
    return own if is_own else ROOT / "notebooks" / f"{name}.ipynb"


def declared_parameters(notebook: Path) -> list[str]:
    """The names that a notebook's parameters cell assigns; UsageError where it has no such cell."""
    import ast

    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if not tagged:
        raise UsageError(f"{notebook} has no cell tagged parameters\nWhat to do: tag the cell")
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


def _line_files(parameters: Parameters) -> dict[str, Path]:
    """The fetched files that a run reads, by their names as inputs; DataError if one is missing."""
    if parameters.detail != "lines":
        return {}
    from tradetalks.fetch import FOLDER, find_files
    from tradetalks.sources import read_raw

    raw_dir = ROOT / parameters.raw_dir
    found = find_files(read_raw(raw_dir)["line_files"], raw_dir)
    return {f"raw/{FOLDER}/{path.name}": path for path in sorted(found.values())}


def inputs_of(parameters: Parameters) -> dict[str, Path]:
    """Every file that a run with these parameters goes back to, by its name as an input."""
    source = ROOT / "src"
    pieces = [*source.rglob("*.py"), *(source / "notepress" / "templates").rglob("*")]
    pieces += [ROOT / "requirements.lock"]
    raw_dir = ROOT / parameters.raw_dir
    named = {str(path.relative_to(ROOT)): path for path in pieces if path.is_file()}
    named |= {f"notebooks/{name}.ipynb": notebook_file(name, raw_dir) for name in NOTEBOOKS}
    named |= {f"raw/{file.name}": file for file in _raw_files(raw_dir)}
    return dict(sorted((named | _line_files(parameters)).items()))


def refuse_changed_data(raw_dir: Path) -> None:
    """Raise DataError where raw tables are not as recorded, with all else that is wrong of them."""
    from tradetalks.checks import DataError
    from tradetalks.checksums import RECORD, find_changes, has_record
    from tradetalks.sources import validate
    from tradetalks.validation import missing_files

    changes = find_changes(raw_dir, _raw_files(raw_dir))
    if not changes:
        if not has_record(raw_dir) and missing_files(raw_dir):
            validate(raw_dir)  # make would only say that it has no rule for them
        return
    place = raw_dir.relative_to(ROOT) if raw_dir.is_relative_to(ROOT) else raw_dir
    said = "\n".join(
        [
            f"{place} is not what {RECORD} records of it",
            *(f"  {change}" for change in changes),
            "What to do: bring the recorded files back (git checkout -- FILE), or accept the "
            "change: make report ACCEPT_DATA=1",
        ]
    )
    try:
        validate(raw_dir)
    except DataError as problem:
        said += f"\n\n{problem}"
    raise DataError(said)


def accept_data(typed: Mapping[str, str], raw_dir: Path) -> None:
    """Where ACCEPT_DATA=1 was typed, record the raw tables as they are and say what changed.

    Tables that break a rule are not accepted: DataError, and the record stays.
    """
    from notepress.outputs import write
    from tradetalks.checksums import RECORD, find_changes, has_record, record_text
    from tradetalks.sources import validate

    accepts = typed.get("ACCEPT_DATA")
    if accepts is None:
        if not has_record(raw_dir):
            print(f"{raw_dir} has no {RECORD}, so a change goes unseen; ACCEPT_DATA=1 writes it")
        return
    if accepts != "1":
        raise UsageError(f"ACCEPT_DATA = {accepts!r}: write ACCEPT_DATA=1, or leave it out")
    validate(raw_dir)
    files = _raw_files(raw_dir)
    changes = find_changes(raw_dir, files)
    if not has_record(raw_dir):
        changes = [f"{len(files)} files, not recorded so far"]
    write(raw_dir / RECORD, record_text(files))
    print("\n  ".join([f"accepted in {raw_dir / RECORD}:", *(changes or ["nothing changed"])]))


def cell_seconds(typed: Mapping[str, str]) -> int:
    """The seconds that one cell may take: TIMEOUT, or the default."""
    text = typed.get("TIMEOUT", str(CELL_SECONDS))
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text, re.ASCII):
        raise UsageError(f"TIMEOUT = {text!r}: is a whole number of seconds, 1 or more")
    return int(text)


def prepare(run: str, parameters: Parameters) -> None:
    """Bring the run's parameter files, stamps and edition up to date under build/RUN.

    Raises DataError where the raw tables are not as recorded.
    """
    from notepress.outputs import write, write_json
    from notepress.stamps import edition_of, refresh_stamps, sha256_of

    refuse_changed_data(ROOT / parameters.raw_dir)
    build = ROOT / "build" / run
    _set_clock_right(build)
    values = {"run": run, **parameters.model_dump()}
    lines = _line_files(parameters)
    raw_dir = ROOT / parameters.raw_dir
    raw = _raw_files(raw_dir)
    sources = sorted((ROOT / "src").rglob("*.py"))
    templates = ROOT / "src" / "notepress" / "templates"
    notebooks = {f"notebooks/{name}.ipynb": notebook_file(name, raw_dir) for name in NOTEBOOKS}
    lock = ROOT / "requirements.lock"

    write(build / "parameters.yml", _yaml(values))
    for notebook in notebooks.values():
        names = declared_parameters(notebook)
        if unknown := sorted({*names} - {*values}):
            raise UsageError(f"{notebook}: there is no parameter {', '.join(unknown)}")
        own = {name: values[name] for name in names}
        write(build / "parameters" / f"{notebook.stem}.yml", _yaml(own))
    stamps = build / "stamps"
    refresh_stamps({f"raw/{file.name}": file for file in raw} | lines, ROOT, stamps)
    for stamp in stamps.glob("raw/*/*"):
        if str(stamp.relative_to(stamps)) not in lines:
            stamp.unlink()  # make sees what is new or changed, not what is gone
            (build / "done" / NOTEBOOKS[0]).unlink(missing_ok=True)
    refresh_stamps(
        {str(path.relative_to(ROOT)): path for path in (*sources, templates, lock)} | notebooks,
        ROOT,
        stamps,
    )
    made_from = inputs_of(parameters)
    write_json(build / "made-from.json", {n: sha256_of(file) for n, file in made_from.items()})
    write(build / "edition", f"{edition_of(made_from.items(), [_yaml(values)])}\n")
    _forget_damaged_steps(build)


def _set_clock_right(build: Path) -> None:
    """Forget all steps where a mark lies in the future: the clock went back since.

    Make compares times, and would take an edit of today for older than a step of tomorrow.
    """
    now = time.time()
    later = [file for file in build.rglob("*") if file.lstat().st_mtime > now]
    for file in later:
        os.utime(file, (now, now), follow_symlinks=False)
    if later:
        for mark in (build / "done").glob("*"):
            mark.unlink()


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
def only_builder(run: str) -> Iterator[int]:
    """Hold the run's lock; a second build of the same run waits for the first.

    Yields the lock's number, to be handed down to whoever goes on writing if this process dies.
    """
    build = ROOT / "build" / run
    build.mkdir(parents=True, exist_ok=True)
    with (build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another build of {run} is at work; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def report(typed: Mapping[str, str]) -> int:
    """Resolve, prepare and build one run."""
    from notepress import unchanged

    start = time.monotonic()
    with _family(typed) as family:
        # before anything is read, so that what changes meanwhile differs the next time
        signs = unchanged.signed([f"params/{chosen_run(typed)}.yml"])
        run, parameters = resolve(typed)
        seconds_per_cell = cell_seconds(typed)
        accept_data(typed, ROOT / parameters.raw_dir)
        with only_builder(run) as lock:
            signs += unchanged.signed(_what_a_run_reads(parameters))
            _exit_note(run).unlink(missing_ok=True)
            _remove_partial(run)
            prepare(run, parameters)
            is_younger = _is_younger_code()
            if is_younger:
                family.close()
            code = family.run(
                _make_command(run, seconds_per_cell),
                folder=ROOT,
                environment=_make_environment(),
                step=lambda arguments: main(list(arguments[1:])),
                accepts=_import_for_step,
                preload=(*FOR_RUNNING, *FOR_PRINTING),
                # killed alone, this process leaves make at work: the lock is held until that ends
                pass_fds=(lock,),
            )
            last_line = f"reports/{run}/report.pdf  reports/{run}/report.html"
            if not code and not is_younger and "ACCEPT_DATA" not in typed:  # that has its say
                _keep_snapshot(run, last_line, signs)
    if code:
        return _step_exit_code(run) or code
    print(f"{time.monotonic() - start:5.1f} s  {last_line}")
    return 0


def _remove_partial(run: str) -> None:
    """Remove what a killed build left half-written; nobody else writes while the lock is held."""
    from notepress.outputs import remove_partial

    for place in ("build", "reports", "data/processed"):
        remove_partial(ROOT / place / run)


def _what_a_run_reads(parameters: Parameters) -> Iterator[str]:
    """Every file and folder that a change of could change a run, its parameter file apart."""
    raw_dir = Path(parameters.raw_dir)
    yield from ("requirements.lock", "pyproject.toml", "pipeline.mk")
    yield from (f"notebooks/{name}.ipynb" for name in NOTEBOOKS)
    yield from _files_and_folders(Path("src"))
    yield from _files_and_folders(raw_dir)


def _what_a_run_made(run: str) -> Iterator[str]:
    """Every file and folder of a run that could be changed or taken away."""
    for folder in ("build", "data/processed", "reports"):
        # the lock is touched by whoever asks
        yield from (p for p in _files_and_folders(Path(folder) / run) if p != f"build/{run}/lock")


def _files_and_folders(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(ROOT / folder):
        here = Path(place).relative_to(ROOT) if ROOT in Path(place).parents else Path(place)
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield str(here)
        yield from (str(here / name) for name in sorted(files))


def _keep_snapshot(run: str, last_line: str, read: list[str]) -> None:
    """Let the next call of make with the same words end at once, if nothing changes until then."""
    from notepress import outputs, unchanged

    call = unchanged.call_of(os.environ.get("MAKEFLAGS", ""))
    if call is None:
        return
    time.sleep(unchanged.TICK / 1e9)  # what was written just now is in doubt for so long
    made = unchanged.signed(_what_a_run_made(run))
    if text := unchanged.snapshot(call, last_line, [*read, *made]):
        outputs.write(ROOT / unchanged.place_of("build/unchanged", call), os.fsencode(text))


def _make_command(run: str, seconds_per_cell: int) -> list[str]:
    parallel = [] if "-j" in _make_flags() else [f"-j{os.cpu_count() or 1}"]
    told = [f"R={run}", f"TIMEOUT={seconds_per_cell}"]
    return ["make", "--silent", *parallel, "-f", "pipeline.mk", *told]


def _make_flags() -> str:
    # options such as -j and -k go on; what was typed has done its work
    return os.environ.get("MAKEFLAGS", "").partition(" -- ")[0]


def _make_environment() -> dict[str, str]:
    # the interpreter goes by the environment: its path may hold blanks
    flags = {"MAKEFLAGS": _make_flags(), "MAKEOVERRIDES": ""}
    return {**os.environ, **flags, "PYTHON": sys.executable}


def _family(typed: Mapping[str, str]) -> Family:
    """The processes of a build, from which its steps and kernels are forked unless FAST=0."""
    from notepress.execute import ENVIRONMENT
    from notepress.fastkernel.family import Family

    if typed.get("FAST", "1") not in ("0", "1"):
        raise UsageError(f"FAST = {typed['FAST']!r}: 1 forks steps and kernels, 0 does not")
    return Family(
        wanted=typed.get("FAST") != "0",
        environment={**_make_environment(), **ENVIRONMENT},
        kernel_modules=FOR_NOTEBOOKS,
        later_modules=FOR_ONE_NOTEBOOK,
    )


def _is_younger_code() -> bool:
    """Tell whether code of ours changed after this process may have imported it.

    Its stamps then name another code than the one that would run. A clock of files ticks every
    few milliseconds, so that one just before the start counts as one after it.
    """
    changed = (path.stat().st_ctime for path in (ROOT / "src").rglob("*.py"))
    return max(changed) > STARTED - 0.02


def _import_for_step(request: Request) -> bool:
    """Import what a step would import, once for all; every step can be forked."""
    *_, name = request.arguments
    wanted = FOR_PRINTING if name in ("html", "pdf") else () if name in _STEPS else FOR_RUNNING
    for module in wanted:
        importlib.import_module(module)
    return True


# --- the steps of a build --------------------------------------------------------------------


def _exit_note(run: str) -> Path:
    return ROOT / "build" / run / "exit-code"


def _step_exit_code(run: str) -> int:
    """The code with which the failed step ended; make itself knows only of failure."""
    note = _exit_note(run)
    return int(note.read_text()) if note.is_file() else 0


def run_step(run: str, name: str) -> int:
    """Run one step, list what it made, mark it done, and print its name and seconds."""
    start = time.monotonic()
    build = ROOT / "build" / run
    made = _STEPS.get(name, _execute)(run, name)

    from notepress.outputs import write
    from notepress.stamps import sha256_of

    listing = "".join(f"{sha256_of(file)}  {file.relative_to(ROOT)}\n" for file in sorted(made))
    write(build / "outputs" / name, listing)
    (build / "done").mkdir(exist_ok=True)
    (build / "done" / name).touch()
    print(f"{time.monotonic() - start:5.1f} s  {name}", flush=True)
    return 0


def _values_of(run: str) -> dict[str, Any]:
    """The resolved parameters of a run, typed as in its notebooks."""
    import yaml

    text = (ROOT / "build" / run / "parameters.yml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def _parameters_of(run: str) -> Parameters:
    from tradetalks.parameters import parse_parameters

    # days were written as text, all else as typed values
    return parse_parameters({k: v for k, v in _values_of(run).items() if k != "run"})


def _raw_dir(run: str) -> Path:
    return ROOT / str(_values_of(run)["raw_dir"])


def _validate(run: str, name: str) -> list[Path]:
    from tradetalks.sources import validate

    validate(_raw_dir(run))
    return []


def _execute(run: str, name: str) -> list[Path]:
    from notepress.execute import execute

    return execute(
        notebook_file(name, _raw_dir(run)),
        ROOT / "reports" / run / "notebooks" / f"{name}.ipynb",
        ROOT / "build" / run / "parameters" / f"{name}.yml",
        # make hands down what was typed for it, here by report(), as the environment of its recipes
        timeout=cell_seconds(os.environ),
        inputs=_read_by(run, name),
    )


def _read_by(run: str, name: str) -> dict[str, str]:
    """Path -> SHA-256 of what a notebook reads: itself, our code that it imports, its parameters,
    and those raw tables and results of earlier notebooks that it names.
    """
    from notepress.stamps import code_of, sha256_of

    build = ROOT / "build" / run
    own = (build / "stamps" / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    listings = [*(build / "stamps" / "raw").rglob("*.*")]
    listings += [build / "outputs" / earlier for earlier in NOTEBOOKS[: NOTEBOOKS.index(name)]]
    found: dict[str, str] = {}
    words = set(re.findall(r"\w+", code_of(notebook_file(name, _raw_dir(run)))))
    for listing in (file for file in listings if file.is_file()):
        for line in listing.read_text(encoding="utf-8").splitlines():
            digest, _, path = line.partition("  ")
            if Path(path).stem in words and path.endswith((".csv", ".parquet")):
                found[path] = digest
    parameters = build / "parameters" / f"{name}.yml"
    found[str(parameters.relative_to(ROOT))] = sha256_of(parameters)
    for line in own.splitlines():
        digest, _, path = line.partition("  ")
        found[path] = digest
    return found


def _executed(run: str) -> list[Path]:
    return [ROOT / "reports" / run / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]


def _register(run: str, name: str) -> list[Path]:
    from inprocess import measure_register
    from notepress.outputs import write_frame

    parameters = _parameters_of(run)
    limits = table_limits(parameters.raw_dir)
    path = ROOT / "reports" / run / "tables" / "register.csv"
    write_frame(path, measure_register(parameters, lambda tried: beyond_tables(tried, limits)))
    return [path]


def _merge_values(run: str, name: str) -> list[Path]:
    from notepress.outputs import write_json
    from notepress.values import collect, merge

    path = ROOT / "reports" / run / "values.json"
    # the report itself measures nothing
    write_json(path, merge([collect(notebook) for notebook in _executed(run)[:-1]]))
    return [path]


def _print(run: str, name: str) -> list[Path]:
    from notepress.exporters import export
    from tradetalks.parameters import Parameters, as_text
    from tradetalks.sources import read_raw

    values = _values_of(run)
    raw_dir = _raw_dir(run)
    raw = read_raw(raw_dir)
    own = as_text(_parameters_of(run))
    defaults = as_text(Parameters())
    differing = [f"{key} = {value}" for key, value in own.items() if value != defaults[key]]
    path = ROOT / "reports" / run / f"report.{name}"
    export(
        _executed(run)[-1],
        path,
        name,
        values_file=str(ROOT / "reports" / run / "values.json"),
        bibliography_file=str(raw_dir / "references.json"),
        outputs_dir=str(ROOT / "reports" / run),
        title=raw.title,
        subtitle=raw.description,
        document_date=str(values["as_of"]),
        version=_version(),
        edition=_edition(run),
        allowed_names=_names_with_digits(raw_dir),
        parameters_line=", ".join(differing) or "all at their defaults",
        **(_html_options(run) if name == "html" else _pdf_options(run)),
    )
    return [path]


def _html_options(run: str) -> dict[str, Any]:
    """What only the page takes: the command that shows where a number comes from."""
    chosen = "" if run == DEFAULT_RUN else f" RUN={run}"
    return {"reproduce": f"make explain VALUE={{id}}{chosen}"}


def _pdf_options(run: str) -> dict[str, Any]:
    """What only the PDF takes: the files that it carries, and what its edition stands for."""
    from notepress.attachments import Attachment

    folder, build = ROOT / "reports" / run, ROOT / "build" / run
    carried = [
        Attachment("parameters.yml", build / "parameters.yml", "Parameters of this run", "source"),
        Attachment("values.json", folder / "values.json", "Every number with its source rows"),
        Attachment("verdicts.csv", folder / "verdicts.csv", "Every claim with its verdict"),
    ]
    for table in sorted((folder / "tables").glob("*.csv")):
        what = f"Data of {table.stem.replace('_', ' ')}"
        carried.append(Attachment(f"tables/{table.name}", table, what))
    made_from = json.loads((build / "made-from.json").read_text(encoding="utf-8"))
    return {"attachments": carried, "made_from": made_from}


def _card(run: str, name: str) -> list[Path]:
    """Draw the picture of the report, with the findings that its notebook names for it."""
    from notepress import card, values
    from notepress.outputs import write
    from tradetalks.sources import read_raw

    folder = ROOT / "reports" / run
    raw_dir = _raw_dir(run)
    raw = read_raw(raw_dir)
    recorded = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    day = values.printed(str(_values_of(run)["as_of"]), "date")
    png = card.draw(
        raw.title,
        raw.description,
        _report_metadata(raw_dir).get("card", []),
        [f"Evidence up to {day}", f"Version {_version()}", f"Edition {_edition(run)}"],
        {value["id"]: value for value in recorded},
        allowed_names=_names_with_digits(raw_dir),
    )
    path = folder / f"{name}.png"
    write(path, png)
    return [path]


def _edition(run: str) -> str:
    return (ROOT / "build" / run / "edition").read_text(encoding="utf-8").strip()


def _names_with_digits(raw_dir: Path) -> list[str]:
    """Names such as "Section 301" that the report's prose may hold, from its own metadata."""
    return list(_report_metadata(raw_dir).get("names", []))


def _report_metadata(raw_dir: Path) -> dict[str, Any]:
    """What the notebook of the report says for the press in its own metadata."""
    report = json.loads(notebook_file(NOTEBOOKS[-1], raw_dir).read_text("utf-8"))
    return dict(report["metadata"].get("notepress", {}))


def _version() -> str:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _record(run: str, name: str) -> list[Path]:
    """Write what went in and what came out, with hashes, as an RO-Crate."""
    from notepress.outputs import write
    from notepress.runrecord import write_record
    from tradetalks.sources import read_raw

    folder = ROOT / "reports" / run
    parameters = folder / "parameters.yml"
    write(parameters, (ROOT / "build" / run / "parameters.yml").read_text(encoding="utf-8"))
    raw_dir = _raw_dir(run)
    inputs = [*_raw_files(raw_dir), *_line_files(_parameters_of(run)).values()]
    inputs += [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    inputs += [file for file in (ROOT / "src").rglob("*") if file.suffix not in (".pyc", "")]
    inputs += [notebook_file(notebook, raw_dir) for notebook in NOTEBOOKS]
    made = [ROOT / "data" / "processed" / run, folder]
    found = [file for place in made for file in place.rglob("*") if file.is_file()]
    outputs = [
        file
        for file in found
        # neither half-written files nor what another step has staged beside its results
        if not any(part.startswith(".") for part in file.relative_to(ROOT).parts)
        and not file.name.endswith((".failed.ipynb", ".failed.html"))
    ]
    raw = read_raw(raw_dir)
    values = _values_of(run)
    write_record(
        folder / "ro-crate-metadata.json",
        root=ROOT,
        inputs=inputs,
        outputs=outputs,
        parameters=values,
        lock=ROOT / "requirements.lock",
        name=f"{raw.title} ({run})",
        description=raw.description,
        published=str(values["as_of"]),
        licence="https://creativecommons.org/licenses/by/4.0/",
        version=_version(),
        edition=_edition(run),
    )
    return [parameters]


_STEPS: dict[str, Callable[[str, str], list[Path]]] = {
    "valid": _validate,
    "register": _register,
    "values": _merge_values,
    "html": _print,
    "pdf": _print,
    "card": _card,
    "record": _record,
}


# --- looking into a run -----------------------------------------------------------------------


def _built(run: str, file: str) -> Path:
    path = ROOT / "reports" / run / file
    if not path.is_file():
        raise UsageError(
            f"{path.relative_to(ROOT)} is not there; build it with: make report RUN={run}"
        )
    return path


def explain(typed: Mapping[str, str]) -> int:
    """Print one value of a run: what it is, its source rows and documents, code and edition."""
    run = chosen_run(typed)
    values = {
        v["id"]: v for v in json.loads(_built(run, "values.json").read_text(encoding="utf-8"))
    }
    wanted = typed.get("VALUE", "")
    if wanted not in values:
        import difflib

        close = difflib.get_close_matches(wanted, values, n=5, cutoff=0.0)
        raise UsageError(
            f"VALUE = {wanted!r}: no such value in {run}; close to it: {', '.join(close)}"
        )
    value = values[wanted]
    lines = [
        ("text", value["text"]),
        ("value", f"{value['value']} ({value['unit']})"),
        ("meaning", value["definition"]),
        *(
            ("source", f"{s['path']}: {', '.join(map(str, s['rows'])) or 'the whole table'}")
            for s in value["sources"]
        ),
        *(("document", place) for place in _documents(run, value)),
        ("notebook", f"notebooks/{value['notebook']}, cell {value['cell_id']}"),
        ("function", f"{value['function']} ({value['file']}, line {value['line']})"),
        ("edition", _edition(run)),
        ("commit", _commit()),
        ("again", f"make report RUN={run}"),
    ]
    for label, text in lines:
        print(f"{label:9} {text}")
    return 0


def _documents(run: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The documents behind the rows of a value, each with its address where it has one."""
    from tradetalks.sources import read_raw

    references = read_raw(_raw_dir(run)).references
    named = dict.fromkeys(key for s in value["sources"] for key in s.get("documents", []))
    for key in named:
        yield f"{key} {references[key].get('URL', '')}".strip() if key in references else key


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "not in a git checkout"


def verify(typed: Mapping[str, str]) -> int:
    """Hash every input and output of a run again; 2 and their names if any differs.

    With FILE, a PDF is checked instead, wherever it came from.
    """
    from notepress.runrecord import verify as differences

    if "FILE" in typed:
        return verify_file(ROOT / Path(typed["FILE"]).expanduser())
    run = chosen_run(typed)
    found = differences(_built(run, "ro-crate-metadata.json"), ROOT)
    for line in found:
        print(line)
    if not found:
        print(f"{run}: every input and output is as recorded")
    return 2 if found else 0


def verify_file(path: Path) -> int:
    """Say which edition a PDF is and whether this checkout makes it; 2 unless byte for byte."""
    from notepress.attachments import differences, read

    carried = read(path)
    facts = carried.record
    print(f"{_clean(facts['title'])}")
    print(f"version {_clean(facts['version'])}, edition {_clean(facts['edition'])}")
    problems = differences(carried)
    for line in problems:
        print(_clean(line))
    if not problems:
        print(f"attachments: all {len(facts['attached'])} as its record says")
    same_edition, built = _held_against_checkout(carried)
    if built is None:
        return 2
    if not built.is_file():
        print(f"{built.relative_to(ROOT)}: not built here, so its bytes cannot be compared")
        return 2
    shown = built.relative_to(ROOT)
    if built.read_bytes() == path.read_bytes():
        print(f"{shown}: the same, byte for byte")
        return 0 if same_edition else 2
    print(f"{shown}: other bytes" + (", though of the same edition" if same_edition else ""))
    return 2


def _held_against_checkout(carried: Carried) -> tuple[bool, Path | None]:
    """Whether this checkout makes the edition of a PDF, and where a run of its name would be."""
    import yaml

    from notepress.stamps import edition_of, sha256_of
    from tradetalks.checks import DataError
    from tradetalks.parameters import ParameterError, Parameters, as_text, parse_parameters

    facts = carried.record
    try:
        values = yaml.safe_load(carried.files.get("parameters.yml", b""))
        run = check_run_name(str(values["run"]), "run in parameters.yml")
        own = {name: value for name, value in values.items() if name != "run"}
        parameters = parse_parameters(own, "parameters.yml in the PDF")
        made_from = inputs_of(parameters)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as error:
        print(f"parameters.yml in the PDF cannot be used here: {_clean(repr(error))}")
        return False, None
    except (ParameterError, DataError, UsageError) as problem:
        print(problem)
        return False, None
    defaults = as_text(Parameters())
    differing = {k: v for k, v in as_text(parameters).items() if v != defaults[k]}
    listed = ", ".join(f"{name} = {value}" for name, value in differing.items())
    print(f"run {run}; parameters: {listed or 'all at their defaults'}")

    here = edition_of(made_from.items(), [_yaml({"run": run, **parameters.model_dump()})])
    if here == facts["edition"]:
        print(f"this checkout makes the same edition, {here}")
    else:
        print(f"this checkout makes another edition of these parameters, {here}")
        now = {name: sha256_of(file) for name, file in made_from.items()}
        then = facts["made_from"]
        changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
        for name in changed[:20]:
            how = "is new" if name not in then else "is gone" if name not in now else "differs"
            print(f"  {_clean(name)}: {how}")
        if len(changed) > 20:
            print(f"  and {len(changed) - 20} more")
    if not (ROOT / "reports" / run / "report.pdf").is_file():
        given = [f"{name.upper()}={value}" for name, value in differing.items()]
        print(f"build it with: make report {' '.join([*given, f'AS={run}'])}")
    return here == facts["edition"], ROOT / "reports" / run / "report.pdf"


def _clean(text: object) -> str:
    """What a file from elsewhere says, without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))


def compare(typed: Mapping[str, str]) -> int:
    """Print what changed from the built run A to the built run B, and write it as a page.

    IN names the folder that holds both, such as the one of a sweep's reports.
    """
    from notepress.compare import FILES, as_page, as_text, read_run
    from notepress.compare import compare as differences
    from notepress.outputs import write

    unknown = sorted(typed.keys() - CONTROLS - {"A", "B", "IN"})
    if unknown:
        raise UsageError(f"compare takes A, B and IN, and knows nothing of {', '.join(unknown)}")
    missing = [name for name in ("A", "B") if not typed.get(name)]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} missing; name two runs: make compare A=one B=two"
        )
    names = [check_run_name(typed[name], name) for name in ("A", "B")]
    home = ROOT / Path(typed.get("IN", "reports")).expanduser()
    lacking = [
        f"{file} of {name} is not in {home}; build it with: make report RUN={name}"
        for name in dict.fromkeys(names)
        for file in FILES
        if not (home / name / file).is_file()
    ]
    if lacking:
        raise UsageError("\n".join(lacking))
    before, after = (read_run(home / name) for name in names)
    found = differences(before, after, words="claim")
    raw_dirs = {str(run.parameters["raw_dir"]) for run in (before, after)}
    told = _evidence_in_words(raw_dirs, found.moved_evidence)
    page = home / "compare" / f"{before.name}--{after.name}.html"
    write(page, as_page(found, told))
    print(as_text(found, told))
    if not found.is_empty:
        print(f"\nside by side: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    return 0


def _evidence_in_words(raw_dirs: set[str], ids: set[str]) -> dict[str, str]:
    """What rows of evidence are, in the raw tables as they are now; tables may be gone by now."""
    from tradetalks.claims import gather_records
    from tradetalks.sources import read_raw

    told: dict[str, str] = {}
    for folder in sorted(raw_dirs) if ids else []:
        if not (ROOT / folder / "datapackage.yaml").is_file():
            continue
        raw = read_raw(ROOT / folder)
        records = gather_records(
            raw["statements"],
            raw["actions"],
            raw["rounds"],
            raw["coverage"],
            raw.references,
            sides=raw["sides"],
            speakers=raw["speakers"],
            recoding=raw["recoding"],
            event_actions=raw["event_actions"],
        )
        for name in ids & records.keys():
            record = records[name]
            at = ", ".join(str(part) for part in (record.who, record.day) if part)
            told[name] = f"{at}: {record.says}" if at else record.says
    return told


def why(typed: Mapping[str, str]) -> int:
    """Say which steps `make report` would run again, and which changed input is the reason."""
    from notepress.stamps import stamp_text

    run, parameters = resolve(typed)
    build = ROOT / "build" / run
    raw_dir = ROOT / parameters.raw_dir
    changed = []
    for stamp in sorted(file for file in (build / "stamps").rglob("*") if file.is_file()):
        name = stamp.relative_to(build / "stamps")
        match name.parts[0]:
            case "raw":
                source = raw_dir.joinpath(*name.parts[1:])
            case "notebooks":
                source = notebook_file(name.stem, raw_dir)
            case _:
                source = ROOT / name
        if not source.exists():
            changed.append(f"{name}: gone")
        elif (now := stamp_text(source, ROOT)) != (then := stamp.read_text(encoding="utf-8")):
            lines = sorted(set(now.splitlines()) ^ set(then.splitlines()))
            behind = sorted({line.partition("  ")[2] for line in lines} - {str(name)})
            changed.append(
                f"{name}" + (f": through {', '.join(behind)}" if behind else ": changed")
            )
    steps = [
        name
        for name in ("valid", "register", *NOTEBOOKS, "values", "html", "pdf", "card", "record")
        if not (build / "done" / name).is_file()
    ]
    for line in changed:
        print(line)
    if steps:
        print(f"not done yet: {', '.join(steps)}")
    if not changed and not steps:
        print(f"{run}: nothing changed since the last build")
    return 0


def sweep(typed: Mapping[str, str]) -> int:
    """Compute every point of the sweep that SWEEP names, here or by the Dask of SCHEDULER."""
    from manyruns import sweep as run_sweep

    return run_sweep(typed)


def fetch(typed: Mapping[str, str]) -> int:
    """Bring the line-level files into data/raw/lines, from their publishers or from MIRROR."""
    from tradetalks.fetch import fetch_files
    from tradetalks.sources import read_raw

    _, parameters = resolve(typed)
    raw_dir = ROOT / parameters.raw_dir
    mirror = typed.get("MIRROR", "")
    if mirror and "://" not in mirror:
        mirror = str(ROOT / Path(mirror).expanduser())
    fetch_files(read_raw(raw_dir)["line_files"], raw_dir, mirror=mirror)
    return 0


def read_texts(typed: Mapping[str, str]) -> int:
    """Turn the statements in the folder FROM into uncoded ledger rows under build/."""
    from notepress.outputs import write, write_frame
    from tradetalks.own_texts import read_own_texts
    from tradetalks.sources import read_raw

    if not typed.get("FROM"):
        raise UsageError("FROM is missing; name the folder: make read-texts FROM=path/to/folder")
    # the folder is no parameter of a run, and RAW_DIR says whose ledger the rows go on from
    _, parameters = resolve(typed)
    own = read_own_texts(
        ROOT / Path(typed["FROM"]).expanduser(), read_raw(ROOT / parameters.raw_dir)
    )
    table, folder = ROOT / "build" / "own-texts.csv", ROOT / "build" / "own-texts"
    for statement_id, text in own.texts.items():
        write(folder / f"{statement_id}.txt", text + "\n")
    for file in folder.glob("*.txt"):
        if file.stem not in own.texts:
            file.unlink()  # of an earlier call
    write_frame(table, own.rows)
    count = len(own.rows)
    print(
        f"{count} row{'s' if count != 1 else ''}, uncoded: {table.relative_to(ROOT)}; the texts: "
        f"{folder.relative_to(ROOT)}/ID.txt\n"
        "What to do: read each text and fill the empty cells by data/raw/codebook.md; in\n"
        f"{parameters.raw_dir} add new sources to references.json and new speakers to\n"
        "speakers.csv, then append the rows to statements.csv. make report checks them."
    )
    return 0


def check_list(typed: Mapping[str, str]) -> int:
    """Hold the tariff list in the file LIST against the complete one; DataError if lines lack."""
    from tradetalks import lines
    from tradetalks.fetch import FOLDER
    from tradetalks.sources import read_raw

    if not typed.get("LIST"):
        raise UsageError("LIST is missing; name the file: make check-list LIST=path/to/list.xlsx")
    path = ROOT / Path(typed["LIST"]).expanduser()
    if not path.is_file():
        raise UsageError(f"LIST = {typed['LIST']!r}: there is no such file")
    _, parameters = resolve(typed)
    raw_dir = ROOT / parameters.raw_dir
    raw = read_raw(raw_dir)
    listed = lines.clean_tranche_list(lines.read_tranche_list(path), raw["actions"])
    files = raw["line_files"].set_index("holds")["file"]
    complete = raw_dir / FOLDER / str(files.get("tranche_lists"))
    if complete.is_file():
        codes = lines.clean_tranche_list(lines.read_tranche_list(complete), raw["actions"]).lines
        comparison = lines.compare_codes(listed, codes)
    else:
        print("without the complete list (make fetch MIRROR=...), lines are counted by chapter")
        comparison = lines.compare_counts(listed, raw["lines_by_chapter"])
    lines.require_complete(comparison, path.name)
    print(comparison.to_string(index=False))
    return 0


def print_help() -> int:
    """List the targets of the Makefile and the parameters of the schema; needs no environment."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    print("make TARGET [NAME=value ...]\n")
    for line in lines:
        if line.startswith("## "):
            target, _, meaning = line[3:].partition(": ")
            print(f"  {target:10} {meaning}")
    schema = json.loads((ROOT / "params" / "schema.json").read_text(encoding="utf-8"))
    print("\nParameters, in upper case on the command line or in a file under params/:\n")
    for name, entry in schema["properties"].items():
        if name == "run":
            continue
        limits = [
            f"{word} {entry[key]:g}"
            for key, word in (("minimum", "from"), ("maximum", "to"))
            if key in entry
        ]
        limits += [", ".join(entry["enum"])] if "enum" in entry else []
        kind = "day" if entry.get("format") == "date" else entry["type"]
        default = json.dumps(entry["default"]).strip('"')
        allowed = ": " + " ".join(limits) if limits else ""
        print(f"  {name.upper():20} {kind}, default {default}{allowed}")
        print(f"  {'':20} {entry['description']}")
    return 0


def schema_text() -> str:
    """The JSON schema of a file in params/, as editors read it."""
    from tradetalks.parameters import Parameters

    schema = Parameters.model_json_schema()
    run = {"type": "string", "description": "names the folders of this run: the name of the file"}
    schema["properties"] = {"run": run, **schema["properties"]}
    schema["required"] = ["run"]
    return json.dumps(schema, indent=2) + "\n"


def sweep_schema_text() -> str:
    """The JSON schema of a file in params/sweeps/, as editors read it."""
    from notepress.sweep import MODES
    from tradetalks.parameters import Parameters

    fields = Parameters.model_json_schema()["properties"]
    kept = ("type", "format", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")
    one = {name: {k: field[k] for k in kept if k in field} for name, field in fields.items()}
    lists = {
        name: {"type": "array", "minItems": 1, "items": one[name], "description": told}
        for name, told in ((name, field["description"]) for name, field in fields.items())
    }
    text = {"type": "string"}
    schema = {
        "title": "A sweep: one run at many points",
        "type": "object",
        "additionalProperties": False,
        "required": ["sweep"],
        "anyOf": [{"required": ["grid"]}, {"required": ["points"]}],
        "properties": {
            "sweep": {**text, "description": "names the folder of the results: the file's name"},
            "run": {**text, "default": DEFAULT_RUN, "description": "the base run"},
            "mode": {
                "enum": list(MODES),
                "default": MODES[0],
                "description": "numbers and verdicts alone, or a report of each point as well",
            },
            "grid": {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": lists,
                "description": "every combination of these values",
            },
            "points": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "minProperties": 1,
                    "properties": one,
                },
                "description": "points one by one, after those of the grid",
            },
            "headlines": {
                "type": "array",
                "items": text,
                "description": "ids of numbers in values.json, each of which gets a curve",
            },
        },
    }
    return json.dumps(schema, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Run one command; print what is wrong, if anything is, and return the exit code."""
    if arguments == ["help"]:
        return print_help()

    from notepress.errors import PressError
    from notepress.execute import NotebookFailed
    from tradetalks.checks import DataError
    from tradetalks.parameters import ParameterError

    typed = command_line_variables(os.environ.get("MAKEFLAGS", ""))
    commands: dict[str, Callable[[Mapping[str, str]], int]] = {
        "report": report,
        "explain": explain,
        "verify": verify,
        "compare": compare,
        "why": why,
        "sweep": sweep,
        "fetch": fetch,
        "check-list": check_list,
        "read-texts": read_texts,
    }
    code = 2
    try:
        match arguments:
            case [command] if command in commands:
                return commands[command](typed)
            case ["step", run, name]:
                return run_step(check_run_name(run, "run"), name)
            case ["schema"]:
                (ROOT / "params" / "schema.json").write_text(schema_text(), encoding="utf-8")
                sweeps = ROOT / "params" / "sweeps" / "schema.json"
                sweeps.write_text(sweep_schema_text(), encoding="utf-8")
                return 0
            case _:
                raise UsageError(
                    f"usage: {' | '.join([*commands, 'step RUN NAME', 'schema', 'help'])}"
                )
    except NotebookFailed as failure:
        code = failure.exit_code
        print(failure, file=sys.stderr)
    except ParameterError as problem:
        print(problem, file=sys.stderr)
    except (UsageError, DataError, PressError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
    except OSError as problem:
        print(_file_trouble(problem), file=sys.stderr)
    if arguments[:1] == ["step"]:
        try:
            _exit_note(arguments[1]).write_text(str(code))
        except OSError as problem:  # the disk that is full for all else
            print(_file_trouble(problem), file=sys.stderr)
    return code


def _file_trouble(problem: OSError) -> str:
    """Name the file that could not be read or written, why, and what helps."""
    names = [str(name) for name in (problem.filename, problem.filename2) if name is not None]
    place = " -> ".join(names).replace(f"{ROOT}{os.sep}", "") or "a file"
    return (
        f"OSError: {place}: {problem.strerror or problem}\n"
        "What to do: give the file room and permission, then call make again; what was there "
        "before is as it was"
    )


if __name__ == "__main__":
    # under its own name, so that it is one module for all who import it
    from whowalkedaway import main as own_main

    sys.exit(own_main(sys.argv[1:]))
