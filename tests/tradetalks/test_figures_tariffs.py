"""Figures of the tariff record: what is drawn, and that it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tradetalks.figures.style import (
    SMALL,
    STYLE,
    TEXT_WIDTH,
    Colours,
    date_axis,
    side_styles,
    spread,
    use_style,
)
from tradetalks.figures.tariffs import (
    plot_answer_ladder,
    plot_applied_rates,
    plot_effective_date_rules,
    plot_farm_share,
    plot_reconciliation,
    plot_sections,
)

SIDES = pd.DataFrame(
    {
        "side": ["A", "B"],
        "name": ["Northland", "Southland"],
        "article_name": ["the Northland", "Southland"],
        "colour": ["#1f5a94", "#b9521f"],
        "order": [1, 2],
    }
)
COLOURS = Colours.from_sides(SIDES)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


@pytest.fixture
def ax() -> Iterator[Axes]:
    with use_style():
        figure, axes = plt.subplots(figsize=(TEXT_WIDTH, 3.4))
        yield axes
        plt.close(figure)


def texts(ax: Axes) -> list[Text]:
    """Every text that is drawn, tick labels and the axis labels among them."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    found = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
    # an axis keeps labels beyond its ends, and does not draw them
    beyond = {
        id(label)
        for axis in (ax.xaxis, ax.yaxis)
        for place, label in zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
        if not min(axis.get_view_interval()) <= place <= max(axis.get_view_interval())
    }
    return [t for t in found if id(t) not in beyond]


def written(ax: Axes) -> list[str]:
    return [t.get_text() for t in texts(ax)]


