"""How other settings turn a charge, in words: which answers they move, and by whose words."""

from collections.abc import Iterable, Mapping, Sequence

from tradetalks.claims.cards import NOTHING, link_words
from tradetalks.claims.checks import TOLD, Answer, listed
from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import ASKED, COUNTED, PLAIN, WHATEVER, stops_at
from tradetalks.claims.weigh import Settings, Weighed, carriers, weigh

# what a record does, by its weight; others say it
_VERBS = {"admission": "admitted", "document": "showed", "account": "told"}
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
        self._called = called
        asked = {one.slot: one for one in docket.questions[claim_id] if one.slot in ASKED}
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

    def turned_to(self, there: "Chain") -> str:
        """How this comes to another verdict: answer by answer, with whose words do it."""
        moved = [one for one in ASKED if there.links[one] not in (self.links[one], NOTHING)]
        told, (at, counted) = [], COUNTED.get(there.stops, ("", ""))
        for slot in moved:
            name, who = ASKED[slot].removesuffix("?"), self._by(there, slot)
            answer = there.answers[slot].answer
            if slot == at and answer == self.answers[slot].answer:
                told.append(f"{name}: stays {TOLD[answer]} ({who}), but {counted}")
            else:
                told.append(f"{name}: {self.links[slot]} \u2192 {there.links[slot]}, {who}")
        told = told or ["No answer changes"]
        # why, where that is not plain from the answers
        is_plain = there.stops != WHATEVER and there.verdict != "partly supported"
        why = "" if is_plain else f": {there.stops}"
        return f"{'; '.join(told)}, so {PLAIN[there.verdict]}{why}."

    def _by(self, there: "Chain", slot: str) -> str:
        """Who carries an answer there, or is left to; else who drops out, or claims it."""
        before, after, rows = self.carried[slot], there.carried[slot], there.rows[slot]
        if after:
            is_left = {*map(_as_weighed, after)} < {*map(_as_weighed, before)}
            whose = self._whose(after)
            return f"as only what {whose} is left" if is_left else f"as {whose}"
        still = {*map(_as_weighed, rows)}
        gone = [row for row in before if _as_weighed(row) not in still]
        hints = [row for row in before if _as_weighed(row) in still]
        told = [f"what {self._names(gone)} said no longer counts"] if gone else []
        told += [f"{self._names(hints)} alone only implied it"] if hints else []
        claimed = f"claimed by {self._names(row for row in rows if row.is_for)}"
        return f"as {' and '.join(told)}" if told else claimed

    def _whose(self, rows: Sequence[Weighed]) -> str:
        """Whose rows they are and what each did: admitted, implied, said, told or showed it."""
        how: dict[str, list[Weighed]] = {}
        met = set[str]()
        for row in rows:
            if row.record.who not in met:
                verb = _VERBS.get(row.weight, "implied" if row.is_implied else "said")
                how.setdefault(verb, []).append(row)
            met.add(row.record.who)
        return " and ".join(
            f"{self._names(own)} {verb}"
            + (" in effect" if verb == "admitted" and all(row.is_implied for row in own) else "")
            for verb, own in how.items()
        )

    def _names(self, rows: Iterable[Weighed]) -> str:
        """Whose records they are, each once; of many, how many more."""
        names = [*dict.fromkeys(row.record.who or row.record.record_id for row in rows)]
        names = [self._called.get(name, name) for name in names]
        if len(names) > _NAMED:
            names[_NAMED - 1 :] = [f"{len(names) - _NAMED + 1} more"]
        return listed(names)


def _as_weighed(row: Weighed) -> tuple[str, bool, str]:
    return row.record.record_id, row.is_for, row.weight
