"""What is measured and told where a record is small: missing stays missing, and says so."""

import pandas as pd

from tradetalks.facts import statement_facts, tariff_facts
from tradetalks.measure.benchmarks import reconcile
from tradetalks.measure.coding import measure_agreement, measure_findings
from tradetalks.measure.dates import known_rules
from tradetalks.measure.tariff_tables import TariffTables

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
ACTS = pd.DataFrame(
    {
        "side": ["AA", "AA", "AA"],
        "act": ["blame", "praise", "blame"],
        "period": ["before", "before", "after"],
        "count": [1, 3, 2],
        "share": [0.25, 0.75, 1.0],
    }
)
CHAPTERS = pd.DataFrame(
    {"hs_chapter": ["01", "24", "25", "26", "27"], "section": ["I", "IV", "V", "V", "V"]}
)


def day(text):
    return pd.Timestamp(f"2020-{text}")


def by_id(facts):
    return {fact.value_id: fact for fact in facts}


def test_what_named_persons_said_is_a_share_and_a_word_where_a_side_said_nothing():
    said = pd.DataFrame({"side": ["AA"] * 3, "speaker": ["Ann", "Bob", "News"], "in_window": True})
    said.loc[1, "in_window"] = False
    speakers = pd.DataFrame(
        {"speaker": ["Ann", "Bob", "News"], "kind": ["person", "person", "institution"]}
    )
    found = by_id(statement_facts.speaker_facts(said, speakers, SIDES))
    assert found["by_persons_aa"].value == 0.5
    assert found["by_persons_bb"].value == "none"


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
    added = tariff_facts.added_facts(none, SIDES)
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


def test_a_side_that_is_silent_in_a_period_has_no_share_there():
    found = by_id(statement_facts.act_facts(ACTS, ["blame", "deny"], SIDES, "row"))
    assert found["share_aa_blame_before"].value == 0.25
    # it spoke, and did not deny
    assert found["share_aa_deny_after"].value == 0
    assert found["n_bb_blame_after"].value == 0
    assert found["share_bb_blame_after"].value == "nothing on record"


def test_without_a_second_coding_there_is_no_agreement():
    recoding = pd.DataFrame(columns=["statement_id", "act_1", "act_2", "target_1", "target_2"])
    agreement = measure_agreement(recoding)
    assert len(agreement) == 0
    assert "kappa" in agreement
    assert [fact.value for fact in statement_facts.agreement_facts(agreement, recoding)] == [0]


def test_a_side_that_never_does_it_changes_by_nothing():
    near = pd.DataFrame({"side": ["AA"], "act": ["blame"], "change": [3]})
    placebo = pd.DataFrame({"side": ["AA"] * 2, "change": [0, 3], "observed": [3, 3]})
    found = by_id(statement_facts.placebo_facts(placebo, near, SIDES))
    assert (found["blame_change_aa"].value, found["blame_change_bb"].value) == (3, 0)
    assert found["placebo_share_bb"].unit == "missing"


def test_a_finding_of_one_period_alone_does_not_move():
    said = pd.DataFrame(
        {
            "statement_id": ["S1"],
            "statement_date": [day("04-01")],
            "said_at_utc": pd.to_datetime([None], utc=True),
            "said_until_utc": pd.to_datetime(["2020-04-02"], utc=True),
            "side": ["AA"],
            "speaker": ["Someone"],
            "channel": ["speech"],
            "act": ["blame"],
            "target": ["BB"],
            "key_phrase": [None],
            "occasion_id": ["D1"],
            "source_id": ["s"],
            "confidence": ["high"],
            "period": ["after"],
            "in_window": [True],
        }
    )
    frames = pd.DataFrame({"statement_id": ["S1"], "frame": ["backtracking"]})
    found = measure_findings({"first": said, "second": said}, frames)
    found = found.set_index("finding")
    assert found.loc["side with more blame after", "first"] == "AA"
    assert found.loc["share of blame, AA", "first"] is None
    assert not found["is_turned"].any()
