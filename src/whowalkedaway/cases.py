"""Cases side by side: what each side charges the other with, and what becomes of every charge.

A case is one folder of raw tables; two have nothing in common but the questions put to charges.
"""

import csv
import io
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pandas as pd
import yaml
from markupsafe import Markup

from notepress import pages, prose
from notepress.errors import PressError
from notepress.values import read_values
from tradetalks.claims.ladder import ASKED, PLAIN
from tradetalks.raw.descriptor import DESCRIPTOR, parsed
from whowalkedaway.compare.text import WIDTH

# what is read of a run; a reader gets it with the report
DATA = "data.zip"
# the columns of printed charges: each one's name, its answers, what it comes to
CHAIN = {
    "printed": "Accusation",
    **{slot: ASKED[slot].rstrip("?") for slot in ("undertaken", "act", "covered", "reserved")},
    "verdict": "So it is",
}


@dataclass(frozen=True)
class Case:
    """A case as a run tells it; `charges` are those printed, by CHAIN, below a line for each side.

    Their cells are Markdown, with links into the report of the run.
    """

    run: str
    name: str
    title: str
    about: str
    last_day: str
    finding: str
    charges: Sequence[Mapping[str, str]]

    def table(self, report: str, columns: Sequence[str] = tuple(CHAIN)) -> Markup:
        """The charges as a table of a page from which the report has this address."""
        shown = [{CHAIN[one]: _words(row[one], report) for one in columns} for row in self.charges]
        if not shown:
            return pages.paragraph("The report prints no accusation of a broken promise.")
        formats = dict.fromkeys((CHAIN[one] for one in columns), Markup)
        title = f"{self.finding} ({self.run})"
        return pages.table(pd.DataFrame(shown), title=title, formats=formats)


def read_case(folder: Path) -> Case:
    """The case of a built or published run; PressError where its data cannot be read."""
    try:
        with ZipFile(folder / DATA) as held:
            package = parsed(held.read(f"raw/{DESCRIPTOR}").decode())
            values = {one["id"]: one for one in read_values(held.read("values.json"))}
            table = "tables/promises.csv"
            text = held.read(table).decode() if table in held.namelist() else ""
        name, title, about = (str(package[key]) for key in ("name", "title", "description"))
        title, about = prose.fill(title, values), prose.fill(about, values)
        last_day = str(values["as_of_day"]["text"])
    except (BadZipFile, KeyError, ValueError, yaml.YAMLError) as error:
        raise PressError(
            f"{folder / DATA}: cannot be read ({error})\nWhat to do: make report RUN={folder.name}"
        ) from None
    finding = ""
    if charges := [*csv.DictReader(io.StringIO(text))]:
        upheld, all_of = (values[one]["text"] for one in ("n_grid_upheld", "n_grid"))
        finding = f"Accusations of a broken promise: {upheld} of {all_of} fully upheld"
    return Case(folder.name, name, title, about, last_day, finding, charges)


def side_by_side(cases: Sequence[Case]) -> str:
    """A page with the charges of cases that share no claim, in a folder beside their reports."""
    told = (
        "Two quarrels, so no claim of one has a counterpart in the other. What can be laid side by "
        "side is how far the accusations go: all were put to the same questions, by the same rules."
    )
    tally = pages.table(_tally(cases), title="Accusations, and how far they go")
    blocks = [pages.section("How far the accusations go", tally)]
    for case in cases:
        report = f"../{case.run}/report.html"
        whole = pages.link(f"The report of {case.run}", report)
        about = pages.paragraph(f"{case.about}. Evidence up to {case.last_day}. ", whole, ".")
        blocks.append(pages.section(case.title, about, case.table(report)))
    names = " and ".join(case.run for case in cases)
    return pages.page(f"{names}, side by side", blocks, subtitle=told)


def as_text(cases: Sequence[Case]) -> str:
    """What a terminal shows of cases: how far their charges go, and what each comes to."""
    names = " and ".join(case.run for case in cases)
    told = f"{names}: two cases, so nothing of one is held against anything of the other by its id"
    lines = [told, "", *_tally(cases).to_string(index=False).splitlines()]
    for case in cases:
        lines += ["", f"{case.run}: {case.finding or 'no accusation is printed'}"]
        for row in case.charges:
            line = ": ".join(filter(None, (_plain(row["printed"]), _plain(row["verdict"]))))
            lines += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
    return "\n".join(map(pages.plain, lines))


def _tally(cases: Sequence[Case]) -> pd.DataFrame:
    """How many charges have each answer yes, and each verdict: a column a case."""
    asked = [slot for slot in CHAIN if slot in ASKED]
    comes_to = {case.run: Counter(map(_verdict, case.charges)) for case in cases}
    *words, _ = dict.fromkeys(PLAIN.values())  # no charge is a matter of value
    counts = {
        case.run: [
            sum(row["verdict"] != "" for row in case.charges),
            *(sum(row[slot] == "yes" for row in case.charges) for slot in asked),
            *(comes_to[case.run][word] for word in words),
        ]
        for case in cases
    }
    rows = ["in all", *(f"{CHAIN[slot]}: yes" for slot in asked), *words]
    return pd.DataFrame({"Accusations": rows, **counts})


def _verdict(row: Mapping[str, str]) -> str:
    """The plain word of what a charge comes to."""
    return _plain(row["verdict"]).partition(":")[0].lower()


def _words(markdown: str, report: str = "") -> Markup:
    """A cell of a table for a page; its links lead into the report."""
    from mistune import create_markdown  # only where charges are shown

    told = str(create_markdown(escape=True)(markdown)).strip()
    told = told.removeprefix("<p>").removesuffix("</p>").replace('href="#', f'href="{report}#')
    return Markup(told)  # noqa: S704  (what is no markup of a cell is escaped)


def _plain(markdown: str) -> str:
    """The words of a cell alone."""
    return _words(markdown).striptags()
