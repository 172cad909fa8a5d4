"""The difference between two runs, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from notepress import pages
from notepress.compare.difference import (
    AnswerChange,
    Difference,
    VerdictChange,
    moves,
    reading,
)

WIDTH = 100
# the page shows all; a terminal has room for so many files
FILES_SHOWN = 8


def summary(difference: Difference) -> str:
    """Return one line: how many of what differ."""
    first, second = difference.before.name, difference.after.name
    if difference.is_empty:
        return f"{first} and {second}: no difference"
    beyond = sum(change.is_beyond for change in difference.values)
    changed = _count(len(difference.values), "value")
    parts = [
        _count(len(difference.parameters), "parameter"),
        changed + (f" ({beyond} beyond tolerance)" if difference.values else ""),
        _count(len(difference.flipped), "verdict") + " flipped",
        *(
            f"{_count(sum(one.run == run for one in difference.only_verdicts), 'verdict')}"
            f" only in {run}"
            for run in dict.fromkeys(one.run for one in difference.only_verdicts)
        ),
        _count(len(difference.figures), "figure"),
    ]
    if difference.made_of:
        parts.append("made from other code or data")
    return f"{first} to {second}: " + ", ".join(parts)


def as_text(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return the comparison for a terminal; `describe` says what a piece of evidence is."""
    if difference.is_empty:
        return summary(difference)
    lines = textwrap.wrap(summary(difference), WIDTH, subsequent_indent="  ")
    head = ("", difference.before.name, difference.after.name)
    if difference.parameters:
        lines += ["", "Parameters", *_columns([head, *difference.parameters])]
    if rows := difference.made_of:
        lines += ["", "Code, lock and data", *_columns([head, *rows[: FILES_SHOWN + 1]])]
        if len(rows) > FILES_SHOWN + 1:
            lines.append(f"  and {len(rows) - FILES_SHOWN - 1} more on the page")
    for heading, changes in difference.judged_otherwise:
        lines += ["", heading]
        lines += (line for change in changes for line in _flip_lines(change, describe))
    if difference.only_verdicts:
        listed = [(one.name, one.run, one.reading, one.words) for one in difference.only_verdicts]
        lines += ["", "Verdicts in one run only", *_columns(listed)]
    if difference.values:
        flagged = [
            ("*" if c.is_beyond else "", c.value_id, _short(c.before), _short(c.after), c.change)
            for c in difference.values
        ]
        lines += ["", "Values (* by more than the tolerance)"]
        lines += _columns([("", *head, "change"), *flagged], firm=2)
    for run in dict.fromkeys(one.run for one in difference.only_values):
        names = [one.name for one in difference.only_values if one.run == run]
        lines += ["", f"Values only in {run}", *_wrapped(", ".join(names))]
    if difference.figures or difference.only_figures:
        named = [*difference.figures]
        named += [f"{one.name} (only in {one.run})" for one in difference.only_figures]
        lines += ["", "Figures that differ", *_wrapped(", ".join(named))]
    return "\n".join(pages.plain(line).rstrip() for line in lines)


def _short(text: str, width: int = 44) -> str:
    """Cut a text of many words; the page has it whole."""
    return textwrap.shorten(text, width, placeholder=" ...") if len(text) > width else text


def _flip_lines(change: VerdictChange, describe: Mapping[str, str]) -> list[str]:
    lines = _wrapped(f"{change.key}  {_moved(change)}: {change.words}")
    for answer in change.answers:
        lines += _wrapped(_answered(answer), "      ")
    for stance, word, ids in moves(change.evidence):
        for name in ids:
            told = f" {describe[name]}" if name in describe else ""
            lines.append(f"      {_short(f'{word} {stance}: {name}{told}', WIDTH - 6)}")
    return lines


def _moved(change: VerdictChange) -> str:
    before, after = reading(change.before), reading(change.after)
    return before if before == after else f"{before} -> {after}"


def _answered(answer: AnswerChange) -> str:
    found = [row.get("finding", "") for row in (answer.before, answer.after)]
    words = [
        row["answer"] + (f" ({finding})" if finding else "")
        for row, finding in zip((answer.before, answer.after), found, strict=True)
    ]
    return f"{answer.question} {words[0]} -> {words[1]}"


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" + ("" if number == 1 else "s")


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ") or [
        indent
    ]


def _columns(rows: Sequence[Sequence[str]], firm: int = 1) -> list[str]:
    """Set rows in columns that fit the terminal; long cells run over several lines.

    The first columns, `firm` of them, hold ids and keep their width.
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = WIDTH - 2 - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths[firm:]) > 1:
        widths[widths.index(max(widths[firm:]), firm)] -= 1
    lines = []
    for row in rows:
        cells = [
            textwrap.wrap(cell, max(width, 1)) or [""]
            for cell, width in zip(row, widths, strict=True)
        ]
        for parts in zip_longest(*cells, fillvalue=""):
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            lines.append("  " + "  ".join(padded))
    return lines
