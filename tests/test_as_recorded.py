"""What the code makes of raw tables, value by value and page by page, as it was when looked at.

Of the invented dispute it is the report, of both real ones what is measured. A change of the code,
or of a real table, that changes any of it fails here, and the difference tells what it does. Where
that is meant, `python -m pytest --record` writes it anew in tests/baseline: look at what git says
has changed, and commit it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pytest
from pypdf import PdfReader

from looked_at import BASELINE, heard
from projects import ROOT, parameters
from tradetalks.parts import measured_by
from tradetalks.records import Records
from tradetalks.tables import read_raw
from whowalkedaway.readings import printed

RUN = "islands"
# all that is text but what is read below, and what lists hashes, or how the project is cited
AS_THEY_ARE = ("*.csv", "*.json", "*.md", "figures/*", "tables/*")
LISTS = ("ro-crate-metadata.json", "about.json", "values.json")
SPANS = ("/Scope", "/ColSpan", "/RowSpan", "/Headers")


# where in the code a value is measured, and which bytes its tables had, others tell
LEFT_OUT = {"file", "function", "line"}


def one_a_line(held: dict[str, list[dict[str, Any]]]) -> str:
    """Every value, with the rows that it rests on."""
    rows = [[Path(one["path"]).name, *one["rows"], one["documents"]] for one in held["sources"]]
    told = [
        {name: part for name, part in value.items() if name not in LEFT_OUT}
        | {"sources": [rows[place] for place in value["sources"]]}
        for value in held["values"]
    ]
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in told)


def tags(node: pikepdf.Object, depth: int = 0) -> Iterator[str]:
    """The structure of a printed report, as a program that reads aloud meets it."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        told = {name: str(node[name]) for name in ("/Alt", "/Lang") if name in node}
        for look in listed(node.get("/A", [])):
            told |= {name: str(look[name]) for name in SPANS if name in look}
        yield f"{' ' * depth}{node.S} {json.dumps(told, ensure_ascii=False)}\n"
    for one in listed(node.get("/K", [])):
        yield from tags(one, depth + 1)


def listed(held: Any) -> Iterable[Any]:
    return held if isinstance(held, list | pikepdf.Array) else [held]


def texts(project: Path) -> Iterator[tuple[str, str]]:
    """What a run made, by a name: all that can be read as text."""
    report = project / "reports" / RUN
    for path in sorted({path for form in AS_THEY_ARE for path in report.glob(form)}):
        if path.name not in LISTS:
            yield str(path.relative_to(report)), path.read_text(encoding="utf-8")
    yield "values.txt", one_a_line(json.loads((report / "values.json").read_text("utf-8")))
    yield "page.txt", heard((report / "report.html").read_text(encoding="utf-8"))
    pages = [page.extract_text() for page in PdfReader(report / "report.pdf").pages]
    yield "printed.txt", "\n\n".join(pages)
    with pikepdf.open(report / "report.pdf") as pdf:
        yield "tags.txt", "".join(tags(pdf.Root.StructTreeRoot))
    for path in sorted((project / "data" / "processed" / RUN).glob("*.parquet")):
        table = pd.read_parquet(path)
        kinds = ",".join(map(str, table.dtypes))
        yield f"cleaned/{path.stem}.csv", f"{kinds}\n{table.to_csv(index=False)}"


def test_a_report_says_what_it_said_when_it_was_looked_at(islands, as_recorded):
    told = json.loads((islands / "reports" / RUN / "nbconvert.json").read_text("utf-8"))
    # what any change of the code or any release gives it
    edition, written = (told["ReportExporter"][name] for name in ("edition", "written"))
    day = f"{date.fromisoformat(written):%-d %B %Y}"
    found = {f"{RUN}/{name}": text for name, text in texts(islands)}
    for name, text in found.items():
        for own in (edition, written, day):
            text = text.replace(own, "·")
        as_recorded(name, text)
    kept = {path.relative_to(BASELINE).as_posix() for path in BASELINE.rglob(f"{RUN}/**/*.*")}
    assert kept == {*found}, "what is no longer made is to be removed"


REAL = {
    "may-2019": {"raw_dir": "data/raw"},
    "busan-2025": {"raw_dir": "data/raw/geneva-2025", "as_of": "2025-12-31"},
}


def after(day: date | None) -> str:
    return f" | known on {day:%Y-%m-%d}" if day else ""


def tables(name: str, held: Any) -> Iterator[str]:
    """Each table of a part of a record: its name, how long it is, and a digest of all its cells."""
    if isinstance(held, pd.DataFrame):
        digest = hashlib.sha256(held.to_csv().encode()).hexdigest()
        yield f"{name}: {len(held)} rows, {digest[:16]}\n"
    elif is_dataclass(held):
        for field in fields(held):
            yield from tables(f"{name}.{field.name}", getattr(held, field.name))


@pytest.mark.parametrize("run", REAL)
def test_what_is_measured_is_what_it_was(as_recorded, run):
    made = [*Records(read_raw(ROOT / REAL[run]["raw_dir"]), parameters(**REAL[run]))]
    told = [
        f"{fact.value_id}: {printed(fact).text} | {fact.definition}{after(fact.known)}\n"
        for record in made
        for fact in record.facts()
    ]
    for record in made:
        parts = [name for name, part in vars(type(record)).items() if type(part) is measured_by]
        for name in parts:
            told += tables(f"{type(record).__name__}.{name}", getattr(record, name))
    as_recorded(f"measured/{run}.txt", "".join(told))
