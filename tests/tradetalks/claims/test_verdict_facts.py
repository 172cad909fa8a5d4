"""Facts of the verdicts."""

from datetime import date

import pandas as pd

from tradetalks.claims import verdict_facts
from tradetalks.claims.ladder import BREACH_UNPROVEN, COUNTED, IN_ZH, NO_UNDERTAKING
from tradetalks.claims.turns import RULES, Change, Turn
from tradetalks.claims.weigh import Settings


def by_id(facts):
    return {fact.value_id: fact for fact in facts}


def test_claims_and_charges_are_counted_and_reconstructions_are_not():
    rows = [
        ("C1", "Paper", "charge", "supported"),
        ("C2", "Paper", "fact", "supported"),
        ("C3", "", "fact", "contradicted"),
        ("C4", "Press", "value", "value judgement"),
    ]
    columns = ["claim_id", "claimant", "kind", "verdict"]
    verdicts = [dict(zip(columns, row, strict=True)) for row in rows]
    counted = by_id(verdict_facts.count_facts(verdicts))
    assert (counted["n_claims"].value, counted["n_supported"].value) == (3, 2)
    assert (counted["n_contradicted"].value, counted["n_value_judgement"].value) == (0, 1)
    charges = by_id(verdict_facts.charge_facts(verdicts, {"C1": {"claims C1"}}))
    assert (charges["n_charges"].value, charges["n_charges_supported"].value) == (1, 1)
    assert charges["n_charges"].rows == {"claims": ["C1"]}
    assert charges["breach_open_c1"].value is False
    article = by_id(verdict_facts.article_facts(verdicts))
    assert article["n_article_contradicted"].value == 1


def test_charges_are_counted_by_who_made_them():
    verdicts = [
        {"claim_id": "C1", "kind": "charge", "verdict": "contradicted"},
        {"claim_id": "C2", "kind": "charge", "verdict": "supported"},
        {"claim_id": "C3", "kind": "sum", "verdict": "supported"},
    ]
    sides = {"C1": "US", "C2": "US", "C3": "CN"}
    made = [{"claim_id": name, "side": side} for name, side in sides.items()]
    sides = pd.DataFrame({"side": ["US", "CN"], "article_name": ["the United States", "China"]})
    found = by_id(verdict_facts.accuser_facts(verdicts, made, sides))
    assert found["verdicts_on_us"].value == "upheld 1; refuted 1"
    assert found["verdicts_on_us"].rows == {"claims": ["C1", "C2"]}
    assert found["verdicts_on_cn"].value == "none is judged"


def test_a_way_out_is_told_of_charges_that_go_so_far_alone():
    columns = ["printed", "side", "accused", "verdict"]
    columns += ["undertaken", "act", "covered", "reserved"]
    sides = pd.DataFrame({"side": ["US", "CN"], "article_name": ["the United States", "China"]})
    sides["adjective"] = ["American", "Chinese"]
    part = ["one", "CN", "US", "undetermined", "yes", "yes", "no", "yes"]
    whole = ["two", "US", "CN", "partly supported", "yes", "yes", "yes", "yes"]
    free = ["three", "US", "CN", "supported", "yes", "yes", "yes", "no"]
    for rows, goes_so_far, kept in (
        ([part], False, False),
        ([part, whole], True, True),
        ([whole, free], True, False),
    ):
        more = {"claim_id": "C1", "act_id": "T1", "certainty": "low", "stops": ""}
        more |= {f"{slot}_certain": "low" for slot in columns[-4:]}
        grid = [dict(zip(columns, row, strict=True)) | more for row in rows]
        found = by_id(verdict_facts.carried_facts(grid, sides))
        is_nearest = goes_so_far and free not in rows
        assert found["grid_has_nearest"].value is is_nearest
        assert found["grid_has_no_nearest"].value is not is_nearest
        assert found["grid_whole_kept"].value is kept
        numbers = [str(n) for n, row in enumerate(rows, 1) if row is not part]
        named = f"accusation{'s' * (len(numbers) > 1)} {' and '.join(numbers)}"
        assert found["grid_nearest"].value == (f"American {named}" if numbers else "no accusation")
        assert found["zh_grid_nearest"].value == (f"第{'、'.join(numbers)}项" if numbers else "无")
    assert found["zh_link_c1_1"].text == "是（低）"
    assert found["goes_farthest_c1"].value is False  # for two go so far
    for rows, none_is_cleared in (
        ([part, whole], True),
        ([[*part[:3], "contradicted", *part[4:]], whole], False),
    ):
        more = {"claim_id": "C1", "act_id": "T1", "certainty": "low", "stops": ""}
        more |= {f"{slot}_certain": "low" for slot in columns[-4:]}
        grid = [dict(zip(columns, row, strict=True)) | more for row in rows]
        found = by_id(verdict_facts.carried_facts(grid, sides))
        assert found["none_is_cleared"].value is none_is_cleared
        assert found["some_is_cleared"].value is not none_is_cleared
        assert (found["grid_cleared"].value == "none") is none_is_cleared


