"""What CONTRIBUTING.md says of the code is made from it."""

import pytest

from whowalkedaway.manual import MANUAL, TABLES, manual_text


def test_the_tables_are_those_of_the_code():
    text = MANUAL.read_text(encoding="utf-8")
    assert manual_text(text) == text, "stale: make docs"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_place(table):
    assert MANUAL.read_text(encoding="utf-8").count(f"made by make docs: {table} -->") == 1
