"""Tables of claims and verdicts as readers see them: cards, witnesses, answers as marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from notepress.press import Card
from notepress.prose import cited, literal, marked, quoted, swappable, widened
from tradetalks.admitted import WHY_LEFT_OUT
from tradetalks.claims import cards
from tradetalks.claims.checks import TOLD
from tradetalks.claims.docket import span_in_words
from tradetalks.claims.ladder import ASKED, ON_CARD, PLAIN, stops_in
from tradetalks.claims.record import VerdictRecord
from tradetalks.claims.tables import IN_ORDER, accounts, quotations, rests_on_words
from tradetalks.claims.verdict_facts import numbered
from tradetalks.days import in_words
from tradetalks.facts import side_names
from tradetalks.figures.words import NO_CHANGE
from tradetalks.raw.read import RawTables
from whowalkedaway.shown import Shown, as_listed, cites, listed

Row = Mapping[str, Any]
# of verdicts.csv
VERDICT_COLUMNS = [
    *("claim_id", "claimant", "claim_date", "claim", "kind", "verdict", "certainty", "stands"),
    *("evidence_for", "evidence_against", "counter_account", "rests_on", "turns"),
    *("would_change_if", "known_on_the_day", "asked_otherwise", "written", "days", "because"),
]


def on_a_line(events: pd.DataFrame) -> dict[str, Any]:
    """What goes with the drawing of a line of time: its data, words and day before all, sources."""
    return {
        "data": events,
        "labels": listed("line"),
        "first": ["label", "side", "day", "source_id"],
        "source": cites(events["source_id"]),
    }


def accusations(table: pd.DataFrame) -> dict[str, Any]:
    """What goes with the drawing of the accusations: its data, and what a mark tells first."""
    labels = listed("accusations")
    return {
        "data": table[[*labels]],
        "labels": labels,
        "first": ["accusation", "verdict", "reason"],
    }


def turning(table: pd.DataFrame) -> dict[str, Any]:
    """What goes with the drawing of what turns accusations, as `accusations` has it."""
    labels = listed("turning")
    return {
        "data": table[[*labels]],
        "labels": labels,
        "first": ["accusation", "becomes", "change"],
    }


def left_out(table: pd.DataFrame) -> Shown:
    """Records that a choice of the run leaves out: one row each, with the rule in words."""
    return as_listed("left_out", table.assign(why=table["rule"].map(WHY_LEFT_OUT)))


def article(table: pd.DataFrame) -> Shown:
    """Sentences of the article with what the record answers, what is wrong or open first."""
    rows = _rows(table)
    answers = []
    for row in rows:
        name, (words, why) = row["claim_id"], cards.article_words(row)
        told = f"{swappable(words.capitalize(), f'{name}:')}.** {swappable(why, f'{name}::')}"
        answers.append(f"**{told}")
    both = table.assign(
        said=[f"**“{literal(row['fragment'])}”** {literal(row['says'])}." for row in rows],
        answer=answers,
    ).sort_values("verdict", key=lambda given: given.eq("supported"), kind="stable")
    return as_listed("article", both)


def verdict_of(one: Row) -> str:
    """The plain word of a verdict in Markdown, which the page shows otherwise where it turns."""
    return swappable(PLAIN[one["verdict"]].capitalize(), f"verdict_{one['claim_id'].lower()}")


class Claims:
    """Every table in which a claim is shown, of one verdict record.

    `shown` are the verdicts on claims that have a card, `seen` their witnesses by claim, `printed`
    the ids of claims that the text places.
    """

    def __init__(self, record: VerdictRecord, raw: RawTables) -> None:
        self.docket, self.made = record.docket, record.judged.made
        self.sides, self.settings = raw["sides"], record.settings
        self.answers, self.verdicts = record.judged.answers, record.doubted.verdicts
        self.turns, self.imagined = record.doubted.turns, record.doubted.imagined
        self.words = quotations(raw)
        ordered = self.sides.sort_values("order")
        self.adjectives = dict(zip(ordered["side"], ordered["adjective"], strict=True))
        self.claim_of = {row["claim_id"]: row for row in _rows(self.made)}
        self.printed = [*self.made.dropna(subset=["printed"])["claim_id"]]
        charged = record.charges.table["claim_id"]
        self.places = {name: number for number, name in enumerate(charged, 1)}
        has_card = self.verdicts["claim_id"].isin([*record.doubted.contested, *self.printed])
        # the charges of a sum or a denial have cards
        has_card &= ~self.verdicts["kind"].isin(["sum", "denial"])
        self.shown = self.verdicts[has_card]
        persons = raw["speakers"].query("kind == 'person'")
        offices = dict(zip(persons["speaker"], persons["role"], strict=True))
        self.seen = dict[str, list[cards.Seen]]()
        for claim in map(self.docket.claims.__getitem__, self.shown["claim_id"]):
            told = accounts(self.docket, claim, self.settings, self.words)
            own = cards.witnesses(told, self.adjectives, offices, claim.roles.since)
            self.seen[claim.claim_id] = own

    def card(self, row: Row) -> Shown:
        """One claim: its questions with their answers, and what each side's records answer."""
        name, claim = row["claim_id"], self.claim_of[row["claim_id"]]
        family = self.answers["claim_id"].isin(self.docket.family(name))
        # what the accuser did decides nothing, and is in the data alone
        questions = _rows(self.answers[family & self.answers["slot"].ne("before")])
        heard, told = cards.by_cell(self.seen[name]), set[tuple[str, str]]()

        def said(one: cards.Seen) -> str:
            """A witness; words that stand above are not told again."""
            words, is_again = (one.record_id, one.words), (one.record_id, one.words) in told
            told.add(words)
            return _said(one, is_again=is_again and bool(one.words))

        is_charge = claim["kind"] == "charge"
        span = span_in_words(self.docket.claims[name]) if is_charge else ""
        asks = {slot: told.format(span=span) for slot, told in ON_CARD.items() if is_charge}
        cells = {"answer": [_asked(one, asks) for one in questions]} | {
            side: [
                "\n\n".join(map(said, heard[one["question_id"], side])) or "No words were found."
                for one in questions
            ]
            for side in self.adjectives
        }
        return {
            "frame": pd.DataFrame(cells),
            "title": literal(self._called(claim)),
            "labels": cards.side_labels(claim, self.sides),
            "widths": dict(zip(cells, [0.2, 0.4, 0.4], strict=True)),
            "markdown": [*cells],
            "tells": _laid_out(row, questions),
            "card": self._around(row, claim),
        }

    def _called(self, claim: Row) -> str:
        """The title of a card: the name of a claim, of a charge with its side and its place."""
        name = cards.title_words(claim)
        if claim["kind"] != "charge":
            return name
        place = self.places.get(claim["claim_id"], "")
        return f"{self.adjectives[claim['side']]} accusation {place}".rstrip() + f": {name}"

    def _around(self, row: Row, claim: Row) -> Card:
        """What stands around the table of a claim: its verdict, and what turns it."""
        name = row["claim_id"]
        asked = list[str]()
        if claim["kind"] == "charge":
            accused = self.docket.measured.told(claim["accused"])
            asked = [
                literal(cards.asked_words(claim, accused)),
                f"**{swappable(row['answered'], f'{name}.told')}**",
            ]
        certain = cards.certainty_words(row)
        turned = cards.turns_in_sentences(self._turned(row))
        denials = [
            one
            for one in self.claim_of.values()
            if one["kind"] == "denial" and name in self.docket.claims[one["claim_id"]].parts
        ]
        by_press = self.docket.claims[name].by_press
        about = " ".join(map(literal, cards.about_words(row, denials, by_press=by_press)))
        return Card(
            band=verdict_of(row)
            + (f"\\\n[{swappable(certain, f'{name}.certain')}]{{.certain}}" if certain else ""),
            about="\\\n".join(filter(None, [" ".join(asked), about])),
            # what turns a charge that is printed stands with the others in one table
            below=({} if name in self.places else {"What turns it": _after_verdicts(turned)})
            | {
                "The least new evidence that would turn it": _after_verdicts(
                    cards.would_change(self.imagined[name], row["verdict"]).items()
                )
                or literal(row["would_change_if"]),
            },
            colours=dict(zip(self.sides["side"], self.sides["colour"], strict=True)),
        )

    def _turned(self, row: Row) -> dict[str, str]:
        """What single changes make of the verdict on a claim, by its plain words."""
        own = [turn for turn in self.turns if turn.claim_id == row["claim_id"]]
        return cards.turning(row["verdict"], own)

    def events(self, name: str) -> pd.DataFrame:
        """What was said on a charge on a line of time, and what was done, where it is shown."""
        asked = self.answers["claim_id"].eq(name) & self.answers["slot"].eq("act")
        is_done = bool(self.answers.loc[asked, "answer"].isin(["yes", "disputed"]).any())
        claim, seen = self.docket.claims[name], self.seen.get(name, [])
        timed = cards.terms_of(self.docket, claim, self.settings, self.words)
        return cards.on_a_line(seen, timed, claim, is_done=is_done)

    def said_on_the_day(self, name: str) -> Shown:
        """Words of either side on the day of the promise: a column each, empty if one has none."""
        claim = self.docket.claims[name]
        said = cards.said_on_the_day(self.docket, claim, self.settings, self.words)
        told = [
            (side, f"**{literal(one.who)}**: {quoted(*words[:2])}{cited('', one.source_id)}")
            for side, one, words in said
        ]
        columns = {
            side: "\n\n".join(words for own, words in told if own == side)
            for side in self.adjectives
        }
        heard = [*columns] if all(columns.values()) else []
        labels = cards.side_labels({"kind": "fact", "side": "", "accused": ""}, self.sides)
        return {
            "frame": pd.DataFrame([columns])[heard] if heard else pd.DataFrame(),
            "labels": {side: labels[side] for side in heard},
            "markdown": heard,
            "widths": dict.fromkeys(heard, 0.5),
        }

    def told_by_press(self, name: str) -> Shown:
        """Accounts of the press on a charge: one row each, and which questions it answers."""
        heads = {slot: ASKED[slot] for slot in cards.BY_PRESS}
        labels = {"outlet": "Outlet", "sources": "Whose sources"} | heads
        told = [
            {
                "outlet": cited(f"{r['who']}, {in_words(r['day'])}", r["source_id"]),
                "sources": cards.whose(r["sides"], self.adjectives, is_named=r["is_named"]),
                **{slot: marked(r[slot], r[f"{slot}_look"]) if r[slot] else "" for slot in heads},
            }
            for r in cards.told_by_press(self.docket, self.docket.claims[name], self.settings)
        ]
        return {
            "frame": pd.DataFrame(told, columns=[*labels]),
            "labels": labels,
            "markdown": ["outlet", *heads],
            "widths": {"outlet": 0.36, "sources": 0.25} | dict.fromkeys(heads, 0.13),
        }

    def board(self) -> Shown:
        """All verdicts on claims of somebody: one row each, with who makes it and its ground.

        Who made the first of all claims comes first, with all of his own.
        """
        claimed = self.verdicts[self.verdicts["claimant"].ne("")]
        place = {name: at for at, name in enumerate(claimed["claimant"].unique())}
        claimed = claimed.sort_values("claimant", key=lambda who: who.map(place), kind="stable")
        rows = _rows(claimed)
        told = claimed.assign(told=[*map(self._judged, rows)], why=[*map(self._ground, rows)])
        shown = as_listed("board", told)
        return {**shown, "frame": told[["claim_id", *shown["labels"]]], "key": "claim_id"}

    def promises(self, grid: pd.DataFrame) -> Shown:
        """Printed charges as chains of answers: one row each, a mark per question.

        A row that has a name alone heads those of one side; a page has room for whom it accuses,
        and for what promise each is about.
        """
        named = side_names(self.sides)
        heads = {"printed": "Accusation", **ASKED, "verdict": "Verdict"}
        rows, sides = list[dict[str, str]](), set[str]()
        for number, one in enumerate(_rows(grid), 1):
            if one["side"] not in sides:
                sides.add(one["side"])
                of = {row["accused"] for row in _rows(grid) if row["side"] == one["side"]}
                accused = " and ".join(name for side, name in named.items() if side in of)
                who = named[one["side"]]
                whole = f"{who[0].upper()}{who[1:]} accuses {accused}"
                name = f"**{widened(self.adjectives[one['side']], whole)}**"
                rows.append(dict.fromkeys(heads, "") | {"printed": name})
            told = f"{number} [{literal(one['printed'])}](#tbl-claim_{one['claim_id'].lower()})"
            told += widened("", f"promise: {self.claim_of[one['claim_id']]['promise_name']}")
            marks = {
                slot: marked(*link, yes="kept" if slot == "reserved" else "")
                for slot, link in cards.chain_of(one).items()
            }
            rows.append({"printed": told, **marks, "verdict": f"**{verdict_of(one)}**"})
        return {
            "frame": pd.DataFrame(rows, columns=[*heads]),
            "labels": heads,
            "markdown": [*heads],
            "widths": dict(zip(heads, [0.41, 0.1, 0.08, 0.12, 0.12, 0.17], strict=True)),
        }

    def turning(self, drawn: pd.DataFrame) -> pd.DataFrame:
        """Accusations as they are drawn, each once for every verdict that one change makes of it.

        Adds becomes, the verdict in a plain word, and change; where nothing turns it, that.
        """
        exact = self.verdicts.set_index("claim_id")["verdict"]
        told = []
        for row in _rows(drawn):
            name = row["claim_id"]
            turned = self._turned({"claim_id": name, "verdict": exact[name]})
            found = {to: how for to, how in turned.items() if how} or {"": NO_CHANGE}
            told += [
                row | {"becomes": to, "change": how.removesuffix(".")} for to, how in found.items()
            ]
        return pd.DataFrame(told, columns=[*drawn.columns, "becomes", "change"])

    def _judged(self, row: Row) -> str:
        """A verdict in Markdown, how certain it is, and whether nothing turns it."""
        what = IN_ORDER.partition("; ")[0] if self._rests_on(row) == IN_ORDER else ""
        told = what.capitalize() or self._short(row, is_first=True)
        is_firm = row["kind"] in ("charge", "fact") and row["rests_on"] == "firm"
        return f"**{told}**{', firm' if is_firm else ''}"

    def _ground(self, row: Row) -> str:
        """Why a claim has its verdict, in Markdown: from which others, or by which answers.

        Where its cause is not judged, it is told what is.
        """
        name = row["claim_id"]
        if row["kind"] == "value":
            return "words that no evidence decides"
        if self._rests_on(row) == IN_ORDER:
            return f"{IN_ORDER.partition('; ')[2]}: {self._short(row)}"
        why = swappable(cards.in_days(row["why"]), f"{name}.why") if row["why"] else ""
        if row["kind"] in ("denial", "sum"):
            parts = self.claim_of[name]["parts"].split(";")
            charges = numbered(self.places[one] - 1 for one in parts if one in self.places)
            why = f"{'denies' if row['kind'] == 'denial' else 'counts'} {charges}"
        return f"{why} (@tbl-claim_{name.lower()})" if name in self.printed else why

    def _rests_on(self, row: Row) -> str:
        return rests_on_words(self.docket, self.docket.claims[row["claim_id"]])

    def _short(self, row: Row, *, is_first: bool = False) -> str:
        told = cards.short_verdict(row)
        return swappable(told.capitalize() if is_first else told, row["claim_id"])


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: Any = table.to_dict("records")
    return list(rows)


