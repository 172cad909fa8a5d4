"""What a record is worth for a question: by role, time and content, the same for every claim.

Which records have which weight, and what each can do, is told in data/raw/codebook.md, below "From
records to a verdict".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from tradetalks.admitted import Admitting
from tradetalks.claims.witnesses import GRADES, Witness

# weights, and what each is called in print; of two rows that are one utterance, the one named first
# here stands for both
WEIGHTS = {
    "document": "a published text",
    "model": "a calculation of the time",
    "admission": "words against own interest",
    "commitment": "its own words at the time",
    "readout": "the accuser’s words at the time",
    "account": "undenied press accounts",
    "plea": "words of both sides",
    "replaced": "a notice replaced since",
}
CERTAINTIES = ("none", *GRADES)
# the slots that ask for a promise and its limits, which a notice makes or ends as words do
PROMISING = ("undertaken", "covered", "reserved")
# what the table of accounts calls a source that is of neither side
THIRD = "third"
# the most that an account can weigh, in points of `GRADES`
_ACCOUNT_POINTS = 2
_FULL_POINTS = 3


class Reading(NamedTuple):
    """How a record reads for a question; `admission` is the reason why it is one, if it is."""

    is_for: bool
    is_implied: bool = False
    admission: str = ""


class Evidence(NamedTuple):
    """A record linked to a question, and how it reads."""

    record: Witness
    reading: Reading


class Roles(NamedTuple):
    """Who speaks for whom in a claim, and the days between which an undertaking is said to run."""

    accuser: str = ""
    accused: str = ""
    since: date | None = None
    act_day: date | None = None
    act_published: date | None = None


NOBODY = Roles()  # of a claim in which nobody has an interest


@dataclass(frozen=True, eq=False)
class Question:
    """One question of a claim, with the rows that bear on it.

    `again` has, by coder and for each record that this coder read again, the rows that it has
    there: none where by that reading it does not bear on the question. `others` has the same for
    each open choice, by its name.
    """

    question_id: str
    slot: str
    text: str
    roles: Roles = NOBODY
    rows: tuple[Evidence, ...] = ()
    again: Mapping[str, Mapping[str, tuple[Evidence, ...]]] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, tuple[Evidence, ...]]] = field(default_factory=dict)
    check: str = "weighed"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    searched: str = ""
    if_yes: str = ""
    if_no: str = ""
    said_if_yes: str = ""
    said_if_no: str = ""
    short_if_yes: str = ""
    short_if_no: str = ""
    # admitted rows kept by all on which that depends, each selection one object; and rows as
    # weighed, by row and grade
    admitted: dict[Hashable, tuple[Evidence, ...]] = field(default_factory=dict, init=False)
    selections: dict[Hashable, tuple[Evidence, ...]] = field(default_factory=dict, init=False)
    ranked: dict[Hashable, Ranked] = field(default_factory=dict, init=False)

    @cached_property
    def by_record(self) -> Mapping[str, Sequence[Evidence]]:
        """Its own rows by record."""
        found: dict[str, list[Evidence]] = {}
        for row in self.rows:
            found.setdefault(row.record.record_id, []).append(row)
        return found

    @cached_property
    def utterances(self) -> Mapping[str, Collection[str]]:
        """The utterances of all rows that it has by any reading, with the records of each."""
        found: dict[str, dict[str, None]] = {}
        for rows in itertools.chain(
            [self.rows],
            *(read.values() for read in (*self.again.values(), *self.others.values())),
        ):
            for row in rows:
                found.setdefault(row.record.utterance, {})[row.record.record_id] = None
        return found

    @cached_property
    def as_published(self) -> Question:
        """The same, had the act been done on the day on which it became public."""
        published = self.roles.act_published
        return replace(self, roles=self.roles._replace(act_day=published)) if published else self

    @cached_property
    def made_from(self) -> Callable[[date], frozenset[str]]:
        """Its row, and of records known by a day the rows that link them and what they are of."""
        return cache(self._made_from)

    def _made_from(self, as_of: date) -> frozenset[str]:
        again = [row for read in self.again.values() for rows in read.values() for row in rows]
        records = [row.record for row in (*self.rows, *again)]
        late = {one.record_id for one in records if one.day and one.day > as_of}
        linked = [("evidence", row.record.record_id) for row in self.rows]
        linked += [("evidence_recoding", name) for read in self.again.values() for name in read]
        names = {f"{table} {self.question_id} {one}" for table, one in linked if one not in late}
        made_from = (one.made_from for one in records if one.record_id not in late)
        return frozenset({f"questions {self.question_id}"} | names).union(*made_from)


@dataclass(frozen=True, eq=False)
class Settings:
    """All that an answer may depend on besides the tables.

    The second block holds rules, ours first; the third single doubts: utterances left out or graded
    otherwise by so many steps, and rows that a record has instead, by question and record.
    """

    as_of: date
    min_confidence: str = "medium"
    include_editorials: bool = True
    coder: str = "masked"
    farm_definition: str = ""
    effective_date_rule: str = ""

    own_words: Literal["carry", "carry a yes", "plead"] = "carry"
    scope_by: Literal["both", "accused"] = "both"
    replaced: Literal["carries nothing", "carries"] = "carries nothing"
    reach: Literal["as the promise", "by itself"] = "as the promise"
    sums: Literal["counted", "strongest"] = "counted"
    implied: Literal["two voices", "never", "alone"] = "two voices"
    press: Literal["undenied", "two outlets", "untold too", "two sides"] = "undenied"
    studies: Literal["observed first", "alike"] = "observed first"
    burden: Literal["not on record", "refuted", "disputed"] = "not on record"
    reserved: Literal["qualifies", "ignored", "disputes"] = "qualifies"
    act_day: Literal["told", "published"] = "told"

    left_out: frozenset[str] = frozenset()
    regraded: Mapping[str, int] = field(default_factory=dict)
    reread: Mapping[str, Mapping[str, tuple[Evidence, ...]]] = field(default_factory=dict)

    @cached_property
    def admitting(self) -> Admitting:
        """What they admit."""
        return Admitting(self.as_of, self.min_confidence, self.include_editorials)

    def but(self, **changed: Any) -> Settings:
        """The same with other values."""
        own = vars(self)
        made = object.__new__(Settings)  # in a tenth of the time that `replace` takes
        vars(made).update({name: own[name] for name in _CHOSEN} | changed)
        return made

    def rereading(self, read: Mapping[str, Mapping[str, tuple[Evidence, ...]]]) -> Settings:
        """The same with rows that records have instead, by question and record."""
        return self.but(reread=_merged(self.reread, read))

    @property
    def coded_by(self) -> str:
        """Whose codes of acts count: nobody read those masked."""
        return "second" if self.coder == "second" else "first"

    def grade_of(self, record: Witness) -> str:
        """The grade of a record, moved where this doubts it; unnamed sources are never high."""
        step = self.regraded.get(record.utterance, 0)
        if not step and (record.is_named or record.grade != GRADES[-1]):
            return record.grade
        place = GRADES.index(record.grade) + step
        highest = GRADES.index("high") - (not record.is_named)
        return GRADES[max(0, min(place, highest))]

    def together(self, one: Settings, other: Settings) -> Settings | None:
        """These with what both others change of them; None where both change the same rule."""
        own = vars(self)
        first, second = (
            {name: made[name] for name in _CHOSEN if made[name] != own[name]}
            for made in (vars(one), vars(other))
        )
        for name in first.keys() & second.keys():
            if name not in _DOUBTS:
                return None
            second[name] = _merged(first[name], second[name])
        return self.but(**first | second)

    def as_read_by(self, question: Question) -> Hashable:
        """What of these an answer from the rows of a question can depend on: the rows, first."""
        rules = self._weighing if question.check == "weighed" else self.coded_by
        graded = (one for one in self.regraded.items() if one[0] in question.utterances)
        return self.as_of, id(self.admitted(question)), rules, *graded

    def _doubts_of(self, question: Question) -> Hashable:
        reread = self.reread.get(question.question_id)
        if not (reread or self.left_out or self.regraded):
            return None
        heard = question.utterances
        return (
            frozenset(one for one in self.left_out if one in heard),
            frozenset(one for one in self.regraded.items() if one[0] in heard),
            frozenset(reread.items()) if reread else None,
        )

    @cached_property
    def _weighing(self) -> Hashable:
        """The rules by which rows are weighed."""
        return _weighed_by(self)

    @cached_property
    def searching(self) -> Hashable:
        """What a search of all that was said depends on: what is admitted, and single doubts."""
        return self.admitting, self.left_out, frozenset(self.regraded.items())

    @cached_property
    def drawing(self) -> Hashable:
        """The rules by which a verdict is drawn from answers, as they are found."""
        return self.reach, self.sums, self.burden, self.reserved

    def rule_against(self, record: Witness) -> str | None:
        """Name the rule by which the record is left out of the run; None where it is admitted."""
        return _rule_against(self.admitting, record, self.grade_of(record))

    def admits(self, record: Witness) -> bool:
        """Whether no rule leaves the record out, and no doubt does."""
        return record.utterance not in self.left_out and self.rule_against(record) is None

    def rows_of(self, question: Question) -> list[Evidence]:
        """The rows of a question as read under these settings, admitted or not."""
        again = question.again.get(self.coder, {})
        given = {**again, **self.reread.get(question.question_id, {})}
        rows = (row for row in question.rows if row.record.record_id not in given)
        return [*rows, *itertools.chain(*given.values())]

    def admitted(self, question: Question) -> tuple[Evidence, ...]:
        """The rows of a question whose records are admitted; the same ones are one object."""
        known = _admitted_by(self), self._doubts_of(question)
        if known not in question.admitted:
            rows = (*(row for row in self.rows_of(question) if self.admits(row.record)),)
            question.admitted[known] = question.selections.setdefault(rows, rows)
        return question.admitted[known]


def _merged(one: Any, other: Any) -> Any:
    """Two sets, or two mappings level by level; of two other values the second."""
    if isinstance(one, Mapping):
        both = {name: _merged(one[name], other[name]) for name in one.keys() & other.keys()}
        return {**one, **other, **both}
    return one | other if isinstance(one, frozenset) else other


@cache  # most changes leave the grades of most records be
def _rule_against(admitting: Admitting, record: Witness, grade: str) -> str | None:
    # what nobody saw has the lowest grade already
    rule = admitting.rule_against(record.day, grade, is_editorial=record.is_editorial)
    is_unseen = rule == "below min_confidence" and not record.is_verified
    return "not verified" if is_unseen else rule


_NONE: frozenset[Any] = frozenset()
_CHOSEN = (*Settings.__dataclass_fields__,)
_DOUBTS = ("left_out", "regraded", "reread")
# rules by which rows are admitted, and weighed; the others are of what follows from answers
_admitted_by = attrgetter("as_of", "min_confidence", "include_editorials", "coder")
_weighed_by = attrgetter(
    *("own_words", "scope_by", "replaced", "implied", "press", "studies", "act_day")
)


def readings_of(question: Question, record: Witness) -> dict[str, tuple[Evidence, ...]]:
    """How each coder reads a record for a question; a coder who did not read it is left out."""
    name = record.record_id
    again = {coder: by[name] for coder, by in question.again.items() if name in by}
    return {"first": (*question.by_record.get(name, ()),), **again}


class Weighed(NamedTuple):
    """An admitted row and what it is worth; `points` count from 0, `is_early` is at the time."""

    record: Witness
    is_for: bool
    is_implied: bool
    weight: str
    points: int
    is_early: bool


# a row as weighed, with its rank among those of one utterance
Ranked = tuple[tuple[int, bool, int], Weighed]


# The slots in which a yes is the accused's case: what the accuser did, what was kept back.
SERVES_ACCUSED = ("before", "reserved")


def gains(question: Question, is_for: bool) -> str:
    """The side whose case a stance serves; empty where it is nobody's."""
    if not question.roles.accused:
        return ""
    serves_accuser = is_for != (question.slot in SERVES_ACCUSED)
    return question.roles.accuser if serves_accuser else question.roles.accused


