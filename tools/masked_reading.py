#!/usr/bin/env python3
"""Masked readings of the evidence on the charges: packets to read, and the table of what was read.

    python3 tools/masked_reading.py packets data/raw build/masked
    python3 tools/masked_reading.py table data/raw build/masked
    python3 tools/masked_reading.py table data/raw

A coder who knows who spoke may read the same words more kindly of one side. So each record that
bears on a charge is put to coders as an item without its names: the governments are called P and
Q, at random for each item; persons, offices and places are hidden; days become letters, and so do
numbers, the same letter for the same number within an item. But where a question turns on days (how
far a promise reached, what right was kept), days are counted from that of the promise, and spans
stand as they are. A coder sees the words that were linked to the question, and no others. Each item
is read in three forms, in an order of their own and with P and Q exchanged between the first two:
by the words alone, by words and paraphrase, and by the words under a question put the other way
round. What is hidden is named in `masks.csv` beside this program, in `sides.csv` and in
`speakers.csv`.

`packets` writes, for each form, `FORM.jsonl` (what a coder sees), `FORM.key.csv` (which row it is)
and `instructions.md`. Coders write `FORM.read.csv` there, with the columns item, stance, reads, and
`FORM.coder.csv`, who they are, which goes into `coders.csv`.
`table` puts what they read into `masked_readings.csv`, and into `evidence_recoding.csv`, as coder
`masked`, what more than half of the readings have, part by part, for every record of which the
first reading differs; without a folder it does the second alone. Standard library alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

Row = Mapping[str, str]
Key = tuple[str, ...]  # a question, and the record columns of a row of evidence
FORMS = ("a", "b", "c")
RECORDS = (
    "statement_id",
    "action_id",
    "press_id",
    "round_id",
    "coverage_id",
    "measured_id",
    "source_id",
)
# the slots of which the question turns on days: how far a promise reached, and what right was kept
TIMED = ("covered", "reserved")
# what may stand in `passage` where the source has no words of its own to quote
IN_OUR_WORDS = ("paraphrase", "says")
READ = {"statement_id": "statements", "action_id": "actions", "press_id": "press"}
STANCES = ("for", "against", "both", "none")
NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|ninety"
    "|hundred"
)
MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
DAY = re.compile(
    rf"\b\d{{1,2}} (?:{MONTHS})\b\.?(?: \d{{4}})?"
    rf"|\b(?:{MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    rf"|\b\d{{4}}-\d\d-\d\d\b|\b(?:{MONTHS}) \d{{4}}\b"
    rf"|\b(?:{MONTHS})\b(?<!\bMay)|(?<=\bin )May\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:19|20)\d\d\b"
)
# a span, which says nothing of who speaks and much of what was promised
SPAN = re.compile(
    rf"\b(?:\d+|{NUMBER_WORDS})(?=[- ](?:calendar )?(?:day|week|month)s?\b)", re.IGNORECASE
)
NUMBER = re.compile(rf"\$?\b[A-Za-z]*\d[\d,.]*\d\b|\$?\b\d\b|\b(?:{NUMBER_WORDS})\b", re.IGNORECASE)
CHINESE = re.compile("[\u4e00-\u9fff]")
# each form puts a question in its own words, and shows the record in its own way
ASKED = {
    "a": "Does what was said speak for a yes, or against it? {question}",
    "b": "{question} What does this passage say to that?",
    "c": (
        "Suppose that somebody answers NO to this: {question} Does what was said bear the no out "
        "(against), or the yes (for)?"
    ),
}
INSTRUCTIONS = """# Reading without knowing who spoke

Each line of {form}.jsonl is one item: `item` (its number), `question`, `promise` (the one that is
meant, where the question is on its reach, on the act or on a right kept), `speaker` (P, Q, `P and
Q`, or `neither`), `channel`, `said` (when, by the act in question), `words` (what was said,
translated where it was not in English) and, where it is given, `summary`. P and Q are two
governments that negotiate; which is which differs from item to item. Letters in brackets stand for
what is hidden: [day A], [number A], [person of P], [place]. Where a question turns on days, [day A]
is the day from which the promise is said to run, other days are counted from it ([day A] + 159
days), and spans stand as they are (90 days); elsewhere a day has a letter. Read each item by
itself. Do not guess who it is, and use no other knowledge.

