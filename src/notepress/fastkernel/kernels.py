"""Serve Jupyter kernels by forking, and programs that want what kernels have imported.

    python -m notepress.fastkernel.kernels LISTENER MODULE...

LISTENER is the number of the file that is the listening socket; the server goes on until its
standard input is closed. The modules are imported before any kernel is forked, so that no kernel
does it again. A kernel that this process cannot stand in for, because of its program or of
environment variables that count at an interpreter's start, is refused.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from notepress.fastkernel.server import ForkServer, Request, remove_socket

LAUNCHER = "ipykernel_launcher"
# what the interpreter, the C library and numerical libraries read once, when they start
READ_AT_START = (
    "ARROW_", "BLIS_", "GOTO_", "KMP_", "LANG", "LC_", "LD_", "MALLOC_", "MKL_", "MPL", "NPY_",
    "NUMEXPR_", "OMP_", "OPENBLAS_", "PANDAS_", "PYDEVD_", "PYTHON", "TZ", "VECLIB_",
)  # fmt: skip
# what an IPython kernel imports when it starts or runs its first cell
KERNEL = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "ipykernel.heartbeat",
    "ipykernel.iostream", "ipykernel.parentpoller", "ipykernel.subshell_manager",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.utils.wildcard", "sqlite3",
)  # fmt: skip


class ComingKernel:
    """What `get_ipython()` gives while modules are imported for kernels to come.

    pandas, for one, chooses how many columns to print by whether this has a `kernel`.
    """

    kernel = None


def start_server(
    address: str, modules: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a server of kernels that listens on the path `address`, and return at once.

    It ends when the process's standard input is closed: by `end_server`, or by the end of this
    process. OSError where it cannot start.
    """
    from notepress.fastkernel.server import listen

    with listen(address) as listener:
        return subprocess.Popen(
            [sys.executable, "-m", __name__, str(listener.fileno()), *modules],
            stdin=subprocess.PIPE,
            env=dict(environment),
            pass_fds=(listener.fileno(),),
            start_new_session=True,  # Ctrl-C reaches the one who asks, who ends the kernels
        )


def end_server(server: subprocess.Popen[bytes]) -> None:
    """End a server and all its kernels."""
    assert server.stdin is not None  # noqa: S101  (start_server gave it a pipe)
    server.stdin.close()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(listener: str, *modules: str) -> None:
    """Serve until standard input is closed."""
    wanted = [*KERNEL, *modules]
    if sys.path[0] in ("", str(Path.cwd())):  # as the launcher of a kernel does
        del sys.path[0]
    listening = socket.socket(fileno=int(listener))
    path = Path(listening.getsockname())
    server = ForkServer(
        listening,
        lambda request: (be_module if is_module(request) else be_kernel)(request),
        accepts=lambda request: can_stand_in(request) and import_all(wanted),
        preload=wanted,
        own_session=True,
    )
    # libraries that ask, when imported, whether a kernel imports them: yes, one will
    builtins.get_ipython = ComingKernel  # type: ignore[attr-defined]
    leash = sys.stdin.fileno()
    os.set_blocking(leash, False)
    try:
        server.serve(lambda: not _is_closed(leash), also=[leash])
    finally:
        server.close()
        remove_socket(path)  # nobody else may be left to do so


def import_all(modules: Sequence[str]) -> bool:
    """Import modules, if they can be imported, and return True."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    return True


def is_module(request: Request) -> bool:
    """Tell whether `client.py` asks, for a module to run, and not one who wants a kernel."""
    return request.arguments[0] == "-m"


def can_stand_in(request: Request) -> bool:
    """Tell whether a new interpreter would come out as this one, forked.

    A module is one of the build that started this server, and content with its environment.
    """
    program, *options = request.arguments
    return is_module(request) or (
        Path(program).absolute() == Path(sys.executable).absolute()
        and options[:3] == ["-m", LAUNCHER, "-f"]
        and _counts(request.environment) == _counts(_AT_START)
    )


def be_kernel(request: Request) -> int:
    """Run a kernel in this process, as `python -m ipykernel_launcher -f FILE` would."""
    from ipykernel.kernelapp import IPKernelApp

    del builtins.get_ipython  # type: ignore[attr-defined]
    launcher = importlib.util.find_spec(LAUNCHER)
    sys.argv = [str(launcher.origin if launcher else LAUNCHER), *request.arguments[3:]]
    sys.orig_argv = list(request.arguments)
    # a kernel ends when the process that started it does; ipykernel has read the variable already
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    IPKernelApp.launch_instance(parent_handle=os.getppid())
    return 0


def be_module(request: Request) -> int:
    """Run a module in this process, as `python -m MODULE ARGUMENTS` would."""
    del builtins.get_ipython  # type: ignore[attr-defined]
    _, module, *arguments = request.arguments
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return 0


_AT_START = dict(os.environ)


def _counts(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(READ_AT_START) and name != "PYTHON"  # make's, not the interpreter's
    }


def _is_closed(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # whoever waits for the end need not wait for imports to be taken apart
