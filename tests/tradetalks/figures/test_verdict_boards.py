"""Verdicts have columns and shapes, and what turns is marked."""

from __future__ import annotations

import pytest
from drawn import marks
from statement_examples import VERDICTS, verdict_grid, verdicts


def test_each_verdict_has_a_column_and_a_shape() -> None:
    ax = verdicts().axes[0]
    drawn = marks(ax)
    assert len({x for x, *_ in drawn}) == len({y for _, y, *_ in drawn}) == len(VERDICTS)
    written = [text.get_text() for text in ax.texts]
    assert {"100%", "50%", "99%", "0%"} <= set(written)
    assert written.count("Paper") == written.count("Press") == 1


def test_a_claim_too_long_for_its_line_is_cut_at_a_word() -> None:
    written = [text.get_text() for text in verdicts().axes[0].texts]
    cut = next(words for words in written if words.endswith("…"))
    assert VERDICTS["claim"][1].startswith(cut.removesuffix(" …") + " ")


def test_an_unknown_verdict_fails() -> None:
    with pytest.raises(KeyError, match="maybe"):
        verdicts(VERDICTS.assign(verdict="maybe"))


def test_the_grid_marks_the_run_and_what_turns_and_draws_on_what_stays() -> None:
    ax = verdict_grid().axes[0]
    assert len(marks(ax)) == 4 + 3 + 3 + 1
    lines = [line for line in ax.lines if line.get_linestyle() != "None"]
    # C1 stays under all three; no other claim stays under any
    assert [[y for y in line.get_ydata() if y == y] for line in lines] == [[-1, -1]]
