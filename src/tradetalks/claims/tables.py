"""Verdicts and answers as tables: what the record says of each claim, and who says what."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pandas as pd

from tradetalks.claims import ladder
from tradetalks.claims import weigh as weighing
from tradetalks.claims.checks import READS, TOLD, Answer, Case
from tradetalks.claims.counterfactual import Hypothesis, hypotheses_in_words, imagine
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import BEARING, Tally
from tradetalks.claims.turns import Turn, rests_on, turns_in_words, turns_of
from tradetalks.claims.weigh import Evidence, Question, Reading, Settings
from tradetalks.claims.witnesses import GRADES, Witness, WitnessKind, ids, rows_of
from tradetalks.days import in_words

if TYPE_CHECKING:
    from tradetalks.raw.read import RawTables

# claims, questions or answers, one by one, by the columns of their tables
Listed = Sequence[Mapping[Any, Any]]

# of what is known of a claim, a question or a record, the columns of its table
ANSWER_COLUMNS = [
    *("claim_id", "question_id", "slot", "bearing", "question", "answer", "certainty", "finding"),
    *("carried_by", "by_press", "searched", "evidence_for", "evidence_against"),
]
VERDICT_COLUMNS = [
    *("claim_id", "claimant", "claim_date", "claim", "kind", "verdict", "certainty", "stands"),
    *("evidence_for", "evidence_against", "counter_account", "written", "days", "because", "stops"),
    *("answered", "why"),
]
DOUBT_COLUMNS = [
    *("claim_id", "rests_on", "turns", "would_change_if", "known_on_the_day", "asked_otherwise"),
]
CHARGE_COLUMNS = [
    *("claim_id", "side", "accused", "claimant", "printed", "act_id", "verdict", "certainty"),
    *("stops", *ladder.TEMPLATES, *(f"{slot}_certain" for slot in ladder.TEMPLATES)),
]
# what was checked of a claim that rests on words alone
SAID, IN_ORDER = "only that it was said", "cause not judged; that it was said, and the order fits"
_FIGURE = re.compile(r"\b\d+\.\d{2,}\b")  # with more digits than a reader needs
NOWHERE = "nothing public"  # where an undertaking is written that nothing shows
_SPELLED = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LEFT_OUT_COLUMNS = ["record_id", "kind", "sides", "day", "words", "rule"]


def spelled(number: int) -> str:
    """A small number in words."""
    return _SPELLED[number] if number < len(_SPELLED) else str(number)


def judge_claims(docket: Docket, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Verdicts on the claims made by `as_of`, and the answers behind them, as `judge_claim` does.

    The first has one row per claim: `VERDICT_COLUMNS`, among them evidence_for and evidence_against
    (admitted records that bear the claim out, or do not), written and days (of a charge: where the
    undertaking is written, and how long before the act), stops (where a charge stops, in a few
    words), answered (its answers in one sentence), why (the ground in a few words) and stands (of a
    sum: how many of its charges stand, in words). The second has one row per question:
    `ANSWER_COLUMNS`.
    """
    made = [judge_claim(docket, claim, settings) for claim in docket.made(settings.as_of)]
    table = pd.DataFrame([verdict for verdict, _ in made], columns=VERDICT_COLUMNS)
    answers = itertools.chain(*(behind for _, behind in made))
    return table.astype({"days": "Int64"}), pd.DataFrame([*answers], columns=ANSWER_COLUMNS)


