"""Line-level files: what each tariff line was charged, and the chapter tables built from them.

Readers touch disk and hand over what they find, as text. Cleaners are pure, cope with what is
known to be wrong in these files, and refuse the rest. `lines_to_chapters` gives the tables that
are shipped as changes_by_chapter and imports_by_chapter, to the last digit, so that all
that follows is the same whichever of the two it starts from.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from tradetalks.checks import DataError, Problems, require
from tradetalks.statements import leave_out
from tradetalks.tariffs import BASE_EVENT_KIND, CLASS_BY_EVENT_KIND

# Rates in the workbook carry the noise of single precision (7e-15 in place of zero). The shipped
# sums end at the sixth decimal, a thousandth of a cent of duty.
SUM_DECIMALS = 6

# Rate types of the tariff database that are nothing but ad valorem: free, and a percentage.
AD_VALOREM_TYPES = ("0", "7")
# From here on a "rate" there says that there is none: the cell holds 9999.999999.
NOT_AD_VALOREM = 9999

# Half a million dollars. The workbook's figure departs from its sheets by two thousand dollars
# in one sector; a lost line that mattered would show.
SECTOR_TOLERANCE_USD_BN = 0.0005

_SHEETS = {
    "rates": r"hs10\|description\|.*",
    "imports": r"hs08\|[^|]*\|\d{4} [^|]*",
    "sectors": r"hs08\|[^|]*\|sector",
    "figure": r"Sectors\|Not covered[^|]*\|Covered[^|]*\|Total[^|]*",
}
_RATE_COLUMNS = (
    "hts8",
    "mfn_rate_type_code",
    "mfn_ad_val_rate",
    "begin_effect_date",
    "end_effective_date",
)
_HEADING = re.compile(r"\d{4}\.\d{2}\.\d{2}")
_CITED_HEADINGS = re.compile(r"HTSUS (\d{4}\.\d{2})((?:(?:,| and)? ?\.\d{2})+)")
_FETCH_AGAIN = "correct the cell, or fetch the file again"


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


class ProductList(NamedTuple):
    """Lines of a tariff list, and rows of it whose code is none.

    `lines` has hts8, tranche and is_partial (only ten-digit codes below it are listed), one row
    per line and tranche. `unread` has tranche and received, the cell where a code should stand.
    """

    lines: pd.DataFrame
    unread: pd.DataFrame


def clean_codes(received: pd.Series) -> pd.Series:
    """Tariff codes of eight or ten plain digits; missing where the cell holds no such code.

    A number cell drops the leading zero of chapters 01 to 09, which is put back. A code that
    lacks any other digit has lost one that cannot be known.
    """
    text = received.astype("string").str.strip()
    code = text.where(_is(text, r"\d+|\d{3,4}\.\d{2}\.\d{2}(\.?\d{2})?"))
    code = code.str.replace(".", "", regex=False)
    code = code.mask(_is(code, r"\d{7}|\d{9}"), "0" + code)
    return code.where(_is(code, r"(?!00)(\d{8}|\d{10})"))


# --- rates and imports of the importer measured by chapters ----------------------------------


def read_workbook(path: Path) -> Workbook:
    """Read the workbook of rates at ten digits, and imports and sectors at eight, as text.

    Sheets are found by their headings. Raises DataError where one of them is not there.
    """
    sheets = []
    for sheet in _read_excel(path, sheet_name=None, dtype="str").values():
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
    base = events.loc[events["kind"].eq(BASE_EVENT_KIND), "event"]
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
        of_chapter = rows if kind == BASE_EVENT_KIND else rows[is_changed]
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
    counts are held against the notices by `compare_line_counts` in tradetalks.tariffs.
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


# --- lists and rates of the importer measured by tranches ------------------------------------


def read_tranche_rates(path: Path) -> pd.DataFrame:
    """Read the tariff database of a year: one row per line and period of validity, as text.

    The archive holds the table twice. Its text file cuts every rate to whole percent (7.5 to 7),
    so the workbook is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".xlsx"))
            content = archive.read(name)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path.name} cannot be read: {error}\nWhat to do: fetch the file again"
        ) from None
    sheet = next(
        iter(_read_excel(path, io.BytesIO(content), sheet_name=None, dtype="str").values())
    )
    table = sheet.iloc[1:].set_axis(sheet.iloc[0], axis=1)
    if lacking := [name for name in _RATE_COLUMNS if name not in table]:
        raise DataError(
            f"{path.name} has no column {', '.join(lacking)}\n"
            "What to do: fetch the file again; another edition of it needs a reader of its own"
        )
    return pd.DataFrame({name: table[name].to_numpy() for name in _RATE_COLUMNS})


