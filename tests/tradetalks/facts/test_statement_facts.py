"""Facts of frames, tone, charges by month and coders."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradetalks.facts import NO_DAY, Fact
from tradetalks.facts import statement_facts as facts


def values(found: Iterable[Fact]) -> dict[str, object]:
    return {fact.value_id: fact.value for fact in found}


def test_the_frame_that_gains_most_is_named() -> None:
    shares = pd.DataFrame(
        {
            "side": ["A"] * 4,
            "frame": ["cost", "cost", "law", "law"],
            "period": ["before", "after"] * 2,
            "share": [0.5, 0.6, 0.1, 0.4],
        }
    )
    assert values(facts.frame_facts(shares)) == {
        "frame_rise_is_shared": False,
        "frame_rise_a": "law",
    }


def test_the_same_frame_on_every_side_is_said_to_be_shared() -> None:
    shares = pd.DataFrame(
        {
            "side": ["A", "A", "B", "B"],
            "frame": "law",
            "period": ["before", "after"] * 2,
            "share": [0.1, 0.4, 0.2, 0.3],
        }
    )
    assert values(facts.frame_facts(shares))["frame_rise_is_shared"] is True


def test_a_record_that_is_left_out_is_not_known_and_has_no_day() -> None:
    days = pd.Series(pd.to_datetime(["2020-01-02"]), index=["S1"])
    found = values(facts.day_facts("statements", ["S1", "S2"], days))
    assert found == {
        "known_s1": True,
        "day_s1": pd.Timestamp("2020-01-02"),
        "known_s2": False,
        "day_s2": NO_DAY,
    }


def test_tone_is_given_by_side_and_period() -> None:
    tone = pd.DataFrame(
        [("A", "before", 2, -0.5, 0.5)],
        columns=["side", "period", "count", "mean_tone", "critical_share"],
    )
    assert values(facts.tone_facts(tone)) == {"tone_a_before": -0.5, "critical_a_before": 0.5}


def test_months_without_a_statement_are_not_months_without_a_charge() -> None:
    counted = pd.DataFrame(
        {
            "side": ["A"] * 3,
            "month": pd.to_datetime(["2020-01", "2020-02", "2020-03"]),
            "statements": [2, 0, 1],
            "charges": [1, 0, 0],
        }
    )
    found = values(facts.charge_month_facts(counted))
    assert found == {"months_spoken_a": 2, "months_charged_a": 1}


def test_no_turned_finding_is_called_none() -> None:
    def told(*is_turned: bool) -> tuple[object, str | None]:
        found = facts.finding_facts(pd.DataFrame({"is_turned": is_turned}))
        (turned,) = (fact for fact in found if fact.value_id == "findings_turned")
        return turned.value, turned.text

    assert told(False, False) == (0, "none")
    assert told(True, False) == (1, None)


def test_the_tolerance_of_a_drawn_share_is_what_chance_alone_changes() -> None:
    near = pd.DataFrame({"side": ["A"], "act": ["blame"], "change": [5]})
    sides = pd.DataFrame({"side": ["A"], "article_name": ["a"]})
    generator = np.random.default_rng(1)
    beyond = []
    for _ in range(500):
        first, second = ((generator.random(400) < 0.3) * 9 for _ in range(2))
        drawn = pd.DataFrame({"side": "A", "change": first, "observed": 5})
        (share,) = (f for f in facts.placebo_facts(drawn, near, sides) if f.unit == "share")
        assert share.tolerance is not None
        beyond.append(abs(float((second >= 5).mean()) - float(str(share.value))) > share.tolerance)
    assert 0.02 < sum(beyond) / len(beyond) < 0.08, "two standard errors leave five in a hundred"
    never = pd.DataFrame({"side": "A", "change": [0] * 400, "observed": 5})
    (none,) = (f for f in facts.placebo_facts(never, near, sides) if f.unit == "share")
    assert (none.value, none.text) == (0, "none")
    assert none.tolerance is not None and none.tolerance > 0
    once = pd.DataFrame({"side": "A", "change": [5] + [0] * 9999, "observed": 5})
    (least,) = (f for f in facts.placebo_facts(once, near, sides) if f.unit == "share")
    assert least.text == "less than 0.1 percent"
