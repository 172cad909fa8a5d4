"""Reading raw tables, pointing into them, and every fault that a folder of them can have."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tradetalks.checks import DataError
from tradetalks.raw.checksums import CHECKSUMS, find_changes, record_text
from tradetalks.raw.descriptor import title_and_description
from tradetalks.rules.validate import validate
from tradetalks.tables import read_raw

# A small dispute between two towns: every type, key and rule that the descriptor language has.
DESCRIPTOR = """\
title: Two towns
description: >-
  A quarrel in
  two tables.
resources:
  - name: duties
    path: duties.csv
    rules:
      - kind: ordered
        columns: [announced, effective]
        where: {applied: "true"}
        remedy: mend a day
      - {kind: filled, columns: [effective], where: {applied: "true"}, remedy: give the day}
      - {kind: empty, columns: [reason], where: {applied: "true"}, remedy: drop the reason}
      - kind: filled
        columns: [reason]
        where: {applied: "false"}
        when_filled: [effective]
        remedy: say why
      - {kind: ordered, columns: [low, high], remedy: swap them}
    schema:
      missingValues: [""]
      primaryKey: duty
      foreignKeys:
        - {fields: [source], reference: {resource: references, fields: [id]}}
        - {fields: follows, reference: {resource: duties, fields: duty}}
      fields:
        - {name: duty, type: string, constraints: {required: true, unique: true, pattern: 'D\\d'}}
        - name: town
          type: string
          description: Who charges.
          constraints: {required: true, enum: [north, south]}
        - {name: announced, type: date, constraints: {required: true}}
        - {name: effective, type: date}
        - {name: low, type: number, constraints: {minimum: 0, maximum: 200}}
        - {name: high, type: number}
        - {name: lines, type: integer}
        - name: applied
          type: boolean
          trueValues: ["true"]
          falseValues: ["false"]
          constraints: {required: true}
        - {name: reason, type: string}
        - {name: source, type: string, constraints: {required: true}}
        - {name: follows, type: string}
  - name: chapters
    path: chapters.csv
    rules:
      - {kind: exactly_one, columns: [duty, source], remedy: cite one}
      - {kind: at_most_one, columns: [wool, wood], remedy: choose}
      - {kind: distinct, columns: [duty, source], remedy: drop one}
    schema:
      missingValues: [""]
      primaryKey: [chapter, weight]
      foreignKeys:
        - {fields: [duty], reference: {resource: duties, fields: [duty]}}
        - {fields: [source], reference: {resource: references, fields: [id]}}
      fields:
        - {name: chapter, type: string, constraints: {required: true, pattern: '\\d{2}'}}
        - {name: weight, type: integer, constraints: {required: true}}
        - {name: duty, type: string}
        - {name: source, type: string}
        - {name: wool, type: string}
        - {name: wood, type: string}
  - name: tolls
    path: tolls.csv
    rules:
      - {kind: complete, columns: [month, gate], where: {edition: first}, remedy: add the row}
      - {kind: unbroken, columns: [month], where: {edition: first}, remedy: add the month}
      - {kind: ordered, columns: [toll, worth], remedy: mend one}
      - {kind: whole, columns: [worth], where: {edition: second}, remedy: count again}
    schema:
      missingValues: [""]
      primaryKey: [edition, month, gate]
      fields:
        - {name: edition, type: string, constraints: {required: true, enum: [first, second]}}
        - {name: month, type: string, constraints: {required: true, pattern: '\\d{4}-\\d{2}'}}
        - {name: gate, type: string, constraints: {required: true}}
        - {name: toll, type: integer, constraints: {required: true, minimum: 0}}
        - {name: worth, type: number, constraints: {required: true, minimum: 0}}
  - name: references
    path: references.json
    format: json
    schema:
      missingValues: [""]
      primaryKey: [id]
      fields:
        - {name: id, type: string, constraints: {required: true, unique: true}}
        - {name: type, type: string, constraints: {required: true}}
        - {name: title, type: string, constraints: {required: true}}
