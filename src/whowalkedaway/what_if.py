"""What the report's values and verdicts would be under other choices: the table behind its page.

Nothing is interpolated: each value is measured at every combination of the choices that the part
which states it may depend on, by the names of what that part reads. So a value that moves only
with two choices together is found as well. What turns a verdict is not measured again, because
it takes a second for each combination: such values are told as not measured.
"""

import itertools
import string
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tradetalks.checks import DataError
from tradetalks.claims.chains import Chain
from tradetalks.claims.checks import listed
from tradetalks.claims.ladder import MAKES, MEANS, PLAIN, VERDICTS
from tradetalks.claims.record import VerdictRecord, looked_back
from tradetalks.claims.turns import Way, plainest_ways
from tradetalks.claims.weigh import Settings
from tradetalks.claims.witnesses import rows_of
from tradetalks.limits import beyond_tables, defaults, table_limits
from tradetalks.otherwise import read_rows
from tradetalks.parameters import Parameters, as_text, parse_parameters
from tradetalks.raw.read import RawTables
from tradetalks.records import RECORDS, Records, parameters_read
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.choices import CHOICES, as_usual, words_of
from whowalkedaway.readings import values_of
from whowalkedaway.verdict_texts import (
    OF_VERDICTS,
    Pieces,
    VerdictTexts,
    article_texts,
    told_in_tables,
)

# too slow to be measured at every combination: what turns verdicts
NOT_TRIED = ("doubted",)
_NAMED = {row["code"]: row["name"] for row in read_rows(Path(__file__).with_name("languages.csv"))}
_SIGNS = string.digits + string.ascii_letters + "".join(map(chr, range(0xC0, 0x250)))


def tabulate(given: Parameters) -> dict[str, Any]:
    """The table: the choices, what moves with them, what was measured, and what moves what was not.

    It is the same for all runs that differ in nothing but values of these choices. In `moves`, each
    id of a value, claim or question has the places of the choices that move it, its texts, and for
    every combination of those choices, the last varying fastest, the sign of its text: its place in
    0-9, a-z, A-Z and what follows from À. `ways` are the plainest ways to turn each printed charge.
    """
    parameters, raw_dir = as_usual(given), ROOT / given.raw_dir
    raw, words, usual = read_raw(raw_dir), words_of(raw_dir), as_text(defaults(raw_dir))
    home = Records(raw, parameters)
    ways = _ways(home.verdicts, words)
    words["otherwise"] |= _otherwise_in_words(ways)
    every = {name: _offered(parameters, name, words[name]) for name in CHOICES}
    offered = {name: values for name, values in every.items() if len(values) > 1}
    verdicts = VerdictTexts(raw)

    @cache
    def found_with(chosen: tuple[tuple[str, str], ...]) -> Records:
        return Records(raw, _but(parameters, dict(chosen)))

    apart = dict[Hashable, Pieces]()

    def read(chosen: tuple[tuple[str, str], ...], field: str, part: str) -> Pieces:
        try:
            found = found_with(chosen)
            if "otherwise" in dict(chosen) and part in OF_VERDICTS:
                return verdicts.of(found.verdicts)[part]
            stated = part, getattr(getattr(found, field), part)
            if stated not in apart:
                apart[stated] = [texts_of(found, field, part)]
            return apart[stated]
        except DataError:  # the raw tables do not allow it
            return []

    moves = dict[str, tuple[list[int], list[str | None], str]]()
    measured, not_tried = list[str](), set[str]()
    for field, part in ((name, part) for name in RECORDS for part in getattr(home, name).parts()):
        reads = parameters_read(type(getattr(home, field)), part)
        if part in NOT_TRIED:
            not_tried |= reads
            continue
        if not texts_of(home, field, part):
            continue
        names = [name for name in offered if name in reads]
        tried = [
            read((*zip(names, at, strict=True),), field, part)
            for at in itertools.product(*(offered[name] for name in names))
        ]
        sizes = {name: len(offered[name]) for name in names}
        for pieces in itertools.zip_longest(*tried, fillvalue={}):
            others = {id(one): one for one in pieces}
            which = np.array([*map([*others].index, map(id, pieces))])
            for one in dict.fromkeys(itertools.chain(*others.values())):
                measured.append(one)
                found = [texts.get(one) for texts in others.values()]
                told = [*dict.fromkeys(found)]
                if len(told) > 1:
                    moving, at = moved_by(sizes, np.array([*map(told.index, found)])[which])
                    signs = "".join(map(_SIGNS.__getitem__, at))
                    moves[one] = [[*offered].index(name) for name in moving], told, signs
    then = looked_back(home.verdicts.docket, home.verdicts.usual, parameters.hindsight)
    later = _later(home.verdicts, then)
    return {
        "choices": [
            {
                "name": name,
                "label": CHOICES[name][0],
                "usual": usual[name],
                "values": [[one, words[name].get(one, one)] for one in values],
            }
            for name, values in offered.items()
        ],
        "ways": [
            *_told(home.verdicts, ways, {one: name for one, (name, _) in later.items()}, then)
        ],
        "means": MEANS,
        "makes": MAKES,
        "later": {f"looking_back_{one.lower()}": told for one, (_, told) in later.items()},
        "moves": moves,
        "measured": sorted(measured),
        "not_tried": [name for name in offered if name in not_tried],
    }


