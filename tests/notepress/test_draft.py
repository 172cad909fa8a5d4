"""A text is read as a built run fills it, and what it cannot fill is told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notepress import Press, press
from notepress.draft import read_draft
from notepress.errors import PressError
from notepress.outputs import write_values

VALUES = [
    {"id": "rate", "unit": "percent", "value": 5.0, "text": "5 percent"},
    {"id": "is_known", "unit": "flag", "value": False, "text": "no"},
]


def written(folder: Path, *texts: str) -> tuple[Path, Path]:
    cells = [{"cell_type": "markdown", "source": [text]} for text in texts]
    (folder / "text.ipynb").write_text(json.dumps({"cells": cells}))
    write_values(folder / "values.json", VALUES)
    return folder / "text.ipynb", folder


def test_a_draft_is_chosen_and_filled(tmp_path: Path) -> None:
    hidden = '::: {when="is_known"}\nIt is {{never}}.\n:::'
    assert read_draft(*written(tmp_path, "It is {{rate}}.", hidden)) == "It is 5 percent.\n"


def test_all_that_cannot_be_filled_is_told(tmp_path: Path) -> None:
    with pytest.raises(PressError, match=r"2 problems(.|\n)*is no flag(.|\n)*no value 'rat'"):
        read_draft(*written(tmp_path, "{{rat}}", '::: {when="rate"}\nx\n:::'))


def test_a_run_that_is_not_built_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(press, "_show", shown.append)
    notebook, _ = written(tmp_path, "It is {{rate}}.")
    Press(tmp_path).draft(notebook, run="home")
    assert shown[0]["text/plain"] == "The run home is not built."