"""
DUTIES = """\
duty,town,announced,effective,low,high,lines,applied,reason,source,follows
D1,north,2020-01-01,2020-02-01,2.5,10,12,true,,gazette,
D2,south,2020-01-05,2020-02-01,,,,false,"postponed, then dropped",gazette,D1
D3,south,2020-01-09,,1e1,20,7,false,,courier,D1
"""
CHAPTERS = """\
chapter,weight,duty,source,wool,wood
01,10,D1,,yes,
02,20,,courier,,yes
10,30,D3,,,
"""
TOLLS = """\
edition,month,gate,toll,worth
first,2019-11,east,0,0
first,2019-11,west,2,10
first,2019-12,east,1,9
first,2019-12,west,3,10
first,2020-01,east,1,9
first,2020-01,west,0,12
second,2019-11,east,1,8
"""
REFERENCES = [
    {
        "id": "gazette",
        "type": "report",
        "title": "Gazette",
        "issued": {"date-parts": [[2020, 1]]},
        "accessed": {"date-parts": [[2020, 3, 1]]},
        "custom": {"kind": "primary"},
    },
    {
        "id": "courier",
        "type": "webpage",
        "title": "Courier",
        "URL": "https://courier.example",
        "accessed": {"date-parts": [[2020, 3, 1]]},
        "custom": {"kind": "press"},
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder of raw tables, for a test to damage."""
    place = tmp_path / "tables"
    place.mkdir()
    (place / "datapackage.yaml").write_text(DESCRIPTOR, encoding="utf-8")
    (place / "duties.csv").write_text(DUTIES, encoding="utf-8")
    (place / "chapters.csv").write_text(CHAPTERS, encoding="utf-8")
    (place / "tolls.csv").write_text(TOLLS, encoding="utf-8")
    (place / "references.json").write_text(json.dumps(REFERENCES), encoding="utf-8")
    return place


def problems(folder: Path) -> str:
    with pytest.raises(DataError) as raised:
        validate(folder)
    return str(raised.value)


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ---- reading


def test_columns_have_the_types_of_the_descriptor(folder):
    duties = read_raw(folder)["duties"]
    assert duties["duty"].tolist() == ["D1", "D2", "D3"]
    assert duties["announced"].tolist() == [
        pd.Timestamp(2020, 1, 1),
        pd.Timestamp(2020, 1, 5),
        pd.Timestamp(2020, 1, 9),
    ]
    assert duties["effective"].isna().tolist() == [False, False, True]
    assert duties["low"].dtype == "float64"
    assert duties["low"].tolist()[0] == 2.5
    assert duties["low"].tolist()[2] == 10
    assert duties["lines"].dtype == "Int64"
    assert duties["lines"].tolist() == [12, pd.NA, 7]
    assert duties["applied"].dtype == "bool"
    assert duties["applied"].tolist() == [True, False, False]
    assert duties["reason"].isna().tolist() == [True, False, True]
    assert duties["reason"][1] == "postponed, then dropped"


def test_leading_zeros_survive_and_required_integers_are_plain(folder):
    chapters = read_raw(folder)["chapters"]
    assert chapters["chapter"].tolist() == ["01", "02", "10"]
    assert chapters["weight"].dtype == "int64"


def test_each_frame_is_fresh(folder):
    raw = read_raw(folder)
    mine = raw["duties"]
    mine["town"] = "nowhere"
    assert raw["duties"]["town"].tolist() == ["north", "south", "south"]


def test_title_description_and_references(folder):
    raw = read_raw(folder)
    assert title_and_description(folder) == ("Two towns", "A quarrel in two tables.")
    assert list(raw.references) == ["gazette", "courier"]
    assert raw.references["courier"]["URL"] == "https://courier.example"


def test_locate_names_file_hash_and_rows(folder):
    raw = read_raw(folder)
    (located,) = raw.locate("duties", ["D3", "D1"])
    assert located == {
        "path": "duties.csv",
        "sha256": hashlib.sha256(DUTIES.encode()).hexdigest(),
        "rows": ["D3", "D1"],
        "documents": ["courier", "gazette"],
    }
    assert raw.locate("chapters", ["01 10"])[0]["documents"] == []
    assert raw.locate("chapters", ["02 20"])[0]["documents"] == ["courier"]
    assert raw.locate("chapters", ["02 20"])[0]["rows"] == ["02 20"]
    assert raw.locate("references", ["courier"])[0]["path"] == "references.json"
    assert raw.locate("chapters")[0]["rows"] == []


