"""What a reader sees of a sweep: a specification curve of each headline, and one page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from notepress import pages, values
from whowalkedaway.points import Plan, Point, turns

_LISTED = 12


@dataclass(frozen=True)
class Curve:
    """One headline of the base run over all points that have it, sorted by amount and number."""

    value_id: str
    points: Sequence[Point]
    base: Point

    @property
    def unit(self) -> str:
        """The unit of the headline; a share is drawn in percent."""
        return str(self.base.result.values[self.value_id]["unit"])

    def amount(self, point: Point) -> float:
        """What is drawn of a point."""
        value = float(point.result.values[self.value_id]["value"])
        return value * 100 if self.unit == "share" else value

    def text(self, point: Point) -> str:
        """What is printed of a point."""
        return str(point.result.values[self.value_id]["text"])

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The rows of the matrix: each varied parameter, and below it each value that it takes."""
        by_number = sorted(self.points, key=lambda one: one.number)
        return [
            (name, value)
            for name in by_number[0].varied
            for value in ("", *dict.fromkeys(one.varied[name] for one in by_number))
        ]

    @property
    def title(self) -> str:
        """The span of the headline over the points."""
        low, high = self.points[0], self.points[-1]
        definition = str(self.base.result.values[self.value_id]["definition"])
        name = definition[:1].upper() + definition[1:] or self.value_id
        if self.amount(low) == self.amount(high):
            return f"{name}: {self.text(low)} at all {len(self.points)} points"
        span = f"from {self.text(low)} to {self.text(high)}"
        return f"{name}: {span} over {len(self.points)} points"

    @property
    def alt(self) -> str:
        """The curve in words, for those who cannot see it."""
        count = len(self.points)
        told = [
            f"Dots in rising order, one for each of {count} points, and below them the choices."
        ]
        for word, one in (("lowest", self.points[0]), ("highest", self.points[-1])):
            chosen = ", ".join(f"{name} {value}" for name, value in one.varied.items())
            told.append(f"The {word} is {self.text(one)}, with {chosen}.")
        at_base = self.amount(self.base)
        below = sum(self.amount(one) < at_base for one in self.points)
        above = sum(self.amount(one) > at_base for one in self.points)
        base = self.text(self.base)
        told.append(f"The base run has {base}: {below} points lie below it, {above} above.")
        return " ".join(told)


def curve(value_id: str, points: Sequence[Point], base: Point) -> Curve:
    """The curve of a number of the base run over all points that have it."""
    unit = base.result.values[value_id]["unit"]
    having = [one for one in points if one.result.values.get(value_id, {}).get("unit") == unit]
    having.sort(key=lambda one: (one.result.values[value_id]["value"], one.number))
    return Curve(value_id, having, base)


def curve_height(drawn: Curve) -> float:
    """Inches that a figure of this curve needs."""
    return 2.1 + 0.17 * len(drawn.choices)


def plot_curve(fig: Figure, drawn: Curve) -> None:
    """Draw a specification curve on two Axes of a figure, one above the other, with a common x.

    Above, a dot per point in the order of amounts; below, its choices. The base run is a diamond.
    """
    rows = drawn.choices
    above, below = fig.subplots(2, sharex=True, height_ratios=[1.7, 0.17 * len(rows)])
    count = len(drawn.points)
    places = range(count)
    size = max(1.2, min(4.5, 40 * fig.get_figwidth() / count))
    above.plot(places, [*map(drawn.amount, drawn.points)], "o", color="#222222", markersize=size)
    above.set_ylabel({"share": "percent"}.get(drawn.unit, drawn.unit.replace("_", " ")))
    above.tick_params(bottom=False, labelbottom=False)
    above.margins(y=0.15)
    if drawn.unit in ("count", "word", "days"):
        above.yaxis.set_major_locator(MaxNLocator(integer=True))

    for height, (name, value) in enumerate(rows):
        chosen = [x for x in places if drawn.points[x].varied[name] == value]
        below.plot(chosen, [height] * len(chosen), "s", color="#222222", markersize=size * 0.75)
        if height and not value:
            below.axhline(height - 0.5, color="#888888", linewidth=0.6)
    below.set_yticks(range(len(rows)), [value or name for name, value in rows])
    for label, (_, value) in zip(below.get_yticklabels(), rows, strict=True):
        label.set_weight("normal" if value else "bold")
    below.set_ylim(len(rows) - 0.5, -0.5)
    below.tick_params(bottom=False, labelbottom=False, left=False)
    below.set_xlabel("points by value")
    below.set_xlim(-1, count)

    at, amount = drawn.points.index(drawn.base), drawn.amount(drawn.base)
    for ax in (above, below):
        ax.axvline(at, color="#222222", linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)
    above.plot(at, amount, "D", color="#222222", markerfacecolor="white", markersize=7)
    told = f"Diamond: base run, {drawn.text(drawn.base)}"
    above.text(0, 1.03, told, transform=above.transAxes, fontsize=7.5)


