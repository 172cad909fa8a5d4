"""HTML and PDF say the same, name everything they show, and refuse what they cannot print whole."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html5lib
import nbformat
import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notepress.errors import PressError
from notepress.press import FIGURE_MIME, TABLE_MIME
from notepress.print import svg
from notepress.print.export import export
from notepress.values import VALUES_MIME

VALUES = [
    {
        "id": "rate",
        "value": 15.639,
        "unit": "percent",
        "text": "15.64\u00a0percent",
        "definition": "The average rate.",
        "sources": [
            {
                "path": "data/raw/actions.csv",
                "sha256": "ab",
                "rows": ["T1", "T2"],
                "documents": ["paper", "https://example.org/direct"],
            }
        ],
        "function": "measures:rate",
        "file": "src/measures.py",
        "line": 7,
        "notebook": "01-first.ipynb",
        "cell_id": "made-here",
    },
    {
        "id": "money",
        "value": 35.5,
        "unit": "usd_bn",
        "text": "$35.5\u00a0billion",
        "definition": "Not used.",
        "sources": [],
        "function": "",
        "file": "",
        "line": None,
        "notebook": "01-first.ipynb",
        "cell_id": "made-here",
    },
]
SOURCES = [
    {
        "id": "paper",
        "type": "report",
        "title": "Żółty papier",
        "URL": "https://example.org/paper",
        "author": [{"family": "Bown", "given": "Chad P."}],
        "issued": {"date-parts": [[2019, 6, 2]]},
        "custom": {"kind": "primary"},
    },
    {"id": "unused", "type": "webpage", "title": "Never cited"},
    {
        "id": "wire",
        "type": "article-newspaper",
        "title": "Wire",
        "container-title": "Agency",
        "archive": "the Gazette",
        "archive_location": "https://gazette.example/a_b?c=1",
    },
]
SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="453.6pt"
 height="230.4pt" viewBox="0 0 453.6 230.4" version="1.1">
<defs><style type="text/css">*{stroke-linejoin: round}</style>
<clipPath id="clip"><rect id="r"/></clipPath></defs>
<path id="line" d="M0 0L9 9" clip-path="url(#clip)"/><use xlink:href="#line"/>
<text style="font: 9px 'DejaVu Sans'" x="9" y="20">Zölle</text>
</svg>"""


def figure(name: str = "rates", **change: Any) -> Any:
    record = {
        "kind": "figure",
        "name": name,
        "label": f"fig-{name}",
        "notebook": "01-first.ipynb",
        "title": "It rose to {{rate}}",
        "caption": "Read it so.",
        "alt": "A line that ends at {{rate}}.",
        "source": "@paper",
        "labels": {"day": "Day", "rate_pct": "Rate (%)"},
        **change,
    }
    return output({FIGURE_MIME: record, "image/svg+xml": SVG, "text/plain": "Figure"})


def table(name: str = "steps", count: int = 3, **change: Any) -> Any:
    record = {
        "kind": "table",
        "name": name,
        "label": f"tbl-{name}",
        "notebook": "01-first.ipynb",
        "title": "Every step",
        "caption": "",
        "source": "@paper",
        "columns": [
            {"header": "Step", "align": "left", "width": None, "markdown": False},
            {"header": "Rate", "align": "right", "width": None, "markdown": False},
            {"header": "Where", "align": "left", "width": None, "markdown": True},
        ],
        "rows": [[f"- T{n} *x*", f"{n}.0", "[@paper]"] for n in range(count)],
        **change,
    }
    return output({TABLE_MIME: record, "text/html": "<table></table>", "text/plain": "Table"})


def output(data: dict[str, Any], **metadata: Any) -> Any:
    return new_output("display_data", data, metadata=metadata)


def code(
    *outputs: Any,
    tags: tuple[str, ...] = (),
    source: str = "secret_code()",
    cell_id: str = "shown",
) -> Any:
    cell = new_code_cell(source, outputs=list(outputs), id=cell_id)
    cell.metadata["tags"] = list(tags)
    return cell


def text(markdown: str, cell_id: str = "prose", tags: tuple[str, ...] = ()) -> Any:
    return new_markdown_cell(markdown, id=cell_id, metadata={"tags": list(tags)})


