"""The record at the border: what was recorded of the duties in law, and what trade did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import pandas as pd

from tradetalks.admitted import CONFIDENCE_LEVELS, Admitting
from tradetalks.border import border_facts, dating, money, recorded, regressions, response
from tradetalks.border.found import FeltSteps, Known, Money, Recorded, Response, Trade
from tradetalks.border.named import MEASURED_COLUMNS, Border, measure_named, trade_of
from tradetalks.border.response import measure_markets
from tradetalks.days import months_between
from tradetalks.facts import apart
from tradetalks.noted import kept
from tradetalks.parts import Day, Part, PartedRecord, measured_by, shared
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.cleaning import clean_steps
from tradetalks.tariffs.dates import LEGAL_RULE, effective_dates, known_rules
from tradetalks.tariffs.path import Basis, measure_tranche_path, rates_held
from tradetalks.tariffs.record import averaged
from tradetalks.tariffs.tables import TariffTables, importer_measured_by


def _last_day(raw: RawTables) -> pd.Timestamp:
    """The day by which everything in the tables of the border was known."""
    tables = raw["border_releases"], raw["border_customs"]
    days = pd.concat([table["known_date"] for table in tables]).dropna()
    return pd.Timestamp(days.max()) if len(days) else pd.Timestamp.min


def _vintages(raw: RawTables) -> dict[str, str]:
    """What each vintage is, in words: the month of which its last file is, where it has one."""
    sources = raw["border_releases"].groupby("vintage")["source_id"].last()
    words = {}
    for name, key in sources.items():
        issued = raw.references[key].get("issued", {}).get("date-parts", [[]])[0]
        day = "-".join(f"{part:02}" for part in issued)
        told = f"as of {pd.Timestamp(day):%B %Y}" if len(issued) > 1 else f"vintage {name}"
        words[str(name)] = told
    return words


def _border(raw: RawTables, steps: Callable[[], pd.DataFrame], by: pd.Timestamp) -> Border:
    """What was recorded, as known by a day; of all steps, the importer's on lists with shares."""

    @kept
    def listed() -> pd.DataFrame:
        found = ours()
        is_listed = found["tranche"].isin(raw["border_list_shares"].columns)
        return found[is_listed & found["is_admitted"]].reset_index(drop=True)

    @kept
    def ours() -> pd.DataFrame:
        found = steps()
        return found[found["importer"].eq(importer_measured_by(raw["sides"], "tranches"))]

    def known(table: str) -> pd.DataFrame:
        return recorded.known_by(by, raw[table], raw["border_releases"])

    def dated() -> pd.DataFrame:
        is_dated = raw["border_steps"]["action_id"].isin(listed()["step_id"])
        return raw["border_steps"][is_dated].reset_index(drop=True)

    def base_year() -> str:
        duties = ours().loc[lambda of: of["measure_class"].eq("additional")]
        # the last whole calendar year before the first step
        return str(int(duties["effective_date"].min().year) - 1) if len(duties) else ""

    return Border.of(
        imports=lambda: known("border_imports"),
        exports=lambda: known("border_exports"),
        goods_exports=lambda: known("border_exports_by_goods"),
        steps=listed,
        goods=lambda: raw["border_goods"],
        shares=lambda: raw["border_list_shares"],
        dated=dated,
        windows=lambda: raw["border_windows"],
        base_year=base_year,
    )


@kept
def measure_evidence(raw: RawTables) -> pd.DataFrame:
    """Figures of the border record that serve as evidence, as `measure_named` gives them."""
    if raw["border_measured"].empty:
        return pd.DataFrame(columns=MEASURED_COLUMNS)
    by = _last_day(raw)
    every = Admitting(by, CONFIDENCE_LEVELS[0])
    border = _border(raw, lambda: clean_steps(raw["actions"], every), by)
    published = border.imports[border.imports["vintage"].eq(recorded.PUBLISHED)]
    return measure_named(raw["border_measured"], replace(border, imports=published))


def _chosen(known: Known) -> dict[str, dating.Choices]:
    """How each step is measured by its row of border_steps, where all months for that are known."""
    trade = trade_of(known)
    vintage = dating.newest_vintage(known.imports)
    lists = known.steps.set_index("step_id")["tranche"]
    made = [
        dating.default_choices(row, lists[row["action_id"]], vintage)
        for row in known.dated.to_dict("records")
    ]
    return {one.action_id: one for one in made if trade.has(one)}


