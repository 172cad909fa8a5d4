"""Hostile words in every cell that may hold words: they are printed as they stand, and do nothing.

The page has no script but its own, no handler and no script address; the PDF no action; the tables
no formula.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import re
from xml.etree.ElementTree import Element

import html5lib
import pandas as pd
import pikepdf
import pytest
from battery import run
from damages import FORMULAS, HTML, MARKUP, RIGHT_TO_LEFT, read, tables, write
from damages import cells as filled_cells

from notepress import outputs
from notepress.errors import PressError
from notepress.print.report import TEMPLATE
from notepress.prose import literal
from projects import RUN, TRUST

ALL = f"{HTML} {MARKUP} {RIGHT_TO_LEFT}"
WORDS = [ALL, HTML, MARKUP, "a \"b\" 'c', d; e & f &lt; 50% 1. 2) - * _x_ \\y ~z~"]
ACTIVE = {"script", "iframe", "object", "embed", "base", "form", "link", "applet", "foreignobject"}
SCRIPT = (TEMPLATE / "page.js").read_text()
# a script that holds data runs nothing
DATA = {"application/json", "application/ld+json"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href"}


def append_everywhere(raw, words: str) -> int:
    """Put the words behind those of every cell that is prose; return how many cells that were."""
    prose = {(cell.file, cell.column) for cell in filled_cells(raw) if cell.is_prose}
    count = 0
    for table in tables(raw):
        header, *rows = read(raw / table["path"])
        for at, column in enumerate(header):
            if (table["path"], column) in prose:
                for row in rows:
                    row[at] += f" {words}" if row[at] else ""
                    count += bool(row[at])
        write(raw / table["path"], [header, *rows])
    return count


def active_parts(page: Element) -> list[str]:
    """What a browser would run or fetch: elements, attributes and addresses."""
    found = []
    for element in page.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        is_own = element.text == SCRIPT or element.get("type") in DATA
        is_own |= element.get("rel") == "icon" and element.get("href", "").startswith("data:image/")
        found += [tag] if tag in ACTIVE and not is_own else []
        for name, value in element.attrib.items():
            name = str(name).rpartition("}")[2].lower()
            address = re.sub(r"[\s\x00-\x1f]", "", value).lower()
            if name.startswith("on") or (
                name in ADDRESSES and address.startswith(("javascript:", "vbscript:", "data:text"))
            ):
                found.append(f"{tag} {name}={value[:60]}")
    return found


def test_the_check_of_pages_finds_what_it_is_for():
    page = f"<p>{HTML}<a href=' java\nscript:x'>x</a><svg><a xlink:href='javascript:x'/></svg></p>"
    assert active_parts(html5lib.parse(page, namespaceHTMLElements=False)) == [
        "script", "img onerror=alert()", "a href= java\nscript:x", "a href=javascript:x",
    ]  # fmt: skip


def executable_cells(folder) -> list[str]:
    return [
        f"{path.name} {row}"
        for path in sorted(folder.rglob("*.csv"))
        for row in csv.reader(path.open(encoding="utf-8", newline=""))
        for cell in row
        if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", cell)
    ]


@pytest.mark.parametrize("words", WORDS if TRUST else WORDS[:1], ids=lambda words: words[:20])
def test_words_of_tables_are_printed_as_they_stand(project, tell, words):
    assert append_everywhere(project / "data" / "raw", words) > 1000
    done = run(project, "ACCEPT_DATA=1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "benchmarks.csv: differs" in done.stdout
    assert run(project).returncode == 0
    tell("changed tables", "built correctly")
    reports = project / "reports" / RUN
    page = (reports / "report.html").read_text(encoding="utf-8")
    parsed = html5lib.parse(page, namespaceHTMLElements=False)
    assert active_parts(parsed) == []
    said = " ".join("".join(parsed.itertext()).split())
    assert said.count(words) > 100, "the words did not reach the page, or not as they stand"
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none';")
    own = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert re.findall(r"script-src[^;]*", policy) == [f"script-src 'sha256-{own}'"]
    with pikepdf.open(reports / "report.pdf") as pdf:
        kinds = {str(one.S) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)
                 and isinstance(one.get("/S"), pikepdf.Name)}  # fmt: skip
        links = {str(one.URI) for one in pdf.objects
                 if isinstance(one, pikepdf.Dictionary) and "/URI" in one}  # fmt: skip
    assert not kinds & {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR"}
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert executable_cells(reports) == []
    tell("hostile words, built", "built correctly")


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_table_is_exported_with_a_formula(tmp_path, tell, formula):
    for frame in (
        pd.DataFrame({"a": ["x", formula]}),
        pd.DataFrame({"a": pd.Categorical([formula])}),
    ):
        if formula.startswith("a;"):
            continue  # refused in the raw tables, where the words come from
        with pytest.raises(PressError, match="starts like a formula"):
            outputs.write_frame(tmp_path / "a.csv", frame)
        assert not (tmp_path / "a.csv").exists()
    tell("formula, exported", "refused clearly")


def test_numbers_stay_numbers():
    frame = pd.DataFrame({"a": [-1.5, 2.0], "b": ["-1.5", "+3 %"], "c": ["x-y", None]})
    assert outputs.csv_text(frame) == "a,b,c\n-1.5,-1.5,x-y\n2.0,+3 %,\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words, U.S. and 2.5", "plain words, U.S. and 2.5"),
        ("# a", r"\# a"),
        ("1. a", r"1\. a"),
        ("- a", r"\- a"),
        ("[a](b) <c> `d` $e$", r"\[a\](b) \<c\> \`d\` \$e\$"),
    ],
)
def test_literal_words_hold_no_markup(text, written):
    assert literal(text) == written
