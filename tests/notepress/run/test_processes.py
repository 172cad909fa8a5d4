"""Steps run in processes of their own, and all of it ends together."""

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

# what a build does: it has a step done, by a function that a process can import
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

if __name__ == "__main__":
    way, step = sys.argv[1:]
    with Processes(["pandas", "no_such_module"], forked=way == "forked") as processes:
        print(*processes.run(work, step))
"""
FORKED = pytest.param(
    "forked", marks=pytest.mark.skipif(not processes.CAN_FORK, reason="no safe fork here")
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "build.py").write_text(textwrap.dedent(BUILD))
    return tmp_path / "build.py"


def start(program: Path, way: str, step: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, program.name, way, step],
        cwd=program.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ask(program: Path, way: str, step: str) -> str:
    """The exit code of a step, and what it returned."""
    out, err = start(program, way, step).communicate(timeout=300)
    assert err == ""
    return out.strip()


def test_a_forked_step_finds_what_was_imported_for_it_and_leads_a_session(program: Path) -> None:
    if processes.CAN_FORK:  # an import that fails there is silent, and each step would be slower
        assert ask(program, "forked", "imported") == "0 True"
        assert ask(program, "forked", "leads") == "0 True"
    assert ask(program, "alone", "imported") == "0 False"
    assert ask(program, "alone", "leads") == "0 True"


@pytest.mark.parametrize("way", [FORKED, "alone"])
def test_the_exit_code_of_a_step_is_told(program: Path, way: str) -> None:
    assert ask(program, way, "7") == "7 None"
    assert ask(program, way, "dies") == "-9 None"


@pytest.mark.parametrize("way", [FORKED, "alone"])
def test_nothing_outlives_a_build(program: Path, way: str) -> None:
    pids = program.with_name("pids")
    process = start(program, way, "lasts")
    until = time.monotonic() + 300
    while not (pids.exists() and len(pids.read_text().split()) == 2):
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=300)
    while any(is_alive(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(not processes.CAN_FORK, reason="no safe fork here")
def test_what_is_imported_for_steps_says_nothing_of_an_end_from_the_keyboard(
    tmp_path: Path,
) -> None:
    (tmp_path / "slow.py").write_text("import time\nprint('on', flush=True)\ntime.sleep(1)\n")
    code = "import time\nfrom notepress.run.processes import Processes\n"
    code += "with Processes(['slow'], forked=True):\n    time.sleep(60)\n"
    asked = [sys.executable, "-c", f"try:\n{textwrap.indent(code, ' ')}except KeyboardInterrupt: 0"]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(asked, cwd=tmp_path, start_new_session=True, **piped) as process:
        assert process.stdout.readline() == "on\n"
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
    assert said == ""
