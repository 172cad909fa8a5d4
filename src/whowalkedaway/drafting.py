"""The report's text and page as they would be, without a build."""

import json
import time
from collections.abc import Mapping

from notepress.draft import read_draft
from notepress.outputs import write
from notepress.print.export import export
from tradetalks.parameters import read_text_file
from whowalkedaway import BUILDS, REPORT, ROOT
from whowalkedaway.inputs import report_file
from whowalkedaway.runs import built_file, chosen_run


def draft(typed: Mapping[str, str]) -> int:
    """Write text and page of the report's notebook as it is now, from what a built run recorded.

    The page has neither the list of numbers nor data and code.
    """
    start, run = time.monotonic(), chosen_run(typed)
    values = built_file(run, "values.json")
    made = built_file(run, f"notebooks/{REPORT}.ipynb").read_text(encoding="utf-8")
    given = read_text_file(built_file(run, "parameters.yml"), "run")
    raw_dir, folder = ROOT / given["raw_dir"], BUILDS / run / "draft"
    source = report_file(raw_dir)
    notebook = json.loads(source.read_text(encoding="utf-8"))
    shown = {cell["id"]: cell.get("outputs", []) for cell in json.loads(made)["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = shown.get(cell["id"], [])
    write(folder / "report.ipynb", json.dumps(notebook))
    export(
        folder / "report.ipynb",
        folder / "report.html",
        "html",
        is_draft=True,
        values_file=str(values),
        bibliography_file=str(raw_dir / "references.json"),
        outputs_dir=str(values.parent),
        document_date=given["as_of"],
        allowed_names=notebook["metadata"].get("notepress", {}).get("names", []),
    )
    # the page first, which tells at once of all that a text can name and nothing recorded
    write(folder / "report.md", read_draft(source, values.parent))
    place = folder.relative_to(ROOT)
    print(f"{time.monotonic() - start:5.1f} s  {place}/report.md  {place}/report.html")
    return 0
