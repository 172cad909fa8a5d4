"""Derived raw tables made again from their inputs, and held against what is shipped.

`python3 tools/derive_tables.py WHAT FROM=folder` makes one of three things from files in a folder,
each of which is refused unless its checksum is the one below, and prints how it differs from the
raw tables. It writes nothing.

list-shares       border_list_shares.csv: the parts of each HS chapter on the lists of Section 301
exports-by-goods  border_exports_by_goods.csv: exports to China by Chinese list and heading
average-2025      the American average on goods of China in 2025 by the letter, on its days

What each input is and where it comes from stands in `INPUTS`. Files that their terms forbid to pass
on, or that are too large, are not in this repository.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from keeping.lists import clean_tranche_rates, read_tranche_rates
from keeping.workbook import clean_codes, read_workbook
from tradetalks.checks import DataError
from tradetalks.raw.checksums import sha256_of

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
LISTS = [f"US-301-L{name}" for name in ("1", "2", "3", "4A", "4B")]
REDUX = "github.com/tradewartracker/trade-war-redux-2025, commit 726c595"


class Input(NamedTuple):
    """One file: its SHA-256 (empty where no copy of it could be had), and where it comes from."""

    sha256: str
    source: str


INPUTS = {
    "panel_hs6.csv": Input(
        "6d52ea34e5fce5d0d44fdbbbfbbfe3b5eefb5fac6f27d14ff0f9ab961d4aef04",
        "UN Comtrade, American imports from China by HS6 code and year, CIF; data_processed of "
        "github.com/nikhilm2009/us-china-tariff-disruption, commit 8a0f0ad",
    ),
    "2024-hs10-imports5700.parquet": Input(
        "309f805ea69453fbdf5011cef9c63f391da46fcd7d565d763c3d386a7bf2f623",
        f"US Census Bureau, imports of 2024 by HS10 code; data of {REDUX}",
    ),
    "tariff_data_2017.zip": Input(
        "06d7eab86cc938152221f59fd906603556d4cb78b2a1e7b8a7c59e2ca7ff7fa5",
        "USITC tariff database of 2017; make fetch",
    ),
    "us301_hts8.csv": Input(
        "bd3999acd11996104132a1d38c6e232c428c5d4a08b8b8151ece6fd7a82a2fbe",
        "lists of Section 301 by HTS8 line; line_files.csv",
    ),
    "bown-jung-zhang-2019-06-12.xlsx": Input(
        "156b0ca9a333738e94c22573d6985c63627d3ee9aa496f742f0c111822eee9d4",
        "PIIE workbook; make fetch",
    ),
    "data-hs4.parquet": Input(
        "efb2f48e11ae4dc7e166d34abd595b03d450fc24e62257cee103d4d572a4ff85",
        "US Census Bureau, exports to China by heading and month to November 2020; data of "
        "github.com/mwaugh0328/tradewar-tracker-aws-product-level, commit c269098",
    ),
    "exports-hs6-month.csv": Input(
        "",
        "US Census Bureau, exports to China by HS6 code and month, 2017 to 2020 (month, hs6, "
        "value_usd); the file that was used is in no repository that could be read: ask "
        "api.census.gov/data/timeseries/intltrade/exports/hs with COMM_LVL=HS6, CTY_CODE=5700",
    ),
    **{
        f"{name}.csv": Input(sha256, f"tariff-lists of {REDUX}")
        for name, sha256 in {
            "steel-tariffs": "ef0d978602194747776528ab0e1aac508b2077ef0accc13ec3fa0fe0603af1f5",
            "alu-tariffs": "41d020c77cd2e35a91e8a648599e11451e95ce604a2684fa62251bf8ad94162f",
            "auto-tariffs": "a1815d3ebfc233b6057ccbf40054d570331c5da14cc8744b48908d6d14c390c7",
            "copper-list": "5900d1850e531886b23800bfb6426a4686eb604d692b503c48f4b7fabb0181a5",
            "annex-II-exemptions": (
                "14aeb08e6b13f75b98d24987cac54be48bf753d2d4b4f44592ec02263cdda214"
            ),
            "consumer_electronics_EO14257_apr11": (
                "693ea2819df0c35babd84339697c40f116af64c2bc080d24f88f936e73631baa"
            ),
        }.items()
    },
}


def find(folder: Path, name: str) -> Path:
    """Path of an input. DataError where it is missing or another file than the one used."""
    path, wanted = folder / name, INPUTS[name]
    if not path.is_file():
        raise DataError(f"{name} is not in {folder}\nWhat to do: get it: {wanted.source}")
    if wanted.sha256 and sha256_of(path) != wanted.sha256:
        raise DataError(f"{name} is another file (sha256)\nWhat to do: get it: {wanted.source}")
    return path


def list_of_lines(folder: Path) -> pd.DataFrame:
    """Eight-digit lines of the tariff of 2017 and of the annexes: hts8, tranche (missing: none).

    Three lines are on two lists, each in part: they count on the earlier one.
    """
    listed = pd.read_csv(find(folder, "us301_hts8.csv"), dtype="str").drop_duplicates("hts8")
    rates = read_tranche_rates(find(folder, "tariff_data_2017.zip"))
    codes = sorted({*clean_codes(rates["hts8"]).dropna(), *listed["hts8"]})
    return pd.DataFrame({"hts8": codes}).merge(listed, how="left")


def list_shares(folder: Path) -> pd.DataFrame:
    """Part of each chapter's imports on each list: trade_year, line_split, hs_chapter, the lists.

    The imports of an HS6 code are split among its lines by the imports of 2024, or equally: where
    the split says so, and where 2024 has none.
    """
    trade = pd.read_csv(find(folder, "panel_hs6.csv"), dtype={"hs6": "str"})
    later = pd.read_parquet(find(folder, "2024-hs10-imports5700.parquet"))
    lines = list_of_lines(folder)
    code = lines["hts8"].str[:6]
    worth = lines["hts8"].map(later.groupby("HS8")["imports"].sum()).fillna(0.0)
    of_code = worth.groupby(code).transform("sum")
    equal = 1 / code.groupby(code).transform("size")
    tables = []
    for split, part in (
        ("equal", equal),
        ("imports_2024", (worth / of_code.where(of_code.gt(0))).fillna(equal)),
    ):
        shares = _parts(part, code, lines["tranche"])
        for year in (2017, 2018, 2019):
            values = trade[trade["year"].eq(year)].set_index("hs6")["imports"]
            on_list = shares.reindex(values.index)[LISTS].fillna(0.0).mul(values, axis=0)
            chapter = values.index.str[:2].rename("hs_chapter")
            of_all = on_list.groupby(chapter).sum().div(values.groupby(chapter).sum(), axis=0)
            keys = {"trade_year": year, "line_split": split}
            tables.append(of_all.dropna().round(6).reset_index().assign(**keys))
    keys = ["trade_year", "line_split", "hs_chapter"]
    return pd.concat(tables).sort_values(keys, ignore_index=True)[[*keys, *LISTS]]


def exports_by_goods(folder: Path) -> pd.DataFrame:
    """American exports to China by series and month: month, series, value_usd.

    A series is a heading, or a Chinese list: exports by HS6 code times the part of China's imports
    of the code in 2017 that is on the list, by the workbook. An absent heading is zero. Without the
    file by HS6 code the headings alone are made, from the file of headings and to its last month.
    """
    shipped = pd.read_csv(RAW / "border_exports_by_goods.csv", dtype={"series": "str"})
    headings = [name for name in shipped["series"].unique() if name.isdigit()]
    if not (folder / "exports-hs6-month.csv").is_file():
        trade = pd.read_parquet(find(folder, "data-hs4.parquet")).reset_index()
        month = pd.to_datetime(trade["time"]).dt.strftime("%Y-%m")
        known = trade["hs4"].isin(headings) & month.ge("2017-01")
        value = trade["china_exports"][known]
        return _series(value, month[known], trade["hs4"][known])
    trade = pd.read_csv(find(folder, "exports-hs6-month.csv"), dtype={"hs6": "str"})
    code = trade["hs6"].str[:4]
    tables = [_series(trade["value_usd"], trade["month"], code.where(code.isin(headings)))]
    shares = chinese_shares(folder)
    known = trade["hs6"].isin(shares.index)
    is_aircraft = code.eq("8800")
    for name, chosen in (("aircraft", is_aircraft), ("not_matched", ~known & ~is_aircraft)):
        tables.append(_series(trade["value_usd"].where(chosen), trade["month"], name))
    for name in shares:
        part = trade["hs6"].map(shares[name]).where(known & ~is_aircraft)
        tables.append(_series(trade["value_usd"] * part, trade["month"], name))
    return pd.concat(tables).sort_values(["month", "series"], ignore_index=True)


def _parts(part: pd.Series, code: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Sum the parts of lines by HS6 code and group: a row per code, a column per group."""
    rows = pd.DataFrame({"part": part, "hs6": code, "group": group})
    return rows.pivot_table("part", "hs6", "group", aggfunc="sum", fill_value=0.0)


