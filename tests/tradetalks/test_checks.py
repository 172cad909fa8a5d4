"""One error that counts the broken rows, shows them as received and says what to do."""

from __future__ import annotations

import pandas as pd
import pytest

from tradetalks.checks import DataError, Problems, require

LISTED = pd.DataFrame(
    {"Subheading": ["0304.99.11", "304.99.1", None], "Coverage": ["full", "full", "part"]}
)
RULE = "hts8 is eight digits, kept as text"
REMEDY = "read the list with dtype=str, so that leading zeros survive"


def digits(rows: pd.DataFrame) -> pd.Series:
    return rows["Subheading"].str.replace(".", "", regex=False).str.fullmatch(r"\d{8}")


def test_the_error_counts_shows_and_advises():
    with pytest.raises(DataError) as raised:
        require(digits(LISTED), LISTED, table="tariff list", rule=RULE, remedy=REMEDY)
    assert str(raised.value).splitlines() == [
        "tariff list: 2 of 3 rows break the rule: hts8 is eight digits, kept as text",
        "  Subheading Coverage",
        "1   304.99.1     full",
        "2        NaN     part",
        "What to do: read the list with dtype=str, so that leading zeros survive",
    ]


def test_rows_that_keep_the_rule_pass():
    good = LISTED.head(1)
    require(digits(good), good, table="tariff list", rule=RULE, remedy=REMEDY)


def test_a_missing_answer_is_a_broken_rule():
    ok = pd.Series([True, pd.NA, True], dtype="boolean")
    with pytest.raises(DataError, match="1 of 3 rows break the rule: it is known"):
        require(ok, LISTED, table="list", rule="it is known", remedy="find out")


def test_many_rows_are_cut_and_counted():
    rows = pd.DataFrame({"n": range(35)})
    with pytest.raises(DataError) as raised:
        require(rows["n"].lt(0), rows, table="numbers", rule="below zero", remedy="subtract")
    lines = str(raised.value).splitlines()
    assert lines[0] == "numbers: 35 of 35 rows break the rule: below zero"
    assert lines[-2:] == ["... and 25 more", "What to do: subtract"]
    assert len(lines) == 14
    with pytest.raises(DataError) as raised:
        require(rows["n"].ge(10), rows, table="numbers", rule="from ten on", remedy="add")
    assert "more" not in str(raised.value), "all ten are there"


def test_problems_are_raised_together_in_the_order_of_their_finding():
    with pytest.raises(DataError) as raised, Problems() as problems:
        problems.require(digits(LISTED), LISTED, table="first", rule=RULE, remedy=REMEDY)
        problems.require(LISTED["Coverage"].notna(), LISTED, table="good", rule="", remedy="")
        problems.require(digits(LISTED), LISTED, table="second", rule=RULE, remedy=REMEDY)
    message = str(raised.value)
    assert message.startswith("first: 2 of 3 rows")
    assert "\n\nsecond: 2 of 3 rows" in message
    assert "good:" not in message


def test_no_problem_no_error():
    with Problems() as problems:
        problems.require(LISTED["Coverage"].notna(), LISTED, table="t", rule="r", remedy="m")


def test_an_error_on_the_way_is_not_hidden():
    with pytest.raises(KeyError), Problems() as problems:
        problems.require(digits(LISTED), LISTED, table="t", rule=RULE, remedy=REMEDY)
        raise KeyError("nearer cause")
