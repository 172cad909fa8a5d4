"""Claims and evidence, rates and lists that do not fit: refused, with place and remedy."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tradetalks.checks import DataError
from tradetalks.limits import table_limits
from tradetalks.rules.validate import validate

# one charge, its denial, two facts, on which every rule can be broken
INVENTED = Path(__file__).parents[2] / "fixtures" / "dispute" / "raw"
Rows = list[dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "raw"
    shutil.copytree(INVENTED, place)
    return place


def change(folder: Path, table: str, do: Callable[[Rows], object]) -> None:
    """Rewrite a table with its rows changed."""
    path = folder / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    header = list(rows[0])
    do(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


# what a question of a fact says in words of its own, and a question of a charge does not
OWN_WORDS = ("question", "arguments", "if_yes", "if_no", "said_if_yes", "said_if_no")


def put(row: int, **cells: str) -> Callable[[Rows], object]:
    """Write cells into a row, counted from the header as in messages."""
    return lambda rows: rows[row - 2].update(cells)


def drop(row: int) -> Callable[[Rows], object]:
    return lambda rows: rows.pop(row - 2)


def add(**cells: str) -> Callable[[Rows], object]:
    return lambda rows: rows.append(cells)


def told(folder: Path) -> str:
    with pytest.raises(DataError) as raised:
        validate(folder)
    return str(raised.value)


def test_the_invented_claims_are_sound(folder):
    validate(folder)


FAULTS = {
    # claims
    "a claim that names nowhere where it is made": (
        *("claims", put(2, made_in="")),
        "claims.csv, row 2: leaves made_in empty\n  What to do: name the record or source",
    ),
    "a claim made in no record": (
        *("claims", put(2, made_in="S05")),
        "claims.csv, row 2, made_in = 'S05': is no record\n"
        "  What to do: give the record or the source in which it is made; did you mean S00",
    ),
    "a claim of nobody that is no fact": (
        *("claims", put(5, claimant="", made_in="", side="")),
        "claims.csv, row 5: has claimant empty and kind denial",
    ),
    "a reconstruction that takes a side": (
        *("claims", put(3, claimant="", made_in="", accused="")),
        "claims.csv, row 3: fills side\n  What to do: our own reconstruction is no side's",
    ),
    "an unknown kind": (
        *("claims", put(2, kind="charges")),
        "kind = 'charges': is not one of the codes\n"
        "  What to do: use one of charge, fact, denial, sum, value; did you mean charge?",
    ),
    "a charge without an undertaking": (
        *("claims", put(2, undertaking="")),
        "claims.csv, row 2: leaves undertaking empty\n  What to do: a charge names who accuses",
    ),
    "a fact with an undertaking": (
        *("claims", put(3, undertaking="to wait")),
        "claims.csv, row 3: fills undertaking\n  What to do: only a charge",
    ),
    "a side that accuses itself": (
        *("claims", put(2, accused="ALD")),
        "claims.csv, row 2: has the same side and accused\n  What to do: nobody accuses itself",
    ),
    "an act that is on no record": (
        *("claims", put(2, act_id="P01")),
        "claims.csv, row 2, act_id = 'P01': is no record of a day\n"
        "  What to do: give the record of the act, and there the day on which it was done; "
        "did you mean P001?",
    ),
    "an act without a day": (
        *("press", put(2, told_day="")),
        "claims.csv, row 2, act_id = 'P001': is no record of a day",
    ),
    "an undertaking younger than the act": (
        *("claims", put(2, since="2024-06-10")),
        "claims.csv, row 2, since = '2024-06-10': begins after the act, P001 of 2024-06-09",
    ),
    "a denial of nothing": (
        *("claims", put(5, parts="")),
        "claims.csv, row 5: leaves parts empty\n  What to do: name the charges that are denied",
    ),
    "a denial of a fact": (
        *("claims", put(5, parts="C02")),
        "claims.csv, row 5, parts = 'C02': C02 is no charge\n"
        "  What to do: name charges, by claim_id; did you mean C01?",
    ),
    "a sum of one": (
        *("claims", put(5, kind="sum")),
        "claims.csv, row 5, parts = 'C01': is of 1, and the claim is a sum",
    ),
    # slots
    "a charge without a slot": (
        *("questions", drop(4)),
        "claims.csv, row 2: is not asked covered\n  What to do: add the rows to questions.csv, "
        "one for each of undertaken, act, covered, reserved, before",
    ),
    "a slot asked twice": (
        *("questions", put(5, slot="covered")),
        "questions.csv, row 5, slot = 'covered': is asked of C01 already",
    ),
    "a slot of another kind": (
        *("questions", put(7, slot="act", **dict.fromkeys(OWN_WORDS, ""))),
        "questions.csv, row 7, slot = 'act': is no slot of a fact\n"
        "  What to do: C02 is a fact: use part, context",
    ),
    "a fact without a part": (
        *("questions", put(7, slot="context")),
        "claims.csv, row 3: is not asked part",
    ),
    "a question of a charge in words of its own": (
        *("questions", put(2, question="Had they promised?")),
        "questions.csv, row 2: fills question\n  What to do: the template writes",
    ),
    "a charge with a check of its own": (
        *("questions", put(2, check="recorded")),
        "questions.csv, row 2, check = 'recorded': is no check for a charge",
    ),
    "a question of a fact without words": (
        *("questions", put(8, if_no="")),
        "questions.csv, row 8: leaves if_no empty",
    ),
    "nothing on record, and nobody looked": (
        *("questions", put(6, searched="")),
        "questions.csv, row 6, searched: has no evidence for C01.5, and nobody says where",
    ),
    # checks and their arguments
    "an unknown check": (
        *("questions", put(7, check="in_ordre")),
        "questions.csv, row 7, check = 'in_ordre': is no check\n  What to do: use one of",
    ),
    "a number in words": (
        *("questions", put(7, check="days_apart",
                           arguments="{first: T002, second: T003, days: many}")),
        "questions.csv, row 7, arguments = 'many': days input should be a valid integer\n"
        "  What to do: correct the arguments of days_apart",
    ),
    "an argument twice": (
        *("questions", put(7, arguments="{order: [T002, T003], order: [T003, T002]}")),
        "is no mapping in YAML\n  What to do: write a mapping in one line",
    ),
    "a misspelt record": (
        *("questions", put(7, arguments="{order: [T002, T03]}")),
        "questions.csv, row 7, arguments = 'T03': order is in no row of ",
    ),
    "a record that is no evidence": (
        *("questions", put(7, arguments="{order: [T002, T004]}")),
        "questions.csv, row 7, arguments = 'T004': order is no evidence of this question",
    ),
    "a missing argument": (
        *("questions", put(8, arguments="{before: 10}")),
        "questions.csv, row 8, arguments = '{before: 10}': after is missing; rate_change needs it",
    ),
    "an argument too many": (
        *("questions", put(8, arguments="{before: 10, after: 30, unit: pct}")),
        "questions.csv, row 8, arguments = 'pct': unit is no argument: rate_change takes before",
    ),
    "arguments that are no YAML": (
        *("questions", put(8, arguments="{before: 10, after: }}")),
        "questions.csv, row 8, arguments = '{before: 10, after: }}': is no mapping in YAML",
    ),
    "a day that does not exist": (
        *("questions", put(8, check="dated", arguments="{from: 2019-05-33, to: 2019-06-01}")),
        "questions.csv, row 8, arguments = '{from: 2019-05-33, to: 2019-06-01}': is no mapping in",
    ),
    # evidence
    "a row without a passage": (
        *("evidence", put(2, passage="")),
        "evidence.csv, row 2, passage: is empty, and no sentence stands for it",
    ),
    "a column that the record does not have": (
        *("evidence", put(2, passage="rate_after_pct")),
        "evidence.csv, row 2, passage = 'rate_after_pct': is a column that S004 does not have",
    ),
    "a column that is empty": (
        *("evidence", put(9, passage="note")),
        "evidence.csv, row 9, passage = 'note': is a column that T004 does not have, or leaves",
    ),
    "an admission by the side that gains": (
        *("evidence", put(4, admission="denies it")),
        "evidence.csv, row 4, admission = 'denies it': is no admission: BRN gains by it, and S007 "
        "is the word of BRN\n  What to do: empty the cell, or correct stance or record",
    ),
    "an admission by the accuser": (
        *("evidence", put(3, admission="says so")),
        "is no admission: ALD gains by it, and S005 is the word of ALD",
    ),
    "an admission by an editorial": (
        *("evidence", put(4, stance="for", statement_id="S008", passage="words", admission="so")),
        "is no admission: S008 is an editorial, for whose words no side answers",
    ),
    "an admission by a statistic": (
        *("statements", put(5, channel="statistics")),
        "evidence.csv, row 6, admission = 'keeps to the whole draft': is no admission: S004 is a "
        "statistic, published for no question\n  What to do: empty the cell",
    ),
    "an admission in a claim against nobody": (
        *("evidence", put(9, admission="orders it")),
        "evidence.csv, row 9, admission = 'orders it': is no admission: nobody is accused",
    ),
    "two records in a row": (
        *("evidence", put(2, action_id="T001")),
        "evidence.csv, row 2: fills statement_id and action_id, and may fill one of",
    ),
    "a record that speaks twice for a yes": (
        *("evidence", add(question_id="C01.1", stance="for", statement_id="S004", reads="implied",
                          passage="paraphrase")),
        "evidence.csv, row 12: repeats question_id, ",
    ),
    "a second reading of no row": (
        *("evidence_recoding", put(2, question_id="C01.1", statement_id="S005")),
        "evidence_recoding.csv, row 2, question_id = 'C01.1 S005': is not in evidence.csv, ",
    ),
    # open choices
    "a choice that takes away what is no evidence": (
        *("open_choices", put(2, statement_id="S005")),
        "open_choices.csv, row 2: takes away S005, no evidence of C01.1\n  What to do: correct",
    ),
    "a choice that reads as the evidence does": (
        *("open_choices", put(2, stance="for", reads="direct")),
        "open_choices.csv, row 2: reads S004 as the evidence does",
    ),
    "a choice that takes away what it reads": (
        *("open_choices", add(choice="the draft is read as a sketch", question_id="C01.1",
                              statement_id="S004", stance="against", reads="direct")),
        "open_choices.csv, row 2: takes away S004, which the same choice reads",
    ),
    # records
    "unnamed sources marked high": (
        *("press", put(2, confidence="high")),
        "press.csv, row 2: has is_named false and confidence high\n"
        "  What to do: unnamed sources are never high",
    ),
    "an account older than what it tells": (
        *("press", put(2, told_day="2024-06-12")),
        "press.csv, row 2: has told_day 2024-06-12 after day 2024-06-11",
    ),
    "sources of no side": (
        *("press", put(2, sources="ALD;ZZZ")),
        "press.csv, row 2, sources = 'ALD;ZZZ': has another form than its column",
    ),
    "words not seen and marked high": (
        *("statements", put(2, verified="false")),
        "statements.csv, row 2: has verified false and confidence high",
    ),
    "no time of day": (
        *("statements", put(2, time="24:00")),
        "statements.csv, row 2, time = '24:00': has another form than its column",
    ),
    "a joint text without an utterance": (
        *("statements", put(2, joint="true")),
        "statements.csv, row 2: leaves utterance empty\n  What to do: give the rows of a joint",
    ),
    "a joint text of one side": (
        *("statements", put(7, joint="true")),
        "statements.csv, row 7, utterance = 'ports-2024-06-11': is joint, and of one side alone",
    ),
    "a notice replaced by itself": (
        *("actions", put(5, replaced_by="T004")),
        "actions.csv, row 5: has the same action_id and replaced_by\n  What to do: a notice does",
    ),
    "a notice replaced by an older one": (
        *("actions", put(5, replaced_by="T002")),
        "actions.csv, row 5, replaced_by = 'T002': is of 2024-02-01, before this one\n"
        "  What to do: name a later notice, or correct a day",
    ),
    "a notice replaced by one on another list": (
        *("actions", put(5, replaced_by="T007")),
        "actions.csv, row 5, replaced_by = 'T007': is of ALD on ALD-L2\n"
        "  What to do: name a notice of the same side on the same list",
    ),
    "an utterance of two sides": (
        *("statements", put(8, utterance="ports-2024-06-11")),
        "statements.csv, row 8, utterance = 'ports-2024-06-11': is of two sides, and not joint",
    ),
    "an utterance of one row": (
        *("statements", put(7, utterance="ports-2024-06-12")),
        "statements.csv, row 7, utterance = 'ports-2024-06-12': is of this row alone",
    ),
    # rates and lists
    "a rate that begins where none ended": (
        *("actions", put(6, rate_before_pct="12")),
        "actions.csv, row 6, rate_before_pct = '12': is not the rate of BRN-L1 since T003, 15\n",
    ),
    "a list that no set values": (
        *("coverage_sets", drop(2)),
        "coverage_sets.csv: has no ALD-L1, whose rate T002 changes by Trade Act, of which hall_2023"
        " values another list\n  What to do: add a row with the value of the list",
    ),
    "an event that measures no action": (
        *("actions", put(6, measured_by="ANSWER-1")),
        "chapter_events.csv, row 4, event = 'ANSWER-2': measures no action\n",
    ),
    "an event of another day than its action": (
        *("actions", put(6, effective_date="2024-07-02")),
        "actions.csv, row 6, measured_by = 'ANSWER-2': is no change of a rate on the day",
    ),
    "an event of another class than its action": (
        *("actions", put(6, measure_class="mfn")),
        "actions.csv, row 6, measured_by = 'ANSWER-2': is no change of a rate on the day",
    ),
    "bands that add up to another number of lines": (
        *("actions", put(4, rate_bands="15:20|25:8 (3+5)")),
        "actions.csv, row 4, tariff_lines = '30': is not 28, as the bands\n",
    ),
    "a grace window at the rates of no step": (
        *("actions", put(7, rate_before_pct="35")),
        "actions.csv, row 7, entry_deadline = '2024-07-05': keeps the old rate of no step: none ",
    ),
    "a set without a total": (
        *("coverage_sets", drop(4)),
        "coverage_sets.csv, row 2, coverage_set = 'hall_2023': is not whole: lists, one base, and",
    ),
    "a part of a set under another name": (
        *("coverage_sets", put(5, coverage_set="hall_2024")),
        "coverage_sets.csv, row 5, coverage_set = 'hall_2024': is not whole: lists, one base, and",
    ),
    "a set without a base": (
        *("coverage_sets", drop(5)),
        "coverage_sets.csv, row 2, coverage_set = 'hall_2023': is not whole: lists, one base, and",
    ),
    "lists that are worth more than all imports": (
        *("coverage", put(2, estimate_usd_bn="3800")),
        "coverage_sets.csv, row 2, coverage_set = 'hall_2023': is not whole: lists, one base, and",
    ),
    "a list without a value": (
        *("coverage", put(3, estimate_usd_bn="")),
        "coverage_sets.csv, row 3, part = 'ALD-L2': has no value\n",
    ),
    "two threatened lists": (
        *("threats", add(parameter="list4_rate_pct", action_id="T003")),
        "threats.csv, row 3, parameter = 'list4_rate_pct': stands in row 2 already\n",
    ),
    # who says what, and when
    "a speaker of another side": (
        *("statements", put(2, side="BRN")),
        "statements.csv, row 2, side = 'BRN': is not ALD, for which Ida Marr speaks\n",
    ),
    "an institution for which another speaks": (
        *("statements", put(2, institution="Ministry of Harbours")),
        "statements.csv, row 2, institution = 'Ministry of Harbours': is none for which Ida Marr",
    ),
    "a side that addresses itself": (
        *("statements", put(2, target="ALD")),
        "has the same side and target",
    ),
    "a tweet's number beside a speech": (
        *("statements", put(2, tweet_id="1234863602922422272")),
        "tweet_id = '1234863602922422272': is of no tweet\n",
    ),
    "a tweet of another day": (
        *("statements", put(2, tweet_id="1234863602922422272", channel="tweet")),
        "was sent on 2020-03-03 in UTC, not on 2024-01-15\n",
    ),
    "the same words twice a day, once by an alias": (
        "statements",
        lambda rows: rows.append(
            {**rows[0], "statement_id": "S099", "speaker": "Councillor Marr"}
        ),
        "key_phrase = 'a first list': is what Ida Marr says in row 2\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(folder, fault):
    table, do, said = FAULTS[fault]
    change(folder, table, do)
    message = told(folder)
    assert said in message
    assert "What to do: " in message


@pytest.mark.parametrize(
    "table", ["statements", "imports_by_chapter", "actions", "chapter_events", "coverage_sets"]
)
def test_what_is_measured_needs_a_row(folder, table):
    change(folder, table, lambda rows: rows.clear())
    assert f"{table}.csv: has no row below its header\n  What to do: add one" in told(folder)


def test_no_list_of_nothing_is_asked_for_where_a_table_of_values_is_empty(folder):
    change(folder, "coverage_sets", lambda rows: rows.clear())
    assert table_limits(folder).allowed.keys() == {
        "effective_date_rule",
        "farm_definition",
        "otherwise",
    }
    assert "parameters.csv" not in told(folder)


def test_a_joint_text_has_a_row_of_each_side(folder):
    joint = {"joint": "true", "utterance": "joint-2024-05-30"}
    change(folder, "statements", put(4, **joint))
    change(folder, "statements", put(5, **joint))
    validate(folder)
    change(folder, "statements", put(2, utterance="joint-2024-05-30"))
    assert "row 2, utterance = 'joint-2024-05-30': is of a joint text, which" in told(folder)


def test_goods_that_join_a_list_come_from_no_duty_to_its_rate(folder):
    joined = {"effective_date": "2024-07-09", "rate_before_pct": "0", "rate_after_pct": "30"}
    rows = list(csv.DictReader(io.StringIO((folder / "actions.csv").read_text(encoding="utf-8"))))
    joined = rows[3] | joined | {"action_id": "T008", "entry_deadline": ""}
    change(folder, "actions", add(**joined))
    validate(folder)


def test_a_reconstruction_needs_no_claimant(folder):
    change(folder, "claims", put(3, claimant="", made_in="", side="", accused=""))
    validate(folder)


def test_a_broken_table_hides_no_fault_of_another(folder):
    change(folder, "evidence", put(4, admission="denies it"))
    change(folder, "claims", put(2, made_in="nowhere"))
    message = told(folder)
    assert "2 problems in 2 files" in message
    (folder / "events.csv").write_text("event,label,meaning\n", encoding="utf-8")
    assert "events.csv, row 1, event_id: is missing" in told(folder)


def test_claims_need_the_columns_that_they_are_judged_by(folder):
    path = folder / "datapackage.yaml"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if "{name: searched" in one)
    path.write_text(text.replace(f"{line}\n", ""), encoding="utf-8")
    assert "datapackage.yaml: describes claims without questions.searched" in told(folder)


def test_an_exemption_without_a_value_is_found(folder: Path) -> None:
    path = folder / "exemptions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "T006,ALD-L1,K002\n", encoding="utf-8")
    change(folder, "coverage", put(3, estimate_usd_bn=""))
    assert "exemptions.csv, row 2, coverage_id = 'K002': values no exempt goods\n" in told(folder)


def test_lists_of_several_layers_lie_on_the_same_goods(folder: Path) -> None:
    change(folder, "coverage", lambda rows: [row.update(estimate_usd_bn="4") for row in rows])
    assert "row 2, coverage_set = 'hall_2023': is not whole" in told(folder)
    change(folder, "coverage_sets", put(2, layer="another"))
    validate(folder)


def test_a_default_that_its_table_does_not_name_is_told_with_that_table(folder):
    change(folder, "parameters", put(7, value="hall_2032"))
    assert (
        "parameters.csv, row 7, value = 'hall_2032': is not in coverage_sets.csv, coverage_set\n"
        "  What to do: correct it, or add it to coverage_sets.csv; did you mean hall_2023?"
    ) in told(folder)
