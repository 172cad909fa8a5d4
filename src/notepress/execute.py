"""Run one notebook by papermill, so that a run leaves either all of its results or none.

The executed notebook holds nothing of the moment or the machine: no times, paths, random ids,
object addresses or interpreter versions. Two runs of the same notebook give the same bytes.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime
import json
import logging
import os
import re
import shlex
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from notepress import outputs
from notepress.errors import PressError
from notepress.failure import Failure
from notepress.fastkernel import build_folder
from notepress.press import NOTEBOOK, remove_left_over

FAILED, BAD_USAGE, DEAD_KERNEL = 1, 2, 138

# what is the same for every kernel
ENVIRONMENT = {
    # figures reach the notebook through the press, never by being left open
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

# between the name of an output and the number of the process that makes it
_STAGE = ".stage-"
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
# looked for from the start of a word alone: from each letter, a long one would take for ever
_CELL_FILE = re.compile(r"(?<![^\s\"'])[^\s\"']*/ipykernel_\d+/\d+\.py")
ERROR_LINES = 12


class NotebookFailed(Exception):
    """A notebook that stopped: what a person needs in order to find out why, and to run it again.

    `exit_code` is 1 for a failed or slow cell and 138 for a dead kernel; `partial` is the notebook
    with what it had done by then.
    """

    def __init__(self, message: str, partial: Path | None, exit_code: int) -> None:
        super().__init__(message)
        self.partial = partial
        self.exit_code = exit_code


def execute(
    notebook: Path,
    output: Path,
    parameters: Path | None = None,
    *,
    engine: str | None = None,
    timeout: int | None = None,
    rerun: str | None = None,
    inputs: Mapping[str, str] | None = None,
) -> list[Path]:
    """Run a notebook and write it with its outputs; return every file that it made.

    A file that comes out with the bytes it had keeps its time stamp.

    It runs in its own folder. Of the YAML file `parameters` it is given what its `parameters` cell
    names. `output` is reports/RUN/notebooks/NAME.ipynb. `engine` is the name of a papermill engine,
    `timeout` the seconds that one cell may take, `rerun` the command that a failure tells the
    reader to use, `inputs` the files that it reads with their hashes, told in a failure.

    A failed notebook is kept beside the output as NAME.failed.ipynb, with a page on its failure,
    until it succeeds. Raises NotebookFailed, and PressError where there is nothing that could run.
    """
    failed = output.with_suffix(".failed.ipynb")
    given = _chosen(notebook, parameters)
    command = rerun or _papermill_command(notebook, failed, parameters)
    with _stage(output) as stage:
        draft = stage / "notebook.ipynb"
        files = stage / "files"
        files.mkdir()
        with environment(notebook, files):
            problem = _run(notebook, draft, given, engine, timeout)
        result = _clean(draft, notebook) if draft.is_file() else None
        if problem is not None:
            failed.unlink(missing_ok=True)
            if result is not None:
                outputs.write(failed, result)
            partial = failed if result is not None else None
            failure, code = _failure(problem, notebook, draft, given, partial, command, inputs)
            shown: Path | None = failed.with_suffix(".html")
            try:
                outputs.write(failed.with_suffix(".html"), failure.as_page())
            except OSError:
                shown = None  # on a full disk the terminal still has it all
            raise NotebookFailed(failure.as_text(shown), partial, code) from None
        if result is None:
            raise PressError(f"{notebook.name}: the engine {engine!r} wrote no notebook")
        remove_left_over(output.parent.parent, notebook.name, files)
        made = outputs.commit(files)
        outputs.write(output, result)
    failed.unlink(missing_ok=True)
    failed.with_suffix(".html").unlink(missing_ok=True)
    return [*made, output]


def _chosen(notebook: Path, parameters: Path | None) -> dict[str, Any]:
    """Return the parameters that a notebook declares, with the values that the file gives them."""
    declared = declared_names(notebook)
    if parameters is None:
        return {}
    import yaml

    try:
        given = yaml.safe_load(parameters.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise PressError(f"parameters {parameters}: {error}") from None
    if not isinstance(given, dict):
        raise PressError(f"parameters {parameters}: needs lines such as name: value")
    if given and declared is None:
        raise PressError(
            f"{notebook.name}: has no cell tagged parameters, so it would ignore {parameters}"
        )
    # a notebook's parameters are literals, and Python has none for dates
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in given.items()
        if name in (declared or ())
    }


def declared_names(notebook: Path) -> set[str] | None:
    """Return the names that a notebook's `parameters` cell assigns; None without such a cell."""
    for cell in read_cells(notebook):
        if "parameters" not in cell["metadata"].get("tags", []):
            continue
        try:
            lines = ast.parse("".join(cell["source"])).body
        except SyntaxError as error:
            raise PressError(f"{notebook.name}: its parameters cell: {error}") from None
        targets = [
            target
            for line in lines
            for target in (line.targets if isinstance(line, ast.Assign) else [])
            + ([line.target] if isinstance(line, ast.AnnAssign) else [])
        ]
        return {target.id for target in targets if isinstance(target, ast.Name)}
    return None


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return a notebook's cells as they are in the file."""
    try:
        cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PressError(f"{notebook}: is no notebook ({error})") from None
    nameless = [number for number, cell in enumerate(cells, 1) if not cell.get("id")]
    if nameless:
        raise PressError(
            f"{notebook.name}: cells {nameless} have no id, and would get another one in every run"
            "\nWhat to do: open and save the notebook in JupyterLab"
        )
    return cells


