"""What the verdicts say in one state after another, measured once for whatever tells it.

There are hundreds of states; but most leave most claims as they are. So a claim is told once for
all that its checks can find, and nothing is laid into a table that nobody sees.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from tradetalks.claims import verdict_facts
from tradetalks.claims.cards import (
    answer_words,
    article_words,
    certainty_words,
    in_days,
    link_words,
    short_verdict,
)
from tradetalks.claims.docket import Claim, Docket, with_names
from tradetalks.claims.ladder import Outcome
from tradetalks.claims.record import VerdictRecord, facts_of_all, in_hindsight, looked_back
from tradetalks.claims.tables import Listed, charge_grid, judge_claim, rests_on_words
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, called_by_name
from tradetalks.noted import Found
from tradetalks.raw.read import RawTables
from whowalkedaway.readings import printed


def told_in_tables(verdicts: Listed, answers: Listed) -> dict[str, str]:
    """Verdicts and answers as they stand in tables, by the id of the claim or question.

    Where a charge stops, its answers in a sentence and how certain it is have the claim's id with
    a word; an answer in a row of the charges has that of its question.
    """
    promised = {row["claim_id"]: row["answer"] for row in answers if row["slot"] == "undertaken"}
    stops = {row["claim_id"]: row["stops"] for row in verdicts}
    return {
        **{row["claim_id"]: short_verdict(row) for row in verdicts},
        **{f"{row['claim_id']}.stops": row["stops"] for row in verdicts if row["stops"]},
        **{f"{row['claim_id']}.told": row["answered"] for row in verdicts if row["answered"]},
        **{f"{row['claim_id']}.why": in_days(row["why"]) for row in verdicts},
        **{f"{row['claim_id']}.certain": certainty_words(row) for row in verdicts},
        **{row["question_id"]: answer_words(row) for row in answers},
        **{
            f"{row['question_id']}.link": link_words(
                *(row["slot"], row["answer"], row["certainty"]),
                *(promised[row["claim_id"]], stops[row["claim_id"]]),
            )
            for row in answers
            if row["claim_id"] in promised and row["slot"] != "before"
        },
    }


def article_texts(article: Listed) -> dict[str, str]:
    """Verdicts on sentences of the article, and why, by the claim's id with a mark."""
    texts: dict[str, str] = {}
    for row in article:
        head, because = article_words(row)
        texts |= {f"{row['claim_id']}:": head, f"{row['claim_id']}::": because}
    return texts


# the parts that are told here
OF_VERDICTS = ("judged", "charges", "article", "looking_back")
# a claim as judged, the answers behind it, and the texts of both
Told = tuple[dict[str, Any], list[dict[str, Any]], dict[str, str]]
# texts by id of one part, apart where they move apart; each is one object wherever it is the same
Pieces = Sequence[Mapping[str, str]]


class VerdictTexts:
    """Texts of the parts in `OF_VERDICTS` by id, as a record states them."""

    def __init__(self, raw: RawTables) -> None:
        self._raw, self._sides = raw, raw["sides"]
        self._claims = with_names(raw["claims"]).to_dict("records")
        self._charged = [row["claim_id"] for row in self._claims if pd.notna(row["printed"])]
        self._article = [*raw["article"].sort_values("order")["claim_id"]]
        self._told: dict[Hashable, Any] = {}
        self.of = cache(self._of)

    def _of(self, record: VerdictRecord) -> dict[str, Pieces]:
        """What each part states of the claims made by the day of the record."""
        docket, settings, sides = record.docket, record.settings, self._sides
        made = docket.made(settings.as_of)
        told = {one.claim_id: self._claim(docket, one, settings) for one in made}
        verdicts = [verdict for verdict, *_ in told.values()]
        words = ((row["claim_id"], row["verdict"]) for row in verdicts)
        charged, cited = (
            [name for name in names if name in told] for names in (self._charged, self._article)
        )
        then = looked_back(docket, settings, record.given["hindsight"])

        def charges() -> dict[str, str]:
            answers = [row for name in charged for row in told[name][1]]
            grid = charge_grid(sides, self._claims, answers, [told[name][0] for name in charged])
            return self._texts(verdict_facts.carried_facts(grid, sides))

        def article() -> dict[str, str]:
            said = {name: rests_on_words(docket, docket.claims[name]) for name in cited}
            rows = [told[name][0] | {"said": one} for name, one in said.items()]
            return self._texts(verdict_facts.article_facts(rows)) | article_texts(rows)

        def judge(name: str, at: Settings) -> Outcome:
            bearing = docket.bearing_on(name, at)
            return self._once(("then", bearing), lambda: docket.outcome(name, at))

        def together() -> dict[str, str]:
            return self._texts(facts_of_all(verdicts, self._claims, _READ, self._raw))

        def looking_back() -> dict[str, str]:
            days = settings.as_of, then.as_of
            return self._texts(verdict_facts.looking_back_facts(later, _READ, *days))

        later = in_hindsight(docket, then, judge)
        return {
            "judged": [
                *(texts for *_, texts in told.values()),
                self._once(("together", *words), together),
            ],
            "charges": [self._once(("charges", *(id(told[one]) for one in charged)), charges)],
            "article": [self._once(("article", *(id(told[one]) for one in cited)), article)],
            "looking_back": [self._once(("looking_back", *later.values()), looking_back)],
        }

    def _claim(self, docket: Docket, claim: Claim, settings: Settings) -> Told:
        """A claim as judged, the answers behind it, and the texts of both."""

        def told() -> Told:
            verdict, behind = judge_claim(docket, claim, settings)
            facts = verdict_facts.verdict_facts([verdict], _READ)
            texts = self._texts([*facts, *verdict_facts.answer_facts(behind, _READ)])
            return verdict, behind, texts | told_in_tables([verdict], behind)

        def found() -> Told:
            family = docket.family(claim.claim_id)
            return self._once((claim, *(docket.found(one, settings) for one in family)), told)

        return self._once(docket.bearing_on(claim.claim_id, settings), found)

    def _once(self, key: Hashable, tell: Callable[[], Found]) -> Found:
        """What is told, once for all that has the key."""
        if key not in self._told:
            self._told[key] = tell()
        found: Found = self._told[key]
        return found

    def _texts(self, facts: Iterable[Fact]) -> dict[str, str]:
        return {fact.value_id: printed(fact).text for fact in called_by_name([*facts], self._raw)}


# of what nobody asks here what it was drawn from
_READ: verdict_facts.Read = defaultdict(tuple)
