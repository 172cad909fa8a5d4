"""The accusations as they are drawn: how far the proof of each reaches."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from tradetalks.claims.accusations import measure_accusations, plot_accusations, plot_turning
from tradetalks.claims.ladder import ASKED

SIDES = pd.DataFrame(
    {
        "side": ["A", "B"],
        "name": ["Aland", "Bland"],
        "adjective": ["Alish", "Blish"],
        "article_name": ["the Aland", "Bland"],
        "colour": ["#1f5a94", "#b9521f"],
        "order": [1, 2],
    }
)


def measured(*answers: str, verdict: str = "supported", stops: str = "") -> pd.DataFrame:
    grid = pd.DataFrame([dict(zip(ASKED, answers, strict=True))]).assign(
        claim_id="C7", side="A", accused="B", claimant="Ann", printed="Gone: “it went”",
        verdict=verdict, stops=stops, **{f"{slot}_certain": "low" for slot in ASKED},
    )  # fmt: skip
    claims = pd.DataFrame({"claim_id": ["C7"], "claim_date": [pd.Timestamp("2020-05-01")]})
    return measure_accusations(grid, claims)


@pytest.mark.parametrize(
    ("answers", "proofs"),
    [
        (("yes", "yes", "yes", "unknown"), ["shown"] * 4),
        (("yes", "yes", "yes", "yes"), ["shown", "shown", "shown", "against"]),
        (("yes", "yes", "disputed", "no"), ["shown", "shown", "both", "shown"]),
        (("unproven", "yes", "unknown", "unknown"), ["open", "shown", "", ""]),
        (("no", "unproven", "unknown", "unknown"), ["against", "open", "", ""]),
    ],
)
def test_an_answer_proves_or_not_and_a_way_out_speaks_against(answers, proofs) -> None:
    row = measured(*answers).iloc[0]
    assert [row[f"{slot}_proof"] for slot in ASKED] == proofs


def test_a_way_out_that_does_not_count_is_nothing_against_it() -> None:
    row = measured("yes", "yes", "yes", "yes", stops="a way out does not count").iloc[0]
    assert row["reserved_proof"] == "shown"


def test_the_line_is_full_until_the_proof_stops_and_the_accusation_links_its_card() -> None:
    figure, ax = plt.subplots(figsize=(6.5, 1))
    plot_accusations(ax, measured("yes", "yes", "disputed", "no"), SIDES)
    lines = [one for one in ax.lines if one.get_color() == "#b9521f" and one.get_zorder() == 2]
    assert [one.get_linestyle() for one in lines] == ["-", ":", ":"]
    told = {text.get_text(): text.get_url() for text in ax.texts}
    assert told["1 Gone: “it went”"] == "#tbl-claim_c7"
    assert told["The Aland accuses Bland"] is None
    plt.close(figure)


def test_an_arrow_leads_from_the_verdict_to_what_a_change_makes_of_it() -> None:
    rows = measured("yes", "yes", "yes", "no").assign(becomes="refuted", change="if it were not")
    figure, ax = plt.subplots(figsize=(6.5, 1))
    plot_turning(ax, rows, SIDES)
    places = {text.get_text(): text.get_position()[0] for text in ax.texts}
    (arrow,) = [one for one in ax.texts if one.get_text() == ""]
    assert arrow.xy[0] == places["refuted"]
    assert arrow.get_position()[0] == places["upheld"]
    plot_turning(ax, rows.assign(becomes="", change="nothing"), SIDES)
    assert len([one for one in ax.texts if one.get_text() == ""]) == 1
    plt.close(figure)
