"""Verdicts on copies of the raw tables: what is taken away is missed, what comes later is not."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tradetalks import claims
from tradetalks.claims import Measured, Settings
from tradetalks.raw.read import read_raw

HINDSIGHT = Settings(as_of=date(2020, 2, 14))
MEASURED = Measured(farm_shares={("T066", "hs01_24"): 0.05})
LINKED = ("sides", "speakers", "recoding", "event_actions")


def judged(folder, settings=HINDSIGHT):
    """The verdicts and answers that a folder of raw tables gives."""
    raw = read_raw(folder)
    records = claims.gather_records(
        *(raw[name] for name in ("statements", "actions", "rounds", "coverage")),
        raw.references,
        **{name: raw[name] for name in LINKED},
    )
    tables = raw["claims"], raw["questions"], raw["evidence"]
    return claims.judge_claims(*tables, records, settings, MEASURED)


def rows(folder, table):
    return pd.read_csv(folder / f"{table}.csv", dtype="str", keep_default_na=False)


def write(folder, table, frame):
    frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")


@pytest.fixture
def copy(tmp_path, raw):
    # the files that are fetched are large, and no verdict rests on them
    return Path(shutil.copytree(raw.folder, tmp_path / "raw", ignore=lambda *_: ["lines"]))


@pytest.fixture(scope="module")
def whole(raw):
    return judged(raw.folder)[0].set_index("claim_id")


def evidence_of(copy, claim_id):
    """The evidence rows of the questions that decide a claim, or of all where those have none."""
    questions, evidence = rows(copy, "questions"), rows(copy, "evidence")
    own = questions[questions["claim_id"].eq(claim_id)]
    decisive = own.loc[own["is_decisive"].eq("true"), "question_id"]
    found = evidence["question_id"].isin(decisive)
    return found if found.any() else evidence["question_id"].isin(own["question_id"])


CLAIMS = [f"C{number:02d}" for number in range(1, 31)]


def test_these_are_all_claims(whole):
    assert list(whole.index) == CLAIMS


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_without_its_decisive_evidence_a_verdict_changes_or_weakens(copy, whole, claim_id):
    evidence = rows(copy, "evidence")
    gone = evidence_of(copy, claim_id)
    assert gone.any()
    write(copy, "evidence", evidence[~gone])
    now = judged(copy)[0].set_index("claim_id")
    told = ["verdict", "certainty"]
    assert tuple(now.loc[claim_id, told]) != tuple(whole.loc[claim_id, told])
    # and no other claim is the worse for it
    pd.testing.assert_frame_equal(now.drop(index=claim_id), whole.drop(index=claim_id))


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_without_the_records_behind_it_a_verdict_changes_or_weakens(copy, whole, claim_id):
    evidence, gone = rows(copy, "evidence"), evidence_of(copy, claim_id)
    cited, evidence = evidence[gone], evidence[~gone]
    for table in ("statements", "actions", "rounds", "coverage"):
        key = table.removesuffix("s") + "_id"
        lost = set(cited[key]) - {""}
        kept = rows(copy, table)
        write(copy, table, kept[~kept[key].isin(lost)])
        evidence = evidence[~evidence[key].isin(lost)]
    again = rows(copy, "recoding")
    write(
        copy,
        "recoding",
        again[again["statement_id"].isin(rows(copy, "statements")["statement_id"])],
    )
    write(copy, "evidence", evidence)
    now = judged(copy)[0].set_index("claim_id")
    told = ["verdict", "certainty"]
    assert tuple(now.loc[claim_id, told]) != tuple(whole.loc[claim_id, told])


def test_the_order_of_rows_changes_nothing(copy, raw):
    before = judged(copy)
    for number, table in enumerate(
        ["claims", "questions", "evidence", "statements", "actions", "rounds", "coverage", *LINKED]
    ):
        frame = rows(copy, table).sample(frac=1, random_state=number, ignore_index=True)
        assert not frame.equals(rows(raw.folder, table)) or len(frame) < 3
        write(copy, table, frame)
    for one, other in zip(before, judged(copy), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_loud_statement_of_tomorrow_reaches_no_verdict_of_today(copy):
    today = Settings(as_of=date(2019, 6, 4))
    before, hindsight = judged(copy, today), judged(copy)
    statements, questions = rows(copy, "statements"), rows(copy, "questions")
    loud = statements[statements["act"].eq("threaten") & statements["confidence"].eq("high")].iloc[
        0
    ]
    loud = loud.copy()
    loud[["statement_id", "statement_date", "paraphrase"]] = "S900", "2019-06-05", "LOUD"
    write(copy, "statements", pd.concat([statements, loud.to_frame().T]))
    evidence = rows(copy, "evidence")
    linked = pd.DataFrame(
        {
            "question_id": questions["question_id"],
            "stance": ["for", "against"] * (len(questions) // 2) + ["for"] * (len(questions) % 2),
            "statement_id": "S900",
        }
    )
    linked = linked.reindex(columns=evidence.columns, fill_value="")
    write(copy, "evidence", pd.concat([evidence, linked]))
    for one, other in zip(before, judged(copy, today), strict=True):
        pd.testing.assert_frame_equal(one, other)
    # it is heard by those who look back
    assert not judged(copy)[0]["verdict"].equals(hindsight[0]["verdict"])