def _measure_felt(raw: RawTables, known: Known, transit_days: int) -> FeltSteps:
    """What was recorded of each step, where a step is dated."""
    trade = trade_of(known)
    steps, first_months = known.steps.set_index("step_id"), known.first_months
    found = {
        step: dating.measure_felt(trade, made, first_months[step])
        for step, made in _chosen(known).items()
    }
    days_in_law = steps["effective_date"]
    calendar = {
        step: dating.calendar_share(days_in_law[step], first_months[step]) for step in found
    }
    if known.told not in found:
        return FeltSteps(found, calendar)
    told, first = found[known.told], first_months[known.told]
    order, is_graced = [*found], steps["entry_deadlines"].fillna("").ne("")
    plain = [step for step in order[order.index(known.told) + 1 :] if not is_graced[step]]
    last = plain[-1] if plain else ""
    slowness = list(found[last].months["share"].iloc[1:3]) if plain else []
    dated, is_told = known.tables.steps, known.tables.steps["step_id"].eq(known.told)
    days = {
        rule: effective_dates(dated, rule, transit_days)[is_told].iloc[0]
        for rule in known_rules(dated)
    }
    shares, made = told.months.set_index("month")["share"], told.choices
    until = [month for month in shares.index if first <= month < made.after_start]
    tried = raw["border_choices"]
    tried = tried[tried["action_id"].eq(known.told)]
    on_list = recorded.measure_on_list(
        known.imports, known.shares, made.tranche, made.line_split, until
    )
    return FeltSteps(
        found,
        calendar,
        last,
        slowness,
        days,
        dating.measure_rule_fit(shares[until], days, slowness),
        dating.measure_variants(trade, made, tried, days, slowness, first),
        dating.measure_window(told, days[LEGAL_RULE], on_list, until),
    )


def _base_rates(known: Known) -> pd.Series:
    """Rate of each chapter in the base year, in percent."""
    return recorded.measure_base_rates(known.imports, known.base_year)


@kept
def _months(known: Known) -> pd.DataFrame:
    """Duty and value recorded by month and vintage; `is_shown`, whether figures draw the month."""
    months = recorded.measure_recorded(known.imports, _base_rates(known))
    return months.assign(is_shown=months["month"].between(*known.ends("shown")))


@kept
def _in_law(known: Known, trade_year: int) -> tuple[pd.DataFrame, list[str], Mapping[str, float]]:
    """Rates in law on recorded goods by month, the months of the gap, and its rates in these.

    Goods of `trade_year`, or of the nearest year with known shares, weigh the rates.
    """
    months = _months(known)
    law = pd.DataFrame({"month": sorted({*months.loc[months["is_shown"], "month"]})})
    if not known.told:
        return law, [], {}
    base, shown = _base_rates(known), [*law["month"]]
    (row,) = known.dated[known.dated["action_id"].eq(known.told)].to_dict("records")
    split, year = row["line_split"], str(recorded.year_at_hand(known.shares, str(trade_year)))
    rates = recorded.measure_rates_in_force(known.steps, shown)
    fixed = recorded.chapter_shares(known.shares, int(year), split, [*map(str, rates)])
    values = recorded.by_chapter(recorded.latest(known.imports), "customs_value_usd")
    law = recorded.measure_law(values, base, rates, fixed, fixed_year=year)
    after = months_between(row["after_start"], row["after_end"])
    if not {*after} <= {*shown}:
        return law, after, {}
    given = known.imports, base, rates.loc[after], known.shares
    return law, after, recorded.measure_on_goods(*given, line_split=split, fixed_year=year)


def _measure_recorded(
    raw: RawTables, known: Known, path: pd.DataFrame, trade_year: int
) -> Recorded:
    """The rate in law beside what was recorded; the gap, where a step is dated."""
    held = rates_held(path, known.tables.importer("tranches"), "applied_rate_pct")
    months, (law, after, found) = (
        _months(known).drop(columns="is_shown"),
        _in_law(known, trade_year),
    )
    by_path = recorded.measure_path_by_month(held, [*law["month"]])
    law, at = law.assign(law_path_pct=by_path.to_numpy()), by_path.reindex(after)
    gap = recorded.measure_gap(at.mean(), found) if found and at.notna().all() else pd.DataFrame()
    benchmarks = raw["benchmarks"]
    cited = benchmarks["benchmark_id"].isin(known.dated["benchmark_id"].dropna())
    published = benchmarks[cited & benchmarks["known_date"].le(known.by)]
    return Recorded(path, months, law, gap, after, published)


