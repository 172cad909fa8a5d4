"""What the records give is what a run records and prints, without a notebook and with one."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

import projects
from executed import execute
from notepress import prose
from notepress.press import RUN
from notepress.values import LATER, collect, merge, read_values, with_later
from projects import RUN as RUN_BUILT
from projects import copy_of_the_project, runs_of
from tradetalks.claims.record import gather_evidence
from tradetalks.parameters import Parameters, read_parameter_file
from tradetalks.tables import read_raw
from whowalkedaway import NOTEBOOKS, ROOT, readings
from whowalkedaway.runs import as_yaml

OTHERWISE = {
    **{"as_of": "2020-02-14", "min_confidence": "low", "coder": "second"},
    **{"us_coverage": "ustr_2018", "effective_date_rule": "entry_june_15"},
}


def test_values_are_those_of_executed_notebooks(tmp_path, monkeypatch):
    folder = copy_of_the_project(tmp_path / "project")
    parameters = projects.parameters(**OTHERWISE)
    given = tmp_path / "given.yml"
    given.write_text(as_yaml(parameters.model_dump()))
    monkeypatch.setenv(RUN, "one")
    gather_evidence(read_raw(folder / "data" / "raw"))  # once, and not in each notebook
    executed = [
        folder / "reports" / "one" / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS[:-1]
    ]
    for output in executed:
        execute(folder / "notebooks" / output.name, output, given)
    recorded = {
        value["id"]: (value["value"], value["unit"], value["text"], value["definition"])
        for value in merge([collect(path) for path in executed])
    }
    reading = readings.read(parameters, parts=())
    assert reading.values == recorded
    verdicts = pd.read_csv(folder / "reports" / "one" / "verdicts.csv")
    assert reading.verdicts == dict(zip(verdicts["claim_id"], verdicts["verdict"], strict=True))


def test_values_are_those_of_the_built_run(built):
    recorded = read_values((built / "reports" / RUN_BUILT / "values.json").read_text("utf-8"))
    stated = readings.read(projects.parameters(), parts=()).values
    # what another day gives is listed as not yet known where the text asks for it
    now = [value for value in recorded if value["unit"] != LATER]
    assert {value["id"]: stated[value["id"]]._asdict() for value in now} == {
        value["id"]: {key: value[key] for key in ("value", "unit", "text", "definition")}
        for value in now
    }
    later = {value["id"] for value in recorded if value["unit"] == LATER}
    missing = {name for name, value in stated.items() if value.unit == "missing"}
    assert {value["id"] for value in now} | (missing & later) == stated.keys()


def report_of(parameters: Parameters) -> tuple[str, dict[str, dict[str, Any]]]:
    """The prose of a run as it is printed, and the values that it could state."""
    values = {
        name: value._asdict() for name, value in readings.read(parameters, parts=()).values.items()
    }
    cells = json.loads((ROOT / "notebooks" / f"{NOTEBOOKS[-1]}.ipynb").read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    units = readings.units_later(parameters)
    given = [{"id": name, **value} for name, value in values.items()]
    known = {value["id"]: value for value in with_later(given, units)}
    assert [what for text in texts for what in prose.wrong_conditions(text, known)] == []
    printed = prose.left_to_print(texts, known, ())
    assert [what for text in printed for what in prose.unknown_ids(text, known)] == []
    return "\n\n".join(prose.fill(text, values) for text in printed), values


RUNS = runs_of()


@pytest.mark.parametrize("run", RUNS, ids=[path.stem for path in RUNS])
def test_no_run_prints_a_sentence_that_its_parameters_make_false(run):
    text, values = report_of(projects.parameters(**read_parameter_file(run)))
    assert ("it is not counted above" in text) == values["threat_is_new"]["value"]
    paid = "is in the figures above. The whole list at"
    assert (paid in text) == values["threat_is_partly_in_force"]["value"]
    assert ("What this run leaves out" in text) == (values["n_left_out"]["value"] > 0)
    assert "{when=" not in text
