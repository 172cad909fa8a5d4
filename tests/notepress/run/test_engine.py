"""Cells say in a forked child what they say in a kernel of their own, and leave nothing behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy
import pytest

from notepress.errors import NotebookFailed
from notepress.run.execute import execute
from projects import TRUST, is_alive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forking is not safe there")

HARD = [
    # what is printed, and in which order
    "import sys; print('out'); print('err', file=sys.stderr); print('more', end='')",
    "print('a', file=sys.stderr); display(1); print('b'); display(2); print('c')",
    "print('é 中 \\U0001f600 \\x1b[31mred\\x1b[0m')",
    "for n in range(3): print(f'\\r{n} of 2', end='')",
    "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()): print('hidden')",
    # past Python: files 1 and 2
    "import os, subprocess, time\nos.write(1, b'raw\\n'); os.system('echo shell')\n"
    "subprocess.run('echo process; echo wrong >&2', shell=True); time.sleep(0.3)",
    "!echo prompt; echo wrong >&2",
    "lines = !printf 'a\\nb'\nlines",
    "%%bash\necho bash; echo wrong >&2",
    # rich outputs, replaced and cleared
    "first = display('first', display_id='x'); print('between')",
    "from IPython.display import HTML, JSON, Latex, Markdown, SVG, clear_output, update_display\n"
    "update_display('second', display_id='x'); display('again', display_id='x')",
    "print('gone'); clear_output(); print('stays')",
    "print('stays'); clear_output(wait=True)",
    "for n in range(3): clear_output(wait=True); print(n)",
    "display(HTML('<b>b</b>'), Markdown('*m*'), Latex('$x$'), JSON({'a': [1]}))\n"
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
    "class Rich:\n    def _repr_mimebundle_(self, **_):\n"
    "        return {'text/plain': 'p', KIND: {'k': 1}}, {KIND: {'m': 2}}\n"
    "KIND = 'application/x+json'; Rich()",
    "%%html\n<i>x</i>",
    # the history of inputs and results
    "40 + 2",
    "_, __, len(In), In[-1], Out[max(Out)]",
    "1; 2",
    "3;",
    "_i",
    "%history -l 2",
    "x = 1\nx?",
    # awaiting, threads, processes
    "import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')",
    "later = asyncio.create_task(asyncio.sleep(0.01, 'slept'))",
    "await later",
    "try: asyncio.run(asyncio.sleep(0))\nexcept RuntimeError as error: print(error)",
    "import threading\nt = threading.Thread(target=lambda: display('thread')); t.start(); t.join()",
    "from concurrent.futures import ProcessPoolExecutor\ndef mine(x): print('worker'); return x\n"
    "with ProcessPoolExecutor(1) as pool: print(list(pool.map(mine, [5])))\ntime.sleep(0.3)",
    # logging and warnings
    "import logging\nlogging.warning('root'); logging.info('hidden')",
    "logging.basicConfig(force=True, level='INFO'); logging.info('shown')",
    "import warnings\nwarnings.warn('careful')\n"
    "def deep(): warnings.warn('deep', DeprecationWarning, stacklevel=2)\ndeep()",
    # figures, captures, tables
    "%matplotlib inline\nfrom matplotlib import pyplot\npyplot.plot([1, 2]);",
    "fig, ax = pyplot.subplots(); ax.plot([1]); fig",
    "%%capture got\nprint('kept'); display(5); print('e', file=sys.stderr)",
    "got.stdout, got.stderr, len(got.outputs)",
    "got.show()",
    "pd.DataFrame([[1] * 30])",
    # what surrounds a cell
    "get_ipython(), get_ipython().kernel, __name__, sys.path.index('') > 0",
    "os.getsid(0) == os.getpid(), sys.stdin.read(), sys.stdout.isatty(), sys.stdout.encoding",
    "import signal; signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)",
    "import inspect; print(inspect.getsource(mine)); mine.__module__, mine.__code__.co_filename",
    "hash('text'), pd.get_option('display.max_columns')",
]

# what is another thing in a child than in a kernel that a command line started
DIFFERENT = {
    "sys.argv": "['']",
    "'JPY_PARENT_PID' in os.environ": "False",
    "sys.stdout.fileno()": "1",
}

FAILING: dict[str, tuple[str, int]] = {
    "no Python": ("def f(:", 1),
    "chained": ("try: 1/0\nexcept ZeroDivisionError as e: raise ValueError('v') from e", 1),
    "group and note": (
        "e = ExceptionGroup('g', [ValueError(1), KeyError('k')]); e.add_note('n'); raise e",
        1,
    ),
    "in a module": ("import json\njson.loads('{')", 1),
    "in a result's text": ("class Bad:\n    def __repr__(self): raise ValueError\nBad()", 1),
    "awaited": ("import asyncio\nawait asyncio.wait_for(asyncio.sleep(9), 0.01)", 1),
    "no such magic": ("%nosuchmagic", 1),
    "asks": ("input('name? ')", 1),
    "ends": ("import sys; sys.exit(3)", 1),
    "interrupted": ("raise KeyboardInterrupt", 1),
    "not even an Exception": ("raise BaseException('b')", 1),
    "no memory": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "bytearray(8 << 30)",
        1,
    ),
    "exits at once": ("import os; os._exit(3)", 138),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 138),
    "crashes": ("import ctypes; ctypes.string_at(0)", 138),
}
SLOW = {
    "in Python": "import time; print('so far', flush=True); time.sleep(60)",
    "in C": "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
}


@pytest.fixture
def output(project: Path) -> Path:
    return project / "reports" / "base" / "notebooks" / "01-first.ipynb"


def result(
    notebook: Path, output: Path, timeout: int | None = None, *, is_forked: bool = True
) -> str:
    """What a notebook leaves: its text, after what was told if it failed."""
    try:
        execute(notebook, output, is_forked=is_forked, timeout=timeout)
        return output.read_text()
    except NotebookFailed as failure:
        partial = output.with_suffix(".failed.ipynb").read_text()
        return f"{failure.exit_code} {failure}\n{partial}"


def forget_pytest() -> None:
    os.environ.pop("PYTEST_CURRENT_TEST", None)


@pytest.fixture(scope="module")
def both_ways() -> Iterator[Callable[..., tuple[str, str]]]:
    """Run a notebook both ways, from a process as a build has it, which knows no pytest.

    That would record warnings, and ipykernel would leave files 1 and 2 to it.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=forget_pytest
        ) as elsewhere,
    ):
        patch.setenv("PYTHONHASHSEED", "0")

        def run(*given: object) -> tuple[str, str]:
            stock = elsewhere.submit(result, *given, is_forked=False)
            return stock.result(), elsewhere.submit(result, *given).result()

        yield run


