"""How well patterns find: limits by the textbook, shares and counts by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from tradetalks.raw.read import RawTables
from tradetalks.words.sample import Estimate, measure_read, measure_sample


@pytest.mark.parametrize(("on", "drawn"), [(0, 30), (1, 70), (46, 50), (60, 60)])
def test_the_interval_of_a_stratum_is_that_of_wilson(on: int, drawn: int) -> None:
    found = Estimate.of_stratum(on, drawn, 1000)
    low, high = proportion_confint(on, drawn, method="wilson")
    assert found == pytest.approx((1000 * on / drawn, 1000 * low, 1000 * high))


def test_what_was_read_whole_has_no_interval() -> None:
    assert Estimate.of_stratum(39, 41, 41) == (39, 39, 39)


def test_limits_of_sums_and_differences_are_made_of_those_of_their_parts() -> None:
    one, other = Estimate(10, 7, 14), Estimate(20, 16, 23)
    assert Estimate.sum_of([one, other]) == pytest.approx((30, 25, 35))
    assert other.less(one) == pytest.approx((10, 10 - math.hypot(4, 4), 10 + math.hypot(3, 3)))


def test_the_limits_of_a_share_solve_the_equation_of_the_ratio() -> None:
    part, rest = Estimate(80, 70, 88), Estimate(20, 12, 31)
    share = part.share_beside(rest)
    assert share.value == 0.8
    # at the limit r the interval of rest - r * part ends at nothing
    for end, own, other in ((share.low, part.low, rest.high), (share.high, part.high, rest.low)):
        ratio = 1 / end - 1
        reach = math.hypot(other - rest.value, ratio * (own - part.value))
        assert reach == pytest.approx(abs(rest.value - ratio * part.value))
    assert part.share_beside(Estimate(0, 0, 0)) == (1, 1, 1)


def test_precision_and_recall_weigh_each_item_by_those_it_stands_for() -> None:
    rows = [
        *((f"P{n}", "inside", "before", "found", 2, n < 1) for n in range(2)),
        *((f"P1{n}", "inside", "after", "found", 8, True) for n in range(8)),
        *((f"P2{n}", "inside", "after", "near", 30, n < 1) for n in range(10)),
        *((f"P3{n}", "inside", "after", "far", 900, False) for n in range(5)),
    ]
    columns = ["item_id", "where", "part", "kind", "of", "on_quarrel"]
    drawn = pd.DataFrame(rows, columns=columns).assign(stream="posts")
    found = measure_sample(drawn).set_index(["where", "measured"])["value"]
    assert found["inside", "precision"] == pytest.approx(9 / 10)
    assert found["inside", "recall"] == pytest.approx(9 / (9 + 3))
    assert "outside" not in found.index
    counts = {"stream": ["posts"], "all_before": [2], "all_after": [938]}
    read = measure_read(drawn, pd.DataFrame(counts)).set_index("what")["value"]
    assert read.to_dict() == pytest.approx({"before": 1, "after": 11, "change": 10})
    assert measure_read(drawn, pd.DataFrame(counts | {"all_before": [3]})).empty


def test_the_shipped_sample_comes_to_this(raw: RawTables) -> None:
    found = measure_sample(raw["stream_sample"])
    ends = found.set_index(["stream", "where", "measured"]).mul(100).round().astype("int64")
    told = {key: tuple(row) for key, row in zip(ends.index, ends.to_numpy().tolist(), strict=True)}
    assert told["posts", "outside", "precision"] == (100, 94, 100)
    assert told["posts", "outside", "recall"] == (76, 68, 83)
    assert told["answers", "outside", "precision"] == (92, 81, 97)
    assert told["answers", "outside", "recall"] == (96, 81, 99)
    assert told["news", "outside", "recall"] == (89, 61, 98)
    assert raw["stream_sample"].groupby("stream").size().ge(150).all()
