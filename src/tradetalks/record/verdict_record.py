"""The verdicts: every claim judged, tried under other choices, and laid beside both accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradetalks import claims
from tradetalks.clean.ledger import CODERS
from tradetalks.facts import verdict_facts
from tradetalks.measure.dates import effective_dates, known_rules
from tradetalks.measure.tariff_tables import TariffTables
from tradetalks.parameters import choices
from tradetalks.raw.read import RawTables
from tradetalks.record.cleaned import (
    Day,
)
from tradetalks.record.parts import Facts, Part, Record, measured_by
from tradetalks.record.tariff_record import FarmShares, farm_shares


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that may serve as evidence: records by their id."""

    records: Mapping[str, claims.Record]


def gather_evidence(raw: RawTables) -> Evidence:
    """Every row of the raw tables that may serve as evidence."""
    linked = {name: raw[name] for name in ("sides", "speakers", "recoding", "event_actions")}
    return Evidence(
        claims.gather_records(
            raw["statements"],
            raw["actions"],
            raw["rounds"],
            raw["coverage"],
            raw.references,
            **linked,
        )
    )


@dataclass(frozen=True, eq=False)
class LookedUp:
    """What checks may look up, and the rules for the effective date that can be used."""

    measured: claims.Measured
    rules: Sequence[str]


def _looked_up(tables: TariffTables, farm_shares: FarmShares, transit_days: int) -> LookedUp:
    """Farm shares by definition, effective dates by rule, and words for the sides."""
    shares = {
        (str(step), definition): float(share)
        for definition in choices("farm_definition")
        for step, share in farm_shares.by_definition[definition]
        .dropna(subset=["farm_share"])
        .set_index("step_id")["farm_share"]
        .items()
    }
    steps, known = tables.steps, known_rules(tables.steps)
    rules = [rule for rule in choices("effective_date_rule") if rule in known]
    dates = {
        (step, rule): day.date()
        for rule in rules
        for step, day in zip(
            steps["step_id"], effective_dates(steps, rule, transit_days), strict=True
        )
    }
    ordered = tables.sides.sort_values("order")
    names = dict(zip(ordered["side"], ordered["adjective"], strict=True))
    return LookedUp(claims.Measured(shares, dates, names), rules)


@dataclass(frozen=True, eq=False)
class Judged:
    """Verdicts and answers under the choices of a run, as `judge_claims` gives them.

    `verdicts` also says why (`because`); `made` are the rows of the claims made by `as_of`.
    """

    settings: claims.Settings
    made: pd.DataFrame
    verdicts: pd.DataFrame
    answers: pd.DataFrame
    facts: Facts


def _judged(
    raw: RawTables,
    evidence: Evidence,
    looked_up: LookedUp,
    as_of: Day,
    min_confidence: str,
    include_editorials: bool,
    farm_definition: str,
    effective_date_rule: str,
    coder: str,
) -> Judged:
    """The verdict on every claim made by `as_of`, and the answers behind it."""
    settings = claims.Settings(
        pd.Timestamp(as_of).date(),
        min_confidence,
        include_editorials,
        farm_definition,
        effective_date_rule,
        coder,
    )
    asked = raw["claims"], raw["questions"], raw["evidence"], evidence.records
    verdicts, answers = claims.judge_claims(*asked, settings, looked_up.measured)
    verdicts = verdicts.assign(because=verdicts["claim_id"].map(claims.reasons(answers)))
    made = raw["claims"][raw["claims"]["claim_id"].isin(verdicts["claim_id"])]
    facts = [
        *verdict_facts.verdict_facts(verdicts),
        *verdict_facts.count_facts(verdicts),
        *verdict_facts.answer_facts(answers),
        *verdict_facts.charge_facts(verdicts, answers, made, raw["sides"]),
    ]
    return Judged(settings, made, verdicts, answers, facts)


@dataclass(frozen=True, eq=False)
class Tried:
    """Every verdict under all combinations of choices: the grid, and its single changes.

    `verdicts` are the run's with `robust_share`, `n_tried`, `flips_under` and `is_contested`.
    """

    grid: pd.DataFrame
    changes: pd.DataFrame
    contested: Sequence[str]
    verdicts: pd.DataFrame
    facts: Facts


def _tried(raw: RawTables, evidence: Evidence, looked_up: LookedUp, judged: Judged) -> Tried:
    """Every verdict again under each combination of the choices that could matter."""
    asked, settings = (raw["questions"], raw["evidence"], evidence.records), judged.settings
    tried = {
        "min_confidence": claims.GRADES,
        "include_editorials": (True, False),
        "farm_definition": choices("farm_definition"),
        "effective_date_rule": looked_up.rules,
        "coder": CODERS,
    }
    grid = claims.verdict_grid(raw["claims"], *asked, settings, looked_up.measured, tried)
    contested = claims.contested(judged.made, *asked, settings)
    verdicts = judged.verdicts.merge(claims.robustness(grid, settings), on="claim_id")
    verdicts = verdicts.assign(is_contested=verdicts["claim_id"].isin(contested))
    facts = verdict_facts.robust_facts(verdicts, grid, contested)
    return Tried(grid, claims.single_changes(grid, settings), contested, verdicts, [*facts])


def _article(raw: RawTables, tried: Tried) -> Part:
    """The sentences of the article with their verdicts, in their order."""
    table = raw["article"].merge(tried.verdicts, on="claim_id").sort_values("order")
    return Part(table, [*verdict_facts.article_facts(table)])


def _left_out(evidence: Evidence, judged: Judged) -> Part:
    """What a choice of the run leaves out, for counting and for judging alike."""
    table = claims.left_out(evidence.records.values(), judged.settings)
    return Part(table, [*verdict_facts.left_out_facts(table)])


@dataclass(frozen=True, eq=False)
class Accounts:
    """What the sides themselves say about each claim, by claim."""

    of_claim: Mapping[str, pd.DataFrame]


def _accounts(raw: RawTables, evidence: Evidence, judged: Judged) -> Accounts:
    """What each side itself says about each claim made."""
    asked = (
        raw["questions"],
        raw["evidence"],
        evidence.records,
        judged.settings,
        raw["sides"]["side"],
    )
    made = judged.made.to_dict("records")
    return Accounts({row["claim_id"]: claims.accounts(row, *asked) for row in made})


@dataclass(frozen=True, eq=False)
class VerdictRecord(Record):
    """Everything that is judged: verdicts, whether they hold under other choices, the accounts."""

    raw: RawTables
    tables: TariffTables
    as_of: Day
    min_confidence: str
    include_editorials: bool
    farm_definition: str
    effective_date_rule: str
    coder: str
    transit_days: int

    evidence = measured_by(gather_evidence)
    farm_shares = measured_by(farm_shares)
    looked_up = measured_by(_looked_up)
    judged = measured_by(_judged)
    tried = measured_by(_tried)
    article = measured_by(_article)
    left_out = measured_by(_left_out)
    accounts = measured_by(_accounts)
