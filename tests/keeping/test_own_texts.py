"""The reader of own texts: a folder of statements in, uncoded rows out."""

from __future__ import annotations

from pathlib import Path

import pytest

from keeping.own_texts import plain_text, read_own_texts
from tradetalks.checks import DataError
from tradetalks.raw.read import RawTables

CODES = ["act", "target", "frames"]


def put(folder: Path, name: str, text: str = "They said so.", **head: str | None) -> None:
    head = {"date": "2019-05-09", "side": "CN", "speaker": "Gao Feng", "source": "paper"} | head
    lines = [f"{key}: {value}" for key, value in head.items() if value is not None]
    (folder / name).write_text("\n".join(["---", *lines, "---", text, ""]), encoding="utf-8")


@pytest.fixture
def five(tmp_path: Path) -> Path:
    put(tmp_path, "a.txt")
    put(tmp_path, "b.md", date="2019-05-06", side="US", speaker="Lighthizer")
    put(tmp_path, "c.html", "<p>One &amp; two.</p>", speaker="刘鹤", channel="interview")
    put(tmp_path, "d.txt", speaker="Somebody New")
    put(tmp_path, "e.TXT", date="2019-05-07", side="US", speaker="Donald Trump")
    return tmp_path


def test_five_files_are_five_uncoded_rows(five: Path, raw: RawTables) -> None:
    rows, texts = read_own_texts(five, raw)
    ledger = raw["statements"]
    assert list(rows.columns) == list(ledger.columns)
    assert len(rows) == len(texts) == 5
    assert rows[CODES].isna().all(axis=None)
    assert not set(rows["statement_id"]) & set(ledger["statement_id"])
    assert rows["statement_id"].is_unique
    assert rows["statement_date"].is_monotonic_increasing


def test_names_are_those_of_the_authority_table(five: Path, raw: RawTables) -> None:
    rows = read_own_texts(five, raw).rows.set_index("speaker")
    assert rows.loc["Robert Lighthizer", "institution"] == "USTR"
    assert rows.loc["Liu He", "channel"] == "interview"
    # nothing is guessed for a new name, or for one who speaks for several institutions
    assert rows.loc[["Somebody New", "Donald Trump"], "institution"].isna().all()


def test_a_sixth_without_a_date_is_refused_by_its_name(five: Path, raw: RawTables) -> None:
    put(five, "sixth.txt", date=None)
    with pytest.raises(DataError, match=r"sixth\.txt: has no date") as refused:
        read_own_texts(five, raw)
    assert "a.txt" not in str(refused.value)


def test_all_problems_come_at_once(five: Path, raw: RawTables) -> None:
    put(five, "day.txt", date="2019-02-30")
    put(five, "compact.txt", date="20190506")
    put(five, "side.txt", side="ZZ")
    put(five, "other.txt", side="US", speaker="Gao Feng")
    put(five, "spoken.txt", channel="song")
    put(five, "typo.txt", sorce="x")
    put(five, "formula.txt", speaker='"=HYPERLINK(1)"')
    put(five, "empty.md", " \n")
    put(five, "script.html", "<script>alert('x')</script>")
    (five / "headless.txt").write_text("Words.", encoding="utf-8")
    (five / "latin.txt").write_bytes("---\ndate: caf\xe9".encode("latin-1"))
    (five / "twice.txt").write_text("---\ndate: 2019-05-01\ndate: 2019-05-02\n---\nx")
    (five / "nested.txt").write_text("---\ndate: [1, 2]\n---\nx")
    (five / "object.txt").write_text("---\ndate: !!python/object/apply:os.getcwd []\n---\nx")
    (five / "paper.pdf").write_bytes(b"%PDF")
    with pytest.raises(DataError) as refused:
        read_own_texts(five, raw)
    said = str(refused.value)
    for part in (
        "day.txt: has date = '2019-02-30'",
        "compact.txt: has date = '20190506'",
        "side.txt: has side = 'ZZ'",
        "other.txt: has Gao Feng speak for US",
        "spoken.txt: has channel = 'song'",
        "did you mean source?",
        "formula.txt: has speaker = '=HYPERLINK(1)', which starts like a formula",
        "empty.md: has no text",
        "script.html: has no text",
        "headless.txt: has no head",
        "latin.txt: is not UTF-8: byte 0xe9",
        "twice.txt: has a head that cannot be read: date stands twice",
        "nested.txt: has a head that does not hold",
        "object.txt: has a head that does not hold",
        "paper.pdf: is not a text",
    ):
        assert part in said
    assert said.count("What to do:") == 15


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_statements_is_refused(tmp_path: Path, raw: RawTables, made: bool) -> None:
    folder = tmp_path if made else tmp_path / "none"
    with pytest.raises(DataError, match="folder" if not made else "holds no"):
        read_own_texts(folder, raw)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one\ntwo</p><p>three</p>", "one two\nthree"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<head><title>t</title><p>open head", "open head"),
        ("<script>if (a < b) {'</p>'}</script>x", "x"),
        ("<SCRIPT>no</SCRIPT ><style>p {}</style>x", "x"),
        ("<b onclick='no'>bo</b>ld &lt;b&gt; &#x4E2D;", "bold <b> 中"),
        ("x <!-- no --> y", "x y"),
        ("<template><p>no</p></template>x</template>y", "xy"),
    ],
)
def test_html_is_reduced_to_what_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_rule_in_the_text_is_not_the_end_of_the_head(tmp_path: Path, raw: RawTables) -> None:
    put(tmp_path, "a.md", "one\n---\ntwo")
    assert list(read_own_texts(tmp_path, raw).texts.values()) == ["one\n---\ntwo"]
