"""Keep one notebook that papermill has run, or say where it stopped."""

import shlex

from notepress.errors import PressError
from notepress.outputs import write
from notepress.run.cleaning import cleaned
from notepress.run.failure import failure_of
from whowalkedaway.steps import Task


def make(task: Task) -> None:
    """Keep the notebook beside the tables, figures and values that it wrote."""
    source, executed = task.files[f"notebooks/{task.step}.ipynb"], task.stamps.stage(task.step)
    text = cleaned(executed / "notebook.ipynb", source)
    write(task.report / "notebooks" / source.name, text)


def fail(task: Task) -> None:
    """Raise NotebookFailed, with a page on it and the notebook as far as it came."""
    source, stage = task.files[f"notebooks/{task.step}.ipynb"], task.stamps.stage(task.step)
    draft, said = stage / "notebook.ipynb", (stage / "said").read_text(errors="replace")
    if not draft.is_file():
        lines = said.strip().splitlines() or ["papermill could not start"]
        raise PressError(f"{source.name}: {lines[-1]}")
    failed = task.report / "notebooks" / f"{task.step}.failed.ipynb"
    write(failed, cleaned(draft, source))
    parameters = task.build / "parameters" / f"{task.step}.yml"
    words = ("papermill", source, failed, "-f", parameters, "--cwd", source.parent)
    raise failure_of(
        said,
        source,
        draft,
        failed,
        parameters=parameters,
        inputs=task.stamps.listed("reads", task.step),
        again=task.again,
        rerun=shlex.join(["env", f"NOTEPRESS_RUN={task.run}", "python", "-m", *map(str, words)]),
    )
