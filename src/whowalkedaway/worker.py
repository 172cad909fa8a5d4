"""What the process of a step does."""

from __future__ import annotations

import importlib
from pathlib import Path

from whowalkedaway import lacking
from whowalkedaway.problems import KNOWN, told
from whowalkedaway.steps import Task


def work(task: Task) -> tuple[int, str | list[Path]]:
    """Do one step; 0 and what it made, or another exit code and what is wrong."""
    try:
        made: list[Path] = importlib.import_module(task.module).make(task)
    except KNOWN as problem:
        return told(problem)
    except ModuleNotFoundError as problem:
        return 2, lacking(problem)
    return 0, made
