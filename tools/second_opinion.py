#!/usr/bin/env python3
"""A second opinion on a report: its verdicts and numbers, derived again by other means.

    python3 tools/second_opinion.py reports/may-2019/report.pdf
    python3 tools/second_opinion.py reports/may-2019 --raw data/raw

It takes the raw tables that the PDF carries (of the folder of a run, those of `--raw`), follows
the rules that codebook, descriptor and the section on method have in words, and holds what comes
out against `values.json`, `verdicts.csv` and `tables/answers.csv` of the run. The pages it does
not read; a PDF in which another reader could find other attachments it refuses. It shares no line
with the program that made the report, and needs Python 3.11 and nothing else.

It ends with 0 where both agree, 1 where they do not, 2 where it cannot read what it was given.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import itertools
import json
import math
import re
import statistics
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
Answer = tuple[str, str]  # a word, and how firm it is
LEVELS = ["none", "low", "medium", "high"]  # the place of a level is its points
WEIGHTS = ["document", "model", "commitment", "read-out", "admission", "account", "plea"]
WEIGHTS += ["replaced"]
PROMISED = ("undertaken", "covered", "reserved")  # slots in which a notice is no document
LADDER = [
    "supported",
    "partly supported",
    "act established with the breach disputed",
    "act established with the breach unproven",
    "act established with no undertaking on record",
    "undetermined",
    "contradicted",
]
DERIVED = ("percent", "pp", "usd_bn", "share", "days", "count", "number", "word", "date")
LEFT_OUT = {
    "what turns a verdict, and what would change it": "each asks for many judgements, not for one",
    "intervals, and days under other choices": "they rest on draws or on many choices at once",
    "scenarios, exports, published averages": "more of the same kinds of sums",
    "the pages of the report": "values and verdicts are checked as attached, not as set in type",
    "whether the raw tables say what their sources say": "that only a reader can tell",
}


# What this program itself does otherwise than the one that an edition recorded, by edition: what it
# finds elsewhere for these reasons is no change of the report.
CHANGED = {
    "1": (
        "judges by the rules as edition 2 has them in words: masked readings, a yes and a no of the"
        " accused's words alike, reach no firmer than the promise, a sum by what stands of it,"
        " notices that were replaced",
        "derives more: channels counted whole, answers from order to order, dollars added on"
        " base-year trade, shares of a step by month and the day of the same duty, duty before it"
        " in both vintages, the most in twelve months",
        "reads a PDF from its own end, and refuses one that could be read two ways, or of a run"
        " that takes a rule or a reading otherwise",
    ),
    "12": (
        "takes studies from a table of their own, with their grade, and lets one that calculates"
        " give way to what was observed",
        "holds a claim in which nobody gains to the test of a party's",
    ),
}


class Unreadable(Exception):
    """What was given cannot be read as a report or a run."""


# --- the PDF --------------------------------------------------------------------------------------
def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files that a PDF carries, by name, as its own lists lead to them from its end.

    Unreadable where readers of PDF could find others: where the file is cut or was added to, where
    an object or a name stands twice, or where they are not what report.json among them records.
    """
    trailer, every = objects_of(pdf)

    def at(value: Any, *names: str) -> Any:
        """What stands below these names; of the number of an object that object."""
        for name in (*names, ""):
            value = every[value.number] if isinstance(value, Ref) else value
            value = value[name] if name else value
        return value

    try:
        listed = at(trailer, "Root", "Names", "EmbeddedFiles", "Names")
    except KeyError as error:
        raise Unreadable("it has no attachments, or not in one list") from error
    names, specs = listed[::2], listed[1::2]
    if len({*names}) < len(names) or {*specs} != {*at(trailer, "Root", "AF")}:
        raise Unreadable("an attachment stands twice, or in one of two lists alone")
    found = {}
    for name, spec in zip(names, specs, strict=True):
        is_plain = re.fullmatch(rb"[\w./+=-]+", name, re.ASCII)
        one = {name, at(spec, "F"), at(spec, "UF")}, {*at(spec, "EF").values()}
        if not is_plain or {*map(len, one)} != {1}:
            raise Unreadable(f"attachment {name!r} has two names, or is two files")
        found[name.decode("ascii")] = unpacked(at(spec, "EF", "F"))
    recorded = json.loads(found.get("report.json", b"{}")).get("attached", {})
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    digests.pop("report.json", "")
    if digests != recorded:
        other = sorted(dict(recorded.items() ^ digests.items()))
        raise Unreadable(f"report.json records other attachments: {', '.join(other)}")
    return found


class Ref(NamedTuple):
    """The number of another object of a PDF."""

    number: int


class Stream(NamedTuple):
    """An object of a PDF that has content: what is said of it, and the content, packed or not."""

    head: Mapping[str, Any]
    content: bytes


Place = tuple[int, int]  # the object that holds another, and where in it


class Closing(bytes):
    """The mark that ends a list or a dictionary of a PDF."""


TOKEN = re.compile(
    rb"""[\0\t\n\f\r ]*(?:
        (?P<ref>\d+)[ ]0[ ]R\b
        | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+))
        | /(?P<name>[^\0\t\n\f\r ()<>\[\]{}/%]*)
        | \((?P<text>(?:[^()\\]|\\.)*+)\)
        | <(?P<hex>(?:[0-9A-Fa-f]{2})*+)>
        | (?P<word>true|false|null)\b
        | (?P<opening><<|\[)
        | (?P<closing>>>|\])
    )""",
    re.VERBOSE | re.DOTALL,
)


def parse(data: bytes, at: int) -> tuple[Any, int]:
    """The value that stands at a place of a PDF, and where it ends.

    Names are str, texts bytes as they are written; Unreadable where a name stands twice.
    """
    found = TOKEN.match(data, at)
    if found is None:
        raise Unreadable(f"no value of a PDF stands at byte {at}")
    kind, at = str(found.lastgroup), found.end()
    text: bytes = found[kind]
    value: Any = text
    match kind:
        case "ref":
            value = Ref(int(text))
        case "number":
            value = float(text) if b"." in text else int(text)
        case "name":
            coded = re.split(rb"#([0-9A-Fa-f]{2})", text)
            coded[1::2] = [bytes.fromhex(one.decode()) for one in coded[1::2]]
            value = b"".join(coded).decode("latin-1")
        case "hex":
            value = bytes.fromhex(text.decode())
        case "word":
            value = {b"true": True, b"false": False, b"null": None}[text]
        case "closing":
            value = Closing(text)
        case "opening":
            value, closing = [], {b"<<": b">>", b"[": b"]"}[text]
            one, at = parse(data, at)
            while not isinstance(one, Closing):
                value.append(one)
                one, at = parse(data, at)
            names = value[::2] if text == b"<<" else []
            if one != closing or len({*names}) < len(names):
                raise Unreadable(f"a name stands twice in what ends at byte {at}")
            value = dict(zip(names, value[1::2], strict=True)) if text == b"<<" else value
    return value, at


def objects_of(pdf: bytes) -> tuple[Mapping[str, Any], dict[int, Any]]:
    """What the end of a PDF says of it, and every object by number.

    Each byte has to be of one object of the one table at the end, and each object part of the
    document, as in what our press prints: so nothing lies in the file that one reader finds and
    another does not.
    """
    trailer, places, packed, stop = table_of(pdf)
    begin = re.match(rb"%PDF-1\.\d\n%[^\n]*\n", pdf)
    starts = sorted(places.values())
    if begin is None or not starts or starts[0] != begin.end():
        raise Unreadable("it does not begin as a PDF, or not with its first object")
    ends = dict(zip(starts, [*starts[1:], stop], strict=True))
    every = {number: read_object(pdf, number, at, ends[at]) for number, at in places.items()}
    held = {}
    for number in {number for number, _ in packed.values()}:
        content, first = unpacked(every[number]), every[number].head["First"]
        told = [int(one) for one in content[:first].split()]
        starts = [*(first + one for one in told[1::2]), len(content)]
        for index, (name, at) in enumerate(zip(told[::2], starts[:-1], strict=True)):
            held[name, (number, index)], end = parse(content, at)
            if content[end : starts[index + 1]].strip():
                raise Unreadable(f"object {name} is not all that stands in its place")
    if held.keys() != {*packed.items()} or places.keys() & packed.keys():
        raise Unreadable("an object stands twice, or in no table")
    every |= {name: value for (name, _), value in held.items()}
    kept = {number for number, _ in packed.values()}  # what only holds others, or is the table
    kept |= {n for n, one in every.items() if isinstance(one, Stream) and one.head == trailer}
    waiting: list[Any] = [trailer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref) and value.number not in kept:
            kept.add(value.number)
            waiting.append(every[value.number])
        elif isinstance(value, Stream | dict):
            waiting += (value.head if isinstance(value, Stream) else value).values()
        elif isinstance(value, list):
            waiting += value
    if kept != every.keys():
        raise Unreadable(f"nothing leads to object {min(every.keys() - kept)}")
    return trailer, every


