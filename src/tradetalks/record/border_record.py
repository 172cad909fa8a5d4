"""The record at the border: what was recorded of the duties in law, and what trade did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import pandas as pd

from tradetalks.clean.actions import clean_steps
from tradetalks.clean.border import (
    PUBLISHED,
    clean_border_exports,
    clean_border_imports,
    last_known_date,
)
from tradetalks.clean.common import CONFIDENCE_LEVELS
from tradetalks.facts import border_facts
from tradetalks.measure.border import dating, response
from tradetalks.measure.border.money import measure_against_customs, measure_money
from tradetalks.measure.border.named import COLUMNS, Border, measure_named
from tradetalks.measure.border.recorded import (
    by_chapter,
    chapter_shares,
    is_covered,
    latest,
    measure_base_rates,
    measure_gap,
    measure_law,
    measure_on_list,
    measure_path_by_month,
    measure_rates_in_force,
    measure_recorded,
    months_between,
    year_before,
)
from tradetalks.measure.dates import LEGAL_RULE, effective_dates, known_rules
from tradetalks.measure.path import measure_tranche_path, rates_held
from tradetalks.measure.tariff_tables import TariffTables, importer_measured_by
from tradetalks.raw.read import RawTables
from tradetalks.record.cleaned import Day
from tradetalks.record.parts import Facts, Part, Record, measured_by, shared
from tradetalks.record.tariff_record import averaged

_DAY_COLUMNS = ["action_id", "announced_date", "effective_date", "rate_after_pct", "is_step"]
_SHARE_KEYS = ["trade_year", "line_split", "hs_chapter"]


@dataclass(frozen=True, eq=False)
class Known:
    """What is told of: all that was known by the day of the run, or with hindsight all there is.

    `steps` are those of the importer on lists whose shares are known; `told` is the one that is
    dated, empty without one; `is_told` tells whether anything is told, which without a step to
    date is what was recorded in each month; `goods_series` are the series of exports that each of
    the goods is measured by, where it is no span of chapters.
    """

    imports: pd.DataFrame
    exports: pd.DataFrame
    goods_exports: pd.DataFrame
    goods_series: Mapping[str, Sequence[str]]
    customs: pd.DataFrame
    tables: TariffTables
    steps: pd.DataFrame
    dated: pd.DataFrame
    told: str
    is_told: bool
    base_year: str
    by: pd.Timestamp
    facts: Facts = ()

    @property
    def first_months(self) -> Mapping[str, str]:
        """Month of each step."""
        months = self.steps["effective_date"].dt.to_period("M").astype("str")
        return dict(zip(self.steps["step_id"], months, strict=True))

    @property
    def tranches(self) -> list[str]:
        """Lists whose shares are known, and that have had a step."""
        return sorted(self.steps["tranche"].unique())


def _known(
    raw: RawTables, tables: TariffTables, as_of: Day, hindsight: bool, min_confidence: str
) -> Known:
    """What was known by the day of the run, or with hindsight what became known later too."""
    today, releases = pd.Timestamp(as_of), raw["border_releases"]
    by = max(today, last_known_date(releases, raw["border_customs"])) if hindsight else today
    known = clean_steps(raw["actions"], as_of=by, min_confidence=min_confidence)
    shares = raw["border_list_shares"]
    ours = known["importer"].eq(tables.importer("tranches"))
    steps = known[ours & known["tranche"].isin(shares.columns) & known["is_admitted"]]
    duties = known[ours & known["measure_class"].eq("additional")]
    imports = clean_border_imports(raw["border_imports"], releases, by=by)
    dated = raw["border_steps"]
    dated = dated[dated["action_id"].isin(steps["step_id"])].reset_index(drop=True)
    graced = steps.loc[steps["entry_deadlines"].fillna("").ne(""), "step_id"]
    # hindsight tells what became of a step that was known, and of no later one
    asked = graced[graced.isin(tables.steps["step_id"])]
    told = [
        row["action_id"]
        for row in dated[dated["action_id"].isin(asked)].to_dict("records")
        if is_covered(imports, row["before_start"], row["after_end"])
    ]
    found = Known(
        imports=imports,
        exports=clean_border_exports(raw["border_exports"], releases, by=by),
        goods_exports=clean_border_exports(raw["border_exports_by_goods"], releases, by=by),
        goods_series={
            row["goods"]: [one for one in (row["series"], row["less_series"]) if pd.notna(one)]
            for row in raw["border_goods"].to_dict("records")
        },
        customs=raw["border_customs"].loc[lambda rows: rows["known_date"].le(by)],
        tables=averaged(replace(tables, steps=known)),
        steps=steps.reset_index(drop=True),
        dated=dated,
        told=told[-1] if told else "",
        is_told=bool(told) or (raw["border_steps"].empty and len(imports) > 0),
        base_year=year_before(duties) if len(duties) else "",
        by=by,
    )
    return shared(replace(found, facts=[*border_facts.known_facts(found, today)]))


@dataclass(frozen=True, eq=False)
class Felt:
    """What of each step was recorded, by step; of the dated one its day under all choices.

    `slowness` is what the last step without a grace window records in its first two months;
    `fit`, `variants` and `window` (what still paid the old rate) are empty where it is not known
    yet.
    """

    steps: Mapping[str, dating.Felt]
    calendar: Mapping[str, float]
    slowness: Sequence[float]
    rule_days: Mapping[str, pd.Timestamp]
    fit: pd.DataFrame
    variants: pd.DataFrame
    window: pd.DataFrame
    facts: Facts = ()


def _felt(raw: RawTables, known: Known, transit_days: int) -> Felt:
    """What of each step was recorded month by month, and which day fits."""
    trade = dating.BorderTrade(known.imports, raw["border_list_shares"])
    steps = known.steps.set_index("step_id")
    found = {}
    for row in known.dated.to_dict("records") if known.told else ():
        step, vintage = row["action_id"], dating.newest_vintage(known.imports)
        made = dating.default_choices(row, steps.loc[step, "tranche"], vintage)
        if trade.has(made):
            found[step] = dating.measure_felt(trade, made, known.first_months[step])
    calendar = {
        step: dating.calendar_share(steps.loc[step, "effective_date"], known.first_months[step])
        for step in found
    }
    graced = steps.loc[[*found], "entry_deadlines"].fillna("").ne("")
    told, order = found.get(known.told), [*found]
    later = order[order.index(known.told) + 1 :] if told else []
    plain = [step for step in later if not graced[step]]
    slowness = list(found[plain[-1]].months["share"].iloc[1:3]) if plain else []
    days, fit, variants, window = {}, pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
    if told:
        dated = known.tables.steps
        days = {
            rule: effective_dates(dated, rule, transit_days)[dated["step_id"].eq(known.told)].iloc[
                0
            ]
            for rule in known_rules(dated)
        }
        first = known.first_months[known.told]
        shares = told.months.set_index("month")["share"]
        until = [m for m in shares.index if first <= m < told.choices.after_start]
        fit = dating.measure_rule_fit(shares[until], days, slowness)
        tried = raw["border_choices"]
        tried = tried[tried["action_id"].eq(known.told)]
        variants = dating.measure_variants(trade, told.choices, tried, days, slowness, first)
        on_list = measure_on_list(
            known.imports, raw["border_list_shares"], told.choices.tranche,
            told.choices.line_split, until,
        )  # fmt: skip
        window = dating.measure_window(told, days[LEGAL_RULE], on_list, until)
    felt = Felt(found, calendar, slowness, days, fit, variants, window)
    return replace(felt, facts=[*border_facts.felt_facts(felt, known)])


@dataclass(frozen=True, eq=False)
class Recorded:
    """Duty and value by month and vintage; rates in law beside them; parts of the gap after."""

    path: pd.DataFrame
    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    law: pd.DataFrame = field(default_factory=pd.DataFrame)
    gap: pd.DataFrame = field(default_factory=pd.DataFrame)
    gap_months: Sequence[str] = ()
    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Facts = ()


def _recorded(raw: RawTables, known: Known, us_coverage: str) -> Recorded:
    """Rate recorded by month, the rate in law on the same goods, and what lies between."""
    path = measure_tranche_path(known.tables, us_coverage)
    if not known.is_told:
        found = Recorded(path)
        return replace(found, facts=[*border_facts.recorded_facts(found, known)])
    base = measure_base_rates(known.imports, known.base_year)
    months = measure_recorded(known.imports, base)
    held = rates_held(path, known.tables.importer("tranches"), "applied_rate_pct")
    shown = [m for m in _span(raw, "shown") if m in set(months["month"])]
    law = pd.DataFrame({"month": shown})
    law["law_path_pct"] = measure_path_by_month(held, shown).to_numpy()
    gap, after = pd.DataFrame(), []
    if known.told:
        (row,) = known.dated[known.dated["action_id"].eq(known.told)].to_dict("records")
        shares, split, year = raw["border_list_shares"], row["line_split"], str(row["trade_year"])
        rates = measure_rates_in_force(known.steps, shown)
        fixed = chapter_shares(shares, int(year), split, known.tranches)
        values = by_chapter(latest(known.imports), "customs_value_usd")
        law = measure_law(values, base, rates, fixed, fixed_year=year).merge(law, on="month")
        after = months_between(row["after_start"], row["after_end"])
        at = law.set_index("month")["law_path_pct"].reindex(after)
        if at.notna().all():
            gap = measure_gap(
                known.imports, at.mean(), base, rates.loc[after], shares,
                line_split=split, fixed_year=year,
            )  # fmt: skip
    benchmarks = raw["benchmarks"]
    cited = benchmarks["benchmark_id"].isin(known.dated["benchmark_id"].dropna())
    published = benchmarks[cited & benchmarks["known_date"].le(known.by)]
    found = Recorded(path, months, law, gap, after, published)
    return replace(found, facts=[*border_facts.recorded_facts(found, known)])


@dataclass(frozen=True, eq=False)
class Trade:
    """Imports before announced days; exports by goods, in spans, by quarter, and by year.

    `run_ahead` is of the list of the dated step, `run_ahead_later` of those with a later step, by
    step.

    `days` are those announced for the list of the dated step: action_id, announced_date,
    effective_date, rate_after_pct, is_step (whether the rate changed on it). `spans` are the goods
    that are a span of chapters.
    """

    run_ahead: pd.DataFrame = field(default_factory=pd.DataFrame)
    run_ahead_later: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    exports: pd.DataFrame = field(default_factory=pd.DataFrame)
    quarters: pd.DataFrame = field(default_factory=pd.DataFrame)
    before_and_after: pd.DataFrame = field(default_factory=pd.DataFrame)
    yearly: pd.DataFrame = field(default_factory=pd.DataFrame)
    spans: Sequence[str] = ()
    facts: Facts = ()


def _trade(raw: RawTables, known: Known, felt: Felt) -> Trade:
    """What trade did: imports that ran ahead of announced days, exports by list."""
    told = felt.steps.get(known.told)
    if told is None:
        found = Trade()
        return replace(found, facts=[*border_facts.trade_facts(found, known)])
    trade = dating.BorderTrade(known.imports, raw["border_list_shares"])
    taxed = known.steps.loc[known.steps["effective_date"].lt(_start_after(told)), "tranche"]
    lists = [str(name) for name in raw["border_list_shares"] if name not in _SHARE_KEYS]
    ends = {use: _ends(raw, use) for use in ("quiet", "level", "shown")}
    run_ahead = response.measure_run_ahead(
        latest(known.imports),
        trade.chapters(told.choices),
        trade.chapters_on(told.choices, [name for name in lists if name not in {*taxed}]),
        **ends,
    )
    later = known.steps.set_index("step_id")["tranche"]
    later = later[[step for step in known.dated["action_id"] if later[step] not in {*taxed}]]
    run_ahead_later = {
        str(step): response.measure_run_ahead(
            latest(known.imports), trade.chapters_on(told.choices, [tranche]), **ends
        )
        for step, tranche in later.items()
    }
    goods, windows = raw["border_goods"], raw["border_windows"]
    monthly = response.goods_series(goods, known.goods_exports, known.exports)
    year = known.base_year
    spans = windows[windows["use"].eq("exports")]
    quarters = response.quarters_of([m for m in _span(raw, "shown") if m in monthly.index], year)
    drawn = list(goods.loc[goods["is_drawn"], "goods"])
    whole = monthly.groupby(monthly.index.str[:4]).filter(lambda rows: len(rows) == 12)
    actions = raw["actions"].rename(columns={"changes_rate": "is_step"})
    planned = actions["is_step"] | actions["not_applied_reason"].eq("postponed")
    planned &= actions["tranche"].eq(told.choices.tranche) & actions["announced_date"].le(known.by)
    found = Trade(
        run_ahead,
        run_ahead_later,
        actions.loc[planned, _DAY_COLUMNS],
        response.measure_exports(monthly, goods, spans, base_year=year),
        response.measure_exports(monthly[drawn], goods, quarters, base_year=year),
        response.measure_before_and_after(
            monthly, goods, _ends(raw, "year_before"), _ends(raw, "year_after")
        ),
        whole.groupby(whole.index.str[:4]).sum().div(1e9).rename_axis("year").reset_index(),
        list(goods.loc[goods["first_chapter"].notna(), "goods"]),
    )
    return replace(found, facts=[*border_facts.trade_facts(found, known)])


def _start_after(told: dating.Felt) -> pd.Timestamp:
    """First day on which the rate after the step is measured."""
    return pd.Timestamp(f"{told.choices.after_start}-01")


@dataclass(frozen=True, eq=False)
class Money:
    """Additional duty by month, recorded and as claimed; against the totals of Customs.

    `answer_usd_bn` is the trade that the other government says its answer to the step covers.
    """

    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    customs: pd.DataFrame = field(default_factory=pd.DataFrame)
    answer_usd_bn: float = float("nan")
    facts: Facts = ()


def _money(raw: RawTables, known: Known, recorded: Recorded) -> Money:
    """Duty in dollars, against what was claimed and what Customs assessed."""
    if not known.told:
        found = Money()
        return replace(found, facts=[*border_facts.money_facts(found, recorded, known)])
    months = measure_money(recorded.months, known.steps)
    answers, actions = raw["episodes"], raw["actions"].set_index("action_id")
    answer = answers.loc[answers["move_effective"].eq(known.told), "answer_announced"].dropna()
    claimed = actions.loc[answer, "value_claimed_usd_bn"]
    found = Money(
        months,
        measure_against_customs(months, known.customs),
        float(claimed.iloc[0]) if len(claimed) else float("nan"),
    )
    return replace(found, facts=[*border_facts.money_facts(found, recorded, known)])


def _ends(raw: RawTables, use: str) -> tuple[str, str]:
    """First and last month of the one span with a use."""
    windows = raw["border_windows"]
    row = windows[windows["use"].eq(use)].iloc[0]
    return str(row["start"]), str(row["end"])


def _span(raw: RawTables, use: str) -> list[str]:
    """Months of the one span with a use."""
    return months_between(*_ends(raw, use))


@cache
def measure_evidence(raw: RawTables) -> pd.DataFrame:
    """Figures of the border record that serve as evidence, as `measure_named` gives them."""
    named = raw["border_measured"]
    if named.empty:
        return pd.DataFrame(columns=COLUMNS)
    releases, shares = raw["border_releases"], raw["border_list_shares"]
    by = last_known_date(releases, raw["border_customs"])
    imports = clean_border_imports(raw["border_imports"], releases, by=by)
    steps = clean_steps(raw["actions"], as_of=by, min_confidence=CONFIDENCE_LEVELS[0])
    ours = steps["importer"].eq(importer_measured_by(raw["sides"], "tranches"))
    border = Border(
        imports[imports["vintage"].eq(PUBLISHED)],
        clean_border_exports(raw["border_exports"], releases, by=by),
        clean_border_exports(raw["border_exports_by_goods"], releases, by=by),
        steps[ours & steps["tranche"].isin(shares.columns)],
        raw["border_goods"],
        shares,
        raw["border_steps"],
        raw["border_windows"],
        year_before(steps[ours & steps["measure_class"].eq("additional")]),
    )
    return measure_named(named, border)


def _evidence(raw: RawTables, known: Known) -> Part:
    """Figures that serve as evidence, of those that are known."""
    found = measure_evidence(raw)
    found = found[found["known_date"].le(known.by)]
    return Part(found, [*border_facts.evidence_facts(found)])


@dataclass(frozen=True, eq=False)
class BorderRecord(Record):
    """Everything that is measured of what the border recorded."""

    raw: RawTables
    tables: TariffTables
    as_of: Day
    hindsight: bool
    min_confidence: str
    us_coverage: str
    transit_days: int

    known = measured_by(_known)
    recorded = measured_by(_recorded)
    felt = measured_by(_felt)
    trade = measured_by(_trade)
    money = measured_by(_money)
    evidence = measured_by(_evidence)
