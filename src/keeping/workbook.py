"""Rates and imports by line of the importer measured by chapters, and chapter tables from them.

Readers touch disk and hand over what they find, as text. `lines_to_chapters` gives the tables that
are shipped as changes_by_chapter and imports_by_chapter, to the last digit; that it does, and that
the file is the one that was recorded, is required of every run from lines. What a damaged workbook
could do to a sum is therefore not looked for cell by cell.
"""

import io
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from tradetalks.admitted import leave_out
from tradetalks.checks import DataError
from tradetalks.tariffs.kinds import BASE_EVENT_KINDS

# Rates in the workbook carry the noise of single precision (7e-15 in place of zero). The shipped
# sums end at the sixth decimal, a thousandth of a cent of duty.
SUM_DECIMALS = 6

_SHEETS = {"rates": r"hs10\|description\|.*", "imports": r"hs08\|[^|]*\|\d{4} [^|]*"}


class Workbook(NamedTuple):
    """Sheets of the rate workbook as received, as text, with blanks for breaks in headings."""

    rates: pd.DataFrame
    imports: pd.DataFrame


class Lines(NamedTuple):
    """One row per eight-digit line with a rate, and the lines that left with their rule.

    `rated` has cn8, hs_chapter and imports_<year>_usd_thousand (missing where the line is not in
    the import statistics) and one column of percentage points per event (missing where the rate
    is no percentage).
    """

    rated: pd.DataFrame
    left_out: pd.DataFrame


class Chapters(NamedTuple):
    """Sums over lines, in the form of changes_by_chapter and imports_by_chapter."""

    changes: pd.DataFrame
    imports: pd.DataFrame


def clean_codes(received: pd.Series) -> pd.Series:
    """Tariff codes of eight or ten plain digits; missing where the cell holds no such code.

    A number cell drops the leading zero of chapters 01 to 09, which is put back. A code that
    lacks any other digit has lost one that cannot be known.
    """
    text = received.astype("string").str.strip()
    code = text.where(text.str.fullmatch(r"\d+|\d{3,4}\.\d{2}\.\d{2}(\.?\d{2})?"))
    code = code.str.replace(".", "", regex=False)
    code = code.str.replace(r"^(\d{7}|\d{9})$", r"0\1", regex=True)
    return code.where(code.str.fullmatch(r"(?!00)(\d{8}|\d{10})"))


def read_excel(path: Path, content: io.BytesIO | None = None, **options: Any) -> Any:
    """Read a workbook without taking any row for a header; DataError where it is none."""
    from python_calamine import CalamineError

    try:
        return pd.read_excel(content or path, header=None, engine="calamine", **options)
    except (OSError, ValueError, CalamineError) as error:
        raise DataError(
            f"{path.name} cannot be read as a workbook: {error}\n"
            "What to do: fetch the file again, or save it as .xlsx"
        ) from None


def read_workbook(path: Path) -> Workbook:
    """Read the workbook of rates at ten digits and imports at eight, as text.

    Sheets are found by their headings. Raises DataError where one of them is not there.
    """
    found = {}
    for sheet in read_excel(path, sheet_name=None, dtype="str").values():
        if len(sheet):
            headings = [" ".join(str(cell).split()) for cell in sheet.iloc[0]]
            for part, pattern in _SHEETS.items():
                if re.fullmatch(pattern, "|".join(headings)):
                    found[part] = sheet.iloc[1:].set_axis(headings, axis=1).reset_index(drop=True)
    if lacking := _SHEETS.keys() - found:
        raise DataError(
            f"{path.name}: no sheet has the headings of {', '.join(sorted(lacking))}\n"
            "What to do: fetch the file again; another edition of it needs a reader of its own"
        )
    return Workbook(**found)


