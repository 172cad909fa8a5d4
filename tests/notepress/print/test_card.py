"""The card is one picture of a fixed size, whose numbers are recorded ones."""

from __future__ import annotations

import struct

import pytest

from notepress.errors import PressError
from notepress.print import card

VALUES = {
    "rate": {"id": "rate", "text": "14.2\u00a0percent"},
    "words": {"id": "words", "text": "a level that this run does not give"},
}
FINDINGS = [
    {"number": "{{rate}}", "says": "of what crosses the border"},
    {"number": "{{words}}", "says": "of what does not"},
]
FACTS = ["Evidence up to 4 June 2019", "Edition 0123456789"]


def draw(title: str = "Who?", findings: list[dict[str, str]] = FINDINGS) -> bytes:
    return card.draw(title, "A subtitle.", findings, FACTS, VALUES)


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_same_words_give_the_same_picture_and_others_another() -> None:
    assert draw().startswith(b"\x89PNG")
    assert draw() == draw()
    assert len({draw(), draw("Who else?"), draw(findings=FINDINGS[:1]), draw(findings=[])}) == 4


@pytest.mark.parametrize("title", ["Who?", "A title of many words " * 4, '#panic("typst") $x$'])
def test_it_has_the_size_of_a_social_preview_however_long_the_words(title: str) -> None:
    assert size(draw(title)) == (1280, 640)


def test_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(PressError, match="do not fit"):
        draw(findings=[{"number": "{{rate}}", "says": "word " * 400}])


@pytest.mark.parametrize(
    ("number", "reason"), [("15 percent", "number: 15 is typed"), ("{{rates}}", "value 'rates'")]
)
def test_typed_numbers_and_unknown_values_are_refused(number: str, reason: str) -> None:
    with pytest.raises(PressError, match=reason):
        draw(findings=[{"number": number, "says": "of it"}])