Write {form}.read.csv with the columns item,stance,reads, one line for each item, in any order, and
{form}.coder.csv with the columns kind,model,version,settings,day and one line on who read: kind is
person or `language model`, day is today (2019-06-30). What is not known stays empty.

- stance: `for` (it speaks for a yes), `against` (for a no), `both` (in part for, in part against),
  `none` (it does not bear on the question).
- reads: `direct` (the words say what is asked), `implied` (it follows from them, and has to be
  inferred); empty with `none`.

Rules. 1. What is asked is what the words say, not whether they are true. 2. A promise, assurance,
report of an agreement, or joint text is for an undertaking; that nothing was agreed, or not yet,
is against it. 3. A term, condition or limit speaks against the reach of a promise if by it the act
was outside; words that put the act under the promise speak for it. 4. A condition, a
warning or another official's reservation speaks for a right that was kept. "Until further notice"
holds for the time being: it speaks for the reach of a promise, and for a right that was kept it is
`implied`. 5. A general denial ("we keep our word", "our positions never changed") denies the
charge, not the deed: of the deed itself it is `none` unless its words deny the deed. That something
is usual is `implied` at most of its having been done. 6. `both` only where different parts
of the words say different things; what is merely vague is `implied`.
"""


def read_table(path: Path) -> list[Row]:
    """The rows of a table, as text; none where there is no such table."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key_of(row: Row) -> Key:
    """What a row of evidence is about: its question and its record."""
    return row["question_id"], *(row.get(name, "") for name in RECORDS)


class Masks:
    """Names of the sides, of persons, offices and places, and what an item has in their stead."""

    def __init__(self, raw: Path) -> None:
        sides = read_table(raw / "sides.csv")
        self.sides = [row["side"] for row in sides]
        named: dict[str, tuple[str, str]] = {}
        for row in sides:
            for name in (row["article_name"], row["name"], row["side"]):
                named[name] = row["side"], "{}"
            named[row["adjective"]] = row["side"], "{}’s"
        for row in read_table(raw / "speakers.csv"):
            what = "person of {}" if row["kind"] == "person" else "office of {}"
            names = [row["speaker"], *row["aliases"].split(";"), *row["institutions"].split(";")]
            if row["kind"] == "person":
                parts = row["speaker"].split()
                names += [
                    part for part in (parts[0], parts[-1]) if len(parts) > 1 and len(part) > 2
                ]
            for name in filter(None, names):
                named.setdefault(name, (row["side"], what))
        for row in read_table(Path(__file__).with_name("masks.csv")):
            named[row["term"]] = row["side"], row["shown"]
        longest = sorted(named, key=len, reverse=True)
        self._named = {name.casefold(): shown for name, shown in named.items()}
        self._names = re.compile(
            "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest), re.IGNORECASE
        )

    def hide(
        self,
        text: str,
        called: Mapping[str, str],
        letters: dict[str, str],
        since: date | None = None,
        near: date | None = None,
    ) -> str:
        """The text without names, days and numbers; `letters` keeps what each stands for.

        With `since` a day is told by its distance from that day, which is day A, and a span stands
        as it is; a day without a year is the one nearest to `near`.
        """
        kept: list[str] = []

        def keep(shown: str) -> str:
            kept.append(shown)
            return chr(0xE000 + len(kept) - 1)

        if since:
            letters.setdefault("", "[day A]")

        def name(match: re.Match[str]) -> str:
            side, shown = self._named[match[0].casefold()]
            # short codes and common words hide a side only as they are written in the table
            if len(match[0]) < 4 and not match[0][0].isupper():
                return match[0]
            told = shown.format(called.get(side, "neither"))
            return told if shown in ("{}", "{}’s") else f"[{told}]"

        def day(match: re.Match[str]) -> str:
            found = day_told(match[0], near) if since else None
            if not since or not found:
                return lettered(match[0], "day")
            apart = (found - since).days
            return keep(
                "[day A]" + (f" {'+' if apart > 0 else '-'} {abs(apart)} days" if apart else "")
            )

        def span(match: re.Match[str]) -> str:
            return keep(match[0]) if since else match[0]

        def number(match: re.Match[str]) -> str:
            return lettered(match[0].strip("$").rstrip(".,"), "number")

        def lettered(found: str, kind: str) -> str:
            count = sum(shown.startswith(f"[{kind}") for shown in letters.values())
            return letters.setdefault(found.casefold(), f"[{kind} {chr(65 + count)}]")

        shown = SPAN.sub(span, DAY.sub(day, self._names.sub(name, text)))
        return re.sub(
            "[\ue000-\uf8ff]", lambda one: kept[ord(one[0]) - 0xE000], NUMBER.sub(number, shown)
        )


