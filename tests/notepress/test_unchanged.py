"""A snapshot holds as long as nothing changed, and in no other case."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from notepress import unchanged

LINE = "reports/base/report.pdf"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A folder with two files, all of them old enough to be beyond doubt."""
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(f"{name}\n")
    paths = [str(tmp_path), *(str(path) for path in sorted(tmp_path.glob("*.csv")))]
    while not all(unchanged.signed(paths)):
        pass
    return paths


def taken(files: list[str], call: str = "RUN=base") -> str:
    return unchanged.snapshot(call, LINE, unchanged.signed(files))


def test_nothing_changed(files: list[str]) -> None:
    assert unchanged.holds(taken(files), "RUN=base") == LINE


def rewrite(path: Path) -> None:
    path.write_text(path.read_text().upper())


def rewrite_keeping_times(path: Path) -> None:
    before = path.stat()
    rewrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_keeping_times(path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(path.read_text())
    os.utime(fresh, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    fresh.replace(path)


def add_a_neighbour(path: Path) -> None:
    (path.parent / "three.csv").touch()


@pytest.mark.parametrize(
    "change",
    [
        rewrite,
        rewrite_keeping_times,
        replace_keeping_times,
        add_a_neighbour,
        Path.unlink,
        Path.touch,
    ],
)
def test_any_change_is_seen(files: list[str], change) -> None:
    text = taken(files)
    change(Path(files[1]))
    assert unchanged.holds(text, "RUN=base") == ""


def test_a_file_written_just_now_is_in_doubt(files: list[str]) -> None:
    Path(files[1]).write_text("just now\n")
    assert taken(files) == ""


def test_times_without_fractions_are_in_doubt_for_longer(files: list[str]) -> None:
    path = Path(files[1])
    changed = path.stat().st_ctime_ns
    whole = changed // 10**9 * 10**9
    os.utime(path, ns=(whole, whole))
    assert unchanged.sign(str(path), changed + unchanged.TICK * 10) == ""
    assert unchanged.sign(str(path), changed + 10 * 10**9) != ""


def test_what_is_missing_is_in_doubt(files: list[str]) -> None:
    assert taken([*files, files[0] + "/none"]) == ""


def test_another_call_or_interpreter_has_no_snapshot(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = taken(files)
    assert unchanged.holds(text, "RUN=other") == ""
    monkeypatch.setattr(sys, "executable", "/another/python")
    assert unchanged.holds(text, "RUN=base") == ""


@pytest.mark.parametrize("damaged", ["", "\n", "\n\n\n\n", "half", "a\nb\nc\nd\te\nend"])
def test_damaged_snapshots_do_not_hold(damaged: str) -> None:
    assert unchanged.holds(damaged, "") == ""


def test_a_cut_snapshot_does_not_hold(files: list[str]) -> None:
    text = taken(files)
    assert not any(unchanged.holds(text[:end], "RUN=base") for end in range(len(text)))


@pytest.mark.parametrize(
    ("makeflags", "call"),
    [
        ("", ""),
        (" --no-print-directory", ""),
        ("ks -j4 --jobserver-auth=fifo:/tmp/x -- RUN=base AS=x", "RUN=base AS=x"),
        (" --no-print-directory -- RUN=-n", "RUN=-n"),
        ("n --no-print-directory -- RUN=base", None),
        ("B", None),
        ("q", None),
        (" --trace", None),
        (" --what-if=x -- RUN=base", None),
    ],
)
def test_options_that_ask_for_more_leave_it_to_the_build(makeflags: str, call: str | None) -> None:
    assert unchanged.call_of(makeflags) == call


def test_the_command_prints_the_line_or_leaves_it_to_the_build(
    files: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"

    def run(makeflags: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", unchanged.__file__, str(folder)],
            env={"MAKEFLAGS": makeflags},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout[done.stdout.find("s ") + 3 :]

    assert run(" -- RUN=base") == (1, "")
    folder.mkdir()
    Path(unchanged.place_of(str(folder), "RUN=base")).write_text(taken(files[1:]))
    assert run(" -- RUN=base") == (0, LINE + "\n")
    assert run("n -- RUN=base") == (1, "")
    Path(files[1]).unlink()
    assert run(" -- RUN=base") == (1, "")


def test_it_imports_nothing_of_the_project() -> None:
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", unchanged.__file__, "nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert not {"pathlib", "json", "re", "subprocess", "notepress"} & imported