def _series(value: pd.Series, month: pd.Series, series: pd.Series | str) -> pd.DataFrame:
    """Sum values by month and series; months without any are zero."""
    rows = pd.DataFrame({"month": month, "series": series, "value_usd": value}).dropna()
    sums = rows.pivot_table("value_usd", "month", "series", aggfunc="sum", fill_value=0.0)
    table = sums.round().astype("int64").reset_index()
    return table.melt("month", var_name="series", value_name="value_usd")


def chinese_shares(folder: Path) -> pd.DataFrame:
    """Part of China's imports of each HS6 code in 2017 that is on each list: a column per list.

    Cars and parts whose duties were suspended in 2019 are a group of their own, whatever list they
    were on. Codes that are not in the workbook have no row; lines without imports count alike.
    """
    book = read_workbook(find(folder, "bown-jung-zhang-2019-06-12.xlsx"))
    events = pd.read_csv(RAW / "chapter_events.csv").dropna(subset="workbook_column")
    column = events.set_index("event")["workbook_column"]
    lines = clean_codes(book.rates["hs10"].str.replace(r"[A-Z]$", "", regex=True)).str[:8]
    rates = book.rates[[*column]].apply(pd.to_numeric, errors="coerce").groupby(lines).mean()
    names = {"CN-AUTO": "CN-AUTO-SUSP", "CN-L1": "CN-301-1", "CN-L2": "CN-301-2"}
    names |= {"CN-L3": "CN-301-3", "CN-232": "CN-232"}
    value = pd.to_numeric(book.imports[book.imports.columns[2]])
    worth = value.groupby(clean_codes(book.imports["hs08"])).sum()
    rates = rates.reindex(rates.index.union(worth.index))
    worth = worth.reindex(rates.index).fillna(0.0)
    group = pd.Series("none", rates.index)
    for name, event in reversed(names.items()):
        group = group.mask(rates[column[event]].fillna(0).ne(0), name)
    code = rates.index.str[:6]
    of_code = worth.groupby(code).transform("sum")
    part = (worth / of_code.where(of_code.gt(0))).fillna(1 / worth.groupby(code).transform("size"))
    return _parts(part, pd.Series(code, part.index), group)


