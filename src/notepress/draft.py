"""The text of a notebook as a built run fills it, without a build."""

from __future__ import annotations

import json
from pathlib import Path

from notepress import prose
from notepress.errors import all_problems


def read_draft(notebook: Path, values_file: Path) -> str:
    """Return the Markdown of a notebook's text, with conditions applied and values filled in.

    `values_file` is the values.json of a run. PressError with all that cannot be filled in.
    """
    values = {one["id"]: one for one in json.loads(values_file.read_text(encoding="utf-8"))}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    problems = [what for text in texts for what in prose.wrong_conditions(text, values)]
    chosen = [prose.choose(text, values) for text in texts]
    problems += [what for text in chosen for what in prose.unknown_ids(text, values)]
    if problems:
        raise all_problems(notebook.name, problems, "name values that the run recorded")
    return "\n\n".join(prose.fill(text, values).strip() for text in chosen if text.strip()) + "\n"
