"""The table of streams: made again from the texts where they are, and its rules."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.stream_sample import HEADER, sample
from tools.stream_table import INPUTS, WORDS, Item, is_on_quarrel, judged, table

from tradetalks.checks import DataError
from tradetalks.rules.validate import validate

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"


def places() -> Iterator[Path]:
    """Folders that may have the texts: a named one, and those beside the project."""
    if named := os.environ.get("STREAM_TEXTS"):
        yield Path(named)
    yield from sorted(ROOT.parent.glob("*/data/stream"))


def test_the_shipped_table_is_made_byte_for_byte_from_the_texts() -> None:
    for folder in places():
        if all((folder / name).is_file() for name in INPUTS):
            break
    else:
        pytest.skip("the texts are not part of the project; STREAM_TEXTS names a folder of them")
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "stream_table.py", "--from", folder],
        capture_output=True,
        check=True,
    )
    assert made.stderr == b"", "the texts are others than those of the shipped table"
    assert made.stdout == (RAW / "streams.csv").read_bytes()


def test_the_shipped_sample_is_drawn_again_from_the_texts() -> None:
    for folder in places():
        if (folder / "cctv_all.csv").is_file():
            break
    else:
        pytest.skip("the texts are not part of the project; STREAM_TEXTS names a folder of them")
    shipped = [*csv.reader((RAW / "stream_sample.csv").read_text(encoding="utf-8").splitlines())]
    assert [row[: len(HEADER)] for row in shipped] == [HEADER, *sample(folder)]


def test_a_folder_without_the_texts_is_refused_by_name(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "stream_table.py", "--from", tmp_path],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 2
    assert "president_posts.csv is not there\nWhat to do: " in made.stderr


def item(name: str, text: str, day: str = "2020-01-01", *, is_on: bool = False) -> Item:
    return Item(name, day, text, f"{len(text):016}", len(text), is_on, text, "http://a")


def test_what_is_not_on_the_quarrel_is_one_row_a_day_and_copies_are_counted() -> None:
    said = [
        item("P1", "Good morning!"),
        item("P2", "GOOD MORNING https://a.b"),
        item("P3", "https://a.b"),
        item("P4", "https://a.c"),
        item("P5", "They broke the deal", is_on=True),
        item("P6", "they broke the deal!", is_on=True),
        item("P7", "Good morning", "2020-01-02"),
    ]
    rows = [row[:8] for row in table("posts", said)]
    first = ["P2020-01-01", "posts", "2020-01-01", "4", "1", "59", "false", ""]
    assert rows[0] == first
    assert rows[1] == ["P5", "posts", "2020-01-01", "1", "0", "19", "true", "breaking"]
    assert rows[2] == ["P6", "posts", "2020-01-01", "1", "1", "20", "true", "breaking"]
    assert rows[3][:5] == ["P2020-01-02", "posts", "2020-01-02", "1", "0"]
    addresses = [row[-1] for row in table("posts", said)]
    assert addresses == ["", "http://a", "http://a", ""]


@pytest.mark.parametrize(
    ("us", "cn", "is_on"),
    [
        ("China broke the deal", "The US broke the deal", True),
        ("Trade talks go on. China is strong", "Trade talks go on. The US is strong", True),
        (
            "China is strong. It rains. Trade is good",
            "The US is big. It rains. Trade is good",
            False,
        ),
        ("China and Korea want a deal", "The US and Korea want a deal", False),
        (
            "Mexico is fine; our tariffs hit China",
            "Mexico is fine; tariffs on China by the US",
            True,
        ),
        ("Mexico fears our tariffs", "Mexico fears the tariffs of the US", False),
        ("Tariffs work", "Tariffs do not work", True),
        ("Tariffs on steel work", "Tariffs on steel do not work", False),
        ("Tell us of the deal", "Tell us of the deal", False),
        ("China is a great deal bigger", "The US is a great deal bigger", False),
    ],
)
def test_one_rule_says_of_both_sides_what_is_on_the_quarrel(us: str, cn: str, is_on: bool) -> None:
    assert (is_on_quarrel(us, "US"), is_on_quarrel(cn, "CN")) == (is_on, is_on)


@pytest.mark.parametrize(
    ("first", "further"),
    [
        ("Talks on trade with China...", "....will go on. A very good weekend!"),
        ("Q: A deal with China? A: No.", "Follow-up: Who is angry? A: Not I."),
    ],
)
def test_what_goes_on_from_an_item_shares_its_subject(first: str, further: str) -> None:
    said = [item("P1", first), item("P2", further), item("P3", "Who is angry?")]
    assert [one.is_on for one in judged(said, "US")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("as they attempt to renegotiate", {"reopening"}),
        ("the US went back and forth and ate its own words", {"going_back", "breaking"}),
        ("美国出尔反尔，违背双方共识", {"going_back", "against_agreement"}),
        ("China always honors its pledges", {"keeping"}),
        ("a goods train", set()),
    ],
)
def test_words_of_a_broken_word_are_told_by_kind(text: str, kinds: set[str]) -> None:
    assert {kind for kind, form in WORDS.items() if form.search(text)} == kinds


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("streams", "P2018-01-01,posts,2018-01-01,3,", "P2018-01-01,posts,2017-12-31,3,", "is not"),
        ("streams", "2019-05-05,1,0,278,true", "2019-05-05,2,0,278,true", "more than one item"),
        ("streams", "2018-01-01,3,0,", "2018-01-01,3,4,", "more than there are items"),
        ("stream_readings", "P1125069836088950784,true,\n", "", "was not read"),
        ("stream_readings", "P1125069836088950784,", "P1125069830573670000,", "is not in"),
        ("stream_readings", "P1125069836088950784,", "P2018-01-01,", "has nothing to read"),
        ("stream_readings", "M2018-08-30.2,false,Korea", "M2018-08-30.2,false,", "leaves reason"),
        ("stream_sample", "after,found,50,50", "after,near,50,50", "is not what streams.csv has"),
        ("stream_sample", "after,found,50,50", "after,found,50,49", "is not how many rows"),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused(
    tmp_path: Path, name: str, old: str, new: str, says: str
) -> None:
    folder = shutil.copytree(
        RAW, tmp_path / "raw", ignore=shutil.ignore_patterns("lines", "geneva-2025")
    )
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=says):
        validate(folder)


def test_every_item_with_words_was_read_and_no_text_is_shipped() -> None:
    rows = [*csv.DictReader(io.StringIO((RAW / "streams.csv").read_text(encoding="utf-8")))]
    worded = {row["item_id"] for row in rows if row["words"]}
    readings = (RAW / "stream_readings.csv").read_text(encoding="utf-8")
    assert worded == {row["item_id"] for row in csv.DictReader(io.StringIO(readings))}
    assert max(len(cell) for row in rows for cell in row.values()) < 120
