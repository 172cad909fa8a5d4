"""Looking into built runs: one number, what two differ in, and whether one is as it was made."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from notepress import runrecord
from notepress.hashes import sha256
from notepress.outputs import write
from notepress.print import attachments
from notepress.values import in_spans, read_values
from tradetalks.checks import nearest
from tradetalks.claims.record import gather_evidence
from tradetalks.limits import parse_run
from tradetalks.parameters import read_text_file
from tradetalks.tables import read_raw
from whowalkedaway import ROOT, cases
from whowalkedaway.compare.difference import FILES, read_run, require_recorded
from whowalkedaway.compare.difference import compare as differences
from whowalkedaway.compare.page import as_page
from whowalkedaway.compare.text import as_text
from whowalkedaway.corrections import published
from whowalkedaway.graph import graph_of
from whowalkedaway.problems import KNOWN
from whowalkedaway.runs import (
    UsageError,
    built_file,
    check_run_name,
    chosen_run,
    not_default,
    to_build,
)


def explain(typed: Mapping[str, str]) -> int:
    """Print one value of a run: what it is, its source rows and documents, code and edition."""
    run = chosen_run(typed)
    path = built_file(run, "values.json")
    record = runrecord.read_record(built_file(run, runrecord.CRATE))
    require_recorded(path.parent, record, [path.name, "parameters.yml"])
    listed = read_values(path.read_text(encoding="utf-8"))
    values = {value["id"]: value for value in listed}
    wanted = typed.get("VALUE", "").lower()
    if wanted not in values:
        raise UsageError("\n".join(_others(wanted, values, run)))
    value = values[wanted]
    lines = [
        ("text", value["text"]),
        ("value", f"{value['value']} ({value['unit']})"),
        ("meaning", value["definition"]),
    ]
    if formula := value.get("formula"):
        lines.append(("formula", formula))
        lines += [("term", f"{word}: {number:.6g}") for word, number in value["terms"]]
    for source in value["sources"]:
        rows, spans = source["rows"], ", ".join(in_spans(source["rows"]))
        count = f" ({len(rows)} rows)" if len(rows) > 1 else ""
        lines.append(("source", f"{source['path']}: {spans or 'the whole table'}{count}"))
    given = read_text_file(built_file(run, "parameters.yml"), "run")
    lines += [("parameter", f"{name} = {given[name]}") for name in value["parameters"]]
    own = {name: told for name, told in given.items() if name != "run"}
    chosen = not_default(parse_run(own, ROOT, "parameters.yml"))[1]
    references = read_raw(ROOT / given["raw_dir"]).references
    for key in dict.fromkeys(key for s in value["sources"] for key in s.get("documents", [])):
        document = references.get(key, {})
        place = document.get("URL") or document.get("archive_location", "")
        lines.append(("document", f"{key} {place}".strip()))
    # a value of a later day is made in no cell, and some are made by no function
    if cell := value["cell_id"]:
        lines.append(("notebook", f"notebooks/{value['notebook']}, cell {cell}"))
    if function := value["function"]:
        lines.append(("function", f"{function} ({value['file']}, line {value['line']})"))
    commit = runrecord.git(ROOT, "describe", "--always", "--dirty", "--abbrev=12")
    lines += [
        ("edition", record["./"]["identifier"]),
        ("commit", commit or "not in a git checkout"),
        ("again", f"make report {' '.join([*chosen, f'AS={run}'])}"),
    ]
    for label, text in lines:
        print(f"{label:9} {text}")
    return 0


def _others(wanted: str, values: Mapping[str, Any], run: str) -> Iterator[str]:
    """What to ask for instead: values of this name, topic or text, or the topics."""
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
    found = [
        value
        for name, value in values.items()
        if f" {wanted} " in f" {value['cell_id']} {value['text'].lower()} ".replace("\xa0", " ")
        or wanted in name
    ]
    yield f"VALUE = {wanted!r}: no such value in {run}" + (
        "; these have it in their id, topic or text:" if found else nearest(wanted, values)
    )
    yield from (f"  {value['id']:40} {value['text']}" for value in found)


def compare(typed: Mapping[str, str]) -> int:
    """Print what changed from the built run A to the built run B, and write it as a page.

    Of two cases, it is what their charges come to. IN names the folder that holds both.
    """
    if missing := [name for name in ("A", "B") if not typed.get(name)]:
        built = sorted(path.parent.name for path in (ROOT / "reports").glob(f"*/{FILES[0]}"))
        raise UsageError(
            f"{' and '.join(missing)} missing; name two runs: make compare A=one B=two\n"
            f"built are: {', '.join(built) or 'none yet'}"
        )
    names = [check_run_name(typed[name], name) for name in ("A", "B")]
    home = ROOT / Path(typed.get("IN", "reports")).expanduser()
    remedy = "IN names the folder that has both"
    if lacking := [
        f"{home / name} is no built run; {remedy if 'IN' in typed else to_build(name)}"
        for name in dict.fromkeys(names)
        if not all((home / name / file).is_file() for file in (*FILES, cases.DATA))
    ]:
        raise UsageError("\n".join(lacking))
    text, shown = compared(home, *names)
    page = home / "compare" / f"{'--'.join(names)}.html"
    write(page, shown)
    print(text)
    print(f"\nside by side: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    return 0


def compared(home: Path, *names: str) -> tuple[str, str]:
    """Two built runs of a folder held against each other: as a terminal shows it, and as a page.

    PressError where their files are not those of their records.
    """
    for name in names:
        record = runrecord.read_record(home / name / runrecord.CRATE)
        require_recorded(home / name, record, [cases.DATA])
    both = [cases.read_case(home / name) for name in names]
    if both[0].name != both[1].name:
        return cases.as_text(both), cases.side_by_side(both)
    before, after = (read_run(home / name) for name in names)
    found = differences(before, after, words="claim")
    told = _evidence_in_words({str(run.parameters["raw_dir"]) for run in (before, after)})
    return as_text(found, told), as_page(found, told)


def _evidence_in_words(raw_dirs: set[str]) -> dict[str, str]:
    """What rows of evidence are, in the raw tables as they are now; tables may be gone by now."""
    told: dict[str, str] = {}
    for folder in (one for one in sorted(raw_dirs) if (ROOT / one / "datapackage.yaml").is_file()):
        for name, record in gather_evidence(read_raw(ROOT / folder)).items():
            at = ", ".join(str(part) for part in (record.who, record.day) if part)
            told[name] = f"{at}: {record.says}" if at else record.says
    return told


def verify(typed: Mapping[str, str]) -> int:
    """Hash a run's inputs and outputs again, or a PDF (FILE); 2 and their names if any differs."""
    if "FILE" in typed:
        if not typed["FILE"]:
            raise UsageError("FILE is empty; name a PDF: make verify FILE=path/to/report.pdf")
        return verify_file(ROOT / Path(typed["FILE"]).expanduser())
    run = chosen_run(typed)
    found = runrecord.verify(built_file(run, runrecord.CRATE), ROOT)
    print(*(found or [f"{run}: every input and output is as recorded"]), sep="\n")
    return 2 if found else 0


