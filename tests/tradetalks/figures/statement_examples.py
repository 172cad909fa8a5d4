"""Small frames of a statement record, and the figures that are drawn of them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from tradetalks.figures.boards import plot_days
from tradetalks.figures.ledger import plot_acts, plot_placebo
from tradetalks.figures.lines import plot_line
from tradetalks.figures.style import PHONE, TEXT_WIDTH
from tradetalks.figures.timelines import panels_of, plot_backtracking, plot_chronology, subplots

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
PATH = pd.DataFrame(
    {
        "importer": ["A", "A", "B"],
        "effective_date": days("01-01", "09-15", "01-01"),
        "applied_rate_pct": [3.0, 9.0, 5.0],
    }
)
OUTSIDE = pd.DataFrame(
    {
        "importer": ["A", "A", "B"],
        "effective_date": days("02-01", "09-12", "09-12"),
        "reason": ["not_valued", "not_valued", "deposit"],
        "bound_pp": [0.5, 0.4, float("nan")],
    }
)
SEQUENCE = pd.DataFrame(
    {
        "when": days("09-08", "09-08", "09-08", "09-10", "09-10", "09-11"),
        "side": [None, "A", "B", "A", "B", "A"],
        "known": ["on record"] * 3 + ["measure", "unnamed sources", "measure"],
        "told_by": [None, None, None, None, "A", None],
        "label": [
            "Talks: Town",
            "Ann: “words that are long enough to need a second line in a lane of the board”",
            "Bob: “no”",
            "Ann: “up it goes”",
            "a text by post",
            "a list",
        ],
    }
)
LINE = pd.DataFrame(
    {
        "day": days("09-08", "09-08", "09-10", "10-01"),
        "side": ["A", "A", "B", "A"],
        "label": ["Ann", "a paper", "Bob with words that are too long for one line", "the deed"],
        "known": ["said", "account", "said", "done"],
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
PLACEBO = pd.DataFrame(
    {
        "side": ["A", "A", "A", "B", "B"],
        "change": [-2, 0, 6, -1, 0],
        "share": [0.25, 0.5, 0.25, 0.9, 0.1],
        "observed": [5, 5, 5, -1, -1],
    }
)
CLOSE = (pd.Timestamp("2020-08-28"), pd.Timestamp("2020-10-09"))
PANELS = panels_of(START, END, CLOSE, BREAKDOWN)


def chronology(rows: pd.DataFrame, width: float = TEXT_WIDTH, path: pd.DataFrame = PATH) -> Figure:
    figure, axes = subplots(PANELS, width, [2.8, 1.4], is_stacked=width == PHONE)
    plot_chronology(axes, rows, ANCHORS, path, OUTSIDE, SIDES)
    return figure


def backtracking(uses: pd.DataFrame = USES) -> Figure:
    figure, axes = subplots(PANELS, TEXT_WIDTH, [2.6])
    plot_backtracking(axes[0], uses, SIDES)
    return figure


def sequence(rows: pd.DataFrame = SEQUENCE, width: float = TEXT_WIDTH) -> Figure:
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_days(ax, rows, SIDES, pd.Timestamp("2020-09-06"), pd.Timestamp("2020-09-13"))
    return figure


def line(width: float = TEXT_WIDTH) -> Figure:
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_line(ax, LINE, SIDES, shaded=(LINE["day"][0], LINE["day"][2]))
    return figure


def placebo(rows: pd.DataFrame = PLACEBO) -> Figure:
    figure, axes = plt.subplots(2, 1, figsize=(PHONE, 3.6))
    plot_placebo(axes, rows, SIDES)
    return figure


def acts() -> pd.DataFrame:
    keys = [(s, a, p) for s in "AB" for a in ("blame", "praise") for p in ("before", "after")]
    frame = pd.DataFrame(keys, columns=["side", "act", "period"])
    share = [0.2, 0.6, 0.8, 0.4, 0.5, 0.5, 0.5, 0.5]
    return frame.assign(share=share, low=[s - 0.1 for s in share], high=[s + 0.1 for s in share])


def act_shares(rows: pd.DataFrame) -> Figure:
    figure, axes = plt.subplots(1, 2, figsize=(TEXT_WIDTH, 3), sharey=True)
    plot_acts(axes, rows, SIDES)
    return figure
