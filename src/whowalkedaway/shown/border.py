"""Tables of the border record, and labels of its figures, as readers see them."""

import pandas as pd

from tradetalks.border.found import FeltSteps, Known
from tradetalks.figures import words
from tradetalks.figures.style import day_label
from tradetalks.raw.read import RawTables
from whowalkedaway.shown import Shown, as_listed

_PARTS = {
    "law": "In law, as this report weighs it",
    "weighing": "On recorded values, from the recorded starting rate",
    "between_chapters": "With the chapters that came in these months",
    "within_chapters": "And with the goods inside them",
    "at_entry": "Recorded at entry",
    "revision": "Recorded, as revised",
}


def gap(table: pd.DataFrame) -> Shown:
    """Parts of the gap between the rate in law and the rate recorded: one row per part."""
    named = table.assign(part=table["part"].map(_PARTS))
    return {**as_listed("border_gap", named), "missing": ""}


def published(table: pd.DataFrame, raw: RawTables) -> pd.DataFrame:
    """Published rates with the name of each institute, short as a label is."""
    publishers = [raw.references[key]["publisher"] for key in table["source_id"]]
    return table.assign(name=[name.partition(" for ")[0] for name in publishers])


def first_months(known: Known, felt: FeltSteps) -> list[tuple[str, float, float]]:
    """First month of each step that is measured: its label, its share, that of the calendar."""
    steps = known.steps[known.steps["step_id"].isin([*felt.steps])]
    return [
        (
            words.DAY_TO_RATE.format(
                day=day_label(row["effective_date"]), rate=row["rate_after_pct"]
            ),
            felt.steps[row["step_id"]].months["share"].iloc[1],
            felt.calendar[row["step_id"]],
        )
        for row in steps.to_dict("records")
    ]
