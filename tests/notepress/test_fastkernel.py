"""Forked processes behave as new ones do, and none of them outlives who asked for it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notepress.fastkernel import KERNELS, STEPS, build_folder, client, family, kernels, server
from notepress.run.execute import ENVIRONMENT, execute
from notepress.run.failure import NotebookFailed

pytestmark = pytest.mark.skipif(
    not server.is_available(), reason="forking is not safe on this system, and so not offered"
)
CLIENT = client.__file__


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone_within(seconds: float, *processes: int) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(map(is_alive, processes)):
            return True
        time.sleep(0.02)
    return False


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in listed.split()]


# --- kernels ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A server of kernels: its address and process."""
    address = str(tmp_path_factory.mktemp("k") / "kernels")
    process = kernels.start_server(
        address, ["pandas", "matplotlib.pyplot", "notepress"], {**os.environ, **ENVIRONMENT}
    )
    yield address, process.pid
    kernels.end_server(process)
    assert process.returncode == 0


@pytest.fixture
def both_ways(
    kernel_server: tuple[str, int], monkeypatch: pytest.MonkeyPatch, project: Path
) -> Callable[..., list[str]]:
    """Run a notebook by a new interpreter and by a fork; return what came of each, as text."""

    def run(notebook: Path, timeout: int | None = None) -> list[str]:
        told = []
        output = project / "reports" / "base" / "notebooks" / notebook.name
        for address in ("", kernel_server[0]):
            monkeypatch.setenv(KERNELS, address)
            if not address:
                monkeypatch.delenv(KERNELS)
            try:
                execute(notebook, output, timeout=timeout)
                told.append(output.read_text())
            except NotebookFailed as failure:
                assert failure.partial is not None
                told.append(f"{failure.exit_code} {failure}\n{failure.partial.read_text()}")
        return told

    return run


def outputs_of(executed: str) -> dict[str, object]:
    cells = json.loads(executed[executed.index("{\n") :])["cells"]
    return {cell["id"]: cell.get("outputs") for cell in cells}


SEMANTICS = [
    "import os, sys",
    "pd.DataFrame([[1] * 30])",
    "print('out'); import sys; print('err', file=sys.stderr)",
    "import subprocess\nsubprocess.run(['echo', 'from a process'])\nos.system('echo from a shell')",
    "!echo from the prompt",
    "import logging\nlogging.basicConfig(force=True)\nlogging.warning('a warning')",
    "import warnings\nwarnings.warn('careful')",
    "print(sorted({'a', 'b', 'c', 'd'}, key=hash), hash('text'))",
    "print(sys.argv[0], sys.argv[1:2], sys.path[0] == '', sys.flags, __name__)",
    "print(os.getcwd(), os.environ['MPLBACKEND'], os.environ['PYTHONHASHSEED'])",
    "print(sorted(name for name in os.environ if 'FORK' in name))",
    "import matplotlib\nprint(matplotlib.rcParams == matplotlib.rcParamsDefault)",
    "print(matplotlib.get_backend(), pd.get_option('display.max_columns'))",
    "import resource\nprint(resource.getrlimit(resource.RLIMIT_AS))",
    "print(os.getsid(0) == os.getpid(), os.umask(0o22), os.getppid() > 1)",
    "print(sys.stdin.read() if sys.__stdin__ is None else 'has standard input')",
    "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
    "import numpy as np\nprint(round(float(np.linalg.norm(np.ones((300, 300)) @ np.ones(300)))))",
    "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, -2])))\n"
    "with ProcessPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, -2])))",
    "%matplotlib inline\nfrom matplotlib import pyplot\npyplot.plot([1, 2]);",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))\nget_ipython()",
    "In[2], _, __, len(Out)",
    "pd.set_option('display.max_columns', 3)\nos.environ['LEFT'] = 'behind'\nos.chdir('/')",
]


def test_a_forked_kernel_says_what_a_new_one_says(make_notebook, both_ways) -> None:
    notebook = make_notebook(*SEMANTICS)
    new, forked = map(outputs_of, both_ways(notebook))
    assert new == forked
    # and once more: nothing is left behind by the one before
    assert outputs_of(both_ways(notebook)[1]) == new


def test_the_kernel_is_indeed_a_fork(make_notebook, both_ways, kernel_server) -> None:
    notebook = make_notebook("import os; print(os.getppid())")
    new, forked = (outputs_of(text)["cell-0"][0]["text"] for text in both_ways(notebook))
    assert int("".join(forked)) == kernel_server[1]
    assert int("".join(new)) == os.getpid()


def test_random_numbers_differ_from_kernel_to_kernel(make_notebook, both_ways) -> None:
    notebook = make_notebook("import random, numpy; print(random.random(), numpy.random.random())")
    drawn = {str(outputs_of(text)["cell-0"]) for _ in range(2) for text in both_ways(notebook)}
    assert len(drawn) == 4


