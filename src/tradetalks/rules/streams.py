"""The rules between what is counted of channels, the channels, and the words that were read."""

from collections.abc import Mapping

from tradetalks.raw.form import Table, are_readable

_NEEDED = {
    "streams": ("item_id", "stream", "day", "items", "copies", "on_quarrel", "words"),
    "stream_channels": ("stream", "first_day", "last_day"),
    "stream_readings": ("item_id",),
}


def note_streams(tables: Mapping[str, Table]) -> None:
    """Note days outside of a channel, rows that hold too much, and words that nobody read."""
    if not are_readable(tables, _NEEDED) or any(tables[name].faults for name in _NEEDED):
        return
    said, readings = tables["streams"], tables["stream_readings"]
    channels = {row["stream"]: row for row in tables["stream_channels"].rows.values()}
    read = {row["item_id"] for row in readings.rows.values()}
    worded = {row["item_id"] for row in said.rows.values() if row["words"]}
    for number, row in said.rows.items():
        first, last = (channels[row["stream"]][f"{end}_day"] for end in ("first", "last"))
        if not first <= row["day"] <= last:
            remedy = "correct the day, or the days of the channel in stream_channels.csv"
            said.fault(f"is not from {first} to {last}", remedy, number, "day")
        if row["on_quarrel"] == "true" and row["items"] != "1":
            said.fault("is more than one item", "give each a row of its own", number, "items")
        if int(row["copies"]) > int(row["items"]):
            remedy = "count each item once, as a copy or not"
            said.fault("is more than there are items", remedy, number, "copies")
        if row["words"] and row["item_id"] not in read:
            remedy = "read the item, and add a row to stream_readings.csv"
            said.fault("was not read", remedy, number, "words")
    for number, row in readings.rows.items():
        if row["item_id"] not in worded:
            remedy = "take the row out: no words of a broken word were found in the item"
            readings.fault("has nothing to read", remedy, number, "item_id")
