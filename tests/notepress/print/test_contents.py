"""Tags of cells hide what they say."""

from __future__ import annotations

from nbformat.v4 import new_output
from samples import Export, code


def test_tags_hide_what_they_say(exported: Export) -> None:
    stream = new_output("stream", name="stdout", text="said aloud")
    assert "said aloud" in exported([code(stream)], "html").read_text()
    for tag in ("remove-cell", "parameters", "injected-parameters"):
        assert "said aloud" not in exported([code(stream, tags=(tag,))], "html").read_text()
