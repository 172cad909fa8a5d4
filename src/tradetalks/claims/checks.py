"""The checks that answer a question from its evidence.

A check is a function of a `Case`; its keyword arguments, with their types, are those that a
question gives it in the column `arguments`. A type marked by `_in` is an id or a code of the raw
tables. Which answers a check gives to which records stands in CONTRIBUTING.md, by example.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field

from tradetalks.claims import weigh as weighing
from tradetalks.claims.weigh import Question, Settings, Weighed
from tradetalks.claims.witnesses import Witness
from tradetalks.noted import Tables, note

Word = Literal["yes", "no", "disputed", "unproven", "unknown"]
# what an answer is called in print
TOLD: dict[Word, str] = {word: word for word in get_args(Word)} | {"unknown": "not on record"}


class Answer(NamedTuple):
    """What a check found; `by` are the records that carry the answer, or that assert it."""

    answer: Word
    certainty: str
    by: tuple[Witness, ...]
    finding: str

    def in_words(self) -> str:
        """The answer in print, with how certain it is."""
        return TOLD[self.answer] + ("" if self.certainty == "none" else f" ({self.certainty})")


@dataclass(frozen=True, eq=False)
class Measured(Tables):
    """What checks may look up, by step and farm definition (share 0-1) or date rule, and side."""

    farm_shares: Mapping[tuple[str, str], float] = field(default_factory=dict)
    effective_dates: Mapping[tuple[str, str], date] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def told(self, side: str) -> str:
        """What a side is called in print."""
        return self.names.get(side, "third parties")


class Case(NamedTuple):
    """All that a check sees. `ledger` are all statements, of which `said` gives the admitted."""

    question: Question
    settings: Settings
    measured: Measured = Measured()
    ledger: Sequence[Witness] = ()

    def records(self, *, is_for: bool | None = None) -> list[Witness]:
        """The admitted records on one side of the question, or all."""
        rows = self.settings.admitted(self.question)
        return [row.record for row in rows if is_for in (None, row.reading.is_for)]

    def named(self, record_id: str) -> Witness | None:
        """The admitted record of that id, if it is there."""
        return next((r for r in self.records() if r.record_id == record_id), None)

    def did(self, record: Witness, act: str) -> bool:
        """Whether a record has this code, by the coder of the run."""
        return record.acts.get(self.settings.coded_by) == act

    def said(self, act: str) -> Iterator[Witness]:
        """All admitted statements with this code, whether linked to the question or not."""
        # their table as a whole, and what else they were made from
        note({name.partition(" ")[0] for one in self.ledger[:1] for name in one.made_from})
        coded = (one for one in self.ledger if self.did(one, act))
        return filter(self.settings.admits, coded)

    def firm(self, is_so: bool, by: Iterable[Witness], finding: str) -> Answer:
        """Yes or no by records each of which shows it alone: as firm as the firmest."""
        by = tuple(by)
        level = weighing.firmest(weighing.alone(one, self.settings) for one in by)
        return _decided(is_so, level, by, finding)

    def chain(self, is_so: bool, by: Iterable[Witness], finding: str) -> Answer:
        """Yes or no by the days of all its records: as firm as the weakest, named if it is one."""
        by = tuple(by)
        levels = [weighing.alone(one, self.settings) for one in by]
        level = weighing.weakest(levels)
        if level != weighing.firmest(levels):
            one = by[levels.index(level)]
            sources = "" if one.is_named else ", on unnamed sources"
            finding += f"; the less certain day is that of {one.who or one.record_id}{sources}"
        return _decided(is_so, level, by, finding)


def _decided(is_so: bool, level: str, by: tuple[Witness, ...], finding: str) -> Answer:
    return Answer("yes" if is_so else "no", level, by, finding) if by else _open()


def _open(
    finding: str = "nothing that was read tells", word: Word = "unknown", by: Iterable[Witness] = ()
) -> Answer:
    """An answer that is neither yes nor no."""
    return Answer(word, "none", tuple(by), finding)


def _in(*columns: str) -> Any:
    """A value of these columns of raw tables, written table.column; as `argument_faults` reads it.

    An id is that of a record that must be evidence of the question.
    """
    return Field(json_schema_extra={"columns": [*columns]})


_RECORDS = ("statements.statement_id", "actions.action_id", "rounds.round_id", "press.press_id")
RecordId = Annotated[str, _in(*_RECORDS)]
ActionId = Annotated[str, _in("actions.action_id")]
RoundId = Annotated[str, _in("rounds.round_id")]
Act = Annotated[str, _in("statements.act")]
Frame = Annotated[str, _in("statements.frames")]
Side = Annotated[str, _in("sides.side")]


def weighed(case: Case) -> Answer:
    """Is it carried by more than the word of those who profit from it?"""
    question, settings = case.question, case.settings
    rows = weighing.weigh(question, settings)
    for_ = weighing.carriers(rows, question, True, settings)
    against = weighing.carriers(rows, question, False, settings)
    if question.slot in ("undertaken", "covered"):
        joint = [r for r in (*for_, *against) if r.record.kind == "joint" and not r.is_implied]
        if joint:  # it outranks all words about it
            for_, against = ([r for r in side if r in joint] for side in (for_, against))
    if for_ and against:
        return _open(
            "what counts as proof stands on both sides", "disputed", _records([*for_, *against])
        )
    if for_ or against:
        by = [*(for_ or against)]
        if question.slot == "undertaken":  # words of the time do not carry it, and make it firmer
            early = (row for row in rows if row.is_early and row.is_for == bool(for_))
            by += [row for row in early if row not in by and row.weight in ("commitment", "plea")]
        # of words on how far a promise reached, each side's are named as that side's
        own = question.roles.accused
        is_own = [row.weight == "readout" and own in row.record.sides for row in by]
        weights = ["commitment" if its else row.weight for its, row in zip(is_own, by, strict=True)]
        kinds = listed(dict.fromkeys(weighing.WEIGHTS[weight] for weight in weights))
        return Answer("yes" if for_ else "no", weighing.certainty_of(by), _records(by), kinds)
    if not rows:
        return _open()
    stances = [[row for row in rows if row.is_for == stance] for stance in (True, False)]
    if all(stances):
        told = "; ".join(_told_by(one, case) for one in stances)
    else:
        is_one = len({side for row in rows for side in row.record.sides}) < 2
        told = _told_by(rows, case) + (" alone" if is_one else "")
    return _open(told, "unproven", _records(rows))


def within_promise(reach: Answer, promise: Answer, settings: Settings) -> Answer:
    """How far an undertaking reached, never firmer than that it was given.

    Without one that is shown it is unproven; with a disputed one, of low certainty.
    """
    if reach.answer != "yes" or settings.reach != "as the promise":
        return reach
    is_disputed = promise.answer == "disputed" or settings.burden == "disputed"
    if promise.answer == "yes" or is_disputed:
        level = weighing.weakest([reach.certainty, "low" if is_disputed else promise.certainty])
        return reach._replace(certainty=level)
    return reach._replace(
        answer="unproven", certainty="none", finding="no promise is shown that could cover it"
    )


def _records(rows: Iterable[Weighed]) -> tuple[Witness, ...]:
    return tuple(row.record for row in rows)


def listed(words: Iterable[str]) -> str:
    """Words as a list is spoken."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _told_by(rows: Sequence[Weighed], case: Case) -> str:
    """Who takes one stance: sides and accounts without their sources, and who only implies it."""
    verbs = ("said", "implied") if rows[0].is_for else ("denied", "denied in effect")
    by_side: dict[str, bool] = {}
    for row in sorted(rows, key=lambda row: (row.is_implied, not row.record.sides)):
        for side in sorted(row.record.sides) or [""]:
            by_side.setdefault(side, row.is_implied)
    words: dict[str, bool] = {}
    for side, how in by_side.items():
        words.setdefault(case.measured.told(side) if side else "the press", how)
    named = [[who for who, one in words.items() if one == how] for how in (False, True)]
    return ", ".join(f"{v} by {listed(who)}" for v, who in zip(verbs, named, strict=True) if who)


