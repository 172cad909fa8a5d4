"""Measure the pages of a printed report: `python tools/measure_pages.py report.pdf`."""

from __future__ import annotations

import itertools
import math
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NumberObject

LEFT, TOP, BOTTOM = 62.4, 781, 49.6  # edges of the text in points, as report.typ has them
TEXT = 10.5  # size of prose
ITEM = 14  # room for the dash of a list
READ = 9  # pages that a reader is expected to read through


class Line(NamedTuple):
    """What stands at one height of a page; `prose` is the part of it in the text column."""

    y: float
    size: float
    text: str
    prose: str


class Measured(NamedTuple):
    """What is held against the limits of `beyond`; places are given as "page: words"."""

    characters: list[int]  # of every full line of prose
    sizes: list[float]  # of type, in points, the smallest first
    words: list[int]  # of each page, with those of its tables, drawings and margin
    white: list[float]  # at the foot of each page but the last, as a share of its height
    cut: list[str]  # pieces of paragraphs of fewer than three lines at a turn of the page
    alone: list[str]  # headings and captions at a foot, last items of lists at a head
    paragraphs: list[str]  # of the pages to read, whole, boxes among them


def lines_of(page: pypdf.PageObject) -> tuple[list[Line], set[float]]:
    """Return the lines between head and foot of a page, downwards, and its sizes of type."""
    runs: dict[int, list[tuple[float, float, str, str]]] = defaultdict(list)

    def see(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        x, y = cm[4] + cm[0] * tm[4], cm[5] + cm[3] * tm[5]
        if text.strip() and BOTTOM - 4 < y < TOP:
            height = size * math.hypot(tm[0], tm[1]) * math.hypot(cm[0], cm[1])
            name = str(font["/BaseFont"]) if font else ""
            runs[round(y)].append((x, height, name, text))

    page.extract_text(visitor_text=see)
    lines = []
    for y, found in sorted(runs.items(), reverse=True):
        text = "".join(run[3] for run in found)
        serif = [run for run in found if "Libertinus" in run[2] and abs(run[1] - TEXT) < 0.1]
        starts = serif and min(run[0] for run in serif) < LEFT + ITEM
        prose = "".join(run[3] for run in serif).strip() if starts else ""
        if not re.search(r"[^\W\d_]", prose):  # numbers within a line of another script
            prose = ""
        lines.append(Line(y, max(run[1] for run in found), text, prose))
    return lines, {round(run[1], 1) for found in runs.values() for run in found}


def paragraphs(lines: list[Line], leading: float) -> list[list[Line]]:
    """Return the prose of a page in paragraphs."""
    own = [line for line in lines if line.prose]
    parts: list[list[Line]] = []
    for line in own:
        goes_on = parts and parts[-1][-1].y - line.y < 1.15 * leading
        if goes_on and not line.prose.startswith("–"):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def words_of(text: str) -> list[str]:
    """Return the words of a text, numbers among them."""
    return re.findall(r"\S*[^\W_]\S*", text)


def marked_text(page: pypdf.PageObject) -> dict[int, str]:
    """Return the text of a page by the number that the structure tree knows it by."""
    texts: dict[int, str] = defaultdict(str)
    open_marks: list[int | None] = []

    def follow(operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        if operator in (b"BDC", b"BMC"):
            given = operands[-1] if operator == b"BDC" else None
            open_marks.append(given.get("/MCID") if isinstance(given, DictionaryObject) else None)
        elif operator == b"EMC":
            open_marks.pop()

    def see(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        number = next((mark for mark in reversed(open_marks) if mark is not None), None)
        if number is not None:
            texts[number] += text

    page.extract_text(visitor_operand_before=follow, visitor_text=see)
    return texts


def paragraphs_read(document: pypdf.PdfReader) -> list[str]:
    """Return the paragraphs that begin on the pages to read, also where a page divides them.

    The structure tree has them: a paragraph of the text, or a box, which holds no table or figure.
    """
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(document.pages, 1)}
    texts = {at: marked_text(page) for at, page in enumerate(document.pages, 1)}
    found: list[tuple[int, str]] = []

    def walk(node: Any, page: int, inside: str) -> tuple[int, str, set[str]]:
        """Return the first page of a node, its text, and the kinds of node in it."""
        node = node.get_object()
        if isinstance(node, NumberObject):
            return page, texts[page].get(int(node), ""), set()
        if "/Pg" in node:
            page = numbers[node.raw_get("/Pg").idnum]
        kind = str(node.get("/S", ""))
        below = node.get("/MCID", node.get("/K", []))
        below = below if isinstance(below, ArrayObject) else [below]
        parts = [walk(part, page, kind) for part in below] if "/Obj" not in node else []
        first, text = parts[0][0] if parts else page, "".join(part[1] for part in parts)
        kinds = set().union({kind}, *(part[2] for part in parts))
        is_box = kind == "/Div" == inside and not kinds & {"/Table", "/Figure", "/P"}
        if (kind == "/P" and inside in ("/Document", "/Div")) or is_box:
            found.append((first, " ".join(text.split())))
        return first, text, kinds

    walk(document.trailer["/Root"]["/StructTreeRoot"], 1, "")
    return [text for page, text in found if page <= READ]


def measure(path: Path) -> Measured:
    """Measure a report."""
    document = pypdf.PdfReader(path)
    printed = document.pages
    found = [lines_of(page) for page in printed]
    pages = [lines for lines, _ in found]
    own = [[line.y for line in lines if line.prose] for lines in pages]
    steps = [a - b for ys in own for a, b in itertools.pairwise(ys)]
    leading = statistics.mode(steps)
    parts = [paragraphs(lines, leading) for lines in pages]
    characters = [len(line.prose) for page in parts for part in page for line in part[:-1]]
    white = [(lines[-1].y - 3 - BOTTOM) / (TOP - BOTTOM) for lines in pages[:-1]]
    cut, alone = [], []
    for number, (before, after) in enumerate(itertools.pairwise(parts), 2):
        if before and after and not re.search(r"[.:?!)\]]$", before[-1][-1].prose):
            pieces = {number - 1: before[-1], number: after[0]}
            cut += [f"{n}: {p[0].prose}" for n, p in pieces.items() if len(p) < 3]
        if after and after[0][0].prose.startswith("–"):
            more = len(after) > 1 and after[1][0].prose.startswith("–")
            alone += [] if more else [f"{number}: {after[0][0].prose}"]
    for number, lines in enumerate(pages, 1):
        last = lines[-1]
        if last.size > TEXT + 1 or re.match(r"(Figure|Table)\s\d", last.text):
            alone.append(f"{number}: {last.text}")
    sizes = sorted(set().union(*(own_sizes for _, own_sizes in found)))
    words = [len(words_of(page.extract_text())) for page in printed]
    return Measured(characters, sizes, words, white, cut, alone, paragraphs_read(document))


def articles(paragraphs: list[str]) -> float:
    """Return the share of "a", "an" and "the" in the words of paragraphs."""
    words = [word.strip("“‘(").lower() for text in paragraphs for word in words_of(text)]
    return sum(word in ("a", "an", "the") for word in words) / len(words)


def beyond(measured: Measured) -> list[str]:
    """What is beyond the limits that an author keeps when an edition is printed."""
    pages, characters = len(measured.white) + 1, statistics.median(measured.characters)
    longest = max(measured.paragraphs, key=lambda text: len(words_of(text)))
    kept = {
        f"{pages} pages, at most 25": pages <= 25,
        f"{characters:g} characters in a line, 66 to 78": 66 <= characters <= 78,
        f"type of {measured.sizes[0]:.1f} points, at least 7.5": measured.sizes[0] > 7.49,
        f"{len(measured.sizes)} sizes of type, at most 8": len(measured.sizes) <= 8,
        # each part begins a page
        f"{max(measured.white):.0%} white at a foot, below 45%": max(measured.white) < 0.45,
        f"{articles(measured.paragraphs):.1%} articles, at least 7%": articles(measured.paragraphs)
        >= 0.07,
        f"a paragraph of {len(words_of(longest))} words, at most 110": len(words_of(longest))
        <= 110,
        "paragraphs are cut short": not measured.cut,
        "headings, captions or items are left alone": not measured.alone,
    }
    return [limit for limit, is_kept in kept.items() if not is_kept]


def main(path: Path) -> int:
    """Print what was measured, and what of it is beyond a limit; 1 if anything is."""
    measured = measure(path)
    characters = statistics.quantiles(measured.characters, n=10)
    print(f"{len(measured.white) + 1} pages")
    print(f"characters a line: median {statistics.median(measured.characters):g},", end=" ")
    print(f"from {characters[0]:g} to {characters[-1]:g} in eight lines of ten")
    print("sizes of type, points:", *measured.sizes)
    print("words of each page:", *measured.words)
    print("white at the foot, percent:", *(f"{100 * share:.0f}" for share in measured.white))
    lengths = sorted(
        ((len(words_of(text)), text[:60]) for text in measured.paragraphs), reverse=True
    )
    print(f"articles on the pages to read: {articles(measured.paragraphs):.1%} of the words")
    print(
        "longest paragraphs there, words:", *(f"{n}: {text}" for n, text in lengths[:8]), sep="\n  "
    )
    print("paragraphs cut short:", *(measured.cut or ["none"]), sep="\n  ")
    print("left alone:", *(measured.alone or ["none"]), sep="\n  ")
    print("beyond a limit:", *(beyond(measured) or ["nothing"]), sep="\n  ")
    return 1 if beyond(measured) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