def assert_readable(ax: Axes) -> None:
    """No text is too small, runs out of the figure, or stands on another text."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    drawn = texts(ax)
    assert drawn
    boxes: list[tuple[str, Bbox]] = []
    # a text box keeps room for descenders, which figures and capitals do not fill
    page = figure.bbox.padded(1.5)
    for text in drawn:
        assert text.get_fontsize() >= SMALL, text.get_text()
        box = text.get_window_extent()
        boxes.append((text.get_text(), box))
        assert page.x0 <= box.x0 and box.x1 <= page.x1, text.get_text()
        assert page.y0 <= box.y0 and box.y1 <= page.y1, text.get_text()
    for (one, first), (other, second) in combinations(boxes, 2):
        shared = Bbox.intersection(first, second)
        assert shared is None or min(shared.width, shared.height) < 1.0, f"{one!r} on {other!r}"


# style


def test_style_ends_with_its_block() -> None:
    before = mpl.rcParams["svg.fonttype"], mpl.rcParams["font.size"]
    with use_style():
        assert mpl.rcParams["svg.fonttype"] == STYLE["svg.fonttype"] == "none"
    assert (mpl.rcParams["svg.fonttype"], mpl.rcParams["font.size"]) == before


def test_an_unknown_role_fails_and_names_the_known_ones() -> None:
    assert COLOURS["A"] == "#1f5a94"
    with pytest.raises(KeyError, match="no colour for the role 'C'; known roles: A, B"):
        COLOURS["C"]


def test_sides_differ_without_colour() -> None:
    one, other = side_styles(SIDES).values()
    assert one.linestyle != other.linestyle
    assert one.marker != other.marker
    four = pd.concat([SIDES, SIDES.assign(side=["C", "D"])])
    with pytest.raises(ValueError, match="4 sides"):
        side_styles(four)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.1, 10))
def test_spread_labels_keep_their_order_and_their_distance(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap)
    order = np.argsort(wanted, kind="stable")
    assert all(np.diff(np.array(placed)[order]) >= gap - 1e-9)
    # no label leaves its place without need
    if len(wanted) > 1 and min(np.diff(np.sort(wanted))) >= gap:
        assert placed == pytest.approx(wanted, abs=1e-9)


def test_spread_labels_stay_inside_where_they_fit() -> None:
    assert spread([9.9, 10.0], 1.0, 0.0, 10.0) == [9.0, 10.0]
    assert spread([0.0, 0.1], 1.0, 0.0, 10.0) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2018-03-22", "2019-06-04", "Apr\n2018", "Apr"),
        ("2018-12-20", "2019-01-10", "20 Dec\n2018", "10 Jan"),
        ("2016-01-01", "2021-01-01", "Jan\n2016", "Jan\n2021"),
    ],
)
def test_date_axis_says_the_year_once(
    ax: Axes, start: str, end: str, first: str, last: str
) -> None:
    date_axis(ax, day(start), day(end))
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert (labels[0], labels[-1]) == (first, last)
    years = [label.split("\n")[1] for label in labels if "\n" in label]
    assert len(years) == len(set(years))
    assert len(labels) <= 8


# applied rates


def rates(missing_from: str | None = None) -> pd.DataFrame:
    path = pd.DataFrame(
        {
            "importer": ["A", "A", "A", "B", "B", "B"],
            "effective_date": pd.to_datetime(
                [
                    "2018-01-01",
                    "2018-09-24",
                    "2019-05-10",
                    "2018-01-01",
                    "2018-07-06",
                    "2019-06-01",
                ]
            ),
            "mfn_rate_pct": [3.0, 3.0, 3.0, 6.0, 5.0, 5.0],
            "applied_rate_pct": [3.0, 8.8, 14.2, 6.0, 13.5, 14.4],
        }
    )
    if missing_from is not None:
        gone = path["importer"].eq("B") & path["effective_date"].ge(day(missing_from))
        path["applied_rate_pct"] = path["applied_rate_pct"].mask(gone)
    return path


def draw_rates(ax: Axes, path: pd.DataFrame) -> Axes:
    return plot_applied_rates(
        ax,
        path,
        SIDES,
        start=day("2018-03-22"),
        end=day("2019-06-04"),
        breakdown_date=day("2019-05-05"),
    )


def test_rates_jump_on_their_day_and_are_labelled_with_the_last_value(ax: Axes) -> None:
    draw_rates(ax, rates())
    assert {line.get_drawstyle() for line in ax.lines if len(line.get_xdata()) > 2} >= {
        "steps-post"
    }
    shown = written(ax)
    assert "Northland\non Southland: 14.2%" in shown
    assert "Southland\non the Northland: 14.4%" in shown
    assert "5 May 2019" in shown
    assert_readable(ax)


def test_an_incomplete_average_stops_and_says_so(ax: Axes) -> None:
    draw_rates(ax, rates(missing_from="2019-06-01"))
    shown = " ".join(written(ax))
    assert "on the Northland: 13.5%\nnot measured from 1 Jun 2019" in shown
    assert "14.4" not in shown
    assert_readable(ax)


# other figures

FARM = pd.DataFrame(
    {
        "step_id": ["B1", "B2"],
        "effective_date": pd.to_datetime(["2018-07-06", "2019-06-01"]),
        "imports_raised_usd_bn": [33.8, 35.5],
        "farm_usd_bn": [19.9, np.nan],
        "farm_share": [0.588, np.nan],
    }
)


def test_a_missing_farm_part_is_said_and_not_drawn_as_none(ax: Axes) -> None:
    long_name = "Higher duties on the lines of the list of September"
    plot_farm_share(ax, FARM, COLOURS, names={"B1": long_name, "B2": "List 3"})
    shown = written(ax)
    assert "33.8, farm goods 19.9 (58.8%)" in shown
    assert "35.5, farm part not on record" in shown
    assert "1 Jun 2019\nList 3" in shown
    assert "6 Jul 2018\nHigher duties on the lines of the list\nof September" in shown
    assert_readable(ax)


def episodes(**changes: Any) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "episode_id": ["E1", "E2"],
            "title": ["List 1, July 2018", "List 3, May 2019"],
            "mover": ["A", "A"],
            "answerer": ["B", "B"],
            "move_announced_date": pd.to_datetime(["2018-06-15", "2019-05-05"]),
            "answer_announced_date": pd.to_datetime(["2018-06-16", "2019-05-13"]),
            "move_effective_date": pd.to_datetime(["2018-07-06", "2019-05-10"]),
            "answer_effective_date": pd.to_datetime(["2018-07-06", "2019-06-01"]),
            "announced_days": pd.array([1, 8], dtype="Int64"),
            "effective_days": pd.array([0, 22], dtype="Int64"),
        }
    )
    return table.assign(**changes)


def test_answer_times_are_written_beside_the_dumbbells(ax: Axes) -> None:
    plot_answer_ladder(ax, episodes(), SIDES)
    shown = written(ax)
    assert {"1 day", "same day", "8 days", "22 days"} <= set(shown)
    assert_readable(ax)


def test_a_move_without_an_answer_is_shown(ax: Axes) -> None:
    unanswered = episodes(
        effective_days=pd.array([0, None], dtype="Int64"),
        announced_days=pd.array([1, -2], dtype="Int64"),
    )
    plot_answer_ladder(ax, unanswered, SIDES)
    assert {"not answered yet", "2 days before"} <= set(written(ax))
    undecided = episodes(move_effective_date=pd.to_datetime(["2018-07-06", None]))
    plot_answer_ladder(ax, undecided, SIDES)
    assert "not decided yet" in written(ax)


def composition() -> pd.DataFrame:
    values = [12.0, 4.0, 3.0, 2.0, 1.0, 0.5]
    return pd.DataFrame(
        {
            "section": ["XVI", "VI", "XV", "V", "IX", "II"],
            "section_title": ["Machines", "Chemicals", "Metals", "Minerals", "Wood", "Plants"],
            "imports_usd_bn": values,
            "import_share": [value / sum(values) for value in values],
        }
    )


def test_small_sections_stand_together_but_the_emphasised_are_shown(ax: Axes) -> None:
    plot_sections(ax, composition(), COLOURS, largest=3, emphasised=["II"])
    shown = written(ax)
    assert "Plants (II)" in shown
    assert "2 other sections" in shown
    assert "3.0 (13.3%)" in shown
    assert "Wood (IX)" not in shown
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(22.5)
    assert_readable(ax)


RULES = pd.DataFrame(
    {
        "effective_date_rule": ["legal", "entry_june_1", "in_transit", "entry_june_15"],
        "effective_date": pd.to_datetime(["2019-05-10", "2019-06-01", "2019-06-09", "2019-06-15"]),
        "before_pct": [8.8] * 4,
        "after_pct": [14.2] * 4,
    }
)


def test_each_rule_is_a_row_with_its_day_and_its_user(ax: Axes) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(TEXT_WIDTH, 1.9)
    users = {
        "legal": "the notice",
        "entry_june_1": "a tracker of changes",
        "in_transit": "nobody; a reading of when cargo could pay",
        "entry_june_15": "the chart",
    }
    plot_effective_date_rules(ax, RULES, COLOURS, users=users)
    assert {
        "Legal date: 10 May\nthe notice",
        "End of grace window: 1 Jun\na tracker of changes",
        "Time at sea added: 9 Jun\nnobody; a reading of when cargo could pay",
        "End of grace window: 15 Jun\nthe chart",
    } <= set(written(ax))
    assert_readable(ax)


def reconciliation() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "benchmark_id": ["P1", "P2", "P3"],
            "importer": ["A", "B", "B"],
            "date": pd.to_datetime(["2018-09-24", "2018-09-24", "2019-06-01"]),
            "published_pct": [12.0, 15.9, 20.7],
            "ours_pct": [8.8, 15.9, np.nan],
            "gap_pp": [-3.2, 0.01, np.nan],
            "is_compared": [True, True, False],
        }
    )


def test_only_compared_averages_are_drawn(ax: Axes) -> None:
    plot_reconciliation(ax, reconciliation(), SIDES)
    shown = written(ax)
    assert {"−3.2", "0.0", "published", "ours"} <= set(shown)
    assert "Southland, 1 Jun 2019" not in shown
    assert_readable(ax)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plot_farm_share(ax, FARM.iloc[:0], COLOURS, names={}),
        lambda ax: plot_answer_ladder(ax, episodes().iloc[:0], SIDES),
        lambda ax: plot_sections(ax, composition().iloc[:0], COLOURS),
        lambda ax: plot_reconciliation(ax, reconciliation().iloc[:0], SIDES),
    ],
    ids=["farm share", "answer ladder", "sections", "reconciliation"],
)
def test_nothing_to_draw_is_drawn_empty(ax: Axes, draw: Callable[[Axes], Axes]) -> None:
    """A run whose as_of lies before the first step has rates, but nothing else."""
    draw(ax)
    assert not ax.patches
