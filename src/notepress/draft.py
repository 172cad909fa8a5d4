"""The text of a notebook as a built run fills it, without a build."""

import json
from pathlib import Path

from notepress import placing, prose
from notepress.errors import all_problems
from notepress.values import read_values


def read_draft(notebook: Path, folder: Path) -> str:
    """Return the Markdown of a notebook's text as a run prints it, with its values filled in.

    `folder` has the run's values.json. PressError with all that cannot be filled in.
    """
    listed = read_values((folder / "values.json").read_text(encoding="utf-8"))
    values = {one["id"]: one for one in listed}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    problems = [what for text in texts for what in prose.wrong_conditions(text, values)]
    printed = prose.left_to_print(texts, values, placing.without_data(folder))
    problems += [what for text in printed for what in prose.unknown_ids(text, values)]
    if problems:
        raise all_problems(notebook.name, problems, "name values that the run recorded")
    return "\n\n".join(prose.fill(text, values).strip() for text in printed if text.strip()) + "\n"
