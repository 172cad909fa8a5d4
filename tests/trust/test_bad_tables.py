"""Damaged raw tables: each is refused in words that lead to the damage, or read as it stands."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from damages import Damage, all_damages

import whowalkedaway
from projects import ISLANDS, TRUST, WHOLE
from tradetalks.checks import DataError
from tradetalks.rules.validate import validate
from tradetalks.tables import read_raw

RAW = whowalkedaway.ROOT / "data" / "raw"
# damages that a reader of tables need not notice
HARMLESS = {"link to the same", "further note", "BOM", "CR LF"}
# a name that nothing points to may be another one; one that something points to may not
MAY_PASS = {"renamed"}
# damages that leave other words in one cell, which then have to arrive as they are
OTHER_WORDS = {"markup", "right to left", "quotes and commas"}


def spread(damages: list[Damage], most: int) -> list[Damage]:
    """At most so many of each name, evenly over the tables."""
    alike = defaultdict(list)
    for damage in damages:
        alike[damage.kind, damage.name].append(damage)
    return [
        some[number * len(some) // min(most, len(some))]
        for some in alike.values()
        for number in range(min(most, len(some)))
    ]


HUGE = 200_000_000 if WHOLE else 3_000_000
# one damage of each name is done to tables of a few rows, which are soon checked whole
FOLDER = RAW if TRUST else whowalkedaway.ROOT / ISLANDS[1].removeprefix("RAW_DIR=")
ALL = all_damages(FOLDER, HUGE)
# damages to one cell, of which any number can happen to one folder
OF_CELLS = ("days", "numbers", "formula", "hidden character")
# the sample leaves out what is tried elsewhere: cells side by side below, and words in print
TRIED = {*OF_CELLS, *OTHER_WORDS}
DAMAGES = spread(
    ALL if TRUST else [one for one in ALL if one.kind not in TRIED], most=12 if TRUST else 1
)


def side_by_side() -> list[Damage]:
    """One damage to a cell of each name, each in a column of its own."""
    chosen: dict[tuple[str, str], Damage] = {}
    of_cells = [one for one in all_damages(RAW, HUGE) if one.kind in OF_CELLS]
    named = {(one.kind, one.name) for one in of_cells}
    for one in of_cells:
        if (one.kind, one.name) in named and (one.file, one.column) not in chosen:
            chosen[one.file, one.column] = one
            named.remove((one.kind, one.name))
    assert not named, f"no column is left for {named}"
    return [*chosen.values()]


def cleaned(raw_dir: Path, stage: Path) -> dict[str, pd.DataFrame]:
    """What both cleaning notebooks make of raw tables, run here and without a kernel."""
    made = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.chdir(whowalkedaway.ROOT / "notebooks")
        patch.setenv("NOTEPRESS_STAGE", str(stage))
        for name in whowalkedaway.NOTEBOOKS[:2]:
            notebook = json.loads(Path(f"{name}.ipynb").read_text(encoding="utf-8"))
            names = {"display": print}
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), names)
                if "raw_dir" in names:
                    names["raw_dir"] = str(raw_dir)
            clean = names["clean"]
            made |= clean.by_name() if hasattr(clean, "by_name") else vars(clean)
    return made


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    stage = tmp_path_factory.mktemp("stage")
    return cleaned(FOLDER, stage), read_raw(FOLDER)


def leads_to(message: str, damage: Damage) -> bool:
    """Whether one line of an error names the damaged place: file, row, column.

    The row may be the one that another repeats; where rows of other tables point to what is no
    longer there, the line names the table and column in which they look for it.
    """
    place = re.compile(rf"{re.escape(damage.file)}(?=,|:).*\b(?:row|item) {damage.row}\b")
    lines = message.splitlines()
    named = [line for line in lines if not damage.row and line.startswith(damage.file)]
    named += [line for line in lines if damage.row and place.match(line)]
    named += [line for line in lines if f"is not in {damage.file}, " in line]
    if re.match(rf"{Path(damage.file).stem}: \d+ of \d+ rows break the rule", message):
        # the cleaning shows the rows themselves, as received
        named += [line for line in lines if damage.new in line and damage.column in message]
        return "What to do:" in message and bool(named)
    return "What to do:" in message and any(damage.column in line for line in named)


def is_read_as_it_stands(raw_dir: Path, damage: Damage, sound, stage: Path) -> bool:
    """Whether every raw and cleaned cell is the sound one, or has the new words in it."""
    sound_tables, sound_raw = sound
    tables, raw = cleaned(raw_dir, stage), read_raw(raw_dir)
    names = [path.stem for path in FOLDER.glob("*.csv")]
    pairs = [(tables[name], sound_tables[name]) for name in sound_tables]
    pairs += [(raw[name], sound_raw[name]) for name in names]
    found = 0
    for ours, theirs in pairs:
        if list(ours.columns) != list(theirs.columns) or len(ours) != len(theirs):
            return False
        for column in ours:
            differs = ~(
                ours[column].eq(theirs[column]) | ours[column].isna() & theirs[column].isna()
            )
            for new, old in zip(
                ours.loc[differs, column], theirs.loc[differs, column], strict=True
            ):
                if new != str(old).replace(damage.old, damage.new):
                    return False
                found += 1
    return raw.references == sound_raw.references and bool(found) == (damage.old != damage.new)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.label[:90])
def test_a_damage_is_refused_clearly_or_read_as_it_stands(damage, sound, tell, tmp_path):
    raw_dir = shutil.copytree(FOLDER, tmp_path / "raw")
    damage.do(raw_dir)
    has_to_pass = damage.kind in OTHER_WORDS or damage.name in HARMLESS
    may_pass = has_to_pass or damage.name in MAY_PASS
    try:
        validate(raw_dir)
        is_right = may_pass and is_read_as_it_stands(raw_dir, damage, sound, tmp_path / "stage")
        tell(damage.kind, "built correctly" if is_right else "built wrongly", damage.label)
    except DataError as error:
        is_clear = leads_to(str(error), damage) and not has_to_pass
        tell(damage.kind, "refused clearly" if is_clear else "refused unclearly", str(error))
    finally:
        shutil.rmtree(raw_dir, ignore_errors=True)
    assert not Path("owned").exists()


def test_damages_of_many_cells_are_all_told_at_once(tell, tmp_path):
    raw_dir = shutil.copytree(RAW, tmp_path / "raw")
    damages = side_by_side()
    assert {one.kind for one in damages} == {*OF_CELLS}
    for damage in damages:
        damage.do(raw_dir)
    with pytest.raises(DataError) as refused:
        validate(raw_dir)
    told = str(refused.value).splitlines()
    for damage in damages:
        place = f"{damage.file}, row {damage.row}, {damage.column} = "
        is_clear = any(line.startswith(place) for line in told)
        tell(damage.kind, "refused clearly" if is_clear else "refused unclearly", damage.label)
