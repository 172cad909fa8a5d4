"""Cells of raw tables changed one at a time: both opinions move alike.

The whole battery tries two hundred; its sample and a test of all take fewer.
"""

from __future__ import annotations

from pathlib import Path

import projects
from projects import SEED, so_many
from second_opinions import (
    JUDGED_ALONE,
    changed_cells,
    differences,
    ours,
    second_tables,
    theirs,
    with_changed,
)
from tradetalks.checks import DataError
from tradetalks.raw.read import RawTables

NUMBER = so_many(200, 6)


def test_both_opinions_agree_on_what_a_changed_cell_changes(raw: RawTables, tmp_path: Path, tell):
    parameters = projects.parameters()
    before = theirs(second_tables(), parameters)
    moved = tried = 0
    for table, column, what, files in changed_cells(4 * NUMBER, seed=SEED):
        if tried >= NUMBER and moved > NUMBER / 4:
            break
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        changed = with_changed(raw, table, folder, files[f"{table}.csv"])
        try:
            mine = ours(changed, parameters, judged_alone=table in JUDGED_ALONE)
        except DataError:
            continue  # tables that the project refuses need no second opinion
        second = theirs(second_tables(files), parameters)
        tried += 1
        moved += second != before
        wrong = differences(mine, second)
        told = "\n".join([f"{table}.{column}, {what}", *wrong])
        tell(
            "one cell changed, both opinions", "anything else" if wrong else "built correctly", told
        )
    assert tried >= NUMBER
    assert moved > NUMBER / 4  # else the cells were none that matter
