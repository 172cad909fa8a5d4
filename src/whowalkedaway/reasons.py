"""Why a run would be built again: what changed since its last build, and which steps read that."""

from __future__ import annotations

from collections.abc import Mapping

from notepress.pipeline import Change, Pipeline
from whowalkedaway.graph import graph_of
from whowalkedaway.runs import resolve


def why(typed: Mapping[str, str]) -> int:
    """Say what changed since a run's last build, and which steps `make report` would run first.

    What comes after those depends on what they make: a table that comes out the same stops there.
    """
    pipeline = graph_of(*resolve(typed)).pipeline
    run = pipeline.run
    if not pipeline.was_built:
        print(f"{run}: not built yet; make report with the same words runs every step")
        return 0
    changes = {step: found for step in pipeline.steps if (found := pipeline.changes(step))}
    told = {_in_words(pipeline, one): None for found in changes.values() for one in found}
    for line in sorted(filter(None, told)):
        print(line)
    if changes:
        print(f"runs again: {', '.join(changes)}, and then what reads what these change")
    else:
        print(f"{run}: nothing changed since the last build")
    return 0


def _in_words(pipeline: Pipeline, change: Change) -> str:
    """One change in words; nothing where it follows from others."""
    if change.name == "edition" or change.name in pipeline.steps:
        return ""
    if change.is_given:
        return f"{change.name} = {change.now}, was {change.then}"
    how = "new" if not change.then else "changed" if change.now else "gone"
    return f"{change.name}: {how}"