def loses(question: Question, is_for: bool) -> str:
    """The side that a stance hurts; empty where it hurts nobody."""
    return gains(question, not is_for)


def is_at_the_time(record: Witness, roles: Roles) -> bool:
    """Said while the undertaking is said to have run, and before the act complained of."""
    if roles.act_day is None or record.day is None:
        return False
    return (roles.since or date.min) <= record.day < roles.act_day


def is_replaced(record: Witness, roles: Roles) -> bool:
    """Whether a later notice stood in its place before the act complained of."""
    if record.replaced is None or roles.act_day is None:
        return False
    return record.replaced < roles.act_day


def is_admission(record: Witness, reading: Reading, question: Question) -> bool:
    """Flagged, and by the side that the stance hurts and not by the one that gains.

    Words of an editorial are none: no side answers for them.
    """
    return (
        bool(reading.admission)
        and not record.is_editorial
        and loses(question, reading.is_for) in record.sides
        and gains(question, reading.is_for) not in record.sides
    )


def weight_of(record: Witness, reading: Reading, question: Question, settings: Settings) -> str:
    """The weight of one record for a question."""
    roles, slot = question.roles, question.slot
    if record.kind in ("joint", "data"):
        return "model" if record.is_modelled else "document"
    if slot in PROMISING and settings.replaced != "carries" and is_replaced(record, roles):
        return "replaced"
    if record.kind == "deed" and slot not in PROMISING:
        return "document"
    if record.kind in ("press", "round"):
        return "account"
    if is_admission(record, reading, question):
        return "admission"
    if settings.own_words != "plead" and is_at_the_time(record, roles):
        is_accused = roles.accused in record.sides
        says_so = reading.is_for or settings.own_words == "carry"
        if slot in ("undertaken", "reserved") and is_accused and says_so:
            return "commitment"
        if slot == "covered" and (settings.scope_by == "both" or is_accused):
            return "readout"
    if roles.accused and not record.sides & {roles.accuser, roles.accused}:
        return "account"
    return "plea"