def _measure_trade(raw: RawTables, known: Known, made: dating.Choices) -> Trade:
    """Imports that ran ahead of announced days, and exports, where a step is dated."""
    imports = recorded.latest(known.imports)
    ends = {use: known.ends(use) for use in ("quiet", "level", "shown")}
    chapters = trade_of(known).chapters(made)
    goods = known.goods[known.goods["shown"].notna()]
    monthly = response.goods_series(goods, known.goods_exports, known.exports)
    spans = known.windows[known.windows["use"].eq("exports")]
    told = goods["first_chapter"].notna() | goods["shown"].eq("month")
    whole = monthly[[*goods.loc[told, "goods"]]]
    whole = whole.groupby(whole.index.str[:4]).filter(lambda rows: len(rows) == 12)
    actions = raw["actions"].rename(columns={"changes_rate": "is_step"})
    planned = actions["is_step"] | actions["not_applied_reason"].eq("postponed")
    planned &= actions["tranche"].eq(made.tranche) & actions["announced_date"].le(known.by)
    return Trade(
        response.measure_run_ahead(imports, chapters, **ends),
        actions[planned],
        response.measure_exports(monthly, goods, spans, base_year=known.base_year),
        whole.groupby(whole.index.str[:4]).sum().div(1e9).rename_axis("year").reset_index(),
        monthly[[*goods.loc[goods["shown"].eq("month"), "goods"]]] / 1e9,
    )