def clean_tranche_rates(received: pd.DataFrame, *, on: pd.Timestamp) -> pd.DataFrame:
    """Clean the tariff database as in force on a day: one row per line.

    Columns: hts8, is_ad_valorem, mfn_rate_pct (missing where the duty is not purely ad valorem:
    its ad valorem part alone, or the number that stands for "none", would pass for a rate).
    """
    begins, ends = (
        pd.to_datetime(received[column], errors="coerce")
        for column in ("begin_effect_date", "end_effective_date")
    )
    rows = received[begins.le(on) & ends.ge(on)].reset_index(drop=True)
    rate = pd.to_numeric(rows["mfn_ad_val_rate"], errors="coerce")
    is_ad_valorem = rows["mfn_rate_type_code"].isin(AD_VALOREM_TYPES) & rate.lt(NOT_AD_VALOREM)
    clean = pd.DataFrame(
        {
            "hts8": clean_codes(rows["hts8"]),
            "is_ad_valorem": is_ad_valorem,
            # a share of value as received; six decimals of a percent are more than it has
            "mfn_rate_pct": (100 * rate.where(is_ad_valorem)).round(6),
        }
    )
    require(
        clean["hts8"].str.len().eq(8) & ~clean["hts8"].duplicated(),
        rows,
        table="tariff database",
        rule="a line has an eight-digit code, and one rate on a day",
        remedy=_FETCH_AGAIN,
    )
    return clean.astype({"hts8": "str"}).sort_values("hts8", ignore_index=True)


def read_tranche_list(path: Path) -> pd.DataFrame:
    """Read a tariff list, one row per row of it: code and tranche, as received.

    A .csv has the header hts8,tranche. In a workbook the first two columns of the first sheet
    are read, whatever they hold: titles and notes are for the cleaner to tell from codes. A
    cell that the workbook holds as a day stays one.
    """
    if path.suffix.lower() == ".csv":
        try:
            listed = pd.read_csv(path, dtype="str", keep_default_na=False)
        except (OSError, ValueError) as error:
            raise DataError(
                f"{path.name} cannot be read: {error}\nWhat to do: save the list as UTF-8, "
                "with the header hts8,tranche"
            ) from None
        if [*listed.columns] != ["hts8", "tranche"]:
            raise DataError(
                f"{path.name} has other columns: {', '.join(listed.columns[:4])} ...\n"
                "What to do: give the list the header hts8,tranche"
            )
    else:
        listed = _read_excel(path, sheet_name=0, dtype="object").reindex(columns=[0, 1])
    return listed.set_axis(["code", "tranche"], axis=1)


def clean_tranche_list(received: pd.DataFrame, actions: pd.DataFrame) -> ProductList:
    """Clean a tariff list: one row per line and tranche.

    The tranche is named by itself or by the tariff heading under which its notice put it
    (legal_citation in actions). A row that names neither is a title, a header or a note. A
    ten-digit code covers its line in part. A row whose code is none is kept as unread: a
    spreadsheet reads 1901.10.05 as a day of October 1901, and whoever lost codes that way may
    have lost others without a trace, so days are not turned back.
    """
    by_name = {str(name): str(name) for name in actions["tranche"].dropna()} | _headings(actions)
    rows = received.assign(tranche=received["tranche"].map(by_name)).dropna(subset="tranche")
    is_text = ~rows["code"].map(lambda cell: isinstance(cell, datetime))
    code = clean_codes(rows["code"].where(is_text))
    lines = pd.DataFrame(
        {
            "hts8": code.str[:8],
            "tranche": rows["tranche"],
            "is_partial": code.str.len().eq(10),
        }
    ).dropna(subset="hts8")
    by_line = lines.groupby(["tranche", "hts8"], as_index=False).agg({"is_partial": "all"})
    unread = rows[code.isna()].rename(columns={"code": "received"})
    return ProductList(
        lines=by_line[["hts8", "tranche", "is_partial"]],
        unread=unread[["tranche", "received"]].reset_index(drop=True),
    )


def compare_codes(listed: ProductList, complete: pd.DataFrame) -> pd.DataFrame:
    """Count the codes of the complete list that a list lacks: one row per tranche.

    Columns: tranche, lines_expected, lines_missing, rows_unread. `complete` has hts8 and tranche.
    A code is there if it, or a ten-digit code below it, can be read under the same tranche; codes
    beyond the complete list make up for none. It is this comparison, code by code with the list
    compiled from the annexes, in which the circulating conversion of the USITC table of 1 January
    2020 lacks 12, 12, 217, 111 and 28 codes of lists 1, 2, 3, 4A and 4B. Counts would miss six of
    them, for which it has others. 375 of the 380 stand in it as days.
    """
    there = listed.lines.assign(is_there=True)
    found = complete.merge(there, on=["tranche", "hts8"], how="left")
    missing = found["is_there"].isna().groupby(found["tranche"], sort=False)
    return _missing(missing.size(), missing.sum(), listed)


