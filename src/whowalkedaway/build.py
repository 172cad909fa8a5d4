"""One run built: its stamps and edition brought up to date, then make, with pipeline.mk."""

from __future__ import annotations

import fcntl
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from whowalkedaway import NOTEBOOKS, ROOT, STARTED
from whowalkedaway.inputs import (
    accept_data,
    edition,
    inputs_of,
    line_files,
    notebook_file,
    raw_files,
    refuse_changed_data,
)
from whowalkedaway.runs import UsageError, as_yaml, cell_seconds, chosen_run, resolve
from whowalkedaway.steps import STEPS, exit_note, step_exit_code

if TYPE_CHECKING:
    from notepress.fastkernel.family import Family
    from notepress.fastkernel.server import Request
    from tradetalks.parameters import Parameters

# what the process that forks kernels imports beforehand, in the order in which it is wanted
FOR_NOTEBOOKS = (
    "pandas",
    "pyarrow.parquet",
    "notepress",
    "tradetalks.clean.actions",
    "tradetalks.clean.ledger",
    "tradetalks.raw.fetch",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "tradetalks.facts.tariff_facts",
    "tradetalks.figures.rate_steps",
    "tradetalks.figures.timelines",
    "tradetalks.facts.statement_facts",
    "tradetalks.judge.tables",
    "tradetalks.facts.verdict_facts",
    "statsmodels.stats.proportion",
    "statsmodels.stats.inter_rater",
    "whowalkedaway.readings",
)
# what the one that forks steps imports for those that run notebooks, and those that print
FOR_RUNNING = ("papermill.execute", "notepress.kernels", "notepress.run.execute")
FOR_PRINTING = ("tradetalks.raw.descriptor", "notepress.print.export", "fontTools.subset", "typst")


def report(typed: Mapping[str, str], run_command: Callable[[list[str]], int]) -> int:
    """Resolve, prepare and build one run; `run_command` is what runs a step."""
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
            exit_note(run).unlink(missing_ok=True)
            _remove_partial(run)
            prepare(run, parameters)
            is_younger = _is_younger_code()
            if is_younger:
                family.close()
            code = family.run(
                _make_command(run, seconds_per_cell),
                folder=ROOT,
                environment=_make_environment(),
                step=lambda arguments: run_command(list(arguments[1:])),
                accepts=_import_for_step,
                preload=(*FOR_RUNNING, *FOR_PRINTING),
                # killed alone, this process leaves make at work: the lock is held until that ends
                pass_fds=(lock,),
            )
            last_line = f"reports/{run}/report.pdf  reports/{run}/report.html"
            if not code and not is_younger and "ACCEPT_DATA" not in typed:  # that has its say
                _keep_snapshot(run, last_line, signs)
    if code:
        return step_exit_code(run) or code
    print(f"{time.monotonic() - start:5.1f} s  {last_line}")
    return 0


def prepare(run: str, parameters: Parameters) -> None:
    """Bring the run's parameter files, stamps and edition up to date under build/RUN.

    Raises DataError where the raw tables are not as recorded.
    """
    from notepress.outputs import write, write_json
    from notepress.stamps import refresh_stamps, sha256_of

    refuse_changed_data(ROOT / parameters.raw_dir)
    files = stamped_files(parameters)  # refused, before anything is written, if one is missing
    build = ROOT / "build" / run
    _set_clock_right(build)
    for name, text in parameter_texts(run, parameters).items():
        write(build / name, text)
    for name in stamps_in(build) - files.keys():
        (build / "stamps" / name).unlink()  # make sees what is new or changed, not what is gone
        if name.startswith("raw/"):
            (build / "done" / NOTEBOOKS[0]).unlink(missing_ok=True)
    refresh_stamps(files, ROOT, build / "stamps")
    made_from = inputs_of(parameters)
    write_json(build / "made-from.json", {n: sha256_of(file) for n, file in made_from.items()})
    write(build / "edition", f"{edition(run, parameters)}\n")
    _forget_damaged_steps(build)


def parameter_texts(run: str, parameters: Parameters) -> dict[str, str]:
    """What a run's parameter files say, by their names under build/RUN: all, and per notebook."""
    from notepress.run.notebooks import declared_parameters

    values = {"run": run, **parameters.model_dump()}
    texts = {"parameters.yml": as_yaml(values)}
    for name in NOTEBOOKS:
        notebook = notebook_file(name, ROOT / parameters.raw_dir)
        names = declared_parameters(notebook)
        if names is None:
            raise UsageError(f"{notebook} has no cell tagged parameters\nWhat to do: tag the cell")
        if unknown := sorted({*names} - {*values}):
            raise UsageError(f"{notebook}: there is no parameter {', '.join(unknown)}")
        texts[f"parameters/{name}.yml"] = as_yaml({name: values[name] for name in names})
    return texts


def stamped_files(parameters: Parameters) -> dict[str, Path]:
    """The file or folder behind each stamp of a run, by the stamp's name."""
    raw_dir = ROOT / parameters.raw_dir
    code = sorted((ROOT / "src").rglob("*.py"))
    others = (ROOT / "src" / "notepress" / "templates", ROOT / "requirements.lock")
    return {
        **{f"raw/{file.name}": file for file in raw_files(raw_dir)},
        **line_files(parameters),
        **{str(path.relative_to(ROOT)): path for path in (*code, *others)},
        **{f"notebooks/{name}.ipynb": notebook_file(name, raw_dir) for name in NOTEBOOKS},
    }


def stamps_in(build: Path) -> set[str]:
    """The names of the stamps that the last build of a run left."""
    stamps = build / "stamps"
    return {str(file.relative_to(stamps)) for file in stamps.rglob("*") if file.is_file()}


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


def _remove_partial(run: str) -> None:
    """Remove what a killed build left half-written; nobody else writes while the lock is held."""
    from notepress.outputs import remove_partial
    from notepress.run.execute import remove_stages

    remove_stages(ROOT / "reports" / run / "notebooks")
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
    # one more than there are processors: a step waits for its kernel, or for pandoc
    parallel = [] if "-j" in _make_flags() else [f"-j{(os.cpu_count() or 1) + 1}"]
    told = [f"R={run}", f"TIMEOUT={seconds_per_cell}"]
    # one step that fails leaves others that can run: all problems at once
    return ["make", "--silent", "--keep-going", *parallel, "-f", "pipeline.mk", *told]


def _make_flags() -> str:
    # options such as -j and -k go on; what was typed has done its work
    return os.environ.get("MAKEFLAGS", "").partition(" -- ")[0]


def _make_environment() -> dict[str, str]:
    # the interpreter goes by the environment: its path may hold blanks
    flags = {"MAKEFLAGS": _make_flags(), "MAKEOVERRIDES": ""}
    return {**os.environ, **flags, "PYTHON": sys.executable}


def _family(typed: Mapping[str, str]) -> Family:
    """The processes of a build, from which its steps and kernels are forked unless FAST=0."""
    from notepress.fastkernel.family import Family
    from notepress.run.execute import ENVIRONMENT

    if typed.get("FAST", "1") not in ("0", "1"):
        raise UsageError(f"FAST = {typed['FAST']!r}: 1 forks steps and kernels, 0 does not")
    return Family(
        wanted=typed.get("FAST") != "0",
        environment={**_make_environment(), **ENVIRONMENT},
        kernel_modules=FOR_NOTEBOOKS,
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
    wanted = FOR_PRINTING if name in ("html", "pdf") else () if name in STEPS else FOR_RUNNING
    for module in wanted:
        importlib.import_module(module)
    return True
