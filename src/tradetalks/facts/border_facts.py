"""Facts of the border record, each with the day from which it could be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradetalks.clean.border import PUBLISHED, REVISED
from tradetalks.facts import Fact, rests_on
from tradetalks.judge.docket import in_words
from tradetalks.measure.border.dating import (
    day_after,
    measure_felt,
    measure_rule_fit,
    measure_variants,
    measure_window,
)
from tradetalks.measure.border.money import (
    measure_against_customs,
    measure_money,
    most_in_twelve_months,
)
from tradetalks.measure.border.named import measure_named
from tradetalks.measure.border.recorded import (
    measure_gap,
    measure_path_by_month,
    measure_recorded,
    months_between,
)
from tradetalks.measure.border.response import (
    measure_exports,
    measure_run_ahead,
)

if TYPE_CHECKING:
    from tradetalks.record.border_record import Felt, Known, Money, Recorded, Trade

Rows = Mapping[str, Sequence[str]]

# how values of a vintage are called: the first as it is, the revised one with a word
_SUFFIX = {PUBLISHED: "", REVISED: "_revised"}


@rests_on("border_releases")
def known_facts(known: Known, as_of: pd.Timestamp) -> Iterator[Fact]:
    """Whether the border record says anything of the dated step, and whether that is hindsight."""
    is_told = known.is_told
    last = known.imports["known_date"].max() if is_told else as_of
    is_hindsight, is_known = is_told and bool(last > as_of), is_told and bool(last <= as_of)
    is_revised = is_told and bool(known.imports["vintage"].eq(REVISED).any())
    about = "the months that are told of are in the tables and known"
    yield Fact("border_is_told", is_told, "flag", about)
    about = "what is told of the border became known after the day of the run"
    yield Fact("border_is_hindsight", is_hindsight, "flag", about)
    about = "what is told of the border was known on the day of the run"
    yield Fact("border_is_known", is_known, "flag", about)
    about = "a revised vintage of the imports is known"
    yield Fact("border_is_revised", is_revised, "flag", about)
    if is_told:
        months = known.imports.loc[known.imports["vintage"].eq(PUBLISHED), ["month", "known_date"]]
        in_time = months[months["known_date"].le(as_of)]
        told, last_month = months["month"].max(), in_time["month"].max()
        year = known.base_year
        meaning, at = "last month that is told of", _releases([told])
        yield Fact("border_last_told_month", _month(told), "text", meaning, at)
        meaning = "year before the first step, against which trade is held"
        at = _releases(months_between(f"{year}-01", f"{year}-12"))
        yield Fact("border_base_year", year, "text", meaning, at)
        meaning = "last month of trade statistics that was public on the day of the run"
        at = _releases([last_month])
        yield Fact("border_last_month", _month(last_month), "text", meaning, at)
        meaning, day = "day on which that month was released", in_time["known_date"].max()
        yield Fact("border_last_release", day, "date", meaning, at)


@rests_on("border_releases", by=measure_gap)
def recorded_facts(found: Recorded, known: Known) -> Iterator[Fact]:
    """Rates, values and duty by month and year, the average in law, the parts of the gap."""
    about = "the average in law is known after the step"
    yield Fact("border_gap_is_known", len(found.gap) > 0, "flag", about)
    if found.months.empty:
        return
    law = found.law.set_index("month")["law_path_pct"]
    starts = known.dated.set_index("action_id")["before_start"]
    before = starts[known.told] if known.told else law.index.min()
    for row in found.months.to_dict("records"):
        month, suffix = row["month"], _SUFFIX[row["vintage"]]
        if month in law.index and month >= before:
            rows = _rows(known, row["vintage"], [month])
            of = _stated(measure_recorded, rows, [row["known_date"]])
            about = f"rate recorded in {_month(month)}, {row['vintage']}"
            yield of(f"border_rate_{_id(month)}{suffix}", row["rate_pct"], "percent", about)
    # where a step is dated, law and record are compared in the gap after it
    beside = found.law.merge(found.months, on="month").dropna(subset=["law_path_pct"])
    for row in () if known.told else beside.to_dict("records"):
        of = _stated(measure_path_by_month, {"actions": []}, [row["known_date"]])
        meaning = f"average in law over the days of {_month(row['month'])}"
        yield of(f"border_law_{_id(row['month'])}", row["law_path_pct"], "percent", meaning)
    years = found.months.assign(year=found.months["month"].str[:4])
    years = years[years["year"].ge(known.base_year)]
    for (vintage, year), within in years.groupby(["vintage", "year"]):
        if len(within) < 12:
            continue
        about = f"of {year}, {vintage}"
        rows = _rows(known, str(vintage), list(within["month"]))
        of = _stated(measure_recorded, rows, within["known_date"])
        value, duty = within["customs_value_usd_bn"].sum(), within["duty_usd_bn"].sum()
        name = f"{year}{_SUFFIX[str(vintage)]}"
        yield of(f"border_imports_{name}", value, "usd_bn", f"imports for consumption {about}")
        yield of(f"border_duty_{name}", duty, "usd_bn", f"calculated duty {about}")
        rate = 100 * duty / value
        yield of(f"border_rate_{name}", rate, "percent", f"duty over customs value {about}")
    gap = found.gap
    if gap.empty:
        return
    used = found.months[found.months["month"].isin(found.gap_months)]
    parts = {
        "border_releases": [f"{row['vintage']} {row['month']}" for row in used.to_dict("records")],
        "border_imports": [],
        "border_list_shares": [],
        "actions": [*known.steps["step_id"]],
    }
    of = _stated(measure_gap, parts, used["known_date"])
    span = f"{_month(found.gap_months[0])} to {_month(found.gap_months[-1])}"
    for row in gap.to_dict("records"):
        part = row["part"].replace("_", " ")
        meaning = f"rate over {span}, after the part: {part}"
        yield of(f"border_gap_rate_{row['part']}", row["rate_pct"], "percent", meaning)
        if pd.notna(row["change_pp"]):
            meaning = f"part of the gap between law and record, {span}: {part}"
            yield of(f"border_gap_{row['part']}", -row["change_pp"], "pp", meaning)
    total = gap["rate_pct"].iloc[0] - gap["rate_pct"].iloc[-1]
    yield of("border_gap", total, "pp", f"rate in law less rate recorded, {span}")
    moved = -gap.set_index("part")["change_pp"][["between_chapters", "within_chapters"]].sum()
    yield of("border_gap_moved", moved, "pp", f"part of the gap that is trade that moved, {span}")


@rests_on("border_releases", by=measure_felt)
def felt_facts(found: Felt, known: Known) -> Iterator[Fact]:
    """Share of each step recorded by month, the day that fits, and how well each rule fits."""
    about = "a step without a grace window is known well enough to compare"
    yield Fact("border_slowness_is_known", len(found.slowness) > 0, "flag", about)
    days_of = known.steps.set_index("step_id")["effective_date"]
    for step, felt in found.steps.items():
        name, made = step.lower(), felt.choices
        rows, known_days = _span_of(felt, known)
        of = _stated(measure_felt, rows, known_days)
        day = pd.Timestamp(days_of[step])
        about = f"of the step of {in_words(day)}, {felt.chapter_count} chapters"
        chapters = sorted(felt.chapters["hs_chapter"].unique())
        for row in felt.months[felt.months["month"].le(made.after_start)].to_dict("records"):
            at = [f"{made.vintage} {row['month']} {chapter}" for chapter in chapters]
            in_month = _stated(measure_felt, {**rows, "border_imports": at}, known_days)
            month = f"{name}_{_id(row['month'])}"
            for column, what, end in (
                ("share", "share", ""),
                ("low", "lower bound", "_low"),
                ("high", "upper bound", "_high"),
            ):
                meaning = f"{what} recorded in {_month(row['month'])} {about}"
                yield in_month(f"border_felt_{month}{end}", row[column], "share", meaning, digits=0)
        yield of(f"border_step_{name}", felt.step_pp, "pp", f"rise recorded {about}")
        meaning = f"chapters measured {about}"
        yield of(f"border_chapters_{name}", felt.chapter_count, "count", meaning)
        for end, days in zip(("", "_low", "_high"), felt.days, strict=True):
            meaning = f"day that gives the same duty{' (interval)' if end else ''}, {about}"
            when = day_after(known.first_months[step], days)
            yield of(f"border_day_{name}{end}", when, "date", meaning)
        if made.action_id == known.told:
            yield from _rule_facts(found, rows, known_days)
            window = _stated(measure_window, rows, known_days)
            for what, meaning in (
                ("goods", "goods that still paid the old rate after the step took effect"),
                ("duty", "duty that these goods did not pay, at the rise recorded"),
            ):
                total = found.window[f"{what}_usd_bn"].sum()
                yield window(f"border_window_{what}", total, "usd_bn", f"{meaning}, {step}")


def _rule_facts(found: Felt, rows: Rows, known_days: pd.Series) -> Iterator[Fact]:
    """The day of each rule, and under how many choices it fits best."""
    of = _stated(measure_rule_fit, rows, known_days)
    for row in found.fit.to_dict("records"):
        rule, day = row["effective_date_rule"], row["effective_date"]
        yield of(f"border_rule_day_{rule}", day, "date", f"day of the rule {rule}")
    of, variants = _stated(measure_variants, rows, known_days), found.variants
    yield of("border_variants", len(variants), "count", "combinations of choices in dating")
    for end, day in (("first", variants["day"].min()), ("last", variants["day"].max())):
        yield of(f"border_variants_{end}", day, "date", f"{end} day over all choices")
    for rule in found.rule_days:
        count = int(variants["best_rule"].eq(rule).sum())
        yield of(f"border_best_{rule}", count, "count", f"choices under which {rule} fits best")
        if found.slowness:
            count = int(variants["best_rule_slow"].eq(rule).sum())
            meaning = f"choices under which {rule} fits best against a step without a grace window"
            yield of(f"border_best_slow_{rule}", count, "count", meaning)


@rests_on("border_exports", by=measure_exports)
def trade_facts(found: Trade, known: Known) -> Iterator[Fact]:
    """Imports that ran ahead, and exports by goods and span."""
    for name, found_of in (("quarters", found.quarters), ("years", found.yearly)):
        about = f"exports of whole {name} are known"
        yield Fact(f"border_{name}_are_known", len(found_of) > 0, "flag", about)
    if found.run_ahead.empty:
        return
    months = sorted(known.imports["month"].unique())
    whole = {**_releases(months), "border_imports": []}
    of_month = {
        month: _stated(measure_run_ahead, whole, days)
        for month, days in known.imports.groupby("month")["known_date"]
    }
    for row in found.run_ahead.to_dict("records"):
        month, off = row["month"], row["against_world_pct"]
        about = f"imports of listed chapters in {_month(month)} against world"
        name = f"border_ahead_{_id(month)}_world"
        yield of_month[month](name, off, "percent", about, text=_off(off))
    of = _stated(measure_run_ahead, whole, known.imports["known_date"])
    peak = max(found.run_ahead.to_dict("records"), key=lambda row: float(row["against_world_pct"]))
    meaning = "month in which imports of listed chapters stood highest against world"
    yield of("border_ahead_peak", _month(peak["month"]), "text", meaning)
    most = peak["against_world_pct"]
    meaning = "imports in that month against world"
    yield of("border_ahead_most", most, "percent", meaning, text=_off(most))
    spread = found.run_ahead["against_world_spread_pct"].iloc[0]
    meaning = "spread of imports against world in the quiet years"
    yield of("border_ahead_spread_world", spread, "percent", meaning, digits=0)
    for step, table in found.run_ahead_later.items():
        first = pd.Period(known.first_months[step], "M")
        near = [str(first + months) for months in (-2, -1, 0, 1)]
        for row in table[table["month"].isin(near)].to_dict("records"):
            month, off = row["month"], row["against_world_pct"]
            about = f"imports on the list of {step} in {_month(month)} against world"
            name = f"border_ahead_{step.lower()}_{_id(month)}"
            yield of_month[month](name, off, "percent", about, text=_off(off))
    for row in found.days[~found.days["is_step"]].to_dict("records"):
        rows = {"actions": [row["action_id"]]}
        for what in ("announced", "effective"):
            name = f"border_plan_{what}_{row['action_id'].lower()}"
            about = f"{what} date of a rise that was put off, {row['action_id']}"
            yield Fact(name, row[f"{what}_date"], "date", about, rows, measure_run_ahead)
    days = known.exports.drop_duplicates("month").set_index("month")["known_date"]
    for row in found.exports.to_dict("records"):
        span = months_between(row["start"], row["end"])
        at, base = days[span], [f"{known.base_year}{month[4:]}" for month in span]
        held = _exports(known, row["goods"], sorted({*span, *base}))
        of = _stated(measure_exports, held, at)
        name = f"border_exports_{row['goods']}_{_id(row['start'])}"
        about = f"exports of {row['title']}, {row['window']}, same months of the base year = 100"
        yield of(name, row["index"], "number", about, digits=0)
    if len(found.quarters):
        lowest = found.quarters.sort_values("index").iloc[0]
        held = _exports(known, lowest["goods"], months_between(lowest["start"], lowest["end"]))
        of = _stated(measure_exports, held, days)
        meaning = "group of goods whose exports fell furthest in any quarter"
        yield of("border_exports_lowest", str(lowest["title"]).lower(), "text", meaning)
        meaning = "its exports in that quarter, same quarter of the base year = 100"
        yield of("border_exports_least", lowest["index"], "number", meaning, digits=0)
    for row in found.yearly.to_dict("records"):
        inside = days[days.index.str[:4] == row["year"]]
        of = _stated(measure_exports, {**_releases(inside.index), "border_exports": []}, inside)
        for goods in found.spans:
            name = f"border_yearly_{goods}_{row['year']}"
            yield of(name, row[goods], "usd_bn", f"exports of {goods} in {row['year']}")


@rests_on("border_customs", by=measure_against_customs)
def money_facts(found: Money, recorded: Recorded, known: Known) -> Iterator[Fact]:
    """Duty in dollars up to the step, at most in twelve months; as claimed; and against Customs."""
    about = "totals of Customs are known"
    yield Fact("border_customs_are_known", len(found.customs) > 0, "flag", about)
    if found.months.empty:
        return
    by_month = found.months.set_index("month")
    first = known.first_months[known.told]
    months = [month for month in by_month.index if month < first]
    published = recorded.months[recorded.months["vintage"].eq(PUBLISHED)].set_index("month")
    if months:
        days = published["known_date"][months]
        of = _stated(measure_money, _rows(known, PUBLISHED, months), days)
        total = by_month.loc[months[-1], f"{PUBLISHED}_cumulated_usd_bn"]
        meaning = f"additional duty before {_month(first)}, {PUBLISHED}"
        yield of("border_additional_before", total, "usd_bn", meaning)
        claimed = by_month.loc[months[-1], "claimed_cumulated_usd_bn"]
        meaning = f"duty before {_month(first)} by the government's own rates and values"
        # rates and values stand in notices; the days in force are counted when they are over
        notices = {"actions": [step for step in known.steps["step_id"] if step != known.told]}
        of = _stated(measure_money, notices, [pd.Period(months[-1], "M").end_time])
        yield of("border_claimed_before", claimed, "usd_bn", meaning)
    for name, column, whose in (
        ("border_most", "duty_usd_bn", "one origin"),
        ("border_most_world", "world_duty_usd_bn", "all origins"),
    ):
        most, inside = most_in_twelve_months(published[column])
        rows = _rows(known, PUBLISHED, inside)
        of = _stated(most_in_twelve_months, rows, published["known_date"])
        yield of(name, most, "usd_bn", f"most duty in twelve months, {whose}, published")
    if len(found.customs):
        ratios = found.customs["published_ratio"]
        totals = {"border_customs": [f"{day:%Y-%m-%d}" for day in found.customs["assessed_to"]]}
        of = _stated(measure_against_customs, totals, known.customs["known_date"])
        yield of("border_customs_totals", len(ratios), "word", "totals of Customs compared")
        for end, ratio in (("low", ratios.min()), ("high", ratios.max())):
            meaning = f"{end} ratio of additional duty recorded to the totals of Customs"
            yield of(f"border_customs_{end}", ratio, "number", meaning)


def evidence_facts(found: pd.DataFrame) -> Iterator[Fact]:
    """State each figure that serves as evidence, and what it is held against."""
    for row in found.to_dict("records"):
        tables = {"border_measured": [row["measured_id"]], "border_releases": []}
        of = _stated(measure_named, tables, [row["known_date"]])
        name = f"border_measured_{row['measured_id'].lower()}"
        yield of(name, row["value"], row["unit"], row["title"])
        if pd.notna(row["held_against"]):
            meaning = f"what this is held against: {row['title']}"
            yield of(f"{name}_against", row["held_against"], row["unit"], meaning)


def _stated(
    function: Callable[..., Any], rows: Rows, days: Iterable[pd.Timestamp]
) -> Callable[..., Fact]:
    """What states facts of one measure: their rows, their function, and since when it is known."""
    return partial(Fact, rows=rows, function=function, known=max(days).date())


def _off(percent: float) -> str:
    """Say how far something is from its usual course, before the name of that course."""
    if not round(percent):
        return "close to"
    return f"{abs(percent):.0f} percent {'above' if percent > 0 else 'below'}"


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
    """Rows of months of the statistics as first published."""
    return {"border_releases": [f"{PUBLISHED} {month}" for month in months]}


def _exports(known: Known, goods: object, months: Sequence[str]) -> Rows:
    """Rows of the exports of some goods in some months; of a span of chapters, the months."""
    series = known.goods_series.get(str(goods), ())
    if not series:
        return {**_releases(months), "border_exports": []}
    return {"border_exports_by_goods": [f"{month} {one}" for month in months for one in series]}


def _id(month: str) -> str:
    """Return a month as it stands in the ids of values."""
    return month.replace("-", "_")


def _month(month: str) -> str:
    """Return a month in words."""
    return f"{pd.Period(month, 'M').start_time:%B %Y}"
