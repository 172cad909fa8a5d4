"""Tables of the statement record, and columns of its figures, as readers see them."""

import pandas as pd

from whowalkedaway.shown import Shown

# columns of what a figure draws, by their headings
EVENTS = {
    "when": "Day",
    "side": "Whose act",
    "kind": "Kind",
    "known": "How it is known",
    "told_by": "Told by",
    "label": "What happened",
    "record_ids": "Records",
    "source_id": "Source",
    "confidence": "Confidence",
}
LEDGER = {
    "statement_id": "Statement",
    "statement_date": "Day",
    "side": "Side",
    "act": "Act",
    "speaker": "Speaker",
    "paraphrase": "What was said, in our words",
    "key_phrase": "In its words",
    "source_id": "Source",
}
# of these, what is for every reader, the words before all
EVENTS_FIRST = ["label", "side", "told_by", "known", "when", "source_id"]
WEEKS_FIRST = ["on_quarrel", "all", "with_words", "week", "stream"]
LEDGER_FIRST = ["key_phrase", "paraphrase", "speaker", "side", "statement_date", "source_id"]
WEEKS = {
    "stream": "Channel",
    "week": "Week from",
    "all": "All items",
    "on_quarrel": "On the quarrel",
    "with_words": "With words of a broken word",
    "worded": "These, by their id in streams.csv",
}


def streams(breaks: pd.DataFrame, channels: pd.DataFrame) -> Shown:
    """Change of each channel at the breakdown beside its other days: a row per channel and span."""
    labels = {
        "title": "Channel",
        "span": "Days each side",
        "before": "Before",
        "after": "After",
        "change": "Change",
        "placebos": "Other days",
        "largest": "Their largest change",
        "as_large": "Of them as large",
    }
    told = channels[["stream", "title"]].merge(breaks.sort_values("span"))
    for when in ("before", "after"):
        all_items = told[f"all_{when}"].astype(str)
        told[when] = told[f"on_quarrel_{when}"].astype(str) + " of " + all_items
    return {
        "frame": told[[*labels]],
        "labels": labels,
        "formats": dict.fromkeys(["change", "largest"], "{:+.0f}"),
    }
