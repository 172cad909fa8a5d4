"""What the records give is what a run records and prints, without a notebook and with one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from notepress import prose
from notepress.press import RUN
from notepress.run.execute import execute
from notepress.values import collect, merge
from projects import RUN as RUN_BUILT
from projects import copy_of_the_project
from tradetalks.parameters import parse_parameters, read_parameter_file
from whowalkedaway import NOTEBOOKS, ROOT, readings
from whowalkedaway.runs import as_yaml

OTHERWISE = {
    **{"as_of": "2020-02-14", "min_confidence": "low", "unit": "document", "coder": "second"},
    **{"us_coverage": "fgkk_2017", "effective_date_rule": "entry_june_15"},
}


def test_values_are_those_of_executed_notebooks(tmp_path, monkeypatch):
    folder = copy_of_the_project(tmp_path / "project")
    parameters = parse_parameters(OTHERWISE)
    given = tmp_path / "given.yml"
    given.write_text(as_yaml(parameters.model_dump()))
    monkeypatch.setenv(RUN, "one")
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
    recorded = json.loads((built / "reports" / RUN_BUILT / "values.json").read_text("utf-8"))
    stated = readings.read(parse_parameters({}), parts=()).values
    assert {name: value._asdict() for name, value in stated.items()} == {
        value["id"]: {key: value[key] for key in ("value", "unit", "text", "definition")}
        for value in recorded
    }


def report_of(run: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """The prose of a run as it is printed, and the values that it could state."""
    parameters = parse_parameters(read_parameter_file(run))
    values = {
        name: value._asdict() for name, value in readings.read(parameters, parts=()).values.items()
    }
    cells = json.loads((ROOT / "notebooks" / f"{NOTEBOOKS[-1]}.ipynb").read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert [what for text in texts for what in prose.wrong_conditions(text, values)] == []
    chosen = (prose.choose(text, values) for text in texts)
    return "\n\n".join(prose.fill(text, values) for text in chosen), values


RUNS = sorted((ROOT / "params").glob("*.yml"))


@pytest.mark.parametrize("run", RUNS, ids=[path.stem for path in RUNS])
def test_no_run_prints_a_sentence_that_its_parameters_make_false(run):
    text, values = report_of(run)
    assert ("nothing of it is in the figures above" in text) == values["threat_is_new"]["value"]
    paid = "is in the figures above. The whole list at"
    assert (paid in text) == values["threat_is_partly_in_force"]["value"]
    assert ("What this run leaves out" in text) == (values["n_left_out"]["value"] > 0)
    assert "{when=" not in text
