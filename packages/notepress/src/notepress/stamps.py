"""Stamps: files that make compares by time, and that move only if what they stand for changed.

Of each step of a run, `reads` lists its sources and `made` its results, with hashes; `done` moves
whenever the step has run.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from notepress.errors import PressError, all_problems
from notepress.hashes import sha256_of
from notepress.outputs import commit, write


class Step(NamedTuple):
    """The names of what a step reads, and the earlier steps whose results it reads."""

    reads: list[str]
    after: list[str]


def read_steps(makefile: Path, root: Path, variables: Mapping[str, str]) -> dict[str, Step]:
    """Return the steps of a makefile, of which its target `listed` prints a line each."""
    command = ["make", "-s", "-f", str(makefile), "listed"]
    command += [f"{name}={value}" for name, value in variables.items()]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=root, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PressError(f"{makefile.name}: {done.stderr.strip()}")
    steps = {}
    for line in done.stdout.splitlines():
        (name, *reads), after = map(str.split, line.split(" : "))
        steps[name] = Step(reads, after)
    return steps


@dataclass(frozen=True)
class Stamps:
    """The stamps of one run below `folder`.

    `places` are its folders and files by the first part of a name, or the whole; other names are
    paths from `root`. Results lie in the places `made_in`.
    """

    folder: Path
    root: Path
    places: Mapping[str, Path]
    made_in: tuple[str, ...]

    def path(self, name: str) -> Path:
        """Return the file or folder behind a name."""
        if name in self.places:
            return self.places[name]
        place, _, rest = name.partition("/")
        return self.places[place] / rest if place in self.places else self.root / name

    def listed(self, kind: str, step: str) -> dict[str, str]:
        """Return name and hash of each file that a step reads or made."""
        return read_list(self.folder / kind / step)

    def is_done(self, step: str) -> bool:
        """Tell whether a step ran since its sources changed."""
        return (self.folder / "done" / step).is_file()

    def refresh(self, step: str, files: Mapping[str, str]) -> None:
        """List what a step reads; forget that it ran where these or its results have changed.

        A clock that went back is no reason for make to think that it ran since.
        """
        done, made = (self.folder / kind / step for kind in ("done", "made"))
        is_later = done.is_file() and done.stat().st_mtime > time.time()
        is_other = self.listed("reads", step) != files or self.changed(self.listed("made", step))
        if is_later or is_other or not made.is_file():
            done.unlink(missing_ok=True)
        _write_list(self.folder / "reads" / step, files)

    def stage(self, step: str) -> Path:
        """Return the folder in which a step works."""
        return self.folder / "stage" / step

    def take(self, step: str) -> None:
        """Give a step an empty stage."""
        shutil.rmtree(self.stage(step), ignore_errors=True)
        (self.stage(step) / "files").mkdir(parents=True)
        (self.stage(step) / "began").touch()

    def keep(self, step: str) -> float:
        """Move the results of a step into place, and remove those that it no longer makes.

        Return the seconds since it began. PressError where a source is not as it was then, or
        another step makes the same file.
        """
        if changed := self.changed(self.listed("reads", step)):
            raise PressError(
                f"{step}: {', '.join(changed)} changed while the report was built\n"
                "What to do: call make again"
            )
        staged = self.stage(step) / "files"
        seconds = time.time() - staged.with_name("began").stat().st_mtime
        names = [self._name(Path(staged.anchor) / p.relative_to(staged)) for p in _files(staged)]
        before, steps = self.listed("made", step), sorted((self.folder / "made").glob("*"))
        others = {file: other.name for other in steps for file in read_list(other)}
        twice = [f"{n}: {others[n]} makes it too" for n in names if others.get(n, step) != step]
        if twice:
            raise all_problems(f"what {step} makes", twice, "give one of them another name")
        commit(staged)
        for left in before.keys() - names:
            self.path(left).unlink(missing_ok=True)
        _write_list(
            self.folder / "made" / step, {n: sha256_of(self.path(n)) for n in sorted(names)}
        )
        done = self.folder / "done" / step
        done.parent.mkdir(exist_ok=True)
        done.touch()
        shutil.rmtree(self.stage(step))
        return seconds

    def changed(self, files: Mapping[str, str]) -> list[str]:
        """Return the names of files that no longer have their hashes, or are gone."""
        return [name for name, then in files.items() if hash_of(self.path(name)) != then]

    def _name(self, path: Path) -> str:
        for place in self.made_in:
            if path.is_relative_to(self.places[place]):
                return f"{place}/{path.relative_to(self.places[place]).as_posix()}"
        raise PressError(f"{path}: no step writes there")


def read_list(path: Path) -> dict[str, str]:
    """Return name and hash of each file in a list; nothing where there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = (line.partition("  ") for line in lines)
    return {name: digest for digest, _, name in pairs if _is_inside(name)}


def _is_inside(name: str) -> bool:
    """Tell whether a name leads to no place above or beside those that a run has."""
    return {"", ".", ".."}.isdisjoint(name.split("/"))


def hash_of(path: Path) -> str:
    """Return the hash of a file; empty where there is none."""
    return sha256_of(path) if path.is_file() else ""


def _write_list(path: Path, files: Mapping[str, str]) -> None:
    write(path, "".join(f"{digest}  {name}\n" for name, digest in files.items()))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
