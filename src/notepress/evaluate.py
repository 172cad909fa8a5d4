"""Values without kernels: a chain of notebooks in this process, for many sets of parameters.

A kernel, figures, tables and an executed notebook are for readers. Who only wants the numbers, for
one set of parameters after another, gets the same ones here at a fraction of the time: cells are
compiled once, cells tagged `figure` are left out (they only draw), a notebook runs again only where
its own parameters, or what it reads of earlier notebooks, are other than before, and of its cells
only those that the change can reach.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import linecache
import os
import signal
import tempfile
import threading
import traceback
from collections import OrderedDict, UserDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, Generic, NamedTuple, TypeVar

from notepress import dataflow, outputs
from notepress.errors import PressError
from notepress.press import BY_HAND, Host, hosted
from notepress.run.execute import environment
from notepress.run.failure import ERROR_LINES, FAILED, NotebookFailed, failure_in
from notepress.run.notebooks import declared_parameters, read_cells
from notepress.values import merge

# a notebook changes the working directory and the environment of the whole process
_ONE_AT_A_TIME = threading.Lock()


class Outcome(NamedTuple):
    """What one set of parameters gives: `values` as values.json has them, and files by path."""

    values: list[dict[str, Any]]
    files: dict[str, bytes]


class _Cell(NamedTuple):
    cell_id: str
    content: dict[str, Any]
    code: CodeType
    takes_parameters: bool
    names: dataflow.Names


class _Notebook(NamedTuple):
    path: Path
    needs: tuple[str, ...]
    declared: frozenset[str]
    cells: tuple[_Cell, ...]


class _Left(NamedTuple):
    """What one run of a cell left."""

    names: dict[str, Any]
    values: list[dict[str, Any]]
    files: dict[str, bytes]


class _Made(NamedTuple):
    values: list[dict[str, Any]]
    files: dict[str, bytes]
    digest: str


T = TypeVar("T")


class _Latest(Generic[T]):
    """The results that were made or used last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: str, result: T) -> None:
        self._kept[key] = result
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)


