"""The register of assumptions: each parameter, other values, and what they would change."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from tradetalks.checks import DataError
from tradetalks.parameters import (
    NAMES,
    UNNAMED,
    ParameterError,
    Parameters,
    Problem,
    alternatives,
    as_text,
    parse_parameters,
    why_untried,
    with_last,
)

REGISTER_COLUMNS = [
    *("parameter", "value", "alternative", "kind", "id", "whose", "label", "before", "after")
]
_NOT_THERE = "none"
_CHANGES_NOTHING = "nothing"
_LATER = "later than this run may look; a run of that day can"


class Value(NamedTuple):
    """A value as it is recorded and printed."""

    value: object
    unit: str
    text: str
    definition: str


class Results(NamedTuple):
    """What a set of parameters gives: values by their id, and the verdict on each claim."""

    values: Mapping[str, Value]
    verdicts: Mapping[str, str]


def headlines(sides: pd.DataFrame, channels: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The numbers that the register follows, by id: whose each is, and its short name."""
    followed = {}
    for row in sides.sort_values("order").to_dict("records"):
        side, whose = str(row["side"]).lower(), str(row["adjective"])
        followed[f"{side}_rate_last"] = (whose, "rate")
        if row["measured_by"] == "tranches":
            followed["threat_after"] = (whose, "threatened")
        for channel in channels[channels["side"].eq(row["side"])].to_dict("records"):
            followed[f"stream_{channel['stream']}_on_change"] = (whose, str(channel["called"]))
    return followed


def tabulate(
    parameters: Parameters,
    followed: Mapping[str, tuple[str, str]],
    read: Callable[[Parameters], Results],
    refuse: Callable[[Parameters], list[Problem]],
    named: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Try the alternatives of each parameter, one at a time: one row per finding, all text.

    `kind` is `headline` (a followed number, before and after), `verdict` (one that turns),
    `skipped` (not allowed, or `refuse` objects) or `untried`; of these `after` says why. `named`
    are the values that the raw tables name, by parameter.
    """
    texts = as_text(parameters)
    home = read(parameters)
    rows: list[tuple[str, ...]] = []
    for name in NAMES:
        start = (name, texts[name])
        others = [value for value in alternatives(name, named) if value != texts[name]]
        if not others:
            rows.append((*start, "", "untried", "", "", "", "", why_untried(name) or UNNAMED))
        for value in others:
            row = (*start, value)
            try:
                other = parse_parameters(with_last(parameters.model_dump(), {name: value}))
                # what a later day would change is itself something that the report does not know
                is_later = other.as_of > parameters.as_of
                late = [Problem("as_of", str(other.as_of), _LATER)] if is_later else []
                problems = [*refuse(other), *late]
                there = None if problems else read(other)
            except ParameterError as error:
                problems, there = error.problems, None
            except DataError as error:
                problems, there = [Problem(name, value, str(error).splitlines()[0])], None
            if there is None:
                why = "; ".join(problem.allowed for problem in problems)
                rows.append((*row, "skipped", "", "", "", "", why))
                continue
            for value_id, told in followed.items():
                before, after = (_text(one, value_id) for one in (home, there))
                rows.append((*row, "headline", value_id, *told, before, after))
            # a claim that nobody had made by the other day has no verdict to turn
            for claim_id in sorted(home.verdicts.keys() & there.verdicts.keys()):
                before, after = (one.verdicts[claim_id] for one in (home, there))
                if before != after:
                    rows.append((*row, "verdict", claim_id, "", "", before, after))
    return pd.DataFrame(rows, columns=REGISTER_COLUMNS, dtype="str")


def _text(reading: Results, value_id: str) -> str:
    """A value as printed, or that there is none: words in its place are no number either."""
    found = reading.values.get(value_id)
    return found.text if found and isinstance(found.value, int | float) else _NOT_THERE


def tell_register(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The register for readers: one row per parameter, in the order of the model.

    Columns: name, value, changes (each alternative with what it changes: numbers as they would
    be, and the verdicts that turn), meaning. Raises DataError where `rows`, as `tabulate` gives
    them, were measured with other parameters.
    """
    told = []
    for name, value in as_text(parameters).items():
        own = rows[rows["parameter"].eq(name)]
        if set(own["value"]) != {value}:
            raise DataError(
                f"the register was measured with {name} = {', '.join(own['value'][:1])}, "
                f"and this run has {value}\nWhat to do: build the run with make report"
            )
        found: dict[str, list[str]] = {}
        for other, trial in own[own["alternative"].ne("")].groupby("alternative", sort=False):
            found.setdefault(_change(trial), []).append(str(other))
        parts = [f"{', '.join(values)}: {change}" for change, values in found.items()]
        changes = "; ".join(parts) or f"not tried: {own['after'].iloc[0]}"
        told.append((name, value, changes, Parameters.model_fields[name].description))
    return pd.DataFrame(told, columns=["name", "value", "changes", "meaning"])


def _change(found: pd.DataFrame) -> str:
    """What one alternative changes, in words."""
    if (skipped := found[found["kind"].eq("skipped")])["after"].any():
        return f"not tried here ({skipped['after'].iloc[0]})"
    moved = found[found["before"].ne(found["after"])]
    numbers = moved[moved["kind"].eq("headline")]
    parts = []
    for whose, theirs in numbers.groupby("whose", sort=False):
        told = [
            f"{row['label']} {_unlike(row['before'], row['after'])}"
            for row in theirs.to_dict("records")
        ]
        parts.append(f"{whose} {', '.join(told)}")
    parts.extend(moved.loc[moved["kind"].eq("verdict"), "id"])
    return ", ".join(parts) or _CHANGES_NOTHING


def _unlike(before: str, after: str) -> str:
    """The second of two printed values, without the unit that it shares with the first."""
    _, space, unit = before.partition("\u00a0")
    return after.removesuffix(space + unit)