def compare_counts(listed: ProductList, counts: pd.DataFrame) -> pd.DataFrame:
    """Count the lines that a list lacks against published counts: one row per tranche.

    As `compare_codes`, where no complete list is at hand. `counts` has tranche, hs_chapter and
    hts8_lines, the lines covered whole. A line too many hides one that is missing, but only in
    its own chapter.
    """
    whole = listed.lines[~listed.lines["is_partial"]]
    have = whole.groupby(["tranche", whole["hts8"].str[:2]]).size()
    expected = counts.set_index(["tranche", "hs_chapter"])["hts8_lines"]
    missing = (expected - have.reindex(expected.index, fill_value=0)).clip(lower=0)
    expected = expected.groupby(level="tranche", sort=False).sum()
    return _missing(expected, missing.groupby(level="tranche", sort=False).sum(), listed)


def require_complete(comparison: pd.DataFrame, name: str) -> None:
    """Raise a DataError with the count missing per tranche, if any is."""
    lacking = comparison[comparison["lines_missing"].gt(0)]
    if lacking.empty:
        return
    of_tranche = [
        f"  {tranche}: {missing} of {expected} codes missing"
        + (f", {unread} rows without a readable code" if unread else "")
        for tranche, expected, missing, unread in lacking.itertuples(index=False)
    ]
    raise DataError(
        f"{name}: {lacking['lines_missing'].sum()} codes are missing\n"
        + "\n".join(of_tranche)
        + "\nWhat to do: use the complete list. Codes get lost when a list is converted, or opened "
        "in a spreadsheet\nthat takes codes such as 1901.10.05 for days"
    )


def tranche_lines_to_chapters(lines: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Count lines by tranche and chapter: the table lines_by_chapter.

    Columns: tranche, hs_chapter, hts8_lines (covered whole), ad_valorem_lines_matched and
    mfn_mean_ad_valorem_pct (simple mean); both are missing where no line has such a rate.
    """
    whole = lines[~lines["is_partial"]].merge(rates, on="hts8", how="left")
    grouped = whole.groupby(["tranche", whole["hts8"].str[:2].rename("hs_chapter")])
    table = grouped.agg(
        hts8_lines=("hts8", "size"),
        ad_valorem_lines_matched=("mfn_rate_pct", "count"),
        mfn_mean_ad_valorem_pct=("mfn_rate_pct", "mean"),
    ).reset_index()
    matched = table["ad_valorem_lines_matched"].astype("Int64")
    return table.assign(
        ad_valorem_lines_matched=matched.mask(matched.eq(0)),
        mfn_mean_ad_valorem_pct=table["mfn_mean_ad_valorem_pct"].round(3),
    )


# --- helpers -----------------------------------------------------------------------------------


def _read_excel(path: Path, content: io.BytesIO | None = None, **options: Any) -> Any:
    """Read a workbook without taking any row for a header; DataError where it is none."""
    from python_calamine import CalamineError

    try:
        return pd.read_excel(content or path, header=None, engine="calamine", **options)
    except (OSError, ValueError, CalamineError) as error:
        raise DataError(
            f"{path.name} cannot be read as a workbook: {error}\n"
            "What to do: fetch the file again, or save it as .xlsx"
        ) from None


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
            remedy=_FETCH_AGAIN,
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
            remedy=_FETCH_AGAIN,
        )
        problems.require(
            clean_codes(workbook.sectors["hs08"]).eq(code) & sector.notna(),
            workbook.sectors,
            table="sectors by line",
            rule="the sheet has the lines of the imports in their order, and sectors of the figure",
            remedy=_FETCH_AGAIN,
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


def _headings(actions: pd.DataFrame) -> dict[str, str]:
    """Tranche by the tariff heading that its notices cite: "HTSUS 9903.88.03 and .04"."""
    return {
        stem + ending: str(tranche)
        for tranche, citation in zip(actions["tranche"], actions["legal_citation"], strict=True)
        for stem, endings in _CITED_HEADINGS.findall(str(citation))
        for ending in re.findall(r"\.\d{2}", endings)
    }


def _missing(expected: pd.Series, missing: pd.Series, listed: ProductList) -> pd.DataFrame:
    unread = listed.unread["tranche"].value_counts()
    return pd.DataFrame(
        {
            "tranche": expected.index,
            "lines_expected": expected.to_numpy(),
            "lines_missing": missing.to_numpy(),
            "rows_unread": unread.reindex(expected.index, fill_value=0).to_numpy(),
        }
    )


def _is(text: pd.Series, pattern: str) -> pd.Series:
    """Tell which cells are this and nothing else; a missing cell is not."""
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)
