"""Facts of the statement record, and of the story that is told beside it."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

import pandas as pd

from tradetalks.admitted import Admitting
from tradetalks.facts import NO_DAY, Fact, Stated, side_names
from tradetalks.words import sequence


def ledger_facts(statements: pd.DataFrame) -> Stated:
    """Size of the ledger in the window."""
    counted = statements[statements["in_window"]]
    rows = {"statements": list(counted["statement_id"])}
    yield Fact("n_statements", len(counted), "count", "statements that count", rows)


def parameter_facts(days: Mapping[str, pd.Timestamp], as_of: pd.Timestamp) -> Stated:
    """Days that are parameters of the run; no fact of a day that lies ahead."""
    for name, day in days.items():
        if day <= as_of:
            yield Fact(name, day, "date", "a parameter of the run")
        yield Fact(f"{name}_is_known", day <= as_of, "flag", f"{name} is past")


def first_charge_facts(uses: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """When each side first makes the charge."""
    charges = uses[uses["role"].eq("charge")]
    for side, whose in side_names(sides).items():
        own = charges[charges["side"].eq(side)]
        rows, day = {"statements": [*own["statement_id"].head(1)]}, own["statement_date"].min()
        about = f"first charge of going back, by {whose}"
        yield Fact(f"first_charge_{side}", day, "date", about, rows).or_words(NO_DAY)


def first_accusation_facts(first: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Who charged first, if anybody did, after the last talks, and how soon the other answered."""
    for row in first.to_dict("records"):
        charge_id, answer_id = row["statement_id"], row["answer_id"]
        about = "last day of the last talks that had begun before the breakdown"
        yield Fact("talks_end", row["talks_end"], "date", about)
        charged = "first charge of going back after the last talks before the breakdown"
        who, rows = side_names(sides)[row["side"]], {"statements": [charge_id]}
        yield Fact("first_accuser", who, "text", f"who made the {charged}", rows)
        about = f"days from these talks to the {charged}"
        yield Fact("first_accused_days", row["days"], "days", about)
        about = f"days from the {charged} to the other side's charge or denial"
        rows = {"statements": [charge_id, *([answer_id] if pd.notna(answer_id) else ())]}
        answer = Fact("first_answer_days", row["answer_days"], "days", about, rows)
        yield answer.or_words("no answer yet")


def day_by_day_facts(
    events: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, named: Collection[str]
) -> Stated:
    """The days that are looked at one by one, and how many of their events are known in which way.

    `named` are accounts of the press: flags say whether one comes before every change of a rate.
    """
    about = "whether there are events to look at day by day"
    yield Fact("days_are_close", len(events) > 0, "flag", about)
    if events.empty:
        return
    yield Fact("close_start", start, "date", "first day looked at by itself")
    yield Fact("close_end", end, "date", "last day looked at by itself")
    yield Fact("close_days", (end - start).days + 1, "days", "days looked at one by one")
    yield Fact("n_close", len(events), "count", "events of these days")
    for known, name in zip(sequence.HOW_KNOWN, ("measures", "on_record", "unnamed"), strict=True):
        count, about = events["known"].eq(known).sum(), f"of them known by: {known}"
        yield Fact(f"n_close_{name}", count, "word", about).or_none()
    told = events["when"][events["record_ids"].isin([*named])]
    is_told = bool(told.max() < events["when"][events["kind"].eq("rate change")].min())
    about = "whether a named account of these days comes before every change of a rate in them"
    yield Fact("order_is_drawn", is_told, "flag", about)
    yield Fact("order_is_not_drawn", not is_told, "flag", f"not {about}")


def day_facts(table: str, ids: Iterable[str], days: pd.Series) -> Stated:
    """Whether records of a table are known, and their `days` by id; words where they are not."""
    for name in ids:
        rows, day = {table: [name]}, days.get(name)
        yield Fact(f"known_{name}", name in days.index, "flag", f"whether {name} is known", rows)
        yield Fact(f"day_{name}", day, "date", "day of this record", rows).or_words(NO_DAY)


def agreement_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two codings beyond chance, where there is a second one."""
    yield Fact("n_recoded", len(recoding), "count", "statements coded a second time")
    for row in agreement.to_dict("records"):
        about = f"Cohen's kappa of the second coding of {row['variable']}"
        yield Fact(f"kappa_{row['variable']}", row["kappa"], "number", about)


def context_facts(
    context: pd.DataFrame, as_of: pd.Timestamp, min_confidence: str, hindsight: bool
) -> Stated:
    """Whether each fact of the story is known and may be told, and of what is told, day and number.

    `known_` asks what was public by `as_of` and admitted; with hindsight `told_` what is admitted.
    """
    later, admitting = [], Admitting(as_of, min_confidence)
    for row in context.to_dict("records"):
        name, known, is_verified = row["context_id"], row["known_date"], row["verified"]
        rule = admitting.rule_against(None, row["confidence"], is_verified=is_verified)
        is_known = rule is None and known <= as_of
        is_told = is_known or (rule is None and hindsight)
        if is_told and not is_known:
            later.append(name)
        # a run names nothing that it does not tell
        rows, about = {"context": [name] if is_told else []}, f"whether fact {name} of the story is"
        yield Fact(f"known_{name}", is_known, "flag", f"{about} known on the day of the run", rows)
        yield Fact(f"told_{name}", is_told, "flag", f"{about} known by then, or told later", rows)
        if is_told:
            day, about, number = known.date(), row["fact"].rstrip("."), row["value"]
            yield Fact(f"day_{name}", row["date"], "date", "day told in the story", rows, known=day)
            if pd.notna(number):
                places = 0 if number == int(number) else None
                of = partial(Fact, rows=rows, digits=places, known=day)
                yield of(f"number_{name}", number, row["unit"], about)
    about = "whether the story tells what became known after the day of the run"
    yield Fact("context_is_hindsight", bool(later), "flag", about, {"context": later})
