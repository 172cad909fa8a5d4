"""Both opinions on one run in process: the project's own, from its records, and the second."""

from __future__ import annotations

import copy
import csv
import io
import math
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.second_opinion import Opinion, Tables, read_tables

from tradetalks.parameters import Parameters, as_text
from tradetalks.raw.read import RawTables
from tradetalks.records import Records
from tradetalks.tables import read_raw

RAW = Path(__file__).parents[1] / "data" / "raw"
# the parts of each record that state numbers which the second opinion derives
PARTS = {
    "tariffs": ["rates", "farm", "steps", "episodes", "added"],
    "statements": ["ledger", "streams", "charge"],
    "border": ["recorded", "felt", "money", "evidence"],
    "verdicts": ["judged"],
}
# what is measured without the tables by which claims are judged
JUDGED_ALONE = {"claims", "evidence", "press", "questions"}
Words = dict[str, str]


def shipped(folder: Path = RAW) -> dict[str, bytes]:
    """The raw tables as they lie in their folder."""
    return {
        one.name: one.read_bytes() for one in (*folder.glob("*.csv"), folder / "references.json")
    }


def ours(raw: RawTables, parameters: Parameters, *, judged_alone: bool = False) -> dict[str, Any]:
    """What the project's records say: numbers, answers and verdicts, by id."""
    made = Records(raw, parameters)
    names = ["verdicts"] if judged_alone else [*PARTS]
    facts = (one for name in names for one in getattr(made, name).facts(PARTS[name]))
    # what a run does not tell is no number; the second opinion may have one all the same
    said = {one.value_id: one.value for one in facts if one.unit not in ("later", "missing")}
    judged = made.verdicts.judged
    for key, rows in (("question_id", judged.answers), ("claim_id", judged.verdicts)):
        word = "answer" if key == "question_id" else "verdict"
        for row in rows.to_dict("records"):
            said[row[key]] = (row[word], row["certainty"])
    return said


