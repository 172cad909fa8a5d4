"""The card of a claim: its witnesses, what their answers look like, and what turns its verdict."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from tradetalks.claims.checks import TOLD, Word
from tradetalks.claims.counterfactual import Hypothesis
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import ACT_ESTABLISHED, COUNTED, NOT_COVERED, PLAIN, VERDICTS, Verdict
from tradetalks.claims.tables import IN_ORDER, Account, Place, Quoted, Term
from tradetalks.claims.turns import Turn, turns_by_verdict
from tradetalks.claims.weigh import Reading, Settings
from tradetalks.claims.witnesses import Witness
from tradetalks.days import in_words
from tradetalks.otherwise import RULES

NOTHING, LOW = "–", " (low)"  # what is not asked where no promise is shown; of low certainty
_FEW = 5  # words that nobody understands by themselves
INNER = str.maketrans("“”", "‘’")  # quotation marks within quotation marks
THE_DEED, A_RECORD = "the deed", "Account of the talks"
_ON_A_LINE = ["day", "side", "label", "known", "source_id"]
_ON_A_LINE_ASKED = ("undertaken", "covered", "reserved")  # a deed has a mark of its own
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


# of an event on a line of time: day, side and label; how it is known, its source, its last day
_Place: TypeAlias = tuple[date, str, str]
_Known: TypeAlias = tuple[str, str, date | None]


class Seen(NamedTuple):
    """What one record answers to a question: for a side, with its words, and in ours if need be.

    `ours` stands where words are none, too few, or only by one reading said against their own side.
    `mark` is the answer in a word or two and `look` how it looks; `kind` and `day` are those of the
    record, `short` is a name that has room in a drawing.
    """

    question_id: str
    side: str
    mark: str
    look: str
    who: str
    when: str
    words: str
    translation: str
    ours: str
    source_id: str
    record_id: str
    kind: str
    day: date
    short: str
    slot: str


class Timed(NamedTuple):
    """How long a record says that a promise runs, for a side, and from which day."""

    side: str
    day: date
    record: Witness
    term: Term


def witnesses(
    accounts: Iterable[Account],
    adjectives: Mapping[str, str],
    offices: Mapping[str, str],
    since: date | None = None,
) -> list[Seen]:
    """Accounts as witnesses: one that speaks both ways stands once.

    `adjectives` are those of the sides; of `offices`, by speaker, each is told once. Words on a
    promise, or a way out, from before the day `since`, from which on it is looked for, say so.
    """
    found: dict[tuple[str, str, str], Seen] = {}
    met: set[str] = set()
    for question, side, r, reading, words, other, is_otherwise, is_hint in accounts:
        place = question.question_id, side, r.record_id
        if place in found or not r.day:
            continue
        # what a second reading has the other way is never shown as said outright
        mark, look = _mark(reading.is_for, other is not None, reading.is_implied or is_otherwise)
        name = r.who or A_RECORD
        office = "" if name in met else offices.get(name, "")
        met.add(name)
        sources = whose(r.sides, adjectives, is_named=r.is_named) if r.kind == "press" else ""
        who = ", ".join(filter(None, (name, office, sources)))
        # the citation of a notice has its day
        when = "" if r.kind == "deed" else in_words(r.day)
        if when and since and question.slot in ("undertaken", "reserved") and r.day < since:
            when += ", before that time"
        is_bare = len(words.words.split()) < _FEW and not words.translation
        unseen = "" if r.is_verified else " The words were not seen in a source."
        ours = r.says + unseen if is_bare or (is_hint and look == "yes") else ""
        found[place] = Seen(
            *(question.question_id, side, mark, look, who, when, *words[:2], ours, r.source_id),
            *(r.record_id, r.kind, r.day, name, question.slot),
        )
    return [*found.values()]


def _mark(is_for: bool, is_both: bool, is_implied: bool) -> tuple[str, str]:
    """What is answered in a word or two, and its look; what is said comes before the implied."""
    answer = "yes" if is_for else "no"
    if is_both:
        return "both ways", "both"
    return (f"implied {answer}", "implied") if is_implied else (answer, answer)


def whose(sides: Collection[str], adjectives: Mapping[str, str], *, is_named: bool) -> str:
    """Whose the sources of an account of the press are, by what it says of them."""
    told = [adjective for side, adjective in adjectives.items() if side in sides]
    told += ["other"] if {*sides} - adjectives.keys() else []
    if not told:
        return "side not given"
    both = adjectives.keys() == {*sides}
    return f"{'named ' if is_named else ''}" + (
        "sources of both sides" if both else f"{' and '.join(told)} sources"
    )


def by_cell(seen: Iterable[Seen]) -> Mapping[tuple[str, str], list[Seen]]:
    """The witnesses by question and side; none where nobody is heard."""
    found: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for one in seen:
        found[one.question_id, one.side].append(one)
    return found


def telling(seen: Iterable[Seen], claim: Claim) -> list[Seen]:
    """The witnesses of a charge that a line of time has room for, by day.

    Of each side the first that answers a question one way, by implication only where it never does
    so in so many words, or by a paper that says the opposite as well; of the promise also the next
    one, of a later day; of the reach the last until the deed, if any; of a way out the accused
    alone. Who speaks both ways on a day is left out where that side says one of them as well.
    """
    until, found = claim.roles.act_day or date.max, dict[tuple[str, str, str], Seen]()
    asked = [one for one in sorted(seen, key=lambda one: one.day) if one.slot in _ON_A_LINE_ASKED]
    asked = [one for one in asked if one.slot != "reserved" or one.side == claim.roles.accused]
    outright = {(one.side, one.slot) for one in asked if one.look != "implied"}
    yes, no = (
        {(one.short, one.day, one.slot) for one in asked if one.mark.endswith(way)}
        for way in ("yes", "no")
    )
    for one in asked:
        is_two_faced = (one.short, one.day, one.slot) in yes & no
        if one.look == "implied" and (one.side, one.slot) in outright and not is_two_faced:
            continue
        place = one.side, one.slot, one.mark
        if one.slot == "undertaken" and place in found and found[place].day < one.day < until:
            place = one.side, one.slot, f"{one.mark} again"
        if place not in found or (one.slot == "covered" and one.day < until):
            found[place] = one
    one_way = {(one.side, one.slot, one.day) for one in found.values() if one.look != "both"}
    return [
        one
        for one in sorted(found.values(), key=lambda one: one.day)
        if one.look != "both" or (one.side, one.slot, one.day) not in one_way
    ]


def on_a_line(
    seen: Iterable[Seen], timed: Sequence[Timed], claim: Claim, *, is_done: bool
) -> pd.DataFrame:
    """The witnesses of a charge on a line of time, with their words, and its deed.

    One row per day, side and label. Columns: day, side, label, known (said, done, account, told or
    term), source_id (empty of the deed), until (last day of a term; none is named where it is
    missing). Who has no words is left out; a term stands once for each side, with who named it
    first.
    """
    how, roles = {"joint": "said", "statement": "said"}, claim.roles
    terms: dict[tuple[str, str], tuple[_Place, _Known]] = {}
    for side, day, record, term in sorted(timed, key=lambda one: one.day):
        name = "Notice" if record.kind == "deed" else record.who
        place = day, side, f"{name}: {term.words}"
        terms.setdefault((side, term.words), (place, ("term", record.source_id, term.end)))
    rows = dict(terms.values())
    named = {(one.side, one.record.record_id) for one in timed}
    untimed = (
        one for one in seen if one.slot != "covered" or (one.side, one.record_id) not in named
    )
    for one in telling(untimed, claim):
        # a translation of ours is nobody's speech
        words = one.translation or (one.words and f"“{one.words.translate(INNER)}”")
        if words:
            known = how.get(one.kind, "account"), one.source_id, None
            rows.setdefault((one.day, one.side, f"{one.short}: {words}"), known)
    if roles.act_day and is_done:
        deed = roles.act_day, roles.accused, claim.act_name or THE_DEED
        rows[deed] = "told" if claim.by_press else "done", "", None
    events = pd.DataFrame(
        [(*place, *known) for place, known in rows.items()], columns=[*_ON_A_LINE, "until"]
    )
    return events.assign(**{day: pd.to_datetime(events[day]) for day in ("day", "until")})


def terms_of(
    docket: Docket, claim: Claim, settings: Settings, quoted: Mapping[Place, Quoted]
) -> list[Timed]:
    """Words on how long the promise of a charge runs, with the side and the record of each."""
    return [
        Timed(side, day, record, words.term)
        for question in docket.questions[claim.claim_id]
        for record, reading in settings.admitted(question)
        if (words := quoted.get((question.question_id, record.record_id, reading.is_for)))
        and words.term
        and (day := words.term.start or record.day)
        for side in sorted(record.sides)
    ]


def said_on_the_day(
    docket: Docket, claim: Claim, settings: Settings, quoted: Mapping[Place, Quoted]
) -> list[tuple[str, Witness, Quoted]]:
    """Words of the first day of a charge's promise, that answer one of its questions.

    Each has its side and record, in the order of `quoted`, which is that of the document; those
    that are said twice stand once.
    """
    order = {place: number for number, place in enumerate(quoted)}
    found: dict[tuple[str, str], tuple[int, tuple[str, Witness, Quoted]]] = {}
    for question in docket.questions[claim.claim_id]:
        for record, reading in settings.admitted(question):
            place = question.question_id, record.record_id, reading.is_for
            words = quoted.get(place)
            if words and record.kind == "statement" and record.day == claim.roles.since:
                for side in record.sides:
                    found.setdefault((side, words.words), (order[place], (side, record, words)))
    return [told for _, told in sorted(found.values(), key=lambda one: (one[1][0], one[0]))]


# what an account of the press may answer of a charge
BY_PRESS = ("undertaken", "act", "covered")


def told_by_press(docket: Docket, claim: Claim, settings: Settings) -> list[dict[str, Any]]:
    """Accounts of the press of a charge, by day: what is known of each.

    With a field for each slot of `BY_PRESS`, whether it says yes or no to that, in a word or two,
    or nothing, and a second one, ending in `_look`, for how that is marked.
    """
    told = (*BY_PRESS, *(f"{slot}_look" for slot in BY_PRESS))
    rows: dict[str, dict[str, Any]] = {}
    given: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for question in docket.questions[claim.claim_id]:
        for record, reading in settings.admitted(question):
            if record.kind == "press" and question.slot in BY_PRESS:
                rows.setdefault(record.record_id, vars(record) | dict.fromkeys(told, ""))
                given[record.record_id, question.slot].append(reading)
    for (name, slot), own in given.items():
        is_both, is_implied = len({r.is_for for r in own}) > 1, all(r.is_implied for r in own)
        looks = _mark(own[0].is_for, is_both, is_implied)
        rows[name][slot], rows[name][f"{slot}_look"] = looks
    return sorted(rows.values(), key=lambda row: (row["day"], row["record_id"]))


def title_words(claim: Mapping[str, Any]) -> str:
    """What a claim is called wherever it is printed: its short name, else its words."""
    return str(claim["claim"] if pd.isna(claim["printed"]) else claim["printed"])


def side_labels(claim: Mapping[str, Any], sides: pd.DataFrame) -> dict[str, str]:
    """The heads of a card's columns: the sides in their own order, of a charge with their parts."""
    parts = {claim["side"]: ", the accuser", claim["accused"]: ", the accused"}
    told = {
        row["side"]: row["article_name"][:1].upper()
        + row["article_name"][1:]
        + (parts.get(row["side"], "") if claim["kind"] == "charge" else "")
        for row in sides.sort_values("order").to_dict("records")
    }
    return {"answer": "Question and answer", **told}


