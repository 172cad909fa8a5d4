"""Steps run in processes of their own, and all of them end with the build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from notepress.run import processes
from projects import is_alive

# what a build does: it has steps done, by a function that a process can import
BUILD = """
import os, signal, subprocess, sys, time
from notepress.run.processes import Processes

def work(task):
    if task == "imported":
        return 0, "pandas" in sys.modules
    if task == "leads":
        return 0, os.getsid(0) == os.getpid() != os.getppid()
    if task == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "lasts":
        child = subprocess.Popen(["sleep", "60"])
        open("pids", "w").write(f"{os.getpid()} {child.pid}")
        time.sleep(60)
    return int(task), None

def main(way, *tasks):
    with Processes(["pandas", "no_such_module"], forked=way == "forked") as steps:
        for task in tasks:
            steps.start(task, work, task)
        for task in tasks:
            if task != "lasts":
                print(*steps.end(), flush=True)
        while "lasts" in tasks and not os.path.exists("stop"):
            time.sleep(0.05)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""
FORKED = pytest.param(
    "forked", marks=pytest.mark.skipif(not processes.CAN_FORK, reason="no safe fork here")
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "build.py").write_text(textwrap.dedent(BUILD))
    return tmp_path / "build.py"


def start(program: Path, way: str, *tasks: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, program.name, way, *tasks],
        cwd=program.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def told(program: Path, way: str, *tasks: str) -> set[str]:
    out, err = start(program, way, *tasks).communicate(timeout=60)
    assert err == ""
    return {*out.splitlines()}


def test_a_forked_step_finds_what_was_imported_for_it_and_leads_a_session(program: Path) -> None:
    if processes.CAN_FORK:  # an import that fails there is silent, and each step would be slower
        assert told(program, "forked", "imported", "leads") == {"imported 0 True", "leads 0 True"}
    assert told(program, "alone", "imported", "leads") == {"imported 0 False", "leads 0 True"}


@pytest.mark.parametrize("way", [FORKED, "alone"])
def test_each_step_has_its_own_exit_code(program: Path, way: str) -> None:
    assert told(program, way, "7", "dies", "0") == {"7 7 None", "dies -9 None", "0 0 None"}


@pytest.mark.parametrize("way", [FORKED, "alone"])
@pytest.mark.parametrize("is_killed", [True, False])
def test_nothing_outlives_a_build(program: Path, way: str, is_killed: bool) -> None:
    pids = program.with_name("pids")
    process = start(program, way, "lasts")
    until = time.monotonic() + 30
    while not (pids.exists() and len(pids.read_text().split()) == 2):
        assert time.monotonic() < until
        time.sleep(0.05)
    if is_killed:
        os.kill(process.pid, signal.SIGKILL)
    else:
        program.with_name("stop").touch()
    process.communicate(timeout=30)
    while any(is_alive(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < until
        time.sleep(0.05)
