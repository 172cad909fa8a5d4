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
trade data and studies are *independent*, as is every statement where no party
makes the claim. See `check_corroborated` for how these weigh.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import pandas as pd
import yaml

from tradetalks.statements import said_at_utc

Answers = Literal["yes", "no", "disputed", "unknown"]
Verdict = Literal["supported", "partly supported", "contradicted", "undetermined"]

VERDICTS: tuple[Verdict, ...] = ("supported", "partly supported", "contradicted", "undetermined")
GRADES = ("low", "medium", "high")
# what an answer is called in print
TOLD = {"yes": "yes", "no": "no", "disputed": "disputed", "unknown": "not on record"}


@dataclass(frozen=True, eq=False)
class Record:
    """One row of the two records that can serve as evidence.

    `side` is filled for statements alone. `day` is the day on which the row
    became public, None for trade values, which describe a year.
    """

    record_id: str
    kind: Literal["statement", "action", "round", "value", "study"]
    day: date | None
    side: str = ""
    at: datetime | None = None
    end: date | None = None
    effective: date | None = None
    grade: str = "high"
    is_editorial: bool = False
    source_id: str = ""
    who: str = ""
    says: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """What a verdict may depend on besides the evidence itself."""

    as_of: date
    min_confidence: str = "medium"
    include_editorials: bool = True
    farm_definition: str = "hs01_24"
    effective_date_rule: str = "legal"

    def admits(self, record: Record) -> bool:
        """Public by then, confident enough, and not an editorial if those are left out."""
        return (
            (record.day is None or record.day <= self.as_of)
            and GRADES.index(record.grade) >= GRADES.index(self.min_confidence)
            and (self.include_editorials or not record.is_editorial)
        )


@dataclass(frozen=True)
class Measured:
    """What checks may look up: numbers by step, and effective dates by rule.

    `farm_shares` maps (step, farm definition) to a share 0-1; `effective_dates`
    maps (step, effective date rule) to a day where the rule moves it.
    """

    farm_shares: Mapping[tuple[str, str], float] = field(default_factory=dict)
    effective_dates: Mapping[tuple[str, str], date] = field(default_factory=dict)


class Evidence(NamedTuple):
    """A record in its part for one question."""

    record: Record
    is_for: bool
    is_interested: bool
    is_admission: bool


class Case(NamedTuple):
    """All that a check sees."""

    evidence: Sequence[Evidence]
    arguments: Mapping[str, Any]
    settings: Settings
    measured: Measured

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

    A side of the question is settled by an admission, by an independent record
    of high confidence, or by an independent record of less confidence that
    nobody denies. Both sides settled is a dispute; so is one word against the
    other with nothing to settle it. A party's word alone answers nothing.
    """

    def settling(is_for: bool) -> list[Record]:
        denied = any(e.is_interested for e in case.evidence if e.is_for != is_for)
        return [
            e.record
            for e in case.evidence
            if e.is_for == is_for
            and not e.is_interested
            and (e.is_admission or e.record.grade == "high" or not denied)
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
    """Did the named records happen in this order? To the hour where both hours are known."""
    chain = [case.named(record_id) for record_id in case.arguments["order"]]
    known = [r for r in chain if r is not None and r.day is not None]
    if len(known) < len(chain):
        return _unknown("a link of the chain is not on record")
    for earlier, later in itertools.pairwise(known):
        if earlier.day == later.day and not (earlier.at and later.at):
            return _unknown(f"the hours of {earlier.day} are not known")
        is_ordered = (
            earlier.at < later.at if earlier.at and later.at else str(earlier.day) < str(later.day)
        )
        if not is_ordered:
            return Answer("no", known, f"{later.day} comes before {earlier.day}", is_chain=True)
    return Answer("yes", known, ", ".join(str(r.day) for r in known), is_chain=True)


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
    key = (step.record_id, case.settings.effective_date_rule)
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
    key = (case.arguments["action"], case.settings.farm_definition)
    if step is None or key not in case.measured.farm_shares:
        return _unknown("the farm share of the step is not measured")
    share = case.measured.farm_shares[key]
    settling = [step] if share >= case.arguments["at_least"] else case.records()
    answer: Answers = "yes" if share >= case.arguments["at_least"] else "no"
    return Answer(answer, settling, f"farm share {share:.1%}".replace("%", " percent"))


def check_one_sided(case: Case) -> Answer:
    """Do the statements of this kind come from one side alone?"""
    sides = sorted({r.side for r in case.records() if r.side})
    if not sides:
        return _unknown()
    return Answer(
        "yes" if len(sides) == 1 else "no", case.records(), "on record from " + " and ".join(sides)
    )


CHECKS: dict[str, Callable[[Case], Answer]] = {
    "recorded": check_recorded,
    "corroborated": check_corroborated,
    "dated": check_dated,
    "in_order": check_in_order,
    "days_apart": check_days_apart,
    "within": check_within,
    "rate_change": check_rate_change,
    "worth": check_worth,
    "at_least": check_at_least,
    "farm_majority": check_farm_majority,
    "one_sided": check_one_sided,
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
) -> dict[str, Record]:
    """Every row of the raw tables that may serve as evidence, by its id.

    Takes the raw tables as `read_raw` gives them, whole: what a verdict may use
    is decided by `Settings.admits` alone. A statement whose source text was not
    seen counts as low confidence, whatever its row says.
    """

    def day(value: Any) -> date | None:
        return None if pd.isna(value) else pd.Timestamp(value).date()

    def numbers(row: Mapping[Any, Any], names: Iterable[str]) -> dict[str, float]:
        return {name: float(row[name]) for name in names if not pd.isna(row[name])}

    records: list[Record] = []
    timed = statements.assign(at=said_at_utc(statements["tweet_id"]))
    for row in timed.to_dict("records"):
        records.append(
            Record(
                row["statement_id"],
                "statement",
                day(row["statement_date"]),
                side=row["side"],
                at=None if pd.isna(row["at"]) else row["at"].to_pydatetime(),
                grade=row["confidence"] if row["verified"] else "low",
                is_editorial=row["channel"] == "editorial",
                source_id=row["source_id"],
                who=row["speaker"],
                says=row["paraphrase"],
            )
        )
    for row in actions.to_dict("records"):
        records.append(
            Record(
                row["action_id"],
                "action",
                day(row["announced_date"]),
                effective=day(row["effective_date"]),
                grade=row["confidence"],
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                says=f"{row['instrument']}, {row['tranche']}: {row['kind']}",
                numbers=numbers(row, ("rate_before_pct", "rate_after_pct", "value_claimed_usd_bn")),
            )
        )
    for row in rounds.to_dict("records"):
        records.append(
            Record(
                row["round_id"],
                "round",
                day(row["start_date"]),
                end=day(row["end_date"]),
                grade=row["confidence"],
                source_id=row["source_id"] if isinstance(row["source_id"], str) else "",
                says=row["outcome"],
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
    claim_id, question_id, question, is_decisive, answer, certainty, finding,
    evidence_for, evidence_against. Raises KeyError for a check that does not exist.
    """
    made = claims[claims["claim_date"].dt.date <= settings.as_of]
    links: dict[str, list[tuple[bool, str]]] = {}
    id_columns = [c for c in evidence.columns if c.endswith("_id") and c != "question_id"]
    for row in evidence.to_dict("records"):
        record_id = next(row[c] for c in id_columns if isinstance(row[c], str) and row[c])
        links.setdefault(row["question_id"], []).append((row["stance"] == "for", record_id))
    asked: dict[str, list[Mapping[Any, Any]]] = {}
    for row in questions.to_dict("records"):
        asked.setdefault(row["claim_id"], []).append(row)

    verdict_rows, answer_rows = [], []
    for claim in made.sort_values("claim_id").to_dict("records"):
        side = claim["side"] if isinstance(claim["side"], str) else ""
        answers = []
        for question in sorted(asked.get(claim["claim_id"], []), key=lambda q: q["question_id"]):
            case = Case(
                [
                    _weigh(records[record_id], is_for, side)
                    for is_for, record_id in sorted(links.get(question["question_id"], []))
                    if settings.admits(records[record_id])
                ],
                yaml.safe_load(question["arguments"] or "{}")
                if isinstance(question["arguments"], str)
                else {},
                settings,
                measured,
            )
            found = CHECKS[question["check"]](case)
            answers.append((question, case, found))
            answer_rows.append(
                {
                    "claim_id": claim["claim_id"],
                    "question_id": question["question_id"],
                    "question": question["question"],
                    "is_decisive": bool(question["is_decisive"]),
                    "answer": found.answer,
                    "certainty": certainty_of(found),
                    "finding": found.finding,
                    "evidence_for": _ids(case.records(is_for=True)),
                    "evidence_against": _ids(case.records(is_for=False)),
                }
            )
        verdict_rows.append(_verdict_row(claim, side, answers))
    return pd.DataFrame(verdict_rows), pd.DataFrame(answer_rows)


