"""Forked or not, on one job or two: the same bytes; and the quick look never misses a change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from notepress.fastkernel import server
from test_whole_build import RUN, STEPS, build, contents, copy_of_the_project, edit, steps_run


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of_the_project(tmp_path_factory.mktemp("fast"))
    done = make(folder, "FAST=0", "-j1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make report` itself: the environment is this one, taken for conda's, the code the copy's."""
    ready = folder / "build" / "conda" / "ready"
    ready.parent.mkdir(parents=True, exist_ok=True)
    ready.touch()
    named = yaml.safe_load((folder / "environment.yml").read_text(encoding="utf-8"))["name"]
    given = {"CONDA_DEFAULT_ENV": named, "CONDA_PREFIX": sys.prefix}
    return subprocess.run(
        ["make", "report", *words],
        cwd=folder,
        env={**os.environ, **given, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def forget(folder: Path) -> None:
    for place in ("build", "reports", "data/processed"):
        shutil.rmtree(folder / place / RUN)


@pytest.mark.skipif(not server.is_available(), reason="this system offers no forking")
def test_forked_on_two_jobs_gives_the_bytes_of_new_processes_on_one(project):
    before = contents(project)
    forget(project)
    done = make(project, "FAST=1", "-j2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)
    after = contents(project)
    assert [name for name in before if before[name] != after.get(name)] == []
    assert after.keys() == before.keys()


def test_a_call_that_changes_nothing_is_known_by_the_quick_look(project):
    assert make(project).returncode == 0
    assert make(project).stdout.endswith(
        f"s  reports/{RUN}/report.pdf  reports/{RUN}/report.html\n"
    )
    # the line that it prints comes from the snapshot and from nowhere else
    for path in (project / "build" / "unchanged").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\nreports/", b"\nknown: reports/", 1))
    assert "known: " in make(project).stdout
    assert "known: " not in make(project, "-n").stdout
    assert "known: " not in make(project, f"RUN={RUN}").stdout


@pytest.mark.parametrize(
    "change",
    [
        lambda root: edit(root / "data/raw/benchmarks.csv", "Also in the Aug", "Also in the Sep"),
        lambda root: (root / "reports" / RUN / "report.pdf").unlink(),
        lambda root: (root / "reports" / RUN / "report.html").write_text("by hand"),
        lambda root: (root / "build" / RUN / "done" / "pdf").unlink(),
        lambda root: edit(root / "src/notepress/templates/report/style.css", "{", "{ "),
        lambda root: edit(root / "notebooks/06-report.ipynb", "\n", "\n\n"),
        lambda root: edit(root / "requirements.lock", "\n", "\n\n"),
    ],
    ids=["raw row", "pdf gone", "html edited", "mark gone", "style", "notebook", "lock"],
)
def test_a_change_is_never_missed(project, change):
    assert make(project).returncode == 0
    change(project)
    done = make(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done)


def test_bad_words_for_fast_are_refused(project):
    done = build(project, "FAST=yes")
    assert done.returncode == 2
    assert "FAST = 'yes'" in done.stderr
