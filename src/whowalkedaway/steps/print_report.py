"""Print the executed notebook of the report, as a page or as a PDF."""

import os
from pathlib import Path
from typing import Any

from notepress.outputs import write_json
from notepress.print.attachments import Attachment
from notepress.print.export import export
from notepress.print.report import CONFIG
from tradetalks.limits import defaults
from tradetalks.parameters import as_text
from whowalkedaway import DEFAULT_RUN, NOTEBOOKS, ROOT
from whowalkedaway.steps import Task
from whowalkedaway.steps.report_words import authors, cited, heads, report_metadata, version

# what README.md shows
FIRST_PAGE = "page-1.png"


def make(task: Task) -> list[Path]:
    """Write report.html or report.pdf, whichever the step is called after.

    With the PDF comes a picture of its first page, with the page what nbconvert has to be told to
    print the notebook so again.
    """
    told = report_metadata(task)
    names = list(told.get("names", []))
    title, description = heads(task.raw_dir, names)
    given, usual = as_text(task.parameters), as_text(defaults(task.raw_dir))
    differing = {key: value for key, value in given.items() if value != usual[key]}
    path = task.report / f"report.{task.step}"
    files = {
        "values_file": task.files["report/values.json"],
        "bibliography_file": task.files["raw/references.json"],
        "outputs_dir": task.report,
    }
    words: dict[str, Any] = {
        "title": title,
        "subtitle": description,
        "document_date": str(task.parameters.as_of),
        "version": version(task),
        "edition": task.edition,
        "allowed_names": names,
        "author": ", ".join(authors(cited(task))),
        "licence": told.get("licence", ""),
        "parameters_line": ", ".join(f"{key} = {value}" for key, value in differing.items())
        or "all at their defaults",
    }
    if task.step == "html":
        files["what_if_file"] = task.files["report/what_if.json"]
        files["publication_file"] = task.files["report/publication.json"]
    own = _html_options(task, differing) if task.step == "html" else _pdf_options(task)
    export(
        task.files[f"report/notebooks/{NOTEBOOKS[-1]}.ipynb"],
        path,
        task.step,
        **{name: str(file) for name, file in files.items()},
        **words,
        **own,
    )
    if task.step == "pdf":
        return [path, task.report / FIRST_PAGE]
    # from the project's folder, as no file of a run names its machine
    near = {name: str(file).removeprefix(f"{ROOT}{os.sep}") for name, file in files.items()}
    for name in ("what_if_file", "publication_file"):  # of which the PDF knows nothing
        own[name] = near.pop(name)
    write_json(task.report / CONFIG, {"ReportExporter": near | words, "ReportHTMLExporter": own})
    return [path, task.report / CONFIG]


def _html_options(task: Task, differing: dict[str, str]) -> dict[str, Any]:
    """What only the page takes: how its numbers are shown being made, and how others would be."""
    chosen = "" if task.run == DEFAULT_RUN else f" RUN={task.run}"
    asked = [f"{key.upper()}={value}" for key, value in differing.items()]
    return {
        "reproduce": f"make explain VALUE={{id}}{chosen}",
        "rebuild": " ".join(["make report", *asked]),
    }


def _pdf_options(task: Task) -> dict[str, Any]:
    """What only the PDF takes: the files that it carries, and what its edition stands for."""
    parameters, values = task.build / "parameters.yml", task.files["report/values.json"]
    verdicts = task.files["report/verdicts.csv"]
    carried = [
        Attachment("parameters.yml", parameters, "Parameters of this run", "source"),
        Attachment("values.json", values, "Every number with its source rows"),
        Attachment("verdicts.csv", verdicts, "Every claim with its verdict"),
    ]
    for table in task.named("report/tables/", ".csv"):
        what = f"Data of {table.stem.replace('_', ' ')}"
        carried.append(Attachment(f"tables/{table.name}", table, what))
    # all that a reader needs to derive numbers and verdicts again: tools/second_opinion.py does
    raw = [*task.named("raw/", ".csv"), *task.named("raw/", "references.json")]
    for table in [*raw, *task.named("raw/", "datapackage.yaml")]:
        if table.is_file():  # another dispute need not have every table
            what = f"Raw table of {table.stem.replace('_', ' ')}"
            carried.append(Attachment(f"raw/{table.name}", table, what, "source"))
    made_from = dict(task.source_hashes)
    return {"attachments": carried, "made_from": made_from, "first_page": FIRST_PAGE}