REPORT = [
    text(
        "# Who left?\n\nThe rate is {{rate}} [@paper, p. 3], see @fig-rates and [@tbl-steps].",
        "top",
    ),
    code(figure()),
    text(
        "## One\n\n::: answer\nUp to **{{rate}}**.[^1]\n:::\n\n[^1]: A note on @fig-rates.", "one"
    ),
    code(table(), cell_id="table"),
    text(
        "## Two\n\n::: twocol\n::: {}\nLeft.\n:::\n::: {}\nRight.\n:::\n:::\n\n"
        "::: claim\nA claim.\n:::\n\n::: note\nA note.\n:::\n\n"
        "The mean is $\\bar r$, or\n\n$$r = \\sum_i w_i$$",
        "two",
    ),
]

Export = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "reports" / "base"
    for part in ("notebooks", "tables"):
        (run / part).mkdir(parents=True)
    (run / "values.json").write_text(json.dumps(VALUES))
    (run / "references.json").write_text(json.dumps(SOURCES))
    (run / "tables" / "rates.csv").write_text("day,rate_pct\n2019-05-10,10.0\n2019-06-01,15.6\n")
    return run


@pytest.fixture
def exported(folder: Path) -> Export:
    """Export cells as a report."""

    def make(cells: list[Any], file_format: str, **config: Any) -> Path:
        notebook = folder / "notebooks" / "06-report.ipynb"
        nbformat.write(new_notebook(cells=cells), notebook)
        path = folder / f"report.{file_format}"
        given = {
            "values_file": str(folder / "values.json"),
            "bibliography_file": str(folder / "references.json"),
            "document_date": "2019-06-04",
            "subtitle": "Two records",
            "version": "0.1.0",
            "edition": "3f9a1c",
            **config,
        }
        export(notebook, path, file_format, **given)
        return path

    return make


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text without tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"[ \n]+", " ", "".join(self.pieces))

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(exported: Export) -> Page:
    made = exported(REPORT, "html", reproduce="make explain VALUE={id}")
    return Page(made.read_text())


def test_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert page.attributes("script") == [{}]  # its own, and no other's
    for tag in ("link", "iframe", "object"):
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
    script = next(piece for piece in page.pieces if "'use strict'" in piece)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy["content"]
    addresses = re.findall(r"url\(([^)]{4})", "".join(page.pieces))
    assert set(addresses) == {"data"}


@pytest.mark.parametrize("style", ["", " style=\"font-family:'DejaVu Sans';font-size:8px\""])
def test_a_drawing_stays_whole_whatever_its_root_says(exported: Export, style: str) -> None:
    drawing = SVG.replace('version="1.1"', f'version="1.1"{style}').replace(
        "font: 9px 'DejaVu Sans'", "font-family:'DejaVu Sans';fill:#333"
    )
    cells = [code(output({"image/svg+xml": drawing, "text/plain": "A drawing"}))]
    page = exported(cells, "html").read_text()
    html5lib.HTMLParser(strict=True).parse(page)
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert drawn[: drawn.index(">")].count("font-family") == bool(style)
    assert drawn.count("<clipPath") == drawn.count("</clipPath>") == 1


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
    assert {"num-rate", "fig-rates", "tbl-steps", "ref-paper", "fig-rates--line"} <= set(targets)
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
    assert {head.get("scope") for head in page.attributes("th")} == {"col"}
    assert len(page.attributes("caption")) == 1
    regions = [one for one in page.attributes("div") if one.get("class") == "scroll"]
    assert regions
    assert all(one["tabindex"] == "0" and one["aria-label"] for one in regions)
    assert "- T0 *x*" in page.text


def test_numbers_lead_to_where_they_come_from(page: Page) -> None:
    assert page.text.count("Where each number comes from") == 2  # contents, heading
    entry = page.text[page.text.rindex("Where each number comes from") :]
    for part in (
        "15.64\u00a0percent The average rate.",
        "15.639 (percent)",
        "data/raw/actions.csv: T1, T2",
        "rate (src/measures.py:7)",
        "01-first.ipynb, cell made-here",
        "Documentspaper https://example.org/direct",
        "make explain VALUE=rate (edition 3f9a1c)",
    ):
        assert part in entry
    addresses = [link.get("href") for link in page.attributes("a")]
    assert "https://example.org/direct" in addresses
    assert addresses.count("https://example.org/paper") == 2  # in the card and in the sources
    assert "Not used." not in page.text


