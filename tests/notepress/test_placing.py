"""The text says where a figure or table stands, and in which words."""

from __future__ import annotations

import pytest

from notepress.placing import Placed, placed, split

FIGURE = """::: {#fig-rates .screen-only}
It rose to
{{rate}}

Read it

so.

::: alt
A line.
:::
:::
"""


def test_a_div_has_title_caption_and_alternative_text() -> None:
    assert [piece if isinstance(piece, str) else piece.label for piece in split(FIGURE)] == [
        "fig-rates"
    ]
    assert placed(FIGURE) == [
        Placed(
            "figure",
            "rates",
            "fig-rates",
            frozenset({"screen-only"}),
            "It rose to {{rate}}",
            "Read it so.",
            "A line.",
        )
    ]


def test_text_around_it_stays_as_it_is() -> None:
    before, table, after = split("One.\n\n::: {#tbl-steps}\n:::\n\n::: answer\nTwo.\n:::\n")
    assert (before, after) == ("One.\n\n", "\n::: answer\nTwo.\n:::\n")
    assert isinstance(table, Placed)
    assert (table.kind, table.title, table.wrong) == ("table", "", "")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("::: {#fig-a}\nOne.\n:::\n", "needs a title and an alternative text"),
        ("::: {#fig-a}\n::: alt\nOne.\n:::\n:::\n", "needs a title and an alternative text"),
        ("::: {#tbl-a}\n::: alt\nOne.\n:::\n:::\n", "needs no alternative text"),
        ("::: {#fig-a}\nOne.\n\n::: alt\nOne.\n:::\n:::\n", "says the same"),
        ("::: {#tbl-a}\nOne.\n\nOne.\n:::\n", "says the same"),
        ("::: {#fig-a}\nOne.\n\n::: alt\nTwo.\n:::\n", "is not closed"),
        ("::: {#fig-a}\n::: note\nOne.\n:::\n:::\n", "holds a div that is no alternative text"),
    ],
)
def test_what_is_wrong_with_one_is_told(text: str, wrong: str) -> None:
    assert wrong in placed(text)[0].wrong
