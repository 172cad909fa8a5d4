"""What parameters come to without a report being built: values as printed, and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

import pandas as pd

from notepress import values
from tradetalks import register
from tradetalks.facts import Fact
from tradetalks.parameters import Parameters, Problem
from tradetalks.raw.read import read_raw
from tradetalks.record import HEADLINES, records
from whowalkedaway import ROOT


def read(
    parameters: Parameters,
    wanted: Collection[str] | None = None,
    parts: Sequence[str] = HEADLINES,
) -> register.Reading:
    """The values that these parts of the records state, all or those wanted, and every verdict.

    Without `parts` those of all. Raises DataError where the raw tables do not allow the parameters.
    """
    found = records(read_raw(ROOT / parameters.raw_dir), parameters)
    facts = [fact for record in found for fact in record.facts(parts)]
    judged = found.verdicts.judged.verdicts
    return register.Reading(
        {f.value_id: printed(f) for f in facts if wanted is None or f.value_id in wanted},
        dict(zip(judged["claim_id"], judged["verdict"], strict=True)),
    )


def units_on(parameters: Parameters, day: str) -> dict[str, str]:
    """The unit of every value of the run, had it been made on that day, by id."""
    then = parameters.model_copy(update={"as_of": date.fromisoformat(day)})
    return {name: value.unit for name, value in read(then, parts=()).values.items()}


def parts_stating(parameters: Parameters, value_ids: Collection[str]) -> tuple[str, ...]:
    """The parts of the records by whose names `read` finds values, with those it reads anyway."""
    found = records(read_raw(ROOT / parameters.raw_dir), parameters)
    others = [
        part
        for record in found
        for part in record.parts()
        if any(fact.value_id in value_ids for fact in record.facts([part]))
    ]
    return tuple(dict.fromkeys([*HEADLINES, *others]))


def printed(fact: Fact) -> register.Value:
    """A fact as it is recorded and printed."""
    kept = values.recorded(fact.value_id, fact.value, fact.unit)
    text = values.printed(kept, fact.unit, fact.digits) if fact.text is None else fact.text
    return register.Value(kept, fact.unit, text, fact.definition)


def measure_register(
    parameters: Parameters, refuse: Callable[[Parameters], list[Problem]]
) -> pd.DataFrame:
    """The register of a run: what each parameter's alternatives change, one at a time.

    `refuse` says what the raw tables do not allow. Columns as of `tradetalks.register.tabulate`.
    """
    raw = read_raw(ROOT / parameters.raw_dir)
    followed, named = register.headlines(raw["sides"]), register.named_values(raw["parameters"])
    return register.tabulate(
        parameters, followed, lambda other: read(other, followed), refuse, named
    )
