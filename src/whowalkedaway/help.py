"""What can be made and which parameters there are, for people."""

from __future__ import annotations

import csv
import json

from whowalkedaway import ROOT


def print_help() -> int:
    """List the targets of the Makefile and the parameters of the schema; needs no environment."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    print("make TARGET [NAME=value ...]\n")
    for line in lines:
        if line.startswith("## "):
            target, _, meaning = line[3:].partition(": ")
            print(f"  {target:10} {meaning}")
    known = json.loads((ROOT / "params" / "schema.json").read_text(encoding="utf-8"))
    raw_dir = known["properties"]["raw_dir"]["default"]
    named = _rows(raw_dir, "parameters")
    print("\nParameters, in upper case on the command line or in a file under params/. What")
    print(f"belongs to a dispute is as in {raw_dir}; another RAW_DIR has its own.\n")
    for name, entry in known["properties"].items():
        if name == "run":
            continue
        limits = [
            f"{word} {entry[key]:g}"
            for key, word in (("minimum", "from"), ("maximum", "to"))
            if key in entry
        ]
        limits += [", ".join(entry["enum"])] if "enum" in entry else []
        own = [row for row in named if row["parameter"] == name]
        if "column" in entry:
            table, column = entry["column"].split(".")
            values = [row["value"] for row in own] + [row[column] for row in _rows(raw_dir, table)]
            limits.append(", ".join(dict.fromkeys(values)))
        kind = "day" if entry.get("format") == "date" else entry["type"]
        usual = [(row["value"], row["why_default"]) for row in own if row["why_default"]]
        usual += [(json.dumps(entry["default"]).strip('"'), entry["why"])] if "why" in entry else []
        default, why = usual[0]
        allowed = ": " + " ".join(limits) if limits else ""
        print(f"  {name.upper():20} {kind}{allowed}")
        print(f"  {'':20} {entry['description']}")
        print(f"  {'':20} by default {default}: {why}")
    return 0


def _rows(raw_dir: str, table: str) -> list[dict[str, str]]:
    """The rows of a raw table as text."""
    with (ROOT / raw_dir / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]
