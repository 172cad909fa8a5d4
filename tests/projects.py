"""Copies of the project: built, changed, and built again, by the command behind `make report`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import whowalkedaway
from tradetalks.limits import parse_run
from tradetalks.parameters import Parameters, read_parameter_file
from whowalkedaway.choices import READ_BY

ROOT, RUN = whowalkedaway.ROOT, whowalkedaway.DEFAULT_RUN
STEPS = (
    "valid",
    "register",
    *(f"register-{name}" for name in READ_BY),
    "what-if",
    *whowalkedaway.NOTEBOOKS,
    "values",
    "share",
    "html",
    "pdf",
    "card",
    "record",
)
# every module of ours
MODULES = sorted(p for folder in whowalkedaway.SOURCES for p in (ROOT / folder).rglob("*.py"))
# the invented dispute: by the same steps, in a fraction of the time
ISLANDS = ("AS=islands", "RAW_DIR=tests/fixtures/dispute/raw")
# how much of the battery runs: a little in all tests, in `make test-trust` a sample, or the whole
TRUST = os.environ.get("TRUST", "")
WHOLE = TRUST == "whole"
battery_only = pytest.mark.skipif(not TRUST, reason="part of make test-trust")
whole_only = pytest.mark.skipif(not WHOLE, reason="part of make test-trust TRUST=whole")
# the sample is one of so many cases, drawn by the seed
ONE_OF, SEED = 4, int(os.environ.get("SEED", "20190604"))
RECORD = Path("data", "raw", "SHA256SUMS")


def so_many(whole: int, little: int) -> int:
    """How many of what one test draws for itself."""
    return whole if WHOLE else max(little, whole // ONE_OF) if TRUST else little


def parameters(**given: object) -> Parameters:
    """The parameters of a run: those given, else the defaults of its raw tables."""
    return parse_run(given, ROOT)


def runs_of(raw_dir: str = "data/raw") -> list[Path]:
    """The files in params/ of runs of one dispute."""
    files = sorted((ROOT / "params").glob("*.yml"))
    return [
        file for file in files if read_parameter_file(file).get("raw_dir", "data/raw") == raw_dir
    ]


def code_path(folder: Path = ROOT) -> str:
    """PYTHONPATH for the code of a copy of the project."""
    return os.pathsep.join(str(folder / source) for source in whowalkedaway.SOURCES)


def copy_project(folder: Path) -> None:
    """Copy what git holds or would hold into a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def copy_of_the_project(folder: Path) -> Path:
    """What git holds or would hold, with no record of the tables, so that they may be edited."""
    copy_project(folder)
    (folder / RECORD).unlink()
    return folder


def copy_of(built: Path, folder: Path) -> Path:
    """A copy of a project that was built, times as they were, with no record of the tables."""
    shutil.copytree(built, folder, symlinks=True)
    (folder / RECORD).unlink(missing_ok=True)
    return folder


def call(
    command: str, folder: Path, *typed: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command as far as its recipe goes: the environment is this one, the code the copy's."""
    environment = {
        **os.environ,
        "PYTHONPATH": code_path(folder),
        "MAKEFLAGS": " -- " + " ".join(typed) if typed else "",
    }
    return subprocess.run(
        [sys.executable, "-m", "whowalkedaway", command],
        cwd=folder,
        env=environment | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def build(folder: Path, *typed: str, **how) -> subprocess.CompletedProcess[str]:
    return call("report", folder, *typed, **how)


def for_make(folder: Path) -> dict[str, str]:
    """Variables for make in a copy: the environment is this one, taken for conda's."""
    ready = folder / "build" / "conda" / "ready"
    ready.parent.mkdir(parents=True, exist_ok=True)
    ready.touch()
    named = yaml.safe_load((folder / "environment.yml").read_text(encoding="utf-8"))["name"]
    given = {"CONDA_DEFAULT_ENV": named, "CONDA_PREFIX": sys.prefix}
    # without a path of ours: installed in this environment is another folder than the copy
    return {**os.environ, **given, "PYTHONPATH": ""}


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make report` itself: the environment is this one, the code the copy's."""
    return subprocess.run(
        ["make", "report", *words],
        cwd=folder,
        env=for_make(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def steps_run(done: subprocess.CompletedProcess[str]) -> list[str]:
    return sorted(re.findall(r"^ *[0-9.]+ s  (\S+)(?:  .*)?$", done.stdout, re.MULTILINE))


def contents(folder: Path, run: str = RUN) -> dict[str, bytes]:
    """Every output of a run, by its path."""
    places = [folder / "reports" / run, folder / "data" / "processed" / run]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for place in places
        for file in sorted(place.rglob("*"))
        # what the last edition held is committed beside the run, and made by none
        if file.is_file() and file.name != "edition.csv"
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
