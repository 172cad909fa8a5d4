"""The order of steps and what is told of them, where nothing is built; how a command ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

import projects
from notepress.pipeline import Reads
from notepress.run.failure import DEAD_KERNEL
from whowalkedaway import make
from whowalkedaway.runs import UsageError

TYPED = {"AS": "a run", "CODER": "first"}


class Steps:
    """A pipeline of three steps, of which nothing is known."""

    run = "one"
    recipes = steps = dict.fromkeys(("first", "second", "third"), ())

    def __init__(self) -> None:
        self.changed, self.finished, self.taken = ["a reason"], [], ""

    def changes(self, name: str) -> list[str]:
        return self.changed

    def reads(self, name: str) -> Reads:
        return Reads({}, {"raw/a.csv": "as it is"})

    def take(self, name: str, reads: Reads) -> str:
        return self.taken

    def finish(self, name: str, reads: Reads, answer: object) -> None:
        self.finished.append((name, answer))


class Line:
    """The line that moves, and how far it came."""

    came = 0

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None: ...

    def update(self) -> None:
        self.came += 1

    def write(self, line: str, file: Any) -> None:
        print(line, file=file)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A build whose steps answer as a test says, or are done; and those that were begun."""
    held = SimpleNamespace(steps=Steps(), begun=[], answers={}, line=Line())

    def done(name: str) -> tuple[int, object]:
        held.begun.append(name)
        answer = held.answers.get(name, (0, []))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(make, "counted", lambda total, unit: held.line if total == 3 else None)
    monkeypatch.setattr(make.os, "environ", {**os.environ, "MAKEFLAGS": "k -j1 -- AS=a\\ run"})
    graph = SimpleNamespace(pipeline=held.steps, sources={})
    held.build = make.Build(graph, projects.parameters(), 60, TYPED, is_fast=False)
    monkeypatch.setattr(held.build, "_done", done)
    monkeypatch.setattr(held.build, "_task", lambda name, reads: name)
    return held


@pytest.mark.parametrize(
    ("recipes", "failing", "begun"),
    [
        (
            {"third": ["raw/a.csv"], "second": ["third"], "first": ["second"]},
            "",
            "third second first",
        ),
        ({"first": [], "made/a.csv": ["first"], "second": ["made/a.csv"]}, "", "first second"),
        ({"first": [], "made/a.csv": ["first"], "second": ["made/a.csv"]}, "first", "first"),
        ({"third": [], "first": [], "second": ["third"]}, "third", "third first"),
    ],
)
def test_a_step_runs_when_what_it_reads_is_made_and_one_that_fails_leaves_others(
    work, recipes, failing, begun
):
    work.steps.recipes = recipes
    work.answers[failing] = 3, "is at fault"
    assert work.build.make() == (3 if failing else 0)
    assert work.begun == begun.split()


@pytest.mark.parametrize(("flags", "most"), [("-j1", 1), ("k", (os.cpu_count() or 1) + 1)])
def test_as_many_steps_are_at_work_as_make_was_told_or_one_more_than_processors(work, flags, most):
    make.os.environ["MAKEFLAGS"] = f"{flags} -- AS=a\\ run"
    names = [f"step {number}" for number in range(most + 2)]
    work.steps.recipes = work.steps.steps = dict.fromkeys(names, ())
    at_work, seen, lock = [], [], threading.Lock()

    def answer(name: str) -> int:
        with lock:
            at_work.append(name)
            seen.append(len(at_work))
        time.sleep(0.1)
        at_work.remove(name)
        return 0

    work.build._answer = answer
    assert work.build._run_all()
    assert max(seen) == most


def test_a_fault_of_the_code_ends_the_build_all_the_same(work, monkeypatch, capsys):
    monkeypatch.setattr(threading, "excepthook", lambda found: print(found.exc_value))
    work.answers["second"] = ZeroDivisionError("a fault")
    assert work.build.make() == 1
    assert work.begun == ["first", "second", "third"]
    assert "a fault\n" in capsys.readouterr().out


