"""What can be made and which parameters there are, for people."""

import json
import textwrap

from whowalkedaway import ROOT


def print_help() -> int:
    """List the targets of the Makefile and the parameters of the schema; needs no environment."""
    print("make TARGET [NAME=value ...]\n")
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            target, _, meaning = line[3:].partition(": ")
            print(textwrap.fill(f"  {target:12} {meaning}", 100, subsequent_indent=" " * 15))
    print("\nParameters, in capitals or without on the command line, or in a file under params/.")
    print("Defaults of a dispute are in parameters.csv of its raw tables, with their reasons.\n")
    schema = json.loads((ROOT / "params" / "schema.json").read_text(encoding="utf-8"))
    for name, entry in schema["properties"].items():
        bounds = {"from": entry.get("minimum"), "to": entry.get("maximum")}
        limits = [f"{word} {bound:.15g}" for word, bound in bounds.items() if bound is not None]
        limits += [", ".join(entry["enum"])] if "enum" in entry else []
        limits += [f"one of {entry['column']} in the raw tables"] if "column" in entry else []
        told = ": ".join([entry["description"], *filter(None, [" ".join(limits)])])
        print(textwrap.fill(f"  {name.upper():20} {told}", 100, subsequent_indent=" " * 23))
    return 0
