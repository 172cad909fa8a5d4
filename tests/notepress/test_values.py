"""A value keeps the digits all machines agree on, prints as people read, and has one id per run."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from executed import execute
from notepress.errors import PressError
from notepress.values import (
    VALUES_MIME,
    by_topic,
    collect,
    merge,
    printed,
    recorded,
    stable,
)


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        (15.639, "percent", 2, "15.64\u00a0percent"),
        (15.0, "percent", None, "15.0\u00a0percent"),
        (0.3457, "share", None, "34.6\u00a0percent"),
        (2.18, "pp", 2, "2.18\u00a0percentage\u00a0points"),
        (1, "pp", 0, "1\u00a0percentage\u00a0point"),
        (-1, "pp", 0, "\u22121\u00a0percentage\u00a0point"),
        (35.49, "usd_bn", None, "$35.5\u00a0billion"),
        (-1234.5, "usd_bn", None, "\u2212$1,234.5\u00a0billion"),
        (-0.04, "usd_bn", 1, "$0.0\u00a0billion"),
        (23, "days", None, "23\u00a0days"),
        (1, "days", None, "1\u00a0day"),
        (4545, "count", None, "4,545"),
        (0.0049, "number", 3, "0.005"),
        (0, "word", None, "zero"),
        (12, "word", None, "twelve"),
        (13, "word", None, "13"),
        ("2019-05-10", "date", None, "10\u00a0May\u00a02019"),
        ("partly supported", "text", None, "partly supported"),
    ],
)
def test_printed(value: Any, unit: str, digits: int | None, text: str) -> None:
    assert printed(recorded("x", value, unit), unit, digits) == text


@pytest.mark.parametrize(
    ("value", "unit", "kept"),
    [
        (np.float64(0.1) + 0.2, "percent", 0.3),
        (np.int64(3), "days", 3),
        (4545.0, "count", 4545),
        (pd.Timestamp("2019-05-10"), "date", "2019-05-10"),
        (np.datetime64("2019-05-10T00:00:00", "ns"), "date", "2019-05-10"),
        (datetime.date(2019, 5, 10), "date", "2019-05-10"),
        (True, "text", True),
    ],
)
def test_recorded_as_json_keeps_it(value: Any, unit: str, kept: Any) -> None:
    found = recorded("x", value, unit)
    assert found == kept
    assert type(found) is type(kept)
    assert json.loads(json.dumps(found)) == kept


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("unit", ["percent", "count", "date", "text"])
def test_missing_is_refused_by_name(value: Any, unit: str) -> None:
    with pytest.raises(PressError, match=r"value rate: .*missing is never zero"):
        recorded("rate", value, unit)


@pytest.mark.parametrize(
    ("value_id", "value", "unit", "reason"),
    [
        ("Rate", 1, "percent", "lower-case"),
        ("a-b", 1, "percent", "lower-case"),
        ("a", 1, "parsecs", "no unit 'parsecs'"),
        ("a", "high", "percent", "is no number"),
        ("a", True, "count", "is no number"),
        ("a", 1.5, "count", "no whole number"),
        ("a", float("inf"), "percent", "cannot be printed"),
        ("a", "yesterday", "date", "is no date"),
    ],
)
def test_what_no_unit_can_print_is_refused(
    value_id: str, value: Any, unit: str, reason: str
) -> None:
    with pytest.raises(PressError, match=reason):
        recorded(value_id, value, unit)


def test_values_travel_in_the_executed_notebook(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    notebook = make_notebook(
        "def measure():\n    return 1 / 3",
        "def locate(table, ids):\n    return [{'path': f'{table}.csv', 'rows': ids}]",
        "facts = [fact('third', measure(), 'percent', {'a': ['T1']}, press.show)]\n"
        "press.record(facts, locate)\n"
        "press.record([fact('own', 1, function=measure)], locate)",
    )
    execute(notebook, output)
    third, own = collect(output)
    line = third.pop("line")
    assert third == {
        "id": "third",
        "parameters": [],
        "value": stable(1 / 3),
        "unit": "percent",
        "text": "0.3\u00a0percent",
        "definition": "Some.",
        "sources": [{"path": "a.csv", "rows": ["T1"]}],
        "function": "notepress.press:Press.show",
        "file": "src/notepress/press.py",
        "notebook": "01-first.ipynb",
        "cell_id": "cell-2",
    }
    assert line > 1
    # code in a notebook has no file that a reader could open
    assert (own["function"], own["file"], own["line"]) == ("__main__:measure", "", None)
    shown = json.loads(output.read_text())["cells"][-1]["outputs"]
    assert [len(output["data"][VALUES_MIME]["values"]) for output in shown] == [1, 1]


FACTS = """
facts = [fact(name, number, rows={"t": [name]}) for name, number in (("one", 1), ("two", 2))]
press.record(facts, lambda table, ids: [{"path": f"{table}.csv", "rows": list(ids)}])
press.record([], None)
"""


def test_facts_are_recorded_as_one_output(
    project: Path, make_notebook: Callable[..., Path]
) -> None:
    output = project / "reports" / "base" / "notebooks" / "01-first.ipynb"
    execute(make_notebook(FACTS), output)
    (shown,) = json.loads(output.read_text())["cells"][-1]["outputs"]
    assert "".join(shown["data"]["text/plain"]) == "values recorded: 2, each in values.md"
    told = [(value["id"], value["value"], value["sources"]) for value in collect(output)]
    assert told == [
        ("one", 1, [{"path": "t.csv", "rows": ["one"]}]),
        ("two", 2, [{"path": "t.csv", "rows": ["two"]}]),
    ]


def value(value_id: str, notebook: str, cell: str = "c") -> dict[str, Any]:
    return {"id": value_id, "notebook": notebook, "cell_id": cell}


def test_merge_sorts_by_id() -> None:
    parts = [[value("b", "1.ipynb")], [value("c", "2.ipynb"), value("a", "2.ipynb")]]
    assert [found["id"] for found in merge(parts)] == ["a", "b", "c"]


def test_an_author_finds_values_by_topic() -> None:
    first = {"id": "rate", "text": "5 percent", "definition": "average duty"}
    parts = [
        [{**first, "notebook": "03-rates.ipynb", "cell_id": "all-rates"}],
        [{**first, "id": "n", "notebook": "04-words.ipynb", "cell_id": "count"}],
    ]
    assert by_topic(parts).splitlines()[2:] == [
        "## 03-rates: all rates",
        "",
        "- `{{rate}}` 5 percent: average duty",
        "",
        "## 04-words: count",
        "",
        "- `{{n}}` 5 percent: average duty",
    ]


def test_merge_names_both_places_of_every_duplicate() -> None:
    parts = [
        [value("a", "1.ipynb"), value("b", "1.ipynb", "x"), value("b", "1.ipynb", "y")],
        [value("a", "2.ipynb")],
    ]
    with pytest.raises(PressError) as problem:
        merge(parts)
    message = str(problem.value)
    assert message.startswith("values: 2 problems")
    assert "a: recorded in 1.ipynb (cell c) and in 2.ipynb (cell c)" in message
    assert "b: recorded in 1.ipynb (cell x) and in 1.ipynb (cell y)" in message


def test_what_two_processors_compute_is_kept_alike() -> None:
    one, other = 0.19777777777777775, 0.19777777777777777
    assert one != other
    assert recorded("chance", one, "share") == recorded("chance", other, "share")
    assert stable(1 / 3) == pytest.approx(1 / 3, rel=1e-11)
    assert (stable(10**15 + 1), stable(0.0), stable(-2.5e-9)) == (10**15 + 1, 0.0, -2.5e-9)


def test_a_flag_is_true_or_false_and_nothing_else():
    assert recorded("is_new", True, "flag") is True
    assert printed(recorded("is_new", False, "flag"), "flag") == "no"
    with pytest.raises(PressError, match="neither true nor false"):
        recorded("is_new", 1, "flag")