def test_firm_verdicts_and_contested_claims_are_counted():
    kinds = ["fact", "charge", "value", "denial", "fact"]
    rests = ["firm", "S1", "firm", "firm", "firm"]
    doubts = pd.DataFrame({"kind": kinds, "rests_on": rests, "claimant": ["A", "A", "A", "A", ""]})
    doubts["claim_id"] = ["C1", "C2", "C3", "C4", "C5"]
    change = Change("rule", "a rule is another", Settings(as_of=date(2030, 6, 1)))
    reread = Change("reading", RULES["coder"]["second"], change.settings)
    turns = [Turn("C2", change, "supported"), Turn("C1", reread, "supported")]
    doubts["verdict"] = "undetermined"
    found = by_id(verdict_facts.firm_facts(doubts, turns, ["C2"], 40, ["C1"]))
    told = {name: fact.value for name, fact in found.items()}
    counted = {"n_judged": 2, "n_firm": 1, "n_tried": 40, "n_contested": 1}
    counted |= {"turned_by_first": "none", "turned_by_second": "one other claim"}
    counted |= {"charges_one_change_raises": "1", "zh_charges_one_change_raises": "第1项"}
    counted |= {"charges_one_change_lowers": "none", "zh_charges_one_change_lowers": "无"}
    turned = {"n_charges_turned": 1, "every_charge_turns": True, "some_charge_stands": False}
    assert told == {**counted, **turned, "n_turned_together": 1}
    turns.append(Turn("C2", change, "contradicted"))
    both = by_id(verdict_facts.firm_facts(doubts, turns, ["C2"], 40, []))
    for way in ("raises", "lowers"):
        assert both[f"charges_one_change_{way}"].value == "1"
    turns = [Turn("C2", change, "undetermined")]
    other = by_id(verdict_facts.firm_facts(doubts, turns, ["C2"], 40, []))
    assert (other["every_charge_turns"].value, other["some_charge_stands"].value) == (False, True)


def test_a_charge_is_turned_where_its_plain_word_moves():
    change = Change("rule", "a rule is another", Settings(as_of=date(2030, 6, 1)))
    reached = {"C1": "contradicted", "C2": NO_UNDERTAKING, "C3": BREACH_UNPROVEN}
    turns = [Turn(name, change, verdict) for name, verdict in reached.items()]
    doubts = pd.DataFrame({"claim_id": [*reached], "verdict": "undetermined", "kind": "charge"})
    doubts = doubts.assign(rests_on="a rule", claimant="A")
    doubts.loc[doubts["claim_id"].eq("C2"), "verdict"] = "contradicted"
    found = by_id(verdict_facts.firm_facts(doubts, turns, [*reached], 3, []))
    # the third is not proven either way
    assert found["n_charges_turned"].value == 2
    assert verdict_facts.numbered([3, 0, 1]) == "accusations 1, 2 and 4"
    assert found["n_turned_together"].value == 2
    apart = [turn._replace(change=change._replace(told=turn.claim_id)) for turn in turns]
    found = by_id(verdict_facts.firm_facts(doubts, apart, [*reached], 3, []))
    assert found["n_turned_together"].value == 1


def test_kappa_is_told_for_each_thing_that_is_read_or_said_not_to_be_measured():
    agreement = pd.DataFrame({"variable": ["stance"], "kappa": [0.8]})
    found = by_id(verdict_facts.reading_facts(agreement, pd.DataFrame({"question_id": ["C1.1"]})))
    assert found["kappa_stance"].value == 0.8
    assert found["kappa_reads"].value == "not measured"
    assert found["n_read_twice"].value == 1


def test_how_an_answer_counts_has_its_words_in_zh() -> None:
    assert {how for _, how in COUNTED.values()} <= IN_ZH.keys()
