"""Facts: what a frame says, in named values; what it cannot say, in words or not at all."""

import re
from pathlib import Path

import pandas as pd
import pytest

import tradetalks
from tradetalks.facts import told_by
from tradetalks.tariffs import tariff_facts
from tradetalks.tariffs.path import Terms
from tradetalks.words import statement_facts

NO_DAY = "a day that no admitted record gives"
SIDES = pd.DataFrame(
    {
        "side": ["AA", "BB"],
        "adjective": ["Aan", "Been"],
        "article_name": ["Aa", "the Bees"],
        "measured_by": ["tranches", "chapters"],
    }
)


def day(text):
    return pd.Timestamp(text)


def by_id(facts):
    listed = list(facts)
    found = {fact.value_id: fact for fact in listed}
    assert len(found) == len(listed), "an id stands twice"
    return found


def test_path_facts_follow_the_steps_and_leave_out_what_is_not_measured():
    path = pd.DataFrame(
        [
            ("BB", day("2018-01-01"), "", 6.0, 0.0, 6.0, True),
            ("BB", day("2018-07-06"), "T2;T3", 5.0, 4.0, 9.0, True),
            ("BB", day("2018-09-01"), "T4", 5.0, float("nan"), float("nan"), False),
            ("BB", day("2019-09-01"), "T5", 5.0, 7.0, 12.0, True),
        ],
        columns=[
            "importer",
            "effective_date",
            "step_ids",
            "base_rate_pct",
            "additional_duty_pp",
            "applied_rate_pct",
            "is_complete",
        ],
    ).assign(weights="trade")

    def terms(day):
        return Terms("a formula", {}, {"actions": [f"until {day:%Y-%m-%d}"]})

    found = by_id(tariff_facts.path_facts(path, SIDES, day("2019-01-01"), terms))
    assert found["bb_rate_after_base"].value == 6.0
    assert found["bb_rate_after_t2_t3"].value == found["bb_rate_last"].value == 9.0
    assert found["bb_additional_last"].value == 4.0
    last = found["bb_rate_last"].resting_on({"actions"}, terms)
    assert last.rows == {"actions": ["until 2018-07-06"]}
    assert last.formula == "a formula"
    assert found["bb_day_last"].value == day("2018-07-06")
    start = by_id(tariff_facts.start_facts(path, pd.DataFrame({"trade_year": [2017]})))
    assert start["base_year"].value == "2017"
    assert found["bb_when_last"].value == "as last measured, on 6 July 2018"
    current = by_id(tariff_facts.path_facts(path, SIDES, day("2018-08-01"), terms))
    assert current["bb_when_last"].value == "since 6 July 2018"
    assert not {"bb_rate_after_t4", "bb_rate_after_t5"} & found.keys()


def test_farm_facts_hold_each_definition_that_has_a_share():
    def shares(value):
        return pd.DataFrame(
            {
                "step_id": ["T1"],
                "farm_share": [value],
                "effective_date": [day("2018-07-06")],
                "farm_usd_bn": [value * 10],
                "imports_raised_usd_bn": [10.0],
                "lines_raised": [7],
                "basis": ["computed"],
            }
        )

    found = by_id(
        tariff_facts.farm_facts(
            {"narrow": shares(0.1), "wide": shares(float("nan"))},
            {"narrow": "some chapters", "wide": "all chapters"},
            "narrow",
        )
    )
    assert found["farm_share_t1_narrow"].value == 0.1
    assert found["farm_share_t1_narrow"].definition.endswith("by some chapters")
    assert found["raised_lines_t1"].value == 7
    assert "farm_share_t1_wide" not in found


