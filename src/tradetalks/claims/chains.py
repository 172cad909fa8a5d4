"""How other settings turn a charge, in words: which answers they move, and by whose words."""

from collections.abc import Iterable, Iterator, Mapping

from tradetalks.claims.cards import NOTHING, link_words
from tradetalks.claims.checks import Answer, listed
from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import (
    ASKED,
    COUNTED,
    PLAIN,
    WHATEVER,
    stops_at,
    stops_in,
)
from tradetalks.claims.weigh import Settings, Weighed, carriers, weigh
from tradetalks.days import in_words
from tradetalks.otherwise import RULES

# what a record does, by its weight or kind, in so many words or only implied; others say or hint it
_VERBS = {
    "admission": ("admitted", "hinted, though it hurts that side,"),
    "account": ("reported", "reported in effect"),
    "deed": ("showed", "showed in effect"),
    "data": ("showed", "showed in effect"),
    "joint": ("said", "implied"),
}
# first words of sentences that are no names
_NO_NAMES = ("The", "No", "All", "What", "There", "Parts", "Nothing", "It")
# so many names are told, and of more one less
_NAMED = 5


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

    def moves(self, there: "Chain") -> Iterator[str]:
        """Each answer that is another there, with what it was and is."""
        same = {slot: f"{self.links[slot]}, {how}" for slot, how in there.counted(self).items()}
        for slot, name in ASKED.items():
            was, now = self.links[slot], there.links[slot]
            if now not in (was, NOTHING, same.get(slot)):
                yield f"{name.removesuffix('?')}: {'not needed' if was == NOTHING else was} → {now}"

    def why(self, there: "Chain") -> str:
        """Why it comes to another verdict there: by whose words and which rule, by answer."""
        counted, reasons, met = there.counted(self), dict[str, str](), set[str]()
        for slot, name in ASKED.items():
            is_other = there.answers[slot].answer != self.answers[slot].answer
            if slot in counted or (is_other and there.links[slot] != NOTHING):
                told = [*self._reasons(there, slot, met)]
                if slot in counted:
                    what = "promise" if slot == "undertaken" else "way out"
                    told.append(f"such a {what} then {counted[slot]}")
                sentences = (f"{one[0].upper()}{one[1:]}." for one in told)
                reasons[name.removesuffix("?")] = " ".join(sentences)
        many = len(reasons) > 1
        told = [f"{name}: {why}" if many else why for name, why in reasons.items()]
        # why, where that is not plain from the answers
        is_plain = there.stops != WHATEVER and there.verdict != "partly supported"
        told.append(f"So {PLAIN[there.verdict]}{'' if is_plain else f': {there.stops}'}.")
        return ("\n" if many else " ").join(told)

    def counted(self, usual: "Chain") -> dict[str, str]:
        """What a rule of judging that is not as usual makes of an answer that stands, by slot."""
        open_ = {"undertaken": ("unproven", "unknown"), "reserved": ("yes", "disputed")}
        values = ((rule, getattr(self.settings, rule)) for rule in ("burden", "reserved"))
        made = (
            COUNTED[RULES[rule][one]]
            for rule, one in values
            if one != getattr(usual.settings, rule) and one in RULES[rule]
        )
        return {
            slot: how
            for slot, how in made
            if self.answers[slot].answer in open_[slot] and self.links[slot] != NOTHING
        }

    def stays_by(self, usual: "Chain") -> str:
        """Why a rule that turns another charge leaves this one, to which it applies as well."""
        counted = self.counted(usual)
        told = {slot: one.answer for slot, one in self.answers.items()}
        slot = stops_in({**told, "undertaken": "yes"} if "undertaken" in counted else told)
        how = {"no": "is refuted", "disputed": "is disputed"}.get(told[slot], "is not proven")
        what = {"act": f"its deed {how}", "undertaken": f"its promise {how}"}
        is_told = counted and slot != "reserved"
        return what.get(slot, f"it {how} that its promise covered the deed") if is_told else ""

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

        `met` are those whose side was told, and reasons that were.
        """
        before, after, answer = self.carried[slot], there.carried[slot], there.answers[slot].answer
        is_open, kept = answer in ("unproven", "unknown"), {*map(_stance, after)}
        now = {_stance(row): row for row in there.rows[slot]}
        hints: list[Weighed] = []
        gone: dict[bool, dict[str, list[Weighed]]] = {}
        for row in before:
            against = {"yes": False, "no": True}.get(answer)
            if _stance(row) not in kept and (is_open or row.is_for is against):
                why = there.why_not(self, row, now.get(_stance(row)))
                rows = gone.setdefault(row.is_for, {}).setdefault(why, []) if why else hints
                rows.append(row)
        for is_for, by_why in gone.items():
            did = ""
            for why, rows in by_why.items():
                verbs = dict.fromkeys("hinted" if row.is_implied else "said" for row in rows)
                did = "did too" if did else f"{' or '.join(verbs)} that {self._what(slot, is_for)}"
                so = "that too drops out" if why in met else why
                met.add(why)
                yield f"{self._names(rows, met)} {did}; {so}"
        if hints and is_open:
            what = (
                "no hint is proof"
                if there.settings.implied == "never"
                else "one speaker's hint is no proof"
            )
            yield f"what is left is a hint by {self._names(hints, met)}, and {what}"
        if after:
            is_one = len({row.record.voice for row in after}) == 1 and answer != "disputed"
            rule = "; one hint is then proof" if is_one and after[0].is_implied else ""
            read = there.settings.reread.get(self.asked[slot].question_id, {})
            is_read = any(row.record.record_id in read for row in after)
            is_left = gone and kept <= {*map(_stance, before)}
            left = "what is left: " if is_left else "so read, " if is_read else ""
            yield f"{left}{self._said(slot, after, met)}{rule}"
        elif not hints:
            rows = [row for row in there.rows[slot] if row.is_for]
            roles, claimed = self.asked[slot].roles, f"claimed that {self._what(slot, is_for=True)}"
            if {side for row in rows for side in row.record.sides} == {roles.accuser}:
                yield f"only the accuser's side {claimed}: {self._names(rows, met)}"
            elif not before:
                yield f"{self._names(rows, met) if rows else 'nobody on record'} {claimed}"

    def why_not(self, usual: "Chain", was: Weighed, now: Weighed | None) -> str:
        """Why a row no longer carries an answer here; nothing of one that is only a hint."""
        if (rule := self.settings.rule_against(was.record)) is not None:
            is_opinion = rule == "editorial"
            return "editorials do not count" if is_opinion else "that is not of the surest records"
        if now is None:
            return "with this choice that is beside the point"
        if now.weight == was.weight:
            is_hint = now.is_implied and now.weight not in ("account", "plea")
            return "" if is_hint else "that no longer proves it"
        is_scope = self.settings.scope_by != usual.settings.scope_by
        if is_scope and self.asked["covered"].roles.accused not in was.record.sides:
            return "they are not the accused, so their words drop out"
        is_early = self.settings.own_words != usual.settings.own_words
        what = "words from before the deed are" if is_early else "that is"
        return f"with this choice {what} no proof"

    def _said(self, slot: str, rows: Iterable[Weighed], met: set[str]) -> str:
        """Whose rows they are, what each did, and what they say of the question."""
        # of one speaker, what is said comes before what is hinted
        first = {(_who(row), row.is_for): row for row in sorted(rows, key=_is_direct)}
        told = []
        for is_for in (True, False):
            how: dict[str, list[Weighed]] = {}
            for row in sorted(first.values(), key=_is_direct, reverse=True):
                verbs = _VERBS.get(row.weight) or _VERBS.get(row.record.kind, ("said", "hinted"))
                if row.is_for == is_for:
                    how.setdefault(verbs[row.is_implied], []).append(row)
            whose = [f"{self._names(some, met)} {verb}" for verb, some in how.items()]
            comma = "," if whose[1:] else ""
            if whose:
                told.append(f"{', and '.join(whose)}{comma} that {self._what(slot, is_for)}")
        return "; but ".join(told).replace(",,", ",")

    def _what(self, slot: str, is_for: bool) -> str:
        """What a yes or a no says of a charge, in words that go on after "that"."""
        asked = self.asked[slot]
        told = asked.said_if_yes if is_for else asked.said_if_no
        first, _, rest = told.rstrip(".").partition(" ")
        return f"{first.lower() if first in _NO_NAMES else first} {rest}"

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


def _who(row: Weighed) -> str:
    return row.record.who or row.record.record_id


def _is_direct(row: Weighed) -> bool:
    return not row.is_implied


def _stance(row: Weighed) -> tuple[str, bool]:
    return row.record.utterance, row.is_for


def _as_weighed(row: Weighed) -> tuple[str, bool, str]:
    return row.record.record_id, row.is_for, row.weight
