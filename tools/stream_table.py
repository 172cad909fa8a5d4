#!/usr/bin/env python3
"""The table of streams, made from texts: `streams.csv` of the raw tables, which has facts alone.

    python3 tools/stream_table.py --from folder-with-texts > data/raw/streams.csv

The texts are not part of the project. Whoever has them keeps them in one folder, in the files of
`INPUTS`: own posts of the president (`time_utc`, `id`, `is_retweet`, `text`), answers of the
foreign ministry (`date`, `number`, `question`, `answer`, `url`), and of the evening news a list of
all items (`date`, `number`, `url`, `letters`, `digest`) and the texts of those that speak of
America and trade (`date`, `number`, `title`, `text`). Where each comes from, and which days are
missing, says `stream_channels.csv`; what the words were found to be about when they were read,
`stream_readings.csv`. What counts as on the quarrel, and as a word of a broken word, is said here
and nowhere else. Python 3.11 and nothing else.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

# the files from which the shipped table was made, by their SHA-256
INPUTS = {
    "president_posts.csv": "32dab184f5aeddca5786f6017865152b5601bd265eeb61ef698888c8efaa881e",
    "mfa_answers.csv": "82c04b6379987f7a461016a3f3cba6154df4fde1da8ce03d71b42b371ea13707",
    "cctv_items.csv": "403a968eef1b0997552ede06216f7431f1063f84c6fec65d380e7c15c7acf5f4",
    "cctv_texts.csv": "cf92e02337b3dca8375655163e1c10db18f902895dd2c51544a307aae2731e37",
}
HEADER = [
    *("item_id", "stream", "day", "items", "copies", "characters", "on_quarrel", "words"),
    *("digest", "address"),
]
# the export of posts ends in the course of the day after this one
LAST_DAY_OF_POSTS = "2019-10-29"

# --- on the quarrel -----------------------------------------------------------------------------
# one rule for both channels in English: the other side is named within two sentences of a word of
# trade and no other matter, or of a word of this quarrel, with both sides named where another
# matter is; or tariffs are spoken of and no other matter
SIDES = {
    "US": re.compile(
        r"\bU\.?S\b|\bUSA\b|United States|(?<!Latin )(?<!South )(?<!Central )\bAmerica|AMERICA"
        r"|Trump|Washington"
    ),
    "CN": re.compile(r"\bchina\b|chinese|\bxi\b|beijing", re.I),
}
OUR = re.compile(r"\bour\b", re.I)  # names a speaker's own side as well
TARIFF = re.compile("tariff", re.I)
QUARREL = re.compile(
    r"tariff|trade (?:war|talk|friction|consult|negotiat|disput|deal|agreement|team|deleg|deficit"
    r"|imbalance)|trade and economic (?:talk|consult|friction|issue)"
    r"|economic and trade (?:talk|consult|friction|negotiat|issue|disput|problem|agreement|deleg"
    r"|team)|lighthizer|liu he|trade representative|\bustr\b|mnuchin|farmer|agricultural|soybean",
    re.I,
)
TRADE = re.compile(
    r"\btrade\b(?! secret)|(?<!great )\bdeals?\b(?! with (?:Taiwan|it\b))|negotiat"
    r"|agriculture|consultations\b",
    re.I,
)
# other countries, other matters, and metals, whose duties fall on all countries
ELSEWHERE = re.compile(
    r"mexic|canad|europe|\be\.?u\b|turk|france|french|india|japan|harley|german|trudeau|nafta|iran"
    r"|jcpoa|korea|dprk|\brok\b|peninsula|russia|syria|venezuel|ukrain|panama|brazil|argentin"
    r"|britain|british|\bu\.?k\b|austral|pakistan|afghan|cuba|philippin|vietnam|palestin|israel"
    r"|malaysia|norw|czech|africa|taiwan|hong kong|xinjiang|nuclear|arms control|missile|steel"
    r"|alumin",
    re.I,
)
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
DOTS = re.compile(r"\.\.+|…")
# what goes on from the item before it: a post that begins with dots, a follow-up of a question
GOES_ON = re.compile(r"\W*(?:\.\.+|…)|\s*(?:Q: )?\W*follow.?up", re.I)
# an item of news with its title: the same in Chinese
NEWS_TALKS = re.compile(
    "中美经贸|中美贸易|经贸摩擦|贸易摩擦|贸易战|经贸磋商|加征关税|贸易霸凌|极限施压|301调查|关税大棒"
    "|对华关税|对美.{0,6}关税"
)
NEWS_AMERICA = re.compile("美国|美方|中美|特朗普")

# --- words of a broken word, by kind ------------------------------------------------------------
_OWN = r"(?:its |their |our |his |the )?"
WORDS = {
    "going_back": re.compile(
        r"\breneg(?:e|ed|es|ing)\b|back-?track\w*|back-?pedal\w*|back(?:ed|s|ing)? out\b"
        r"|pull-?back|flip-?flop\w*|(?:went|gone|go|goes|going) back (?:on|and forth)"
        r"|revers(?:e|ed|ing|ion)\b(?! course)|出尔反尔|反悔|朝令夕改|反复无常",
        re.I,
    ),
    "reopening": re.compile(r"renegotiat\w*|re-?do (?:the )?deal", re.I),
    "breaking": re.compile(
        r"br(?:oke|oken|eak|eaks|eaking) (?:the |a |its |their |our |his |original )*"
        r"(?:deal|word|words|promises?|commitments?)|at(?:e|ing) its own words"
        r"|don.t come through|letting us down|not done what"
        r"|背信弃义|言而无信|食言|失信|背弃|不讲信用",
        re.I,
    ),
    "against_agreement": re.compile(
        r"(?:abandon\w*|reject\w*|disregard\w*|discard\w*|against|contradict\w*|violat\w*)"
        r" (?:\w+ ){0,3}(?:consensus|agreement)|违背.{0,8}(?:共识|承诺)",
        re.I,
    ),
    "keeping": re.compile(
        rf"honou?r(?:s|ed|ing)? {_OWN}(?:words?|commitments?|pledges?|promises?)"
        rf"|ke(?:ep|pt|eps|eping) (?:to )?{_OWN}(?:word|promises?|commitments?)"
        r"|words must be matched",
        re.I,
    ),
    "credibility": re.compile("credibility|诚信|信用破产", re.I),
}


class Item(NamedTuple):
    """One thing said in a channel: its number and day, its text, and what is judged of it."""

    item_id: str
    day: str
    text: str
    digest: str
    characters: int
    is_on: bool
    worded: str  # what is searched for words of a broken word
    address: str


def digest_of(text: str) -> str:
    """The first sixteen digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file of texts."""
    csv.field_size_limit(10_000_000)
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def is_on_quarrel(text: str, own: str) -> bool:
    """Whether a text of the side `own` is on the quarrel, by the one rule for both sides."""
    other = SIDES["CN" if own == "US" else "US"]
    sentences = SENTENCE.split(text)
    for at in range(max(1, len(sentences) - 1)):
        near = " ".join(sentences[at : at + 2])
        is_alone = not ELSEWHERE.search(near)
        is_own = SIDES[own].search(near) or OUR.search(near)
        word = (TRADE.search(near) and is_alone) or (QUARREL.search(near) and (is_own or is_alone))
        if word and other.search(near):
            return True
    return bool(TARIFF.search(text) and not ELSEWHERE.search(text))


def judged(items: Iterable[Item], own: str) -> Iterator[Item]:
    """The items of the side `own`, each with its subject; those that go on share theirs."""
    threads: list[list[Item]] = []
    for one in items:
        if threads and GOES_ON.match(one.text):
            threads[-1].append(one)
        else:
            threads.append([one])
    for thread in threads:
        text = " ".join(one.text for one in thread)
        is_on = is_on_quarrel(DOTS.sub(" ", text) if len(thread) > 1 else text, own)
        yield from (one._replace(is_on=is_on) for one in thread)


def posts(folder: Path) -> Iterator[Item]:
    """Own posts, no reposts, by UTC day, to the last day that is whole."""
    for row in rows(folder / "president_posts.csv"):
        day, text = row["time_utc"][:10], html.unescape(row["text"])
        if row["is_retweet"] == "false" and day <= LAST_DAY_OF_POSTS:
            yield Item(f"P{row['id']}", day, text, digest_of(text), len(text), False, text, "")


def answers(folder: Path) -> Iterator[Item]:
    """Answers of the ministry: question and answer decide the subject, the answer the words."""
    for row in rows(folder / "mfa_answers.csv"):
        text = f"{row['question']} {row['answer']}"
        item_id = f"M{row['date']}.{row['number']}"
        found = digest_of(text), len(row["answer"]), False
        yield Item(item_id, row["date"], text, *found, row["answer"], row["url"])


def news(folder: Path) -> Iterator[Item]:
    """Items of the evening news: of those without a text here, length and digest as listed."""
    texts = {(one["date"], one["number"]): one for one in rows(folder / "cctv_texts.csv")}
    for row in rows(folder / "cctv_items.csv"):
        told = texts.get((row["date"], row["number"]), {"title": "", "text": ""})
        text = told["text"]
        if text and digest_of(text) != row["digest"]:
            raise SystemExit(f"{row['date']} no {row['number']}: text and digest differ")
        both = f"{told['title']} {text}"
        is_on = bool(NEWS_TALKS.search(both) and NEWS_AMERICA.search(both))
        item_id = f"N{row['date']}.{row['number']}"
        found = row["digest"], int(row["letters"]), is_on
        yield Item(item_id, row["date"], text, *found, both, row["url"])


def channels(folder: Path) -> Iterator[tuple[str, Iterator[Item]]]:
    """Each channel with its items, in the order of the table."""
    yield "posts", judged(posts(folder), "US")
    yield "answers", judged(answers(folder), "CN")
    yield "news", news(folder)


def table(stream: str, said: Iterable[Item]) -> Iterator[list[str]]:
    """The rows of a stream: by day, one for all that is not on the quarrel, and one for each on it.

    The digest of the former is that of the digests of its items, in their order. A copy has the
    letters and digits of an earlier item of the same day, whatever their case, and any address in
    it aside; of what has none, such as a picture, nothing is a copy.
    """
    for day, found in groupby(sorted(said, key=lambda one: one.day), lambda one: one.day):
        items, seen, copies = [*found], set(), {}
        for one in items:
            plain = re.sub(r"\W", "", re.sub(r"https?://\S+", "", one.text)).casefold()
            copies[one.item_id] = bool(plain) and plain in seen
            seen.add(plain)
        rest = [one for one in items if not one.is_on]
        if rest:
            numbers = [
                len(rest),
                sum(copies[one.item_id] for one in rest),
                sum(one.characters for one in rest),
            ]
            digest = digest_of("".join(one.digest for one in rest))
            name = f"{rest[0].item_id[0]}{day}"
            yield [name, stream, day, *map(str, numbers), "false", "", digest, ""]
        for one in (one for one in items if one.is_on):
            kinds = [kind for kind, form in WORDS.items() if form.search(one.worded)]
            numbers = [1, int(copies[one.item_id]), one.characters]
            told = ";".join(kinds), one.digest, one.address
            yield [one.item_id, stream, day, *map(str, numbers), "true", *told]


def main() -> int:
    """Write the table to the standard output; say which inputs are others than those shipped."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--from", type=Path, required=True, dest="folder", help="folder of texts")
    folder = parser.parse_args().folder
    for name, known in INPUTS.items():
        if not (folder / name).is_file():
            print(f"{folder / name} is not there\nWhat to do: put the texts there", file=sys.stderr)
            return 2
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != known:
            print(f"{name} is not the file of the shipped table", file=sys.stderr)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    for stream, items in channels(folder):
        writer.writerows(table(stream, items))
    return 0


if __name__ == "__main__":
    sys.exit(main())