def theirs(tables: Tables, parameters: Parameters) -> dict[str, Any]:
    """The same by the second opinion."""
    mine = Opinion(tables, as_text(parameters))
    return {**mine.numbers, **mine.answers, **mine.verdicts}


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What the second opinion (`other`) derives and the project says otherwise."""
    found = []
    for name in sorted(other):
        if name not in one:
            # answers and verdicts are never silent; numbers may be printed in some runs alone
            if isinstance(other[name], tuple):
                found.append(f"{name}: nothing, {other[name]}")
            continue
        said, derived = one[name], other[name]
        if isinstance(derived, int | float):
            is_same = math.isclose(said, derived, rel_tol=1e-9, abs_tol=1e-9)
        elif isinstance(derived, str):
            is_same = str(said)[:10] == derived
        else:
            is_same = said == derived
        if not is_same:
            found.append(f"{name}: {said}, {derived}")
    answers = {name for name, said in one.items() if isinstance(said, tuple)}
    return found + [f"{name}: {one[name]}, nothing" for name in sorted(answers - {*other})]


def _other(*words: str) -> Callable[[str, random.Random], str]:
    return lambda was, chance: chance.choice([word for word in words if word != was])


def _scaled(was: str, chance: random.Random) -> str:
    by = chance.choice([0.3, 0.5, 0.9, 0.97])
    return f"{float(was) * by:.3f}" if "." in was else str(int(int(was) * by))


def _raised(was: str, chance: random.Random) -> str:
    return f"{float(was) * chance.choice([1.05, 1.5, 3]):.2f}"


def _earlier(was: str, chance: random.Random) -> str:
    year, month, day = was.split("-")
    return f"{year}-{month}-{max(1, int(day) - chance.choice([1, 2, 7])):02}"


_ACTS = ("blame", "commit", "offer", "threaten", "announce", "deny", "justify", "praise", "concede")
# columns of which one cell can change and leave the tables sound, and how
CHANGES: dict[tuple[str, str], Callable[[str, random.Random], str]] = {
    ("evidence", "stance"): _other("for", "against"),
    ("evidence", "reads"): _other("direct", "implied"),
    ("statements", "act"): _other(*_ACTS),
    ("statements", "target"): _other("US", "CN", "none"),
    ("statements", "statement_date"): _earlier,
    ("streams", "copies"): _other("0", "1"),
    ("statements", "confidence"): _other("low", "medium"),
    ("actions", "confidence"): _other("low", "medium", "high"),
    ("actions", "announced_date"): _earlier,
    ("actions", "value_claimed_usd_bn"): _raised,
    ("press", "sources"): _other("US", "CN", "US;CN", "third"),
    ("press", "day"): lambda was, chance: was.replace("2019-05", "2019-06"),
    ("press", "confidence"): _other("low", "medium"),
    ("claims", "since"): _earlier,
    ("claims", "claim_date"): _earlier,
    ("rounds", "accounts"): _other("US", "CN", "US;CN"),
    ("coverage", "estimate_usd_bn"): _raised,
    ("coverage", "confidence"): _other("low", "medium", "high"),
    ("changes_by_chapter", "imports_affected_usd_thousand"): _scaled,
    ("changes_by_chapter", "weighted_change_pp_usd_thousand"): _scaled,
    ("imports_by_chapter", "imports_2017_usd_thousand"): _scaled,
    ("benchmarks", "value_pct"): _raised,
    ("border_imports", "calculated_duty_usd"): _scaled,
    ("border_exports", "value_usd"): _scaled,
    ("border_releases", "known_date"): _earlier,
    ("border_list_shares", "US-301-L3"): lambda was, chance: f"{float(was) * 0.5:.6f}",
}


def changed_cells(number: int, seed: int) -> Iterator[tuple[str, str, str, Words]]:
    """Tables with one cell changed: table, column, row and its new file, drawn with a seed.

    Half of the cells are of records that evidence names, or of evidence, as these move verdicts.
    """
    chance, files = random.Random(seed), shipped()
    tables = {name[:-4]: files[name].decode() for name in files if name.endswith(".csv")}
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables.items()}
    cited = {cell for row in rows["evidence"] for cell in row.values() if cell}
    done = 0
    while done < number:
        table, column = chance.choice([*CHANGES])
        keyed = [
            r for r in rows[table] if r[column] and ({*r.values()} & cited or chance.random() < 0.5)
        ]
        row = chance.choice(keyed)
        new = CHANGES[table, column](row[column], chance)
        if new == row[column] or not _is_sound(table, column, row, new):
            continue
        text = io.StringIO()
        writer = csv.DictWriter(text, [*row], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**one, column: new} if one is row else one for one in rows[table])
        done += 1
        name = next(iter(row.values()))
        yield table, column, f"{name}: {row[column]} to {new}", {f"{table}.csv": text.getvalue()}


def _is_sound(table: str, column: str, row: Words, new: str) -> bool:
    """Rules between columns that a change must keep."""
    if table == "press" and column == "confidence":
        return row["is_named"] == "true" or new != "high"
    if table == "evidence" and row["admission"]:
        return column == "reads"  # an admission hurts its speaker whichever way
    if table == "statements" and column == "statement_date":
        return not row["tweet_id"] and row["joint"] != "true"
    return True


def with_changed(raw: RawTables, table: str, folder: Path, text: str) -> RawTables:
    """The raw tables with one of them read from a changed file; the others are not read again."""
    for file in RAW.iterdir():
        if file.is_file():
            (folder / file.name).unlink(missing_ok=True)
            (folder / file.name).symlink_to(file)
    (folder / f"{table}.csv").unlink()
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    changed, other = copy.copy(raw), read_raw(folder)
    changed._frame = lambda name: (other if name == table else raw)._frame(name)
    changed._keys = lambda name: (other if name == table else raw)._keys(name)
    return changed


def second_tables(changed: Words | None = None, folder: Path = RAW) -> Tables:
    """The raw tables as the second opinion reads them, some of them changed."""
    more = {name: text.encode() for name, text in (changed or {}).items()}
    return read_tables({**shipped(folder), **more})