def chain_of(charge: Mapping[Any, Any]) -> dict[str, tuple[str, str, str]]:
    """The questions that decide a charge, by slot: the answer, how it looks, the text's name.

    `charge` is a row of `charge_grid`. A way out that was left speaks against the charge.
    """
    told = {}
    for number, slot in enumerate(("undertaken", "act", "covered", "reserved"), 1):
        certainty = charge[f"{slot}_certain"]
        words = link_words(slot, charge[slot], certainty, charge["undertaken"], charge["stops"])
        look = words.removesuffix(LOW)
        look = "kept" if (slot, look) == ("reserved", "yes") else look
        told[slot] = words, look, f"{charge['claim_id']}.{number}.link"
    return told


def link_words(slot: str, answer: Word, certainty: str, promise: str, stops: str) -> str:
    """An answer in the chain of a charge: one of low certainty says so.

    What a promise covered, or a way out of it, is none where no promise is shown; `promise` is the
    answer to that. Where the charge stops at what another rule makes of it, that is told.
    """
    at, counted = COUNTED.get(stops, ("", ""))
    if slot == at:
        return f"{TOLD[answer]}, {counted}"
    is_made = promise in ("yes", "disputed")
    # of a promise that counts as disputed, its reach is weighed
    is_reach = slot == "covered" and stops in (RULES["burden"]["disputed"], NOT_COVERED)
    if slot in ("covered", "reserved") and not (is_made or is_reach) and answer != "no":
        return NOTHING
    words = "none found" if answer == "unknown" else TOLD[answer]
    return words + LOW if certainty == "low" else words


