"""Rules of translations: where one is needed, and the words of the word list."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tradetalks.raw.form import Table, are_readable

_NEEDED = {
    "sentences": ("statement_id", "words", "translation"),
    "word_list": ("term", "rendering", "not"),
    "evidence": ("passage", "translation"),
    "statements": ("statement_id", "paraphrase"),
}
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")


class _Term(NamedTuple):
    """A term of the word list: its forms, the stems of its renderings, and those refused."""

    forms: tuple[str, ...]
    renderings: tuple[str, ...]
    refused: tuple[str, ...]


def note_translations(tables: Mapping[str, Table]) -> None:
    """Note translations that lack or stand beside English, and words that the list refuses."""
    if not are_readable(tables, _NEEDED):
        return
    known = [_term(row) for row in tables["word_list"].rows.values()]
    forms = [(form, term) for term in known for form in term.forms]
    listed = sorted(forms, key=lambda one: (-len(one[0]), one[0]))
    for table, column in ((tables["sentences"], "words"), (tables["evidence"], "passage")):
        for number, row in table.rows.items():
            words, english = row[column], row["translation"]
            if bool(IDEOGRAPHS.search(words)) != bool(english):
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


def _terms_in(words: str, listed: Sequence[tuple[str, _Term]]) -> list[_Term]:
    """The terms that stand in words; of those that overlap the first one listed, by their form."""
    terms = []
    for form, term in listed:
        if form in words:
            words = words.replace(form, "\n")  # which stands in no term
            terms.append(term)
    return [*dict.fromkeys(terms)]


def _first(stems: Sequence[str], text: str) -> str:
    """The first of these stems with which a word of a text begins; case aside."""
    return next(
        (one for one in stems if re.search(rf"\b{re.escape(one)}", text, re.IGNORECASE)), ""
    )
