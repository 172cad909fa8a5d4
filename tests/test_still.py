"""A run that nothing has touched is told at once, and any touch is seen."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from whowalkedaway import still


def rested() -> None:
    time.sleep(2 * still.MOMENT / 1e9)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A folder with a file in it, and one that is not there."""
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "table.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "builds" / "run").mkdir(parents=True)
    monkeypatch.setattr(still, "BUILDS", tmp_path / "builds")
    rested()
    return [str(folder), str(tmp_path / "nowhere")]


def written_at_the_same_time(file: Path) -> None:
    at = file.stat()
    file.write_text("a\n2\n", encoding="utf-8")
    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns))


@pytest.mark.parametrize(
    "touch",
    [
        written_at_the_same_time,
        lambda file: file.unlink(),
        lambda file: file.with_name("other.csv").write_text("", encoding="utf-8"),
        lambda file: file.replace(file.with_name("other.csv")),
        lambda file: file.parent.parent.with_name("nowhere").mkdir(),
    ],
)
def test_whatever_is_touched_is_seen(
    places: list[str], touch: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = still.look(places)
    assert seen == still.look(places) != ""
    still.keep("run", still.call(), places, seen, "so many claims judged")
    assert still.tell({"RUN": "run"})
    assert capsys.readouterr().out.endswith(" s: so many claims judged\n")
    touch(Path(places[0]) / "inner" / "table.csv")
    assert still.look(places) == ""  # touched just now
    assert not still.tell({"RUN": "run"})
    rested()
    assert still.look(places) not in (seen, "")
    assert not still.tell({"RUN": "run"})
    assert capsys.readouterr().out == ""


def test_another_call_is_answered_anew(places: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    still.keep("run", still.call(), places, still.look(places), "so many claims judged")
    assert not still.tell({"RUN": "other"})
    monkeypatch.setenv("LIST4_RATE_PCT", "10")  # of which a build says that it counts for nothing
    assert not still.tell({"RUN": "run"})
    monkeypatch.delenv("LIST4_RATE_PCT")
    monkeypatch.setenv("MAKEFLAGS", " -- RUN=run US_COVERAGE=ustr_2018")
    assert not still.tell({"RUN": "run", "US_COVERAGE": "ustr_2018"})
