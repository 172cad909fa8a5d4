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
from notepress.hashes import Hashes
from tradetalks.limits import parse_run
from whowalkedaway import ROOT, SOURCES
from whowalkedaway.graph import graph_of
from whowalkedaway.steps import read_task

parameters = parse_run({}, ROOT)
graph, unseen = graph_of(sys.argv[1], parameters), []

def of_root(path):
    return str(path.resolve().relative_to(ROOT))

told = {
    step: [of_root(path) for path in read_task(sys.argv[1], step).files.values()]
    for step in graph.steps
}
for step, files in graph.reads.items():
    if "parameters/edition" in files:
        told[step] += [of_root(graph.stamps.path(one)) for one in graph.sources]

def changed_bytes(path, content):
    # a table stays one that can be read: parameters have their usual values from it
    if path.suffix != ".csv":
        return content + b" "
    head, rest = content.split(b",", 1)
    return b'"' + head + b'",' + rest

# of files that change together each is seen, and none of those beside them
for changed in ([*graph.sources][::2], [*graph.sources][1::2]):
    kept = {path: path.read_bytes() for path in map(graph.stamps.path, changed)}
    for path, content in kept.items():
        path.write_bytes(changed_bytes(path, content))
    now = graph_of(sys.argv[1], parameters)
    both = {step: (files, now.reads[step]) for step, files in graph.reads.items()}
    unseen += [
        [step, name]
        for step, (before, after) in {**both, "edition": (graph.sources, now.sources)}.items()
        for name in before
        if name in graph.sources and (before[name] == after[name]) == (name in changed)
    ]
    for path, content in kept.items():
        path.write_bytes(content)
hashes = Hashes(*(ROOT / folder for folder in SOURCES))
carrier = [ROOT / "src/whowalkedaway/steps/__main__.py", ROOT / "src/whowalkedaway/build.py"]
carrier += [one for path in [*carrier] for one in hashes.closure(path)]
made = {step: [of_root(graph.stamps.path(one)) for one in graph.stamps.listed("made", step)]
        for step in graph.steps}
print(json.dumps([told, [str(p.relative_to(ROOT)) for p in carrier], unseen, made]))
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
    told, carrier, unseen, made = json.loads(done.stdout)
    assert unseen == []
    assert {*opened} == {*told} == {*STEPS}
    assert any(name.endswith(".parquet") for name in opened["03-tariff-record"])
    for step, files in opened.items():
        known = {*told[step], *carrier, *made[step], f"build/{RUN}/run.json"}
        known |= {f"build/{RUN}/made/{other}" for other in STEPS}
        known |= {f"build/{RUN}/reads/{step}", f"build/{RUN}/parameters/{step}.yml"}
        # what it has just written, and has not moved into its place yet, apart
        read = {module_of(name) for name in files if f"/stage/{step}/" not in name}
        assert read <= known, (step, sorted(read - known))


def module_of(name: str) -> str:
    """A file, or the module of which it holds the bytecode."""
    path = Path(name)
    if path.suffix != ".pyc":
        return name
    return str(path.parent.parent / f"{path.name.partition('.')[0]}.py")
