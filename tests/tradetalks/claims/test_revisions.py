"""Revisions: towards which side a verdict moved."""

import pandas as pd
import pytest

from tradetalks.claims.revisions import measure_revisions
from tradetalks.claims.verdict_facts import revision_facts
from tradetalks.tables import read_raw
from whowalkedaway import ROOT

SIDES = pd.DataFrame({"side": ["US", "CN"]})
CLAIMS = pd.DataFrame({"claim_id": ["C01", "C02", "C03"], "side": ["US", "CN", None]})


@pytest.mark.parametrize(
    ("claim", "before", "after", "toward"),
    [
        ("C01", "undetermined (none)", "supported (low)", "US"),
        ("C02", "undetermined (none)", "supported (low)", "CN"),
        ("C01", "supported (high)", "contradicted (low)", "CN"),
        ("C02", "supported (high)", "contradicted (low)", "US"),
        ("C01", "supported (high)", "supported (low)", ""),
        ("C01", "not judged", "supported (low)", ""),
        ("C01", "undetermined (none)", "value judgement (none)", ""),
        ("C03", "undetermined (none)", "supported (low)", ""),
    ],
)
def test_a_rise_goes_towards_whoever_claims_and_a_fall_towards_the_other(
    claim, before, after, toward
):
    moved = pd.DataFrame([{"claim_id": claim, "before": before, "after": after}])
    assert [*measure_revisions(moved, CLAIMS, SIDES)["toward"]] == [toward]


def test_what_moved_towards_each_side_is_stated():
    sides = SIDES.assign(name=["Alba", "Boria"])
    grounds = ["rules", "added", "questions", "rules"]
    moved = pd.DataFrame({"toward": ["US", "", "US", "CN"], "ground": grounds})
    told = {fact.value_id: fact.value for fact in revision_facts(moved, sides)}
    by_what = "what is asked of every charge (one) and a rule of judging for both sides (two)"
    counts = {"n_moved": 3, "n_moved_us": 2, "n_moved_cn": 1}
    assert told == {"moved_by": by_what, "some_moved": True} | counts
    none = [fact.value for fact in revision_facts(moved[:0], sides)]
    assert none == ["none", False, 0, 0, 0]


@pytest.mark.parametrize("folder", ["data/raw", "data/raw/geneva-2025"])
def test_the_revisions_of_a_claim_follow_each_other(folder):
    rows = read_raw(ROOT / folder)["revisions"].sort_values("edition_day")
    for claim_id, own in rows.groupby("claim_id"):
        chain = [*own["after"]][:-1], [*own["before"]][1:]
        assert chain[0] == chain[1], claim_id