@pytest.mark.parametrize(
    ("after", "tranche", "unit", "says"),
    [
        (26.7, "L4", "percent", "26.7"),
        (float("nan"), "L4", "missing", "this coverage set cannot give"),
        (float("nan"), None, "missing", "no threat can give"),
    ],
)
def test_a_threat_that_cannot_be_measured_is_told_in_words(after, tranche, unit, says):
    columns = {"is_in_force": [False], "in_force_pct": [float("nan")]}
    threat = pd.DataFrame({"after_pct": [after], "tranche": [tranche], **columns})
    found = by_id(tariff_facts.threat_facts(threat, 25.0))
    assert found["threat_after"].unit == unit
    assert says in str(found["threat_after"].value)
    assert found["threat_is_new"].value is (tranche is not None)
    assert found["threat_in_force_rate"].unit == "missing"


def test_a_threat_of_which_a_part_pays_says_so():
    columns = {"is_in_force": [True], "in_force_pct": [7.5]}
    threat = pd.DataFrame({"after_pct": [26.7], "tranche": ["L4"], **columns})
    found = by_id(tariff_facts.threat_facts(threat, 25.0))
    assert found["threat_is_new"].value is False
    assert found["threat_is_partly_in_force"].value is True
    assert found["threat_in_force_rate"].value == 7.5


def test_charge_facts_tell_the_first_of_each_side():
    uses = pd.DataFrame(
        [
            ("S1", day("2018-05-29"), "BB", "charge"),
            ("S3", day("2019-05-06"), "AA", "denial"),
            ("S4", day("2019-06-02"), "BB", "charge"),
        ],
        columns=["statement_id", "statement_date", "side", "role"],
    )
    found = by_id(statement_facts.first_charge_facts(uses, SIDES))
    assert found["first_charge_bb"].value == day("2018-05-29")
    assert found["first_charge_aa"].unit == "missing"


def test_who_charged_first_is_told_with_the_days_to_an_answer_or_that_there_is_none():
    row = {
        **{"talks_end": day("2019-05-01"), "side": "AA", "statement_id": "S1", "days": 4},
        **{"charged_on": day("2019-05-05"), "answer_id": "S2", "answered_on": day("2019-05-09")},
    }
    answered = pd.DataFrame([{**row, "answer_days": 4}])
    found = by_id(statement_facts.first_accusation_facts(answered, SIDES))
    assert found["first_answer_days"].value == 4
    assert found["first_answer_days"].rows == {"statements": ["S1", "S2"]}
    open_ = pd.DataFrame([{**row, "answer_id": None, "answer_days": None}])
    still = by_id(statement_facts.first_accusation_facts(open_, SIDES))
    assert still["first_answer_days"].unit == "missing"
    assert not [*statement_facts.first_accusation_facts(answered.iloc[:0], SIDES)]


def test_a_record_that_was_left_out_has_no_day():
    found = by_id(
        statement_facts.day_facts("rounds", ["R1", "R2"], pd.Series({"R1": day("2019-05-03")}))
    )
    assert found["day_r1"].unit == "date"
    assert found["day_r2"].value == NO_DAY


def test_an_action_that_was_left_out_is_told_in_words():
    actions = pd.DataFrame(
        {
            "action_id": ["T1"],
            "tranche": ["L1"],
            "kind": ["increase"],
            "announced_date": [day("2019-05-09")],
            "effective_date": [day("2019-05-10")],
            "is_step": [True],
            "value_claimed_usd_bn": [200.0],
        }
    )
    found = by_id(tariff_facts.action_facts(actions, ["T1", "T2"], day("2019-06-04")))
    assert found["announced_t1"].value == day("2019-05-09")
    assert (found["claimed_t1"].value, found["claimed_t1"].digits) == (200.0, 0)
    assert found["n_steps"].value == 1
    assert found["announced_t2"].value == found["effective_t2"].value == NO_DAY
    assert "claimed_t2" not in found
    in_part = by_id(
        tariff_facts.action_facts(
            actions.assign(value_claimed_usd_bn=2.5), ["T1"], day("2019-06-04")
        )
    )
    assert in_part["claimed_t1"].digits == 1


