"""The records of a run: each part measured once for what it reads, and each value stated once."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import Any

import pandas as pd
import pytest

import projects
from projects import runs_of
from tradetalks.claims.record import gather_evidence
from tradetalks.facts import Fact
from tradetalks.parameters import read_parameter_file
from tradetalks.raw.read import RawTables
from tradetalks.records import HEADLINES, Records
from tradetalks.tables import read_raw

RUNS = runs_of()


def of(raw: RawTables, **changed: Any) -> Records:
    return Records(raw, projects.parameters(**changed))


def facts(found: Records, names: tuple[str, ...] = ()) -> list[Fact]:
    return [fact for record in found for fact in record.facts(names)]


@pytest.mark.parametrize("changed", [{}, {"as_of": "2020-02-14", "min_confidence": "low"}])
def test_each_value_is_stated_once_whatever_the_parameters(raw, changed):
    every = facts(of(raw, **changed))
    assert [name for name, times in Counter(f.value_id for f in every).items() if times > 1] == []
    assert {f.value_id for f in facts(of(raw), HEADLINES)} < {f.value_id for f in every}


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"list4_rate_pct": "10"}, {"threat"}),
        (
            {"farm_definition": "wto_agriculture"},
            {"farm", "farm_listed", "usual", "settings", "judged", "charges", "doubted"}
            | {"looking_back", "article", "revisions"},
        ),
        ({"event_window_days": "10"}, {"streams", "sequence", "markets"}),
        ({"us_coverage": "ustr_2018"}, None),
    ],
)
def test_a_part_is_measured_again_only_where_a_parameter_that_it_reads_has_changed(
    raw, changed, again
):
    parts = {
        name: (getattr(here, name), getattr(there, name))
        for here, there in zip(of(raw), of(raw, **changed), strict=True)
        for name in here.parts()
    }
    measured = {name for name, (one, other) in parts.items() if one is not other}
    if again is None:
        # another set of list values moves what is measured of tariffs, and nothing that is said
        assert {"rates", "threat", "episodes"} <= measured
        assert not measured & {"charge", "streams", "judged"}
    else:
        assert measured - {"accounts", "left_out"} == again


def told(found: Records) -> list[tuple[Any, ...]]:
    return [(f.value_id, f.value, f.unit, f.text) for f in facts(found)]


def test_what_is_kept_is_what_fresh_tables_give(raw, tmp_path):
    tariffs = {"us_coverage": "ustr_2018", "list4_rate_pct": "10"}
    tariffs |= {"effective_date_rule": "entry_june_15", "min_confidence": "high"}
    words = {"coder": "second", "event_window_days": "10", "include_editorials": "false"}
    for changed in ({}, tariffs, words):
        told(of(raw, **changed))
    for number, changed in enumerate((tariffs | words, {})):
        copied = shutil.copytree(raw.folder, tmp_path / str(number))
        assert told(of(read_raw(copied), **changed)) == told(of(raw, **changed))


def test_nobody_writes_into_what_is_shared(raw):
    found = of(raw)
    before = {name: table.copy() for name, table in found.tariffs.tables.by_name().items()}
    facts(found)
    for name, table in found.tariffs.tables.by_name().items():
        pd.testing.assert_frame_equal(table, before[name])


def test_what_is_counted_and_what_is_judged_by_are_admitted_alike(raw):
    for changed in ({}, {"min_confidence": "low"}, {"include_editorials": "false"}):
        found = of(raw, **changed)
        settings, said = found.verdicts.settings, found.statements.said
        admitted = {
            name
            for name, record in gather_evidence(raw).items()
            if record.form and settings.admits(record)  # of statements alone the channel is known
        }
        assert admitted == {*said.statements["statement_id"]}
        by_choice = said.left_out_statements.loc[lambda rows: rows["rule"].ne("after as_of")]
        listed = found.verdicts.left_out.table
        of_ledger = listed[listed["kind"].isin(["statement", "joint", "round", "press"])]
        assert {*of_ledger["record_id"]} == {*by_choice["row_id"]}


def test_a_statement_that_nobody_saw_is_neither_counted_nor_evidence(raw, tmp_path):
    folder = shutil.copytree(raw.folder, tmp_path / "raw")
    rows = pd.read_csv(folder / "statements.csv", dtype="str", keep_default_na=False)
    unseen = of(raw).statements.said.statements["statement_id"].iloc[0]
    rows.loc[rows["statement_id"].eq(unseen), "verified"] = "false"
    rows.to_csv(folder / "statements.csv", index=False)
    found = of(read_raw(folder))
    assert unseen not in {*found.statements.said.statements["statement_id"]}
    assert unseen in {*found.verdicts.left_out.table["record_id"]}


@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_the_threat_of_each_run_is_new_only_where_no_part_of_the_list_pays(raw, path):
    given = projects.parameters(**read_parameter_file(path))
    stated = {f.value_id: f.value for f in facts(Records(raw, given), HEADLINES)}
    actions = raw["actions"]
    paying = actions[
        actions["tranche"].str.fullmatch("US-301-L4[A-Z]?", na=False)
        & actions["changes_rate"]
        & actions["effective_date"].le(pd.Timestamp(given.as_of))
    ]
    assert stated["threat_is_new"] is paying.empty
    assert stated["threat_is_partly_in_force"] is not paying.empty


def test_acts_are_those_of_the_coder_who_is_asked_for_and_nobody_read_them_masked(raw):
    codes = {
        coder: of(raw, coder=coder)
        .statements.said.statements.set_index("statement_id")["act"]
        .to_dict()
        for coder in ("first", "second", "masked")
    }
    recoded = raw["recoding"]["statement_id"]
    assert codes["masked"] == codes["first"] != codes["second"]
    assert {one for one, act in codes["first"].items() if codes["second"][one] != act} <= {*recoded}