def _weigh(record: Record, is_for: bool, claimant: str) -> Evidence:
    is_partisan = bool(record.side) and bool(claimant)
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
        certainty = "open" if all_for or all_against else "none"
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

    The decisive questions with their answers, and those of context that were answered with no:
    they are what the verdict leaves unsaid.
    """
    told = answers[answers["is_decisive"] | answers["answer"].eq("no")]
    words = told["question"] + " " + told["answer"].map(TOLD).str.capitalize() + "."
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

    One row per claim and combination: the choices, `verdict`, and `is_same`
    (as under the settings of the run). `choices` maps field names of Settings
    to the values to try.
    """
    base, _ = judge_claims(claims, questions, evidence, records, settings, measured)
    at_home = base.set_index("claim_id")["verdict"]
    frames = []
    for combination in itertools.product(*choices.values()):
        tried: dict[str, Any] = dict(zip(choices, combination, strict=True))
        verdicts, _ = judge_claims(
            claims, questions, evidence, records, replace(settings, **tried), measured
        )
        frames.append(verdicts[["claim_id", "verdict"]].assign(**tried))
    grid = pd.concat(frames, ignore_index=True)
    return grid.assign(is_same=grid["verdict"].eq(grid["claim_id"].map(at_home)))


def robustness(grid: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Per claim: the share of combinations with the run's verdict, and what flips it.

    Columns: claim_id, robust_share (0-1), flips_under: the flip with the fewest changed choices,
    as text; empty where none flips.
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
            {"claim_id": claim_id, "robust_share": tried["is_same"].mean(), "flips_under": told}
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


def accounts(
    claim_id: str,
    questions: pd.DataFrame,
    evidence: pd.DataFrame,
    records: Mapping[str, Record],
    settings: Settings,
) -> pd.DataFrame:
    """What each side itself says about a claim: one row per admitted statement, latest first.

    Columns: side, day, who, says, record_id, source_id.
    """
    asked = questions.loc[questions["claim_id"].eq(claim_id), "question_id"]
    cited = evidence.loc[evidence["question_id"].isin(asked), "statement_id"].dropna().unique()
    said = [records[name] for name in cited if settings.admits(records[name])]
    frame = pd.DataFrame(
        [(r.side, r.day, r.who, r.says, r.record_id, r.source_id) for r in said],
        columns=["side", "day", "who", "says", "record_id", "source_id"],
    )
    return frame.sort_values(["day", "record_id"], ascending=False, ignore_index=True)
