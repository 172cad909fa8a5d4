"""Channels of which everything is counted, as far as a day knows them."""

from __future__ import annotations

import pandas as pd

from tradetalks.admitted import look_up


def clean_channels(
    channels: pd.DataFrame, *, as_of: pd.Timestamp, include_editorials: bool
) -> pd.DataFrame:
    """Keep the channels that had begun by `as_of`: one row per channel, in the order of the table.

    `last_day` is the last that is whole and known. The voice of the press of a state is left out
    where editorials do not count.
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
