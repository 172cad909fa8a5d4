"""Looking into built runs: one number, all hashes, two runs, what would run again."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowalkedaway import NOTEBOOKS, ROOT
from whowalkedaway.build import parameter_texts, stamped_files, stamps_in
from whowalkedaway.inputs import edition, inputs_of
from whowalkedaway.runs import CONTROLS, UsageError, check_run_name, chosen_run, resolve
from whowalkedaway.steps import STEPS, edition_of_run, raw_dir_of_run

if TYPE_CHECKING:
    from notepress.print.attachments import Carried
    from tradetalks.parameters import Parameters


def explain(typed: Mapping[str, str]) -> int:
    """Print one value of a run: what it is, its source rows and documents, code and edition."""
    run = chosen_run(typed)
    values = {
        v["id"]: v for v in json.loads(_built(run, "values.json").read_text(encoding="utf-8"))
    }
    wanted = typed.get("VALUE", "")
    if wanted not in values:
        import difflib

        close = difflib.get_close_matches(wanted, values, n=5, cutoff=0.0)
        raise UsageError(
            f"VALUE = {wanted!r}: no such value in {run}; close to it: {', '.join(close)}"
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
        ("function", f"{value['function']} ({value['file']}, line {value['line']})"),
        ("edition", edition_of_run(run)),
        ("commit", _commit()),
        ("again", f"make report RUN={run}"),
    ]
    for label, text in lines:
        print(f"{label:9} {text}")
    return 0


def _documents(run: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The documents behind the rows of a value, each with its address where it has one."""
    from tradetalks.raw.read import read_raw

    references = read_raw(raw_dir_of_run(run)).references
    named = dict.fromkeys(key for s in value["sources"] for key in s.get("documents", []))
    for key in named:
        source = references.get(key, {})
        yield f"{key} {source.get('URL') or source.get('archive_location', '')}".strip()


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "not in a git checkout"


def verify(typed: Mapping[str, str]) -> int:
    """Hash every input and output of a run again; 2 and their names if any differs.

    With FILE, a PDF is checked instead, wherever it came from.
    """
    from notepress.runrecord import verify as differences

    if "FILE" in typed:
        return verify_file(ROOT / Path(typed["FILE"]).expanduser())
    run = chosen_run(typed)
    found = differences(_built(run, "ro-crate-metadata.json"), ROOT)
    for line in found:
        print(line)
    if not found:
        print(f"{run}: every input and output is as recorded")
    return 2 if found else 0


def verify_file(path: Path) -> int:
    """Say which edition a PDF is and whether this checkout makes it; 2 unless byte for byte."""
    from notepress.print.attachments import differences, read

    carried = read(path)
    facts = carried.manifest
    print(f"{_clean(facts['title'])}")
    print(f"version {_clean(facts['version'])}, edition {_clean(facts['edition'])}")
    problems = differences(carried)
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


def _held_against_checkout(carried: Carried) -> tuple[bool, Path | None]:
    """Whether this checkout makes the edition of a PDF, and where a run of its name would be."""
    import yaml

    from notepress.stamps import sha256_of
    from tradetalks.checks import DataError
    from tradetalks.parameters import ParameterError, Parameters, as_text, parse_parameters

    facts = carried.manifest
    try:
        values = yaml.safe_load(carried.files.get("parameters.yml", b""))
        run = check_run_name(str(values["run"]), "run in parameters.yml")
        own = {name: value for name, value in values.items() if name != "run"}
        parameters = parse_parameters(own, "parameters.yml in the PDF")
        made_from = inputs_of(parameters)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as error:
        print(f"parameters.yml in the PDF cannot be used here: {_clean(repr(error))}")
        return False, None
    except (ParameterError, DataError, UsageError) as problem:
        print(problem)
        return False, None
    defaults = as_text(Parameters())
    differing = {k: v for k, v in as_text(parameters).items() if v != defaults[k]}
    listed = ", ".join(f"{name} = {value}" for name, value in differing.items())
    print(f"run {run}; parameters: {listed or 'all at their defaults'}")

    here = edition(run, parameters)
    if here == facts["edition"]:
        print(f"this checkout makes the same edition, {here}")
    else:
        print(f"this checkout makes another edition of these parameters, {here}")
        now = {name: sha256_of(file) for name, file in made_from.items()}
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


