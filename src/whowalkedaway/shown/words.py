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
