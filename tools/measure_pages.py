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

LEFT, TOP, BOTTOM = 62.4, 781, 49.6  # edges of the text in points, as report.typ has them
TEXT = 10.5  # size of prose
ITEM = 14  # room for the dash of a list


class Line(NamedTuple):
    """What stands at one height of a page; `prose` is the part of it in the text column."""

    y: float
    size: float
    text: str
    prose: str


class Measured(NamedTuple):
    """What is held against the limits of `beyond`; places are told as "page: words"."""

    characters: list[int]  # of every full line of prose
    sizes: list[float]  # of type, in points, the smallest first
    words: list[int]  # of each page, with those of its tables, drawings and margin
    white: list[float]  # at the foot of each page but the last, as a share of its height
    cut: list[str]  # pieces of paragraphs of fewer than three lines at a turn of the page
    alone: list[str]  # headings and captions at a foot, last items of lists at a head


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


def measure(path: Path) -> Measured:
    """Measure a report."""
    printed = pypdf.PdfReader(path).pages
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
    words = [len(re.findall(r"\S*[^\W_]\S*", page.extract_text())) for page in printed]
    return Measured(characters, sizes, words, white, cut, alone)


def beyond(measured: Measured) -> list[str]:
    """What is beyond the limits that an author keeps when an edition is printed."""
    pages, characters = len(measured.white) + 1, statistics.median(measured.characters)
    kept = {
        f"{pages} pages, at most 25": pages <= 25,
        f"{characters:g} characters in a line, 66 to 78": 66 <= characters <= 78,
        f"type of {measured.sizes[0]:.1f} points, at least 7.5": measured.sizes[0] > 7.49,
        f"{len(measured.sizes)} sizes of type, at most 8": len(measured.sizes) <= 8,
        # each part begins a page
        f"{max(measured.white):.0%} white at a foot, below 45%": max(measured.white) < 0.45,
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
    print("paragraphs cut short:", *(measured.cut or ["none"]), sep="\n  ")
    print("left alone:", *(measured.alone or ["none"]), sep="\n  ")
    print("beyond a limit:", *(beyond(measured) or ["nothing"]), sep="\n  ")
    return 1 if beyond(measured) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
