"""Rules between controlling documents, their sentences, the evidence and the word list."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tradetalks.raw.form import Table, are_readable

# by the column that names a row which may rest on a document: its table
_RESTING = {"statement_id": "statements", "action_id": "actions", "press_id": "press"}
_NEEDED = {
    "documents": ("document_id", "read"),
    "sentences": ("document_id", "question_id", *_RESTING, "stance", "words", "translation"),
    "word_list": ("term", "rendering", "not"),
    "evidence": ("question_id", *_RESTING, "stance", "passage", "translation"),
    "statements": ("statement_id", "document_id", "confidence", "paraphrase"),
    "actions": ("action_id", "document_id", "confidence"),
    "press": ("press_id", "document_id", "confidence"),
}
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")
_READ_AS = {"part": "was read in parts", "report": "is known by a report"}


class _Term(NamedTuple):
    """A term of the word list: its forms, the stems of its renderings, and those refused."""

    forms: tuple[str, ...]
    renderings: tuple[str, ...]
    refused: tuple[str, ...]


def note_documents(tables: Mapping[str, Table]) -> None:
    """Note what does not fit between documents, sentences, evidence and words that can be read."""
    if are_readable(tables, _NEEDED):
        _note_grades(tables)
        _note_links(tables)
        _note_translations(tables)


def _note_grades(tables: Mapping[str, Table]) -> None:
    """Note rows of high confidence that rest on a document not read whole."""
    read = {row["document_id"]: row["read"] for row in tables["documents"].rows.values()}
    remedy = "write medium or low, or read the document whole and say so in documents.csv"
    for name in _RESTING.values():
        for number, row in tables[name].rows.items():
            how = _READ_AS.get(read.get(row["document_id"], ""))
            if how and row["confidence"] == "high":
                rule = f"is high, and {row['document_id']} {how}"
                tables[name].fault(rule, remedy, number, "confidence")


def _note_links(tables: Mapping[str, Table]) -> None:
    """Note sentences without their evidence, and evidence without the sentence that it rests on."""
    sentences, evidence = tables["sentences"], tables["evidence"]
    documents = {
        row[key]: row["document_id"]
        for key, name in _RESTING.items()
        for row in tables[name].rows.values()
    }
    told, linked = ({_link(row) for row in one.rows.values()} for one in (sentences, evidence))
    for number, row in sentences.rows.items():
        asked, name, stance = link = _link(row)
        document = row["document_id"]
        if documents.get(name, document) != document:
            held = documents[name] or "no document"
            remedy = f"write {document} into its document_id, or name the row that holds the words"
            sentences.fault(f"names {name}, which rests on {held}", remedy, number, "document_id")
        elif name and link not in linked:
            rule = f"is no evidence: {asked} has no row {stance} by {name}"
            remedy = f"add it to {evidence.file}, or link {document} to {asked} by no sentence"
            sentences.fault(rule, remedy, number, "question_id")
    for number, row in evidence.rows.items():
        _, name, stance = link = _link(row)
        if link in told:
            continue
        if document := documents.get(name, ""):
            rule = f"rests on {document}, of which no sentence {stance} is given"
            remedy = f"add to {sentences.file} every sentence of it that answers the question"
            evidence.fault(rule, remedy, number, "question_id")
        elif not row["passage"]:
            remedy = "quote the words that answer, or name the column of the record that does"
            evidence.fault("is empty, and no sentence stands for it", remedy, number, "passage")


def _link(row: Mapping[str, str]) -> tuple[str, str, str]:
    """Question, record and stance of a row; of a record that rests on no document, no id."""
    return row["question_id"], next(filter(None, (row[one] for one in _RESTING)), ""), row["stance"]


def _note_translations(tables: Mapping[str, Table]) -> None:
    """Note translations that lack or stand beside English, and words that the list refuses."""
    listed = [_term(row) for row in tables["word_list"].rows.values()]
    for table, column in ((tables["sentences"], "words"), (tables["evidence"], "passage")):
        for number, row in table.rows.items():
            words, english = row[column], row["translation"]
            if bool(_IDEOGRAPHS.search(words)) != bool(english):
                beside_none = "stands beside no words that need one"
                rule = beside_none if english else f"is empty beside {words}"
                remedy = "translate ideographs by word_list.csv; empty the cell beside other words"
                table.fault(rule, remedy, number, "translation")
                continue
            terms = _terms_in(words, listed)
            for one in terms:
                if not _first(one.renderings, english):
                    rule = f"does not render {one.forms[0]} as {' or '.join(one.renderings)}"
                    remedy = "use the words of word_list.csv, or change them there for all rows"
                    table.fault(rule, remedy, number, "translation")
            _note_refused(table, number, "translation", terms)
    said: dict[str, list[_Term]] = defaultdict(list)
    for row in tables["sentences"].rows.values():
        said[row["statement_id"]] += _terms_in(row["words"], listed)
    for number, row in tables["statements"].rows.items():
        _note_refused(tables["statements"], number, "paraphrase", said[row["statement_id"]])


def _note_refused(table: Table, number: int, column: str, terms: Sequence[_Term]) -> None:
    """Note words in a cell that the list refuses for a term, and that render no other one."""
    text = table.rows[number][column]
    for one in terms:
        word = _first(one.refused, text)
        others = " ".join(stem for other in terms if other is not one for stem in other.renderings)
        if word and not _first([word], others):
            rule = f"says {word} where the words have {one.forms[0]}"
            remedy = f"say {' or '.join(one.renderings)}, as word_list.csv does"
            table.fault(rule, remedy, number, column)


def _term(row: Mapping[str, str]) -> _Term:
    parts = row["term"].split("/"), row["rendering"].split("/"), row["not"].split(";")
    return _Term(*(tuple(filter(None, map(str.strip, one))) for one in parts))


def _terms_in(words: str, listed: Sequence[_Term]) -> list[_Term]:
    """The terms of the list that stand in words; of those that overlap the longest."""
    return [*dict.fromkeys(_longest_first(words, listed))]


def _longest_first(words: str, listed: Sequence[_Term]) -> Iterator[_Term]:
    forms = [(form, term) for term in listed for form in term.forms]
    for form, term in sorted(forms, key=lambda one: (-len(one[0]), one[0])):
        if form in words:
            words = words.replace(form, "\n")  # which stands in no term
            yield term


def _first(stems: Sequence[str], text: str) -> str:
    """The first of these stems with which a word of a text begins; case aside."""
    return next(
        (one for one in stems if re.search(rf"\b{re.escape(one)}", text, re.IGNORECASE)), ""
    )
