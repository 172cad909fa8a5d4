"""make compare: which runs it takes, and what it says where one is not built."""

from __future__ import annotations

import csv
import html
import json
from pathlib import Path

import pytest

from notepress.outputs import write_values
from notepress.runrecord import write_record
from whowalkedaway import ROOT, inspection
from whowalkedaway.__main__ import main
from whowalkedaway.runs import UsageError


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "A and B missing"),
        ({"A": "may-2019"}, "B missing"),
        ({"A": "../x", "B": "may-2019"}, "A = '../x'"),
        ({"A": "may-2019", "B": "$(touch owned)"}, "B = "),
        ({"A": "may-2019", "B": "compare"}, "a folder of its own"),
    ],
)
def test_what_is_no_comparison_is_refused(typed: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        inspection.compare(typed)
    assert says in str(refused.value)


def test_runs_that_are_not_built_are_named_with_the_command_that_builds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "ROOT", tmp_path)
    with pytest.raises(UsageError) as refused:
        inspection.compare({"A": "one", "B": "two"})
    for name in ("one", "two"):
        assert str(refused.value).count(f"make report RUN={name}") == 1
    with pytest.raises(UsageError, match="IN names the folder that has both"):
        inspection.compare({"A": "one", "B": "two", "IN": "elsewhere"})
    assert not list(tmp_path.iterdir()), "nothing is written"


def type_out(folder: Path, verdict: str, evidence: str) -> None:
    """Write a run as `make report` leaves it, with one claim and nothing else."""
    folder.mkdir(parents=True)
    parameters = {"run": folder.name, "raw_dir": "data/raw"}
    (folder / "parameters.yml").write_text(json.dumps(parameters))
    write_values(folder / "values.json", [])
    (folder / "verdicts.csv").write_text(
        "claim_id,claim,verdict,evidence_for,evidence_against\n"
        f"X1,It was so.,{verdict},{evidence},\n"
    )
    lock = folder.parent / "lock"
    lock.write_text("")
    write_record(
        folder / "ro-crate-metadata.json",
        root=folder.parent,
        inputs=[],
        outputs=list(folder.iterdir()),
        parameters=parameters,
        lock=lock,
        about={"name": folder.name, "version": "1", "identifier": folder.name},
    )


def test_runs_of_another_folder_are_compared_there_and_evidence_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (ROOT / "data" / "raw" / "statements.csv").open(encoding="utf-8") as lines:
        row = next(csv.DictReader(lines))
    home = tmp_path / "my points"
    type_out(home / "one", "supported", row["statement_id"])
    type_out(home / "two", "undetermined", "")
    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=two IN={str(home).replace(' ', chr(92) + ' ')}")
    assert main(["compare"]) == 0
    told = capsys.readouterr().out
    assert "X1  supported -> undetermined: It was so." in told
    assert f"no longer for: {row['statement_id']} {row['speaker']}, {row['statement_date']}" in told
    page = (home / "compare" / "one--two.html").read_text(encoding="utf-8")
    assert html.escape(row["paraphrase"]) in page

    monkeypatch.setenv("MAKEFLAGS", f" -- A=one B=one IN={str(home).replace(' ', chr(92) + ' ')}")
    assert main(["compare"]) == 0
    assert capsys.readouterr().out == "one and one: no difference\n"
