"""What programs read of the report says what it says, and leads to places that are there."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import yaml

from notepress.print.to_html import _citations
from tradetalks.raw.descriptor import require_descriptor
from whowalkedaway import publication


def test_the_page_tells_programs_what_it_is_and_where_its_files_are(reports: Path) -> None:
    page = (reports / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    article = json.loads(found[1])
    assert article["@type"] == "ScholarlyArticle"
    for file in (article["encoding"], article["isBasedOn"]["distribution"]):
        assert (reports / file["contentUrl"]).is_file()


def test_the_archive_holds_every_table_by_its_columns(built: Path, reports: Path) -> None:
    with zipfile.ZipFile(reports / "data.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert {"values.json", "verdicts.csv", "tables/answers.csv"} <= held.keys()
    for table in require_descriptor(built / "data" / "raw").resources:
        if table.format == "csv":
            header = held[f"raw/{table.path}"].decode().partition("\n")[0].split(",")
            assert header == [one.name for one in table.shape.columns]


def test_it_is_cited_by_its_file(built: Path) -> None:
    cff = yaml.safe_load((built / "CITATION.cff").read_text(encoding="utf-8"))
    undated = {name: told for name, told in cff.items() if name != "date-released"}
    assert "issued" not in publication.citation(undated, "Trade", "abc", "4 June 2019")
    person = {"family-names": "Li", "given-names": "Na"}
    told = {"date-released": "2026-02-01", "doi": "10.1/x", "authors": [person]}
    forms = _citations(publication.citation(cff | told, "Trade", "abc", "4 June 2019"))
    for form in forms.values():
        for part in ("Li", "2026", "dition abc", "Trade"):
            assert part in form
    assert "Version 0.1.0. Edition abc" in forms["Text"]
    assert "10.1/x" in forms["Text"]
    assert forms["BibTeX"].startswith("@")
    assert json.loads(forms["CSL-JSON"])[0]["author"] == [{"family": "Li", "given": "Na"}]


def test_authors_may_be_persons(built: Path) -> None:
    cff = yaml.safe_load((built / "CITATION.cff").read_text(encoding="utf-8"))
    persons = [("Na", "Li"), ("A", "Ö")]
    cff |= {"authors": [{"given-names": one, "family-names": other} for one, other in persons]}
    package = require_descriptor(built / "data" / "raw")
    article = publication.linked_data(cff, package, "abc", "2018/2019")
    assert article["author"]["name"] == "Na Li, A Ö"
