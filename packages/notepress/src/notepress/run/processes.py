"""Processes that end with the one that started them, and with all that they started."""

import fcntl
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, Self

# as fork has it: on macOS, libraries that were used before a fork may crash after it
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"


class Processes:
    """Starts steps, forked from a process that has imported `preload`, or each as a new one.

    The environment of this process when the first one starts is theirs. `with` it, all end.
    """

    def __init__(self, preload: Sequence[str], *, forked: bool) -> None:
        self._context: ForkServerContext | SpawnContext = (
            multiprocessing.get_context("forkserver")
            if forked
            else multiprocessing.get_context("spawn")
        )
        # Process is not made for threads: one reaps what another waits for
        self._lock = threading.Lock()
        if forked:
            self._context.set_forkserver_preload(list(preload))
            # it imports while this process goes on, and would tell of it where Ctrl-C ends both
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            forkserver.ensure_running()
            signal.signal(signal.SIGINT, before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs of all that this process has started."""
        with self._lock:
            for process in multiprocessing.active_children():
                end_with_all(process)

    def run(self, work: Callable[[Any], tuple[int, Any]], task: object) -> tuple[int, Any]:
        """The exit code of `work(task)` in a process of its own, and what else it returns.

        The code is negative where a signal ended it.
        """
        result, told = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_be_step, args=(work, task, told))
        with self._lock:
            process.start()
        told.close()
        answer = None
        with suppress(EOFError):  # it died, or was ended
            answer = result.recv()
        wait([process.sentinel])
        with self._lock:
            process.join()
        return answer or (process.exitcode or 1, None)


def _be_step(work: Callable[[Any], tuple[int, Any]], task: object, told: Connection) -> None:
    end_with_parent()
    told.send(work(task))


def end_with_parent() -> None:
    """Make this process of `multiprocessing` lead a group that is killed when its parent ends.

    On Linux the system watches the parent's end of a pipe; a thread could be kept from it.
    """
    os.setsid()
    sentinel = multiprocessing.parent_process().sentinel  # type: ignore[union-attr]

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
    """Kill a process that was started to end with this one, and the group that it leads."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # type: ignore[arg-type]
    process.kill()  # so young that it leads nothing yet
