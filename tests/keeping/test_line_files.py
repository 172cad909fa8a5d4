"""Line-level files: what is wrong in them, and that their sums are the shipped tables.

Tests of the files themselves look for them in the folder that LINE_FILES names, in data/raw/lines
(make fetch) and in ../shared/data, and are skipped where they are in none.
"""

from __future__ import annotations

import os
import zipfile
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keeping.lines import lines_left_out
from keeping.lists import (
    ProductList,
    clean_tranche_list,
    clean_tranche_rates,
    compare_codes,
    compare_counts,
    read_tranche_list,
    read_tranche_rates,
    require_complete,
    tranche_lines_to_chapters,
)
from keeping.workbook import (
    Chapters,
    Lines,
    Workbook,
    clean_codes,
    clean_workbook,
    lines_to_chapters,
    read_workbook,
)
from tradetalks.admitted import Admitting
from tradetalks.checks import DataError
from tradetalks.raw.checksums import sha256_of
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.cleaning import (
    clean_chapter_changes,
    clean_chapter_imports,
    clean_coverage_sets,
    clean_exemptions,
    clean_steps,
    compare_line_counts,
)
from tradetalks.tariffs.episodes import measure_step_values
from tradetalks.tariffs.path import measure_chapter_path
from tradetalks.tariffs.tables import TariffTables

ROOT = Path(__file__).parents[2]
PLACES = [
    Path(os.environ.get("LINE_FILES", "")),
    ROOT / "data" / "raw" / "lines",
    ROOT.parent / "shared" / "data",
]

EVENTS = pd.DataFrame(
    [
        ("BASE", "2018-01-01", "mfn", "January MFN rates"),
        ("DUTY", "2018-07-06", "retaliation", "July Retaliation"),
        ("CUT", "2018-11-01", "mfn_change", "November Change of MFN"),
    ],
    columns=["event", "effective_date", "kind", "workbook_column"],
)

RATES = pd.DataFrame(
    [
        ("0101210010", "horses", "10", "25", "-2"),
        ("0101210090", "horses", "20", "25", "0"),
        ("8521101100A", "recorders, cheap", "30", "0", "0"),
        ("8521101100B", "recorders, dear", None, "0", "0"),
        ("3702520000", "film, by area", None, "5", None),
        ("4707100000", "paper", "0", "0", "0"),
    ],
    columns=["hs10", "description", *EVENTS["workbook_column"]],
)
IMPORTS = pd.DataFrame(
    [
        ("01012100", "horses", "1000"),
        ("85211011", "recorders", "400"),
        ("37025200", "film", "50"),
        ("98000000", "unclassified", "700"),
    ],
    columns=["hs08", "ProductDescription", "2017 Imports (000USD)"],
)
BOOK = Workbook(RATES, IMPORTS)


