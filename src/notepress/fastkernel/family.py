"""The processes of one build: one that forks kernels, and this one, which forks the build's steps.

The steps' program, such as make, runs as a child of this process and calls `client.py`.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from notepress.fastkernel import FOLDER, KERNELS, STEPS, VARIABLES
from notepress.fastkernel.kernels import end_server, start_server
from notepress.fastkernel.server import ForkServer, Request, is_available, listen, remove_socket


class Family:
    """Starts a server of kernels at once, and forks steps while `run` runs a command.

    Use it in a `with` statement: at its end, or with this process, all of the family ends. Where
    it cannot start, or with `wanted` false, `run` runs the command and nothing more.
    """

    def __init__(
        self,
        *,
        wanted: bool,
        environment: Mapping[str, str],
        kernel_modules: Sequence[str],
    ) -> None:
        """Take what kernels have in their environment, and what is imported for them beforehand."""
        self._environment = dict(environment)
        self._modules = kernel_modules
        self._wanted = wanted and is_available()
        self._folder: Path | None = None
        self._kernels: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Family:
        """Start what can be started."""
        if self._wanted:
            # private to this user; sockets have no other lock on every system
            self._folder = Path(tempfile.mkdtemp(prefix=FOLDER))
            try:
                self._kernels = start_server(
                    str(self._folder / "kernels"),
                    self._modules,
                    self._environment,
                )
            except OSError:
                self.close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the family."""
        self.close()

    @property
    def is_running(self) -> bool:
        """Tell whether steps and kernels are forked."""
        return self._folder is not None

    def close(self) -> None:
        """End all processes and remove their sockets; what runs from now on is not forked."""
        if self._kernels is not None:
            end_server(self._kernels)
        if self._folder is not None:
            remove_socket(self._folder / "kernels")
        self._kernels = self._folder = None

    def run(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        step: Callable[[Sequence[str]], int],
        accepts: Callable[[Request], bool],
        preload: Iterable[str],
        pass_fds: Sequence[int] = (),
    ) -> int:
        """Run a command to its end and return its exit code.

        Where it calls `client.py`, `step` runs in a forked process with the arguments that follow
        the socket. The command and its children keep the open files `pass_fds`.
        """
        # a server of another build is none of this one
        environment = {k: v for k, v in environment.items() if not k.startswith(VARIABLES)}
        listener = None
        if self._folder is not None:
            address = self._folder / "steps"
            try:
                listener = listen(str(address))
            except OSError:
                self.close()
        if listener is None or self._folder is None:
            done = subprocess.run(
                list(command), cwd=folder, env=environment, pass_fds=pass_fds, check=False
            )
            return done.returncode
        told = {STEPS: str(address), KERNELS: str(self._folder / "kernels")}
        server = ForkServer(
            listener,
            lambda request: step(request.arguments[1:]),
            accepts=accepts,
            preload=preload,
        )
        with subprocess.Popen(
            list(command), cwd=folder, env={**environment, **told}, pass_fds=pass_fds
        ) as process:
            try:
                server.serve(lambda: process.poll() is None)
            except BaseException:
                process.kill()
                raise
            finally:
                server.close()
            return process.wait()
