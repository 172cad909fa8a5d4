"""What programs read of the report says what it says, and leads to places that are there."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import yaml

from notepress.print.to_html import _citations
from tradetalks.claims.ladder import VERDICTS
from tradetalks.raw.descriptor import require_descriptor
from whowalkedaway import publication

# as published with the data set
FIELDS = {"claim", "claim_date", "speaker", "original_claim_url", "label", "justification"}
ANSWERS = {"Boolean", "Unanswerable"}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_page_tells_programs_what_it_is_and_where_its_files_are(reports: Path) -> None:
    page = (reports / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    article = json.loads(found[1])
    assert article["@type"] == "ScholarlyArticle"
    for file in (article["encoding"], article["isBasedOn"]["distribution"]):
        assert (reports / file["contentUrl"]).is_file()


# spelled out, so that no program is told another verdict than readers
TOLD = {
    "supported": "Supported",
    "partly supported": "Conflicting Evidence/Cherrypicking",
    "act established with the breach disputed": "Conflicting Evidence/Cherrypicking",
    "act established with the breach unproven": "Not Enough Evidence",
    "act established with no undertaking on record": "Not Enough Evidence",
    "undetermined": "Not Enough Evidence",
    "contradicted": "Refuted",
}


def test_claims_have_the_labels_and_answers_of_averitec(reports: Path) -> None:
    assert publication.LABELS == TOLD
    assert {*TOLD} | {"value judgement"} == {*VERDICTS}
    claims = read(reports / "averitec.json")
    assert len(claims) > 25
    for claim in claims:
        assert claim.keys() >= FIELDS
        assert re.fullmatch(r"\d\d-\d\d-\d{4}", claim["claim_date"])
        assert claim["label"] == TOLD[claim["verdict"]]
        for question in claim["questions"]:
            assert question["question"].endswith("?")
            assert {one["answer_type"] for one in question["answers"]} <= ANSWERS
            words = {one["answer"] for one in question["answers"]}
            assert words <= {"Yes", "No"} or words == {"No answer could be found."}


def test_the_archive_holds_every_table_that_croissant_describes(reports: Path) -> None:
    packed = (reports / "data.zip").read_bytes()
    described = read(reports / "croissant.json")
    whole, *files = described["distribution"]
    assert whole["sha256"] == hashlib.sha256(packed).hexdigest()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert {"values.json", "verdicts.csv", "tables/answers.csv"} <= held.keys()
    for file in files:
        assert file["sha256"] == hashlib.sha256(held[file["contentUrl"]]).hexdigest()
    for table in described["recordSet"]:
        (source,) = {one["source"]["fileObject"]["@id"] for one in table["field"]}
        header = held[source].decode().partition("\n")[0].split(",")
        assert [one["source"]["extract"]["column"] for one in table["field"]] == header


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
    hashes = dict.fromkeys(("data.zip", *(f"raw/{one.path}" for one in package.resources)), "")
    creators = publication.croissant(package, cff, hashes, "2019-06-04")["creator"]
    assert creators == [{"@type": "sc:Person", "name": name} for name in ("Na Li", "A Ö")]
