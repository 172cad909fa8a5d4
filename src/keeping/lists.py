"""Lists and rates of the importer measured by tranches, and whether a list is complete."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from keeping.workbook import clean_codes, read_excel
from tradetalks.checks import DataError

# Rate types of the tariff database that are nothing but ad valorem: free, and a percentage.
AD_VALOREM_TYPES = ("0", "7")

# From here on a "rate" there says that there is none: the cell holds 9999.999999.
NOT_AD_VALOREM = 9999
_CITED_HEADINGS = re.compile(r"HTSUS (\d{4}\.\d{2})((?:(?:,| and)? ?\.\d{2})+)")


class ProductList(NamedTuple):
    """Lines of a tariff list, and how many rows of each tranche have no readable code.

    `lines` has hts8, tranche and is_partial (only ten-digit codes below it are listed), one row
    per line and tranche.
    """

    lines: pd.DataFrame
    unread: pd.Series


def read_tranche_rates(path: Path) -> pd.DataFrame:
    """Read the tariff database of a year: one row per line and period of validity, as text.

    The archive holds the table twice. Its text file cuts every rate to whole percent (7.5 to 7),
    so the workbook is read.
    """
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".xlsx"))
        content = io.BytesIO(archive.read(name))
    sheet: pd.DataFrame
    sheet = next(iter(read_excel(path, content, sheet_name=None, dtype="str").values()))
    return sheet.iloc[1:].set_axis(sheet.iloc[0], axis=1).reset_index(drop=True)


def clean_tranche_rates(received: pd.DataFrame, *, on: pd.Timestamp) -> pd.DataFrame:
    """Clean the tariff database as in force on a day: one row per line.

    Columns: hts8, mfn_rate_pct (missing where the duty is not purely ad valorem: its ad valorem
    part alone, or the number that stands for "none", would pass for a rate).
    """
    columns = ["begin_effect_date", "end_effective_date"]
    begins, ends = (pd.to_datetime(received[name], errors="coerce") for name in columns)
    rows = received[begins.le(on) & ends.ge(on)]
    rate = pd.to_numeric(rows["mfn_ad_val_rate"], errors="coerce")
    is_ad_valorem = rows["mfn_rate_type_code"].isin(AD_VALOREM_TYPES) & rate.lt(NOT_AD_VALOREM)
    # a share of value as received; six decimals of a percent are more than it has
    percent = (100 * rate.where(is_ad_valorem)).round(6)
    clean = pd.DataFrame({"hts8": clean_codes(rows["hts8"]), "mfn_rate_pct": percent})
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
        listed = read_excel(path, sheet_name=0, dtype="object").reindex(columns=[0, 1])
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
    is_day = rows["code"].map(lambda cell: isinstance(cell, datetime))
    code = clean_codes(rows["code"].mask(is_day))
    lines = pd.DataFrame(
        {"hts8": code.str[:8], "tranche": rows["tranche"], "is_partial": code.str.len().eq(10)}
    ).dropna(subset="hts8")
    by_line = lines.groupby(["tranche", "hts8"], as_index=False).agg({"is_partial": "all"})
    unread = rows.loc[code.isna(), "tranche"].value_counts()
    return ProductList(by_line[["hts8", "tranche", "is_partial"]], unread)


def compare_codes(listed: ProductList, complete: pd.DataFrame) -> pd.DataFrame:
    """Count the codes of the complete list that a list lacks: one row per tranche.

    Columns: tranche, lines_expected, lines_missing, rows_unread. `complete` has hts8 and tranche.
    A code is there if it, or a ten-digit code below it, can be read under the same tranche; codes
    beyond the complete list make up for none. Counts would not see a code in whose place another
    stands, as where a spreadsheet took codes for days.
    """
    code = ["tranche", "hts8"]
    return _missing(complete.groupby(code).size(), listed.lines.groupby(code).size(), listed)


def compare_counts(listed: ProductList, counts: pd.DataFrame) -> pd.DataFrame:
    """Count the lines that a list lacks against published counts: one row per tranche.

    As `compare_codes`, where no complete list is at hand. `counts` has tranche, hs_chapter and
    hts8_lines, the lines covered whole. A line too many hides one that is missing, but only in
    its own chapter.
    """
    whole = listed.lines[~listed.lines["is_partial"]]
    have = whole.groupby(["tranche", whole["hts8"].str[:2].rename("hs_chapter")]).size()
    return _missing(counts.set_index(["tranche", "hs_chapter"])["hts8_lines"], have, listed)


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


def _headings(actions: pd.DataFrame) -> dict[str, str]:
    """Tranche by the tariff heading that its notices cite: "HTSUS 9903.88.03 and .04"."""
    return {
        stem + ending: str(tranche)
        for tranche, citation in zip(actions["tranche"], actions["legal_citation"], strict=True)
        for stem, endings in _CITED_HEADINGS.findall(str(citation))
        for ending in re.findall(r"\.\d{2}", endings)
    }


def _missing(expected: pd.Series, have: pd.Series, listed: ProductList) -> pd.DataFrame:
    """What is expected less what is there, and the rows that are not read, by tranche."""
    missing = (expected - have.reindex(expected.index, fill_value=0)).clip(lower=0)
    table = pd.DataFrame({"lines_expected": expected, "lines_missing": missing})
    table = table.groupby("tranche", sort=False).sum()
    unread = listed.unread.reindex(table.index, fill_value=0)
    return table.assign(rows_unread=unread).reset_index()
