"""Whether what was built, or sent, is what this checkout makes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from notepress import runrecord
from notepress.print import attachments
from tradetalks.checks import DataError
from tradetalks.limits import defaults, parse_run
from tradetalks.parameters import ParameterError, as_text
from whowalkedaway import ROOT
from whowalkedaway.graph import graph_of
from whowalkedaway.runs import UsageError, built_file, check_run_name, chosen_run


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
    """Say which edition a PDF is and whether this checkout makes it; 2 unless byte for byte."""
    carried = attachments.read(path)
    facts = carried.manifest
    print(f"{_clean(facts['title'])}")
    print(f"version {_clean(facts['version'])}, edition {_clean(facts['edition'])}")
    problems = attachments.differences(carried)
    for line in problems:
        print(_clean(line))
    if not problems:
        print(f"attachments: all {len(facts['attached'])} as its record says")
    same_edition, built = _held_against_checkout(carried)
    if built is None:
        return 2
    if not built.is_file():
        print(f"{built.relative_to(ROOT)}: not built here, so its bytes cannot be compared")
        return 2
    shown = built.relative_to(ROOT)
    if built.read_bytes() == path.read_bytes():
        print(f"{shown}: the same, byte for byte")
        return 0 if same_edition else 2
    print(f"{shown}: other bytes" + (", though of the same edition" if same_edition else ""))
    return 2


def _held_against_checkout(carried: attachments.Carried) -> tuple[bool, Path | None]:
    """Whether this checkout makes the edition of a PDF, and where a run of its name would be."""
    facts = carried.manifest
    try:
        values = yaml.safe_load(carried.files.get("parameters.yml", b""))
        run = check_run_name(str(values["run"]), "run in parameters.yml")
        own = {name: value for name, value in values.items() if name != "run"}
        parameters = parse_run(own, ROOT, "parameters.yml in the PDF")
        graph = graph_of(run, parameters)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as error:
        print(f"parameters.yml in the PDF cannot be used here: {_clean(repr(error))}")
        return False, None
    except (ParameterError, DataError, UsageError) as problem:
        print(problem)
        return False, None
    usual = as_text(defaults(ROOT / parameters.raw_dir))
    differing = {k: v for k, v in as_text(parameters).items() if v != usual[k]}
    listed = ", ".join(f"{name} = {value}" for name, value in differing.items())
    print(f"run {run}; parameters: {listed or 'all at their defaults'}")

    here, now = graph.edition, graph.sources
    if here == facts["edition"]:
        print(f"this checkout makes the same edition, {here}")
    else:
        print(f"this checkout makes another edition of these parameters, {here}")
        then = facts["made_from"]
        changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
        for name in changed[:20]:
            how = "is new" if name not in then else "is gone" if name not in now else "differs"
            print(f"  {_clean(name)}: {how}")
        if len(changed) > 20:
            print(f"  and {len(changed) - 20} more")
    if not (ROOT / "reports" / run / "report.pdf").is_file():
        given = [f"{name.upper()}={value}" for name, value in differing.items()]
        print(f"build it with: make report {' '.join([*given, f'AS={run}'])}")
    return here == facts["edition"], ROOT / "reports" / run / "report.pdf"


def _clean(text: object) -> str:
    """What a file from elsewhere says, without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))