@pytest.mark.parametrize(
    ("code", "exit_code", "timeout"),
    [
        ("1/0", 1, None),
        ("import sys; sys.exit(3)", 1, None),
        ("import os; os._exit(3)", 138, None),
        ("import os; os.kill(os.getpid(), 11)", 138, None),
        ("import ctypes; ctypes.string_at(0)", 138, None),
        ("import time; time.sleep(60)", 1, 5),
        (
            "import resource\nresource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
            "bytearray(8 << 30)",
            1,
            None,
        ),
        ("raise KeyboardInterrupt", 1, None),
    ],
)
def test_a_forked_kernel_fails_as_a_new_one_does(
    code: str, exit_code: int, timeout: int | None, make_notebook, both_ways
) -> None:
    new, forked = both_ways(make_notebook("print('so far')", code), timeout)
    if exit_code == 138:
        # whether the number of its last cell still got out is a matter of luck, both ways
        new, forked = (re.sub(r'"execution_count": .*', "", text) for text in (new, forked))
    assert new == forked
    assert forked.startswith(f"{exit_code} ")
    assert "so far" in forked


def test_limits_of_who_asks_hold_for_the_kernel(
    make_notebook, kernel_server, project: Path
) -> None:
    notebook = make_notebook(
        "import resource\nassert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 200"
    )
    script = (
        "import resource\nfrom pathlib import Path\nfrom notepress.run.execute import execute\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))\n"
        f"execute(Path({str(notebook)!r}), Path({str(project / 'reports/base/x/x.ipynb')!r}))"
    )
    environment = {**os.environ, KERNELS: kernel_server[0]}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


@pytest.mark.parametrize(
    "variable", ["PYTHONHASHSEED", "PYTHONWARNINGS", "TZ", "LC_ALL", "OMP_NUM_THREADS"]
)
def test_what_counts_at_an_interpreters_start_is_never_ignored(
    variable: str, kernel_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**os.environ, **ENVIRONMENT}
    arguments = [sys.executable, "-m", "ipykernel_launcher", "-f", "none.json"]
    request = server.Request(arguments, "/", environment, [], [])
    monkeypatch.setattr(kernels, "_AT_START", environment)
    assert kernels.can_stand_in(request)
    changed = {**environment, variable: "7"}
    assert not kernels.can_stand_in(server.Request(arguments, "/", changed, [], []))
    with pytest.raises(OSError, match="forked no process"):
        client.Remote(kernel_server[0], client.packed(arguments, "/", changed))


def test_another_program_is_no_kernel_of_this_server(kernel_server) -> None:
    environment = {**os.environ, **ENVIRONMENT}
    for arguments in (
        ["/usr/bin/R", "-m", "ipykernel_launcher", "-f", "x"],
        [sys.executable, "-Werror", "-m", "ipykernel_launcher", "-f", "x"],
        [sys.executable],
    ):
        with pytest.raises(OSError, match="forked no process"):
            client.Remote(kernel_server[0], client.packed(arguments, "/", environment))


def test_without_a_server_kernels_start_as_ever(
    make_notebook, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KERNELS, str(tmp_path / "nobody"))
    notebook = make_notebook(f"import os; assert os.getppid() == {os.getpid()}")
    execute(notebook, project / "reports" / "base" / "notebooks" / "01-first.ipynb")


def test_a_killed_client_leaves_no_kernel(make_notebook, kernel_server, project: Path) -> None:
    notebook = make_notebook(
        "import os, subprocess, time\n"
        "Path = __import__('pathlib').Path\n"
        "sleeper = subprocess.Popen(['sleep', '600'])\n"
        f"Path({str(project / 'pids')!r}).write_text(f'{{os.getpid()}} {{sleeper.pid}}')\n"
        "time.sleep(600)"
    )
    script = (
        "from pathlib import Path\nfrom notepress.run.execute import execute\n"
        f"execute(Path({str(notebook)!r}), Path({str(project / 'reports/base/x/x.ipynb')!r}))"
    )
    environment = {**os.environ, KERNELS: kernel_server[0]}
    driver = subprocess.Popen([sys.executable, "-c", script], env=environment)
    until = time.monotonic() + 60
    while not (project / "pids").is_file() or not (project / "pids").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    pids = [int(pid) for pid in (project / "pids").read_text().split()]
    assert all(map(is_alive, pids))
    driver.kill()
    driver.wait()
    assert gone_within(5, *pids)
    assert is_alive(kernel_server[1])


