"""Hold every raw table against its descriptor, before anything reads one."""

from tradetalks.rules.validate import validate
from whowalkedaway.steps import Task


def make(task: Task) -> None:
    """Make nothing; DataError where a table breaks a rule."""
    validate(task.raw_dir)