def xlsx(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write a workbook: text, numbers and days, as spreadsheets hold them."""

    def cell(value: object, place: str) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return f'<c r="{place}" s="1"><v>{(value - datetime(1899, 12, 30)).days}</v></c>'
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    def sheet(rows: list[list[object]]) -> str:
        cells = (
            "".join(cell(value, f"{'ABCDEFGH'[at]}{number}") for at, value in enumerate(row))
            for number, row in enumerate(rows, start=1)
        )
        body = "".join(f"<row>{row}</row>" for row in cells)
        return f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'

    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    kind = f"{office}/officeDocument/2006/relationships"
    package = f"{office}/package/2006"
    named = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in named)
    linked = "".join(
        f'<Relationship Id="r{i}" Type="{kind}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i, _ in named
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}">'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'{linked}<Relationship Id="r0" Type="{kind}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
            **{f"xl/worksheets/s{i}.xml": sheet(sheets[name]) for i, name in named},
        }.items():
            archive.writestr(name, text)
    return path


def rows_of(frame: pd.DataFrame) -> list[list[object]]:
    return [
        list(frame.columns),
        *frame.astype(object).where(frame.notna(), None).to_numpy().tolist(),
    ]


# ---- codes


@pytest.mark.parametrize(
    ("received", "code"),
    [
        ("01012100", "01012100"),
        ("0101.21.00", "01012100"),
        (" 8471.50.01 ", "84715001"),
        ("0101210010", "0101210010"),
        ("2931.90.9010", "2931909010"),
        # a number cell dropped the zero of chapters 01 to 09
        (1012100, "01012100"),
        ("101210010", "0101210010"),
        ("101.21.00", "01012100"),
        # a digit went missing that nobody can know
        ("8471.50.1", None),
        ("0101210", None),
        ("847150", None),
        ("00012100", None),
        ("China Tariffs", None),
        ("Harmonized Tariff Schedule 8-digit Subheading", None),
        ("", None),
        (None, None),
    ],
)
def test_codes_are_text_of_eight_or_ten_digits(received, code):
    (clean,) = clean_codes(pd.Series([received], dtype="object"))
    assert (None if pd.isna(clean) else clean) == code


# ---- the workbook


def test_lines_take_the_mean_of_their_codes_over_those_with_a_percentage():
    clean = clean_workbook(BOOK, EVENTS)
    rated = clean.rated.set_index("cn8")
    assert rated.loc["01012100", ["BASE", "DUTY", "CUT"]].tolist() == [15, 25, -1]
    # the code that ends in B has no percentage, and does not count as zero
    assert rated.loc["85211011", "BASE"] == 30
    assert pd.isna(rated.loc["37025200", "BASE"])
    assert rated.loc["37025200", "DUTY"] == 5
    assert pd.isna(rated.loc["47071000", "imports_2017_usd_thousand"])


def test_imports_without_a_rate_are_kept_apart_and_counted():
    clean = clean_workbook(BOOK, EVENTS)
    assert "98000000" not in set(clean.rated["cn8"])
    assert clean.rated["imports_2017_usd_thousand"].sum() == 1450
    assert clean.left_out[["row_id", "rule"]].to_numpy().tolist() == [
        ["37025200", "MFN rate not ad valorem"],
        ["98000000", "no rate"],
    ]


def test_every_column_of_rates_belongs_to_an_event():
    columns = {"November Change of MFN": "December Change of MFN"}
    with pytest.raises(DataError) as refused:
        clean_workbook(BOOK._replace(rates=RATES.rename(columns=columns)), EVENTS)
    assert "November Change of MFN" in str(refused.value)
    assert "December Change of MFN" in str(refused.value)


def test_the_workbook_is_read_by_its_headings(tmp_path):
    rates = [
        [
            "hs10",
            "description",
            "January\nMFN rates",
            "July\nRetaliation",
            "November\nChange of MFN",
        ],
        ["0101210010", "horses", 10, 25, -2.5],
        ["8521101100B", "recorders", None, 0, 0],
    ]
    path = xlsx(
        tmp_path / "rates.xlsx",
        {
            "Notes": [["Source"]],
            "One": rates,
            "Two": rows_of(IMPORTS),
        },
    )
    book = read_workbook(path)
    assert book.rates.columns.tolist() == RATES.columns.tolist()
    assert book.rates.iloc[0].tolist() == ["0101210010", "horses", "10", "25", "-2.5"]
    assert book.rates["January MFN rates"].isna().tolist() == [False, True]
    assert book.imports.columns[2] == "2017 Imports (000USD)"
    xlsx(path, {"One": rates})
    with pytest.raises(DataError, match="the headings of imports"):
        read_workbook(path)
    path.write_text("no workbook")
    with pytest.raises(DataError, match=r"rates\.xlsx cannot be read"):
        read_workbook(path)


# ---- sums by chapter


def test_lines_are_summed_by_event_and_chapter():
    changes, imports = lines_to_chapters(clean_workbook(BOOK, EVENTS).rated, EVENTS)
    assert changes.to_numpy().tolist() == [
        # the starting level has every chapter, also those that start from zero
        ["BASE", "01", 1, 1000, 15000.0],
        ["BASE", "37", 0, 0, 0.0],
        ["BASE", "47", 0, 0, 0.0],
        ["BASE", "85", 1, 400, 12000.0],
        ["DUTY", "01", 1, 1000, 25000.0],
        ["DUTY", "37", 1, 50, 250.0],
        ["CUT", "01", 1, 1000, -1000.0],
    ]
    assert imports.to_numpy().tolist() == [["01", 1000, 1], ["37", 50, 1], ["85", 400, 1]]
    assert imports.columns.tolist() == ["hs_chapter", "imports_2017_usd_thousand", "hs8_lines"]


@st.composite
def rated_lines(draw: st.DrawFn) -> pd.DataFrame:
    codes = draw(st.lists(st.integers(1000000, 99999999), min_size=1, max_size=8, unique=True))
    points = st.floats(-30, 60, allow_nan=False)
    rows = [
        (f"{code:08d}", draw(st.integers(0, 10**8)), *(draw(points) for _ in range(3)))
        for code in codes
    ]
    frame = pd.DataFrame(rows, columns=["cn8", "imports_2017_usd_thousand", *EVENTS["event"]])
    return frame.assign(hs_chapter=frame["cn8"].str[:2])


@settings(max_examples=30, deadline=None)
@given(rated_lines(), st.integers(0, 7), st.floats(0, 1))
def test_splitting_a_line_in_two_changes_nothing(rated, at, share):
    at %= len(rated)
    column = "imports_2017_usd_thousand"
    part = int(rated.loc[at, column] * share)
    two = rated.loc[[at]].assign(**{column: part})
    rest = rated.copy()
    rest.loc[at, column] -= part
    whole = lines_to_chapters(rated, EVENTS)
    split = lines_to_chapters(pd.concat([rest, two], ignore_index=True), EVENTS)
    pd.testing.assert_frame_equal(whole.imports, split.imports)
    pd.testing.assert_frame_equal(whole.changes, split.changes, rtol=1e-12, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(rated_lines(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rated, random):
    order = list(rated.index)
    random.shuffle(order)
    whole, other = (lines_to_chapters(r, EVENTS) for r in (rated, rated.loc[order]))
    pd.testing.assert_frame_equal(whole.imports, other.imports, check_exact=True)
    pd.testing.assert_frame_equal(whole.changes, other.changes, check_exact=True)


ACTIONS = pd.DataFrame(
    [
        ("T1", "CN-L1", "DUTY", "Announcement No. 5"),
        ("T2", "US-301-L3", None, "83 FR 47974, Annex A; HTSUS 9903.88.03 and .04"),
        ("T3", "US-301-L4A", None, "84 FR 43304, Annex A; HTSUS 9903.88.15"),
    ],
    columns=["action_id", "tranche", "measured_by", "legal_citation"],
)


class InventedTables(dict[str, pd.DataFrame]):
    """Raw tables for a run from lines, by name, of which one file is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / "lines" / "rates.xlsx"
        path.parent.mkdir()
        xlsx(path, {"One": rows_of(RATES), "Two": rows_of(IMPORTS)})
        file = {"file": path.name, "holds": "chapter_rates", "address": "https://a.example"}
        changes, imports = lines_to_chapters(clean_workbook(BOOK, EVENTS).rated, EVENTS)
        super().__init__(
            chapter_events=EVENTS,
            line_files=pd.DataFrame([file | {"sha256": sha256_of(path)}]),
            changes_by_chapter=changes,
            imports_by_chapter=imports,
        )


def test_sums_that_are_not_those_shipped_are_refused(tmp_path):
    raw = InventedTables(tmp_path)
    left_out = lines_left_out(raw)
    assert left_out["row_id"].tolist() == ["37025200", "98000000"]
    raw["changes_by_chapter"].loc[0, "weighted_change_pp_usd_thousand"] += 0.000001
    with pytest.raises(DataError, match="changes_by_chapter: 2 of 8 rows are what the lines"):
        lines_left_out(raw)


# ---- American rates and lists

DATABASE = pd.DataFrame(
    [
        ("03063320", "7", "0.075", "2017-01-01 00:00:00", "2017-06-30 00:00:00"),
        ("3063320", "7", "0.05", "2017-07-01 00:00:00", "2050-12-31 00:00:00"),
        ("01012100", "0", "0", "2012-10-31 00:00:00", "2050-12-31 00:00:00"),
        # by weight: the ad valorem part is zero, the duty is not
        ("01029000", "1", "0", "2017-01-01 00:00:00", "2050-12-31 00:00:00"),
        ("17011420", "9", "9999.999999", "2012-10-31 00:00:00", "2050-12-31 00:00:00"),
        ("17011421", "7", "9999.999999", "2012-10-31 00:00:00", "2050-12-31 00:00:00"),
        ("98010011", None, None, "2016-01-01 00:00:00", "2050-12-31 00:00:00"),
    ],
    columns=[
        "hts8",
        "mfn_rate_type_code",
        "mfn_ad_val_rate",
        "begin_effect_date",
        "end_effective_date",
    ],
)


def test_a_duty_that_is_no_percentage_is_never_a_rate():
    rates = clean_tranche_rates(DATABASE, on=pd.Timestamp("2018-01-01")).set_index("hts8")
    assert rates["mfn_rate_pct"].dropna().to_dict() == {"01012100": 0.0, "03063320": 5.0}
    assert len(rates) == 6


def test_of_a_code_listed_twice_the_rate_of_the_day_counts():
    rates = clean_tranche_rates(DATABASE, on=pd.Timestamp("2017-03-01")).set_index("hts8")
    assert rates.loc["03063320", "mfn_rate_pct"] == 7.5


def test_the_database_is_read_from_its_workbook_not_from_its_text(tmp_path):
    book = xlsx(tmp_path / "book.xlsx", {"tariff": rows_of(DATABASE)})
    path = tmp_path / "database.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(book, "database.xlsx")
        archive.writestr("database.txt", "hts8,mfn_ad_val_rate\n03063320,0.07\n")
    pd.testing.assert_frame_equal(
        read_tranche_rates(path), DATABASE, check_dtype=False, check_names=False
    )


CONVERTED: list[list[object]] = [
    ["China Tariffs", None],
    ["Harmonized Tariff Schedule 8-digit Subheading", "Applicable subchapter III, heading"],
    ["0101.21.00", "9903.88.03"],
    [1012900, "9903.88.03"],
    [datetime(1901, 10, 5), "9903.88.03"],
    ["Harmonized Tariff Schedule 10-digit Number", "Applicable subchapter III, number"],
    ["2931.90.9010", "9903.88.04"],
    ["2931.90.9021", "9903.88.04"],
    ["0101.30.00", "9903.88.15"],
]
COMPLETE = pd.DataFrame(
    [
        ("01012100", "US-301-L3"),
        ("01012900", "US-301-L3"),
        ("19011005", "US-301-L3"),
        ("29319090", "US-301-L3"),
        ("01019000", "US-301-L3"),
        ("01013000", "US-301-L4A"),
    ],
    columns=["hts8", "tranche"],
)


@pytest.fixture
def converted(tmp_path) -> ProductList:
    received = read_tranche_list(xlsx(tmp_path / "list.xlsx", {"Table 1": CONVERTED}))
    return clean_tranche_list(received, ACTIONS)


def test_a_converted_list_is_read_through_its_headers_and_notes(converted):
    assert converted.lines.to_numpy().tolist() == [
        ["01012100", "US-301-L3", False],
        ["01012900", "US-301-L3", False],
        ["29319090", "US-301-L3", True],
        ["01013000", "US-301-L4A", False],
    ]
    assert converted.unread.to_dict() == {"US-301-L3": 1}


def test_a_list_that_lost_rows_is_refused_with_the_count_per_tranche(converted):
    table = compare_codes(converted, COMPLETE)
    assert table.to_numpy().tolist() == [["US-301-L3", 5, 2, 1], ["US-301-L4A", 1, 0, 0]]
    with pytest.raises(DataError) as refused:
        require_complete(table, "list.xlsx")
    assert "list.xlsx: 2 codes are missing" in str(refused.value)
    assert "US-301-L3: 2 of 5 codes missing, 1 rows without" in str(refused.value)
    assert "US-301-L4A" not in str(refused.value)


def test_lines_can_be_counted_where_no_complete_list_is_at_hand(converted):
    counts = pd.DataFrame(
        [("US-301-L3", "01", 3), ("US-301-L3", "19", 1), ("US-301-L4A", "01", 1)],
        columns=["tranche", "hs_chapter", "hts8_lines"],
    )
    table = compare_counts(converted, counts)
    assert table["lines_missing"].tolist() == [2, 0]


def test_a_plain_list_is_read_and_counted_by_chapter(tmp_path):
    path = tmp_path / "list.csv"
    COMPLETE.replace("01012900", "1029000").to_csv(path, index=False)
    plain = clean_tranche_list(read_tranche_list(path), ACTIONS)
    require_complete(compare_codes(plain, COMPLETE[COMPLETE["hts8"].ne("01012900")]), "")
    rates = clean_tranche_rates(DATABASE, on=pd.Timestamp("2018-01-01"))
    table = tranche_lines_to_chapters(plain.lines, rates).astype(object)
    assert table.where(table.notna(), None).to_numpy().tolist() == [
        ["US-301-L3", "01", 3, 1, 0.0],
        ["US-301-L3", "19", 1, None, None],
        ["US-301-L3", "29", 1, None, None],
        ["US-301-L4A", "01", 1, None, None],
    ]
    path.write_text("code,list\n01012100,US-301-L3\n")
    with pytest.raises(DataError, match="header hts8,tranche"):
        read_tranche_list(path)


# ---- the files themselves


def line_file(name: str) -> Path:
    for place in PLACES:
        if (place / name).is_file():
            return place / name
    pytest.skip(f"{name} is not here: make fetch, or LINE_FILES=folder")


@pytest.fixture(scope="module")
def book() -> Workbook:
    return read_workbook(line_file("bown-jung-zhang-2019-06-12.xlsx"))


@pytest.fixture(scope="module")
def chapter_lines(book, raw) -> Lines:
    return clean_workbook(book, raw["chapter_events"])


@pytest.fixture(scope="module")
def chapters(chapter_lines, raw) -> Chapters:
    return lines_to_chapters(chapter_lines.rated, raw["chapter_events"])


@pytest.fixture(scope="module")
def complete(raw) -> pd.DataFrame:
    return clean_tranche_list(read_tranche_list(line_file("us301_hts8.csv")), raw["actions"]).lines


def test_the_shipped_chapter_tables_are_the_sums_of_the_lines(chapters, raw):
    for built, shipped in zip(chapters, ("changes_by_chapter", "imports_by_chapter"), strict=True):
        assert built.to_csv(index=False) == raw[shipped].to_csv(index=False)


def test_no_line_of_the_workbook_is_lost(book, chapter_lines, raw):
    assert len(book.rates) == 11790
    assert len(chapter_lines.rated) == 8547
    assert chapter_lines.left_out["rule"].value_counts().to_dict() == {
        "no rate": 316,
        "MFN rate not ad valorem": 5,
    }
    # those of the workbook's own figure
    column = "imports_2017_usd_thousand"
    assert chapter_lines.rated[column].notna().sum() == 7936
    unrated = ~clean_codes(book.imports["hs08"]).isin(chapter_lines.rated["cn8"])
    values = book.imports.iloc[:, 2].astype("int64")
    assert values[unrated].sum() == 6035074
    assert values.sum() == 154839651


def test_additional_duties_are_the_same_throughout_a_line(book, raw):
    events = raw["chapter_events"].dropna(subset="workbook_column")
    columns = events.loc[~events["kind"].isin(["mfn", "mfn_change"]), "workbook_column"]
    points = book.rates[[*columns]].astype("float64")
    assert points.groupby(book.rates["hs10"].str[:8]).nunique().le(1).all(axis=None)


def test_counts_are_those_published(chapters, raw):
    cleaned = clean(chapters, raw, "2020-02-14")
    counts = compare_line_counts(cleaned.chapter_changes, raw["actions"])
    lists = {"CN-232", "CN-301-1", "CN-301-2", "CN-301-3", "CN-AUTO-SUSP"}
    assert counts.loc[counts["event"].isin(lists), "difference"].eq(0).all()


def clean(chapters: Chapters, raw: RawTables, as_of: str) -> TariffTables:
    """The tables that the measures start from, with these in place of the shipped ones."""
    day = pd.Timestamp(as_of)
    return TariffTables(
        sides=raw["sides"],
        steps=clean_steps(raw["actions"], Admitting(day, "low")),
        chapter_changes=clean_chapter_changes(
            chapters.changes, raw["chapter_events"], raw["actions"], as_of=day
        ).kept,
        chapter_imports=clean_chapter_imports(chapters.imports),
        coverage=raw["coverage"],
        coverage_sets=clean_coverage_sets(raw["coverage_sets"], raw["coverage"], raw["benchmarks"]),
        exemptions=clean_exemptions(
            raw["exemptions"], raw["actions"], raw["coverage"], as_of=day
        ).kept,
        farm_figures=pd.DataFrame(),
    )


def test_the_path_is_the_same_from_lines_and_from_chapters(chapters, raw):
    shipped = Chapters(raw["changes_by_chapter"], raw["imports_by_chapter"])
    one, two = (
        measure_chapter_path(clean(tables, raw, "2020-02-14")) for tables in (chapters, shipped)
    )
    assert one["effective_date"].equals(two["effective_date"])
    for column in ("base_rate_pct", "additional_duty_pp", "applied_rate_pct"):
        # missing from the day on which a list without line data took effect
        assert one[column].isna().equals(two[column].isna())
        assert (one[column] - two[column]).abs().max() < 1e-9


def test_duty_added_is_the_same_by_line_by_chapter_and_by_tranche(chapter_lines, chapters, raw):
    cleaned = clean(chapters, raw, "2019-06-04")
    by_chapter = measure_step_values(cleaned, "shiota_2018_cif").set_index("step_id")[
        "duty_added_usd_bn"
    ]
    # the estimate that was computed from these lines for the same list
    computed = raw["coverage"][raw["coverage"]["source_type"].eq("computed_here")]
    totals = computed.set_index("tranche")["estimate_usd_bn"]
    compared = []
    duties = cleaned.steps[cleaned.steps["measure_class"].eq("additional")]
    for step in duties.dropna(subset="measured_by").to_dict("records"):
        event = step["measured_by"]
        change = chapter_lines.rated[event] * chapter_lines.rated["imports_2017_usd_thousand"]
        by_line = change.sum() / 1e8
        assert by_line == pytest.approx(by_chapter[step["step_id"]], abs=1e-12)
        rise = step["rate_after_pct"] - step["rate_before_pct"]
        if pd.notna(rise) and step["tranche"] in totals:
            # one rate for the whole list; its total is published to a million dollars
            by_tranche = totals[step["tranche"]] * rise / 100
            assert by_tranche == pytest.approx(by_line, abs=0.0005 * rise / 100)
            compared.append(step["tranche"])
    assert compared == ["CN-L1", "CN-L2"]


def test_the_american_lists_have_the_lines_that_are_shipped(complete, raw):
    rates = clean_tranche_rates(
        read_tranche_rates(line_file("tariff_data_2017.zip")), on=pd.Timestamp("2018-01-01")
    )
    assert len(rates) == 12715
    assert rates["mfn_rate_pct"].max() == 350
    built = tranche_lines_to_chapters(complete, rates)
    shipped = raw["lines_by_chapter"]
    key = ["tranche", "hs_chapter"]
    both = built.merge(shipped, on=key, how="outer", suffixes=("", "_shipped"), validate="1:1")
    assert both["hts8_lines"].equals(both["hts8_lines_shipped"])
    matched = both["ad_valorem_lines_matched"].astype("Int64")
    assert matched.equals(both["ad_valorem_lines_matched_shipped"].astype("Int64"))
    means = both[["mfn_mean_ad_valorem_pct", "mfn_mean_ad_valorem_pct_shipped"]]
    assert means.isna().all(axis=1).equals(means.isna().any(axis=1))
    assert means.diff(axis=1).iloc[:, 1].abs().max() <= 0.0005 + 1e-9


def test_the_list_that_lost_rows_is_refused(complete, raw):
    received = read_tranche_list(line_file("China-Tariffs.xlsx"))
    table = compare_codes(clean_tranche_list(received, raw["actions"]), complete)
    missing = table.set_index("tranche")["lines_missing"].to_dict()
    assert missing == {
        "US-301-L1": 12,
        "US-301-L2": 12,
        "US-301-L3": 217,
        "US-301-L4A": 111,
        "US-301-L4B": 28,
    }
    with pytest.raises(DataError, match="380 codes are missing"):
        require_complete(table, "China-Tariffs.xlsx")
    # 375 codes stand there as days; the other five stand under new codes, or another list
    assert table["rows_unread"].sum() == 375
    require_complete(compare_codes(ProductList(complete, pd.Series(dtype="int64")), complete), "")
