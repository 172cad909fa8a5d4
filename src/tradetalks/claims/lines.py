"""Lines of time: what each side did and said, the first side above the line, the second below."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tradetalks.figures import words
from tradetalks.figures.layout import LINE, figure_of, lines_of, width_of, write_lines
from tradetalks.figures.marks import Look, draw_marks, tint
from tradetalks.figures.style import MUTED, RULE, TEXT, SideStyle, day_label, side_styles

SAID = Look(words.SAID, ("said",), "o", "side")
DONE = Look(words.DONE, ("done",), "s", "side")
ACCOUNT = Look(words.UNNAMED, ("account",), "o", "none")
TOLD = Look(words.UNNAMED, ("told",), "s", "none")  # a deed that the press alone tells of
LOOKS = (SAID, DONE, ACCOUNT, TOLD)
# points: half of the band of months, half the room of a mark, the room for names of lanes, the
# least between two labels, and what parts one from its pole
_BAND, _MARK, _NAMES, _BETWEEN, _FROM_POLE = 5.5, 3.0, 60.0, 7.0, 4.0
_BAR = 12.0  # points from one row of bars to the next
# points: the widest lines that labels may have
_WIDEST = 70.0, 80.0, 90.0, 105.0, 140.0, 175.0, 220.0
_LOOSE = 9.0  # points between the loose end of words and the pole of others
_MONTHS = 9  # so many months are named at most
_TRIED_ALL = 7  # so many flags, that every way in which they can fly is tried


def plot_line(ax: Axes, events: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Draw events on a line of time, each with its day and label in the lane of its side.

    Reads day, side, label, known (said, done, account, told or term) and, of a term, until; sets
    the figure's height. A term is a bar to its last day; where none is named, an arrow to the deed.
    """
    wide = figure_of(ax).get_figwidth() * 72
    styles = side_styles(sides)
    looks = {code: look for look in LOOKS for code in look.codes}
    first, last = events["day"].min(), events["day"].max()
    span = max((last - first).days, 1)

    def place(day: pd.Timestamp) -> float:
        return float(_NAMES + 3 + (wide - _NAMES - 6) * (day - first).days / span)

    ax.fill_between([_NAMES, wide], -_BAND, _BAND, color="#f0f0ee", linewidth=0)
    for x, told in _days(first, last, place):
        ax.text(x, 0, told, va="center_baseline", color=MUTED)
        ax.plot([x - 2, x - 2], [-_BAND, _BAND], color="white", linewidth=1)
    heights = {1: 0.0, -1: 0.0}
    shown = events.assign(row=range(len(events))).sort_values("day", kind="stable")
    rows = shown.to_dict("records")
    deed = shown.loc[shown["known"].isin(["done", "told"]), "day"].max()
    for sign, (side, style) in zip((1, -1), styles.items(), strict=False):
        own = [row for row in rows if row["side"] == side and row["known"] != "term"]
        terms = [row for row in rows if row["side"] == side and row["known"] == "term"]
        lift = _draw_terms(ax, terms, lambda day: place(deed if pd.isna(day) else day), sign, style)
        poles: list[Path] = []
        for row, (flag, left, level) in zip(own, _lowest(own, place, wide), strict=True):
            low, high = level + lift, level + flag.tall + lift
            heights[sign] = max(heights[sign], high)
            poles.append(Path([(flag.x, sign * (_BAND + lift)), (flag.x, sign * (high - 2))]))
            write_lines(ax, left, high if sign > 0 else -low, flag.lines, style.colour)
            look = looks[row["known"]]
            draw_marks(
                ax, [flag.x], [sign * (_BAND + _MARK + lift)], look, style.colour, rows=[row["row"]]
            )
        _draw(ax, poles, 1, edgecolor=style.colour, facecolor="none", linewidth=0.6)
        ax.text(
            *(0, sign * (_BAND + 3 + lift), style.name),
            va="bottom" if sign > 0 else "top",
            weight="bold",
            color=style.colour,
        )
        heights[sign] = max(heights[sign], _BAND + 3 + LINE + lift) + 1
    figure = figure_of(ax)
    figure.set_figheight((heights[1] + heights[-1]) / 72)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, wide), ylim=(-heights[-1], heights[1]))
    ax.axhline(0, color=RULE, linewidth=0)


def _draw_terms(
    ax: Axes,
    terms: Sequence[Mapping[Any, Any]],
    place: Callable[[pd.Timestamp], float],
    sign: int,
    style: SideStyle,
) -> float:
    """Draw terms as bars with their words, beside the band, in as few rows as hold them.

    A term that names no last day has a point instead of an end. Returns the height of the rows.
    """
    ends: list[float] = []
    for term in terms:
        start, end = place(term["day"]), place(term["until"])
        point = _BAR / 2 if pd.isna(term["until"]) else 0.0
        # words as long as their bar end with it
        left = min(start + 3, end - point - width_of(term["label"]))
        level = next((n for n, taken in enumerate(ends) if taken <= min(start, left)), len(ends))
        ends[level : level + 1] = [max(end, start + 4 + width_of(term["label"]))]
        low = sign * (_BAND + 1 + level * _BAR)
        high = low + sign * (_BAR - 1)
        corners = [start, end - point, end, end - point, start]
        heights = [low, low, (low + high) / 2, high, high]
        gid = " ".join(["rows", str(term["row"])])
        ax.fill(corners, heights, color=tint(style.colour), linewidth=0, gid=gid)
        ax.text(left, (low + high) / 2, term["label"], va="center_baseline", color=TEXT)
    return _BAR * len(ends)


