"""All that one voice of each side said in one channel, by week, held against its own past alone."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tradetalks.admitted import look_up

# what is counted of a channel: every item, or a text that is repeated on a day once
COUNTED = ("items", "texts")

# what is compared: items on the quarrel, their share of all, those with words of a broken word
COMPARED = ("number", "share", "words")

_WEEK = pd.Timedelta(days=7)
_KEYS = ["stream", "counted", "span"]


def clean_channels(
    channels: pd.DataFrame, *, as_of: pd.Timestamp, include_editorials: bool
) -> pd.DataFrame:
    """Keep channels begun by `as_of`, in the table's order; editorials where they count.

    `last_day` is the last that is whole and known.
    """
    kept = channels[channels["first_day"].le(as_of)]
    kept = kept if include_editorials else kept[~kept["is_editorial"]]
    last = kept["last_day"].where(kept["last_day"].le(as_of), as_of)
    return kept.assign(last_day=last).reset_index(drop=True)


def clean_streams(
    streams: pd.DataFrame, readings: pd.DataFrame, channels: pd.DataFrame
) -> pd.DataFrame:
    """Keep what was said by the last day of each of `channels`: one row per row of `streams`.

    Added is `with_words`: whether it speaks of a word broken or kept in this quarrel, as read.
    """
    counted = readings.loc[readings["counts"], "item_id"]
    until = look_up(streams["stream"], channels.set_index("stream")["last_day"])
    kept = streams[streams["day"].le(until)]
    return kept.assign(with_words=kept["item_id"].isin(counted)).reset_index(drop=True)


def count_days(streams: pd.DataFrame, channels: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Count channels by day: `stream`, `day`, `all`, `on_quarrel`, `with_words`, without a gap."""
    counts = streams["items"] - (streams["copies"] if counted == "texts" else 0)
    shown = streams[["stream", "day"]].assign(
        all=counts,
        on_quarrel=counts.where(streams["on_quarrel"], 0),
        with_words=counts.where(streams["with_words"], 0),
    )
    by_day = shown.groupby(["stream", "day"]).sum()
    if channels.empty:
        return by_day.reset_index()
    spans = [*map(pd.date_range, channels["first_day"], channels["last_day"])]
    names = channels["stream"].repeat([*map(len, spans)])
    every = pd.MultiIndex.from_arrays([names, np.concatenate(spans)], names=["stream", "day"])
    return by_day.reindex(every, fill_value=0).reset_index()


def measure_weeks(
    streams: pd.DataFrame, channels: pd.DataFrame, breakdown: pd.Timestamp
) -> pd.DataFrame:
    """Count each channel by whole weeks from the weekday of the breakdown, empty ones included.

    Columns: `stream`, `week` (its first day), `all`, `on_quarrel`, `with_words`; `worded`, ids of
    these.
    """
    days = count_days(streams, channels, "items")
    weeks = _in_weeks(days, breakdown).groupby(["stream", "week"], sort=False)
    table = weeks[["all", "on_quarrel", "with_words"]].sum()
    worded = _in_weeks(streams[streams["with_words"]], breakdown).groupby(["stream", "week"])
    table = table.join(worded["item_id"].agg("; ".join).rename("worded"))
    return table[weeks.size().eq(7)].reset_index()


def missing_days(channels: pd.DataFrame) -> pd.DataFrame:
    """Days of each channel that are known not to be there, until its last: `stream`, `day`."""
    rows = [
        (row["stream"], day)
        for row in channels.dropna(subset=["missing_days"]).to_dict("records")
        for span in row["missing_days"].split(";")
        for day in pd.date_range(span.split("/")[0], span.split("/")[-1])
        if day <= row["last_day"]
    ]
    return pd.DataFrame(rows, columns=["stream", "day"]).astype({"day": "datetime64[ns]"})


def measure_gaps(streams: pd.DataFrame, channels: pd.DataFrame) -> pd.DataFrame:
    """Days of each channel of which nothing is there: `stream`, `start` and `end` of each gap.

    These are days that are known to be missing, and three or more in a row without any item: two
    are a weekend.
    """
    days = count_days(streams, channels, "items")
    is_silent = days["all"].eq(0)
    run = (is_silent.ne(is_silent.shift()) | days["stream"].ne(days["stream"].shift())).cumsum()
    is_long = is_silent & (np.bincount(run)[run] >= 3)
    silent = days.loc[is_long, ["stream", "day"]]
    found = pd.concat([silent, missing_days(channels)]).drop_duplicates()
    found = found.sort_values(["stream", "day"], ignore_index=True)
    is_new = found["day"].diff().ne(pd.Timedelta(days=1)) | found["stream"].ne(
        found["stream"].shift()
    )
    spans = found.groupby(is_new.cumsum())
    return spans.first().rename(columns={"day": "start"}).assign(end=spans["day"].last())


