"""The verdicts: every claim judged, doubted, and laid beside what both sides say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from tradetalks.border.record import measure_evidence
from tradetalks.claims import masked as masking
from tradetalks.claims import tables as judging
from tradetalks.claims import verdict_facts
from tradetalks.claims.checks import Measured
from tradetalks.claims.counterfactual import Hypothesis
from tradetalks.claims.docket import Claim, Docket, read_docket, with_names
from tradetalks.claims.gather import gather_records
from tradetalks.claims.ladder import Outcome, Verdict
from tradetalks.claims.revisions import measure_revisions
from tradetalks.claims.turns import Turn, changes, taken
from tradetalks.claims.weigh import Settings
from tradetalks.claims.witnesses import Witness
from tradetalks.facts import side_names
from tradetalks.noted import kept, noting
from tradetalks.parameters import named_values
from tradetalks.parts import Day, Facts, Part, PartedRecord, measured_by, shared
from tradetalks.raw.read import RawTables
from tradetalks.tariffs.dates import effective_dates, known_rules
from tradetalks.tariffs.record import averaged, farm_shares
from tradetalks.tariffs.tables import TariffTables
from tradetalks.words.coding import measure_agreement


@kept
def gather_evidence(raw: RawTables) -> Mapping[str, Witness]:
    """Every row of the raw tables that may serve as evidence, by its id, and what is measured."""
    return gather_records(raw, measure_evidence(raw))


@dataclass(frozen=True, eq=False)
class Judged:
    """Verdicts and answers under the choices of a run, as `judge_claims` gives them."""

    made: pd.DataFrame  # the rows of the claims made by `as_of`
    verdicts: pd.DataFrame
    answers: pd.DataFrame
    facts: Facts


def facts_of_all(
    verdicts: judging.Listed, made: judging.Listed, read: verdict_facts.Read, raw: RawTables
) -> Facts:
    """What is stated of the claims together; `made` are their rows."""
    yield from verdict_facts.count_facts(verdicts)
    yield from verdict_facts.charge_facts(verdicts, read)
    yield from verdict_facts.accuser_facts(verdicts, made, raw["sides"])


def looked_back(docket: Docket, settings: Settings, hindsight: bool) -> Settings:
    """The settings by which the printed charges are judged on the last day of any.

    What may be told without hindsight is judged as the run judges it.
    """
    days = [one.day for one in docket.claims.values() if one.kind == "charge" and one.name]
    return settings.but(as_of=max([settings.as_of, *days])) if hindsight else settings


def in_hindsight(
    docket: Docket, then: Settings, judge: Callable[[str, Settings], Outcome]
) -> dict[Claim, Verdict | None]:
    """The verdicts on the printed charges as `looked_back`; None on what is charged still later."""
    printed = [one for one in docket.claims.values() if one.kind == "charge" and one.name]
    return {
        one: judge(one.claim_id, then).verdict if one.day <= then.as_of else None for one in printed
    }


@dataclass(frozen=True, eq=False)
class Doubted:
    """What the verdicts rest on: doubts and what is imagined, by claim; turns; contested claims."""

    verdicts: pd.DataFrame  # those of the run, with what doubts them
    turns: Sequence[Turn]
    imagined: Mapping[str, Sequence[Hypothesis]]
    contested: Sequence[str]
    facts: Facts


@dataclass(frozen=True, eq=False)
class VerdictRecord(PartedRecord):
    """Everything that is judged: verdicts, what turns them, who says what."""

    tables: TariffTables

    averaged = measured_by(averaged)

    @measured_by
    def looked_up(raw: RawTables, averaged: TariffTables, transit_days: int) -> Measured:
        """Farm shares by definition, effective dates by rule, and words for the sides."""

        def shares() -> dict[tuple[str, str], float]:
            return {
                (row["step_id"], definition): row["farm_share"]
                for definition, found in farm_shares(raw, averaged).by_definition.items()
                for row in found.dropna(subset=["farm_share"]).to_dict("records")
            }

        def dates() -> dict[tuple[str, str], date]:
            steps = averaged.steps
            return {
                (step_id, rule): day.date()
                for rule in known_rules(steps)
                for step_id, day in zip(
                    steps["step_id"], effective_dates(steps, rule, transit_days), strict=True
                )
            }

        names = partial(side_names, averaged.sides)
        return shared(Measured.of(farm_shares=shares, effective_dates=dates, names=names))

    @measured_by
    def docket(raw: RawTables, looked_up: Measured) -> Docket:
        """All claims, linked to their evidence."""
        return read_docket(raw, gather_evidence(raw), looked_up)

    @measured_by
    def usual(
        as_of: Day,
        min_confidence: str,
        include_editorials: bool,
        farm_definition: str,
        effective_date_rule: str,
        coder: str,
    ) -> Settings:
        """The settings of the run by our own rules and readings."""
        admitted = pd.Timestamp(as_of).date(), min_confidence, include_editorials
        return Settings(*admitted, coder, farm_definition, effective_date_rule)

    @measured_by
    def settings(docket: Docket, usual: Settings, otherwise: str) -> Settings:
        """The settings by which the run judges."""
        return taken(docket, filter(None, otherwise.split(",")), usual)

    @measured_by
    def judged(raw: RawTables, docket: Docket, settings: Settings) -> Judged:
        """The verdict on every claim made by `as_of`, and the answers behind it."""
        # before anything else is read for all of them together
        read: dict[str, frozenset[str]] = {}
        for claim in docket.made(settings.as_of):
            read |= docket.read_for(claim.claim_id, settings)
        verdicts, answers = judging.judge_claims(docket, settings)
        made = with_names(raw["claims"][raw["claims"]["claim_id"].isin(verdicts["claim_id"])])
        told, behind, rows = (table.to_dict("records") for table in (verdicts, answers, made))
        facts = [
            *verdict_facts.verdict_facts(told, read),
            *verdict_facts.answer_facts(behind, read),
            *facts_of_all(told, rows, read, raw),
            *verdict_facts.cover_facts(docket, settings, read),
        ]
        return Judged(made, verdicts, answers, facts)

    @measured_by
    def doubted(
        raw: RawTables, averaged: TariffTables, docket: Docket, settings: Settings, judged: Judged
    ) -> Doubted:
        """Every verdict again under each single change of a record, a reading or a rule."""
        named = named_values(raw["parameters"])
        # the values of the settings that are part of a question
        rules = [one for one in named["effective_date_rule"] if one in known_rules(averaged.steps)]
        others = {"farm_definition": named["farm_definition"], "effective_date_rule": rules}
        doubts, turns, imagined = judging.doubt_claims(docket, settings, others)
        testable = dict(judged.made[["claim_id", "testable"]].values)
        contested = judging.contested(docket, testable, settings)
        tried = sum(len([*changes(docket, name, settings)]) for name in doubts["claim_id"])
        tables = judged.made, judged.answers, judged.verdicts
        grid = judging.charge_grid(raw["sides"], *(table.to_dict("records") for table in tables))
        verdicts = judged.verdicts.merge(doubts, on="claim_id")
        printed = [one["claim_id"] for one in grid]
        facts = verdict_facts.firm_facts(verdicts, turns, printed, tried, contested)
        return Doubted(verdicts, turns, imagined, contested, facts)

    @measured_by
    def charges(raw: RawTables, docket: Docket, settings: Settings, judged: Judged) -> Part:
        """The charges that are printed, with the answers to their questions."""
        tables = judged.made, judged.answers, judged.verdicts
        rows = judging.charge_grid(raw["sides"], *(table.to_dict("records") for table in tables))
        table = pd.DataFrame(rows, columns=judging.CHARGE_COLUMNS)
        facts = [
            *verdict_facts.carried_facts(rows, raw["sides"]),
            *verdict_facts.press_facts(docket, settings, table["claim_id"]),
        ]
        return Part(table, facts)

    @measured_by
    def looking_back(docket: Docket, settings: Settings, raw: RawTables, hindsight: bool) -> Part:
        """The charges that are printed, judged by all that was known on the last day of any."""
        then = looked_back(docket, settings, hindsight)
        with noting():  # each has its own
            verdicts = in_hindsight(docket, then, docket.outcome)
        read = dict[str, frozenset[str]]()
        for claim, verdict in verdicts.items():
            read |= docket.read_for(claim.claim_id, then) if verdict else {}
        days = settings.as_of, then.as_of
        return Part(raw["claims"], verdict_facts.looking_back_facts(verdicts, read, *days))

    @measured_by
    def documents(raw: RawTables, as_of: Day) -> Part:
        """Controlling documents of up to the day of the run; facts of those on printed charges."""
        documents, claims, today = raw["documents"], raw["claims"], pd.Timestamp(as_of)
        documents = documents[documents["issued"].le(today)]
        is_printed = claims["kind"].eq("charge") & claims["accusation"].notna()
        printed = claims.loc[is_printed & claims["claim_date"].le(today), "claim_id"]
        asked = raw["questions"].loc[lambda rows: rows["claim_id"].isin(printed), "question_id"]
        linked = raw["sentences"].loc[lambda rows: rows["question_id"].isin(asked), "document_id"]
        on_charges = documents[documents["document_id"].isin(linked)]
        return Part(documents, verdict_facts.document_facts(on_charges, raw["sides"]))

    @measured_by
    def article(raw: RawTables, docket: Docket, judged: Judged) -> Part:
        """The sentences of the article with their verdicts, in their order."""
        table = raw["article"].merge(judged.verdicts, on="claim_id").sort_values("order")
        claims = [docket.claims[name] for name in table["claim_id"]]
        table["said"] = [judging.rests_on_words(docket, claim) for claim in claims]
        return Part(table, verdict_facts.article_facts(table.to_dict("records")))

    @measured_by
    def left_out(raw: RawTables, usual: Settings) -> Part:
        """What a choice of the run leaves out, for counting and for judging alike."""
        table = judging.left_out(gather_evidence(raw).values(), usual)
        return Part(table, verdict_facts.left_out_facts(table, raw["sides"]))

    @measured_by
    def readings(raw: RawTables) -> Part:
        """How far the two readings of the evidence agree: one row per thing read."""
        again = raw["evidence_recoding"]
        second = again[again["coder"].eq("second")]
        table = measure_agreement(judging.pair_readings(raw["evidence"], second))
        return Part(table, verdict_facts.reading_facts(table, second))

    @measured_by
    def masked(raw: RawTables) -> Part:
        """How far the first reading agrees with masked ones: one row per group and thing read."""
        read = raw["masked_readings"]
        if read.empty:
            nothing = pd.DataFrame()
            facts = verdict_facts.masked_facts(read, nothing, nothing, raw["sides"], raw["coders"])
            return Part(nothing, facts)
        # of an account on which sources of several sides speak, all of them
        sides = {name: ";".join(sorted(r.sides)) for name, r in gather_evidence(raw).items()}
        pairs = masking.pair_with_masked(
            raw["evidence"], read, raw["questions"], raw["claims"], raw["sentences"], sides
        )
        table = masking.measure_masked_agreement(pairs, read)
        moves = masking.count_moves(pairs)
        facts = verdict_facts.masked_facts(read, table, moves, raw["sides"], raw["coders"])
        return Part(table, facts)

    @measured_by
    def revisions(raw: RawTables, docket: Docket, usual: Settings) -> Part:
        """Verdicts on the claims of this run that moved between editions of the report."""
        moved = measure_revisions(raw["revisions"], raw["claims"], raw["sides"])
        made = [claim.claim_id for claim in docket.made(usual.as_of)]
        table = moved[moved["claim_id"].isin(made)]
        return Part(table, verdict_facts.revision_facts(table, raw["sides"]))
