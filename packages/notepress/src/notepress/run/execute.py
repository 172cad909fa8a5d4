"""Run one notebook by papermill, so that a run leaves either all of its results or none."""

from __future__ import annotations

import logging
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from notepress import outputs
from notepress.errors import PressError
from notepress.press import NOTEBOOK, RUN
from notepress.run.cleaning import cleaned
from notepress.run.failure import failure_of

if TYPE_CHECKING:
    from papermill.engines import Engine, NotebookExecutionManager

# what is the same for every notebook
ENVIRONMENT = {
    # figures reach the notebook through the press, never by being left open
    "MPLBACKEND": "agg",
    # the kernel `python3` is this interpreter's, whatever kernels a user has installed
    "JUPYTER_PATH": "",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # a process that forks must have no threads of its own; nor do two steps need more than two
    "OPENBLAS_NUM_THREADS": "1",
}


def execute(
    notebook: Path,
    output: Path,
    parameters: Path | None = None,
    *,
    is_forked: bool = True,
    timeout: int | None = None,
    inputs: Mapping[str, str] | None = None,
    again: str = "",
) -> list[Path]:
    """Run a notebook and write it with its outputs; return every file that it made.

    It runs in its own folder, and is given what stands in the YAML file `parameters`. `output` is
    reports/RUN/notebooks/NAME.ipynb. Cells run in a forked child, or in a kernel that
    jupyter_client starts. The former makes the bytes of every run in a process that was started
    with ENVIRONMENT: the order of sets is settled when an interpreter starts. `timeout` are the
    seconds that one cell may take. A failure tells `inputs`, the files that it reads with their
    hashes, and `again`, the command that goes on with the run.

    A failed notebook is kept beside the output as NAME.failed.ipynb, with a page on its failure,
    until it succeeds. Raises NotebookFailed.
    """
    failed = output.with_suffix(".failed.ipynb")
    # a notebook that declares none has an empty file
    given = (yaml.safe_load(parameters.read_text(encoding="utf-8")) or {}) if parameters else {}
    run = output.parent.parent.name
    output.parent.mkdir(parents=True, exist_ok=True)
    # beside the output, so that what a killed run left behind is found
    with tempfile.TemporaryDirectory(outputs.PARTIAL, f".{output.stem}.", output.parent) as folder:
        stage = Path(folder).resolve()
        draft, files = stage / "notebook.ipynb", stage / "files"
        files.mkdir()
        with _environment(notebook, files, run):
            problem = _run(notebook, draft, given, is_forked, timeout)
        result = cleaned(draft, notebook)
        if problem is not None:
            outputs.write(failed, result)
            raise failure_of(
                problem,
                notebook,
                draft,
                failed,
                parameters=given,
                inputs=inputs or {},
                again=again,
                rerun=_papermill_command(notebook, failed, parameters, run),
            )
        made = outputs.commit(files)
        outputs.write(output, result)
    failed.unlink(missing_ok=True)
    failed.with_suffix(".html").unlink(missing_ok=True)
    return [*made, output]


@contextmanager
def _environment(notebook: Path, files: Path, run: str) -> Iterator[None]:
    """Give a notebook an environment in which it makes the same bytes; it writes to `files`."""
    wanted = {
        **ENVIRONMENT,
        outputs.STAGE: str(files),
        NOTEBOOK: notebook.name,
        RUN: run,
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"),
        # a user's start-up files and settings are no part of the report
        "IPYTHONDIR": str(files.with_name("ipython")),
    }
    before = dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(
    notebook: Path, draft: Path, parameters: Mapping[str, Any], is_forked: bool, timeout: int | None
) -> Exception | None:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillException, PapermillExecutionError
    from papermill.execute import execute_notebook
    from traitlets.config import Config

    engine: type[Engine] = NBClientEngine
    if is_forked:
        from notepress.run.engine import ForkedEngine

        engine = ForkedEngine
    papermill_engines.register("written once", _written_once(engine))
    logging.getLogger("papermill").setLevel(logging.ERROR)
    # no other user can enter this folder, and so talk to the kernel; a socket needs a short path
    with tempfile.TemporaryDirectory(prefix="notepress-") as sockets:
        try:
            execute_notebook(
                _literal(notebook.resolve()),
                _literal(draft),
                dict(parameters),
                engine_name="written once",
                cwd=notebook.resolve().parent,
                progress_bar=False,
                execution_timeout=timeout,
                shutdown_kernel="immediate",
                config=Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"}),
            )
        except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
            return error
        except PapermillException as error:  # of a language that it does not know, for example
            raise PressError(f"{notebook.name}: {error}") from None
    return None


def _written_once(engine: type[Engine]) -> type[Engine]:
    """Return an engine that writes a notebook when it ends, not around each cell as papermill does.

    Each time it would copy and write all that was shown so far.
    """

    class WrittenOnce(engine):  # type: ignore[misc, valid-type]
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: NotebookExecutionManager, kernel_name: str, **how: object
        ) -> None:
            path, nb_man.output_path = nb_man.output_path, None
            try:
                super().execute_managed_notebook(nb_man, kernel_name, **how)
            except BaseException:  # when all went well papermill writes it anyway
                nb_man.output_path = path
                raise

    return WrittenOnce


def _literal(path: Path) -> str:
    """Return a path for papermill, which takes braces in it for parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _papermill_command(notebook: Path, output: Path, parameters: Path | None, run: str) -> str:
    # with what the run has so far, and into a folder apart from it
    apart = Path(tempfile.gettempdir()) / f"notepress-{run}"
    command = ["env", f"{RUN}={run}", f"{outputs.STAGE}={apart}"]
    command += [f"{sys.prefix}/bin/papermill", str(notebook), str(output)]
    command += ["-f", str(parameters)] if parameters else []
    return shlex.join([*command, "--cwd", str(notebook.parent)])
