"""What make is asked for and what is told of it, where nothing is built; how a command ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import projects
from notepress.pipeline import Reads
from notepress.run.failure import DEAD_KERNEL
from whowalkedaway import ROOT, make
from whowalkedaway.runs import UsageError

TYPED = {"AS": "a run", "CODER": "first"}


class Steps:
    """A pipeline of three steps, of which nothing is known."""

    run = "one"
    steps = dict.fromkeys(("first", "second", "third"), ())

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
    """A build whose make and steps are as a test says, and what make was asked for."""
    held = SimpleNamespace(steps=Steps(), asked=[], answers={}, during=lambda: None)
    held.line = Line()

    def run(command: list[str], **how: Any) -> SimpleNamespace:
        held.asked.append((command, how))
        held.during()
        return SimpleNamespace(returncode=7, stderr="make: of itself\n")

    def done(task: object, client: object) -> tuple[int, object]:
        answer = held.answers["first"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(make.subprocess, "run", run)
    monkeypatch.setattr(make, "counted", lambda total, unit: held.line if total == 3 else None)
    monkeypatch.setattr(make.os, "environ", {**os.environ, "MAKEFLAGS": "k -- AS=a\\ run"})
    graph = SimpleNamespace(pipeline=held.steps, sources={}, variables={"LINES": "x y"})
    held.build = make.Build(graph, projects.parameters(), 60, TYPED, is_fast=False)
    monkeypatch.setattr(held.build, "_done", done)
    monkeypatch.setattr(held.build, "_task", lambda name, reads: None)
    held.answer = lambda name="first": held.build._answer(name, None)
    return held


@pytest.mark.parametrize("flags", ["", "k", "-j5 --jobserver-auth=fifo:/x"])
def test_make_is_asked_for_all_steps_at_once_and_goes_on_after_one_that_fails(work, flags, capsys):
    make.os.environ["MAKEFLAGS"] = f"{flags} -- AS=a\\ run"
    assert work.build.make(1) == 7
    ((command, how),) = work.asked
    jobs = [] if "-j" in flags else [f"-j{(os.cpu_count() or 1) + 1}"]
    told = ["make", "--silent", "--keep-going", "-f", "pipeline.mk", "LINES=x y", *jobs]
    assert command == [*told, f"PYTHON={sys.executable}"]
    assert (how["env"]["MAKEFLAGS"], how["env"]["MAKEOVERRIDES"]) == (flags, "")
    assert (how["cwd"], how["pass_fds"], how["check"]) == (ROOT, (1,), False)
    assert capsys.readouterr().err == "make: of itself\n"


def test_of_steps_that_failed_each_is_told_and_how_to_go_on(work, capsys):
    def during() -> None:
        work.answers["first"] = 1, "first: is at fault"
        assert work.answer() == 1
        work.answers["first"] = -9, None
        assert work.answer("second") == DEAD_KERNEL

    work.during = during
    assert work.build.make(1) == DEAD_KERNEL
    told = capsys.readouterr()
    assert work.line.came == 2
    assert told.out == "         first failed\n         second failed\n"
    assert told.err.splitlines() == [
        "first: is at fault",
        "second: its process was ended by signal 9",
        "To run it again: make report 'AS=a run' CODER=first   (1 further steps were not run)",
    ]


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
    work.during = lambda: work.asked.append(work.answer())
    work.build.make(1)
    assert work.asked[-1] == code
    assert work.steps.finished == ([] if code else [("first", ["made"])])
    told = capsys.readouterr()
    assert said in told.err
    assert bool(re.fullmatch(r" +\d\.\d s  first\n", told.out)) is not bool(code)


def test_of_own_code_that_python_cannot_read_the_place_is_told(work, capsys, monkeypatch, tmp_path):
    """A process that imports it ends at once, and says nothing of a cause to who asked for it."""
    monkeypatch.setattr(make, "ROOT", tmp_path)
    work.build._graph.sources |= {"data.csv": "", "sound.py": "", "other.py": ""}
    for name, text in {"data.csv": "a (", "sound.py": "x = 1", "other.py": "y = 1\nx = ("}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(work.build, "_reads", lambda name: Reads({}, {}))
    work.answers["first"] = EOFError("gone")
    work.during = lambda: work.answer()
    work.build.make(1)
    assert "What to do: mend other.py, line 2: " in capsys.readouterr().err


def test_a_step_that_is_done_or_was_done_for_another_run_does_not_run(work, capsys):
    work.during = lambda: work.asked.append(work.answer())
    work.steps.taken = "other"
    work.build.make(1)
    assert re.fullmatch(r" +\d\.\d s  first, as in other\n", capsys.readouterr().out)
    work.steps.changed = []
    work.build.make(1)
    assert capsys.readouterr().out == ""
    assert (work.asked[1], work.asked[3], work.steps.finished) == (0, 0, [])


@pytest.mark.parametrize("step", ["valid", "html"])
@pytest.mark.parametrize("is_fast", [True, False])
def test_only_what_needs_no_libraries_is_done_while_they_are_imported(monkeypatch, step, is_fast):
    graph = SimpleNamespace(pipeline=Steps())
    build = make.Build(graph, projects.parameters(), 60, TYPED, is_fast=is_fast)
    monkeypatch.setattr(make, "work", lambda task: "here")
    build._processes = SimpleNamespace(run=lambda work, task, client: "apart")
    is_here = is_fast and make.CAN_FORK and step == "valid"
    assert build._done(SimpleNamespace(step=step), None) == ("here" if is_here else "apart")


def test_a_source_that_is_no_longer_what_the_edition_has_stops_a_step(work):
    work.build._graph.sources["raw/a.csv"] = "as it was"
    with pytest.raises(UsageError, match=r"first: raw/a\.csv changed while the report was built"):
        work.build._reads("first")
    work.build._graph.sources["raw/a.csv"] = "as it is"
    assert work.build._reads("first") == work.steps.reads("first")


STOPPED = """
import runpy, sys
from whowalkedaway import builds, help

def stop():
    raise {happens}

help.print_help, builds.end_with, sys.argv = stop, print, ["make", "help"]
runpy.run_module("whowalkedaway.__main__", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("happens", "code", "said"),
    [
        ("KeyboardInterrupt", 130, ""),
        ("BrokenPipeError", 0, ""),  # who reads what is printed has seen enough
        ("ImportError('gone', name='pandas')", 2, "the environment is damaged: gone\nWhat to do:"),
    ],
)
def test_a_command_that_is_stopped_ends_with_a_code_and_no_traceback(happens, code, said):
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(happens=happens)],
        env=os.environ | {"CALLER": "12", "PYTHONPATH": str(ROOT / "src"), "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    # it watches the process that called it, by its number
    assert (done.returncode, done.stdout) == (code, "12\n")
    assert done.stderr[: len(said) or None] == said
