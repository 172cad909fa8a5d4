"""Write what others take from a report: its data in one archive, its notebooks."""

import io
import re
import zipfile
from pathlib import Path

from notepress.outputs import write
from notepress.run.notebooks import to_read
from tradetalks.raw.checksums import content_of
from whowalkedaway import REPORT
from whowalkedaway.steps import Task

_HELD = re.compile(
    r"raw/.*\.(csv|json|yaml)|report/(tables/.*\.csv|values\.json|verdicts\.csv)", re.DOTALL
)
# the first day that an archive can name: files in it have no other
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def make(task: Task) -> None:
    """Write data.zip, and notebooks to read."""
    archive = task.report / "data.zip"
    _archive(task, archive)
    _executed(task)


def _executed(task: Task) -> None:
    """Write the notebooks that clean, measure and judge as a code host shows them."""
    for notebook in task.named("report/notebooks/", ".ipynb"):
        if notebook.stem != REPORT:  # whose text is the report
            path = task.report / "executed" / notebook.name
            write(path, to_read(notebook))


def _archive(task: Task, path: Path) -> None:
    """Write all tables as one file, the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, file in sorted(task.files.items()):
            # another dispute need not have every table
            if _HELD.fullmatch(name) and file.is_file():
                held = zipfile.ZipInfo(name.removeprefix("report/"), _NO_DAY)
                archive.writestr(held, content_of(file), zipfile.ZIP_DEFLATED)
    write(path, packed.getvalue())
