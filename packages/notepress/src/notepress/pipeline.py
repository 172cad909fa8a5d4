"""One run's steps as a makefile has them: what each reads, and whether it has to run again.

A step is done while what it read and made is as it was. What it read names neither its run nor its
place, so that a step of another run that read the same need not run twice.
"""

import json
import os
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from notepress.errors import PressError, all_problems
from notepress.hashes import Hashes, content_of, sha256
from notepress.outputs import write

STATE = "steps.json"


class Reads(NamedTuple):
    """What a step reads: parameters with their values, and files with their hashes."""

    given: dict[str, Any]
    files: dict[str, str]


class Change(NamedTuple):
    """A parameter or file that is not as a step found or left it; None where it is not there."""

    name: str
    now: object
    then: object
    is_given: bool = False


def read_steps(makefile: Path, root: Path, variables: Mapping[str, str]) -> dict[str, list[str]]:
    """What each step of a makefile reads: files, and earlier steps, all of whose results it reads.

    Each of its recipes is $(STEP), the step's name, and what it reads; or a file that is read by
    its name, and the step that makes it.
    """
    command = ["make", "-n", "-s", "-f", str(makefile), "STEP=step"]
    command += [f"{name}={value}" for name, value in variables.items()]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=root, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PressError(f"{makefile.name}: {done.stderr.strip()}")
    recipes = (line.split() for line in done.stdout.splitlines())
    return {name: reads for _, name, *reads in recipes}


