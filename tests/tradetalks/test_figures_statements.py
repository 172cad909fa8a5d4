"""Figures of the statement record: what is drawn, where, and that nothing hides anything."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import combinations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tradetalks.figures import statements as figures
from tradetalks.figures.style import SMALL, TEXT_WIDTH, Colours, use_style

START, END = pd.Timestamp("2020-01-01"), pd.Timestamp("2020-12-31")
BREAKDOWN = pd.Timestamp("2020-09-10")
SIDES = pd.DataFrame(
    {
        "side": ["A", "B"],
        "name": ["First Land", "Second"],
        "adjective": ["First", "Second"],
        "article_name": ["First Land", "Second"],
        "colour": ["#1f5a94", "#b9521f"],
        "order": [1, 2],
    }
)
ACTS = ["blame", "deny", "announce", "praise"]


def days(*texts: str) -> pd.DatetimeIndex:
    return pd.to_datetime([f"2020-{text}" for text in texts])


def statements() -> pd.DataFrame:
    """A quiet year, and a fortnight from the breakdown on in which both sides talk every day."""
    quiet = days("01-05", "02-11", "03-01", "03-02", "05-20", "07-07", "09-09")
    loud = pd.date_range(BREAKDOWN, periods=14)
    rows = [(day, "AB"[n % 2]) for n, day in enumerate(quiet)]
    rows += [(day, side) for day in loud for side in "AB"]
    return pd.DataFrame(
        {
            "statement_id": [f"S{n:02d}" for n in range(len(rows))],
            "statement_date": [day for day, _ in rows],
            "side": [side for _, side in rows],
            "act": [ACTS[n % len(ACTS)] for n in range(len(rows))],
        }
    )


ANCHORS = pd.DataFrame(
    {
        "when": days("01-05", "09-12", "09-20", "03-01"),
        "side": ["A", "A", "B", None],
        "kind": ["first charge", "first charge", "document", "agreement"],
        "label": ["first charge: Ann", "second: Ann with a long name", "White paper", "Town"],
        "record_ids": ["S00", "S11", "S28;S30", "R1"],
    }
)
ROUNDS = pd.DataFrame(
    {
        "start_date": days("03-01", "09-08", "10-01"),
        "status": ["agreement", "breakdown", "resumed"],
    }
)
PATH = pd.DataFrame(
    {
        "importer": ["A", "A", "B"],
        "effective_date": days("01-01", "09-15", "01-01"),
        "applied_rate_pct": [3.0, 9.0, 5.0],
    }
)
SEQUENCE = pd.DataFrame(
    {
        "when": days("09-08", "09-08", "09-08", "09-10", "09-10", "09-11"),
        "time_utc": pd.to_datetime([None, None, None, "2020-09-10 16:08", None, None], utc=True),
        "time": [*["time not known"] * 3, "16:08 UTC", *["time not known"] * 2],
        "side": [None, "A", "B", "A", "B", "A"],
        "kind": [
            *("round", "statement", "statement", "tariff announcement"),
            *("draft", "rate change"),
        ],
        "label": [
            "Town",
            "Ann: “words that are long enough to need a second line in a lane of the board”",
            "Bob: “no”",
            "Ann: “up it goes”",
            "a text by post",
            "a list",
        ],
    }
)
VERDICTS = pd.DataFrame(
    {
        "claim_id": ["C1", "C2", "C3", "C4"],
        "claimant": ["Paper", "Press", "Paper", "Press"],
        "claim": ["Short.", "A claim much too long for one line " * 4, "Third.", "Fourth."],
        "verdict": ["supported", "partly supported", "contradicted", "undetermined"],
        "robust_share": [1.0, 0.5, 0.994, 0.0],
    }
)
USES = pd.DataFrame(
    {
        "statement_id": ["U1", "U2", "U3", "U4", "U5"],
        "statement_date": days("02-01", "03-01", "09-10", "09-12", "09-12"),
        "side": ["B", "B", "A", "B", "A"],
        "speaker": ["Bob", "Bob", "Ann", "Bob", "Ann"],
        "role": ["charge", "charge", "charge", "charge", "denial"],
        "is_first_charge": [True, False, True, False, False],
    }
)
SILENCES = pd.DataFrame(
    {
        "side": ["B", "B"],
        "last_charge": days("02-01", "03-01"),
        "last_charge_id": ["U1", "U2"],
        "next_charge": days("03-01", "09-12"),
        "next_charge_id": ["U2", "U4"],
        "days": [29, 195],
        "statements": [1, 7],
    }
)
PLACEBO = pd.DataFrame(
    {
        "side": ["A", "A", "A", "B", "B"],
        "change": [-2, 0, 6, -1, 0],
        "share": [0.25, 0.5, 0.25, 0.9, 0.1],
        "observed": [5, 5, 5, -1, -1],
    }
)
CHANGES = pd.DataFrame(
    [
        *((f"C{n}", "", "", verdict, True) for n, verdict in enumerate(VERDICTS["verdict"], 1)),
        *((f"C{n}", "min_confidence", "high", "supported", n == 1) for n in range(1, 5)),
        *((f"C{n}", "farm_definition", "a_long_name", "supported", n == 1) for n in range(1, 5)),
        ("C1", "as_of", "day of the claim", "supported", True),
        ("C2", "as_of", "day of the claim", "contradicted", False),
    ],
    columns=["claim_id", "choice", "value", "verdict", "is_same"],
)
WINDOW = {"start": START, "end": END, "breakdown_date": BREAKDOWN}


@pytest.fixture(autouse=True)
def house_style() -> Iterator[None]:
    with use_style(), mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def chronology(rows: pd.DataFrame) -> Figure:
    figure, axes = plt.subplots(2, 1, figsize=(TEXT_WIDTH, 4.2), height_ratios=[2, 1])
    figures.plot_chronology(axes, rows, ANCHORS, ROUNDS, PATH, SIDES, **WINDOW)
    return figure


def backtracking(uses: pd.DataFrame = USES) -> Figure:
    figure, ax = plt.subplots(figsize=(TEXT_WIDTH, 2.6))
    figures.plot_backtracking(ax, uses, SILENCES, SIDES, **WINDOW)
    return figure


def sequence(rows: pd.DataFrame = SEQUENCE) -> Figure:
    figure, ax = plt.subplots(figsize=(TEXT_WIDTH, figures.sequence_height(rows, SIDES)))
    figures.plot_breakdown_sequence(ax, rows, SIDES)
    return figure


def verdicts(rows: pd.DataFrame = VERDICTS) -> Figure:
    figure, ax = plt.subplots(figsize=(TEXT_WIDTH, figures.verdicts_height(rows)))
    figures.plot_verdicts(ax, rows, Colours.from_sides(SIDES))
    return figure


def placebo(rows: pd.DataFrame = PLACEBO) -> Figure:
    figure, axes = plt.subplots(1, 2, figsize=(TEXT_WIDTH, 2.2), sharey=True)
    figures.plot_placebo(axes, rows, SIDES)
    return figure


def verdict_grid(changes: pd.DataFrame = CHANGES) -> Figure:
    height = figures.verdict_grid_height(changes, VERDICTS)
    figure, ax = plt.subplots(figsize=(TEXT_WIDTH, height))
    figures.plot_verdict_grid(ax, changes, VERDICTS, Colours.from_sides(SIDES))
    return figure


def acts() -> pd.DataFrame:
    keys = [(s, a, p) for s in "AB" for a in ("blame", "praise") for p in ("before", "after")]
    frame = pd.DataFrame(keys, columns=["side", "act", "period"])
    share = [0.2, 0.6, 0.8, 0.4, 0.5, 0.5, 0.5, 0.5]
    return frame.assign(share=share, low=[s - 0.1 for s in share], high=[s + 0.1 for s in share])


def act_shares(rows: pd.DataFrame) -> Figure:
    figure, axes = plt.subplots(1, 2, figsize=(TEXT_WIDTH, 3), sharey=True)
    figures.plot_acts(axes, rows, SIDES)
    return figure


def texts(figure: Figure) -> list[Text]:
    """Every text on the page, legends and tick labels included."""
    figure.draw_without_rendering()
    beyond = {
        id(tick.label1)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in beyond
    ]


def marks(ax: Axes) -> list[tuple[float, float, str, str]]:
    """Every mark with its place, shape and edge colour."""
    return [
        (float(x), float(y), str(line.get_marker()), str(line.get_markeredgecolor()))
        for line in ax.lines
        if line.get_linestyle() == "None"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


FIGURES: dict[str, Callable[[], Figure]] = {
    "chronology": lambda: chronology(statements()),
    "backtracking": backtracking,
    "sequence": sequence,
    "verdicts": verdicts,
    "acts": lambda: act_shares(acts()),
    "placebo": placebo,
    "placebo without draws": lambda: placebo(PLACEBO[:0]),
    "verdict grid": verdict_grid,
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_small_and_none_hides_another(name: str) -> None:
    written = texts(FIGURES[name]())
    assert min(text.get_fontsize() for text in written) >= SMALL
    boxes = [(text.get_text(), text.get_window_extent()) for text in written]
    for (one, first), (other, second) in combinations(boxes, 2):
        # a pixel of grace: hinting makes text on the screen a little wider than on paper
        shared = [
            min(getattr(first, high), getattr(second, high))
            - max(getattr(first, low), getattr(second, low))
            for low, high in (("x0", "x1"), ("y0", "y1"))
        ]
        assert min(shared) <= 1.5, f"{one!r} and {other!r} overlap"


@pytest.mark.parametrize("name", FIGURES)
def test_text_stays_on_the_page(name: str) -> None:
    figure = FIGURES[name]()
    page = figure.bbox
    for text in texts(figure):
        box = text.get_window_extent()
        assert box.x0 >= page.x0 - 1, text.get_text()
        assert box.x1 <= page.x1 + 1, text.get_text()
        assert box.y0 >= page.y0 - 1, text.get_text()
        assert box.y1 <= page.y1 + 1, text.get_text()


@pytest.mark.parametrize(
    "looks",
    [
        (*figures.ACT_GROUPS, *figures.TALKS),
        figures.ROLES,
        figures.PERIODS,
        figures.EVENT_KINDS,
        figures.VERDICT_LOOKS,
    ],
)
def test_nothing_is_told_by_colour_alone(looks: tuple[figures.Look, ...]) -> None:
    assert len({(look.marker, look.fill) for look in looks}) == len(looks)


def svg(figure: Figure) -> str:
    page = io.StringIO()
    figure.savefig(page, format="svg", metadata={"Date": None})
    return page.getvalue()


@pytest.mark.parametrize(
    ("draw", "rows"),
    [(chronology, statements()), (backtracking, USES), (act_shares, acts())],
)
def test_the_order_of_rows_changes_nothing(
    draw: Callable[[pd.DataFrame], Figure], rows: pd.DataFrame
) -> None:
    assert svg(draw(rows)) == svg(draw(rows.sample(frac=1, random_state=5)))


def test_every_statement_of_the_window_is_one_mark_on_its_side() -> None:
    ax = chronology(statements()).axes[0]
    drawn = [(y, colour) for _, y, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert len(drawn) == len(statements())
    assert all((y > 0) == (colour == SIDES["colour"][0]) for y, colour in drawn)
    # no two marks of a side in one place
    places = [(x, y) for x, y, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert len(set(places)) == len(places)


def test_no_column_of_marks_holds_both_periods() -> None:
    ax = chronology(statements()).axes[0]
    eve = mpl.dates.date2num(BREAKDOWN)
    before = statements()["statement_date"].lt(BREAKDOWN).sum()
    drawn = [x for x, _, _, colour in marks(ax) if colour in set(SIDES["colour"])]
    assert sum(x < eve for x in drawn) == before


def test_talks_have_a_lane_below_all_statements() -> None:
    ax = chronology(statements()).axes[0]
    lanes = {y for _, y, _, colour in marks(ax) if colour not in set(SIDES["colour"])}
    assert len(lanes) == 1
    assert lanes.pop() < min(y for _, y, _, colour in marks(ax) if colour in set(SIDES["colour"]))


def test_the_chronology_names_its_anchors_with_their_day() -> None:
    written = {text.get_text() for text in texts(chronology(statements()))}
    assert {
        "first charge: Ann, 5 Jan 2020",
        "White paper, 20 Sep 2020",
        "Town, 1 Mar 2020",
    } < written


def test_a_rate_that_cannot_be_measured_breaks_off() -> None:
    gap = PATH.assign(applied_rate_pct=[3.0, float("nan"), 5.0])
    _, axes = plt.subplots(2, 1, figsize=(TEXT_WIDTH, 4.2))
    figures.plot_chronology(axes, statements(), ANCHORS, ROUNDS, gap, SIDES, **WINDOW)
    line = next(line for line in axes[1].lines if line.get_color() == SIDES["colour"][0])
    assert pd.isna(line.get_ydata()[-1])
    assert line.get_ydata()[0] == 3.0


def test_an_unknown_act_fails() -> None:
    with pytest.raises(KeyError, match="no mark for act"):
        chronology(statements().replace({"act": {"deny": "whistle"}}))


def test_the_longest_silence_is_drawn_and_no_other() -> None:
    written = {text.get_text() for text in texts(backtracking())}
    assert "195 days and 7 statements without the charge" in written
    assert not any(words.startswith("29 days") for words in written)
    assert {"first charge: Ann, 10 Sep 2020", "first charge: Bob, 1 Feb 2020"} < written


def test_the_sequence_writes_every_event_in_its_lane() -> None:
    ax = sequence().axes[0]
    words = " ".join(text.get_text() for text in ax.texts)
    for label in SEQUENCE["label"]:
        assert label in words
    assert "16:08 UTC, Ann: “up it goes”" in words
    assert "Talks: Town" in words
    x = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert x["Bob: “no”"] > x["a list"] == x["Talks: Town"]
    y = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert y["Talks: Town"] > y["Bob: “no”"] > y["16:08 UTC, Ann: “up it goes”"] > y["a list"]


def test_a_sequence_without_events_is_an_empty_board() -> None:
    ax = sequence(SEQUENCE.head(0)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["First Land", "Second"]


def test_each_verdict_has_a_column_and_a_shape() -> None:
    ax = verdicts().axes[0]
    drawn = marks(ax)
    assert len({x for x, *_ in drawn}) == len({y for _, y, *_ in drawn}) == len(VERDICTS)
    written = [text.get_text() for text in ax.texts]
    assert {"100%", "50%", "99%", "0%"} <= set(written)
    assert written.count("Paper") == written.count("Press") == 1


def test_a_claim_too_long_for_its_line_is_cut_at_a_word() -> None:
    written = [text.get_text() for text in verdicts().axes[0].texts]
    cut = next(words for words in written if words.endswith("…"))
    assert VERDICTS["claim"][1].startswith(cut.removesuffix(" …") + " ")


def test_an_unknown_verdict_fails() -> None:
    with pytest.raises(KeyError, match="maybe"):
        verdicts(VERDICTS.assign(verdict="maybe"))


def test_acts_show_shares_with_their_intervals_by_side() -> None:
    first, second = act_shares(acts()).axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["praise", "blame"]
    assert sorted(x for x, *_ in marks(first)) == pytest.approx([20, 40, 60, 80])
    assert [x for x, *_ in marks(second)] == pytest.approx([50] * 4)
    spans = sorted(
        tuple(path.vertices[:, 0].round(6))
        for collection in first.collections
        for path in collection.get_paths()
    )
    assert spans == [(10, 30), (30, 50), (50, 70), (70, 90)]


def test_the_placebo_marks_the_observed_change_and_fills_what_reaches_it() -> None:
    figure = placebo()
    assert [marks(ax)[0][0] for ax in figure.axes] == [5, -1]
    shown = {text.get_text() for text in texts(figure)}
    assert {"at the breakdown: +5", "at the breakdown: \u22121"} <= shown
    # A: the bars of six alone; B: those of minus one and of nought
    filled = [ax.patches[1].get_data().edges for ax in figure.axes]
    assert [(edges[0], edges[-1]) for edges in filled] == [(4.5, 6.5), (-1.5, 0.5)]


def test_a_placebo_that_no_date_allows_says_so() -> None:
    shown = [text.get_text() for text in texts(placebo(PLACEBO[:3]))]
    assert sum("no day is far enough" in words for words in shown) == 1


def test_the_grid_marks_the_run_and_what_turns_and_draws_on_what_stays() -> None:
    ax = verdict_grid().axes[0]
    assert len(marks(ax)) == 4 + 3 + 3 + 1
    lines = [line for line in ax.lines if line.get_linestyle() != "None"]
    # C1 stays under all three; no other claim stays under any
    assert [[y for y in line.get_ydata() if y == y] for line in lines] == [[-1, -1]]
