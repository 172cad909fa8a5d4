"""Print the executed notebook of the report, as a page or as a PDF, and draw its picture."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from notepress import values
from notepress.outputs import current, write, write_json
from notepress.print import card
from notepress.print.attachments import Attachment
from notepress.print.export import export
from notepress.print.report import CONFIG
from tradetalks.otherwise import read_rows
from tradetalks.parameters import as_text
from tradetalks.raw.descriptor import require_descriptor, title_and_description
from whowalkedaway import DEFAULT_RUN, REPORT, ROOT, publication
from whowalkedaway.runs import not_default
from whowalkedaway.steps import Task
from whowalkedaway.steps.report_words import authors, cited, heads, report_metadata, version

# what README.md shows
FIRST_PAGE = "page-1.png"


def make(task: Task) -> None:
    """Write report.html, report.pdf or card.png, whichever the step is called after.

    Beside the PDF its first page as a picture, beside the page what it says of itself, and what
    nbconvert has to be told.
    """
    if task.step == "card":
        write(task.report / "card.png", _card(task))
        return
    notebook = task.files[f"report/notebooks/{REPORT}.ipynb"]
    path = task.report / f"report.{task.step}"
    told = report_metadata(task)
    names = list(told.get("names", []))
    title, description = heads(task.raw_dir, names)
    chosen, typed = not_default(task.parameters)
    # the last day stands before it, and the title says which tables these are
    others = [one for one in chosen.split(", ") if not one.startswith(("as_of ", "raw_dir "))]
    both: dict[str, Any] = {
        "values_file": str(task.files["report/values.json"]),
        "bibliography_file": str(task.files["raw/references.json"]),
        "outputs_dir": str(task.report),
        "title": title,
        "subtitle": description,
        "document_date": str(task.parameters.as_of),
        "written": str(cited(task).get("date-released", "")),
        "version": version(task),
        "edition": task.edition,
        "allowed_names": names,
        "author": ", ".join(authors(cited(task))),
        "licence": told.get("licence", ""),
        "parameters_line": ", ".join(others) if typed else "",
    }
    if task.step == "pdf":
        own = {"made_from": dict(task.made_from), "first_page": FIRST_PAGE}
        export(notebook, path, "pdf", **both, **own, attachments=[*_carried(task)])
        return
    about = task.report / "about.json"
    write_json(about, _publication(task))
    run = "" if task.run == DEFAULT_RUN else f" RUN={task.run}"
    page = {
        "reproduce": f"make explain VALUE={{id}}{run}",
        "rebuild": " ".join(["make report", *typed]),
        "what_if_file": str(task.files["report/what_if.json"]),
        "chosen": as_text(task.parameters),
        "codes": {one["side"]: one["name"] for one in read_rows(task.raw_dir / "sides.csv")}
        | {"third": "third parties"},
        "publication_file": str(about),
    }
    fresh = {"publication_file": str(current(about))}
    export(notebook, path, "html", **both, **(page | fresh))
    config = {"ReportExporter": _near(both), "ReportHTMLExporter": _near(page)}
    write_json(task.report / CONFIG, config)


def _publication(task: Task) -> dict[str, Any]:
    """What the page says of itself: links, how to cite it, its picture, its linked data."""
    cff, package = cited(task), require_descriptor(task.raw_dir)
    base, title = cff.get("url", ""), publication.title_of(cff, package)
    first, last = task.parameters.window_start, str(task.parameters.as_of)
    repository = {"Repository": cff["repository-code"]} if "repository-code" in cff else {}
    return {
        "links": {"PDF": "report.pdf", "Data (zip)": "data.zip", **repository},
        "citation": publication.citation(cff, title, task.edition, values.printed(last, "date")),
        "card": urljoin(base, "card.png"),
        "linked_data": publication.linked_data(cff, package, task.edition, f"{first}/{last}"),
    }


def _card(task: Task) -> bytes:
    """The picture of the report, with the findings that its notebook names for it."""
    recorded = values.read_values(task.files["report/values.json"].read_text(encoding="utf-8"))
    told, day = report_metadata(task), values.printed(str(task.parameters.as_of), "date")
    return card.draw(
        *title_and_description(task.raw_dir),
        told.get("card", []),
        [f"Evidence up to {day}", f"Version {version(task)}", f"Edition {task.edition}"],
        {value["id"]: value for value in recorded},
        allowed_names=told.get("names", []),
    )


def _near(options: dict[str, Any]) -> dict[str, Any]:
    """Options with their paths from the project's folder: no file of a run names its machine."""
    here = f"{ROOT}{os.sep}"
    return {k: v.removeprefix(here) if isinstance(v, str) else v for k, v in options.items()}


def _carried(task: Task) -> Iterator[Attachment]:
    """The files that the PDF carries."""
    parameters = task.build / "parameters" / "all.yml"
    yield Attachment("parameters.yml", parameters, "Parameters of this run", "source")
    recorded, verdicts = (task.files[f"report/{one}"] for one in ("values.json", "verdicts.csv"))
    yield Attachment("values.json", recorded, "Every number with its source rows")
    yield Attachment("verdicts.csv", verdicts, "Every claim with its verdict")
    for table in task.named("report/tables/", ".csv"):
        what = f"Data of {table.stem.replace('_', ' ')}"
        yield Attachment(f"tables/{table.name}", table, what)
    # all that a reader needs to derive numbers and verdicts again: tools/second_opinion.py does
    raw = [*task.named("raw/", ".csv"), *task.named("raw/", "references.json")]
    for table in [*raw, *task.named("raw/", "datapackage.yaml")]:
        if table.is_file():  # another dispute need not have every table
            what = f"Raw table of {table.stem.replace('_', ' ')}"
            yield Attachment(f"raw/{table.name}", table, what, "source")
