"""Facts of the statement record, and of the story that is told beside it, by facts.csv."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from tradetalks.admitted import Admitting
from tradetalks.facts import Fact, Stated, side_names, told_by

told = told_by(Path(__file__).with_name("facts.csv"))


def ledger_facts(statements: pd.DataFrame) -> Stated:
    """Size of the ledger in the window."""
    counted = statements.loc[statements["in_window"], "statement_id"]
    yield from told("ledger", {"n": len(counted)}, {"statements": list(counted)})


def linked_facts(statements: pd.DataFrame, evidence: pd.DataFrame) -> Stated:
    """How many statements of the ledger in the window are in evidence."""
    counted = statements.loc[statements["in_window"], "statement_id"]
    linked = counted[counted.isin(evidence["statement_id"])]
    yield from told("linked", {"n": len(linked)}, {"statements": list(linked)})


def parameter_facts(days: Mapping[str, pd.Timestamp], as_of: pd.Timestamp) -> Stated:
    """Days that are parameters of the run; no fact of a day that lies ahead."""
    for name, day in days.items():
        is_known = day <= as_of
        row = {"name": name, "day": day if is_known else None, "is_known": is_known}
        yield from told("parameter", row)


def first_charge_facts(uses: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """When each side first makes the charge."""
    charges = uses[uses["role"].eq("charge")]
    for side, whose in side_names(sides).items():
        own = charges[charges["side"].eq(side)]
        row = {"side": side, "whose": whose, "day": own["statement_date"].min()}
        yield from told("first_charge", row, {"statements": [*own["statement_id"].head(1)]})


def first_accusation_facts(first: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Who charged first, if anybody did, after the last talks, and how soon the other answered."""
    for row in first.to_dict("records"):
        row |= {"who": side_names(sides)[row["side"]]}
        both = [one for one in (row["statement_id"], row["answer_id"]) if pd.notna(one)]
        yield from told("talks_end", row)
        yield from told("accuser", row, {"statements": both[:1]})
        yield from told("accused", row)
        yield from told("accusation_answered", row, {"statements": both})


def day_by_day_facts(
    events: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, named: Collection[str]
) -> Stated:
    """The days that are looked at one by one, and how many of their events are known in which way.

    `named` are accounts of the press: flags say whether one comes before every change of a rate.
    """
    yield from told("close_known", {"is_known": len(events) > 0})
    if events.empty:
        return
    account = events["when"][events["record_ids"].isin([*named])]
    is_drawn = bool(account.max() < events["when"][events["kind"].eq("rate change")].min())
    row = {"start": start, "end": end, "days": (end - start).days + 1, "n": len(events)}
    row |= {"is_drawn": is_drawn, "is_not_drawn": not is_drawn}
    known = {"measure": 0, "on record": 0, "unnamed sources": 0}
    yield from told("close", row | known | events["known"].value_counts().to_dict())


def day_facts(table: str, ids: Iterable[str], days: pd.Series) -> Stated:
    """Whether records of a table are known, and their `days` by id; words where they are not."""
    for name in ids:
        row = {"name": name, "is_known": name in days.index, "day": days.get(name)}
        yield from told("day", row, {table: [name]})


def agreement_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two codings beyond chance, where there is a second one."""
    yield from told("recoded", {"n": len(recoding)})
    for row in agreement.to_dict("records"):
        yield from told("kappa", row)


def context_facts(
    context: pd.DataFrame, as_of: pd.Timestamp, min_confidence: str, hindsight: bool
) -> Stated:
    """Whether each fact of the story is known and may be told, and of what is told, day and number.

    `known_` asks what was public by `as_of` and admitted; with hindsight `told_` what is admitted.
    """
    later, admitting = [], Admitting(as_of, min_confidence)
    for row in context.to_dict("records"):
        name, known, number = row["context_id"], row["known_date"], row["value"]
        rule = admitting.rule_against(None, row["confidence"], is_verified=row["verified"])
        is_known = rule is None and known <= as_of
        is_told = is_known or (rule is None and hindsight)
        if is_told and not is_known:
            later.append(name)
        # a run names nothing that it does not tell
        rows = {"context": [name] if is_told else []}
        yield from told("context", row | {"is_known": is_known, "is_told": is_told}, rows)
        if is_told:
            day = known.date()
            yield from told("context_told", row, rows, known=day)
            if pd.notna(number):
                about, digits = row["fact"].rstrip("."), 0 if number == int(number) else None
                of = {"rows": rows, "digits": digits, "known": day}
                yield Fact(f"number_{name}", number, row["unit"], about, **of)
    yield from told("hindsight", {"is_so": bool(later)}, {"context": later})
