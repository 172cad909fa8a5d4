"""Files are written whole, keep their time where nothing changed, and wait on the stage."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from notepress import outputs
from notepress.errors import PressError
from notepress.outputs import csv_text


def test_unchanged_bytes_keep_the_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    outputs.write(path, "é\n")
    os.utime(path, (1, 1))
    outputs.write(path, "é\n".encode())
    assert path.stat().st_mtime == 1
    outputs.write(path, "other\n")
    assert path.read_text() == "other\n"
    assert [file.name for file in path.parent.iterdir()] == ["a.txt"]


def test_files_are_as_readable_as_any_other(tmp_path: Path) -> None:
    outputs.write(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    outputs.write(path, "old")

    def full_disk(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="no space"):
        outputs.write(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_the_stage_takes_writes_until_they_are_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same, new = tmp_path / "same.txt", tmp_path / "sub" / "new.txt"
    outputs.write(same, "x")
    os.utime(same, (1, 1))
    stage = tmp_path / "stage"
    monkeypatch.setenv(outputs.STAGE, str(stage))
    outputs.write(same, "x")
    outputs.write(new, "y")
    assert not new.exists()
    assert outputs.current(new).read_text() == "y"
    monkeypatch.delenv(outputs.STAGE)
    assert outputs.commit(stage) == [same, new]
    assert new.read_text() == "y"
    assert same.stat().st_mtime == 1


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = [
        tmp_path / "deep" / f".a.123{outputs.PARTIAL}",
        tmp_path / f".a.x{outputs.PARTIAL}" / "b",
    ]
    for path in (*left, tmp_path / "whole"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    outputs.remove_partial(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "whole"}
    assert not list(left[0].parent.iterdir())


FRAME = pd.DataFrame(
    {
        "code": ["0301", None],
        "day": pd.to_datetime(["2019-05-10", None]),
        "rate": [0.1 + 0.2, None],
        "lines": pd.array([3, None], dtype="Int64"),
        "known": [True, False],
        "maybe": pd.array([None, True], dtype="boolean"),
    }
)


def test_csv_is_as_the_raw_tables_are() -> None:
    assert outputs.csv_text(FRAME) == (
        "code,day,rate,lines,known,maybe\n0301,2019-05-10,0.3,3,true,\n,,,,false,true\n"
    )


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠", "\t", "\r", " =", "'="])
def test_a_text_that_a_spreadsheet_would_run_is_refused(sign: str) -> None:
    with pytest.raises(PressError, match="row 2 below the header, a: starts like a formula"):
        csv_text(pd.DataFrame({"a": ["fine", f"{sign}HYPERLINK(1)"]}))
    assert csv_text(pd.DataFrame({"a": ["-3.5", "+1e3 %"]}))


def test_parquet_keeps_types_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    outputs.write_frame(path, FRAME)
    first = path.read_bytes()
    outputs.write_frame(path, FRAME.copy())
    assert path.read_bytes() == first
    pd.testing.assert_frame_equal(pd.read_parquet(path), FRAME)


def test_a_named_index_would_be_lost(tmp_path: Path) -> None:
    with pytest.raises(PressError, match="the index code would be lost"):
        outputs.write_frame(tmp_path / "a.csv", FRAME.set_index("code"))


def test_other_kinds_of_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PressError, match=r"\.csv or \.parquet"):
        outputs.write_frame(tmp_path / "a.xlsx", FRAME)
