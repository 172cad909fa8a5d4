"""A site of built reports: one folder with one start page, for any host that serves files."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from notepress import pages, runrecord
from notepress.hashes import sha256
from notepress.outputs import write
from notepress.print.export import export
from notepress.run.notebooks import read_executed
from whowalkedaway import DEFAULT_RUN, ROOT, cases
from whowalkedaway.compare.difference import require_recorded
from whowalkedaway.corrections import EDITIONS, PRINTED, TOLD, by_edition
from whowalkedaway.inspection import compared
from whowalkedaway.runs import UsageError, check_run_name, to_build

REPORTS = ROOT / "reports"
# a run of each case
SHOWN = (DEFAULT_RUN, "busan-2025")
START = "index.html"
# the hashes of all that was laid, by which it is known again
LAID = "SHA256SUMS"
# what is laid of a report itself
FILES = ("report.html", "report.pdf", cases.DATA, "card.png")

Files = Iterator[tuple[str, bytes | str]]


def site(typed: Mapping[str, str]) -> int:
    """Lay reports, their comparisons, sweeps and notebooks into the folder SITE, with a start page.

    RUNS names the runs, each as it was built or published; by default one of each case. What an
    earlier call laid in the folder goes; UsageError where it holds anything else.
    """
    runs = typed.get("RUNS", " ".join(SHOWN)).split()
    folder = ROOT / Path(typed.get("SITE", "build/site")).expanduser()
    names = [check_run_name(name, "RUNS") for name in dict.fromkeys(runs)]
    if not names:
        raise UsageError("RUNS is empty; name runs: make site RUNS='one two'")
    origins = {name: _origin(name) for name in names}
    before = _laid_before(folder)
    told = [cases.read_case(REPORTS / name) for name in names]
    laid: dict[str, bytes | str] = {}
    for case in told:
        laid |= {f"{case.run}/{file}": (REPORTS / case.run / file).read_bytes() for file in FILES}
        laid |= dict(_notebooks(case.run))
    compares, sweeps = dict(_comparisons(told)), dict(_sweeps(names))
    laid |= compares | sweeps | dict(_editions(laid))
    laid[START] = _start(told, origins, [*compares], [*sweeps])
    for path in before:
        path.unlink()
    for file, content in laid.items():
        write(folder / file, content)
    sums = (f"{sha256((folder / file).read_bytes())}  {file}\n" for file in sorted(laid))
    write(folder / LAID, "".join(sums))
    print(f"{len(laid)} files; start with {_place(folder / START)}")
    return 0


def _origin(run: str) -> str:
    """Which edition the files of a run are, or what they were built from.

    UsageError where they are neither an edition's nor those of a recorded build.
    """
    folder = REPORTS / run
    files = (file for file in PRINTED if (folder / file).is_file())
    own = {file: sha256((folder / file).read_bytes()) for file in files}
    for name, of, short, listed in by_edition():
        if of == run and own.keys() == {*PRINTED} and own.items() <= listed.items():
            return f"Edition {name}, {short}"
    if not (folder / runrecord.CRATE).is_file():
        raise UsageError(f"{run}: neither built nor published; build it with: {to_build(run)}")
    record = runrecord.read_record(folder / runrecord.CRATE)
    require_recorded(folder, record, FILES)
    return f"Built from {record['./']['identifier']}; no edition"


def _laid_before(folder: Path) -> list[Path]:
    """What an earlier call laid; UsageError where something else would be in the way."""
    sums = folder / LAID
    if sums.is_file():
        lines = sums.read_text(encoding="utf-8").splitlines()
        listed = {line.partition("  ")[2] for line in lines}
        return [at for at in folder.rglob("*") if at.relative_to(folder).as_posix() in listed]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"SITE = {_place(folder)}: holds something else; name an empty folder")
    return []


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


# --- what is laid, by its place in the site ---------------------------------------------------


def _notebooks(run: str) -> Files:
    """The executed notebooks of a run as pages."""
    ways = {"The report": "../report.html", "all reports": f"../../{START}"}
    for notebook in sorted((REPORTS / run / "executed").glob("*.ipynb")):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        yield f"{run}/notebooks/{notebook.stem}.html", _as_page(cells, ways)


def _as_page(cells: Sequence[dict[str, Any]], ways: Mapping[str, str]) -> bytes:
    """Cells of a notebook as a page, with ways back below its title."""
    held = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    with tempfile.TemporaryDirectory() as made:
        source, page = Path(made) / "notebook.ipynb", Path(made) / "page.html"
        source.write_text(json.dumps(held), encoding="utf-8")
        export(source, page, "html")
        # a table that the notebook names is one of the report
        told = page.read_text(encoding="utf-8").replace("</header>", f"{_links(ways)}</header>", 1)
        return re.sub(r'href="?#in-(tbl-\w+)"?', r'href="../report.html#\1"', told).encode()


def _comparisons(told: Sequence[cases.Case]) -> Files:
    """Every two runs side by side: of one case what differs, of two cases their charges."""
    for first, second in combinations(told, 2):
        page = f"compare/{first.run}--{second.run}.html"
        if first.name == second.name:
            yield page, compared(REPORTS, first.run, second.run)[1]
        else:
            yield page, cases.side_by_side([first, second])


def _sweeps(runs: Iterable[str]) -> Files:
    """What was built of sweeps, but for those that lead to reports which are not laid."""
    for page in sorted((REPORTS / "sweeps").glob("*/index.html")):
        text = page.read_text(encoding="utf-8")
        if not {*re.findall(r'href="\.\./\.\./([^/"]+)/', text)} - {*runs}:
            yield f"sweeps/{page.parent.name}/index.html", text
            table = page.with_name("table.csv")
            yield f"sweeps/{page.parent.name}/{table.name}", table.read_bytes()


def _editions(laid: Mapping[str, bytes | str]) -> Files:
    """The list of editions, as a page and as a table, and what moved between them."""
    sections = []
    for name, run, short, hashes in by_edition():
        listed = [(_laid_as(run, file, digest, laid), digest) for file, digest in hashes.items()]
        title = f"Edition {name} of {run}, {short}"
        frame = pd.DataFrame(listed, columns=["File", "SHA-256"])
        table = pages.table(frame, title=title, formats={"File": Markup})
        sections.append(pages.section(f"Edition {name} of {run}", table))
    told = "What was printed of each edition, by its hash. A link leads to what is laid here."
    ways = {"All reports": START, "the list as a table": EDITIONS.name}
    ways["every number and verdict that moved, with the reason"] = "corrections.html"
    blocks = [_links(ways), *reversed(sections)]
    yield "editions.html", pages.page("Editions", blocks, subtitle=told)
    yield EDITIONS.name, EDITIONS.read_bytes()
    text = TOLD.read_text(encoding="utf-8")
    cell = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    yield "corrections.html", _as_page([cell], {"Editions": "editions.html"})


def _links(ways: Mapping[str, str]) -> Markup:
    return pages.paragraph(Markup(", ").join(pages.link(*way) for way in ways.items()))


def _laid_as(run: str, file: str, digest: str, laid: Mapping[str, bytes | str]) -> Markup:
    """The name of a file of an edition; a link where the site has its bytes."""
    content = laid.get(f"{run}/{file}", b"")
    is_here = isinstance(content, bytes) and sha256(content) == digest
    return pages.link(file, f"{run}/{file}") if is_here else Markup("{}").format(file)


def _start(
    told: Sequence[cases.Case],
    origins: Mapping[str, str],
    compares: Iterable[str],
    sweeps: Iterable[str],
) -> str:
    """The start page: of each report what it finds, and the ways into it and all the rest."""
    titles = [case.title for case in told]
    blocks = []
    for case in told:
        name = case.title if titles.count(case.title) == 1 else f"{case.title} ({case.run})"
        report = f"{case.run}/report.html"
        ways = {"Read the report": report, "PDF": f"{case.run}/report.pdf"}
        ways["Data (zip)"] = f"{case.run}/{cases.DATA}"
        executed = REPORTS / case.run / "executed"
        ran = read_executed(executed, (path.name for path in executed.glob("*.ipynb")))
        steps = [
            pages.link(one.title, f"{case.run}/notebooks/{one.name}.html") for one in ran.values()
        ]
        about = f"{case.about}. Evidence up to {case.last_day}. {origins[case.run]}."
        blocks.append(
            pages.section(
                name,
                pages.paragraph(about),
                _links(ways),
                case.table(report, ("printed", "verdict")),
                pages.fold("How it was measured: notebooks as they ran", _listed(steps)),
            )
        )
    beside = {f"{Path(one).stem.replace('--', ' and ')}, side by side": one for one in compares}
    for sweep in (Path(one) for one in sweeps if one.endswith(".html")):
        beside[f"The sweep {sweep.parent.name}: what other choices change"] = sweep.as_posix()
    beside["Editions, and what moved between them"] = "editions.html"
    more = _listed(pages.link(*way) for way in beside.items())
    blocks.append(pages.section("Beside the reports", more))
    subtitle = (
        "Each side says that the other broke its word. Each accusation is put to the same "
        "questions, and every answer leads to its records."
    )
    card = f"{told[0].run}/card.png"
    return pages.page(told[0].title, blocks, subtitle=subtitle, card=card)


def _listed(items: Iterable[Markup]) -> Markup:
    rows = Markup("\n").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup("<ul>\n{}\n</ul>").format(rows)
