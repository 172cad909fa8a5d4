"""Tables by HS chapter: rate changes, imports, counts of listed lines, cited farm values.

Chapter tables are instruments of measurement: they were compiled after the fact, and are used
whole, whatever `min_confidence` asks for.
"""

from __future__ import annotations

import re

import pandas as pd

from tradetalks.checks import DataError, Problems, require
from tradetalks.clean.common import Cleaned, leave_out

# Component of the applied rate that each kind of chapter event moves. Suspending an additional
# duty is a change in additional duty, not in the MFN rate.
CLASS_BY_EVENT_KIND = {
    "start": "mfn",
    "mfn": "mfn",
    "mfn_change": "mfn",
    "retaliation": "additional",
    "suspension": "additional",
}
# the level from which the tables start: MFN rates, or these and older duties together
BASE_EVENT_KINDS = ("mfn", "start")
_IMPORTS_COLUMN = re.compile(r"imports_(\d{4})_usd_thousand")


def clean_chapter_changes(
    changes: pd.DataFrame,
    events: pd.DataFrame,
    actions: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> Cleaned:
    """Clean the chapter table of rate changes: one row per event and HS chapter.

    An event is known once every action it measures has been announced; `step_ids` joins them
    by ";" and is empty for the starting level. `measure_class` tells which component of the
    applied rate moves. Line counts that differ from the published ones must be explained: see
    `compare_line_counts`.
    """
    _require_events(events, actions)
    acting = actions[actions["measured_by"].notna()].sort_values("action_id")
    by_event = acting.groupby("measured_by")
    event = changes["event"]
    dates = events.set_index("event")
    # made days again: where no action is measured, the look-up finds nothing to be of that type
    announced = pd.to_datetime(event.map(by_event["announced_date"].max().to_dict()))
    clean = pd.DataFrame(
        {
            "event": event,
            "step_ids": event.map(by_event["action_id"].agg(";".join)).fillna("").astype("string"),
            "effective_date": event.map(dates["effective_date"]),
            "measure_class": event.map(dates["kind"].map(CLASS_BY_EVENT_KIND)).astype("string"),
            "hs_chapter": changes["hs_chapter"],
            "hs8_lines": changes["hs8_lines_affected"],
            "imports_affected_usd_thousand": changes["imports_affected_usd_thousand"],
            "weighted_change_pp_usd_thousand": changes["weighted_change_pp_usd_thousand"],
        }
    )
    kept, left_out = leave_out(
        clean,
        table="changes_by_chapter",
        row_id=clean["event"] + " " + clean["hs_chapter"],
        broken={"after as_of": announced.gt(as_of)},
    )
    kept = kept.sort_values(["effective_date", "event", "hs_chapter"], ignore_index=True)
    compare_line_counts(kept, actions)
    return Cleaned(kept, left_out)


def compare_line_counts(chapter_changes: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Hold the lines counted in the chapter table against the published ones, by event.

    One row per event that measures an action with a published count: event, step_ids,
    lines_counted (HS8 lines whose rate changes), lines_published (summed over the actions),
    difference, explained_by (the actions whose note states the counted number). Raises
    DataError where the counts differ and no note states the counted number: published counts
    are how lost rows are noticed.
    """
    counted = chapter_changes.groupby(["event", "step_ids", "effective_date"], as_index=False)[
        "hs8_lines"
    ].sum()
    acting = actions[actions["measured_by"].notna() & actions["tariff_lines"].notna()]
    published = acting.groupby("measured_by")["tariff_lines"].sum()
    table = counted[counted["event"].isin(published.index)].reset_index(drop=True)
    table = table.assign(lines_published=table["event"].map(published).astype("int64"))
    table = table.assign(difference=table["hs8_lines"] - table["lines_published"])
    explained = [
        ";".join(
            row["action_id"]
            for row in (acting.to_dict("records") if difference else ())
            if row["measured_by"] == event and _states(row["note"], lines)
        )
        for event, lines, difference in zip(
            table["event"], table["hs8_lines"], table["difference"], strict=True
        )
    ]
    table = table.assign(explained_by=pd.Series(explained, dtype="string"))
    require(
        table["difference"].eq(0) | table["explained_by"].ne(""),
        table,
        table="changes_by_chapter",
        rule="an event counts as many lines as its actions publish, or a note says how many",
        remedy="look for lost rows; if the count is right, state it in the action's note",
    )
    columns = [
        "event",
        "step_ids",
        "effective_date",
        "lines_counted",
        "lines_published",
        "difference",
        "explained_by",
    ]
    renamed: pd.DataFrame = table.rename(columns={"hs8_lines": "lines_counted"})[columns]
    return renamed.sort_values(["effective_date", "event"], ignore_index=True)


def clean_chapter_imports(imports: pd.DataFrame) -> pd.DataFrame:
    """Clean the base-year imports: one row per HS chapter.

    Columns: hs_chapter, imports_usd_thousand, hs8_lines, trade_year (read from the name of the
    raw column, which carries it).
    """
    named = {name: match for name in imports if (match := _IMPORTS_COLUMN.fullmatch(str(name)))}
    if len(named) != 1:
        raise DataError(
            f"imports_by_chapter: {len(named)} columns are called imports_<year>_usd_thousand, "
            "which must be one\nWhat to do: name the column of values after its year"
        )
    column, match = next(iter(named.items()))
    return pd.DataFrame(
        {
            "hs_chapter": imports["hs_chapter"],
            "imports_usd_thousand": imports[column],
            "hs8_lines": imports["hs8_lines"],
            "trade_year": int(match[1]),
        }
    ).sort_values("hs_chapter", ignore_index=True)


def clean_tranche_chapters(lines: pd.DataFrame) -> pd.DataFrame:
    """Clean the counts of listed lines: one row per tranche and HS chapter.

    `specific_lines` are those whose MFN rate is not purely ad valorem: they are outside the
    mean, not zero in it. Missing where it is not known how many lines are ad valorem.
    """
    matched = lines["ad_valorem_lines_matched"]
    require(
        matched.isna() & lines["mfn_mean_ad_valorem_pct"].isna()
        | matched.le(lines["hts8_lines"])
        & matched.gt(0).eq(lines["mfn_mean_ad_valorem_pct"].notna()),
        lines,
        table="lines_by_chapter",
        rule="no more ad valorem lines than lines, and a mean exactly where there are some",
        remedy="correct the counts; leave the mean empty where no line is ad valorem",
    )
    specific = (lines["hts8_lines"] - matched).astype("Int64")
    return lines.assign(specific_lines=specific).sort_values(
        ["tranche", "hs_chapter"], ignore_index=True
    )


def clean_farm_figures(farm_figures: pd.DataFrame, steps: pd.DataFrame) -> Cleaned:
    """Clean the cited farm values: one row per step and definition of agriculture."""
    kept, left_out = leave_out(
        farm_figures,
        table="farm_figures",
        row_id=farm_figures["action_id"] + " " + farm_figures["farm_definition"],
        broken={"record left out": ~farm_figures["action_id"].isin(steps["step_id"])},
    )
    return Cleaned(kept.sort_values(["action_id", "farm_definition"], ignore_index=True), left_out)


def _require_events(events: pd.DataFrame, actions: pd.DataFrame) -> None:
    """Raise a DataError where events and actions do not fit together."""
    acting = actions[actions["measured_by"].notna()]
    event = events.set_index("event").reindex(acting["measured_by"]).set_axis(acting.index)
    with Problems() as problems:
        problems.require(
            events["kind"].isin(list(CLASS_BY_EVENT_KIND)),
            events,
            table="chapter_events",
            rule=f"kind is one of {', '.join(CLASS_BY_EVENT_KIND)}",
            remedy="use one of these kinds, which say what component of the rate moves",
        )
        problems.require(
            acting["effective_date"].eq(event["effective_date"])
            & acting["measure_class"].eq(event["kind"].map(CLASS_BY_EVENT_KIND))
            & acting["changes_rate"],
            acting,
            table="actions",
            rule="an action measured by an event changes a rate, on its day and of its class",
            remedy="correct measured_by, or the date and class of the action or event",
        )


def _states(note: object, number: int) -> bool:
    """Tell whether a note states the number, with or without a thousands comma."""
    if not isinstance(note, str):
        return False
    stated = {int(found.replace(",", "")) for found in re.findall(r"\d+(?:,\d{3})*", note)}
    return int(number) in stated
