"""Corrections in the open: what moved since the last edition, and whether it is told.

`reports/RUN/edition.csv` holds the numbers and verdicts of the last edition that was published,
CORRECTIONS.md every one that moved between editions, with the reason: each in a row of four cells,
what it is, as it was, as it is, and why.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from whowalkedaway import ROOT
from whowalkedaway.runs import UsageError, built_file, chosen_run

TOLD = ROOT / "CORRECTIONS.md"
_ROW = re.compile(r"^\|(.+)\|\s*$")


class Move(NamedTuple):
    """A number or verdict that is another one now; both as they are printed."""

    name: str
    old: str
    new: str


def read_present(folder: Path) -> dict[str, str]:
    """The numbers and verdicts of a built run, by id, as they are printed."""
    values = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    present = {
        value["id"]: str(value["text"])
        for value in values
        if isinstance(value["value"], int | float) and not isinstance(value["value"], bool)
    }
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        verdicts = [*csv.DictReader(lines)]
    return present | {row["claim_id"]: f"{row['verdict']} ({row['certainty']})" for row in verdicts}


def read_edition(path: Path) -> dict[str, str]:
    """The numbers and verdicts of the last edition; none where there was none."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row["printed"] for row in csv.DictReader(lines)}


def moved(before: Mapping[str, str], now: Mapping[str, str]) -> list[Move]:
    """What both have and print otherwise, in the order of ids."""
    return [
        Move(name, before[name], now[name])
        for name in sorted(before.keys() & now.keys())
        if before[name] != now[name]
    ]


def read_told(markdown: str) -> set[Move]:
    """The moves that are told with a reason."""
    cells = [
        [cell.strip() for cell in row[1].split("|")]
        for line in _plain(markdown).splitlines()
        if (row := _ROW.match(line))
    ]
    return {Move(*row[:3]) for row in cells if len(row) == 4 and row[3]}


def untold(moves: list[Move], told: set[Move]) -> list[Move]:
    """The moves that nothing tells."""
    return [move for move in moves if Move(*map(_plain, move)) not in told]


def _plain(text: str) -> str:
    """A text in which blanks of every kind are the same."""
    return text.replace("\u00a0", " ")


def corrections(typed: Mapping[str, str]) -> int:
    """Say what moved in a built run since the last edition, and what of it is not told yet.

    With EDITION=1 the run as built becomes the last edition, if all that moved is told.
    """
    run = chosen_run(typed)
    if typed.get("EDITION", "1") != "1":
        raise UsageError(f"EDITION = {typed['EDITION']!r}: write EDITION=1, or leave it out")
    folder = built_file(run, "verdicts.csv").parent
    edition = folder / "edition.csv"
    now = read_present(folder)
    moves = moved(read_edition(edition), now)
    missing = untold(moves, read_told(TOLD.read_text(encoding="utf-8")))
    print(f"{run}: {len(moves)} moved since the last edition, {len(missing)} of them not told")
    for move in missing:
        print(f"| {' | '.join(move)} |  |")
    if missing:
        print(f"What to do: add these rows to {TOLD.name}, each with its reason")
        return 1
    if typed.get("EDITION"):
        with edition.open("w", encoding="utf-8", newline="") as lines:
            rows = csv.writer(lines, lineterminator="\n")
            rows.writerows([("id", "printed"), *sorted(now.items())])
        print(f"this is the last edition now: {edition.relative_to(ROOT)}")
    return 0
