"""How a command ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import projects

STOPPED = """
import runpy, sys
from whowalkedaway import builds, help

def stop():
    raise {happens}

help.print_help, builds.end_with, sys.argv = stop, print, ["make", "help"]
runpy.run_module("whowalkedaway.__main__", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("happens", "code", "said"),
    [
        ("KeyboardInterrupt", 130, ""),
        ("ImportError('gone', name='pandas')", 2, "the environment is damaged: gone\nWhat to do:"),
    ],
)
def test_a_command_that_is_stopped_ends_with_a_code_and_leaves_nothing(
    tmp_path, happens, code, said
):
    env = {
        "CALLER": "12",
        "PYTHONPATH": projects.code_path(),
        "MAKEFLAGS": "",
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(happens=happens)],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )
    # it watches the process that called it, by its number
    assert (done.returncode, done.stdout) == (code, "12\n")
    assert done.stderr[: len(said) or None] == said
    assert [*tmp_path.iterdir()] == []


def test_who_has_read_enough_of_what_a_command_prints_gets_no_error():
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "whowalkedaway", "help"]
    env = os.environ | {"PYTHONPATH": projects.code_path(), "MAKEFLAGS": ""}
    done = subprocess.run(command, env=env, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")
