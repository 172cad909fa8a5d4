"""A line that moves on a terminal, and nothing elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios

PROGRAM = """
import time
from notepress.run.progress import counted
with counted(3, "steps") as line:
    time.sleep(0.2)
    line.update()
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


def test_the_line_says_how_many_ended() -> None:
    shown = on_a_terminal()
    assert "0 of 3 steps" in shown
    assert "1 of 3 steps" in shown
    assert shown.splitlines()[-1].strip() == "", "and goes in the end"


def test_a_pipe_gets_what_is_counted_without_the_count() -> None:
    program = "from notepress.run.progress import counted\nprint(*counted(2, 'points', iter('ab')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"a b\n"