@contextmanager
def _stage(output: Path) -> Iterator[Path]:
    """Make a folder beside the output for what a run writes, and remove it in the end.

    Its name holds this process's number, so that what a killed run left behind is known as such.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{output.stem}{_STAGE}"
    for left in output.parent.glob(f"{prefix}*"):
        number = left.name.removeprefix(prefix).split("-")[0]
        if not number.isdigit() or not _is_alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    stage = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=output.parent)).resolve()
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def remove_stages(folder: Path) -> None:
    """Remove what killed runs left below a folder, where nobody else runs notebooks now."""
    for left in folder.glob(f".*{_STAGE}*"):
        shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def environment(notebook: Path, files: Path) -> Iterator[None]:
    """Give a notebook an environment in which it makes the same bytes every time."""
    with tempfile.TemporaryDirectory(prefix="notepress-", dir=build_folder()) as folder:
        wanted = {
            **ENVIRONMENT,
            outputs.STAGE: str(files),
            NOTEBOOK: notebook.name,
            "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"),
            # a user's start-up files and settings are no part of the report
            "IPYTHONDIR": folder,
        }
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _run(
    notebook: Path,
    draft: Path,
    parameters: Mapping[str, Any],
    engine: str | None,
    timeout: int | None,
) -> Exception | None:
    """Let papermill run the notebook; return what stopped it."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillException, PapermillExecutionError
    from papermill.execute import execute_notebook

    from notepress.kernels import ENGINE, BatchKernelManager

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        execute_notebook(  # type: ignore[no-untyped-call]
            _literal(notebook.resolve()),
            _literal(draft),
            dict(parameters),
            engine_name=engine or ENGINE,
            cwd=notebook.resolve().parent,
            progress_bar=False,
            execution_timeout=timeout,
            kernel_manager_class=BatchKernelManager,
            shutdown_kernel="immediate",
            # one piece of text per stream, however the kernel happened to flush it
            coalesce_streams=True,
        )
    except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
        return error
    except PapermillException as error:
        raise PressError(f"{notebook.name}: {error}") from None
    return None


def _literal(path: Path) -> str:
    """Return a path for papermill, which takes braces in it for parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _failure(
    problem: Exception,
    notebook: Path,
    draft: Path,
    parameters: Mapping[str, Any],
    partial: Path | None,
    rerun: str,
    inputs: Mapping[str, str] | None,
) -> tuple[Failure, int]:
    """Say where and how a notebook stopped, and with which exit code."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    cell, traceback = _stopped_cell(read_cells(draft) if partial else [])
    exit_code = FAILED
    if isinstance(problem, DeadKernelError):
        error = ["The kernel died: it was killed, ran out of memory, or a library crashed."]
        exit_code = DEAD_KERNEL
    elif isinstance(problem, CellTimeoutError):
        error = ["The cell ran longer than its limit.", str(problem).splitlines()[0]]
    else:
        error = traceback[-ERROR_LINES:]
    failure = failure_of(notebook, cell, error, parameters)
    failure = dataclasses.replace(failure, inputs=inputs or {}, partial=partial, rerun=rerun)
    return failure, exit_code