class Evaluator:
    """Runs a chain of notebooks in this process, each in a scratch folder of its own.

    `chain` maps each notebook, in the order of the run, to the names of those whose results it
    reads; it finds nothing else in its project. What lies outside (raw tables, under a whole path)
    must stay as it is for the life of an Evaluator, and so must the notebooks. A notebook that
    changes settings of a library changes them for all that run after it. Of each notebook and each
    cell the last `keep` results stay in memory. A cell may take `timeout` seconds where this runs
    in the main thread, the only one that can be interrupted.

    Which cells a change reaches is read from their names; a cell may read files of earlier
    notebooks, not of its own. A notebook in which a cell alters in place what another one set
    always runs whole. Where no name shows that, a comparison does: the first time that a cell runs
    beside kept results, its notebook also runs whole, and ever after if that gives anything else.

    With `tag`, of a notebook in which cells have this tag only these run, and those on which they
    rest. Nothing here tells whether they rest on others too: hold the values against a whole run.
    """

    def __init__(
        self,
        chain: Mapping[Path, Sequence[str]],
        keep: int = 64,
        timeout: int | None = None,
        tag: str | None = None,
    ) -> None:
        self._timeout = timeout
        self._notebooks = [_compiled(path, tuple(needs), tag) for path, needs in chain.items()]
        self._kept: dict[str, _Latest[_Made]] = {
            notebook.path.name: _Latest(keep) for notebook in self._notebooks
        }
        # of the notebooks whose cells may run one without another
        self._left: dict[str, _Latest[_Left]] = {
            notebook.path.name: _Latest(keep * len(notebook.cells))
            for notebook in self._notebooks
            if dataflow.are_apart([cell.names for cell in notebook.cells])
        }
        self._compared: dict[str, set[str]] = {name: set() for name in self._left}

    def evaluate(self, parameters: Mapping[str, object], files: Sequence[str] = ()) -> Outcome:
        """The values that the chain records with these parameters, and the files asked for.

        A notebook is given the parameters that it declares, as papermill would give them. Files are
        named by their paths from the project's folder; figures and tables are not among them.

        Raises NotebookFailed for the first cell that fails, from its own error, and PressError for
        a file not made.
        """
        made = self._results(parameters)
        everything = {path: content for one in made.values() for path, content in one.files.items()}
        if absent := sorted(set(files) - set(everything)):
            raise PressError(f"no notebook of the chain made {', '.join(absent)}")
        values = merge([one.values for one in made.values()])
        return Outcome(values, {path: everything[path] for path in files})

    def _results(self, parameters: Mapping[str, object]) -> dict[str, _Made]:
        with _ONE_AT_A_TIME:
            made: dict[str, _Made] = {}
            for notebook in self._notebooks:
                made[notebook.path.name] = self._result(notebook, parameters, made)
        return made

    def _result(
        self, notebook: _Notebook, parameters: Mapping[str, object], made: Mapping[str, _Made]
    ) -> _Made:
        given = {
            # a notebook's parameters are literals, and Python has none for dates
            name: value.isoformat() if isinstance(value, datetime.date) else value
            for name, value in parameters.items()
            if name in notebook.declared
        }
        needed = [made[name] for name in notebook.needs]
        key = json.dumps([given, [one.digest for one in needed]], sort_keys=True)
        kept = self._kept[notebook.path.name]
        if (result := kept.get(key)) is None:
            result = self._run(notebook, given, needed)
            kept.put(key, result)
        return result

    def _run(self, notebook: _Notebook, given: Mapping[str, Any], needed: Sequence[_Made]) -> _Made:
        """Run a notebook, or those of its cells for which nothing is kept."""
        name = notebook.path.name
        if name not in self._left:
            return _Run(notebook, given, needed, self._timeout).made()
        run = _Run(notebook, given, needed, self._timeout, self._left[name])
        try:
            mixed = run.made()
        except NotebookFailed:
            if not run.reused:
                raise
            mixed = None  # the run of the whole tells whether it fails
        ran = {cell.cell_id for cell in notebook.cells} - run.reused
        if mixed is not None and (not run.reused or ran <= self._compared[name]):
            return mixed
        whole = _Run(notebook, given, needed, self._timeout).made()
        if whole == mixed:
            self._compared[name] |= ran
        else:
            del self._left[name]
        return whole


