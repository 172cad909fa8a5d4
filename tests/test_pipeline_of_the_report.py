"""What pipeline.mk says that steps read is all that they read, and each piece of it counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from projects import RUN, STEPS, build, copy_of_the_project, steps_run

# loaded by every Python of the build: notes which step opens which file of the project
WATCH = """
import os, sys

project, noted = os.environ["PROJECT"] + os.sep, os.environ["NOTED"]
known, busy = None, False

def step_of():
    named = os.environ.get("NOTEPRESS_NOTEBOOK")
    if named:
        return named.removesuffix(".ipynb")
    frame = sys._getframe()
    while frame:
        task = frame.f_locals.get("task")
        if hasattr(task, "step"):
            return task.step
        frame = frame.f_back

def note(path):
    global known, busy
    path = os.path.realpath(os.fsdecode(path))
    if busy or not path.startswith(project) or not os.path.isfile(path):
        return
    busy = True
    known = known or step_of()
    if known:
        with open(noted, "a") as log:
            log.write(f"{known}\\t{path.removeprefix(project)}\\n")
    busy = False

def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        if not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            note(args[0])
    elif event == "import" and args[0].startswith("notepress"):
        # Parquet files are opened by a library that tells nobody
        pandas = sys.modules.get("pandas")
        if hasattr(pandas, "read_parquet") and not hasattr(pandas, "read_untold"):
            pandas.read_untold = pandas.read_parquet
            pandas.read_parquet = lambda at, **how: note(at) or pandas.read_untold(at, **how)

sys.addaudithook(watch)
"""

# for each step: what it reads, by name and path; then those steps that do not see a file change
ASK = """
import json, sys
from tradetalks.parameters import Parameters
from whowalkedaway import ROOT
from whowalkedaway.graph import graph_of

graph = graph_of(sys.argv[1], Parameters())
pipeline, unseen = graph.pipeline, []
reads = {step: pipeline.reads(step) for step in pipeline.steps}
told = {
    step: [str(pipeline.path(n).resolve().relative_to(ROOT)) for n in found.files]
    for step, found in reads.items()
}
for step in pipeline.steps.values():
    given = [name for name in step.reads if name in pipeline.given]
    told[step.name] += [f"build/{sys.argv[1]}/{name}.yml" for name in given]
    if "parameters/all" in given:
        told[step.name] += [f"build/{sys.argv[1]}/parameters.yml"]
    if "parameters/edition" in given:
        told[step.name] += [str(p.resolve().relative_to(ROOT)) for p in graph.source_files.values()]
for name in graph.sources:
    path = pipeline.path(name)
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    unseen += [
        [step, name]
        for step, found in reads.items()
        if name in found.files and pipeline.reads(step).files[name] == found.files[name]
    ]
    if pipeline.sources() == graph.sources:
        unseen.append(["edition", name])
    path.write_bytes(content)
carrier = pipeline.hashes.closure(ROOT / "src/whowalkedaway/__main__.py")
carrier += pipeline.hashes.closure(ROOT / "src/whowalkedaway/build.py")
print(json.dumps([told, [str(p.relative_to(ROOT)) for p in carrier], unseen]))
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> tuple[Path, dict[str, set[str]]]:
    """A project that was built, each step by itself, and the files that each of them opened."""
    place = tmp_path_factory.mktemp("watched")
    (place / "sitecustomize.py").write_text(WATCH)
    folder, noted = copy_of_the_project(place / "project"), place / "noted"
    path = f"{folder / 'src'}{os.pathsep}{place}"
    env = {"PYTHONPATH": path, "PROJECT": str(folder), "NOTED": str(noted)}
    done = build(folder, "FAST=0", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_run(done) == sorted(STEPS)
    opened = defaultdict(set)
    for line in noted.read_text().splitlines():
        step, path = line.split("\t")
        opened[step].add(path)
    return folder, opened


def test_each_step_reads_what_it_says_and_sees_each_piece_of_it_change(watched):
    folder, opened = watched
    done = subprocess.run(
        [sys.executable, "-c", ASK, RUN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told, carrier, unseen = json.loads(done.stdout)
    assert unseen == []
    assert {*opened} == {*told} == {*STEPS}
    assert any(name.endswith(".parquet") for name in opened["03-tariff-record"])
    state = json.loads((folder / "build" / RUN / "steps.json").read_text(encoding="utf-8"))
    for step, files in opened.items():
        made = {name.replace("report/", f"reports/{RUN}/") for name in state[step]["made"]}
        known = {*told[step], *carrier, *made, "src/whowalkedaway/__main__.py"}
        # what it has just written, and has not moved into its place yet
        read = {module_of(name) for name in files if f"/.{step}.stage-" not in name}
        assert read <= known, (step, sorted(read - known))


def module_of(name: str) -> str:
    """A file, or the module of which it holds the bytecode."""
    path = Path(name)
    if path.suffix != ".pyc":
        return name
    return str(path.parent.parent / f"{path.name.partition('.')[0]}.py")
