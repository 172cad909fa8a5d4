"""The printed report as a file: tagged, whole, and with a way back from its numbers."""

from __future__ import annotations

import ast
import csv
import html
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from tools.measure_pages import measure

import whowalkedaway
from card_words import quoted_answers, squeezed
from notepress.print.attachments import differences, read
from notepress.values import read_values

ROOT = whowalkedaway.ROOT

Place = tuple[int, float, float]  # page, x, y


@pytest.fixture(scope="module")
def file(reports: Path) -> Path:
    return reports / "report.pdf"


@pytest.fixture(scope="module")
def pdf(file: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(file) as opened:
        yield opened


@pytest.fixture(scope="module")
def tags(pdf: pikepdf.Pdf) -> list[tuple[str, Any, list[str]]]:
    """Every element of the structure tree in reading order: tag, element, tags inside it."""

    def walk(node: Any) -> Iterator[tuple[str, Any, list[str]]]:
        if isinstance(node, pikepdf.Array):
            for part in node:
                yield from walk(part)
        elif isinstance(node, pikepdf.Dictionary):
            inside = list(walk(node.get("/K")))
            if "/S" in node:
                yield str(node["/S"]), node, [tag for tag, *_ in inside]
            yield from inside

    return list(walk(pdf.Root["/StructTreeRoot"]["/K"]))


def test_title_and_language_are_told(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root["/MarkInfo"]["/Marked"]
    assert str(pdf.Root["/Lang"]) == "en"
    assert bool(pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"])
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == str(pdf.docinfo["/Title"]) == "Who walked away?"
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"


def test_figures_and_formulas_have_words_and_tables_heads(
    tags: list[tuple[str, Any, list[str]]],
) -> None:
    figures = [element for tag, element, _ in tags if tag in ("/Figure", "/Formula")]
    assert len(figures) >= 4
    for figure in figures:
        assert len(str(figure.get("/Alt", ""))) > 20
    tables = [inside for tag, _, inside in tags if tag == "/Table"]
    assert len(tables) >= 6
    for inside in tables:
        assert "/TH" in inside
        assert "/TD" in inside


def test_pages_can_be_read(file: Path) -> None:
    """Other limits of pages move with every sentence: tools/measure_pages.py tells them."""
    measured = measure(file)
    assert len(measured.words) <= 25
    assert measured.sizes[0] > 7.4
    assert len(measured.sizes) <= 8


def test_each_page_is_painted_in_the_order_of_its_tags(pdf: pikepdf.Pdf) -> None:
    tagged: dict[Any, list[int]] = {}

    def walk(node: Any, page: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for part in node:
                walk(part, page)
        elif isinstance(node, int):
            tagged.setdefault(page, []).append(node)
        elif "/Obj" not in node:  # what is linked, and not what is read
            page = node["/Pg"].objgen if "/Pg" in node else page
            walk(node.get("/MCID", node.get("/K", [])), page)

    walk(pdf.Root["/StructTreeRoot"]["/K"], None)
    for page in pdf.pages:
        begun = [given for given, name in pikepdf.parse_content_stream(page) if str(name) == "BDC"]
        marks = [marked[1] for marked in begun if isinstance(marked[1], pikepdf.Dictionary)]
        assert [int(mark["/MCID"]) for mark in marks if "/MCID" in mark] == tagged[page.objgen]


def test_headings_descend_by_single_steps(tags: list[tuple[str, Any, list[str]]]) -> None:
    levels = [int(tag[2:]) for tag, *_ in tags if re.fullmatch(r"/H\d", tag)]
    assert levels[0] == 1
    assert len(levels) > 10
    for above, below in itertools.pairwise(levels):
        assert below <= above + 1


def links(pdf: pikepdf.Pdf) -> Iterator[tuple[int, Any]]:
    for number, page in enumerate(pdf.pages):
        for annotation in page.get("/Annots", []):
            if annotation["/Subtype"] == "/Link":
                yield number, annotation


def place_of(pdf: pikepdf.Pdf, annotation: Any) -> Place:
    """Where an inner link leads; KeyError where it leads nowhere."""
    target = annotation["/Dest"] if "/Dest" in annotation else annotation["/A"]["/D"]
    if not isinstance(target, pikepdf.Array):
        named = pikepdf.NameTree(pdf.Root["/Names"]["/Dests"])[str(target)]
        target = named["/D"] if isinstance(named, pikepdf.Dictionary) else named
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return pages[target[0].objgen], float(target[2]), float(target[3])


def test_every_link_leads_somewhere_and_says_where(pdf: pikepdf.Pdf) -> None:
    inner = 0
    for number, annotation in links(pdf):
        assert str(annotation.get("/Contents", "")), f"page {number + 1}: a link without words"
        if str(annotation.get("/A", {}).get("/S", "")) == "/URI":
            assert re.match(r"https?://\S+$", str(annotation["/A"]["/URI"]))
            continue
        page, x, y = place_of(pdf, annotation)
        left, bottom, right, top = (float(side) for side in pdf.pages[page].mediabox)
        assert left <= x <= right
        assert bottom <= y <= top
        inner += 1
    assert inner > 100


def test_bookmarks_are_the_headings(
    pdf: pikepdf.Pdf, tags: list[tuple[str, Any, list[str]]]
) -> None:
    with pdf.open_outline() as outline:
        top = [item.title for item in outline.root]
    heads = [str(element.get("/T", "")) for tag, element, _ in tags if tag == "/H1"]
    assert top == heads
    assert len(top) > 8


def test_every_font_is_in_the_file(pdf: pikepdf.Pdf) -> None:
    fonts = {
        str(font["/FontName"]): font
        for font in pdf.objects
        if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/FontDescriptor"
    }
    assert len(fonts) >= 4
    for name, font in fonts.items():
        assert any(part in font for part in ("/FontFile", "/FontFile2", "/FontFile3")), name


def test_qpdf_finds_no_fault(pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []


def test_it_carries_its_data(file: Path) -> None:
    carried = read(file)
    assert differences(carried) == []
    assert {"parameters.yml", "values.json", "verdicts.csv"} <= carried.files.keys()
    tables = [name for name in carried.files if name.startswith("tables/")]
    assert len(tables) > 20
    for name in tables:
        assert len(list(csv.reader(carried.files[name].decode().splitlines()))) > 1, name
    # the raw tables travel too, so that a reader can derive everything again: half a megabyte
    raw = {name for name in carried.files if name.startswith("raw/")}
    assert raw >= {f"raw/{file.name}" for file in (ROOT / "data" / "raw").glob("*.csv")}
    # and a span for each run of words between links takes a tenth of it
    assert file.stat().st_size < 1_600_000


@pytest.fixture(scope="module")
def paper(file: Path) -> str:
    """What is printed, page by page, without its blanks."""
    return squeezed("".join(one.extract_text() for one in pypdf.PdfReader(file).pages))


def test_the_sources_have_the_numbers_of_the_page(file: Path, paper: str) -> None:
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    entries = re.findall(r'<li id="ref-[^"]*">(.*?)</li>', page)
    on_screen = [squeezed(html.unescape(re.sub(r"<[^>]*>", "", entry))) for entry in entries]
    assert all(f"[{place}]" in entry for place, entry in enumerate(on_screen, 1))
    # an entry may go over a turn of the page, with its foot and head
    on_paper = re.sub(r"page\d+of\d+|Whowalkedaway\?", "", paper)
    is_printed = [entry in on_paper for entry in on_screen]
    # those of paper come first, and number on without a gap
    assert 30 < sum(is_printed) < len(is_printed)
    assert is_printed == sorted(is_printed, reverse=True)


def test_ten_numbers_are_traced_from_print_to_their_rows_and_code(file: Path, paper: str) -> None:
    values = {one["id"]: one for one in read_values(read(file).files["values.json"])}
    text = (ROOT / "notebooks" / "06-report.ipynb").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"\{\{(\w+)\}\}", text) if name in values}
    printed = sorted(
        name
        for name in named
        if re.search(r"\d", values[name]["text"]) and squeezed(values[name]["text"]) in paper
    )
    assert len(printed) > 60
    for name in random.Random(20190604).sample(printed, 10):
        value = values[name]
        for source in value["sources"]:
            assert_rows_exist(ROOT / source["path"], source["rows"])
        assert value["sources"] or "parameter" in value["definition"]
        function = value["function"].rpartition(":")[2]
        assert_code_is_there(ROOT / value["file"], value["line"], function)


def test_the_card_of_each_charge_quotes_the_words_that_carry_promise_and_reach(file: Path) -> None:
    answers = dict(quoted_answers(read(file).files))
    assert [answer for answer, is_quoted in answers.items() if not is_quoted] == []
    assert len(answers) > 5


def test_every_value_is_filled_into_the_page(reports: Path) -> None:
    page = (reports / "report.html").read_text(encoding="utf-8")
    prose = re.sub(r"<(pre|code|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert len(prose) > 100_000
    assert re.findall(r".{40}\{\{\w+\}\}", prose) == []


def assert_rows_exist(path: Path, rows: list[str]) -> None:
    if path.suffix == ".json":
        table = [{"id": str(one["id"])} for one in json.loads(path.read_text(encoding="utf-8"))]
    else:
        with path.open(encoding="utf-8", newline="") as lines:
            table = list(csv.DictReader(lines))
    keys = {value for row in table for value in row.values()}
    cells = [{*row.values()} for row in table]
    for row in rows:
        # a row of several keys is named by all of them
        is_there = row in keys or any({*row.split(" ")} <= own for own in cells)
        assert is_there, f"{path.name} has no row {row}"


def assert_code_is_there(path: Path, line: int, name: str) -> None:
    made = {
        node.name: range(
            min([node.lineno, *(one.lineno for one in node.decorator_list)]), node.lineno + 1
        )
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert line in made[name.rpartition(".")[2]]


def test_what_is_told_of_the_border_leads_to_rows(file: Path) -> None:
    known = {value["id"]: value for value in read_values(read(file).files["values.json"])}
    text = (ROOT / "notebooks" / "06-report.ipynb").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"\{\{(border_\w+)\}\}", text) if name in known}
    assert len(named) > 40
    numbers = {name for name in named if known[name]["unit"] != "text"}
    assert not {name for name in numbers if not any(s["rows"] for s in known[name]["sources"])}


def test_the_first_screen_of_the_manual_answers_as_the_report_does(reports: Path) -> None:
    recorded = read_values((reports / "values.json").read_text(encoding="utf-8"))
    values = {one["id"]: one["text"] for one in recorded}
    first, _, _ = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")
    told = " ".join(first.split())
    assert (values["n_grid"], values["no_charge_is_whole"], values["none_is_cleared"]) == (
        ("six", "yes", "yes")
    )
    firm = f"{values['n_firm']} of {values['n_judged']} verdicts stand whichever of"
    assert f"{firm} {values['n_tried']} single changes is made" in told
    for side in ("us", "cn"):
        ends = (values[f"{side}_rate_{at}"] for at in ("after_base", "last"))
        first_rate, last_rate = (one.split()[0] for one in ends)
        assert f"from {first_rate} to {last_rate}" in told
    assert values["grid_nearest"].startswith("Chinese accusation ")
    assert values["goes_farthest_c13"] == "yes"
    assert values["announced_tariffs_on_again"].endswith("May\N{NO-BREAK SPACE}2018")
    assert values["grid_whole_kept"] == "yes"
    assert values["verdict_c14"] == values["verdict_c16"] == "disputed"
    assert values["every_charge_turns"] == "yes"