def recorded(case: Case) -> Answer:
    """Is it on record at all? For facts that consist in having been said or published."""
    held = [(row.record, row.reading.is_for) for row in case.settings.admitted(case.question)]
    told = f"{len(held)} record{'' if len(held) == 1 else 's'}"
    return _if_all(case, held, told, "the record holds both")


def _if_all(
    case: Case, held: Sequence[tuple[Witness, bool]], told: str, told_otherwise: str = ""
) -> Answer:
    """Yes or no where all records agree, else disputed."""
    records = [record for record, _ in held]
    if len({is_so for _, is_so in held}) > 1:
        return _open(told_otherwise or told, "disputed", records)
    return case.firm(all(is_so for _, is_so in held), records, told)


def dated(
    case: Case,
    *,
    first: Annotated[date, Field(alias="from")],
    last: Annotated[date, Field(alias="to")],
    by: Literal["publication", "effect"] = "publication",
) -> Answer:
    """Do all records in support fall between `from` and `to`, by publication or by effect?"""
    days = {r: r.effective if by == "effect" else r.told for r in case.records(is_for=True)}
    known = {record: day for record, day in days.items() if day is not None}
    outside = {record: day for record, day in known.items() if not first <= day <= last}
    told = ", ".join(sorted({str(day) for day in (outside or known).values()}))
    if outside:
        return case.firm(False, outside, f"outside: {told}")
    return case.chain(True, known, told)


