"""The tariff record: average rates, the goods behind them, moves and answers, the threat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from tradetalks.facts import apart
from tradetalks.noted import kept
from tradetalks.parameters import named_values
from tradetalks.parts import Day, Facts, Part, PartedRecord, measured_by, shared
from tradetalks.raw.read import RawTables
from tradetalks.tariffs import path, tariff_facts
from tradetalks.tariffs.benchmarks import measure_steps_outside, reconcile
from tradetalks.tariffs.cleaning import MoveTables
from tradetalks.tariffs.episodes import (
    measure_duties_added,
    measure_episodes,
    measure_step_values,
    measure_taken_back,
)
from tradetalks.tariffs.farm import (
    definition_in_words,
    measure_farm_listed,
    measure_farm_share,
    measure_sections,
)
from tradetalks.tariffs.path import Basis
from tradetalks.tariffs.tables import TariffTables
from tradetalks.tariffs.threat import measure_threat, measure_threatened, threatened_tranche
from tradetalks.tariffs.truces import measure_exempt, measure_suspended, measure_truces


def averaged(tables: TariffTables) -> TariffTables:
    """The tables as far as averages go: alike for runs that differ in what else they admit."""

    def steps() -> pd.DataFrame:
        outside = ~path.is_inside(tables.steps, tables.coverage_sets)
        return tables.steps.assign(is_admitted=tables.steps["is_admitted"] | outside)

    return shared(tables.but(steps=steps, coverage=lambda: tables.coverage.iloc[:0]))


@dataclass(frozen=True, eq=False)
class Rates:
    """Average rate of each side on the other: `path` whole, `past` up to `as_of`."""

    path: pd.DataFrame
    past: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class FarmShares:
    """Farm part of each step by every definition, and the last step that raised a duty."""

    by_definition: Mapping[str, pd.DataFrame]
    last_raised: Sequence[str]


@kept
def farm_shares(raw: RawTables, averaged: TariffTables) -> FarmShares:
    """Farm part of what each step made dearer, whatever counts as farm goods."""
    named = named_values(raw["parameters"])["farm_definition"]
    definitions = dict.fromkeys([*named, *averaged.farm_figures["farm_definition"]])
    found = {name: measure_farm_share(averaged, name) for name in definitions}
    # each has a row for every step that raised a duty
    raised = found[named[0]].sort_values("effective_date", kind="stable")
    return FarmShares(found, [*raised["step_id"].tail(1)])


@dataclass(frozen=True, eq=False)
class Published:
    """Duties outside the average; published averages held against it, and those that are shown."""

    outside: pd.DataFrame
    reconciliation: pd.DataFrame
    shown: pd.DataFrame
    facts: Facts


@dataclass(frozen=True, eq=False)
class TariffRecord(PartedRecord):
    """Everything that is measured of tariffs."""

    tables: TariffTables
    moves: MoveTables

    averaged = measured_by(averaged)

    farm_shares = measured_by(farm_shares)

    @measured_by
    def basis(
        averaged: TariffTables, us_coverage: str, effective_date_rule: str, transit_days: int
    ) -> Basis:
        """What averages are measured from."""
        return Basis(averaged, us_coverage, effective_date_rule, transit_days)

    @measured_by
    def rates(averaged: TariffTables, basis: Basis, as_of: Day) -> Rates:
        """Average rate of each side on the other, as a step function of the date."""
        today = pd.Timestamp(as_of)
        stated = partial(tariff_facts.path_facts, sides=averaged.sides, as_of=today)
        by_list = partial(path.terms_by_list, basis)
        by_chapter = partial(path.terms_by_chapter, averaged)
        facts = apart(
            lambda: stated(path.measure_tranche_path(basis), terms=by_list),
            lambda: stated(path.measure_chapter_path(averaged), terms=by_chapter),
        )
        whole = path.measure_tariff_path(basis)
        past = whole[whole["effective_date"].le(today)]
        facts += tariff_facts.start_facts(past, averaged.chapter_imports)
        return Rates(whole, past, facts)

    @measured_by
    def bases(basis: Basis, as_of: Day) -> Part:
        """The average by list on the day of the run, by every set of weights."""
        today, sides = pd.Timestamp(as_of), basis.tables.sides
        imports = basis.tables.chapter_imports
        table = path.measure_bases(basis, day=today)

        def behind(name: str) -> Callable[[], Mapping[str, Any]]:
            return lambda: path.terms_by_list(basis._replace(coverage_set=name), today)._asdict()

        return Part(
            table, tariff_facts.basis_facts(table, sides, imports, basis.coverage_set, behind)
        )

    @measured_by
    def steps(raw: RawTables, moves: MoveTables, as_of: Day) -> Part:
        """Days and amounts of the steps that the prose names."""
        named = list(raw["named"]["action_id"].dropna())
        return Part(facts=tariff_facts.action_facts(moves.actions, named, pd.Timestamp(as_of)))

    @measured_by
    def rules(
        raw: RawTables,
        averaged: TariffTables,
        moves: MoveTables,
        us_coverage: str,
        transit_days: int,
    ) -> Part:
        """What each rule for the effective date makes of a step, and who uses it (`used_by`)."""
        users = raw["date_rules"].set_index("effective_date_rule")["used_by"]
        table = path.measure_effective_date_rules(averaged, us_coverage, transit_days)
        table = table.assign(used_by=table["effective_date_rule"].map(users))
        return Part(table, tariff_facts.rule_facts(table, moves.actions))

    @measured_by
    def farm(averaged: TariffTables, farm_shares: FarmShares, farm_definition: str) -> Part:
        """Farm part of what each step made dearer, by the definition of the run."""
        found = farm_shares.by_definition
        words = {name: definition_in_words(name, averaged.farm_figures) for name in found}
        facts = tariff_facts.farm_facts(found, words, farm_definition)
        return Part(found[farm_definition], facts)

    @measured_by
    def sections(raw: RawTables, averaged: TariffTables, farm_shares: FarmShares) -> Part:
        """Sections of the goods that the last raise of a duty hit."""
        table = measure_sections(averaged, raw["hs_chapters"])
        last = table[table["step_ids"].isin(farm_shares.last_raised)]
        return Part(last, tariff_facts.section_facts(last))

    @measured_by
    def exchanges(moves: MoveTables) -> MoveTables:
        """The episodes alone: alike for runs that differ in which acts they admit."""
        return shared(moves.but(actions=lambda: moves.actions.iloc[:0]))

    @measured_by
    def episodes(averaged: TariffTables, exchanges: MoveTables, us_coverage: str) -> Part:
        """Move and answer."""
        values = measure_step_values(averaged, us_coverage)
        table = measure_episodes(exchanges.episodes, averaged.steps, values)
        return Part(table, tariff_facts.episode_facts(table, averaged.sides))

    @measured_by
    def added(averaged: TariffTables, episodes: Part, us_coverage: str, as_of: Day) -> Part:
        """What each side added, step by step, in exchanges that can be measured on both sides.

        Below it stands what was taken back since.
        """
        table = measure_duties_added(episodes.table, averaged.steps)
        values = measure_step_values(averaged, us_coverage)
        back = measure_taken_back(table, averaged.steps, values, day=pd.Timestamp(as_of))
        table = pd.concat([table, back], ignore_index=True) if len(back) else table
        sets = averaged.coverage_sets
        chosen = sets[sets["coverage_set"].eq(us_coverage)].dropna(subset="coverage_id")
        valued = dict(zip(chosen["part"], chosen["coverage_id"], strict=True))
        ended = averaged.steps.loc[averaged.steps["rate_after_pct"].eq(0), "step_id"]
        return Part(table, tariff_facts.added_facts(table, averaged.sides, valued, [*ended]))

    @measured_by
    def farm_listed(
        averaged: TariffTables,
        added: Part,
        farm_shares: FarmShares,
        farm_definition: str,
        as_of: Day,
    ) -> Part:
        """Farm goods on lists after each step, where they are chapters and lists share none."""
        found = farm_shares.by_definition[farm_definition]
        table = measure_farm_listed(averaged, added.table, found, day=pd.Timestamp(as_of))
        by = definition_in_words(farm_definition, averaged.farm_figures)
        return Part(table, tariff_facts.farm_listed_facts(table, by, averaged.sides))

    @measured_by
    def reconciled(
        raw: RawTables, averaged: TariffTables, rates: Rates, as_of: Day, us_coverage: str
    ) -> Part:
        """How published averages compare with ours, whichever estimates of others are admitted."""
        sides, sets, kinds = averaged.sides, raw["coverage_sets"], raw["chapter_events"]["kind"]
        parts = sets.loc[sets["coverage_set"].eq(us_coverage), "part"]
        is_mfn = {"chapters": "mfn" in {*kinds}, "tranches": "MFN" in {*parts}}
        table = reconcile(
            *(rates.path, raw["benchmarks"], raw["weightings"]),
            *(measure_steps_outside(averaged, us_coverage), averaged),
            coverage_set=us_coverage,
            mfn_importers=list(sides.loc[sides["measured_by"].map(is_mfn), "side"]),
            as_of=pd.Timestamp(as_of),
        )
        return Part(table)

    @measured_by
    def published(
        raw: RawTables, tables: TariffTables, reconciled: Part, us_coverage: str
    ) -> Published:
        """What the average leaves out, and how published averages compare with it.

        Those are shown whose series `named` names, and which are between the sides.
        """
        outside, named = measure_steps_outside(tables, us_coverage), raw["named"]
        table = reconciled.table
        is_shown = table["is_compared"] & table["series"].isin(named["series"].dropna())
        shown = table[is_shown & table["exporter"].isin(tables.sides["side"])]
        cited, facts = list(named["benchmark_id"].dropna()), [*tariff_facts.outside_facts(outside)]
        facts += tariff_facts.reconciliation_facts(table, shown, cited)
        return Published(outside, table, shown, facts)

    @measured_by
    def exempt(averaged: TariffTables, basis: Basis, as_of: Day) -> Part:
        """Averages with exempt goods taken out by law, as it was told, and not at all."""
        table = measure_exempt(basis, day=pd.Timestamp(as_of))
        return Part(table, tariff_facts.exempt_facts(table, averaged.exemptions, averaged.sides))

    @measured_by
    def suspended(
        averaged: TariffTables, moves: MoveTables, rates: Rates, as_of: Day, us_coverage: str
    ) -> Part:
        """Suspended duties, and the averages had they returned."""
        values = measure_step_values(averaged, us_coverage)
        table = measure_suspended(rates.path, values, moves.actions, day=pd.Timestamp(as_of))
        return Part(table, tariff_facts.suspended_facts(table))

    @measured_by
    def truces(raw: RawTables, averaged: TariffTables, moves: MoveTables, as_of: Day) -> Part:
        """What each side did from one joint act to the next."""
        given = raw["joint_acts"], raw["measures"], averaged, moves.actions
        table = measure_truces(*given, day=pd.Timestamp(as_of))
        return Part(table, tariff_facts.truce_facts(table, averaged.sides))

    @measured_by
    def threatened(raw: RawTables, basis: Basis, rates: Rates, as_of: Day) -> Part:
        """The list under threat by `as_of`, and what of it pays already."""
        today, actions = pd.Timestamp(as_of), raw["actions"]
        announced = actions[actions["announced_date"].le(today)]
        tranche = threatened_tranche(raw["threats"], announced)
        return Part(measure_threatened(rates.past, basis, tranche, today))

    @measured_by
    def threat(threatened: Part, list4_rate_pct: float) -> Part:
        """What the threatened duty would have added."""
        table = measure_threat(threatened.table, list4_rate_pct)
        return Part(table, tariff_facts.threat_facts(table, list4_rate_pct))
