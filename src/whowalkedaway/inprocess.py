"""Values of this project's notebooks without building a report, and the register made of them.

It imports what measures and nothing else, so that make reruns the register for no other change.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from notepress.evaluate import Evaluator, Outcome
from notepress.press import BY_HAND
from notepress.run.failure import NotebookFailed
from tradetalks import register
from tradetalks.checks import DataError
from tradetalks.parameters import Parameters, Problem
from tradetalks.raw.read import read_raw
from whowalkedaway import ROOT

if TYPE_CHECKING:
    import pandas as pd

# which of the notebooks before it each one reads
CHAIN = {
    "01-clean-tariffs": (),
    "02-clean-statements": (),
    "03-tariff-record": ("01-clean-tariffs",),
    "04-statement-record": ("01-clean-tariffs", "02-clean-statements"),
    "05-claims": ("01-clean-tariffs",),
}
_VERDICTS = f"reports/{BY_HAND}/verdicts.csv"


class Measured(NamedTuple):
    """What a set of parameters gives: the values as values.json has them, and verdict by claim."""

    outcome: Outcome
    verdicts: dict[str, str]


def new_evaluator(seconds_per_cell: int | None = None, tag: str | None = None) -> Evaluator:
    """An evaluator of the notebooks that measure, as they are now, or of their tagged cells."""
    chain = {
        ROOT / "notebooks" / f"{name}.ipynb": [f"{needed}.ipynb" for needed in needs]
        for name, needs in CHAIN.items()
    }
    return Evaluator(chain, timeout=seconds_per_cell, tag=tag)


def evaluate(evaluator: Evaluator, parameters: Parameters) -> Measured:
    """Values and verdicts of a run with these parameters, without building it."""
    outcome = evaluator.evaluate(_given(parameters), [_VERDICTS])
    return Measured(outcome, verdicts_in(outcome.files[_VERDICTS].decode()))


def verdicts_in(text: str) -> dict[str, str]:
    """The verdicts of a verdicts.csv, by claim."""
    return {row["claim_id"]: row["verdict"] for row in csv.DictReader(io.StringIO(text))}


def _given(parameters: Parameters) -> dict[str, object]:
    # the notebooks run in a scratch folder, so the tables need their whole path
    return {**parameters.model_dump(), "raw_dir": str(ROOT / parameters.raw_dir)}


class Register(NamedTuple):
    """The register of a run, and what it starts from: text by value, empty where there is none."""

    table: pd.DataFrame
    home: dict[str, str]


def measure_register(
    parameters: Parameters,
    refuse: Callable[[Parameters], list[Problem]],
    seconds_per_cell: int | None = None,
) -> Register:
    """The register of a run: what each parameter's alternatives change, one at a time.

    `refuse` says what the raw tables do not allow. The table's columns are those of
    `tradetalks.register.tabulate`. Only cells tagged `headline` run, and those on which they rest.
    """
    raw = read_raw(ROOT / parameters.raw_dir)
    wanted = register.headlines(raw["sides"])
    claim_of = {f"verdict_{name.lower()}": name for name in raw["claims"]["claim_id"]}
    evaluator = new_evaluator(seconds_per_cell, tag="headline")

    def read(tried: Parameters) -> register.Reading:
        try:
            values = evaluator.evaluate(_given(tried)).values
        except NotebookFailed as failure:
            if isinstance(failure.__cause__, DataError):
                raise failure.__cause__ from None  # the tables do not allow it
            raise
        return register.Reading(
            {value["id"]: (value["value"], value["text"]) for value in values},
            {claim_of[v["id"]]: v["value"] for v in values if v["id"] in claim_of},
        )

    try:
        home = evaluator.evaluate(_given(parameters)).values
    except NotebookFailed as failure:
        # the step of that notebook fails as well, and tells the rest
        where, cause = str(failure).splitlines()[0], failure.__cause__
        error = f"{type(cause).__name__}: {cause}".splitlines()[0]
        raise NotebookFailed(f"register: {where}: {error}", None, failure.exit_code) from cause
    texts = {value["id"]: value["text"] for value in home}
    return Register(
        register.tabulate(parameters, wanted, read, refuse),
        {value_id: texts.get(value_id, "") for value_id in (*wanted, *claim_of)},
    )
