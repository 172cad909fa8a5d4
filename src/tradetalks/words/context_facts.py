"""Facts of the story: what the table of context tells, each from the day on which it was known."""

from functools import partial

import pandas as pd

from tradetalks.admitted import Admitting
from tradetalks.facts import Fact, Stated


def context_facts(
    context: pd.DataFrame, as_of: pd.Timestamp, min_confidence: str, hindsight: bool
) -> Stated:
    """Whether each fact of the story is known and may be told, and of what is told, day and number.

    `known_` is true where it was public by `as_of` and is no weaker than the weakest evidence
    admitted; `told_` is true as well where the run has hindsight. What is not told has no day.
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