def table_of(pdf: bytes) -> tuple[Mapping[str, Any], dict[int, int], dict[int, Place], int]:
    """The one table of a PDF, old or new style: what it says of the file, and places of objects.

    By number: the byte at which an object starts, or the object that holds it and its index there.
    Last comes the byte at which all objects have ended.
    """
    end = re.compile(rb"startxref\n(\d+)\n%%EOF\n").fullmatch(pdf, pdf.rfind(b"startxref\n"))
    if end is None:
        raise Unreadable("it was cut, or something stands behind its end")
    start, packed = int(end[1]), {}
    old = re.compile(
        rb"xref\n0 (\d+)\n0000000000 65535 f \n((?:\d{10} 00000 n \n)*)trailer\b"
    ).match(pdf, start)
    if old:
        trailer, stop = parse(pdf, old.end())
        places = {n: int(line[:10]) for n, line in enumerate(old[2].splitlines(), 1)}
        is_whole = pdf[stop : end.start()] == b"\n" and int(old[1]) == len(places) + 1
        last = start
    else:
        head, last = re.compile(rb"(\d+) 0 obj\n").match(pdf, start), end.start()
        if head is None:
            raise Unreadable("where its end says, no whole table of objects stands")
        stream = read_object(pdf, number := int(head[1]), start, last)
        rows = [*enumerate(rows_of_table(stream))]
        places = {n: place for n, (kind, place, _) in rows if kind == 1}
        packed = {n: (place, index) for n, (kind, place, index) in rows if kind == 2}
        is_free = [n for n, (kind, *_) in rows if kind not in (1, 2)]
        trailer, is_whole = stream.head, is_free == [0] and stream.head["Size"] == len(rows)
        is_whole &= places.get(number) == start
    if not is_whole or {"Prev", "XRefStm", "Encrypt"} & trailer.keys():
        raise Unreadable("its table of objects is not whole, or not the only one")
    return trailer, places, packed, last


def read_object(pdf: bytes, number: int, start: int, stop: int) -> Any:
    """The one object that stands between two places of a PDF; Unreadable where more does."""
    head = b"%d 0 obj\n" % number
    if not pdf.startswith(head, start):
        raise Unreadable(f"object {number} is not where the table has it")
    value, at = parse(pdf, start + len(head))
    rest = b"\nendobj\n"
    if pdf.startswith(b"\nstream\n", at):
        at += len(b"\nstream\n")
        value = Stream(value, pdf[at : at + value["Length"]])
        at, rest = at + len(value.content), b"\nendstream" + rest
    if pdf[at:stop] != rest:
        raise Unreadable(f"something stands between object {number} and the next")
    return value


def unpacked(stream: Stream) -> bytes:
    """The content of a stream, which is plain or deflated."""
    how = {
        name: stream.head[name] for name in ("Filter", "DecodeParms", "F") if name in stream.head
    }
    if how not in ({}, {"Filter": "FlateDecode"}):
        raise Unreadable(f"a stream is packed as ours are not: {how}")
    return zlib.decompress(stream.content) if how else stream.content


def rows_of_table(stream: Stream) -> Iterator[tuple[int, int, int]]:
    """The rows of a table of objects that is a stream: kind, place, index, for numbers from 0."""
    widths = stream.head["W"]
    form = {"Columns": sum(widths), "Predictor": 12}
    if stream.head.get("DecodeParms") != form or "Index" in stream.head:
        raise Unreadable("its table of objects is not as ours are")
    rows = unpacked(stream._replace(head={"Filter": stream.head["Filter"]}))
    above = bytes(sum(widths))
    for at in range(0, len(rows), len(above) + 1):
        if rows[at] != 2:  # each is what it adds to the one above
            raise Unreadable("its table of objects is not as ours are")
        added = rows[at + 1 : at + 1 + len(above)]
        above = bytes((a + b) % 256 for a, b in zip(above, added, strict=True))
        cells = [above[sum(widths[:n]) : sum(widths[: n + 1])] for n in range(3)]
        kind, place, index = (int.from_bytes(cell) for cell in cells)
        yield kind, place, index


# --- reading ------------------------------------------------------------------------------------
class Run(NamedTuple):
    """A run: its raw tables, its parameters, and what it prints."""

    tables: Tables
    parameters: Mapping[str, str]
    values: Sequence[Mapping[str, Any]]
    verdicts: Sequence[Row]
    answers: Sequence[Row]


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, every cell as text."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """Raw tables by name; of a reference its id and the last day that its date allows."""
    tables = {name[:-4]: rows_of(files[name]) for name in files if name.endswith(".csv")}
    tables["references"] = []
    for item in json.loads(files.get("references.json", b"[]")):
        year, month, of = (*(item.get("issued", {}).get("date-parts") or [[]])[0], 0, 0, 0)[:3]
        issued = f"{year}-{month or 12:02}" if year else ""
        issued = str(date(year, month, of) if of else days_of(issued)[-1]) if year else ""
        tables["references"].append({"id": item["id"], "issued": issued})
    return tables


def read_run(path: Path, raw: Path | None) -> Run:
    """Read a PDF or the folder of a run; Unreadable where something is missing."""
    if path.is_dir():
        names = ("parameters.yml", "values.json", "verdicts.csv", "tables/answers.csv")
        files = {name: (path / name).read_bytes() for name in names if (path / name).is_file()}
        raw = raw or path.parent.parent / "data" / "raw"
    else:
        files = attachments(path.read_bytes())
    for name in ("parameters.yml", "values.json", "verdicts.csv"):
        if name not in files:
            raise Unreadable(f"it carries no {name}; give a report.pdf or the folder of a run")
    tables = {name.removeprefix("raw/"): files[name] for name in files if name.startswith("raw/")}
    if raw:
        read = [*raw.glob("*.csv"), raw / "references.json"]
        tables = {one.name: one.read_bytes() for one in read}
    if "claims.csv" not in tables:
        raise Unreadable("it carries no raw tables; name their folder with --raw")
    said = (line.partition(":") for line in files["parameters.yml"].decode().splitlines())
    parameters = {name: value.strip().strip("\"'") for name, _, value in said}
    if parameters.get("otherwise"):
        raise Unreadable(
            "its run takes a rule or a reading otherwise; this derives only what is ours"
        )
    return Run(
        read_tables(tables),
        parameters,
        json.loads(files["values.json"])["values"],
        rows_of(files["verdicts.csv"]),
        rows_of(files.get("tables/answers.csv", b"")),
    )


# --- small tools --------------------------------------------------------------------------------
def day(text: str) -> date:
    """A day of a table."""
    return date.fromisoformat(text)


def codes(text: str) -> frozenset[str]:
    """Codes parted by semicolons."""
    return frozenset(text.split(";")) - {""}


def months(row: Row, first: str = "start", last: str = "end") -> list[str]:
    """Months from the first to the last that a row names, both with it."""
    start, end = (int(row[name][:4]) * 12 + int(row[name][5:]) - 1 for name in (first, last))
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(start, end + 1)]


def days_of(month: str) -> list[date]:
    """The days of a month."""
    every = (day(f"{month}-01") + timedelta(number) for number in range(31))
    return [one for one in every if f"{one:%Y-%m}" == month]


def arguments(text: str) -> dict[str, Any]:
    """The arguments of a check: a YAML mapping in one line, of plain values and lists."""
    found = re.findall(r"(\w+):\s*(\[[^\]]*\]|[^,}]+)", text)
    return {key: v[1:-1].split(", ") if v[0] == "[" else v.strip() for key, v in found}


def by_column(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by what a column of theirs holds."""
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


# --- records ------------------------------------------------------------------------------------
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Record:
    """A row that may serve as evidence: when it was public, of which day, whose word, how firm.

    `span` holds the moments between which it lies; `points` are 1 to 3 for low to high.
    """

    name: str
    kind: str  # words, joint, deed, press, round or data
    row: Row
    points: int
    public: date | None = None
    told: date | None = None
    span: Span | None = None
    sides: frozenset[str] = frozenset()
    voice: str = ""
    utterance: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_editorial(self) -> bool:
        """The voice of a party newspaper or of state television."""
        return self.row.get("channel") == "editorial"

    @property
    def alone(self) -> str:
        """How firm it is by itself; an account of the press is low unless it is high."""
        return LEVELS[1 if self.kind == "press" and self.points < 3 else self.points]


def record(kind: str, row: Row, key: str, **given: Any) -> Record:
    """A record of a row: public on its day, as firm as it says, by itself, if nothing else is."""
    given.setdefault("public", given.get("told"))
    given.setdefault("points", LEVELS.index(row["confidence"]))
    given.setdefault("voice", row[key])
    given["sides"] = frozenset(given.get("sides", ()))
    same = row.get("utterance") or row[key]
    return Record(name=row[key], kind=kind, row=row, utterance=same, **given)


