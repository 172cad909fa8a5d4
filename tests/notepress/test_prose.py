"""Prose takes its numbers from values; a typed one is found, and nothing else is."""

from __future__ import annotations

import pytest

from notepress.errors import PressError
from notepress.prose import (
    SHOWN,
    around,
    choose,
    cited,
    conditions,
    fill,
    fill_markdown,
    left_to_print,
    literal,
    swappable,
    tied,
    typed_numbers,
    typeset,
    unknown_ids,
    unknown_keys,
    unnamed,
    used_ids,
    widened,
    wrong_conditions,
)

VALUES = {
    "rate": {"id": "rate", "text": "15.64\u00a0percent"},
    "money": {"id": "money", "text": "$35.5\u00a0billion"},
}


def test_fill_prints_values() -> None:
    assert fill("to {{rate}} of {{ money }}", VALUES) == (
        "to 15.64\u00a0percent of $35.5\u00a0billion"
    )


def test_filled_text_is_plain_and_filled_markdown_stays_markdown() -> None:
    words = literal("{{rate}} *or* @nobody")
    assert fill(f"{words}: {{{{rate}}}}", VALUES) == "{{rate}} *or* @nobody: 15.64\u00a0percent"
    assert fill_markdown(words, VALUES) == words


def test_a_value_is_filled_in_where_words_that_may_change_name_a_table_too() -> None:
    span = fill_markdown('[It is {{rate}} (@tbl-rates).]{when="is_told"}', VALUES)
    assert (
        span == '[It is [15\\.64\u00a0percent]{.value number=rate} (@tbl-rates).]{when="is_told"}'
    )
    assert fill_markdown("[@nobody-2019]", VALUES) == "[@nobody-2019]"


def test_a_name_with_marks_is_known_again_in_markdown() -> None:
    name = "the 301 <b>report</b> of 2018"
    assert typed_numbers(f"So says {literal(name)}.", [name]) == []
    assert typed_numbers(f"So says {literal(name)} and 2019.", [name]) != []


def test_fill_suggests_the_nearest_id() -> None:
    with pytest.raises(PressError, match=r"no value 'rat' \(perhaps 'rate'\)"):
        fill("to {{rat}}", VALUES)


def test_filled_markdown_names_the_value_and_escapes_its_text() -> None:
    assert fill_markdown("{{money}} `{{rate}}`", VALUES) == (
        "[\\$35\\.5\u00a0billion]{.value number=money} `{{rate}}`"
    )


def test_values_are_found_inside_fenced_divs_lists_and_headings() -> None:
    text = "::: answer\nup to {{a}}\n:::\n\n- {{b}}\n\n## {{c}} {#id}\n\n::: {.note}\n{{d}}\n:::\n"
    assert used_ids(text) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "text",
    [
        "Rose to {{rate_2019}} on {{day1}}.",
        "As `x = 3` shows.",
        "```python\nx = 3\n```",
        "~~~\n25\n~~~",
        "See [the notice](https://example.org/2019/84) and <https://example.org/25>.",
        "See https://example.org/2019 too.",
        "[the notice][n]\n\n[n]: https://example.org/2019",
        "As [@bown2019, p. 12] and @fr-2019-09681 say, see @fig-rates_2018.",
        "As -@bown2019 says.",
        "The mean is $x_1 + 2$ or\n\n$$\\frac{1}{2}$$",
        "1. first\n2) second\n(3) third",
        "A note.[^1]\n\n[^1]: Text.",
        "::: {.note #n2}\nText\n:::",
        "![](x.svg){width=50%}",
        "Under Section 301 and list 4A of the Section\n301 notice.",
        "<!-- 25 -->text&#160;text",
        "## Heading {#part-2}",
    ],
)
def test_digits_that_nobody_typed_as_a_number(text: str) -> None:
    assert typed_numbers(text, ["Section 301", "list 4A"]) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("from 10 to 25 percent", ["10", "25"]),
        ("on 10 May 2019.", ["10", "2019"]),
        ("$200 billion, then $60 billion", ["200", "60"]),
        ("1,234.5 lines", ["1,234.5"]),
        ("the G20 in Section 301B", ["20", "301"]),
        ("[25 percent](https://example.org)", ["25"]),
        ("## The 3 rounds", ["3"]),
        ("::: answer\nup to 25\n:::", ["25"]),
        ("**25** and *30*", ["25", "30"]),
        ("> 25", ["25"]),
        ("[^1]: In 2019.", ["2019"]),
        ("| a | 25 |", ["25"]),
        ("by 25%", ["25"]),
        ("it cost \\$5", ["5"]),
    ],
)
def test_typed_numbers_are_found(text: str, numbers: list[str]) -> None:
    assert [problem.split()[0] for problem in typed_numbers(text, ["Section 301"])] == numbers


def test_dots_stand_where_text_is_left_out_alone() -> None:
    before, after = "b" * 30, "a" * 30
    for left, right in (("", ""), ("x", ""), ("", "x"), ("x", "x")):
        text = f"{left}{before}NAME{after}{right}"
        start = text.index("NAME")
        dots = ["\u2026" if one else "" for one in (left, right)]
        assert around(text, (start, start + 4)) == f"{before}NAME{after}".join(dots)


