"""Claims and their verdicts: every verdict is the result of a written rule over evidence.

A claim is split into questions. Each question names a check below, which looks
at the admitted evidence for and against it and answers yes, no, disputed or
unknown. The claim's rule combines the answers of its decisive questions:

- `every`: supported if all are yes, contradicted if any is no, else undetermined;
- `count`: supported if all are yes, contradicted if all are no, partly supported
  if some are yes, else undetermined;
- `judgement`: undetermined, whatever the count says: a value is at stake that
  counting cannot decide.

Who speaks matters more than how often. A party's word for its own case is
*interested*; its word against its own case is an *admission*; notices, rounds,
trade data and studies are *independent*. Where the press makes the claim nobody
has said whose case it is: then every party's word counts as interested, unless
two sides say the same. See `check_corroborated` for how these weigh.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

import pandas as pd
import yaml

from tradetalks.clean.common import CONFIDENCE_LEVELS, rule_against, trusted
from tradetalks.clean.ledger import CODERS, place_in_time, take_codes
from tradetalks.clean.speakers import resolve_speakers

Answers = Literal["yes", "no", "disputed", "unknown"]
Verdict = Literal["supported", "partly supported", "contradicted", "undetermined"]

VERDICTS: tuple[Verdict, ...] = ("supported", "partly supported", "contradicted", "undetermined")
GRADES = CONFIDENCE_LEVELS
# what an answer is called in print
TOLD = {"yes": "yes", "no": "no", "disputed": "disputed", "unknown": "not on record"}


@dataclass(frozen=True, eq=False)
class Record:
    """One row of the two records that can serve as evidence.

    `side` is filled for statements alone. `day` is the day on which the row
    became public, None for trade values, which describe a year. `span` holds
    the moments in UTC between which it lies: one and the same where the second
    is known, else the ends of the day in its zone. `acts` are the codes of a
    statement by coder, `about` the events and rounds that the row belongs to.
    """

    record_id: str
    kind: Literal["statement", "action", "round", "value", "study"]
    day: date | None
    side: str = ""
    span: tuple[pd.Timestamp, pd.Timestamp] | None = None
    end: date | None = None
    effective: date | None = None
    grade: str = "high"
    is_editorial: bool = False
    is_verified: bool = True
    source_id: str = ""
    who: str = ""
    says: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    frames: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settings:
    """What a verdict may depend on besides the evidence itself."""

    as_of: date
    min_confidence: str = "medium"
    include_editorials: bool = True
    farm_definition: str = "hs01_24"
    effective_date_rule: str = "legal"
    coder: str = CODERS[0]

    def rule_against(self, record: Record) -> str | None:
        """Name the rule by which the record is left out; None where it is admitted."""
        return rule_against(
            record.day,
            record.grade,
            as_of=self.as_of,
            min_confidence=self.min_confidence,
            is_verified=record.is_verified,
            is_editorial=record.is_editorial,
            include_editorials=self.include_editorials,
        )

    def admits(self, record: Record) -> bool:
        """Whether no rule leaves the record out."""
        return self.rule_against(record) is None


@dataclass(frozen=True)
class Measured:
    """What checks may look up: numbers by step, effective dates by rule, words for the sides.

    `farm_shares` maps (step, farm definition) to a share 0-1; `effective_dates`
    maps (step, effective date rule) to a day where the rule moves it; `names`
    maps a side to its adjective.
    """

    farm_shares: Mapping[tuple[str, str], float] = field(default_factory=dict)
    effective_dates: Mapping[tuple[str, str], date] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def told(self, side: str) -> str:
        """What a side is called in print."""
        return self.names.get(side, side)


class Evidence(NamedTuple):
    """A record in its part for one question."""

    record: Record
    is_for: bool
    is_interested: bool
    is_admission: bool


class Case(NamedTuple):
    """All that a check sees: of the settings those it reads, of the ledger nothing or all."""

    evidence: Sequence[Evidence]
    arguments: Mapping[str, Any]
    settings: Mapping[str, Any]
    measured: Measured
    ledger: Sequence[Record] = ()

    def records(self, *, is_for: bool | None = None) -> list[Record]:
        """Records on one side of the question, or all."""
        return [e.record for e in self.evidence if is_for is None or e.is_for == is_for]

    def named(self, record_id: str) -> Record | None:
        """The record of that id among the admitted evidence, if it is there."""
        return next((r for r in self.records() if r.record_id == record_id), None)


class Answer(NamedTuple):
    """What a check found; `settling` are the records that carry the answer.

    A chain holds only as long as all of its links do.
    """

    answer: Answers
    settling: Sequence[Record]
    finding: str
    is_chain: bool = False


def _unknown(finding: str = "no evidence on record") -> Answer:
    return Answer("unknown", (), finding)


def check_recorded(case: Case) -> Answer:
    """Is it on record at all? For facts that consist in having been said or published."""
    for_, against = case.records(is_for=True), case.records(is_for=False)
    if for_ and against:
        return Answer("disputed", (*for_, *against), "the record holds both")
    if for_:
        return Answer("yes", for_, f"{len(for_)} on record")
    if against:
        return Answer("no", against, f"{len(against)} on record against it")
    return _unknown()


def check_corroborated(case: Case) -> Answer:
    """Does the claim stand on more than the word of those who profit from it?

    A side of the question is settled by an admission, by parties of two sides who
    say the same, by an independent record of high confidence, or by an independent
    record of less confidence that nobody denies. Both sides settled is a dispute;
    so is one word against the other with nothing to settle it. A party's word
    alone answers nothing.
    """

    def settling(is_for: bool) -> list[Record]:
        denied = any(e.is_interested for e in case.evidence if e.is_for != is_for)
        mine = [e for e in case.evidence if e.is_for == is_for]
        is_shared = len({e.record.side for e in mine if e.is_interested}) > 1
        return [
            e.record
            for e in mine
            if (is_shared or not e.is_interested)
            and (is_shared or e.is_admission or e.record.grade == "high" or not denied)
        ]

    for_, against = settling(True), settling(False)
    if for_ and not against:
        return Answer("yes", for_, "carried by an admission or an independent record")
    if against and not for_:
        return Answer("no", against, "contradicted by an admission or an independent record")
    stances = {e.is_for for e in case.evidence}
    if len(stances) == 2:
        return Answer("disputed", case.records(), "one account against the other")
    if stances:
        return _unknown("asserted by one side, confirmed by nobody else")
    return _unknown()


def check_dated(case: Case) -> Answer:
    """Do all records in support fall between `from` and `to`, by publication or `by: effective`?"""
    by_effect = case.arguments.get("by") == "effective"
    days = {r: r.effective if by_effect else r.day for r in case.records(is_for=True)}
    known = {record: day for record, day in days.items() if day is not None}
    if not known:
        return _unknown()
    first, last = case.arguments["from"], case.arguments["to"]
    outside = {record: day for record, day in known.items() if not first <= day <= last}
    told = ", ".join(sorted({str(day) for day in (outside or known).values()}))
    if outside:
        return Answer("no", list(outside), f"outside: {told}")
    return Answer("yes", list(known), told)


def check_in_order(case: Case) -> Answer:
    """Did the named records happen in this order?

    To the second where both are known. A day known by its date alone lasts from midnight to
    midnight in its zone, so two such days are in order only if they do not overlap: where two zones
    lie half a day apart, a day ends in one when the next is half over in the other. A round counts
    from its first day.
    """
    chain = [case.named(record_id) for record_id in case.arguments["order"]]
    known = [(r, *r.span) for r in chain if r is not None and r.span is not None]
    if len(known) < len(chain):
        return _unknown("a link of the chain is not on record")
    overlapping = []
    for (earlier, start, until), (later, later_start, later_until) in itertools.pairwise(known):
        if start < later_start and until <= later_start:
            continue
        if later_start < start and later_until <= start:
            told = f"{later.day} comes before {earlier.day}"
            return Answer("no", [r for r, *_ in known], told, is_chain=True)
        overlapping.append(f"the hours of {earlier.day} and {later.day} that would tell")
    if overlapping:
        return _unknown(f"not known: {', '.join(dict.fromkeys(overlapping))}")
    days = ", ".join(str(r.day) for r, *_ in known)
    return Answer("yes", [r for r, *_ in known], days, is_chain=True)


def check_days_apart(case: Case) -> Answer:
    """Are two records exactly so many days apart?"""
    first, second = case.named(case.arguments["first"]), case.named(case.arguments["second"])
    if first is None or second is None or first.day is None or second.day is None:
        return _unknown("one of the two days is not on record")
    apart = (second.day - first.day).days
    is_so = apart == case.arguments["days"]
    return Answer("yes" if is_so else "no", (first, second), f"{apart} days", is_chain=True)


def check_within(case: Case) -> Answer:
    """Does a step take effect within a round of talks, by the effective date rule of the run?"""
    step, talks = case.named(case.arguments["action"]), case.named(case.arguments["round"])
    if step is None or talks is None or talks.day is None:
        return _unknown("the step or the round is not on record")
    key = (step.record_id, case.settings["effective_date_rule"])
    effective = case.measured.effective_dates.get(key, step.effective)
    if effective is None:
        return _unknown("the step has no effective date")
    is_within = talks.day <= effective <= (talks.end or talks.day)
    return Answer(
        "yes" if is_within else "no", (step, talks), f"in force {effective}", is_chain=True
    )


def check_rate_change(case: Case) -> Answer:
    """Does every notice in support move the rate from `before` to `after` percent?"""
    notices = [r for r in case.records(is_for=True) if "rate_after_pct" in r.numbers]
    if not notices:
        return _unknown()
    rates = {(r.numbers.get("rate_before_pct"), r.numbers["rate_after_pct"]) for r in notices}
    is_so = rates == {(case.arguments["before"], case.arguments["after"])}
    found = "; ".join(f"{before:g} to {after:g} percent" for before, after in sorted(rates))
    return Answer("yes" if is_so else "no", notices, found)


def _usd_bn(case: Case) -> tuple[list[Record], list[float]]:
    """Measured values, or, where nothing was measured, what governments claimed."""
    for key in ("estimate_usd_bn", "value_claimed_usd_bn"):
        if records := [r for r in case.records() if key in r.numbers]:
            return records, [r.numbers[key] for r in records]
    return [], []


def check_worth(case: Case) -> Answer:
    """Is the amount within `within_share` of `usd_bn`, by every value in hand?"""
    records, values = _usd_bn(case)
    if not records:
        return _unknown("no value on record")
    claimed, tolerance = case.arguments["usd_bn"], case.arguments["within_share"]
    close = [abs(value - claimed) <= tolerance * claimed for value in values]
    found = ", ".join(f"{value:g}" for value in sorted(values)) + " billion dollars"
    answer: Answers = "yes" if all(close) else "disputed" if any(close) else "no"
    return Answer(answer, records, found)


def check_at_least(case: Case) -> Answer:
    """Does the amount reach `usd_bn`, by every value in hand?"""
    records, values = _usd_bn(case)
    if not records:
        return _unknown("no value on record")
    reached = [value >= case.arguments["usd_bn"] for value in values]
    found = ", ".join(f"{value:g}" for value in sorted(values)) + " billion dollars"
    answer: Answers = "yes" if all(reached) else "disputed" if any(reached) else "no"
    return Answer(answer, records, found)


def check_farm_majority(case: Case) -> Answer:
    """Do farm goods, as the run defines them, make up `at_least` that share of a step?"""
    step = case.named(case.arguments["action"])
    key = (case.arguments["action"], case.settings["farm_definition"])
    if step is None or key not in case.measured.farm_shares:
        return _unknown("the farm share of the step is not measured")
    share = case.measured.farm_shares[key]
    settling = [step] if share >= case.arguments["at_least"] else case.records()
    answer: Answers = "yes" if share >= case.arguments["at_least"] else "no"
    return Answer(answer, settling, f"farm share {share:.1%}".replace("%", " percent"))


def check_one_sided(case: Case) -> Answer:
    """Do the statements that the coder gave the code `act` come from one side alone?"""
    done = [r for r in case.records() if _did(r, case)]
    sides = sorted({r.side for r in done})
    if not sides:
        return _unknown()
    told = " and ".join(case.measured.told(side) for side in sides)
    return Answer("yes" if len(sides) == 1 else "no", done, f"on record: {told}")


def check_counted(case: Case) -> Answer:
    """Did more than one side do `act`, by the codes of all admitted statements?

    The finding counts them by side, and how many of them stand on the grounds of `frame`.
    """
    done = [r for r in case.ledger if _did(r, case)]
    if not done:
        return _unknown()
    frame = case.arguments["frame"]
    framed = Counter(r.side for r in done if frame in r.frames)
    counts = sorted(Counter(r.side for r in done).items())
    told = "; ".join(
        f"{case.measured.told(side)} {count}, {framed[side]} of them framed as {frame}"
        for side, count in counts
    )
    return Answer("yes" if len(counts) > 1 else "no", done, told)


def _did(record: Record, case: Case) -> bool:
    return bool(record.acts.get(case.settings["coder"]) == case.arguments["act"])


class Check(NamedTuple):
    """A check, the settings that it reads, and whether it reads every admitted statement."""

    find: Callable[[Case], Answer]
    reads: tuple[str, ...] = ()
    reads_ledger: bool = False


CHECKS: dict[str, Check] = {
    "recorded": Check(check_recorded),
    "corroborated": Check(check_corroborated),
    "dated": Check(check_dated),
    "in_order": Check(check_in_order),
    "days_apart": Check(check_days_apart),
    "within": Check(check_within, ("effective_date_rule",)),
    "rate_change": Check(check_rate_change),
    "worth": Check(check_worth),
    "at_least": Check(check_at_least),
    "farm_majority": Check(check_farm_majority, ("farm_definition",)),
    "one_sided": Check(check_one_sided, ("coder",)),
    "counted": Check(check_counted, ("coder",), reads_ledger=True),
}


def certainty_of(answer: Answer) -> str:
    """How firm an answer is: high with two documents, one of high confidence, or with a notice.

    One document of high confidence, or several of medium, make it medium; less is low. A chain
    is as firm as its weakest link.
    """
    settling = answer.settling
    if not settling:
        return "none"
    if answer.is_chain:
        return min((record.grade for record in settling), key=GRADES.index)
    documents = {record.source_id or record.record_id for record in settling}
    best = max(settling, key=lambda record: GRADES.index(record.grade)).grade
    is_official = any(r.grade == "high" and r.kind in ("action", "value") for r in settling)
    if best == "high" and (len(documents) > 1 or is_official):
        return "high"
    return "medium" if best == "high" or (best == "medium" and len(documents) > 1) else "low"


def combine(rule: str, answers: Sequence[Answers]) -> Verdict:
    """The verdict that a claim's rule draws from the answers to its decisive questions."""
    if rule == "judgement" or not answers:
        return "undetermined"
    if all(answer == "yes" for answer in answers):
        return "supported"
    if rule == "every":
        return "contradicted" if "no" in answers else "undetermined"
    if all(answer == "no" for answer in answers):
        return "contradicted"
    return "partly supported" if "yes" in answers else "undetermined"