def day_told(text: str, near: date | None) -> date | None:
    """The day that words name; of a day without a year the one nearest to `near`."""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[.,]", "", text)
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    if not near or plain.count(" ") != 1:
        return None
    years = (day_told(f"{plain} {near.year + more}", None) for more in (-1, 0, 1))
    return min(filter(None, years), key=lambda one: abs(one - near), default=None)


def items(raw: Path) -> Iterator[dict[str, str]]:
    """What may be read of each record of words for a question of a charge, in plain text.

    Keys: those of `key_of`, and side, channel, question, promise, words, summary.
    """
    claims = {row["claim_id"]: row for row in read_table(raw / "claims.csv")}
    questions = {row["question_id"]: row for row in read_table(raw / "questions.csv")}
    records = {
        row[key]: row for key, table in READ.items() for row in read_table(raw / f"{table}.csv")
    }
    quoted: dict[Key, list[str]] = defaultdict(list)
    for row in read_table(raw / "sentences.csv"):
        quoted[key_of(row)].append(row["translation"] or row["words"])
    evidence = read_table(raw / "evidence.csv")
    passages: dict[Key, list[str]] = defaultdict(list)
    for row in evidence:
        passages[key_of(row)].append(row.get("translation") or row["passage"])
    for key in dict.fromkeys(map(key_of, evidence)):
        question = questions[key[0]]
        claim = claims[question["claim_id"]]
        named = dict(zip(RECORDS, key[1:], strict=True))
        column = next((name for name in READ if named[name]), "")
        if claim["kind"] != "charge" or not column:
            continue
        record = records[named[column]]
        # the words that were linked to this question, and no others
        words = quoted[key] or [one for one in passages[key] if one and one not in record]
        is_in_our_words = any(one in IN_OUR_WORDS for one in passages[key])
        key_phrase = record.get("key_phrase", "")
        if not (words or is_in_our_words or CHINESE.search(key_phrase)):
            words = [key_phrase]
        words = [*filter(None, dict.fromkeys(words))]
        if column == "action_id" and not words:
            continue  # a deed without words: there is nothing to read but the deed
        day = day_of(records.get(claim["act_id"], {}))
        yield {
            **dict(zip(("question_id", *RECORDS), key, strict=True)),
            "side": record.get("side") or record.get("sources", ""),
            "channel": record.get("channel")
            or ("press report" if column == "press_id" else "notice"),
            "slot": question["slot"],
            "accused": claim["accused"],
            "accuser": claim["side"],
            "undertaking": claim["undertaking"],
            "act": claim["act"],
            "span": f"Between {claim['since']} and {day}"
            if claim["since"] and day
            else "Before the act",
            "since": claim["since"] if question["slot"] in TIMED and day else "",
            "act_day": day,
            "day": day_of(record),
            "when": when(day_of(record), claim["since"], day),
            "words": " … ".join(words),
            "summary": record.get("paraphrase") or record.get("says", ""),
            "is_in_our_words": "yes" if is_in_our_words else "",
        }


def day_of(record: Row) -> str:
    """The day of what a record tells, as text; empty where it has none."""
    days = (
        record.get(name, "") for name in ("statement_date", "announced_date", "told_day", "day")
    )
    return next(filter(None, days), "")


def when(day: str, since: str, act: str) -> str:
    """When something was said, by the promise and the act that are at issue."""
    if not day or not act:
        return ""
    if day < act:
        return "before the promise is said to have begun" if day < since else "before the act"
    return "on the day of the act" if day == act else "after the act"


