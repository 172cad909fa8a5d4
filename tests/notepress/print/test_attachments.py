"""A PDF carries its data and says what it was made from; what was changed in it is named."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import pikepdf
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from notepress.errors import PressError
from notepress.print.attachments import MANIFEST, Attachment, differences, read
from notepress.print.export import export

VALUES = '[{"id": "größe"}]\n'


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    notebook = tmp_path / "notebooks" / "report.ipynb"
    notebook.parent.mkdir()
    nbformat.write(new_notebook(cells=[new_markdown_cell("# T\n\nText.", id="a")]), notebook)
    (tmp_path / "values.json").write_text(VALUES)
    # as a spreadsheet saves it; its record hashes what it holds
    (tmp_path / "steps.csv").write_bytes(b"\xef\xbb\xbfstep\r\nT1\r\n\r\n")
    carried = [
        Attachment("values.json", tmp_path / "values.json", "Every number"),
        Attachment("tables/steps.csv", tmp_path / "steps.csv", "Every step"),
    ]
    path = tmp_path / "report.pdf"
    facts = {"version": "0.1.0", "edition": "3f9a1c", "document_date": "2019-06-04"}
    export(notebook, path, "pdf", attachments=carried, made_from={"raw/a.csv": "ab"}, **facts)
    return path


def test_a_pdf_carries_its_files_and_their_record(pdf: Path) -> None:
    carried = read(pdf)
    assert carried.files.keys() == {MANIFEST, "values.json", "tables/steps.csv"}
    assert carried.files["values.json"] == VALUES.encode()
    assert carried.files["tables/steps.csv"] == b"step\nT1\n"
    assert carried.manifest["title"] == "T"
    assert (carried.manifest["version"], carried.manifest["edition"]) == ("0.1.0", "3f9a1c")
    assert carried.manifest["made_from"] == {"raw/a.csv": "ab"}
    assert differences(carried) == []


def test_each_file_says_what_it_is(pdf: Path) -> None:
    with pikepdf.open(pdf) as opened:
        specs = {name: spec.obj for name, spec in opened.attachments.items()}
        values, record = specs["values.json"], specs[MANIFEST]
        assert str(values["/AFRelationship"]) == "/Data"
        assert str(record["/AFRelationship"]) == "/Supplement"
        assert str(values["/Desc"]) == "Every number"
        assert str(values["/EF"]["/F"]["/Subtype"]) == "/application/json"
        assert len(opened.Root["/AF"]) == 3
        metadata = opened.Root["/Metadata"].read_bytes().decode()
    assert "<pdfaid:part>3" in metadata
    assert "<pdfuaid:part>1" in metadata


def change(pdf: Path, how: Callable[[pikepdf.Pdf], None]) -> Path:
    changed = pdf.with_name("changed.pdf")
    with pikepdf.open(pdf) as opened:
        how(opened)
        opened.save(changed)
    return changed


def test_what_was_changed_added_or_taken_away_is_named(pdf: Path) -> None:
    def tamper(opened: pikepdf.Pdf) -> None:
        opened.attachments["values.json"] = b"[]\n"
        del opened.attachments["tables/steps.csv"]
        opened.attachments["note.txt"] = b"Hello"

    assert differences(read(change(pdf, tamper))) == [
        "attachment note.txt: was added, the record does not have it",
        "attachment tables/steps.csv: is missing from the PDF",
        "attachment values.json: was changed, it is not what the record says",
    ]


NAMED = {"title": "x", "version": "1", "edition": "0", "attached": {}, "made_from": {}}


@pytest.mark.parametrize(
    "record",
    [
        *(b"{", b"[]", b"{}"),
        *(json.dumps({**NAMED, name: []}).encode() for name in ("attached", "made_from")),
        *(json.dumps({one: NAMED[one] for one in NAMED if one != name}).encode() for name in NAMED),
    ],
)
def test_a_record_that_is_none_is_refused(pdf: Path, record: bytes) -> None:
    def tamper(opened: pikepdf.Pdf) -> None:
        opened.attachments[MANIFEST] = record

    with pytest.raises(PressError, match=r"its report\.json cannot be read"):
        read(change(pdf, tamper))


def test_what_carries_nothing_or_is_no_pdf_is_refused(pdf: Path, tmp_path: Path) -> None:
    def strip(opened: pikepdf.Pdf) -> None:
        del opened.attachments[MANIFEST]

    with pytest.raises(PressError, match=r"carries no report\.json.*\nWhat to do: ask"):
        read(change(pdf, strip))
    (tmp_path / "a.pdf").write_text("no PDF")
    with pytest.raises(PressError, match=r"a\.pdf: is no PDF that can be read \([^/]*\)$"):
        read(tmp_path / "a.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(PressError, match="is no file"):
        read(tmp_path / "pipe.pdf")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.pdf")