def test_title_block(page: Page) -> None:
    assert "Who left? Two records Evidence up to 4\u00a0June\u00a02019Version 0.1.0" in page.text
    assert page.attributes("html") == [{"lang": "en"}]
    assert len(page.attributes("h1")) == 1


def test_sources_are_only_the_cited_ones(page: Page) -> None:
    assert "[1] C. P. Bown. Żółty papier. 2 June 2019. https://example.org/paper" in page.text
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


def test_code_is_hidden_or_folded(exported: Export) -> None:
    hidden = exported([code(table(), cell_id="table"), *REPORT[:2]], "html").read_text()
    assert "secret_code" not in hidden
    cells = [
        code(),
        code(source="x = 1", tags=("parameters",), cell_id="x"),
        code(source="y = 2", tags=("remove-input",), cell_id="y"),
    ]
    folded = exported(cells, "html", show_code="folded").read_text()
    assert '<details class="code">' in folded
    assert "secret_code()" in folded
    assert "x = 1" not in folded
    assert "y = 2" not in folded


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


def test_tags_hide_what_they_say(exported: Export) -> None:
    stream = new_output("stream", name="stdout", text="printed")
    assert "printed" in exported([code(stream)], "html").read_text()
    for tag in ("remove-cell", "remove-output", "injected-parameters"):
        assert "printed" not in exported([code(stream, tags=(tag,))], "html").read_text()


ON_SCREEN = ("screen-only",)


def test_what_is_for_the_screen_alone_is_not_on_paper(exported: Export) -> None:
    cells = [
        *REPORT[:1],
        text("## Aside\n\nWorth {{money}}, see @fig-more.", "aside", tags=ON_SCREEN),
        code(figure("more", title="More"), cell_id="more", tags=ON_SCREEN),
        *REPORT[1:],
        code(table("long"), cell_id="long", tags=ON_SCREEN),
    ]
    (exported(cells, "pdf").parent / "tables" / "more.csv").write_text("x\n1\n")
    page = Page(exported(cells, "html").read_text())
    assert {"num-money", "fig-more", "tbl-long"} <= {found.get("id") for _, found in page.elements}
    # paper and screen give the same numbers to what both have
    assert "Figure\u00a01 It rose" in page.text
    assert "Figure\u00a0S1 More" in page.text
    assert "Table\u00a0S1 Every step" in page.text
    assert exported(cells, "pdf").read_bytes() == exported(REPORT, "pdf").read_bytes()


@pytest.mark.parametrize(
    "reference",
    [
        text("## Two\n\nSee @fig-more and [@tbl-steps].", "two"),
        code(table(caption="As in @fig-more.", rows=[]), cell_id="two"),
        code(table(name="other", rows=[["T1", "1.0", "@fig-more"]]), cell_id="two"),
    ],
    ids=["text", "caption", "cell of a table"],
)
@pytest.mark.parametrize("file_format", ["html", "pdf"])
def test_paper_refers_to_nothing_that_is_on_screen_alone(
    exported: Export, reference: Any, file_format: str
) -> None:
    cells = [
        *REPORT[:2],
        code(figure("more", title="More"), cell_id="more", tags=ON_SCREEN),
        code(table(), cell_id="table"),
        reference,
    ]
    with pytest.raises(PressError, match="cell two: fig-more is screen-only, and this is printed"):
        exported(cells, file_format)


def test_outputs_of_every_known_kind_are_shown(exported: Export) -> None:
    png = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
        "lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    cells = [
        code(
            new_output("stream", name="stderr", text="\x1b[31ma warning\x1b[0m"),
            output({"text/plain": "some text"}),
            new_output("execute_result", {"text/plain": "a result"}),
            output({"text/markdown": "*some* {{rate}}"}),
            output({"text/latex": "$$x = y$$"}),
            output({"image/png": png, "text/plain": "<Figure size 1x1>"}, alt="A red dot"),
            output({"image/svg+xml": SVG, "text/plain": "A drawing"}),
            output({VALUES_MIME: VALUES[:1], "text/plain": "rate = 15.64 percent"}),
            new_output("error", ename="E", evalue="bad", traceback=["E: bad"]),
        )
    ]
    page = Page(exported(cells, "html").read_text())
    for shown in ("a warning", "some text", "a result", "some 15.64\u00a0percent", "E: bad"):
        assert shown in page.text
    assert "rate =" not in page.text
    assert "\x1b" not in page.text
    assert [image["alt"] for image in page.attributes("img")] == ["A red dot"]
    assert [drawing["aria-label"] for drawing in page.attributes("svg")] == ["A drawing"]
    assert page.attributes("math")
    alts = [alt for tag, alt in structure(exported(cells, "pdf")) if tag == "/Figure"]
    assert alts == ["A red dot", "A drawing"]