def in_days(words: str) -> str:
    """Words with their days as they are written in running text."""
    return _DAY.sub(lambda day: in_words(date.fromisoformat(day[0])), words)


def short_verdict(row: Mapping[Any, Any], where: str = "") -> str:
    """A verdict by its plain word, `where` its claim stops if that is told, and how certain it is.

    An act that is shown leaves a charge open: how certain the act is, is not how certain it is;
    and the charges of a sum have each their own certainty.
    """
    is_told = row["verdict"] not in ACT_ESTABLISHED and row.get("kind") != "sum"
    certain = f" ({row['certainty']})" if is_told and row["certainty"] != "none" else ""
    return f"{PLAIN[row['verdict']]}{f': {where}' if where else ''}{certain}"


def verdict_words(row: Mapping[Any, Any]) -> str:
    """What a verdict reads like: its plain word and how certain it is, of a charge where it stops.

    Of a sum, it is told how many of its charges stand.
    """
    if row.get("kind") == "sum":
        return short_verdict(row, row["stands"])
    return short_verdict(row, "" if row["verdict"] == "supported" else row.get("stops", ""))


def article_words(row: Mapping[Any, Any]) -> tuple[str, str]:
    """What the record says to an assertion of the article: the verdict in words, and why."""
    words = verdict_words(row)
    if row["said"] == IN_ORDER:  # what is not judged comes before what is
        words = f"{IN_ORDER}: {words}"
    elif row["said"] and row["verdict"] == "supported":
        words += f": {row['said']}"
    # what stands beside it decides nothing
    decides, _, _ = str(row["because"]).partition(" Beside it:")
    return words, in_plain_words(in_days(decides))


