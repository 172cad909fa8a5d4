"""The derived raw tables, made again from their inputs where these are at hand.

The inputs are looked for in the folder that LINE_FILES names and in data/raw/lines; what is not
there, or is another file than the one that was used, is named by the skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from whowalkedaway import ROOT

FOLDERS = [Path(os.environ.get("LINE_FILES", "")), ROOT / "data" / "raw" / "lines"]


def derived(what: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "derive_tables.py"), what, f"FROM={folder}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def made_again(what: str) -> str:
    tried = [derived(what, folder) for folder in FOLDERS]
    for one in tried:
        if one.returncode == 0:
            return one.stdout
        assert one.returncode == 2, one.stderr
    pytest.skip(tried[0].stderr.strip())


def test_the_parts_of_chapters_on_the_lists():
    told = made_again("list-shares")
    assert "582 rows, 582 made here, 0 of them differ, 0 not made, 0 too many" in told


def test_exports_by_list_and_heading():
    told = made_again("exports-by-goods")
    assert "1440 rows" in told
    assert " 0 of them differ" in told
    assert " 0 too many" in told


def test_the_american_average_of_2025_by_the_letter():
    rows = [line.split() for line in made_again("average-2025").splitlines()]
    made = pd.DataFrame(rows[1:], columns=rows[0]).set_index("day").astype("float64")
    shipped = pd.read_csv(ROOT / "data" / "raw" / "geneva-2025" / "benchmarks.csv")
    shipped = shipped[shipped["weighting"].eq("letter_2024")]
    assert len(shipped) == 11
    for row in shipped.to_dict("records"):
        column = {"core of its lists": "level_low_pct", "on its whole lists": "level_high_pct"}
        chosen = next((column[end] for end in column if row["series"].endswith(end)), "start_pct")
        assert made.loc[row["date_start"], chosen] == pytest.approx(row["value_pct"], abs=0.0006)


@pytest.mark.parametrize("what", ["list-shares", "exports-by-goods", "average-2025"])
def test_an_input_that_is_missing_or_another_is_named(what, tmp_path):
    missing = derived(what, tmp_path)
    assert missing.returncode == 2
    assert "What to do: get it: " in missing.stderr
    shutil.copy(ROOT / "LICENSE", tmp_path / missing.stderr.split(" is not in ")[0])
    assert "is another file (sha256)" in derived(what, tmp_path).stderr