def gather_records(
    statements: pd.DataFrame,
    actions: pd.DataFrame,
    rounds: pd.DataFrame,
    coverage: pd.DataFrame,
    references: Mapping[str, Mapping[str, Any]],
    *,
    sides: pd.DataFrame,
    speakers: pd.DataFrame,
    recoding: pd.DataFrame,
    event_actions: pd.DataFrame,
) -> dict[str, Record]:
    """Every row of the raw tables that may serve as evidence, by its id.

    Takes the raw tables as `read_raw` gives them, whole: what a verdict may use
    is decided by `Settings.admits` alone. A statement whose source text was not
    seen counts as low confidence, whatever its row says. Speakers go by the name
    of the table of speakers. A tariff action has the day of its side's capital,
    a round, whose zone nobody wrote down, that of all capitals together.
    """

    def day(value: Any) -> date | None:
        return None if pd.isna(value) else pd.Timestamp(value).date()

    def numbers(row: Mapping[Any, Any], names: Iterable[str]) -> dict[str, float]:
        return {name: float(row[name]) for name in names if not pd.isna(row[name])}

    @cache
    def span(value: date | None, zones: tuple[str, ...]) -> tuple[pd.Timestamp, pd.Timestamp]:
        first = pd.Timestamp(str(value))
        ends = (first, first + pd.DateOffset(days=1))
        starts, stops = zip(
            *([end.tz_localize(zone).tz_convert("UTC") for end in ends] for zone in zones),
            strict=True,
        )
        return min(starts), max(stops)

    zone_of = dict(zip(sides["side"], sides["zone"], strict=True))
    events = event_actions.groupby("action_id")["event_id"].agg(frozenset).to_dict()
    named = statements.assign(speaker=resolve_speakers(statements, speakers)["speaker"]).join(
        place_in_time(statements, sides)[["said_from_utc", "said_until_utc"]]
    )
    acts = {coder: take_codes(named, named, recoding, coder)["act"] for coder in CODERS}
    records: list[Record] = []
    for number, row in enumerate(named.to_dict("records")):
        about = (row["round_id"], row["event_id"])
        records.append(
            Record(
                row["statement_id"],
                "statement",
                day(row["statement_date"]),
                side=row["side"],
                span=(row["said_from_utc"], row["said_until_utc"]),
                grade=trusted(row["confidence"], row["verified"]),
                is_editorial=row["channel"] == "editorial",
                is_verified=bool(row["verified"]),
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                who=row["speaker"],
                says=row["paraphrase"],
                acts={coder: codes.iloc[number] for coder, codes in acts.items()},
                frames=frozenset(
                    row["frames"].split(";") if isinstance(row["frames"], str) else ()
                ),
                about=frozenset(name for name in about if isinstance(name, str)),
            )
        )
    for row in actions.to_dict("records"):
        announced = day(row["announced_date"])
        records.append(
            Record(
                row["action_id"],
                "action",
                announced,
                span=span(announced, (zone_of[row["importer"]],)),
                effective=day(row["effective_date"]),
                grade=row["confidence"],
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                says=f"{row['instrument']}, {row['tranche']}: {row['kind']}",
                numbers=numbers(row, ("rate_before_pct", "rate_after_pct", "value_claimed_usd_bn")),
                about=events.get(row["action_id"], frozenset()),
            )
        )
    for row in rounds.to_dict("records"):
        begun = day(row["start_date"])
        records.append(
            Record(
                row["round_id"],
                "round",
                begun,
                span=span(begun, tuple(zone_of.values())),
                end=day(row["end_date"]),
                grade=row["confidence"],
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                says=row["outcome"],
                about=frozenset([row["round_id"]]),
            )
        )
    for row in coverage.to_dict("records"):
        records.append(
            Record(
                row["coverage_id"],
                "value",
                None,
                grade=row["confidence"],
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                says=row["tranche"],
                numbers=numbers(row, ("estimate_usd_bn",)),
            )
        )
    for source_id, item in references.items():
        parts = item.get("issued", {}).get("date-parts", [[]])[0]
        if item.get("custom", {}).get("kind") == "scholarly" and parts:
            # a month or year alone counts from the last day it allows
            year, month, day_of_month = (*parts, None, None)[:3]
            last = pd.Timestamp(year, month or 12, day_of_month or 1)
            issued = (last if day_of_month else last + pd.offsets.MonthEnd(0)).date()
            records.append(
                Record(source_id, "study", issued, source_id=source_id, says=str(item["title"]))
            )
    return {record.record_id: record for record in records}