class _Flag(NamedTuple):
    """Words on a pole: where the pole stands, and the room they take, in points."""

    x: float
    lines: Sequence[str]
    wide: float
    tall: float


class _Placed(NamedTuple):
    """A flag with the left edge and the level of its words."""

    flag: _Flag
    left: float
    level: float


def _lowest(
    rows: Sequence[Mapping[Any, Any]], place: Callable[[pd.Timestamp], float], wide: float
) -> list[_Placed]:
    """Flags so that no pole runs through words, in the way that takes the least height.

    A flag flies to the right of its pole or to the left, in lines of one width or another. Where
    none of these ways keeps all poles clear, it flies where it has room.
    """
    count, days = len(rows), [row["day"] for row in rows]
    ways: Iterable[Sequence[bool]] = [[n < k for n in range(count)] for k in range(count, -1, -1)]
    if count <= _TRIED_ALL:
        ways = itertools.product((True, False), repeat=count)
    # flags of one day fly from one pole
    ways = [way for way in ways if len({*zip(days, way, strict=True)}) == len({*days})]
    found = []
    lane = wide - _NAMES
    for widest in (one for one in _WIDEST if lane / 3 < one < 3 * lane / 4):
        flags = []
        for row in rows:
            told = f"{day_label(row['day'], year=False)} {row['label']}"
            lines = [*lines_of(told, widest)]
            room = max(map(width_of, lines)), LINE * len(lines)
            flags.append(_Flag(place(row["day"]), lines, *room))
        found += [one for way in ways if (one := _flown(flags, way, wide))]
    if not found:
        lefts = [max(_NAMES, min(flag.x + _FROM_POLE, wide - flag.wide - 2)) for flag in flags]
        return _stacked(flags, lefts, range(count), [()] * count)
    return min(found, key=lambda placed: max((p.level + p.flag.tall for p in placed), default=0))


def _flown(flags: Sequence[_Flag], way: Sequence[bool], wide: float) -> list[_Placed] | None:
    """Places of flags that fly right, or else left; none if one has no room or is in the way."""
    lefts = [
        flag.x + _FROM_POLE if right else flag.x - _FROM_POLE - flag.wide
        for flag, right in zip(flags, way, strict=True)
    ]
    if any(left < _NAMES or left + f.wide > wide for left, f in zip(lefts, flags, strict=True)):
        return None
    # poles that words would stand across, or so near at their loose end that they would seem to
    # fly there: their own words have to be lower
    across = [
        [
            n
            for n, other in enumerate(flags)
            if left - (2 if right else _LOOSE) < other.x < left + f.wide + (_LOOSE if right else 2)
        ]
        for left, f, right in zip(lefts, flags, way, strict=True)
    ]
    try:
        order = [*TopologicalSorter(dict(enumerate(across))).static_order()]
    except CycleError:
        return None
    return _stacked(flags, lefts, order, across)


def _stacked(
    flags: Sequence[_Flag],
    lefts: Sequence[float],
    order: Iterable[int],
    across: Sequence[Sequence[int]],
) -> list[_Placed]:
    """Flags at their levels: in turn each as low as it can be above the poles and words before."""
    taken: list[tuple[float, float, float, float]] = []
    levels: dict[int, float] = {}
    for n in order:
        left, right, tall = lefts[n], lefts[n] + flags[n].wide, flags[n].tall
        least = max((levels[other] + flags[other].tall for other in across[n]), default=0.0)
        levels[n] = _free(taken, left, right, tall, least)
        taken.append((left - _BETWEEN, right + _BETWEEN, levels[n], levels[n] + tall))
    return [_Placed(flag, lefts[n], levels[n]) for n, flag in enumerate(flags)]


def _draw(ax: Axes, paths: Sequence[Path], order: int, **look: Any) -> None:
    """Draw paths as one shape: each by itself would take a tag of the page."""
    if paths:
        ax.add_patch(PathPatch(Path.make_compound_path(*paths), zorder=order, **look))


def _free(
    taken: Sequence[tuple[float, float, float, float]],
    left: float,
    right: float,
    tall: float,
    least: float,
) -> float:
    """The lowest level from `least` on at which words so wide and tall stand clear of others."""
    level = max(_BAND + 2 * _MARK, least)
    for begin, end, low, high in sorted(taken, key=lambda one: one[2]):
        if begin < right and end > left and low < level + tall + 1 and high > level - 1:
            level = high + 1.5
    return level


def _days(first: pd.Timestamp, last: pd.Timestamp, place: Any) -> Iterator[tuple[float, str]]:
    """First days of months, or of years where months are many, or days where they are few.

    The year stands where it begins, and at the first; the labels have their days.
    """
    months = pd.date_range(first, last, freq="MS")
    days = [*months]
    if len(months) > _MONTHS:
        days = [first, *pd.date_range(first, last, freq="YS")]
    elif len(months) <= 2:
        days = [*pd.date_range(first, last, freq=f"{1 + (last - first).days // 6}D")]
    year, end = None, 0.0
    for day in days:
        told = words.MONTH.format(day) if len(months) > 2 else day_label(day, year=False)
        told = "" if len(months) > _MONTHS else told
        told = f"{told} {day.year}".strip() if day.year != year else told
        if end < place(day) < place(last) - width_of(told):
            year, end = day.year, place(day) + 2 + width_of(told)
            yield place(day) + 2, told
