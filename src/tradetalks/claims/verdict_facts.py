"""Facts of the claims by facts.csv: verdicts, answers and how firmly they stand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from tradetalks.claims import ladder
from tradetalks.claims.cards import chain_of, told_by_press, verdict_words
from tradetalks.claims.checks import TOLD, listed
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import IN_ZH, PLAIN, VERDICTS, Verdict
from tradetalks.claims.tables import READ, Listed, contested, judge_claims, spelled
from tradetalks.claims.turns import Turn, changes, turns_of
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, Stated, side_names
from tradetalks.otherwise import RULES, read_rows

# by claim and question, names of what the verdict or answer is drawn from
Read = Mapping[str, Collection[str]]
_FACTS = {row["id"]: row for row in read_rows(Path(__file__).with_name("facts.csv"))}


def as_listed(name: str, value: Any, *of: str, **more: Any) -> Fact:
    """A fact of `facts.csv`; its id and its meaning there say which words `of` go into them."""
    row = _FACTS[name]
    return Fact(name.format(*of), value, row["unit"], row["definition"].format(*of), **more)


def verdict_facts(verdicts: Listed, read: Read) -> Stated:
    """Each claim with its day and verdict."""
    for row in verdicts:
        name, verdict, plain = row["claim_id"], row["verdict"], PLAIN[row["verdict"]]
        of, own = partial(as_listed, read=read[name]), {f"claims {name}"}
        yield as_listed("claim_{0}", row["claim"], name, read=own)
        yield as_listed("claimed_on_{0}", row["claim_date"], name, read=own)
        yield of("verdict_{0}", verdict, name, text=plain)
        yield of("zh_verdict_{0}", verdict, name, text=IN_ZH[plain])
        yield of("judged_{0}", verdict_words(row), name)


def count_facts(verdicts: Listed) -> Stated:
    """How many claims there are, by verdict, if any; our own reconstructions are none."""
    if made := [row for row in verdicts if row["claimant"]]:
        yield as_listed("n_claims", len(made))
        yield from _by_verdict("n_{0}", made)


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
    yield as_listed("n_judged", len(own), function=judge_claims)
    of, who = partial(as_listed, function=turns_of), dict(own[["claim_id", "claimant"]].values)
    yield of("n_firm", own["rests_on"].eq("firm").sum())
    for coder in ("first", "second"):
        told = RULES["coder"][coder]
        turned = {one.claim_id for one in turns if one.change.told == told} & {*own["claim_id"]}
        places = {one: f"charge {place}" for place, one in enumerate(printed, 1)}
        these = [places.get(one) or f"one claim ({who[one]})" for one in sorted(turned)]
        yield of("turned_by_{0}", " and ".join(these) or "none", coder, told)
    yield from _turned_facts(dict(verdicts[["claim_id", "verdict"]].values), turns, printed)
    yield as_listed("n_tried", n_tried, function=changes)
    if count := len(claims_contested):
        rows = {"claims": list(claims_contested)}
        yield as_listed("n_contested", count, rows=rows, function=contested)


def _turned_facts(
    home: Mapping[str, Verdict], turns: Iterable[Turn], printed: Sequence[str]
) -> Stated:
    """Which printed charges single changes turn, and where to; `home` are the verdicts by claim."""
    of = partial(as_listed, function=turns_of)
    turned = [
        t for t in turns if t.claim_id in printed and PLAIN[t.verdict] != PLAIN[home[t.claim_id]]
    ]
    count = len({turn.claim_id for turn in turned})
    yield of("n_charges_turned", count).or_none()
    yield of("every_charge_turns", count == len(printed))
    yield of("some_charge_stands", count < len(printed))
    moved: dict[str, set[str]] = {"raises": set(), "lowers": set()}
    together: dict[str, set[str]] = defaultdict(set)
    for turn in turned:
        is_up = VERDICTS.index(turn.verdict) < VERDICTS.index(home[turn.claim_id])
        moved["raises" if is_up else "lowers"].add(turn.claim_id)
        together[turn.change.in_words()].add(turn.claim_id)
    for name, these in moved.items():
        places = [place for place, one in enumerate(printed) if one in these]
        told = listed(str(place + 1) for place in places) if places else "none"
        yield of("charges_one_change_{0}", told, name)
        yield of("zh_charges_one_change_{0}", in_zh(places), name)
    yield of("n_turned_together", max(map(len, together.values()), default=0)).or_none()


def numbered(places: Iterable[int]) -> str:
    """Printed charges by their numbers, as a sentence has them; `places` count from 0."""
    found = [str(place + 1) for place in sorted(places)]
    return f"charge{'s' * (len(found) > 1)} {listed(found)}" if found else "no charge"


def in_zh(places: Iterable[int]) -> str:
    """Printed charges by their numbers, in zh; `places` count from 0."""
    found = "、".join(str(place + 1) for place in places)
    return f"第{found}项" if found else "无"


def left_out_facts(records_left_out: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many records a choice of the run leaves out; what came after `as_of` is none of them."""
    yield as_listed("n_left_out", len(records_left_out))
    yield as_listed("n_not_verified", records_left_out["rule"].eq("not verified").sum())
    yield as_listed("some_left_out", len(records_left_out) > 0)
    whose = [row.split(";") for row in records_left_out["sides"]]
    counts = [
        f"{sum(row['side'] in one for one in whose)} {row['adjective']}"
        for row in sides.sort_values("order").to_dict("records")
    ]
    told = ", ".join([*counts, *([f"{whose.count([''])} of no side"] if [""] in whose else ())])
    yield as_listed("left_out_by_side", told)