def test_a_typed_number_is_shown_with_the_text_around() -> None:
    text = (
        "The average rose over the whole year, and then to 25 percent in May, the month of moves."
    )
    (problem,) = typed_numbers(text)
    assert "\u2026r the whole year, and then to 25 percent in May, the month of\u2026" in problem


def test_unknown_ids_are_all_named() -> None:
    found = unknown_ids("{{rate}} {{rats}} {{other}}", VALUES)
    assert [problem.split(":")[0] for problem in found] == [
        "no value 'rats' (perhaps 'rate')",
        "no value 'other'",
    ]


@pytest.mark.parametrize("text", ["$x = {{rate}}$", "[a](https://x.org/{{rate}})"])
def test_values_cannot_stand_in_formulas_and_targets(text: str) -> None:
    assert "no value can be filled" in unknown_ids(text, VALUES)[0]


def test_unknown_sources_and_labels_are_named() -> None:
    text = "See @fig-rates, [@tbl-nine], [see @bown2019, p. 3; @brown2019] and @nobody."
    found = unknown_keys(text, {"bown2019"}, ["fig-rates", "tbl-none"])
    assert [problem.split(":")[0] for problem in found] == [
        "no figure or table 'tbl-nine' (perhaps 'tbl-none')",
        "no source 'brown2019' (perhaps 'bown2019')",
        "no source 'nobody'",
    ]


def test_addresses_and_code_are_no_citations() -> None:
    assert unknown_keys("me@example.org `@x` https://example.org/@y", set(), []) == []


# --- conditions ---------------------------------------------------------------------------------

CONDITIONAL = """Before.
::: {when="is_new"}
It is {{word}}.
::: note
A div inside.
:::
:::
::: {when="is_old"}
It is old.
:::
::: answer
Kept.
:::
"""
FLAGS = {
    "is_new": {"unit": "flag", "value": True, "text": "yes"},
    "is_old": {"unit": "flag", "value": False, "text": "no"},
    "word": {"unit": "text", "value": "new", "text": "new"},
}


def test_a_passage_is_printed_where_its_flag_is_true_and_without_its_marks():
    kept = choose(CONDITIONAL, FLAGS)
    assert kept == (
        "Before.\nIt is {{word}}.\n::: note\nA div inside.\n:::\n::: answer\nKept.\n:::\n"
    )
    turned = {**FLAGS, "is_new": FLAGS["is_old"], "is_old": FLAGS["is_new"]}
    assert choose(CONDITIONAL, turned) == "Before.\nIt is old.\n::: answer\nKept.\n:::\n"
    assert choose("No condition.\n::: a\nb\n:::", {}) == "No condition.\n::: a\nb\n:::"


def test_a_marked_condition_stays_with_its_passage():
    kept = choose(CONDITIONAL, FLAGS, {"is_new", "is_old"})
    assert kept == (
        'Before.\n\n::: {when="is_new"}\nIt is {{word}}.\n::: note\nA div inside.\n:::\n:::\n\n'
        '<span when="is_old" hidden="hidden">It is old.</span>\n::: answer\nKept.\n:::\n'
    )
    sentence = 'It is new.\n::: {when="is_new"}\nAnd so [@key]\nit is.\n:::\nIt ends.\n'
    inside = 'It is new.\n<span when="is_new">And so [@key]\nit is.</span>\nIt ends.\n'
    assert choose(sentence, FLAGS, {"is_new"}) == inside
    assert conditions(CONDITIONAL) == {"is_new", "is_old"}


def test_a_paragraph_has_several_conditions_and_another_in_its_place():
    text = (
        '::: {when="is_new is_known"}\nBoth.\n:::\n::: {unless="is_new is_known"}\nNot both.\n:::\n'
    )
    known = {**FLAGS, "is_known": FLAGS["is_new"]}
    assert choose(text, known) == "Both.\n"
    assert choose(text, {**known, "is_known": FLAGS["is_old"]}) == "Not both.\n"
    assert choose(text, FLAGS) == "Not both.\n"
    # a page that can turn one of them keeps both passages, and names that one alone
    assert choose(text, known, {"is_new"}) == (
        '<span when="is_new">Both.</span>\n<span unless="is_new" hidden="hidden">Not both.</span>\n'
    )
    assert choose(text, {**known, "is_known": FLAGS["is_old"]}, {"is_new"}) == "Not both.\n"
    assert conditions(text) == {"is_new", "is_known"}
    assert len(wrong_conditions(text, FLAGS)) == 2


def test_words_that_a_page_may_show_otherwise_have_a_name_there_alone():
    named = swappable("Yes (high): [1]", "C1.2")
    assert named == '[Yes (high): \\[1\\]]{of="C1.2"}'
    assert unnamed(f"**{named}** and [a link](x)") == r"**Yes (high): \[1\]** and [a link](x)"
    wide = widened("Ours", 'Ours, "so called" in \\full')
    assert wide == r'[Ours]{whole="Ours, \"so called\" in \\full"}'
    assert unnamed(f"**{wide}**") == "**Ours**"


