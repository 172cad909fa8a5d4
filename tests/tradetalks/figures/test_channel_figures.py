"""Whole channels above the rates: every week a bar, words of a broken word as marks."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from drawn import marks, written
from statement_examples import PATH, SIDES, chronology, weeks

from tradetalks.figures.style import PHONE, TEXT_WIDTH


@pytest.mark.parametrize("width", [TEXT_WIDTH, PHONE])
def test_each_channel_has_a_scale_of_its_own_and_bars_of_all_and_of_the_quarrel(
    width: float,
) -> None:
    posts, answers, _ = chronology(weeks(), width).axes
    assert posts.get_ylim()[1] > 90 > 10 > answers.get_ylim()[1]
    for ax, stream in ((posts, "posts"), (answers, "answers")):
        own = weeks()[weeks()["stream"].eq(stream)]
        # the bars of a kind are one shape, each of four corners and what closes it
        everything, on_quarrel, *_ = (shape.get_path().vertices[:, 1] for shape in ax.patches)
        assert {*everything} == {0, *own["all"]}
        assert {*on_quarrel} == {0, *own["on_quarrel"]}
        assert ax.get_xlim() == posts.get_xlim()


def test_a_diamond_is_a_week_with_such_words_and_stands_for_its_row() -> None:
    table = weeks()
    for ax, stream in zip(chronology(table).axes, ("posts", "answers"), strict=False):
        (row,) = table.index[table["with_words"].gt(0) & table["stream"].eq(stream)]
        ((x, y, shape, _),) = marks(ax)
        assert (shape, x) == ("D", mpl.dates.date2num(table.loc[row, "week"]) + 3.5)
        assert y > table.loc[row, "on_quarrel"]
        assert f"rows {row}" in {line.get_gid() for line in ax.lines}


def test_channels_are_named_with_the_day_from_which_they_are_counted() -> None:
    said = {*written(chronology(weeks()))}
    assert {"Posts of one, by week", "Answers of the other, by week, from 5 Mar 2020 on"} < said
    assert {"First Land\n9.0%", "Second\n5.0%", "10 Sep 2020"} < said


def test_without_channels_the_rates_are_drawn_alone() -> None:
    (only,) = chronology(weeks()[:0]).axes
    assert len(only.lines) > 2
    assert not marks(only)


def test_a_pale_band_above_a_rate_is_what_duties_on_all_origins_could_add() -> None:
    (band,) = chronology(weeks()).axes[-1].collections
    assert band.get_alpha() == 0.25
    tops = [path.vertices[:, 1].max() for path in band.get_paths()]
    assert max(tops) == pytest.approx(9.9)


def test_a_rate_that_cannot_be_measured_breaks_off() -> None:
    gap = PATH.assign(applied_rate_pct=[3.0, float("nan"), 5.0])
    ax = chronology(weeks(), path=gap).axes[-1]
    line = next(line for line in ax.lines if line.get_color() == SIDES["colour"][0])
    assert [*line.get_ydata()] == [3.0, 3.0]
    assert line.get_xdata()[-1] == mpl.dates.date2num(PATH["effective_date"][1])
