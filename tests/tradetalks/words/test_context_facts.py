"""What the story may tell, by what the run knows and how much it trusts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tradetalks.facts import Fact
from tradetalks.words.statement_facts import context_facts


def of(table: pd.DataFrame, **changed: Any) -> dict[str, Fact]:
    given: dict[str, Any] = {
        "as_of": pd.Timestamp("2030-05-10"),
        "min_confidence": "medium",
        "hindsight": False,
    }
    return {fact.value_id: fact for fact in context_facts(table, **given | changed)}


@pytest.fixture
def table() -> pd.DataFrame:
    """One row of the day itself; one of that week, in a book of the year after."""
    return pd.DataFrame(
        {
            "context_id": ["F001", "F002"],
            "date": pd.to_datetime(["2030-05-10", "2030-05-08"]),
            "known_date": pd.to_datetime(["2030-05-10", "2031-03-01"]),
            "fact": ["They dined.", "They had quarrelled."],
            "value": [7.0, None],
            "unit": ["word", None],
            "verified": [True, True],
            "confidence": ["high", "medium"],
        }
    )


def test_a_book_is_unknown_until_it_is_out(table: pd.DataFrame) -> None:
    found = of(table)
    assert found["known_f001"].value is True
    assert found["known_f002"].value is False
    assert "day_f002" not in found
    assert of(table, as_of=pd.Timestamp("2031-03-01"))["known_f002"].value is True


def test_hindsight_tells_it_and_says_so(table: pd.DataFrame) -> None:
    found = of(table, hindsight=True)
    flags = ["known_f002", "told_f002", "context_is_hindsight"]
    assert [found[name].value for name in flags] == [False, True, True]
    assert (found["day_f002"].value, found["day_f002"].known) == (
        pd.Timestamp("2030-05-08"),
        date(2031, 3, 1),
    )
    assert of(table)["context_is_hindsight"].value is False
    assert of(table)["told_f002"].value is False


def test_evidence_that_is_too_weak_is_neither_known_nor_told(table: pd.DataFrame) -> None:
    assert of(table, hindsight=True, min_confidence="high")["told_f002"].value is False
    unseen = of(table.assign(verified=False), hindsight=True)
    assert not any(fact.value for fact in unseen.values())


def test_what_is_not_told_leaves_no_word_of_itself(table: pd.DataFrame) -> None:
    for name in ("known_f002", "told_f002"):
        fact = of(table)[name]
        assert "quarrelled" not in fact.definition
        assert fact.rows == {"context": []}


def test_a_number_prints_as_its_unit_says(table: pd.DataFrame) -> None:
    number = of(table)["number_f001"]
    assert (number.value, number.unit, number.digits) == (7, "word", 0)
    assert "number_f002" not in of(table, hindsight=True)


def test_the_shipped_facts_hold_together(raw: Any) -> None:
    shipped = raw["context"]
    assert shipped["date"].is_monotonic_increasing
    for row in shipped.to_dict("records"):
        issued = raw.references[row["source_id"]].get("issued", {}).get("date-parts", [[None]])[0]
        # nobody reads a source before it is out
        if len(issued) == 3:
            assert row["known_date"].date() >= date(*issued), row["context_id"]
        assert not re.search(r'["“”]', row["fact"]), row["context_id"]
