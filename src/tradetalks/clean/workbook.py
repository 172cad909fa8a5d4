"""Rates and imports by line of the importer measured by chapters, and chapter tables from them.

Readers touch disk and hand over what they find, as text. Cleaners are pure, cope with what is
known to be wrong in the workbook, and refuse the rest. `lines_to_chapters` gives the tables that
are shipped as changes_by_chapter and imports_by_chapter, to the last digit, so that all that
follows is the same whichever of the two it starts from.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tradetalks.checks import DataError, Problems, require
from tradetalks.clean.chapters import BASE_EVENT_KINDS, CLASS_BY_EVENT_KIND
from tradetalks.clean.common import leave_out
from tradetalks.clean.spreadsheets import FETCH_AGAIN, clean_codes, read_excel

# Rates in the workbook carry the noise of single precision (7e-15 in place of zero). The shipped
# sums end at the sixth decimal, a thousandth of a cent of duty.
SUM_DECIMALS = 6

# Half a million dollars. The workbook's figure departs from its sheets by two thousand dollars
# in one sector; a lost line that mattered would show.
SECTOR_TOLERANCE_USD_BN = 0.0005
_SHEETS = {
    "rates": r"hs10\|description\|.*",
    "imports": r"hs08\|[^|]*\|\d{4} [^|]*",
    "sectors": r"hs08\|[^|]*\|sector",
    "figure": r"Sectors\|Not covered[^|]*\|Covered[^|]*\|Total[^|]*",
}


class Workbook(NamedTuple):
    """Sheets of the rate workbook as received, as text, with blanks for breaks in headings."""

    rates: pd.DataFrame
    imports: pd.DataFrame
    sectors: pd.DataFrame
    figure: pd.DataFrame


class Lines(NamedTuple):
    """One row per eight-digit line: those with a rate, those without, and what left by which rule.

    `rated` has cn8, hs_chapter, sector and imports_<year>_usd_thousand (both missing where the
    line is not in the import statistics) and one column of percentage points per event (missing
    where the rate is no percentage). `unrated` has the same without the events.
    """

    rated: pd.DataFrame
    unrated: pd.DataFrame
    left_out: pd.DataFrame


class Chapters(NamedTuple):
    """Sums over lines, in the form of changes_by_chapter and imports_by_chapter."""

    changes: pd.DataFrame
    imports: pd.DataFrame


def read_workbook(path: Path) -> Workbook:
    """Read the workbook of rates at ten digits, and imports and sectors at eight, as text.

    Sheets are found by their headings. Raises DataError where one of them is not there.
    """
    sheets = []
    for sheet in read_excel(path, sheet_name=None, dtype="str").values():
        if len(sheet):
            headings = [" ".join(str(cell).split()) for cell in sheet.iloc[0]]
            sheets.append(sheet.iloc[1:].set_axis(headings, axis=1).reset_index(drop=True))
    found = {
        part: [sheet for sheet in sheets if re.fullmatch(pattern, "|".join(sheet.columns))]
        for part, pattern in _SHEETS.items()
    }
    if lacking := [part for part, of_part in found.items() if len(of_part) != 1]:
        raise DataError(
            f"{path.name}: no sheet, or more than one, has the headings of {', '.join(lacking)}\n"
            "What to do: fetch the file again; another edition of it needs a reader of its own"
        )
    return Workbook(**{part: sheet for part, (sheet,) in found.items()})


def clean_workbook(workbook: Workbook, events: pd.DataFrame) -> Lines:
    """Clean the workbook: one row per eight-digit line.

    A line of several ten-digit codes takes their mean, over those that have a percentage: an
    empty MFN cell is a duty by weight or piece, not zero. Additional duties must be the same
    throughout a line, so that nothing is averaged there. Lines with imports but without a rate
    are set apart: spreading their imports would give them a rate.
    """
    rates = _clean_rates(workbook.rates, events)
    imports = _clean_imports(workbook)
    lines = imports.join(rates, how="outer").rename_axis("cn8").reset_index()
    lines = lines.astype({"cn8": "str"})
    lines.insert(1, "hs_chapter", lines["cn8"].str[:2])
    is_rated = lines["cn8"].isin(rates.index)
    base = events.loc[events["kind"].isin(BASE_EVENT_KINDS), "event"]
    _, left_out = leave_out(
        lines,
        table="chapter_lines",
        row_id=lines["cn8"],
        broken={
            "no rate": ~is_rated,
            "MFN rate not ad valorem": lines[base].isna().any(axis=1),
        },
    )
    return Lines(
        rated=lines[is_rated].reset_index(drop=True),
        unrated=lines[~is_rated].drop(columns=rates.columns).reset_index(drop=True),
        left_out=left_out,
    )


def lines_to_chapters(rated: pd.DataFrame, events: pd.DataFrame) -> Chapters:
    """Sum lines by chapter: the tables changes_by_chapter and imports_by_chapter.

    One row per event and chapter in which a line changes (for the starting level: per chapter),
    in the order of the events; one row per chapter with imports. Lines are counted by their
    code, so a line that is split into rows counts once. Sums are exact before they are rounded,
    and so do not depend on the order of rows.
    """
    column = _imports_column(rated)
    imports = rated[column].astype("Int64")
    parts = []
    for event, kind in zip(events["event"], events["kind"], strict=True):
        change = rated[event]
        is_changed = change.fillna(0).ne(0)
        rows = pd.DataFrame(
            {
                "hs_chapter": rated["hs_chapter"],
                "hs8_lines_affected": rated["cn8"].where(is_changed),
                "imports_affected_usd_thousand": imports.where(is_changed),
                "weighted_change_pp_usd_thousand": change * imports.astype("float64"),
            }
        )
        of_chapter = rows if kind in BASE_EVENT_KINDS else rows[is_changed]
        sums = of_chapter.groupby("hs_chapter").agg(
            {
                "hs8_lines_affected": "nunique",
                "imports_affected_usd_thousand": "sum",
                "weighted_change_pp_usd_thousand": _exact_sum,
            }
        )
        parts.append(sums.reset_index().assign(event=event))
    changes = pd.concat(parts, ignore_index=True)
    changes = changes[["event", *changes.columns.drop("event")]].astype(
        {"hs8_lines_affected": "int64", "imports_affected_usd_thousand": "int64"}
    )
    traded = rated[imports.notna()]
    by_chapter = traded.groupby("hs_chapter", as_index=False).agg(
        **{column: (column, "sum"), "hs8_lines": ("cn8", "nunique")}
    )
    return Chapters(changes, by_chapter.astype({column: "int64"}))


def compare_sectors(lines: Lines, workbook: Workbook, events: pd.DataFrame) -> pd.DataFrame:
    """Hold the lines against the workbook's own figure: one row per sector, and no lost line.

    Columns: sector, lines, imports_usd_bn, figure_usd_bn, covered_usd_bn (imports of lines that
    bear an additional duty after the last event), figure_covered_usd_bn. Raises DataError where
    they differ by more than half a million dollars.
    """
    duty = lines.rated[_additional(events)].sum(axis=1)
    is_covered = pd.Series(duty.gt(0).to_numpy(), index=lines.rated["cn8"])
    both = pd.concat([lines.rated, lines.unrated], ignore_index=True).dropna(subset="sector")
    value = both[_imports_column(both)].astype("float64") / 1e6
    covered = value.where(both["cn8"].map(is_covered).fillna(value=False).astype(bool), 0.0)
    figure = workbook.figure.dropna().set_axis(["sector", "free", "covered", "total"], axis=1)
    by_sector = pd.DataFrame(
        {"sector": both["sector"], "lines": 1, "imports": value, "covered": covered}
    )
    sums = by_sector.groupby("sector").sum().reindex(figure["sector"], fill_value=0).reset_index()
    merged = figure.merge(sums, on="sector", suffixes=("_figure", ""))
    table = pd.DataFrame(
        {
            "sector": merged["sector"],
            "lines": merged["lines"],
            "imports_usd_bn": merged["imports"],
            "figure_usd_bn": pd.to_numeric(merged["total"]),
            "covered_usd_bn": merged["covered"],
            "figure_covered_usd_bn": pd.to_numeric(merged["covered_figure"]),
        }
    )
    apart = pd.concat(
        [
            (table["imports_usd_bn"] - table["figure_usd_bn"]).abs(),
            (table["covered_usd_bn"] - table["figure_covered_usd_bn"]).abs(),
        ],
        axis=1,
    )
    require(
        apart.max(axis=1).le(SECTOR_TOLERANCE_USD_BN),
        table,
        table="lines by sector",
        rule="imports and covered imports of a sector are those of the workbook's own figure",
        remedy="look for lost rows; fetch the file again",
    )
    return table


def compare_totals(
    changes: pd.DataFrame, actions: pd.DataFrame, coverage: pd.DataFrame
) -> pd.DataFrame:
    """Hold the imports that each event affects against the published totals: one row per event.

    The total is the coverage estimate that was computed from these lines for the same list and
    number of lines. Columns: event, tranche, coverage_id, lines, imports_usd_bn,
    published_usd_bn. Raises DataError where they differ beyond the last digit published. Line
    counts are held against the notices by `compare_line_counts`.
    """
    by_event = changes.groupby("event", sort=False, as_index=False).agg(
        lines=("hs8_lines_affected", "sum"), imports=("imports_affected_usd_thousand", "sum")
    )
    computed = coverage[coverage["source_type"].eq("computed_here")].dropna(
        subset=["estimate_usd_bn", "tariff_lines"]
    )
    acting = actions.dropna(subset="measured_by").set_index("measured_by")["tranche"]
    rows = []
    for event, lines, imports in by_event.itertuples(index=False):
        for tranche in acting[acting.index == event]:
            # a part of a list is called by the list's name, and what it is
            of_list = (computed["tranche"] + " ").str.startswith(f"{tranche} ")
            for _, row in computed[of_list & computed["tariff_lines"].eq(lines)].iterrows():
                rows.append(
                    {
                        "event": event,
                        "tranche": tranche,
                        "coverage_id": row["coverage_id"],
                        "lines": lines,
                        "imports_usd_bn": imports / 1e6,
                        "published_usd_bn": row["estimate_usd_bn"],
                    }
                )
    columns = ["event", "tranche", "coverage_id", "lines", "imports_usd_bn", "published_usd_bn"]
    table = pd.DataFrame(rows, columns=columns)
    decimals = table["published_usd_bn"].map(lambda value: len(repr(value).partition(".")[2]))
    require(
        (table["imports_usd_bn"] - table["published_usd_bn"]).abs().le(0.5 * 10.0**-decimals),
        table,
        table="lines by event",
        rule="the imports that an event affects are those published for its list",
        remedy="look for lost rows; fetch the file again",
    )
    return table


def _clean_rates(received: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Percentage points by eight-digit code, one column per event."""
    columns = events.dropna(subset="workbook_column").set_index("event")["workbook_column"]
    named = {*columns}
    with Problems() as problems:
        for heading in [*columns, *received.columns[2:]]:
            if heading not in received:
                problems.add(
                    f"rates by line: there is no column {heading!r}, which chapter_events names"
                )
            elif heading not in named:
                problems.add(
                    f"rates by line: no event in chapter_events names the column {heading!r}"
                )
    hs10 = clean_codes(received["hs10"].str.replace(r"[A-Z]$", "", regex=True))
    cells = received[list(columns)].set_axis(columns.index, axis=1)
    points = cells.apply(pd.to_numeric, errors="coerce")
    by_line = points.groupby(hs10.str[:8])
    spread = (by_line.transform("max") - by_line.transform("min"))[_additional(events)]
    with Problems() as problems:
        problems.require(
            hs10.str.len().eq(10)
            & ~received["hs10"].duplicated()
            & points.notna().eq(cells.notna()).all(axis=1)
            & points[_additional(events)].notna().all(axis=1),
            received,
            table="rates by line",
            rule="a row has a ten-digit code of its own, and numbers (an MFN cell may be empty)",
            remedy=FETCH_AGAIN,
        )
        problems.require(
            spread.fillna(0).eq(0).all(axis=1),
            received,
            table="rates by line",
            rule="an additional duty is the same for all ten-digit codes of a line",
            remedy="say how the imports of the line are to be split, before its rates are averaged",
        )
    means: pd.DataFrame = by_line.mean()
    return means


