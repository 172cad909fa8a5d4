"""Side pages: one file that needs nothing else, in which every text is only text."""

from __future__ import annotations

import html5lib
import pandas as pd
import pytest
from markupsafe import Markup

from notepress import pages
from notepress.errors import PressError

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>\x1b[31mred\x1b[0m\x00\ud800"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt" viewBox="0 0 90 60">'
    '<defs><clipPath id="clip"><path d="M 0 0 H 9"/></clipPath></defs>'
    '<g clip-path="url(#clip)"><text style="font-family:\'Source Sans Pro\'">Rate</text></g></svg>'
)


def hostile_page() -> str:
    # no frame can hold half a character
    cell = HOSTILE.replace("\ud800", "")
    frame = pd.DataFrame({"name <b>": [cell, None], cell: [1234.5, -1]})
    return pages.page(
        HOSTILE,
        [
            pages.section(
                HOSTILE,
                pages.paragraph(HOSTILE, pages.link(HOSTILE, "https://a.example/?q=<\"'>")),
                pages.table(frame, title=HOSTILE),
                pages.fold(HOSTILE, pages.code(HOSTILE, name=HOSTILE)),
                pages.definitions([(HOSTILE, HOSTILE)]),
                pages.figure(DRAWING, HOSTILE, title=HOSTILE, caption=HOSTILE, name="a"),
                pages.figure(DRAWING, "A rate", title="Rates", name="b"),
            ),
            HOSTILE,
        ],
        subtitle=HOSTILE,
        facts=[HOSTILE],
    )


def test_a_page_of_hostile_texts_is_valid_and_has_no_element_of_theirs():
    page = hostile_page()

    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(page)

    assert not list(document.iter("script")), "the text became a script"
    assert not list(document.iter("img"))
    assert document.find(".//h1").text.startswith("<script>alert(1)</script>\"'&<img src=x")
    assert "red\ufffd\ufffd" in document.find(".//h1").text, "neither colours nor broken characters"
    page.encode()


def test_a_page_asks_for_nothing_and_allows_no_script():
    document = html5lib.parse(hostile_page(), namespaceHTMLElements=False)
    policy = next(
        element.get("content")
        for element in document.iter("meta")
        if element.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy
    assert not [e for e in document.iter() if e.get("src")]
    *icons, skip, own = [e.get("href") for e in document.iter() if e.get("href")]
    assert [icon.partition(",")[0] for icon in icons] == ["data:image/svg+xml"]
    assert (skip, own) == ("#content", "https://a.example/?q=<\"'>")


def test_the_same_blocks_give_the_same_page():
    assert hostile_page() == hostile_page()


def test_a_table_names_its_rows_and_columns_and_sets_numbers_right():
    frame = pd.DataFrame(
        {"run": ["base", "other"], "Rate (%)": [1234.5, None], "near": [True, False]}
    )
    table = pages.table(
        frame,
        title="Rates",
        formats={"Rate (%)": "{:.1f}", "run": lambda run: pages.link(run, f"{run}.html")},
    )
    assert '<th scope="col" class="right">Rate (%)</th>' in table
    assert '<th scope="row"><a href="base.html">base</a></th>' in table
    assert '<td class="right">1234.5</td><td>yes</td>' in table
    assert '<td class="right">–</td>' in table, "missing is never nothing or nan"


def test_sections_are_listed_where_there_are_several():
    first, second = pages.section("What differs?", "a"), pages.section("Same & other", "b")
    assert "<nav" not in pages.page("T", [first])
    page = pages.page("T", [first, second])
    assert '<li><a href="#what-differs">What differs?</a></li>' in page
    assert '<li><a href="#same-other">Same &amp; other</a></li>' in page


def test_ids_of_two_drawings_and_sections_do_not_clash():
    two = [pages.figure(DRAWING, "A rate", title="Rates", name=name) for name in ("a", "b")]
    page = pages.page("T", two)
    assert 'clip-path="url(#a-clip)"' in page
    assert 'clip-path="url(#b-clip)"' in page
    with pytest.raises(PressError, match="ids twice: a-clip"):
        pages.page("T", [two[0], two[0]])


def test_letters_of_drawings_come_along_and_only_theirs():
    drawing = pages.figure(DRAWING, "A rate", title="Rates", name="a")
    assert "data:font" in pages.page("T", [drawing])
    assert "data:font" not in pages.page("T", [pages.code("Rate")])


def test_a_drawing_needs_words_and_may_not_reach_outside():
    with pytest.raises(PressError, match="needs a text"):
        pages.figure(DRAWING, " ", title="Rates", name="a")
    with pytest.raises(PressError, match="reaches outside"):
        harmful = DRAWING.replace("<g ", '<g onload="x()" ')
        pages.figure(harmful, "A rate", title="Rates", name="a")


def test_markup_is_kept_only_where_it_is_marked_as_such():
    assert pages.paragraph("<i>a</i>", Markup("<i>b</i>")) == "<p>&lt;i&gt;a&lt;/i&gt;<i>b</i></p>"
