"""Looking into built runs: one number, and what two of them differ in."""

from __future__ import annotations

import json
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from notepress.compare.difference import FILES, read_run
from notepress.compare.difference import compare as differences
from notepress.compare.page import as_page
from notepress.compare.text import as_text
from notepress.outputs import write
from notepress.runrecord import CRATE, git, read_record
from tradetalks.checks import nearest
from tradetalks.parameters import read_text_file
from tradetalks.raw.read import read_raw
from tradetalks.record.verdict_record import gather_evidence
from whowalkedaway import ROOT
from whowalkedaway.runs import UsageError, built_file, check_run_name, chosen_run


def explain(typed: Mapping[str, str]) -> int:
    """Print one value of a run: what it is, its source rows and documents, code and edition."""
    run = chosen_run(typed)
    listed = json.loads(built_file(run, "values.json").read_text(encoding="utf-8"))
    values = {value["id"]: value for value in listed}
    wanted = typed.get("VALUE", "")
    if wanted not in values:
        raise UsageError("\n".join(_others(wanted, values, run)))
    value = values[wanted]
    lines = [
        ("text", value["text"]),
        ("value", f"{value['value']} ({value['unit']})"),
        ("meaning", value["definition"]),
    ]
    for source in value["sources"]:
        rows = ", ".join(map(str, source["rows"])) or "the whole table"
        lines.append(("source", f"{source['path']}: {rows}"))
    lines += [("document", place) for place in _documents(run, value)]
    # a value of a later day is made in no cell, and some are made by no function
    if cell := value["cell_id"]:
        lines.append(("notebook", f"notebooks/{value['notebook']}, cell {cell}"))
    if function := value["function"]:
        lines.append(("function", f"{function} ({value['file']}, line {value['line']})"))
    commit = git(ROOT, "describe", "--always", "--dirty", "--abbrev=12")
    lines += [
        ("edition", read_record(built_file(run, CRATE))["./"]["identifier"]),
        ("commit", commit or "not in a git checkout"),
        ("again", f"make report RUN={run}"),
    ]
    for label, text in lines:
        print(f"{label:9} {text}")
    return 0


def _others(wanted: str, values: Mapping[str, Any], run: str) -> Iterator[str]:
    """What to ask for instead: values with these letters, those of a topic, or the topics."""
    if not wanted:
        yield "VALUE is missing; it takes the id that stands behind each number of the page,"
        yield "a part of it (VALUE=rate_last) for all ids that have it, or one of these topics:"
        topics: dict[str, set[str]] = defaultdict(set)
        for value in values.values():
            if value["cell_id"]:
                topics[value["notebook"].removesuffix(".ipynb")].add(value["cell_id"])
        for notebook, cells in sorted(topics.items()):
            told = f"  {notebook}: {', '.join(sorted(cells))}"
            yield from textwrap.wrap(told, 100, subsequent_indent="    ", break_on_hyphens=False)
        return
    found = [v for name, v in values.items() if wanted in name or wanted == v["cell_id"]]
    yield f"VALUE = {wanted!r}: no such value in {run}" + (
        "; these have it in their id or topic:" if found else nearest(wanted, values)
    )
    yield from (f"  {value['id']:40} {value['text']}" for value in found)


def _documents(run: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The documents behind the rows of a value, each with its address where it has one."""
    raw_dir = read_text_file(built_file(run, "parameters.yml"), "run")["raw_dir"]
    references = read_raw(ROOT / raw_dir).references
    for key in dict.fromkeys(key for s in value["sources"] for key in s.get("documents", [])):
        source = references.get(key, {})
        yield f"{key} {source.get('URL') or source.get('archive_location', '')}".strip()


def compare(typed: Mapping[str, str]) -> int:
    """Print what changed from the built run A to the built run B, and write it as a page.

    IN names the folder that holds both, such as the one of a sweep's reports.
    """
    missing = [name for name in ("A", "B") if not typed.get(name)]
    if missing:
        built = sorted(path.parent.name for path in (ROOT / "reports").glob(f"*/{FILES[0]}"))
        raise UsageError(
            f"{' and '.join(missing)} missing; name two runs: make compare A=one B=two\n"
            f"built are: {', '.join(built)}"
        )
    names = [check_run_name(typed[name], name) for name in ("A", "B")]
    home = ROOT / Path(typed.get("IN", "reports")).expanduser()
    remedy = "IN names the folder that has both" if "IN" in typed else "make report RUN={}"
    lacking = [
        f"{home / name} is no built run; {remedy.format(name)}"
        for name in dict.fromkeys(names)
        if not all((home / name / file).is_file() for file in FILES)
    ]
    if lacking:
        raise UsageError("\n".join(lacking))
    before, after = (read_run(home / name) for name in names)
    found = differences(before, after, words="claim")
    told = _evidence_in_words({str(run.parameters["raw_dir"]) for run in (before, after)})
    page = home / "compare" / f"{before.name}--{after.name}.html"
    write(page, as_page(found, told))
    print(as_text(found, told))
    if not found.is_empty:
        print(f"\nside by side: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    return 0


def _evidence_in_words(raw_dirs: set[str]) -> dict[str, str]:
    """What rows of evidence are, in the raw tables as they are now; tables may be gone by now."""
    told: dict[str, str] = {}
    for folder in sorted(raw_dirs):
        if not (ROOT / folder / "datapackage.yaml").is_file():
            continue
        for name, record in gather_evidence(read_raw(ROOT / folder)).items():
            at = ", ".join(str(part) for part in (record.who, record.day) if part)
            told[name] = f"{at}: {record.says}" if at else record.says
    return told
