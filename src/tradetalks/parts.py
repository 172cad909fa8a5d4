"""What every record is made of: parts that name what they read, and are kept by it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from inspect import signature
from typing import Any, Generic, cast

import pandas as pd

from tradetalks.facts import Fact, called_by_name
from tradetalks.noted import Found, note, noted, noting
from tradetalks.parameters import NAMES
from tradetalks.raw.read import RawTables, light_texts

# a day as a parameter file writes it, or as the model of parameters holds it
Day = str | date
Facts = Iterable[Fact]


_FIRST: dict[Hashable, object] = {}


def shared(found: Found) -> Found:
    """The first of equal results, so that what reads it is measured once for all of them."""
    with noting():  # who asks whether two are equal has not measured from them
        first: Any = _FIRST.setdefault(_content(found), found)
    return cast(Found, first)


def _content(found: object) -> Hashable:
    """What tells two results apart; of a table, at any depth of fields, its cells."""
    if isinstance(found, pd.DataFrame):
        cells = (one.to_numpy() for one in (found.index, *(found[name] for name in found)))
        held = ((*one,) if one.dtype == object else one.tobytes() for one in cells)
        return *found, *map(str, found.dtypes), *held
    if is_dataclass(found):
        return (*(_content(getattr(found, field.name)) for field in fields(found)),)
    return repr(found)


class measured_by(Generic[Found]):
    """A part of a record, measured from the fields, parts and parameters that its function names.

    What was read for it is kept with it, that for the parts that it reads included.
    """

    def __init__(self, measure: Callable[..., Found]) -> None:
        self.measure = measure
        self.names = tuple(signature(measure).parameters)
        self.own = {*self.names} & {*NAMES}
        self.__doc__ = measure.__doc__

        @cache
        @light_texts
        def kept(*given: Any) -> tuple[Found, frozenset[str]]:
            with noting(noted()) as read:
                found = measure(*given)
                if "facts" in (fields := getattr(found, "__dict__", {})):
                    fields["facts"] = [*fields["facts"]]  # while it is noted what they read
                return found, frozenset(read)

        self._kept = kept

    def read_for(self, record: PartedRecord) -> tuple[Found, frozenset[str]]:
        """Measure the part, or find it again, with the names of what was read for it."""
        if self not in record.found:
            with noting(own := self.own):
                record.found[self] = self._kept(
                    *(
                        record.given[one] if one in own else getattr(record, one)
                        for one in self.names
                    )
                )
        found: tuple[Found, frozenset[str]] = record.found[self]
        return found

    def __get__(self, record: PartedRecord, owner: type) -> Found:
        """Measure the part, or find it again."""
        found, read = self.read_for(record)
        note(read)
        return found


@dataclass(frozen=True, eq=False)
class PartedRecord:
    """What all records have in common. A part is written as the function that measures it.

    `given` are the parameters of the run by name: a part reads one as an argument of that name.
    """

    raw: RawTables
    given: Mapping[str, Any]
    # its parts as far as somebody asked for them
    found: dict[measured_by[Any], Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def parts(cls) -> list[str]:
        """The names of its parts."""
        return [name for name, value in vars(cls).items() if isinstance(value, measured_by)]

    def facts(self, names: Sequence[str] = ()) -> list[Fact]:
        """The facts that its parts of these names state; without names, those of all.

        In the ids of values, rows have the names that the raw tables give them.
        """
        facts: list[Fact] = []
        for name in self.parts():
            if name in names or not names:
                part = vars(type(self))[name]
                found, read = part.read_for(self)
                stated = getattr(found, "facts", ())
                facts += [fact.resting_on(read, part.measure) for fact in stated]
        return called_by_name(facts, self.raw)


@dataclass(frozen=True, eq=False)
class Part:
    """One measured table, described by the function that measured it, and facts it states."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()