def test_twenty_kernels_leave_nothing_behind(
    make_notebook,
    kernel_server,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The long form, 500 kernels, is bench/soak.py."""
    address, process = kernel_server
    monkeypatch.setenv(KERNELS, address)
    notebook = make_notebook("print(pd.Series([1, 2]).sum())")
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"

    def held() -> tuple[int, int, int, int]:
        return (
            len(list(Path(f"/proc/{process}/fd").iterdir())),
            len(list(Path("/proc/self/fd").iterdir())),
            len(children_of(process)),
            len(list(Path(address).parent.iterdir())),
        )

    execute(notebook, output)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = held()
    for _ in range(20):
        execute(notebook, output)
    assert held() == before
    assert not list(tmp_path.glob("notepress-*"))


# --- steps --------------------------------------------------------------------------------------


STEP = """
import os, signal, sys, time
from pathlib import Path

def step(arguments):
    what, *rest = arguments
    if what == "say":
        print("out", *rest, os.environ.get("GIVEN"), Path.cwd().name)
        print("err", file=sys.stderr)
        return 0
    if what == "code":
        return int(rest[0])
    if what == "exit":
        sys.exit(rest[0])
    if what == "raise":
        raise ValueError("a step that fails")
    if what == "signal":
        os.kill(os.getpid(), int(rest[0]))
    if what == "sleep":
        Path(rest[0]).write_text(str(os.getpid()))
        time.sleep(600)
    if what == "how":
        print(*sys.orig_argv[1:3])
        return 0

if __name__ == "__main__":
    sys.exit(step(sys.argv[1:]))
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "astep.py").write_text(STEP)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


BUILD = """
import os, sys
from pathlib import Path
import astep
from notepress.run.execute import ENVIRONMENT
from notepress.fastkernel.family import Family
given = {{**os.environ, **ENVIRONMENT}}
with Family(wanted={wanted}, environment=given, kernel_modules=()) as family:
    assert family.is_running == {wanted}
    print(family._kernels.pid if family._kernels else None, family._folder, file=sys.stderr)
    sys.exit(family.run(
        {command!r}, folder=Path("here"), environment={{**os.environ, "GIVEN": "this"}},
        step=lambda arguments: astep.step(arguments[1:]), accepts={accepts},
        preload=("decimal",),
    ))
"""


def calling(*arguments: str, server: str = STEPS) -> list[str]:
    """The command that runs a step as a make recipe would, forked where there is a server."""
    script = (
        f'if [ "${server}" ]; then exec {sys.executable} -I -S {CLIENT} "${server}" astep "$@"; '
        f'else exec {sys.executable} -m astep "$@"; fi'
    )
    return ["/bin/sh", "-c", script, "sh", *arguments]


def build(
    folder: Path, command: list[str], *, wanted: bool, accepts: str = "lambda request: True"
) -> subprocess.Popen[str]:
    script = BUILD.format(wanted=wanted, command=command, accepts=accepts)
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell in the background passes on that an interrupt is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("say", "a b", "", "ü"), 0),
        (("code", "0"), 0),
        (("code", "7"), 7),
        (("exit", "told by exit"), 1),
        (("raise",), 1),
        (("signal", "9"), -9),
        (("signal", "15"), -15),
    ],
)
@pytest.mark.parametrize("server", [STEPS, KERNELS])
def test_a_forked_step_ends_as_a_new_process_does(
    arguments: tuple[str, ...], code: int, server: str, steps: Path
) -> None:
    ends = {}
    for wanted in (False, True):
        done = build(steps, calling(*arguments, server=server), wanted=wanted)
        out, err = done.communicate(timeout=60)
        # the two ways differ in the frames above the step
        ends[wanted] = (out, [line for line in err.splitlines()[1:] if not line.startswith(" ")])
        # a shell tells of a signal as 128 and its number
        assert done.returncode in {code % 256, 128 - code, code}
    assert ends[False] == ends[True]


@pytest.mark.parametrize(
    ("server", "of_the_server"), [(STEPS, "-c"), (KERNELS, "-m notepress.fastkernel.kernels")]
)
def test_the_step_is_indeed_a_fork(server: str, of_the_server: str, steps: Path) -> None:
    done = build(steps, calling("how", server=server), wanted=True)
    out, _ = done.communicate(timeout=60)
    assert out.startswith(of_the_server)


@pytest.mark.parametrize("accepts", ["lambda request: False", "lambda request: 1 / 0"])
def test_a_refused_step_runs_in_a_new_interpreter(accepts: str, steps: Path) -> None:
    done = build(steps, calling("how"), wanted=True, accepts=accepts)
    out, err = done.communicate(timeout=60)
    assert out == "-m astep\n"
    assert "Traceback" not in err


def waiting(folder: Path) -> int:
    until = time.monotonic() + 60
    while not (folder / "pid").is_file() or not (folder / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.02)
    return int((folder / "pid").read_text())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("server", [STEPS, KERNELS])