@pytest.mark.parametrize("file_format", ["html", "pdf"])
@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (
            code(output({"application/vnd.plotly.v1+json": {}})),
            r"cell shown: an output that no page can show: application/vnd\.plotly\.v1\+json",
        ),
        (
            code(
                output(
                    {"text/html": "<b>x</b>", "text/plain": "<IPython.core.display.HTML object>"}
                )
            ),
            "cell shown: an output that no page can show: text/html, text/plain",
        ),
        (
            code(output({"image/png": "", "text/plain": "<Figure size 1x1>"})),
            "without alternative text",
        ),
        (text("{{rat}}"), r"cell prose: no value 'rat' \(perhaps 'rate'\)"),
        (text("to 25 percent"), "cell prose: 25 is typed into the prose: to 25 percent"),
        (text("[@papers]"), r"cell prose: no source 'papers' \(perhaps 'paper'\)"),
        (text("@fig-none"), "cell prose: no figure or table 'fig-none'"),
        (code(table(title="{{rat}}")), "title of tbl-steps: no value 'rat'"),
        (code(figure(alt="To 25.")), "alt of fig-rates: 25 is typed"),
        (code(figure(source="@papers")), "source of fig-rates: no source 'papers'"),
        (code(table(), table()), "the label tbl-steps is used 2 times"),
        (
            text("# T\n\nUp to {{rate}}.\n\n## One {#one}\n\n{{rate}}"),
            "the section 'One' states recorded values .1., but cites no source and shows or names",
        ),
        (text("![x](https://example.org/x.png)"), "an image in prose"),
        (text("a <b>x</b>"), "raw html would be lost in the other format"),
        (text("\\newpage"), "raw tex would be lost in the other format"),
    ],
)
def test_what_could_be_printed_only_in_part_is_refused(
    exported: Export, cell: Any, reason: str, file_format: str
) -> None:
    with pytest.raises(PressError, match=reason):
        exported([cell], file_format)


def test_all_problems_are_told_at_once(exported: Export) -> None:
    with pytest.raises(PressError, match="the report: 3 problems") as problem:
        exported([text("{{rat}} [@papers]", "a"), text("to 25", "b")], "html")
    assert "cell a: no value" in str(problem.value)
    assert "cell b: 25 is typed" in str(problem.value)


def test_allowed_names_and_printed_values_are_no_typed_numbers(exported: Export) -> None:
    cells = [
        text("Under Section 301."),
        # filled when the notebook ran
        code(figure(title="It rose to 15.64\u00a0percent", alt="Ends at 15.64\u00a0percent.")),
    ]
    assert exported(cells, "html", allowed_names=["Section 301"])


@pytest.mark.parametrize("evidence", ["[@paper]", "See @tbl-steps.", ""])
def test_a_section_with_evidence_may_state_values(exported: Export, evidence: str) -> None:
    cells = [text(f"# T\n\n## One\n\n{{{{rate}}}} {evidence}"), code(table(), cell_id="table")]
    if evidence == "See @tbl-steps.":
        cells.insert(1, text("## Two", "two"))
    assert exported(cells, "html")


def test_missing_data_of_a_figure_are_named(exported: Export) -> None:
    with pytest.raises(PressError, match=r"fig-other: its data are missing.*tables/other\.csv"):
        exported([code(figure("other"))], "html")


@pytest.mark.parametrize("option", ["values_file", "bibliography_file"])
def test_missing_files_are_named(exported: Export, option: str) -> None:
    with pytest.raises(PressError, match=r"cannot be read: .*none\.json"):
        exported([text("x")], "html", **{option: "none.json"})


def test_without_a_file_the_values_of_the_notebook_count(exported: Export) -> None:
    cells = [code(output({VALUES_MIME: VALUES[:1]})), text("{{rate}}")]
    assert "15.64" in exported(cells, "html", values_file="").read_text()


def test_the_sources_stand_where_the_notebook_wants_them(exported: Export) -> None:
    page = Page(
        exported(
            [text("[@paper]\n\n## Read on\n\n::: {#refs}\n:::\n\n## Last")], "html"
        ).read_text()
    )
    assert page.text.index("Żółty") < page.text.rindex("Last")
    assert "Sources" not in page.text


