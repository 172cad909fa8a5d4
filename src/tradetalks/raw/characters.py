"""Characters that a text should not have: unseen ones, and what a spreadsheet would run."""

import re
import unicodedata
from collections.abc import Iterator

# What a cell of a spreadsheet can hold; it would cut a longer one without a word.
_CELL_WIDTH = 32_767
# A spreadsheet runs a cell that starts like this, also after a semicolon or tab, where it is set
# to part cells there. A sign before digits after a semicolon is text: "1; +15: 9.7".
_FORMULA = re.compile(
    r"""[\s"']*[=+\-@＝＋－＠]|.*[;\t][ "']*(?:[=@＝＠]|[+\-＋－](?![\s0-9]))""", re.DOTALL
)
_NUMBER = re.compile(r"-?[0-9.]+([eE][-+]?[0-9]+)?")
# Controls, line separators and marks that nobody sees: directions, zero widths, soft hyphens.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# Joiners are letters' business in scripts that join, from Arabic to Tibetan; elsewhere they hide.
_JOINERS = re.compile("(?<=[\u0600-\u0fff])[\u200c\u200d](?=[\u0600-\u0fff])")


def character_faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy for text that is longer than it can be, or not what it looks like."""
    if len(text) > _CELL_WIDTH:
        yield f"has {len(text)} characters", f"cut it to {_CELL_WIDTH}, or close its quotation mark"
    elif not text.isascii() or not text.isprintable():
        seen = _JOINERS.sub("", text)
        hidden = [one for one in seen if unicodedata.category(one) in _INVISIBLE]
        if hidden:
            name = unicodedata.name(hidden[0], "a control character")
            yield f"holds U+{ord(hidden[0]):04X}, {name}, which nobody sees", "take it out"
        if not unicodedata.is_normalized("NFC", text):
            rule = "writes an accent apart from its letter"
            yield rule, "type the letter anew, so that equal names are equal (NFC)"


def formula_faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield rule and remedy for text that a spreadsheet would run; a number it would not."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        rule = "starts like a formula, and a spreadsheet would run it"
        yield rule, "word it so that no part of it starts with = + - or @"