def test_a_killed_build_leaves_no_process_and_no_socket(
    server: str, number: int, steps: Path
) -> None:
    started = build(steps, calling("sleep", str(steps / "pid"), server=server), wanted=True)
    step = waiting(steps)
    assert started.stderr is not None
    kernel_server, folder = started.stderr.readline().split()
    started.send_signal(number)
    started.communicate(timeout=30)
    assert gone_within(5, step, int(kernel_server))
    until = time.monotonic() + 5
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(folder).exists()


def test_a_killed_server_of_kernels_takes_its_step_along(steps: Path) -> None:
    started = build(steps, calling("sleep", str(steps / "pid"), server=KERNELS), wanted=True)
    step = waiting(steps)
    assert started.stderr is not None
    kernel_server, _ = started.stderr.readline().split()
    os.kill(int(kernel_server), signal.SIGKILL)
    assert gone_within(5, step)
    started.communicate(timeout=30)
    assert started.returncode


@pytest.mark.parametrize("server", [STEPS, KERNELS])
def test_a_killed_caller_takes_its_step_along(server: str, steps: Path) -> None:
    started = build(steps, calling("sleep", str(steps / "pid"), server=server), wanted=True)
    step = waiting(steps)
    (caller,) = [
        child
        for child in children_of(started.pid)
        if CLIENT in Path(f"/proc/{child}/cmdline").read_text().split("\0")
    ]
    os.kill(caller, signal.SIGKILL)
    assert gone_within(5, step)
    started.communicate(timeout=30)


def test_without_a_server_a_step_runs_in_a_new_interpreter(steps: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", CLIENT, str(steps / "nobody"), "astep", "code", "5"],
        cwd=steps,
        check=False,
    )
    assert done.returncode == 5


def test_a_socket_that_cannot_be_made_means_no_forking(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with family.Family(wanted=True, environment=os.environ, kernel_modules=()) as one:
        assert not one.is_running
        assert not list(deep.iterdir())


def test_sockets_are_private(tmp_path: Path) -> None:
    with family.Family(wanted=True, environment=os.environ, kernel_modules=()) as one:
        assert one.is_running
        assert one._folder is not None
        folder = one._folder
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_server_removes_its_own_socket_and_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    kernels.end_server(kernels.start_server(str(tmp_path / "k"), [], os.environ))
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_what_a_build_leaves_lies_in_its_folder_if_sockets_have_room_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(KERNELS, raising=False)
    assert build_folder() is None
    monkeypatch.setenv(KERNELS, "/tmp/notepress-build-x/kernels")
    assert build_folder() == "/tmp/notepress-build-x"
    monkeypatch.setenv(KERNELS, "/" + "x" * 80 + "/kernels")
    assert build_folder() is None


def test_a_stranger_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user, as far as the server can tell."""
    ran = []
    listener = server.listen(str(tmp_path / "s"))
    one = server.ForkServer(listener, lambda request: ran.append(request) or 0)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    refused: list[OSError] = []

    def ask() -> None:
        try:
            client.Remote(str(tmp_path / "s"), client.packed(["x"], "/", {}))
        except OSError as error:
            refused.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    one.serve(asking.is_alive, also=[_ticking()])
    asking.join()
    one.close()
    assert len(refused) == 1
    assert not ran


def test_a_server_that_does_not_answer_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.1)
    with server.listen(str(tmp_path / "s")) as listener:
        with pytest.raises(OSError, match="timed out"):
            client.Remote(str(tmp_path / "s"), client.packed(["x"], "/", {}))
        # and forks nothing for a client that is gone by then
        monkeypatch.setattr(os, "fork", lambda: pytest.fail("it forked"))
        one = server.ForkServer(listener, lambda request: 0)
        turns = iter([True, True, False])
        one.serve(lambda: next(turns), also=[_ticking()])
        one.close()


def _ticking() -> int:
    """Return a file that is always readable, so that a server looks about itself."""
    ours, theirs = socket.socketpair()
    theirs.close()
    return ours.detach()


def test_a_request_arrives_as_it_was_sent() -> None:
    sent = (["a", "", "ü", "a b\n"], "/tmp/x y", {"A": "1=2", "B": "", "C": "\udcff"})
    request = server.unpacked(client.packed(*sent, [(7, 1, -1)]), [3, 4, 5])
    assert (request.arguments, request.folder, request.environment) == sent
    assert request.limits == [(7, 1, -1)]


def test_the_readme_names_every_file() -> None:
    folder = Path(server.__file__).parent
    text = (folder / "README.md").read_text()
    for path in folder.glob("*.py"):
        assert f"`{path.name}`" in text


def test_jupyter_client_finds_the_provisioner_by_its_name() -> None:
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    assert "notepress-fork" in KernelProvisionerFactory.instance().get_provisioner_entries()