def test_of_steps_that_failed_each_is_told_and_how_to_go_on(work, capsys):
    work.answers = {"first": (1, "first: is at fault"), "second": (-9, None)}
    work.steps.recipes = {"first": (), "second": (), "third": ("second",)}
    assert work.build.make() == DEAD_KERNEL
    told = capsys.readouterr()
    assert told.out == "         first failed\n         second failed\n"
    assert told.err.splitlines() == [
        "first: is at fault",
        "second: its process was ended by signal 9",
        "To run it again: make report 'AS=a run' CODER=first   (1 further steps were not run)",
    ]
    assert work.line.came == 2


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((0, ["made"]), 0, ""),
        ((3, "what is wrong"), 3, "what is wrong"),
        ((3, None), 3, "its process ended with code 3"),
        (EOFError("gone"), 2, "first: no process could be started for it (EOFError('gone'))"),
        (OSError("full"), 2, "What to do: call make again with more memory, or with FAST=0"),
    ],
)
def test_what_a_step_answers_is_told_and_kept_if_it_is_well(work, capsys, answer, code, said):
    work.answers["first"] = answer
    work.steps.recipes = {"first": ()}
    assert work.build.make() == code
    assert work.steps.finished == ([] if code else [("first", ["made"])])
    told = capsys.readouterr()
    assert said in told.err
    assert bool(re.fullmatch(r" +\d\.\d s  first\n", told.out)) is not bool(code)


def test_own_code_that_python_cannot_read_is_told_once_and_no_step_begins(
    work, monkeypatch, tmp_path
):
    """Each process that imports it would end at once, with a traceback of its own."""
    monkeypatch.setattr(make, "ROOT", tmp_path)
    (tmp_path / "src").mkdir()
    for name, text in {"data.csv": "a (", "sound.py": "x = 1", "other.py": "y = 1\nx = ("}.items():
        (tmp_path / "src" / name).write_text(text)
    with pytest.raises(UsageError, match=r"^src/other\.py, line 2: .*\nWhat to do: mend it, then"):
        work.build.make()
    assert work.begun == []


def test_a_step_that_is_done_or_was_done_for_another_run_does_not_run(work, capsys):
    work.steps.recipes = {"first": ()}
    work.steps.taken = "other"
    assert work.build.make() == 0
    assert re.fullmatch(r" +\d\.\d s  first, as in other\n", capsys.readouterr().out)
    work.steps.changed = []
    assert work.build.make() == 0
    assert capsys.readouterr().out == ""
    assert (work.begun, work.steps.finished) == ([], [])


@pytest.mark.parametrize("step", ["valid", "html"])
@pytest.mark.parametrize("is_fast", [True, False])
def test_only_what_needs_no_libraries_is_done_while_they_are_imported(monkeypatch, step, is_fast):
    graph = SimpleNamespace(pipeline=Steps())
    build = make.Build(graph, projects.parameters(), 60, TYPED, is_fast=is_fast)
    monkeypatch.setattr(make, "work", lambda task: "here")
    build._processes = SimpleNamespace(run=lambda work, task: "apart")
    is_here = is_fast and make.CAN_FORK and step == "valid"
    assert build._done(SimpleNamespace(step=step)) == ("here" if is_here else "apart")


def test_a_source_that_is_no_longer_what_the_edition_has_stops_a_step(work):
    work.build._graph.sources["raw/a.csv"] = "as it was"
    with pytest.raises(UsageError, match=r"first: raw/a\.csv changed while the report was built"):
        work.build._reads("first")
    work.build._graph.sources["raw/a.csv"] = "as it is"
    assert work.build._reads("first") == work.steps.reads("first")


STOPPED = """
import runpy, sys
from notepress.run.processes import CAN_FORK, Processes
from whowalkedaway import builds, help

def stop():
    with Processes([], forked=CAN_FORK) as processes:
        processes.run(abs, 1)
    raise {happens}

help.print_help, builds.end_with, sys.argv = stop, print, ["make", "help"]
runpy.run_module("whowalkedaway.__main__", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("happens", "code", "said"),
    [
        ("KeyboardInterrupt", 130, ""),
        ("ImportError('gone', name='pandas')", 2, "the environment is damaged: gone\nWhat to do:"),
    ],
)
def test_a_command_that_is_stopped_ends_with_a_code_and_leaves_nothing(
    tmp_path, happens, code, said
):
    env = {
        "CALLER": "12",
        "PYTHONPATH": projects.code_path(),
        "MAKEFLAGS": "",
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(happens=happens)],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )
    # it watches the process that called it, by its number
    assert (done.returncode, done.stdout) == (code, "12\n")
    assert done.stderr[: len(said) or None] == said
    assert [*tmp_path.iterdir()] == []


def test_who_has_read_enough_of_what_a_command_prints_gets_no_error():
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "whowalkedaway", "help"]
    env = os.environ | {"PYTHONPATH": projects.code_path(), "MAKEFLAGS": ""}
    done = subprocess.run(command, env=env, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")
