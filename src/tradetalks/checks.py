"""Checks of tables: one error that counts, names and shows the rows, and says what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# More broken rows than this say nothing new, and push the remedy off the screen.
_ROWS_SHOWN = 10
_LINE_WIDTH = 100
_CELL_WIDTH = 40


class DataError(Exception):
    """Rows, files or settings that break a rule; the message names all of them and the remedy."""


class Problems:
    """Collect broken rules inside a `with` block and raise them as one DataError at its end."""

    def __init__(self) -> None:
        self._messages: list[str] = []

    def __enter__(self) -> Problems:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # An error on the way is the nearer cause, and must not be hidden behind the rules.
        if kind is None and self._messages:
            raise DataError("\n\n".join(self._messages))

    def require(
        self, ok: pd.Series, rows: pd.DataFrame, *, table: str, rule: str, remedy: str
    ) -> None:
        """Note the rows whose `ok` is not true; a missing answer counts as a broken rule."""
        broken = ~ok.fillna(False).astype(bool).to_numpy()
        if broken.any():
            self._messages.append(_describe(rows[broken], len(rows), table, rule, remedy))


def require(ok: pd.Series, rows: pd.DataFrame, *, table: str, rule: str, remedy: str) -> None:
    """Raise a DataError that shows the rows whose `ok` is not true, as they were received."""
    with Problems() as problems:
        problems.require(ok, rows, table=table, rule=rule, remedy=remedy)


def _describe(broken: pd.DataFrame, count: int, table: str, rule: str, remedy: str) -> str:
    import pandas as pd  # here alone, for those who check files and have no frame

    with pd.option_context("display.max_colwidth", _CELL_WIDTH):
        listing = broken.head(_ROWS_SHOWN).to_string(line_width=_LINE_WIDTH)
    if len(broken) > _ROWS_SHOWN:
        listing += f"\n... and {len(broken) - _ROWS_SHOWN} more"
    head = f"{table}: {len(broken)} of {count} rows break the rule: {rule}"
    return f"{head}\n{listing}\nWhat to do: {remedy}"


def nearest(name: str, known: Iterable[str]) -> str:
    """End a remedy with the known name most like `name`, whatever its capitals, if one is."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""
