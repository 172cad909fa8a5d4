"""What the manuals say of the code and its results is made from them."""

import pytest

from whowalkedaway.manual import MANUALS, TABLES, manual_text, parameters_cells, with_parameters


@pytest.mark.parametrize("manual", MANUALS, ids=[path.name for path in MANUALS])
def test_the_tables_are_those_of_the_code(manual):
    text = manual.read_text(encoding="utf-8")
    assert manual_text(text) == text, "stale: make docs"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_place(table):
    texts = [manual.read_text(encoding="utf-8") for manual in MANUALS]
    assert sum(text.count(f"made by make docs: {table} -->") for text in texts) == 1


@pytest.mark.parametrize(
    "path", parameters_cells(), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_the_parameters_of_a_notebook_are_those_that_it_reads(path):
    text = path.read_text(encoding="utf-8")
    assert with_parameters(text, parameters_cells()[path]) == text, "stale: make docs"
