"""Facts of records that a text names by their day."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tradetalks.facts import Fact
from tradetalks.words import statement_facts as facts


def values(found: Iterable[Fact]) -> dict[str, object]:
    return {fact.value_id: fact.value for fact in found}


def test_a_record_that_is_left_out_is_not_known_and_has_no_day() -> None:
    days = pd.Series(pd.to_datetime(["2020-01-02"]), index=["S1"])
    found = values(facts.day_facts("statements", ["S1", "S2"], days))
    assert found == {
        "known_s1": True,
        "day_s1": pd.Timestamp("2020-01-02"),
        "known_s2": False,
        "day_s2": "a day that no admitted record gives",
    }
