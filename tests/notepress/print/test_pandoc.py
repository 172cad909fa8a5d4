"""What pandoc says is an error, unless it did its work and somebody asked to be warned."""

from __future__ import annotations

import pytest

from notepress.errors import PressError
from notepress.print.pandoc import convert

TWICE = "[a]\n\n[a]: https://example.org/1\n[a]: https://example.org/2\n"


def test_what_pandoc_warns_of_is_an_error_where_nobody_is_warned() -> None:
    with pytest.raises(PressError, match=r"could not make html of the notebook:\n.*WARNING"):
        convert(TWICE, "html", [])


def test_somebody_who_asked_is_warned_and_has_the_page() -> None:
    heard: list[str] = []
    assert "https://example.org/" in convert(TWICE, "html", [], warn=heard.append)
    assert len(heard) == 1
    assert "WARNING" in heard[0]
    assert convert("*so*", "html", [], warn=heard.append) == "<p><em>so</em></p>\n"
    assert len(heard) == 1


def test_a_failure_is_an_error_also_for_somebody_who_asked() -> None:
    heard: list[str] = []
    with pytest.raises(PressError, match="could not make nonsense of the notebook"):
        convert("so", "nonsense", [], warn=heard.append)
    assert heard == []