def average_2025(folder: Path) -> pd.DataFrame:
    """American average on goods of China by the letter, on imports of 2024: one row per day.

    Columns: day, start_pct, emergency_pct (fentanyl and reciprocal duty, no Section 232 counted),
    and with Section 232 low and high: emergency_low_pct, metals_low_pct, level_low_pct, and so on.
    The start is the MFN rate of 2017 (none counted where it is not purely ad valorem) and the lists
    of 2019 in full; codes that are not on the lists (new since 2022, chapters 98 and 99) count with
    what they paid. Low takes Section 232 on chapters 72, 73,
    74, 76 and headings 8703, 8704, 8708 of its lists alone, high on the whole lists: goods under it
    leave the reciprocal duty. Its lists of June (appliances) and August 2025 are not in it.
    """
    goods = pd.read_parquet(find(folder, "2024-hs10-imports5700.parquet"))
    worth, total = goods["imports"], goods["imports"].sum()
    lines = list_of_lines(folder)
    list_rate = {name: 7.5 if name == "US-301-L4A" else 25.0 for name in LISTS[:4]} | {LISTS[4]: 0}
    received = read_tranche_rates(find(folder, "tariff_data_2017.zip"))
    mfn = clean_tranche_rates(received, on=pd.Timestamp("2018-01-01"))
    mfn = mfn.rename(columns={"mfn_rate_pct": "rate"})
    listed = lines.assign(rate=lines["tranche"].map(list_rate).fillna(0.0))
    ordinary, added = (_by_code(goods, table) for table in (mfn, listed))
    paid = 100 * goods["duty"] / worth
    law = (ordinary.fillna(0.0) + added).where(added.notna(), paid)
    start = (law * worth).sum() / total

    def hit(name: str, *, pad: bool = False) -> pd.Series:
        codes = pd.read_csv(find(folder, f"{name}.csv"), dtype="str").iloc[:, 0]
        codes = {*codes.str.replace(r"\D", "", regex=True)}
        codes |= {code.ljust(8, "0")[:8] for code in codes} if pad else set()
        found = [
            goods["HS10"].str[:n].isin({c for c in codes if len(c) == n}) for n in (4, 6, 8, 10)
        ]
        return pd.concat(found, axis=1).any(axis=1)

    names = ("steel-tariffs", "alu-tariffs", "auto-tariffs", "copper-list")
    chapter, heading = goods["HS10"].str[:2], goods["HS10"].str[:4]
    inside = (["72", "73"], ["76"], ["8703", "8704", "8708"], ["74"])
    whole = [hit(name) for name in names]
    core = [
        is_hit & (heading if len(codes[0]) == 4 else chapter).isin(codes)
        for is_hit, codes in zip(whole, inside, strict=True)
    ]
    exempt = hit("annex-II-exemptions", pad=True) | hit("consumer_electronics_EO14257_apr11")
    rows = []
    for day, fentanyl, reciprocal, *rates in DAYS_2025:
        row = {"day": day, "start_pct": start}
        row["emergency_pct"] = fentanyl + reciprocal * worth[~exempt].sum() / total
        for end, lists in (("low", core), ("high", whole)):
            used, part = worth.lt(0), 0.0
            for is_hit, rate_pct in zip(lists, rates, strict=True):
                if rate_pct:
                    part += rate_pct * worth[is_hit & ~used].sum() / total
                    used |= is_hit
            row[f"emergency_{end}_pct"] = (
                fentanyl + reciprocal * worth[~exempt & ~used].sum() / total
            )
            row[f"metals_{end}_pct"] = part
            row[f"level_{end}_pct"] = start + row[f"emergency_{end}_pct"] + part
        rows.append(row)
    return pd.DataFrame(rows)