def test_locate_writes_paths_from_the_project_and_refuses_unknown_rows(raw):
    assert raw.locate("sides", ["US"])[0]["path"] == "data/raw/sides.csv"
    (made_from,) = raw.locate("imports_by_chapter")[0]["documents"]
    assert made_from.startswith("https://")
    with pytest.raises(DataError, match=r"sides\.csv has no rows 'XX'"):
        raw.locate("sides", ["US", "XX"])


def test_an_unknown_table_is_named_with_the_known_ones(folder):
    with pytest.raises(DataError, match=r"no table 'duty'\nWhat to do: ask for one of duties, "):
        read_raw(folder)["duty"]


def test_reading_a_table_needs_no_other(folder):
    (folder / "chapters.csv").unlink()
    assert len(read_raw(folder)["duties"]) == 3


def test_importing_and_reading_leaves_other_libraries_as_they_are(folder):
    code = (
        "import csv, pandas; from pathlib import Path; "
        "before = csv.field_size_limit(), pandas.get_option('mode.string_storage'); "
        "from tradetalks.tables import read_raw; "
        f"read_raw(Path({str(folder)!r}))['duties']; "
        "print(before == (csv.field_size_limit(), pandas.get_option('mode.string_storage')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("duties.csv", "2020-01-05", "2020-13-05"),
        ("duties.csv", ",12,", ",twelve,"),
        ("duties.csv", ",12,", ",1.5,"),
        ("duties.csv", "2.5", "nan"),
        ("duties.csv", "true", "yes"),
        ("duties.csv", "D2,south", "D2,souht"),
        ("duties.csv", "D1,north", ",north"),
        ("duties.csv", "town,", "twon,"),
        ("duties.csv", ",gazette,\n", ",gazette\n"),
        ("references.json", '"id"', '"di"'),
        ("references.json", "[", "{"),
    ],
)
def test_reading_damaged_tables_gives_the_full_list_of_faults(folder, file, old, new):
    change(folder, file, old, new)
    raw = read_raw(folder)
    with pytest.raises(DataError, match=rf"(?s)tables: \d+ problems? in .*{file}.*What to do"):
        _ = (raw["duties"], raw.references)


# ---- validation


def test_a_sound_folder_passes(folder):
    validate(folder)


def test_the_message_names_place_value_rule_and_remedy(folder):
    change(folder, "duties.csv", "2020-01-05", "2019-02-30")
    assert problems(folder).splitlines() == [
        "tables: 1 problem in 1 file",
        "duties.csv, row 3, announced = '2019-02-30': is not a day",
        "  What to do: write a day of 1900 to 2099 that exists, as YYYY-MM-DD",
    ]


def test_of_many_numbers_all_that_are_wrong_are_told(folder):
    change(folder, "tolls.csv", "first,2019-11,west,2", "first,2019-11,west,-2")
    change(folder, "tolls.csv", "first,2019-12,west,3", "first,2019-12,west,-1")
    change(folder, "tolls.csv", "first,2020-01,east,1,9", "first,2020-01,east,10,9")
    change(folder, "tolls.csv", "first,2020-01,west,0,12", "first,2020-01,west,13,12")
    assert problems(folder).splitlines() == [
        "tables: 4 problems in 1 file",
        "tolls.csv, row 3, toll = '-2': is less than 0",
        "tolls.csv, row 5, toll = '-1': is less than 0",
        "  What to do: correct the number",
        "tolls.csv, row 6: has toll 10 after worth 9",
        "  What to do: mend one",
        "tolls.csv, row 7: has toll 13 after worth 12",
        "  What to do: mend one",
    ]