def texts_of(found: Records, field: str, part: str) -> dict[str, str]:
    """What a part of one of the records states, as printed: values by id, and words of verdicts.

    Those are what stands in tables of a claim (its id), of a question (its id), and of a sentence
    of the article (the claim's id with a mark).
    """
    stated = getattr(getattr(found, field), part)
    texts = {name: value.text for name, value in values_of(stated, found.raw).items()}
    if part == "judged":
        tables = stated.verdicts, stated.answers
        texts |= told_in_tables(*(table.to_dict("records") for table in tables))
    if part == "article":
        texts |= article_texts(stated.table.to_dict("records"))
    return texts


def _ways(record: VerdictRecord, words: Mapping[str, Mapping[str, str]]) -> dict[str, list[Way]]:
    """The plainest ways to turn each printed charge, in the order of its table, by claim.

    Of other parameters only those values are chosen that are offered, in `words`.
    """
    printed, ways = [*record.charges.table.get("claim_id", [])], dict[str, list[Way]]()
    for name in printed:
        others = {*printed} - {name}
        ways[name] = [
            way
            for way in plainest_ways(record.docket, name, record.usual, others)
            if all(one == "otherwise" or text in words[one] for one, text in way.given().items())
        ]
    return ways


def _told(
    record: VerdictRecord,
    ways: Mapping[str, Sequence[Way]],
    later: Mapping[str, str],
    then: Settings,
) -> Iterator[dict[str, Any]]:
    """Ways to turn each claim as the page tells them, in their order.

    `of` is the place of the claim, `chosen` what is chosen, `told` that in words, `moves` the
    answers that move, `also` which others it turns, by their places among these, `why` by whose
    words, by answer, and why others turn or stay, `rests` on what each answer then rests;
    `becomes` what the verdict becomes, `is_up` whether that is a stronger one. `later` are names of
    charges that are judged by `then`.
    """
    docket, raw = record.docket, record.raw
    called = {row["side"]: row["adjective"] for row in rows_of(raw["sides"])}
    called |= {row["speaker"]: _in_a_sentence(row) for row in rows_of(raw["speakers"])}
    called |= _versions(raw)

    def chains(settings: Settings) -> dict[str, Chain]:
        own = {one: Chain(docket, one, settings, called) for one in ways}
        at_last = settings.but(as_of=then.as_of)
        return own | {one: Chain(docket, one, at_last, called) for one in later}

    home = chains(record.usual)
    for name, way in ((name, way) for name, found in ways.items() for way in found):
        there = chains(way.settings)
        steps = [Chain(docket, name, one.settings, called) for one in way.changes]
        turned = home[name].turned(there[name])
        does, others = dict[str, list[str]](), dict[tuple[str, str], list[str]]()
        rests = home[name].rests_on(there[name])
        for at, (one, was) in enumerate(home.items(), 1):
            now = there[one]
            if one == name:
                continue
            place = str(at) if one in ways else f"the later “{later[one]}”"
            stays = now.stays_by(was, turned)
            if one in ways and (stays or was.links != now.links):
                rests |= was.rests_on(now)
            if (becomes := PLAIN[now.verdict]) != PLAIN[was.verdict]:
                if one in ways:
                    does.setdefault(becomes, []).append(place)
                others.setdefault((f" → {becomes}", now.moved_by(was)), []).append(place)
            elif one in ways and stays:
                others.setdefault((" stay{}", stays), []).append(place)
            elif one in ways and (why := now.moved_by(was)):
                others.setdefault((f" stay{{}} {becomes}", why), []).append(place)
        also = (f"{_charges(at)} → {becomes}." for becomes, at in does.items())
        told = {
            f"{_charges(at)}{how.format('' if at[1:] else 's')}": f"{why}."
            for (how, why), at in others.items()
        }
        yield {
            "of": f"tbl-claim_{name.lower()}",
            "chosen": way.given(),
            "told": f"if {way.in_words()}",
            "moves": [*home[name].moves(there[name])],
            "also": " ".join(also),
            "why": home[name].why(there[name], steps) | told,
            "rests": rests,
            "becomes": PLAIN[way.verdict],
            "is_up": VERDICTS.index(way.verdict) < VERDICTS.index(home[name].verdict),
        }


