"""What is wrong with data: one error that names all of it, and the nearest of known names."""

import difflib
from collections.abc import Iterable


class DataError(Exception):
    """Rows, files or settings that break a rule; the message names all of them and the remedy."""


def nearest(name: str, known: Iterable[str]) -> str:
    """End a remedy with the known name most like `name`, whatever its capitals, if one is."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""