def _added(known: Known, months: Sequence[str], split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Duty of the side with lists, by month and chapter; parts of each chapter by group of lists.

    Chapters lie on lists as the trade of the base year did, which pays no duty of the lists.
    """
    base, year = _base_rates(known), int(known.base_year)
    rates = recorded.measure_rates_in_force(known.steps, months)
    parts = recorded.chapter_shares(known.shares, year, split, [*map(str, rates)])
    return (rates / 100 @ parts.T).add(base, axis="columns").dropna(axis="columns"), parts


def _answered(raw: RawTables, months: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same of the side with chapters; its parts by the event that first raised them."""
    imports = raw["imports_by_chapter"].set_index("hs_chapter")["imports_2017_usd_thousand"]
    changes = raw["changes_by_chapter"].merge(raw["chapter_events"], on="event")
    of = "weighted_change_pp_usd_thousand"
    by_day = changes.pivot_table(of, "effective_date", "hs_chapter", aggfunc="sum", fill_value=0)
    days = recorded.days_of(months)
    # the first event is the level that there was before
    held = (by_day / imports / 100).cumsum().reindex(days, method="ffill").bfill()
    hit = changes.pivot_table("imports_affected_usd_thousand", "hs_chapter", "event", fill_value=0)
    duties = held.groupby(days.strftime("%Y-%m")).mean().rename_axis(columns="hs_chapter")
    return duties, hit.div(imports, axis="index").fillna(0)


def _measure_response(raw: RawTables, known: Known, made: dating.Choices) -> Response:
    """How trade moved with the duties of both sides, over the months of the window for it."""
    months = months_between(*known.ends("response"))
    settled = pd.Period(months[-1], "M").end_time
    moves = known.steps[known.steps["effective_date"].le(settled)].sort_values("effective_date")
    actions = raw["actions"].set_index("action_id")
    answers = raw["episodes"].set_index("move_effective")["answer_effective"]
    answers = answers.reindex(moves["step_id"]).dropna()
    on_listed = {*moves.loc[moves["tranche"].eq(made.tranche), "step_id"]}
    theirs = actions.loc[answers].reset_index()
    theirs["on_listed"] = [move in on_listed for move in answers.index]
    steps = {"imports": moves.assign(on_listed=moves["step_id"].isin(on_listed)), "exports": theirs}
    added, lists = _added(known, months, made.line_split)
    answered, events = _answered(raw, months)
    imports, exports = recorded.latest(known.imports), known.exports
    flows: dict[str, pd.DataFrame] = {}
    by_month, triangles = {}, {}
    for flow, table, ours, world, duties, parts, named in (
        (
            "imports",
            imports,
            "customs_value_usd",
            "world_customs_value_usd",
            added,
            lists,
            "tranche",
        ),
        ("exports", exports, "value_usd", "world_value_usd", answered, events, "measured_by"),
    ):
        values, of_world = (recorded.by_chapter(table, one).loc[months] for one in (ours, world))
        both = {flow: values, f"{flow}_other": of_world - values}
        laid = {
            name: regressions.lay_out(one, duties, known.base_year) for name, one in both.items()
        }
        flows |= laid
        # a list counts once, from the step that first raised it
        groups = steps[flow].drop_duplicates("tranche").groupby("on_listed")[named]
        held = {
            {True: "listed", False: "earlier"}[bool(which)]: parts[[*names]].sum(axis="columns")
            for which, names in groups
        }
        by_month[flow] = regressions.measure_months(laid[flow], pd.DataFrame(held))
    found = regressions.measure_elasticities(flows)
    for flow in by_month:
        usual = found[found["flow"].eq(flow) & found["way"].eq(regressions.USUAL)]
        triangles[flow] = regressions.measure_triangle(flows[flow], usual.iloc[0])
    published = raw["border_estimates"]
    published = published[published["known_date"].le(known.by)]
    return Response(flows, found, by_month, triangles, steps, published)


@kept
def _measure_money(known: Known) -> Money:
    """Duty in dollars, where a step is dated."""
    months = money.measure_money(_months(known), known.steps)
    return Money(months, money.measure_against_customs(months, known.customs))


@dataclass(frozen=True, eq=False)
class BorderRecord(PartedRecord):
    """Everything that is measured of what the border recorded."""

    tables: TariffTables

    @measured_by
    def known(
        raw: RawTables, tables: TariffTables, as_of: Day, hindsight: bool, min_confidence: str
    ) -> Known:
        """What was known by the day of the run, or with hindsight what became known later too."""
        today = pd.Timestamp(as_of)
        by = max(today, _last_day(raw)) if hindsight else today

        @kept
        def steps() -> pd.DataFrame:
            return clean_steps(raw["actions"], Admitting(by, min_confidence))

        border = _border(raw, steps, by)

        @kept
        def told() -> str:
            graced = border.steps.loc[border.steps["entry_deadlines"].fillna("").ne(""), "step_id"]
            # hindsight tells what became of a step that was known, and of no later one
            asked = graced[graced.isin(tables.steps["step_id"])]
            months = {*border.imports["month"]}
            found = [
                row["action_id"]
                for row in border.dated[border.dated["action_id"].isin(asked)].to_dict("records")
                if months >= {*months_between(row["before_start"], row["after_end"])}
            ]
            return found[-1] if found else ""

        def is_told() -> bool:
            if len(raw["border_steps"]) or border.imports.empty:
                return bool(told())
            return bool(border.imports["month"].max() >= border.ends("shown")[0])

        found = Known.of(
            **{one.name: partial(getattr, border, one.name) for one in fields(border)},
            customs=lambda: raw["border_customs"].loc[lambda rows: rows["known_date"].le(by)],
            tables=lambda: averaged(tables.but(steps=steps)),
            told=told,
            is_told=is_told,
            by=lambda: by,
            vintages=lambda: _vintages(raw),
        )
        facts = apart(lambda: border_facts.known_facts(found, today))
        return shared(found.but(facts=lambda: facts))

    @measured_by
    def recorded(raw: RawTables, known: Known, us_coverage: str) -> Recorded:
        """Rate recorded by month, the rate in law on the same goods, and what lies between."""
        facts = []
        if known.is_told:  # before anything else is read for the law
            facts = apart(lambda: border_facts.month_facts(_months(known), known))
        basis = Basis(known.tables, us_coverage)
        path = measure_tranche_path(basis)
        found = Recorded(path)
        if known.is_told:
            found = _measure_recorded(raw, known, path, basis.weights.trade_year)
        return replace(found, facts=[*facts, *border_facts.law_facts(found, known)])

    @measured_by
    def felt(raw: RawTables, known: Known, transit_days: int) -> FeltSteps:
        """What of each step was recorded month by month, and which day fits."""
        found = _measure_felt(raw, known, transit_days) if known.told else FeltSteps({}, {})
        return replace(found, facts=border_facts.felt_facts(found, known))

    @measured_by
    def trade(raw: RawTables, known: Known) -> Trade:
        """What trade did: imports that ran ahead of announced days, exports by list."""
        made = _chosen(known).get(known.told)
        found = _measure_trade(raw, known, made) if made else Trade()
        return replace(found, facts=border_facts.trade_facts(found, known))

    @measured_by
    def response(raw: RawTables, known: Known) -> Response:
        """How trade moved with the duties of both sides."""
        made = _chosen(known).get(known.told)
        is_known = made and {*months_between(*known.ends("response"))} <= {*known.exports["month"]}
        found = _measure_response(raw, known, made) if made and is_known else Response()
        return replace(found, facts=border_facts.response_facts(found, known))

    @measured_by
    def markets(raw: RawTables, as_of: Day, breakdown_date: Day, event_window_days: int) -> Part:
        """An exchange rate and stock indices around the breakdown: context, and no evidence."""
        day, span = pd.Timestamp(breakdown_date), pd.Timedelta(days=event_window_days)
        is_known = raw["markets"]["date"].max() >= (last := day + span) <= pd.Timestamp(as_of)
        found = measure_markets(raw["markets"], day, last) if is_known else pd.DataFrame()
        return Part(found, border_facts.market_facts(found))

    @measured_by
    def money(known: Known, recorded: Recorded) -> Money:
        """Duty in dollars, against what was claimed and what Customs assessed."""
        found = _measure_money(known) if known.told else Money()
        return replace(found, facts=border_facts.money_facts(found, recorded.months, known))

    @measured_by
    def evidence(raw: RawTables, known: Known) -> Part:
        """Figures that serve as evidence, of those that are known."""
        found = measure_evidence(raw)
        found = found[found["known_date"].le(known.by)]
        return Part(found)
