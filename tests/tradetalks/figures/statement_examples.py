"""Small frames of a statement record, and the figures that are drawn of them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from tradetalks.claims.accusations import (
    measure_accusations,
    plot_accusations,
    plot_turning,
)
from tradetalks.claims.ladder import ASKED
from tradetalks.claims.lines import plot_line
from tradetalks.figures.style import TEXT_WIDTH
from tradetalks.words.drawings import plot_chronology, plot_days, plot_ledger
from tradetalks.words.drawings import subplots as subplots_of_channels

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
        "effective_date": days("02-01", "10-12", "09-12"),
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
# how long words hold: to a last day, or to none, of either side; the last two share a row
TERMS = LINE.assign(until=pd.NaT)
TERMS.loc[len(TERMS)] = [LINE["day"].iloc[0], "A", "Ann: a week", "term", *days("09-15")]
TERMS.loc[len(TERMS)] = [LINE["day"].iloc[2], "A", "Ann: for now", "term", pd.NaT]
TERMS.loc[len(TERMS)] = [LINE["day"].iloc[0], "B", "Bob", "term", *days("09-12")]
TERMS.loc[len(TERMS)] = [*days("09-20"), "B", "Bob: on and on", "term", pd.NaT]
CHANNELS = pd.DataFrame(
    {
        "stream": ["posts", "answers"],
        "side": ["A", "B"],
        "title": ["Posts of one", "Answers of the other"],
        "first_day": days("01-01", "03-05"),
    }
)
GAPS = pd.DataFrame(
    {"stream": ["answers"], "start": days("06-04"), "end": days("06-20")},
)
EASED = pd.DataFrame(
    {"importer": ["A"], "effective_date": days("09-15"), "title": ["Duty on ships"]}
)


def weeks() -> pd.DataFrame:
    """Two channels week by week; one has words of a broken word at the breakdown, one before.

    One says much, the other no more than one thing a week, and seldom of the quarrel.
    """
    posts = pd.DataFrame({"week": pd.date_range("2020-01-02", "2020-12-17", freq="7D")})
    posts = posts.assign(stream="posts", all=40, on_quarrel=2)
    posts.loc[posts["week"].eq(BREAKDOWN), ["all", "on_quarrel"]] = 90, 30
    other = pd.DataFrame({"week": pd.date_range("2020-03-05", "2020-12-17", freq="7D")})
    other = other.assign(stream="answers", all=1, on_quarrel=0)
    other.loc[other["week"].dt.month.eq(5), "on_quarrel"] = 1
    table = pd.concat([posts, other], ignore_index=True)
    is_worded = table["week"].eq(BREAKDOWN) & table["stream"].eq("posts")
    is_worded |= table["week"].eq(pd.Timestamp("2020-05-07")) & table["stream"].eq("answers")
    return table.assign(with_words=is_worded.astype(int))


def ledger(rows: pd.DataFrame, width: float = TEXT_WIDTH) -> Figure:
    figure = Figure(figsize=(width, 2.8))
    days = {"breakdown": BREAKDOWN, "start": START, "end": END}
    plot_ledger(figure.subplots(), rows, SIDES, **days)
    return figure


def chronology(rows: pd.DataFrame, width: float = TEXT_WIDTH, path: pd.DataFrame = PATH) -> Figure:
    channels = CHANNELS[CHANNELS["stream"].isin(rows["stream"])]
    figure, axes = subplots_of_channels(channels, width)
    days = {"breakdown": BREAKDOWN, "start": START, "end": END, "gaps": GAPS, "eased": EASED}
    plot_chronology(axes, rows, channels, path, OUTSIDE, SIDES, **days)
    return figure


def sequence(rows: pd.DataFrame = SEQUENCE, width: float = TEXT_WIDTH) -> Figure:
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_days(ax, rows, SIDES, pd.Timestamp("2020-09-06"), pd.Timestamp("2020-09-13"))
    return figure


def line(width: float = TEXT_WIDTH, told: pd.DataFrame = LINE) -> Figure:
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_line(ax, told, SIDES)
    return figure


def charges() -> pd.DataFrame:
    """Charges that go as far as each station, as `charge_grid` has them."""
    answers = [
        ("yes", "yes", "yes", "unknown", "supported", ""),
        ("yes", "yes", "yes", "yes", "partly supported", "a way out left"),
        ("yes", "yes", "disputed", "no", "act established with the breach disputed", "still so?"),
        ("unproven", "yes", "unknown", "unknown", "undetermined", "no promise shown"),
        ("no", "yes", "no", "unknown", "contradicted", "no such promise"),
    ]
    rows = pd.DataFrame(answers, columns=[*ASKED, "verdict", "stops"])
    return rows.assign(
        claim_id=[f"C{n}" for n in range(len(rows))],
        side=[*"AABBB"],
        accused=[*"BBAAA"],
        claimant="A paper with a name that is long enough to need a second line",
        printed="Taken back: “so they did, in as many words as they could find for it”",
        **{f"{slot}_certain": "high" for slot in ASKED},
    )


def accusations(width: float = TEXT_WIDTH, grid: pd.DataFrame | None = None) -> Figure:
    grid = charges() if grid is None else grid
    told = grid[["claim_id"]].assign(claim_date=pd.Timestamp("2020-10-01"))
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_accusations(ax, measure_accusations(grid, told), SIDES)
    return figure


def turning(width: float = TEXT_WIDTH) -> Figure:
    """Arrows to either end of the scale; one accusation has two, another none."""
    told = charges()[["claim_id"]].assign(claim_date=pd.Timestamp("2020-10-01"))
    rows = measure_accusations(charges(), told).iloc[[0, 1, 1, 2, 3, 4]]
    rows["becomes"] = ["partly upheld", "upheld", "not proven", "", "refuted", "not proven"]
    rows["change"] = ["if a word is left out, or if words that only imply an answer count"] * 6
    figure, ax = plt.subplots(figsize=(width, 1))
    plot_turning(ax, rows, SIDES)
    return figure
