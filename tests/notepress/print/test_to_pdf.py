"""The PDF is tagged, A4, and has a letter for every character."""

from __future__ import annotations

import importlib.util
import io
from types import SimpleNamespace

import pikepdf
import pytest
import typst
from pypdf import PdfReader
from samples import CARD, REPORT, Export, code, structure, table, text

from notepress import fonts
from notepress.errors import PressError
from notepress.print.finish import finished


def test_pdf_is_tagged_titled_and_a4(exported: Export) -> None:
    path = exported(REPORT, "pdf")
    with pikepdf.open(path) as pdf:
        assert pdf.Root["/MarkInfo"]["/Marked"]
        assert str(pdf.Root["/Lang"]) == "en"
        assert str(pdf.docinfo["/Title"]) == "Who left?"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20190604000000")
        metadata = pdf.Root["/Metadata"].read_bytes().decode()
        assert "<pdfuaid:part>1" in metadata
        assert "<pdfaid:part>3" in metadata
        assert {tuple(round(float(side)) for side in page.mediabox) for page in pdf.pages} == {
            (0, 0, 595, 842)
        }
    found = structure(path)
    assert [alt for tag, alt in found if tag == "/Figure"] == [
        "A line that ends at 15.64\u00a0percent."
    ]
    assert [alt for tag, alt in found if tag == "/Formula"] == ["\\bar r", "r = \\sum_i w_i"]
    tags = [tag for tag, _ in found]
    assert tags.count("/Table") == 1
    assert tags.count("/TH") == 6  # three columns, three rows
    assert tags.count("/Note") == 1
    assert "/H1" in tags


def test_long_table_goes_over_pages_with_its_head(exported: Export) -> None:
    path = exported([text("# T"), code(table(count=170))], "pdf")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 2
    tags = [tag for tag, _ in structure(path)]
    assert tags.count("/TR") == 171
    told = ["Table\u00a01,\u00a0continued" in page.extract_text() for page in PdfReader(path).pages]
    # the list of sources begins a page of its own
    assert told == [False, *[True] * (len(told) - 2), False]


def test_each_paragraph_of_a_cell_is_one(exported: Export) -> None:
    columns = [{"header": "A", "align": "left", "width": None, "markdown": True}] * 2
    block = table(columns=columns, rows=[["One.\n\nTwo.", "Three."]], source="")
    tags = [tag for tag, _ in structure(exported([text("# T"), code(block)], "pdf"))]
    assert tags[tags.index("/TD") :].count("/P") >= 2


def test_the_first_cell_of_a_row_is_its_head(exported: Export) -> None:
    path = exported([text("# T"), code(table())], "pdf")
    with pikepdf.open(path) as pdf:
        cells = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/A" in one]
        said = {str(one.get("/ID")): next(iter(one.A)) for one in cells if one.get("/S") == "/TH"}
        heads = {name for name, told in said.items() if told.Scope == "/Row"}
        assert len(heads) == 3
        named = [{*map(str, one.A[0].Headers)} for one in cells if one.get("/S") == "/TD"]
    assert len(named) == 6
    assert all(len(ids & heads) == 1 and ids <= said.keys() for ids in named)


def test_words_beside_a_link_are_an_element_of_their_own(exported: Export) -> None:
    path = exported([text("One [two](https://example.org/two) three.")], "pdf")
    with pikepdf.open(path) as pdf:
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        paragraph = next(one for one in elements if one.get("/S") == "/P" and len(one.K) == 3)
        assert [str(part.S) for part in paragraph.K] == ["/Span", "/Link", "/Span"]
        held = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[pdf.pages[0].StructParents]
        assert all(held[part.K[0]] == part for part in paragraph.K if part.S == "/Span")


def test_the_data_of_no_stream_end_in_a_return() -> None:
    filled = 0
    for number in range(300):  # of what is packed, too, a few would
        with pikepdf.new() as made:
            made.Root.StructTreeRoot = pikepdf.Dictionary(Number=number)
            made.Root.Held = made.make_stream(b"x\r")
            made.save(out := io.BytesIO(), static_id=True, compress_streams=False)
        given = out.getvalue()
        done = finished(given)
        assert b"\r\nendstream" in given
        assert b"\r\nendstream" not in done
        assert finished(given) == done
        with pikepdf.open(io.BytesIO(done)) as read:
            filled += "/Filler" in read.Root
    assert 0 < filled < 10


def test_a_table_too_wide_for_the_page_is_refused(exported: Export) -> None:
    columns = [{"header": "W" * 20, "align": "left", "width": None, "markdown": False}] * 9
    wide = table(columns=columns, rows=[["x"] * 9])
    with pytest.raises(PressError, match="tbl-steps is too wide for a printed page"):
        exported([code(wide)], "pdf")


@pytest.mark.parametrize("is_one", [True, False])
def test_of_what_typst_makes_a_warning_is_passed_on_and_no_pdf_refused(
    exported: Export,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_one: bool,
) -> None:
    compiler = typst.Compiler

    def compile_with_warnings(made: object, how: dict[str, object]) -> tuple[object, list[object]]:
        pdf, _ = made.compile_with_warnings(**how)  # type: ignore[attr-defined]
        return pdf if is_one else [pdf], [SimpleNamespace(message="a word of warning")]

    def stand_in(*given: object, **named: object) -> SimpleNamespace:
        made = compiler(*given, **named)
        return SimpleNamespace(compile_with_warnings=lambda **how: compile_with_warnings(made, how))

    monkeypatch.setattr(typst, "Compiler", stand_in)
    if is_one:
        exported([text("# T")], "pdf")
        assert "Typst: a word of warning" in caplog.messages
    else:
        with pytest.raises(PressError, match="Typst wrote no PDF"):
            exported([text("# T")], "pdf")


def test_a_letter_that_no_font_has_is_refused(exported: Export) -> None:
    with pytest.raises(PressError, match="ꦐ"):
        exported([text("# T\n\nꦐ")], "pdf")


def test_chinese_letters_are_printed_where_their_fonts_are_and_else_refused(
    exported: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [text("# T\n\n关税")]
    if importlib.util.find_spec(fonts.CHINESE):
        with pikepdf.open(exported(cells, "pdf")) as pdf:
            names = [
                str(one.get("/FontName", ""))
                for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary)
            ]
        assert any("NotoS" in name for name in names)
    monkeypatch.setattr(fonts, "CHINESE", "no_such_package")
    with pytest.raises(PressError, match="关"):
        exported(cells, "pdf")


def test_a_card_has_its_heads_and_a_page_of_its_own(exported: Export) -> None:
    path = exported([text("# T\n\nWords."), code(table(**CARD))], "pdf")
    tags = [tag for tag, _ in structure(path)]
    assert tags.count("/TH") >= 3  # the columns
    found = [page.extract_text() for page in PdfReader(path).pages]
    assert [text.count("Every step") for text in found] == [0, 1, 0]
