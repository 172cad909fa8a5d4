"""Facts of the border record, each with the day from which it could be known."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from tradetalks.border import dating, money, recorded
from tradetalks.border.found import FeltSteps, Known, Money, Recorded, Trade
from tradetalks.border.recorded import PUBLISHED, REVISED
from tradetalks.border.response import measure_exports, measure_run_ahead
from tradetalks.days import in_words, months_between
from tradetalks.facts import Fact, Rows, Stated

# how values of a vintage are called: the first as it is, the revised one with a word
_SUFFIX = {PUBLISHED: "", REVISED: "_revised"}
# of a share and the ends of its interval, by column: what ends the value's name, and words
_ENDS = {"share": ("", "share"), "low": ("_low", "lower bound"), "high": ("_high", "upper bound")}


def known_facts(known: Known, as_of: pd.Timestamp) -> Stated:
    """Whether the border record says anything of the dated step, and whether that is hindsight."""
    is_told, is_revised = known.is_told, known.imports["vintage"].eq(REVISED).any()
    last = known.imports["known_date"].max() if is_told else as_of
    of_border = "what is told of the border"
    for what, holds, about in (
        ("told", True, "the months that are told of are in the tables and known"),
        ("hindsight", last > as_of, f"{of_border} became known after the day of the run"),
        ("known", last <= as_of, f"{of_border} was known on the day of the run"),
        ("revised", is_revised, "a revised vintage of the imports is known"),
    ):
        yield Fact(f"border_is_{what}", bool(is_told and holds), "flag", about)
    if not is_told:
        return
    for vintage, words in known.vintages.items():
        about = f"what the vintage called {vintage} is: months as they stood at that time"
        yield Fact(f"border_vintage_{vintage}", words, "text", about)
    months = known.imports.loc[known.imports["vintage"].eq(PUBLISHED), ["month", "known_date"]]
    in_time = months[months["known_date"].le(as_of)]
    told, public, year = months["month"].max(), in_time["month"].max(), known.base_year
    about, at = "last month that is told of", _releases([told])
    yield Fact("border_last_told_month", _month(told), "text", about, at)
    about = "year before the first step, against which trade is held"
    at = _releases(months_between(f"{year}-01", f"{year}-12"))
    yield Fact("border_base_year", year, "text", about, at)
    about = "last month of trade statistics that was public on the day of the run"
    yield Fact("border_last_month", _month(public), "text", about, _releases([public]))
    about, day = "day on which that month was released", in_time["known_date"].max()
    yield Fact("border_last_release", day, "date", about, _releases([public]))


def month_facts(months: pd.DataFrame, known: Known) -> Stated:
    """Rates by month; `months` tell which are shown."""
    starts = known.dated.set_index("action_id")["before_start"]
    is_told = months["is_shown"] & months["month"].ge(starts[known.told] if known.told else "")
    for row in months[is_told].to_dict("records"):
        month, vintage, rate = row["month"], row["vintage"], row["rate_pct"]
        rows = _rows(known, vintage, [month])
        of = _stated(recorded.measure_recorded, rows, [row["known_date"]])
        about = f"calculated duty over customs value in {_month(month)}, {known.vintages[vintage]}"
        yield of(f"border_rate_{month}{_SUFFIX[vintage]}", rate, "percent", about)


def law_facts(found: Recorded, known: Known) -> Stated:
    """The average in law by month, or, where a step is dated, the parts of the gap after it."""
    about = "the average in law is known after the step"
    yield Fact("border_gap_is_known", len(found.gap) > 0, "flag", about)
    if len(found.gap):
        yield from _gap_facts(found, known)
    if found.months.empty or known.told:
        return
    beside = found.law.merge(found.months, on="month").dropna(subset=["law_path_pct"])
    for row in beside.to_dict("records"):
        of = _stated(recorded.measure_path_by_month, {"actions": []}, [row["known_date"]])
        about = f"average in law over the days of {_month(row['month'])}"
        yield of(f"border_law_{row['month']}", row["law_path_pct"], "percent", about)


def _gap_facts(found: Recorded, known: Known) -> Stated:
    """The parts of the gap between law and record, and what they add up to."""
    gap, months = found.gap, found.gap_months
    used = found.months[found.months["month"].isin(months)]
    rows = {
        "border_releases": [f"{row['vintage']} {row['month']}" for row in used.to_dict("records")],
        "border_imports": [],
        "border_list_shares": [],
        "actions": [*known.steps["step_id"]],
    }
    of = _stated(recorded.measure_gap, rows, used["known_date"])
    span = f"{_month(months[0])} to {_month(months[-1])}"
    for row in gap.to_dict("records"):
        part, change = row["part"], -row["change_pp"]
        words = part.replace("_", " ")
        about = f"duty over customs value, {span}, after the part: {words}"
        yield of(f"border_gap_rate_{part}", row["rate_pct"], "percent", about)
        if pd.notna(change):
            about = f"part of the gap between law and record, {span}: {words}"
            yield of(f"border_gap_{part}", change, "pp", about)
    weighed = abs(gap.set_index("part")["change_pp"]["weighing"])
    about = "the average in law is weighed otherwise than the record"
    yield of("border_gap_is_weighed", bool(weighed >= 0.05), "flag", about)
    total = gap["rate_pct"].iloc[0] - gap["rate_pct"].iloc[-1]
    yield of("border_gap", total, "pp", f"rate in law less rate recorded, {span}")
    moved = -gap.set_index("part")["change_pp"][["between_chapters", "within_chapters"]].sum()
    yield of("border_gap_moved", moved, "pp", f"part of the gap that is trade that moved, {span}")


def felt_facts(found: FeltSteps, known: Known) -> Stated:
    """Share of each step recorded by month, the day that fits, and how well each rule fits."""
    about = "a step without a grace window is known well enough to compare"
    yield Fact("border_slowness_is_known", len(found.slowness) > 0, "flag", about)
    days_of = known.steps.set_index("step_id")["effective_date"]
    for step, felt in found.steps.items():
        made, (rows, days) = felt.choices, _span_of(felt, known)
        of = _stated(dating.measure_felt, rows, days)
        of_step = f"of the step of {in_words(days_of[step])}, {felt.chapter_count} chapters, "
        of_step += known.vintages[made.vintage]
        chapters = sorted(felt.chapters["hs_chapter"].unique())
        for row in felt.months[felt.months["month"].le(made.after_start)].to_dict("records"):
            at = [f"{made.vintage} {row['month']} {chapter}" for chapter in chapters]
            in_month = _stated(dating.measure_felt, {**rows, "border_imports": at}, days)
            for column, (end, what) in _ENDS.items():
                name = f"border_felt_{step}_{row['month']}{end}"
                about = f"{what} recorded in {_month(row['month'])} {of_step}"
                yield in_month(name, row[column], "share", about, digits=0)
        yield of(f"border_step_{step}", felt.step_pp, "pp", f"rise recorded {of_step}")
        about = f"chapters measured {of_step}"
        yield of(f"border_chapters_{step}", felt.chapter_count, "count", about)
        formula = "first of the month + (1 - share recorded) x days of each month, summed"
        terms = _months_terms(felt, known.first_months[step])
        for (end, _), length in zip(_ENDS.values(), felt.days, strict=True):
            about = f"day that gives the same duty{' (interval)' if end else ''}, {of_step}"
            day = dating.day_after(known.first_months[step], length)
            of_day = of(f"border_day_{step}{end}", day, "date", about)
            yield of_day if end else of_day.put_together(formula, terms)
        late = (dating.day_after(known.first_months[step], felt.days[0]) - days_of[step]).days
        by_share = of(f"border_late_{step}", late, "days", f"days from law to that day, {of_step}")
        from_law = f"whole days of: {formula}; less the day in law"
        yield by_share.put_together(
            from_law, {**terms, "day of the month in law": days_of[step].day}
        )
        if step == known.told:
            yield from _rule_facts(found, rows, days)
            of = _stated(dating.measure_window, rows, days)
            for what, about in (
                ("goods", "customs value that still paid the old rate after the step took effect"),
                ("duty", "duty not charged on customs value at the old rate, at the rise recorded"),
            ):
                total = found.window[f"{what}_usd_bn"].sum()
                yield of(f"border_window_{what}", total, "usd_bn", f"{about}, {step}")


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
    of = _stated(dating.measure_rule_fit, rows, days)
    for row in found.fit.to_dict("records"):
        rule, day = row["effective_date_rule"], row["effective_date"]
        yield of(f"border_rule_day_{rule}", day, "date", f"day of the rule {rule}")
    of, variants = _stated(dating.measure_variants, rows, days), found.variants
    yield of("border_variants", len(variants), "count", "combinations of choices in dating")
    for end, day in (("first", variants["day"].min()), ("last", variants["day"].max())):
        yield of(f"border_variants_{end}", day, "date", f"{end} day over all choices")
    for rule in found.rule_days:
        about = f"combinations of choices in dating under which {rule} fits best"
        count = variants["best_rule"].eq(rule).sum()
        yield of(f"border_best_{rule}", count, "count", f"{about} by the calendar alone")
        if found.slowness:
            count = variants["best_rule_slow"].eq(rule).sum()
            about += " against a step without a grace window"
            yield of(f"border_best_slow_{rule}", count, "count", about)


def trade_facts(found: Trade, known: Known) -> Stated:
    """Imports that ran ahead, and exports by goods and span."""
    for name, table in (("quarters", found.quarters), ("years", found.yearly)):
        about = f"exports of whole {name} are known"
        yield Fact(f"border_{name}_are_known", len(table) > 0, "flag", about)
    if found.run_ahead.empty:
        return
    yield from _run_ahead_facts(found, known)
    for row in found.days[~found.days["is_step"]].to_dict("records"):
        step = row["action_id"]
        for what in ("announced", "effective"):
            name, day = f"border_plan_{what}_{step}", row[f"{what}_date"]
            about = f"{what} date of a rise that was put off, {step}"
            yield Fact(name, day, "date", about, {"actions": [step]}, measure_run_ahead)
    days = known.exports.drop_duplicates("month").set_index("month")["known_date"]
    for row in found.exports.to_dict("records"):
        span = months_between(row["start"], row["end"])
        base = [f"{known.base_year}{month[4:]}" for month in span]
        rows = _exports(known, row["goods"], sorted({*span, *base}))
        of = _stated(measure_exports, rows, days[span])
        name = f"border_exports_{row['goods']}_{row['start']}"
        about = f"exports of {row['title']}, {row['window']}, same months of the base year = 100"
        yield of(name, row["index"], "number", about, digits=0)
    if len(found.quarters):
        least = found.quarters.sort_values("index").iloc[0]
        rows = _exports(known, least["goods"], months_between(least["start"], least["end"]))
        of = _stated(measure_exports, rows, days)
        about = "group of goods whose exports fell furthest in any quarter"
        yield of("border_exports_lowest", least["title"].lower(), "text", about)
        about = "its exports in that quarter, same quarter of the base year = 100"
        yield of("border_exports_least", least["index"], "number", about, digits=0)
    for row in found.yearly.to_dict("records"):
        year, inside = row["year"], days[days.index.str[:4] == row["year"]]
        of = _stated(measure_exports, {**_releases(inside.index), "border_exports": []}, inside)
        for goods in found.spans:
            about = f"exports of {goods} goods in {year}, at the port"
            yield of(f"border_yearly_{goods}_{year}", row[goods], "usd_bn", about)


def _run_ahead_facts(found: Trade, known: Known) -> Stated:
    """Imports against world: by month on the list of the dated step, and near each later step."""
    days = known.imports.groupby("month")["known_date"].max()
    rows = {**_releases(days.index), "border_imports": []}
    of = _stated(measure_run_ahead, rows, days)
    newest = dating.newest_vintage(known.imports)
    vintage = known.vintages[newest]
    since = known.imports.loc[known.imports["vintage"].eq(newest), "month"].min()
    # quiet years before it are in the first vintage alone
    if known.imports["month"].lt(since).any():
        vintage += f", before {_month(since)} {known.vintages[PUBLISHED]}"
    beside = f"beside those of other origins, off the usual course, customs value {vintage}"

    def against_world(row: Mapping[Hashable, Any], name: str, which: str) -> Fact:
        month, off = row["month"], row["against_world_pct"]
        of_month = _stated(measure_run_ahead, rows, [days[month]])
        about = f"imports {which} in {_month(month)} {beside}"
        return of_month(name.format(month), off, "percent", about, text=_off(off))

    for row in found.run_ahead.to_dict("records"):
        yield against_world(row, "border_ahead_{}_world", "of listed chapters")
    peak = found.run_ahead.sort_values("against_world_pct").iloc[-1]
    month, most, spread = peak[["month", "against_world_pct", "against_world_spread_pct"]]
    about = "month in which imports of listed chapters stood highest against world"
    yield of("border_ahead_peak", _month(month), "text", about)
    about = f"imports of listed chapters in {_month(month)} {beside}"
    yield of("border_ahead_most", most, "percent", about, text=_off(most))
    about = f"standard deviation in the quiet years of imports of listed chapters {beside}"
    yield of("border_ahead_spread_world", spread, "percent", about, digits=0)
    for step, table in found.run_ahead_later.items():
        first = pd.Period(known.first_months[step], "M")
        near = [str(first + months) for months in (-2, -1, 0, 1)]
        for row in table[table["month"].isin(near)].to_dict("records"):
            yield against_world(row, f"border_ahead_{step}_{{}}", f"on the list of {step}")
        about = f"standard deviation in the quiet years of imports on the list of {step} {beside}"
        spread = table["against_world_spread_pct"].iloc[0]
        yield of(f"border_ahead_spread_{step}", spread, "percent", about, digits=0)


def money_facts(found: Money, by_month: pd.DataFrame, known: Known) -> Stated:
    """Duty in dollars up to the step, at most in twelve months; as claimed; and against Customs."""
    about = "totals of Customs are known"
    yield Fact("border_customs_are_known", len(found.customs) > 0, "flag", about)
    if found.months.empty:
        return
    first = known.first_months[known.told]
    before = found.months[found.months["month"].lt(first)]
    published = by_month[by_month["vintage"].eq(PUBLISHED)].set_index("month")
    if len(before):
        months, last = list(before["month"]), before.iloc[-1]
        for vintage, within in by_month.groupby("vintage"):
            rows, days = _rows(known, str(vintage), months), within.set_index("month")["known_date"]
            of = _stated(money.measure_money, rows, days[months])
            name, total = _SUFFIX[str(vintage)], last[f"{vintage}_cumulated_usd_bn"]
            about = f"calculated duty beyond that of the base year, before {_month(first)}"
            about += f", {known.vintages[str(vintage)]}"
            yield of(f"border_additional_before{name}", total, "usd_bn", about)
        # rates and values stand in notices; the days in force are counted when they are over
        notices = {"actions": [step for step in known.steps["step_id"] if step != known.told]}
        of = _stated(money.measure_money, notices, [pd.Period(months[-1], "M").end_time])
        about = f"duty before {_month(first)} by the government's own rates and values, no record"
        yield of("border_claimed_before", last["claimed_cumulated_usd_bn"], "usd_bn", about)
    for name, column, whose in (
        ("border_most", "duty_usd_bn", "one origin"),
        ("border_most_world", "world_duty_usd_bn", "all origins"),
    ):
        most, inside = money.most_in_twelve_months(published[column])
        rows = _rows(known, PUBLISHED, inside)
        of = _stated(money.most_in_twelve_months, rows, published["known_date"])
        about = f"most calculated duty in twelve months, goods of {whose}"
        about += f", {known.vintages[PUBLISHED]}"
        yield of(name, most, "usd_bn", about)
    if len(found.customs):
        ratios = found.customs["published_ratio"]
        rows = {"border_customs": [f"{day:%Y-%m-%d}" for day in found.customs["assessed_to"]]}
        of = _stated(money.measure_against_customs, rows, known.customs["known_date"])
        yield of("border_customs_totals", len(ratios), "word", "totals of Customs compared")
        for end, ratio in (("low", ratios.min()), ("high", ratios.max())):
            about = f"{end} ratio of additional duty recorded to the totals of Customs, "
            about += known.vintages[PUBLISHED]
            yield of(f"border_customs_{end}", ratio, "number", about)


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
    """Rows of months of the statistics before their annual revision."""
    return {"border_releases": [f"{PUBLISHED} {month}" for month in months]}


def _exports(known: Known, goods: str, months: Sequence[str]) -> Rows:
    """Rows of the exports of some goods in some months; of a span of chapters, the months."""
    chosen = known.goods[known.goods["goods"].eq(goods)]
    series = chosen[["series", "less_series"]].iloc[0].dropna()
    if series.empty:
        return {**_releases(months), "border_exports": []}
    return {"border_exports_by_goods": [f"{month} {one}" for month in months for one in series]}


def _month(month: str) -> str:
    """Return a month in words."""
    return f"{pd.Period(month, 'M').start_time:%B %Y}"
