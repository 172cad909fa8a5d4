"""A report as machines read it: how to cite it, its claims as reviews, its tables by column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import pandas as pd

from notepress.prose import address_of
from notepress.runrecord import ENCODINGS
from tradetalks.claims.ladder import BREACH_DISPUTED, BREACH_UNPROVEN, NO_UNDERTAKING
from tradetalks.claims.witnesses import Witness
from tradetalks.raw.descriptor import Descriptor, Resource
from whowalkedaway.steps.report_words import authors

# what AVeriTeC calls a verdict; a value that is not judged has no label there
LABELS = {
    "supported": "Supported",
    "partly supported": "Conflicting Evidence/Cherrypicking",
    BREACH_DISPUTED: "Conflicting Evidence/Cherrypicking",
    BREACH_UNPROVEN: "Not Enough Evidence",
    NO_UNDERTAKING: "Not Enough Evidence",
    "undetermined": "Not Enough Evidence",
    "contradicted": "Refuted",
}
_CROISSANT = "http://mlcommons.org/croissant/"
_TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty"
    " fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet"
    " references regex repeated replace samplingRate separator source subField transform"
)
# as the specification gives it
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in _TERMS.split()},
    "conformsTo": "dct:conformsTo",
    "cr": _CROISSANT,
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": f"{_CROISSANT}RAI/",
    "sc": "https://schema.org/",
}
# of columns whose type schema.org has by another name
_SCHEMA_TYPES = {"number": "Float", "string": "Text"}


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


@dataclass(frozen=True)
class Claims:
    """The claims of a run with what stands behind them, for programs that read fact-checks.

    `verdicts` and `answers` are those of the run; `records` may serve as evidence, by id.
    """

    claims: pd.DataFrame
    verdicts: pd.DataFrame
    answers: pd.DataFrame
    records: Mapping[str, Witness]
    references: Mapping[str, Mapping[str, Any]]

    @property
    def judged(self) -> Iterator[tuple[dict[Any, Any], str]]:
        """Each judged claim of a claimant, and where it was made, if that can be read."""
        made_in = self.claims.set_index("claim_id")["made_in"].fillna("")
        is_judged = self.verdicts["claimant"].ne("") & self.verdicts["verdict"].isin([*LABELS])
        for row in self.verdicts[is_judged].to_dict("records"):
            yield row, self._address(made_in[row["claim_id"]])

    def averitec(self) -> Iterator[dict[str, Any]]:
        """Each judged claim as AVeriTeC has them, with our own verdict beside its label.

        Every record answers for itself: what the verdict makes of that is in `justification`.
        """
        for row, made_in in self.judged:
            asked = self.answers[self.answers["claim_id"].eq(row["claim_id"])]
            yield {
                "claim_id": row["claim_id"],
                "claim": row["claim"],
                "claim_date": "-".join(reversed(row["claim_date"].split("-"))),
                "speaker": row["claimant"],
                "original_claim_url": made_in or None,
                "label": LABELS[row["verdict"]],
                "verdict": row["verdict"],
                "certainty": row["certainty"],
                "justification": row["because"],
                "questions": [
                    {"question": one["question"], "answers": self._answered(one)}
                    for one in asked.to_dict("records")
                ],
            }

    def _answered(self, asked: Mapping[Any, Any]) -> list[dict[str, Any]]:
        answers = [
            {
                "answer": word,
                "answer_type": "Boolean",
                "boolean_explanation": self.records[one].says,
                "source_url": self._address(one) or None,
                "source_medium": "Web text",
            }
            for word, column in (("Yes", "evidence_for"), ("No", "evidence_against"))
            for one in filter(None, asked[column].split("; "))
        ]
        is_known = asked["answer"] in ("yes", "no")
        alone = {
            "answer": asked["answer"].capitalize() if is_known else "No answer could be found.",
            "answer_type": "Boolean" if is_known else "Unanswerable",
            "boolean_explanation": asked["finding"],
        }
        return answers or [alone]

    def _address(self, of: str) -> str:
        """Where a source, or that of a record, can be read; nothing where nobody keeps it."""
        record = self.records.get(of)
        keys = (record.source_id if record else of).split(";")
        found = (address_of(self.references.get(key, {})) for key in keys)
        return next(filter(None, found), "")


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


def croissant(
    package: Descriptor, cff: Mapping[str, Any], hashes: Mapping[str, str], day: str
) -> dict[str, Any]:
    """The raw tables as Croissant 1.1: each a file of `data.zip`, its columns with what they mean.

    `hashes` are by names in it; `day` is the last of the evidence.
    """
    tables = [one for one in package.resources if f"raw/{one.path}" in hashes]
    inside = {"containedIn": {"@id": "data.zip"}}

    def file(name: str, kind: str, **more: Any) -> dict[str, Any]:
        said = {"name": name, "contentUrl": name, "encodingFormat": kind, "sha256": hashes[name]}
        return {"@type": "cr:FileObject", "@id": name, **said, **more}

    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": f"{_CROISSANT}1.1",
        "name": package.name,
        "description": package.description.strip(),
        "license": package.licence,
        "version": cff["version"],
        "datePublished": str(cff.get("date-released", day)),
        "creator": [
            _work("sc:Organization" if "name" in one else "sc:Person", name=name)
            for one, name in zip(cff["authors"], authors(cff), strict=True)
        ],
        "keywords": package.keywords,
        "url": cff.get("url", "report.html"),
        "citeAs": title_of(cff, package),
        "distribution": [
            file("data.zip", "application/zip"),
            *(file(f"raw/{one.path}", ENCODINGS[f".{one.format}"], **inside) for one in tables),
        ],
        "recordSet": [_record_set(one) for one in tables if one.format == "csv"],
    }


def _record_set(table: Resource) -> dict[str, Any]:
    name, key, file = table.name, table.shape.primary_key, {"@id": f"raw/{table.path}"}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table.description.strip() or table.title,
        **({"key": [{"@id": f"{name}/{one}"} for one in key]} if key else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}",
                "name": column.name,
                "description": column.description,
                "dataType": f"sc:{_SCHEMA_TYPES.get(column.type, column.type.capitalize())}",
                "source": {"fileObject": file, "extract": {"column": column.name}},
            }
            for column in table.shape.columns
        ],
    }