def failure_message(
    notebook: Path,
    cell: Mapping[str, Any] | None,
    error: Iterable[str],
    parameters: Mapping[str, Any],
) -> str:
    """What a person reads when a notebook stops: cell, source, error, parameters."""
    return failure_of(notebook, cell, error, parameters).as_text()


def failure_of(
    notebook: Path,
    cell: Mapping[str, Any] | None,
    error: Iterable[str],
    parameters: Mapping[str, Any],
) -> Failure:
    """Describe the failure of a cell."""
    source = "".join(cell["source"]) if cell else ""
    place = _cell_name(notebook, cell)
    return Failure(notebook.name, place, source, list(error), parameters)


def _stopped_cell(cells: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the cell that failed, or else the last one that started, and its traceback."""
    started = None
    for cell in cells:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                lines = ANSI.sub("", "\n".join(output["traceback"])).splitlines()
                return cell, [line for line in lines if line.strip(" -")]
        if cell["metadata"].get("papermill", {}).get("start_time"):
            started = cell
    return started, []


def _cell_name(notebook: Path, cell: Mapping[str, Any] | None) -> str:
    """Name a cell as a person finds it in the source notebook: the injected one is not there."""
    if cell is None:
        return "its first cell"
    ids = [one["id"] for one in read_cells(notebook)]
    if cell["id"] in ids:
        return f"cell {ids.index(cell['id']) + 1} of {len(ids)} (id {cell['id']})"
    return "the cell of injected parameters"


def _papermill_command(notebook: Path, output: Path, parameters: Path | None) -> str:
    command = [f"{sys.prefix}/bin/papermill", str(notebook), str(output)]
    command += ["-f", str(parameters)] if parameters else []
    return shlex.join([*command, "--cwd", str(notebook.parent)])


def _clean(draft: Path, notebook: Path) -> str:
    """Return an executed notebook as text, without what differs from run to run."""
    import nbformat

    executed = nbformat.read(draft, as_version=4)  # type: ignore[no-untyped-call]
    given = executed.metadata.get("papermill", {}).get("parameters", {})
    executed.metadata["papermill"] = {"parameters": given}
    executed.metadata.get("language_info", {}).pop("version", None)
    replace = _replacer(notebook)
    for number, cell in enumerate(executed.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell["id"] = f"papermill-error-{number}"
        for output in cell.get("outputs", []):
            _clean_output(output, replace)
    text: str = nbformat.writes(executed)  # type: ignore[no-untyped-call]
    return text if text.endswith("\n") else text + "\n"


def _clean_output(output: dict[str, Any], replace: Callable[[str], str]) -> None:
    if output["output_type"] == "stream":
        output["text"] = replace(output["text"])
    elif output["output_type"] == "error":
        output["evalue"] = replace(output["evalue"])
        output["traceback"] = [ANSI.sub("", replace(line)) for line in output["traceback"]]
    for kind, content in output.get("data", {}).items():
        if kind in ("text/plain", "text/html", "text/markdown") and isinstance(content, str):
            output["data"][kind] = replace(content)


def _replacer(notebook: Path) -> Callable[[str], str]:
    """Return a function that takes machine paths and object addresses out of a text."""
    folder = notebook.resolve().parent
    project = next((up for up in folder.parents if (up / "pyproject.toml").is_file()), folder)
    paths = sysconfig.get_paths()
    named = [
        (paths["purelib"] + "/", "site-packages/"),
        (paths["stdlib"] + "/", "python/"),
        (sys.prefix + "/", "python/"),
        (str(project) + "/", ""),
        (tempfile.gettempdir() + "/", "<temporary>/"),
        (str(Path.home()) + "/", "~/"),
    ]

    def replace(text: str) -> str:
        text = _CELL_FILE.sub("<cell>", text)
        for path, name in named:
            text = text.replace(path, name)
        return _ADDRESS.sub("0x\u2026", text)

    return replace