def compare(typed: Mapping[str, str]) -> int:
    """Print what changed from the built run A to the built run B, and write it as a page.

    IN names the folder that holds both, such as the one of a sweep's reports.
    """
    from notepress.compare.difference import FILES, read_run
    from notepress.compare.difference import compare as differences
    from notepress.compare.page import as_page
    from notepress.compare.text import as_text
    from notepress.outputs import write

    unknown = sorted(typed.keys() - CONTROLS - {"A", "B", "IN"})
    if unknown:
        raise UsageError(f"compare takes A, B and IN, and knows nothing of {', '.join(unknown)}")
    missing = [name for name in ("A", "B") if not typed.get(name)]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} missing; name two runs: make compare A=one B=two"
        )
    names = [check_run_name(typed[name], name) for name in ("A", "B")]
    home = ROOT / Path(typed.get("IN", "reports")).expanduser()
    lacking = [
        f"{file} of {name} is not in {home}; build it with: make report RUN={name}"
        for name in dict.fromkeys(names)
        for file in FILES
        if not (home / name / file).is_file()
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
    from tradetalks.claims import gather_records
    from tradetalks.raw.read import read_raw

    told: dict[str, str] = {}
    for folder in sorted(raw_dirs) if ids else []:
        if not (ROOT / folder / "datapackage.yaml").is_file():
            continue
        raw = read_raw(ROOT / folder)
        records = gather_records(
            raw["statements"],
            raw["actions"],
            raw["rounds"],
            raw["coverage"],
            raw.references,
            sides=raw["sides"],
            speakers=raw["speakers"],
            recoding=raw["recoding"],
            event_actions=raw["event_actions"],
        )
        for name in ids & records.keys():
            record = records[name]
            at = ", ".join(str(part) for part in (record.who, record.day) if part)
            told[name] = f"{at}: {record.says}" if at else record.says
    return told


def why(typed: Mapping[str, str]) -> int:
    """Say what changed since a run's last build, and which steps `make report` would run first.

    What comes after those depends on what they make: a table that comes out the same stops there.
    """
    run, parameters = resolve(typed)
    build = ROOT / "build" / run
    if not (build / "edition").is_file():
        print(f"{run}: not built yet; make report RUN={run} runs every step")
        return 0
    changes = dict(_changes(run, parameters))
    for line in filter(None, changes.values()):
        print(line)
    steps = _steps_to_run(run, list(changes))
    if steps:
        print(f"runs again: {', '.join(steps)}, and then what reads what these change")
    elif changes:
        print("nothing runs again: no step reads that")
    else:
        print(f"{run}: nothing changed since the last build")
    return 0


def _changes(run: str, parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Each mark under build/RUN that no longer holds, and the change behind it, in words.

    The words are empty where a mark follows from a change that has its own.
    """
    import yaml

    from notepress.stamps import stamp_text

    build = ROOT / "build" / run
    files = stamped_files(parameters)
    known = stamps_in(build)
    for name in sorted(files.keys() | known):
        mark = f"stamps/{name}"
        if name not in files:
            yield mark, f"{name}: gone"
        elif name not in known:
            yield mark, f"{name}: new"
        else:
            now = stamp_text(files[name], ROOT)
            then = (build / mark).read_text(encoding="utf-8")
            if now != then:
                # the first line is of the file itself, those after it are of what it imports
                own = now.partition("\n")[0] != then.partition("\n")[0] or files[name].is_dir()
                yield mark, f"{name}: changed" if own else ""
    for mark, text in parameter_texts(run, parameters).items():
        kept = (build / mark).read_text(encoding="utf-8") if (build / mark).is_file() else ""
        if text != kept:
            values, before = yaml.safe_load(text), yaml.safe_load(kept) or {}
            differing = [name for name in values if values[name] != before.get(name)]
            told = [f"{name} = {values[name]}, was {before.get(name)}" for name in differing]
            yield mark, "\n".join(told) if mark == "parameters.yml" else ""
    if f"{edition(run, parameters)}\n" != (build / "edition").read_text(encoding="utf-8"):
        yield "edition", ""


def _steps_to_run(run: str, marks: list[str]) -> list[str]:
    """The steps that make would start with, if these marks under build/RUN were new."""
    build = Path("build") / run
    outputs = sorted(path.relative_to(ROOT) for path in (ROOT / build / "outputs").glob("*"))
    told = subprocess.run(
        [
            *("make", "-n", "--silent", "-f", "pipeline.mk", f"R={run}"),
            # what a step made counts as unchanged until it is made anew
            *(part for path in outputs for part in ("-o", str(path))),
            *(part for mark in marks for part in ("-W", str(build / mark))),
            *("all", *(str(build / "done" / path.name) for path in outputs)),
        ],
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    named = set(re.findall(rf" step {re.escape(run)} (\S+)$", told.stdout, re.M))
    return [step for step in dict.fromkeys(("valid", *NOTEBOOKS, *STEPS)) if step in named]


def _built(run: str, file: str) -> Path:
    path = ROOT / "reports" / run / file
    if not path.is_file():
        raise UsageError(
            f"{path.relative_to(ROOT)} is not there; build it with: make report RUN={run}"
        )
    return path
