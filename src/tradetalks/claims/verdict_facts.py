"""Facts of the claims by facts.csv: verdicts, answers and how firmly they stand."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.claims import ladder
from tradetalks.claims.cards import INNER, chain_of, told_by_press, verdict_words
from tradetalks.claims.checks import TOLD, listed
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import IN_ZH, PLAIN, VERDICTS, Verdict
from tradetalks.claims.tables import READ, Listed, contested, judge_claims, spelled
from tradetalks.claims.turns import Turn, changes, turns_of
from tradetalks.claims.weigh import Settings
from tradetalks.days import in_words
from tradetalks.facts import Stated, side_names, told_by
from tradetalks.otherwise import RULES

# by claim and question, names of what the verdict or answer is drawn from
Read = Mapping[str, Collection[str]]
told = told_by(Path(__file__).with_name("facts.csv"))
NOT_RECORDED = "not recorded"
_CERTAINTY = re.compile(r" \((low|medium)\)$")


def verdict_facts(verdicts: Listed, read: Read) -> Stated:
    """Each claim with its day and verdict."""
    for row in verdicts:
        name, plain = row["claim_id"], PLAIN[row["verdict"]]
        yield from told("claim", row, read={f"claims {name}"})
        words = {
            "plain": plain,
            "zh": IN_ZH[plain],
            "judged": _CERTAINTY.sub(r", with \1 certainty", verdict_words(row)),
        }
        yield from told("verdict", {**row, **words}, read=read[name])


def count_facts(verdicts: Listed) -> Stated:
    """How many claims there are, by verdict, if any; our own reconstructions are none.

    By verdict without denials and sums, which repeat the verdicts on their charges.
    """
    if made := [row for row in verdicts if row["claimant"]]:
        yield from told("claims", {"n": len(made)})
        for row in _by_verdict([row for row in made if row["kind"] not in ("denial", "sum")]):
            yield from told("claims_by_verdict", row)


def firm_facts(
    verdicts: pd.DataFrame,
    turns: Sequence[Turn],
    printed: Sequence[str],
    n_tried: int,
    claims_contested: Sequence[str],
) -> Stated:
    """How many verdicts nothing turns, how many charges something bears out, what is contested.

    Of charges and facts it is counted how many are firm: a value is not judged, and sums and
    denials only repeat their charges. Of `n_tried` single changes, `turns` turn a verdict; those
    of the `printed` charges, in the order of their table, are told one by one.
    """
    if verdicts.empty:
        return
    own = verdicts[verdicts["kind"].isin(["charge", "fact"]) & verdicts["claimant"].ne("")]
    yield from told("judged", {"n": len(own)}, function=judge_claims)
    yield from told("firm", {"n": own["rests_on"].eq("firm").sum()}, function=turns_of)
    for coder in ("first", "second"):
        words = RULES["coder"][coder]
        turned = {one.claim_id for one in turns if one.change.told == words} & {*own["claim_id"]}
        places = {one: f"accusation {place}" for place, one in enumerate(printed, 1)}
        these = [places[one] for one in sorted(turned & {*places})]
        if others := len(turned - {*places}):
            these += [f"{spelled(others)} other {'claim' if others == 1 else 'claims'}"]
        row = {"coder": coder, "told": words, "claims": " and ".join(these) or "none"}
        yield from told("turned_by_coder", row, function=turns_of)
    yield from _turned_facts(dict(verdicts[["claim_id", "verdict"]].values), turns, printed)
    yield from told("tried", {"n": n_tried}, function=changes)
    if count := len(claims_contested):
        yield from told(
            "contested", {"n": count}, {"claims": [*claims_contested]}, function=contested
        )


def _turned_facts(
    home: Mapping[str, Verdict], turns: Iterable[Turn], printed: Sequence[str]
) -> Stated:
    """Which printed charges single changes turn, and where to; `home` are the verdicts by claim."""
    of = partial(told, function=turns_of)
    turned = [
        t for t in turns if t.claim_id in printed and PLAIN[t.verdict] != PLAIN[home[t.claim_id]]
    ]
    n = len({turn.claim_id for turn in turned})
    yield from of("turned", {"n": n, "is_all": n == len(printed), "is_some": n < len(printed)})
    moved: dict[str, set[str]] = {"raises": set(), "lowers": set()}
    together: dict[str, set[str]] = defaultdict(set)
    for turn in turned:
        is_up = VERDICTS.index(turn.verdict) < VERDICTS.index(home[turn.claim_id])
        moved["raises" if is_up else "lowers"].add(turn.claim_id)
        together[turn.change.in_words()].add(turn.claim_id)
    for way, these in moved.items():
        places = [place for place, one in enumerate(printed) if one in these]
        named = listed(str(place + 1) for place in places) if places else "none"
        yield from of("one_change", {"way": way, "charges": named, "zh": in_zh(places)})
    yield from of("turned_together", {"n": max(map(len, together.values()), default=0)})


def numbered(places: Iterable[int]) -> str:
    """Printed charges by their numbers, as a sentence has them; `places` count from 0."""
    found = [str(place + 1) for place in sorted(places)]
    return f"accusation{'s' * (len(found) > 1)} {listed(found)}" if found else "no accusation"


def in_zh(places: Iterable[int]) -> str:
    """Printed charges by their numbers, in zh; `places` count from 0."""
    found = "、".join(str(place + 1) for place in places)
    return f"第{found}项" if found else "无"


def left_out_facts(records_left_out: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many records a choice of the run leaves out; what came after `as_of` is none of them."""
    whose = [row.split(";") for row in records_left_out["sides"]]
    counts = [
        f"{sum(row['side'] in one for one in whose)} {row['adjective']}"
        for row in sides.sort_values("order").to_dict("records")
    ]
    counts += [f"{whose.count([''])} of no side"] if [""] in whose else []
    n, unseen = len(whose), records_left_out["rule"].eq("not verified").sum()
    row = {"n": n, "unseen": unseen, "is_any": n > 0, "by_side": ", ".join(counts)}
    yield from told("left_out", row)


