"""The steps of a build, as pipeline.mk names them: a module for each kind, with a function `make`.

What such a module imports counts as what its step reads, so nothing else stands there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tradetalks.parameters import Parameters

# the variable that tells the process from which steps are forked where the run's tables lie
RAW = "WHOWALKEDAWAY_RAW"
# and of a run of which nothing is built, with which parameters it will be measured
GIVEN = "WHOWALKEDAWAY_GIVEN"


@dataclass(frozen=True)
class Task:
    """One step of a run, as its process is told of it.

    `files` are what it reads, by name, `reads` their hashes; `sources` and `made_from` the same of
    all that the run goes back to. `seconds` are for a cell; `is_forked`, what it needs is imported;
    `again` is the command typed.
    """

    step: str
    module: str
    run: str
    parameters: Parameters
    edition: str
    files: Mapping[str, Path]
    reads: Mapping[str, str]
    sources: Mapping[str, Path]
    made_from: Mapping[str, str]
    build: Path
    report: Path
    seconds: int
    is_forked: bool
    again: str

    @property
    def raw_dir(self) -> Path:
        """The folder of the raw tables."""
        return self.files["raw/datapackage.yaml"].parent

    def named(self, start: str, end: str) -> list[Path]:
        """What it reads under names that start and end so, in the order of the names."""
        return [
            path
            for name, path in sorted(self.files.items())
            if name.startswith(start) and name.endswith(end)
        ]
