"""The rows of both disputes keep to the rules of "One reading for both" in the codebook."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from tradetalks.claims.docket import charge_name
from tradetalks.raw.read import RawTables
from tradetalks.tables import read_raw

RAW = Path(__file__).parents[1] / "data" / "raw"
RECORDS = ("statement_id", "action_id", "press_id", "round_id")
UNTIL_NOTICE = re.compile("until further notice|另行通知", re.IGNORECASE)
UNTIL_DEAL = re.compile("no (?:final )?deal .*until|nothing is agreed until|之前，", re.IGNORECASE)


@pytest.fixture(scope="module", params=["", "geneva-2025"])
def tables(request: pytest.FixtureRequest) -> RawTables:
    """The raw tables of either dispute."""
    return read_raw(RAW / request.param)


@pytest.fixture(scope="module")
def rows(tables: RawTables) -> pd.DataFrame:
    """Evidence with its claim, its slot, its record and the words that answer."""
    sentences = tables["sentences"].assign(
        record=lambda frame: frame[[*RECORDS[:3]]].bfill(axis="columns").iloc[:, 0],
    )
    words = sentences.groupby(["question_id", "record", "stance"])["words"].agg(" / ".join)
    evidence = tables["evidence"].merge(tables["questions"], on="question_id")
    evidence["record"] = evidence[[*RECORDS]].bfill(axis="columns").iloc[:, 0]
    evidence = evidence.dropna(subset=["record"])
    evidence = evidence.join(words, on=["question_id", "record", "stance"])
    return evidence.assign(words=evidence["words"].fillna(evidence["passage"]).fillna(""))


def told(rows: pd.DataFrame, pattern: re.Pattern[str]) -> pd.Series:
    """Whether the words of a record say it, under whatever question they are quoted."""
    saying = {*rows.loc[rows["words"].str.contains(pattern), "record"]}
    return rows["record"].isin(saying)


def test_until_further_notice_is_a_reservation_whoever_says_it(rows: pd.DataFrame) -> None:
    own = rows[told(rows, UNTIL_NOTICE)]
    promised = own[own["slot"].isin(["undertaken", "covered"]) & own["stance"].eq("for")]
    kept = own[own["slot"].eq("reserved")]
    assert {*zip(promised["claim_id"], promised["record"], strict=True)} <= {
        *zip(kept["claim_id"], kept["record"], strict=True)
    }
    assert {*kept["reads"]} <= {"implied"}


def test_no_deal_until_bears_on_the_parts_as_on_the_whole(
    tables: RawTables, rows: pd.DataFrame
) -> None:
    """Of charges over one act."""
    acts = tables["claims"].dropna(subset=["act_id"]).groupby("act_id")["claim_id"].agg(list)
    kept = rows[rows["slot"].eq("reserved") & told(rows, UNTIL_DEAL)]
    by_claim = kept.groupby("claim_id")["record"].agg(set)
    for claims in acts:
        assert len({frozenset(by_claim.get(name, ())) for name in claims}) == 1, claims


def test_a_general_denial_of_the_charge_does_not_answer_the_deed(
    tables: RawTables, rows: pd.DataFrame
) -> None:
    """Where a record denies the charge in other slots, its words under `act` are other ones.

    But for a charge that something was left undone, which "it was done" denies.
    """
    act = dict(zip(tables["claims"]["claim_id"], tables["claims"]["act"], strict=True))
    denied = rows[rows["stance"].eq("against") & rows["slot"].isin(["act", "covered"])]
    for (claim, _), own in denied.groupby(["claim_id", "record"]):
        by_slot = own.groupby("slot")["words"].agg(set)
        if len(by_slot) > 1 and not re.search("undone|unbought", str(act[claim])):
            assert not by_slot["act"] & by_slot["covered"], own["record"].iloc[0]


def test_each_side_has_its_general_denials_among_the_claims(tables: RawTables) -> None:
    claims = tables["claims"]
    charges = claims[claims["kind"].eq("charge")]
    assert {*claims.loc[claims["kind"].eq("denial"), "side"]} == {*charges["side"]}


def test_a_general_denial_stands_against_each_charge_that_it_denies(
    tables: RawTables, rows: pd.DataFrame
) -> None:
    """In what reach is asked; of a document whose sentence another one repeats, that one."""
    documents = tables["statements"].set_index("statement_id")["document_id"].dropna()
    issued = documents.str.removesuffix("-zh").str.removesuffix("-en")
    against = rows[rows["slot"].eq("covered") & rows["stance"].eq("against")]
    for denial in tables["claims"].query("kind == 'denial'").to_dict("records"):
        made_in = denial["made_in"]
        same = {made_in, *issued.index[issued.eq(issued.get(made_in))]}
        for charge in denial["parts"].split(";"):
            assert same & {*against.loc[against["claim_id"].eq(charge), "record"]}, (
                made_in,
                charge,
            )


def test_a_clause_of_a_joint_text_is_linked_to_every_charge_over_it_or_to_none(
    tables: RawTables, rows: pd.DataFrame
) -> None:
    """Over the text of the first day of the undertaking, for acts after the clause."""
    said = tables["statements"].query("joint").set_index("statement_id")
    claims = tables["claims"].query("kind == 'charge'").set_index("claim_id")
    days = pd.concat(
        [
            tables["statements"].set_index("statement_id")["statement_date"],
            tables["actions"].set_index("action_id")["announced_date"],
            tables["rounds"].set_index("round_id")["start_date"],
            tables["press"].set_index("press_id")["told_day"],
        ]
    )
    promising = rows[rows["slot"].isin(["undertaken", "covered"])]
    linked: dict[str, set[str]] = defaultdict(set)
    for record, claim in zip(promising["record"], promising["claim_id"], strict=True):
        if record in said.index and claim in claims.index:
            linked[said.loc[record, "utterance"]].add(claim)
    issued = said.groupby("utterance")["statement_date"].min()
    for clause, found in linked.items():
        over = claims["since"].eq(min(claims.loc[[*found], "since"]))
        later = claims["act_id"].map(days) > issued[clause]
        if over.sum() > 1:
            assert found == {*claims.index[over & later]}, clause


def test_the_reach_of_a_joint_text_is_implied_unless_it_names_the_matter(
    tables: RawTables, rows: pd.DataFrame
) -> None:
    """In 2025 the texts name none; the charge over the whole text (C01) is of its clauses."""
    if "geneva-2025" in str(tables.folder):
        joint = tables["statements"].query("joint")["statement_id"]
        reach = rows[rows["slot"].eq("covered") & rows["record"].isin(joint)]
        assert {*reach.loc[reach["reads"].eq("direct"), "claim_id"]} <= {"C01"}


def test_going_back_has_one_word_for_both_sides() -> None:
    listed = read_raw(RAW)["word_list"].set_index("term")["rendering"]
    ours, theirs = (
        next(word for term, word in listed.items() if one in term.split("/"))
        for one in ("出尔反尔", "开倒车")
    )
    assert ours == theirs == "backtrack"


def test_private_persons_speak_for_no_side(tables: RawTables) -> None:
    press = tables["press"]
    told = press[press["says"].str.contains("private", case=False)]
    assert told["sources"].fillna("third").str.contains("third").all()


def test_what_is_emphatic_is_no_part_of_an_act(tables: RawTables) -> None:
    acts = tables["claims"]["act"].dropna()
    assert not acts.str.contains(r"\b(?:totally|again and again|every|kept|keep|always)\b").any()


# what only an accuser says of an act
BREACH = re.compile(
    r"\b(?:bro(?:ke|ken)|breach\w*|violat\w+|betray\w+|back\w*|reneg\w+|retreat\w*|kept|again)\b|违|背|毁|倒退|反尔|不断"
)


def test_a_charge_is_called_by_its_bare_act_and_by_its_accuser_in_its_own_words(
    tables: RawTables,
) -> None:
    claims = tables["claims"].dropna(subset=["accusation"])
    columns = ["key_phrase", "paraphrase"]
    said = pd.concat([tables["statements"][["side", column]].set_axis(["side", "words"], axis=1)
                      for column in columns])  # fmt: skip
    sides = tables["statements"].set_index("statement_id")["side"]
    quoted = tables["sentences"].assign(side=tables["sentences"]["statement_id"].map(sides))
    said = pd.concat([said, quoted[["side", "words"]]]).dropna()
    for row in claims.to_dict("records"):
        own = said.loc[said["side"].eq(row["side"]), "words"].str.casefold()
        assert own.str.contains(row["accusation"].casefold(), regex=False).any(), row["claim_id"]
        assert not BREACH.search(row["act_name"]), row["act_name"]
        if pd.notna(row["accusation_zh"]):
            assert not BREACH.search(row["act_name_zh"]), row["act_name_zh"]
    # of both sides, or of none, there are names in Chinese
    assert claims["accusation_zh"].notna().all() or claims["accusation_zh"].isna().all()
    assert claims["accusation_zh"].notna().equals(claims["act_name_zh"].notna())
    assert charge_name({"act_name": "text reworded", "accusation": "went back"}) == (
        "Text reworded: “went back”"
    )


def test_linked_quotations_of_the_two_sides_are_of_like_length(tables: RawTables) -> None:
    """In English words, each quotation of a government once: by the mean and by the median.

    A mean is moved by a few long ones, and a median hides short ones: neither alone would do.
    """
    sides = pd.concat(
        tables[name].set_index(f"{name[:-1]}_id")["side"] for name in ("statements", "actions")
    )
    columns = {*tables["statements"], *tables["actions"]}
    quoted = pd.concat(
        tables[name].rename(columns={column: "quotation"})
        for name, column in (("sentences", "words"), ("evidence", "passage"))
    ).dropna(subset=["quotation"])
    quoted["record"] = quoted["statement_id"].fillna(quoted["action_id"])
    own = quoted[quoted["record"].notna() & ~quoted["quotation"].isin(columns)]
    once = own.drop_duplicates(["record", "quotation"])
    words = once["translation"].fillna(once["quotation"]).str.split().str.len()
    by_side = words.groupby(once["record"].map(sides)).agg(["mean", "median"])
    assert (by_side.max() / by_side.min() <= 1.25).all(), by_side
