"""Documents, sentences and translations that do not fit: refused, with place and remedy."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from tradetalks.checks import DataError
from tradetalks.rules.validate import validate

INVENTED = Path(__file__).parents[2] / "fixtures" / "dispute" / "raw"
Cells = dict[str, str]


def rows_of(folder: Path, table: str) -> tuple[list[str], list[Cells]]:
    text = (folder / f"{table}.csv").read_text(encoding="utf-8")
    header = next(csv.reader(io.StringIO(text)))
    return header, [*csv.DictReader(io.StringIO(text))]


def write(folder: Path, table: str, header: list[str], rows: list[Cells]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / f"{table}.csv").write_text(text.getvalue(), encoding="utf-8")


def add(folder: Path, table: str, **cells: str) -> None:
    header, rows = rows_of(folder, table)
    write(folder, table, header, [*rows, cells])


def put(folder: Path, table: str, row: int, **cells: str) -> None:
    """Write cells into a row, counted from the header as in messages."""
    header, rows = rows_of(folder, table)
    rows[row - 2].update(cells)
    write(folder, table, header, rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The invented dispute, one statement of which rests on a document in another language."""
    place = tmp_path / "raw"
    shutil.copytree(INVENTED, place)
    add(
        *(place, "documents"),
        **{"document_id": "brn-2024-06-09", "title": "发布会", "issuer": "Ministry of Harbours"},
        **{"side": "BRN", "issued": "2024-06-09", "language": "zh", "read_address": "an archive"},
        **{"read": "whole", "from_issuer": "true", "characters": "400", "sha256": "0" * 64},
        source_id="brn-bulletin",
    )
    put(place, "statements", 5, document_id="brn-2024-06-09")
    said = {"document_id": "brn-2024-06-09", "statement_id": "S004", "stance": "for"}
    given = {"words": "我们遵守共识", "translation": "we keep the consensus"}
    for asked in ("C01.1", "C01.3"):
        add(place, "sentences", question_id=asked, **said, **given)
    put(place, "evidence", 2, passage="")
    put(place, "evidence", 6, passage="")
    consensus = {"term": "共识/共識", "rendering": "consensus", "not": "agreement; understanding"}
    add(place, "word_list", reason="weaker than an agreement", **consensus)
    return place


def told(folder: Path) -> str:
    with pytest.raises(DataError) as raised:
        validate(folder)
    message = str(raised.value)
    assert message.startswith("raw: 1 problem in 1 file\n"), message
    return message


def test_a_document_linked_by_its_sentences_is_accepted(folder: Path) -> None:
    validate(folder)


def test_a_sentence_without_its_row_of_evidence_is_refused(folder: Path) -> None:
    header, rows = rows_of(folder, "evidence")
    write(folder, "evidence", header, [row for row in rows if row["question_id"] != "C01.3"])
    put(folder, "questions", 4, searched="the bulletins")
    header, rows = rows_of(folder, "evidence_recoding")
    write(folder, "evidence_recoding", header, [])
    message = told(folder)
    assert (
        "sentences.csv, row 3, question_id = 'C01.3': is no evidence: C01.3 has no row for by S004"
        "\n  What to do: add it to evidence.csv, or link brn-2024-06-09 to C01.3 by no sentence"
    ) in message


def test_evidence_that_rests_on_a_document_without_a_sentence_is_refused(folder: Path) -> None:
    header, rows = rows_of(folder, "sentences")
    write(folder, "sentences", header, rows[:1])
    put(folder, "evidence", 6, passage="paraphrase")
    assert (
        "evidence.csv, row 6, question_id = 'C01.3': rests on brn-2024-06-09, of which no sentence "
        "for is given\n  What to do: add to sentences.csv every sentence of it that answers"
    ) in told(folder)


def test_an_answer_the_other_way_is_another_sentence(folder: Path) -> None:
    add(
        *(folder, "evidence"),
        **{"question_id": "C01.3", "stance": "against", "statement_id": "S004"},
        **{"reads": "implied", "passage": "paraphrase"},
    )
    assert (
        "row 12, question_id = 'C01.3': rests on brn-2024-06-09, of which no sentence against"
        in (told(folder))
    )


def test_a_sentence_in_a_row_of_another_document_is_refused(folder: Path) -> None:
    put(folder, "statements", 5, document_id="")
    header, rows = rows_of(folder, "sentences")
    write(folder, "sentences", header, rows[:1])
    put(folder, "evidence", 6, passage="paraphrase")
    assert (
        "sentences.csv, row 2, document_id = 'brn-2024-06-09': names S004, which rests on no "
        "document\n  What to do: write brn-2024-06-09 into its document_id, or name"
    ) in told(folder)


@pytest.mark.parametrize(
    ("read", "said"), [("part", "was read in parts"), ("report", "is known by a report")]
)
def test_what_was_not_read_whole_is_never_high(folder: Path, read: str, said: str) -> None:
    put(folder, "documents", 2, read=read, parts="the opening", from_issuer="false")
    assert (
        f"statements.csv, row 5, confidence = 'high': is high, and brn-2024-06-09 {said}\n"
        "  What to do: write medium or low, or read the document whole"
    ) in told(folder)
    put(folder, "statements", 5, confidence="medium")
    validate(folder)


@pytest.mark.parametrize(
    ("place", "cells", "said"),
    [
        (
            ("sentences", 2),
            {"translation": ""},
            "sentences.csv, row 2, translation: is empty beside 我们遵守共识",
        ),
        (
            ("sentences", 2),
            {"words": "we keep it"},
            "sentences.csv, row 2, translation = 'we keep the consensus': stands beside no words",
        ),
        (
            ("sentences", 2),
            {"translation": "we keep our word"},
            "row 2, translation = 'we keep our word': does not render 共识 as consensus",
        ),
        (
            ("sentences", 2),
            {"translation": "we keep the consensus and agreement"},
            "row 2, translation = 'we keep the consensus and agreement': says agreement where the",
        ),
        (
            ("evidence", 3),
            {"passage": "共識", "translation": "their understanding"},
            "evidence.csv, row 3, translation = 'their understanding': does not render 共识",
        ),
        (
            ("statements", 5),
            {"paraphrase": "The minister said that the Agreement would be kept."},
            "says agreement where the words have 共识\n  What to do: say consensus, as word",
        ),
    ],
)
def test_a_translation_keeps_to_the_word_list(
    folder: Path, place: tuple[str, int], cells: Cells, said: str
) -> None:
    put(folder, *place, **cells)
    with pytest.raises(DataError) as raised:
        validate(folder)
    assert said in str(raised.value)


def test_of_terms_that_overlap_the_longest_counts(folder: Path) -> None:
    again = {"term": "遵守共识", "rendering": "abide by what was settled/stand by"}
    add(folder, "word_list", reason="an idiom", **again)
    for row in (2, 3):
        put(folder, "sentences", row, translation="We stand by it")
    validate(folder)


def test_a_refused_word_that_renders_another_term_is_no_fault(folder: Path) -> None:
    add(folder, "word_list", term="协议", rendering="agreement", reason="a contract")
    english = "the consensus is part of the agreement"
    for row in (2, 3):
        put(folder, "sentences", row, words="共识是协议的一部分", translation=english)
    validate(folder)
