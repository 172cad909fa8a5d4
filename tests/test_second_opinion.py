"""The second opinion: it agrees on every shipped run, and finds what was planted."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from tools import second_opinion

import projects
from notepress.print.attachments import read
from projects import ROOT, RUN
from second_opinions import differences, ours, second_tables, theirs
from tradetalks.parameters import read_parameter_file
from tradetalks.raw.read import RawTables
from tradetalks.tables import read_raw


@pytest.fixture(scope="module")
def pdf(built: Path) -> Path:
    return built / "reports" / RUN / "report.pdf"


@pytest.mark.parametrize("run", sorted(file.stem for file in (ROOT / "params").glob("*.yml")))
def test_it_agrees_on_every_shipped_run(raw: RawTables, run: str):
    parameters = projects.parameters(**read_parameter_file(ROOT / "params" / f"{run}.yml"))
    folder = ROOT / parameters.raw_dir
    raw = raw if folder == raw.folder else read_raw(folder)
    mine, second = ours(raw, parameters), theirs(second_tables(folder=folder), parameters)
    assert differences(mine, second) == []
    assert {name for name in mine if name.startswith("C")} == {n for n in second if n[0] == "C"}
    assert len(mine.keys() & second.keys()) > 150


def test_it_reads_a_pdf_without_anything_of_ours(pdf: Path, tmp_path: Path):
    program = shutil.copy(ROOT / "tools" / "second_opinion.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, pdf], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, last = done.stdout.splitlines()
    assert last == "Both agree on what is attached; the pages were not read."
    assert "Left out: " in done.stdout


@pytest.mark.parametrize("packs", ["generate", "disable"])
def test_it_reads_what_other_readers_of_pdf_find(pdf: Path, tmp_path: Path, packs: str):
    saved = tmp_path / "saved.pdf"
    with pikepdf.open(pdf) as opened:
        opened.save(saved, object_stream_mode=pikepdf.ObjectStreamMode[packs])
    assert second_opinion.attachments(saved.read_bytes()) == read(pdf).files


@pytest.fixture
def sent(pdf: Path, tmp_path: Path) -> Path:
    """What the PDF carries, as the folder of a run."""
    for name, content in second_opinion.attachments(pdf.read_bytes()).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def ask(folder: Path) -> int:
    return second_opinion.main([str(folder), "--raw", str(folder / "raw")])


def test_it_finds_a_planted_verdict(sent: Path, capsys: pytest.CaptureFixture[str]):
    path = sent / "verdicts.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    (row,) = [row for row in rows if row["claim_id"] == "C16"]
    true, row["verdict"] = row["verdict"], "supported"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*row])
        writer.writeheader()
        writer.writerows(rows)
    assert ask(sent) == 1
    (told,) = [line for line in capsys.readouterr().out.splitlines() if "DISAGREE" in line]
    assert "C16: printed supported" in told
    assert f"derived {true}" in told


@pytest.mark.parametrize(("key", "planted"), [("value", 41.5), ("text", "15.9 percent")])
def test_it_finds_a_planted_number(sent: Path, capsys, key: str, planted: object):
    path = sent / "values.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    (value,) = [value for value in values["values"] if value["id"] == "cn_rate_last"]
    value[key] = planted
    path.write_text(json.dumps(values), encoding="utf-8")
    assert ask(sent) == 1
    (told,) = [line for line in capsys.readouterr().out.splitlines() if "DISAGREE" in line]
    assert "cn_rate_last: printed" in told


def test_it_finds_a_planted_cell(sent: Path, capsys: pytest.CaptureFixture[str]):
    """A raw table that was changed after the run: what it moves is named."""
    path = sent / "raw" / "imports_by_chapter.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("01,15782,", "01,915782,"))
    assert ask(sent) == 1
    assert "DISAGREE  cn_rate_last" in capsys.readouterr().out


def test_what_it_cannot_read_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "empty.pdf").write_bytes(b"no PDF")
    for given in (tmp_path / "empty.pdf", tmp_path / "missing.pdf", tmp_path):
        assert second_opinion.main([str(given)]) == 2
        assert "cannot be read" in capsys.readouterr().err