def _in_weeks(rows: pd.DataFrame, breakdown: pd.Timestamp) -> pd.DataFrame:
    """Add the first day of the week of each row's day."""
    return rows.assign(week=breakdown + (rows["day"] - breakdown) // _WEEK * _WEEK)


def measure_changes(
    streams: pd.DataFrame, channels: pd.DataFrame, breakdown: pd.Timestamp, spans: Sequence[int]
) -> pd.DataFrame:
    """Compare the days before and after each day: a row per channel, span, way of counting and day.

    Days are the breakdown and others whole weeks from it with both windows known whole. Columns:
    `stream`, `counted` (of `COUNTED`), `span`, `day`; `all_before`, `days_before` (days with any
    item), `on_quarrel_before`,
    `with_words_before`, `share_before` (0-1), and the same `_after`; `number`, `share` and `words`,
    after less before; `is_placebo`: its windows share no day with the breakdown's.
    """
    parts = [
        {"stream": stream, "counted": counted, **part}
        for counted in COUNTED
        for stream, days in count_days(streams, channels, counted).groupby("stream", sort=False)
        for part in _changes(days, breakdown, spans)
    ]
    if not parts:
        return pd.DataFrame(columns=_KEYS)
    held = {name: [part[name] for part in parts] for name in parts[0]}
    rows = [*map(len, held["day"])]
    return pd.DataFrame(
        {
            name: np.repeat(found, rows) if name in _KEYS else np.concatenate(found)
            for name, found in held.items()
        }
    )


def _changes(
    days: pd.DataFrame, breakdown: pd.Timestamp, spans: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Compare both windows of each day of a channel that has them whole, by span."""
    first, n_days = days["day"].iloc[0], len(days)
    event = (breakdown - first).days
    weekly = np.arange(n_days + 1)
    weekly = weekly[(weekly - event) % 7 == 0]
    days = days.assign(days=days["all"].gt(0).astype(int))
    counted = ("all", "days", "on_quarrel", "with_words")
    until = {name: np.append(0, days[name].to_numpy().cumsum()) for name in counted}
    for span in spans:
        at = weekly[(weekly >= span) & (weekly <= n_days - span)]
        table: dict[str, Any] = {"span": span, "day": first + pd.to_timedelta(at, unit="D")}
        for name, before in until.items():
            table[f"{name}_before"] = before[at] - before[at - span]
            table[f"{name}_after"] = before[at + span] - before[at]
        for when in ("before", "after"):
            table[f"share_{when}"] = table[f"on_quarrel_{when}"] / table[f"all_{when}"].clip(1)
        for name, of in (("number", "on_quarrel"), ("share", "share"), ("words", "with_words")):
            table[name] = table[f"{of}_after"] - table[f"{of}_before"]
        yield table | {"is_placebo": np.abs(at - event) >= 2 * span}


def measure_breaks(changes: pd.DataFrame, breakdown: pd.Timestamp) -> pd.DataFrame:
    """Hold the change at the breakdown against all placebos: a row per channel, counting and span.

    Each of `COMPARED` has a row. Columns besides those of `measure_changes`: `compared`, `change`,
    `placebos` (days), `apart` (as many of them as share no day with each other), `largest`,
    `as_large` (how many reach it). No row without whole windows.
    """
    if changes.empty:
        return changes.assign(compared="")
    alike = changes.groupby(_KEYS).ngroup().to_numpy()
    values, is_placebo = changes[[*COMPARED]].to_numpy(), changes["is_placebo"].to_numpy()
    days, spans = changes["day"].to_numpy(), changes["span"].to_numpy()
    places, told = [], []
    for place in np.flatnonzero(changes["day"].eq(breakdown)):
        others = is_placebo & (alike == alike[place])
        change, held = values[place], values[others]
        if len(held):
            counts = len(held), _apart(days[others], 2 * int(spans[place]))
            reached = held.max(axis=0), (held >= change).sum(axis=0)
            rows = zip(COMPARED, change, *reached, strict=True)
            told += [(name, one, *counts, *rest) for name, one, *rest in rows]
            places += [place] * len(COMPARED)
    found = changes.drop(columns=[*COMPARED, "is_placebo"]).take(places).reset_index(drop=True)
    columns = ["compared", "change", "placebos", "apart", "largest", "as_large"]
    return found.join(pd.DataFrame(told, columns=columns))


def _apart(days: np.ndarray[Any, np.dtype[Any]], reach: int) -> int:
    """Count as many of sorted `days` as lie `reach` days or more from each other."""
    taken, free_from = 0, days[0]
    for day in days:
        if day >= free_from:
            taken, free_from = taken + 1, day + np.timedelta64(reach, "D")
    return taken


def measure_words(streams: pd.DataFrame, breakdown: pd.Timestamp) -> pd.DataFrame:
    """Say since when each channel speaks of a broken word: one row per channel.

    Columns: `stream`; `before`, `since` (items with such words); `last_before`, `first_since` (days
    of these); `quiet_since` (last day with an item on the quarrel before), `first_on` (first).
    """
    rows = []
    for stream, said in streams.groupby("stream", sort=False):
        worded, on = said.loc[said["with_words"], "day"], said.loc[said["on_quarrel"], "day"]
        early, late = worded[worded.lt(breakdown)], worded[worded.ge(breakdown)]
        days = early.max(), late.min(), on[on.lt(breakdown)].max(), on[on.ge(breakdown)].min()
        rows.append((stream, len(early), len(late), *days))
    columns = ["stream", "before", "since", "last_before", "first_since", "quiet_since", "first_on"]
    return pd.DataFrame(rows, columns=columns)
