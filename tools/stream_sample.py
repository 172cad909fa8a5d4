#!/usr/bin/env python3
"""The sample of channels that is read by hand, drawn from texts, without what was read.

    python3 tools/stream_sample.py --from folder-with-texts > to-read.csv

The folder is that of `tools/stream_table.py`, with one file more, `cctv_all.csv`: all items of the
evening news (`date`, `number`, `title`, `text`). Items are parted by day (the two weeks before the
breakdown of May 2019, the two from it on, and all others) and by what the patterns find: an item
on the quarrel (`found`); one that they pass over, though it names the other side or trade
(`near`); any other (`far`). Each part is drawn by itself, by a seed made of `SEED` and its names.
Of all other days only items with an even digest are drawn: those with an odd one were looked at
when the patterns were mended. Python 3.11 and nothing else.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections import defaultdict
from pathlib import Path

if __package__:
    from tools.stream_table import Item, channels, rows
else:
    from stream_table import Item, channels, rows

SEED = 20190505
HEADER = ["item_id", "stream", "day", "part", "kind", "of", "drawn", "digest"]
# the last day of each part; whatever is later is in none of the windows
PARTS = {"2019-04-20": "outside", "2019-05-04": "before", "2019-05-18": "after"}
NEAR = {
    "posts": re.compile(r"china|chinese|\bxi\b|beijing|tariff|\btrade|huawei", re.I),
    "answers": re.compile(r"\bU\.?S\b|United States|America|Trump|Washington|[Tt]ariff|\b[Tt]rade"),
    "news": re.compile("美国|美方|中美|特朗普|关税|贸易战|经贸"),
}
# how many are drawn of each kind: in each window, and outside of both
DRAWN = {
    "posts": {"found": (50, 60), "near": (10, 80), "far": (10, 30)},
    "answers": {"found": (50, 50), "near": (40, 70), "far": (5, 20)},
    "news": {"found": (50, 40), "near": (20, 40), "far": (5, 15)},
}


def part_of(day: str) -> str:
    """The part of a day."""
    return next((part for last, part in PARTS.items() if day <= last), "outside")


def sample(folder: Path) -> list[list[str]]:
    """The rows of the sample, by channel, part and kind, each in the order of the draw."""
    news = {
        f"N{one['date']}.{one['number']}": f"{one['title']} {one['text']}"
        for one in rows(folder / "cctv_all.csv")
    }
    parts: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for stream, items in channels(folder):
        for one in items:
            text = news[one.item_id] if stream == "news" else one.text
            kind = "found" if one.is_on else "near" if NEAR[stream].search(text) else "far"
            parts[stream, part_of(one.day), kind].append(one)
    drawn = []
    for (stream, part, kind), items in parts.items():
        is_outside = part == "outside"
        fresh = [one for one in items if not is_outside or int(one.digest, 16) % 2 == 0]
        number = min(DRAWN[stream][kind][is_outside], len(fresh))
        draw = random.Random(f"{SEED} {stream} {part} {kind}")  # noqa: S311 - no secret
        chosen = draw.sample(fresh, number)
        counts = [str(len(items)), str(number)]
        drawn += [[one.item_id, stream, one.day, part, kind, *counts, one.digest] for one in chosen]
    return drawn


def main() -> int:
    """Write what is to be read to the standard output."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--from", type=Path, required=True, dest="folder", help="folder of texts")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(sample(parser.parse_args().folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
