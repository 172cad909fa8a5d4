"""Tables of the border record, and labels of its figures, as readers see them."""

import pandas as pd

from notepress.prose import literal
from tradetalks.border.found import FeltSteps, Known, Response
from tradetalks.figures import words
from tradetalks.figures.style import day_label
from tradetalks.raw.read import RawTables
from whowalkedaway.shown import Shown, as_listed, cites

_PARTS = {
    "law": "In law, as this report weighs it",
    "weighing": "On recorded values, from the recorded starting rate",
    "between_chapters": "With the chapters that came in these months",
    "within_chapters": "And with the goods inside them",
    "at_entry": "Recorded at entry",
    "revision": "Recorded, as revised",
}

_UNITS = {"elasticity": "{:.1f}", "percent": "{:.1f} percent", "usd_bn": "${:.1f} billion"}


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


def published_estimates(response: Response) -> Shown:
    """Published estimates, what is measured here of the same, and why they differ: a row each."""
    usual = response.elasticities.drop_duplicates("flow").set_index("flow")
    ours: dict[tuple[str, str], str] = {}
    for flow, months in response.months.items():
        last = months[months["group"].eq("listed")].iloc[-1]
        for beside, unit, found in (
            ("elasticity", "elasticity", usual.loc[flow, ["estimate", "low", "high"]]),
            ("months", "percent", last[["estimate_pct", "low_pct", "high_pct"]]),
            ("triangle", "usd_bn", pd.Series(response.triangles[flow]).filter(like="triangle")),
        ):
            ours[beside, flow] = _span(unit, *found)
    rows = response.published
    named = zip(rows["title"], rows["source_id"], strict=True)
    figures = zip(rows["unit"], rows["value"], strict=True)
    asked = zip(rows["beside"], rows["flow"], strict=True)
    table = rows.assign(
        title=[f"{literal(title)} [{cites([source])}]" for title, source in named],
        published=["" if pd.isna(at) else _written(_UNITS[unit], at) for unit, at in figures],
        ours=[ours.get(one, "") for one in asked],
    )
    return {**as_listed("border_published", table), "missing": ""}


def _span(unit: str, estimate: float, low: float, high: float) -> str:
    """An estimate in its unit, with its interval."""
    whole, plain = _UNITS[unit], _UNITS[unit].removeprefix("$").partition("}")[0] + "}"
    return f"{_written(whole, estimate)} ({_written(plain, low)} to {_written(plain, high)})"


def _written(form: str, number: float) -> str:
    """A number with the sign of a minus, which no spreadsheet takes for a formula."""
    return form.format(number).replace("-", "−")