def moment(when: date, zone: str, clock: str = "00:00") -> datetime:
    """A moment by the clock of a zone."""
    return datetime.fromisoformat(f"{when}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def span_of(when: date, zones: Iterable[str]) -> Span:
    """From the first to the last moment at which it is this day in one of the zones."""
    starts, ends = ([moment(one, z) for z in zones] for one in (when, when + timedelta(1)))
    return min(starts), max(ends)


def said_between(row: Row, zone: str) -> Span:
    """A post carries its moment in its number; others have their minute, or their day."""
    if row["tweet_id"]:
        sent = ((int(row["tweet_id"]) >> 22) + 1288834974657) / 1000
        return (datetime.fromtimestamp(sent, UTC),) * 2
    if row["time"]:
        start = moment(day(row["statement_date"]), zone, row["time"])
        return start, start + timedelta(minutes=1)
    return span_of(day(row["statement_date"]), [zone])


def is_earlier(one: Record, other: Record) -> bool:
    """Known to be earlier: over before the other begins."""
    if one.span is None or other.span is None:
        return False
    return one.span[0] < other.span[0] and one.span[1] <= other.span[0]


# --- what records carry -------------------------------------------------------------------------
class Weighed(NamedTuple):
    """An admitted row of a question and what it is worth; `wins` is the side that it serves."""

    record: Record
    stance: str
    wins: str
    weight: str
    implied: bool
    points: int
    early: bool

    @property
    def rank(self) -> tuple[int, bool, int]:
        """First by weight, then direct before implied, then by points."""
        return WEIGHTS.index(self.weight), self.implied, -self.points


def sides_of(rows: Iterable[Weighed]) -> set[str]:
    """The sides whose word these rows are."""
    return {side for one in rows for side in one.record.sides}


def carriers(rows: Sequence[Weighed], stance: str) -> list[Weighed]:
    """The rows that carry a stance: by themselves, as a pair, or as accounts that nobody denies."""
    seen = {o.stance for o in rows if (o.weight, o.record.kind) == ("document", "data")}
    rows = [one for one in rows if one.weight != "model" or seen <= {one.stance}]
    rows = [one for one in rows if one.weight != "replaced"]
    mine = [one for one in rows if one.stance == stance]
    found = [one for one in mine if one.weight not in ("account", "plea")]
    pleas, accounts = ([o for o in mine if o.weight == weight] for weight in ("plea", "account"))
    if mine and mine[0].wins:
        heard = bool(sides_of(accounts) - {mine[0].wins})
    else:  # nobody's case: two sides who say the same, or accounts not all of one side
        found += pleas if len(sides_of(pleas)) > 1 else []
        sides = sides_of([*pleas, *accounts])
        heard = len(sides) > 1 or "third" in sides
    if heard and len(mine) == len(rows):
        found += accounts
    is_direct = any(not one.implied for one in found)
    return found if is_direct or len({one.record.voice for one in found}) > 1 else []


def certainty(rows: Sequence[Weighed]) -> str:
    """How firm an answer is: one voice is one origin, later pleas of two sides are one."""
    if any(one.weight == "document" and one.points == 3 for one in rows):
        return "high"
    origins: dict[str, int] = {}
    pleas: dict[str, int] = {}
    for one in rows:
        is_late = one.weight == "plea" and not one.early
        kept = pleas if is_late else origins
        for name in one.record.sides if is_late else [one.record.voice]:
            kept[name] = max(kept.get(name, 0), one.points)
    points = [*origins.values(), *([min(pleas.values())] if len(pleas) > 1 else [])]
    if points.count(3) > 1:
        return "high"
    return "medium" if 3 in points or sum(one >= 2 for one in points) > 1 else "low"


def weakest(levels: Iterable[str]) -> str:
    """The weakest of the levels that are any."""
    return min((one for one in levels if one != "none"), key=LEVELS.index, default="none")


def firm(is_so: bool, by: Sequence[Record]) -> Answer:
    """An answer that each of these records shows alone: as firm as the firmest."""
    level = max((one.alone for one in by), key=LEVELS.index, default="none")
    return ("yes" if is_so else "no") if by else "unknown", level


def chain(is_so: bool, by: Sequence[Record]) -> Answer:
    """An answer that needs all these records: as firm as the weakest."""
    return ("yes" if is_so else "no") if by else "unknown", weakest(one.alone for one in by)


def if_all(by: Sequence[Record], held: Sequence[bool]) -> Answer:
    """Yes or no where all agree, else disputed."""
    return ("disputed", "none") if any(held) and not all(held) else firm(all(held), by)


UNKNOWN: Answer = ("unknown", "none")


def judge_charge(slots: Mapping[str, Answer]) -> Answer:
    """The ladder of a charge."""
    needed = [slots[slot] for slot in ("undertaken", "act", "covered")]
    (undertaken, _), (act, act_level), (covered, _) = needed
    if refuted := [level for word, level in needed if word == "no"]:
        return "contradicted", max(refuted, key=LEVELS.index)
    if act != "yes":
        return "undetermined", "none"
    if undertaken in ("unproven", "unknown"):
        return "act established with no undertaking on record", act_level
    if covered in ("unproven", "unknown"):
        return "act established with the breach unproven", act_level
    if (undertaken, covered) != ("yes", "yes"):
        return "act established with the breach disputed", act_level
    if slots["reserved"][0] in ("yes", "disputed"):
        return "partly supported", weakest(level for _, level in (*needed, slots["reserved"]))
    return "supported", weakest(level for _, level in needed)


def judge_fact(parts: Sequence[Answer]) -> Answer:
    """All parts yes, all no, some yes, or open."""
    words, level = {word for word, _ in parts}, weakest(level for _, level in parts)
    if words == {"yes"}:
        return "supported", level
    if words == {"no"}:
        return "contradicted", level
    return ("partly supported", level) if "yes" in words else ("undetermined", "none")


def reach(covered: Answer, undertaken: Answer) -> Answer:
    """A yes on the reach of a promise: no firmer than the promise, and unproven without one."""
    if covered[0] != "yes" or undertaken[0] == "yes":
        return covered if covered[0] != "yes" else ("yes", weakest([covered[1], undertaken[1]]))
    return ("yes", "low") if undertaken[0] == "disputed" else ("unproven", "none")


def judge_drawn(kind: str, charges: Sequence[Answer]) -> Answer:
    """A denial turned from its strongest charge, or a sum by how many of its charges stand."""
    words = {word for word, _ in charges}
    best = min(words, key=LADDER.index)
    level = weakest(level for word, level in charges if word == best)
    if kind == "sum":
        if words in ({"supported"}, {"contradicted"}):
            return best, level
        is_part = best == "supported"
        return ("partly supported", level) if is_part else ("undetermined", "none")
    if best in ("supported", "partly supported"):
        return "contradicted", level
    return ("supported", level) if best == "contradicted" else ("undetermined", "none")


# --- the border ---------------------------------------------------------------------------------
class Border:
    """Trade by month and chapter, as first published or revised, and what it comes to."""

    def __init__(self, tables: Tables) -> None:
        """Lay the tables of trade out."""
        self.t = tables
        self.actions = {row["action_id"]: row for row in tables["actions"]}
        lists = {row["part"] for row in tables["coverage_sets"]}
        taxed = [r for r in self.actions.values() if r["tranche"] in lists]
        self.steps = sorted(
            (row for row in taxed if row["changes_rate"] == "true"),
            key=lambda row: row["effective_date"],
        )
        self.known: dict[str, dict[str, date]] = defaultdict(dict)
        for row in tables["border_releases"]:
            self.known[row["vintage"]][row["month"]] = day(row["known_date"])
        columns = ["customs_value_usd", "calculated_duty_usd"]
        columns += [f"world_{name}" for name in columns]
        self.trade: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(dict)
        for row in tables["border_imports"]:
            chapters = self.trade[row["vintage"]].setdefault(row["month"], {})
            chapters[row["hs_chapter"]] = [
                int(row[name]) if row[name] else math.nan for name in columns
            ]
        self.exports: dict[str, dict[str, int]] = defaultdict(dict)
        for row in tables["border_exports_by_goods"]:
            self.exports[row["series"]][row["month"]] = int(row["value_usd"])
        for row in tables["border_exports"]:
            self.exports[f"chapter {row['hs_chapter']}"][row["month"]] = int(row["value_usd"])

    def total(
        self, span: Iterable[str], column: int, only: Any = None, of: str = "published"
    ) -> float:
        """Sum over months of value, duty (0, 1), or those of all origins (2, 3)."""
        rows = (item for month in span for item in self.trade[of][month].items())
        return sum(row[column] for chapter, row in rows if only is None or chapter in only)

    @cached_property
    def base(self) -> dict[str, float]:
        """The rate that each chapter paid in the last whole year before the first step."""
        year = year_of(int(self.steps[0]["effective_date"][:4]) - 1)
        every = self.trade["published"][year[0]]
        sums = {one: [self.total(year, column, {one}) for column in (0, 1)] for one in every}
        return {chapter: duty / value if value else 0.0 for chapter, (value, duty) in sums.items()}

    def additional(self, month: str, of: str = "published") -> float:
        """Duty beyond the rate of the base year, chapter by chapter, in billion dollars."""
        rows = self.trade[of][month].items()
        return sum(row[1] - row[0] * self.base.get(chapter, 0.0) for chapter, row in rows) / 1e9

    def claimed(self, month: str) -> float:
        """Duty of a month by the government's own rates and values, for the days in force."""
        total = 0.0
        told = [step for step in self.steps if step["value_claimed_usd_bn"]]
        for when in days_of(month):
            held = {r["tranche"]: r for r in told if r["effective_date"] <= str(when)}.values()
            yearly = (float(r["value_claimed_usd_bn"]) * float(r["rate_after_pct"]) for r in held)
            total += sum(yearly) / 100 / 365
        return total

    def chapters(self, step: Row, of: str = "published") -> dict[str, int]:
        """Chapters nearly whole on the list of a step, or named, and imports that weigh them."""
        listed, year = self.actions[step["action_id"]]["tranche"], step["trade_year"]
        named = sorted(codes(step["hs_chapters"])) or [
            row["hs_chapter"]
            for row in self.t["border_list_shares"]
            if (row["trade_year"], row["line_split"]) == (year, step["line_split"])
            and float(row[listed]) > float(step["min_share"])
        ]
        imports = {one: self.total(year_of(int(year)), 0, {one}, of) for one in named}
        least = float(step["min_imports_usd_bn"] or -1) * 1e9
        return {chapter: value for chapter, value in imports.items() if value > least}

    def step_share(self, step: Row, month: str, of: str = "published") -> float:
        """The part of a step that a month shows, over its chapters."""
        spans = months(step, "before_start", "before_end"), months(step, "after_start", "after_end")
        moved = whole = 0.0
        for chapter, weight in self.chapters(step, of).items():
            before, after, now = (
                self.total(span, 1, {chapter}, of) / self.total(span, 0, {chapter}, of)
                for span in (*spans, [month])
            )
            moved, whole = moved + weight * (now - before), whole + weight * (after - before)
        return moved / whole

    def felt(self, step: Row, of: str) -> tuple[dict[str, float], date]:
        """The part of a step in each month until it is settled, and the day of the same duty."""
        begun = self.actions[step["action_id"]]["effective_date"][:7]
        span = [one for one in sorted(self.trade[of]) if begun <= one < step["after_start"]]
        shares = {one: self.step_share(step, one, of) for one in span}
        late = sum((1 - share) * len(days_of(one)) for one, share in shares.items())
        return shares, day(f"{begun}-01") + timedelta(int(late))

    def window(self, use: str) -> list[str]:
        """The one span of months with a use."""
        return months(next(row for row in self.t["border_windows"] if row["use"] == use))

    def run_ahead(self, step: Row, month: str) -> tuple[float, float]:
        """Imports of a step's chapters against other origins, in percent, and the usual spread."""
        quiet, level, only = self.window("quiet"), self.window("level"), set(self.chapters(step))
        ratio = {}
        for one in {*quiet, *level, month}:
            ours, world = self.total([one], 0, only), self.total([one], 2, only)
            ratio[one] = math.log(ours / (world - ours))

        def beside(one: str, years: Iterable[str]) -> float:
            return ratio[one] - statistics.fmean(ratio[f"{year}{one[4:]}"] for year in years)

        years = sorted({one[:4] for one in quiet})
        usual = statistics.fmean(beside(one, years) for one in level)
        spread = []
        for year in years:  # each quiet year held against the others
            others = [one for one in years if one != year]
            apart = {one[5:]: beside(one, others) for one in quiet if one[:4] == year}
            zero = statistics.fmean(apart[one[5:]] for one in level)
            spread += [100 * math.expm1(value - zero) for value in apart.values()]
        return 100 * math.expm1(beside(month, years) - usual), statistics.stdev(spread)

    def sold(self, month: str) -> int:
        """Exports of all goods in a month, by chapter."""
        return sum(
            value[month] for key, value in self.exports.items() if key.startswith("chapter ")
        )

    def goods(self, name: str, month: str) -> int:
        """Exports of goods in a month: a series, less another, or a span of chapters."""
        row = next(row for row in self.t["border_goods"] if row["goods"] == name)
        if row["first_chapter"]:
            first, last = (f"chapter {row[f'{end}_chapter']}" for end in ("first", "last"))
            return sum(value[month] for key, value in self.exports.items() if first <= key <= last)
        less = self.exports[row["less_series"]][month] if row["less_series"] else 0
        return self.exports[row["series"]][month] - less

    @cached_property
    def figures(self) -> dict[str, tuple[dict[str, float], date]]:
        """Each named figure, with what it is held against, and the day from which it was known."""
        return {row["measured_id"]: self._figure(row) for row in self.t["border_measured"]}

    def _figure(self, row: Row) -> tuple[dict[str, float], date]:
        span, measure = months(row), row["measure"]
        used = set(span)
        if measure == "exports":
            found = {"worth": sum(self.goods(row["goods"], one) for one in span) / 1e9}
        elif measure in ("duty", "duty_of_all_origins"):
            found = {"worth": self.total(span, 1 if measure == "duty" else 3) / 1e9}
        elif measure == "deficit":
            found = {"worth": (self.total(span, 0) - sum(map(self.sold, span))) / 1e9}
        elif measure == "months_fallen":
            before = [f"{int(one[:4]) - 1}{one[4:]}" for one in span]
            used |= {*before}
            fallen = [
                self.sold(one) < self.sold(year) for one, year in zip(span, before, strict=True)
            ]
            found = {"value": sum(fallen), "against": len(span)}
        elif measure == "additional_duty":
            found = {"worth": sum(map(self.additional, span))}
            found["against"] = sum(map(self.claimed, span))
        else:
            step = next(r for r in self.t["border_steps"] if r["action_id"] == row["action_id"])
            if measure == "step_share":
                legal = self.actions[row["action_id"]]["effective_date"]
                in_force = [str(when) >= legal for when in days_of(span[0])]
                found = {"value": self.step_share(step, span[0])}
                found["against"] = sum(in_force) / len(in_force)
                used |= {*months(step, "before_start", "before_end")}
                used |= {*months(step, "after_start", "after_end")}
            else:
                found = dict(zip(("value", "against"), self.run_ahead(step, span[0]), strict=True))
                used |= {*self.window("quiet"), *self.window("level")}
        found.setdefault("value", found.get("worth", math.nan))
        return found, max(self.known["published"][one] for one in used)


def year_of(year: int) -> list[str]:
    """The months of a year."""
    return [f"{year}-{month:02}" for month in range(1, 13)]


# --- the opinion --------------------------------------------------------------------------------
class Opinion:
    """All that is derived of one run from its raw tables and parameters."""

    def __init__(self, tables: Tables, parameters: Mapping[str, str]) -> None:
        """Take raw tables by name, and the parameters of the run as text."""
        self.t, self.p = tables, parameters
        self.as_of = day(parameters["as_of"])
        self.least = LEVELS.index(parameters["min_confidence"])
        self.actions = {row["action_id"]: row for row in tables["actions"]}
        self.zones = {row["side"]: row["zone"] for row in tables["sides"]}
        self.border = Border(tables)
        is_second = parameters["coder"] == "second"
        self.evidence = by_column(tables["evidence"], "question_id")
        again = by_column(tables["evidence_recoding"], "coder")
        self.again = by_column(again.get(parameters["coder"], ()), "question_id")
        self.recoded = {r["statement_id"]: r for r in tables["recoding"]} if is_second else {}
        self.made = {
            row["claim_id"]: row for row in tables["claims"] if day(row["claim_date"]) <= self.as_of
        }

    def admits(self, one: Record) -> bool:
        """Public by the day of the run, firm enough, and no editorial where none is wanted."""
        is_wanted = self.p["include_editorials"] == "true" or not one.is_editorial
        return is_wanted and one.points >= self.least and (one.public or date.min) <= self.as_of

    @cached_property
    def said(self) -> list[Record]:
        """All admitted statements, with act and target as the coder of the run gave them."""
        return [one for one in self.records.values() if one.kind in ("words", "joint")]

    @cached_property
    def records(self) -> dict[str, Record]:
        """Every admitted record that evidence may name."""
        return {name: one for name, one in self.every.items() if self.admits(one)}

    @cached_property
    def every(self) -> dict[str, Record]:
        """Every record, admitted or not: the days of a charge are the same in any run."""
        found, capitals = [], [*self.zones.values()]
        given: dict[str, Any]
        names = {o.strip(): r["speaker"] for r in self.t["speakers"] for o in codes(r["aliases"])}
        for row in self.t["statements"]:
            if twice := self.recoded.get(row["statement_id"]):
                row = {**row, "act": twice["act_2"], "target": twice["target_2"]}
            span = said_between(row, row["zone"] or self.zones[row["side"]])
            given = {"told": day(row["statement_date"]), "span": span}
            given["voice"] = names.get(row["speaker"], row["speaker"])
            if row["joint"] == "true":  # what both say together is one voice
                given["voice"] = "both sides"
            if row["verified"] == "false":
                given["points"] = 1
            kind = "joint" if row["joint"] == "true" else "words"
            found.append(record(kind, row, "statement_id", sides={row["side"]}, **given))
        for row in self.t["actions"]:
            told = day(row["announced_date"])
            given = {"told": told, "span": span_of(told, [self.zones[row["side"]]])}
            given |= {"sides": {row["side"]}, "voice": row["legal_citation"]}
            found.append(record("deed", row, "action_id", **given))
        for row in self.t["press"]:
            given = {"public": day(row["day"]), "sides": codes(row["sources"])}
            if row["told_day"]:
                told = day(row["told_day"])
                given |= {"told": told, "span": span_of(told, capitals)}
            if row["is_named"] == "false":
                given["points"] = min(2, LEVELS.index(row["confidence"]))
            found.append(record("press", row, "press_id", voice=row["outlet"], **given))
        for row in self.t["rounds"]:
            told = day(row["start_date"])
            given = {"told": told, "span": span_of(told, capitals)}
            found.append(record("round", row, "round_id", sides=codes(row["accounts"]), **given))
        for row in self.t["coverage"]:
            worth = {"worth": float(row["estimate_usd_bn"])} if row["estimate_usd_bn"] else {}
            given = {"voice": row["source_id"], "figures": worth}
            found.append(record("data", row, "coverage_id", **given))
        for row in self.t["border_measured"]:
            figures, known = self.border.figures[row["measured_id"]]
            given = {"public": known, "voice": row["source_id"], "figures": figures}
            found.append(record("data", row, "measured_id", **given))
        issued = {row["id"]: row["issued"] for row in self.t["references"]}
        for row in self.t.get("studies", ()):
            told = day(issued[row["source_id"]])
            found.append(record("data", row, "source_id", told=told))
        return {one.name: one for one in found}

    @cached_property
    def unlinked(self) -> list[str]:
        """Breaches of the rules of documents: grades of parts read, links without words."""
        found, held = [], {}
        read = {row["document_id"]: row["read"] for row in self.t["documents"]}
        for table, key in (
            ("statements", "statement_id"),
            ("actions", "action_id"),
            ("press", "press_id"),
        ):
            for row in self.t[table]:
                if document := row["document_id"]:
                    held[row[key]] = document
                    if read[document] != "whole" and row["confidence"] == "high":
                        found.append(f"{row[key]} is high, and {document} was not read whole")
        sentences = {
            (
                row["question_id"],
                row["statement_id"] or row["action_id"] or row["press_id"],
                row["stance"],
            )
            for row in self.t["sentences"]
        }
        evidence = {
            (row["question_id"], cited(row), row["stance"])
            for row in self.t["evidence"]
            if cited(row) in held
        }
        return found + [" ".join(one) for one in sorted(sentences ^ evidence)]

    @cached_property
    def replaced(self) -> dict[str, date]:
        """By utterance, the day on which a later notice took the place of a notice in it."""
        return {
            row["utterance"] or row["action_id"]: day(self.actions[later]["announced_date"])
            for row in self.actions.values()
            if (later := row["replaced_by"])
        }

    def linked(self, question: str) -> list[tuple[Record, Row]]:
        """The admitted records of a question, each with its row of evidence."""
        again = self.again.get(question, [])
        twice = {cited(row) for row in again}
        rows = [row for row in self.evidence.get(question, []) if cited(row) not in twice]
        rows += [row for row in again if row["stance"] != "none"]
        return [(self.records[cited(row)], row) for row in rows if cited(row) in self.records]

    def weighed(self, question: Row, claim: Row) -> Answer:
        """Whether a question is carried by more than the word of those who profit from it."""
        slot, accused = question["slot"], claim["accused"]
        accuser = claim["side"] if accused else ""
        told = self.every[claim["act_id"]].told if claim["act_id"] else None
        best: dict[tuple[str, str], Weighed] = {}
        for one, row in self.linked(question["question_id"]):
            stance, is_implied = row["stance"], row["reads"] == "implied"
            is_accusers = (stance == "for") != (slot in ("before", "reserved"))
            wins, loses = (accuser, accused) if is_accusers else (accused, accuser)
            since = day(claim["since"]) if claim["since"] else date.min
            is_early = told is not None and one.public is not None and since <= one.public < told
            gone = self.replaced.get(one.utterance)
            if one.kind in ("joint", "data"):
                weight = "model" if one.row.get("method") == "modelled" else "document"
            elif slot in PROMISED and gone and told and gone < told:
                weight = "replaced"
            elif one.kind == "deed" and slot not in PROMISED:
                weight = "document"
            elif one.kind in ("press", "round"):
                weight = "account"
            elif row["admission"] and not one.is_editorial and loses in one.sides - {wins}:
                weight = "admission"
            elif is_early and slot == "covered":
                weight = "read-out"
            elif is_early and slot in ("undertaken", "reserved") and accused in one.sides:
                weight = "commitment"
            else:
                is_third = accuser and not one.sides & {accuser, accused}
                weight = "account" if is_third else "plea"
            points = min(one.points, 2 if weight == "account" else 3) - is_implied
            found = Weighed(one, stance, wins, weight, is_implied, points, is_early)
            best.setdefault((one.utterance, stance), found)
            if found.rank < best[one.utterance, stance].rank:
                best[one.utterance, stance] = found
        return self._carried([*best.values()], slot)

    @staticmethod
    def _carried(rows: Sequence[Weighed], slot: str) -> Answer:
        carried = {stance: carriers(rows, stance) for stance in ("for", "against")}
        joint = [
            one
            for side in carried.values()
            for one in side
            if one.record.kind == "joint" and not one.implied
        ]
        if joint and slot in ("undertaken", "covered"):  # it outranks all words about it
            carried = {s: [one for one in side if one in joint] for s, side in carried.items()}
        if carried["for"] and carried["against"]:
            return "disputed", "none"
        for stance, word in (("for", "yes"), ("against", "no")):
            if by := carried[stance]:
                if slot == "undertaken":  # other words of the time make it firmer
                    rest = [o for o in rows if o.stance == stance and o not in by and o.early]
                    by += [one for one in rest if one.weight in ("commitment", "plea")]
                return word, certainty(by)
        return ("unproven", "none") if rows else UNKNOWN

    def answer(self, question: Row, claim: Row) -> Answer:
        """The answer to one question and its certainty, of reach no firmer than the promise."""
        found = self._by_check(question, claim)
        if question["slot"] != "covered":
            return found
        asked = (row for row in self.t["questions"] if row["claim_id"] == claim["claim_id"])
        promised = next(row for row in asked if row["slot"] == "undertaken")
        return reach(found, self.weighed(promised, claim))

    def _by_check(self, question: Row, claim: Row) -> Answer:
        """The answer to one question and its certainty, by its check."""
        check, args = question["check"], arguments(question["arguments"])
        if check == "weighed":
            return self.weighed(question, claim)
        linked = self.linked(question["question_id"])
        mine = [one for one, row in linked if row["stance"] == "for"]
        every = {one.name: one for one, _ in linked}
        both = [*every.values()]
        if check == "recorded":
            against = [one for one, row in linked if row["stance"] == "against"]
            return ("disputed", "none") if mine and against else firm(bool(mine), mine or against)
        if check == "dated":
            by_effect = args.get("by") == "effect"
            days = {
                one.name: one.row.get("effective_date") if by_effect else str(one.told or "")
                for one in mine
            }
            known = [one for one in mine if days[one.name]]
            outside = [o for o in known if not args["from"] <= str(days[o.name]) <= args["to"]]
            return firm(False, outside) if outside else chain(True, known)
        if check == "rate_change":
            ends = ("rate_before_pct", "rate_after_pct")
            told = [one for one in mine if all(one.row.get(end) for end in ends)]
            moved = {tuple(float(one.row[end]) for end in ends) for one in told}
            return firm(moved == {(float(args["before"]), float(args["after"]))}, told)
        if check in ("worth", "at_least"):
            values = {o.name: o.figures["worth"] for o in both if "worth" in o.figures}
            claims = {o.name: o.row.get("value_claimed_usd_bn") for o in both}
            values = values or {name: float(claim) for name, claim in claims.items() if claim}
            aim, off = float(args["usd_bn"]), float(args.get("within_share", 0))
            is_worth = check == "worth"
            held = [abs(v - aim) <= off * aim if is_worth else v >= aim for v in values.values()]
            return if_all([every[name] for name in values], held)
        if check == "comes_to":
            by = [one for one in both if "against" in one.figures]
            least = float(args["at_least"])
            return if_all(by, [o.figures["value"] >= least * o.figures["against"] for o in by])
        if check == "farm_majority":
            share = self.farm.get(args["action"], {}).get(self.p["farm_definition"])
            if args["action"] not in every or share is None:
                return UNKNOWN
            return firm(share[1] >= float(args["at_least"]), [every[args["action"]]])
        if check in ("one_sided", "counted"):
            asked = self.said if check == "counted" else both
            done = [one for one in asked if one.row.get("act") == args["act"]]
            sides = {side for one in done for side in one.sides}
            return firm((len(sides) == 1) == (check == "one_sided"), done)
        return self._by_day(check, args, every)

    def _by_day(self, check: str, args: Mapping[str, Any], every: Mapping[str, Record]) -> Answer:
        """Checks that hold days of records against each other."""
        names = {"days_apart": ["first", "second"], "within": ["action", "round"]}
        asked = args.get("order") or [args[name] for name in names.get(check, ["before"])]
        found = [every[name] for name in asked if name in every]
        if len(found) < len(asked) or any(one.told is None for one in found):
            return UNKNOWN
        if check == "days_apart":
            apart = day(str(found[1].told)) - day(str(found[0].told))
            return chain(apart.days == int(args["days"]), found)
        if check == "within":
            step, held = (one.row for one in found)
            if not step["effective_date"]:
                return UNKNOWN
            when = str(self.effective(step))
            return chain(held["start_date"] <= when <= held["end_date"], found)
        if check == "first_of":
            first = [
                one
                for one in self.said
                if one.row["act"] == args["act"]
                and args["side"] in one.sides
                and args.get("frame", "") in codes(one.row["frames"]) | {""}
                and str(one.told) >= args.get("since", "")
            ]
            found = [*sorted(first, key=lambda one: (one.span, one.name))[:1], *found]
            if not first:
                return UNKNOWN
        is_known = True
        for one, other in itertools.pairwise(found):
            if one.utterance == other.utterance or is_earlier(other, one):
                return chain(False, found)
            is_known = is_known and is_earlier(one, other)
        return chain(True, found) if is_known else UNKNOWN

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Answer and certainty of every question on a claim made by the day of the run."""
        return {
            row["question_id"]: self.answer(row, self.made[row["claim_id"]])
            for row in self.t["questions"]
            if row["claim_id"] in self.made
        }

    @cached_property
    def verdicts(self) -> dict[str, Answer]:
        """Verdict and certainty of every claim made by the day of the run."""
        return {name: self._verdict(name) for name in self.made}

    def _verdict(self, name: str) -> Answer:
        kind = self.made[name]["kind"]
        asked = [row for row in self.t["questions"] if row["claim_id"] == name]
        if kind == "charge":
            return judge_charge({r["slot"]: self.answers[r["question_id"]] for r in asked})
        if kind == "fact":
            parts = [row["question_id"] for row in asked if row["slot"] == "part"]
            return judge_fact([self.answers[part] for part in parts])
        if kind == "value":
            return "value judgement", "none"
        return judge_drawn(kind, self.drawn_from(name))

    def drawn_from(self, name: str) -> list[Answer]:
        """The verdicts on the charges from which that on a claim is drawn."""
        parts = sorted(codes(self.made[name]["parts"]) & {*self.made})
        return [self._verdict(one) for one in parts]

    def stands(self, name: str) -> str:
        """Of a sum, how many of its charges stand, whole and in part, in words."""
        if self.made.get(name, {}).get("kind") != "sum":
            return ""
        words = [word for word, _ in self.drawn_from(name)]
        counts = [words.count("supported"), words.count("partly supported")]
        whole, in_part, of = (WORDS[one or -1] for one in (*counts, len(words)))
        return f"of {of}, {whole} whole, {in_part} in part"

    # --- tariffs --------------------------------------------------------------------------------
    @cached_property
    def steps(self) -> list[Row]:
        """Actions that changed a rate, announced by the day of the run."""
        return [r for r in self.actions.values() if r["changes_rate"] == "true" and self.knows(r)]

    def knows(self, action: Row) -> bool:
        """Whether an action was announced by the day of the run."""
        return day(action["announced_date"]) <= self.as_of

    def deadlines(self, step: Row) -> list[date]:
        """The days by which goods at sea had to enter to pay the rate before a step."""
        swapped = (step["tranche"], step["rate_after_pct"], step["rate_before_pct"])
        return sorted(
            day(row["entry_deadline"])
            for row in self.actions.values()
            if row["entry_deadline"] > step["effective_date"]
            and (row["tranche"], row["rate_before_pct"], row["rate_after_pct"]) == swapped
            and self.knows(row)
        )

    def effective(self, step: Row) -> date:
        """The day from which a step counts: of law, or by a notice that lets goods at sea in."""
        rule, legal = self.p["effective_date_rule"], day(step["effective_date"])
        ends = self.deadlines(step)
        if rule == "legal" or not ends or step["changes_rate"] != "true":
            return legal
        # a step counts no later than the next one on its list
        later = [
            day(row["effective_date"])
            for row in self.steps
            if (row["side"], row["tranche"]) == (step["side"], step["tranche"])
            and (row["effective_date"], row["action_id"])
            > (step["effective_date"], step["action_id"])
        ]
        if rule == "in_transit":
            return min(legal + timedelta(int(self.p["transit_days"])), ends[-1], *later)
        named = [one for one in ends if f"entry_{one:%B}_{one.day}".lower() == rule]
        return min(*named, *later, date.max) if named else legal

    @cached_property
    def lists(self) -> dict[str, float]:
        """Values of the lists by the set of the run, ALL imports, and the level MFN in percent."""
        worth = {row["coverage_id"]: row["estimate_usd_bn"] for row in self.t["coverage"]}
        level = {row["benchmark_id"]: row["value_pct"] for row in self.t["benchmarks"]}
        rows = by_column(self.t["coverage_sets"], "coverage_set")[self.p["us_coverage"]]
        pairs = ((r["part"], worth.get(r["coverage_id"]) or level[r["benchmark_id"]]) for r in rows)
        return {part: float(value) for part, value in pairs}

    @cached_property
    def events(self) -> dict[str, list[float]]:
        """By event: points x imports, imports affected, lines."""
        sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0, 0])
        for row in self.t["changes_by_chapter"]:
            imports = int(row["imports_affected_usd_thousand"])
            points = float(row["weighted_change_pp_usd_thousand"])
            more = (points, imports, int(row["hs8_lines_affected"]))
            sums[row["event"]] = [a + b for a, b in zip(sums[row["event"]], more, strict=True)]
        return sums

    @cached_property
    def imports(self) -> int:
        """All imports behind the averages by chapter, in thousand dollars."""
        rows = self.t["imports_by_chapter"]
        (column,) = (name for name in rows[0] if name.startswith("imports_"))
        return sum(int(row[column]) for row in rows)

    @cached_property
    def exempt(self) -> list[tuple[str, float, date]]:
        """Goods taken out of a list, where their day in law is told: list, billion dollars, day."""
        trade = {row["coverage_id"]: row["estimate_usd_bn"] for row in self.t["coverage"]}
        return [
            (row["tranche"], float(trade[row["coverage_id"]]), day(act["effective_date"]))
            for row in self.t["exemptions"]
            if self.knows(act := self.actions[row["action_id"]]) and act["effective_date"]
        ]

    def moves(self, side: str) -> Iterator[tuple[date, str, float, float]]:
        """What moves a side's average: day, step, points of level, points of added duty.

        NaN where a duty in force cannot be measured: from then on the average is not known.
        """
        measured_by = {row["side"]: row["measured_by"] for row in self.t["sides"]}
        mine = [step for step in self.steps if step["side"] == side]
        if measured_by[side] == "chapters":
            for event in self.t["chapter_events"]:
                own = [r for r in self.actions.values() if r["measured_by"] == event["event"]]
                if all(map(self.knows, own)):
                    points = self.events[event["event"]][0] / self.imports
                    is_level = event["kind"] in ("mfn", "mfn_change", "start")
                    pair = (points, 0.0) if is_level else (0.0, points)
                    ids = [r["action_id"] for r in own if r["changes_rate"] == "true"]
                    yield day(event["effective_date"]), "_".join(ids), *pair
            for step in mine:
                if not step["measured_by"] and step["measure_class"] in ("mfn", "additional"):
                    is_level = step["measure_class"] == "mfn"
                    lost = (math.nan, 0.0) if is_level else (0.0, math.nan)
                    yield day(step["effective_date"]), step["action_id"], *lost
            return
        start = min(day(event["effective_date"]) for event in self.t["chapter_events"])
        yield start, "", self.lists.get("MFN", self.lists.get("START", math.nan)), 0.0
        paid: dict[str, float] = {}
        every = {row["part"] for row in self.t["coverage_sets"]}
        for step in sorted(mine, key=self.effective):
            if (listed := step["tranche"]) in every:
                change = float(step["rate_after_pct"]) - paid.get(listed, 0.0)
                paid[listed] = float(step["rate_after_pct"])
                for tranche, value, since in self.exempt:
                    if tranche == listed:
                        points = -change * value / self.lists["ALL"]
                        yield max(self.effective(step), since), "", 0.0, points
                is_firm = LEVELS.index(step["confidence"]) >= self.least
                worth = self.lists.get(listed, math.nan) if is_firm else math.nan
                yield (
                    self.effective(step),
                    step["action_id"],
                    0.0,
                    change * worth / self.lists["ALL"],
                )

    @cached_property
    def farm(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Farm goods of each step that raised rates by chapter: billion dollars, share of it."""
        found: dict[str, dict[str, tuple[float, float]]] = {}
        named = by_column(self.t["parameters"], "parameter")["farm_definition"]
        spans = {r["value"]: re.fullmatch(r"hs(\d\d)_(\d\d)", r["value"]) for r in named}
        chapters = by_column(self.t["changes_by_chapter"], "event")
        for step in self.steps:
            moved, total, _ = self.events.get(step["measured_by"], [0.0, 0, 0])
            if step["measure_class"] == "additional" and moved > 0:
                name = step["action_id"]
                worth = {
                    key: sum(
                        int(row["imports_affected_usd_thousand"]) / 1e6
                        for row in chapters[step["measured_by"]]
                        if span[1] <= row["hs_chapter"] <= span[2]
                    )
                    for key, span in spans.items()
                    if span
                }
                rows = (row for row in self.t["farm_figures"] if row["action_id"] == name)
                worth |= {row["farm_definition"]: float(row["farm_usd_bn"]) for row in rows}
                found[name] = {key: (value, value * 1e6 / total) for key, value in worth.items()}
        return found

    def tariff_numbers(self) -> Iterator[tuple[str, Any]]:
        """Average rates, trade hit, farm goods, and the days to each answer."""
        admitted = [step for step in self.steps if step["action_id"] in self.records]
        yield "n_steps", sum(day(step["effective_date"]) <= self.as_of for step in admitted)
        for side in self.zones:
            level = added = 0.0
            moves = [one for one in self.moves(side) if one[0] <= self.as_of]
            for when in sorted({one[0] for one in moves}):
                today = [one for one in moves if one[0] == when]
                level += sum(one[2] for one in today)
                added += sum(one[3] for one in today)
                if not math.isnan(level + added):  # else not known from this day on
                    steps = "_".join(sorted(one[1] for one in today if one[1])).lower() or "base"
                    for name in (f"after_{steps}", "last"):
                        yield f"{side.lower()}_rate_{name}", level + added
                        yield f"{side.lower()}_additional_{name}", added
        for name, definitions in self.farm.items():
            _, imports, lines = self.events[self.actions[name]["measured_by"]]
            yield f"raised_usd_{name.lower()}", imports / 1e6
            yield f"raised_lines_{name.lower()}", int(lines)
            for definition, (worth, share) in definitions.items():
                yield f"farm_usd_{name.lower()}_{definition}", worth
                yield f"farm_share_{name.lower()}_{definition}", share
        waits: dict[str, list[int]] = {"announced": [], "first": []}
        added: Counter[str] = Counter()  # duty a year on base-year trade, by side
        on: dict[str, dict[str, float]] = defaultdict(dict)  # that trade, by side and list
        whole: dict[str, float] = {}  # all imports of that year, by side
        shared = Counter(row["measured_by"] for row in self.steps)
        for row in self.t["episodes"]:
            move, answer = (self.actions[row[f"{one}_announced"]] for one in ("move", "answer"))
            of, ended = row["episode_id"].lower(), (row["move_effective"], row["answer_effective"])
            if self.knows(move) and self.knows(answer):
                for which, found in waits.items():
                    one, other = (
                        self.actions[row[f"{part}_{which}"]] for part in ("move", "answer")
                    )
                    passed = day(other["announced_date"]) - day(one["announced_date"])
                    found.append(passed.days)
            if not all(ended):  # a measure that sets no duty hits no imports
                continue
            hit, felt = (self.actions[name] for name in ended)
            if self.knows(move) and self.knows(hit) and (listed := hit["tranche"]) in self.lists:
                by, worth = day(hit["effective_date"]), self.lists[listed]
                worth -= sum(v for one, v, since in self.exempt if one == listed and since <= by)
                yield f"move_usd_{of}", worth
                yield f"move_share_{of}", worth / self.lists["ALL"]
            if self.knows(move) and self.knows(felt) and felt["measured_by"]:
                imports = self.events[felt["measured_by"]][1]
                yield f"answer_usd_{of}", imports / 1e6
                yield f"answer_share_{of}", imports / self.imports
                if listed in self.lists and self.knows(hit) and shared[felt["measured_by"]] == 1:
                    rise = float(hit["rate_after_pct"]) - float(hit["rate_before_pct"])
                    points = self.events[felt["measured_by"]][0]
                    for step, duty, trade, every in (
                        (hit, worth * rise / 100, worth, self.lists["ALL"]),
                        (felt, points / 1e8, imports / 1e6, self.imports / 1e6),
                    ):
                        side = step["side"].lower()
                        added[side] += duty
                        whole[side] = every
                        on[side][step["tranche"]] = max(on[side].get(step["tranche"], 0.0), trade)
        for side, duty in added.items():
            yield f"duty_added_{side}", duty
            hit_in_all = sum(on[side].values())
            if hit_in_all <= whole[side]:  # else lists share goods, and no sum tells what was hit
                yield f"imports_hit_{side}", hit_in_all
        if waits["announced"]:
            yield "n_episodes", len(waits["announced"])
            for end, pick in (("min", min), ("max", max)):
                yield f"answer_days_{end}", pick(waits["announced"])
                yield f"answer_first_days_{end}", pick(waits["first"])

    # --- statements and the border --------------------------------------------------------------
    def statement_numbers(self) -> Iterator[tuple[str, Any]]:
        """How many statements count, and the first charge of each side."""
        start = self.p["window_start"]
        yield "n_statements", sum(str(one.told) >= start for one in self.said)
        for side in self.zones:
            charges = [
                str(one.told)
                for one in self.said
                if side in one.sides
                and "backtracking" in codes(one.row["frames"])
                and one.row["act"] in ("blame", "threaten", "justify")
                and one.row["target"] not in ("none", side)
            ]
            if charges:
                yield f"first_charge_{side.lower()}", min(charges)

    def stream_numbers(self) -> Iterator[tuple[str, Any]]:
        """What whole channels come to: by day in a ledger of its own, then window by window."""
        split, window = day(self.p["breakdown_date"]), int(self.p["event_window_days"])
        counts = {r["item_id"] for r in self.t.get("stream_readings", ()) if r["counts"] == "true"}
        for channel in self.t.get("stream_channels", ()):
            first, last = day(channel["first_day"]), min(day(channel["last_day"]), self.as_of)
            is_left_out = channel["is_editorial"] == "true" != self.p["include_editorials"]
            if is_left_out or first > last:
                continue
            of = f"stream_{channel['stream']}_"
            rows = [r for r in self.t["streams"] if r["stream"] == channel["stream"]]
            rows = [r for r in rows if day(r["day"]) <= last]
            on = [r for r in rows if r["on_quarrel"] == "true"]
            worded = [r for r in rows if r["item_id"] in counts]
            yield from ((f"{of}from", str(first)), (f"{of}until", str(last)))
            for name, some in (("all", rows), ("on", on)):
                yield of + name, sum(int(r["items"]) for r in some)
            for name, some in (("words", worded), ("on", on)):
                early, late = (
                    [r["day"] for r in some if (day(r["day"]) < split) == is_early]
                    for is_early in (True, False)
                )
                if name == "words":
                    yield from ((f"{of}words_past", len(early)), (f"{of}words_since", len(late)))
                for ids, found in (
                    (("words_last", "quiet_since"), early[-1:]),
                    (("words_first", "first_on"), late[:1]),
                ):
                    yield from ((of + ids[name == "on"], one) for one in found)
            yield from self._windows(of, first, last, (rows, on, worded), split, window)

    @staticmethod
    def _windows(
        of: str, first: date, last: date, kinds: Sequence[Sequence[Row]], split: date, window: int
    ) -> Iterator[tuple[str, Any]]:
        """Both windows of the breakdown, and of each day whole weeks away that has them whole."""
        for number in (1, 2):
            start = split + timedelta(7 * number - 7)
            if first <= start and start + timedelta(6) <= last:
                days = {str(start + timedelta(n)) for n in range(7)}
                yield (
                    f"{of}week_{number}",
                    sum(int(r["items"]) for r in kinds[1] if r["day"] in days),
                )
        for end, span in (("", window), ("_half", window // 2), ("_double", 2 * window)):
            weeks = range((first - split).days // 7, (last - split).days // 7 + 1)
            starts = [split + timedelta(7 * week) for week in weeks]
            reach = timedelta(span)
            starts = [o for o in starts if first <= o - reach and o + reach <= last + timedelta(1)]
            others = [one for one in starts if abs((one - split).days) >= 2 * span]
            if not span or split not in starts or not others:
                continue
            for once in ("", "_once") if span <= window else ("",):
                held: list[Counter[str]] = [Counter() for _ in kinds]
                for counter, some in zip(held, kinds, strict=True):
                    for r in some:
                        counter[r["day"]] += int(r["items"]) - (int(r["copies"]) if once else 0)

                def near(start: date, way: int, held: Any = held, span: int = span) -> list[int]:
                    days = [str(start + timedelta(n)) for n in range(way * span, (way + 1) * span)]
                    return [sum(counter[one] for one in days) for counter in held]

                pairs = {one: (near(one, -1), near(one, 0)) for one in (split, *others)}
                told = {
                    "on": lambda pair: pair[1][1] - pair[0][1],
                    "share": lambda pair: 100 * (part(pair[1]) - part(pair[0])),
                    "words": lambda pair: pair[1][2] - pair[0][2],
                }
                for name, change in told.items():
                    if (name == "words" and end) or (once and name != "on"):
                        continue
                    for when, (every, some, speak) in zip(
                        ("before", "after"), pairs[split], strict=True
                    ):
                        value = {"on": some, "share": part([every, some]), "words": speak}[name]
                        yield f"{of}{name}_{when}{end}{once}", value
                        if name == "on":
                            yield f"{of}all_{when}{end}{once}", every
                    mine, rest = change(pairs[split]), [change(pairs[one]) for one in others]
                    yield f"{of}{name}_change{end}{once}", mine
                    yield f"{of}{name}_largest{end}{once}", max(rest)
                    yield f"{of}{name}_as_large{end}{once}", sum(one >= mine for one in rest)
                yield f"{of}placebos{end}{once}", len(others)

    def border_numbers(self) -> Iterator[tuple[str, Any]]:
        """Rates and duty recorded, and named figures, of what the run may tell of."""
        is_told = self.p["hindsight"] == "true"
        for vintage, releases in self.border.known.items():
            known = {month for month, when in releases.items() if is_told or when <= self.as_of}
            end = "" if vintage == "published" else f"_{vintage}"
            spans = {month.replace("-", "_"): [month] for month in known}
            spans |= {month[:4]: year_of(int(month[:4])) for month in known}
            for name, span in spans.items():
                if set(span) <= known:
                    value, duty = (self.border.total(span, column, of=vintage) for column in (0, 1))
                    yield f"border_rate_{name}{end}", 100 * duty / value
                    yield f"border_duty_{name}{end}", duty / 1e9
        yield from self._fragile_numbers(is_told)
        for of, (figures, when) in self.border.figures.items():
            if is_told or when <= self.as_of:
                yield f"border_measured_{of.lower()}", figures["value"]
                if "against" in figures:
                    yield f"border_measured_{of.lower()}_against", figures["against"]

    def _fragile_numbers(self, is_told: bool) -> Iterator[tuple[str, Any]]:
        """What rests on many choices: when a step was felt, duty before it, the most of a year."""
        border, known = self.border, {}
        for vintage, releases in border.known.items():
            known[vintage] = {m for m, when in releases.items() if is_told or when <= self.as_of}
        newest = next((one for one in ("revised", "published") if known.get(one)), "")
        for step in border.t["border_steps"]:
            name = step["action_id"].lower()
            ends = ("before_start", "before_end"), ("after_start", "after_end")
            needed = {month for pair in ends for month in months(step, *pair)}
            if newest and needed <= known[newest] and step["action_id"] in self.actions:
                shares, when = border.felt(step, newest)
                for month, share in shares.items():
                    yield f"border_felt_{name}_{month.replace('-', '_')}", share
                yield f"border_day_{name}", str(when)
                legal = day(self.actions[step["action_id"]]["effective_date"])
                yield f"border_late_{name}", (when - legal).days
        dated = (self.actions[step["action_id"]] for step in border.t["border_steps"])
        graced = [step["effective_date"][:7] for step in dated if self.deadlines(step)]
        first = [step["effective_date"][:7] for step in border.steps[:1] if graced]
        for vintage, at in known.items():
            end = "" if vintage == "published" else f"_{vintage}"
            if span := [month for month in at if first and first[0] <= month < graced[0]]:
                duty = sum(border.additional(month, vintage) for month in span)
                yield f"border_additional_before{end}", duty
        ordered = sorted(known.get("published", ()))
        for name, column in (("border_most", 1), ("border_most_world", 3)):
            sums = [
                border.total(ordered[at : at + 12], column) / 1e9 for at in range(len(ordered) - 11)
            ]
            if sums and not any(map(math.isnan, sums)):
                yield name, max(sums)

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """Every number that is derived, by the id under which the run prints it."""
        found = dict(self.tariff_numbers()) | dict(self.statement_numbers())
        found |= dict(self.stream_numbers())
        found |= dict(self.border_numbers())
        claimed = [(r["kind"], self.verdicts[n][0]) for n, r in self.made.items() if r["claimant"]]
        for what, words in (
            # denials and sums repeat the verdicts on their charges
            ("n_", [word for kind, word in claimed if kind not in ("denial", "sum")]),
            ("n_charges_", [word for kind, word in claimed if kind == "charge"]),
        ):
            for word in (*LADDER, "value judgement"):
                found[what + word.replace(" ", "_")] = words.count(word)
        found |= {"n_claims": len(claimed)}
        # in an id, a record has the name that the run gives it
        called = {
            row[column].lower(): row["name"]
            for row in self.t["named"]
            for column in row
            if column.endswith("_id") and row[column] and row["name"]
        }
        return {"_".join(called.get(w, w) for w in k.split("_")): v for k, v in found.items()}


def part(counts: Sequence[int]) -> float:
    """The part of all that is on the quarrel; of nothing, none."""
    return counts[1] / counts[0] if counts[0] else 0.0


def cited(row: Row) -> str:
    """The one record that a row of evidence names."""
    columns = ("statement", "action", "press", "round", "coverage", "measured", "source")
    return next(row[f"{name}_id"] for name in columns if row[f"{name}_id"])


# --- holding the two against each other ---------------------------------------------------------
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS += ["eleven", "twelve", "none"]


def is_printed(value: Mapping[str, Any], derived: Any) -> bool:
    """Whether a value of the run is what was derived, and its words say so, as they round it."""
    said, text = value["value"], value["text"].replace("\u00a0", " ").replace("−", "-")
    if isinstance(derived, str):
        return bool(said == derived and text == f"{day(said).day} {day(said):%B %Y}")
    if isinstance(said, str) or not math.isclose(said, derived, rel_tol=1e-9, abs_tol=1e-9):
        return False
    if text in WORDS:
        return bool(WORDS.index(text) % 13 == derived)
    number = re.search(r"-?[\d,]+(?:\.(\d+))?", text)
    if number is None:
        return False
    shown = derived * (100 if value["unit"] == "share" else 1)
    rounding = 0.501 * 10.0 ** -len(number[1] or "")
    return bool(abs(float(number[0].replace(",", "")) - shown) <= rounding)


def compare(run: Run, mine: Opinion) -> tuple[dict[str, int], list[str]]:
    """Hold verdicts, answers and numbers against what a run prints: counts, and differences."""
    values = {value["id"]: value for value in run.values}
    printed = {
        "verdicts": {r["claim_id"]: (r["verdict"], r["certainty"]) for r in run.verdicts},
        "answers": {r["question_id"]: (r["answer"], r["certainty"]) for r in run.answers},
    }
    derived = {"verdicts": mine.verdicts, "answers": mine.answers if run.answers else {}}
    found = []
    for what, theirs in printed.items():
        for one in sorted({*theirs, *derived[what]}):
            if theirs.get(one) != derived[what].get(one):
                told = (" / ".join(w.get(one, ("nothing",))) for w in (theirs, derived[what]))
                found.append("{}: printed {}, derived {}".format(one, *told))
    for one, (word, _) in mine.verdicts.items():
        value = values.get(f"verdict_{one.lower()}", {"value": word})
        if value["value"] != word:
            found.append(f"{one} in values.json: printed {value['value']}, derived {word}")
    for row in run.verdicts:
        stands = mine.stands(row["claim_id"])
        if row["stands"] != stands:
            found.append(f"{row['claim_id']}: printed {row['stands']}, derived {stands}")
    found += [f"raw tables: {one}" for one in mine.unlinked]
    numbers = {name: value for name, value in mine.numbers.items() if value == value}  # no NaN
    numbers = {name: numbers[name] for name in sorted(numbers) if name in values}
    for name, number in numbers.items():
        if not is_printed(values[name], number):
            said = f"{values[name]['value']} as “{values[name]['text']}”"
            found.append(f"{name}: printed {said}, derived {number}")
    return {what: len(rows) for what, rows in derived.items()} | {"numbers": len(numbers)}, found


def main(typed: Sequence[str] | None = None) -> int:
    """Say what was checked, what was not and why, and every difference."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("report", type=Path, help="report.pdf, or the folder of a run")
    parser.add_argument("--raw", type=Path, help="folder of raw tables, instead of those attached")
    given = parser.parse_args(typed)
    try:
        run = read_run(given.report, given.raw)
        checked, found = compare(run, Opinion(run.tables, run.parameters))
    except (
        Unreadable,
        OSError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        zlib.error,
    ) as error:  # a file from elsewhere can fail anywhere
        print(f"{given.report} cannot be read: {error!r}", file=sys.stderr)
        return 2
    print(f"Run {run.parameters['run']}, as of {run.parameters['as_of']}. Derived again:")
    print("  " + ", ".join(f"{number} {what}" for what, number in checked.items()))
    total = sum(value["unit"] in DERIVED for value in run.values)
    print(f"Left out: {total - checked['numbers']} of {total} numbers, and")
    for what, why in LEFT_OUT.items():
        print(f"  {what}: {why}")
    for one in found:
        print(f"DISAGREE  {one}")
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    print(f"This program is {own[:10]}; reports/editions.csv names the one of each edition.")
    for edition, changes in CHANGED.items():
        print(f"  since that of edition {edition} it itself " + "; it ".join(changes))
    what = "in the folder" if given.report.is_dir() else "attached"
    told = f"{len(found)} differences in" if found else "Both agree on"
    print(f"{told} what is {what}; the pages were not read.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
