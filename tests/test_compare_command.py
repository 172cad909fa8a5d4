"""make compare: which runs it takes, and what it says where one is not built."""

from __future__ import annotations

from pathlib import Path

import pytest

import whowalkedaway
from whowalkedaway import UsageError


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "A and B missing"),
        ({"A": "may-2019"}, "B missing"),
        ({"A": "../x", "B": "may-2019"}, "A = '../x'"),
        ({"A": "may-2019", "B": "$(touch owned)"}, "B = "),
        ({"A": "may-2019", "B": "compare"}, "a folder of its own"),
        ({"A": "one", "B": "two", "INN": "x"}, "knows nothing of INN"),
    ],
)
def test_what_is_no_comparison_is_refused(typed: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        whowalkedaway.compare(typed)
    assert says in str(refused.value)


def test_runs_that_are_not_built_are_named_with_the_command_that_builds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whowalkedaway, "ROOT", tmp_path)
    with pytest.raises(UsageError) as refused:
        whowalkedaway.compare({"A": "one", "B": "two"})
    for name in ("one", "two"):
        assert f"make report RUN={name}" in str(refused.value)
    assert not list(tmp_path.iterdir()), "nothing is written"
