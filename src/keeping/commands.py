"""Commands for the raw tables: files and months fetched, statements made rows, lists checked."""

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from keeping.fetch import FOLDER, fetch_files
from keeping.lists import (
    clean_tranche_list,
    compare_codes,
    compare_counts,
    read_tranche_list,
    require_complete,
)
from keeping.months import KEY_VARIABLE, fetch_months
from keeping.own_texts import read_own_texts
from notepress.outputs import write, write_frame
from tradetalks.border.recorded import REVISED
from tradetalks.checks import count
from tradetalks.days import months_between
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.runs import UsageError, chosen_parameters


def fetch(typed: Mapping[str, str]) -> int:
    """Bring the line-level files into data/raw/lines, from their publishers or from MIRROR."""
    raw_dir = ROOT / chosen_parameters(typed).raw_dir
    mirror = typed.get("MIRROR", "")
    if mirror and "://" not in mirror:
        mirror = str(ROOT / Path(mirror).expanduser())
    fetch_files(read_raw(raw_dir)["line_files"], raw_dir, mirror=mirror)
    return 0


def fetch_border(typed: Mapping[str, str]) -> int:
    """Ask the publisher for months SINCE to UNTIL of trade, as rows of the raw tables."""
    months = [typed.get(name, "") for name in ("SINCE", "UNTIL")]
    if not all(re.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])", month) for month in months):
        raise UsageError("write months as YYYY-MM: make fetch-border SINCE=2021-01 UNTIL=2021-06")
    if months[0] > months[1]:
        raise UsageError(f"SINCE = {months[0]!r}: must not be after UNTIL ({months[1]})")
    raw_dir, folder = chosen_parameters(typed).raw_dir, ROOT / "build" / "border"
    raw = read_raw(ROOT / raw_dir)
    wanted, key = months_between(*months), os.environ.get(KEY_VARIABLE, "")
    for table in ("border_imports", "border_exports"):
        columns = [str(name) for name in raw[table] if str(name).endswith("_usd")]
        (where,) = raw.locate(table)
        addresses = [address for address in where["documents"] if "?get=" in address]
        rows = fetch_months(addresses, columns, wanted, key=key)
        if "vintage" in raw[table]:
            rows.insert(0, "vintage", REVISED)
        write_frame(folder / f"{table}.csv", rows)
    releases = pd.DataFrame({"vintage": REVISED, "month": wanted, "known_date": date.today()})
    write_frame(folder / "border_releases.csv", releases.assign(source_id="", confidence="high"))
    print(
        f"{len(wanted)} months: {folder.relative_to(ROOT)}/border_*.csv\n"
        f"What to do: in {raw_dir} add the months to the tables of the same names, or\n"
        "put them in the place of the revised ones; name their source in references.json and in\n"
        "border_releases.csv. make report ACCEPT_DATA=1 checks them."
    )
    return 0


def read_texts(typed: Mapping[str, str]) -> int:
    """Turn the statements in the folder FROM into uncoded ledger rows under build/."""
    if not typed.get("FROM"):
        raise UsageError("FROM is missing; name the folder: make read-texts FROM=path/to/folder")
    # whose ledger the rows go on from
    raw_dir = chosen_parameters(typed).raw_dir
    own = read_own_texts(ROOT / Path(typed["FROM"]).expanduser(), read_raw(ROOT / raw_dir))
    table, folder = ROOT / "build" / "own-texts.csv", ROOT / "build" / "own-texts"
    write_frame(table, own.rows)  # or refused, before any text is replaced
    for statement_id, text in own.texts.items():
        write(folder / f"{statement_id}.txt", text + "\n")
    for file in folder.glob("*.txt"):
        if file.stem not in own.texts:
            file.unlink()  # of an earlier call
    print(
        f"{count(len(own.rows), 'row')}, uncoded: {table.relative_to(ROOT)}; the texts: "
        f"{folder.relative_to(ROOT)}/ID.txt\n"
        "What to do: read each text and fill the empty cells by data/raw/codebook.md; in\n"
        f"{raw_dir} add new sources to references.json and new speakers to\n"
        "speakers.csv, then append the rows to statements.csv. make report checks them."
    )
    return 0


def check_list(typed: Mapping[str, str]) -> int:
    """Hold the tariff list in the file LIST against the complete one; DataError if lines lack."""
    if not typed.get("LIST"):
        raise UsageError("LIST is missing; name the file: make check-list LIST=path/to/list.xlsx")
    path = ROOT / Path(typed["LIST"]).expanduser()
    if not path.is_file():
        raise UsageError(f"LIST = {typed['LIST']!r}: there is no such file")
    raw_dir = ROOT / chosen_parameters(typed).raw_dir
    raw = read_raw(raw_dir)
    listed = clean_tranche_list(read_tranche_list(path), raw["actions"])
    files = raw["line_files"].set_index("holds")["file"]
    complete = raw_dir / FOLDER / str(files.get("tranche_lists"))
    if complete.is_file():
        codes = clean_tranche_list(read_tranche_list(complete), raw["actions"]).lines
        comparison = compare_codes(listed, codes)
    else:
        print("without the complete list (make fetch MIRROR=...), lines are counted by chapter")
        comparison = compare_counts(listed, raw["lines_by_chapter"])
    require_complete(comparison, path.name)
    print(comparison.to_string(index=False))
    return 0
