"""What every record is made of: parts that name what they read, and are kept by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import signature
from typing import Generic, TypeVar

import pandas as pd

from tradetalks.facts import Fact

Found = TypeVar("Found")
Facts = Sequence[Fact]


class measured_by(Generic[Found]):
    """A part of a record, measured from the fields and parts that its function names."""

    def __init__(self, measure: Callable[..., Found]) -> None:
        self._names = tuple(signature(measure).parameters)
        self._kept = cache(measure)
        self.__doc__ = measure.__doc__

    def __get__(self, record: object, owner: type) -> Found:
        """Measure the part, or find it again."""
        return self._kept(*(getattr(record, name) for name in self._names))


class Record:
    """What all records have in common."""

    @classmethod
    def parts(cls) -> list[str]:
        """The names of its parts."""
        return [name for name, value in vars(cls).items() if isinstance(value, measured_by)]

    def facts(self, names: Sequence[str] = ()) -> list[Fact]:
        """The facts that its parts of these names state; without names, those of all."""
        chosen = [getattr(self, name) for name in self.parts() if name in names or not names]
        return [fact for found in chosen for fact in getattr(found, "facts", ())]


@dataclass(frozen=True, eq=False)
class Part:
    """One measured table, described by the function that measured it, and facts it states."""

    table: pd.DataFrame
    facts: Facts = ()
