"""How well the patterns of a channel find what is on the quarrel, by a sample read by hand."""

import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import NamedTuple, Self

import pandas as pd

CONFIDENCE = 0.95  # of the intervals
_REACH = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)  # in standard errors

# of what is read by hand, by day: whether it lies in one of both windows
WHERE = {"before": "inside", "after": "inside", "outside": "outside"}

MEASURED = ["precision", "recall"]


class Estimate(NamedTuple):
    """A number with its 95 percent interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of_stratum(cls, on: int, drawn: int, of: int) -> Self:
        """Items on the quarrel among `of`, of which `drawn` were read: by Wilson's score interval.

        Where all were read it is a count, and has no interval.
        """
        share = on / drawn
        if drawn == of:
            return cls(on, on, on)
        spread = drawn + _REACH**2
        middle = (on + _REACH**2 / 2) / spread
        reach = _REACH * math.sqrt(on * (1 - share) + _REACH**2 / 4) / spread
        return cls(*(of * one for one in (share, max(middle - reach, 0.0), middle + reach)))

    @classmethod
    def sum_of(cls, parts: Iterable[Self]) -> Self:
        """The sum of independent estimates: limits from theirs (Zou and Donner 2008)."""
        values = [*parts]
        total = sum(one.value for one in values)
        down = math.hypot(*(one.value - one.low for one in values))
        up = math.hypot(*(one.high - one.value for one in values))
        return cls(total, total - down, total + up)

    def less(self, other: Self) -> Self:
        """This less another, likewise."""
        return self.sum_of([self, type(self)(-other.value, -other.high, -other.low)])

    def share_beside(self, rest: Self) -> Self:
        """The share of this in both together: limits of the ratio (Donner and Zou 2012)."""
        both, shares = self.value * rest.value, []
        for sign, own, other in ((-1, self.high, rest.low), (1, self.low, rest.high)):
            weight, against = own * (2 * self.value - own), other * (2 * rest.value - other)
            ratio = (both + sign * math.sqrt(max(both**2 - weight * against, 0.0))) / weight
            shares.append(1 / (1 + ratio))
        return type(self)(self.value / (self.value + rest.value), shares[1], shares[0])


# by channel, part and kind: items that the patterns put there, and those on the quarrel
_Strata = Mapping[tuple[str, str, str], tuple[int, Estimate]]


def measure_sample(sample: pd.DataFrame) -> pd.DataFrame:
    """Measure the patterns by channel: `value`, `low` and `high` (0-1), a row for each of these.

    `where`: in both windows of the sample or outside; `measured`: precision, the share of what is
    found that is on the quarrel; recall, the share of what is on it that is found, among items that
    name the other side or trade.
    """
    strata, rows = _strata(sample), []
    for stream in sample["stream"].unique():
        for where in ("inside", "outside"):
            parts = [part for part, place in WHERE.items() if place == where]
            found, near = (
                [one for part in parts if (one := strata.get((stream, part, kind)))]
                for kind in ("found", "near")
            )
            number = sum(of for of, _ in found)
            right, missed = (Estimate.sum_of(on for _, on in held) for held in (found, near))
            if right.value:
                precision = Estimate(*(one / number for one in right))
                told = zip(MEASURED, (precision, right.share_beside(missed)), strict=True)
                rows += [(stream, where, name, *one) for name, one in told]
    return pd.DataFrame(rows, columns=["stream", "where", "measured", *Estimate._fields])


def measure_read(sample: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Correct the counts of both windows by what was read, where the sample has these windows.

    One row per channel and `what` (before, after, change): `value`, `low`, `high`. `breaks` are of
    `measure_breaks`, of one span, all items.
    """
    strata, rows = _strata(sample), []
    for row in breaks.to_dict("records"):
        stream, read = row["stream"], {}
        for part in ("before", "after"):
            kinds = [one for key, one in strata.items() if key[:2] == (stream, part)]
            if sum(number for number, _ in kinds) == row[f"all_{part}"]:
                read[part] = Estimate.sum_of(on for _, on in kinds)
        if len(read) == 2:
            read["change"] = read["after"].less(read["before"])
            rows += [(stream, what, *one) for what, one in read.items()]
    return pd.DataFrame(rows, columns=["stream", "what", *Estimate._fields])


def _strata(sample: pd.DataFrame) -> _Strata:
    """What the sample says of each of its strata; of what is far from the quarrel, nothing."""
    strata = {}
    for key, rows in sample.groupby(["stream", "part", "kind"], sort=False):
        stream, part, kind = map(str, key)
        of, on = int(rows["of"].iloc[0]), int(rows["on_quarrel"].sum())
        estimate = Estimate.of_stratum(on, len(rows), of)
        strata[stream, part, kind] = of, Estimate(0.0, 0.0, 0.0) if kind == "far" else estimate
    return strata
