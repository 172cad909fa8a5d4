"""A drawing put into a page keeps what can be seen and loses the rest."""

from __future__ import annotations

import re

from notepress.print import svg

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="100pt" height="50pt" viewBox="0 0 100 50">
 <g id="axes_1">
  <defs>
   <path id="mark" d="M 0.123456 2.2
L -0.000001 10
z
"/>
  </defs>
  <clipPath id="clip"><rect x="1.23456" y="2"/></clipPath>
  <use xlink:href="#mark" x="10.999999" y="5" clip-path="url(#clip)" style="fill: none; stroke: #123456"/>
  <text x="3.14159" transform="rotate(-0 3.14159 2)">rate 1.23456:  <tspan>{}</tspan></text>
  <text transform="rotate(-90.5 1 1)">up</text>
 </g>
</svg>"""  # noqa: E501


def test_nothing_that_is_seen_is_lost() -> None:
    inlined = svg.inline(DRAWING.format("a; b: c"), "fig", "What it shows")
    assert re.findall(r">([^<>\n]+)<", inlined) == ["rate 1.23456:  ", "a; b: c", "up"]
    assert 'transform="rotate(-90.5 1 1)"' in inlined
    assert 'style="fill:none;stroke:#123456"' in inlined
    assert 'xlink:href="#fig--mark" x="11" y="5" clip-path="url(#fig--clip)"' in inlined
    assert re.findall(r'id="([^"]*)"', inlined) == ["fig--mark", "fig--clip"]
    assert '<path id="fig--mark" d="M 0.12 2.2 L -0 10 z "/>' in inlined


def test_what_holds_for_every_word_is_said_once() -> None:
    one = "<svg width='9pt'><text style='x'/></svg>".replace("'", '"')
    words = ["font-size: 9px; font-family: 'Serif'; fill: red", "font-family: 'Serif'"]
    drawing = one.replace("<svg", '<svg height="9pt"').replace(
        '<text style="x"/>', "".join(f'<text style="{word}">a</text>' for word in words)
    )
    inlined = svg.inline(drawing, "fig", "x")
    assert inlined.count("font-family:'Serif'") == 1
    assert re.search(r"<svg[^>]*font-family:'Serif'", inlined)
    assert '<text style="font-size:9px;fill:red">a</text><text>a</text>' in inlined
    two = svg.inline(drawing.replace("'Serif'", "'Sans'", 1), "fig", "x")
    assert "<text style=\"font-family:'Serif'\">" in two
    assert "font-family:'Sans';fill:red" in two


def test_groups_close_where_they_opened() -> None:
    nested = (
        '<g id="axes_1"><g clip-path="url(#c)"><g>a</g></g><g><g style="fill: red">b</g></g></g>'
    )
    drawing = f'<svg width="9pt" height="9pt"><clipPath id="c"/>{nested}</svg>'
    inlined = svg.inline(drawing, "fig", "x")
    assert '<g clip-path="url(#fig--c)">a</g><g style="fill:red">b</g></svg>' in inlined


def test_what_nobody_sees_is_dropped() -> None:
    inlined = svg.inline(DRAWING.format("x"), "fig", "What it shows")
    assert "axes_1" not in inlined
    assert "rotate(-0" not in inlined
    assert not re.search(r"\n\s+<", inlined)