def judge_claim(
    docket: Docket, claim: Claim, settings: Settings
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The verdict on one claim, and the answers behind it, by the columns of their tables."""
    behind = docket.answers(claim.claim_id, settings)
    answers = [
        vars(question)
        | answer._asdict()
        | {
            "claim_id": claim.claim_id,
            "bearing": BEARING[question.slot],
            "question": question.text,
            "carried_by": ids(answer.by) if answer.certainty != "none" else "",
            "by_press": any(record.kind == "press" for record in answer.by),
            "evidence_for": ids(Case(question, settings).records(is_for=True)),
            "evidence_against": ids(Case(question, settings).records(is_for=False)),
        }
        for question, answer in behind
    ]
    outcome = docket.outcome(claim.claim_id, settings)
    told: dict[str, Any] = {
        "claim_date": pd.Timestamp(claim.day),
        "claim": claim.text,
        "evidence_for": ids(_bearing_out(docket, claim, True, settings)),
        "evidence_against": ids(_bearing_out(docket, claim, False, settings)),
        "counter_account": counter_account(docket, claim, settings),
        "because": _because(docket, claim, behind, settings),
        "stands": tally_words(outcome.stands) if outcome.stands else "",
    }
    if claim.kind == "charge":
        answered = {question.slot: answer.answer for question, answer in behind}
        told["written"], told["days"] = written(claim, behind)
        told["stops"] = ladder.stops_at(answered, outcome.verdict)
        told["answered"] = ladder.in_a_sentence(answered, outcome.verdict)
        told["why"] = ladder.in_few_words(answered, outcome.verdict)
    else:
        told |= {"written": "", "days": None, "stops": "", "answered": ""}
        told["why"] = _why(docket, claim, behind)
    return vars(claim) | outcome._asdict() | told, answers


def tally_words(stands: Tally) -> str:
    """Of how many charges how many stand, in words."""
    whole, in_part, of = map(spelled, stands)
    return f"of {of}, {whole} whole, {in_part} in part"


def charge_grid(
    sides: pd.DataFrame, claims: Listed, answers: Listed, verdicts: Listed
) -> list[dict[str, Any]]:
    """The charges that are printed, in the order of the sides, then of the claims: one row each.

    Columns: `CHARGE_COLUMNS`, among them side (the accuser), printed (a short name), stops (where
    the charge stops, in a few words), and by slot of a charge the answer and how certain it is.
    """
    judged = {row["claim_id"]: row for row in verdicts}
    told = {(row["claim_id"], row["slot"]): row for row in answers}
    charges = (row for row in claims if row["kind"] == "charge" and pd.notna(row["printed"]))
    found = [{**judged[row["claim_id"]], **row} for row in charges if row["claim_id"] in judged]
    order = dict(zip(sides["side"], sides["order"], strict=True))
    return [
        {name: row[name] for name in CHARGE_COLUMNS if name in row}
        | {slot: told[row["claim_id"], slot]["answer"] for slot in ladder.TEMPLATES}
        | {f"{slot}_certain": told[row["claim_id"], slot]["certainty"] for slot in ladder.TEMPLATES}
        for row in sorted(found, key=lambda row: order[row["side"]])
    ]


def doubt_claims(
    docket: Docket, settings: Settings, choices: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, list[Turn], dict[str, list[Hypothesis]]]:
    """What the verdicts rest on: a row per claim made by `as_of`, every turn, what is imagined.

    Columns: `DOUBT_COLUMNS`, among them known_on_the_day (the verdict by what was public on the day
    of the claim) and asked_otherwise (the verdicts where a setting that is part of the question has
    another value; `choices` gives the values).
    """
    rows: list[tuple[str, ...]] = []
    every: list[Turn] = []
    imagined: dict[str, list[Hypothesis]] = {}
    for claim in docket.made(settings.as_of):
        name = claim.claim_id
        turns = turns_of(docket, name, settings)
        every += turns
        imagined[name] = imagine(docket, name, settings)
        on_the_day = docket.outcome(name, settings.but(as_of=claim.day)).verdict
        told = rests_on(turns), turns_in_words(turns), hypotheses_in_words(imagined[name])
        asked = {READS.get(question.check, "") for question in docket.family_questions(name)}
        others = [
            f"{value}: {docket.outcome(name, settings.but(**{setting: value})).verdict}"
            for setting in sorted(asked & choices.keys())
            for value in choices[setting]
            if value != getattr(settings, setting)
        ]
        rows.append((name, *told, on_the_day, "; ".join(others)))
    return pd.DataFrame(rows, columns=DOUBT_COLUMNS), every, imagined


def spread_turns(turns: Iterable[Turn]) -> pd.DataFrame:
    """Turns as a table to read: one row per claim, one column per change, the new verdict in it."""
    told = [(t.claim_id, t.change.in_words(), str(t.verdict)) for t in turns]
    frame = pd.DataFrame(told, columns=["claim_id", "change", "verdict"])
    wide = frame.pivot_table(index="claim_id", columns="change", values="verdict", aggfunc="first")
    return wide[frame["change"].drop_duplicates()].rename_axis(columns=None).reset_index()


def _because(
    docket: Docket, claim: Claim, answers: Iterable[tuple[Question, Answer]], settings: Settings
) -> str:
    """Why a verdict is what it is: the claims it is drawn from, or the questions that decide.

    Then what the context says, where it says yes or no; it is marked, unless nothing decides. Of a
    charge, the undertaking and the act stand in the claim's own words, and no context.
    """
    if claim.kind == "charge":
        own = {"undertaken": f" ({claim.undertaking})", "act": f" ({claim.act})"}
        return " ".join(
            f"{ladder.ABOUT[q.slot].capitalize()}{own.get(q.slot, '')}: {answer.in_words()}."
            for q, answer in answers
            if BEARING[q.slot] != "context"
        )
    parts = [docket.claims[name] for name in claim.parts]
    told = [ladder.DRAWN[claim.kind]] if parts else []
    told += [
        f"{part.name or part.claim_id}: {docket.outcome(part.claim_id, settings).verdict}."
        for part in parts
    ]
    beside = []
    for question, answer in answers:
        if BEARING[question.slot] == "decides":
            told.append(_sentence(question, answer, f": {answer.finding}"))
        elif answer.answer in ("yes", "no"):
            beside.append(_sentence(question, answer))
    mark = ["Beside it:"] if beside and told else []
    return " ".join([*told, *mark, *beside])


def _why(docket: Docket, claim: Claim, answers: Iterable[tuple[Question, Answer]]) -> str:
    """Why a fact has its verdict, in a few words: what keeps it from being whole, else all of it.

    Of what is open and alone, who says what; of a fact that is upheld by words, that they were
    said. Other kinds than facts have no ground of their own.
    """
    found = [(q, a) for q, a in answers if BEARING[q.slot] == "decides"]
    missing = [(q, a) for q, a in found if a.answer != "yes"]
    if not missing and rests_on_words(docket, claim) == SAID:
        return "it was said; more is not asked"
    if len(found) == 1 and missing and missing[0][1].answer not in ("no", "unknown"):
        return missing[0][1].finding
    told: dict[str, list[str]] = {}
    for question, answer in missing or found:
        head = "" if answer.answer in ("yes", "no") else f"{TOLD[answer.answer]}: "
        told.setdefault(head, []).append(_shortly(question, answer))
    return "; ".join(
        head + (", " if head else "; ").join(dict.fromkeys(words)) for head, words in told.items()
    )


def _shortly(question: Question, answer: Answer) -> str:
    """What an answer says in a few words, with what was found where these ask for it."""
    is_no = answer.answer == "no"
    short = question.short_if_no if is_no else question.short_if_yes
    found = _FIGURE.sub(lambda figure: f"{float(figure[0]):.1f}", answer.finding.split(";")[0])
    return (short or (question.said_if_no if is_no else question.said_if_yes)).format(found=found)


def _sentence(question: Question, answer: Answer, why: str = "") -> str:
    """An answer as a sentence, with how certain it is, if less than highly so, and why.

    Where it is neither yes nor no, what a yes would say, marked.
    """
    told = question.said_if_no if answer.answer == "no" else question.said_if_yes
    mark = "" if answer.answer in ("yes", "no") else f"{TOLD[answer.answer].capitalize()}: "
    firm = f" ({answer.certainty}{why})" if answer.certainty in GRADES[:-1] else ""
    return f"{mark}{told[0].upper()}{told[1:]}{firm}."


def rests_on_words(docket: Docket, claim: Claim) -> str:
    """What was checked of a claim that rests on what was said or published: that, or its order.

    Empty where more was checked.
    """
    deciding = [q for q in docket.questions[claim.claim_id] if BEARING[q.slot] == "decides"]
    checks = {question.check for question in deciding}
    if checks == {"recorded"}:
        return SAID
    is_order = "recorded" in checks and checks <= {"recorded", "in_order", "first_of"}
    return IN_ORDER if is_order else ""


def _bearing_out(
    docket: Docket, claim: Claim, bears_out: bool, settings: Settings
) -> Iterable[Witness]:
    """The admitted records that bear a claim out, or those that do not."""
    for question in docket.questions[claim.claim_id]:
        is_for = bears_out != (question.slot in weighing.SERVES_ACCUSED)
        yield from Case(question, settings).records(is_for=is_for)
    for part in claim.parts:
        turned = claim.kind == "denial"  # what bears out a charge speaks against its denial
        yield from _bearing_out(docket, docket.claims[part], bears_out != turned, settings)


def written(claim: Claim, answers: Iterable[tuple[Question, Answer]]) -> tuple[str, int | None]:
    """Where the undertaking of a charge is written, and how many days before the act it was said.

    The first is the best among the records that carry it, what says it before what implies it; the
    second is None where none does.
    """
    ((question, answer),) = (pair for pair in answers if pair[0].slot == "undertaken")
    implied = {row.record.record_id for row in question.rows if row.reading.is_implied}
    accuser, accused, until = claim.roles.accuser, claim.roles.accused, claim.roles.act_day
    if answer.answer not in ("yes", "disputed") or until is None:
        return NOWHERE, None
    early = [r for r in answer.by if weighing.is_at_the_time(r, claim.roles)]
    own = [r for r in early if accused in r.sides or r.kind == "joint"]
    own = [r for r in own if r.record_id not in implied] or own
    days = (until - max(r.day for r in own if r.day)).days if own else None
    if any(r.kind == "joint" for r in answer.by):
        return "joint text", days
    if notices := [r for r in own if r.kind == "deed"]:
        last = max(notices, key=lambda r: r.day or date.min)
        return f"notice ({last.who}; {last.says})", days
    if own:
        speaking = {side for r in early for side in r.sides}
        whose = "both sides" if {accuser, accused} <= speaking else "one side"
        forms = sorted({r.form for r in early if r.form})
        return f"words of {whose} ({', '.join(forms)})", days
    is_press = any(r.kind == "press" for r in answer.by)
    return "press account" if is_press else "later admission", None


def counter_account(docket: Docket, claim: Claim, settings: Settings) -> str:
    """What the other side says to the question on which a claim turns, in the coder's words.

    The other side is the accused, of a denial the accuser; where it says nothing, whoever speaks
    against the claim. What was disputed comes first, then what nobody could show, then the rest.
    """
    order = ("disputed", "unproven", "no", "yes", "unknown")
    names = claim.parts or (claim.claim_id,)
    found = []
    for question, answer in itertools.chain(*(docket.answers(name, settings) for name in names)):
        other = question.roles.accuser if claim.kind == "denial" else question.roles.accused
        for record, reading in settings.admitted(question):
            gainer = weighing.gains(question, reading.is_for)
            is_other = other in record.sides and gainer == other
            if record.kind == "statement" and (is_other or not reading.is_for):
                rank = not is_other, order.index(answer.answer), record.is_editorial
                found.append((rank, str(record.day), record.record_id, record))
    *_, first = min(found, default=(None,))
    return f"{first.who}, {in_words(first.day)}: {first.says} [{first.record_id}]" if first else ""


def contested(docket: Docket, testable: Mapping[str, str], settings: Settings) -> list[str]:
    """Which of the claims made are contested, in the order of their ids.

    Those that public records can decide in part at most (`testable` says so, by claim), those of
    value, and those for which admitted statements of one side stand against those of another.
    """
    found = []
    for claim in docket.made(settings.as_of):
        sides: dict[bool, set[str]] = {True: set(), False: set()}
        for question in docket.family_questions(claim.claim_id):
            for record, reading in settings.admitted(question):
                if record.kind == "statement":
                    sides[reading.is_for] |= record.sides
        is_denied = all(sides.values()) and len(sides[True] | sides[False]) > 1
        if claim.kind == "value" or testable[claim.claim_id] != "yes" or is_denied:
            found.append(claim.claim_id)
    return found


class Term(NamedTuple):
    """How long words say that a promise runs: in short, and its first and last day if named."""

    words: str
    start: date | None
    end: date | None


class Quoted(NamedTuple):
    """Words of a record, in English too where they are not English, and a term that they name."""

    words: str
    translation: str
    term: Term | None = None


class Account(NamedTuple):
    """What a record answers to a question, for a side, with its words (empty where none were read).

    `other` is how it speaks the other way, of one that speaks either. By a second reading it may do
    so alone (`is_read_otherwise`); `is_hint`, it is held against its own side, and another reading
    has it implied.
    """

    question: Question
    side: str
    record: Witness
    reading: Reading
    words: Quoted
    other: Reading | None
    is_read_otherwise: bool
    is_hint: bool


# a question, a record, and whether the record is for it
Place = tuple[str, str, bool]


def quotations(raw: RawTables) -> dict[Place, Quoted]:
    """The words by which each record answers a question, one way or the other, where it has any.

    Those of its document come first, then the passage that the evidence names; a passage that names
    a column of the record's table is no words.
    """
    columns = {
        name for table in ("actions", "press", "rounds", "statements") for name in raw[table]
    }
    found: dict[Place, Quoted] = {}
    for table, column in (("sentences", "words"), ("evidence", "passage")):
        for row in rows_of(raw[table]):
            words = row.get(column, "")
            if words and words not in columns and row["stance"] != "none":
                names = (row[name] for name in (*_RECORD_IDS,) if name in row)
                place = row["question_id"], next(names, ""), row["stance"] == "for"
                days = row.get("term_start"), row.get("term_end")
                term = Term(row["term"], *days) if "term" in row else None
                found.setdefault(place, Quoted(words, row.get("translation", ""), term))
    return found


_RECORD_IDS = ("statement_id", "action_id", "press_id", "round_id")

# in which order records that answer alike are shown: what was put down before what was said, but
# of a promise and its reach a side's own words before its notices
_KINDS_SHOWN: tuple[WitnessKind, ...] = ("joint", "deed", "statement", "press", "round")
_KINDS_OF_A_PROMISE: tuple[WitnessKind, ...] = ("joint", "statement", "deed", "press", "round")


def accounts(
    docket: Docket, claim: Claim, settings: Settings, quoted: Mapping[Place, Quoted]
) -> Iterator[Account]:
    """What the records of each side answer to each question, with their words as in `quoted`.

    Records of every kind are read, an account of the press for the sides of its sources; of several
    that answer alike, `_rank` chooses one, and of the promise, its reach and a way out a second one
    where its words, or those of the press, are others and carry the answer as well; and one of a
    paper that is shown for the opposite, of another record of it. Of context there is none, unless
    nothing decides. Of a denial or a sum, the questions of its charges are asked.
    """
    seen: set[tuple[str, str]] = set()
    promising: set[tuple[str, str, date | None]] = set()
    asked = [(name, q) for name in docket.family(claim.claim_id) for q in docket.questions[name]]
    for name, question in asked:
        if BEARING[question.slot] == "context" and claim.kind != "value":
            continue
        answer = docket.answer(question, settings)
        carried = {record.utterance for record in answer.by}
        carrying = set() if answer.answer in ("unproven", "unknown") else carried
        told = _told(docket, docket.claims[name], question, settings)
        words: dict[Evidence, Quoted | None] = {}
        ways = {(row.record.record_id, row.reading.is_for) for row in told}
        for one in told:
            name, is_for = one.record.record_id, one.reading.is_for
            # words that another coder reads the other way are words all the same
            stances = [is_for] if (name, not is_for) in ways else [is_for, not is_for]
            found = (quoted.get((question.question_id, name, stance)) for stance in stances)
            words[one] = next(filter(None, found), None)
        ranks = {
            (side, row): _rank(
                row, question, carrying, (side, row[0].record_id) in seen, words, promising
            )
            for row in told
            for side in sorted(row.record.sides)
        }
        ordered = sorted(ranks, key=ranks.__getitem__)
        shown: dict[tuple[str, bool], list[Evidence]] = {}
        for side, row in ordered:
            alike = shown.setdefault((side, row.reading.is_for), [])
            # of a way out, an account of the press beside what a side says itself
            is_heard = row.record.kind == "press" if question.slot == "reserved" else words[row]
            carries_too = is_heard and row.record.utterance in carried
            if not alike or (
                question.slot in weighing.PROMISING
                and len(alike) == 1
                and carries_too
                and row.record.voice != alike[0].record.voice
                and (words[row] is None or words[row] != words[alike[0]])
            ):
                alike.append(row)
        # a paper that is heard one way is heard the other way too, where it speaks both
        papers = {place: {_paper(one.record) for one in alike} for place, alike in shown.items()}
        for side, row in ordered:
            same, opposite = ((side, way) for way in (row.reading.is_for, not row.reading.is_for))
            paper = _paper(row.record)
            if words[row] and paper in papers.get(opposite, ()) and paper not in papers[same]:
                shown[same].append(row)
                papers[same].add(paper)
        for (side, is_for), row in ((place, row) for place in shown for row in shown[place]):
            r = row.record
            others = [
                of for by, of in weighing.readings_of(question, r).items() if by != settings.coder
            ]
            read = (one for one in settings.rows_of(question) if one.record is r)
            other = {one.reading.is_for: one.reading for one in read}.get(not is_for)
            is_otherwise = any({one.reading.is_for for one in of} == {not is_for} for of in others)
            is_hinted = any(one.reading.is_implied for of in others for one in of)
            is_hint = is_hinted and weighing.is_admission(r, row.reading, question)
            own = words[row] or Quoted("", "")
            yield Account(question, side, *row, own, other, is_otherwise and not other, is_hint)
            seen.add((side, r.record_id))
            if question.slot == "undertaken":
                promising.add(_paper(r))


def _paper(record: Witness) -> tuple[str, str, date | None]:
    """What was published as one, also in two languages: its source, who speaks, and the day."""
    return record.source_id, record.who, record.day


def _rank(
    row: Evidence,
    question: Question,
    carrying: Set[str],
    is_again: bool,
    words: Mapping[Any, Any],
    promising: Set[Any],
) -> tuple[Any, ...]:
    """Where a row stands among those that answer alike: the first is shown.

    Words that were read come before what is only told of them. `carrying` are the utterances that
    carry the answer; `promising` the papers shown for the promise, whose own way out goes first.
    """
    r, slot, roles = row.record, question.slot, question.roles
    is_promise = (
        slot == "undertaken" and weighing.is_at_the_time(r, roles) and roles.accused in r.sides
    )
    is_too_early = slot == "undertaken" and bool(roles.since and r.day and r.day < roles.since)
    kinds = _KINDS_OF_A_PROMISE if slot in ("undertaken", "covered") else _KINDS_SHOWN
    day = (r.day or date.max).toordinal()
    return (
        r.utterance not in carrying,
        not words[row],
        is_too_early,
        not is_promise,
        slot == "reserved" and _paper(r) not in promising,
        row.reading.is_implied,
        r.is_editorial,
        slot == "act" and r.kind != "deed",  # the notice that orders it, before who announced it
        not weighing.is_admission(r, row.reading, question),
        slot == "act" and r.told != roles.act_day,
        is_again,
        kinds.index(r.kind),
        -day if slot == "covered" else day,  # the last word on how far it reached
        r.record_id,
    )


def _told(docket: Docket, claim: Claim, question: Question, settings: Settings) -> list[Evidence]:
    """The admitted rows of a question, without notices that are one utterance with words.

    Of the act, an accuser that has none is given the record in which the charge was made.
    """
    rows = [row for row in settings.admitted(question) if row.record.day]
    said = {(r.record.utterance, r.reading.is_for) for r in rows if r.record.kind == "statement"}
    rows = [
        row
        for row in rows
        if row.record.kind != "deed" or (row.record.utterance, row.reading.is_for) not in said
    ]
    is_heard = any(question.roles.accuser in row.record.sides for row in rows)
    if question.slot == "act" and not is_heard:
        charge = (r for r in docket.ledger if r.record_id == claim.made_in and settings.admits(r))
        # that it says so, the card says already
        rows += [Evidence(replace(one, says=""), Reading(is_for=True)) for one in charge]
    return rows


def left_out(records: Iterable[Witness], settings: Settings) -> pd.DataFrame:
    """List what a choice leaves out that was public by then: one row per record.

    Columns: record_id, kind, sides (joined by a semicolon), day, words (who says what, or what it
    is), rule (by which it is left out), in the order of kind, day and id.
    """
    kinds = get_args(WitnessKind)
    ordered = sorted(records, key=lambda r: (kinds.index(r.kind), str(r.day), r.record_id))
    rows = [
        vars(record)
        | {
            "sides": ";".join(sorted(record.sides)),
            "words": f"{record.who}: {record.says}" if record.who else record.says,
            "rule": rule,
        }
        for record in ordered
        if (rule := settings.rule_against(record)) not in (None, "after as_of")
    ]
    return pd.DataFrame(rows, columns=LEFT_OUT_COLUMNS)


# what is read in a row of evidence
READ = ("stance", "reads", "admission")


def pair_readings(evidence: pd.DataFrame, recoding: pd.DataFrame) -> pd.DataFrame:
    """Put the two readings of records that were read twice for a question beside each other.

    One row per question, record and stance that both readings have of it; the columns of `READ`,
    of the first reading with _1 and of the second with _2. `stance` is for, against, both, or
    none where the record does not bear on the question, and is filled once per question and
    record; `reads` and `admission` (yes or no) where both readings have the stance.
    """
    keys = [name for name in recoding.columns if name.endswith("_id")]
    first, again = (
        frame[[*keys, *READ]]
        .fillna("")
        .assign(admission=frame["admission"].notna().map({True: "yes", False: "no"}))
        for frame in (evidence, recoding)
    )
    twice = first.merge(again, on=keys, suffixes=("_1", "_2"))
    stances = ["stance_1", "stance_2"]
    taken = twice.groupby(keys, as_index=False)[stances]
    by_record = taken.first()
    by_record[stances] = by_record[stances].mask(taken.nunique()[stances].gt(1), "both")
    is_alike = twice["stance_1"].eq(twice["stance_2"]) & twice["stance_1"].ne("none")
    return pd.concat([by_record, twice[is_alike].drop(columns=stances)], ignore_index=True)
