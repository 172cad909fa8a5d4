"""What the verdicts say in one state after another, measured once for whatever tells it.

A verdict with its answers takes a moment to tell, and there are hundreds of states; but most leave
most claims as they are. So a claim is told once for all that its checks can find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pandas as pd

from tradetalks.claims.cards import answer_words, article_words, verdict_words
from tradetalks.claims.docket import Docket
from tradetalks.claims.record import Judged, VerdictRecord, facts_of_all, facts_of_claims
from tradetalks.claims.tables import judge_claims
from tradetalks.claims.verdict_facts import Read
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, called_by_name
from tradetalks.parts import Part
from tradetalks.raw.read import RawTables
from whowalkedaway.readings import printed


def told_in_tables(judged: Judged) -> dict[str, str]:
    """Verdicts and answers as they stand in tables, by the id of the claim or question.

    Where a charge stops has the claim's id with a word.
    """
    verdicts = rows_of(judged.verdicts)
    return {
        **{row["claim_id"]: verdict_words(row) for row in verdicts},
        **{f"{row['claim_id']}.stops": row["stops"] for row in verdicts if row["stops"]},
        **{row["question_id"]: answer_words(row) for row in rows_of(judged.answers)},
    }


def article_texts(table: pd.DataFrame) -> dict[str, str]:
    """Verdicts on sentences of the article, and why, by the claim's id with a mark."""
    texts: dict[str, str] = {}
    for row in rows_of(table):
        head, because = article_words(row)
        texts |= {f"{row['claim_id']}:": head, f"{row['claim_id']}::": because}
    return texts


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table as mappings."""
    return table.to_dict("records")


class VerdictTexts:
    """Texts of the parts judged, charges and article by id, as a record states them."""

    def __init__(self, raw: RawTables) -> None:
        self._raw = raw
        self._known: dict[Hashable, Any] = {}

    def of(self, record: VerdictRecord, state: Hashable) -> dict[str, dict[str, str]]:
        """What each part states of the claims made by the day of the record, in this state."""
        found: dict[str, dict[str, str]] = self._once(state, lambda: self._state(record))
        return found

    def _state(self, record: VerdictRecord) -> dict[str, dict[str, str]]:
        docket, settings = record.docket, record.settings
        made = [claim.claim_id for claim in docket.made(settings.as_of)]
        found = {name: docket.found(name, settings) for name in made}
        told = {name: self._claim(docket, settings, name, found[name]) for name in made}
        claims, parts = self._raw["claims"], vars(VerdictRecord)

        def judged() -> Judged:
            verdicts, answers = (
                pd.DataFrame([row for one in told.values() for row in one[place]])
                for place in (0, 1)
            )
            return Judged(claims[claims["claim_id"].isin(made)], verdicts, answers, ())

        # of all claims together verdicts are counted, of charges and the article more is told
        verdict = tuple(docket.outcome(name, settings).verdict for name in made)
        charges = tuple(found[name] for name in made if docket.claims[name].kind == "charge")
        said = tuple(found[name] for name in self._raw["article"]["claim_id"] if name in found)
        own = {id_: text for *_, texts in told.values() for id_, text in texts.items()}
        counted = self._once(
            ("judged", *verdict), lambda: self._texts(facts_of_all(judged(), _READ, self._raw))
        )
        return {
            "judged": own | counted,
            "charges": self._once(
                ("charges", *charges),
                lambda: self._texts(parts["charges"].measure(self._raw, judged()).facts),
            ),
            "article": self._once(
                ("article", *said),
                lambda: self._article(parts["article"].measure(self._raw, docket, judged())),
            ),
        }

    def _once(self, key: Hashable, measure: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = measure()
        return self._known[key]

    def _claim(
        self, docket: Docket, settings: Settings, name: str, found: Hashable
    ) -> tuple[list[Any], list[Any], dict[str, str]]:
        """The rows of one claim among the verdicts and among the answers, and its texts."""

        def measure() -> tuple[list[Any], list[Any], dict[str, str]]:
            tables = judge_claims(docket.of([name]), settings)
            verdicts, answers = (table[table["claim_id"].eq(name)] for table in tables)
            own = Judged(self._raw["claims"], verdicts, answers, ())
            texts = self._texts(facts_of_claims(own, _READ)) | told_in_tables(own)
            return rows_of(verdicts), rows_of(answers), texts

        found_once: tuple[list[Any], list[Any], dict[str, str]] = self._once((name, found), measure)
        return found_once

    def _article(self, part: Part) -> dict[str, str]:
        return self._texts(part.facts) | article_texts(part.table)

    def _texts(self, facts: Iterable[Fact]) -> dict[str, str]:
        return {fact.value_id: printed(fact).text for fact in called_by_name([*facts], self._raw)}


# of what nobody asks here what it was drawn from
_READ: Read = defaultdict(tuple)