def left_out(records: Iterable[Record], settings: Settings) -> pd.DataFrame:
    """List what a choice leaves out that was public by then: one row per record.

    Columns: record_id, kind, day, words (who says what, or what it is), rule (of `RULES`), in the
    order of kind, day and id.
    """
    kinds = ("statement", "action", "round", "value", "study")
    found = [
        {
            "record_id": record.record_id,
            "kind": record.kind,
            "day": record.day,
            "words": f"{record.who}: {record.says}" if record.who else record.says,
            "rule": rule,
        }
        for record in records
        if (rule := settings.rule_against(record)) not in (None, "after as_of")
    ]
    found.sort(key=lambda row: (kinds.index(row["kind"]), str(row["day"]), row["record_id"]))
    return pd.DataFrame(found, columns=["record_id", "kind", "day", "words", "rule"])


class _Question(NamedTuple):
    """A question, read and linked: its row, its arguments, its check, all that bears on it."""

    row: Mapping[str, Any]
    arguments: Mapping[str, Any]
    check: Check
    evidence: tuple[Evidence, ...]


class Docket:
    """Claims read and linked to their evidence once, to be answered under any settings.

    An answer is found again only where the admitted evidence or a setting that its check reads
    differs. Raises KeyError for a check that does not exist.
    """

    def __init__(
        self,
        claims: pd.DataFrame,
        questions: pd.DataFrame,
        evidence: pd.DataFrame,
        records: Mapping[str, Record],
        measured: Measured,
    ) -> None:
        self.claims = [
            {str(name): value for name, value in row.items()}
            | {"side": row["side"] if isinstance(row["side"], str) else ""}
            for row in claims.sort_values("claim_id").to_dict("records")
        ]
        self._measured = measured
        self._ledger = sorted(
            (r for r in records.values() if r.kind == "statement"), key=lambda r: r.record_id
        )
        self._found: dict[tuple[Any, ...], tuple[Case, Answer]] = {}
        links: dict[str, list[tuple[bool, str]]] = {}
        id_columns = [c for c in evidence.columns if c.endswith("_id") and c != "question_id"]
        for row in evidence.to_dict("records"):
            record_id = next(row[c] for c in id_columns if isinstance(row[c], str) and row[c])
            links.setdefault(row["question_id"], []).append((row["stance"] == "for", record_id))
        side_of = {claim["claim_id"]: claim["side"] for claim in self.claims}
        self._questions: dict[str, list[_Question]] = {name: [] for name in side_of}
        for row in questions.sort_values("question_id").to_dict("records"):
            if row["claim_id"] not in side_of:
                continue
            side, arguments = side_of[row["claim_id"]], row["arguments"]
            linked = sorted(links.get(row["question_id"], []))
            self._questions[row["claim_id"]].append(
                _Question(
                    {str(name): value for name, value in row.items()},
                    yaml.safe_load(arguments) if isinstance(arguments, str) and arguments else {},
                    CHECKS[row["check"]],
                    tuple(_weigh(records[name], is_for, side) for is_for, name in linked),
                )
            )

    def made(self, as_of: date) -> list[dict[str, Any]]:
        """The rows of the claims made by then, in the order of their ids."""
        return [claim for claim in self.claims if claim["claim_date"].date() <= as_of]

    def answers(
        self, claim_id: str, settings: Settings
    ) -> list[tuple[Mapping[str, Any], Case, Answer]]:
        """Each question of a claim, what its check saw, and the answer."""
        return [
            (question.row, *self._answer(question, settings))
            for question in self._questions[claim_id]
        ]

    def verdict(self, claim: Mapping[str, Any], settings: Settings) -> Verdict:
        """The verdict on a claim under these settings."""
        found = self.answers(claim["claim_id"], settings)
        return combine(
            claim["rule"], [answer.answer for row, _, answer in found if row["is_decisive"]]
        )

    def _answer(self, question: _Question, settings: Settings) -> tuple[Case, Answer]:
        admitted = tuple(settings.admits(e.record) for e in question.evidence)
        read = {name: getattr(settings, name) for name in question.check.reads}
        ledger: list[Record] = []
        if question.check.reads_ledger:
            ledger = [record for record in self._ledger if settings.admits(record)]
        seen = tuple(record.record_id for record in ledger)
        key = (question.row["question_id"], admitted, *read.values(), *seen)
        if key not in self._found:
            evidence = list(itertools.compress(question.evidence, admitted))
            case = Case(evidence, question.arguments, read, self._measured, ledger)
            self._found[key] = case, question.check.find(case)
        return self._found[key]


