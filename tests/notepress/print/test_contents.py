"""Tags of cells hide what they say."""

from __future__ import annotations

from nbformat.v4 import new_output
from samples import Export, code


def test_tags_hide_what_they_say(exported: Export) -> None:
    stream = new_output("stream", name="stdout", text="printed")
    assert "printed" in exported([code(stream)], "html").read_text()
    for tag in ("remove-cell", "parameters", "injected-parameters"):
        assert "printed" not in exported([code(stream, tags=(tag,))], "html").read_text()
