"""One step of a run: `python -m whowalkedaway.steps RUN STEP MODULE [take | keep | failed]`.

Without a last word it does the step. A notebook is run by papermill between `take`, which empties
its stage, and `keep`, which moves its results into place; or else `failed` says what went wrong.
"""

import importlib
import os
import sys

from notepress.outputs import STAGE
from whowalkedaway import lacking
from whowalkedaway.problems import KNOWN, told
from whowalkedaway.steps import read_task


def main(run: str, step: str, module: str, part: str = "") -> int:
    """Do a step or a part of it; print what was done or is wrong, and return the exit code."""
    try:
        task = read_task(run, step)
        if part in ("", "take"):
            task.stamps.take(step)
        if part == "take":
            return 0
        kind = importlib.import_module(f"whowalkedaway.steps.{module}")
        if part == "failed":
            kind.fail(task)
        os.environ[STAGE] = str(task.stamps.stage(step) / "files")
        kind.make(task)
        del os.environ[STAGE]
        print(f"{task.stamps.keep(step):5.1f} s  {step}")
    except KNOWN as problem:
        code, said = told(problem)
    except ImportError as problem:
        code, said = 2, lacking(problem)
    else:
        return 0
    print(said if said.startswith(step) else f"{step}: {said}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
