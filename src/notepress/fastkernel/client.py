"""Ask a fork server for a process, and stand in for it: its signals, its exit code, its end.

Run as a file, this is the command of a make recipe:

    python -I -S client.py SOCKET MODULE ARGUMENT...

does what `python -m MODULE ARGUMENT...` does, in a process that the server forks. So this module
imports next to nothing, and nothing of the project. Where no server listens, the module is run by
a new interpreter.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence

PATIENCE = 30.0  # seconds that a server may take for its imports
_SEPARATOR = b"\0"  # no argument, path or variable can hold it


def packed(
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    limits: Iterable[tuple[int, int, int]] = (),
) -> bytes:
    """Return a request for a process: what `server.unpacked` reads.

    `limits` are resource limits as (number, soft, hard).
    """
    listed = [f"{number}:{soft}:{hard}" for number, soft, hard in limits]
    variables = [f"{name}={value}" for name, value in environment.items()]
    fields = [folder, str(len(arguments)), *arguments, str(len(listed)), *listed, *variables]
    return _SEPARATOR.join(os.fsencode(field) for field in fields)


class Remote:
    """A process that a server forked; the part of subprocess.Popen that is wanted of it.

    It lives no longer than this object's connection: a client that dies takes it along.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: bytes, files: Sequence[int] = (0, 1, 2)) -> None:
        """Have a process forked, with these files as its standard ones; OSError where none is.

        None is where the server does not answer in time, as one that lacks memory for an import.
        """
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.settimeout(PATIENCE)
            self._connection.connect(address)
            length = len(request).to_bytes(8, "little")
            socket.send_fds(self._connection, [length], list(files))
            self._connection.sendall(request)
            self._answers = self._connection.makefile("rb")
            answer = self._answers.readline()
            if not answer.strip().isdigit():
                raise ConnectionRefusedError(f"the server forked no process: {answer!r}")
            self._connection.settimeout(None)
        except OSError:
            self._connection.close()
            raise
        self.pid = int(answer)

    def fileno(self) -> int:
        """Return the connection's number; it becomes readable when the process has ended."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        if self.returncode is None:
            try:
                if not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return self._lost()
            except BlockingIOError:
                return None
            except OSError:
                return self._lost()
            return self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the process to end; return its exit code, negative after a signal."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                answer = self._answers.readline()
            except TimeoutError:
                raise
            except OSError:
                answer = b""
            if not answer.endswith(b"\n"):
                return self._lost()
            self.returncode = int(answer)
            self._close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)

    def _lost(self) -> int:
        """End a process whose server is gone: nobody else would."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.returncode = -signal.SIGKILL
        self._close()
        return self.returncode

    def _close(self) -> None:
        self._answers.close()
        self._connection.close()


def main(address: str, module: str, *arguments: str) -> int:
    """Run a module by the server, or else by a new interpreter; return its exit code."""
    request = packed(["-m", module, *arguments], os.getcwd(), os.environ)  # noqa: PTH109 (no pathlib)
    try:
        remote = Remote(address, request)
    except OSError:
        os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606
    code = remote.wait()
    # as a shell tells of a process that a signal ended
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
