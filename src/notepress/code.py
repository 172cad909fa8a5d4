"""The code behind a report: the cells of the notebooks that made what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notepress.press import FIGURE_MIME, TABLE_MIME


@dataclass(frozen=True)
class Notebook:
    """One executed notebook: its title, its code cells by id, and which cell made what."""

    name: str
    title: str
    cells: Mapping[str, str]
    makers: Mapping[str, str] = field(default_factory=dict)  # label -> cell id

    def anchor(self, cell_id: str) -> str:
        """Return the id that a cell of this notebook has on a page; empty for an unknown cell."""
        return f"code-{self.name}--{cell_id}" if cell_id in self.cells else ""

    def listing(self) -> list[dict[str, str]]:
        """Return the code cells in their order, each with its id on a page."""
        return [
            {"id": cell_id, "anchor": self.anchor(cell_id), "source": source}
            for cell_id, source in self.cells.items()
        ]


def read_notebooks(folder: Path, names: Iterable[str]) -> dict[str, Notebook]:
    """Read those of the named notebooks that lie in the folder, by their file names."""
    paths = [folder / name for name in sorted(set(names)) if name]
    return {path.name: _read(path) for path in paths if path.is_file()}


def _read(path: Path) -> Notebook:
    cells, makers, title = {}, {}, path.stem
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
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
