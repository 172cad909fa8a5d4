"""Where a build spends its time: by step and change, in imports, cells, figures, sweep points."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd

from bench.project import NOTEBOOKS, ROOT, Project, steps_of

# what a process of each kind imports before it does anything
IMPORTS = {
    "an interpreter": "sys",
    "parameters": "tradetalks.parameters",
    "validation": "tradetalks.raw.validate",
    "papermill": "papermill.execute",
    "export": "notepress.print.export",
    "a kernel": "ipykernel.kernelapp",
    "pandas and pyarrow": "pandas, pyarrow.parquet",
    "matplotlib": "matplotlib.pyplot",
    "statsmodels": "statsmodels.stats.proportion",
}
_IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
# runs a notebook's cells in one process, and tells seconds in all and in figures
_CELLS = """
import json, os, sys, time
os.environ["MPLBACKEND"] = "agg"
import matplotlib.pyplot, pandas, statsmodels.stats.proportion
from notepress import press
drawing = 0.0
def timed(figure):
    def draw(*a, **k):
        global drawing
        start = time.perf_counter(); figure(*a, **k); drawing += time.perf_counter() - start
    return draw
press.Press.figure = timed(press.Press.figure)
space = {"display": lambda *a: None}
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
start = time.perf_counter()
for cell in cells:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), space)
print(json.dumps([time.perf_counter() - start, drawing]))
"""
# evaluates points of a sweep in one process, and tells the seconds of each
_POINTS = """
import json, time
from tradetalks.parameters import Parameters
from whowalkedaway.inprocess import evaluate, new_evaluator
evaluator, told, home = new_evaluator(), [], Parameters()
for more in (0, 1, 2):
    point = home.model_copy(update={"list4_rate_pct": home.list4_rate_pct + more})
    start = time.perf_counter()
    evaluate(evaluator, point)
    told.append(time.perf_counter() - start)
print(json.dumps(told))
"""
_PARTS_OF_POINTS = (
    "the first, every cell",
    "the second, compared with a run of the whole",
    "each one more",
)


def profile(project: Project) -> pd.DataFrame:
    """A row per part of each kind of build: what, part, seconds."""
    rows: list[dict[str, object]] = []

    def tell(what: str, part: str, seconds: float) -> None:
        rows.append({"what": what, "part": part, "seconds": seconds})

    def build(what: str, *words: str) -> None:
        took = project.make("report", *words)
        tell(what, "in all, by the clock", took.seconds)
        tell(what, "in all, of the processors", took.processor_seconds)
        for name, seconds in steps_of(took.printed).items():
            tell(what, f"step {name}", seconds)

    project.forget()
    build("from nothing, FAST=0", "FAST=0")
    project.forget()
    build("from nothing")
    project.make("report")
    build("nothing changed")
    project.edit_raw_row(1)
    build("one raw row changed", "ACCEPT_DATA=1")
    project.make("report", "AS=changed")
    build("list4_rate_pct changed", "AS=changed", "LIST4_RATE_PCT=11")
    for name, modules in IMPORTS.items():
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT.format(modules)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        tell("imports in a new process", name, float(done.stdout))
    for name in NOTEBOOKS:
        took = project.run(sys.executable, "-c", _CELLS, f"notebooks/{name}.ipynb")
        cells, drawing = json.loads(took.printed.strip().splitlines()[-1])
        tell("cells without a kernel", name, cells)
        tell("of that, writing figures", name, drawing)
    took = project.run(sys.executable, "-c", _POINTS)
    points = json.loads(took.printed.strip().splitlines()[-1])
    for part, seconds in zip(_PARTS_OF_POINTS, points, strict=True):
        tell("a point of a sweep: list4_rate_pct changed", part, seconds)
    return pd.DataFrame(rows)
