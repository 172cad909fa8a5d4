"""Values without kernels: a chain of notebooks in this process, for many sets of parameters.

A kernel, figures and an executed notebook are for readers. Who only wants the numbers, for one set
of parameters after another, gets the same ones here at a fraction of the time: cells are compiled
once, cells tagged `figure` are left out (they only draw), and a notebook runs again only where its
own parameters, or what it reads of earlier notebooks, are other than before.
"""

from __future__ import annotations

import ast
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
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from notepress import outputs
from notepress.errors import PressError
from notepress.execute import (
    ERROR_LINES,
    FAILED,
    NotebookFailed,
    declared_names,
    environment,
    failure_message,
    read_cells,
)
from notepress.press import Host, hosted
from notepress.values import VALUE_MIME, merge

# methods that record or write, and leave the notebook's own names as they are
_OF_THE_PRESS = ("record", "value", "table", "figure", "show", "save_frame")
# a notebook changes the working directory and the environment of the whole process
_ONE_AT_A_TIME = threading.Lock()


class Outcome(NamedTuple):
    """What one set of parameters gives: `values` as values.json has them, and files by path."""

    values: list[dict[str, Any]]
    files: dict[str, bytes]


class _Cell(NamedTuple):
    content: dict[str, Any]
    code: CodeType
    takes_parameters: bool
    reads: frozenset[str]
    changes: frozenset[str]


class _Notebook(NamedTuple):
    path: Path
    needs: tuple[str, ...]
    declared: frozenset[str]
    cells: tuple[_Cell, ...]


class _Made(NamedTuple):
    values: list[dict[str, Any]]
    files: dict[str, bytes]
    writers: dict[str, str]  # the cell that wrote a file last, by path
    digest: str


class Evaluator:
    """Runs a chain of notebooks in this process, each in a scratch folder of its own.

    `chain` maps each notebook, in the order of the run, to the names of those whose results it
    reads; it finds nothing else in its project. What lies outside (raw tables, under a whole path)
    must stay as it is for the life of an Evaluator, and so must the notebooks. A notebook that
    changes settings of a library changes them for all that run after it. Of each notebook the last
    `keep` results stay in memory. A cell may take `timeout` seconds where this runs in the main
    thread, the only one that can be interrupted.
    """

    def __init__(
        self, chain: Mapping[Path, Sequence[str]], keep: int = 64, timeout: int | None = None
    ) -> None:
        self._notebooks = [_compiled(path, tuple(needs)) for path, needs in chain.items()]
        self._kept: dict[str, OrderedDict[str, _Made]] = {}
        self._keep = keep
        self._timeout = timeout

    def evaluate(self, parameters: Mapping[str, object], files: Sequence[str] = ()) -> Outcome:
        """The values that the chain records with these parameters, and the files asked for.

        A notebook is given the parameters that it declares, as papermill would give them. Files are
        named by their paths from the project's folder.

        Raises NotebookFailed for the first cell that fails, from its own error, and PressError for
        a file not made.
        """
        made = self._results(parameters)
        everything = {path: content for one in made.values() for path, content in one.files.items()}
        if absent := sorted(set(files) - set(everything)):
            raise PressError(f"no notebook of the chain made {', '.join(absent)}")
        values = merge([one.values for one in made.values()])
        return Outcome(values, {path: everything[path] for path in files})

    def narrowed(
        self, parameters: Mapping[str, object], ids: Collection[str], files: Collection[str]
    ) -> Evaluator:
        """An evaluator that runs only the cells on which these values and files rest.

        Which ones they are is read from the names that cells use and change, after one whole run
        with these parameters. The narrow chain is held against that run: where it does not give
        the same (a function that changes what it is given is not seen), this evaluator is
        returned as it is. Values that share a cell with a wanted one are still recorded.
        """
        made = self._results(parameters)
        read_later = {name for notebook in self._notebooks for name in notebook.needs}
        narrow = Evaluator({}, self._keep, self._timeout)
        for notebook in self._notebooks:
            own = made[notebook.path.name]
            wanted = {value["cell_id"] for value in own.values if value["id"] in ids}
            wanted |= {
                cell_id
                for path, cell_id in own.writers.items()
                if path in files or notebook.path.name in read_later
            }
            narrow._notebooks.append(notebook._replace(cells=_needed(notebook.cells, wanted)))
        try:
            found = narrow._results(parameters)
        except NotebookFailed:
            return self
        is_same = all(
            _chosen(found[name], ids, files) == _chosen(own, ids, files)
            for name, own in made.items()
        )
        return narrow if is_same else self

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
        kept = self._kept.setdefault(notebook.path.name, OrderedDict())
        if key not in kept:
            kept[key] = _run(notebook, given, needed, self._timeout)
            if len(kept) > self._keep:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key]