def sweep_page(
    plan: Plan,
    points: Sequence[Point],
    base: Point,
    failed: Mapping[str, str],
    curves: Sequence[tuple[Curve, str, str]],
    *,
    subtitle: str,
    edition: str,
    statements: Mapping[str, str],
) -> str:
    """The page of a sweep: which verdicts turn and where, curves, points, failures.

    `failed` has messages by point, `curves` two drawings each, the second for a telephone,
    `statements` claims by id; `edition` is the base run's.
    """
    *most, last = base.varied
    varied = f"{', '.join(most)} and {last}" if most else last
    intro = (
        f"The run {plan.run} again and again, with other choices for {varied}: which verdicts and "
        "numbers depend on them."
    )
    turned = turns(points, base)
    listed = pages.paragraph(f"All {len(points)} points give the verdicts of the base run.")
    if turned:
        rows = [
            {
                "Verdict on": turn.verdict_id,
                "What is claimed": statements.get(turn.verdict_id, ""),
                "Base run": turn.base,
                "Elsewhere": turn.other,
                "At points": f"{len(turn.points)} of {len(points)}",
                "Only with": turn.where,
                "Numbers": _listed(turn.points),
            }
            for turn in turned
        ]
        listed = pages.table(pd.DataFrame(rows), title="Verdicts other than the base run's")
    blocks = [pages.paragraph(intro), pages.section("Verdicts that turn", listed)]
    if curves:
        drawings = [
            pages.figure(
                svg,
                one.alt,
                title=one.title,
                caption=_caption(one, len(points)),
                name=one.value_id,
                narrow=narrow,
            )
            for one, svg, narrow in curves
        ]
        blocks.append(pages.section("How far each headline moves", *drawings))
    told = Counter(number for turn in turned for number in turn.points)
    blocks.append(_points_section(points, base, [one for one, *_ in curves], told))
    if failed:
        lost = [pages.fold(point, pages.code(message)) for point, message in failed.items()]
        blocks.append(pages.section("Points that failed", *lost))
    all_points = f"{len(points) + len(failed)} points"
    done = f"{len(points)} of {all_points}" if failed else all_points
    facts = [done, f"base run {plan.run}", f"edition {edition}"]
    return pages.page(f"The sweep {plan.sweep}", blocks, subtitle=subtitle, facts=facts)


def _points_section(
    points: Sequence[Point], base: Point, curves: Sequence[Curve], turned: Mapping[int, int]
) -> Markup:
    columns: dict[str, list[Any]] = {
        "Point": [f"{p.number} (base run)" if p is base else str(p.number) for p in points]
    }
    for name in base.varied:
        columns[name] = [point.varied[name] for point in points]
    for one in curves:
        texts = {point.number: one.text(point) for point in one.points}
        columns[one.value_id] = [texts.get(point.number, values.MISSING) for point in points]
    columns["Verdicts turned"] = [turned[point.number] for point in points]
    if base.report:
        columns["Report"] = [point.report for point in points]
    table = pages.table(
        pd.DataFrame(columns),
        title="Choices, headlines, and how many verdicts differ from the base run's",
        formats={"Report": lambda address: pages.link("report", address)},
    )
    link = pages.link("table.csv", "table.csv")
    told = pages.paragraph("All values and verdicts of all points are in ", link, ", one to a row.")
    return pages.section("Every point", told, pages.fold(f"The {len(points)} points", table))


def _caption(drawn: Curve, done: int) -> str:
    told = (
        "Above, one dot per point, in the order of the value; below, the choices that each point"
        f" makes. The diamond is the base run. In the table it is {drawn.value_id}."
    )
    lacking = done - len(drawn.points)
    return f"{told} {lacking} points have no such number." if lacking else told


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{shown} and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else shown
