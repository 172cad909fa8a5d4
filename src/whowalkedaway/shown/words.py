"""Tables of the statement record, and columns of its figures, as readers see them."""

import pandas as pd

from whowalkedaway.shown import Shown, as_listed, listed

# columns of what a figure draws, by their headings
EVENTS, LEDGER, WEEKS = listed("events"), listed("ledger"), listed("weeks")
# of these, what is for every reader, the words before all
EVENTS_FIRST = ["label", "side", "told_by", "known", "when", "source_id"]
WEEKS_FIRST = ["on_quarrel", "all", "with_words", "week", "stream"]
LEDGER_FIRST = ["key_phrase", "paraphrase", "speaker", "side", "statement_date", "source_id"]


def streams(breaks: pd.DataFrame, channels: pd.DataFrame) -> Shown:
    """Change of each channel at the breakdown beside its other days: a row per channel and span."""
    told = channels[["stream", "title"]].merge(breaks.sort_values("span"))
    for when in ("before", "after"):
        all_items = told[f"all_{when}"].astype(str)
        told[when] = told[f"on_quarrel_{when}"].astype(str) + " of " + all_items
    return as_listed("streams", told)


def channels(breaks: pd.DataFrame, channels: pd.DataFrame, found: pd.DataFrame) -> Shown:
    """Each channel once: its change, the largest of other days, and how well the patterns find.

    The latter as measured outside of the windows of the sample, with 95 percent intervals.
    """
    told = channels[["stream", "title"]].merge(breaks)
    for when in ("before", "after"):
        counts = zip(
            told[f"on_quarrel_{when}"], told[f"all_{when}"], told[f"share_{when}"], strict=True
        )
        told[when] = [f"{on} of {of}, {share:.0%}" for on, of, share in counts]
    others = zip(told["as_large"], told["placebos"], told["apart"], strict=True)
    told["others"] = [f"{large} of {of}, {apart} apart" for large, of, apart in others]
    ends = (100 * found[["value", "low", "high"]]).round().astype("int64")
    texts = [f"{one.value} ({one.low} to {one.high})" for one in ends.itertuples()]
    outside = found.assign(text=texts).query("where == 'outside'")
    wide = outside.set_index(["stream", "measured"])["text"].unstack()  # noqa: PD010
    return as_listed("channels", told.merge(wide, left_on="stream", right_index=True))