def shown(executed: str) -> dict[str, object]:
    return {
        "".join(cell["source"]): (cell.get("execution_count"), cell.get("outputs"))
        for cell in json.loads(executed)["cells"]
    }


def without_counts(executed: str) -> str:
    """Whether the number of its last cell still got out of a kernel is a matter of luck."""
    return re.sub(r'"execution_count": .*', "", executed)


def test_cells_say_the_same_in_both(
    make_notebook: Callable[..., Path], output: Path, both_ways: Callable[..., tuple[str, str]]
) -> None:
    stock, forked = both_ways(make_notebook(*HARD, *DIFFERENT), output)
    for text in (stock, forked):
        assert text.startswith("{"), text[:1500]
    stock_shown, forked_shown = shown(stock), shown(forked)
    for source in HARD:
        assert forked_shown[source] == stock_shown[source], source
    assert json.loads(forked)["metadata"] == json.loads(stock)["metadata"]
    for source, own in DIFFERENT.items():
        _, outputs = forked_shown[source]
        assert outputs[0]["data"]["text/plain"] == [own]
        assert forked_shown[source] != stock_shown[source]


# the first, a library's words, a question, and a process that is gone
SAMPLE = ("no Python", "in a module", "asks", "crashes")


@pytest.mark.parametrize("name", FAILING if TRUST else SAMPLE)
def test_cells_fail_the_same_in_both(
    name: str,
    make_notebook: Callable[..., Path],
    output: Path,
    both_ways: Callable[..., tuple[str, str]],
) -> None:
    code, exit_code = FAILING[name]
    stock, forked = both_ways(make_notebook("print('before')", code, "print('never')"), output)
    if exit_code == 138:
        stock, forked = map(without_counts, (stock, forked))
    assert forked == stock
    assert forked.startswith(f"{exit_code} ")
    assert "before" in forked
    assert "(id cell-1)" in forked


