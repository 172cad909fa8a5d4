"""What can be made and which parameters there are, for people."""

from __future__ import annotations

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
    print("\nParameters, in upper case on the command line or in a file under params/:\n")
    for name, entry in known["properties"].items():
        if name == "run":
            continue
        limits = [
            f"{word} {entry[key]:g}"
            for key, word in (("minimum", "from"), ("maximum", "to"))
            if key in entry
        ]
        limits += [", ".join(entry["enum"])] if "enum" in entry else []
        kind = "day" if entry.get("format") == "date" else entry["type"]
        default = json.dumps(entry["default"]).strip('"')
        allowed = ": " + " ".join(limits) if limits else ""
        print(f"  {name.upper():20} {kind}, default {default}{allowed}")
        print(f"  {'':20} {entry['description']}")
    return 0