# day, and rates in force: fentanyl, reciprocal, and Section 232 on steel, aluminium, cars, copper
DAYS_2025 = [
    ("2025-01-20", 0, 0, 0, 0, 0, 0),
    ("2025-02-04", 10, 0, 0, 0, 0, 0),
    ("2025-03-04", 20, 0, 0, 0, 0, 0),
    ("2025-03-12", 20, 0, 25, 25, 0, 0),
    ("2025-04-05", 20, 10, 25, 25, 25, 0),
    ("2025-04-10", 20, 125, 25, 25, 25, 0),
    ("2025-05-14", 20, 10, 25, 25, 25, 0),
    ("2025-06-04", 20, 10, 50, 50, 25, 0),
    ("2025-08-01", 20, 10, 50, 50, 25, 50),
    ("2025-11-10", 10, 10, 50, 50, 25, 50),
]


def _by_code(goods: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Rate of each code by its eight digits, else the mean of its six (codes changed in 2022)."""
    eight = table.drop_duplicates("hts8").set_index("hts8")["rate"]
    six = table.groupby(table["hts8"].str[:6])["rate"].mean()
    return goods["HS8"].map(eight).fillna(goods["HS6"].map(six))


def compare(made: pd.DataFrame, name: str, keys: list[str]) -> str:
    """Hold a table against the shipped one: how many of its rows equal, and how many are absent."""
    text = dict.fromkeys(["hs_chapter", "series", "month", "line_split"], "str")
    shipped = pd.read_csv(RAW / name, dtype=text).set_index(keys).sort_index()
    ours = made.set_index(keys).reindex(columns=shipped.columns).sort_index()
    both = ours.index.intersection(shipped.index)
    differing = (ours.loc[both] - shipped.loc[both]).abs().gt(1.01e-6).any(axis=1).sum()
    return (
        f"{name}: {len(shipped)} rows, {len(both)} made here, {differing} of them differ, "
        f"{len(shipped) - len(both)} not made, {len(ours) - len(both)} too many"
    )


def held_against(what: str, folder: Path) -> str:
    """Make one of the three things, and say how it differs from what is shipped."""
    if what == "average-2025":
        return average_2025(folder).to_string(index=False, float_format="{:.3f}".format)
    make: Callable[[Path], pd.DataFrame]
    make, name, keys = {
        "list-shares": (
            list_shares,
            "border_list_shares.csv",
            ["trade_year", "line_split", "hs_chapter"],
        ),
        "exports-by-goods": (
            exports_by_goods,
            "border_exports_by_goods.csv",
            ["month", "series"],
        ),
    }[what]
    return compare(make(folder), name, keys)


def main() -> int:
    """Run the program; 0 if it could be made, 2 where an input is missing or another file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["list-shares", "exports-by-goods", "average-2025"])
    parser.add_argument("folder", help="FROM=folder with the inputs, or the folder itself")
    given = parser.parse_args()
    try:
        print(held_against(given.what, Path(given.folder.removeprefix("FROM="))))
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
