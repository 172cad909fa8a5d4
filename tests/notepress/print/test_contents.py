"""Tags of cells hide what they say."""

from __future__ import annotations

from nbformat.v4 import new_markdown_cell, new_output
from samples import Export, code

from notepress.print.contents import take_title


def test_tags_hide_what_they_say(exported: Export) -> None:
    stream = new_output("stream", name="stdout", text="said aloud")
    assert "said aloud" in exported([code(stream)], "html").read_text()
    for tag in ("remove-cell", "parameters", "injected-parameters"):
        assert "said aloud" not in exported([code(stream, tags=(tag,))], "html").read_text()


def test_the_first_heading_is_the_title_and_is_told_once() -> None:
    cells = [new_markdown_cell("# Who left? {#top}\nNobody.\n\n# More"), new_markdown_cell("# b")]
    assert take_title(cells) == "Who left?"
    assert [cell.source for cell in cells] == ["Nobody.\n\n# More", "# b"]
    assert take_title([new_markdown_cell("Nobody.\n\n# More")]) == ""