def found_words(row: Mapping[str, Any]) -> str:
    """Why an answer is what it is, behind how certain it is."""
    firm = "" if row["certainty"] == "none" else f"{row['certainty']} certainty: "
    return f"{firm}{in_days(row['finding'])}"


def answer_words(row: Mapping[str, Any]) -> str:
    """What an answer reads like: the word, how firm it is, what was found."""
    firm = "" if row["certainty"] == "none" else f" ({row['certainty']})"
    found = "" if row["answer"] == "unknown" else f": {in_days(row['finding'])}"
    return f"{TOLD[row['answer']].capitalize()}{firm}{found}"


def in_plain_words(told: str) -> str:
    """Sentences of ours with plain words for the verdicts that stand behind a colon."""
    exact = "|".join(map(re.escape, sorted(VERDICTS, key=len, reverse=True)))
    found = re.compile(rf"(?<=: )({exact})(?=[.;]|$)")
    return found.sub(lambda verdict: PLAIN[verdict[0]], told)


def asked_words(claim: Mapping[str, Any], accused: str) -> str:
    """What a charge asks, in one sentence; `claim` is its row, `accused` the name of that side."""
    return (
        f"Had {accused} agreed or promised {claim['undertaking']}, and did it then {claim['act']}?"
    )


def about_words(
    judged: Mapping[str, Any], denials: Iterable[Mapping[str, Any]], *, by_press: bool = False
) -> Iterator[str]:
    """What else there is to say of a claim in its band, sentence by sentence.

    `judged` is the row of the claim in the verdicts and doubts, `denials` are claims that deny it;
    `by_press`, whether an account of the press gives the day of the deed.
    """
    is_charge = judged["written"]
    yield f"{'Charged: ' if is_charge else ''}{_made(judged)}"
    for denial in denials:
        yield f"Denied: {_made(denial)}"
    if judged["known_on_the_day"] != judged["verdict"]:
        yield f"By what was known that day it was {PLAIN[judged['known_on_the_day']]}."
    if judged["asked_otherwise"]:
        yield f"Asked otherwise: {in_plain_words(judged['asked_otherwise'])}."
    if is_charge and pd.notna(judged["days"]):
        plural = "" if judged["days"] == 1 else "s"
        dated = ", as the press dates it" if by_press else ""
        yield f"The promise was last given {judged['days']} day{plural} before the deed{dated}."