def test_rule_facts_name_each_day_and_who_uses_it():
    rules = pd.DataFrame(
        {
            "effective_date_rule": ["late", "legal"],
            "effective_date": [day("2019-06-15"), day("2019-05-10")],
            "days_after_legal": [36, 0],
            "used_by": ["a chart", "the notice"],
        }
    )
    actions = pd.DataFrame({"action_id": ["T1"], "entry_deadline": [day("2019-06-15")]})
    found = by_id(tariff_facts.rule_facts(rules, actions))
    assert found["rule_days"].value == "10 May (the notice), 15 June (a chart)"


def test_a_published_average_that_is_not_compared_is_told_in_words():
    shown = pd.DataFrame(
        {
            "benchmark_id": ["B1"],
            "series": ["A chart"],
            "importer": ["AA"],
            "date": [day("2019-05-10")],
            "published_pct": [18.3],
            "ours_pct": [14.2],
            "gap_pp": [-4.1],
            "is_compared": [True],
            "within": [False],
        }
    )
    found = by_id(tariff_facts.reconciliation_facts(shown, shown, ["B1", "B2"]))
    assert found["published_b1"].value == 18.3
    assert found["ours_b1"].value == 14.2
    assert found["published_over_b1"].value == 4.1
    assert found["published_b1"].definition == "this average: A chart, 10 May 2019"
    assert found["published_b2"].unit == found["ours_b2"].unit == "missing"


def test_imports_whose_added_duty_has_ended_are_hit_no_longer():
    added = pd.DataFrame(
        {
            "side": ["AA", "AA", "AA"],
            "step_id": ["T1", "T2", "T3"],
            "tranche": ["L1", None, None],
            "value_usd_bn": [40.0, 10.0, 5.0],
            "import_share": [0.4, 0.1, 0.05],
            "added_pp": [10.0, -10.0, -5.0],
            "duty_added_usd_bn": [4.0, -1.0, -0.25],
        }
    )
    sides = SIDES[SIDES["side"].eq("AA")]
    found = by_id(tariff_facts.added_facts(added, sides, {}, ["T2"]))
    assert found["imports_hit_aa"].value == 40.0
    assert found["imports_still_hit_aa"].value == 30.0
    assert found["imports_still_hit_share_aa"].value == pytest.approx(0.3)
    shared = by_id(tariff_facts.added_facts(added.assign(import_share=1.1), sides, {}, ["T2"]))
    assert shared["imports_still_hit_share_aa"].unit == "missing"


def test_a_table_of_facts_tells_values_in_words_and_says_where_there_is_none(tmp_path):
    (tmp_path / "facts.csv").write_text(
        "group,id,value,unit,digits,missing,zero,formula,definition\n"
        "step,rate_{of},rate,{kind},0/1,no rate of {of},,,rate since {day}\n"
        "step,left_{of},left,word,,-,none,a - b,left of {of}\n",
        encoding="utf-8",
    )
    told = told_by(tmp_path / "facts.csv")
    row = {"of": "T1;T2", "kind": "percent", "day": day("2019-05-10"), "rate": 2.5, "left": 0}
    rate, left = told("step", row, {"actions": ["T1"]}, terms={"a": 1.0, "b": 1.0})
    assert (rate.value_id, rate.unit, rate.digits) == ("rate_t1_t2", "percent", 1)
    assert rate.definition == "rate since 10 May 2019"
    assert (left.text, left.formula, left.rows) == ("none", "a - b", {"actions": ["T1"]})
    assert not rate.terms and left.terms == {"a": 1.0, "b": 1.0}
    (rate,) = told("step", row | {"rate": float("nan"), "left": None})
    assert (rate.value, rate.unit, rate.digits) == ("no rate of T1;T2", "missing", None)


@pytest.mark.parametrize("room", ["tariffs", "border", "words", "claims"])
def test_every_group_of_a_table_of_facts_is_stated(room):
    folder = Path(tradetalks.__path__[0]) / room
    code = "".join(one.read_text(encoding="utf-8") for one in folder.glob("*_facts.py"))
    groups = {*pd.read_csv(folder / "facts.csv")["group"]}
    stated = {*re.findall(r'(?:told|of|of_month|\))\(\s*"(\w+)"', code)}
    assert groups - {"change", "largest"} == stated - {"change", "largest"}
