"""The benchmark compares like with like, and its synthetic rows pass for real ones."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import bench.__main__ as bench
import whowalkedaway
from bench import growth
from tradetalks.clean.tranche_lists import clean_tranche_list, clean_tranche_rates
from tradetalks.clean.workbook import clean_workbook


def test_a_ratio_is_taken_round_by_round_and_per_thing_done():
    took = iter([8.0, 1.0, 4.0, 2.0, 9.0, 3.0])

    def run():
        return bench.Took(next(took), 0.0, "")

    way = bench.Way("row", "ours", run, 10, count=2)
    (row,) = bench.compared(bench.Round("theirs", run, (way,)), repeat=3)
    assert [row["ratio_low"], row["ratio"], row["ratio_high"]] == [4.0, 6.0, 16.0]
    assert row["a_seconds"] == 8.0
    assert row["b_seconds"] == 1.0
    assert not row["met"]


def test_both_ways_run_the_same_notebooks(tmp_path):
    project = bench.Project(tmp_path)
    commands = project.naive()
    ran = [command[2] for command in commands if command[0].endswith("/papermill")]
    assert ran == [f"notebooks/{name}.ipynb" for name in whowalkedaway.NOTEBOOKS]
    assert all((tmp_path / name).is_file() for name in ran)
    pages = [command for command in commands if "html" in command]
    assert len(pages) == len(ran)


def test_an_edited_raw_row_is_another_each_time(tmp_path):
    project = bench.Project(tmp_path)
    path = tmp_path / "data" / "raw" / "benchmarks.csv"
    texts = [path.read_text()]
    for number in (7, 8):
        project.edit_raw_row(number)
        texts.append(path.read_text())
    assert len(set(texts)) == 3
    assert all(len(text.splitlines()) == len(texts[0].splitlines()) for text in texts)


def test_what_is_not_installed_has_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(bench.peers, "_found", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for peer in bench.peers.PEERS:
        if peer.name != "nbconvert webpdf":
            assert peer.why_absent(None).endswith("is not installed")


def test_synthetic_statements_have_the_form_of_the_ledger(raw):
    ledger = growth.synthetic_ledger(raw["statements"], 2_000)
    assert list(ledger.columns) == list(raw["statements"].columns)
    assert ledger["statement_id"].is_unique
    assert ledger["key_phrase"].dropna().is_unique


def test_synthetic_lines_have_the_form_of_the_files(raw):
    workbook = growth.synthetic_workbook(raw["chapter_events"], 120)
    cleaned = clean_workbook(workbook, raw["chapter_events"])
    assert len(cleaned.rated) == 120
    assert cleaned.left_out.empty
    rates, listed = growth.synthetic_tranche_files(cleaned.rated["cn8"], raw["actions"])
    assert len(clean_tranche_rates(rates, on=pd.Timestamp("2018-01-01"))) == 120
    assert len(clean_tranche_list(listed, raw["actions"]).lines) == 120


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells of the peak of a function"
)
@pytest.mark.parametrize("part", ["statements", "lines"])
def test_every_function_of_a_part_is_measured(part):
    told = growth.measure(part, 1)
    assert [row["function"] for row in told][-1] == "all"
    assert all(row["seconds"] > 0 for row in told)
    assert told[-1]["seconds"] == pytest.approx(sum(row["seconds"] for row in told[:-1]))
