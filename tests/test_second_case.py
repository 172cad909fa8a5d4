"""The quarrel of 2025: what its tables come to, and that its runs know what they may know."""

from __future__ import annotations

import pandas as pd
import pytest

import projects
from tradetalks.parameters import read_parameter_file
from tradetalks.records import Records
from tradetalks.tables import read_raw
from whowalkedaway import ROOT
from whowalkedaway.readings import values_beside
from whowalkedaway.runs import resolve


@pytest.fixture(scope="module")
def runs() -> dict[str, Records]:
    found = {}
    for run in ("geneva-2025", "busan-2025"):
        given = read_parameter_file(ROOT / "params" / f"{run}.yml")
        found[run] = Records(read_raw(ROOT / given["raw_dir"]), projects.parameters(**given))
    return found


@pytest.fixture(scope="module")
def later(runs) -> Records:
    return runs["busan-2025"]


# by hand: rates in law on imports of 2024, 10 and 20 points on all goods, the reciprocal duty on
# 74.2 percent of them; the Chinese rates are sums of the WTO's tariff actions at six digits
AMERICAN = [11.829, 21.829, 31.829, 39.254, 94.198, 124.640, 39.254, 29.254]
CHINESE = [15.624, 16.557, 17.581, 101.581, 142.581, 27.581, 26.557]


@pytest.mark.parametrize(("side", "rates"), [("US", AMERICAN), ("CN", CHINESE)])
def test_averages_go_up_and_back(later, side, rates) -> None:
    path = later.tariffs.rates.past
    theirs = path.loc[path["importer"].eq(side), "applied_rate_pct"]
    assert theirs.tolist() == pytest.approx(rates, abs=0.0006)


def test_an_exemption_that_reached_back_is_told_in_three_ways(later) -> None:
    rates = later.tariffs.exempt.table.set_index(["importer", "effective_date"])
    first = rates.loc[("US", pd.Timestamp("2025-04-10"))]
    assert first["in_law_pct"] == pytest.approx(124.640, abs=0.001)
    # all goods but those of Annex II: 429.426 less 14.796 billion
    assert first["as_told_pct"] == pytest.approx(31.829 + 125 * 414.63 / 429.426, abs=0.001)
    undated = rates.loc[("CN", pd.Timestamp("2025-04-25"))]
    assert undated["in_law_pct"] - undated["as_told_pct"] == pytest.approx(125 * 40 / 164.074, 1e-3)


def test_suspended_points_would_return_on_what_they_lie_on(later) -> None:
    found = later.tariffs.suspended.table.set_index("action_id")
    assert found["points"].eq(24).all()
    assert found.loc["T039", "returned_pct"] == pytest.approx(39.254 + 24 * 318.843 / 429.426, 1e-4)
    assert found.loc["T040", "returned_pct"] == pytest.approx(27.581 + 24, 1e-4)


def test_no_duty_in_the_averages_moved_in_the_truce(later) -> None:
    truce = later.tariffs.truces.table.query("joint_act == 'geneva'").set_index("side")
    assert truce["inside"].tolist() == [0, 0]
    # by the rule of inclusion, of both sides alike: measures, and mere openings of an inquiry
    assert truce["new_measures"].to_dict() == {"US": 12, "CN": 8}
    assert truce["new_inquiries"].to_dict() == {"US": 1, "CN": 2}


def test_every_published_average_agrees_or_says_why_not(later) -> None:
    table = later.tariffs.published.reconciliation
    assert len(table) == 96
    assert table["reason"].notna().all()
    # what was computed from the same tables beforehand
    chinese = table["series"].str.startswith("WTO tariff actions at HS6, China on US, weighted")
    start = table["series"].str.endswith("by the letter on imports of 2024, no Section 232")
    assert table.loc[start, "reason"].tolist() == ["the base rate of our own average"]
    assert table.loc[chinese, "within"].tolist() == [True] * 7


def test_the_earlier_run_knows_nothing_of_what_came_later(runs) -> None:
    early = runs["geneva-2025"].tariffs
    assert early.rates.path["effective_date"].max() == pd.Timestamp("2025-05-14")
    assert set(early.suspended.table["action_id"]) == {"T039", "T040"}
    assert early.threatened.table["tranche"].isna().all()


def test_values_of_another_case_come_from_its_own_tables_by_the_rules_of_this_run() -> None:
    _, given = resolve({"RUN": "strict-2025"})
    wanted = ["beside_first_charge_us", "beside_stream_posts_on_after"]
    first, count = values_beside("phase-one", wanted, given)
    strict = {"MIN_CONFIDENCE": "high", "INCLUDE_EDITORIALS": "false"}
    _, theirs = resolve({"RUN": "phase-one", **strict})
    (own,) = [
        fact.value
        for fact in Records(read_raw(ROOT / theirs.raw_dir), theirs).statements.streams.facts
        if fact.value_id == "stream_posts_on_after"
    ]
    assert sorted([first["id"], count["id"]]) == wanted
    told = {value["id"]: value for value in (first, count)}
    assert told["beside_stream_posts_on_after"]["value"] == own
    assert told["beside_first_charge_us"]["value"] == "2019-05-05"
    by_path = {one["path"]: one for one in told["beside_first_charge_us"]["sources"]}
    source = by_path["data/raw/statements.csv"]
    assert source["rows"]
    # a key would lead into the list of sources of this case
    references = read_raw(ROOT / theirs.raw_dir).references
    assert not {*source["documents"]} & {k for k, item in references.items() if "URL" in item}


# before any month was published that the figures draw, and when the first of them was
@pytest.mark.parametrize(("day", "is_told"), [("2025-02-10", False), ("2025-03-06", True)])
def test_before_the_months_that_are_shown_nothing_is_told_of_the_border(day, is_told) -> None:
    given = read_parameter_file(ROOT / "params" / "geneva-2025.yml")
    given |= {"as_of": day, "hindsight": "false"}
    early = Records(read_raw(ROOT / given["raw_dir"]), projects.parameters(**given)).border
    assert early.known.is_told == is_told
    assert len(early.recorded.law) == is_told
