"""What a step made dearer, by kind of goods: its farm part, and its sections."""

import pandas as pd

from tradetalks.admitted import look_up
from tradetalks.noted import kept
from tradetalks.parameters import CHAPTERS
from tradetalks.tariffs.tables import TariffTables


def measure_farm_share(tables: TariffTables, farm_definition: str) -> pd.DataFrame:
    """Farm part of what each additional duty raised: one row per event, imports of the base year.

    A definition such as `hs01_24` is computed from chapters, any other cited, else missing.
    Columns: step_id, effective_date, imports_raised_usd_bn, farm_usd_bn, farm_share (0-1),
    farm_definition, lines_raised, farm_lines, basis (computed, cited, missing), source_id.
    """
    changes, chapters = tables.chapter_changes, _chapter_range(farm_definition)
    farm = _raising_events(tables)
    if chapters is None:
        figures = tables.farm_figures
        cited = figures[figures["farm_definition"].eq(farm_definition)].set_index("action_id")
        found = look_up(farm["step_id"], cited)
        usd, lines, source = found["farm_usd_bn"], found["tariff_lines"], found["source_id"]
        basis = usd.notna().map({True: "cited", False: "missing"})
    else:
        inside = changes[changes["hs_chapter"].isin(chapters)]
        parts = inside.groupby("event")[["imports_affected_usd_thousand", "hs8_lines"]].sum()
        # no row means that no line of these chapters changed: the table is complete by event
        found = look_up(farm["event"], parts).fillna(0)
        usd, lines = found["imports_affected_usd_thousand"] / 1e6, found["hs8_lines"]
        source, basis = pd.Series(), pd.Series("computed", farm.index)
    columns = ["step_id", "effective_date", "imports_raised_usd_bn", "farm_usd_bn", "farm_share"]
    columns += ["farm_definition", "lines_raised", "farm_lines", "basis", "source_id"]
    kinds = {"farm_lines": "Int64", "basis": "str", "source_id": "string"}
    return farm.assign(
        farm_usd_bn=usd.astype("float64"),
        farm_share=usd.astype("float64") / farm["imports_raised_usd_bn"],
        farm_definition=farm_definition,
        farm_lines=lines,
        basis=basis,
        source_id=source,
    )[columns].astype(kinds)


def measure_farm_listed(
    tables: TariffTables, added: pd.DataFrame, farm: pd.DataFrame, *, day: pd.Timestamp
) -> pd.DataFrame:
    """Farm goods on lists by a day, each list once, of all farm imports: one row per step.

    `added` are steps as of `measure_duties_added`, `farm` their farm parts. Columns: side, step_id,
    effective_date, farm_listed_usd_bn (since the first step), farm_imports_usd_bn,
    farm_listed_share (0-1). No row by a definition without chapters, or where lists share goods.
    """
    columns = ["side", "step_id", "effective_date", "tranche", "farm_usd_bn"]
    imports = tables.chapter_imports
    chapters = {*farm["farm_definition"].map(_chapter_range).dropna().explode()}
    total = imports.loc[imports["hs_chapter"].isin(chapters), "imports_usd_thousand"].sum() / 1e6
    raised = added[added["duty_added_usd_bn"].gt(0) & added["effective_date"].le(day)]
    steps = raised.merge(farm[["step_id", "farm_usd_bn"]], on="step_id")[columns]
    by_list = steps.pivot_table("farm_usd_bn", "step_id", "tranche", sort=False).cummax().ffill()
    listed = by_list.fillna(0.0).sum(axis=1).reindex(steps["step_id"]).to_numpy()
    table = steps.drop(columns=["tranche", "farm_usd_bn"]).assign(
        farm_listed_usd_bn=listed,
        farm_imports_usd_bn=total,
        farm_listed_share=listed / (total or 1),
    )
    return table if total and (listed <= total).all() else table[:0]


def definition_in_words(farm_definition: str, farm_figures: pd.DataFrame) -> str:
    """A definition as a sentence names it: its chapters, or what the cited figures call it."""
    chapters = _chapter_range(farm_definition)
    if chapters:
        return f"chapters {int(chapters[0])} to {int(chapters[-1])}"
    named = farm_figures.loc[farm_figures["farm_definition"].eq(farm_definition), "words"]
    return str(named.iloc[0]) if len(named) else farm_definition


def measure_sections(tables: TariffTables, hs_chapters: pd.DataFrame) -> pd.DataFrame:
    """Composition of each change by HS section, in their order: one row per event and section.

    Columns: event, step_ids, effective_date, section (Roman numeral), section_title, lines,
    imports_usd_bn, import_share (0-1, of the event's imports), duty_added_usd_bn.
    """
    sections = hs_chapters[["hs_chapter", "section", "section_title"]]
    keys = ["event", "step_ids", "effective_date", "section", "section_title"]
    sums = tables.chapter_changes.merge(sections, on="hs_chapter").groupby(keys, as_index=False)
    table = sums.agg(
        lines=("hs8_lines", "sum"),
        imports=("imports_affected_usd_thousand", "sum"),
        duty=("weighted_change_pp_usd_thousand", "sum"),
        first_chapter=("hs_chapter", "min"),
    ).sort_values(["effective_date", "event", "first_chapter"], ignore_index=True)
    table = table.assign(
        imports_usd_bn=table["imports"] / 1e6,
        import_share=table["imports"] / table.groupby("event")["imports"].transform("sum"),
        duty_added_usd_bn=table["duty"] / 1e8,
    )
    return table[[*keys, "lines", "imports_usd_bn", "import_share", "duty_added_usd_bn"]]


@kept
def _raising_events(tables: TariffTables) -> pd.DataFrame:
    """Totals of each additional-duty event that raised the average, in order of date."""
    changes = tables.chapter_changes
    additional = changes[changes["measure_class"].eq("additional")]
    totals = additional.groupby(["effective_date", "event", "step_ids"], as_index=False).agg(
        imports=("imports_affected_usd_thousand", "sum"),
        change=("weighted_change_pp_usd_thousand", "sum"),
        lines_raised=("hs8_lines", "sum"),
    )
    raised = totals[totals["change"].gt(0)].rename(columns={"step_ids": "step_id"})
    raised["imports_raised_usd_bn"] = raised["imports"] / 1e6
    return raised.astype({"lines_raised": "Int64"}).reset_index(drop=True)


def _chapter_range(farm_definition: str) -> list[str] | None:
    """Chapters that a definition names (`hs01_24`: 01 to 24), or None if it names none."""
    named = CHAPTERS.fullmatch(farm_definition)
    if named is None:
        return None
    return [f"{chapter:02d}" for chapter in range(int(named[1]), int(named[2]) + 1)]
