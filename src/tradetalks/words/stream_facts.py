"""Facts of channels of which everything is counted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tradetalks.facts import Fact, Stated
from tradetalks.words import streams

NO_SUCH_DAY = "no day on record"


def channel_facts(table: pd.DataFrame, channels: pd.DataFrame, said: pd.DataFrame) -> Stated:
    """Of each channel of the `table` whether it is counted, and how much was `said` in it."""
    known = channels.set_index("stream")
    missing_of = streams.missing_days(channels)["stream"].value_counts()
    for stream in table["stream"]:
        is_counted, of = stream in known.index, f"stream_{stream}"
        yield Fact(f"{of}_is_counted", is_counted, "flag", f"whether {stream} are counted")
        if is_counted:
            row, own = known.loc[stream], said[said["stream"].eq(stream)]
            about = f"{row['called']} in these days"
            yield Fact(f"{of}_all", own["items"].sum(), "count", about)
            on = own.loc[own["on_quarrel"], "items"].sum()
            yield Fact(f"{of}_on", on, "count", f"{about}, on the quarrel")
            missing = missing_of.get(stream, 0)
            about = f"days of {row['called']} that are known to be missing"
            yield Fact(f"{of}_missing", missing, "word", about).or_none()


def word_facts(words: pd.DataFrame, weeks: pd.DataFrame, breakdown: pd.Timestamp) -> Stated:
    """Since when each channel speaks of a broken word, and its first whole weeks."""
    by_week = streams.measure_weeks
    for row in words.to_dict("records"):
        of, whose = f"stream_{row['stream']}", f"on the quarrel, of {row['stream']}"
        about = f"{row['stream']} with words of a broken word"
        yield Fact(f"{of}_words_past", row["before"], "word", f"{about}, before").or_none()
        yield Fact(f"{of}_words_since", row["since"], "word", f"{about}, from then on").or_none()
        for name, day in (
            ("words_last", Fact("", row["last_before"], "date", f"last {about}, before")),
            ("words_first", Fact("", row["first_since"], "date", f"first {about}, since")),
            ("quiet_since", Fact("", row["quiet_since"], "date", f"last before, {whose}")),
            ("first_on", Fact("", row["first_on"], "date", f"first from then on, {whose}")),
        ):
            yield replace(day, value_id=f"{of}_{name}").or_words(NO_SUCH_DAY)
    for number in range(2):
        week = breakdown + pd.Timedelta(weeks=number)
        for row in weeks[weeks["week"].eq(week)].to_dict("records"):
            about = f"on the quarrel in week {number + 1} from the breakdown, of {row['stream']}"
            name = f"stream_{row['stream']}_week_{number + 1}"
            yield Fact(name, row["on_quarrel"], "word", about, function=by_week).or_none()


def break_facts(
    breaks: pd.DataFrame, table: pd.DataFrame, spans: Mapping[str, int], breakdown: pd.Timestamp
) -> Stated:
    """How each channel changed at the breakdown, and the placebos, by the name of each span.

    Words are told of the first span alone, counts of each text once not of the last.
    """
    if table.empty:
        return
    yield Fact("placebo_weekday", f"{breakdown:%A}", "text", "day of the week of the placebos")
    main = next(iter(spans.values()))
    for name, span in spans.items():
        yield Fact(f"span{name}", span, "days", "days on either side")
    whole = {*breaks.loc[breaks["span"].eq(main), "stream"]} if len(breaks) else set()
    for stream in table["stream"]:
        about = f"whether {stream} are known whole around the breakdown"
        yield Fact(f"stream_{stream}_is_whole", stream in whole, "flag", about)
        yield Fact(f"stream_{stream}_is_not_whole", stream not in whole, "flag", f"not {about}")
    for name, span in spans.items():
        for row in breaks[breaks["span"].eq(span)].to_dict("records") if len(breaks) else ():
            is_once, compared = row["counted"] == "texts", row["compared"]
            if is_once and (compared == "share" or span > 1.5 * main):
                continue
            if compared != "words" or span == main:
                yield from _break_facts(row, name + ("_once" if is_once else ""))


# of what is compared: what an id has for it, the columns of its two sides, their unit, and words
_TOLD = {
    "number": ("on", "on_quarrel", "word", "on the quarrel"),
    "share": ("share", "share", "share", "share on the quarrel"),
    "words": ("words", "with_words", "word", "with words of a broken word"),
}


def _break_facts(row: Mapping[Any, Any], ending: str) -> Iterator[Fact]:
    """The facts of one way of comparing a channel; `ending` ends their ids."""
    name, column, unit, about = _TOLD[row["compared"]]
    days = f"{row['span']} days"
    once = ", each text once" if row["counted"] == "texts" else ""

    def fact(what: str, value: object, unit: str, says: str, text: str | None = None) -> Fact:
        value_id = f"stream_{row['stream']}_{what}{ending}"
        return Fact(value_id, value, unit, f"{row['stream']} {says}{once}", text=text)

    for when in ("before", "after"):
        said = f"{days} {when} the breakdown"
        if name == "on":
            yield fact(f"all_{when}", row[f"all_{when}"], "count", f"in all, {said}")
            days_with = f"days with any, {said}"
            yield fact(f"days_{when}", row[f"days_{when}"], "word", days_with).or_none()
        yield fact(f"{name}_{when}", row[f"{column}_{when}"], unit, f"{about}, {said}").or_none()
    digits, scale = (1, 100.0) if name == "share" else (0, 1)
    for what, whose in (("change", "the breakdown"), ("largest", "the placebos, the largest")):
        told = f"{scale * row[what]:+.{digits}f}".replace("-", "\u2212") if row[what] else "0"
        unit = "pp" if name == "share" else "count"
        says = f"{about}, {days} after less before, of {whose}"
        change = fact(f"{name}_{what}", scale * row[what], unit, says, told)
        if what == "change":
            ends = {when: scale * row[f"{column}_{when}"] for when in ("after", "before")}
            change = change.put_together("after - before", ends)
        yield change
    if name == "on":
        yield fact("placebos", row["placebos"], "count", f"placebo days known {days} around each")
    says = f"{about}, {days}: placebos with as large a change"
    yield fact(f"{name}_as_large", row["as_large"], "word", says).or_none()