def _after_verdicts(told: Iterable[tuple[str, str]]) -> str:
    """Sentences in Markdown, each of a verdict and what leads to it."""
    return " ".join(f"**{plain.capitalize()}** {literal(how)}" for plain, how in told)


def _said(one: cards.Seen, *, is_again: bool) -> str:
    """A witness in Markdown: its answer as a mark, who it is, and its words, else ours."""
    words = quoted(one.words, one.translation) if one.words else ""
    words = "in the words above" if is_again else words
    ours = f"*In our words:* {literal(one.ours)}" if one.ours else ""
    when = cited(f", {one.when}" if one.when else "", one.source_id)
    head = f"{marked(one.mark, one.look)} **{literal(one.who)}**{when}"
    return "\\\n".join(filter(None, (head, words, ours)))


def _asked(one: Row, asks: Mapping[str, str]) -> str:
    """A question in Markdown: what it asks for, its words, its answer as a mark, and why.

    `asks` has shorter words for it by slot, where it stands in full above.
    """
    head = f"**{ASKED[one['slot']]}**" if one["slot"] in ASKED else ""
    told = f"{head} {literal(asks.get(one['slot'], one['question']))}".strip()
    mark = marked(TOLD[one["answer"]], one["answer"], _answer(one))
    return f"{told}\n\n{mark} {swappable(cards.found_words(one), one['question_id'])}"


def _answer(one: Row) -> str:
    """The value that holds the answer to a question."""
    return f"answer_{one['question_id'].lower().replace('.', '_')}"


def _laid_out(row: Row, questions: Sequence[Row]) -> list[str]:
    """The values that each question of a card lays out: its answer, twice, and of one the verdict.

    That is where a charge stops, and what first keeps a fact from being whole.
    """
    answers = {one["slot"]: one["answer"] for one in questions}
    if row["kind"] == "charge":
        decides = [*answers].index(stops_in(answers))
    else:
        decides = next((at for at, one in enumerate(questions) if one["answer"] != "yes"), 0)
    told = [f"{_answer(one)} {_answer(one).replace('answer_', 'told_', 1)}" for one in questions]
    name = row["claim_id"].lower()
    told[decides] += f" verdict_{name} judged_{name}"
    return told
