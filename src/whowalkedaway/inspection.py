"""Looking into built runs: one number, and what two of them differ in."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from notepress.compare.difference import FILES, read_run
from notepress.compare.difference import compare as differences
from notepress.compare.page import as_page
from notepress.compare.text import as_text
from notepress.outputs import write
from tradetalks.checks import nearest
from tradetalks.raw.read import read_raw
from tradetalks.record.verdict_record import gather_evidence
from whowalkedaway import BUILDS, ROOT
from whowalkedaway.runs import CONTROLS, UsageError, built_file, check_run_name, chosen_run


def explain(typed: Mapping[str, str]) -> int:
    """Print one value of a run: what it is, its source rows and documents, code and edition."""
    run = chosen_run(typed)
    values = {
        v["id"]: v for v in json.loads(built_file(run, "values.json").read_text(encoding="utf-8"))
    }
    if stray := sorted(typed.keys() - CONTROLS):
        raise UsageError(f"explain takes VALUE and RUN, and knows nothing of {', '.join(stray)}")
    wanted = typed.get("VALUE", "")
    if wanted not in values:
        listed = [f"  {name:40} {value['text']}" for name, value in values.items()]
        raise UsageError(
            f"VALUE = {wanted!r}: no such value in {run}{nearest(wanted, values)}"
            if wanted
            else "\n".join(["VALUE is missing; name one of these:", *listed])
        )
    value = values[wanted]
    lines = [
        ("text", value["text"]),
        ("value", f"{value['value']} ({value['unit']})"),
        ("meaning", value["definition"]),
        *(
            ("source", f"{s['path']}: {', '.join(map(str, s['rows'])) or 'the whole table'}")
            for s in value["sources"]
        ),
        *(("document", place) for place in _documents(run, value)),
        ("notebook", f"notebooks/{value['notebook']}, cell {value['cell_id']}"),
        *(
            [("function", f"{value['function']} ({value['file']}, line {value['line']})")]
            if value["function"]
            else []
        ),
        ("edition", (BUILDS / run / "edition").read_text(encoding="utf-8").strip()),
        ("commit", _commit()),
        ("again", f"make report RUN={run}"),
    ]
    for label, text in lines:
        print(f"{label:9} {text}")
    return 0


def _documents(run: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The documents behind the rows of a value, each with its address where it has one."""

    references = read_raw(_raw_dir_of(run)).references
    named = dict.fromkeys(key for s in value["sources"] for key in s.get("documents", []))
    for key in named:
        source = references.get(key, {})
        yield f"{key} {source.get('URL') or source.get('archive_location', '')}".strip()


def _raw_dir_of(run: str) -> Path:
    """The folder of the raw tables from which a run was built."""
    values = yaml.safe_load(built_file(run, "parameters.yml").read_text(encoding="utf-8"))
    return ROOT / str(values["raw_dir"])


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "not in a git checkout"


def compare(typed: Mapping[str, str]) -> int:
    """Print what changed from the built run A to the built run B, and write it as a page.

    IN names the folder that holds both, such as the one of a sweep's reports.
    """

    unknown = sorted(typed.keys() - CONTROLS - {"A", "B", "IN"})
    if unknown:
        raise UsageError(f"compare takes A, B and IN, and knows nothing of {', '.join(unknown)}")
    missing = [name for name in ("A", "B") if not typed.get(name)]
    if missing:
        built = sorted(path.parent.name for path in (ROOT / "reports").glob(f"*/{FILES[0]}"))
        raise UsageError(
            f"{' and '.join(missing)} missing; name two runs: make compare A=one B=two\n"
            f"built are: {', '.join(built)}"
        )
    names = [check_run_name(typed[name], name) for name in ("A", "B")]
    home = ROOT / Path(typed.get("IN", "reports")).expanduser()
    lacking = [
        f"{home / name} is no built run; where IN is left out: make report RUN={name}"
        for name in dict.fromkeys(names)
        if not all((home / name / file).is_file() for file in FILES)
    ]
    if lacking:
        raise UsageError("\n".join(lacking))
    before, after = (read_run(home / name) for name in names)
    found = differences(before, after, words="claim")
    raw_dirs = {str(run.parameters["raw_dir"]) for run in (before, after)}
    told = _evidence_in_words(raw_dirs, found.moved_evidence)
    page = home / "compare" / f"{before.name}--{after.name}.html"
    write(page, as_page(found, told))
    print(as_text(found, told))
    if not found.is_empty:
        print(f"\nside by side: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    return 0


def _evidence_in_words(raw_dirs: set[str], ids: set[str]) -> dict[str, str]:
    """What rows of evidence are, in the raw tables as they are now; tables may be gone by now."""

    told: dict[str, str] = {}
    for folder in sorted(raw_dirs) if ids else []:
        if not (ROOT / folder / "datapackage.yaml").is_file():
            continue
        records = gather_evidence(read_raw(ROOT / folder)).records
        for name in ids & records.keys():
            record = records[name]
            at = ", ".join(str(part) for part in (record.who, record.day) if part)
            told[name] = f"{at}: {record.says}" if at else record.says
    return told
