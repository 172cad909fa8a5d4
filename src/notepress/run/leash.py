"""How a process ends: with the one that started it, and with all that it started."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess


def end_with_parent() -> None:
    """Make this process of `multiprocessing` lead a group that is killed when its parent ends.

    On Linux the system itself watches the parent's end of a pipe; a thread could not, while a
    library keeps the interpreter to itself.
    """
    os.setsid()
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("this process has no parent that it could end with")
    sentinel = parent.sentinel

    def end() -> None:
        wait([sentinel])
        os.killpg(0, signal.SIGKILL)

    if sys.platform != "linux":
        threading.Thread(target=end, daemon=True).start()
        return
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, -os.getpid())  # negative: a group
    fcntl.fcntl(sentinel, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([sentinel], timeout=0):  # it ended before anybody watched
        end()


def end_with_all(process: BaseProcess) -> None:
    """Kill a process that ends with this one, and the group that it leads."""
    if process.pid is None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()  # so young that it leads nothing yet
