"""The same facts with the sides exchanged read alike: rule by rule, drawn at random, and whole.

Each is judged twice, by the project and by the second opinion, which shares no line with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from folders import Folder, read_folder, references_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tradetalks.claims.turns import RULES
from tradetalks.limits import defaults
from tradetalks.parameters import as_text

INVENTED = Path(__file__).parents[2] / "fixtures" / "dispute" / "raw"
SIDES = ("ALD", "BRN")
SLOTS = ("undertaken", "act", "covered", "reserved", "before")
SINCE, REPLACED, ACT, LATER = "2024-05-01", "2024-05-20", "2024-06-10", "2024-06-20"
EARLY = "2024-05-10"
PARAMETERS = as_text(defaults(INVENTED))
BASE = read_folder(INVENTED, date(2024, 8, 31))
BASE.references = references_of(INVENTED)
# studies go by the number of their row
STUDY = {"title": "A study", "issued": {"date-parts": [[2024, 5]]}}
BASE.references |= {name: {"id": name, **STUDY} for name in ("R000", "R001", "R002")}


@dataclass(frozen=True)
class Fact:
    """One row of evidence on the charge: who speaks by role, when, and what it says."""

    slot: str
    who: str = "accused"  # accuser, accused, third, or both, the last of a joint text
    kind: str = "words"  # words, notice, press, study, model
    stance: str = "for"
    day: str = EARLY
    is_implied: bool = False
    is_admission: bool = False
    is_replaced: bool = False
    confidence: str = "high"
    claim: str = "C01"


# that the act was done, and that a promise of the accused reached it
DONE = Fact("act", kind="notice", day=ACT)
PROMISE = Fact("undertaken")
REACH = Fact("covered")


def sides_of(fact: Fact, roles: dict[str, str]) -> list[str]:
    """The codes of those who speak."""
    return [*roles.values()] if fact.who == "both" else [roles.get(fact.who, "third")]


def folder_of(facts: list[Fact], accuser: str, *, also: tuple[str, ...] = ()) -> Folder:
    """Raw tables with these facts on one charge, or several (C01, C02 ...), and claims on them."""
    accused = next(side for side in SIDES if side != accuser)
    roles = {"accuser": accuser, "accused": accused}
    names = sorted({"C01", *(fact.claim for fact in facts)})
    tables = dict.fromkeys(("claims", "questions", "statements", "actions", "press", "evidence"))
    tables["studies"] = None
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in tables}
    act = {"side": accused, "announced_date": ACT, "confidence": "high", "kind": "announce"}
    act |= {"tranche": "L", "instrument": "Trade Act", "legal_citation": "Gazette"}
    rows["actions"].append({"action_id": "T900", **act})
    rows["actions"].append({"action_id": "T901", **act, "announced_date": REPLACED})
    for claim in names:
        own = {"claim_id": claim, "side": accuser, "accused": accused, "claim_date": LATER}
        own |= {"claimant": "x", "made_in": "x", "claim": "x"}
        rows["claims"].append(own | {"kind": "charge", "since": SINCE, "act_id": "T900"})
        rows["questions"] += [
            {"question_id": f"{claim}.{slot}", "claim_id": claim, "slot": slot, "check": "weighed"}
            for slot in SLOTS
        ]
    for kind in also:
        own = {"claim_id": f"C9{len(kind)}", "side": accuser, "kind": kind, "claim_date": LATER}
        rows["claims"].append(own | {"claimant": "x", "claim": "x", "parts": ";".join(names)})
    for number, fact in enumerate(facts):
        speaking, name = sides_of(fact, roles), f"R{number:03}"
        table, key = {
            "notice": ("actions", "action_id"),
            "press": ("press", "press_id"),
            "words": ("statements", "statement_id"),
            "study": ("studies", "source_id"),
            "model": ("studies", "source_id"),
        }[fact.kind]
        row = {"confidence": fact.confidence, "source_id": "hall-2024", key: name}
        if table == "actions":
            row |= {"announced_date": fact.day, "side": speaking[0], "legal_citation": name}
            row |= {"replaced_by": "T901" if fact.is_replaced else ""}
            rows[table].append(act | row)
        elif table == "studies":
            rows[table].append(row | {"method": "modelled" if fact.kind == "model" else "observed"})
        elif table == "press":
            row |= {"day": fact.day, "sources": ";".join(speaking), "is_named": "false"}
            rows[table].append(row | {"outlet": name, "confidence": "medium"})
        else:
            row |= {"statement_date": fact.day, "channel": "speech", "joint": "false"}
            row |= {"speaker": name, "verified": "true", "act": "announce", "target": "none"}
            is_joint = fact.who == "both"
            told = {"joint": "true", "utterance": name.lower()} if is_joint else {}
            rows[table] += [
                row | told | {key: f"{name}{at or ''}", "side": side}
                for at, side in enumerate(speaking)
            ]
        linked = {"question_id": f"{fact.claim}.{fact.slot}", "stance": fact.stance, key: name}
        linked["reads"] = "implied" if fact.is_implied else "direct"
        linked["admission"] = "so" if fact.is_admission else ""
        rows["evidence"].append(linked)
    folder = BASE.copy()
    said = dict.fromkeys(row["speaker"] for row in rows["statements"])
    speakers = [{"speaker": one, "kind": "person"} for one in said]
    rows |= {"speakers": speakers, "evidence_recoding": [], "open_choices": [], "event_actions": []}
    for name, made in rows.items():
        header = folder.texts[name].columns
        folder.texts[name] = pd.DataFrame(made, columns=header, dtype="str").fillna("")
    return folder


def both_say(folder: Folder) -> dict[str, tuple[str, str]]:
    """Every answer and verdict of the folder, on which both programs have to agree."""
    docket, given = folder.docket(), folder.settings
    asked = (docket.answers(name, given) for name in docket.claims)
    ours = {
        question.question_id: (answer.answer, answer.certainty)
        for answers in asked
        for question, answer in answers
    }
    ours |= {name: docket.outcome(name, given)[:2] for name in docket.claims}
    theirs = folder.second_opinion(PARAMETERS)
    assert {**theirs.answers, **theirs.verdicts} == ours
    return ours


def pair(facts: list[Fact], *, also: tuple[str, ...] = ()) -> dict[str, tuple[str, str]]:
    """What is said of these facts, whichever side accuses."""
    one, other = (both_say(folder_of(facts, side, also=also)) for side in SIDES)
    assert one == other
    return one


# by rule, facts and what they come to: a question, or C01
PAIRS: dict[str, tuple[list[Fact], str, tuple[str, str]]] = {
    "a yes of the accused at the time carries": ([PROMISE], "undertaken", ("yes", "medium")),
    "a no of the accused at the time carries": (
        [replace(PROMISE, stance="against")],
        *("undertaken", ("no", "medium")),
    ),
    "a yes and a no of the accused at the time": (
        [PROMISE, replace(PROMISE, stance="against")],
        *("undertaken", ("disputed", "none")),
    ),
    "a no of the accused later carries nothing": (
        [replace(PROMISE, stance="against", day=LATER)],
        *("undertaken", ("unproven", "none")),
    ),
    "a no of the accuser at the time carries nothing": (
        [replace(PROMISE, stance="against", who="accuser")],
        *("undertaken", ("unproven", "none")),
    ),
    "a right that the accused disclaims at the time": (
        [Fact("reserved", stance="against")],
        *("reserved", ("no", "medium")),
    ),
    "reach is as firm as the promise": (
        [PROMISE, replace(REACH, who="both")],
        *("covered", ("yes", "medium")),
    ),
    "reach without a promise is unproven": ([REACH], "covered", ("unproven", "none")),
    "reach of a promise that is only claimed is unproven": (
        [replace(PROMISE, who="accuser", day=LATER), REACH],
        *("covered", ("unproven", "none")),
    ),
    "reach of a disputed promise is low": (
        [PROMISE, replace(PROMISE, stance="against"), replace(REACH, who="both")],
        *("covered", ("yes", "low")),
    ),
    "a limit is as firm as it is by itself": (
        [replace(REACH, who="both", stance="against")],
        *("covered", ("no", "high")),
    ),
    "a notice that was replaced promises nothing": (
        [replace(PROMISE, kind="notice", is_replaced=True)],
        *("undertaken", ("unproven", "none")),
    ),
    "a notice that was replaced reserves nothing": (
        [Fact("reserved", kind="notice", is_replaced=True)],
        *("reserved", ("unproven", "none")),
    ),
    "a notice that was replaced limits nothing": (
        [PROMISE, REACH, replace(REACH, kind="notice", stance="against", is_replaced=True)],
        *("covered", ("yes", "medium")),
    ),
    "a notice that was replaced silences no account": (
        [
            Fact("undertaken", who="both", kind="press", day=LATER),
            replace(PROMISE, kind="notice", stance="against", is_replaced=True),
        ],
        *("undertaken", ("yes", "low")),
    ),
    "a notice that was replaced is still an act": (
        [Fact("act", kind="notice", is_replaced=True)],
        *("act", ("yes", "high")),
    ),
    "a private person is no side, and not of the one that gains": (
        [Fact("act", who="third", kind="press", day=LATER)],
        *("act", ("yes", "low")),
    ),
    "a later denial is enough to set an account aside": (
        [
            Fact("act", who="third", kind="press", day=LATER),
            Fact("act", stance="against", day=LATER),
        ],
        *("act", ("unproven", "none")),
    ),
    "a study that calculates carries alone": (
        [Fact("act", kind="model")],
        *("act", ("yes", "medium")),
    ),
    "a study that calculates gives way to one that observes": (
        [Fact("act", kind="model"), Fact("act", kind="study", stance="against")],
        *("act", ("no", "high")),
    ),
    "two studies that observe and differ": (
        [Fact("act", kind="study"), Fact("act", kind="study", stance="against")],
        *("act", ("disputed", "none")),
    ),
    "a charge of which all is shown": ([DONE, PROMISE, REACH], "", ("supported", "medium")),
    "a charge whose right was kept in words that imply it, of two voices": (
        [DONE, PROMISE, REACH, *[Fact("reserved", is_implied=True)] * 2],
        *("", ("partly supported", "medium")),
    ),
    "a charge over a promise that was denied at the time": (
        [DONE, replace(PROMISE, stance="against")],
        *("", ("contradicted", "medium")),
    ),
    "a charge over a notice that was replaced": (
        [DONE, replace(PROMISE, kind="notice", is_replaced=True), REACH],
        *("", ("act established with no undertaking on record", "high")),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_rule_is_one_for_both_sides(rule: str) -> None:
    facts, slot, expected = PAIRS[rule]
    assert pair(facts)[f"C01.{slot}" if slot else "C01"] == expected


def fact_of(facts: list[Fact], claimant: str) -> Folder:
    """The same on a fact that one side claims of the other, or (empty) somebody of neither."""
    folder = folder_of(facts, "ALD")
    accused = next(side for side in SIDES if side != claimant) if claimant else ""
    made = {"kind": "fact", "side": claimant, "accused": accused, "since": "", "act_id": ""}
    folder.texts["claims"] = folder.texts["claims"].assign(**made)
    folder.texts["questions"] = folder.texts["questions"][:1].assign(
        question_id="C01.part", slot="part", question="So?"
    )
    return folder


TOLD = Fact("part", kind="press")


@pytest.mark.parametrize("denied", [[], [Fact("part", stance="against")]])
@pytest.mark.parametrize(
    "told",
    [
        *([TOLD], [replace(TOLD, who="accuser")], [replace(TOLD, who="third")]),
        *([replace(TOLD, who="both")], [replace(TOLD, who="third"), TOLD]),
        *([TOLD, TOLD], [TOLD, replace(TOLD, who="accuser")]),
    ],
)
def test_the_press_carries_a_neutral_claim_if_it_would_carry_it_whoever_claimed(
    told: list[Fact], denied: list[Fact]
) -> None:
    by_claimant = {one: both_say(fact_of([*told, *denied], one))["C01"][0] for one in (*SIDES, "")}
    carried = {one for one, verdict in by_claimant.items() if verdict == "supported"}
    assert ("" in carried) == carried.issuperset(SIDES)


def test_a_model_gives_way_whichever_side_it_serves() -> None:
    for stance, other in (("for", "against"), ("against", "for")):
        differ = [
            Fact("part", kind="model", stance=stance),
            Fact("part", kind="study", stance=other),
        ]
        observed = "contradicted" if stance == "for" else "supported"
        for claimant in (*SIDES, ""):
            folder = fact_of(differ, claimant)
            assert both_say(folder)["C01"] == (observed, "high")
            alike = folder.settings.but(studies="alike")
            assert folder.docket().outcome("C01", alike).verdict == "undetermined"


WHOLE = [DONE, PROMISE, REACH]
IN_PART = [*WHOLE, Fact("reserved")]
NONE = [DONE, replace(PROMISE, stance="against")]


@pytest.mark.parametrize(
    ("charges", "verdict", "stands"),
    [
        ([WHOLE, WHOLE], "supported", (2, 0, 2)),
        ([WHOLE, IN_PART, NONE], "partly supported", (1, 1, 3)),
        ([IN_PART, NONE, [DONE]], "undetermined", (0, 1, 3)),
        ([IN_PART, IN_PART], "undetermined", (0, 2, 2)),
        ([NONE, [DONE]], "undetermined", (0, 0, 2)),
        ([NONE, NONE], "contradicted", (0, 0, 2)),
    ],
)
def test_a_sum_is_told_by_how_many_stand(
    charges: list[list[Fact]], verdict: str, stands: tuple[int, int, int]
) -> None:
    facts = [
        replace(fact, claim=f"C0{number}")
        for number, charge in enumerate(charges, 1)
        for fact in charge
    ]
    assert pair(facts, also=("sum",))["C93"][0] == verdict
    folder = folder_of(facts, "ALD", also=("sum",))
    assert folder.docket().outcome("C93", folder.settings).stands == stands


def test_a_denial_is_turned_from_the_strongest_charge() -> None:
    facts = [*NONE, *(replace(fact, claim="C02") for fact in IN_PART)]
    assert pair(facts, also=("denial",))["C96"][0] == "contradicted"


@pytest.mark.parametrize(
    ("rule", "value", "facts", "ours", "otherwise"),
    [
        ("own_words", "carry a yes", NONE, "contradicted", "act established with no undertaking"),
        ("reach", "by itself", [DONE, REACH], "act established with no", "act established with no"),
        (
            *("replaced", "carries", [*WHOLE, Fact("reserved", kind="notice", is_replaced=True)]),
            *("supported", "partly supported"),
        ),
    ],
)
def test_the_alternative_of_a_rule_is_tried(
    rule: str, value: str, facts: list[Fact], ours: str, otherwise: str
) -> None:
    assert value in RULES[rule]
    for side in SIDES:
        folder = folder_of(facts, side)
        docket, usual = folder.docket(), folder.settings
        assert docket.outcome("C01", usual).verdict.startswith(ours)
        other = docket.outcome("C01", usual.but(**{rule: value})).verdict
        assert other.startswith(otherwise)


def test_reach_judged_by_itself_is_as_firm_as_its_words() -> None:
    for side in SIDES:
        folder = folder_of([REACH], side)
        docket, other = folder.docket(), folder.settings.but(reach="by itself")
        found = {q.slot: docket.answer(q, other) for q in docket.questions["C01"]}
        assert found["covered"][:2] == ("yes", "medium")


def test_a_sum_of_its_strongest_charge_is_tried() -> None:
    facts = [*NONE, *(replace(fact, claim="C02") for fact in IN_PART)]
    folder = folder_of(facts, "ALD", also=("sum",))
    other = folder.settings.but(sums="strongest")
    assert folder.docket().outcome("C93", other)[:2] == ("partly supported", "medium")


# --- drawn at random ------------------------------------------------------------------------------
def sound(fact: Fact) -> bool:
    """Whether tables may hold it: outsiders speak to the press, and notices are of one side."""
    return fact.who in ("accused", "accuser") or (fact.who, fact.kind) in (
        *(("both", "words"), ("both", "press"), ("third", "press")),
    )


DRAWN = some.builds(
    Fact,
    some.sampled_from(SLOTS),
    who=some.sampled_from(["accused", "accused", "accuser", "third", "both"]),
    kind=some.sampled_from(["words", "words", "notice", "press"]),
    stance=some.sampled_from(["for", "for", "against"]),
    day=some.sampled_from(["2024-04-20", EARLY, ACT, LATER]),
    is_implied=some.booleans(),
    is_replaced=some.booleans(),
    confidence=some.sampled_from(["medium", "high"]),
).filter(sound)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(DRAWN, max_size=10))
def test_drawn_facts_read_alike_for_both_sides_and_in_both_programs(drawn: list[Fact]) -> None:
    pair([DONE, PROMISE, *drawn])


# --- whole ----------------------------------------------------------------------------------------
def test_exchanging_the_sides_moves_no_verdict_of_the_second_opinion(folder: Folder) -> None:
    """The project's own is tried in `test_fairness`."""
    parameters = as_text(defaults(folder.path))
    one = folder.second_opinion(parameters)
    other = folder.mirrored().second_opinion(parameters)
    assert other.answers == one.answers
    assert other.verdicts == one.verdicts


def test_the_second_opinion_finds_a_document_linked_in_part(printed: Folder) -> None:
    parameters = as_text(defaults(printed.path))
    assert printed.second_opinion(parameters).unlinked == []
    less = printed.copy()
    sentences = less.texts["sentences"]
    asked = sentences["question_id"].eq(sentences["question_id"].iloc[0])
    less.texts["sentences"] = sentences[~asked]
    assert less.second_opinion(parameters).unlinked
    parts = printed.copy()
    parts.texts["documents"]["read"] = "part"
    assert any("not read whole" in one for one in parts.second_opinion(parameters).unlinked)
