"""A drawing put into a page is named, and reaches nothing else on it."""

from __future__ import annotations

import re

import pytest

from notepress.errors import PressError
from notepress.print import svg

DRAWING = """<?xml version="1.0"?>
<!-- made by a program -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="100pt" height="50pt" style="font-family:'Serif'">
 <metadata>1 Jan</metadata>
 <defs>
  <style type="text/css">*{stroke-linecap: butt}</style>
  <path id="mark" d="M 0 2.2 L 0 10"/>
  <clipPath id="clip"><rect x="1" y="2"/></clipPath>
 </defs>
 <use xlink:href="#mark" x="11" y="5" clip-path="url(#clip)" style="fill: none"/>
 <text x="3">rate 1.23456:  <tspan>a; b: c</tspan></text>
</svg>"""


def test_nothing_that_is_seen_is_lost() -> None:
    inlined = svg.inline(DRAWING, "fig", "What it shows")
    assert re.findall(r">([^<>\n]+)<", inlined) == ["rate 1.23456:  ", "a; b: c"]
    assert "made by" not in inlined
    assert "1 Jan" not in inlined


def test_ids_are_its_own() -> None:
    inlined = svg.inline(DRAWING, "fig", "What it shows")
    assert re.findall(r'id="([^"]*)"', inlined) == ["fig-mark", "fig-clip"]
    assert 'xlink:href="#fig-mark" x="11" y="5" clip-path="url(#fig-clip)"' in inlined


def test_its_links_lead_to_places_of_the_page() -> None:
    linked = DRAWING.replace("<text", '<a href="#mark"><text').replace("</text>", "</text></a>")
    inlined = svg.inline(linked, "fig", "What it shows")
    assert '<a href="#mark"><text' in inlined
    assert 'xlink:href="#fig-mark"' in inlined
    assert 'role="group"' in inlined
    assert 'role="img"' in svg.inline(DRAWING, "fig", "What it shows")


def test_its_style_stays_within_it_and_its_size_is_the_page_s() -> None:
    inlined = svg.inline(DRAWING, "fig", "What it shows")
    opening = inlined[: inlined.index(">")]
    assert "<style" not in inlined
    assert 'aria-label="What it shows"' in opening
    assert "style=\"stroke-linecap: butt;font-family:'Serif';max-width:140pt\"" in opening
    assert 'viewBox="0 0 100 50"' in opening
    assert "width=" not in opening


def test_its_colours_are_the_page_s_to_turn() -> None:
    coloured = DRAWING.replace("fill: none", "fill:#1f5a94;stroke: #ffffff")
    inlined = svg.inline(coloured, "fig", "What it shows")
    assert "fill:var(--h1f5a94);stroke:var(--hffffff)" in inlined
    light, dark = svg.shared(inlined)[1].split("@media")
    assert "--h1f5a94:#1f5a94;--hffffff:#ffffff;" in light
    assert "--h1f5a94:oklch(from #1f5a94" in dark
    assert "--hffffff:var(--paper)" in dark


def test_drawings_of_a_page_share_their_styles() -> None:
    sheets = ("<style>.c0{fill:#1f5a94}.c1{fill:none}</style>", "<style>.c0{fill:none}</style>")
    drawn = [
        DRAWING.replace("<use ", f'{sheet}<use class="c0" ').replace("<text ", '<text class="c1" ')
        for sheet in sheets
    ]
    page = "".join(svg.inline(one, "fig", "It", ids=f"f{at}") for at, one in enumerate(drawn))
    content, sheet = svg.shared(page)
    assert re.findall(r'class="(\w+)"', content) == ["d2", "d0", "d1", "d2", "d1", "f1c1"]
    assert ".d0{fill:var(--h1f5a94)}.d1{fill:none}.d2{stroke-linecap" in sheet
    assert "<style" not in content


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(PressError, match="fig is no SVG"):
        svg.inline("<html/>", "fig", "x")
    with pytest.raises(PressError, match="no width and height"):
        svg.inline("<svg/>", "fig", "x")


def test_a_page_brings_the_face_that_its_drawings_are_set_in() -> None:
    ours = DRAWING.replace("'Serif'", "'Source Sans Pro'")
    for drawing in (ours, DRAWING):
        _, sheet = svg.shared(svg.inline(drawing, "fig", "It"))
        assert ("@font-face" in sheet) == (drawing is ours)
