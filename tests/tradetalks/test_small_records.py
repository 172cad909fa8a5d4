"""What is measured and told where a record is small: missing stays missing, and says so."""

import pandas as pd

from tradetalks.tariffs import tariff_facts
from tradetalks.tariffs.benchmarks import reconcile
from tradetalks.tariffs.dates import known_rules
from tradetalks.tariffs.tables import TariffTables
from tradetalks.words import statement_facts
from tradetalks.words.coding import measure_agreement

SIDES = pd.DataFrame(
    {
        "side": ["BB", "AA"],
        "name": ["Bee", "Aa"],
        "adjective": ["Been", "Aan"],
        "article_name": ["the Bees", "Aa"],
        "measured_by": ["chapters", "tranches"],
        "order": [2, 1],
    }
)
CHAPTERS = pd.DataFrame(
    {"hs_chapter": ["01", "24", "25", "26", "27"], "section": ["I", "IV", "V", "V", "V"]}
)


def day(text):
    return pd.Timestamp(f"2020-{text}")


def by_id(facts):
    return {fact.value_id: fact for fact in facts}


def test_only_the_legal_rule_is_left_without_a_grace_window():
    steps = pd.DataFrame({"step_id": ["T1", "T2"], "entry_deadlines": [None, "2020-06-01"]})
    assert known_rules(steps) == ["legal", "entry_june_1", "in_transit"]
    assert known_rules(steps.head(1)) == ["legal"]


def test_actions_that_one_event_measures_are_told_together():
    actions = pd.DataFrame(
        {
            "action_id": ["T3", "T4"],
            "tranche": ["L1", "L2"],
            "kind": ["effective", "effective"],
            "is_step": [True, True],
            "announced_date": [day("01-01"), day("01-02")],
            "effective_date": [day("02-01"), day("02-01")],
            "value_claimed_usd_bn": [3.0, None],
        }
    )
    found = by_id(tariff_facts.action_facts(actions, ["T3;T4", "T3", "T3"], day("06-01")))
    assert found["effective_t3_t4"].value == found["effective_t3"].value == day("02-01")
    assert found["effective_t3_t4"].rows == {"actions": ["T3", "T4"]}


def test_no_episode_and_no_grace_window_are_not_told():
    columns = ["episode_id", "title", "mover", "announced_days"]
    found = by_id(tariff_facts.episode_facts(pd.DataFrame(columns=columns), SIDES))
    assert {name: fact.value for name, fact in found.items()} == {"moves_are_answered": False}
    none = pd.DataFrame()
    rules, sections = tariff_facts.rule_facts(none, none), tariff_facts.section_facts(none)
    added = tariff_facts.added_facts(none, SIDES, {}, [])
    said = {fact.value_id: fact.value for fact in (*rules, *sections, *added)}
    assert said == dict.fromkeys(
        ["grace_is_known", "sections_are_known", "duties_are_added"], False
    )


def test_without_published_averages_nothing_is_compared():
    sets = pd.DataFrame(
        {
            "coverage_set": ["own"] * 3,
            "part": ["L1", "ALL", "MFN"],
            "layer": ["", "", ""],
            "kind": ["tranche", "total", "base"],
            "value_usd_bn": [1.0, 2.0, None],
            "base_rate_pct": [None, None, 3.0],
            "base_date": pd.to_datetime([None, None, "2020-01-01"]),
            "trade_year": [2019, 2019, None],
            "trade_basis": ["imports", "imports", None],
            "benchmark_id": [None, None, "B1"],
        }
    )
    columns = ["benchmark_id", "series", "importer", "exporter", "value_pct"]
    benchmarks = pd.DataFrame(
        {"date_start": pd.to_datetime(["2021-01-01"]), "weighting": ["other"]}
    ).assign(**dict.fromkeys(columns))
    steps = pd.DataFrame(columns=["importer", "reason", "effective_date", "entry_deadline"])
    weightings = pd.DataFrame({"weighting": ["other"], "kind": ["other"]})
    table = reconcile(
        steps,
        benchmarks,
        weightings,
        steps,
        TariffTables(pd.DataFrame(), steps, *[pd.DataFrame()] * 3, sets, *[pd.DataFrame()] * 2),
        coverage_set="own",
        mfn_importers=[],
        as_of=day("06-01"),
    )
    assert len(table) == 0
    assert {"reason", "is_compared", "gap_pp"} <= {*table}
    found = by_id(tariff_facts.reconciliation_facts(table, table, ["B1"]))
    assert found["n_published"].value == 0
    assert found["ours_b1"].unit == "missing"
    assert "gap_most" not in found


def test_without_a_second_coding_there_is_no_agreement():
    recoding = pd.DataFrame(columns=["statement_id", "act_1", "act_2", "target_1", "target_2"])
    agreement = measure_agreement(recoding)
    assert len(agreement) == 0
    assert "kappa" in agreement
    assert [fact.value for fact in statement_facts.agreement_facts(agreement, recoding)] == [0]
