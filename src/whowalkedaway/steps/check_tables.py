"""Hold every raw table against its descriptor, before anything reads one."""

from pathlib import Path

from tradetalks.rules.validate import validate
from whowalkedaway.steps import Task


def make(task: Task) -> list[Path]:
    """Make nothing; DataError where a table breaks a rule."""
    validate(task.raw_dir)
    return []
