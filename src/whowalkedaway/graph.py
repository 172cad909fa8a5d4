"""The pipeline of one run of this project, and the edition of its report."""

import json
import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from notepress.hashes import Hashes, sha256, without_docstrings
from notepress.outputs import write
from notepress.run.notebooks import declared_parameters
from notepress.stamps import Stamps, Step, read_steps
from tradetalks.parameters import Parameters
from whowalkedaway import BUILDS, NOTEBOOKS, REPORT, ROOT, SOURCES
from whowalkedaway.builds import PLACES
from whowalkedaway.choices import READ_BY, as_read_by, as_usual
from whowalkedaway.inputs import files_beside, line_files, report_file, run_beside
from whowalkedaway.runs import UsageError, as_yaml
from whowalkedaway.steps import RUN_FILE


class Graph(NamedTuple):
    """A run's steps and stamps; what it goes back to, by name and hash; the edition of its report.

    The edition is over `made_from`, without docstrings. `reads` are the sources of each step,
    `given` the texts of parameter files, `variables` those of pipeline.mk.
    """

    steps: dict[str, Step]
    stamps: Stamps
    reads: dict[str, dict[str, str]]
    given: dict[str, str]
    variables: dict[str, str]
    sources: dict[str, str]
    made_from: dict[str, str]
    edition: str

    def is_built(self, step: str) -> bool:
        """Tell whether a step was done with the sources as they are now."""
        return self.stamps.listed("reads", step) == self.reads[step] and self.stamps.is_done(step)

    def changes(self, step: str) -> dict[str, str]:
        """Return what of a step's sources and results is not as its last run had it, and how."""
        then, now = self.stamps.listed("reads", step), self.reads[step]
        found = {
            name: "new" if name not in then else "changed" if name in now else "gone"
            for name in {*then, *now}
            if then.get(name) != now.get(name)
        }
        for name in self.stamps.changed(self.stamps.listed("made", step)):
            found[name] = "changed" if self.stamps.path(name).is_file() else "gone"
        return found

    def refresh(self, run: str, parameters: Parameters, again: str) -> None:
        """Write what the steps of a run are given, and the stamps of what they read."""
        for name, text in self.given.items():
            write(self.stamps.path(name), text)
        for_steps = {
            "parameters": json.loads(parameters.model_dump_json()),
            "edition": self.edition,
            "sources": [*self.sources],
            "made_from": self.made_from,
            "after": {name: step.after for name, step in self.steps.items()},
            "places": {
                name: os.path.relpath(path, ROOT) for name, path in self.stamps.places.items()
            },
            "again": again,
        }
        write(BUILDS / run / RUN_FILE, json.dumps(for_steps))
        for step, files in self.reads.items():
            self.stamps.refresh(step, files)


def graph_of(run: str, parameters: Parameters) -> Graph:
    """The graph of a run as things are now; DataError or UsageError for a file or parameter."""
    raw_dir = ROOT / parameters.raw_dir
    notebooks = {name: ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS}
    report = notebooks[REPORT] = report_file(raw_dir)
    other = run_beside(raw_dir)
    beside = [os.path.relpath(path, ROOT) for path in files_beside(other)] if other else []
    variables = {
        "RUN": run,
        "PYTHON": _quoted(sys.executable),
        "REPORT_IN": _quoted(os.path.relpath(report.parent, ROOT)),
        "LINES": " ".join(line_files(parameters)),
        "BESIDE": " ".join(beside),
    }
    own = _dumped(parameters)
    given = {name: _declared(file, own) for name, file in notebooks.items()}
    given |= {"register": own, "all": {"run": run, **own}, "what-if": _dumped(as_usual(parameters))}
    for name in READ_BY:
        given[f"register-{name}"] = _dumped(as_read_by(parameters, name))
    places = {
        "raw": raw_dir,
        "parameters": BUILDS / run / "parameters",
        **{name: ROOT / place / run for name, place in PLACES.items()},
        f"notebooks/{report.name}": report,
        **{f"parameters/{name}": BUILDS / run / "parameters" / f"{name}.yml" for name in given},
    }
    for name in ("edition", "sources"):
        places[f"parameters/{name}"] = BUILDS / run / "parameters" / f"{name}.yml"
    stamps = Stamps(BUILDS / run, ROOT, places, tuple(PLACES))
    texts = {f"parameters/{name}": as_yaml(values) for name, values in given.items()}
    steps, hashes = read_steps(ROOT / "pipeline.mk", ROOT, variables), _Hashed(stamps)
    reads = {name: hashes.of(step.reads) for name, step in steps.items()}
    sources = {name: digest for files in reads.values() for name, digest in sorted(files.items())}
    sources = dict(sorted(sources.items()))
    made_from = sources | {
        name: sha256(without_docstrings(stamps.path(name).read_text(encoding="utf-8")).encode())
        for name in sources
        if name.endswith(".py")
    }
    # ten hex digits are 40 bits, enough to tell editions of one report apart
    edition = sha256(json.dumps([made_from, given["all"]]).encode())[:10]
    # the record has the hashes of files as they are
    own_sources = sha256(json.dumps(sources).encode())
    texts["parameters/edition"] = as_yaml({"edition": edition})
    texts["parameters/sources"] = as_yaml({"sources": own_sources})
    for name, step in steps.items():
        reads[name] |= {one: sha256(texts[one].encode()) for one in step.reads if one in texts}
    return Graph(steps, stamps, reads, texts, variables, sources, made_from, edition)


class _Hashed:
    """The files behind names of sources, with their hashes; of code also what that imports."""

    def __init__(self, stamps: Stamps) -> None:
        self._path, self._hashes = stamps.path, Hashes(*(ROOT / folder for folder in SOURCES))
        self._found: dict[str, dict[str, str]] = {}

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """Return all files behind some names, those that steps are given apart."""
        found: dict[str, str] = {}
        for name in names:
            if name not in self._found:
                self._found[name] = {file: self._hashes.of(at) for file, at in self._behind(name)}
            found |= self._found[name]
        return dict(sorted(found.items()))

    def _behind(self, name: str) -> list[tuple[str, Path]]:
        path = self._path(name)
        if name.startswith("parameters/"):
            return []
        if path.is_dir():
            inner = (file for file in path.rglob("*") if file.is_file())
            return [(f"{name}/{file.relative_to(path).as_posix()}", file) for file in inner]
        if path.suffix not in (".py", ".ipynb"):
            return [(name, path)]
        code = self._hashes.closure(path)
        return [(name, path), *((file.relative_to(ROOT).as_posix(), file) for file in code)]


def _quoted(path: str) -> str:
    """A path as a word of a command, in a variable of make."""
    return shlex.quote(path).replace("$", "$$")


def _dumped(parameters: Parameters) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(parameters.model_dump_json())
    return found


def _declared(notebook: Path, own: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a notebook declares, as the run has them."""
    declared = declared_parameters(notebook)
    if declared is None:
        raise UsageError(f"{notebook} has no cell tagged parameters\nWhat to do: tag the cell")
    if unknown := sorted({*declared} - {*own}):
        raise UsageError(f"{notebook}: there is no parameter {', '.join(unknown)}")
    return {name: own[name] for name in declared}
