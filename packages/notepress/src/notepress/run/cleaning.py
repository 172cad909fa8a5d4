"""An executed notebook without what belongs to the moment or the machine: the same bytes twice."""

import re
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
# looked for from the start of a word alone: from each letter, a long one would take for ever
_CELL_FILE = re.compile(r"(?<![^\s\"'])[^\s\"']*/ipykernel_\d+/\d+\.py")
# what a progress bar has written over, as on a terminal
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)


def cleaned(executed: Path, notebook: Path) -> str:
    """Return an executed notebook as text that every run of `notebook` gives alike."""
    import nbformat

    made = nbformat.read(executed, as_version=4)
    given = made.metadata.get("papermill", {}).get("parameters", {})
    made.metadata["papermill"] = {"parameters": given}
    made.metadata.get("language_info", {}).pop("version", None)
    replace = _replacer(notebook)
    for number, cell in enumerate(made.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell["id"] = f"papermill-error-{number}"
        if cell.cell_type == "code":
            cell.outputs = _with_whole_streams(cell.outputs)
            for output in cell.outputs:
                _clean(output, replace)
    return f"{nbformat.writes(made)}\n"


def _with_whole_streams(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make one piece of what a cell printed to each stream, however often it was flushed.

    Where nothing lies between the two, stdout comes first: which was faster is a matter of luck.
    """
    kept: list[dict[str, Any]] = []
    streams: dict[str, dict[str, Any]] = {}
    for output in shown:
        if output["output_type"] != "stream":
            kept.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output
            kept.append(output)
    for stream in streams.values():
        stream["text"] = OVERWRITTEN.sub("", stream["text"])
    for place, (one, next_one) in enumerate(pairwise(kept)):
        if (one.get("name"), next_one.get("name")) == ("stderr", "stdout"):
            kept[place : place + 2] = [next_one, one]
    return kept


def _clean(output: dict[str, Any], replace: Callable[[str], str]) -> None:
    if output["output_type"] == "stream":
        output["text"] = replace(output["text"])
    elif output["output_type"] == "error":
        output["evalue"] = replace(output["evalue"])
        output["traceback"] = [ANSI.sub("", replace(line)) for line in output["traceback"]]
    for kind, content in output.get("data", {}).items():
        if kind in ("text/plain", "text/html", "text/markdown") and isinstance(content, str):
            output["data"][kind] = replace(content)


def _replacer(notebook: Path) -> Callable[[str], str]:
    """Return a function that takes machine paths and object addresses out of a text."""
    folder = notebook.resolve().parent
    project = next((up for up in folder.parents if (up / "pyproject.toml").is_file()), folder)
    paths = sysconfig.get_paths()
    named = [
        (paths["purelib"] + "/", "site-packages/"),
        (paths["stdlib"] + "/", "python/"),
        (sys.prefix + "/", "python/"),
        (str(project) + "/", ""),
        (tempfile.gettempdir() + "/", "<temporary>/"),
        (str(Path.home()) + "/", "~/"),
    ]

    def replace(text: str) -> str:
        text = _CELL_FILE.sub("<cell>", text)
        for path, name in named:
            text = text.replace(path, name)
        return _ADDRESS.sub("0x\u2026", text)

    return replace
