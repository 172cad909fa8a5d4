"""Facts of channels of which everything is counted, by facts.csv."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.facts import Fact, Stated, told_by
from tradetalks.words import sample, streams

told = told_by(Path(__file__).with_name("facts.csv"))


def channel_facts(table: pd.DataFrame, channels: pd.DataFrame, said: pd.DataFrame) -> Stated:
    """Of each channel of the `table` whether it is counted, and how much was `said` in it."""
    known = {row["stream"]: row for row in channels.to_dict("records")}
    missing = streams.missing_days(channels)["stream"].value_counts()
    for stream in table["stream"]:
        yield from told("channel", {"stream": stream, "is_counted": stream in known})
        if stream in known:
            own = said[said["stream"].eq(stream)]
            on = own.loc[own["on_quarrel"], "items"].sum()
            counts = {
                "all": own["items"].sum(),
                "on": on,
                "missing": missing.get(stream, 0),
            }
            yield from told("items", known[stream] | counts)


def word_facts(words: pd.DataFrame, weeks: pd.DataFrame, breakdown: pd.Timestamp) -> Stated:
    """Since when each channel speaks of a broken word, and its first whole weeks."""
    for row in words.to_dict("records"):
        yield from told("words", row)
    for number in (1, 2):
        week = breakdown + pd.Timedelta(weeks=number - 1)
        for row in weeks[weeks["week"].eq(week)].to_dict("records"):
            yield from told("week", row | {"number": number}, function=streams.measure_weeks)


def break_facts(
    breaks: pd.DataFrame, table: pd.DataFrame, spans: Mapping[str, int], breakdown: pd.Timestamp
) -> Stated:
    """How each channel changed at the breakdown, and the placebos, by the name of each span.

    Words are told of the first span alone, counts of each text once not of the last.
    """
    if table.empty:
        return
    yield from told("weekday", {"weekday": f"{breakdown:%A}"})
    main = next(iter(spans.values()))
    for name, span in spans.items():
        yield from told("span", {"name": name, "span": span})
    whole = {*breaks.loc[breaks["span"].eq(main), "stream"]} if len(breaks) else set()
    for stream in table["stream"]:
        is_whole = stream in whole
        about = {"stream": stream, "is_whole": is_whole, "is_not_whole": not is_whole}
        yield from told("whole", about)
    made = reached = 0
    for name, span in spans.items():
        for row in breaks[breaks["span"].eq(span)].to_dict("records") if len(breaks) else ():
            is_once, compared = row["counted"] == "texts", row["compared"]
            if is_once and (compared == "share" or span > 1.5 * main):
                continue
            if compared != "words" or span == main:
                made, reached = made + 1, reached + (row["as_large"] > 0)
                yield from _break_facts(row, name + ("_once" if is_once else ""))
    if made:
        yield from told("comparisons", {"made": made, "reached": reached})


def sample_facts(
    drawn: pd.DataFrame, found: pd.DataFrame, read: pd.DataFrame, breaks: pd.DataFrame
) -> Stated:
    """How well the patterns find what is on the quarrel, and the counts so corrected.

    `drawn` is what was read by hand, `breaks` are of one span, all items.
    """
    if len(drawn):
        yield from told("confidence", {"confidence": sample.CONFIDENCE})
    for stream, own in drawn.groupby("stream", sort=False):
        far = own["kind"].eq("far")
        counts = {"read": len(own), "far": far.sum(), "far_on": own.loc[far, "on_quarrel"].sum()}
        counts["doubtful"] = own["is_doubtful"].sum()
        about = {"stream": stream, "was_read": stream in {*read["stream"]}} | counts
        yield from told("sample", about, {"stream_sample": own["item_id"].to_list()})
    for row in found.to_dict("records"):
        yield from told("found", row, function=sample.measure_sample)
    for row in read.to_dict("records"):
        yield from told("by_hand", row, function=sample.measure_read)
    ends = found.set_index(["stream", "where", "measured"])
    for row in breaks.to_dict("records"):
        if (row["stream"], "outside", "recall") in ends.index:
            least = ends.loc[(row["stream"], "outside", "recall"), "low"]
            most = ends.loc[(row["stream"], "outside", "precision"), "high"]
            terms = {"largest": row["largest"], "precision": most, "recall": least}
            largest = {"stream": row["stream"], "largest": row["largest"] * most / least}
            yield from told("by_hand_largest", largest, terms=terms)


# of what is compared: what an id has for it, the columns of its two sides, units, and words
_TOLD = {
    "number": ("on", "on_quarrel", "word", "count", "on the quarrel"),
    "share": ("share", "share", "share", "pp", "share on the quarrel"),
    "words": ("words", "with_words", "word", "count", "with words of a broken word"),
}


def _break_facts(row: Mapping[Any, Any], ending: str) -> Iterator[Fact]:
    """The facts of one way of comparing a channel; `ending` ends their ids."""
    name, column, unit, of, about = _TOLD[row["compared"]]
    row = {**row, "name": name, "unit": unit, "of": of, "about": about, "ending": ending}
    row["once"] = ", each text once" if row["counted"] == "texts" else ""
    for when in ("before", "after"):
        then = {one: row[f"{one}_{when}"] for one in ("all", "days")}
        then |= {"when": when, "is": row[f"{column}_{when}"]}
        if name == "on":
            yield from told("in_all", row | then)
        yield from told("side", row | then)
    digits, scale = (1, 100.0) if name == "share" else (0, 1)
    ends = {when: scale * row[f"{column}_{when}"] for when in ("after", "before")}
    for what in ("change", "largest"):
        number = scale * row[what]
        text = f"{number:+.{digits}f}".replace("-", "\u2212") if number else "0"
        yield from told(what, row | {what: number}, terms=ends, text=text)
    if name == "on":
        apart = row["apart"]
        yield from told("placebos", row | {"one_in": apart + 1}, terms={"apart": apart})
    yield from told("as_large", row)