def weigh(question: Question, settings: Settings) -> list[Weighed]:
    """The admitted rows of a question with their weights, one per utterance and stance."""
    best: dict[tuple[str, bool], Ranked] = {}
    rules = settings.own_words, settings.scope_by, settings.replaced
    for row in settings.admitted(question):
        known = row, settings.grade_of(row.record), rules
        if known not in question.ranked:
            question.ranked[known] = _rank(*known[:2], question, settings)
        key, found = (row.record.utterance, row.reading.is_for), question.ranked[known]
        if key not in best or found[0] < best[key][0]:
            best[key] = found
    return [row for _, row in best.values()]


def _rank(row: Evidence, grade: str, question: Question, settings: Settings) -> Ranked:
    record, reading = row
    weight = weight_of(record, reading, question, settings)
    most = _ACCOUNT_POINTS if weight == "account" else _FULL_POINTS
    points = min(GRADES.index(grade) + 1, most) - reading.is_implied
    early = is_at_the_time(record, question.roles)
    weighed = Weighed(record, reading.is_for, reading.is_implied, weight, points, early)
    return ([*WEIGHTS].index(weight), reading.is_implied, -points), weighed


def carriers(
    rows: Sequence[Weighed], question: Question, is_for: bool, settings: Settings
) -> list[Weighed]:
    """The rows that carry one stance; none where it is only asserted."""
    observed = {r.is_for for r in rows if (r.weight, r.record.kind) == ("document", "data")}
    if settings.studies != "alike":  # a model gives way to what was observed
        rows = [row for row in rows if row.weight != "model" or observed <= {row.is_for}]
    rows = [row for row in rows if row.weight != "replaced"]
    mine = [row for row in rows if row.is_for == is_for]
    found = [row for row in mine if row.weight not in ("account", "plea")]
    pleas = [row for row in mine if row.weight == "plea"]
    accounts = [row for row in mine if row.weight == "account"]
    is_denied = len(mine) < len(rows)
    heard = _sides(accounts)
    if winner := gains(question, is_for):
        is_heard = bool(heard - {winner})
    else:
        # nobody's own case: two sides who say the same carry it, and accounts that would carry it
        # whichever side had claimed it
        found += pleas if len(_sides(pleas)) > 1 else []
        heard |= _sides(pleas)
        is_heard = len(heard) > 1 or THIRD in heard
    if settings.press == "two sides":
        is_heard = len(heard - {THIRD}) > 1
    outlets = {row.record.voice for row in accounts}
    is_told = all(row.record.sides for row in accounts)
    if (
        (is_heard and not is_denied)
        or (settings.press == "two outlets" and len(outlets) > 1)
        or (settings.press == "untold too" and not is_told and not is_denied)
    ):
        found += accounts
    # what is implied carries beside something direct, or where two voices imply the same
    direct = [row for row in found if not row.is_implied]
    is_firm = bool(direct) or len({row.record.voice for row in found}) > 1
    if settings.implied == "alone" or (settings.implied == "two voices" and is_firm):
        return sorted(found, key=lambda row: row.is_implied)
    return direct