def article_facts(article: Listed) -> Stated:
    """How many sentences of the article were checked, and how many are contradicted, if any."""
    if article:
        count = sum(row["verdict"] == "contradicted" for row in article)
        yield from told("article", {"n": len(article), "contradicted": count})


def _counted(given: Listed) -> str:
    """Every verdict among these with their number, in plain words."""
    counts = Counter(PLAIN[row["verdict"]] for row in given)
    plain = dict.fromkeys(PLAIN[verdict] for verdict in VERDICTS)
    return "; ".join(f"{verdict} {counts[verdict]}" for verdict in plain if verdict in counts)


def _by_verdict(given: Listed) -> list[dict[str, Any]]:
    counts = Counter(row["verdict"] for row in given)
    return [{"verdict": verdict, "n": counts[verdict]} for verdict in VERDICTS]


def answer_facts(answers: Listed, read: Read) -> Stated:
    """The answer to each question, in a word, and whether accounts of the press carry it."""
    for row in answers:
        answer, of = TOLD[row["answer"]], partial(told, read=read[row["question_id"]])
        words = {"told": answer, "zh": IN_ZH[row["answer"]], "sentence": answer.capitalize()}
        flags = {"by_press": bool(row["by_press"]), "is_disputed": answer == "disputed"}
        yield from of("answer", {**row, **words, **flags})
        if row["slot"] == "before":
            yield from of("before", {**row, "is_yes": row["answer"] == "yes"})


def charge_facts(verdicts: Listed, read: Read) -> Stated:
    """What the charges amount to; sums of charges and denials are not counted again."""
    charges = [row for row in verdicts if row["kind"] == "charge"]
    yield from told("some_charges", {"is_any": bool(charges)})
    if not charges:
        return
    is_none = all(row["verdict"] != "supported" for row in charges)
    yield from told("charges", {"is_none": is_none, "is_some": not is_none})
    yield from told("charges_counted", {"n": len(charges)}, {"claims": _ids(charges)})
    for row in charges:
        is_open = row["verdict"] in ladder.ACT_ESTABLISHED
        yield from told("breach", {**row, "is_open": is_open}, read=read[row["claim_id"]])
    for row in _by_verdict(charges):
        yield from told("charges_by_verdict", row)


def _ids(claims: Listed) -> list[str]:
    return [row["claim_id"] for row in claims]


def cover_facts(docket: Docket, settings: Settings, read: Read) -> Stated:
    """What each charge would come to if the promise plainly covered the act, or did not.

    And what it would come to if a way out that was left did not count, and whether it counts.
    """
    for claim in docket.made(settings.as_of):
        if claim.kind != "charge":
            continue
        name = claim.claim_id
        answers = {asked.slot: answer for asked, answer in docket.answers(name, settings)}
        for word in ("yes", "no"):
            given = answers["covered"]._replace(answer=word, certainty="medium")
            verdict = ladder.judge_charge(answers | {"covered": given}, settings).verdict
            row = {"claim_id": name, "word": word, "verdict": verdict, "plain": PLAIN[verdict]}
            yield from told("covered", row, read=read[name])
        verdict = ladder.judge_charge(answers, replace(settings, reserved="ignored")).verdict
        row = {"claim_id": name, "verdict": verdict, "plain": PLAIN[verdict]}
        yield from told("no_way_out", row, read=read[name])
    yield from told("way_out", {"counts": settings.reserved == "qualifies"})


