"""What pipeline.mk says that steps read is all that they read, and each piece of it counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from projects import RUN, STEPS, code_path

# for each step: what it reads, by name and path; then which steps do not see which file change
ASK = """
import json, sys
from tradetalks.limits import parse_run
from whowalkedaway import ROOT
from whowalkedaway.graph import graph_of

graph = graph_of(sys.argv[1], parse_run({}, ROOT))
pipeline, unseen = graph.pipeline, []
reads = {step: pipeline.reads(step) for step in pipeline.steps}
told = {
    step: [str(pipeline.path(n).resolve().relative_to(ROOT)) for n in found.files]
    for step, found in reads.items()
}
for step, names in pipeline.steps.items():
    given = [name for name in names if name in pipeline.given]
    told[step] += [f"build/{sys.argv[1]}/{name}.yml" for name in given]
    if "parameters/edition" in given:
        told[step] += [
            str(pipeline.path(one).resolve().relative_to(ROOT)) for one in graph.sources
        ]
# of files that change together each is seen, and none of those beside them
for changed in ([*graph.sources][::2], [*graph.sources][1::2]):
    kept = {path: path.read_bytes() for path in map(pipeline.path, changed)}
    for path, content in kept.items():
        path.write_bytes(content + b" ")
    now = {step: (found.files, pipeline.reads(step).files) for step, found in reads.items()}
    now["edition"] = graph.sources, pipeline.sources()
    unseen += [
        [step, name]
        for step, (before, after) in now.items()
        for name in before
        if (before[name] == after[name]) == (name in changed)
    ]
    for path, content in kept.items():
        path.write_bytes(content)
carrier = pipeline.hashes.closure(ROOT / "src/whowalkedaway/__main__.py")
carrier += pipeline.hashes.closure(ROOT / "src/whowalkedaway/build.py")
print(json.dumps([told, [str(p.relative_to(ROOT)) for p in carrier], unseen]))
"""


def test_each_step_reads_what_it_says_and_sees_each_piece_of_it_change(watched):
    folder, noted = watched
    opened = defaultdict(set)
    for line in noted.read_text(encoding="utf-8").splitlines():
        step, path = line.split("\t")
        opened[step].add(path)
    done = subprocess.run(
        [sys.executable, "-c", ASK, RUN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": code_path(folder)},
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
        read = {module_of(name) for name in files if f"/.{step}." not in name}
        assert read <= known, (step, sorted(read - known))


def module_of(name: str) -> str:
    """A file, or the module of which it holds the bytecode."""
    path = Path(name)
    if path.suffix != ".pyc":
        return name
    return str(path.parent.parent / f"{path.name.partition('.')[0]}.py")
