"""How a row leaves a table: by a named rule, and never unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Held = TypeVar("Held", "pd.Series", "pd.DataFrame")

CONFIDENCE_LEVELS = ("low", "medium", "high")

# How a row may leave.
WHY_LEFT_OUT: dict[str, str] = {
    "after as_of": "became known after the day on which the report stops knowing",
    "below min_confidence": "weaker than the weakest evidence admitted",
    "not verified": "its words were not seen in a source, so it counts as the weakest evidence",
    "editorial": "a party newspaper or state television, while include_editorials is false",
    "record left out": "belongs to a step that is left out",
    "no rate": "an import line for which the line-level file has no rate: kept apart, not spread",
    "MFN rate not ad valorem": "a line whose MFN duty is no percentage: its changes are not summed",
}


class Cleaned(NamedTuple):
    """A cleaned table and the rows that left it: `table`, `row_id`, `rule`."""

    kept: pd.DataFrame
    left_out: pd.DataFrame


class Admitting(NamedTuple):
    """What a run admits to count and to judge by: known by a day, strong enough, no editorial."""

    as_of: date
    min_confidence: str
    include_editorials: bool = True

    def rule_against(
        self,
        day: date | None,
        confidence: str,
        *,
        is_verified: bool = True,
        is_editorial: bool = False,
    ) -> str | None:
        """Name the rule of `WHY_LEFT_OUT` that leaves a record out; None where it is admitted.

        A record without a day, such as the trade of a year, is never too late.
        """
        if day is not None and day > self.as_of:
            return "after as_of"
        rank = CONFIDENCE_LEVELS.index
        if rank(trusted(confidence, is_verified)) < rank(self.min_confidence):
            return "below min_confidence" if is_verified else "not verified"
        return "editorial" if is_editorial and not self.include_editorials else None

    def split(self, rows: pd.DataFrame, *, table: str, key: str, day: str | None = None) -> Cleaned:
        """Split rows by the rule against each; those kept are in the order of day and key.

        `day` names the column of a row's day, if it has one. Reads the columns `confidence` and,
        where they are there, `is_verified` and `is_editorial`.
        """
        import pandas as pd  # in functions alone: rules are asked without a frame too

        flags = [flag for flag in ("is_verified", "is_editorial") if flag in rows]
        asked = rows[[*([day] if day else []), "confidence", *flags]].to_dict("records")
        rules = [
            self.rule_against(
                row[day] if day else None, row["confidence"], **{flag: row[flag] for flag in flags}
            )
            for row in asked
        ]
        rule = pd.Series(rules, index=rows.index, dtype="string")
        return leave_out(rows, rule, table=table, key=[key], order=[day, key] if day else [key])


def trusted(confidence: str, is_verified: bool) -> str:
    """How far a record is trusted: as its row says, but least where nobody saw it in a source."""
    return confidence if is_verified else CONFIDENCE_LEVELS[0]


def leave_out(
    rows: pd.DataFrame,
    rule: pd.Series,
    *,
    table: str,
    key: Sequence[str],
    order: Sequence[str] = (),
) -> Cleaned:
    """Split rows by the rule of `WHY_LEFT_OUT` that each breaks, missing where it breaks none.

    Those kept are in the order of these columns, or of the key.
    """
    import pandas as pd

    is_out = rule.notna()
    ids = [" ".join(cells) for cells in rows.loc[is_out, [*key]].itertuples(index=False)]
    listed = pd.DataFrame({"table": table, "row_id": ids, "rule": rule[is_out]}, dtype="string")
    return Cleaned(
        rows[~is_out].sort_values([*(order or key)], ignore_index=True),
        listed.sort_values("row_id", ignore_index=True),
    )


def look_up(keys: pd.Series, held: Held) -> Held:
    """What is held at the keys, a value or a row; missing for a key that is missing or unknown."""
    return held.reindex(keys).set_axis(keys.index)