def _chosen(
    made: _Made, ids: Collection[str], files: Collection[str]
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    return (
        [value for value in made.values if value["id"] in ids],
        {path: content for path, content in made.files.items() if path in files},
    )


def _needed(cells: Sequence[_Cell], wanted: Collection[str]) -> tuple[_Cell, ...]:
    """The wanted cells and those before them that change what they read."""
    names: set[str] = set()
    chosen = []
    for cell in reversed(cells):
        is_wanted = cell.content["id"] in wanted
        if is_wanted or (wanted and cell.takes_parameters) or cell.changes & names:
            names |= cell.reads
            chosen.append(cell)
    return tuple(reversed(chosen))


def _names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell reads, and those that it sets or changes.

    A method called for its own sake (`rows.append(x)`) counts as a change, but for the press's,
    which change nothing that a cell could read.
    """
    reads, changes = set(), set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                reads.add(name)
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                changes.add(name)
            case ast.alias(name=module, asname=alias):
                changes.add(alias or module.partition(".")[0])
            case ast.AugAssign(target=ast.Name(id=name)):
                reads.add(name)
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                changes |= _root(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method) as called)):
                changes |= set() if method in _OF_THE_PRESS else _root(called)
    return frozenset(reads), frozenset(changes)


def _root(node: ast.expr) -> set[str]:
    """The name at the root of `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _compiled(path: Path, needs: tuple[str, ...]) -> _Notebook:
    cells = []
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
        cells.append(_Cell(cell, code, "parameters" in tags, *_names(source)))
    return _Notebook(path, needs, frozenset(declared_names(path) or ()), tuple(cells))


def _run(
    notebook: _Notebook,
    given: Mapping[str, Any],
    needed: Sequence[_Made],
    timeout: int | None,
) -> _Made:
    """Run a notebook in a fresh folder that holds what it needs and nothing else."""
    values: list[dict[str, Any]] = []
    writers: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="notepress-") as name:
        folder = Path(name).resolve()
        project, stage = folder / "project", folder / "stage"
        for path, content in ((p, c) for one in needed for p, c in one.files.items()):
            file = project / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        here = project / notebook.path.parent.name
        here.mkdir(parents=True, exist_ok=True)
        earlier = [value for one in needed for value in one.values]
        with environment(notebook.path, stage), contextlib.chdir(here), _silence():
            place = outputs.staged(project, stage)
            written: dict[Path, tuple[int, int]] = {}
            for cell in _run_cells(notebook, given, values, earlier, timeout):
                state = _state(place)
                for file in state.keys() - written.keys() | {
                    file for file in written if state[file] != written[file]
                }:
                    writers[file.relative_to(place).as_posix()] = cell
                written = state
        files = {path: (place / path).read_bytes() for path in sorted(writers)}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    for path, content in files.items():
        digest.update(f"{path} {hashlib.sha256(content).hexdigest()}\n".encode())
    return _Made(values, files, writers, digest.hexdigest())


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    """The files below a folder, each with what changes when it is written again."""
    known = [(path, path.stat()) for path in folder.rglob("*") if path.is_file()]
    return {path: (at.st_ino, at.st_mtime_ns) for path, at in known}


def _run_cells(
    notebook: _Notebook,
    given: Mapping[str, Any],
    values: list[dict[str, Any]],
    earlier: list[dict[str, Any]],
    timeout: int | None,
) -> Iterator[str]:
    """Run the cells in one namespace, add what they record to `values`, and give each one's id."""
    # a kernel has `display`; what it would show is not kept here
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    for cell in notebook.cells:

        def take(bundle: Mapping[str, Any], cell_id: str = cell.content["id"]) -> None:
            if VALUE_MIME in bundle:
                # through JSON, as values travel in an executed notebook
                record = json.loads(json.dumps(bundle[VALUE_MIME]))
                values.append({**record, "notebook": notebook.path.name, "cell_id": cell_id})

        try:
            with hosted(Host(take, earlier)), _time_limit(timeout):
                exec(cell.code, names)  # noqa: S102  (the notebook is what is to run)
        except (Exception, SystemExit) as error:
            lines = traceback.format_exception(error.with_traceback(_own_frames(error)))
            told = "".join(lines).rstrip().splitlines()[-ERROR_LINES:]
            message = failure_message(notebook.path, cell.content, told, given)
            raise NotebookFailed(message, None, FAILED) from error
        if cell.takes_parameters:
            names |= given
        yield cell.content["id"]


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
