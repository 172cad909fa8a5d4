"""A compact drawing shows the same picture and text in fewer bytes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import typst
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle
from PIL import Image

from notepress import fonts
from notepress.drawings import compact


@pytest.fixture(scope="module")
def drawn() -> str:
    """A drawing with all that ours have: clipped lines, marks, hatches, dashes, turned text."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(5, 2.4))
    left.step([0, 1, 2, 3], [1, 3, 2, 5], where="post", linestyle=":", color="#1f5a94")
    left.plot([-1, 9], [0, 9], color="#b9521f", linewidth=3)
    left.scatter([0.2, 1, 2.4], [1, 3, 2], marker="D", facecolor="white", edgecolor="0.2")
    left.scatter([0, 3], [5, 5], c=["#1f5a94", "#b9521f"])
    left.set(xlim=(0, 3), ylim=(0, 6), ylabel="Rate <b> & more")
    right.barh(["Zölle", "Öl"], [3, -1.5], hatch="//", alpha=0.5)
    right.add_patch(Rectangle((0, 0), 1, 0.5, transform=right.transAxes, fill=False, zorder=9))
    right.text(
        0.5, 0.5, "turned", rotation=30, transform=right.transAxes, weight="bold", color="0.2"
    )
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "x"}):
        fig.savefig(
            buffer, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"])
        )
    plt.close(fig)
    return buffer.getvalue()


def pixels(drawing: str, folder: Path) -> np.ndarray:
    (folder / "drawing.svg").write_text(drawing)
    page = folder / "page.typ"
    page.write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")')
    compiler = typst.Compiler(
        str(page),
        root=str(folder),
        ignore_system_fonts=True,
        font_paths=[str(fonts.FOLDER)],
    )
    png = compiler.compile(format="png", ppi=144)
    assert isinstance(png, bytes)
    return np.asarray(Image.open(io.BytesIO(png)).convert("L")).astype(int)


def test_links_lead_out_of_the_drawing() -> None:
    fig, ax = plt.subplots()
    ax.text(0, 0, "there", url="#place")
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        fig.savefig(buffer, format="svg", metadata={"Date": None})
    plt.close(fig)
    assert re.search(r'<a href="#place"><text [^>]*>there</text></a>', compact(buffer.getvalue()))


def test_the_picture_is_the_same(drawn: str, tmp_path: Path) -> None:
    before, after = pixels(drawn, tmp_path), pixels(compact(drawn), tmp_path)
    assert before.shape == after.shape
    assert (before < 250).mean() > 0.05
    # edges may fall a hundredth of a point beside
    assert (abs(before - after) > 60).mean() < 0.001


def test_it_is_much_shorter_and_says_the_same(drawn: str) -> None:
    small = compact(drawn)
    assert len(small) < 0.6 * len(drawn)
    texts = [re.findall(r"<text[^>]*>([^<]*)<", one) for one in (drawn, small)]
    assert texts[0] == texts[1]
    assert "Rate &lt;b&gt; &amp; more" in texts[1]
    assert compact(drawn) == small


def test_below_ten_points_hundredths_are_kept_and_above_tenths() -> None:
    path = '<svg viewBox="0 0 99 99"><path d="M 9.876 10.456 L -9.994 -10.44"/></svg>'
    assert 'd="M9.88 10.5L-9.99-10.4"' in compact(path)


def test_apostrophes_are_curly(drawn: str) -> None:
    assert ">It won\u2019t<" in compact(re.sub(">[^<]*more<", ">It won't<", drawn))


def test_every_reference_has_its_target_and_no_other_id_is_left(drawn: str) -> None:
    small = compact(drawn)
    ids = re.findall(r'\bid="([^"]*)"', small)
    wanted = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', small))
    assert sorted(ids) == sorted({one or other for one, other in wanted})
    assert max(map(len, ids)) <= 3


def test_marks_that_are_alike_are_defined_once(drawn: str) -> None:
    definitions = re.findall(r'<path id="[^"]*" (d="[^"]*"[^>]*)>', compact(drawn))
    assert len(definitions) == len(set(definitions))


def test_colours_are_kept(drawn: str) -> None:
    colours = [set(re.findall(r"#[0-9a-f]{6}\b", one)) for one in (drawn, compact(drawn))]
    assert colours[0] == colours[1]


def test_the_font_is_said_once_and_another_where_it_is(drawn: str) -> None:
    small = compact(drawn)
    assert small.count("font-family") == 1
    assert re.search(r"<svg[^>]*font-family", small)
    mixed = compact(re.sub("font-family: [^;]*", "font-family: Serif", drawn, count=1))
    assert re.search(r"<svg[^>]*font-family:Serif", mixed)
    assert mixed.count("font-family:Serif") == 1
    assert "font-family:'DejaVu Sans'" in mixed


def test_marks_keep_the_numbers_of_their_rows(drawn: str) -> None:
    named = compact(drawn.replace('<g id="PathCollection_1"', '<g id="rows 4 0 7"'))
    (marks,) = re.findall(r'<g data-rows="4 0 7"[^>]*>(.*?)</g>', named)
    assert marks.count("<use") == 3
    assert "data-rows" not in compact(drawn)
