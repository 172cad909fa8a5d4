"""What cells show comes in one order, however it was flushed."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notepress.run.cleaning import cleaned


def test_streams_come_whole_and_change_places_with_each_other_alone(tmp_path: Path) -> None:
    def said(name: str, text: str) -> nbformat.NotebookNode:
        return new_output("stream", name=name, text=text)

    shown = new_output("display_data", data={"text/plain": "5"})
    given = {
        "apart": [said("stderr", "e"), shown, said("stdout", "a"), said("stdout", "b")],
        "together": [said("stderr", "e"), said("stdout", "a"), said("stderr", "f")],
        "as they are": [said("stdout", "a"), shown, said("stderr", "e")],
    }
    cells = [new_code_cell(source=name, outputs=outputs) for name, outputs in given.items()]
    path = tmp_path / "made.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    found = {
        cell.source: [one.get("text") or one.data["text/plain"] for one in cell.outputs]
        for cell in nbformat.reads(cleaned(path, path), as_version=4).cells
    }
    assert found == {
        "apart": ["e", "5", "ab"],
        "together": ["a", "ef"],
        "as they are": ["a", "5", "e"],
    }


def test_of_what_a_cell_shows_texts_alone_are_cleaned(tmp_path: Path) -> None:
    told = f"<a.B object at 0x7f0123456789> in {tmp_path}/x"
    kinds = ("text/plain", "text/html", "text/markdown", "image/svg+xml")
    data = {**dict.fromkeys(kinds, told), "application/json": {"told": told}}
    path = tmp_path / "made.ipynb"
    shown = new_output("display_data", data=data)
    nbformat.write(new_notebook(cells=[new_code_cell(outputs=[shown])]), path)
    (cell,) = nbformat.reads(cleaned(path, path), as_version=4).cells
    left = {kind for kind, content in cell.outputs[0].data.items() if content == data[kind]}
    assert left == {"image/svg+xml", "application/json"}
    assert "0x7f" not in "".join(cell.outputs[0].data[kind] for kind in kinds[:3])
