"""Nothing changes unseen: records of raw tables, records of runs, and a build without a network."""

from __future__ import annotations

import codecs
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from battery import command, finished, run

from projects import RECORD, ROOT, RUN, SEED, battery_only, edit, so_many
from tradetalks.raw.checksums import find_changes
from whowalkedaway.inputs import raw_files

REPORTS = Path("reports", RUN)
# rocrate looks for pkg_resources, which neither Python 3.12 nor later setuptools bring along
CHECKER = ("roc-validator==0.13.0", "rocrate==0.9.0", "setuptools==80.9.0")


def call(folder: Path, name: str, *typed: str) -> subprocess.CompletedProcess[str]:
    words, environment = command(folder, name, *typed)
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_shipped_tables_are_as_recorded():
    raw = ROOT / "data" / "raw"
    assert find_changes(raw, raw_files(raw)) == [], "make report ACCEPT_DATA=1"
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", RECORD.name], cwd=raw, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_changed_tables_are_refused_until_they_are_accepted(project, tell):
    before = finished(project)
    raw = project / "data" / "raw"
    record = (raw / RECORD.name).read_bytes()
    edit(raw / "benchmarks.csv", "Also in the Aug 2019 chart", "Also in the August 2019 chart")
    done = run(project)
    assert done.returncode == 2
    assert "benchmarks.csv: differs" in done.stderr
    assert "ACCEPT_DATA=1" in done.stderr
    assert "coverage.csv" not in done.stderr
    assert finished(project) == before
    tell("changed tables", "refused clearly")

    kept = (raw / "actions.csv").read_bytes()
    step = "2019-05-09,2019-05-09,2019-05-10,,Section 301,additional,US-301-L3,10,"
    edit(raw / "actions.csv", f"{step}25", f"{step}35")
    done = run(project, "ACCEPT_DATA=1")
    assert done.returncode == 2
    assert "correct the rates of the notice, or of the step whose goods" in done.stderr
    assert (raw / RECORD.name).read_bytes() == record
    tell("changed tables", "refused clearly")
    (raw / "actions.csv").write_bytes(kept)

    edit(raw / "sides.csv", "American", "=American")
    for typed in ([], ["ACCEPT_DATA=1"]):
        done = run(project, *typed)
        assert done.returncode == 2
        assert "sides.csv, row 2, adjective = '=American'" in done.stderr
        assert (raw / RECORD.name).read_bytes() == record
        tell("changed tables", "refused clearly")
    # test_hostile_words accepts and builds


