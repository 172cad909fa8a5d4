"""Every event of a line of time has its mark, its words and its lane."""

from __future__ import annotations

import pandas as pd
import pytest
from drawn import marks
from statement_examples import LINE, TERMS, line

from tradetalks.claims.lines import (
    _BAND,
    _FROM_POLE,
    _LOOSE,
    _MARK,
    _MONTHS,
    _NAMES,
    _days,
    _Flag,
    _flown,
    _free,
)
from tradetalks.figures.style import PHONE, TEXT_WIDTH


@pytest.mark.parametrize("width", [PHONE, TEXT_WIDTH])
def test_every_event_is_a_mark_on_the_side_of_its_lane(width: float) -> None:
    drawn = marks(line(width).axes[0])
    assert len(drawn) == len(LINE)
    assert sum(y > 0 for _, y, *_ in drawn) == LINE["side"].eq("A").sum()
    assert [shape for *_, shape, _ in drawn].count("s") == 1


@pytest.mark.parametrize("width", [PHONE, TEXT_WIDTH])
def test_words_of_one_day_stand_clear_of_each_other_and_inside(width: float) -> None:
    ax = line(width).axes[0]
    figure = ax.figure
    figure.canvas.draw()
    words = [text for text in ax.texts if text.get_text()]
    boxes = [text.get_window_extent() for text in words]
    for number, one in enumerate(boxes):
        assert one.x0 > -2
        assert one.x1 < figure.bbox.width + 2
        for other in boxes[number + 1 :]:
            apart = min(one.x1, other.x1) <= max(one.x0, other.x0) + 1
            assert apart or min(one.y1, other.y1) <= max(one.y0, other.y0) + 3
    told = " ".join(text.get_text() for text in words)
    for label in LINE["label"]:
        assert label.split()[0] in told


@pytest.mark.parametrize("width", [PHONE, TEXT_WIDTH])
def test_no_pole_runs_through_words(width: float) -> None:
    ax = line(width).axes[0]
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    poles = [
        ax.transData.transform(ends)
        for patch in ax.patches
        for ends in patch.get_path().to_polygons(closed_only=False)
    ]
    assert len(poles) == len(LINE)
    for (x, begin), (_, end) in poles:
        low, high = sorted((begin, end))
        for box in boxes:
            assert not (box.x0 < x < box.x1 and box.y0 < high - 1 and box.y1 > low + 1)


def test_a_term_is_a_bar_to_its_last_day_and_without_one_points_at_the_deed() -> None:
    ax = line(told=TERMS).axes[0]
    marked = sorted((x, y) for x, y, *_ in marks(ax))
    bars = {patch.get_gid(): patch.get_xy() for patch in ax.patches if patch.get_gid()}
    closed, open_, other, late = (bars[f"rows {row}"] for row in range(len(LINE), len(TERMS)))
    begins, deed = marked[0][0], marked[-1][0]
    assert closed[:, 0].min() == pytest.approx(begins) == pytest.approx(other[:, 0].min())
    assert closed[:, 0].max() < deed == pytest.approx(open_[:, 0].max())
    assert len({*closed[:, 0]}) == 2 and len({*open_[:, 0]}) == 3  # a point instead of an end
    # what begins before another ends stands in a row of its own, farther out
    assert open_[:, 1].min() > closed[:, 1].max() > 0 > other[:, 1].max()
    assert late[:, 1].min() == pytest.approx(other[:, 1].min())
    assert min(y for _, y in marked if y > 0) > open_[:, 1].max()
    assert max(y for _, y in marked if y < 0) < late[:, 1].min()
    assert {"Ann: a week", "Bob: on and on"} <= {text.get_text() for text in ax.texts}


