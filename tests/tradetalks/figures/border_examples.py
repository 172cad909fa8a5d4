"""Small frames of a border record, and the figures that are drawn of them."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from rate_examples import SIDES, day

from tradetalks.border import dating
from tradetalks.border.drawings import (
    plot_border_rates,
    plot_felt,
    plot_first_months,
    plot_markets,
    plot_monthly,
    plot_response,
)
from tradetalks.days import months_between
from tradetalks.figures.style import PHONE, TEXT_WIDTH

MONTHS = months_between("2018-07", "2019-12")


def law_and_record(
    *, revised: bool = True, size: tuple[float, float] = (TEXT_WIDTH, 2.3)
) -> Figure:
    path = pd.DataFrame(
        {
            "effective_date": [day("2018-01-01"), day("2018-09-24"), day("2019-05-10")],
            "applied_rate_pct": [3.0, 8.8, 14.2],
        }
    )
    first = pd.DataFrame(
        {"vintage": "published", "month": MONTHS, "rate_pct": [3.0] * 3 + [7.0] * 8 + [9.9] * 7}
    )
    later = first.assign(vintage="revised", rate_pct=first["rate_pct"] - 0.6)
    figure, ax = plt.subplots(figsize=size)
    plot_border_rates(
        *(ax, path, pd.concat([first, later]) if revised else first),
        pd.DataFrame(
            {"date_start": [day("2019-05-10")], "value_pct": [18.3], "name": ["Institute"]}
        ),
        colour=SIDES["colour"][0],
        grace=(day("2019-05-10"), day("2019-06-15")),
        span=(MONTHS[0], MONTHS[-1]),
    )
    return figure


def felt() -> dating.Felt:
    months = months_between("2019-04", "2019-08")
    share = [0.0, 0.13, 0.83, 1.0, 1.0]
    return dating.Felt(
        choices=None,  # type: ignore[arg-type]
        step_pp=12.0,
        chapter_count=3,
        months=pd.DataFrame(
            {
                "month": months,
                "share": share,
                "low": [x - 0.04 for x in share],
                "high": [x + 0.03 for x in share],
            }
        ),
        chapters=pd.DataFrame(
            [
                (month, chapter, x + off)
                for month, x in zip(months, share, strict=True)
                for chapter, off in (("01", -0.1), ("02", 0.02), ("03", 0.5))
            ],
            columns=["month", "hs_chapter", "share"],
        ),
        days=(32.0, 30.0, 34.0),
    )


def step() -> Figure:
    rules = {
        "legal": day("2019-05-10"),
        "entry_june_1": day("2019-06-01"),
        "entry_june_15": day("2019-06-15"),
    }
    figure, axes = plt.subplots(2, 1, figsize=(PHONE, 4.6), height_ratios=[3, 2])
    plot_felt(axes[0], felt(), rules)
    plot_first_months(axes[1], [("24 Sep 2018\nto 10%", 0.12, 0.23), ("10 May", 0.13, 0.71)])
    return figure


def response() -> Figure:
    months = months_between("2018-01", "2019-08")
    table = pd.concat(
        pd.DataFrame(
            {
                "group": group,
                "month": months,
                "estimate_pct": [at * fall for at in range(len(months))],
                "low_pct": [at * fall - 15 for at in range(len(months))],
                "high_pct": [at * fall + 20 for at in range(len(months))],
            }
        )
        for group, fall in (("earlier", -3.0), ("listed", -1.0))
    )
    steps = pd.DataFrame(
        {"on_listed": [False, True], "effective_date": [day("2018-07-06"), day("2019-05-10")]}
    )
    figure, ax = plt.subplots(figsize=(PHONE, 2.3))
    colour = SIDES["colour"][0]
    lines = plot_response(ax, table, steps, colour=colour, flow="imports")
    figure.legend(handles=lines, loc="outside upper left", ncols=2)
    return figure


def by_month() -> Figure:
    figure, ax = plt.subplots(figsize=(PHONE, 2.2))
    plot_monthly(ax, pd.Series([2.0, 0.0, 1.0] * 6, MONTHS), "Soybeans")
    return figure


def markets() -> Figure:
    days = pd.date_range("2019-04-15", "2019-05-20", freq="B")
    rows = pd.concat(
        pd.DataFrame({"title": title, "date": days, "value": value, "divisor": divisor})
        for title, value, divisor in (("Rate", 7.5, 1.1), ("Index", 2900.0, None))
    )
    figure, ax = plt.subplots(figsize=(PHONE, 2.2))
    plot_markets(ax, rows, day("2019-05-05"))
    return figure
