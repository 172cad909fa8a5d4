"""What the figures of the border leave out, and what they refuse."""

from __future__ import annotations

import border_examples as border
from drawn import marks, written


def test_a_revision_that_is_not_known_is_not_drawn() -> None:
    assert any("revised" in text for text in written(border.law_and_record()))
    assert not any("revised" in text for text in written(border.law_and_record(revised=False)))


def test_the_two_months_of_the_step_tell_their_rates_as_first_published() -> None:
    figure = border.law_and_record()
    assert {"May 7.0%", "Jun 9.9%"} < {*written(figure)}
    # what counts is the bold line, which has the marks
    revised, first = figure.axes[0].lines[1:3]
    assert {*first.get_ydata()} == {3.0, 7.0, 9.9}
    assert (first.get_marker(), revised.get_marker()) == ("o", "None")
    assert first.get_linewidth() > revised.get_linewidth()


def test_a_chapter_beyond_the_axes_is_left_out_of_the_picture() -> None:
    shown = [y for _, y, shape, _ in marks(border.step().axes[0]) if shape == "o"]
    chapters = border.felt().chapters["share"]
    assert len(chapters) == 15
    assert sorted(shown) == sorted(chapters[chapters.between(-0.15, 1.25)])


def test_a_day_is_named_beside_its_bar_and_not_across_it() -> None:
    ax = border.step().axes[0]
    bars = {
        line.get_ydata()[0]: line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2
    }
    named = [text for text in ax.texts if getattr(text, "xy", (0, None))[1] in bars]
    assert len(named) > 1
    for text in named:
        (left, right), is_left = bars[text.xy[1]], text.get_ha() == "right"
        assert text.xy[0] == (left if is_left else right)


def test_trade_is_drawn_by_ratios_with_the_interval_of_each_month() -> None:
    ax = border.response().axes[0]
    assert ax.get_yscale() == "log"
    listed = next(line for line in ax.lines if line.get_label() == "list raised last")
    assert listed.get_ydata()[0] == 100
    assert len(ax.collections) == 2  # a band, and whiskers


def test_each_series_of_a_market_is_one_hundred_before_the_day() -> None:
    for line in border.markets().axes[0].lines[:2]:
        assert {*line.get_ydata()} == {100.0}
