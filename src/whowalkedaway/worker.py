"""What the process of a step does."""

from __future__ import annotations

import importlib
from pathlib import Path

from whowalkedaway.problems import code_of
from whowalkedaway.steps import Task


def work(task: Task) -> tuple[int, list[Path]]:
    """Do one step; its exit code, and what it made. What is wrong is printed."""
    made: list[Path] = []

    def make() -> int:
        made.extend(importlib.import_module(task.module).make(task))
        return 0

    return code_of(make), made