@dataclass
class Pipeline:
    """The steps of one run; its state is kept in its folder below `builds`, beside those of others.

    `recipes` are those of its makefile. `places` are its folders by the first part of a name, such
    as `raw`, or files by their name; other names are paths from `root`. `given` are parameters by
    name, `made` places to write to. `code` are folders of modules below `root`.
    """

    recipes: Mapping[str, Sequence[str]]
    root: Path
    builds: Path
    run: str
    places: Mapping[str, Path]
    given: Mapping[str, Mapping[str, Any]]
    made: Collection[str]
    code: Sequence[str]

    def __post_init__(self) -> None:
        self.steps = {
            name: reads
            for name, reads in self.recipes.items()
            if name.partition("/")[0] not in self.made
        }
        self.hashes = Hashes(*(self.root / folder for folder in self.code))
        self._code: dict[str, list[str]] = {}
        self.path = cache(self._path)  # all files are asked for at each step
        self._state = read_state(self.builds / self.run / STATE, self.made)

    @property
    def was_built(self) -> bool:
        """Tell whether any step of the run was done before."""
        return bool(self._state)

    def _path(self, name: str, run: str = "") -> Path:
        """The file or folder behind a name, here or as another run has it."""
        if name in self.places:
            return self.places[name]
        place, _, rest = name.partition("/")
        if place not in self.places:
            return self.root / name
        folder = self.places[place]
        return (folder.with_name(run) if run else folder) / rest

    def reads(self, name: str) -> Reads:
        """What a step reads, as things are now; of code also what that imports."""
        given: dict[str, Any] = {}
        files: dict[str, str] = {}
        for read in self.steps[name]:
            if read in self.given:
                given |= self.given[read]
            else:
                files |= {file: self.hashes.of(self.path(file)) for file in self._files(read)}
        return Reads(given, dict(sorted(files.items())))

    def sources(self) -> dict[str, str]:
        """Name and hash of every file that the run goes back to, and did not make."""
        found: dict[str, str] = {}
        for step in self.steps:
            found |= self.reads(step).files
        return {n: found[n] for n in sorted(found) if n.partition("/")[0] not in self.made}

    def recorded(self, name: str) -> tuple[dict[str, Any], dict[str, str]]:
        """The parameters with which a step was last done, and what it made, by name and hash."""
        return self._state.get(name, {"given": {}})["given"], self._made_by(name)

    def changes(self, name: str) -> list[Change]:
        """What is not as it was when a step was done; nothing where it is done still."""
        known = self._state.get(name)
        if known is None:
            return [Change(name, None, None)]
        made = {file: self.hashes.of(self.path(file)) for file in known["made"]}
        now: dict[str, dict[str, Any]] = {**self.reads(name)._asdict(), "made": made}
        return [
            Change(one, now[kind].get(one), known[kind].get(one), kind == "given")
            for kind in now
            for one in sorted(now[kind].keys() | known[kind].keys())
            if now[kind].get(one) != known[kind].get(one)
        ]

    def take(self, name: str, reads: Reads) -> str:
        """Take results from a run in which the step read the same; return its name, or nothing."""
        for other, state in self._others.items():
            known = state.get(name)
            if not known or known["given"] != reads.given or known["files"] != reads.files:
                continue
            try:
                contents = {made: content_of(self.path(made, other)) for made in known["made"]}
            except OSError:
                continue
            if {made: sha256(content) for made, content in contents.items()} != known["made"]:
                continue  # not as it was made
            for made, content in contents.items():
                write(self.path(made), content)
            self.finish(name, reads, map(self.path, contents))
            return other
        return ""

    def finish(self, name: str, reads: Reads, made: Iterable[Path]) -> None:
        """Note that a step is done, and remove what only an earlier build made.

        Raises PressError where it wrote over what another step makes.
        """
        found = {self._name(path): self.hashes.of(path) for path in sorted(made)}
        others = {file: step for step in self.steps if step != name for file in self._made_by(step)}
        twice = [f"{file}: {others[file]} makes it too" for file in sorted({*others} & {*found})]
        if twice:
            raise all_problems(f"what {name} makes", twice, "give one of them another name")
        for left in self._made_by(name).keys() - found.keys():
            self.path(left).unlink(missing_ok=True)
        self._state[name] = {**reads._asdict(), "made": found}
        # after each step, and nobody reads it: with indents it would take five times as long
        write(self.builds / self.run / STATE, json.dumps(self._state))

    @cached_property
    def _others(self) -> dict[str, dict[str, Any]]:
        """What was done in the other runs, by name."""
        states = sorted(self.builds.glob(f"*/{STATE}"))
        return {
            s.parent.name: read_state(s, self.made) for s in states if s.parent.name != self.run
        }

    def _made_by(self, step: str) -> dict[str, str]:
        made: dict[str, str] = self._state.get(step, {"made": {}})["made"]
        return made

    def _files(self, read: str) -> Iterable[str]:
        """The names of the files behind what a step says that it reads."""
        if read in self.steps:
            return self._made_by(read)
        path = self.path(read)
        if path.is_dir():
            inner = (p for p in path.rglob("*") if p.is_file())
            return [f"{read}/{p.relative_to(path).as_posix()}" for p in inner]
        if path.suffix in (".py", ".ipynb"):
            if read not in self._code:  # what it imports is asked for again and again
                code = self.hashes.closure(path)
                self._code[read] = [p.relative_to(self.root).as_posix() for p in code]
            return [read, *self._code[read]]
        return [read]

    def _name(self, path: Path) -> str:
        for place in self.made:
            if path.is_relative_to(self.places[place]):
                return f"{place}/{path.relative_to(self.places[place]).as_posix()}"
        raise PressError(f"{path}: no step writes there")


def read_state(file: Path, places: Collection[str]) -> dict[str, dict[str, Any]]:
    """What was done in a run, by step; none of what is said to lie outside of `places`."""
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    found = state if isinstance(state, dict) else {}
    return {step: known for step, known in found.items() if _is_told(known, places)}


def _is_told(known: Any, places: Collection[str]) -> bool:
    kinds = (*Reads._fields, "made")
    if not (isinstance(known, dict) and all(isinstance(known.get(kind), dict) for kind in kinds)):
        return False
    parted = (name.split("/") for name in known["made"])
    return all(
        place in places and rest and {"", ".", ".."}.isdisjoint(rest) for place, *rest in parted
    )
