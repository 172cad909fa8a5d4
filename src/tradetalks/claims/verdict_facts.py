"""Facts of the claims: verdicts, answers and how firmly they stand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import product

import pandas as pd

from tradetalks.claims.cards import chain_of, told_by_press, verdict_words
from tradetalks.claims.checks import TOLD, listed
from tradetalks.claims.docket import Claim, Docket
from tradetalks.claims.ladder import (
    ABOUT,
    ACT_ESTABLISHED,
    IN_ZH,
    PLAIN,
    VERDICTS,
    Verdict,
    judge_charge,
)
from tradetalks.claims.tables import READ, Listed, contested, judge_claims, spelled
from tradetalks.claims.turns import Turn, changes, turns_of
from tradetalks.claims.weigh import Settings
from tradetalks.facts import Fact, Stated, side_names
from tradetalks.otherwise import RULES

# by claim and question, names of what the verdict or answer is drawn from
Read = Mapping[str, Collection[str]]


def verdict_facts(verdicts: Listed, read: Read) -> Stated:
    """Each claim with its day and verdict."""
    for row in verdicts:
        name, verdict = row["claim_id"], row["verdict"]
        of, own = partial(Fact, read=read[name]), {f"claims {name}"}
        yield Fact(f"claim_{name}", row["claim"], "text", "the claim in words", read=own)
        yield Fact(f"claimed_on_{name}", row["claim_date"], "date", "day of the claim", read=own)
        about = "verdict on the claim"
        yield of(f"verdict_{name}", verdict, "text", about, text=PLAIN[verdict])
        told, about = IN_ZH[PLAIN[verdict]], "verdict on the claim, in zh"
        yield of(f"zh_verdict_{name}", verdict, "text", about, text=told)
        about = "verdict on the claim, and how certain it is"
        yield of(f"judged_{name}", verdict_words(row), "text", about)


def count_facts(verdicts: Listed) -> Stated:
    """How many claims there are, by verdict, if any; our own reconstructions are none."""
    if made := [row for row in verdicts if row["claimant"]]:
        yield Fact("n_claims", len(made), "count", "claims made by the day of the report")
        yield from _by_verdict(made, "n", "claims that somebody made,", "count")


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
    about = "charges and facts that are judged by evidence of their own"
    yield Fact("n_judged", len(own), "count", about, function=judge_claims)
    who = dict(own[["claim_id", "claimant"]].values)
    firm, about = own["rests_on"].eq("firm").sum(), "of them, verdicts that no single change turns"
    yield Fact("n_firm", firm, "count", about, function=turns_of)
    for coder in ("first", "second"):
        told = RULES["coder"][coder]
        turned = {one.claim_id for one in turns if one.change.told == told} & {*own["claim_id"]}
        about = f"of them, verdicts that turn if {told}"
        places = {one: f"charge {place}" for place, one in enumerate(printed, 1)}
        these = [places.get(one) or f"one claim ({who[one]})" for one in sorted(turned)]
        named = " and ".join(these) or "none"
        yield Fact(f"turned_by_{coder}", named, "text", about, function=turns_of)
    yield from _turned_facts(dict(verdicts[["claim_id", "verdict"]].values), turns, printed)
    about = "single changes of a record, a reading or a rule that were tried"
    yield Fact("n_tried", n_tried, "count", about, function=changes)
    if count := len(claims_contested):
        rows = {"claims": list(claims_contested)}
        yield Fact("n_contested", count, "count", "contested claims", rows, contested)


def _turned_facts(
    home: Mapping[str, Verdict], turns: Iterable[Turn], printed: Sequence[str]
) -> Stated:
    """Which printed charges single changes turn, and where to; `home` are the verdicts by claim."""
    of = partial(Fact, function=turns_of)
    turned = [
        t for t in turns if t.claim_id in printed and PLAIN[t.verdict] != PLAIN[home[t.claim_id]]
    ]
    count = len({turn.claim_id for turn in turned})
    about = "printed charges that a single change turns, by their plain words"
    yield of("n_charges_turned", count, "word", about).or_none()
    yield of("every_charge_turns", count == len(printed), "flag", "whether these are all")
    yield of("some_charge_stands", count < len(printed), "flag", "whether these are not all")
    moved: dict[str, set[str]] = {"raises": set(), "lowers": set()}
    for turn in turned:
        is_up = VERDICTS.index(turn.verdict) < VERDICTS.index(home[turn.claim_id])
        moved["raises" if is_up else "lowers"].add(turn.claim_id)
    for name, these in moved.items():
        about = f"printed charges of which one single change {name} the verdict"
        places = [place for place, one in enumerate(printed) if one in these]
        told = listed(str(place + 1) for place in places) if places else "none"
        yield of(f"charges_one_change_{name}", told, "text", f"the numbers of the {about}")
        yield of(f"zh_charges_one_change_{name}", in_zh(places), "text", f"{about}, in zh")
    together: dict[str, set[str]] = defaultdict(set)
    for turn in turned:
        together[turn.change.in_words()].add(turn.claim_id)
    most, about = max(map(len, together.values()), default=0), "printed charges"
    yield of("n_turned_together", most, "word", f"most {about} that one change turns").or_none()


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
    count, about = len(records_left_out), "records that a choice of the run leaves out"
    unseen = records_left_out["rule"].eq("not verified").sum()
    yield Fact("n_left_out", count, "count", about)
    yield Fact("n_not_verified", unseen, "word", "of them, those that nobody saw")
    yield Fact("some_left_out", count > 0, "flag", "whether there are any")
    whose = [row.split(";") for row in records_left_out["sides"]]
    counts = [
        f"{sum(row['side'] in one for one in whose)} {row['adjective']}"
        for row in sides.sort_values("order").to_dict("records")
    ]
    told = ", ".join([*counts, *([f"{whose.count([''])} of no side"] if [""] in whose else ())])
    yield Fact("left_out_by_side", told, "text", "of them, those of each side")


def article_facts(article: Listed) -> Stated:
    """How many sentences of the article were checked, and how many are contradicted, if any."""
    if not article:
        return
    yield Fact("n_article", len(article), "count", "sentences of the article that were checked")
    count = sum(row["verdict"] == "contradicted" for row in article)
    yield Fact("n_article_contradicted", count, "word", "of them, contradicted ones").or_none()


def _counted(given: Listed) -> str:
    """Every verdict among these with their number, in plain words."""
    counts = Counter(PLAIN[row["verdict"]] for row in given)
    plain = dict.fromkeys(PLAIN[verdict] for verdict in VERDICTS)
    return "; ".join(f"{verdict} {counts[verdict]}" for verdict in plain if verdict in counts)


def _by_verdict(given: Listed, prefix: str, what: str, unit: str) -> Stated:
    counts = Counter(row["verdict"] for row in given)
    for verdict in VERDICTS:
        about = f"{what} with the verdict {verdict}"
        yield Fact(f"{prefix}_{verdict}", counts[verdict], unit, about)


def answer_facts(answers: Listed, read: Read) -> Stated:
    """The answer to each question, in a word, and whether accounts of the press carry it."""
    for row in answers:
        name, of = row["question_id"], partial(Fact, read=read[row["question_id"]])
        yield of(f"answer_{name}", TOLD[row["answer"]], "text", row["question"])
        told, about = IN_ZH[row["answer"]], f"{row['question']} In zh"
        yield of(f"zh_answer_{name}", row["answer"], "text", about, text=told)
        told = TOLD[row["answer"]].capitalize()
        yield of(f"told_{name}", told, "text", f"{row['question']} As a sentence")
        about = f"whether accounts of the press are among what carries the answer to {name}"
        yield of(f"by_press_{name}", bool(row["by_press"]), "flag", about)
        if row["slot"] == "context":
            about = f"whether the answer to {name} is disputed"
            yield of(f"disputed_{name}", row["answer"] == "disputed", "flag", about)


def charge_facts(verdicts: Listed, read: Read) -> Stated:
    """What the charges amount to; sums of charges and denials are not counted again."""
    charges = [row for row in verdicts if row["kind"] == "charge"]
    about = "whether a charge has been made by the day of the report"
    yield Fact("some_charges", bool(charges), "flag", about)
    if not charges:
        return
    is_none = all(row["verdict"] != "supported" for row in charges)
    yield Fact("no_charge_is_whole", is_none, "flag", "whether no charge is supported")
    yield Fact("some_charge_is_whole", not is_none, "flag", "whether a charge is supported")
    about, rows = "charges of a broken undertaking", {"claims": _ids(charges)}
    yield Fact("n_charges", len(charges), "word", about, rows)
    for row in charges:
        claim_id, is_open = row["claim_id"], row["verdict"] in ACT_ESTABLISHED
        about = f"whether the act that {claim_id} names is shown, and a breach is not"
        yield Fact(f"breach_open_{claim_id}", is_open, "flag", about, read=read[claim_id])
    yield from _by_verdict(charges, "n_charges", "charges", "word")


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
            verdict = judge_charge(answers | {"covered": given}, settings).verdict
            about = f"verdict on {name} if that the promise covered the act were a plain {word}"
            named = f"if_covered_{word}_{name}"
            yield Fact(named, verdict, "text", about, text=PLAIN[verdict], read=read[name])


def press_facts(docket: Docket, settings: Settings, charges: Iterable[str]) -> Stated:
    """Of accounts of the press on each of these charges, how many tell of the act and its cover."""
    for name in charges:
        found = told_by_press(docket, docket.claims[name], settings)
        rows = {"press": [row["record_id"] for row in found]}
        of = partial(Fact, rows=rows, function=told_by_press)
        about = f"accounts of the press on {name}"
        yield of(f"n_accounts_{name}", len(found), "count", about).or_none()
        articles = len({row["source_id"] for row in found})
        yield of(f"n_articles_{name}", articles, "count", f"articles with {about}").or_none()
        roles, answered = docket.claims[name].roles, [row for row in found if row["covered"]]
        own = [row for row in answered if roles.accused in row["sides"]]
        yes = [row for row in answered if row["covered"].endswith("yes")]
        by_others = all(roles.accuser in row["sides"] or not row["sides"] for row in yes)
        is_parted = bool(own and yes) and by_others
        is_parted &= all(row["covered"].endswith("no") for row in own)
        what = "those from the accused's sources deny what the accuser's and unnamed ones affirm"
        yield of(f"sources_part_{name}", is_parted, "flag", f"whether of {about} {what}")
        yield of(f"sources_do_not_part_{name}", not is_parted, "flag", f"or not of {about} {what}")
        for slot, word in (
            ("act", "yes"),
            ("covered", "yes"),
            ("covered", "no"),
            ("covered", "both"),
        ):
            count = sum(word in row[slot] for row in found)
            what = f"{about} that say or imply {word} to: {ABOUT[slot]}"
            yield of(f"n_accounts_{slot}_{word}_{name}", count, "word", what).or_none()


def accuser_facts(verdicts: Listed, made: Listed, sides: pd.DataFrame) -> Stated:
    """How the charges of each side are judged; `made` are the rows of the claims."""
    accuser = {row["claim_id"]: row["side"] for row in made}
    charges = [row for row in verdicts if row["kind"] == "charge"]
    for side, name in side_names(sides).items():
        own = [row for row in charges if accuser[row["claim_id"]] == side]
        told = _counted(own) or "none is judged"
        about = f"every verdict on charges of a broken undertaking by {name}, with their number"
        yield Fact(f"verdicts_on_{side}", told, "text", about, {"claims": _ids(own)})


def carried_facts(grid: Listed, sides: pd.DataFrame) -> Stated:
    """Of the charges that are printed, how far each goes, and whose comes nearest."""
    yield Fact("charges_are_printed", len(grid) > 0, "flag", "whether any charge is printed")
    yield Fact("n_grid", len(grid), "word", "charges that are printed")
    slots = ("undertaken", "act", "covered")
    places = [n for n, row in enumerate(grid) if all(row[slot] == "yes" for slot in slots)]
    whole = [grid[place] for place in places]
    for name, count, what in (
        ("acts", sum(row["act"] == "yes" for row in grid), "the act is on record"),
        ("promises", sum(row["undertaken"] == "yes" for row in grid), "the promise is on record"),
        ("whole", len(whole), "promise, act and reach are on record"),
    ):
        about = f"charges that are printed of which {what}"
        yield Fact(f"n_grid_{name}", count, "word", about).or_none()
    # of a deed that several charges name, whether any of them shows a promise
    deeds = dict(sorted((r["act_id"], r["undertaken"] == "yes") for r in grid if r["act"] == "yes"))
    about = "acts on record that printed charges name, each once"
    yield Fact("n_grid_deeds", len(deeds), "word", about).or_none()
    about = "of them, those before which a printed charge has a promise on record"
    yield Fact("n_grid_deeds_promised", sum(deeds.values()), "word", about).or_none()
    is_kept = bool(whole) and all(row["reserved"] == "yes" for row in whole)
    about = "whether in every charge that goes so far a way out had been kept as well"
    yield Fact("grid_whole_kept", is_kept, "flag", about)
    upheld = [row for row in grid if row["verdict"] == "supported"]
    is_nearest, about = bool(whole) and not upheld, "promise, act and reach are on record of one"
    yield Fact("grid_has_nearest", is_nearest, "flag", f"whether none is upheld, but {about}")
    yield Fact("grid_has_no_nearest", not is_nearest, "flag", "whether it is otherwise")
    about = "the printed charges of which promise, deed and cover are all on record"
    whose = dict(zip(sides["side"], sides["adjective"], strict=True))
    makers = {whose[row["side"]] for row in whole}
    told = " ".join([*makers, numbered(places)]) if len(makers) == 1 else numbered(places)
    yield Fact("grid_nearest", told, "text", about)
    yield Fact("zh_grid_nearest", in_zh(places), "text", f"{about}, in zh")
    verdicts: dict[str, set[str]] = {}
    for row in grid:
        verdicts.setdefault(row["accused"], set()).add(row["verdict"])
    cleared = [side for side, reached in verdicts.items() if reached == {"contradicted"}]
    about = "whether of each accused side a printed charge is not refuted"
    yield Fact("none_is_cleared", bool(grid) and not cleared, "flag", about)
    about = "whether of some accused side every printed charge is refuted"
    yield Fact("some_is_cleared", bool(cleared), "flag", about)
    told = " and ".join(name for side, name in side_names(sides).items() if side in cleared)
    about = "the sides of which every printed charge against them is refuted"
    yield Fact("grid_cleared", told or "none", "text", about)
    for place, row in enumerate(grid, 1):
        name = row["claim_id"]
        about = f"whether of {name} alone promise, act and reach are on record"
        yield Fact(f"goes_farthest_{name}", whole == [row], "flag", about)
        yield Fact(f"place_{name}", str(place), "text", f"the place of {name} among them")
        for number, (words, *_) in enumerate(chain_of(row).values(), 1):
            plain, low, _ = words.partition(" (low)")
            told = "，".join(IN_ZH.get(one, one) for one in plain.split(", "))
            told += "（低）" if low else ""
            about = f"the answer to question {number} of {name} in a row, in zh"
            yield Fact(f"zh_link_{name}_{number}", words, "text", about, text=told)
    yield Fact("n_grid_upheld", len(upheld), "word", "printed charges that are upheld").or_none()
    about = "the sides that make them"
    yield Fact("grid_upheld_by", _whose(upheld, sides), "text", about)
    about = "names of the printed charges that are upheld"
    yield Fact("grid_upheld", _all_named(upheld), "text", about)


def _all_named(charges: Listed) -> str:
    return " and ".join(f"“{row['printed']}”" for row in charges) or "none"


def _whose(charges: Listed, sides: pd.DataFrame) -> str:
    found = {row["side"] for row in charges}
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
        about = f"whether {name} was made later and is told all the same"
        yield Fact(f"is_told_later_{name}", is_told, "flag", about, read=own)
        if verdict is not None:
            of = partial(Fact, known=max(last, claim.day), read=read[name])
            about, plain = "verdict by all that was known later", PLAIN[verdict]
            yield of(f"looking_back_{name}", verdict, "text", about, text=plain)
            told = IN_ZH[plain]
            yield of(f"zh_looking_back_{name}", verdict, "text", f"{about}, in zh", text=told)
            about = f"whether {name} is upheld by all that was known later"
            yield of(f"is_whole_later_{name}", verdict == "supported", "flag", about)
            about = "the charge by its short name"
            yield Fact(f"called_{name}", claim.name, "text", about, known=claim.day, read=own)


def document_facts(documents: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """How many documents of each state are cited, and of how many the whole or the issuer was read.

    A notice of which two parts are rows is one document, and whole where every row is. Posts of a
    person are not counted: each is a document, and short.
    """
    is_text = ~documents["document_id"].str.startswith("posts")
    for side in side_names(sides) if len(documents) else ():
        rows = documents[documents["side"].eq(side) & is_text]
        ids = {"documents": list(rows["document_id"])}
        at_issuer = rows["from_issuer"].fillna(value=False).astype(bool)
        read = rows.assign(issuer=at_issuer, whole=rows["read"].eq("whole"))
        texts = read.groupby(["source_id", "language"])[["issuer", "whole"]].all()
        what = f"documents of {side} that are cited"
        yield Fact(f"n_texts_{side}", len(texts), "count", what, ids).or_none()
        about = f"{what}, read at the issuer or in a copy of its whole page"
        yield Fact(f"n_texts_issuer_{side}", texts["issuer"].sum(), "count", about, ids).or_none()
        about, whole = f"{what}, read whole", texts["whole"].sum()
        yield Fact(f"n_texts_whole_{side}", whole, "count", about, ids).or_none()


def reading_facts(agreement: pd.DataFrame, recoding: pd.DataFrame) -> Stated:
    """Agreement of the two readings of the evidence beyond chance, where there is a second one."""
    about = "pairs of a question and a record that were read a second time"
    pairs = recoding.filter(like="_id").drop_duplicates()
    yield Fact("n_read_twice", len(pairs), "count", about)
    # where all rows have one code, chance alone agrees as well
    kappa = agreement.set_index("variable")["kappa"]
    for variable in READ:
        what = "directness" if variable == "reads" else variable
        about = f"Cohen's kappa of two readings, {what}"
        told = Fact(f"kappa_{variable}", kappa.get(variable), "number", about)
        yield told.or_words("not measured")


_GROUNDS = {
    "questions": "what is asked of every charge",
    "rules": "a rule of judging for both sides",
    "evidence": "what was read or counted",
}


def revision_facts(moved: pd.DataFrame, sides: pd.DataFrame) -> Stated:
    """Verdicts that moved between editions towards a side, of all and of each side, and by what."""
    about = "changes of a verdict between editions that went towards one side"
    sided = moved[moved["toward"].ne("")]
    towards, grounds = sided["toward"], sided["ground"].value_counts()
    told = [
        f"{what} ({spelled(grounds[ground])})"
        for ground, what in _GROUNDS.items()
        if ground in grounds
    ]
    by_what = "what moved these, with how many"
    yield Fact("moved_by", listed(told) if told else "none", "text", by_what)
    yield Fact("some_moved", len(towards) > 0, "flag", "whether there were such " + about)
    yield Fact("n_moved", len(towards), "word", about)
    for side, name in sides[["side", "name"]].itertuples(index=False):
        of = Fact(f"n_moved_{side.lower()}", towards.eq(side).sum(), "word", f"{about}, {name}")
        yield of.or_none()


def masked_facts(
    read: pd.DataFrame, agreement: pd.DataFrame, moves: pd.DataFrame, sides: pd.DataFrame
) -> Stated:
    """Agreement of first and masked readings, of all, by side and claim, and what it moves."""
    is_read = len(read) > 0
    yield Fact("is_read_masked", is_read, "flag", "whether the evidence was read masked")
    if not is_read:
        return
    about = "pairs of a question and a record that were read masked"
    pairs = read.filter(like="_id").drop_duplicates()
    yield Fact("n_read_masked", len(pairs), "count", about)
    stance = moves["turned"].sum() + moves["unlinked"].sum()
    yield Fact(
        "n_masked_stance", stance, "word", "of them in which masking turns the stance"
    ).or_none()
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
        about = f"Cohen's kappa of first and masked reading, {what}, {who}"
        for end in ("kappa", "low", "high"):
            name = f"kappa_masked_{variable}_{group}" + ("" if end == "kappa" else f"_{end}")
            told = about if end == "kappa" else f"{about}: {end} end of the interval"
            yield Fact(name, found.get(end), "number", told).or_words("not measured")
