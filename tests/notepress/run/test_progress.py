"""A line that moves on a terminal, in colour where that is wanted, and plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios

PROGRAM = """
import time
from notepress.run.progress import GREEN, Progress, mark
with Progress(["one", "two", "three"], {"one": 8.0, "two": 1.0}) as progress:
    with progress.running("one"):
        time.sleep(1.3)
    progress.say(f"{mark('✓', GREEN)}one")
"""


def on_a_terminal(**env: str) -> str:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    variables = os.environ | {"TERM": "xterm", "PYTHONUTF8": "1"} | env
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=theirs, env=variables) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 9999)
            except OSError:
                break
    os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def test_the_line_says_what_runs_how_many_ended_and_how_long_it_may_take() -> None:
    cores = os.cpu_count() or 1
    shown = on_a_terminal()
    about = 9 if cores == 1 else 8
    assert re.search(rf"  one .* 0 of 3 steps, about {about} s left", shown)
    assert re.search(rf"0 of 3 steps, about {about - 1} s left", shown), "it moves by itself"
    assert "\x1b[32m✓\x1b[0m one" in shown
    assert shown.splitlines()[-1].strip() == "", "and goes in the end"


def test_no_colour_is_kept() -> None:
    assert "✓ one" in on_a_terminal(NO_COLOR="1")


def test_a_pipe_gets_plain_lines() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert done.stdout == b"one\n"


def test_a_pipe_gets_what_is_counted_without_the_count() -> None:
    program = "from notepress.run.progress import counted\nprint(*counted(iter('ab'), 2))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"a b\n"
