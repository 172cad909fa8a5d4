"""The difference between two runs, as a page beside their reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from notepress import pages, values
from notepress.compare.difference import Difference, Run, VerdictChange, reading
from notepress.compare.text import summary


def as_page(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return the comparison as one HTML file; `describe` as in `as_text`.

    It links to both reports, from a folder that lies beside theirs.
    """
    before, after = difference.before, difference.after
    blocks: list[Markup] = []
    if difference.is_empty:
        blocks.append(pages.paragraph(summary(difference) + "."))
    for heading, changes in difference.judged_otherwise:
        parts = []
        for change in changes:
            name, *told = _flip_blocks(difference, change, describe)
            # what stands is many, and listed closed
            parts += [name, *told] if change.is_flipped else [pages.fold(name, *told)]
        blocks.append(pages.section(heading, *parts))
    if difference.parameters:
        table = _table(
            "What was asked", ("Parameter", before.name, after.name), difference.parameters
        )
        blocks.append(pages.section("Parameters", table))
    if difference.values:
        blocks.append(pages.section("Values", *_value_blocks(difference)))
    if difference.figures:
        blocks.append(pages.section("Figures", *_figure_blocks(difference)))
    if difference.only_in:
        blocks.append(pages.section("In one run only", *_only_blocks(difference)))
    if difference.made_of:
        table = _table("What went in", ("Part", before.name, after.name), difference.made_of)
        blocks.append(pages.section("Code, lock and data", table))
    return pages.page(
        f"{before.name} and {after.name}",
        blocks,
        subtitle="" if difference.is_empty else summary(difference),
        facts=[_origin(run) for run in (before, after)],
    )


def _origin(run: Run) -> Markup:
    """Name a run with its edition and a link to its report, as seen from a folder beside it."""
    report = pages.link(run.name, f"../{run.name}/report.html")
    return Markup("{}: edition {}").format(report, run.edition)


def _flip_blocks(
    difference: Difference, change: VerdictChange, describe: Mapping[str, str]
) -> list[Markup]:
    names = (difference.before.name, difference.after.name)
    name = f"{change.key}: {change.words}"
    blocks = [pages.heading(name) if change.is_flipped else Markup.escape(name)]
    readings = [reading(change.before), reading(change.after)]
    if readings[0] == readings[1]:
        blocks.append(pages.paragraph(f"{readings[0]} in both."))
    else:
        blocks.append(pages.definitions(list(zip(names, readings, strict=True))))
    if change.answers:
        rows = [
            (
                answer.question,
                *(f"{row['answer']}\n{row.get('finding', '')}" for row in answer[1:3]),
            )
            for answer in change.answers
        ]
        blocks.append(
            _table(f"{change.key}: questions answered otherwise", ("Question", *names), rows)
        )
    moved = [(*one, describe.get(one.name, values.MISSING)) for one in change.evidence]
    if moved:
        blocks.append(
            _table(
                f"{change.key}: evidence that came or went", ("Row", "Counts", "What it is"), moved
            )
        )
    elif change.answers:
        blocks.append(pages.paragraph("No evidence came or went: a choice of the run answers."))
    return blocks


def _value_blocks(difference: Difference) -> list[Markup]:
    names = (difference.before.name, difference.after.name)
    head = ("Value", "What it is", *names, "Change", "Tolerance")
    blocks = []
    titles = "Changed, those first that moved furthest beyond their tolerance", "Within it"
    for is_beyond, title in zip((True, False), titles, strict=True):
        rows = [change[:-2] for change in difference.values if change.is_beyond is is_beyond]
        if rows:
            table = _table(title, head, rows)
            blocks.append(table if is_beyond else pages.fold(f"{title} ({len(rows)})", table))
    return blocks


def _figure_blocks(difference: Difference) -> list[Markup]:
    blocks = []
    for name in difference.figures:
        both = [
            pages.figure(
                run.drawings[name],
                run.words(name, "alt"),
                title=f"{run.name}: {run.words(name, 'title')}",
                name=f"{side}-{name}",
            )
            for side, run in (("before", difference.before), ("after", difference.after))
        ]
        blocks += [pages.heading(name.replace("_", " ")), pages.pair(*both)]
    return blocks


def _only_blocks(difference: Difference) -> list[Markup]:
    blocks = []
    for run in dict.fromkeys(one.run for one in difference.only_in):
        rows = [one[1:] for one in difference.only_in if one.run == run]
        table = _table(f"Only in {run}", ("Kind", "Id", "What it is", "Reading"), rows)
        blocks.append(pages.fold(f"Only in {run} ({len(rows)})", table))
    return blocks


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    # the names of runs may be those of other columns
    numbered = [str(number) for number in range(len(head))]
    frame = pd.DataFrame([list(row) for row in rows], columns=numbered)
    return pages.table(frame, title=title, labels=dict(zip(numbered, head, strict=True)))
