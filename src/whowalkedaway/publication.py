"""A report as machines read it: how to cite it, and what it is."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from tradetalks.raw.descriptor import Descriptor
from whowalkedaway.steps.report_words import authors


def title_of(cff: Mapping[str, Any], package: Descriptor) -> str:
    """The title under which a report is cited: the project's own, or that of other raw tables."""
    return str(cff["title"]) if cff["title"].startswith(package.title) else package.title


def citation(cff: Mapping[str, Any], title: str, edition: str, day: str) -> dict[str, Any]:
    """A report made by the project of a CITATION.cff, as an item of CSL-JSON."""
    released = str(cff.get("date-released", ""))
    return {
        "id": f"report-{edition}",
        "type": str(cff["type"]),
        "title": title,
        "author": [
            {"literal": one["name"]}
            if "name" in one
            else {"family": one["family-names"], "given": one["given-names"]}
            for one in cff["authors"]
        ],
        **({"issued": {"date-parts": [[*map(int, released.split("-"))]]}} if released else {}),
        **{name.upper(): cff[name] for name in ("doi", "url") if name in cff},
        "version": cff["version"],
        "edition": f"Edition {edition}",
        "note": f"Version {cff['version']}, edition {edition}, evidence up to {day}",
    }


def linked_data(
    cff: Mapping[str, Any], package: Descriptor, edition: str, period: str
) -> dict[str, Any]:
    """The report as JSON-LD of schema.org; `period` is its days."""
    dated = (("url", "url"), ("datePublished", "date-released"))
    told = {name: str(cff[key]) for name, key in dated if key in cff}
    data = _work("DataDownload", contentUrl="data.zip", encodingFormat="application/zip")
    about = {"description": package.description.strip(), "license": package.licence}
    tables = _work("Dataset", name=f"{package.title} The tables", **about, distribution=data)
    paper = _work("MediaObject", contentUrl="report.pdf", encodingFormat="application/pdf")
    return {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": package.title,
        "name": title_of(cff, package),
        **about,
        "author": _work("Organization", name=", ".join(authors(cff))),
        "version": cff["version"],
        "identifier": edition,
        "inLanguage": "en",
        "keywords": package.keywords,
        "temporalCoverage": period,
        **told,
        "image": urljoin(cff.get("url", ""), "card.png"),
        "encoding": paper,
        "isBasedOn": tables,
    }


def _work(kind: str, **said: Any) -> dict[str, Any]:
    return {"@type": kind, **said}