def _charges(at: Sequence[str]) -> str:
    """Charges by their numbers, then later ones by their names, as a sentence begins."""
    own = [one for one in at if one.isdecimal()]
    told = listed(
        [*([f"accusation{'s' if own[1:] else ''} {listed(own)}"] if own else []), *at[len(own) :]]
    )
    return told[0].upper() + told[1:]


def _in_a_sentence(speaker: Mapping[str, Any]) -> str:
    """What a speaker is called in a sentence: by a first or last part of the name that is known."""
    name, known = str(speaker["speaker"]), str(speaker.get("aliases", "")).split(";")
    is_part = (
        one for one in known if one and f" {name} ".find(f" {one} ") in (0, len(name) - len(one))
    )
    told = next(is_part, name)
    return told if speaker["kind"] == "person" or told.isupper() else f"the {told}"


def _versions(raw: RawTables) -> dict[str, str]:
    """Of statements whose source is in several languages, which of these alone says so, by id."""
    documents = {row["document_id"]: row for row in rows_of(raw["documents"])}
    languages: dict[str, set[str]] = {}
    for row in documents.values():
        languages.setdefault(row["source_id"], set()).add(row["language"])
    told = dict[str, str]()
    for row in rows_of(raw["statements"]):
        paper = documents.get(row.get("document_id"))
        if paper and len(languages[paper["source_id"]]) > 1:
            name = _NAMED.get(paper["language"], paper["language"])
            told[row["statement_id"]] = f"only in its {name} version"
    return told


def _later(record: VerdictRecord, then: Settings) -> dict[str, tuple[str, str]]:
    """Printed charges of a later day, judged by the last of these: name, and that with whose."""
    told = record.docket.measured.told
    return {
        one.claim_id: (one.name, f"{one.name} (accusation by {told(one.roles.accuser)})")
        for one in record.docket.made(then.as_of)
        if one.kind == "charge" and one.name and one.day > record.usual.as_of
    }


def _otherwise_in_words(ways: Mapping[str, Sequence[Way]]) -> dict[str, str]:
    """What a run may take otherwise to go one of these ways, single or together, in words."""
    singles: dict[str, str] = {}
    both: dict[str, str] = {}
    for way in itertools.chain(*ways.values()):
        own = [one for one in way.changes if "otherwise" in one.given]
        singles |= {one.given["otherwise"]: one.told for one in own}
        if len(own) > 1:
            both[way.given()["otherwise"]] = way.in_words()
    return singles | both


def moved_by(sizes: Mapping[str, int], found: ArrayLike) -> tuple[list[str], list[int]]:
    """The choices on which a text depends, and its number at each combination of those alone.

    `found` are its numbers at every combination of choices that have so many values.
    """
    at = np.reshape(found, [*sizes.values()])
    moving = [name for axis, name in enumerate(sizes) if (at != at.take([0], axis)).any()]
    alone = tuple(slice(None) if name in moving else 0 for name in sizes)
    return moving, at[alone].ravel().tolist()


def _offered(parameters: Parameters, name: str, words: Mapping[str, str]) -> list[str]:
    """Values of a choice that the raw tables allow, and the run's own."""
    own, limits = as_text(parameters)[name], table_limits(ROOT / parameters.raw_dir)
    values = [
        one
        for one in words
        if one == own or not beyond_tables(_but(parameters, {name: one}), limits)
    ]
    return values if own in values else [own, *values]


def _but(parameters: Parameters, changed: Mapping[str, str]) -> Parameters:
    return parse_parameters({**as_text(parameters), **changed})
