"""What is read of notebooks: cells and parameters before a run, and the code behind a report."""

import ast
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notepress.errors import PressError
from notepress.placing import FIGURE_MIME, TABLE_MIME
from notepress.values import VALUES_MIME

# how the press names the kinds of output that nobody else reads
_OF_THE_PRESS = "application/vnd.notepress."
# what pandas writes above each table, and a code host drops
_STYLE = re.compile(r"<style scoped>.*?</style>\n", re.DOTALL)


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return a notebook's cells as they are in the file; PressError where one has no id."""
    cells: list[dict[str, Any]] = read_notebook(notebook)["cells"]
    nameless = [number for number, cell in enumerate(cells, 1) if not cell.get("id")]
    if nameless:
        raise PressError(
            f"{notebook.name}: cells {nameless} have no id, and would get another one in every run"
            "\nWhat to do: open and save the notebook in JupyterLab"
        )
    return cells


def declared_parameters(notebook: Path) -> list[str] | None:
    """Return the names that a notebook's `parameters` cell assigns; None without such a cell."""
    for cell in read_cells(notebook):
        if "parameters" not in cell["metadata"].get("tags", []):
            continue
        try:
            lines = ast.parse("".join(cell["source"])).body
        except SyntaxError as error:
            raise PressError(f"{notebook.name}: its parameters cell: {error}") from None
        targets = [one for line in lines for one in getattr(line, "targets", [])]
        targets += [line.target for line in lines if isinstance(line, ast.AnnAssign)]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return None


@dataclass(frozen=True)
class Notebook:
    """One executed notebook: its title, its code cells by id, and which cell made what."""

    name: str
    title: str
    cells: Mapping[str, str]
    makers: Mapping[str, str]  # label -> cell id

    def anchor(self, cell_id: str) -> str:
        """Return the id that a cell of this notebook has on a page; empty for an unknown cell."""
        return f"code-{self.name}--{cell_id}" if cell_id in self.cells else ""

    def listing(self, linked: Collection[str]) -> list[dict[str, str]]:
        """Return those of the code cells that something links to, each with its id on a page."""
        return [
            {"id": cell_id, "anchor": self.anchor(cell_id), "source": source}
            for cell_id, source in self.cells.items()
            if cell_id in linked
        ]


def read_executed(folder: Path, names: Iterable[str]) -> dict[str, Notebook]:
    """Read those of the named notebooks that lie in the folder, by their file names."""
    paths = [folder / name for name in sorted(set(names)) if name]
    return {path.name: _executed(path) for path in paths if path.is_file()}


def to_read(notebook: Path) -> str:
    """Return an executed notebook as a code host shows it: every output once, in its shortest form.

    What only the press reads of an output goes, and its plain text where there is a better form;
    where values alone were recorded, the output goes with it.
    """
    made = json.loads(notebook.read_text(encoding="utf-8"))
    made["metadata"].pop("papermill", None)
    for cell in made["cells"]:
        for output in cell.get("outputs", [])[:]:
            data = output.get("data", {})
            if VALUES_MIME in data:
                cell["outputs"].remove(output)
            for kind in [one for one in data if one.startswith(_OF_THE_PRESS)]:
                del data[kind]
            if len(data) > 1:
                data.pop("text/plain", None)
            if "text/html" in data:
                page = _STYLE.sub("", "".join(data["text/html"]))
                data["text/html"] = page.splitlines(keepends=True)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _executed(path: Path) -> Notebook:
    cells, makers, title = {}, {}, path.stem
    for cell in read_notebook(path)["cells"]:
        source = "".join(cell["source"]).strip("\n")
        if cell["cell_type"] == "markdown":
            first = source.partition("\n")[0]
            title = first[2:].strip() if title == path.stem and first[:2] == "# " else title
        elif cell["cell_type"] == "code" and source and "id" in cell:
            cells[cell["id"]] = source
            for output in cell["outputs"]:
                for kind in (FIGURE_MIME, TABLE_MIME):
                    if kind in output.get("data", {}):
                        makers[output["data"][kind]["label"]] = cell["id"]
    return Notebook(path.stem, title, cells, makers)


def read_notebook(path: Path) -> dict[str, Any]:
    """Return what a notebook's file holds, its cells and metadata; PressError where it is none."""
    try:
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not (isinstance(held["cells"], list) and isinstance(held["metadata"], dict)):
            raise TypeError("they are of another kind")
    except (ValueError, KeyError, TypeError) as error:
        raise PressError(f"{path}: is no notebook, cells and metadata in JSON: {error}") from None
    return held