def _made(claim: Mapping[str, Any]) -> str:
    """A claim in a sentence, with who made it and when."""
    return f"{claim['claim'].rstrip('.')} ({claim['claimant']}, {in_words(claim['claim_date'])})."


def certainty_words(row: Mapping[Any, Any]) -> str:
    """How certain a verdict is; empty where it is open, however certain the deed may be."""
    is_open = row["certainty"] == "none" or row["verdict"] in ACT_ESTABLISHED
    return "" if is_open else f"{row['certainty']} certainty"


def turning(home: Verdict, turns: Sequence[Turn]) -> dict[str, str]:
    """What single changes make of a verdict, in words that go on after each other plain word.

    Upheld and refuted come first, with no words where nothing that was tried leads there.
    """
    found = turns_by_verdict(turns, _by_name)
    told: dict[str, list[str]] = {PLAIN[one]: [] for one in ("supported", "contradicted")}
    for verdict, words in found.items():
        told.setdefault(PLAIN[verdict], []).append(words)
    return {
        plain: f"if {'; or if '.join(words)}." if words else ""
        for plain, words in told.items()
        if plain != PLAIN[home]
    }


def turns_in_sentences(turned: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What turns a verdict, as `turning` has it: a plain word, or two, and what goes on after it.

    What nothing turns to comes last, together.
    """
    yield from ((plain, how) for plain, how in turned.items() if how)
    if never := " or ".join(plain for plain, how in turned.items() if not how):
        yield never, "by no single change that we tried."


def would_change(imagined: Iterable[Hypothesis], verdict: str) -> dict[str, str]:
    """What records that there are not would make of a verdict, in words that follow each plain one.

    What has its own plain word is no change; where none is stronger, or none weaker, that is told.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for told, other in dict.fromkeys((one.told, one.verdict) for one in imagined):
        what = re.sub(r"^(If|An?|The|Both|Such|Officials)\b", lambda it: it[0].lower(), told)
        is_said = what.startswith("if ")
        who, _, says = what.partition(" that ") if is_said else (f"by {what}", "", "")
        found.setdefault(PLAIN[other], {}).setdefault(who, []).append(says)
    changed = {
        plain: ", or ".join(
            f"{who} that {' or that '.join(says)}" if any(says) else who
            for who, says in ways.items()
        )
        + "."
        for plain, ways in found.items()
        if plain != PLAIN[verdict]
    }
    *order, of_value = dict.fromkeys(PLAIN.values())
    if PLAIN[verdict] != of_value:
        at = order.index(PLAIN[verdict])
        ways = (("raise", order[:at]), ("lower", order[at + 1 :]))
        never = [way for way, others in ways if others and changed.keys().isdisjoint(others)]
        if never:
            changed["no single admission or joint text"] = f"would {' or '.join(never)} it."
    return changed


def _by_name(record: Witness) -> str:
    """A record by its speaker and day, a notice by its citation, without an id."""
    if record.kind == "deed":
        return f"“{record.who or record.record_id}”"
    day = in_words(record.day) if record.day else ""
    return ", ".join(filter(None, (record.who or record.record_id, day)))
