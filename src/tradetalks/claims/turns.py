"""What turns a verdict: changes of a record, a reading or a rule, tried by themselves and together.

All of it is one question, which `tried` answers: what a claim comes to under these changes.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import ABOUT, PLAIN, Verdict
from tradetalks.claims.weigh import Evidence, Question, Settings, is_admission, readings_of
from tradetalks.claims.witnesses import Witness
from tradetalks.days import in_words
from tradetalks.otherwise import OWN_PARAMETERS, RULES, name_of

Doubt = Literal["record", "reading", "rule"]


class Change(NamedTuple):
    """One change that can be defended: what it doubts, in words, and the settings that make it.

    The words go on after "if", or after the name of the record that is doubted; `on` says on which
    question its reading is doubted. `given` are the parameters by which a run takes the change; no
    run doubts a single record.
    """

    doubt: Doubt
    told: str
    settings: Settings
    record: Witness | None = None
    on: str = ""
    given: Mapping[str, str] = {}

    def in_words(self) -> str:
        """The change in words that go on after "if"."""
        parts = [named(self.record) if self.record else "", self.told, self.on]
        return " ".join(filter(None, parts))


class Way(NamedTuple):
    """Changes that are made together, their settings, and the verdict on a claim under them."""

    changes: tuple[Change, ...]
    settings: Settings
    verdict: Verdict

    def given(self) -> dict[str, str]:
        """The parameters of a run that goes this way."""
        names = sorted(one.given["otherwise"] for one in self.changes if "otherwise" in one.given)
        own = {name: text for one in self.changes for name, text in one.given.items()}
        return own | ({"otherwise": ",".join(names)} if names else {})

    def in_words(self) -> str:
        """The changes in words that go on after "if"; of two, each has its number."""
        told = [one.told for one in self.changes]
        return f"both: (1) {told[0]}; (2) {told[1]}" if len(told) > 1 else told[0]


def tried(
    docket: Docket, claim_id: str, settings: Settings, sets: Iterable[Sequence[Change]]
) -> Iterator[Way]:
    """The verdict on a claim under each set of changes, but for those that exclude each other."""
    for changed in sets:
        first, *others = (one.settings for one in changed)
        made: Settings | None = first
        for other in others:
            made = made and settings.together(made, other)
        if made is not None:
            yield Way(tuple(changed), made, docket.verdict(claim_id, made))


class Turn(NamedTuple):
    """A change that turns the verdict on a claim, and the verdict that it gives."""

    claim_id: str
    change: Change
    verdict: Verdict


def named(record: Witness) -> str:
    """A record as it is named in a list of turns."""
    about = [record.who, *([in_words(record.day)] if record.day and record.kind != "deed" else [])]
    told, row = ", ".join(filter(None, about)), record.record_id
    if told.endswith(")"):  # the day of a notice
        return f"{told[:-1]}; {row})"
    return f"{told} ({row})" if told else row


def changes(docket: Docket, claim_id: str, settings: Settings) -> Iterator[Change]:
    """All single changes that could bear on the verdict on a claim."""
    questions = docket.family_questions(claim_id)
    rows = [row for question in questions for row in settings.rows_of(question)]
    bearing = {row.record.record_id: row.record for row in rows}
    for question in questions:
        bearing |= {one.record_id: one for one in docket.answer(question, settings).by}
    yield from _doubted_records(bearing.values(), settings)
    slots = Counter(question.slot for question in questions)
    for question in questions:
        # the slot tells the question, or else its text, if that needs to be told
        text = f"“{question.text}”" if slots[question.slot] > 1 else ""
        about = ABOUT.get(question.slot, text)
        for record, told, read in _doubted_readings(question, settings):
            other = settings.rereading({question.question_id: {record.record_id: read}})
            yield Change("reading", told, other, record, f"on {about}" if about else "")
    yield from choices(questions, settings)


def choices(questions: Iterable[Question], settings: Settings) -> Iterator[Change]:
    """Every other value of a rule, and all that was left open on some questions."""
    for name, values in RULES.items():
        for value, told in values.items():
            if value != getattr(settings, name):
                doubt: Doubt = "reading" if name in OWN_PARAMETERS[1:] else "rule"
                text = str(value).lower()
                own = name in OWN_PARAMETERS
                given = {name: text} if own else {"otherwise": name_of(name, text)}
                yield Change(doubt, told, settings.but(**{name: value}), given=given)
    asked = [*questions]
    for choice in dict.fromkeys(choice for question in asked for choice in question.others):
        chosen = {q.question_id: q.others[choice] for q in asked if choice in q.others}
        given = {"otherwise": name_of(choice)}
        yield Change("reading", choice, settings.rereading(chosen), given=given)


def taken(docket: Docket, names: Iterable[str], settings: Settings) -> Settings:
    """The settings of a run that takes these rules and open choices otherwise."""
    made = settings
    for name in names:
        made = settings.together(made, _by_name(docket, settings)[name]) or made
    return made


@cache
def _by_name(docket: Docket, settings: Settings) -> dict[str | None, Settings]:
    asked = itertools.chain(*docket.questions.values())
    return {one.given.get("otherwise"): one.settings for one in choices(asked, settings)}


def _doubted_records(records: Iterable[Witness], settings: Settings) -> Iterator[Change]:
    # of several rows that are one utterance, a notice stands for all, else the first
    last_first = sorted(records, key=lambda r: (r.kind != "deed", r.record_id), reverse=True)
    known = {record.utterance: record for record in last_first}
    for utterance, record in sorted(known.items()):
        without = settings.but(left_out=settings.left_out | {utterance})
        yield Change("record", "is left out", without, record)
        for step, told in ((-1, "less"), (1, "more")):
            other = settings.but(regraded={utterance: step})
            if other.grade_of(record) != settings.grade_of(record):
                yield Change("record", f"is trusted one grade {told}", other, record)


def _doubted_readings(
    question: Question, settings: Settings
) -> Iterator[tuple[Witness, str, tuple[Evidence, ...]]]:
    """What each record can be read as instead: the record, what is doubted in words, its rows."""
    now: dict[Witness, list[Evidence]] = {row.record: [] for row in question.rows}
    for row in settings.rows_of(question):
        now.setdefault(row.record, []).append(row)
    for record, rows in now.items():
        for row in rows:
            reading, beside = row.reading, [one for one in rows if one != row]
            other_way = "said outright" if reading.is_implied else "only implied"
            doubts = {
                f"is read as {other_way}": reading._replace(is_implied=not reading.is_implied)
            }
            if is_admission(record, reading, question):
                doubts["is not taken as words against its own side"] = reading._replace(
                    admission=""
                )
            for told, other in doubts.items():
                yield record, told, (*beside, row._replace(reading=other))
        for coder, read in readings_of(question, record).items():
            if coder != settings.coder and {*read} != {*rows}:
                yield record, f"is read as in the {coder} reading", read


def turns_of(docket: Docket, claim_id: str, settings: Settings) -> list[Turn]:
    """Every single change that turns the verdict on a claim."""
    home = docket.verdict(claim_id, settings)
    single = ((one,) for one in changes(docket, claim_id, settings))
    ways = tried(docket, claim_id, settings, single)
    return [Turn(claim_id, change, verdict) for (change,), _, verdict in ways if verdict != home]


def plainest_ways(
    docket: Docket, claim_id: str, settings: Settings, others: Iterable[str]
) -> list[Way]:
    """To each other plain word that a run can turn a verdict to, the plainest way there.

    One change is plainer than two; what words mean is plainer than which of them are admitted, and
    that than how they are weighed; and what turns fewer of the `others`, which are claims, is
    plainer than what turns more.
    """
    own = [*choices(docket.family_questions(claim_id), settings)]
    sets = itertools.chain(((one,) for one in own), itertools.combinations(own, 2))
    home = {name: docket.verdict(name, settings) for name in (claim_id, *others)}
    found: dict[str, tuple[tuple[int, ...], Way]] = {}
    for way in tried(docket, claim_id, settings, sets):
        plain, rank = PLAIN[way.verdict], (len(way.changes), sum(map(_kind, way.changes)))
        best = found.get(plain)
        if plain == PLAIN[home[claim_id]] or (best and rank > best[0][:2]):
            continue
        also = sum(docket.verdict(name, way.settings) != home[name] for name in others)
        if not best or (*rank, also) < best[0]:
            found[plain] = (*rank, also), way
    return [way for _, way in sorted(found.values(), key=lambda one: one[0])]


def _kind(change: Change) -> int:
    """How plain a change is: of what words mean, of what is admitted, of how it is weighed."""
    if change.doubt == "rule":
        return 1 + ("otherwise" in change.given)
    return 1 - ("otherwise" in change.given)


def rests_on(turns: Sequence[Turn]) -> str:
    """What a verdict rests on, in words: firm, or what its turns doubt."""
    changes = [turn.change for turn in turns]
    records = {c.record.record_id for c in changes if c.record and c.doubt == "record"}
    doubts = {f"a {change.doubt}" for change in changes} & {"a reading", "a rule"}
    return ", ".join([*sorted(records), *sorted(doubts)]) or "firm"


def turns_in_words(turns: Sequence[Turn]) -> str:
    """What turns a verdict, in words that go on after "if", by the verdict that it becomes."""
    found = turns_by_verdict(turns, named)
    return "; ".join(f"{verdict} if {told}" for verdict, told in found.items())


def turns_by_verdict(turns: Sequence[Turn], name: Callable[[Witness], str]) -> dict[Verdict, str]:
    """What turns a verdict, in words after "if", by the verdict that it becomes.

    Records that turn it in the same way are named together.
    """
    found: dict[Verdict, dict[str, dict[str, list[str]]]] = {}
    for turn in turns:
        change = turn.change
        subject, told = (name(change.record), change.told) if change.record else (change.told, "")
        by_question = found.setdefault(turn.verdict, {}).setdefault(subject, {})
        by_question.setdefault(change.on, []).append(told)
    phrases = dict[Verdict, str]()
    for verdict, by_subject in found.items():
        alike = dict[str, list[str]]()
        for subject, by_question in by_subject.items():
            alike.setdefault(_phrase(by_question), []).append(subject)
        phrases[verdict] = ", or if ".join(
            f"{' or '.join(subjects)} {change}" if change else ", or if ".join(subjects)
            for change, subjects in alike.items()
        )
    return phrases


def _phrase(by_question: Mapping[str, Sequence[str]]) -> str:
    return " or ".join(f"{' or '.join(told)} {on}".strip() for on, told in by_question.items())
