"""A stamp moves only if contents changed; a step leaves all of its results or none."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from notepress.errors import PressError
from notepress.stamps import Stamps, Step, hash_of, read_list, read_steps

MAKEFILE = "listed:\n\t@: $(info first raw/a.csv $(MORE) : )$(info second : first)\n"


@pytest.fixture
def stamps(tmp_path: Path) -> Stamps:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_text("a")
    places = {"raw": tmp_path / "raw", "made": tmp_path / "made"}
    return Stamps(tmp_path / "build", tmp_path, places, ("made",))


def reads(stamps: Stamps) -> dict[str, str]:
    return {"raw/a.csv": hash_of(stamps.path("raw/a.csv"))}


def run(stamps: Stamps, step: str = "first", **made: str) -> None:
    """Do a step that makes files of these names."""
    stamps.refresh(step, reads(stamps))
    stamps.take(step)
    for name, text in made.items():
        at = stamps.path(f"made/{name}")
        staged = stamps.stage(step) / "files" / at.relative_to(at.anchor)
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(text)
    stamps.keep(step)


def test_steps_are_as_a_makefile_lists_them(tmp_path: Path) -> None:
    (tmp_path / "p.mk").write_text(MAKEFILE)
    found = read_steps(tmp_path / "p.mk", tmp_path, {"MORE": "b"})
    assert found == {"first": Step(["raw/a.csv", "b"], []), "second": Step([], ["first"])}
    with pytest.raises(PressError, match=r"p\.mk: .*listed"):
        (tmp_path / "p.mk").write_text("")
        read_steps(tmp_path / "p.mk", tmp_path, {})


def test_what_is_touched_moves_no_stamp_and_what_is_edited_does(stamps: Stamps) -> None:
    run(stamps, one="1")
    before = (stamps.folder / "reads" / "first").stat().st_mtime_ns
    stamps.path("raw/a.csv").touch()
    stamps.refresh("first", reads(stamps))
    assert stamps.is_done("first")
    assert (stamps.folder / "reads" / "first").stat().st_mtime_ns == before
    stamps.path("raw/a.csv").write_text("b")
    stamps.refresh("first", reads(stamps))
    assert not stamps.is_done("first")
    assert (stamps.folder / "reads" / "first").stat().st_mtime_ns > before


def test_the_same_results_again_move_no_stamp(stamps: Stamps) -> None:
    run(stamps, one="1")
    made = stamps.folder / "made" / "first"
    os.utime(made, (1, 1))
    run(stamps, one="1")
    assert made.stat().st_mtime == 1
    run(stamps, one="2")
    assert made.stat().st_mtime > 1


@pytest.mark.parametrize("harm", ["gone", "changed", "later"])
def test_a_step_whose_results_are_not_as_left_is_not_done(stamps: Stamps, harm: str) -> None:
    run(stamps, one="1")
    if harm == "gone":
        stamps.path("made/one").unlink()
    elif harm == "changed":
        stamps.path("made/one").write_text("2")
    else:
        os.utime(stamps.folder / "done" / "first", (time.time() + 999,) * 2)
    stamps.refresh("first", reads(stamps))
    assert not stamps.is_done("first")


def test_what_a_step_no_longer_makes_goes_and_its_stage_too(stamps: Stamps) -> None:
    run(stamps, one="1", two="2")
    run(stamps, one="1")
    assert not stamps.path("made/two").exists()
    assert [*read_list(stamps.folder / "made" / "first")] == ["made/one"]
    assert not stamps.stage("first").exists()


def test_two_steps_that_make_one_file_are_refused(stamps: Stamps) -> None:
    run(stamps, one="1")
    with pytest.raises(PressError, match=r"made/one: first makes it too"):
        run(stamps, "second", one="2")
    assert stamps.path("made/one").read_text() == "1"


def test_a_source_that_changed_meanwhile_stops_a_step(stamps: Stamps) -> None:
    stamps.refresh("first", reads(stamps))
    stamps.take("first")
    stamps.path("raw/a.csv").write_text("b")
    with pytest.raises(PressError, match=r"raw/a\.csv changed while the report was built"):
        stamps.keep("first")
    assert not stamps.is_done("first")


def test_a_step_writes_only_where_results_lie(stamps: Stamps) -> None:
    stamps.refresh("first", {})
    stamps.take("first")
    outside = stamps.root / "else.txt"
    staged = stamps.stage("first") / "files" / outside.relative_to(outside.anchor)
    staged.parent.mkdir(parents=True)
    staged.touch()
    with pytest.raises(PressError, match="no step writes there"):
        stamps.keep("first")


def test_a_damaged_list_names_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("0  made/../../x\n0  made//etc/x\n0  made/a\n")
    assert read_list(tmp_path / "list") == {"made/a": "0"}
    (tmp_path / "list").write_bytes(b"\xff")
    assert read_list(tmp_path / "list") == read_list(tmp_path / "none") == {}
