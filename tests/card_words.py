"""Which cards of a report quote the words that carry the answers to its charges."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


def squeezed(text: str) -> str:
    # a word may be broken at the end of a line
    return re.sub(r"[\s\u00ad\u200b-]+", "", text)


def quoted_answers(carried: Mapping[str, bytes]) -> Iterator[tuple[str, bool]]:
    """Of each printed charge, its answers on promise and reach that words carry: are they quoted?

    `carried` are the files of a PDF. An answer is known by its question and the records that carry
    it; of a disputed one both sides must be quoted.
    """
    words: dict[tuple[str, str], list[str]] = {}
    for name, column in (("sentences", "words"), ("evidence", "passage")):
        for row in rows_of(carried[f"raw/{name}.csv"]):
            ids = (row[key] for key in row if key.endswith("_id") and key != "question_id")
            record = next(filter(None, (one for one in ids if re.fullmatch(r"[A-Z]\d+", one))), "")
            words.setdefault((row["question_id"], record), []).append(row[column])
    printed = {row["claim_id"] for row in rows_of(carried["raw/claims.csv"]) if row["accusation"]}
    for row in rows_of(carried["tables/answers.csv"]):
        if row["claim_id"] not in printed or row["slot"] not in ("undertaken", "covered"):
            continue
        card = squeezed(carried[f"tables/claim_{row['claim_id'].lower()}.csv"].decode())
        both = [row["evidence_for"], row["evidence_against"]]
        for records in both if row["answer"] == "disputed" else [row["carried_by"]]:
            said = [w for r in records.split("; ") for w in words.get((row["question_id"], r), [])]
            if records:
                told = f"{row['question_id']}: {records}"
                yield told, any(squeezed(one) in card for one in said)