def in_order(case: Case, *, order: Annotated[list[RecordId], Field(min_length=2)]) -> Answer:
    """Did the named records happen in this order?

    Two days known by their dates alone are in order only if they do not overlap.
    """
    chain = [case.named(record_id) for record_id in order]
    known = [record for record in chain if record is not None and record.span is not None]
    if len(known) < len(chain):
        return _open("a link of the chain is not on record")
    overlapping = []
    for earlier, later in itertools.pairwise(known):
        word = _is_before(earlier, later)
        if word == "no":
            told = f"{later.told} comes before {earlier.told}"
            if earlier.utterance == later.utterance:
                told = f"{earlier.record_id} and {later.record_id} are one utterance"
            return case.chain(False, known, told)
        if word == "unknown":
            overlapping.append(f"the hours of {earlier.told} and {later.told} that would tell")
    if overlapping:
        return _open(f"not known: {', '.join(dict.fromkeys(overlapping))}")
    return case.chain(True, known, " before ".join(str(record.told) for record in known))


def _is_before(one: Witness, other: Witness) -> Word:
    if one.span is None or other.span is None:
        return "unknown"
    (start, end), (other_start, other_end) = one.span, other.span
    if one.utterance == other.utterance or (other_start < start and other_end <= start):
        return "no"
    return "yes" if start < other_start and end <= other_start else "unknown"


def first_of(
    case: Case,
    *,
    act: Act,
    side: Side,
    before: RecordId,
    frame: Frame | None = None,
    since: date = date.min,
) -> Answer:
    """Does the first statement of the whole ledger with these codes come before a record?

    The ledger tells what came first, not a row chosen by somebody; it is searched from `since` on.
    """
    later = case.named(before)
    if later is None:
        return _open(f"{before} is not on record")
    found = [
        record
        for record in case.said(act)
        if side in record.sides
        if (frame is None or frame in record.frames) and record.span is not None
        if record.day is not None and record.day >= since
    ]
    if not found:
        return _open("no such statement in the ledger")
    first = min(found, key=lambda record: (record.span or (), record.record_id))
    word = _is_before(first, later)
    if word == "unknown":
        return _open(f"not known: the hours of {first.day} that would tell")
    return case.chain(word == "yes", (first, later), f"{first.record_id} of {first.day}")


def days_apart(
    case: Case, *, first: RecordId, second: RecordId, days: Annotated[int, Field(ge=0)]
) -> Answer:
    """Do exactly `days` days lie between the two records?"""
    earlier, later = case.named(first), case.named(second)
    if earlier is None or later is None or earlier.told is None or later.told is None:
        return _open("one of the two is not on record")
    apart = (later.told - earlier.told).days
    return case.chain(apart == days, (earlier, later), f"{apart} days")


def within(
    case: Case, *, action: ActionId, talks: Annotated[RoundId, Field(alias="round")]
) -> Answer:
    """Does a step take effect within a round of talks, by the effective date rule of the run?"""
    step, held = case.named(action), case.named(talks)
    if step is None or held is None or held.told is None:
        return _open("the step or the round is not on record")
    key = (step.record_id, case.settings.effective_date_rule)
    effective = case.measured.effective_dates.get(key, step.effective)
    if effective is None:
        return _open("the step has no effective date")
    is_within = held.told <= effective <= (held.end or held.told)
    return case.chain(is_within, (step, held), f"in force {effective}")


