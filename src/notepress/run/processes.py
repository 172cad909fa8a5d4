"""Steps in processes of their own, forked from one that has imported what they need.

What a step starts ends with it, and all of it ends with the process that started the step.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

from notepress.run.leash import end_with_parent

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
        self._running: dict[Connection, tuple[str, BaseProcess]] = {}
        if forked:
            self._context.set_forkserver_preload(list(preload))
            forkserver.ensure_running()  # it imports while this process goes on

    def __enter__(self) -> Processes:
        """Take note of what is started."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs, with all that it started."""
        for _name, process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid or 0, signal.SIGKILL)
            process.kill()  # so young that it leads nothing yet

    def start(self, name: str, work: Callable[[Any], tuple[int, Any]], task: object) -> None:
        """Have `work(task)` done under a name."""
        result, told = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_be_step, args=(work, task, told))
        process.start()
        told.close()
        self._running[result] = name, process

    def end(self) -> tuple[str, int, Any]:
        """Wait for the next that ends: its name, its exit code, and what else it returns.

        The code is negative where a signal ended it.
        """
        ready = wait([*self._running])
        result = next(one for one in self._running if one in ready)
        name, process = self._running.pop(result)
        answer = None
        with result, contextlib.suppress(EOFError):  # it died
            answer = result.recv()
        process.join()
        return name, *(answer or (process.exitcode or 1, None))


def _be_step(work: Callable[[Any], tuple[int, Any]], task: object, told: Connection) -> None:
    """Do the work and tell of it, as the leader of all that it starts."""
    end_with_parent()
    told.send(work(task))
