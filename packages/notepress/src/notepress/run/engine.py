"""papermill's engine `forked`: a notebook's cells run in a child forked from this process.

There works ipykernel's own kernel, without sockets: what it shows, and what cells write to the
files 1 and 2, comes back over pipes. It ends with this process, and takes along what a cell
started.
"""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import SimpleNamespace
from typing import Any, NamedTuple

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import Engine, NotebookExecutionManager
from traitlets.config import Config

from notepress.run.processes import end_with_all, end_with_parent

# more than a pipe can hold: one read gives all that there is
_PIPE = 1 << 20

Message = tuple[str, dict[str, Any]]


class ForkedEngine(Engine):
    """Runs the cells of a notebook in a forked child."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: int | None = None,
        **_: object,
    ) -> None:
        """Run the cells up to the first that fails; `execution_timeout` is in seconds a cell.

        Raises CellTimeoutError, and DeadKernelError where the child is gone.
        """
        # it knows what a message does to a cell
        client = NotebookClient(nb_man.nb, record_timing=False)
        with _forked() as child:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                try:
                    if not _run(cell, index, client, child, execution_timeout):
                        nb_man.cell_exception(cell, cell_index=index)
                        break
                finally:
                    nb_man.cell_complete(cell, cell_index=index)
        nb_man.nb.metadata["language_info"] = dict(IPythonKernel.language_info)


def _run(
    cell: NotebookNode, index: int, client: NotebookClient, child: _Child, seconds: int | None
) -> bool:
    """Have one cell run and keep what it shows; tell whether it went well."""
    if cell.cell_type != "code" or not cell.source.strip():
        return True
    client.clear_before_next_output = False
    ends = time.monotonic() + (seconds or math.inf)
    with suppress(EOFError, ConnectionError):
        child.connection.send(cell.source)
        while (left := ends - time.monotonic()) > 0:
            # looked after once a second: a process that it forked may keep the connection open
            for kind, content in child.told(min(left, 1)):
                if kind == "execute_reply":
                    return bool(content["status"] == "ok")
                of_kind = {"msg_type": kind}
                message = {**of_kind, "header": of_kind, "parent_header": {}, "content": content}
                client.process_message(message, cell, index)
        raise CellTimeoutError.error_from_timeout_and_cell(
            "Cell execution timed out", seconds or 0, cell
        )
    raise DeadKernelError("Kernel died")


class _Child(NamedTuple):
    """A forked process that runs cells: a connection to it, and what it writes to files 1 and 2."""

    process: BaseProcess
    connection: Connection
    streams: Sequence[tuple[str, Connection, IncrementalDecoder]]

    def told(self, seconds: float) -> Iterator[Message]:
        """Wait at most so long for what it told; EOFError or ConnectionError where it is gone."""
        ready = wait([self.connection, *(file for _, file, _ in self.streams)], seconds)
        if not ready and not self.process.is_alive():
            raise EOFError
        # first what was written before the next message was sent
        for name, file, decoder in self.streams:
            with suppress(BlockingIOError):
                if text := decoder.decode(os.read(file.fileno(), _PIPE)):
                    yield "stream", {"name": name, "text": text}
        if self.connection in ready:
            message = self.connection.recv()
            self.connection.send(None)  # the child waits, so that what follows comes after it
            yield message


@contextmanager
def _forked() -> Iterator[_Child]:
    """Fork a process for the cells of one notebook, and end it with all that it started."""
    here, there = multiprocessing.Pipe()
    pipes = {name: multiprocessing.Pipe(duplex=False) for name in ("stdout", "stderr")}
    with ExitStack() as stack:
        for end in (here, there, *chain(*pipes.values())):
            stack.enter_context(end)
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(there, {name: end for name, (_, end) in pipes.items()})
        )
        process.start()
        there.close()  # so that the end of the child is the end of the connection
        decoder = getincrementaldecoder("utf-8")
        try:
            for file, _ in pipes.values():
                os.set_blocking(file.fileno(), False)
            streams = [(name, file, decoder("replace")) for name, (file, _) in pipes.items()]
            yield _Child(process, here, streams)
        finally:
            end_with_all(process)
            process.join()
            process.close()


# --- in the child -------------------------------------------------------------------------------


def _serve(connection: Connection, files: Mapping[str, Connection]) -> None:
    """Run the cells that come over the connection, as a kernel does."""
    end_with_parent()
    for number, (name, file) in enumerate(files.items(), 1):
        os.dup2(file.fileno(), number)
        stream = open(  # noqa: SIM115  (a file by its number, open for good)
            number, "w", encoding="UTF-8", errors="backslashreplace", buffering=1, closefd=False
        )
        setattr(sys, name, stream)
    # as a kernel has it, whatever its parent ignores
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [""]
    if "" not in sys.path:  # where IPython has it: modules beside a notebook hide no standard ones
        places = (n for n, path in enumerate(sys.path) if path.endswith("site-packages"))
        sys.path.insert(next(places, len(sys.path)), "")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # Python draws anew in a fork, this does not
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # as where a kernel imports it
    wire = _Wire(connection)
    kernel: Any = IPythonKernel.instance(
        session=wire,
        log=logging.getLogger(__name__),
        shell_channel_thread=SimpleNamespace(parent_thread=None),
        config=Config(HistoryManager={"hist_file": ":memory:"}),
    )
    # windows have no place here, and figures inline need no loop of events
    kernel.shell.enable_gui = lambda gui=None: None
    # asyncio.run would handle Ctrl-C in a way of its own
    asyncio.new_event_loop().run_until_complete(_run_cells(kernel, connection, wire))


async def _run_cells(kernel: Any, connection: Connection, wire: _Wire) -> None:
    while not kernel.shell.exit_now:
        source = connection.recv()
        wire.send(None, "execute_input", {"execution_count": kernel.shell.execution_count})
        reply = await kernel.do_execute(source, silent=False)
        sys.stdout.flush()
        sys.stderr.flush()
        wire.send(None, "execute_reply", {"status": reply["status"]})


class _Wire(Session):
    """Carries what a kernel shows to the process that forked it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._one_at_a_time = threading.Lock()  # threads of a cell show things too

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Send a message, given whole or as its type and content."""
        if os.getpid() != self.pid:  # processes of a cell do not speak for it
            return
        if isinstance(msg_or_type, str):
            message = msg_or_type, content
        else:
            message = msg_or_type["msg_type"], msg_or_type["content"]
        with self._one_at_a_time:
            self._connection.send(message)
            self._connection.recv()
