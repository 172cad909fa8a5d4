"""The pipeline of one run of this project, and the edition of its report."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from notepress.hashes import sha256, without_docstrings
from notepress.pipeline import Pipeline, read_steps
from notepress.run.notebooks import declared_parameters
from tradetalks.parameters import Parameters
from whowalkedaway import BUILDS, NOTEBOOKS, REPORT, ROOT, SOURCES
from whowalkedaway.builds import PLACES
from whowalkedaway.choices import READ_BY, as_read_by, as_usual
from whowalkedaway.inputs import files_beside, line_files, report_file, run_beside
from whowalkedaway.runs import UsageError


class Graph(NamedTuple):
    """A run's pipeline; what the run goes back to, by name and hash; the edition of its report.

    The edition is over `made_from`, without docstrings.
    """

    pipeline: Pipeline
    sources: dict[str, str]
    made_from: dict[str, str]
    edition: str


def graph_of(run: str, parameters: Parameters) -> Graph:
    """The graph of a run as things are now; DataError or UsageError for a file or parameter."""
    raw_dir = ROOT / parameters.raw_dir
    notebooks = {name: ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS}
    report = notebooks[REPORT] = report_file(raw_dir)
    other = run_beside(raw_dir)
    beside = [os.path.relpath(path, ROOT) for path in files_beside(other)] if other else []
    variables = {"LINES": " ".join(line_files(parameters)), "BESIDE": " ".join(beside)}
    own = _dumped(parameters)
    # what steps are given; the edition stands for all else, so it is the last to be known
    given = {f"parameters/{name}": _declared(file, own) for name, file in notebooks.items()}
    given |= {"parameters/register": own, "parameters/all": {"run": run, **own}}
    given["parameters/what-if"] = _dumped(as_usual(parameters))
    for name in READ_BY:
        given[f"parameters/register-{name}"] = _dumped(as_read_by(parameters, name))
    given["parameters/edition"], given["parameters/sources"] = {}, {}
    pipeline = Pipeline(
        read_steps(ROOT / "pipeline.mk", ROOT, variables),
        root=ROOT,
        code=SOURCES,
        builds=BUILDS,
        run=run,
        places={
            "raw": raw_dir,
            **{name: ROOT / place / run for name, place in PLACES.items()},
            f"notebooks/{report.name}": report,
        },
        made=[*PLACES],
        given=given,
    )
    sources = pipeline.sources()
    modules = {name: pipeline.path(name) for name in sources if name.endswith(".py")}
    made_from = sources | {
        name: sha256(without_docstrings(path.read_text(encoding="utf-8")).encode())
        for name, path in modules.items()
    }
    # ten hex digits are 40 bits, enough to tell editions of one report apart
    edition = sha256(json.dumps([made_from, given["parameters/all"]]).encode())[:10]
    given["parameters/edition"] = {"edition": edition}
    # the record has the hashes of files as they are
    given["parameters/sources"] = {"sources": sha256(json.dumps(sources).encode())}
    return Graph(pipeline, sources, made_from, edition)


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