def article_facts(article: Listed) -> Stated:
    """How many sentences of the article were checked, and how many are contradicted, if any."""
    if article:
        yield as_listed("n_article", len(article))
        count = sum(row["verdict"] == "contradicted" for row in article)
        yield as_listed("n_article_contradicted", count).or_none()


def _counted(given: Listed) -> str:
    """Every verdict among these with their number, in plain words."""
    counts = Counter(PLAIN[row["verdict"]] for row in given)
    plain = dict.fromkeys(PLAIN[verdict] for verdict in VERDICTS)
    return "; ".join(f"{verdict} {counts[verdict]}" for verdict in plain if verdict in counts)


def _by_verdict(name: str, given: Listed) -> Stated:
    counts = Counter(row["verdict"] for row in given)
    return (as_listed(name, counts[verdict], verdict) for verdict in VERDICTS)


def answer_facts(answers: Listed, read: Read) -> Stated:
    """The answer to each question, in a word, and whether accounts of the press carry it."""
    for row in answers:
        name, answer, asked = row["question_id"], row["answer"], row["question"]
        of = partial(as_listed, read=read[name])
        yield of("answer_{0}", TOLD[answer], name, asked)
        yield of("zh_answer_{0}", answer, name, asked, text=IN_ZH[answer])
        yield of("told_{0}", TOLD[answer].capitalize(), name, asked)
        yield of("by_press_{0}", bool(row["by_press"]), name)
        if row["slot"] == "context":
            yield of("disputed_{0}", answer == "disputed", name)


def charge_facts(verdicts: Listed, read: Read) -> Stated:
    """What the charges amount to; sums of charges and denials are not counted again."""
    charges = [row for row in verdicts if row["kind"] == "charge"]
    yield as_listed("some_charges", bool(charges))
    if not charges:
        return
    is_none = all(row["verdict"] != "supported" for row in charges)
    yield as_listed("no_charge_is_whole", is_none)
    yield as_listed("some_charge_is_whole", not is_none)
    yield as_listed("n_charges", len(charges), rows={"claims": _ids(charges)})
    for row in charges:
        name, is_open = row["claim_id"], row["verdict"] in ladder.ACT_ESTABLISHED
        yield as_listed("breach_open_{0}", is_open, name, read=read[name])
    yield from _by_verdict("n_charges_{0}", charges)


def _ids(claims: Listed) -> list[str]:
    return [row["claim_id"] for row in claims]


def cover_facts(docket: Docket, settings: Settings, read: Read) -> Stated:
    """What each charge would come to if the promise plainly covered the act, or did not."""
    for claim in docket.made(settings.as_of):
        if claim.kind != "charge":
            continue
        name = claim.claim_id
        answers = {asked.slot: answer for asked, answer in docket.answers(name, settings)}
        for word in ("yes", "no"):
            given = answers["covered"]._replace(answer=word, certainty="medium")
            verdict = ladder.judge_charge(answers | {"covered": given}, settings).verdict
            of = partial(as_listed, text=PLAIN[verdict], read=read[name])
            yield of("if_covered_{0}_{1}", verdict, word, name)


