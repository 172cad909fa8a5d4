"""Facts of the border record, by facts.csv, each with the day from which it could be known."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.border import dating, money, recorded
from tradetalks.border.found import FeltSteps, Known, Money, Recorded, Response, Trade
from tradetalks.border.recorded import PUBLISHED, REVISED
from tradetalks.border.regressions import (
    USUAL,
    measure_elasticities,
    measure_months,
    measure_triangle,
)
from tradetalks.border.response import goods_series, measure_exports, measure_run_ahead
from tradetalks.days import in_words, months_between
from tradetalks.facts import Fact, Rows, Stated, told_by

# how values of a vintage are called: the first as it is, the revised one with a word
_SUFFIX = {PUBLISHED: "", REVISED: "_revised"}

told = told_by(Path(__file__).with_name("facts.csv"))


def known_facts(known: Known, as_of: pd.Timestamp) -> Stated:
    """Whether the border record says anything of the dated step, and whether that is hindsight."""
    is_told, is_revised = known.is_told, known.imports["vintage"].eq(REVISED).any()
    last = known.imports["known_date"].max() if is_told else as_of
    row = {"is_told": is_told, "is_hindsight": bool(is_told and last > as_of)}
    row |= {"is_known": bool(is_told and last <= as_of), "is_revised": bool(is_told and is_revised)}
    yield from told("known", row)
    if not is_told:
        return
    for vintage, words in known.vintages.items():
        yield from told("vintage", {"vintage": vintage, "words": words})
    months = known.imports.loc[known.imports["vintage"].eq(PUBLISHED), ["month", "known_date"]]
    in_time = months[months["known_date"].le(as_of)]
    last_told, public, year = months["month"].max(), in_time["month"].max(), known.base_year
    yield from told("last_told", {"told": _month(last_told)}, _releases([last_told]))
    of_year = months_between(f"{year}-01", f"{year}-12")
    yield from told("base_year", {"year": year}, _releases(of_year))
    last_public = {"public": _month(public), "release": in_time["known_date"].max()}
    yield from told("last_public", last_public, _releases([public]))


def month_facts(months: pd.DataFrame, known: Known) -> Stated:
    """Rates by month; `months` tell which are shown."""
    starts = known.dated.set_index("action_id")["before_start"]
    is_told = months["is_shown"] & months["month"].ge(starts[known.told] if known.told else "")
    for row in months[is_told].to_dict("records"):
        month, vintage = row["month"], row["vintage"]
        of = _of(recorded.measure_recorded, _rows(known, vintage, [month]), [row["known_date"]])
        words = {"vintage": _SUFFIX[vintage], "words": known.vintages[vintage]}
        yield from of("rate", row | words | {"in_month": _month(month)})


def law_facts(found: Recorded, known: Known) -> Stated:
    """The average in law by month, or, where a step is dated, the parts of the gap after it."""
    yield from told("gap_known", {"is_known": len(found.gap) > 0})
    if len(found.gap):
        yield from _gap_facts(found, known)
    if found.months.empty or known.told:
        return
    beside = found.law.merge(found.months, on="month").dropna(subset=["law_path_pct"])
    for row in beside.to_dict("records"):
        of = _of(recorded.measure_path_by_month, {"actions": []}, [row["known_date"]])
        yield from of("law", row | {"in_month": _month(row["month"])})


def _gap_facts(found: Recorded, known: Known) -> Stated:
    """The parts of the gap between law and record, and what they add up to."""
    months, gap = found.gap_months, found.gap.assign(change=-found.gap["change_pp"])
    used = found.months[found.months["month"].isin(months)]
    rows = {
        "border_releases": [f"{row['vintage']} {row['month']}" for row in used.to_dict("records")],
        "border_imports": [],
        "border_list_shares": [],
        "actions": [*known.steps["step_id"]],
    }
    of = _of(recorded.measure_gap, rows, used["known_date"])
    span = f"{_month(months[0])} to {_month(months[-1])}"
    for row in gap.to_dict("records"):
        yield from of("gap_part", row | {"span": span, "words": row["part"].replace("_", " ")})
    for vintage, within in used.groupby("vintage"):
        vintage_rows = _rows(known, str(vintage), months)
        yearly = within["additional_usd_bn"].sum() * 12 / len(months)
        terms = {
            "calculated duty beyond that of the base year ($ billion)": yearly * len(months) / 12,
            "months": float(len(months)),
        }
        row = {"name": _SUFFIX[str(vintage)], "span": span, "words": known.vintages[str(vintage)]}
        yield from _of(recorded.measure_recorded, vintage_rows, within["known_date"])(
            "yearly_added", row | {"yearly": yearly}, terms=terms
        )
    change = gap.set_index("part")["change"]
    row = {
        "span": span,
        "is_weighed": bool(abs(change["weighing"]) >= 0.05),
        "total": gap["rate_pct"].iloc[0] - gap["rate_pct"].iloc[-1],
        "moved": change[["between_chapters", "within_chapters"]].sum(),
    }
    yield from of("gap", row)


def felt_facts(found: FeltSteps, known: Known) -> Stated:
    """Share of each step recorded by month, the day that fits, and how well each rule fits."""
    yield from told("slowness_known", {"is_known": len(found.slowness) > 0})
    days_of = known.steps.set_index("step_id")["effective_date"]
    for step, felt in found.steps.items():
        if step not in (known.told, found.plain):
            continue
        made, (rows, days) = felt.choices, _span_of(felt, known)
        of = _of(dating.measure_felt, rows, days)
        of_step = f"of the step of {in_words(days_of[step])}, {felt.chapter_count} chapters, "
        of_step += known.vintages[made.vintage]
        about = {"step": step, "of_step": of_step, "step_pp": felt.step_pp}
        chapters = sorted(felt.chapters["hs_chapter"].unique())
        for row in felt.months[felt.months["month"].le(made.after_start)].to_dict("records"):
            at = [f"{made.vintage} {row['month']} {chapter}" for chapter in chapters]
            in_month = {"in_month": _month(row["month"])}
            yield from of("felt_month", row | about | in_month, rows={**rows, "border_imports": at})
        first = known.first_months[step]
        ends = (dating.day_after(first, length) for length in felt.days)
        about |= dict(zip(("day", "day_low", "day_high"), ends, strict=True))
        about |= {"chapters": felt.chapter_count, "late": (about["day"] - days_of[step]).days}
        terms = _months_terms(felt, first)
        yield from of("felt", about, terms=terms)
        in_law = {"day of the month in law": days_of[step].day}
        yield from of("late", about, terms={**terms, **in_law})
        if step == known.told:
            yield from _rule_facts(found, rows, days)
            sums = {what: found.window[f"{what}_usd_bn"].sum() for what in ("goods", "duty")}
            yield from _of(dating.measure_window, rows, days)("window", sums | {"step": step})


def _months_terms(felt: dating.Felt, first_month: str) -> dict[str, float]:
    """Share recorded and days of each month until a step is settled."""
    shares = felt.months.set_index("month")["share"]
    months, lengths = dating.unsettled(felt.choices, first_month)
    return {
        word: float(number)
        for month, length in zip(months, lengths, strict=True)
        for word, number in (
            (f"share recorded in {_month(month)}", shares[month]),
            (f"days of {_month(month)}", length),
        )
    }


def _rule_facts(found: FeltSteps, rows: Rows, days: pd.Series) -> Stated:
    """The day of each rule, and under how many choices it fits best."""
    for row in found.fit.to_dict("records"):
        yield from _of(dating.measure_rule_fit, rows, days)("rule_day", row)
    of, variants = _of(dating.measure_variants, rows, days), found.variants
    ends = {"first": variants["day"].min(), "last": variants["day"].max()}
    yield from of("variants", {"n": len(variants), **ends})
    for rule in found.rule_days:
        slow = variants["best_rule_slow"].eq(rule).sum() if found.slowness else None
        best = variants["best_rule"].eq(rule).sum()
        yield from of("best", {"rule": rule, "best": best, "best_slow": slow})


def trade_facts(found: Trade, known: Known) -> Stated:
    """Imports that ran ahead, and exports by goods and span."""
    yield from told(
        "trade_known", {"months": len(found.monthly) > 0, "years": len(found.yearly) > 0}
    )
    if found.run_ahead.empty:
        return
    yield from _run_ahead_facts(found, known)
    for row in found.days[~found.days["is_step"]].to_dict("records"):
        yield from told("plan", row, {"actions": [row["action_id"]]}, function=measure_run_ahead)
    days = known.exports.drop_duplicates("month").set_index("month")["known_date"]
    series = {
        row["goods"]: [one for one in (row["series"], row["less_series"]) if pd.notna(one)]
        for row in known.goods.to_dict("records")
    }
    for row in found.exports.to_dict("records"):
        span = months_between(row["start"], row["end"])
        base = [f"{known.base_year}{month[4:]}" for month in span]
        rows = _exports(series[row["goods"]], sorted({*span, *base}))
        yield from _of(measure_exports, rows, days[span])("exports", row)
    yearly = found.yearly.melt("year", var_name="goods", value_name="usd")
    for row in yearly.to_dict("records"):
        inside = days[days.index.str[:4] == row["year"]]
        rows = {**_exports(series[row["goods"]], [*inside.index]), **_releases(inside.index)}
        yield from _of(measure_exports, rows, inside)("yearly", row)
    for goods, values in found.monthly.items():
        none = values.index[values.eq(0)]
        rows = _exports(series[str(goods)], [*none])
        words = _listed([*none])
        if len(none):
            yield from _of(goods_series, rows, days[none])(
                "none", {"goods": goods, "months": words}
            )


def _run_ahead_facts(found: Trade, known: Known) -> Stated:
    """Imports against world: by month on the list of the dated step, and near each later step."""
    days = known.imports.groupby("month")["known_date"].max()
    rows = {**_releases(days.index), "border_imports": []}
    of = _of(measure_run_ahead, rows, days)
    newest = dating.newest_vintage(known.imports)
    vintage = known.vintages[newest]
    since = known.imports.loc[known.imports["vintage"].eq(newest), "month"].min()
    # quiet years before it are in the first vintage alone
    if known.imports["month"].lt(since).any():
        vintage += f", before {_month(since)} {known.vintages[PUBLISHED]}"

    def in_words(row: Mapping[Hashable, Any], name: str, which: str) -> dict[Any, Any]:
        about = {"name": name, "which": which, "vintage": vintage}
        return {**row, **about, "in_month": _month(row["month"])}

    def against_world(row: Mapping[Hashable, Any], name: str, which: str) -> list[Fact]:
        off = _off(row["against_world_pct"])
        of_month = _of(measure_run_ahead, rows, [days[row["month"]]])
        return of_month("against_world", in_words(row, name, which), text=off)

    listed, planned = "of listed chapters", found.days["effective_date"].dt.to_period("M")
    near = {str(month - before) for month in planned.dropna() for before in (0, 1)}
    for row in found.run_ahead[found.run_ahead["month"].isin(near)].to_dict("records"):
        yield from against_world(row, f"border_ahead_{row['month']}_world", listed)
    peak = found.run_ahead.sort_values("against_world_pct").iloc[-1].to_dict()
    row = in_words(peak, "world", listed)
    yield from of("ahead_peak", row)
    yield from of("ahead_most", row, text=_off(peak["against_world_pct"]))
    yield from of("ahead_spread", row)


def response_facts(found: Response, known: Known) -> Stated:
    """How trade moved with the duties of each side, what was lost, and what others found."""
    yield from told("response_known", {"is_known": len(found.elasticities) > 0})
    if found.elasticities.empty:
        return
    months = sorted({*found.flows["imports"]["month"]})
    is_of = known.imports["month"].isin(months)
    raws = {
        "imports": ("border_imports", "border_list_shares"),
        "exports": ("border_exports", "changes_by_chapter", "imports_by_chapter", "chapter_events"),
    }
    stated = {
        side: partial(
            _of,
            rows={"actions": [*found.steps[side].filter(regex="^(step|action)_id$").iloc[:, 0]]}
            | dict.fromkeys(raws[side], ()),
            days=known.imports.loc[is_of, "known_date"],
        )
        for side in found.steps
    }
    span = {"first": _month(months[0]), "last": _month(months[-1])}
    row = span | {"chapters": found.elasticities["chapters"].max()}
    yield from stated["imports"](measure_elasticities)("response_span", row)
    for flow, ways in found.elasticities.groupby("flow", sort=False):
        of = stated[str(flow).partition("_")[0]](measure_elasticities)
        for row in ways[ways["way"].eq(USUAL)].to_dict("records"):
            ends = {"least": ways["estimate"].max(), "most": ways["estimate"].min()}
            yield from of("elasticity", row | ends | span)
    for flow, table in found.months.items():
        of = stated[flow](measure_months)
        for group, rows in table.groupby("group"):
            ordered = rows.sort_values("estimate_pct").to_dict("records")
            for name, row in (("least", ordered[0]), ("most", ordered[-1])):
                row |= {
                    "flow": flow,
                    "group": group,
                    "name": name,
                    "in_month": _month(row["month"]),
                }
                yield from of("beside", row)
                yield from of("beside_told", row, text=_more(row["estimate_pct"]))
        of = stated[flow](measure_triangle)
        yield from of("triangle", dict(found.triangles[flow]) | {"flow": flow})
    for row in found.published.to_dict("records"):
        own = {"border_estimates": [row["estimate_id"]]}
        yield from told("published", row, own, known=row["known_date"].date())


def market_facts(found: pd.DataFrame) -> Stated:
    """By how much each series moved around the breakdown."""
    yield from told("markets_known", {"is_known": len(found) > 0})
    for row in found.to_dict("records"):
        days = (f"{row['series']} {row[f'{end}_date']:%Y-%m-%d}" for end in ("before", "after"))
        moved = (
            f"{'rose' if row['change_pct'] > 0 else 'fell'} by {abs(row['change_pct']):.1f} percent"
        )
        rows = {"markets": [*days]}
        yield from told("market_title", row, rows)
        yield from told("market", row, rows, text=moved)


def money_facts(found: Money, by_month: pd.DataFrame, known: Known) -> Stated:
    """Duty in dollars up to the step, at most in twelve months; as claimed; and against Customs."""
    yield from told("customs_known", {"is_known": len(found.customs) > 0})
    if found.months.empty:
        return
    first = known.first_months[known.told]
    before = found.months[found.months["month"].lt(first)]
    published = by_month[by_month["vintage"].eq(PUBLISHED)].set_index("month")
    about = {"in_month": _month(first), "words": known.vintages[PUBLISHED]}
    if len(before):
        months, last = list(before["month"]), before.iloc[-1].to_dict()
        for vintage, within in by_month.groupby("vintage"):
            rows, days = _rows(known, str(vintage), months), within.set_index("month")["known_date"]
            row = {"name": _SUFFIX[str(vintage)], "total": last[f"{vintage}_cumulated_usd_bn"]}
            row |= about | {"words": known.vintages[str(vintage)]}
            yield from _of(money.measure_money, rows, days[months])("before", row)
        # rates and values stand in notices; the days in force are counted when they are over
        notices = {"actions": [step for step in known.steps["step_id"] if step != known.told]}
        of = _of(money.measure_money, notices, [pd.Period(months[-1], "M").end_time])
        yield from of("claimed", last | about)
    for name, column, whose in (
        ("border_most", "duty_usd_bn", "one origin"),
        ("border_most_world", "world_duty_usd_bn", "all origins"),
    ):
        most, inside = money.most_in_twelve_months(published[column])
        of = _of(
            money.most_in_twelve_months, _rows(known, PUBLISHED, inside), published["known_date"]
        )
        yield from of("most", about | {"name": name, "whose": whose, "most": most})
    if len(found.customs):
        ratios = found.customs["published_ratio"]
        rows = {"border_customs": [f"{day:%Y-%m-%d}" for day in found.customs["assessed_to"]]}
        of = _of(money.measure_against_customs, rows, known.customs["known_date"])
        ends = {"n": len(ratios), "low": ratios.min(), "high": ratios.max()}
        yield from of("customs", about | ends)


def _of(
    function: Callable[..., Any], rows: Rows, days: Iterable[pd.Timestamp]
) -> Callable[..., list[Fact]]:
    """What states facts of one measure: their rows, their function, and since when it is known."""
    return partial(told, rows=rows, function=function, known=max(days).date())


def _off(percent: float) -> str:
    """Say how far something is from its usual course, before the name of that course."""
    if not round(percent):
        return "close to"
    return f"{abs(percent):.0f} percent {'above' if percent > 0 else 'below'}"


def _more(percent: float) -> str:
    """Say how much more or less something is than another."""
    return f"{abs(percent):.0f} percent {'more' if percent > 0 else 'less'}"


def _listed(months: Sequence[str]) -> str:
    """Months of one or more years in words, joined."""
    words = [_month(month) for month in months]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _span_of(felt: Any, known: Known) -> tuple[Rows, pd.Series]:
    """Months that a step was measured over, and the days on which they were known."""
    made = felt.choices
    months = months_between(made.before_start, made.before_end)
    months += months_between(made.after_start, made.after_end)
    inside = known.imports["vintage"].eq(made.vintage) & known.imports["month"].isin(months)
    releases = [f"{made.vintage} {month}" for month in months]
    rows = {"border_releases": releases, "border_imports": []}
    return rows, known.imports.loc[inside, "known_date"]


def _rows(known: Known, vintage: str, months: Sequence[str]) -> Rows:
    """Rows of some months of a vintage: each chapter of one or two, of more the months."""
    if len(months) > 2:
        return {"border_releases": [f"{vintage} {month}" for month in months], "border_imports": []}
    chapters = sorted(known.imports["hs_chapter"].unique())
    rows = [f"{vintage} {month} {chapter}" for month in months for chapter in chapters]
    return {"border_imports": rows}


def _releases(months: Iterable[str]) -> Rows:
    """Rows of months of the statistics before their annual revision."""
    return {"border_releases": [f"{PUBLISHED} {month}" for month in months]}


def _exports(series: Sequence[str], months: Sequence[str]) -> Rows:
    """Rows of some series of exports in some months; without one, of a span of chapters, months."""
    if not series:
        return {**_releases(months), "border_exports": []}
    return {"border_exports_by_goods": [f"{month} {one}" for month in months for one in series]}


def _month(month: str) -> str:
    """Return a month in words."""
    return f"{pd.Period(month, 'M').start_time:%B %Y}"