def test_words_of_one_day_fly_one_way_and_end_far_from_the_poles_of_others() -> None:
    days = ["2030-01-01", "2030-03-05", "2030-03-05", "2030-03-25", "2030-06-01"]
    names = ["Ann and more", "Bea said so", "Bea said so again", "Cid who spoke then", "Dan spoke"]
    told = pd.DataFrame({"day": pd.to_datetime(days), "side": "A", "label": names, "known": "said"})
    ax = line(told=told).axes[0]
    ax.figure.canvas.draw()
    spans = []
    for text in ax.texts:
        if text.get_text()[-4:] in {name[-4:] for name in names}:
            box = ax.transData.inverted().transform(text.get_window_extent())
            spans.append((*box[:, 0], box[0, 1], text.get_text()))
    assert len(spans) == len(names)
    shapes = [s for patch in ax.patches for s in patch.get_path().to_polygons(closed_only=False)]
    poles = [(ends[0][0], max(y for _, y in ends)) for ends in shapes]
    for left, right, foot, _ in spans:
        beside = {round(x) for x, top in poles if left - 8 < x < right + 8 and top > foot + 2}
        assert len(beside) == 1  # its own
    begins = [left for left, _, _, told in spans if "Bea" in told]
    ends = [right for _, right, _, told in spans if "Bea" in told]
    assert abs(begins[0] - begins[1]) < 1 or abs(ends[0] - ends[1]) < 1


GROUND = _BAND + 2 * _MARK


def flown(*places: float, right: bool, wide: float = 500.0) -> list[tuple[float, float]] | None:
    """Left edges and levels of words 40 points wide and 10 tall on poles at some places."""
    flags = [_Flag(x, ["words"], 40.0, 10.0) for x in places]
    found = _flown(flags, [right] * len(flags), wide)
    return None if found is None else [(one.left, one.level) for one in found]


def test_words_fly_where_they_just_fit_and_no_further() -> None:
    last, first = 460.0 - _FROM_POLE, _NAMES + _FROM_POLE + 40.0
    assert flown(last, right=True) == [(460.0, GROUND)]
    assert flown(last + 0.5, right=True) is None
    assert flown(first, right=False) == [(_NAMES, GROUND)]
    assert flown(first - 0.5, right=False) is None


def test_words_near_another_pole_stand_above_the_words_there() -> None:
    end = 100.0 + _FROM_POLE + 40.0
    clear, near = end + _LOOSE, end + _LOOSE - 0.5
    assert flown(100.0, clear, right=True) == [
        (100.0 + _FROM_POLE, GROUND),
        (clear + _FROM_POLE, GROUND),
    ]
    assert flown(100.0, near, right=True) == [
        (100.0 + _FROM_POLE, GROUND + 10),
        (near + _FROM_POLE, GROUND),
    ]
    begin = 300.0 - _FROM_POLE - 40.0
    clear, near = begin - _LOOSE, begin - _LOOSE + 0.5
    assert flown(clear, 300.0, right=False) == [
        (clear - _FROM_POLE - 40.0, GROUND),
        (begin, GROUND),
    ]
    assert flown(near, 300.0, right=False) == [
        (near - _FROM_POLE - 40.0, GROUND),
        (begin, GROUND + 10),
    ]


@pytest.mark.parametrize(
    ("taken", "least", "level"),
    [
        ((0.0, 10.0, GROUND, GROUND + 10), 0.0, GROUND),  # ends where they begin
        ((0.0, 10.5, GROUND, GROUND + 10), 0.0, GROUND + 11.5),
        ((20.0, 30.0, GROUND, GROUND + 10), 0.0, GROUND),  # begins where they end
        ((19.5, 30.0, GROUND, GROUND + 10), 0.0, GROUND + 11.5),
        ((0.0, 30.0, GROUND + 11, 99.0), 0.0, GROUND),  # a point above them
        ((0.0, 30.0, GROUND + 10.5, 99.0), 0.0, 100.5),
        ((0.0, 30.0, 0.0, 49.0), 50.0, 50.0),  # a point below them
        ((0.0, 30.0, 0.0, 49.5), 50.0, 51.0),
    ],
)
def test_words_stand_at_the_lowest_level_that_is_free(
    taken: tuple[float, float, float, float], least: float, level: float
) -> None:
    assert _free([taken], 10.0, 20.0, 10.0, least) == level


@pytest.mark.parametrize(
    ("months", "told"),
    [
        (_MONTHS, ["Jan 2030", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]),
        (_MONTHS + 1, ["2030"]),
    ],
)
def test_months_are_named_while_they_are_few_and_years_alone_where_they_are_many(
    months: int, told: list[str]
) -> None:
    first = pd.Timestamp("2030-01-01")
    last = first + pd.DateOffset(months=months, days=-1)
    assert [
        words for _, words in _days(first, last, lambda day: (day - first).days * 2 + 1.0)
    ] == told