def press_facts(docket: Docket, settings: Settings, charges: Iterable[str]) -> Stated:
    """Of accounts of the press on each of these charges, how many tell of the act and its cover."""
    for name in charges:
        found = told_by_press(docket, docket.claims[name], settings)
        rows = {"press": [row["record_id"] for row in found]}
        of = partial(as_listed, rows=rows, function=told_by_press)
        yield of("n_accounts_{0}", len(found), name).or_none()
        yield of("n_articles_{0}", len({row["source_id"] for row in found}), name).or_none()
        roles, answered = docket.claims[name].roles, [row for row in found if row["covered"]]
        own = [row for row in answered if roles.accused in row["sides"]]
        yes = [row for row in answered if row["covered"].endswith("yes")]
        by_others = all(roles.accuser in row["sides"] or not row["sides"] for row in yes)
        is_parted = bool(own and yes) and by_others
        is_parted &= all(row["covered"].endswith("no") for row in own)
        yield of("sources_part_{0}", is_parted, name)
        yield of("sources_do_not_part_{0}", not is_parted, name)
        for told in ("act yes", "covered yes", "covered no", "covered both"):
            slot, word = told.split()
            count = sum(word in row[slot] for row in found)
            what = name, slot, word, ladder.ABOUT[slot]
            yield of("n_accounts_{1}_{2}_{0}", count, *what).or_none()


def accuser_facts(verdicts: Listed, made: Listed, sides: pd.DataFrame) -> Stated:
    """How the charges of each side are judged; `made` are the rows of the claims."""
    accuser = {row["claim_id"]: row["side"] for row in made}
    charges = [row for row in verdicts if row["kind"] == "charge"]
    for side, name in side_names(sides).items():
        own = [row for row in charges if accuser[row["claim_id"]] == side]
        told, rows = _counted(own) or "none is judged", {"claims": _ids(own)}
        yield as_listed("verdicts_on_{0}", told, side, name, rows=rows)


def carried_facts(grid: Listed, sides: pd.DataFrame) -> Stated:
    """Of the charges that are printed, how far each goes, and whose comes nearest."""
    yield as_listed("charges_are_printed", len(grid) > 0)
    yield as_listed("n_grid", len(grid))
    slots = ("undertaken", "act", "covered")
    places = [n for n, row in enumerate(grid) if all(row[slot] == "yes" for slot in slots)]
    whole = [grid[place] for place in places]
    yield as_listed("n_grid_acts", sum(row["act"] == "yes" for row in grid)).or_none()
    yield as_listed("n_grid_promises", sum(row["undertaken"] == "yes" for row in grid)).or_none()
    yield as_listed("n_grid_whole", len(whole)).or_none()
    # of a deed that several charges name, whether any of them shows a promise
    deeds = dict(sorted((r["act_id"], r["undertaken"] == "yes") for r in grid if r["act"] == "yes"))
    yield as_listed("n_grid_deeds", len(deeds)).or_none()
    yield as_listed("n_grid_deeds_promised", sum(deeds.values())).or_none()
    is_kept = bool(whole) and all(row["reserved"] == "yes" for row in whole)
    yield as_listed("grid_whole_kept", is_kept)
    upheld = [row for row in grid if row["verdict"] == "supported"]
    is_nearest = bool(whole) and not upheld
    yield as_listed("grid_has_nearest", is_nearest)
    yield as_listed("grid_has_no_nearest", not is_nearest)
    whose = dict(zip(sides["side"], sides["adjective"], strict=True))
    makers = {whose[row["side"]] for row in whole}
    told = " ".join([*makers, numbered(places)]) if len(makers) == 1 else numbered(places)
    yield as_listed("grid_nearest", told)
    yield as_listed("zh_grid_nearest", in_zh(places))
    verdicts: dict[str, set[str]] = {}
    for row in grid:
        verdicts.setdefault(row["accused"], set()).add(row["verdict"])
    cleared = {side for side, reached in verdicts.items() if reached == {"contradicted"}}
    yield as_listed("none_is_cleared", bool(grid) and not cleared)
    yield as_listed("some_is_cleared", bool(cleared))
    yield as_listed("grid_cleared", _named(cleared, sides))
    for place, row in enumerate(grid, 1):
        name = row["claim_id"]
        yield as_listed("goes_farthest_{0}", whole == [row], name)
        yield as_listed("place_{0}", str(place), name)
        for number, (words, *_) in enumerate(chain_of(row).values(), 1):
            plain, low, _ = words.partition(" (low)")
            told = "，".join(IN_ZH.get(one, one) for one in plain.split(", "))
            told += "（低）" if low else ""
            yield as_listed("zh_link_{0}_{1}", words, name, str(number), text=told)
    yield as_listed("n_grid_upheld", len(upheld)).or_none()
    yield as_listed("grid_upheld_by", _named({row["side"] for row in upheld}, sides))
    names = " and ".join(f"“{row['printed']}”" for row in upheld)
    yield as_listed("grid_upheld", names or "none")


