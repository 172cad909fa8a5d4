"""The card of a report: the picture that is shown where somebody links to it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from notepress import prose
from notepress.errors import PressError, all_problems
from notepress.pages import TEMPLATES

TEMPLATE = TEMPLATES / "side" / "card.typ"


def draw(
    title: str,
    subtitle: str,
    findings: Sequence[Mapping[str, str]],
    facts: Sequence[str],
    values: Mapping[str, Mapping[str, Any]],
    *,
    allowed_names: Iterable[str] = (),
) -> bytes:
    """Return a PNG of 1280 by 640 pixels; the same words, the same bytes.

    Of each finding `number` is set large and `says` below it, with {{id}} filled in from `values`.
    Raises PressError where a number is typed, a value is unknown, or the words do not fit.
    """
    import typst

    allowed = list(allowed_names)
    problems = [
        f"finding {number}, {part}: {problem}"
        for number, finding in enumerate(findings, 1)
        for part in ("number", "says")
        for problem in prose.typed_numbers(finding[part], allowed)
    ]
    if problems:
        raise all_problems("the card", problems, "take every number from a recorded value")
    filled = [{part: prose.fill(text, values) for part, text in one.items()} for one in findings]
    words = {"title": title, "subtitle": subtitle, "findings": filled, "facts": facts}
    drawn = typst.compile(
        str(TEMPLATE),
        format="png",
        ppi=72,
        ignore_system_fonts=True,
        sys_inputs={"card": json.dumps(words)},
    )
    if not isinstance(drawn, bytes):
        raise PressError("the card: its words do not fit\nWhat to do: shorten the longest of them")
    return drawn