def verify_file(path: Path) -> int:
    """Say what a PDF is; 2 unless its bytes are an edition's, or what this checkout's build made.

    Both are told by recorded hashes: what lies in reports/ vouches for nothing.
    """
    carried, digest = attachments.read(path), sha256(path.read_bytes())
    facts = carried.manifest
    as_said = [f"attachments: all {len(facts['attached'])} as the record beside them says"]
    told = [facts["title"], f"version {facts['version']}, edition {facts['edition']}"]
    for line in [*told, *(attachments.differences(carried) or as_said)]:
        print(_clean(line))
    names = [
        f"edition {row['edition']} of {row['run']}"
        for row in published()
        if (row["file"], row["sha256"]) == ("report.pdf", digest)
    ]
    if not names and _is_made_here(carried, digest):
        names = ["what this checkout builds"]
    if not names:
        print("no edition that is recorded and no build here has its bytes: nothing vouches for it")
        print("compared: its attachments with the record that it carries; its pages with nothing")
        return 2
    print(f"compared: all its bytes, so pages and attachments; it is {' and '.join(names)}")
    return 0


def _is_made_here(carried: attachments.Carried, digest: str) -> bool:
    """Say in what a PDF and this checkout differ, and whether its build made these bytes."""
    facts = carried.manifest
    try:
        own = yaml.safe_load(carried.files.get("parameters.yml", b""))
        run = check_run_name(str(own.pop("run")), "run in parameters.yml")
        parameters = parse_run(own, ROOT, "parameters.yml in the PDF")
        graph = graph_of(run, parameters)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, *KNOWN) as error:
        print("not built here, so not compared: this checkout cannot use its parameters.yml")
        for line in str(error).splitlines():
            print(f"  {_clean(line)}")
        return False
    chosen, typed = not_default(parameters)
    print(f"run {run}; parameters: {chosen}")

    is_same = graph.edition == facts["edition"]
    which = "the same edition" if is_same else "another edition of these parameters"
    print(f"this checkout makes {which}, {graph.edition}")
    now, then = graph.made_from, facts["made_from"]
    changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    for name in changed[:20]:
        how = "is new" if name not in then else "is gone" if name not in now else "differs"
        print(f"  {_clean(name)}: {how}")
    if len(changed) > 20:
        print(f"  and {len(changed) - 20} more")

    if not graph.is_built("pdf"):
        print(f"not built here, so not compared: make report {' '.join([*typed, f'AS={run}'])}")
        return False
    is_equal = graph.stamps.listed("made", "pdf").get("report/report.pdf") == digest
    of = ", though of the same edition" if is_same > is_equal else ""
    print(f"what it built: {'the same, byte for byte' if is_equal else 'other bytes'}{of}")
    return is_equal


def _clean(text: object) -> str:
    """What a file from elsewhere says, without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))
