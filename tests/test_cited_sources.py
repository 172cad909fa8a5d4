"""What the report prints, and what its evidence rests on, are sources and not their reposts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tradetalks.raw.read import RawTables

NOT_SEEN = "source-not-seen"

Reference = dict[str, Any]


def host(address: str) -> str:
    return re.sub(r"^(www|m)\.", "", urlsplit(address).netloc)


def behind_evidence(raw: RawTables) -> set[str]:
    """The references of every row that a row of evidence points to."""
    descriptor = yaml.safe_load((raw.folder / "datapackage.yaml").read_text(encoding="utf-8"))
    (links,) = (
        resource["schema"]["foreignKeys"]
        for resource in descriptor["resources"]
        if resource["name"] == "evidence"
    )
    keys: set[str] = set()
    for link in links:
        (column,), table = link["fields"], link["reference"]["resource"]
        if table not in ("questions", "claims"):
            rows = raw["evidence"][column].dropna().unique()
            keys |= {key for place in raw.locate(table, rows) for key in place["documents"]}
    return {key for key in keys if key in raw.references}


def printed(reports: Path) -> set[str]:
    """The references in the list at the end of the report as built, on paper and on screen."""
    return {*re.findall(r'id="ref-([^"]+)', (reports / "report.html").read_text(encoding="utf-8"))}


def behind_the_story(raw: RawTables) -> set[str]:
    """The references of every fact of the story."""
    context = raw["context"]
    return {*context["source_id"], *context["second_source_id"].dropna()}


@pytest.fixture(params=["evidence", "story", "print"])
def cited(request: pytest.FixtureRequest, raw: RawTables, reports: Path) -> list[Reference]:
    read = {"evidence": behind_evidence, "story": behind_the_story}
    keys = read[request.param](raw) if request.param in read else printed(reports)
    assert len(keys) > 30
    assert keys <= raw.references.keys()
    return [raw.references[key] for key in sorted(keys - {NOT_SEEN})]


def test_no_repost_is_cited(raw: RawTables, cited: list[Reference]) -> None:
    listed = {*raw["reposts"]["host"]}
    for source in cited:
        assert source["custom"]["kind"] != "repost", source["id"]
        assert host(source.get("URL", "")) not in listed, source["id"]


def test_a_cited_source_has_its_own_title_and_who_issued_it(cited: list[Reference]) -> None:
    for source in cited:
        assert not source["title"].startswith("Page at "), source["id"]
        assert {"author", "container-title", "publisher"} & {*source}, source["id"]
        # one article is of one outlet: "Reuters/Daily" is a copy under two names
        assert "/" not in source.get("container-title", ""), source["id"]


def test_a_cited_source_can_be_looked_up(cited: list[Reference]) -> None:
    """By its own address, or by the copy that was read, or by outlet and day alone."""
    for source in cited:
        own = {"URL", "DOI"} & {*source}
        assert own or "archive" in source or "issued" in source, source["id"]


def test_a_listed_host_is_the_address_of_no_source(raw: RawTables) -> None:
    listed = {*raw["reposts"]["host"]}
    for source in raw.references.values():
        if host(source.get("URL", "")) in listed:
            assert source["custom"]["kind"] == "repost", source["id"]
