"""One notebook run by papermill and kept, as pipeline.mk has it done, without a project around."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from notepress import outputs
from notepress.run.cleaning import cleaned
from notepress.run.failure import failure_of

# as SAME in pipeline.mk
SAME = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}


def execute(
    notebook: Path,
    output: Path,
    parameters: Path | None = None,
    *,
    inputs: Mapping[str, str] | None = None,
    again: str = "",
    timeout: int = 600,
) -> list[Path]:
    """Run a notebook; return the files that it made, or raise NotebookFailed."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder).resolve()
        draft, empty = stage / "notebook.ipynb", stage / "none.yml"
        empty.touch()
        given = parameters or empty
        command = [sys.executable, "-m", "papermill", str(notebook), str(draft), "-f", str(given)]
        command += ["--cwd", str(notebook.parent), "--no-progress-bar"]
        command += ["--execution-timeout", str(timeout)]
        own = {outputs.STAGE: str(stage / "files"), "NOTEPRESS_NOTEBOOK": notebook.name}
        run = {"NOTEPRESS_RUN": output.parent.parent.name, "IPYTHONDIR": str(stage / "ipython")}
        done = subprocess.run(
            command, env=os.environ | SAME | own | run, capture_output=True, text=True, check=False
        )
        if done.returncode:
            failed = output.with_suffix(".failed.ipynb")
            outputs.write(failed, cleaned(draft, notebook))
            raise failure_of(
                done.stderr,
                notebook,
                draft,
                failed,
                parameters=given,
                inputs=inputs or {},
                again=again,
                rerun="python -m papermill",
            )
        made = outputs.commit(stage / "files")
        outputs.write(output, cleaned(draft, notebook))
    return [*made, output]