def _sides(rows: Iterable[Weighed]) -> set[str]:
    return {side for row in rows for side in row.record.sides}


def certainty_of(rows: Sequence[Weighed]) -> str:
    """How firm an answer is, by number, directness and grade of the origins that carry it.

    One voice is one origin; later pleas count only as a pair of two sides, at the weaker one's
    points.
    """
    if any(row.weight == "document" and row.points == _FULL_POINTS for row in rows):
        return "high"
    origins: dict[str, int] = {}
    pleas: dict[str, int] = {}
    for row in rows:
        is_late = row.weight == "plea" and not row.is_early
        best = pleas if is_late else origins
        for origin in row.record.sides if is_late else [row.record.voice]:
            best[origin] = max(best.get(origin, 0), row.points)
    points = [*origins.values(), *([min(pleas.values())] if len(pleas) > 1 else [])]
    full = sum(one == _FULL_POINTS for one in points)
    fair = sum(one >= _ACCOUNT_POINTS for one in points)
    return "high" if full > 1 else "medium" if full or fair > 1 else "low"


def alone(record: Witness, settings: Settings) -> str:
    """How firm one record is on its own: that it was said, or its day; the press less so."""
    grade = settings.grade_of(record)
    return "low" if record.kind == "press" and grade != "high" else grade


def weakest(certainties: Iterable[str]) -> str:
    """The weakest certainty, of those that are any; `none` where there is none."""
    found = [level for level in certainties if level != "none"]
    return min(found, key=CERTAINTIES.index, default="none")


def firmest(certainties: Iterable[str]) -> str:
    """The firmest certainty; `none` where there is none."""
    return max(certainties, key=CERTAINTIES.index, default="none")
