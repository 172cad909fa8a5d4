"""What parameters come to without a report being built: values as printed, and verdicts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from notepress import Press, values
from tradetalks import register
from tradetalks.checks import DataError
from tradetalks.claims.docket import Docket
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, called_by_name
from tradetalks.limits import beyond_tables, table_limits
from tradetalks.parameters import Parameters, as_text, named_values
from tradetalks.raw.read import RawTables
from tradetalks.records import FOLLOWED, HEADLINES, RECORDS, Records
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.choices import as_read_by
from whowalkedaway.runs import resolve

# how the text calls a value of the run that it lays beside its own, and what both runs share
BESIDE = "beside_"
SHARED = ("min_confidence", "include_editorials", "coder")


def read(
    parameters: Parameters,
    wanted: Collection[str] | None = None,
    parts: Sequence[str] = HEADLINES,
    names: Sequence[str] = RECORDS,
    opened: Callable[[Path], RawTables] = read_raw,
) -> register.Results:
    """The values that these parts of records state, all or those wanted, and every verdict.

    Without `parts` those of all; verdicts only if they are among the `names` of records. Raises
    DataError where the raw tables do not allow the parameters.
    """
    found = Records(opened(ROOT / parameters.raw_dir), parameters)
    asked, values = None if wanted is None else frozenset(wanted), dict[str, register.Value]()
    for record in (getattr(found, name) for name in names):
        for name in record.parts():
            if name in parts or not parts:
                values |= values_of(getattr(record, name), found.raw, asked)
    judged = found.verdicts if "verdicts" in names else None
    return register.Results(values, _verdicts(judged.docket, judged.settings) if judged else {})


@cache
def values_of(
    part: object, raw: RawTables, wanted: frozenset[str] | None = None
) -> dict[str, register.Value]:
    """What a part states, all or what is wanted, where nobody asks what it rests on.

    It is told once for all runs in which the part is the same.
    """
    facts = called_by_name(getattr(part, "facts", ()), raw)
    return {f.value_id: printed(f) for f in facts if wanted is None or f.value_id in wanted}


@cache
def _verdicts(docket: Docket, settings: Settings) -> dict[str, str]:
    made = [claim.claim_id for claim in docket.made(settings.as_of)]
    return {one: docket.outcome(one, settings).verdict for one in made}


read_followed = partial(read, parts=FOLLOWED)


def units_later(parameters: Parameters, names: Sequence[str] = RECORDS) -> dict[str, str]:
    """The unit of values, by id, on the last day of the tables; none where that is the run's."""
    limits = table_limits(ROOT / parameters.raw_dir)
    if limits is None or str(parameters.as_of) >= limits.last:
        return {}
    then = parameters.model_copy(update={"as_of": date.fromisoformat(limits.last)})
    return {name: value.unit for name, value in read(then, parts=(), names=names).values.items()}


def values_beside(
    run: str, wanted: Collection[str], parameters: Parameters
) -> list[dict[str, Any]]:
    """Values of another run, from its own tables and parameters, as values.json keeps them.

    `wanted` are ids with `BESIDE` before them. What is admitted, and the last day where it is
    earlier, is as of these `parameters`. Documents are addresses.
    """
    _, given = resolve({"RUN": run})
    shared = {name: getattr(parameters, name) for name in SHARED}
    theirs = given.model_copy(update={**shared, "as_of": min(given.as_of, parameters.as_of)})
    raw = read_raw(ROOT / theirs.raw_dir)
    facts = [
        replace(fact, value_id=BESIDE + fact.value_id, definition=f"{fact.definition} (run {run})")
        for record in Records(raw, theirs)
        for fact in record.facts()
        if BESIDE + fact.value_id in wanted
    ]
    kept = Press(ROOT / "reports").kept(facts, lambda table, rows: _located(raw, table, rows))
    return [{**value, "notebook": "", "cell_id": ""} for value in kept]


def _located(raw: RawTables, table: str, rows: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of a table with their documents by address; those that have none by their key."""
    known = {key: item["URL"] for key, item in raw.references.items() if "URL" in item}
    return [
        {**at, "documents": [known.get(key, key) for key in at["documents"]]}
        for at in raw.locate(table, rows)
    ]


def parts_stating(parameters: Parameters, value_ids: Collection[str]) -> tuple[str, ...]:
    """The parts of the records by whose names `read` finds values, with those it reads anyway."""
    found = Records(read_raw(ROOT / parameters.raw_dir), parameters)
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
    parameters: Parameters,
    read: Callable[[Parameters, Collection[str]], register.Results] = read_followed,
) -> pd.DataFrame:
    """The register of a run, one other value at a time, with columns of `register.tabulate`."""
    raw_dir = ROOT / parameters.raw_dir
    raw, limits = read_raw(raw_dir), table_limits(raw_dir)
    followed = register.headlines(raw["sides"], raw["stream_channels"])
    named = named_values(raw["parameters"])
    return register.tabulate(
        parameters,
        followed,
        lambda other: read(other, followed),
        lambda other: beyond_tables(other, limits),
        named,
    )


def measure_beside(given: Parameters, name: str) -> dict[str, Any]:
    """What one record states beside this run: for the register, and units on the last day.

    `register` has, by the parameter that is another, values and verdicts, or why there are none.
    """
    parameters, found = as_read_by(given, name), dict[str, Any]()

    def kept(other: Parameters, wanted: Collection[str]) -> register.Results:
        at = _changed(parameters, other)
        try:
            found[at] = results = read_followed(other, wanted, names=[name])
        except DataError as error:
            found[at] = str(error)
            raise
        return results

    measure_register(parameters, kept)
    return {"register": found, "later": units_later(parameters, [name])}


def joined_register(parameters: Parameters, parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The register of a run from what `measure_beside` has of each record for it."""

    def joined(other: Parameters, _: Collection[str]) -> register.Results:
        # where a record cannot depend on what is another, it states what it does
        found = [part.get(_changed(parameters, other), part[""]) for part in parts]
        if problems := [one for one in found if isinstance(one, str)]:
            raise DataError(problems[0])
        values = {name: register.Value(*value) for one, _ in found for name, value in one.items()}
        return register.Results(
            values, {name: one for _, own in found for name, one in own.items()}
        )

    return measure_register(parameters, joined)


def _changed(parameters: Parameters, other: Parameters) -> str:
    """The parameters that are others, with their values; nothing where none is."""
    own = as_text(parameters)
    return " ".join(f"{name}={text}" for name, text in as_text(other).items() if text != own[name])
