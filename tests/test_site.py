"""`make site`: what it lays, what it refuses, and that every link of it leads somewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from looked_at import markup
from sites import broken_links, links_of, requests_of
from test_compare_command import type_out
from whowalkedaway import site as command
from whowalkedaway.runs import UsageError

NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Count\n", "It."]}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
REPORT = '<!DOCTYPE html><html lang="en"><title>R</title><p id="tbl-claim_x1">It.</p></html>'


AS_PAGE = command._as_page
PAGES: dict[str, bytes] = {}


def as_page_once(cells: Sequence[dict[str, Any]], ways: Mapping[str, str]) -> bytes:
    """The same cells and the same ways back are the same page: it is made once for all tests."""
    asked = json.dumps([cells, ways])
    if asked not in PAGES:
        PAGES[asked] = AS_PAGE(cells, ways)
    return PAGES[asked]


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two built runs of two cases, typed out."""
    folder = tmp_path / "reports"
    for name, case in (("one", "gate"), ("two", "door")):
        files = {"report.html": REPORT, "report.pdf": "%PDF", "card.png": "PNG"}
        files |= {"executed/01-count.ipynb": json.dumps(NOTEBOOK)}
        type_out(folder / name, "supported", "", case=case, files=files)
    (folder / "editions.csv").write_text("edition,run,hash,file,sha256\n")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "REPORTS", folder)
    monkeypatch.setattr(command, "EDITIONS", folder / "editions.csv")
    monkeypatch.setattr(command, "by_edition", list)
    monkeypatch.setattr(command, "_as_page", as_page_once)
    return folder


def lay(reports: Path, runs: str = "one two") -> Path:
    assert command.site({"RUNS": runs, "SITE": "out"}) == 0
    return reports.parent / "out"


def test_every_file_is_in_the_list_of_hashes_and_every_link_leads_somewhere(
    reports: Path, as_recorded: Callable[[str, str], None]
) -> None:
    laid = lay(reports)
    listed = dict(line.split("  ")[::-1] for line in (laid / "SHA256SUMS").read_text().splitlines())
    files = {str(file.relative_to(laid)): file for file in laid.rglob("*") if file.is_file()}
    del files["SHA256SUMS"]
    found = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    assert found == listed
    assert {"index.html", "one/report.html", "compare/one--two.html"} <= found.keys()
    assert {"one/notebooks/01-count.html", "editions.csv", "corrections.html"} <= found.keys()
    assert broken_links(laid) == []
    assert requests_of(laid) == []
    back = (
        ("one/notebooks/01-count.html", "../report.html"),
        ("corrections.html", "editions.html"),
    )
    assert {(laid / page, way) for page, way in back} <= {*links_of(laid)}
    start = (laid / "index.html").read_text()
    as_recorded("site.html", markup(start))
    assert start.count("none of one fully upheld") == 4, "as a title and as a name, of both"


def test_a_link_that_leads_nowhere_is_found(reports: Path) -> None:
    laid = lay(reports)
    (laid / "two" / "report.pdf").unlink()
    (laid / "one" / "report.html").write_text(REPORT.replace("tbl-claim_x1", "x"))
    told = broken_links(laid)
    assert "index.html: two/report.pdf" in told
    assert "compare/one--two.html: ../one/report.html#tbl-claim_x1" in told


def test_what_was_laid_before_goes_and_nothing_else(reports: Path) -> None:
    laid = lay(reports)
    (laid / "CNAME").write_text("own")
    lay(reports, "one")
    left = {str(file.relative_to(laid)) for file in laid.rglob("*") if file.is_file()}
    assert "CNAME" in left
    assert not [name for name in left if "two" in name]
    (laid / "SHA256SUMS").unlink()
    with pytest.raises(UsageError, match="out: holds something else; name an empty folder"):
        lay(reports)


def test_an_empty_folder_takes_a_site_and_a_file_none(reports: Path) -> None:
    place = reports.parent / "out"
    place.touch()
    with pytest.raises(UsageError, match="out: holds something else; name an empty folder"):
        lay(reports)
    place.unlink()
    place.mkdir()
    assert (lay(reports) / "index.html").is_file()


def test_a_list_of_hashes_removes_nothing_outside_of_its_folder(reports: Path) -> None:
    laid = lay(reports)
    beside = reports.parent / "beside.txt"
    beside.write_text("own")
    with (laid / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  ../beside.txt\n{'0' * 64}  {beside}\n")
    lay(reports)
    assert beside.read_text() == "own"


def test_a_sweep_is_laid_unless_it_leads_to_reports_that_are_not(reports: Path) -> None:
    for name, run in (("own", "one"), ("other", "three")):
        folder = reports / "sweeps" / name
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(f'<a href="../../{run}/report.html">report</a>')
        (folder / "table.csv").write_text("point\n")
    laid = lay(reports)
    assert [path.name for path in (laid / "sweeps").iterdir()] == ["own"]
    assert "sweeps/own/index.html" in (laid / "index.html").read_text()
    assert broken_links(laid) == []


@pytest.mark.parametrize(
    ("runs", "says"), [("", "RUNS is empty"), ("x", "make report .* AS=x"), ("../x", "RUNS = ")]
)
def test_runs_that_cannot_be_laid_are_named(reports: Path, runs: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        command.site({"RUNS": runs, "SITE": "out"})
    assert not (reports.parent / "out").exists()


def test_a_report_that_is_no_longer_what_was_built_is_not_laid(reports: Path) -> None:
    (reports / "one" / "report.pdf").write_text("another")
    with pytest.raises(Exception, match=r"one: report\.pdf changed since the run was recorded"):
        lay(reports)
