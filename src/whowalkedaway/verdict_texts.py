"""What the verdicts say in one state after another, measured once for whatever tells it.

There are hundreds of states; but most leave most claims as they are. So a claim is told once for
all that its checks can find, and nothing is laid into a table that nobody sees.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
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
from tradetalks.claims.docket import Docket
from tradetalks.claims.record import VerdictRecord, facts_of_all, in_hindsight, looked_back
from tradetalks.claims.tables import Listed, charge_grid, judge_claim, rests_on_words
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, called_by_name
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


class VerdictTexts:
    """Texts of the parts in `OF_VERDICTS` by id, as a record states them."""

    def __init__(self, raw: RawTables) -> None:
        self._raw = raw
        self._claims = raw["claims"].to_dict("records")
        self._article = raw["article"].sort_values("order").to_dict("records")
        self._measured = cache(self._measure)
        self._told: dict[Hashable, Any] = {}

    def of(self, record: VerdictRecord) -> dict[str, dict[str, str]]:
        """What each part states of the claims made by the day of the record."""
        return self._measured(record.docket, record.settings, record.given["hindsight"])

    def _measure(
        self, docket: Docket, settings: Settings, hindsight: bool
    ) -> dict[str, dict[str, str]]:
        own: dict[str, str] = {}
        verdicts: list[dict[str, Any]] = []
        answers: list[dict[str, Any]] = []
        found = cache(lambda name: docket.found(name, settings))
        keys: dict[str, Hashable] = {}
        for claim in docket.made(settings.as_of):
            name = claim.claim_id
            keys[name] = key = name, *map(found, docket.family(name))
            if key not in self._told:
                verdict, behind = judge_claim(docket, claim, settings)
                facts = verdict_facts.verdict_facts([verdict], _READ)
                texts = self._texts([*facts, *verdict_facts.answer_facts(behind, _READ)])
                self._told[key] = verdict, behind, texts | told_in_tables([verdict], behind)
            verdict, behind, texts = self._told[key]
            own |= texts
            verdicts.append(verdict)
            answers += behind
        judged = {row["claim_id"]: row for row in verdicts}

        def charges() -> dict[str, str]:
            grid = charge_grid(self._raw["sides"], self._claims, answers, verdicts)
            return self._texts(verdict_facts.carried_facts(grid, self._raw["sides"]))

        def article() -> dict[str, str]:
            rows = [
                judged[row["claim_id"]]
                | {"said": rests_on_words(docket, docket.claims[row["claim_id"]])}
                for row in self._article
                if row["claim_id"] in judged
            ]
            return self._texts(verdict_facts.article_facts(rows)) | article_texts(rows)

        printed = [row["claim_id"] for row in self._claims if pd.notna(row["printed"])]
        told_of = [row["claim_id"] for row in self._article]

        def together() -> dict[str, str]:
            return self._texts(facts_of_all(verdicts, self._claims, _READ, self._raw))

        words = ((row["claim_id"], row["verdict"]) for row in verdicts)
        then = looked_back(docket, settings, hindsight)
        later = in_hindsight(docket, then)

        def looking_back() -> dict[str, str]:
            days = settings.as_of, then.as_of
            return self._texts(verdict_facts.looking_back_facts(later, _READ, *days))

        return {
            "judged": own | self._once(together, words),
            "charges": self._once(charges, map(keys.get, printed)),
            "article": self._once(article, map(keys.get, told_of)),
            "looking_back": self._once(looking_back, later.values()),
        }

    def _once(
        self, tell: Callable[[], dict[str, str]], found: Iterable[Hashable]
    ) -> dict[str, str]:
        """What a part states, told once for all found of its claims."""
        key = tell.__name__, *found
        if key not in self._told:
            self._told[key] = tell()
        told: dict[str, str] = self._told[key]
        return told

    def _texts(self, facts: Iterable[Fact]) -> dict[str, str]:
        return {fact.value_id: printed(fact).text for fact in called_by_name([*facts], self._raw)}


# of what nobody asks here what it was drawn from
_READ: verdict_facts.Read = defaultdict(tuple)
