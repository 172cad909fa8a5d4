"""Shares of acts stand with their intervals."""

from __future__ import annotations

import pytest
from drawn import marks
from statement_examples import act_shares, acts


def test_acts_show_shares_with_their_intervals_by_side() -> None:
    first, second = act_shares(acts()).axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["praise", "blame"]
    assert sorted(x for x, *_ in marks(first)) == pytest.approx([20, 40, 60, 80])
    assert [x for x, *_ in marks(second)] == pytest.approx([50] * 4)
    spans = sorted(
        tuple(path.vertices[:, 0].round(6))
        for collection in first.collections
        for path in collection.get_paths()
    )
    assert spans == [(10, 30), (30, 50), (50, 70), (70, 90)]