FAULTS = {
    # tables that lack a row
    "combination without a row": (
        *("tolls.csv", "first,2019-12,west,3,10\n", ""),
        "tolls.csv: has no row for 2019-12 west\n  What to do: add the row",
    ),
    "month without a row": (
        *("tolls.csv", "first,2019-12,east,1,9\nfirst,2019-12,west,3,10\n", ""),
        "tolls.csv: has no row for 2019-12\n  What to do: add the month",
    ),
    "part above the whole": (
        *("tolls.csv", "first,2019-12,east,1,9", "first,2019-12,east,10,9"),
        "tolls.csv, row 4: has toll 10 after worth 9",
    ),
    "a fraction of what is counted": (
        *("tolls.csv", "second,2019-11,east,1,8", "second,2019-11,east,1,8.5"),
        "tolls.csv, row 8: has a fraction in worth\n  What to do: count again",
    ),
    "two editions mixed": (
        *("tolls.csv", "second,2019-11,east", "first,2019-11,east"),
        "tolls.csv, row 8, edition, month, gate = 'first 2019-11 east': stands in row 2 already",
    ),
    # keys
    "repeated id": (
        *("duties.csv", "D2,south", "D1,south"),
        "duties.csv, row 3, duty = 'D1': stands in row 2 already",
    ),
    "repeated composite key": (
        *("chapters.csv", "02,20,", "01,10,"),
        "chapters.csv, row 3, chapter, weight = '01 10': stands in row 2 already",
    ),
    "dangling key": (
        *("duties.csv", "courier,D1", "curier,D1"),
        "duties.csv, row 4, source = 'curier': is not in references.json, id\n"
        "  What to do: correct it, or add it to references.json; did you mean courier?",
    ),
    "dangling key to the same table": (
        *("duties.csv", "gazette,D1", "gazette,D9"),
        "duties.csv, row 3, follows = 'D9': is not in duties.csv, duty",
    ),
    "empty key": (
        *("duties.csv", "D1,north", ",north"),
        "duties.csv, row 2, duty = '': is empty",
    ),
    # types
    "day that never was": (
        *("duties.csv", "2020-01-09", "2019-02-30"),
        "duties.csv, row 4, announced = '2019-02-30': is not a day",
    ),
    "day in another form": (
        *("duties.csv", "2020-01-09", "20200109"),
        "announced = '20200109': is not a day",
    ),
    "text in a number": (
        *("duties.csv", "2.5", "some"),
        "duties.csv, row 2, low = 'some': is not a number",
    ),
    "decimal comma": (
        *("duties.csv", ",2.5,", ',"2,5",'),
        "low = '2,5': has a comma in a number\n  What to do: write a point for decimals",
    ),
    "text in a whole number": (
        *("duties.csv", ",12,", ",dozen,"),
        "lines = 'dozen': is not a whole number",
    ),
    "fraction in a whole number": (
        *("duties.csv", ",12,", ",12.5,"),
        "lines = '12.5': is not a whole number",
    ),
    "not a number": ("duties.csv", "2.5", "NaN", "low = 'NaN': is not a number"),
    "infinity": ("duties.csv", "2.5", "-inf", "low = '-inf': is not a number"),
    "grouped digits": ("duties.csv", ",12,", ",1_2,", "lines = '1_2': is not a whole number"),
    "more than a number can be": (
        *("duties.csv", "2.5", "1e999"),
        "low = '1e999': is not a number",
    ),
    "more digits than fit": (
        *("duties.csv", ",12,", ",12345678901234567890,"),
        "lines = '12345678901234567890': is not a whole number",
    ),
    "padded number": ("duties.csv", ",12,", ", 12,", "lines = ' 12': is not a whole number"),
    "yes for true": (
        *("duties.csv", "true", "yes"),
        "applied = 'yes': is neither true nor false",
    ),
    # constraints
    "lost leading zero": (
        *("chapters.csv", "01,", "1,"),
        "chapters.csv, row 2, chapter = '1': has another form than its column",
    ),
    "unknown code": (
        *("duties.csv", "D2,south", "D2,souht"),
        "town = 'souht': is not one of the codes\n"
        "  What to do: use one of north, south; did you mean south?",
    ),
    "empty cell": (
        *("duties.csv", "D2,south", "D2,"),
        "town = '': is empty\n  What to do: fill the cell: Who charges.",
    ),
    "too small": (
        *("duties.csv", "2.5", "-1"),
        "low = '-1': is less than 0\n  What to do: correct the number",
    ),
    "too large": ("duties.csv", "2.5,10", "201,201", "low = '201': is more than 200"),
    # form
    "missing column": (
        *("duties.csv", "town,", ""),
        "duties.csv, row 1, town: is missing",
    ),
    "extra column": (
        *("duties.csv", "follows", "follows,rate"),
        "duties.csv, row 1, rate: is not described",
    ),
    "misspelt column": (
        *("duties.csv", "announced", "anounced"),
        "announced: is missing\n  What to do: add the column; did you mean anounced?",
    ),
    "repeated column": (
        *("duties.csv", "low,high", "low,low"),
        "duties.csv, row 1, low: stands twice in the header",
    ),
    "columns in another order": (
        *("duties.csv", "low,high", "high,low"),
        "duties.csv, row 1: has the columns in another order",
    ),
    "cell too many": (
        *("duties.csv", "gazette,D1", "gazette,D1,x"),
        ", then d...': has 12 cells, but the header has 11",
    ),
    "cell too few": (
        *("chapters.csv", "10,30,D3,,,", "10,30"),
        "chapters.csv, row 4: '10,30': has 2 cells, but the header has 6",
    ),
    "empty row": (
        *("chapters.csv", "02,20", "\n02,20"),
        "chapters.csv, row 3: is an empty row",
    ),
    "row of empty cells": (
        *("chapters.csv", "10,30,D3,,,", ",,,,,"),
        "chapters.csv, row 4: is an empty row",
    ),
    "quote that never closes": (
        *("chapters.csv", "02,20", '02,"20'),
        "chapters.csv, row 3: cannot be read from here on",
    ),
    "quote that closes rows later": (
        *("chapters.csv", "01,10,D1,,yes,\n02,20,,courier,,yes", '01,10,D1,,"yes,\n02,20",'),
        "yes,\\n02,20': has a cell that runs over several lines",
    ),
    "end cut off": (
        *("chapters.csv", "10,30,D3,,,\n", "10,30,D3,,,"),
        "chapters.csv, row 4: ends in the middle of a line",
    ),
    "null character": (
        *("chapters.csv", "courier", "cour\0ier"),
        "chapters.csv, row 3: has a null character",
    ),
    # rules between columns
    "effective before announced": (
        *("duties.csv", "2020-01-01,2020-02-01", "2020-01-01,2019-12-01"),
        "duties.csv, row 2: has announced 2020-01-01 after effective 2019-12-01\n"
        "  What to do: mend a day",
    ),
    "bounds swapped": (
        *("duties.csv", "2.5,10", "25,10"),
        "duties.csv, row 2: has low 25 after high 10",
    ),
    "applied without a day": (
        *("duties.csv", "2020-01-01,2020-02-01", "2020-01-01,"),
        "duties.csv, row 2: leaves effective empty",
    ),
    "applied with a reason why not": (
        *("duties.csv", "true,,", "true,why,"),
        "duties.csv, row 2: fills reason",
    ),
    "not applied without a reason": (
        *("duties.csv", '"postponed, then dropped"', ""),
        "duties.csv, row 3: leaves reason empty\n  What to do: say why",
    ),
    "two of exactly one": (
        *("chapters.csv", "01,10,D1,,", "01,10,D1,gazette,"),
        "chapters.csv, row 2: fills duty and source, and may fill one of duty, source",
    ),
    "none of exactly one": (
        *("chapters.csv", "10,30,D3", "10,30,"),
        "chapters.csv, row 4: fills none of duty, source",
    ),
    "two of at most one": (
        *("chapters.csv", "yes,\n", "yes,yes\n"),
        "chapters.csv, row 2: fills wool and wood, which exclude each other",
    ),
    "repeated combination": (
        *("chapters.csv", "10,30,D3", "10,30,D1"),
        "chapters.csv, row 4: repeats duty, source of row 2",
    ),
    # references
    "reference twice": (
        *("references.json", '"id": "courier"', '"id": "gazette"'),
        "references.json, item 2, id = 'gazette': stands in item 1 already",
    ),
    "a reference that is none": (
        *("references.json", '[{"id": "gazette"', '["gazette", {"id": "gazette"'),
        "references.json, item 1: 'gazette': is not an object",
    ),
    "reference without a title": (
        *("references.json", '"title": "Gazette", ', ""),
        "references.json, item 1, title = '': is empty",
    ),
    "unknown kind of source": (
        *("references.json", '"press"', '"pres"'),
        "references.json, item 2, courier, custom.kind = 'pres': does not say what kind",
    ),
    "a copy of nobody": (
        *("references.json", '"URL": "', '"archive_location": "'),
        "references.json, item 2, courier, archive = '': does not say whose copy",
    ),
    "no address": (
        *("references.json", "https://", "courier at "),
        "references.json, item 2, courier, URL = 'courier at courier.example': is no",
    ),
    "month that never was": (
        *("references.json", "[2020, 1]", "[2020, 13]"),
        "references.json, item 1, gazette, issued",
    ),
    "repeated name in an item": (
        *("references.json", '"id": "courier"', '"id": "courier", "id": "other"'),
        "references.json: is not JSON: an item has 'id' twice",
    ),
    "not a number of JSON": (
        *("references.json", "[2020, 1]", "[NaN, 1]"),
        "references.json: is not JSON: NaN is no number of JSON",
    ),
    "type that CSL has not": (
        *("references.json", '"webpage"', '"web-page"'),
        "references.json, item 2, courier, type = 'web-page': is no type of CSL\n"
        "  What to do: write a type of CSL, such as webpage or report; did you mean webpage?",
    ),
    "address that is more": (
        *("references.json", "courier.example", "courier.example/><script>"),
        "references.json, item 2, courier, URL = 'https://courier.example/><script>': is no",
    ),
    "day of a year that is none": (
        *("references.json", "[2020, 1]", "[2020, 1, 1, 1]"),
        "references.json, item 1, gazette, issued",
    ),
    "broken JSON": ("references.json", "[", "[[", "references.json: is not JSON"),
    "items that are none": ("references.json", "[", "[3, ", "item 1: '3': is not an object"),
    # descriptor
    "broken YAML": (
        *("datapackage.yaml", "resources:", "resources: ["),
        "datapackage.yaml: is not YAML: ",
    ),
    "aliases of aliases": (
        *("datapackage.yaml", "title: Two towns", "title: Two towns\na: &a [x]\nb: [*a, *a]"),
        "datapackage.yaml: has an alias, which is not read here",
    ),
    "unknown type": (
        *("datapackage.yaml", "type: date", "type: dat"),
        "duties.schema.fields.announced.type = 'dat': cannot be used: Input should be 'string', ",
    ),
    "another word for true": (
        *("datapackage.yaml", 'trueValues: ["true"]', 'trueValues: ["yes"]'),
        "duties.schema.fields.applied.trueValues.1 = 'yes': cannot be used: Input should be 'true'",
    ),
    "constraint of another type": (
        *("datapackage.yaml", "unique: true, pattern", "minimum: 3, pattern"),
        "datapackage.yaml: duties bounds duty, a string",
    ),
    "property that means nothing": (
        *("datapackage.yaml", "type: integer, constraints", "type: integer, constrains"),
        "resources.chapters.schema.fields.weight.constrains: means nothing there\n"
        "  What to do: remove it; did you mean constraints?",
    ),
    "table of an unknown format": (
        *("datapackage.yaml", "format: json", "format: jsn"),
        "resources.references.format = 'jsn': cannot be used: Input should be",
    ),
    "column described twice": (
        *("datapackage.yaml", "name: wood", "name: wool"),
        "chapters describes the column wool twice",
    ),
    "constraints that are none": (
        *("datapackage.yaml", "constraints: {required: true}", "constraints: [3]"),
        "datapackage.yaml, resources.duties.schema.fields.announced.constraints: cannot be used: ",
    ),
    "key to an unknown table": (
        *("datapackage.yaml", "resource: references", "resource: reference"),
        "duties uses the column id of reference, which is not described",
    ),
    "rule of unknown kind": (
        *("datapackage.yaml", "kind: ordered", "kind: orderd"),
        "datapackage.yaml, resources.duties.rules.1.kind = 'orderd': cannot be used: Input should",
    ),
    "rule for an unknown column": (
        *("datapackage.yaml", "columns: [low, high]", "columns: [low, hihg]"),
        "duties uses the column hihg of duties, which is not described\n"
        "  What to do: correct the name; did you mean high?",
    ),
    "rule without a remedy": (
        *("datapackage.yaml", ", remedy: cite one", ""),
        "datapackage.yaml, resources.chapters.rules.1.remedy: cannot be used: Field required",
    ),
    "no title": (
        "datapackage.yaml",
        "title: Two towns",
        "name: towns",
        "datapackage.yaml, title: cannot be used: Field required",
    ),
    "path out of the folder": (
        *("datapackage.yaml", "path: duties.csv", "path: ../duties.csv"),
        "datapackage.yaml: duties points out of its folder: ../duties.csv",
    ),
    "table described twice": (
        *("datapackage.yaml", "name: chapters", "name: duties"),
        "datapackage.yaml: describes duties twice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(folder, fault):
    file, old, new, told = FAULTS[fault]
    change(folder, file, old, new)
    message = problems(folder)
    assert told in message
    assert not message.rstrip().endswith(":")
    assert message.splitlines()[0].startswith("tables: ")
    assert "What to do: " in message


def write_bytes(file: str, damage: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(damage((folder / file).read_bytes()))


def put_a_folder(folder: Path) -> None:
    (folder / "duties.csv").unlink()
    (folder / "duties.csv").mkdir()


FILE_FAULTS = {
    "semicolons": (
        write_bytes("duties.csv", lambda data: data.replace(b",", b";")),
        "tables: 1 problem in 1 file\nduties.csv, row 1: has semicolons between its cells\n"
        "  What to do: save it with commas between cells, and points for decimals",
    ),
    "too much of it": (
        write_bytes("duties.csv", lambda data: data + b"D" * 10_000_000),
        "duties.csv: has more than 10 MB",
    ),
    "another encoding": (
        write_bytes("duties.csv", lambda data: data.replace(b"dropped", b"fallengelassen \xfc")),
        "duties.csv: is not UTF-8: byte 0xfc in line 3",
    ),
    "UTF-16": (
        write_bytes("duties.csv", lambda data: data.decode().encode("utf-16")),
        "duties.csv: is not UTF-8",
    ),
    "carriage returns": (
        write_bytes("duties.csv", lambda data: data.replace(b"\n", b"\r")),
        "duties.csv: has carriage returns",
    ),
    "empty file": (
        write_bytes("duties.csv", lambda data: b""),
        "duties.csv, row 1: has no header row",
    ),
    "renamed file": (
        lambda folder: (folder / "duties.csv").rename(folder / "dutys.csv"),
        "duties.csv: is not there as a file\n  What to do: put the file there\n",
    ),
    "folder in place of a file": (put_a_folder, "duties.csv: is not there as a file"),
    "file that nobody describes": (
        lambda folder: (folder / "extra.csv").write_text("a\n1\n"),
        "extra.csv: is not described",
    ),
    "no descriptor": (
        lambda folder: (folder / "datapackage.yaml").unlink(),
        "datapackage.yaml: is not there as a file",
    ),
    "descriptor of another shape": (
        lambda folder: (folder / "datapackage.yaml").write_text("- a\n- b\n"),
        "datapackage.yaml: is not a mapping",
    ),
    "descriptor without tables": (
        lambda folder: (folder / "datapackage.yaml").write_text("title: a\ndescription: b\n"),
        "datapackage.yaml, resources: cannot be used: Field required",
    ),
}


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_a_fault_of_files_is_found(folder, fault):
    damage, told = FILE_FAULTS[fault]
    damage(folder)
    assert told in problems(folder)


@pytest.mark.parametrize(
    ("name", "told"),
    [("nowhere", "nowhere: does not exist"), ("tables/duties.csv", "is a file, not a folder")],
)
def test_what_is_no_folder_is_told(folder, name, told):
    place = folder.parent / name
    assert told in problems(place)
    with pytest.raises(DataError, match=told):
        read_raw(place)


def test_all_faults_of_all_files_come_at_once_in_a_fixed_order(folder):
    change(folder, "references.json", '"press"', '"pres"')
    change(folder, "chapters.csv", "01,10", "1,NaN")
    change(folder, "duties.csv", "D3,south", "D2,sowth")
    change(folder, "duties.csv", "2020-01-05", "2020-02-30")
    count, *lines = problems(folder).splitlines()
    places = [line.split(":")[0] for line in lines]
    assert count == "tables: 7 problems in 3 files"
    assert [place for place in places if not place.startswith("  ")] == [
        "duties.csv, row 3, announced = '2020-02-30'",
        "duties.csv, row 4, duty = 'D2'",
        "duties.csv, row 4, town = 'sowth'",
        "chapters.csv, row 2, chapter = '1'",
        "chapters.csv, row 2, weight = 'NaN'",
        "chapters.csv, row 4, duty = 'D3'",
        "references.json, item 2, courier, custom.kind = 'pres'",
    ]
    assert problems(folder) == problems(folder)


def test_a_row_or_file_that_cannot_be_read_does_not_make_others_wrong(folder):
    change(folder, "duties.csv", "D1,north", "D1,north,north")
    assert problems(folder).splitlines()[0] == "tables: 1 problem in 1 file"
    (folder / "duties.csv").write_bytes(b"\xff")
    assert problems(folder).splitlines()[0] == "tables: 1 problem in 1 file"
    (folder / "references.json").write_text("[")
    assert problems(folder).splitlines()[0] == "tables: 2 problems in 2 files"


def test_a_file_that_cannot_be_read_whole_is_told_before_what_follows_from_it(folder):
    change(folder, "chapters.csv", "01,10", "1,10")
    (folder / "references.json").write_text('[{"id": NaN}]')
    lines = problems(folder).splitlines()
    assert lines[1].startswith("references.json: is not JSON")


def test_a_form_too_long_to_read_is_told_in_words(folder):
    change(folder, "datapackage.yaml", "pattern: 'D\\d'", f"pattern: 'D({'a|' * 60}1|2|3)'")
    change(
        folder,
        "datapackage.yaml",
        "{name: duty, type: string, c",
        "{name: duty, type: string, description: Code., c",
    )
    change(folder, "duties.csv", "D1,north", "X1,north")
    assert "write it as the column says: Code." in problems(folder)


@pytest.mark.parametrize("count", [30, 10])
def test_one_fault_in_many_rows_is_told_once(folder, count):
    rows = "".join(f"{number},1,D1,,,\n" for number in range(100, 100 + count))
    change(folder, "chapters.csv", "10,30,D3,,,\n", rows)
    lines = problems(folder).splitlines()
    told = [line for line in lines if line.endswith("has another form than its column")]
    assert len(told) == 10
    assert ("... and 20 more rows like these" in lines) is (count == 30)
    assert "... and 0 more rows like these" not in lines, "all ten are there"


def test_a_table_without_rows_is_one(folder):
    (folder / "chapters.csv").write_text(CHAPTERS.splitlines()[0] + "\n", encoding="utf-8")
    validate(folder)
    assert len(read_raw(folder)["chapters"]) == 0
    assert read_raw(folder)["chapters"]["weight"].dtype == "int64"


def test_a_large_number_is_read_as_a_spreadsheet_writes_it(folder):
    change(folder, "duties.csv", "2.5", "2.5E0")
    validate(folder)
    assert read_raw(folder)["duties"]["low"].tolist()[0] == 2.5
    change(folder, "duties.csv", "2.5E0", "2.5E")
    assert "write a number such as 12.5 or 1e3" in problems(folder)


def test_a_table_that_a_spreadsheet_saved_has_the_same_content(folder):
    before = read_raw(folder)["duties"], [path for path in folder.iterdir() if path.is_file()]
    (folder / CHECKSUMS).write_text(record_text(before[1]))
    for name in ("duties.csv", "references.json"):
        path = folder / name
        saved = (
            b"\xef\xbb\xbf"
            + path.read_bytes().replace(b"\n", b"\r\n")
            + (b"\r\n" if name.endswith(".csv") else b"")
        )
        path.write_bytes(saved)
    validate(folder)
    raw = read_raw(folder)
    pd.testing.assert_frame_equal(raw["duties"], before[0])
    assert raw.references
    assert find_changes(folder, before[1]) == []


def test_what_changed_since_the_record_is_told_by_name_and_line(folder):
    files = [path for path in folder.iterdir() if path.is_file()]
    record = record_text(files).splitlines()
    (folder / CHECKSUMS).write_text("\n".join([*record, "no checksum"]))
    (folder / "duties.csv").unlink()
    (folder / "further.csv").write_text("a\n")
    change(folder, "chapters.csv", "10,30,D3", "10,31,D3")
    now = [path for path in folder.iterdir() if path.name != CHECKSUMS]
    told = find_changes(folder, now)
    assert [one.partition(", recorded")[0] for one in told] == [
        f"{CHECKSUMS}, line {len(record) + 1}: is no checksum of a file",
        "chapters.csv: differs",
        "duties.csv: is missing",
        "further.csv: is new",
    ]
    before, after = re.findall(r"(?:recorded|now) ([0-9a-f]+)", told[1])
    assert len(before) == len(after) == 12
    assert before != after
    assert before in "\n".join(record)
