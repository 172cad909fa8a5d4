"""Corrections in the open: what moved since the last edition, and whether it is told.

`reports/RUN/edition.csv` holds the numbers and verdicts of the last edition that was published,
CORRECTIONS.md every one that moved between editions, with the reason: each in a row that begins
with what it is, as it was and as it is, and ends with why. Those of verdicts are made from
`revisions.csv`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from whowalkedaway import ROOT, read_rows
from whowalkedaway.runs import UsageError, built_file, chosen_run

TOLD = ROOT / "CORRECTIONS.md"


class Move(NamedTuple):
    """A number or verdict that is another one now; both as they are printed."""

    name: str
    old: str
    new: str


def read_present(folder: Path) -> dict[str, str]:
    """The numbers and verdicts of a built run, by id, as they are printed."""
    values = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    return {
        value["id"]: str(value["text"])
        for value in values
        if isinstance(value["value"], int | float) and not isinstance(value["value"], bool)
    } | {
        row["claim_id"]: f"{row['verdict']} ({row['certainty']})"
        for row in read_rows(folder / "verdicts.csv")
    }


def read_edition(path: Path) -> dict[str, str]:
    """The numbers and verdicts of the last edition; none where there was none."""
    return {row["id"]: row["printed"] for row in read_rows(path)} if path.is_file() else {}


def moved(before: Mapping[str, str], now: Mapping[str, str]) -> list[Move]:
    """What both have and print otherwise, in the order of ids."""
    both = sorted(before.keys() & now.keys())
    return [Move(name, before[name], now[name]) for name in both if before[name] != now[name]]


def untold(moves: list[Move], markdown: str) -> list[Move]:
    """The moves that have no row with a reason; blanks of every kind are the same."""
    rows = ([cell.strip() for cell in line.split("|")] for line in _plain(markdown).splitlines())
    told = {Move(*row[1:4]) for row in rows if len(row) > 5 and row[-2] and not row[0] + row[-1]}
    return [move for move in moves if Move(*map(_plain, move)) not in told]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def corrections(typed: Mapping[str, str]) -> int:
    """Say what moved in a built run since the last edition, and what of it is not told yet.

    With EDITION=1 the run as built becomes the last edition, if all that moved is told.
    """
    run = chosen_run(typed)
    if typed.get("EDITION", "1") != "1":
        raise UsageError(f"EDITION = {typed['EDITION']!r}: write EDITION=1, or leave it out")
    folder = built_file(run, "verdicts.csv").parent
    edition, now = folder / "edition.csv", read_present(folder)
    moves = moved(read_edition(edition), now)
    missing = untold(moves, TOLD.read_text(encoding="utf-8"))
    print(f"{run}: {len(moves)} moved since the last edition, {len(missing)} of them not told")
    for move in missing:
        print(f"| {' | '.join(move)} |  |")
    if missing:
        print(
            f"What to do: add these rows to {TOLD.name}, each with its reason; "
            "those of verdicts to revisions.csv in the raw tables, and make docs"
        )
        return 1
    if typed.get("EDITION"):
        with edition.open("w", encoding="utf-8", newline="") as lines:
            rows = csv.writer(lines, lineterminator="\n")
            rows.writerows([("id", "printed"), *sorted(now.items())])
        print(f"this is the last edition now: {edition.relative_to(ROOT)}")
    return 0