def ask(item: Mapping[str, str]) -> tuple[str, str]:
    """The question that a slot puts, and the promise that it is about, both unmasked."""
    accused, accuser = item["accused"], item["accuser"]
    promise, act = item["undertaking"], item["act"]
    questions = {
        "undertaken": f"{item['span']}, had {accused} undertaken {promise}, in whatever form?",
        "act": f"Did {accused} then {act}?",
        "covered": f"Did the promise cover this act, its time and its conditions: {act}?",
        "reserved": (
            f"Had {accused} then, by a condition or in another voice, kept the right to {act}?"
        ),
        "before": (
            f"Had {accuser} itself, before, gone back on something in these talks, or threatened "
            "to?"
        ),
    }
    asked, made = questions[item["slot"]], f"{accused} undertook {promise}"
    if item["since"]:
        asked, made = f"{asked} The act was on {item['act_day']}.", f"On {item['since']} {made}"
    return asked, "" if item["slot"] in ("undertaken", "before") else made


def write_packets(raw: Path, folder: Path, seed: int) -> str:
    """Write the packets of the three forms; returns what was written, in a sentence."""
    masks, found = Masks(raw), [*items(raw)]
    draw = random.Random(seed)  # noqa: S311 - an order, not a secret
    turned = [draw.random() < 0.5 for _ in found]
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMS:
        order = draw.sample(range(len(found)), len(found))
        shown, keys = [], []
        for number, place in enumerate(order, start=1):
            item, letters = found[place], {}
            is_turned = turned[place] != (form == "b")
            called = dict(zip(masks.sides, ("Q", "P") if is_turned else ("P", "Q"), strict=True))

            since, near = (
                date.fromisoformat(one) if one else None for one in (item["since"], item["day"])
            )

            def hidden(
                text: str,
                called: Mapping[str, str] = called,
                letters: dict[str, str] = letters,
                since: date | None = since,
                near: date | None = near,
            ) -> str:
                return masks.hide(text, called, letters, since, near)

            question, promise = (hidden(text) for text in ask(item))
            speakers = [called[side] for side in item["side"].split(";") if side in called]
            packet = {
                "item": number,
                "question": ASKED[form].format(question=question),
                "promise": promise,
                "speaker": " and ".join(sorted(speakers)) or "neither",
                "channel": item["channel"],
                "said": hidden(", on ".join(filter(None, (item["when"], since and item["day"])))),
                "words": hidden(item["words"]),
            }
            if form == "b" or item["is_in_our_words"] or not item["words"]:
                packet["summary"] = hidden(item["summary"])
            shown.append(json.dumps({k: v for k, v in packet.items() if v}, ensure_ascii=False))
            keys.append(
                {"item": str(number), **{name: item[name] for name in ("question_id", *RECORDS)}}
            )
        (folder / f"{form}.jsonl").write_text("\n".join(shown) + "\n", encoding="utf-8")
        write_table(folder / f"{form}.key.csv", ["item", "question_id", *RECORDS], keys)
        text = INSTRUCTIONS.format(form=form)
        (folder / f"{form}.instructions.md").write_text(text, encoding="utf-8")
    return f"{len(found)} items in {len(FORMS)} forms under {folder}"


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table as the raw tables are written."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_forms(folder: Path) -> dict[str, dict[Key, tuple[str, str]]]:
    """What was read in each form: stance and directness by question and record."""
    read: dict[str, dict[Key, tuple[str, str]]] = {}
    faults = []
    for form in FORMS:
        keys = {row["item"]: key_of(row) for row in read_table(folder / f"{form}.key.csv")}
        read[form] = {}
        for row in read_table(folder / f"{form}.read.csv"):
            stance, reads = row["stance"], row["reads"]
            if row["item"] not in keys or stance not in STANCES:
                faults.append(f"{form}.read.csv: item {row['item']} reads {stance!r}")
            elif (reads in ("direct", "implied")) != (stance != "none"):
                faults.append(f"{form}.read.csv: item {row['item']}, {stance}: {reads!r}")
            else:
                read[form][keys[row["item"]]] = stance, reads
        if missing := keys.values() - read[form].keys():
            faults.append(f"{form}.read.csv: {len(missing)} items were not read")
    if faults:
        raise SystemExit("\n".join([*faults, "What to do: read these items again, all of them."]))
    return read


