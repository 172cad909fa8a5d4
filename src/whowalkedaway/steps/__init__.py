"""The steps of a build, as pipeline.mk names them: a module for each kind, with a function `make`.

What such a module imports counts as what its step reads, so nothing else stands there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notepress.stamps import Stamps
from tradetalks.parameters import Parameters, parse_parameters
from whowalkedaway import BUILDS, ROOT
from whowalkedaway.builds import PLACES

# what `make report` tells the steps of a run, below build/RUN
RUN_FILE = "run.json"


@dataclass(frozen=True)
class Task:
    """One step of a run, as its process is told of it.

    `files` are what it reads, by name; `sources` and `made_from` all that the run goes back to;
    `again` is the command typed.
    """

    step: str
    run: str
    parameters: Parameters
    edition: str
    stamps: Stamps
    files: Mapping[str, Path]
    sources: Mapping[str, Path]
    made_from: Mapping[str, str]
    again: str

    @property
    def build(self) -> Path:
        """The folder of the run's parameters and stamps."""
        return self.stamps.folder

    @property
    def report(self) -> Path:
        """The folder of the run's report."""
        return self.stamps.path("report")

    @property
    def raw_dir(self) -> Path:
        """The folder of the raw tables."""
        return self.stamps.path("raw")

    def named(self, start: str, end: str) -> list[Path]:
        """What it reads under names that start and end so, in the order of the names."""
        return [
            path
            for name, path in sorted(self.files.items())
            if name.startswith(start) and name.endswith(end)
        ]


def read_task(run: str, step: str) -> Task:
    """Return what a step of a run is told."""
    folder = BUILDS / run
    told = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    places = {name: ROOT / path for name, path in told["places"].items()}
    stamps = Stamps(folder, ROOT, places, tuple(PLACES))
    names = [*stamps.listed("reads", step)]
    for other in told["after"][step]:
        names += stamps.listed("made", other)
    return Task(
        step=step,
        run=run,
        parameters=parse_parameters(told["parameters"]),
        edition=told["edition"],
        stamps=stamps,
        files={name: stamps.path(name) for name in names},
        sources={name: stamps.path(name) for name in told["sources"]},
        made_from=told["made_from"],
        again=told["again"],
    )
