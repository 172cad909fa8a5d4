"""How other settings turn a charge, in words: which answers they move, and by whose words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tradetalks.claims.cards import NOTHING, link_words
from tradetalks.claims.checks import Answer, listed
from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import (
    ASKED,
    COUNTED,
    PLAIN,
    VERDICTS,
    WHATEVER,
    Verdict,
    stops_at,
    stops_in,
)
from tradetalks.claims.weigh import Settings, Weighed, carriers, weigh
from tradetalks.days import in_words
from tradetalks.otherwise import RULES

# what a record does, by its weight or kind, in so many words or only implied; others say or hint it
_VERBS = {
    "admission": ("granted", "hinted against own interest"),
    "account": ("reported", "reported in effect"),
    "deed": ("showed", "showed in effect"),
    "data": ("showed", "showed in effect"),
    "joint": ("said", "implied"),
}
_OTHERS = ("said", "hinted")
# first words of sentences that are no names
_NO_NAMES = ("The", "No", "All", "What", "There", "Parts", "Nothing", "It")
# so many names are told, and of more one less
_NAMED = 5


class Turned(NamedTuple):
    """How a charge comes to another verdict: each answer that moves, and by whose words."""

    moves: list[str]
    why: str


class Chain:
    """The answers that lead to the verdict on a charge under some settings.

    `links` are the answers as a row of charges shows them, by slot. `called` are speakers whose
    name is another in a sentence.
    """

    def __init__(
        self, docket: Docket, claim_id: str, settings: Settings, called: Mapping[str, str]
    ) -> None:
        self.settings, self._called, self._side = settings, called, docket.measured.told
        self.asked = {one.slot: one for one in docket.questions[claim_id] if one.slot in ASKED}
        self.verdict = docket.outcome(claim_id, settings).verdict
        self.answers: Mapping[str, Answer] = {
            slot: docket.answer(one, settings) for slot, one in self.asked.items()
        }
        told = {slot: one.answer for slot, one in self.answers.items()}
        self.stops = stops_at(told, self.verdict)
        self.links = {
            slot: link_words(slot, *one[:2], told["undertaken"], self.stops)
            for slot, one in self.answers.items()
        }
        self.rows = {slot: weigh(one, settings) for slot, one in self.asked.items()}
        self.carried = {
            slot: [
                row
                for is_for in (True, False)
                for row in carriers(self.rows[slot], one, is_for, settings)
                if row.record in self.answers[slot].by
            ]
            for slot, one in self.asked.items()
        }

    def turned_to(self, there: "Chain") -> Turned:
        """How this comes to another verdict: answer by answer, and by whose words."""
        counted, reasons, met = there.counted(self), dict[str, str](), set[str]()
        for slot, name in ASKED.items():
            is_other = there.answers[slot].answer != self.answers[slot].answer
            if slot in counted or (is_other and there.links[slot] != NOTHING):
                told = [*self._reasons(there, slot, met)]
                what = {"undertaken": "such a promise", "reserved": "such a way out"}.get(slot)
                told += [f"{what} then {counted[slot]}"] if slot in counted else []
                reasons[name.removesuffix("?")] = " ".join(f"{one}." for one in map(_raised, told))
        many = len(reasons) > 1
        why = [f"{name}: {told}" if many else told for name, told in reasons.items()]
        # why, where that is not plain from the answers
        is_plain = there.stops != WHATEVER and there.verdict != "partly supported"
        why.append(f"So {PLAIN[there.verdict]}{'' if is_plain else f': {there.stops}'}.")
        return Turned([*self.moves(there)] or ["No answer changes"], " ".join(why))

    def moves(self, there: "Chain") -> Iterator[str]:
        """Each answer that is another there, with what it was and is."""
        same = {slot: f"{self.links[slot]}, {how}" for slot, how in there.counted(self).items()}
        for slot, name in ASKED.items():
            was, now = self.links[slot], there.links[slot]
            if now not in (was, NOTHING, same.get(slot)):
                yield f"{name.removesuffix('?')}: {'not asked' if was == NOTHING else was} → {now}"

    def counted(self, usual: "Chain") -> dict[str, str]:
        """What a rule of judging that is not as usual makes of an answer that stands, by slot."""
        open_ = {"undertaken": ("unproven", "unknown"), "reserved": ("yes", "disputed")}
        made = (
            COUNTED.get(RULES[rule].get(getattr(self.settings, rule), ""), ("", ""))
            for rule in ("burden", "reserved")
            if getattr(self.settings, rule) != getattr(usual.settings, rule)
        )
        return {slot: how for slot, how in made if self.answers[slot].answer in open_[slot]}

    def stays_by(self, usual: "Chain") -> str:
        """Why a rule that turns another charge leaves this one, to which it applies as well."""
        told = {slot: one.answer for slot, one in self.answers.items()}
        counted = self.counted(usual)
        if "reserved" in counted and self.links["reserved"] == NOTHING:
            counted.pop("reserved")
        if "undertaken" in counted:
            told["undertaken"] = "yes"
        slot = stops_in(told)
        if not counted or slot == "reserved":
            return ""
        how = {"no": "refuted", "disputed": "disputed"}.get(told[slot], "not proven")
        what = {"act": "it was done", "undertaken": "it was promised"}
        return f"it is {how} that {what.get(slot, 'the promise covered the act')}"

    def rests_on(self, there: "Chain") -> dict[str, list[list[str]]]:
        """By the name of each answer that moves, or rests on others: what it then rests on.

        Of each record its id, whose it is with its day, and how it reads.
        """
        return {
            f"answer_{self.asked[slot].question_id.lower().replace('.', '_')}": [
                [
                    row.record.record_id,
                    ", ".join(filter(None, [row.record.who, in_words(row.record.day)])),
                    f"{'implied ' if row.is_implied else ''}{'yes' if row.is_for else 'no'}",
                ]
                for row in after
            ]
            for slot, after in there.carried.items()
            if there.links[slot] not in (self.links[slot], NOTHING)
            or {*map(_as_weighed, after)} != {*map(_as_weighed, self.carried[slot])}
        }

    def _reasons(self, there: "Chain", slot: str, met: set[str]) -> Iterator[str]:
        """Whose words drop out and why, and what is left or new, in sentences.

        `met` are those whose side was told.
        """
        after, answer = there.carried[slot], there.answers[slot].answer
        is_open = answer in ("unproven", "unknown")
        kept = {(row.record.utterance, row.is_for) for row in after}
        now = {(row.record.utterance, row.is_for): row for row in there.rows[slot]}
        gone: dict[str, list[Weighed]] = {}
        for row in self.carried[slot]:
            at, is_against = (row.record.utterance, row.is_for), row.is_for != (answer == "yes")
            if at not in kept and (is_open or (is_against and answer != "disputed")):
                gone.setdefault(there.why_not(self, row, now.get(at)), []).append(row)
        hints = gone.pop("", []) if is_open else []
        if gone:
            rows = [row for own in gone.values() for row in own]
            verb = " or ".join(dict.fromkeys("hinted" if r.is_implied else "said" for r in rows))
            why = "with these choices that is no proof" if len(gone) > 1 else next(iter(gone))
            why, _ = "that too drops out" if why in met else why, met.add(why)
            yield f"{self._names(rows, met)} {verb} that {self._what(slot, rows[0])}; {why}"
        if hints:
            is_never = there.settings.implied == "never"
            rule = "hints are no proof" if is_never else "one speaker's hint is no proof"
            yield f"what is left is a hint by {self._names(hints, met)}, and {rule}"
        elif gone and answer == "unproven":
            yield "the rest is only claimed"
        if after:
            rule = ""
            if all(row.is_implied for row in after) and answer != "disputed":
                is_one = len({row.record.voice for row in after}) == 1
                rule = "; one hint is then proof" if is_one else "; hints by two speakers are proof"
            yield f"{'what is left: ' if gone else ''}{self._said(slot, after, met)}{rule}"
        elif not gone and not hints:
            rows = [row for row in there.rows[slot] if row.is_for]
            asked, sides = self.asked[slot], {side for row in rows for side in row.record.sides}
            claimed = f"claimed that {_clause(asked.said_if_yes)}"
            if sides == {asked.roles.accuser}:
                yield f"only the accuser's side {claimed}: {self._names(rows, met)}"
            else:
                yield f"{self._names(rows, met) if rows else 'nobody on record'} {claimed}"

    def why_not(self, usual: "Chain", was: Weighed, now: Weighed | None) -> str:
        """Why a row no longer carries an answer here; nothing of one that is only a hint."""
        if (rule := self.settings.rule_against(was.record)) is not None:
            is_opinion = rule == "editorial"
            return "editorials do not count" if is_opinion else "that is not of the surest records"
        if now is None:
            return "with this choice that is beside the point"
        if now.weight == was.weight:
            return "" if now.is_implied else "that is denied"
        is_scope = self.settings.scope_by != usual.settings.scope_by
        if is_scope and self.asked["covered"].roles.accused not in was.record.sides:
            return "they are not the accused, so their words drop out"
        return "with this choice words from before the deed are no proof"

    def _said(self, slot: str, rows: Sequence[Weighed], met: set[str]) -> str:
        """Whose rows they are, what each did, and what they say of the question."""
        told = []
        for is_for in (True, False):
            own = sorted((row for row in rows if row.is_for == is_for), key=_is_implied)
            how: dict[str, list[Weighed]] = {}
            heard = set[str]()
            for row in own:
                if _who(row) not in heard:
                    given = _VERBS.get(row.weight) or _VERBS.get(row.record.kind, _OTHERS)
                    how.setdefault(given[row.is_implied], []).append(row)
                heard.add(_who(row))
            whose = [f"{self._names(some, met)} {verb}" for verb, some in how.items()]
            comma = "," if whose[1:] else ""
            if own:
                told.append(f"{', and '.join(whose)}{comma} that {self._what(slot, own[0])}")
        return "; but ".join(told)

    def _what(self, slot: str, row: Weighed) -> str:
        """What a row says of a question, in words that go on after "that"."""
        asked = self.asked[slot]
        return _clause(asked.said_if_yes if row.is_for else asked.said_if_no)

    def _names(self, rows: Iterable[Weighed], met: set[str]) -> str:
        """Whose records they are, each once, with a side that was not told; of many, how many."""
        found: dict[str, list[str]] = {}
        names = {_who(row): row.record for row in rows}
        shown = [*names][: _NAMED - 1 if len(names) > _NAMED else None]
        for name in shown:
            record = names[name]
            side = self._side(*record.sides).removeprefix("the ") if len(record.sides) == 1 else ""
            is_new = record.kind == "statement" and name not in met
            found.setdefault(side if is_new else "", []).append(self._called.get(name, name))
        met.update(shown)
        told = [f"{listed(own)}{f' ({side})' if side else ''}" for side, own in found.items()]
        more = len(names) - len(shown)
        return listed([*told, f"{more} more"] if more else told)


def turn_words(was: Verdict, now: Verdict) -> tuple[str, str]:
    """How a verdict turns: a verb, and to what; nothing where its plain word stays."""
    if PLAIN[was] == PLAIN[now]:
        return "", ""
    is_up = VERDICTS.index(now) < VERDICTS.index(was)
    return "rise" if is_up else "fall", f" to {PLAIN[now]}"


def _who(row: Weighed) -> str:
    return row.record.who or row.record.record_id


def _is_implied(row: Weighed) -> bool:
    return row.is_implied


def _as_weighed(row: Weighed) -> tuple[str, bool, str]:
    return row.record.record_id, row.is_for, row.weight


def _raised(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _clause(sentence: str) -> str:
    """A sentence in words that go on after "that"."""
    first, _, rest = sentence.rstrip(".").partition(" ")
    return f"{first.lower() if first in _NO_NAMES else first} {rest}"