def clean_workbook(workbook: Workbook, events: pd.DataFrame) -> Lines:
    """Clean the workbook: one row per eight-digit line.

    A line of several ten-digit codes takes their mean, over those that have a percentage: an
    empty MFN cell is a duty by weight or piece, not zero. Additional duties are the same
    throughout a line, so that nothing is averaged there. Lines with imports but without a rate
    are set apart: spreading their imports would give them a rate. Raises DataError where the
    events do not name the columns of rates.
    """
    columns = events.dropna(subset="workbook_column").set_index("workbook_column")["event"]
    if unlike := {*columns.index} ^ {*workbook.rates.columns[2:]}:
        raise DataError(
            f"rates by line and chapter_events have other columns: {', '.join(sorted(unlike))}\n"
            "What to do: name in workbook_column the column that each event changes"
        )
    # 28 codes end in A or B: bands of price
    code = clean_codes(workbook.rates["hs10"].str.replace(r"[A-Z]$", "", regex=True))
    points = workbook.rates[[*columns.index]].apply(pd.to_numeric, errors="coerce")
    rates = points.rename(columns=columns).groupby(code.str[:8]).mean()
    column = workbook.imports.columns[2]
    value = pd.to_numeric(workbook.imports[column]).astype("Int64")
    imports = pd.DataFrame({f"imports_{column[:4]}_usd_thousand": value}).set_index(
        clean_codes(workbook.imports["hs08"])
    )
    lines = imports.join(rates, how="outer").rename_axis("cn8").reset_index()
    lines = lines.astype({"cn8": "str"})
    lines.insert(1, "hs_chapter", lines["cn8"].str[:2])
    is_rated = lines["cn8"].isin(rates.index)
    base = events.loc[events["kind"].isin(BASE_EVENT_KINDS), "event"]
    rule = lines[base].isna().any(axis=1).map({True: "MFN rate not ad valorem"})
    rule = rule.where(is_rated, "no rate")
    left_out = leave_out(lines, rule, table="chapter_lines", key=["cn8"]).left_out
    return Lines(lines[is_rated].reset_index(drop=True), left_out)


def lines_to_chapters(rated: pd.DataFrame, events: pd.DataFrame) -> Chapters:
    """Sum lines by chapter: the tables changes_by_chapter and imports_by_chapter.

    One row per event and chapter in which a line changes (for the starting level: per chapter),
    in the order of the events; one row per chapter with imports. Lines are counted by their
    code, so a line that is split into rows counts once. Sums are exact before they are rounded,
    and so do not depend on the order of rows.
    """
    (column,) = map(str, rated.filter(like="imports_"))
    traded = rated.sort_values("hs_chapter").astype({column: "Int64"})
    lines = traded.melt(["cn8", "hs_chapter", column], [*events["event"]], "event", "change")
    is_base = lines["event"].isin(events.loc[events["kind"].isin(BASE_EVENT_KINDS), "event"])
    is_changed = lines["change"].fillna(0).ne(0)
    lines = lines.assign(
        hs8_lines_affected=lines["cn8"].where(is_changed),
        imports_affected_usd_thousand=lines[column].where(is_changed),
        weighted_change_pp_usd_thousand=lines["change"] * lines[column].astype("float64"),
    )
    sums: dict[str, Any] = {
        "hs8_lines_affected": "nunique",
        "imports_affected_usd_thousand": "sum",
        "weighted_change_pp_usd_thousand": _exact_sum,
    }
    whole = {"hs8_lines_affected": "int64", "imports_affected_usd_thousand": "int64"}
    by_event = lines[is_base | is_changed].groupby(["event", "hs_chapter"], sort=False)
    by_chapter = traded.dropna(subset=column).groupby("hs_chapter", as_index=False)
    return Chapters(
        by_event.agg(sums).reset_index().astype(whole),
        by_chapter.agg(**{column: (column, "sum"), "hs8_lines": ("cn8", "nunique")}).astype(
            {column: "int64"}
        ),
    )


def _exact_sum(values: pd.Series) -> float:
    """Sum without rounding on the way, rounded once; missing products count for nothing."""
    # plus zero: a sum of -0.0 is written as 0.0
    return round(math.fsum(values.dropna()), SUM_DECIMALS) + 0.0
