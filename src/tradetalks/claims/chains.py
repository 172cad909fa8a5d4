"""How other settings turn a charge, in words: which answers they move, and by whose words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tradetalks.claims.cards import LOW, NOTHING, link_words
from tradetalks.claims.checks import TOLD, Answer, listed
from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import ASKED, COUNTED, PLAIN, VERDICTS, WHATEVER, stops_at
from tradetalks.claims.weigh import Settings, Weighed, carriers, weigh
from tradetalks.days import in_words

# what a record does, by its weight; others say it
_VERBS = {"admission": "admitted as much", "document": "showed it", "account": "told so"}
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
        self._called = called
        asked = {one.slot: one for one in docket.questions[claim_id] if one.slot in ASKED}
        self._ids = {slot: one.question_id.lower().replace(".", "_") for slot, one in asked.items()}
        self.verdict = docket.outcome(claim_id, settings).verdict
        self.answers: Mapping[str, Answer] = {
            slot: docket.answer(one, settings) for slot, one in asked.items()
        }
        told = {slot: one.answer for slot, one in self.answers.items()}
        self.stops = stops_at(told, self.verdict)
        self.links = {
            slot: link_words(slot, *one[:2], told["undertaken"], self.stops)
            for slot, one in self.answers.items()
        }
        self.rows = {slot: weigh(one, settings) for slot, one in asked.items()}
        self.carried = {
            slot: [
                row
                for is_for in (True, False)
                for row in carriers(self.rows[slot], one, is_for, settings)
                if row.record in self.answers[slot].by
            ]
            for slot, one in asked.items()
        }

    def turned_to(self, there: "Chain") -> Turned:
        """How this comes to another verdict: answer by answer, and by whose words."""
        moved = [one for one in ASKED if there.links[one] not in (self.links[one], NOTHING)]
        moves: list[str] = []
        reasons: dict[str, str] = {}
        at, counted = COUNTED.get(there.stops, ("", ""))
        for slot in moved:
            name, answer = ASKED[slot].removesuffix("?"), there.answers[slot].answer
            reasons[name] = self._by(there, slot)
            if slot == at and answer == self.answers[slot].answer:
                moves.append(f"{name} stays {TOLD[answer]}, but {counted}")
                reasons[name] += f"; that {counted}"
            else:
                moves.append(f"{name}: {self.links[slot]} \u2192 {there.links[slot]}")
        many = len(reasons) > 1
        told = [f"{name}: {who}" if many else who for name, who in reasons.items()]
        # why, where that is not plain from the answers
        is_plain = there.stops != WHATEVER and there.verdict != "partly supported"
        so = f"So {PLAIN[there.verdict]}{'' if is_plain else f': {there.stops}'}"
        told = [f"{one[0].upper()}{one[1:]}." for one in (*told, so)]
        return Turned(moves or ["No answer changes"], " ".join(told))

    def also(self, there: "Chain") -> tuple[str, str]:
        """What another charge's way does to this one: a verb of many, and to what or how."""
        if PLAIN[self.verdict] != PLAIN[there.verdict]:
            is_up = VERDICTS.index(there.verdict) < VERDICTS.index(self.verdict)
            return "rise" if is_up else "fall", f" to {PLAIN[there.verdict]}"
        sure, other = ([*one.links.values()] for one in (self, there))
        if [one.removesuffix(LOW) for one in sure] != [one.removesuffix(LOW) for one in other]:
            return "stay", ", by other answers"
        is_less = sum(LOW in one for one in other) > sum(LOW in one for one in sure)
        return "stay", f", with {'less' if is_less else 'more'} certainty"

    def rests_on(self, there: "Chain") -> dict[str, list[list[str]]]:
        """By the name of each answer that moves, or rests on others: what it then rests on.

        Of each record its id, whose it is with its day, and how it reads.
        """
        return {
            f"answer_{self._ids[slot]}": [
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

    def _by(self, there: "Chain", slot: str) -> str:
        """Who carries an answer there, or is left to; else who drops out, or claims it."""
        before, after, rows = self.carried[slot], there.carried[slot], there.rows[slot]
        if after:
            if {*map(_as_weighed, after)} < {*map(_as_weighed, before)}:
                are_hints = all(row.is_implied for row in after)
                of = "hints from" if are_hints else "the words of"
                return f"that leaves {of} {self._names(after)}"
            return self._whose(after)
        still = {*map(_as_weighed, rows)}
        gone = [row for row in before if _as_weighed(row) not in still]
        hints = [row for row in before if _as_weighed(row) in still]
        told = [f"what {self._names(gone)} said no longer answers the question"] if gone else []
        told += [f"{self._names(hints)} alone only hinted so"] if hints else []
        claimed = f"only {self._names(row for row in rows if row.is_for)} claimed it"
        return ", and ".join(told) or claimed

    def _whose(self, rows: Sequence[Weighed]) -> str:
        """Whose rows they are and what each did: admitted, hinted, said, told or showed it."""
        how: dict[str, list[Weighed]] = {}
        met = set[str]()
        for row in rows:
            if row.record.who not in met:
                verb = _VERBS.get(row.weight, "hinted so" if row.is_implied else "said so")
                so_read = row.weight == "admission" and row.is_implied
                how.setdefault(f", so read, {verb}" if so_read else f" {verb}", []).append(row)
            met.add(row.record.who)
        return ", and ".join(f"{self._names(own)}{verb}" for verb, own in how.items())

    def _names(self, rows: Iterable[Weighed]) -> str:
        """Whose records they are, each once; of many, how many more."""
        names = [*dict.fromkeys(row.record.who or row.record.record_id for row in rows)]
        names = [self._called.get(name, name) for name in names]
        if len(names) > _NAMED:
            names[_NAMED - 1 :] = [f"{len(names) - _NAMED + 1} more"]
        return listed(names)


def _as_weighed(row: Weighed) -> tuple[str, bool, str]:
    return row.record.record_id, row.is_for, row.weight
