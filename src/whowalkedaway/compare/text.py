"""The difference between two runs, for a terminal."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

from notepress import pages
from whowalkedaway.compare.difference import Difference, VerdictChange, reading

WIDTH = 100
# the page shows all; a terminal has room for so many values, of so many letters
VALUES_SHOWN, SHORT = 20, 24


def summary(difference: Difference) -> str:
    """Return one line: how many of what differ."""
    first, second = difference.before.name, difference.after.name
    if difference.is_empty:
        return f"{first} and {second}: no difference"
    parts = [
        _count(len(difference.parameters), "parameter"),
        _count(len(difference.values), "value"),
        _count(len(difference.flipped), "verdict") + " flipped",
        *(
            f"{_count(times, 'verdict')} only in {run}"
            for (run, kind), times in Counter(one[:2] for one in difference.only_in).items()
            if kind == "verdict"
        ),
    ]
    if difference.made_of:
        parts.append("made from other code or data")
    return f"{first} to {second}: " + ", ".join(parts)


def as_text(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return what a terminal shows: parameters, verdicts that flipped, values that moved furthest.

    `describe` says what a piece of evidence is. All the rest is on the page.
    """
    lines = textwrap.wrap(summary(difference), WIDTH, subsequent_indent="  ")
    head = ("", difference.before.name, difference.after.name)
    if difference.parameters:
        lines += ["", "Parameters", *_columns([head, *difference.parameters])]
    if difference.flipped:
        lines += ["", "Verdicts that flipped"]
        lines += (line for change in difference.flipped for line in _flip_lines(change, describe))
    if difference.values:
        moved = [
            (one.value_id, one.before, one.after, one.change)
            for one in difference.values[:VALUES_SHOWN]
        ]
        lines += ["", "Values", *_columns([(*head, "change"), *moved])]
        if (more := len(difference.values) - VALUES_SHOWN) > 0:
            lines.append(f"  and {more} more on the page")
    return "\n".join(pages.plain(line).rstrip() for line in lines)


def _flip_lines(change: VerdictChange, describe: Mapping[str, str]) -> list[str]:
    turn = f"{reading(change.before)} -> {reading(change.after)}"
    lines = _wrapped(f"{change.key}  {turn}: {change.words}", "  ")
    for question, *rows in change.answers:
        found = [
            row["answer"] + (f" ({row['finding']})" if row.get("finding") else "") for row in rows
        ]
        lines += _wrapped(f"{question} {' -> '.join(found)}", "      ")
    for name, counts in change.evidence:
        told = f"{counts}: {name} {describe.get(name, '')}"
        lines.append("      " + textwrap.shorten(told, WIDTH - 6, placeholder=" ..."))
    return lines


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" + ("" if number == 1 else "s")


def _wrapped(text: str, indent: str) -> list[str]:
    further = indent + "    "
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=further)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns; of long cells the page has the whole."""
    cells = [
        [cell if len(cell) <= SHORT else f"{cell[: SHORT - 1]}\u2026" for cell in row]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