def taken(readings: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Directness by stance of what more than half of the readings have, each part by itself."""
    found = {}
    for stance in ("for", "against"):
        reads = [parts[stance] for one in readings if stance in (parts := told(*one))]
        if 2 * len(reads) > len(readings):
            # where as many read it directly as not, it has to be inferred
            found[stance] = "direct" if 2 * reads.count("direct") > len(reads) else "implied"
    return found


def write_coders(raw: Path, folder: Path) -> None:
    """Write who made the masked readings into the table of coders."""
    path = raw / "coders.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    told = [row for row in read_table(path) if row["coder"] != "masked"]
    for form in FORMS:
        if len(own := read_table(folder / f"{form}.coder.csv")) != 1:
            raise SystemExit(f"{form}.coder.csv: one line is needed on who read the form")
        told.append({"coder": "masked", "form": form, **own[0]})
    write_table(path, header, told)


def alike(raw: Path) -> Callable[[Key], object]:
    """What names alike all rows of evidence that ask the same, of the same sentences.

    The same is asked of an accuser before, of an accused's bare act, and else in one question; a
    record without sentences is alike to itself.
    """
    claims = {row["claim_id"]: row for row in read_table(raw / "claims.csv")}
    asked = {}
    for row in read_table(raw / "questions.csv"):
        claim = claims[row["claim_id"]]
        if row["slot"] == "before":
            asked[row["question_id"]] = "before", claim["side"]
        elif row["slot"] == "act":
            asked[row["question_id"]] = claim["accused"], claim["act"]
    said: dict[Key, list[str]] = defaultdict(list)
    for row in read_table(raw / "sentences.csv"):
        said[key_of(row)].append(row["words"])
    return lambda key: (asked.get(key[0], key[0]), *(said.get(key) or key[1:]))


def write_readings(raw: Path, folder: Path | None) -> str:
    """Write the tables of masked readings; returns what they hold, in a sentence.

    Without a folder the readings stay, and what follows from them is written anew.
    """
    if folder:
        forms = read_forms(folder)
        columns = ["form", "question_id", *RECORDS, "stance", "reads"]
        every = sorted((form, *key, *one) for form in forms for key, one in forms[form].items())
        rows = [dict(zip(columns, row, strict=True)) for row in every]
        write_table(raw / "masked_readings.csv", columns, rows)
        write_coders(raw, folder)
    rows = read_table(raw / "masked_readings.csv")
    first: dict[Key, list[Row]] = defaultdict(list)
    for row in read_table(raw / "evidence.csv"):
        first[key_of(row)].append(row)
    name = alike(raw)
    pooled: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        pooled[name(key_of(row))].append((row["stance"], row["reads"]))
    path = raw / "evidence_recoding.csv"
    before = read_table(path)
    # what a turned reading admits is written by hand, and stays
    written = {
        (key_of(row), row["stance"]): row["admission"] for row in before if row["coder"] == "masked"
    }
    moved = []
    for key in sorted({key_of(row) for row in rows}):
        one = taken(pooled[name(key)])
        mine = {row["stance"]: row["reads"] for row in first[key]}
        if mine == one:
            continue
        for stance, reads in (one or {"none": ""}).items():
            kept = [row["admission"] for row in first[key] if row["stance"] == stance]
            named = dict(zip(("question_id", *RECORDS), key, strict=True))
            admission = kept[0] if kept else written.get((key, stance), "")
            moved.append(
                {
                    "coder": "masked",
                    **named,
                    "stance": stance,
                    "reads": reads,
                    "admission": admission,
                }
            )
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    others = [row for row in before if row["coder"] != "masked"]
    write_table(path, header, [*others, *moved])
    count = len({key_of(row) for row in moved})
    return f"{len(rows)} readings; {count} of {len(rows) // len(FORMS)} records move"


def told(stance: str, reads: str) -> dict[str, str]:
    """A reading as rows of evidence have it: directness by stance, nothing where it is none."""
    stances = ("for", "against") if stance == "both" else () if stance == "none" else (stance,)
    return dict.fromkeys(stances, reads)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("command", choices=["packets", "table"])
    parser.add_argument("raw", type=Path, help="a folder of raw tables")
    parser.add_argument("folder", type=Path, nargs="?", help="where packets, keys and readings lie")
    parser.add_argument("--seed", type=int, default=20190602, help="of order and exchange")
    given = parser.parse_args(arguments)
    if given.command == "packets" and not given.folder:
        parser.error("say where the packets are to go")
    if given.command == "packets":
        print(write_packets(given.raw, given.folder, given.seed))
    else:
        print(write_readings(given.raw, given.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