@pytest.mark.parametrize("name", SLOW)
def test_cells_are_stopped_alike_in_both(
    name: str,
    make_notebook: Callable[..., Path],
    output: Path,
    both_ways: Callable[..., tuple[str, str]],
) -> None:
    # a kernel that has little to import is soon there
    stock, forked = both_ways(make_notebook(SLOW[name], start=""), output, 2)
    assert without_counts(forked) == without_counts(stock)
    told = forked.splitlines()[0]
    assert told.startswith("1 ")
    assert "(id cell-0)" in told
    assert "longer than its limit" in told


def test_a_cell_that_never_stops_printing_is_stopped(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    start = time.monotonic()
    assert "longer than its limit" in result(
        make_notebook("while True: print('x')"), output, timeout=1
    )
    assert time.monotonic() - start < 120


def test_after_exit_no_further_cell_runs(make_notebook: Callable[..., Path], output: Path) -> None:
    """In a kernel it is a matter of luck how many do."""
    assert result(make_notebook("print('last'); exit()"), output).startswith("{")
    told = result(make_notebook("print('last'); exit()", "print('never')"), output)
    assert told.startswith("138 ")
    assert "(id cell-1)" in told


def test_random_numbers_differ_from_run_to_run(
    make_notebook: Callable[..., Path], output: Path
) -> None:
    """Each kind by itself, also where the process that forks has numpy with its state."""
    numpy.random.random()
    notebook = make_notebook("import random, numpy; print(random.random(), numpy.random.random())")
    drawn = [re.findall(r"0\.\d+", result(notebook, output)) for _ in range(2)]
    assert [*map(len, drawn)] == [2, 2]
    assert all(first != second for first, second in zip(*drawn, strict=True))


# --- nothing outlives its run -------------------------------------------------------------------

SLEEPERS = """
import os, subprocess, time
from pathlib import Path
Path({pids!r} + '.partial').write_text(
    f"{{os.getpid()}} {{subprocess.Popen(['sleep', '600']).pid}}"
)
Path({pids!r} + '.partial').rename({pids!r})
"""


def gone_within(seconds: float, processes: list[int]) -> bool:
    until = time.monotonic() + seconds
    while any(map(is_alive, processes)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_alive, processes))


def read_pids(file: Path, within: float = 60) -> list[int]:
    until = time.monotonic() + within
    while not file.is_file():
        assert time.monotonic() < until
        time.sleep(0.02)
    return [int(pid) for pid in file.read_text().split()]


@pytest.mark.parametrize("ends", ["pass", "1/0", "os._exit(3)", "time.sleep(600)"])
def test_what_a_cell_started_ends_with_its_notebook(
    ends: str, make_notebook: Callable[..., Path], project: Path, output: Path
) -> None:
    pids = project / "pids"
    # long enough for what ends by itself, also on a machine that does much else
    limit = 2 if "sleep" in ends else 120
    result(make_notebook(SLEEPERS.format(pids=str(pids)), ends, start=""), output, timeout=limit)
    assert gone_within(60, read_pids(pids, within=0))


@pytest.mark.parametrize(
    "busy", ["time.sleep(600)", "import re; re.match('(a+)+$', 'a' * 60 + 'b')"]
)
def test_what_a_cell_started_ends_with_the_process_that_runs_it(
    busy: str, make_notebook: Callable[..., Path], project: Path, output: Path
) -> None:
    """Even where that is killed, and the cell is in a library that lets no thread of Python run."""
    pids = project / "pids"
    notebook = make_notebook(SLEEPERS.format(pids=str(pids)), busy)
    script = (
        "from pathlib import Path\nfrom notepress.run.execute import execute\n"
        f"execute(Path({str(notebook)!r}), Path({str(output)!r}))"
    )
    runner = subprocess.Popen([sys.executable, "-c", script])
    started = read_pids(pids)
    assert all(map(is_alive, started))
    time.sleep(0.3)  # the next cell has begun
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    assert gone_within(60, started)


def test_ten_runs_leave_nothing_behind(
    make_notebook: Callable[..., Path],
    output: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def held() -> tuple[int, str]:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
        return len(list(Path("/proc/self/fd").iterdir())), children

    notebook = make_notebook("print(pd.Series([1, 2]).sum())")
    execute(notebook, output)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = held()
    for _ in range(10):
        execute(notebook, output)
    assert held() == before
    assert not list(temporary.iterdir())


def test_what_the_process_has_imported_the_cells_find(
    make_notebook: Callable[..., Path], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imported_before", sys)
    execute(make_notebook("import imported_before"), output)
