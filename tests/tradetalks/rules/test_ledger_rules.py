"""Names, zones, frames and days of the ledger, and of the sources that tell of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from projects import ROOT
from tradetalks.checks import DataError
from tradetalks.rules.validate import validate

# a small invented dispute, where every row is known
DISPUTE = ROOT / "tests" / "fixtures" / "dispute" / "raw"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(DISPUTE, tmp_path / "raw", ignore=shutil.ignore_patterns("*.ipynb"))


def change(folder: Path, table: str, old: str, new: str) -> str:
    """Write something else into a table, and return what is then told."""
    path = folder / table
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        validate(folder)
    return str(refused.value)


def test_tables_as_shipped_keep_the_rules() -> None:
    for place in (DISPUTE, ROOT / "data" / "raw", ROOT / "data" / "raw" / "geneva-2025"):
        validate(place)


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        (
            *("speakers.csv", "Ports and duties,", "Ports and duties,Councillor Marr"),
            "speakers.csv, row 3, aliases = 'Councillor Marr': gives 'Councillor Marr', which "
            "names Ida Marr\n  What to do: keep the alias with one speaker, or with none",
        ),
        (
            *("speakers.csv", "Councillor Marr", "Councillor Marr;Office of Ports"),
            "speakers.csv, row 2, aliases = 'Councillor Marr;Office of Ports': gives 'Office of",
        ),
        (
            *("sides.csv", "Atlantic/Azores", "Atlantic/Azore"),
            "sides.csv, row 2, zone = 'Atlantic/Azore': is no name of the IANA database",
        ),
        (
            *("statements.csv", "2024-01-15,,ALD", "2024-01-15,../x,ALD"),
            "statements.csv, row 2, zone = '../x': is no name of the IANA database",
        ),
        (
            *("statements.csv", "ALD,retaliation,", "ALD,retaliation;retaliation,"),
            "statements.csv, row 3, frames = 'retaliation;retaliation': names retaliation twice",
        ),
        (
            *("statements.csv", "S001,2024-01-15", "S001,2025-01-02"),
            "statements.csv, row 2, statement_date = '2025-01-02': is after ald-gazette, which was "
            "issued on 2024-12-31 at the latest\n  What to do: correct the day, or name a source",
        ),
        (
            *("context.csv", "F001,2024-05-27,,2024-05-27", "F001,2024-05-27,,2023-12-31"),
            "context.csv, row 2, known_date = '2023-12-31': is before the fact, 2024-05-27, and "
            "before its source, 2024-01-01",
        ),
    ],
)
def test_what_the_columns_do_not_tell_is_told_with_its_place(
    folder: Path, table: str, old: str, new: str, told: str
) -> None:
    assert told in change(folder, table, old, new)


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        # the zone of a source can be a day behind that of the speaker
        ("statements.csv", "S001,2024-01-15", "S001,2025-01-01"),
        # a plan can be known before its day
        ("context.csv", "F001,2024-05-27,,2024-05-27", "F001,2024-05-27,,2024-05-01"),
    ],
)
def test_a_day_that_can_be_is_left(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / table
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    validate(folder)


def test_a_source_without_a_day_is_no_later_than_the_latest(folder: Path) -> None:
    path = folder / "references.json"
    references = json.loads(path.read_text(encoding="utf-8"))
    del references[0]["issued"]
    path.write_text(json.dumps(references), encoding="utf-8")
    told = change(folder, "statements.csv", "S001,2024-01-15", "S001,2025-01-02")
    assert "is after ald-gazette, which has no day, and after 2024-12-31, the day of the" in told


def test_a_null_character_in_a_header_is_told_by_itself(folder: Path) -> None:
    # no query can be put to such a table
    assert "speakers.csv" in change(folder, "speakers.csv", "speaker,", "speak\0er,")
