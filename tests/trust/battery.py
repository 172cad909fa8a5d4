"""What the parts of the battery share: its size, projects in copies, and their outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from projects import RUN, code_path, contents, copy_project

OUTCOMES = ("refused clearly", "built correctly", "anything else")


def copy_with_record(folder: Path) -> Path:
    """The project as shipped, the record of its raw tables included."""
    copy_project(folder)
    return folder


def command(folder: Path, name: str, *typed: str) -> tuple[list[str], dict[str, str]]:
    """A command of the project as its Makefile calls it, and the environment for it."""
    environment = {
        **os.environ,
        "PYTHONPATH": code_path(folder),
        "MAKEFLAGS": " -- " + " ".join(typed) if typed else "",
    }
    return [sys.executable, "-m", "whowalkedaway", name], environment


def start(folder: Path, *typed: str, **how) -> subprocess.Popen[str]:
    """Begin `make report` in a process group of its own.

    `before` are the words of a command that runs it, `python` another interpreter; all else is
    as in Popen.
    """
    words, environment = command(folder, "report", *typed)
    words[0] = how.pop("python", words[0])
    return subprocess.Popen(
        how.pop("before", []) + words,
        cwd=folder,
        env=environment | how.pop("env", {}),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def run(folder: Path, *typed: str, **how) -> subprocess.CompletedProcess[str]:
    """`make report` to its end."""
    process = start(folder, *typed, **how)
    out, err = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def finished(folder: Path, run: str = RUN) -> dict[str, bytes]:
    """Every output of a run that looks finished: neither hidden nor called a failure.

    Without the record of the run, which names a commit where there is one.
    """
    return {
        name: content
        for name, content in contents(folder, run).items()
        if not any(part.startswith(".") for part in Path(name).parts)
        and not name.endswith((".failed.ipynb", ".failed.html", "ro-crate-metadata.json"))
    }
