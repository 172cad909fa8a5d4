"""Tables by HS chapter, used whole: rate changes, imports, listed lines, cited farm values."""

import re

import pandas as pd

from tradetalks.admitted import Cleaned, leave_out, look_up
from tradetalks.checks import DataError
from tradetalks.tariffs.kinds import CLASS_BY_EVENT_KIND


def clean_chapter_changes(
    changes: pd.DataFrame, events: pd.DataFrame, actions: pd.DataFrame, *, as_of: pd.Timestamp
) -> Cleaned:
    """Clean the chapter table of rate changes: one row per event and HS chapter.

    An event is known once all its actions (`step_ids`, joined by ";") are announced.
    `measure_class` is what it moves. DataError as of `compare_line_counts`.
    """
    changing = events.assign(measure_class=events["kind"].map(CLASS_BY_EVENT_KIND))
    changing = changing.set_index("event")
    acting = actions[actions["measured_by"].notna()].sort_values("action_id")
    by_event = acting.groupby("measured_by")
    event, amounts = changes["event"], ["imports_affected_usd_thousand"]
    amounts += ["weighted_change_pp_usd_thousand"]
    clean = changes[["event", "hs_chapter", *amounts]].assign(
        step_ids=event.map(by_event["action_id"].agg(";".join)).fillna("").astype("string"),
        effective_date=event.map(changing["effective_date"]),
        measure_class=event.map(changing["measure_class"]).astype("string"),
        hs8_lines=changes["hs8_lines_affected"],
    )
    is_late = look_up(event, by_event["announced_date"].max()).gt(as_of)
    kept, left_out = leave_out(
        clean,
        is_late.map({True: "after as_of"}),
        table="changes_by_chapter",
        key=["event", "hs_chapter"],
        order=["effective_date", "event", "hs_chapter"],
    )
    compare_line_counts(kept, actions)
    return Cleaned(kept, left_out)


def compare_line_counts(chapter_changes: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Hold the lines counted in the chapter table against the published ones: one row per event.

    Columns: event, step_ids, effective_date, lines_counted (HS8), lines_published (by its actions),
    difference, explained_by (actions whose note states the count). DataError where none does.
    """
    keys = ["event", "step_ids", "effective_date"]
    counted = chapter_changes.groupby(keys)["hs8_lines"].sum().rename("lines_counted")
    acting = actions.dropna(subset=["measured_by", "tariff_lines"])
    published = acting.groupby("measured_by")["tariff_lines"].sum()
    table = counted[counted.index.isin(published.index, level="event")].reset_index()
    table["lines_published"] = table["event"].map(published).astype("int64")
    table["difference"] = table["lines_counted"] - table["lines_published"]
    explained = []
    for event, lines, difference in table[["event", "lines_counted", "difference"]].to_numpy():
        own = acting[acting["measured_by"].eq(event)] if difference else acting[:0]
        states = own["note"].map(lambda note, lines=lines: _states(note, lines)).astype(bool)
        explained.append(";".join(own["action_id"][states]))
    table = table.assign(explained_by=pd.Series(explained, dtype="string"))
    lost = table.loc[table["difference"].ne(0) & table["explained_by"].eq(""), "event"]
    if len(lost):
        raise DataError(
            f"changes_by_chapter: {', '.join(lost)} counts other lines than its actions publish, "
            "and no note says how many\nWhat to do: look for lost rows; if the count is right, "
            "state it in the action's note"
        )
    return table.sort_values(["effective_date", "event"], ignore_index=True)


def clean_chapter_imports(imports: pd.DataFrame) -> pd.DataFrame:
    """Clean base-year imports: hs_chapter, imports_usd_thousand, hs8_lines, trade_year."""
    years = imports.columns.str.extract(r"^imports_(\d{4})_usd_thousand$", expand=False).dropna()
    if len(years) != 1:
        raise DataError(
            f"imports_by_chapter: {len(years)} columns are called imports_<year>_usd_thousand, "
            "which must be one\nWhat to do: name the column of values after its year"
        )
    return pd.DataFrame(
        {
            "hs_chapter": imports["hs_chapter"],
            "imports_usd_thousand": imports[f"imports_{years[0]}_usd_thousand"],
            "hs8_lines": imports["hs8_lines"],
            "trade_year": int(years[0]),
        }
    ).sort_values("hs_chapter", ignore_index=True)


def clean_farm_figures(farm_figures: pd.DataFrame, steps: pd.DataFrame) -> Cleaned:
    """Clean the cited farm values: one row per step and definition of agriculture."""
    is_left = ~farm_figures["action_id"].isin(steps["step_id"])
    return leave_out(
        farm_figures,
        is_left.map({True: "record left out"}),
        table="farm_figures",
        key=["action_id", "farm_definition"],
    )


def _states(note: object, number: int) -> bool:
    """Tell whether a note states the number, with or without a thousands comma."""
    stated = re.findall(r"\d+(?:,\d{3})*", note) if isinstance(note, str) else []
    return number in {int(found.replace(",", "")) for found in stated}
