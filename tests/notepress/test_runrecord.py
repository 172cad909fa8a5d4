"""The record names every file of a run by its hash, and nothing of the moment it was made."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from notepress.errors import PressError
from notepress.runrecord import verify, write_record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "data/raw/a.csv": "a\n1\n",
        "requirements.lock": "x==1\n",
        "data/processed/base+x=1/b.csv": "b\n",
        "reports/base+x=1/report.pdf": "%PDF",
        "reports/base+x=1/tables/ü.csv": "t\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def record(root: Path) -> Path:
    run = root / "reports" / "base+x=1"
    path = run / "ro-crate-metadata.json"
    write_record(
        path,
        root=root,
        inputs=[root / "data" / "raw" / "a.csv"],
        outputs=[*run.rglob("*.*"), root / "data" / "processed" / "base+x=1" / "b.csv"],
        parameters={"as_of": "2019-06-04", "seed": 7},
        lock=root / "requirements.lock",
        about={
            "name": "A report",
            "description": "What it is about.",
            "datePublished": "2019-06-04",
            "license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "version": "0.1.0",
            "identifier": "3f9a1c",
        },
    )
    return path


def graph(path: Path) -> dict[str, dict[str, Any]]:
    return {entity["@id"]: entity for entity in json.loads(path.read_text())["@graph"]}


def test_record_is_a_crate_with_inputs_outputs_and_parameters(root: Path) -> None:
    found = graph(record(root))
    assert found["ro-crate-metadata.json"]["conformsTo"]["@id"].endswith("/crate/1.3")
    crate = found["./"]
    assert crate["datePublished"] == "2019-06-04"
    assert crate["identifier"] == "3f9a1c"
    assert [part["@id"] for part in crate["hasPart"]] == ["report.pdf", "tables/%C3%BC.csv"]
    run = found["#run"]
    assert [entry["@id"] for entry in run["object"]] == [
        "#data/raw/a.csv",
        "#requirements.lock",
        "#parameter/as_of",
        "#parameter/seed",
    ]
    assert len(run["result"]) == 3
    pdf = found["report.pdf"]
    assert pdf["name"] == "reports/base+x=1/report.pdf"
    assert pdf["contentSize"] == "4"
    assert pdf["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert found["#tool/papermill"]["version"]
    assert found["#code"]["version"] == "unknown"
    # every reference of the record leads to an entity of it
    text = json.dumps([crate["hasPart"], run, found["#code"]])
    assert {part.split('"')[0] for part in text.split('"@id": "')[1:]} <= set(found)


def test_same_run_same_record(root: Path) -> None:
    first = record(root).read_bytes()
    assert record(root).read_bytes() == first


def test_record_names_commit_and_dirty_inputs(root: Path) -> None:
    def git(*command: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x", *command],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init")
    git("add", "data/raw", "requirements.lock")
    git("commit", "-m", "x")
    found = graph(record(root))
    assert found["#code"]["version"] == git("rev-parse", "HEAD")
    assert found["#dirty"]["value"] is False
    (root / "data" / "raw" / "a.csv").write_text("a\n2\n")
    assert graph(record(root))["#dirty"]["value"] is True


def test_verify_names_what_differs_and_what_is_missing(root: Path) -> None:
    path = record(root)
    assert verify(path, root) == []
    (root / "data" / "raw" / "a.csv").write_text("a\n2\n")
    (root / "reports" / "base+x=1" / "report.pdf").unlink()
    differs, missing = verify(path, root)
    assert differs.startswith("input data/raw/a.csv: differs, recorded ")
    assert missing == "output reports/base+x=1/report.pdf: is missing"


@pytest.mark.parametrize("content", ["", "{}", '{"@graph": []}'])
def test_a_file_that_is_no_record_is_refused(root: Path, content: str) -> None:
    path = root / "ro-crate-metadata.json"
    path.write_text(content)
    with pytest.raises(PressError, match="is no record of a run"):
        verify(path, root)