def press_facts(docket: Docket, settings: Settings, charges: Iterable[str]) -> Stated:
    """Of accounts of the press on each of these charges, how many tell of the act and its cover."""
    for name in charges:
        found = told_by_press(docket, docket.claims[name], settings)
        rows = {"press": [row["record_id"] for row in found]}
        of = partial(told, rows=rows, function=told_by_press)
        counts = {"n": len(found), "articles": len({row["source_id"] for row in found})}
        yield from of("accounts", {"claim_id": name} | counts)
        for answer in ("act yes", "covered yes", "covered no", "covered both"):
            slot, word = answer.split()
            row = {"claim_id": name, "slot": slot, "word": word, "about": ladder.ABOUT[slot]}
            count = sum(word in one[slot] for one in found)
            yield from of("accounts_by_answer", row | {"n": count})


def accuser_facts(verdicts: Listed, made: Listed, sides: pd.DataFrame) -> Stated:
    """How the charges of each side are judged; `made` are the rows of the claims."""
    accuser = {row["claim_id"]: row["side"] for row in made}
    charges = [row for row in verdicts if row["kind"] == "charge"]
    for side, name in side_names(sides).items():
        own = [row for row in charges if accuser[row["claim_id"]] == side]
        row = {"side": side, "name": name, "told": _counted(own) or "none is judged"}
        yield from told("accuser", row, {"claims": _ids(own)})


def carried_facts(grid: Listed, sides: pd.DataFrame) -> Stated:
    """Of the charges that are printed, how far each goes, and whose comes nearest."""
    slots = ("undertaken", "act", "covered")
    places = [n for n, row in enumerate(grid) if all(row[slot] == "yes" for slot in slots)]
    whole = [grid[place] for place in places]
    upheld = [row for row in grid if row["verdict"] == "supported"]
    is_nearest = bool(whole) and not upheld
    whose = dict(zip(sides["side"], sides["adjective"], strict=True))
    makers = {whose[row["side"]] for row in whole}
    verdicts: dict[str, set[str]] = {}
    for row in grid:
        verdicts.setdefault(row["accused"], set()).add(row["verdict"])
    cleared = {side for side, reached in verdicts.items() if reached == {"contradicted"}}
    measured = {
        "is_any": len(grid) > 0,
        "n": len(grid),
        "acts": sum(row["act"] == "yes" for row in grid),
        "promises": sum(row["undertaken"] == "yes" for row in grid),
        "whole": len(whole),
        "is_kept": bool(whole) and all(row["reserved"] == "yes" for row in whole),
        "is_nearest": is_nearest,
        "is_not": not is_nearest,
        "nearest": " ".join([*(makers if len(makers) == 1 else ()), numbered(places)]),
        "zh": in_zh(places),
        "is_none": bool(grid) and not cleared,
        "is_some": bool(cleared),
        "cleared": _named(cleared, sides),
    }
    yield from told("grid", measured)
    for place, row in enumerate(grid, 1):
        own = {**row, "is_farthest": whole == [row], "place": str(place)}
        yield from told("grid_row", own)
        for number, (words, *_) in enumerate(chain_of(row).values(), 1):
            plain, low, _ = words.partition(" (low)")
            zh = "，".join(IN_ZH.get(one, one) for one in plain.split(", "))
            zh += "（低）" if low else ""
            yield from told("link", own | {"number": number, "words": words, "zh": zh})
    names = " and ".join(f"“{row['printed'].translate(INNER)}”" for row in upheld) or "none"
    by = _named({row["side"] for row in upheld}, sides)
    yield from told("upheld", {"n": len(upheld), "sides": by, "names": names})


def _named(found: Collection[str], sides: pd.DataFrame) -> str:
    return " and ".join(name for side, name in side_names(sides).items() if side in found) or "none"


def looking_back_facts(
    verdicts: Mapping[Claim, Verdict | None], read: Read, as_of: date, last: date
) -> Stated:
    """The verdict on each charge that is printed, by all that was known on the last day of any.

    A charge of a later day than `as_of` need not have one.
    """
    for claim, verdict in verdicts.items():
        row: dict[str, Any] = vars(claim) | {"verdict": verdict, "name_zh": claim.name_zh or None}
        of = partial(told, read={f"claims {claim.claim_id}"})
        is_told = verdict is not None and claim.day > as_of
        yield from of("charged_later", row | {"is_told": is_told})
        if verdict is not None:
            row |= {"plain": PLAIN[verdict], "zh": IN_ZH[PLAIN[verdict]]}
            known = max(last, claim.day)
            yield from told("looking_back", row, known=known, read=read[claim.claim_id])
            yield from of("called", row, known=claim.day)