def _compiled(path: Path, needs: tuple[str, ...], tag: str | None) -> _Notebook:
    cells: list[_Cell] = []
    wanted: set[int] = set()
    for cell in read_cells(path):
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "figure" in tags:
            continue
        source = "".join(cell["source"])
        name = f"<{path.name}, cell {cell['id']}>"
        try:
            code = compile(source, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise PressError(
                f"{path.name}: cell {cell['id']} is no plain Python: {error}"
            ) from None
        # so that a traceback can show the line
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        names = dataflow.named_in(source)
        wanted |= {len(cells)} if tag in tags else set()
        cells.append(_Cell(cell["id"], cell, code, "parameters" in tags, names))
    if wanted:
        wanted |= {place for place, cell in enumerate(cells) if cell.takes_parameters}
        cells = [cells[place] for place in dataflow.needed([c.names for c in cells], wanted)]
    return _Notebook(path, needs, frozenset(declared_parameters(path) or ()), tuple(cells))


class _Noted(UserDict[str, Any]):
    """The names of a notebook, with a note of those that its cells set from now on."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.data = names
        self.were_set: set[str] = set()

    def __setitem__(self, name: str, value: object) -> None:
        self.data[name] = value
        self.were_set.add(name)


class _Run:
    """One run of a notebook, in a fresh folder that holds what it needs and nothing else.

    A cell for which `kept` has a result does not run; `reused` names it.
    """

    def __init__(
        self,
        notebook: _Notebook,
        given: Mapping[str, Any],
        needed: Sequence[_Made],
        timeout: int | None,
        kept: _Latest[_Left] | None = None,
    ) -> None:
        self.reused: set[str] = set()
        self._notebook = notebook
        self._given = given
        self._needed = needed
        self._timeout = timeout
        self._kept = _Latest[_Left](0) if kept is None else kept

    def made(self) -> _Made:
        with tempfile.TemporaryDirectory(prefix="notepress-") as name:
            folder = Path(name).resolve()
            project, stage = folder / "project", folder / "stage"
            for path, content in ((p, c) for one in self._needed for p, c in one.files.items()):
                file = project / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            here = project / self._notebook.path.parent.name
            here.mkdir(parents=True, exist_ok=True)
            with (
                environment(self._notebook.path, stage, BY_HAND),
                contextlib.chdir(here),
                _silence(),
            ):
                left = list(self._cells(outputs.staged(project, stage)))
        values = [value for one in left for value in one.values]
        written = {path: content for one in left for path, content in one.files.items()}
        files = dict(sorted(written.items()))
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
        for path, content in files.items():
            digest.update(f"{path} {hashlib.sha256(content).hexdigest()}\n".encode())
        return _Made(values, files, digest.hexdigest())

    def _cells(self, place: Path) -> Iterator[_Left]:
        """Go through the cells in one namespace, and tell what each left."""
        # a kernel has `display`; what it would show is not kept here
        names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
        earlier = {value["id"]: value for one in self._needed for value in one.values}
        host = Host(earlier, {}, {})
        version: dict[str, str] = {}  # of each name: what the cells that made it rest on
        start = json.dumps([one.digest for one in self._needed])
        state = _state(place)
        for cell in self._notebook.cells:
            known = {
                name: version.get(name) for name in sorted(cell.names.reads | cell.names.alters)
            }
            asked = host.own if cell.names.fills else None
            rests_on = json.dumps([start, cell.cell_id, known, asked], sort_keys=True)
            key = hashlib.sha256(rests_on.encode()).hexdigest()
            left = self._kept.get(key)
            if left is None:
                before = len(host.own)
                changed = cell.names.alters | self._execute(cell, names, host)
                now = _state(place)
                # through JSON, as values travel in an executed notebook
                recorded = json.loads(json.dumps([*host.own.values()][before:]))
                at = {"notebook": self._notebook.path.name, "cell_id": cell.cell_id}
                left = _Left(
                    {name: names[name] for name in changed if name in names},
                    [{**record, **at} for record in recorded],
                    {
                        file.relative_to(place).as_posix(): file.read_bytes()
                        for file in sorted(now)
                        if now[file] != state.get(file)
                    },
                )
                state = now
                self._kept.put(key, left)
            else:
                self.reused.add(cell.cell_id)
                names |= left.names
                host.own.update((value["id"], value) for value in left.values)
            version |= dict.fromkeys(left.names, key)
            if cell.takes_parameters:
                names |= self._given
                version |= {name: json.dumps(value) for name, value in self._given.items()}
            yield left

    def _execute(self, cell: _Cell, names: dict[str, Any], host: Host) -> set[str]:
        """Run a cell, and give the names that it set."""
        noted = _Noted(names)
        try:
            with hosted(host), _time_limit(self._timeout):
                exec(cell.code, names, noted)  # noqa: S102  (the notebook is what is to run)
        except (Exception, SystemExit) as error:
            lines = traceback.format_exception(error.with_traceback(_own_frames(error)))
            told = "".join(lines).rstrip().splitlines()[-ERROR_LINES:]
            failure = failure_in(self._notebook.path, cell.content, told, self._given)
            raise NotebookFailed(failure.as_text(), None, FAILED) from error
        return noted.were_set


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    """The files below a folder, each with what changes when it is written again."""
    known = [(path, path.stat()) for path in folder.rglob("*") if path.is_file()]
    return {path: (at.st_ino, at.st_mtime_ns) for path, at in known}


@contextlib.contextmanager
def _time_limit(seconds: int | None) -> Iterator[None]:
    """Raise TimeoutError in what runs for longer."""
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"the cell took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _own_frames(error: BaseException) -> Any:
    """The traceback from the cell on."""
    return error.__traceback__.tb_next if error.__traceback__ else None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let what a notebook prints go nowhere."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123  (no path to speak of)
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield
