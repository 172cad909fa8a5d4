"""Whether what was built, or sent, is what this checkout makes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from notepress import runrecord
from notepress.print import attachments
from tradetalks.limits import parse_run
from whowalkedaway import ROOT
from whowalkedaway.graph import graph_of
from whowalkedaway.runs import built_file, check_run_name, chosen_run, not_default


def verify(typed: Mapping[str, str]) -> int:
    """Hash every input and output of a run again; 2 and their names if any differs.

    With FILE, a PDF is checked instead, wherever it came from.
    """
    if "FILE" in typed:
        return verify_file(ROOT / Path(typed["FILE"]).expanduser())
    run = chosen_run(typed)
    found = runrecord.verify(built_file(run, runrecord.CRATE), ROOT)
    for line in found:
        print(line)
    if not found:
        print(f"{run}: every input and output is as recorded")
    return 2 if found else 0


def verify_file(path: Path) -> int:
    """Say which edition a PDF is and whether this checkout makes it; 2 unless byte for byte.

    Raises ParameterError, DataError or UsageError where its parameters cannot be used here.
    """
    carried = attachments.read(path)
    facts = carried.manifest
    as_said = [f"attachments: all {len(facts['attached'])} as its record says"]
    told = [facts["title"], f"version {facts['version']}, edition {facts['edition']}"]
    for line in [*told, *(attachments.differences(carried) or as_said)]:
        print(_clean(line))
    try:
        own = yaml.safe_load(carried.files.get("parameters.yml", b""))
        run = check_run_name(str(own.pop("run")), "run in parameters.yml")
        parameters = parse_run(own, ROOT, "parameters.yml in the PDF")
        graph = graph_of(run, parameters)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as error:
        print(f"parameters.yml in the PDF cannot be used here: {_clean(repr(error))}")
        return 2
    chosen, typed = not_default(parameters)
    print(f"run {run}; parameters: {chosen}")

    is_same = graph.edition == facts["edition"]
    which = "the same edition" if is_same else "another edition of these parameters"
    print(f"this checkout makes {which}, {graph.edition}")
    now, then = graph.sources, facts["made_from"]
    changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    for name in changed[:20]:
        how = "is new" if name not in then else "is gone" if name not in now else "differs"
        print(f"  {_clean(name)}: {how}")
    if len(changed) > 20:
        print(f"  and {len(changed) - 20} more")

    built = ROOT / "reports" / run / "report.pdf"
    shown = built.relative_to(ROOT)
    if not built.is_file():
        print(f"{shown}: not built here, so its bytes cannot be compared")
        print(f"build it with: make report {' '.join([*typed, f'AS={run}'])}")
        return 2
    is_equal = built.read_bytes() == path.read_bytes()
    bytes_of = "the same, byte for byte" if is_equal else "other bytes"
    print(f"{shown}: {bytes_of}{', though of the same edition' if is_same > is_equal else ''}")
    return 0 if is_equal and is_same else 2


def _clean(text: object) -> str:
    """What a file from elsewhere says, without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))