def document_facts(documents: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many of these documents each state issued, and of how many the whole or issuer was read.

    A notice of which two parts are rows is one document, and whole where every row is. Posts of a
    person are not counted: each is a document, and short.
    """
    is_text = ~documents["document_id"].str.startswith("posts")
    for side in side_names(sides) if len(documents) else ():
        rows = documents[documents["side"].eq(side) & is_text]
        at_issuer = rows["from_issuer"].fillna(value=False).astype(bool)
        read = rows.assign(issuer=at_issuer, whole=rows["read"].eq("whole"))
        texts = read.groupby(["source_id", "language"])[["issuer", "whole"]].all()
        row = {"side": side, "n": len(texts), **texts.sum()}
        yield from told("documents", row, {"documents": list(rows["document_id"])})


def reading_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two readings of the evidence beyond chance, where there is a second one."""
    yield from told("read_twice", {"n": len(recoding.filter(like="_id").drop_duplicates())})
    # where all rows have one code, chance alone agrees as well
    kappa = agreement.set_index("variable")["kappa"]
    for variable in READ:
        what = "directness" if variable == "reads" else variable
        row = {"variable": variable, "what": what, "kappa": kappa.get(variable)}
        yield from told("kappa", row)


_GROUNDS = {
    "questions": "what is asked of every charge",
    "rules": "a rule of judging for both sides",
    "evidence": "what was read or counted",
}


def revision_facts(moved: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Verdicts that moved between editions towards a side, of all and of each side, and by what."""
    sided = moved[moved["toward"].ne("")]
    towards, grounds = sided["toward"], sided["ground"].value_counts()
    by_what = [
        f"{what} ({spelled(grounds[ground])})"
        for ground, what in _GROUNDS.items()
        if ground in grounds
    ]
    words, n = listed(by_what) if by_what else "none", len(towards)
    yield from told("moved", {"grounds": words, "is_any": n > 0, "n": n})
    for side, name in sides[["side", "name"]].itertuples(index=False):
        yield from told("moved_to", {"side": side, "name": name, "n": towards.eq(side).sum()})


def masked_facts(
    read: pd.DataFrame,
    agreement: pd.DataFrame,
    moves: pd.DataFrame,
    sides: pd.DataFrame,
    coders: pd.DataFrame,
) -> Stated:
    """Who read, agreement of first and masked readings, by side and claim, and what it moves."""
    yield from told("is_read_masked", {"is_any": len(read) > 0})
    readers = {
        name: _coders_in_words(coders[coders["coder"].eq(name)]) for name in ("masked", "first")
    }
    yield from told("coders", readers)
    if read.empty:
        return
    n, stance = len(read.filter(like="_id").drop_duplicates()), moves[["turned", "unlinked"]].sum()
    yield from told("masked", {"n": n, "stance": stance.sum()})
    claims = agreement.loc[agreement["by"].eq("claim"), "group"].unique()
    whose = {"all": "all", **side_names(sides)}
    read_for = {**whose, **{name: f"evidence for {name}" for name in claims}}
    told_of = {"stance": "the side taken", "reads": "directness"}
    measured = {
        ("all" if row["by"] == "all" else row["group"], row["variable"]): row
        for row in agreement.to_dict("records")
        if row["by"] in ("all", "side", "claim")
    }
    for (group, who), (variable, what) in product(read_for.items(), told_of.items()):
        found = measured.get((group, variable), {})
        row = {"variable": variable, "of": group, "what": what, "who": who}
        yield from told("kappa_masked", {**found, **row})
    for variable, what in told_of.items():
        kappas = [
            measured[name, variable]["kappa"] for name in claims if (name, variable) in measured
        ]
        ends = {"least": min(kappas), "most": max(kappas)} if kappas else {}
        yield from told("masked_range", {"variable": variable, "what": what, **ends})


def _coders_in_words(coders: pd.DataFrame) -> str:
    """Who read, in what and when, and what of it is not recorded."""
    listed_of = {name: [*map(str, coders[name].dropna().unique())] for name in coders}
    if not listed_of["kind"]:
        return NOT_RECORDED
    kinds = [f"a {kind}" for kind in listed_of["kind"]]
    asked = ("model", "version", "settings") if "language model" in listed_of["kind"] else ()
    known = []
    for name in (one for one in asked if listed_of[one]):
        told, forms = int(coders[name].notna().sum()), len(coders)
        of = "" if told == forms else f" for {spelled(told)} of {spelled(forms)} forms"
        known.append(f"{name} {listed(listed_of[name])}{of}")
    lacking = [name for name in asked if not listed_of[name]]
    if lacking:
        known.append(f"{listed(lacking)} {NOT_RECORDED}")
    days = sorted(coders["day"].dropna().unique())
    known.append(listed([in_words(day) for day in days]) if days else f"day {NOT_RECORDED}")
    return f"{listed(kinds)} ({'; '.join(known)})"