def test_conditions_are_checked_like_ids():
    assert wrong_conditions(CONDITIONAL, FLAGS) == []
    (unknown,) = wrong_conditions('::: {when="is_knew"}\nx\n:::', FLAGS)
    assert "no value 'is_knew' (perhaps 'is_new')" in unknown
    (no_flag,) = wrong_conditions('::: {when="word"}\nx\n:::', FLAGS)
    assert "is no flag" in no_flag
    (not_closed,) = wrong_conditions('::: {when="is_new"}\nx', FLAGS)
    assert "not closed" in not_closed


def test_words_are_cited_with_their_sources_behind_them():
    assert cited("A *word*", "one;two") == "A \\*word\\*\u00a0[@one; @two]"
    assert cited("A word", "") == "A word"


def test_what_names_a_value_of_a_later_day_is_left_out_with_its_heading():
    values = {"now": {"unit": "percent", "text": "5"}, "then": {"unit": "later", "text": "-"}}
    figure = "::: {#fig-a}\nTo {{then}}\n\n::: alt\nA line.\n:::\n:::\n"
    parts = [
        "# One\n\nIt is {{now}}.\n\nIt will be {{then}}.\n\n- a\n- {{then}}\n\n" + figure,
        "# Two\n\nSee @fig-a.\n\n## Three\n\nAs @tbl-b has it.\n",
        "# Four\n",
        SHOWN,
    ]
    first, second, third, shown = left_to_print(parts, values, {"tbl-b"})
    assert str(first).split() == ["#", "One", "It", "is", "{{now}}.", "-", "a"]
    assert str(second).strip() == ""
    assert (third, shown) == ("# Four\n", SHOWN)


def test_a_figure_whose_words_or_alternative_words_name_a_later_day_is_left_out():
    values = {"now": {"unit": "percent", "text": "5"}, "then": {"unit": "later", "text": "-"}}
    figure = "::: {{#fig-a}}\n{}\n\n::: alt\n{}\n:::\n:::\n"
    for title, alt, is_left in (
        ("To {{now}}", "A line to {{now}}.", True),
        ("To {{then}}", "A line to {{now}}.", False),
        ("To {{now}}", "A line to {{then}}.", False),
    ):
        text = f"{figure.format(title, alt)}\nSee @fig-a.\n"
        assert ("fig-a" in left_to_print([text], values, set())[0]) == is_left


def test_of_names_that_begin_alike_the_longest_is_allowed():
    for names in (["Phase 1", "Phase 1 of 2020"], ["Phase 1 of 2020", "Phase 1"]):
        assert typed_numbers("In Phase 1 of 2020 and Phase 1.", names) == []


def test_what_stands_around_what_is_left_out_does_not_join():
    values = {"then": {"unit": "later", "text": "-"}}
    around = ["| a | b |\n::: {#tbl-b .wide}\nTitle\n\n:::\nIt will be {{then}}.\n"]
    assert left_to_print(around, values, {"tbl-b"})[0].split() == ["|", "a", "|", "b", "|"]
    listed = ["> quote\n\nAs @tbl-b has it.\n1. b\n"]
    assert left_to_print(listed, values, {"tbl-b"}) == ["> quote\n\n1. b\n"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("the leaders' word", "the leaders\u2019 word"),
        ("it 'did' (\"so\")", "it \u2018did\u2019 (\u201cso\u201d)"),
        ("a \"real 'war'\" it isn't", "a \u201creal \u2018war\u2019\u201d it isn\u2019t"),
        ("from 9 to 10 May 2019", "from 9 to 10\u00a0May 2019"),
        ("(21 Sep 2018), 4 June: 150 pages", "(21\u00a0Sep 2018), 4\u00a0June: 150 pages"),
        ("2 Marches, 2019-05-09, May 2019", "2 Marches, 2019-05-09, May 2019"),
    ],
)
def test_words_of_data_have_curly_marks_and_dates_that_hold_together(
    text: str, printed: str
) -> None:
    assert typeset(text) == printed
    assert typeset(printed) == printed


def test_markdown_keeps_its_marks_and_has_its_dates_tied() -> None:
    assert tied('[9 May]{of="C1"} didn\'t') == '[9\u00a0May]{of="C1"} didn\'t'


def test_nothing_in_a_block_of_code_is_a_heading_a_condition_or_a_value() -> None:
    code = '```python\n# first\n\n# second {{gone}}\n:::\n::: {when="no"}\n# third\n```\n'
    text = f"# Code\n\n{code}\n# Empty\n"
    flags = {"no": {"unit": "flag", "value": False}, "gone": {"unit": "later", "value": None}}
    assert left_to_print([text], flags, ()) == [f"# Code\n\n{code}\n"]
    assert wrong_conditions(text, flags) == []
    assert conditions(text) == set()