def judge_claims(
    claims: pd.DataFrame,
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    records: Mapping[str, Record],
    settings: Settings,
    measured: Measured,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Verdicts and the answers behind them.

    Returns one row per claim made by `as_of` (columns of verdicts.csv but for
    `robust_share`, plus `certainty`) and one row per question of such a claim:
    claim_id, question_id, question, is_decisive, is_count, answer, certainty, finding,
    evidence_for, evidence_against. Raises KeyError for a check that does not exist.
    """
    docket = Docket(claims, questions, evidence, records, measured)
    verdict_rows, answer_rows = [], []
    for claim in docket.made(settings.as_of):
        answers = docket.answers(claim["claim_id"], settings)
        answer_rows += [
            {
                "claim_id": claim["claim_id"],
                "question_id": question["question_id"],
                "question": question["question"],
                "is_decisive": bool(question["is_decisive"]),
                "is_count": CHECKS[question["check"]].reads_ledger,
                "answer": found.answer,
                "certainty": certainty_of(found),
                "finding": found.finding,
                "evidence_for": _ids(case.records(is_for=True)),
                "evidence_against": _ids(case.records(is_for=False)),
            }
            for question, case, found in answers
        ]
        verdict_rows.append(_verdict_row(claim, claim["side"], answers))
    return pd.DataFrame(verdict_rows), pd.DataFrame(answer_rows)


def _weigh(record: Record, is_for: bool, claimant: str) -> Evidence:
    if not claimant:
        return Evidence(record, is_for, bool(record.side), is_admission=False)
    is_partisan = bool(record.side)
    serves = (record.side == claimant) == is_for
    return Evidence(record, is_for, is_partisan and serves, is_partisan and not serves)


def _ids(records: Iterable[Record]) -> str:
    return "; ".join(sorted({record.record_id for record in records}))


def _verdict_row(
    claim: Mapping[str, Any], side: str, answers: Sequence[tuple[Mapping[str, Any], Case, Answer]]
) -> dict[str, Any]:
    decisive = [found for question, _, found in answers if question["is_decisive"]]
    verdict = combine(claim["rule"], [found.answer for found in decisive])
    all_for = [r for _, case, _ in answers for r in case.records(is_for=True)]
    all_against = [r for _, case, _ in answers for r in case.records(is_for=False)]
    if verdict == "undetermined":
        # open where something bears on what decides; else there is context, or nothing
        is_open = any(case.evidence for question, case, _ in answers if question["is_decisive"])
        certainty = "open" if is_open else "context only" if all_for or all_against else "none"
    else:
        grades = [certainty_of(found) for found in decisive if found.settling]
        certainty = min(grades, key=("none", *GRADES).index, default="none")
    others = {
        record.record_id: record
        for record in (*all_for, *all_against)
        if record.kind == "statement" and (record.side != side if side else record in all_against)
    }
    latest = sorted(others.values(), key=lambda r: (str(r.day), r.record_id))[-2:]
    confirm, refute = claim["what_would_confirm"], claim["what_would_refute"]
    return {
        "claim_id": claim["claim_id"],
        "claimant": claim["claimant"],
        "claim_date": claim["claim_date"],
        "claim": claim["claim"],
        "kind": claim["kind"],
        "verdict": verdict,
        "certainty": certainty,
        "evidence_for": _ids(all_for),
        "evidence_against": _ids(all_against),
        "counter_account": " ".join(f"{r.who}, {r.day}: {r.says} [{r.record_id}]" for r in latest),
        "would_change_if": {
            "supported": refute,
            "contradicted": confirm,
        }.get(verdict, f"Towards support: {confirm} Towards contradiction: {refute}"),
    }


def reasons(answers: pd.DataFrame) -> pd.Series:
    """Why each verdict is what it is, in words, by claim_id.

    The decisive questions with their answers; those of context that were answered with no, for
    they are what the verdict leaves unsaid; and what was counted.
    """
    told = answers[answers["is_decisive"] | answers["answer"].eq("no") | answers["is_count"]]
    counted = (" (" + told["finding"] + ")").where(told["is_count"], "")
    words = told["question"] + " " + told["answer"].map(TOLD).str.capitalize() + counted + "."
    return words.groupby(told["claim_id"]).agg(" ".join)


def verdict_grid(
    claims: pd.DataFrame,
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    records: Mapping[str, Record],
    settings: Settings,
    measured: Measured,
    choices: Mapping[str, Sequence[object]],
) -> pd.DataFrame:
    """The verdict of each claim under every combination of choices.

    One row per claim and combination: the choices, `as_of`, `verdict`, and `is_same` (as under
    the settings of the run). `choices` maps field names of Settings to the values to try. For
    `as_of` these are the run's and the day on which the claim was made: later days are none of
    the run's business, and before its own day there is no claim.
    """
    docket = Docket(claims, questions, evidence, records, measured)

    @cache
    def tried(as_of: date) -> list[Settings]:
        combinations = itertools.product(*choices.values())
        chosen: list[dict[str, Any]] = [dict(zip(choices, c, strict=True)) for c in combinations]
        return [replace(settings, as_of=as_of, **values) for values in chosen]

    rows = []
    for claim in docket.made(settings.as_of):
        at_home = docket.verdict(claim, settings)
        for as_of in sorted({claim["claim_date"].date(), settings.as_of}):
            for other in tried(as_of):
                verdict = docket.verdict(claim, other)
                chosen = [getattr(other, name) for name in choices]
                rows.append((claim["claim_id"], *chosen, as_of, verdict, verdict == at_home))
    return pd.DataFrame(rows, columns=["claim_id", *choices, "as_of", "verdict", "is_same"])


def robustness(grid: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Per claim: the share of combinations with the run's verdict, and what flips it.

    Columns: claim_id, robust_share (0-1), n_tried, flips_under: the flip with the fewest changed
    choices, as text; empty where none flips.
    """
    choices = [c for c in grid.columns if c not in ("claim_id", "verdict", "is_same")]
    home = pd.Series({choice: getattr(settings, choice) for choice in choices})
    rows = []
    for claim_id, tried in grid.groupby("claim_id", sort=True):
        flips = tried[~tried["is_same"]]
        told = ""
        if len(flips):
            nearest = flips.iloc[int(flips[choices].ne(home).sum(axis=1).to_numpy().argmin())]
            changed = [f"{c} = {nearest[c]}" for c in choices if nearest[c] != home[c]]
            told = f"{nearest['verdict']} under {', '.join(changed)}"
        rows.append(
            {
                "claim_id": claim_id,
                "robust_share": tried["is_same"].mean(),
                "n_tried": len(tried),
                "flips_under": told,
            }
        )
    return pd.DataFrame(rows)


def contested(
    made: pd.DataFrame,
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    records: Mapping[str, Record],
    settings: Settings,
) -> list[str]:
    """Which of the claims made are contested, in the order of their ids.

    Those that public records can decide in part at most, those that are normative, and those for
    which admitted statements of one side stand against admitted statements of the other.
    """
    claim_of = questions.set_index("question_id")["claim_id"]
    cited = evidence.dropna(subset=["statement_id"])
    taken: dict[str, set[tuple[str, str]]] = {}
    for question_id, stance, name in zip(
        cited["question_id"], cited["stance"], cited["statement_id"], strict=True
    ):
        if settings.admits(records[name]):
            taken.setdefault(claim_of[question_id], set()).add((records[name].side, stance))
    opposed = {
        claim_id
        for claim_id, found in taken.items()
        for (one, stance), (other, against) in itertools.combinations(found, 2)
        if one != other and stance != against
    }
    is_open = made["testable"].ne("yes") | made["kind"].eq("normative")
    return sorted({*made.loc[is_open, "claim_id"], *(opposed & {*made["claim_id"]})})


def single_changes(grid: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The rows of `verdict_grid` in which one choice at most differs from the run's.

    One row per claim and change: claim_id, choice and value (both empty for the run itself; the
    value of `as_of`, which differs by claim, is "day of the claim"), verdict, is_same. In the
    order of the grid's choices.
    """
    choices = [c for c in grid.columns if c not in ("claim_id", "verdict", "is_same")]
    changed = pd.DataFrame({c: grid[c].ne(getattr(settings, c)) for c in choices})
    near = grid[changed.sum(axis=1).le(1)]
    choice = changed.loc[near.index].idxmax(axis=1).where(changed.loc[near.index].any(axis=1), "")
    value = [
        "day of the claim" if name == "as_of" else str(row[name]).lower() if name else ""
        for name, row in zip(choice, near.to_dict("records"), strict=True)
    ]
    near = near.assign(choice=choice, value=value)[
        ["claim_id", "choice", "value", "verdict", "is_same"]
    ]
    order = near["choice"].map(["", *choices].index)
    return near.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def spread_changes(changes: pd.DataFrame) -> pd.DataFrame:
    """The same as a table to read: one row per claim, one column per change, the verdict in it.

    A change that leaves the verdict reads "same"; one that was not tried is missing.
    """
    names = (changes["choice"] + " = " + changes["value"]).where(changes["choice"].ne(""), "run")
    told = changes["verdict"].where(~changes["is_same"] | names.eq("run"), "same")
    wide = changes.assign(name=names, told=told).pivot_table(
        index="claim_id", columns="name", values="told", aggfunc="first"
    )
    return wide[names.drop_duplicates()].rename_axis(columns=None).reset_index()


def accounts(
    claim: Mapping[Any, Any],
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    records: Mapping[str, Record],
    settings: Settings,
    sides: Iterable[str],
) -> pd.DataFrame:
    """What each side itself says about a claim: one row per admitted statement, latest first.

    Columns: side, day, who, says, record_id, source_id, is_verified, is_linked. Of a side without
    a statement that is linked to the claim, the one nearest to the claim's day is taken from those
    on the same events and rounds, and is not linked; where there is none, the side has no row.
    """
    asked = questions.loc[questions["claim_id"].eq(claim["claim_id"]), "question_id"]
    linked = evidence[evidence["question_id"].isin(asked)]
    ids = linked.drop(columns=["question_id", "stance"]).to_numpy().ravel()
    names = dict.fromkeys(name for name in ids if isinstance(name, str))
    cited = [records[name] for name in names if settings.admits(records[name])]
    said = [record for record in cited if record.kind == "statement"]
    about = frozenset().union(*(record.about for record in cited))
    made = claim["claim_date"].date()
    for side in set(sides) - {record.side for record in said}:
        near = [
            record
            for record in records.values()
            if record.kind == "statement"
            and record.side == side
            and record.about & about
            and settings.admits(record)
        ]
        near.sort(key=lambda r: (abs((r.day - made).days) if r.day else 0, r.record_id))
        said += near[:1]
    frame = pd.DataFrame(
        [
            (r.side, r.day, r.who, r.says, r.record_id, r.source_id, r.is_verified, r in cited)
            for r in said
        ],
        columns=[
            "side", "day", "who", "says", "record_id", "source_id", "is_verified", "is_linked",
        ],
    )  # fmt: skip
    return frame.sort_values(["day", "record_id"], ascending=False, ignore_index=True)