def rate_change(
    case: Case, *, before: Annotated[float, Field(ge=0)], after: Annotated[float, Field(ge=0)]
) -> Answer:
    """Does every notice in support move the rate from `before` to `after` percent?"""
    ends = ("rate_before_pct", "rate_after_pct")
    # a list with several rates has no one number, and is no zero
    notices = [r for r in case.records(is_for=True) if r.numbers.keys() >= {*ends}]
    rates = {(r.numbers[ends[0]], r.numbers[ends[1]]) for r in notices}
    found = "; ".join(f"{one:g} to {other:g} percent" for one, other in sorted(rates))
    return case.firm(rates == {(before, after)}, notices, found)


def worth(
    case: Case,
    *,
    usd_bn: Annotated[float, Field(gt=0)],
    within_share: Annotated[float, Field(ge=0, le=1)],
) -> Answer:
    """Is the amount within `within_share` of `usd_bn`, by every value in hand?"""
    return _by_every_value(case, lambda value: abs(value - usd_bn) <= within_share * usd_bn)


def at_least(case: Case, *, usd_bn: Annotated[float, Field(gt=0)]) -> Answer:
    """Does the amount reach `usd_bn`, by every value in hand?"""
    return _by_every_value(case, lambda value: value >= usd_bn)


def _by_every_value(case: Case, holds: Callable[[float], bool]) -> Answer:
    """By measured values, or, where nothing was measured, by what governments claimed."""
    for key in ("estimate_usd_bn", "value_claimed_usd_bn"):
        values = [(r, r.numbers[key]) for r in case.records() if key in r.numbers]
        if values:
            told = ", ".join(f"{value:g}" for value in sorted(value for _, value in values))
            held = [(r, holds(value)) for r, value in values]
            return _if_all(case, held, f"{told} billion dollars")
    return _open("no value on record")


def comes_to(case: Case, *, at_least: Annotated[float, Field(gt=0)]) -> Answer:
    """Does what was measured come to `at_least` times what it is held against, by every figure?"""
    records = [r for r in case.records() if "held_against" in r.numbers]
    if not records:
        return _open("no figure on record")
    pairs = [(r.numbers["measured"], r.numbers["held_against"]) for r in records]
    held = [measured >= at_least * against for measured, against in pairs]
    found = ", ".join(f"{one:.3g} against {other:.3g}" for one, other in sorted(pairs))
    return _if_all(case, [*zip(records, held, strict=True)], found)


def farm_majority(
    case: Case, *, action: ActionId, at_least: Annotated[float, Field(ge=0, le=1)]
) -> Answer:
    """Do farm goods, as the run defines them, make up `at_least` that share of a step?"""
    step, key = case.named(action), (action, case.settings.farm_definition)
    if step is None or key not in case.measured.farm_shares:
        return _open("the farm share of the step is not measured")
    share = case.measured.farm_shares[key]
    found = f"farm share {share:.1%}".replace("%", " percent")
    return case.firm(share >= at_least, [step], found)


def one_sided(case: Case, *, act: Act) -> Answer:
    """Do the linked statements that the coder gave the code `act` come from one side alone?"""
    done = [r for r in case.records() if case.did(r, act)]
    sides = sorted({side for r in done for side in r.sides})
    told = " and ".join(map(case.measured.told, sides))
    return case.firm(len(sides) == 1, done, f"on record: {told}")


def counted(case: Case, *, act: Act) -> Answer:
    """Did more than one side do `act`, by the codes of all admitted statements?"""
    done = [*case.said(act)]
    counts = sorted(Counter(side for r in done for side in r.sides).items())
    told = "; ".join(f"{case.measured.told(side)} {count}" for side, count in counts)
    return case.firm(len(counts) > 1, done, told)


Check = Callable[..., Answer]
_IN_ORDER: tuple[Check, ...] = (
    *(weighed, recorded, dated, in_order, first_of, days_apart, within, rate_change, worth),
    *(at_least, comes_to, farm_majority, one_sided, counted),
)
CHECKS: dict[str, Check] = {check.__name__: check for check in _IN_ORDER}
# those that search the ledger for a code
OF_LEDGER = ("first_of", "counted")
# the setting that is part of what a check asks: other values of it are other questions
READS = {"within": "effective_date_rule", "farm_majority": "farm_definition"}