@battery_only
def test_tables_that_a_spreadsheet_saved_build_the_same_bytes(project, tell):
    before = finished(project)
    for path in (project / "data" / "raw").glob("*.csv"):
        saved = path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n"
        path.write_bytes(codecs.BOM_UTF8 + saved)
    shutil.rmtree(project / "build")
    done = run(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "05-claims" in done.stdout, "nothing was measured again"
    assert finished(project) == before
    tell("saved by a spreadsheet", "built correctly")


@pytest.mark.parametrize(
    "harm", ["missing", "new", "no record", "cut record", "no file", "typed otherwise"]
)
def test_what_else_can_be_wrong_with_the_record(project, tell, harm):
    raw, before = project / "data" / "raw", finished(project)
    typed, says = [], harm
    if harm == "missing":
        (raw / "threats.csv").unlink()
    elif harm == "new":
        (raw / "further.csv").write_text("a\n")
    elif harm == "cut record":
        (raw / RECORD.name).write_bytes((raw / RECORD.name).read_bytes()[:-30])
        says = "is no checksum"
    elif harm in ("no record", "no file"):
        (raw / RECORD.name).unlink()
        if harm == "no file":
            os.mkfifo(raw / RECORD.name)
    else:
        typed, says = ["ACCEPT_DATA=yes"], "ACCEPT_DATA = 'yes'"
    done = run(project, *typed)
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    assert finished(project) == before
    if harm == "no record":
        assert done.returncode == 0
        assert "has no SHA256SUMS" in told
        tell("changed tables", "built correctly")
    else:
        assert done.returncode == 2
        assert says in told
        tell("changed tables", "refused clearly")


def test_a_table_that_is_gone_is_named_also_without_a_record(project):
    (project / RECORD).unlink()
    (project / "data" / "raw" / "rounds.csv").unlink()
    done = run(project)
    assert done.returncode == 2
    assert "rounds.csv: is not there as a file" in done.stderr


def test_verify_finds_any_byte_that_changed(project, tell):
    dice = random.Random(SEED)
    graph = json.loads((project / REPORTS / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    recorded = [entity for entity in graph if entity["@type"] == "File"]
    files = [entity["name"] for entity in recorded if entity["contentSize"] != "0"]
    assert {f"reports/{RUN}/report.pdf", "data/raw/actions.csv", "requirements.lock"} <= {*files}
    assert call(project, "verify").returncode == 0
    for _ in range(so_many(100, 10)):
        path = project / dice.choice(files)
        content = bytearray(path.read_bytes())
        place = dice.randrange(len(content))
        content[place] ^= dice.randrange(1, 256)
        kept = path.read_bytes()
        path.write_bytes(content)
        found = whowalkedaway_verify(project)
        path.write_bytes(kept)
        named = [line for line in found if f" {path.relative_to(project)}: differs" in line]
        is_found = len(found) == len(named) == 1
        tell("a byte changed", "refused clearly" if is_found else "not found", str(path))
    # of a module that the command itself imports Python would speak first
    pdf = project / REPORTS / "report.pdf"
    pdf.write_bytes(pdf.read_bytes() + b" ")
    done = call(project, "verify")
    assert done.returncode == 2
    assert str(pdf.relative_to(project)) in done.stdout


def whowalkedaway_verify(project: Path) -> list[str]:
    from notepress.runrecord import verify

    return verify(project / REPORTS / "ro-crate-metadata.json", project)


def test_every_file_of_a_run_is_in_its_record(project):
    graph = json.loads((project / REPORTS / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    names = {entity["name"] for entity in graph if entity["@type"] == "File"}
    # what the last edition held is committed beside the run, and made by none
    made = {name for name in finished(project) if not name.endswith("/edition.csv")}
    assert made <= names
    tables = {path.relative_to(project).as_posix() for path in project.glob("data/raw/*.csv")}
    assert tables <= names


def test_the_record_holds_no_moment_of_the_run(project):
    text = (project / REPORTS / "ro-crate-metadata.json").read_text(encoding="utf-8")
    crate = next(one for one in json.loads(text)["@graph"] if one["@id"] == "./")
    assert crate["datePublished"] == "2019-06-04", "the last day of the evidence"
    assert not re.search(r"\d\d:\d\d", text), "a time of day"
    moments = {"startTime", "endTime", "dateCreated", "dateModified"}
    assert not moments & {*re.findall(r'"(\w+)":', text)}


@battery_only
def test_the_record_is_a_valid_crate(project, tell):
    """By the checker of the RO-Crate community, whose needs are at odds with the project's."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    apart = [uv, "run", "--quiet", "--no-project", *(f"--with={one}" for one in CHECKER), "python"]
    there = subprocess.run([*apart, "-c", ""], capture_output=True, text=True, check=False)
    if there.returncode:
        pytest.skip(f"the checker cannot be had here: {there.stderr.strip()[-200:]}")
    checks = [*apart, str(Path(__file__).with_name("check_crate.py")), str(project / REPORTS)]
    done = subprocess.run(checks, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tell("record of the run", "built correctly")
    (project / REPORTS / "values.json").unlink()
    done = subprocess.run(checks, capture_output=True, text=True, check=False)
    assert "values.json" in done.stdout
    assert done.returncode == 1
    tell("record of the run", "refused clearly")