FRAME = """<table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>count</th><th>share</th></tr>
<tr><th>act</th><th></th><th></th></tr></thead>
<tbody><tr><th>praise</th><td>1</td><td>0.5</td></tr><tr><th>deny</th><td>20</td><td>0.25</td></tr></tbody>
</table><p>2 rows</p>"""


def test_a_data_frame_is_a_table_in_both_formats(exported: Export) -> None:
    cells = [code(output({"text/html": FRAME, "text/plain": "frame"}))]
    html = exported(cells, "html").read_text()
    assert '<th scope="col">act</th>' in html
    assert '<th scope="row">praise</th><td class="right">1</td>' in html
    tags = [tag for tag, _ in structure(exported(cells, "pdf"))]
    assert tags.count("/TH") == 3
    assert tags.count("/TR") == 3


def structure(path: Path) -> list[tuple[str, str]]:
    """The tags of a PDF in reading order, each with its alternative text."""

    def walk(node: Any) -> Iterator[tuple[str, str]]:
        if isinstance(node, pikepdf.Array):
            for part in node:
                yield from walk(part)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node["/S"]), str(node.get("/Alt", ""))
            yield from walk(node.get("/K"))

    with pikepdf.open(path) as pdf:
        return list(walk(pdf.Root["/StructTreeRoot"]["/K"]))


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
    assert tags.count("/TH") == 3
    assert tags.count("/Note") == 1
    assert "/H1" in tags


@pytest.mark.parametrize("file_format", ["html", "pdf"])
def test_the_same_notebook_gives_the_same_bytes(
    exported: Export, file_format: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = exported(REPORT, file_format).read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.chdir(tmp_path)
    path = exported(REPORT, file_format)
    assert path.read_bytes() == first


def test_an_unchanged_report_keeps_its_time(folder: Path) -> None:
    notebook = folder / "notebooks" / "06-report.ipynb"
    nbformat.write(new_notebook(cells=[text("# T\n\nText.")]), notebook)
    assert export(notebook, folder / "a.html", "html")
    assert not export(notebook, folder / "a.html", "html")


def test_long_table_goes_over_pages_with_its_head(exported: Export) -> None:
    path = exported([text("# T"), code(table(count=120))], "pdf")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 2
    tags = [tag for tag, _ in structure(path)]
    assert tags.count("/TR") == 121


def test_a_table_too_wide_for_the_page_is_refused(exported: Export) -> None:
    columns = [{"header": "W" * 20, "align": "left", "width": None, "markdown": False}] * 9
    wide = table(columns=columns, rows=[["x"] * 9])
    with pytest.raises(PressError, match="tbl-steps is too wide for a printed page"):
        exported([code(wide)], "pdf")


def test_a_letter_that_no_font_has_is_refused(exported: Export) -> None:
    with pytest.raises(PressError, match="ꦐ"):
        exported([text("# T\n\nꦐ")], "pdf")


def test_chinese_letters_are_printed_where_their_fonts_are_and_else_refused(
    exported: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [text("# T\n\n关税")]
    if svg.further_fonts():
        with pikepdf.open(exported(cells, "pdf")) as pdf:
            fonts = [
                str(one.get("/FontName", ""))
                for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary)
            ]
        assert any("NotoS" in font for font in fonts)
    monkeypatch.setattr(svg, "_CHINESE_FONTS", "no_such_package")
    with pytest.raises(PressError, match="关"):
        exported(cells, "pdf")


@pytest.mark.parametrize(
    "harm",
    ["<script>alert()</script>", '<image href="https://example.org/x.png"/>', '<g onload="x"/>'],
)
def test_a_drawing_that_reaches_outside_is_refused(exported: Export, harm: str) -> None:
    drawing = SVG.replace("</svg>", harm + "</svg>")
    with pytest.raises(PressError, match="reaches outside of itself"):
        exported([code(output({"image/svg+xml": drawing, "text/plain": "x"}))], "html")


def test_unknown_format_and_missing_notebook_are_refused(folder: Path) -> None:
    with pytest.raises(PressError, match="no format 'docx'"):
        export(folder / "a.ipynb", folder / "a.docx", "docx")
    with pytest.raises(PressError, match="no executed notebook"):
        export(folder / "a.ipynb", folder / "a.pdf", "pdf")
