"""Editions by name, and corrections in the open: what moved since the last one, and is it told.

`reports/editions.csv` has a row for each file of an edition: edition, run, hash, file, sha256.
`reports/RUN/edition.csv` holds a run's numbers and verdicts, CORRECTIONS.md all that moved: what it
is, as it was, as it is, why; verdicts are told from `revisions.csv`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from notepress import runrecord
from notepress.hashes import sha256
from notepress.values import read_values
from tradetalks.otherwise import read_rows
from whowalkedaway import ROOT
from whowalkedaway.compare.difference import require_recorded
from whowalkedaway.runs import RUN_NAME, UsageError, built_file, chosen_run

TOLD = ROOT / "CORRECTIONS.md"
EDITIONS = ROOT / "reports" / "editions.csv"
# the program that derives it again: frozen with an edition by its hash, so that what the program
# itself does otherwise later is told apart from what the report does
AGAIN = "tools/second_opinion.py"
# what is printed, and committed with an edition
PRINTED = ("card.png", "data.zip", "page-1.png", "report.html", "report.pdf")


class Move(NamedTuple):
    """A number or verdict that is another one now; both as they are printed."""

    name: str
    old: str
    new: str


def read_present(folder: Path) -> dict[str, str]:
    """The numbers and verdicts of a built run, by id, as they are printed."""
    values = read_values((folder / "values.json").read_text(encoding="utf-8"))
    return {
        value["id"]: str(value["text"])
        for value in values
        if isinstance(value["value"], int | float) and not isinstance(value["value"], bool)
    } | {
        row["claim_id"]: f"{row['verdict']} ({row['certainty']})"
        for row in read_rows(folder / "verdicts.csv")
    }


def published() -> list[dict[str, str]]:
    """What was printed of every edition, in the order of publication."""
    return read_rows(EDITIONS) if EDITIONS.is_file() else []


def by_edition() -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Each edition in the order of publication: its name, run and hash, and hashes by file."""
    for key, rows in groupby(published(), lambda row: (row["edition"], row["run"], row["hash"])):
        yield *key, {row["file"]: row["sha256"] for row in rows}


def editions(run: str) -> list[str]:
    """The names of a run's editions."""
    return [name for name, of, *_ in by_edition() if of == run]


def moved(before: Mapping[str, str], now: Mapping[str, str]) -> list[Move]:
    """What both have and print otherwise, in the order of ids."""
    both = sorted(before.keys() & now.keys())
    return [Move(name, before[name], now[name]) for name in both if before[name] != now[name]]


def untold(moves: list[Move], markdown: str) -> list[Move]:
    """The moves that no rows with reasons lead to; blanks of every kind are the same."""
    rows = ([cell.strip() for cell in line.split("|")] for line in _plain(markdown).splitlines())
    told = {Move(*row[1:4]) for row in rows if len(row) > 5 and row[-2] and not row[0] + row[-1]}
    return [move for move in moves if not _leads(told, Move(*map(_plain, move)))]


def _leads(told: set[Move], move: Move) -> bool:
    """Whether rows lead from the old value to the new one, over those in between if need be."""
    own = {row for row in told if row.name == move.name}
    found: set[str] = set()
    reached = {move.old}
    while reached - found:
        found = found | reached
        reached = {row.new for row in own if row.old in found}
    return move.new in found


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def corrections(typed: Mapping[str, str]) -> int:
    """Say what moved in a built run since the last edition, and what of it is not told yet.

    With EDITION=name the run as built becomes the last edition, if all that moved is told.
    """
    run, name = chosen_run(typed), typed.get("EDITION")
    if name is not None and (not RUN_NAME.fullmatch(name) or name in editions(run)):
        raise UsageError(
            f"EDITION = {name!r}: a new name of letters, digits and ._+=-; there are: "
            f"{', '.join(editions(run)) or 'none'}"
        )
    folder = built_file(run, "verdicts.csv").parent
    record = runrecord.read_record(built_file(run, runrecord.CRATE))
    require_recorded(folder, record, ["values.json", "verdicts.csv"])
    last, now = folder / "edition.csv", read_present(folder)
    if last.is_file():
        before = {row["id"]: row["printed"] for row in read_rows(last)}
        moves = moved(before, now)
        missing = untold(moves, TOLD.read_text(encoding="utf-8"))
        new, gone = len(now.keys() - before.keys()), len(before.keys() - now.keys())
        print(
            f"{run}: {len(moves)} moved since the last edition, {len(missing)} of them not told; "
            f"{new} are new, {gone} are gone"
        )
        for move in missing:
            print(f"| {' | '.join(move)} |  |")
        if missing:
            print(
                f"What to do: add these rows to {TOLD.name}, each with its reason; "
                "those of verdicts to revisions.csv in the raw tables, and make docs"
            )
            return 1
    elif name is None:
        raise UsageError(
            f"{run}: no edition of it is recorded, so nothing can be said to have moved\n"
            f"What to do: make corrections RUN={run} EDITION=name records one"
        )
    if name is not None:
        _publish(name, run, folder)
        _write(last, [("id", "printed"), *sorted(now.items())])
        print(f"edition {name} of {run} is recorded: commit reports/ with it")
    return 0


def _publish(name: str, run: str, folder: Path) -> None:
    """Add an edition to the list; UsageError where the run is not as it was built."""
    if found := runrecord.verify(built_file(run, runrecord.CRATE), ROOT):
        raise UsageError(
            f"{run} is not as it was built: {found[0]}\nWhat to do: make report RUN={run}"
        )
    short = runrecord.read_record(folder / runrecord.CRATE)["./"]["identifier"]
    rows = [[*row.values()] for row in published()]
    for file in PRINTED:
        rows.append([name, run, short, file, sha256(built_file(run, file).read_bytes())])
    rows.append([name, run, short, AGAIN, sha256((ROOT / AGAIN).read_bytes())])
    _write(EDITIONS, [("edition", "run", "hash", "file", "sha256"), *rows])


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)
