"""What a step made dearer, by kind of goods: its farm part, and its sections."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradetalks.checks import require
from tradetalks.measure.tariff_tables import TariffTables
from tradetalks.parameters import CHAPTERS


def measure_farm_share(tables: TariffTables, farm_definition: str) -> pd.DataFrame:
    """Farm part of what each additional duty raised: one row per event that raised rates.

    A definition named after chapters (`hs01_24`) is computed from the chapter table; any other
    is taken from the cited figures, and is missing where none is cited for the step. Columns:
    step_id, effective_date, imports_raised_usd_bn, farm_usd_bn, farm_share (0-1),
    farm_definition, lines_raised, farm_lines, basis (computed, cited or missing), source_id.
    Values are imports of the base year.
    """
    chapter_changes, farm_figures = tables.chapter_changes, tables.farm_figures
    totals = _raising_events(chapter_changes)
    chapters = _chapter_range(farm_definition)
    if chapters is None:
        cited = farm_figures[farm_figures["farm_definition"].eq(farm_definition)]
        cited = cited.set_index("action_id").reindex(totals["step_id"])
        farm = pd.DataFrame(
            {
                "farm_usd_bn": cited["farm_usd_bn"].astype("float64"),
                "farm_lines": cited["tariff_lines"].astype("Int64"),
                "source_id": cited["source_id"],
                "basis": np.where(cited["farm_usd_bn"].notna(), "cited", "missing"),
            }
        )
    else:
        rows = chapter_changes[chapter_changes["hs_chapter"].isin(chapters)]
        parts = rows.groupby("event")[["imports_affected_usd_thousand", "hs8_lines"]].sum()
        # no row means that no line of these chapters changed: the table is complete by event
        parts = parts.reindex(totals["event"], fill_value=0)
        farm = pd.DataFrame(
            {
                "farm_usd_bn": parts["imports_affected_usd_thousand"].astype("float64") / 1e6,
                "farm_lines": parts["hs8_lines"].astype("Int64"),
                "source_id": None,
                "basis": "computed",
            }
        )
    farm = farm.reset_index(drop=True)
    return pd.DataFrame(
        {
            "step_id": totals["step_id"],
            "effective_date": totals["effective_date"],
            "imports_raised_usd_bn": totals["imports_raised_usd_bn"],
            "farm_usd_bn": farm["farm_usd_bn"],
            "farm_share": farm["farm_usd_bn"] / totals["imports_raised_usd_bn"],
            "farm_definition": farm_definition,
            "lines_raised": totals["lines_raised"].astype("Int64"),
            "farm_lines": farm["farm_lines"],
            "basis": farm["basis"],
            "source_id": farm["source_id"].astype("string"),
        }
    )


def in_words(farm_definition: str, farm_figures: pd.DataFrame) -> str:
    """A definition as a sentence names it: its chapters, or what the cited figures call it."""
    chapters = _chapter_range(farm_definition)
    if chapters:
        return f"chapters {int(chapters[0])} to {int(chapters[-1])}"
    named = farm_figures.loc[farm_figures["farm_definition"].eq(farm_definition), "words"]
    return str(named.iloc[0]) if len(named) else farm_definition


def measure_sections(tables: TariffTables, hs_chapters: pd.DataFrame) -> pd.DataFrame:
    """Composition of each change by HS section: one row per event and section with a change.

    Columns: event, step_ids, effective_date, section (Roman numeral), section_title, lines,
    imports_usd_bn, import_share (0-1, of the event's imports), duty_added_usd_bn. Sections in
    the order of the nomenclature.
    """
    chapter_changes = tables.chapter_changes
    require(
        chapter_changes["hs_chapter"].isin(hs_chapters["hs_chapter"]),
        chapter_changes,
        table="chapter_changes",
        rule="hs_chapter is a chapter of the nomenclature",
        remedy="write the chapter as two digits, or add it to hs_chapters.csv",
    )
    section_order = {
        name: place for place, name in enumerate(hs_chapters.sort_values("hs_chapter")["section"])
    }
    merged = chapter_changes.merge(
        hs_chapters[["hs_chapter", "section", "section_title"]], on="hs_chapter"
    )
    sums = merged.groupby(
        ["event", "step_ids", "effective_date", "section", "section_title"], as_index=False
    )[["hs8_lines", "imports_affected_usd_thousand", "weighted_change_pp_usd_thousand"]].sum()
    imports = sums["imports_affected_usd_thousand"].astype("float64")
    of_event = imports.groupby(sums["event"]).transform("sum")
    return (
        pd.DataFrame(
            {
                "event": sums["event"],
                "step_ids": sums["step_ids"],
                "effective_date": sums["effective_date"],
                "section": sums["section"],
                "section_title": sums["section_title"],
                "lines": sums["hs8_lines"],
                "imports_usd_bn": imports / 1e6,
                "import_share": imports / of_event,
                "duty_added_usd_bn": sums["weighted_change_pp_usd_thousand"] / 1e8,
            }
        )
        .assign(place=sums["section"].map(section_order))
        .sort_values(["effective_date", "event", "place"], ignore_index=True)
        .drop(columns="place")
    )


def _raising_events(chapter_changes: pd.DataFrame) -> pd.DataFrame:
    """Totals of each additional-duty event that raised the average, in order of date."""
    additional = chapter_changes[chapter_changes["measure_class"].eq("additional")]
    totals = additional.groupby(["effective_date", "event", "step_ids"], as_index=False).agg(
        imports=("imports_affected_usd_thousand", "sum"),
        change=("weighted_change_pp_usd_thousand", "sum"),
        lines_raised=("hs8_lines", "sum"),
    )
    return (
        totals[totals["change"].gt(0)]
        .assign(imports_raised_usd_bn=lambda rows: rows["imports"].astype("float64") / 1e6)
        .rename(columns={"step_ids": "step_id"})
        .reset_index(drop=True)
    )


def _chapter_range(farm_definition: str) -> list[str] | None:
    """Chapters that a definition names (`hs01_24`: 01 to 24), or None if it names none."""
    named = CHAPTERS.fullmatch(farm_definition)
    if named is None:
        return None
    return [f"{chapter:02d}" for chapter in range(int(named[1]), int(named[2]) + 1)]
