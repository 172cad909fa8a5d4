"""What can be made and which parameters there are, for people."""

import json
import re
import sys
import textwrap
from collections.abc import Mapping

from whowalkedaway import DEFAULT_RUN, ROOT, read_rows


def print_help(typed: Mapping[str, str]) -> int:
    """List the targets of the Makefile and the parameters of the schema; needs no environment.

    What belongs to a dispute is as in the raw tables of RAW_DIR, or else of RUN.
    """
    try:
        return _print_help(typed)
    except OSError as problem:
        path = str(problem.filename).removeprefix(f"{ROOT}/")
        print(f"{path}: {problem.strerror}\nWhat to do: correct RUN or RAW_DIR", file=sys.stderr)
        return 2


def _print_help(typed: Mapping[str, str]) -> int:
    known = json.loads((ROOT / "params" / "schema.json").read_text(encoding="utf-8"))["properties"]
    given = {name.upper(): value for name, value in typed.items()}
    raw_dir = given.get("RAW_DIR") or _raw_dir_of(given.get("RUN", DEFAULT_RUN))
    raw_dir = raw_dir or known["raw_dir"]["default"]
    named = read_rows(ROOT / raw_dir / "parameters.csv")
    print("make TARGET [NAME=value ...]\n")
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            target, _, meaning = line[3:].partition(": ")
            print(textwrap.fill(f"  {target:12} {meaning}", 100, subsequent_indent=" " * 15))
    print("\nParameters, in capitals or without on the command line, or in a file under params/.")
    print(f"What belongs to a dispute is as in {raw_dir}; another RUN or RAW_DIR has its own.\n")
    del known["run"]
    for name, entry in known.items():
        own = [row for row in named if row["parameter"] == name]
        bounds = {"from": entry.get("minimum"), "to": entry.get("maximum")}
        limits = [f"{word} {bound:.15g}" for word, bound in bounds.items() if bound is not None]
        limits += [", ".join(entry["enum"])] if "enum" in entry else []
        if "column" in entry:
            table, column = entry["column"].split(".")
            values = [row["value"] for row in own]
            values += [row[column] for row in read_rows(ROOT / raw_dir / f"{table}.csv")]
            limits.append(", ".join(dict.fromkeys(values)))
        default, why = "none", f"{raw_dir}/parameters.csv has no row with a reason"
        if "why" in entry:
            default, why = json.dumps(entry["default"]).strip('"'), entry["why"]
        for row in own:
            if row["why_default"]:
                default, why = row["value"], row["why_default"]
        kind = "day" if entry.get("format") == "date" else entry["type"]
        allowed = ": " + " ".join(limits) if limits else ""
        for label, text in (
            (name.upper(), kind + allowed),
            ("", entry["description"]),
            ("", f"by default {default or 'empty'}: {why}"),
        ):
            print(textwrap.fill(f"  {label:20} {text}", 100, subsequent_indent=" " * 25))
    return 0


def _raw_dir_of(run: str) -> str:
    """The folder of raw tables that the file of a run names; empty where it names none."""
    text = (ROOT / "params" / f"{run}.yml").read_text(encoding="utf-8")
    found = re.search(r"""^raw_dir: *["']?(.+?)["']? *(?:#.*)?$""", text, re.MULTILINE)
    return found[1] if found else ""
