"""The page needs nothing else, and every part of it has a name and a way to it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from pathlib import Path

import html5lib
import nbformat
import pikepdf
import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_notebook
from samples import CARD, REPORT, SVG, Export, Page, code, figure, output, structure, table, text

from notepress.errors import PressError
from notepress.print import to_html


def test_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert page.attributes("script") == [{}]  # its own, and no other's
    for tag in ("iframe", "object"):
        assert not page.attributes(tag)
    loaded = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "xlink:href")
    ]
    assert all(value and value.startswith(("data:", "#")) for value in loaded)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    policy = page.attributes("meta")[2]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] and policy["content"].startswith("default-src 'none'")
    script = next(piece for piece in page.pieces if "addEventListener" in piece)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy["content"]
    addresses = re.findall(r"url\(([^)]{4})", "".join(page.pieces))
    assert set(addresses) == {"data"}


@pytest.mark.parametrize("style", ["", " style=\"font-family:'DejaVu Sans';font-size:8px\""])
def test_a_drawing_stays_whole_whatever_its_root_says(exported: Export, style: str) -> None:
    drawing = SVG.replace('version="1.1"', f'version="1.1"{style}').replace(
        "font: 9px 'Source Sans Pro'", "font-family:'DejaVu Sans';fill:#333"
    )
    cells = [code(output({"image/svg+xml": drawing, "text/plain": "A drawing"}))]
    page = exported(cells, "html").read_text()
    html5lib.HTMLParser(strict=True).parse(page)
    drawn = page[page.index("<svg") : page.index("</svg>")]
    # what its root says is in the sheet of the page
    assert page.count("font-family:'DejaVu Sans';font-size:8px") == bool(style)
    assert drawn.count("<clipPath") == drawn.count("</clipPath>") == 1


def letters_of(page: str) -> list[set[str]]:
    """The letters of each face that a page brings."""
    faces = re.findall(r"font/woff;base64,([^)]*)", page)
    fonts = [TTFont(io.BytesIO(base64.b64decode(face))) for face in faces]
    return [{*map(chr, font.getBestCmap())} for font in fonts]


def test_a_page_brings_its_letters_and_those_of_no_other(exported: Export) -> None:
    pages = [exported([text(f"A word: {word}.")], "html").read_text() for word in ("čá", "ňú")]
    for page, own, others in zip(pages, ("čá", "ňú"), ("ňú", "čá"), strict=True):
        regular, bold = letters_of(page)
        assert regular == bold >= {*own, "A", "z"}
        assert not regular & {*others}
    drawing = SVG.replace("</svg>", "<text>Qx</text></svg>")
    drawn = exported([code(output({"image/svg+xml": drawing, "text/plain": "A drawing"}))], "html")
    assert {"Q", "x"} < letters_of(drawn.read_text())[-1]


def test_every_id_is_one_element_and_every_link_in_the_page_has_a_target(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [
        href[1:]
        for tag in ("a", "use")
        for attributes in page.attributes(tag)
        for href in (attributes.get("href"), attributes.get("xlink:href"))
        if href and href.startswith("#")
    ]
    assert {"num-rate", "fig-rates", "tbl-steps", "ref-paper", "f0line"} <= set(targets)
    assert set(targets) <= set(ids)


def test_figure_has_its_name_its_finding_and_its_data(page: Page) -> None:
    drawing = page.attributes("svg")[0]
    assert drawing["role"] == "img"
    assert drawing["aria-label"] == "A line that ends at 15.64\u00a0percent."
    assert "Figure\u00a01 It rose to 15.64\u00a0percent" in page.text
    assert "Read it so. Source: [1]." in page.text
    assert "Data of Figure\u00a01 (tables/rates.csv)" in page.text
    start = page.pieces.index("Rate (%)")
    cells = [piece for piece in page.pieces[start:] if piece.strip()]
    assert cells[:5] == ["Rate (%)", "2019-05-10", "10.0", "2019-06-01", "15.6"]


def test_tables_have_scopes_captions_and_scroll_by_keyboard(page: Page) -> None:
    # of a row with no other head, that of the list of numbers, it goes without saying
    scopes = {head.get("scope") for head in page.attributes("th")}
    assert scopes == {"col", "row", "rowgroup", None}
    assert len(page.attributes("caption")) == 1
    regions = [one for one in page.attributes("div") if one.get("class") == "scroll"]
    assert regions
    assert all(one["tabindex"] == "0" and one["aria-label"] for one in regions)
    assert "- T0 *x*" in page.text


def test_a_table_may_name_its_rows(exported: Export) -> None:
    columns = [
        {"header": name, "align": "left", "width": 0.5, "markdown": False}
        for name in ("It's", "Said")
    ]
    record = {"columns": columns, "rows": [["A1", "x"], ["A2", "y"]], "addresses": ["A1", "A2"]}
    made = exported([code(table(**record, tells=["rate", "money cost"]))], "html").read_text()
    html5lib.HTMLParser(strict=True).parse(made)
    rows = '<tr id="A1" data-tells="rate">.*x</td>.*<tr id="A2" data-tells="money cost">.*y</td>'
    assert re.search(rows, made, re.DOTALL)
    # what a narrow page writes before each cell
    assert '''style="--c1:'It\\'s';--c2:'Said'"''' in made


@pytest.mark.parametrize(
    "first",
    [
        *("One.", "One\\", "", "[two]: https://example.org", "One.\n\n```\nTwo.", "One <!--"),
        "One.\n\n" + ":" * 40 + "\n\nTwo.",
    ],
)
def test_no_cell_reaches_into_the_next(exported: Export, first: str) -> None:
    columns = [{"header": one, "align": "left", "width": 0.5, "markdown": True} for one in "AB"]
    record = {"columns": columns, "rows": [["x", first], ["Second *word* [two]", "last"]]}
    made = exported([code(table(**record))], "html").read_text()
    assert "Second <em>word</em> [two]</td><td>last</td>" in made


def test_a_card_is_folded_below_its_band_and_its_paragraphs_stand_apart(exported: Export) -> None:
    made = exported([code(table(**CARD))], "html").read_text()
    html5lib.HTMLParser(strict=True).parse(made)
    title, _, rest = made.partition('<details class="folded" open><summary class="band">')
    assert rest.startswith("<strong>True</strong></summary>")
    assert '<a href="#tbl-steps">Table\u00a01</a></strong> Every step' in title
    assert '<p><mark data-look="yes">yes</mark> Ann</p><p>“…so it is…”' in rest
    assert '<th style="--side:#123456" scope="col">First' in rest
    assert "<strong>What turns it</strong>" in rest
    assert "<caption>" not in rest


def test_numbers_lead_to_where_they_come_from(page: Page) -> None:
    assert page.text.count("Where numbers come from") == 2  # contents, heading
    entry = page.text[page.text.rindex("Where numbers come from") :]
    for part in (
        "15.64\u00a0percentThe average rate.",
        "15.639 (percent)actions T1, T2[1] and 1 more",
        "make explain VALUE=ID",
    ):
        assert part in entry
    addresses = [link.get("href") for link in page.attributes("a")]
    # of what has no entry in the list, values.json tells the address
    assert "https://example.org/direct" not in addresses
    # the source has its own address, and is where the text and the number lead
    assert addresses.count("https://example.org/paper") == 1
    assert addresses.count("#ref-paper") > 2
    assert "Not used." not in page.text


def test_the_page_holds_what_other_choices_make_of_what_it_prints(
    exported: Export, folder: Path
) -> None:
    texts = ["15.64\u00a0percent", "</script> & more"]
    choice = {"name": "unit", "label": "Count", "usual": "row"}
    choice |= {"values": [["row", "rows"], ["paper", "papers"]]}
    moves = {"rate": [[0], texts, "01"], "C1": [[0], ["yes", "no"], "01"], "unused": [[0], [], ""]}
    told = {"choices": [choice], "measured": ["rate"], "not_tried": [], "ways": [], "moves": moves}
    told["later"] = {}
    (folder / "what_if.json").write_text(json.dumps(told))
    prose = 'It is {{rate}}, [yes]{of="C1"} and [no]{of="C2"}, not {{money}}.'
    made = exported(
        [text(prose)],
        "html",
        what_if_file=str(folder / "what_if.json"),
        chosen={"unit": "paper", "seed": "1"},
        rebuild="make report UNIT=row SEED=1",
    ).read_text()
    html5lib.HTMLParser(strict=True).parse(made)
    assert '<span data-of="C1">yes</span> and no' in made
    assert made.count("<option") == 2
    found = re.search(r'id="what-if-table"[^>]*>(.*?)</script>', made, re.DOTALL)
    assert found
    page = json.loads(found[1])
    assert page["patterns"] == [[[0], "01"]]
    # a text without what it shares with the one before
    assert page["texts"] == ["0 15.64\u00a0percent", "0 </script> & more", "0 no", "0 yes"]
    told = {
        name: [page["texts"][one - 1].removeprefix("0 ") for one in at]
        for name, (_, *at) in page["moves"].items()
    }
    assert told == {name: moves[name][1] for name in ("rate", "C1")}
    assert page["unmeasured"] == ["money"]
    assert page["rebuild"] == "make report SEED=1"
    assert page["choices"] == [{"name": "unit", "usual": "row", "given": "paper"}]


def of(table: str, *rows: str, documents: tuple[str, ...] = ()) -> dict[str, object]:
    return {"path": f"raw/{table}.csv", "rows": [*rows], "documents": [*documents]}


@pytest.mark.parametrize(
    ("sources", "told", "in_full"),
    [
        ([of("a")], "", ""),
        ([of("a", "T1", "T3")], "a T1, T3", "a T1, T3"),
        ([of("a", "T1", "T3", "T5")], "a T1, T3, 1 more", "a T1, T3, T5"),
        # the one with most rows first
        ([of("a", "T1"), of("b", "T1", "T3")], "b T1, T3; a T1", "b T1, T3; a T1"),
        (
            [of("a", "T1"), of("b", "T2"), of("c", "T3")],
            *("a T1; 2 more tables", "a T1; b T2; c T3"),
        ),
    ],
)
def test_of_rows_and_tables_behind_a_number_the_first_are_told(
    sources: list[dict[str, object]], told: str, in_full: str
) -> None:
    assert to_html._rests_on(sources, in_full=False) == told
    assert to_html._rests_on(sources, in_full=True) == in_full


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ((), ""),
        (("one",), '<a href="#ref-one"></a>'),
        (("one", "two", "one"), '<a href="#ref-one"></a> and 1 more'),
        (("https://www.a.example/x", "two"), '<a href="#ref-two"></a> and 1 more'),
        (
            ("https://www.a.example/x", "https://b.example/y"),
            '<a href="https://www.a.example/x">a.example</a> and 1 more',
        ),
        (("one", "two", "three"), '<a href="#ref-one"></a> and 2 more'),
        (("one", "two", "three", "four"), "4 documents"),
    ],
)
def test_of_documents_behind_a_number_the_first_is_told(
    documents: tuple[str, ...], told: str
) -> None:
    assert to_html._documents([of("a", "T1", documents=documents)]) == told
    assert to_html._documents([of("a", documents=documents)]) == ""  # read whole


def test_title_block(page: Page) -> None:
    assert "Who left? Two records Evidence up to 4\u00a0June\u00a02019Edition 3f9a1c" in page.text
    assert page.attributes("html") == [{"lang": "en"}]
    assert len(page.attributes("h1")) == 1


def test_sources_are_only_the_cited_ones(page: Page) -> None:
    assert "[1] C. P. Bown. Żółty papier. 2\u00a0June\u00a02019. example.org" in page.text
    assert "[1, p. 3]" in page.text
    assert "Never cited" not in page.text


def test_a_copy_that_was_read_is_named_and_linked(exported: Export) -> None:
    cells = [text("# Who left?\n\nSo it was said [@wire].", "top")]
    page = Page(exported(cells, "html").read_text(encoding="utf-8"))
    assert "[1] Agency. Wire. Read in the Gazette." in page.text
    address = "https://gazette.example/a_b?c=1"
    assert [link.get("href") for link in page.attributes("a")].count(address) == 1
    with pikepdf.open(exported(cells, "pdf")) as paper:
        notes = [note for sheet in paper.pages for note in sheet.get("/Annots", [])]
        assert address in [str(note["/A"].get("/URI")) for note in notes if "/A" in note]


def test_code_of_the_report_itself_is_hidden(exported: Export) -> None:
    hidden = exported([code(table(), cell_id="table"), *REPORT[:2]], "html").read_text()
    assert "secret_code" not in hidden


def test_numbers_and_figures_lead_to_the_code_that_made_them(
    exported: Export, folder: Path
) -> None:
    makers = [
        text("# The first part", "title"),
        code(source='press.value("rate", a < b)', cell_id="made-here"),
        code(figure(), source="draw()", cell_id="drawn-here"),
    ]
    nbformat.write(new_notebook(cells=makers), folder / "notebooks" / "01-first.ipynb")
    page = Page(exported(REPORT, "html").read_text())
    links = {link.get("href") for link in page.attributes("a")}
    cells = {cell.get("id") for cell in page.attributes("pre")}
    wanted = {"code-01-first--made-here", "code-01-first--drawn-here"}
    assert wanted <= cells
    assert {f"#{place}" for place in wanted} <= links
    assert "The first part (01-first.ipynb)" in page.text
    assert 'press.value("rate", a < b)' in page.text
    assert page.text.count("Code of the notebooks") == 2  # contents, heading
    tags = [tag for tag, _ in structure(exported(REPORT, "pdf"))]
    assert "/Code" not in tags  # paper has no room for it


def test_without_the_notebooks_there_is_no_code_and_no_link_to_it(page: Page) -> None:
    assert "Code of" not in page.text
    assert not any(str(link.get("href")).startswith("#code-") for link in page.attributes("a"))


def test_data_of_figures_keep_the_names_of_their_columns(page: Page) -> None:
    heads = [head.get("data-name") for head in page.attributes("th")]
    assert heads[:2] == ["day", "rate_pct"]


def test_the_sources_stand_where_the_notebook_wants_them(exported: Export) -> None:
    page = Page(
        exported(
            [text("[@paper]\n\n## Read on\n\n::: {#refs}\n:::\n\n## Last\n\nThe end.")], "html"
        ).read_text()
    )
    assert page.text.index("Żółty") < page.text.rindex("Last")
    assert "Sources" not in page.text


@pytest.mark.parametrize(
    "harm",
    ["<script>alert()</script>", '<image href="https://example.org/x.png"/>', '<g onload="x"/>'],
)
def test_a_drawing_that_reaches_outside_is_refused(exported: Export, harm: str) -> None:
    drawing = SVG.replace("</svg>", harm + "</svg>")
    with pytest.raises(PressError, match="reaches outside of itself"):
        exported([code(output({"image/svg+xml": drawing, "text/plain": "x"}))], "html")


def test_spans_of_a_box_stay_apart(exported: Export) -> None:
    made = exported([text("::: box\n[One.]{.a}\n[Two.]{.b}\n:::")], "html").read_text()
    assert '<span class="a">One. </span><span class="b">Two.</span>' in made