def _named(found: Collection[str], sides: pd.DataFrame) -> str:
    return " and ".join(name for side, name in side_names(sides).items() if side in found) or "none"


def looking_back_facts(
    verdicts: Mapping[Claim, Verdict | None], read: Read, as_of: date, last: date
) -> Stated:
    """The verdict on each charge that is printed, by all that was known on the last day of any.

    A charge of a later day than `as_of` need not have one.
    """
    for claim, verdict in verdicts.items():
        name = claim.claim_id
        own = {f"claims {name}"}
        is_told = verdict is not None and claim.day > as_of
        yield as_listed("is_told_later_{0}", is_told, name, read=own)
        if verdict is not None:
            of = partial(as_listed, known=max(last, claim.day), read=read[name])
            yield of("looking_back_{0}", verdict, name, text=PLAIN[verdict])
            yield of("zh_looking_back_{0}", verdict, name, text=IN_ZH[PLAIN[verdict]])
            yield of("is_whole_later_{0}", verdict == "supported", name)
            yield as_listed("called_{0}", claim.name, name, known=claim.day, read=own)


def document_facts(documents: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many documents of each state are cited, and of how many the whole or the issuer was read.

    A notice of which two parts are rows is one document, and whole where every row is. Posts of a
    person are not counted: each is a document, and short.
    """
    is_text = ~documents["document_id"].str.startswith("posts")
    for side in side_names(sides) if len(documents) else ():
        rows = documents[documents["side"].eq(side) & is_text]
        of = partial(as_listed, rows={"documents": list(rows["document_id"])})
        at_issuer = rows["from_issuer"].fillna(value=False).astype(bool)
        read = rows.assign(issuer=at_issuer, whole=rows["read"].eq("whole"))
        texts = read.groupby(["source_id", "language"])[["issuer", "whole"]].all()
        yield of("n_texts_{0}", len(texts), side).or_none()
        yield of("n_texts_issuer_{0}", texts["issuer"].sum(), side).or_none()
        yield of("n_texts_whole_{0}", texts["whole"].sum(), side).or_none()


def reading_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two readings of the evidence beyond chance, where there is a second one."""
    yield as_listed("n_read_twice", len(recoding.filter(like="_id").drop_duplicates()))
    # where all rows have one code, chance alone agrees as well
    kappa = agreement.set_index("variable")["kappa"]
    for variable in READ:
        what = "directness" if variable == "reads" else variable
        told = as_listed("kappa_{0}", kappa.get(variable), variable, what)
        yield told.or_words("not measured")


_GROUNDS = {
    "questions": "what is asked of every charge",
    "rules": "a rule of judging for both sides",
    "evidence": "what was read or counted",
}


def revision_facts(moved: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Verdicts that moved between editions towards a side, of all and of each side, and by what."""
    sided = moved[moved["toward"].ne("")]
    towards, grounds = sided["toward"], sided["ground"].value_counts()
    told = [
        f"{what} ({spelled(grounds[ground])})"
        for ground, what in _GROUNDS.items()
        if ground in grounds
    ]
    yield as_listed("moved_by", listed(told) if told else "none")
    yield as_listed("some_moved", len(towards) > 0)
    yield as_listed("n_moved", len(towards))
    for side, name in sides[["side", "name"]].itertuples(index=False):
        yield as_listed("n_moved_{0}", towards.eq(side).sum(), side, name).or_none()


def masked_facts(
    read: pd.DataFrame, agreement: pd.DataFrame, moves: pd.DataFrame, sides: pd.DataFrame
) -> Stated:
    """Agreement of first and masked readings, of all, by side and claim, and what it moves."""
    yield as_listed("is_read_masked", len(read) > 0)
    if read.empty:
        return
    yield as_listed("n_read_masked", len(read.filter(like="_id").drop_duplicates()))
    stance = moves["turned"].sum() + moves["unlinked"].sum()
    yield as_listed("n_masked_stance", stance).or_none()
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
        for end in ("kappa", "low", "high"):
            name = "kappa_masked_{0}_{1}" + ("" if end == "kappa" else "_{4}")
            told = as_listed(name, found.get(end), variable, group, what, who, end)
            yield told.or_words("not measured")
