"""What is read is noted, so that a value names the raw tables and parameters it rests on.

Nobody writes such a list by hand: raw tables and cleaned ones note their name where they are read,
and whatever is measured once and found again notes again what was read for it. Names are those of
raw tables, of one row of them (table, blank, key), and of parameters; no table is called like one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from functools import cache, partial, wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tradetalks.parameters import NAMES

if TYPE_CHECKING:
    import pandas as pd

# decimals of what is computed by logarithms or sums of shares: later ones hang on the processor
DIGITS = 6

Found = TypeVar("Found")

_NOTED: ContextVar[set[str] | None] = ContextVar("noted", default=None)
# of a cleaned table in its file, the names of what it was made from
_MADE_FROM = "made_from"


@contextmanager
def noting(before: Collection[str] = ()) -> Iterator[set[str]]:
    """Names of what is read inside, besides those read `before`; outside nobody notes them."""
    names = {*before}
    token = _NOTED.set(names)
    try:
        yield names
    finally:
        _NOTED.reset(token)


def noted() -> frozenset[str]:
    """Names of what was read by now for what is being measured."""
    return frozenset(_NOTED.get() or ())


def note(names: Collection[str]) -> None:
    """Note names as read, if something is being measured."""
    reading = _NOTED.get()
    if reading is not None:
        reading.update(names)


def kept(measure: Callable[..., Found]) -> Callable[..., Found]:
    """Measure once for the same arguments, of a run or others; note each time what was read.

    An argument that is left out is its default.
    """
    own = {*(parameters := signature(measure).parameters)} & {*NAMES}
    defaults = [one.default for one in parameters.values()]

    @cache
    def measured(*given: Any) -> tuple[Found, frozenset[str]]:
        with noting(own) as names:
            found = measure(*given)
        return found, frozenset(names)

    @wraps(measure)
    def again(*given: Any) -> Found:
        found, names = measured(*given, *defaults[len(given) :])
        note(names)
        return found

    return again


class Tables:
    """Tables of a run, as fields of a dataclass; each notes what it was made from when it is read.

    One that is made by its own constructor notes nothing: whoever calls that has read what goes in.
    """

    @classmethod
    def of(cls, **fields: Callable[[], Any]) -> Self:
        """Make each field by a function, and keep with it what was read for that one alone."""
        made, names, before = {}, {}, noted()
        for name, make in fields.items():
            with noting(before) as read:
                made[name] = make()
            names[name] = frozenset(read)
        tables = cls(**made)
        vars(tables)[_MADE_FROM] = names
        return tables

    def but(self, **fields: Callable[[], Any]) -> Self:
        """The same with some fields made anew."""
        return self.of(**{name: partial(getattr, self, name) for name in _fields(self)} | fields)

    def by_name(self) -> dict[str, pd.DataFrame]:
        """Every table by its name, and on each, to be written with it, what it was made from."""
        found = {}
        for name in _fields(self):
            with noting() as read:
                found[name] = getattr(self, name).copy(deep=False)
            found[name].attrs[_MADE_FROM] = sorted(read)
        return found

    @classmethod
    def read(cls, table: Callable[[str], pd.DataFrame]) -> Self:
        """Tables as `by_name` gave them, each read from where it was written."""

        def read(name: str) -> pd.DataFrame:
            found = table(name)
            note(found.attrs.pop(_MADE_FROM))
            return found

        return cls.of(**{name: partial(read, name) for name in _fields(cls)})

    def __getattribute__(self, name: str) -> Any:
        """Note what a field was made from."""
        own = object.__getattribute__(self, "__dict__")
        note(own.get(_MADE_FROM, {}).get(name, ()))
        return object.__getattribute__(self, name)


def _fields(tables: Any) -> list[str]:
    return [field.name for field in fields(tables)]
