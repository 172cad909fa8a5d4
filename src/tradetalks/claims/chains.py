"""How other settings turn a charge, in words: which answers they move, and by whose words."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tradetalks.claims.cards import LOW, NOTHING, link_words
from tradetalks.claims.checks import Answer, listed
from tradetalks.claims.docket import Docket
from tradetalks.claims.ladder import ASKED, COUNTED, PLAIN, WHATEVER, stops_at, stops_in
from tradetalks.claims.tables import spelled
from tradetalks.claims.weigh import Settings, Weighed, carriers, gains, loses, weigh
from tradetalks.days import in_words
from tradetalks.otherwise import RULES

# what a record does by its kind, in so many words or only implied; others say or hint it
_VERBS = {
    **dict.fromkeys(("press", "round"), ("reported", "reported in effect")),
    **dict.fromkeys(("deed", "data"), ("showed", "showed in effect")),
    "joint": ("said", "implied"),
}
# what carries nothing by itself, hinted or said
_BARE = ("account", "plea", "replaced")
# so many names are told, more are counted
_NAMED = 5


class Chain:
    """The answers that lead to the verdict on a charge under some settings.

    `links` are the answers as a row of charges shows them, by slot. `called` are adjectives of
    sides, speakers whose name is another in a sentence, and by its id which version a record is of.
    """

    def __init__(
        self, docket: Docket, claim_id: str, settings: Settings, called: Mapping[str, str]
    ) -> None:
        self.settings, self._called = settings, called
        self._accuser = docket.claims[claim_id].roles.accuser
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
        # which version of a text says so, where another says otherwise
        self._versions = {
            row.record.record_id: called[row.record.record_id]
            for rows in self.rows.values()
            for row, other in itertools.permutations(rows, 2)
            if row.is_for != other.is_for
            and row.record.source_id == other.record.source_id
            and called.get(row.record.record_id) != called.get(other.record.record_id)
            and row.record.record_id in called
        }
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
        """Each answer that is another there, as it is there."""
        for slot, name in ASKED.items():
            was, now = (one.links[slot].removesuffix(LOW) for one in (self, there))
            if now not in (was, NOTHING, f"{was}, {there.counted(self).get(slot)}"):
                yield f"{name.removesuffix('?')} → {now}"

    def turned(self, there: "Chain") -> list[str]:
        """The slots of which the answer is another there, or counts otherwise."""
        counted = there.counted(self)
        return [
            slot
            for slot, one in there.answers.items()
            if slot in counted
            or (one.answer != self.answers[slot].answer and there.links[slot] != NOTHING)
        ]

    def why(self, there: "Chain", steps: Sequence["Chain"] = ()) -> dict[str, str]:
        """Why it comes to another verdict there: by whose words, by the name of each answer.

        `steps` are the chains of single changes that are made together there.
        """
        reasons, met, counted = dict[str, str](), set[str](), there.counted(self)
        for slot in self.turned(there):
            told = [*self._reasons(there, slot, met, [one.carried[slot] for one in steps])]
            told[-1] += f". It {counted[slot]}" if slot in counted else ""
            sentences = (f"{one[0].upper()}{one[1:]}." for one in told)
            reasons[ASKED[slot].removesuffix("?")] = "\n".join(sentences)
        if there.verdict == "partly supported":
            kept = f"It remains: {self._saying('reserved', there.carried['reserved'], met)}."
            reasons.setdefault(ASKED["reserved"].removesuffix("?"), kept)
        closing = f"Hence {PLAIN[there.verdict]}"
        if there.verdict == "contradicted":
            closing = f"A no refutes{', whatever was promised' if there.stops == WHATEVER else ''}"
        reasons[[*reasons][-1]] += f" {closing}."
        return reasons

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

    def moved_by(self, usual: "Chain") -> str:
        """Each answer that is another than usual, or counts otherwise, in words."""
        counted = (
            f"{ASKED[one].removesuffix('?')} {how}" for one, how in self.counted(usual).items()
        )
        return "; ".join([*usual.moves(self), *counted])

    def stays_by(self, usual: "Chain", turned: Collection[str]) -> str:
        """Why this charge stays though what turns another, in these slots, bears on it as well."""
        if counted := self.counted(usual):
            told = {slot: one.answer for slot, one in self.answers.items()}
            slot = stops_in({**told, "undertaken": "yes"} if "undertaken" in counted else told)
            how = "no" if told[slot] == "no" else "not yes"
            return f"{ASKED[slot].removesuffix('?')} is {how}" if slot != "reserved" else ""
        for slot in turned:
            left = self.carried[slot]
            if self.links[slot] == usual.links[slot] and _lost(usual.carried[slot], left):
                if self.answers[slot].answer == "disputed":
                    return f"{ASKED[slot].removesuffix('?')} stays disputed"
                if self.answers[slot].answer == "yes":
                    return self._saying(slot, left, {*()})
        return ""

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

    def _reasons(
        self, there: "Chain", slot: str, met: set[str], steps: Sequence[Sequence[Weighed]]
    ) -> Iterator[str]:
        """Whose words drop out and whose are left or new, for a yes and for a no, in sentences.

        `met` are those whose side was told, `steps` what carries it after each change alone.
        """
        after, rows = there.carried[slot], there.rows[slot]
        lost = _lost(self.carried[slot], after)
        hints = _alone(rows, lost) if there.settings.implied != "never" else []
        gone, told = _lost(lost, hints), [*after, *hints]
        many = Counter(is_for for _, is_for in {*map(_stance, gone)})
        is_counted = any(one > _NAMED for one in many.values())
        for is_for in (True, False):
            out, left = ([row for row in some if row.is_for is is_for] for some in (gone, told))
            rule = _rule(left, there.settings, is_alone=bool({*left} & {*hints}))
            sides = {side for row in left for side in row.record.sides}
            if sides == {loses(self.asked[slot], is_for)}:
                rule = rule.replace("hints prove", "hints against their own side prove")
            if sides == {self._accuser} and {row.weight for row in left if row in after} == {
                "readout"
            }:
                rule += "; here either side's words count"
            if out:
                # of two changes, what the first leaves is dropped by the second
                first = _lost(out, steps[0]) if steps else out
                parts = [part for part in (first, _lost(out, first)) if part]
                names = [self._names(part, met, is_counted) for part in parts]
                by = [f"{one} by ({at})" for at, one in enumerate(names, 1)] if parts[1:] else names
                kept = " and ".join(f"{one} it" for one in self._said(slot, left, met))
                yield (
                    f"dropped as proof that {self._what(slot, is_for)}: {', '.join(by)}"
                    f"{f'. Left: {kept}{rule}' if left else ''}"
                )
            elif left:
                read = there.settings.reread.get(self.asked[slot].question_id, {})
                lead = "so read, " if any(row.record.record_id in read for row in left) else ""
                yield f"{lead}{self._saying(slot, left, met)}{rule}"
        if not told:
            told = [row for row in rows if row.is_for]
            is_counted = slot in there.counted(self)
            what = "it" if is_counted else f"that {self._what(slot, is_for=True)}"
            if {side for row in told for side in row.record.sides} == {self._accuser}:
                met.update(map(_who, told))  # their side is told
                none = "; that proves no promise" if slot == "undertaken" else ""
                yield f"only the accuser's side claimed {what}: {self._names(told, met)}{none}"
            elif not self.carried[slot]:
                yield f"{self._names(told, met) if told else 'nobody on record'} claimed {what}"

    def _saying(self, slot: str, rows: Sequence[Weighed], met: set[str]) -> str:
        """Whose rows of one stance they are, what each did, and what they say of the question."""
        said = self._said(slot, rows, met)
        comma = "," if said[1:] else ""
        return f"{', and '.join(said)}{comma} that {self._what(slot, rows[0].is_for)}"

    def _said(self, slot: str, rows: Sequence[Weighed], met: set[str]) -> list[str]:
        """Whose rows of one stance they are, with what these do, in so many words first."""
        # of one speaker, what is said comes before what is hinted
        first = {_who(row): row for row in sorted(rows, key=_is_direct)}
        how: dict[str, list[Weighed]] = {}
        for row in sorted(first.values(), key=_is_direct, reverse=True):
            wins, hurt = (of(self.asked[slot], row.is_for) for of in (gains, loses))
            is_hurt = hurt in row.record.sides and wins not in row.record.sides
            own = "admitted" if is_hurt else "said", "hinted"
            how.setdefault(_VERBS.get(row.record.kind, own)[row.is_implied], []).append(row)
        told = []
        for verb, some in how.items():
            told.append(f"{self._names(some, met)} {verb}")
            if len({row.record.sides for row in rows}) == 1:
                met.update(first)  # the side of one is that of all
        return told

    def _what(self, slot: str, is_for: bool) -> str:
        """What a yes or a no says of a charge, in words that go on after "that"."""
        asked = self.asked[slot]
        return asked.said_if_yes if is_for else asked.said_if_no

    def _names(self, rows: Iterable[Weighed], met: set[str], is_counted: bool = False) -> str:
        """Whose records they are, each once, with a side that was not told; or how many by side."""
        names = {_who(row): row.record for row in rows}
        sides = {
            name: self._called.get("".join(one.sides), "") if one.kind == "statement" else ""
            for name, one in names.items()
        }
        if is_counted and all(sides.values()):
            own = Counter(sorted(sides.values(), key=[*self._called.values()].index))
            told = ", ".join(f"{many} {side}" for side, many in own.items())
            return f"{spelled(len(names))} ({told})"
        found: dict[str, list[str]] = {}
        for name, side in sides.items():
            whose = "" if name in met else side, self._versions.get(names[name].record_id, "")
            told = ", ".join(filter(None, whose))
            found.setdefault(told, []).append(self._called.get(name, name))
        met.update(names)
        return listed(f"{listed(own)}{f' ({told})' if told else ''}" for told, own in found.items())


def _rule(left: Sequence[Weighed], settings: Settings, *, is_alone: bool) -> str:
    """By which rule what is left counts; `is_alone` that hints of one are left."""
    if any(row.weight == "admission" and not row.is_implied for row in left):
        return "; an admission proves"
    if not left or any(not row.is_implied or row.weight in _BARE for row in left):
        return ""
    if is_alone:
        return "; one hint proves nothing"
    one_is_proof = "; one hint is proof" if settings.implied == "alone" else ""
    return (
        "; two speakers' hints prove"
        if len({row.record.voice for row in left}) > 1
        else one_is_proof
    )


def _alone(rows: Iterable[Weighed], lost: Iterable[Weighed]) -> list[Weighed]:
    """Hints of those who are lost: of one voice alone these carry nothing."""
    stances = {*map(_stance, lost)}
    hints = (row for row in rows if row.is_implied and row.weight not in _BARE)
    return [row for row in hints if _stance(row) in stances]


def _lost(before: Iterable[Weighed], after: Iterable[Weighed]) -> list[Weighed]:
    """Rows of those who say the same no more."""
    kept = {*map(_stance, after)}
    return [row for row in before if _stance(row) not in kept]


def _who(row: Weighed) -> str:
    return row.record.who or row.record.record_id


def _is_direct(row: Weighed) -> bool:
    return not row.is_implied


def _stance(row: Weighed) -> tuple[str, bool]:
    return _who(row), row.is_for


def _as_weighed(row: Weighed) -> tuple[str, bool, str]:
    return row.record.record_id, row.is_for, row.weight
