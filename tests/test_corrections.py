"""What moved since the last edition is told, or the edition is refused."""

import json
import subprocess

import pytest
from tools.second_opinion import CHANGED

import whowalkedaway
from notepress.errors import PressError
from notepress.hashes import sha256, sha256_of
from notepress.outputs import write_values
from notepress.runrecord import CRATE
from whowalkedaway import ROOT, corrections
from whowalkedaway.corrections import Move, moved, untold
from whowalkedaway.runs import UsageError

RUN = "may-2019"


def test_only_what_both_have_can_move():
    before = {"C01": "supported (high)", "rate": "18.3", "gone": "1"}
    now = {"C01": "undetermined (none)", "rate": "18.3", "new": "2"}
    assert moved(before, now) == [Move("C01", "supported (high)", "undetermined (none)")]


def test_a_move_is_told_with_both_readings_and_a_reason():
    table = """
| what | old | new | reason |
| --- | --- | --- | --- |
| C01 | supported (high) | undetermined (none) | The same sentence was counted twice. |
| rate | 18.3 percent | 18.4 percent | |
"""
    assert untold([Move("C01", "supported (high)", "undetermined (none)")], table) == []
    assert untold([Move("rate", "18.3\u00a0percent", "18.4\u00a0percent")], table)
    assert untold([Move("C01", "supported (high)", "contradicted (low)")], table)


def test_a_move_over_several_editions_is_told_by_its_steps():
    table = """
| C01 | supported (high) | undetermined (none) | The same sentence was counted twice. |
| C01 | undetermined (none) | contradicted (low) | A masked reading counts. |
| C02 | undetermined (none) | contradicted (low) | A masked reading counts. |
"""
    assert untold([Move("C01", "supported (high)", "contradicted (low)")], table) == []
    assert untold([Move("C02", "supported (high)", "contradicted (low)")], table)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A run as built, its last edition, and no correction."""
    folder = tmp_path / "reports" / RUN
    folder.mkdir(parents=True)
    (tmp_path / "CORRECTIONS.md").write_text("# Corrections\n", encoding="utf-8")
    for module in (corrections, whowalkedaway.runs):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(corrections, "TOLD", tmp_path / "CORRECTIONS.md")
    monkeypatch.setattr(corrections, "EDITIONS", tmp_path / "reports" / "editions.csv")
    for name in corrections.PRINTED:
        (folder / name).write_text(f"printed {name}", encoding="utf-8")
    (tmp_path / "tools").mkdir()
    (tmp_path / corrections.AGAIN).write_text("derives it again", encoding="utf-8")
    return tmp_path


# what it is read from whether a run moved
READ = ("values.json", "verdicts.csv")


def build(project, verdict):
    folder = project / "reports" / RUN
    values = [{"id": "rate", "value": 18.3, "text": "18.3"}, {"id": "word", "value": "a"}]
    write_values(folder / "values.json", values)
    text = f"claim_id,verdict,certainty\nC01,{verdict},high\n"
    (folder / "verdicts.csv").write_text(text, encoding="utf-8")
    record = [
        {"@id": "./", "@type": "Dataset", "identifier": "0123456789"},
        {"@id": "#run", "@type": "CreateAction", "result": []},
        {"@id": "#code", "@type": "CreativeWork"},
        *({"@id": one, "@type": "Note", "sha256": sha256_of(folder / one)} for one in READ),
    ]
    (folder / CRATE).write_text(json.dumps({"@graph": record}), encoding="utf-8")


def test_a_moved_verdict_that_is_not_told_is_refused(project, capsys):
    build(project, "supported")
    with pytest.raises(UsageError, match="no edition of it is recorded"):
        corrections.corrections({})
    assert corrections.corrections({"EDITION": "1"}) == 0
    edition = (project / "reports" / RUN / "edition.csv").read_text(encoding="utf-8")
    assert edition == "id,printed\nC01,supported (high)\nrate,18.3\n"
    build(project, "contradicted")
    assert corrections.corrections({"EDITION": "2"}) == 1
    row = "| C01 | supported (high) | contradicted (high) |"
    assert row in capsys.readouterr().out
    told = project / "CORRECTIONS.md"
    told.write_text(f"# Corrections\n\n{row} A row was wrong. |\n", encoding="utf-8")
    assert corrections.corrections({}) == 0
    for name in ("1", "", "a b"):
        with pytest.raises(UsageError, match=f"EDITION = '{name}'.*there are: 1$"):
            corrections.corrections({"EDITION": name})
    assert "contradicted" not in (project / "reports" / RUN / "edition.csv").read_text()
    assert corrections.corrections({"EDITION": "2"}) == 0
    assert "contradicted" in (project / "reports" / RUN / "edition.csv").read_text()
    assert corrections.editions(RUN) == ["1", "2"]
    assert corrections.editions("other") == []
    *_, last, program = corrections.published()
    told = {"edition": "2", "run": RUN, "hash": "0123456789"}
    assert last == {**told, "file": "report.pdf", "sha256": sha256(b"printed report.pdf")}
    assert program == {**told, "file": corrections.AGAIN, "sha256": sha256(b"derives it again")}


@pytest.mark.parametrize("name", READ)
def test_of_a_run_that_was_changed_since_nothing_is_said_to_have_moved(project, name):
    build(project, "supported")
    assert corrections.corrections({"EDITION": "1"}) == 0
    path = project / "reports" / RUN / name
    path.write_text(path.read_text().replace("18.3", "19.3").replace("supported", "contradicted"))
    with pytest.raises(PressError, match=rf"{name} changed since the run was recorded"):
        corrections.corrections({})


def test_what_is_committed_of_a_report_is_its_last_edition():
    """Or lies there to be committed with it, printed by a build that was made an edition."""
    printed = {
        (row["run"], row["file"]): row["sha256"]
        for row in corrections.published()
        if row["file"] != corrections.AGAIN
    }
    assert {file for run, file in printed if run == RUN} == {*corrections.PRINTED}
    for (run, file), digest in printed.items():
        path = f"reports/{run}/{file}"
        held = subprocess.run(["git", "show", f"HEAD:{path}"], cwd=ROOT, capture_output=True)
        assert digest in {sha256(held.stdout), sha256((ROOT / path).read_bytes())}, path


def test_a_run_that_is_not_built_has_no_corrections(project):
    with pytest.raises(UsageError, match=r"verdicts\.csv is not there; build it with: make"):
        corrections.corrections({})


def test_what_the_second_opinion_itself_does_otherwise_is_told_by_edition():
    """Of each edition whose program, frozen with it by its hash, is not the one that lies here."""
    here = sha256((ROOT / corrections.AGAIN).read_bytes())
    names = {row["edition"] for row in corrections.published()}
    same = {
        row["edition"]
        for row in corrections.published()
        if (row["file"], row["sha256"]) == (corrections.AGAIN, here)
    }
    assert names
    # what is told of an edition holds of those before it as well
    assert max(map(int, names - same), default=0) <= max(map(int, CHANGED))
    assert all(all(changes) for changes in CHANGED.values())
