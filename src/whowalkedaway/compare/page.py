"""The difference between two runs, as a page beside their reports."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from notepress import pages, values
from whowalkedaway.compare.difference import Difference, VerdictChange, reading
from whowalkedaway.compare.text import summary

# so many values stand open, and the rest is unfolded
VALUES_SHOWN = 12


def as_page(difference: Difference, describe: Mapping[str, str]) -> str:
    """Return the comparison as one HTML file with links to both reports; else as `as_text`."""
    before, after = difference.before, difference.after
    names = (before.name, after.name)
    stand = [change for change in difference.verdicts if not change.is_flipped]
    parts = {
        "Verdicts that flipped": _verdict_blocks(difference.flipped, names, describe),
        "Verdicts that stand, on other grounds": _verdict_blocks(stand, names, describe),
        "Parameters": _table("What was asked", ("Parameter", *names), difference.parameters),
        "Values": _value_blocks(difference, names),
        "In one run only": _only_blocks(difference),
        "Code, lock and data": _table("What went in", ("Part", *names), difference.made_of),
    }
    blocks = [pages.section(heading, *inside) for heading, inside in parts.items() if inside]
    told = summary(difference)
    if difference.is_empty:
        blocks, told = [pages.paragraph(f"{told}.")], ""
    links = (pages.link(run.name, f"../{run.name}/report.html") for run in (before, after))
    editions = zip(links, (before.edition, after.edition), strict=True)
    facts = [Markup("{}: edition {}").format(*one) for one in editions]
    return pages.page(" and ".join(names), blocks, subtitle=told, facts=facts)


def _verdict_blocks(
    changes: Iterable[VerdictChange], names: tuple[str, str], describe: Mapping[str, str]
) -> list[Markup]:
    """Return what made verdicts; evidence is long, and verdicts that stand are many: closed."""
    blocks = []
    for change in changes:
        name = f"{change.key}: {change.words}"
        was, now = reading(change.before), reading(change.after)
        same = pages.paragraph(f"{was} in both.")
        told = [same if was == now else pages.definitions(zip(names, (was, now), strict=True))]
        answers = (
            (question, *(f"{row['answer']}\n{row.get('finding', '')}" for row in rows))
            for question, *rows in change.answers
        )
        title = f"{change.key}: questions answered otherwise"
        told += _table(title, ("Question", *names), answers)
        moved = ((*one, describe.get(one[0], values.MISSING)) for one in change.evidence)
        title = f"{change.key}: evidence that came or went"
        if change.evidence:
            rows = _table(title, ("Row", "Counts", "What it is"), moved)
            told.append(pages.fold(f"Evidence that came or went ({len(change.evidence)})", *rows))
        if change.answers and not change.evidence:
            told.append(pages.paragraph("No evidence came or went: a choice of the run answers."))
        blocks += [pages.heading(name), *told] if change.is_flipped else [pages.fold(name, *told)]
    return blocks


def _value_blocks(difference: Difference, names: tuple[str, str]) -> list[Markup]:
    head = ("Value", "What it is", *names, "Change")
    rows = [change[:-1] for change in difference.values]
    blocks = _table("Those that moved furthest, by their size", head, rows[:VALUES_SHOWN])
    if more := rows[VALUES_SHOWN:]:
        blocks.append(pages.fold(f"Others ({len(more)})", *_table("Others", head, more)))
    return blocks


def _only_blocks(difference: Difference) -> list[Markup]:
    blocks = []
    for run in dict.fromkeys(one.run for one in difference.only_in):
        rows = [one[1:] for one in difference.only_in if one.run == run]
        table = _table(f"Only in {run}", ("Kind", "Id", "What it is", "Reading"), rows)
        blocks.append(pages.fold(f"Only in {run} ({len(rows)})", *table))
    return blocks


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Markup]:
    """Return a table, or nothing where it has no rows."""
    listed = list(rows)
    return [pages.table(pd.DataFrame(listed, columns=list(head)), title=title)] if listed else []
