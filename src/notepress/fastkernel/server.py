"""A process that forks others: each request becomes a child with the client's files and folder."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from notepress.fastkernel import FOLDER

_PATIENCE = 10.0  # seconds that a client may take to say what it wants
_REFUSED = b"no\n"


def is_available() -> bool:
    """Tell whether this system can fork safely and say who asks.

    On macOS, libraries that were used before a fork may crash after it.
    """
    return hasattr(os, "fork") and hasattr(socket, "SO_PEERCRED") and sys.platform != "darwin"


@dataclass(frozen=True)
class Request:
    """What a client wants: arguments, folder, environment, resource limits, standard files."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    limits: list[tuple[int, int, int]]
    files: list[int]


def unpacked(message: bytes, files: list[int]) -> Request:
    """Read what `client.packed` wrote."""
    folder, count, *rest = (os.fsdecode(field) for field in message.split(b"\0"))
    arguments, (listed, *rest) = rest[: int(count)], rest[int(count) :]
    limits, variables = rest[: int(listed)], rest[int(listed) :]
    return Request(
        arguments,
        folder,
        dict(variable.split("=", 1) for variable in variables),
        [(int(a), int(b), int(c)) for a, b, c in (limit.split(":") for limit in limits)],
        files,
    )


class ForkServer:
    """Serves requests on a listening socket, and imports `preload` when it has nothing else to do.

    `run` is called in the child; what it returns is the exit code. `accepts` tells whether a
    request can be served by this process, and may import what it needs; a client whose request is
    refused helps itself. With `own_session`, a child leads a session and is killed with all that
    it started.
    """

    def __init__(
        self,
        listener: socket.socket,
        run: Callable[[Request], int],
        *,
        accepts: Callable[[Request], bool] = lambda request: True,
        preload: Iterable[str] = (),
        own_session: bool = False,
    ) -> None:
        self._listener = listener
        self._run = run
        self._accepts = accepts
        self._preload = list(preload)
        self._own_session = own_session
        self._children: dict[int, socket.socket] = {}
        # a child reads from here and ends when this process does; only this process can write
        self._leash, self._held = os.pipe()

    def serve(self, goes_on: Callable[[], bool], also: Sequence[int] = ()) -> None:
        """Serve while `goes_on()`; asked after each event, also on the files `also`."""
        with self._woken_by_children() as wake:
            while goes_on():
                waiting: list[Any] = [self._listener, wake, *also, *self._children.values()]
                ready, _, _ = select.select(waiting, [], [], 0 if self._preload else None)
                if not ready:
                    self._import_next()
                    continue
                if wake in ready:
                    os.read(wake, 4096)
                self._reap()
                for pid, connection in list(self._children.items()):
                    if connection in ready and connection.fileno() >= 0 and not _peek(connection):
                        self._kill(pid)
                if self._listener in ready:
                    self._serve_one()

    def close(self) -> None:
        """End all children, and this server."""
        for pid in self._children:
            self._kill(pid)
        until = time.monotonic() + 5
        while self._children and time.monotonic() < until:
            self._reap()
            time.sleep(0.005)
        for end in (self._leash, self._held):
            os.close(end)
        self._listener.close()

    def _import_next(self) -> None:
        # what cannot be imported here fails where it is used, with the right message
        with contextlib.suppress(Exception):
            importlib.import_module(self._preload.pop(0))

    @contextlib.contextmanager
    def _woken_by_children(self) -> Iterator[int]:
        """Give a file that becomes readable when a child has ended."""
        wake, end = os.pipe()
        os.set_blocking(end, False)
        before = signal.signal(signal.SIGCHLD, lambda *_: None)
        old = signal.set_wakeup_fd(end, warn_on_full_buffer=False)
        self._wake = (wake, end)
        try:
            yield wake
        finally:
            signal.set_wakeup_fd(old)
            signal.signal(signal.SIGCHLD, before)
            os.close(wake)
            os.close(end)

    def _serve_one(self) -> None:
        connection, _ = self._listener.accept()
        try:
            request = _received(connection)
        except (OSError, ValueError, EOFError):
            connection.close()
            return
        try:
            if not self._is_accepted(request):
                with contextlib.suppress(OSError):
                    connection.sendall(_REFUSED)
                connection.close()
                return
            if not _peek(connection):  # who asked has had no patience with the imports
                connection.close()
                return
            sys.stdout.flush()
            sys.stderr.flush()
            gc.freeze()  # what is here stays: a child need not look through it time and again
            pid = os.fork()
            if pid == 0:
                self._be_child(request, connection)
            self._children[pid] = connection
            with contextlib.suppress(OSError):  # a client that is gone is noticed by its silence
                connection.sendall(b"%d\n" % pid)
        finally:
            for file in request.files:
                os.close(file)

    def _is_accepted(self, request: Request) -> bool:
        """Tell whether to fork; what goes wrong here goes wrong again where it can be told."""
        try:
            return self._accepts(request)
        except Exception:
            return False

    def _be_child(self, request: Request, connection: socket.socket) -> NoReturn:
        """Become the process that was asked for, and never return."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # what is the server's own: a copy kept open here would hide its end from others
            for file in (*self._wake, self._held):
                os.close(file)
            for theirs in (self._listener, connection, *self._children.values()):
                theirs.close()
            if self._own_session:
                os.setsid()
            for number, file in enumerate(request.files):
                os.dup2(file, number)
            for file in request.files:
                os.close(file)
            _enter(request)
            leash = threading.Thread(
                target=_end_with, args=(self._leash,), name="leash", daemon=True
            )
            leash.start()
            code = self._run(request)
        except SystemExit as end:
            code = _exit_code(end)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        """Tell clients of children that have ended."""
        for pid, connection in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._children[pid]
                with contextlib.suppress(OSError):
                    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
                connection.close()

    def _kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            (os.killpg if self._own_session else os.kill)(pid, signal.SIGKILL)


def listen(path: str) -> socket.socket:
    """Return a socket that listens on a path; OSError where the path is too long for one."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    listener.listen(64)
    return listener


def remove_socket(path: Path) -> None:
    """Remove a server's socket; of the private folder of a build, all that lies there."""
    if path.parent.name.startswith(FOLDER):
        shutil.rmtree(path.parent, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _received(connection: socket.socket) -> Request:
    """Read a request of a process of this user; PermissionError for others."""
    connection.settimeout(_PATIENCE)
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", told)
    if user != os.getuid():
        raise PermissionError(f"user {user} is not the one of this server")
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    try:
        if len(head) != 8 or len(files) != 3:
            raise EOFError
        wanted, message = int.from_bytes(head, "little"), b""
        while len(message) < wanted:
            piece = connection.recv(wanted - len(message))
            if not piece:
                raise EOFError
            message += piece
        connection.settimeout(None)
        return unpacked(message, files)
    except BaseException:
        for file in files:
            os.close(file)
        raise


def _peek(connection: socket.socket) -> bool:
    """Tell whether the client at the other end is still there."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _enter(request: Request) -> None:
    """Take on the folder, environment and limits of the client."""
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    time.tzset()
    if request.limits:
        import resource

        for number, soft, hard in request.limits:
            resource.setrlimit(number, (soft, hard))
    _reseed()


def _reseed() -> None:
    """Give this process random numbers of its own, as a new interpreter would have."""
    import random

    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _end_with(leash: int) -> None:
    """End this process when the server's end of the pipe is closed."""
    os.read(leash, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def _exit_code(end: SystemExit) -> int:
    """Return the code with which an interpreter ends on SystemExit."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1