def _clean_imports(workbook: Workbook) -> pd.DataFrame:
    """Sector and imports by eight-digit code; the column of values is named after its year."""
    received, column = workbook.imports, workbook.imports.columns[2]
    code = clean_codes(received["hs08"])
    value = pd.to_numeric(received[column], errors="coerce")
    # sector names have lost their last letter in one sheet, and are whole in another
    whole = {str(name): str(name) for name in workbook.figure["Sectors"].dropna()}
    whole |= {name[:-1]: name for name in whole}
    sector = workbook.sectors["sector"].map(whole)
    with Problems() as problems:
        problems.require(
            code.str.len().eq(8) & ~code.duplicated() & value.ge(0) & value.mod(1).eq(0),
            received,
            table="imports by line",
            rule="a row has an eight-digit code of its own, and a whole number of thousand dollars",
            remedy=FETCH_AGAIN,
        )
        problems.require(
            clean_codes(workbook.sectors["hs08"]).eq(code) & sector.notna(),
            workbook.sectors,
            table="sectors by line",
            rule="the sheet has the lines of the imports in their order, and sectors of the figure",
            remedy=FETCH_AGAIN,
        )
    named = f"imports_{column[:4]}_usd_thousand"
    return pd.DataFrame({"sector": sector, named: value.astype("Int64")}).set_index(code)


def _imports_column(lines: pd.DataFrame) -> str:
    """Name of the column of values, which carries the year."""
    (column,) = (name for name in lines if str(name).startswith("imports_"))
    return str(column)


def _additional(events: pd.DataFrame) -> list[str]:
    """Events that change an additional duty."""
    return list(events.loc[events["kind"].map(CLASS_BY_EVENT_KIND).eq("additional"), "event"])


def _exact_sum(values: pd.Series) -> float:
    """Sum without rounding on the way, rounded once; missing products count for nothing."""
    # plus zero: a sum of -0.0 is written as 0.0
    return round(math.fsum(values.dropna()), SUM_DECIMALS) + 0.0
